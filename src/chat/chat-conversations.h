/* All conversations in which something was said or typed, the last active first: a GListModel of ChatConversation. */
#pragma once

#include "chat-conversation.h"

G_BEGIN_DECLS

ChatConversations *chat_conversations_new    (void) G_GNUC_WARN_UNUSED_RESULT;
ChatConversation  *chat_conversations_find   (ChatConversations  *self,
                                              ChatContact        *contact);   /* (transfer none) (nullable) */
ChatConversation  *chat_conversations_ensure (ChatConversations  *self,
                                              ChatContact        *contact);   /* (transfer none) made when it is not there; listed once it is used */

G_END_DECLS
