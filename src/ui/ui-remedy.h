/* A button that offers the one step which may mend an account. */
#pragma once

#include <gtk/gtk.h>

#include "chat-account.h"

G_BEGIN_DECLS

void ui_remedy_show (GtkButton   *button,
                     ChatAccount *account);

G_END_DECLS
