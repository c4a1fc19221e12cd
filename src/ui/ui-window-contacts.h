/* What can be done about one contact from the main window: the "win." actions that are told two addresses. */
#pragma once

#include "ui-window.h"

G_BEGIN_DECLS

/* "win.add-contact"; with the target of ui_contact_menu_target(): "win.open-chat", "win.show-contact",
 * "win.rename-contact", "win.remove-contact", "win.add-this-contact". */
void ui_window_add_contact_actions (UiWindow *self);

G_END_DECLS
