/* The conversations table: with whom, up to where it was read, what was typed and not sent. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

#define STORE_UNREAD_MAX      1000   /* counting ends here: "999+" */
#define STORE_LAST_BODY_CHARS 500    /* of the last message's text */

typedef struct {
  gint64  id;
  gint64  account;         /* accounts.id */
  guint   kind;            /* as ChatKind: person, room, occupant */
  char   *jid;             /* (owned) */
  gint64  read_position;   /* messages.position up to which it was read */
  char   *draft;           /* (owned, nullable) */
  gint64  last_position;   /* of the last message that has its place, 0: none */
  gint64  last_at;         /* µs since 1970 UTC of the last message, 0: none */
  char   *last_body;       /* (owned, nullable) the beginning of its text */
  gboolean last_outgoing;
  guint   unread;          /* at most STORE_UNREAD_MAX */
} StoreConversationRow;

void       store_conversation_row_free     (StoreConversationRow  *row);
GPtrArray *store_conversations_load_rows   (StoreDb               *db,      /* with last_* and unread filled in */
                                            GError               **error) G_GNUC_WARN_UNUSED_RESULT;
StoreConversationRow *store_conversations_get_rows (StoreDb        *db,      /* one of them */
                                            gint64                 id,
                                            GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gint64     store_conversations_find_rows   (StoreDb               *db,      /* finds or makes it; 0 on error */
                                            gint64                 account,
                                            guint                  kind,
                                            const char            *jid,
                                            GError               **error);
gboolean   store_conversations_draft_rows  (StoreDb               *db,
                                            gint64                 id,
                                            const char            *draft,   /* (nullable) */
                                            GError               **error);
gboolean   store_conversations_read_rows   (StoreDb               *db,      /* only ever forward */
                                            gint64                 id,
                                            gint64                 position,
                                            GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreConversationRow, store_conversation_row_free)

G_END_DECLS
