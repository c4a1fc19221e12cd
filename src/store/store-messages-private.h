/* What the files of the messages table share: one row read and written, its place, and which rows are one message. */
#pragma once

#include "store-messages.h"

G_BEGIN_DECLS

#define STORE_MESSAGE_COLUMNS \
  "id, conversation, position, outgoing, sender, stanza_id, origin_id, archive_id, sent_at, body, state, error," \
  " asks_receipt, tried"

/* How many positions are kept free for what an archive has to tell of the time between two sessions. */
#define STORE_GAP_INTERVAL ((gint64) 1 << 40)

/* store-messages-row.c */
StoreMessageRow *store_message_row_read          (StoreStatement        *select);     /* of STORE_MESSAGE_COLUMNS, on a row */
gboolean         store_message_row_waits         (const StoreMessageRow *row);        /* it has no place yet */
StoreMessageRow *store_messages_select_row       (StoreDb               *db,          /* NULL without error: none */
                                                  gint64                 id,
                                                  GError               **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean         store_messages_add_row          (StoreDb               *db,          /* sets id */
                                                  StoreMessageRow       *row,
                                                  GError               **error);
gboolean         store_messages_update_row       (StoreDb               *db,          /* all but what was said, when and by whom */
                                                  const StoreMessageRow *row,
                                                  GError               **error);

/* store-messages-place.c */
gint64           store_messages_next_place       (StoreDb               *db,          /* after everything; 0 on error, as the others */
                                                  GError               **error);
gint64           store_messages_waiting_place    (StoreDb               *db,          /* behind everything that waits */
                                                  GError               **error);
gint64           store_messages_reserve_places   (StoreDb               *db,          /* the first of n that nobody else gets */
                                                  gint64                 n,
                                                  GError               **error);
gboolean         store_messages_highest_place    (StoreDb               *db,          /* taken and below a position; 0: none */
                                                  gint64                 below,
                                                  gint64                *place,       /* (out) */
                                                  GError               **error);
gboolean         store_messages_own_neighbours   (StoreDb               *db,          /* by when they were written */
                                                  const StoreMessageRow *line,
                                                  gint64                *older,       /* (out) 0: none */
                                                  gint64                *younger,     /* (out) STORE_POSITION_PENDING: none */
                                                  GError               **error);
gint64           store_messages_place_between    (StoreDb               *db,
                                                  gint64                 lower,
                                                  gint64                 upper,       /* STORE_POSITION_PENDING: nothing */
                                                  GError               **error);
gint64           store_messages_place_own        (StoreDb               *db,          /* … of a line that waited and was sent */
                                                  const StoreMessageRow *line,
                                                  gint64                 place,       /* where it would go, 0: after everything */
                                                  GError               **error);
gboolean         store_messages_read_over        (StoreDb               *db,          /* everything up to there was read */
                                                  gint64                 conversation,
                                                  gint64                 position,
                                                  GError               **error);
gboolean         store_messages_read_on          (StoreDb               *db,          /* … but nothing that is unread so far */
                                                  gint64                 conversation,
                                                  gint64                 position,
                                                  GError               **error);

/* store-messages-merge.c */
gboolean         store_messages_find_same        (StoreDb               *db,
                                                  const StoreMessageRow *row,
                                                  StoreMessageRow      **same,        /* (out) (transfer full) NULL: none */
                                                  GError               **error);
gboolean         store_messages_put_same         (StoreDb               *db,
                                                  StoreMessageRow       *row,         /* becomes what same is */
                                                  StoreMessageRow       *same,        /* (transfer full) */
                                                  gint64                 place,       /* for a line that waited and was sent after all, else 0 */
                                                  GError               **error);

G_END_DECLS
