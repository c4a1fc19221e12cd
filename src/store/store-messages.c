/* The messages table: found again rather than stored twice, ordered by position, state only ever forward.
 *
 *   own lines:   PENDING ──► SENT ──► DELIVERED ──► READ
 *                 │   ▲       │          a line has its place from SENT on; before that it waits
 *                 ▼   │       │          behind everything (positions from STORE_POSITION_PENDING)
 *                FAILED ◄─────┘          FAILED goes back to PENDING by Retry, or on, when it arrived after all */
#include "store-messages-private.h"

G_STATIC_ASSERT (STORE_POSITION_PENDING == G_GINT64_CONSTANT (4611686018427387904));

static GPtrArray *
read_rows (StoreStatement *select, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  g_autoptr (GError) problem = NULL;

  while (store_step (select, &problem))
    g_ptr_array_add (rows, store_message_row_read (select));
  if (problem == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
may_become (StoreMessageState from, StoreMessageState to)
{
  switch (to) {
  case STORE_MESSAGE_PENDING:
    return from == STORE_MESSAGE_FAILED;
  case STORE_MESSAGE_FAILED:
    return from == STORE_MESSAGE_PENDING || from == STORE_MESSAGE_SENT;
  case STORE_MESSAGE_SENT:
  case STORE_MESSAGE_DELIVERED:
  case STORE_MESSAGE_READ:
    return from != STORE_MESSAGE_RECEIVED && to > from;
  case STORE_MESSAGE_RECEIVED:
  default:
    return FALSE;
  }
}

/* Returns the position that @row has in @state: its own, or a new one when it begins or ends to wait. */
static gint64
position_in_state (StoreDb *db, const StoreMessageRow *row, StoreMessageState state, GError **error)
{
  gboolean waits = store_message_row_waits (row);

  if (waits && state >= STORE_MESSAGE_SENT)
    return store_messages_place_own (db, row, 0, error);
  if (!waits && state == STORE_MESSAGE_PENDING)
    return store_messages_waiting_place (db, error);
  return row->position;
}

/* What was handed to a stream stays uncertain, however often it fails and is tried again, until it is known as sent. */
static gboolean
update_state (StoreDb *db, StoreMessageRow *row, StoreMessageState state, const char *reason, GError **error)
{
  gint64 position = position_in_state (db, row, state, error);

  if (position == 0)
    return FALSE;
  row->state = state;
  row->position = position;
  row->tried = row->tried && state < STORE_MESSAGE_SENT;
  g_free (row->error);
  row->error = g_strdup (state == STORE_MESSAGE_FAILED ? reason : NULL);
  return store_messages_update_row (db, row, error);
}

/* A line that waited and was sent after all stands where it would if it was confirmed now. */
static gboolean
insert_again (StoreDb *db, StoreMessageRow *row, StoreMessageRow *same, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  gint64 place = 0;

  if (store_message_row_waits (known) && row->state >= STORE_MESSAGE_SENT)
    place = store_messages_place_own (db, known, 0, error);
  else
    place = known->position;
  return place != 0 && store_messages_put_same (db, row, g_steal_pointer (&known), place, error);
}

/**
 * store_messages_insert_rows:
 * @db: the connection
 * @row: a message; its id and position are set. Position 0 is the end: after everything there is, or for a line that
 *   is PENDING or FAILED behind all that waits. Incoming messages are RECEIVED, own ones never.
 * @is_new: (out) (optional): whether it was inserted; %FALSE when it was there already
 * @error: return location for an error
 *
 * Stores a message unless it is there: the same archive id in the conversation, the same origin id by the same sender
 * (XEP-0359), or, where one of the two has neither, the same stanza id and text by the same sender. Then the row that
 * is there learns the ids it did not have, an own line that waits and comes back as sent has its place at the end
 * from now on, and @row becomes what the row that is there is now.
 *
 * An own message that comes in as sent was said on another device: everything before it in its conversation was
 * read there, and the read position moves up to it.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_messages_insert_rows (StoreDb *db, StoreMessageRow *row, gboolean *is_new, GError **error)
{
  g_autoptr (StoreMessageRow) same = NULL;
  gboolean waits = row->state == STORE_MESSAGE_PENDING || row->state == STORE_MESSAGE_FAILED;

  g_assert (store_db_is_mine (db));

  if (!store_messages_find_same (db, row, &same, error))
    return FALSE;
  if (is_new != NULL)
    *is_new = same == NULL;
  if (same != NULL)
    return insert_again (db, row, g_steal_pointer (&same), error);

  if (row->position == 0)
    row->position = waits ? store_messages_waiting_place (db, error) : store_messages_next_place (db, error);
  if (row->position == 0 || !store_messages_add_row (db, row, error))
    return FALSE;
  return !row->outgoing || waits || store_messages_read_over (db, row->conversation, row->position, error);
}

/**
 * store_messages_before_rows:
 * @db: the connection
 * @conversation: a conversation
 * @position: where to look back from; %G_MAXINT64 for the end
 * @n: how many at most
 * @error: return location for an error
 *
 * Reads the newest @n messages below @position, at a cost that does not depend on how many there are in all.
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the rows, oldest first, or %NULL with
 *   %STORE_ERROR set
 */
GPtrArray *
store_messages_before_rows (StoreDb *db, gint64 conversation, gint64 position, guint n, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT " STORE_MESSAGE_COLUMNS " FROM messages WHERE conversation = ?1 AND position < ?2"
                             " ORDER BY position DESC LIMIT ?3",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, conversation);
  store_bind_int (select, 2, position);
  store_bind_int (select, 3, n);
  rows = read_rows (select, error);
  if (rows == NULL)
    return NULL;

  for (guint i = 0; i < rows->len / 2; i++) {
    gpointer row = rows->pdata[i];

    rows->pdata[i] = rows->pdata[rows->len - 1 - i];
    rows->pdata[rows->len - 1 - i] = row;
  }
  return g_steal_pointer (&rows);
}

/**
 * store_messages_after_rows:
 * @db: the connection
 * @conversation: a conversation
 * @position: where to look on from; 0 for the beginning
 * @n: how many at most
 * @error: return location for an error
 *
 * Reads the oldest @n messages above @position, at a cost that does not depend on how many there are in all.
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the rows, oldest first, or %NULL with
 *   %STORE_ERROR set
 */
GPtrArray *
store_messages_after_rows (StoreDb *db, gint64 conversation, gint64 position, guint n, GError **error)
{
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT " STORE_MESSAGE_COLUMNS " FROM messages WHERE conversation = ?1 AND position > ?2"
                             " ORDER BY position LIMIT ?3",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, conversation);
  store_bind_int (select, 2, position);
  store_bind_int (select, 3, n);
  return read_rows (select, error);
}

