/* The registry that meson writes from the one list in this folder's meson.build. */
#pragma once

#include "chat-part.h"

G_BEGIN_DECLS

extern const ChatPart *const chat_parts[];   /* NULL-ended */

G_END_DECLS
