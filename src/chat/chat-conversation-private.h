/* The inside of a conversation, and what the rest of the chat layer needs of it: its key, many rows at once. */
#pragma once

#include "chat-conversation.h"
#include "chat-keeper.h"

G_BEGIN_DECLS

/* For chat-conversation.c and chat-conversation-lines.c. */
struct _ChatConversation {
  GObject       parent;
  ChatAccount  *account;         /* (owned) */
  ChatContact  *contact;         /* (owned) */
  ChatTimeline *timeline;        /* (weak) */
  GHashTable   *unstored;        /* (owned) origin id → ChatMessage (owned): lines that the store does not know yet */
  guint64       n_written;       /* how many lines were written here, for the order of those */
  ChatKeeper   *keeper;          /* (owned) of draft and read mark */
  gint64        id;              /* conversations.id, 0: not stored yet */
  gint64        last_activity;   /* µs since 1970 UTC */
  gint64        last_position;   /* of the last line that was announced, 0: none yet */
  gint64        read_position;   /* up to where it was read, as far as that is known here */
  char         *last_body;       /* (owned, nullable) what was said last, or its beginning … */
  char         *last_line;       /* (owned, nullable) … in one line */
  char         *draft;           /* (owned, nullable) */
  guint         unread;
  gboolean      last_outgoing;
  gboolean      typing;
  gboolean      active;
};

void   chat_conversation_count         (ChatConversation       *self,
                                        const StoreMessageRow  *row);
void   chat_conversation_take_summary  (ChatConversation       *self,
                                        const StoreConversationRow *row,
                                        guint                   n_late);
void   chat_conversation_note_written  (ChatConversation       *self,
                                        ChatMessage            *message);

/* For everybody in this layer. */
gint64 chat_conversation_get_id        (ChatConversation       *self);   /* conversations.id, 0: not stored yet */
void   chat_conversation_set_id        (ChatConversation       *self,
                                        gint64                  id);
void   chat_conversation_take_rows     (ChatConversation       *self,    /* announced as one change */
                                        GPtrArray              *rows,    /* of StoreMessageRow */
                                        const gboolean         *are_new);
void   chat_conversation_take_page     (ChatConversation       *self,    /* said earlier, read from an archive now */
                                        GPtrArray              *rows,    /* of StoreMessageRow, oldest first */
                                        const gboolean         *are_new,
                                        const StoreConversationRow *summary,   /* (nullable) */
                                        gboolean                is_history);
gint64 chat_conversation_next_position (ChatConversation       *self);
void   chat_conversation_add_written   (ChatConversation       *self,
                                        ChatMessage            *message);
void   chat_conversation_forget        (ChatConversation       *self,
                                        ChatMessage            *message);
void   chat_conversation_take_last     (ChatConversation       *self,
                                        const StoreMessageRow  *row);    /* (nullable) */

G_END_DECLS
