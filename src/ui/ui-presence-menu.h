/* The popover in which one says how one is there: presence, status text, and what each account is doing. */
#pragma once

#include <adwaita.h>

#include "ui-account-watch.h"

G_BEGIN_DECLS

#define UI_TYPE_PRESENCE_MENU (ui_presence_menu_get_type ())
G_DECLARE_FINAL_TYPE (UiPresenceMenu, ui_presence_menu, UI, PRESENCE_MENU, GtkPopover)

GtkWidget *ui_presence_menu_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_presence_menu_set_core (UiPresenceMenu *self,
                                      ChatCore       *core,
                                      UiAccountWatch *watch,
                                      GSettings      *settings);   /* its "status-history" */

G_END_DECLS
