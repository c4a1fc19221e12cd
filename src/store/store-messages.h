/* The messages table: found again rather than stored twice, ordered by position, state only ever forward. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

#define STORE_POSITION_GAP     ((gint64) 1 << 20)
#define STORE_POSITION_FIRST   ((gint64) 1 << 60)   /* what came since there is a database: older history stands below */
#define STORE_POSITION_PENDING ((gint64) 1 << 62)   /* own lines not sent yet: behind everything, in order of writing */

typedef enum {            /* own lines go forward through these; FAILED may go back to PENDING by Retry */
  STORE_MESSAGE_RECEIVED, /* not ours */
  STORE_MESSAGE_PENDING,
  STORE_MESSAGE_FAILED,
  STORE_MESSAGE_SENT,
  STORE_MESSAGE_DELIVERED,
  STORE_MESSAGE_READ,
} StoreMessageState;

typedef struct {
  gint64             id;             /* 0: not stored yet */
  gint64             conversation;
  gint64             position;       /* 0: store_messages_insert_rows() finds the place at the end */
  gboolean           outgoing;
  char              *sender;         /* (owned) the real sender */
  char              *stanza_id;      /* (owned, nullable) */
  char              *origin_id;      /* (owned, nullable) */
  char              *archive_id;     /* (owned, nullable) */
  gint64             sent_at;        /* µs since 1970 UTC */
  char              *body;           /* (owned) UTF-8 */
  StoreMessageState  state;
  char              *error;          /* (owned, nullable) a stanza error's name, or what else was wrong */
  gboolean           asks_receipt;
  gboolean           tried;          /* an own line that was handed to a stream: unless it is SENT, nobody knows what became of it */
} StoreMessageRow;

void             store_message_row_free         (StoreMessageRow    *row);
gboolean         store_messages_insert_rows     (StoreDb            *db,        /* sets id and position */
                                                 StoreMessageRow    *row,
                                                 gboolean           *is_new,    /* (out) FALSE: it was there; id tells which */
                                                 GError            **error);
GPtrArray       *store_messages_before_rows     (StoreDb            *db,        /* the newest n below position, oldest first */
                                                 gint64              conversation,
                                                 gint64              position,
                                                 guint               n,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray       *store_messages_after_rows      (StoreDb            *db,        /* the oldest n above position, oldest first */
                                                 gint64              conversation,
                                                 gint64              position,
                                                 guint               n,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray       *store_messages_pending_rows    (StoreDb            *db,        /* all conversations of an account, in order */
                                                 gint64              account,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
StoreMessageRow *store_messages_find_own_rows   (StoreDb            *db,        /* an own line by the id it was sent with */
                                                 gint64              conversation,
                                                 const char         *stanza_id,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;   /* NULL without error: none */
StoreMessageRow *store_messages_state_rows      (StoreDb            *db,        /* forward only; SENT finds its place; the row as it is now */
                                                 gint64              id,
                                                 StoreMessageState   state,
                                                 const char         *reason,    /* (nullable) with FAILED */
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray       *store_messages_try_rows        (StoreDb            *db,        /* as pending_rows, and from now on they are tried; the rows say what they were before */
                                                 gint64              account,
                                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         store_messages_remove_rows     (StoreDb            *db,
                                                 gint64              id,
                                                 GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreMessageRow, store_message_row_free)

G_END_DECLS
