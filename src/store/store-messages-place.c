/* Where a message stands: positions in one order for the whole database, and up to which of them was read.
 *
 *   0 …                         2^60 …                                    next          2^62 …
 *   │ older than all that was    │ what came, STORE_POSITION_GAP apart,    │ is given    │ own lines that wait,
 *   │ here first: an archive's   │ and intervals that were kept free for   │ out next    │ one apart, in the order
 *   │ pages, downwards           │ what an archive has still to tell       │             │ of writing */
#include "store-messages-private.h"

/* A line between two others leaves that part of the way free on one side, and the rest on the other: so hundreds that
 * come after each other find a place there. */
#define PART 6   /* 2^-6 */

G_STATIC_ASSERT (STORE_POSITION_FIRST == G_GINT64_CONSTANT (1152921504606846976));
G_STATIC_ASSERT (STORE_POSITION_PENDING == G_GINT64_CONSTANT (4611686018427387904));

/**
 * store_messages_reserve_places:
 * @db: the connection
 * @n: how many
 * @error: return location for an error
 *
 * Takes an interval of positions above all that were given out, so that nobody else gets one of them.
 *
 * Returns: the first of them, or 0 with %STORE_ERROR set
 */
gint64
store_messages_reserve_places (StoreDb *db, gint64 n, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select = store_db_prepare (db, "SELECT next FROM positions WHERE id = 1", error);
  g_autoptr (StoreStatement) update = NULL;
  gint64 first;

  if (select == NULL)
    return 0;
  if (!store_step (select, &problem)) {
    if (problem == NULL)
      g_set_error_literal (&problem, STORE_ERROR, STORE_ERROR_CORRUPT, "The database does not say the next position");
    g_propagate_error (error, g_steal_pointer (&problem));
    return 0;
  }
  first = store_column_int (select, 0);

  update = store_db_prepare (db, "UPDATE positions SET next = ?1 WHERE id = 1", error);
  if (update == NULL)
    return 0;
  store_bind_int (update, 1, first + n);
  return store_step_done (update, error) ? first : 0;
}

/**
 * store_messages_next_place:
 * @db: the connection
 * @error: return location for an error
 *
 * Takes the position after everything that has its place, in any conversation.
 *
 * Returns: the position, or 0 with %STORE_ERROR set
 */
gint64
store_messages_next_place (StoreDb *db, GError **error)
{
  return store_messages_reserve_places (db, STORE_POSITION_GAP, error);
}

/**
 * store_messages_waiting_place:
 * @db: the connection
 * @error: return location for an error
 *
 * Finds the position behind everything that waits, in any conversation: so the order of these positions is the order
 * of writing.
 *
 * Returns: the position, or 0 with %STORE_ERROR set
 */
gint64
store_messages_waiting_place (StoreDb *db, GError **error)
{
  gint64 last = 0;

  return store_messages_highest_place (db, G_MAXINT64, &last, error) ? MAX (last, STORE_POSITION_PENDING) + 1 : 0;
}

/**
 * store_messages_highest_place:
 * @db: the connection
 * @below: a position
 * @place: (out): the highest below it that a message has, in any conversation; 0 when there is none
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_highest_place (StoreDb *db, gint64 below, gint64 *place, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT max (position) FROM messages WHERE position < ?1", error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, below);
  if (!store_step (select, error))
    return FALSE;
  *place = store_column_int (select, 0);
  return TRUE;
}

/**
 * store_messages_own_neighbours:
 * @db: the connection
 * @line: an own line
 * @older: (out): where the last own line of its conversation stands that was written before it, 0: nowhere
 * @younger: (out): where the first one above @older stands that was written after it, %STORE_POSITION_PENDING: nowhere
 * @error: return location for an error
 *
 * Own lines keep the order of writing, whatever the order in which a server put them down, or told us of them. What
 * was here before a line was written is older than it; what came later need not be younger, for it may come from an
 * archive.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_own_neighbours (StoreDb *db, const StoreMessageRow *line, gint64 *older, gint64 *younger,
                               GError **error)
{
  g_autoptr (StoreStatement) below =
      store_db_prepare (db,
                        "SELECT coalesce ((SELECT position FROM messages WHERE conversation = ?1"
                        "  AND position < 4611686018427387904 AND outgoing = 1 AND id < ?2"
                        "  ORDER BY position DESC LIMIT 1), 0)",
                        error);
  g_autoptr (StoreStatement) above =
      store_db_prepare (db,
                        "SELECT coalesce ((SELECT position FROM messages WHERE conversation = ?1"
                        "  AND position > ?4 AND position < 4611686018427387904 AND outgoing = 1 AND sent_at > ?2"
                        "  AND id > ?3 ORDER BY position LIMIT 1), 4611686018427387904)",
                        below != NULL ? error : NULL);

  if (below == NULL || above == NULL)
    return FALSE;
  store_bind_int (below, 1, line->conversation);
  store_bind_int (below, 2, line->id);
  if (!store_step (below, error))
    return FALSE;
  *older = store_column_int (below, 0);
  store_bind_int (above, 1, line->conversation);
  store_bind_int (above, 2, line->sent_at);
  store_bind_int (above, 3, line->id);
  store_bind_int (above, 4, *older);
  if (!store_step (above, error))
    return FALSE;
  *younger = store_column_int (above, 0);
  return TRUE;
}

/**
 * store_messages_place_between:
 * @db: the connection
 * @lower: a position
 * @upper: one above it, %STORE_POSITION_PENDING: there is nothing above it
 * @error: return location for an error
 *
 * Finds a place between two messages of a conversation, for a line that others may follow below.
 *
 * Returns: the position, after everything where there is no room, or 0 with %STORE_ERROR set
 */
