/* One line of a conversation as an object: what was said, by whom, and how far it has come. */
#pragma once

#include "chat-contact.h"
#include "store-messages.h"

G_BEGIN_DECLS

/* Why a line failed that no server has answered to; else "error" is a stanza error's name. */
#define CHAT_MESSAGE_TOO_OLD    "too-old"      /* it waited for more than a day: is it still true? */
#define CHAT_MESSAGE_UNCERTAIN  "uncertain"    /* it may have been sent: the link ended, and no archive knows */
#define CHAT_MESSAGE_NOT_STORED "not-stored"   /* the disk did not take it */
#define CHAT_MESSAGE_KEPT_BACK  "kept-back"    /* a feature would not let it out */

/* Properties, notified: "state" (StoreMessageState as int), "error" (nullable). Everything else never changes. */
ChatMessage       *chat_message_new          (ChatContact            *contact,
                                              const StoreMessageRow  *row) G_GNUC_WARN_UNUSED_RESULT;
gint64             chat_message_get_id       (ChatMessage            *self);   /* messages.id, 0: being stored */
gint64             chat_message_get_position (ChatMessage            *self);
ChatContact       *chat_message_get_contact  (ChatMessage            *self);   /* with whom */
gboolean           chat_message_is_outgoing  (ChatMessage            *self);
const char        *chat_message_get_body     (ChatMessage            *self);   /* UTF-8, as it was sent */
gint64             chat_message_get_sent_at  (ChatMessage            *self);   /* µs since 1970 UTC */
const char        *chat_message_get_stanza_id (ChatMessage           *self);   /* (nullable) */
StoreMessageState  chat_message_get_state    (ChatMessage            *self);
const char        *chat_message_get_error    (ChatMessage            *self);   /* (nullable) why it failed */
void               chat_message_update       (ChatMessage            *self,    /* id, position, state, error from the row */
                                              const StoreMessageRow  *row);

G_END_DECLS
