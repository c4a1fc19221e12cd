/* The list of conversations, for the core only: many at once, and all of an account. */
#pragma once

#include "chat-conversations.h"

G_BEGIN_DECLS

void chat_conversations_add_many (ChatConversations *self,
                                  GPtrArray         *conversations);   /* of ChatConversation; announced as one change */
void chat_conversations_remove_account (ChatConversations *self,
                                  ChatAccount       *account);

G_END_DECLS
