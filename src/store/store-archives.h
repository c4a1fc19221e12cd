/* Archives and their gaps: what a server keeps and we have not read yet, as intervals of positions.
 *
 * Positions are given out in one order for the whole database, so that a gap, an interval of them that nobody else
 * gets, lies at the same time in every conversation of its archive: what was said before stands below it, what is said
 * from now on above it, and what its pages bring stands inside. */
#pragma once

#include "store-messages.h"

G_BEGIN_DECLS

/* A gap is read backwards: high comes down with each page, and the row goes with the last one. */
typedef struct {
  gint64  id;
  gint64  archive;      /* archives.id */
  gint64  low, high;    /* low <= a position in it < high */
  char   *after_id;     /* (owned, nullable) the archive's id of the last message before it, NULL: the archive's start */
  char   *before_id;    /* (owned, nullable) … of the first one after it, NULL: not known: the archive's end */
  gint64  opened_at;    /* µs since 1970 UTC, our clock: nothing in it is newer than what was said then */
  gboolean is_history;  /* the archive was never read before: what comes out of it counts as read */
  gint64  lowest;       /* where what was read of it last stands, there or above it; 0: not known; not stored */
  gboolean is_past;     /* what is inserted now is older than the gap: who has a place keeps it; not stored */
} StoreGapRow;

void       store_gap_row_free            (StoreGapRow  *row);
GPtrArray *store_archives_open_rows      (StoreDb      *db,          /* a session begins; all gaps, newest first */
                                          gint64        account,
                                          const char   *jid,         /* whose archive, bare */
                                          gint64        now,         /* µs since 1970 UTC */
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *store_archives_gaps_rows      (StoreDb      *db,          /* … as they are, newest first */
                                          gint64        account,
                                          const char   *jid,
                                          GError      **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   store_archives_newest_rows    (StoreDb      *db,          /* the newest message of a live session that has an id */
                                          gint64        account,
                                          const char   *jid,
                                          const char   *archive_id,
                                          GError      **error);
gboolean   store_archives_page_rows      (StoreDb      *db,          /* after its rows: how far the gap is read */
                                          StoreGapRow  *gap,         /* brought up to date */
                                          const char   *first_id,    /* (nullable) the oldest item of the page */
                                          gboolean      complete,    /* nothing is left: the gap goes */
                                          GError      **error);
gboolean   store_archives_insert_rows    (StoreDb      *db,          /* a message of a page, newest of the page first */
                                          StoreGapRow  *gap,         /* its high comes down */
                                          StoreMessageRow *row,      /* sets id, position, and state as it is now */
                                          gboolean     *is_new,      /* (out) FALSE: it was there */
                                          GError      **error);
gboolean   store_archives_forget_rows    (StoreDb      *db,          /* there is no archive after all: no gap either */
                                          gint64        account,
                                          const char   *jid,
                                          GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreGapRow, store_gap_row_free)

G_END_DECLS