/**
 * store_messages_pending_rows:
 * @db: the connection
 * @account: an account
 * @error: return location for an error
 *
 * Reads the own lines of an account that are still to be sent.
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the rows in the order of writing, or %NULL
 *   with %STORE_ERROR set
 */
GPtrArray *
store_messages_pending_rows (StoreDb *db, gint64 account, GError **error)
{
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT " STORE_MESSAGE_COLUMNS " FROM messages INDEXED BY messages_order"
                             " WHERE position >= 4611686018427387904 AND state = 1"
                             " AND (SELECT account FROM conversations c WHERE c.id = conversation) = ?1"
                             " ORDER BY position",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, account);
  return read_rows (select, error);
}

/**
 * store_messages_try_rows:
 * @db: the connection
 * @account: an account
 * @error: return location for an error
 *
 * Reads the own lines of an account that are still to be sent, and notes that from now on each may have been: only a
 * line that was not tried before is certainly not there yet.
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the rows in the order of writing, as they were
 *   before, or %NULL with %STORE_ERROR set
 */
GPtrArray *
store_messages_try_rows (StoreDb *db, gint64 account, GError **error)
{
  g_autoptr (GPtrArray) rows = store_messages_pending_rows (db, account, error);
  g_autoptr (StoreStatement) update = NULL;

  if (rows == NULL)
    return NULL;

  update = store_db_prepare (db,
                             "UPDATE messages INDEXED BY messages_order"
                             " SET tried = (SELECT next FROM positions WHERE id = 1)"
                             " WHERE position >= 4611686018427387904 AND state = 1 AND tried = 0"
                             " AND (SELECT account FROM conversations c WHERE c.id = conversation) = ?1",
                             error);
  if (update == NULL)
    return NULL;
  store_bind_int (update, 1, account);
  return store_step_done (update, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * store_messages_find_own_rows:
 * @db: the connection
 * @conversation: a conversation
 * @stanza_id: the id of a message stanza
 * @error: return location for an error
 *
 * Finds the own line that was sent with an id, for who answers to it: a receipt or an error. Of several the newest.
 *
 * Returns: (transfer full) (nullable): the row; %NULL without an error when there is none, or with %STORE_ERROR set
 */
StoreMessageRow *
store_messages_find_own_rows (StoreDb *db, gint64 conversation, const char *stanza_id, GError **error)
{
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT " STORE_MESSAGE_COLUMNS " FROM messages"
                             " WHERE conversation = ?1 AND stanza_id = ?2 AND outgoing = 1"
                             " ORDER BY position DESC LIMIT 1",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, conversation);
  store_bind_text (select, 2, stanza_id);
  return store_step (select, error) ? store_message_row_read (select) : NULL;
}

/**
 * store_messages_state_rows:
 * @db: the connection
 * @id: a message
 * @state: the state that was heard of
 * @reason: (nullable): why, with %STORE_MESSAGE_FAILED
 * @error: return location for an error
 *
 * Moves an own line forward; what would move it back, or is about a message that is not ours, changes nothing. A
 * line that was only waiting gets its place after the last message. A failed line keeps the place it has; when it
 * is to be sent again after it had one in the history, it goes behind everything.
 *
 * Returns: (transfer full) (nullable): the row as it is now, or %NULL with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND
 *   when there is no such message
 */
StoreMessageRow *
store_messages_state_rows (StoreDb *db, gint64 id, StoreMessageState state, const char *reason, GError **error)
{
  g_autoptr (StoreMessageRow) row = NULL;
  g_autoptr (GError) problem = NULL;

  g_assert (store_db_is_mine (db));

  row = store_messages_select_row (db, id, &problem);
  if (row == NULL) {
    if (problem == NULL)
      g_set_error_literal (&problem, STORE_ERROR, STORE_ERROR_NOT_FOUND, "There is no such message");
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (may_become (row->state, state) && !update_state (db, row, state, reason, error))
    return NULL;
  return g_steal_pointer (&row);
}

/**
 * store_messages_remove_rows:
 * @db: the connection
 * @id: a message
 * @error: return location for an error
 *
 * Removes a message; its bytes are overwritten in the file.
 *
 * Returns: %TRUE also when there is no such message, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_remove_rows (StoreDb *db, gint64 id, GError **error)
{
  g_autoptr (StoreStatement) remove = NULL;

  g_assert (store_db_is_mine (db));

  remove = store_db_prepare (db, "DELETE FROM messages WHERE id = ?1", error);
  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, id);
  return store_step_done (remove, error);
}
