/* Lines that were handed to a stream which died: what became of them, asked of the archive. For the parts. */
#pragma once

#include "chat-conversation.h"
#include "store-messages.h"

G_BEGIN_DECLS

void       part_settle_async  (ChatConversation     *conversation,
                               GPtrArray            *rows,         /* of StoreMessageRow: own lines of it that are PENDING, oldest first; copied */
                               gboolean              is_patient,   /* nothing is decided when the archive is not well just now */
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
GPtrArray *part_settle_finish (ChatConversation     *conversation,
                               GAsyncResult         *result,       /* those that did not arrive, to be sent again; the others are SENT or FAILED now */
                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
