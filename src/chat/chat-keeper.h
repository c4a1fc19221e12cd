/* Writes a conversation's draft and read mark to the store, one job at a time. */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

typedef struct _ChatKeeper ChatKeeper;

ChatKeeper *chat_keeper_new   (ChatContact *contact,         /* with whom the conversation is */
                               gboolean     is_stored) G_GNUC_WARN_UNUSED_RESULT;   /* it is in the store already */
void        chat_keeper_free  (ChatKeeper  *self);           /* the conversation is gone; what is on its way is written */
void        chat_keeper_draft (ChatKeeper  *self,
                               const char  *draft);          /* (nullable) */
void        chat_keeper_read  (ChatKeeper  *self,
                               gint64       position);       /* up to there; 0: everything */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatKeeper, chat_keeper_free)

G_END_DECLS
