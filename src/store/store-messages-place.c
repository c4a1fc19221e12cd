/* Where a message stands: positions in one order for the whole database, and up to which of them was read.
 *
 *   0 …                         2^60 …                                    next          2^62 …
 *   │ older than all that was    │ what came, STORE_POSITION_GAP apart,    │ is given    │ own lines that wait,
 *   │ here first: an archive's   │ and intervals that were kept free for   │ out next    │ one apart, in the order
 *   │ pages, downwards           │ what an archive has still to tell       │             │ of writing */
#include "store-messages-private.h"

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
