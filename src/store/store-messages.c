/* The messages table: found again rather than stored twice, ordered by position, state only ever forward.
 *
 *   own lines:   PENDING ──► SENT ──► DELIVERED ──► READ
 *                 │   ▲       │          a line has its place from SENT on; before that it waits
 *                 ▼   │       │          behind everything (positions from STORE_POSITION_PENDING)
 *                FAILED ◄─────┘          FAILED goes back to PENDING by Retry, or on, when it arrived after all */
#include "store-messages.h"

G_STATIC_ASSERT (STORE_POSITION_PENDING == G_GINT64_CONSTANT (4611686018427387904));
#define IS_WAITING "position >= 4611686018427387904"
#define IS_PLACED  "position < 4611686018427387904"

#define COLUMNS \
  "id, conversation, position, outgoing, sender, stanza_id, origin_id, archive_id, sent_at, body, state, error," \
  " asks_receipt"

static StoreMessageRow *
read_row (StoreStatement *statement)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->id = store_column_int (statement, 0);
  row->conversation = store_column_int (statement, 1);
  row->position = store_column_int (statement, 2);
  row->outgoing = store_column_int (statement, 3) != 0;
  row->sender = store_column_text (statement, 4);
  row->stanza_id = store_column_text (statement, 5);
  row->origin_id = store_column_text (statement, 6);
  row->archive_id = store_column_text (statement, 7);
  row->sent_at = store_column_int (statement, 8);
  row->body = store_column_text (statement, 9);
  row->state = store_column_int (statement, 10);
  row->error = store_column_text (statement, 11);
  row->asks_receipt = store_column_int (statement, 12) != 0;
  return row;
}

static GPtrArray *
read_rows (StoreStatement *select, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  g_autoptr (GError) problem = NULL;

  while (store_step (select, &problem))
    g_ptr_array_add (rows, read_row (select));
  if (problem == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static StoreMessageRow *
select_by_id (StoreDb *db, gint64 id, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT " COLUMNS " FROM messages WHERE id = ?1", error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, id);
  return store_step (select, error) ? read_row (select) : NULL;
}

/* The archive vouches for its ids; an origin id is only the sender's word and counts for his own messages alone. */
static gboolean
find_same (StoreDb *db, const StoreMessageRow *row, gint64 *id, gint64 *position, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) by_archive =
      store_db_prepare (db, "SELECT id, position FROM messages WHERE conversation = ?1 AND archive_id = ?2", error);
  g_autoptr (StoreStatement) by_origin =
      store_db_prepare (db,
                        "SELECT id, position FROM messages"
                        " WHERE conversation = ?1 AND sender = ?2 AND origin_id = ?3",
                        by_archive != NULL ? error : NULL);
  StoreStatement *found = NULL;

  if (by_archive == NULL || by_origin == NULL)
    return FALSE;

  store_bind_int (by_archive, 1, row->conversation);
  store_bind_text (by_archive, 2, row->archive_id);
  store_bind_int (by_origin, 1, row->conversation);
  store_bind_text (by_origin, 2, row->sender);
  store_bind_text (by_origin, 3, row->origin_id);
  if (store_step (by_archive, &problem))
    found = by_archive;
  else if (problem == NULL && store_step (by_origin, &problem))
    found = by_origin;
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }

  *id = found != NULL ? store_column_int (found, 0) : 0;
  *position = found != NULL ? store_column_int (found, 1) : 0;
  return TRUE;
}

static gboolean
learn_archive_id (StoreDb *db, gint64 id, const char *archive_id, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db, "UPDATE messages SET archive_id = ?2 WHERE id = ?1 AND archive_id IS NULL", error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, id);
  store_bind_text (update, 2, archive_id);
  return store_step_done (update, error);
}

/* After the last message that has its place. */
static gint64
next_place (StoreDb *db, gint64 conversation, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT max (position) FROM messages WHERE conversation = ?1 AND " IS_PLACED, error);

  if (select == NULL)
    return 0;
  store_bind_int (select, 1, conversation);
  return store_step (select, error) ? store_column_int (select, 0) + STORE_POSITION_GAP : 0;
}

/* Behind everything that waits, in any conversation: so the order of positions is the order of writing. */
static gint64
next_waiting_place (StoreDb *db, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT max (position) FROM messages WHERE " IS_WAITING, error);

  if (select == NULL)
    return 0;
  return store_step (select, error) ? MAX (store_column_int (select, 0), STORE_POSITION_PENDING) + 1 : 0;
}

