/* A conversation with one person: what was last said, what is unread, what is being typed, and sending. */
#pragma once

#include "chat-account.h"
#include "chat-timeline.h"
#include "store-conversations.h"

G_BEGIN_DECLS

/* Properties, notified: "account", "contact", "last-activity" (µs since 1970 UTC), "last-line" (nullable; one line),
 * "last-outgoing", "unread", "draft" (nullable), "typing" (they are), "active" (the user looks at it). */
ChatConversation *chat_conversation_new               (ChatAccount                 *account,
                                                       ChatContact                 *contact,
                                                       const StoreConversationRow  *row) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) row */
ChatAccount      *chat_conversation_get_account       (ChatConversation  *self);
ChatContact      *chat_conversation_get_contact       (ChatConversation  *self);
ChatKind          chat_conversation_get_kind          (ChatConversation  *self);
ChatTimeline     *chat_conversation_dup_timeline      (ChatConversation  *self) G_GNUC_WARN_UNUSED_RESULT;   /* shared while somebody holds it */
ChatTimeline     *chat_conversation_get_timeline      (ChatConversation  *self);   /* (transfer none) (nullable): nobody looks */
gint64            chat_conversation_get_last_activity (ChatConversation  *self);
const char       *chat_conversation_get_last_line     (ChatConversation  *self);   /* (nullable) */
gboolean          chat_conversation_get_last_outgoing (ChatConversation  *self);
guint             chat_conversation_get_unread        (ChatConversation  *self);
gboolean          chat_conversation_get_typing        (ChatConversation  *self);
const char       *chat_conversation_get_draft         (ChatConversation  *self);   /* (nullable) */
void              chat_conversation_set_draft         (ChatConversation  *self,    /* stored at once */
                                                       const char        *text);   /* (nullable) */
void              chat_conversation_set_active        (ChatConversation  *self,    /* TRUE: what is there and what comes is read */
                                                       gboolean           active);
void              chat_conversation_set_composing     (ChatConversation  *self,    /* the user types; paused and active follow by themselves */
                                                       gboolean           composing);
void              chat_conversation_send              (ChatConversation  *self,    /* shown, stored, then sent */
                                                       const char        *body);
void              chat_conversation_retry             (ChatConversation  *self,
                                                       ChatMessage       *message);   /* a failed one */
void              chat_conversation_delete            (ChatConversation  *self,
                                                       ChatMessage       *message);   /* a failed one, here only */

/* For the parts. */
void              chat_conversation_take_row          (ChatConversation       *self,   /* a row was stored or changed */
                                                       const StoreMessageRow  *row,
                                                       gboolean                is_new);
void              chat_conversation_set_typing        (ChatConversation       *self,
                                                       gboolean                typing);

G_END_DECLS
