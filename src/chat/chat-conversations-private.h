/* The list of conversations, for the core only: many at once. */
#pragma once

#include "chat-conversations.h"

G_BEGIN_DECLS

void chat_conversations_add_many (ChatConversations *self,
                                  GPtrArray         *conversations);   /* of ChatConversation; announced as one change */

G_END_DECLS
