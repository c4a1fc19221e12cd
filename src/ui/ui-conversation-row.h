/* One conversation in the list: with whom, when and what was said last, and what is unread. */
#pragma once

#include <gtk/gtk.h>

#include "base-clock.h"
#include "chat-conversation.h"

G_BEGIN_DECLS

#define UI_TYPE_CONVERSATION_ROW (ui_conversation_row_get_type ())
G_DECLARE_FINAL_TYPE (UiConversationRow, ui_conversation_row, UI, CONVERSATION_ROW, GtkWidget)

GtkWidget *ui_conversation_row_new              (BaseClock         *clock) G_GNUC_WARN_UNUSED_RESULT;
void       ui_conversation_row_set_conversation (UiConversationRow *self,
                                                 ChatConversation  *conversation);   /* (nullable) */

G_END_DECLS
