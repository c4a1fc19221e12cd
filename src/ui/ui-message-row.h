/* One message in the timeline: who, when, what, how far it has come, and what to do when it failed. */
#pragma once

#include <gtk/gtk.h>

#include "chat-conversation.h"

G_BEGIN_DECLS

#define UI_TYPE_MESSAGE_ROW (ui_message_row_get_type ())
G_DECLARE_FINAL_TYPE (UiMessageRow, ui_message_row, UI, MESSAGE_ROW, GtkListBoxRow)

GtkWidget   *ui_message_row_new           (ChatConversation *conversation,
                                           ChatMessage      *message) G_GNUC_WARN_UNUSED_RESULT;
ChatMessage *ui_message_row_get_message   (UiMessageRow     *self);   /* (transfer none) */
GtkWidget   *ui_message_row_get_body      (UiMessageRow     *self);   /* (transfer none) */
void         ui_message_row_set_continues (UiMessageRow     *self,    /* follows the same sender within minutes: no name, no avatar */
                                           gboolean          continues);

G_END_DECLS
