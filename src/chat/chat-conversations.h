/* All conversations, the last active first: a GListModel of ChatConversation. */
#pragma once

#include "chat-conversation.h"

G_BEGIN_DECLS

ChatConversations *chat_conversations_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void               chat_conversations_add    (ChatConversations  *self,
                                              ChatConversation   *conversation);
ChatConversation  *chat_conversations_find   (ChatConversations  *self,
                                              ChatContact        *contact);   /* (transfer none) (nullable) */
ChatConversation  *chat_conversations_ensure (ChatConversations  *self,
                                              ChatContact        *contact);   /* (transfer none) made when it is not there */

G_END_DECLS
