/* One who asks to see us: who it is, their words, and the answers one can give. */
#pragma once

#include <adwaita.h>

#include "chat-contact.h"

G_BEGIN_DECLS

#define UI_TYPE_REQUEST_ROW (ui_request_row_get_type ())
G_DECLARE_FINAL_TYPE (UiRequestRow, ui_request_row, UI, REQUEST_ROW, GtkListBoxRow)

GtkWidget *ui_request_row_new          (ChatContact   *contact);
void       ui_request_row_toggle_words (UiRequestRow  *self);      /* all of them, or only the beginning */

G_END_DECLS
