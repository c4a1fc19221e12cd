/* What the window can be told to do, by menus, buttons and keys. */
#pragma once

#include "ui-window.h"

G_BEGIN_DECLS

void ui_window_add_actions    (UiWindow *self);
void ui_window_enable_actions (UiWindow *self,
                               gboolean  enabled);

G_END_DECLS