static gboolean
insert_row (StoreDb *db, StoreMessageRow *row, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db,
                        "INSERT INTO messages (conversation, position, outgoing, sender, stanza_id, origin_id,"
                        " archive_id, sent_at, body, state, error, asks_receipt)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                        error);

  if (insert == NULL)
    return FALSE;
  store_bind_int (insert, 1, row->conversation);
  store_bind_int (insert, 2, row->position);
  store_bind_int (insert, 3, row->outgoing != FALSE);
  store_bind_text (insert, 4, row->sender);
  store_bind_text (insert, 5, row->stanza_id);
  store_bind_text (insert, 6, row->origin_id);
  store_bind_text (insert, 7, row->archive_id);
  store_bind_int (insert, 8, row->sent_at);
  store_bind_text (insert, 9, row->body);
  store_bind_int (insert, 10, row->state);
  store_bind_text (insert, 11, row->error);
  store_bind_int (insert, 12, row->asks_receipt != FALSE);
  if (!store_step_done (insert, error))
    return FALSE;
  row->id = store_db_last_id (db);
  return TRUE;
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
  gboolean waits = row->position >= STORE_POSITION_PENDING;

  if (waits && state >= STORE_MESSAGE_SENT)
    return next_place (db, row->conversation, error);
  if (!waits && state == STORE_MESSAGE_PENDING)
    return next_waiting_place (db, error);
  return row->position;
}

static gboolean
update_state (StoreDb *db, StoreMessageRow *row, StoreMessageState state, const char *reason, GError **error)
{
  gint64 position = position_in_state (db, row, state, error);
  g_autoptr (StoreStatement) update = NULL;

  if (position == 0)
    return FALSE;
  update = store_db_prepare (db, "UPDATE messages SET state = ?2, position = ?3, error = ?4 WHERE id = ?1", error);
  if (update == NULL)
    return FALSE;
  row->state = state;
  row->position = position;
  g_free (row->error);
  row->error = g_strdup (state == STORE_MESSAGE_FAILED ? reason : NULL);
  store_bind_int (update, 1, row->id);
  store_bind_int (update, 2, row->state);
  store_bind_int (update, 3, row->position);
  store_bind_text (update, 4, row->error);
  return store_step_done (update, error);
}

/**
 * store_message_row_free:
 * @row: (transfer full) (nullable): a row
 *
 * Frees a row and what it owns.
 */
void
store_message_row_free (StoreMessageRow *row)
{
  if (row == NULL)
    return;

  g_free (row->sender);
  g_free (row->stanza_id);
  g_free (row->origin_id);
  g_free (row->archive_id);
  g_free (row->body);
  g_free (row->error);
  g_free (row);
}

/**
 * store_messages_insert_rows:
 * @db: the connection
 * @row: a message; its id and position are set. Position 0 is the end: after the last message, or for a line that
 *   is PENDING or FAILED behind everything. Incoming messages are RECEIVED, own ones never.
 * @is_new: (out) (optional): whether it was inserted; %FALSE when it was there already
 * @error: return location for an error
 *
 * Stores a message unless it is there: the same archive id in the conversation, or the same origin id by the same
 * sender (XEP-0359). An archive id that was not known is added to the row that is there; nothing else of it changes.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_messages_insert_rows (StoreDb *db, StoreMessageRow *row, gboolean *is_new, GError **error)
{
  gint64 id = 0, position = 0;

  g_assert (store_db_is_mine (db));

  if (!find_same (db, row, &id, &position, error))
    return FALSE;
  if (is_new != NULL)
    *is_new = id == 0;
  if (id != 0) {
    row->id = id;
    row->position = position;
    return row->archive_id == NULL || learn_archive_id (db, id, row->archive_id, error);
  }

  if (row->position == 0) {
    gboolean waits = row->state == STORE_MESSAGE_PENDING || row->state == STORE_MESSAGE_FAILED;

    row->position = waits ? next_waiting_place (db, error) : next_place (db, row->conversation, error);
    if (row->position == 0)
      return FALSE;
  }
  return insert_row (db, row, error);
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
                             "SELECT " COLUMNS " FROM messages WHERE conversation = ?1 AND position < ?2"
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
                             "SELECT " COLUMNS " FROM messages WHERE conversation = ?1 AND position > ?2"
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
                             "SELECT " COLUMNS " FROM messages INDEXED BY messages_waiting"
                             " WHERE " IS_WAITING " AND state = 1"
                             " AND (SELECT account FROM conversations c WHERE c.id = conversation) = ?1"
                             " ORDER BY position",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, account);
  return read_rows (select, error);
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
                             "SELECT " COLUMNS " FROM messages"
                             " WHERE conversation = ?1 AND stanza_id = ?2 AND outgoing = 1"
                             " ORDER BY position DESC LIMIT 1",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, conversation);
  store_bind_text (select, 2, stanza_id);
  return store_step (select, error) ? read_row (select) : NULL;
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

  row = select_by_id (db, id, &problem);
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
