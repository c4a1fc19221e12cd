/* Messages side by side, for the timeline. */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

guint        chat_message_place (GPtrArray *messages,   /* of ChatMessage, by position */
                                 gint64     position);
ChatMessage *chat_message_find  (GPtrArray *messages,
                                 gint64     id);        /* (transfer none) (nullable) */

G_END_DECLS
