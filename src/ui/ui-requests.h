/* Above the contacts: who asks to see us, and how many they are. */
#pragma once

#include <adwaita.h>

#include "chat-requests.h"

G_BEGIN_DECLS

#define UI_TYPE_REQUESTS (ui_requests_get_type ())
G_DECLARE_FINAL_TYPE (UiRequests, ui_requests, UI, REQUESTS, AdwBin)

void ui_requests_set_requests (UiRequests   *self,
                               ChatRequests *requests);   /* hidden while there are none */

G_END_DECLS
