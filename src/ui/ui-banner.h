/* The strip that says why one is not online, with the one button that may help. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_BANNER (ui_banner_get_type ())
G_DECLARE_FINAL_TYPE (UiBanner, ui_banner, UI, BANNER, AdwBin)

/* Property: "narrow" (the button has no room beside the sentence). */
GtkWidget *ui_banner_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_banner_set_core (UiBanner *self,
                               ChatCore *core);

G_END_DECLS
