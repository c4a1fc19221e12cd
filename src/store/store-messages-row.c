/* One row of the messages table: from a statement, into the table, and what becomes of it there. */
#include "store-messages-private.h"

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
 * store_message_row_read:
 * @select: a statement that yields %STORE_MESSAGE_COLUMNS, on a row
 *
 * Returns: (transfer full): the row
 */
StoreMessageRow *
store_message_row_read (StoreStatement *select)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->id = store_column_int (select, 0);
  row->conversation = store_column_int (select, 1);
  row->position = store_column_int (select, 2);
  row->outgoing = store_column_int (select, 3) != 0;
  row->sender = store_column_text (select, 4);
  row->stanza_id = store_column_text (select, 5);
  row->origin_id = store_column_text (select, 6);
  row->archive_id = store_column_text (select, 7);
  row->sent_at = store_column_int (select, 8);
  row->body = store_column_text (select, 9);
  row->state = store_column_int (select, 10);
  row->error = store_column_text (select, 11);
  row->asks_receipt = store_column_int (select, 12) != 0;
  row->tried = store_column_int (select, 13) != 0;
  return row;
}

/**
 * store_message_row_waits:
 * @row: a row
 *
 * Returns: whether it is an own line that stands behind everything, because nobody knows that it was sent
 */
gboolean
store_message_row_waits (const StoreMessageRow *row)
{
  return row->position >= STORE_POSITION_PENDING;
}

/**
 * store_messages_select_row:
 * @db: the connection
 * @id: a message
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the row; %NULL without an error when there is none, or with %STORE_ERROR set
 */
StoreMessageRow *
store_messages_select_row (StoreDb *db, gint64 id, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT " STORE_MESSAGE_COLUMNS " FROM messages WHERE id = ?1", error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, id);
  return store_step (select, error) ? store_message_row_read (select) : NULL;
}

/**
 * store_messages_add_row:
 * @db: the connection
 * @row: a message that is not there yet, with its position; its id is set
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_messages_add_row (StoreDb *db, StoreMessageRow *row, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db,
                        "INSERT INTO messages (conversation, position, outgoing, sender, stanza_id, origin_id,"
                        " archive_id, sent_at, body, state, error, asks_receipt, tried)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
                        " CASE WHEN ?13 THEN (SELECT next FROM positions WHERE id = 1) ELSE 0 END)",
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
  store_bind_int (insert, 13, row->tried != FALSE);
  if (!store_step_done (insert, error))
    return FALSE;
  row->id = store_db_last_id (db);
  return TRUE;
}

/**
 * store_messages_update_row:
 * @db: the connection
 * @row: a message that is there
 * @error: return location for an error
 *
 * Writes what may change of a message: its ids, its place, and what became of it. What was said, when and by whom
 * stays.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_update_row (StoreDb *db, const StoreMessageRow *row, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db,
                        "UPDATE messages SET position = ?2, stanza_id = ?3, origin_id = ?4, archive_id = ?5,"
                        " state = ?6, error = ?7, tried = CASE WHEN NOT ?8 THEN 0 WHEN tried > 0 THEN tried"
                        "  ELSE (SELECT next FROM positions WHERE id = 1) END WHERE id = ?1",
                        error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, row->id);
  store_bind_int (update, 2, row->position);
  store_bind_text (update, 3, row->stanza_id);
  store_bind_text (update, 4, row->origin_id);
  store_bind_text (update, 5, row->archive_id);
  store_bind_int (update, 6, row->state);
  store_bind_text (update, 7, row->error);
  store_bind_int (update, 8, row->tried != FALSE);
  return store_step_done (update, error);
}
