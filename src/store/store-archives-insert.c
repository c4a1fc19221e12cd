/* A gap's pages, row by row: what stands where, and what counts as read.
 *
 *   older than the gap │ here before, not met yet ……… new ones, downwards ┤ high: met, or put there
 *   ───────────────────┴──────────────────────────────────────────────────►
 *                     low            as far from the next older one as it goes */
#include "store-archives-private.h"

/* Messages of a page stand that far apart, and closer when the next older one is near: at most this part of the way
 * there is gone at once, so that tens of thousands find a place between two neighbours. */
#define STEP     ((gint64) 1 << 16)
#define PART     12   /* 2^-12 */

/* Whether a message of the archive's account stands at a position. */
static gboolean
is_of_account (StoreDb *db, const StoreGapRow *gap, gint64 position, gboolean *is, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT EXISTS (SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation"
                        "  JOIN archives a ON a.account = c.account WHERE m.position = ?2 AND a.id = ?1)",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, gap->archive);
  store_bind_int (select, 2, position);
  if (!store_step (select, error))
    return FALSE;
  *is = store_column_int (select, 0) != 0;
  return TRUE;
}

static gboolean
shift_down (StoreDb *db, const StoreGapRow *gap, gint64 from, gint64 by, GError **error)
{
  g_autoptr (StoreStatement) marks =
      store_db_prepare (db,
                        "UPDATE conversations SET read_position = read_position - ?4"
                        " WHERE account = (SELECT account FROM archives WHERE id = ?1)"
                        " AND read_position >= ?2 AND read_position < ?3",
                        error);
  g_autoptr (StoreStatement) rows =
      store_db_prepare (db,
                        "UPDATE messages SET position = position - ?4"
                        " WHERE conversation IN (SELECT c.id FROM archives a JOIN conversations c"
                        "  ON c.account = a.account WHERE a.id = ?1) AND position >= ?2 AND position < ?3",
                        marks != NULL ? error : NULL);
  StoreStatement *both[] = { marks, rows };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    if (both[i] == NULL)
      return FALSE;
    store_bind_int (both[i], 1, gap->archive);
    store_bind_int (both[i], 2, from);
    store_bind_int (both[i], 3, gap->high);
    store_bind_int (both[i], 4, by);
    if (!store_step_done (both[i], error))
      return FALSE;
  }
  return TRUE;
}

/* What lies inside and was not met yet is older than what comes next: all of it moves down, half of the way that is
 * free below, and keeps its order. */
static gboolean
make_room (StoreDb *db, const StoreGapRow *gap, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT min (m.position) FROM archives a JOIN conversations c ON c.account = a.account"
                        " JOIN messages m ON m.conversation = c.id"
                        " WHERE a.id = ?1 AND m.position > ?2 AND m.position < ?3",
                        error);
  gint64 lowest, by;

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, gap->archive);
  store_bind_int (select, 2, gap->low);
  store_bind_int (select, 3, gap->high);
  if (!store_step (select, error))
    return FALSE;
  lowest = store_column_int (select, 0);
  by = (lowest - gap->low) / 2;
  /* No row may land where another one has not left yet. */
  if (lowest > 0 && by > gap->high - lowest)
    return shift_down (db, gap, lowest, by, error);
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_FAILED, "There is no room left for an archive's messages");
  return FALSE;
}

/* Finds a place in a gap that is below all that was met and above all that was not. */
static gint64
place_in_gap (StoreDb *db, StoreGapRow *gap, GError **error)
{
  for (;;) {
    gint64 below = 0, room;
    gboolean is_ours = TRUE;

    if (!store_messages_highest_place (db, gap->high, &below, error))
      return 0;
    room = gap->high - MAX (below, gap->low);
    if (room > 1)
      return gap->high - CLAMP (room >> PART, 1, STEP);
    if (below > gap->low && !is_of_account (db, gap, below, &is_ours, error))
      return 0;
    /* Another account's message bounds nothing here. */
    if (!is_ours)
      gap->high = below;
    else if (!make_room (db, gap, error))
      return 0;
  }
}

/* A page goes on where an earlier one ended, perhaps in another session. */
static gboolean
find_lowest (StoreDb *db, StoreGapRow *gap, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT m.position FROM archives a JOIN conversations c ON c.account = a.account"
                        " JOIN messages m ON m.conversation = c.id AND m.archive_id = ?2 WHERE a.id = ?1",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, gap->archive);
  store_bind_text (select, 2, gap->before_id);
  if (store_step (select, &problem))
    gap->lowest = store_column_int (select, 0);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* What is read is older than what was read before it. What came in late, because the server had kept it for a link that
 * was lost, may stand above that, and so may an own line that was confirmed late: it goes to where it belongs. */
