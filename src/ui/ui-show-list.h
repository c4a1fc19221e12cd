/* The presences to choose from, with a tick at the one that is set. */
#pragma once

#include <adwaita.h>

#include "xmpp-presence.h"

G_BEGIN_DECLS

#define UI_TYPE_SHOW_LIST (ui_show_list_get_type ())
G_DECLARE_FINAL_TYPE (UiShowList, ui_show_list, UI, SHOW_LIST, AdwBin)

#define UI_SHOW_LIST_NONE (-1)

/* Signal: "chosen" (int, an XmppShow). */
void ui_show_list_set_current (UiShowList *self,
                               int         show);   /* an XmppShow, or UI_SHOW_LIST_NONE */
int  ui_show_list_get_current (UiShowList *self);
void ui_show_list_focus       (UiShowList *self);

G_END_DECLS
