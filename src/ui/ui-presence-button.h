/* My picture with my presence, and the menu behind it. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_PRESENCE_BUTTON (ui_presence_button_get_type ())
G_DECLARE_FINAL_TYPE (UiPresenceButton, ui_presence_button, UI, PRESENCE_BUTTON, AdwBin)

void ui_presence_button_set_core (UiPresenceButton *self,
                                  ChatCore         *core,
                                  GSettings        *settings);
void ui_presence_button_popup    (UiPresenceButton *self);

G_END_DECLS