static gboolean
is_too_high (const StoreGapRow *gap, const StoreMessageRow *known)
{
  return gap->lowest != 0 && known->position > gap->lowest && !store_message_row_waits (known);
}

/* Finds a place for what is older than all that was read: in the gap, or, where reading has passed its lower end, right
 * below what was read last. */
static gint64
place_below (StoreDb *db, StoreGapRow *gap, GError **error)
{
  gint64 below = 0, room;

  if (gap->lowest == 0 || gap->lowest > gap->low)
    return place_in_gap (db, gap, error);
  if (!store_messages_highest_place (db, gap->lowest, &below, error))
    return 0;
  room = gap->lowest - below;
  return room > 1 ? gap->lowest - CLAMP (room >> 1, 1, STEP) : place_in_gap (db, gap, error);
}

/* Whether an own line would pass an older one on its way down. That one is in its place, or comes with a later page;
 * where reading ends before it, nobody would put the two right again. */
static gboolean
would_pass (StoreDb *db, const StoreGapRow *gap, const StoreMessageRow *known, gboolean *passes, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT EXISTS (SELECT 1 FROM messages WHERE conversation = ?1 AND outgoing = 1"
                        " AND position > ?2 AND position < ?3 AND sent_at < ?4)",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, known->conversation);
  store_bind_int (select, 2, gap->lowest);
  store_bind_int (select, 3, known->position);
  store_bind_int (select, 4, known->sent_at);
  if (!store_step (select, error))
    return FALSE;
  *passes = store_column_int (select, 0) != 0;
  return TRUE;
}

static gboolean
insert_known (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, StoreMessageRow *same, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  gboolean moves = is_too_high (gap, known), passes = FALSE;
  gint64 place = known->position;

  if (moves && known->outgoing && !would_pass (db, gap, known, &passes, error))
    return FALSE;
  moves = moves && !passes;
  if (moves || (store_message_row_waits (known) && row->state >= STORE_MESSAGE_SENT))
    place = place_below (db, gap, error);
  if (moves)
    known->position = place;
  if (place == 0 || (moves && !store_messages_update_row (db, known, error))
      || !store_messages_put_same (db, row, g_steal_pointer (&known), place, error))
    return FALSE;
  if (row->position > gap->low && row->position < gap->high)
    gap->high = row->position;
  if (!store_message_row_waits (row))
    gap->lowest = row->position;
  return TRUE;
}

static gboolean
insert_new (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, GError **error)
{
  row->position = place_below (db, gap, error);
  if (row->position == 0 || !store_messages_add_row (db, row, error))
    return FALSE;
  gap->lowest = row->position;
  if (row->position > gap->low && row->position < gap->high)
    gap->high = row->position;
  if (row->outgoing)
    return store_messages_read_over (db, row->conversation, row->position, error);
  return !gap->is_history || store_messages_read_on (db, row->conversation, row->position, error);
}

/**
 * store_archives_insert_rows:
 * @db: the connection
 * @gap: the gap that a page was read of; its high comes down to where @row stands
 * @row: a message of the page, the newest first; becomes what it is in the table now
 * @is_new: (out) (optional): whether it was inserted; %FALSE when it was there already
 * @error: return location for an error
 *
 * Stores a message from an archive unless it is there, see store_messages_insert_rows(). A new one stands right below
 * what was read of the gap so far, and above all that is older and was here before, for which room is made if there is
 * none. One that was there keeps its place unless it stands above what is newer; an own line that waited was sent, and
 * gets one.
 *
 * What is new in a gap of history counts as read, as long as nothing unread stands before it; and so does all that
 * stands before an own message.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_archives_insert_rows (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, gboolean *is_new, GError **error)
{
  g_autoptr (StoreMessageRow) same = NULL;

  g_assert (store_db_is_mine (db));

  if (row->archive_id != NULL && gap->before_id == NULL && !store_archives_begin_gap (db, gap, row->archive_id, error))
    return FALSE;
  if (gap->lowest == 0 && gap->before_id != NULL && !find_lowest (db, gap, error))
    return FALSE;
  if (!store_messages_find_same (db, row, &same, error))
    return FALSE;
  if (is_new != NULL)
    *is_new = same == NULL;
  return same != NULL ? insert_known (db, gap, row, g_steal_pointer (&same), error) : insert_new (db, gap, row, error);
}
