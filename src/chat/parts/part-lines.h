/* Own lines on their way into the store: one that was written, one that is to be tried again. For the parts. */
#pragma once

#include "chat-conversation.h"
#include "store-messages.h"

G_BEGIN_DECLS

StoreMessageRow *part_lines_copy_row     (const StoreMessageRow *row) G_GNUC_WARN_UNUSED_RESULT;
void             part_lines_put_async    (ChatConversation      *conversation,
                                          const StoreMessageRow *row,          /* copied */
                                          gboolean               is_leaving,   /* it is sent as soon as it is stored */
                                          GAsyncReadyCallback    callback,
                                          gpointer               user_data);
void             part_lines_again_async  (ChatConversation      *conversation,
                                          gint64                 id,           /* messages.id of one that failed */
                                          gboolean               is_leaving,
                                          GAsyncReadyCallback    callback,
                                          gpointer               user_data);
StoreMessageRow *part_lines_finish       (ChatConversation      *conversation,
                                          GAsyncResult          *result,       /* the line as it is now, shown */
                                          gboolean              *is_leaving,   /* (out) */
                                          GError               **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