gint64
store_messages_place_between (StoreDb *db, gint64 lower, gint64 upper, GError **error)
{
  if (upper >= STORE_POSITION_PENDING || upper - lower < 2)
    return store_messages_next_place (db, error);
  return upper - MAX ((upper - lower) >> PART, 1);
}

/* The lowest place above another one, in any conversation; STORE_POSITION_PENDING: there is none. */
static gboolean
lowest_place_above (StoreDb *db, gint64 above, gint64 *place, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT coalesce (min (position), 4611686018427387904) FROM messages WHERE position > ?1",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, above);
  if (!store_step (select, error))
    return FALSE;
  *place = MIN (store_column_int (select, 0), STORE_POSITION_PENDING);
  return TRUE;
}

/**
 * store_messages_place_own:
 * @db: the connection
 * @line: an own line that waits
 * @place: where it would go, or 0: after everything
 * @error: return location for an error
 *
 * Finds the place of an own line that was sent: @place, unless it would pass another own line there.
 *
 * Returns: the position, or 0 with %STORE_ERROR set
 */
gint64
store_messages_place_own (StoreDb *db, const StoreMessageRow *line, gint64 place, GError **error)
{
  gint64 older, younger, next;

  if (!store_messages_own_neighbours (db, line, &older, &younger, error))
    return 0;
  if (place > older && place < younger)
    return place;
  if (younger < STORE_POSITION_PENDING) {
    if (!store_messages_highest_place (db, younger, &next, error))
      return 0;
    /* Lines are confirmed in the order of writing, and read in the other one. */
    if (place == 0 && younger - next > 1)
      return next + MAX ((younger - next) >> PART, 1);
    return store_messages_place_between (db, next, younger, error);
  }
  if (place == 0)
    return store_messages_next_place (db, error);
  return lowest_place_above (db, older, &next, error) ? store_messages_place_between (db, older, next, error) : 0;
}

/**
 * store_messages_read_over:
 * @db: the connection
 * @conversation: a conversation
 * @position: the place of what the user said there, on another device
 * @error: return location for an error
 *
 * Who answers has read: the read position moves up to there, never back.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_read_over (StoreDb *db, gint64 conversation, gint64 position, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db, "UPDATE conversations SET read_position = ?2 WHERE id = ?1 AND read_position < ?2", error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, conversation);
  store_bind_int (update, 2, position);
  return store_step_done (update, error);
}

/**
 * store_messages_read_on:
 * @db: the connection
 * @conversation: a conversation
 * @position: the place of a message that counts as read
 * @error: return location for an error
 *
 * Moves the read position up to a message, unless something that is unread stands before it: that stays unread, and so
 * does what comes after it.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_read_on (StoreDb *db, gint64 conversation, gint64 position, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db,
                        "UPDATE conversations SET read_position = ?2 WHERE id = ?1 AND read_position < ?2"
                        " AND NOT EXISTS (SELECT 1 FROM messages u WHERE u.conversation = ?1 AND u.outgoing = 0"
                        "  AND u.position > read_position AND u.position < ?2)",
                        error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, conversation);
  store_bind_int (update, 2, position);
  return store_step_done (update, error);
}
