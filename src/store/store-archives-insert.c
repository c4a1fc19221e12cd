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

/* A page goes on where an earlier one ended, perhaps in another session, or below what came in live. An own line may
 * stand higher than it was read, for it stays above what was written before it. */
static gboolean
find_lowest (StoreDb *db, StoreGapRow *gap, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT m.position FROM archives a JOIN conversations c ON c.account = a.account"
                        " JOIN messages m ON m.conversation = c.id AND m.archive_id = ?2"
                        " WHERE a.id = ?1 AND m.outgoing = 0",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, gap->archive);
  store_bind_text (select, 2, gap->before_id);
  gap->lowest = store_step (select, &problem) ? store_column_int (select, 0) : gap->high;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Finds a place for what is older than all that was read: in the gap, or, where something of it was known before the
 * gap was opened, right below that. */
static gint64
place_below (StoreDb *db, StoreGapRow *gap, GError **error)
{
  gint64 below = 0;

  if (gap->lowest == 0 || gap->lowest > gap->low)
    return place_in_gap (db, gap, error);
  if (!store_messages_highest_place (db, gap->lowest, &below, error))
    return 0;
  return gap->lowest - below > 1 ? store_messages_place_between (db, below, gap->lowest, error)
                                 : place_in_gap (db, gap, error);
}

/* Goes on below a message. An own line that was here may stand elsewhere than where it was read: above what was written
 * before it, or below what came while it was confirmed. Nothing is put below it for that. */
static void
read_down_to (StoreGapRow *gap, const StoreMessageRow *row, gboolean is_put)
{
  gboolean is_lower = gap->lowest == 0 || row->position < gap->lowest;

  if (row->position > gap->low && row->position < gap->high)
    gap->high = row->position;
  if (is_put || (is_lower && (!row->outgoing || row->position > gap->low)))
    gap->lowest = row->position;
}

/* The own lines between two positions that were written before another one, the highest first. */
static GArray *
select_older (StoreDb *db, const StoreGapRow *gap, const StoreMessageRow *line, gint64 below, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT id FROM messages WHERE conversation = ?1 AND outgoing = 1 AND position > ?2"
                        " AND position < ?3 AND sent_at < ?4 AND id < ?5 ORDER BY position DESC",
                        error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, line->conversation);
  store_bind_int (select, 2, gap->lowest);
  store_bind_int (select, 3, below);
  store_bind_int (select, 4, line->sent_at);
  store_bind_int (select, 5, line->id);
  while (store_step (select, &problem)) {
    gint64 id = store_column_int (select, 0);

    g_array_append_val (ids, id);
  }
  if (problem == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/* An own line has moved down: it passes none that was written before it, whether reading comes to that one or not. */
static gboolean
take_along (StoreDb *db, const StoreGapRow *gap, const StoreMessageRow *line, gint64 from, GError **error)
{
  g_autoptr (GArray) ids = select_older (db, gap, line, from, error);
  gint64 place = line->position;

  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr (StoreStatement) update = NULL;
    gint64 below = 0;

    if (!store_messages_highest_place (db, place, &below, error))
      return FALSE;
    if (place - below < 2)
      return TRUE;
    place = store_messages_place_between (db, below, place, error);
    update = store_db_prepare (db, "UPDATE messages SET position = ?2 WHERE id = ?1", error);
    if (place == 0 || update == NULL)
      return FALSE;
    store_bind_int (update, 1, g_array_index (ids, gint64, i));
    store_bind_int (update, 2, place);
    if (!store_step_done (update, error))
      return FALSE;
  }
  return ids != NULL;
}

/* A message that has its place keeps it, unless it stands above what is newer: the server had kept it for a link that
 * was lost, and told us late. */
static gboolean
insert_placed (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, StoreMessageRow *same, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  gint64 from = known->position;
  gboolean is_too_high = !gap->is_past && gap->lowest != 0 && from > gap->lowest;

  if (is_too_high) {
    known->position = place_below (db, gap, error);
    if (known->position == 0 || !store_messages_update_row (db, known, error)
        || (known->outgoing && !take_along (db, gap, known, from, error)))
      return FALSE;
  }
  if (!gap->is_past)
    read_down_to (gap, known, is_too_high);
  return store_messages_put_same (db, row, g_steal_pointer (&known), 0, error);
}

/* An own line that waits was sent, and gets its place: where it is read, or where it passes no other own line. */
static gboolean
insert_waiting (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, StoreMessageRow *same, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  gint64 wanted = 0, place = known->position;

  if (row->state >= STORE_MESSAGE_SENT) {
    wanted = place_below (db, gap, error);
    place = wanted != 0 ? store_messages_place_own (db, known, wanted, error) : 0;
  }
  if (place == 0 || !store_messages_put_same (db, row, g_steal_pointer (&known), place, error))
    return FALSE;
  read_down_to (gap, row, place == wanted);
  return TRUE;
}

static gboolean
insert_new (StoreDb *db, StoreGapRow *gap, StoreMessageRow *row, GError **error)
{
  row->position = place_below (db, gap, error);
  if (row->position == 0 || !store_messages_add_row (db, row, error))
    return FALSE;
  read_down_to (gap, row, TRUE);
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
  if (same == NULL)
    return insert_new (db, gap, row, error);
  return store_message_row_waits (same) ? insert_waiting (db, gap, row, g_steal_pointer (&same), error)
                                        : insert_placed (db, gap, row, g_steal_pointer (&same), error);
}
