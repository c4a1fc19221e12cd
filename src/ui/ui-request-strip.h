/* The strip above a conversation with somebody who asks to see us, or who is no contact yet. */
#pragma once

#include <adwaita.h>

#include "chat-contact.h"

G_BEGIN_DECLS

#define UI_TYPE_REQUEST_STRIP (ui_request_strip_get_type ())
G_DECLARE_FINAL_TYPE (UiRequestStrip, ui_request_strip, UI, REQUEST_STRIP, AdwBin)

void ui_request_strip_set_contact (UiRequestStrip *self,
                                   ChatContact    *contact);   /* (nullable) */

G_END_DECLS
