/* The conversations table: with whom, up to where it was read, what was typed and not sent. */
#include "store-conversations.h"

#include "store-messages.h"

G_STATIC_ASSERT (STORE_POSITION_PENDING == G_GINT64_CONSTANT (4611686018427387904));

/* A few look-ups in an index for each conversation, however long its history is. Counting ends at
 * STORE_UNREAD_MAX, and a text is cut to STORE_LAST_BODY_CHARS, because a stranger chooses how much there is. */
#define SELECT \
  "SELECT c.id, c.account, c.kind, c.jid, c.read_position, c.draft," \
  " m.sent_at, substr (m.body, 1, " G_STRINGIFY (STORE_LAST_BODY_CHARS) "), m.outgoing," \
  " (SELECT count (*) FROM (SELECT 1 FROM messages u WHERE u.conversation = c.id AND u.outgoing = 0" \
  "                         AND u.position > c.read_position LIMIT " G_STRINGIFY (STORE_UNREAD_MAX) "))," \
  " (SELECT max (p.position) FROM messages p WHERE p.conversation = c.id AND p.position < 4611686018427387904)" \
  " FROM conversations c LEFT JOIN messages m ON m.id =" \
  " (SELECT l.id FROM messages l WHERE l.conversation = c.id ORDER BY l.position DESC LIMIT 1)"

static StoreConversationRow *
read_row (StoreStatement *statement)
{
  StoreConversationRow *row = g_new0 (StoreConversationRow, 1);

  row->id = store_column_int (statement, 0);
  row->account = store_column_int (statement, 1);
  row->kind = store_column_int (statement, 2);
  row->jid = store_column_text (statement, 3);
  row->read_position = store_column_int (statement, 4);
  row->draft = store_column_text (statement, 5);
  row->last_at = store_column_int (statement, 6);
  row->last_body = store_column_text (statement, 7);
  row->last_outgoing = store_column_int (statement, 8) != 0;
  row->unread = store_column_int (statement, 9);
  row->last_position = store_column_int (statement, 10);
  return row;
}

static gint64
select_id (StoreDb *db, gint64 account, guint kind, const char *jid, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT id FROM conversations WHERE account = ?1 AND kind = ?2 AND jid = ?3", error);

  if (select == NULL)
    return 0;
  store_bind_int (select, 1, account);
  store_bind_int (select, 2, kind);
  store_bind_text (select, 3, jid);
  return store_step (select, error) ? store_column_int (select, 0) : 0;
}

static gint64
insert_row (StoreDb *db, gint64 account, guint kind, const char *jid, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db, "INSERT INTO conversations (account, kind, jid) VALUES (?1, ?2, ?3)", error);

  if (insert == NULL)
    return 0;
  store_bind_int (insert, 1, account);
  store_bind_int (insert, 2, kind);
  store_bind_text (insert, 3, jid);
  return store_step_done (insert, error) ? store_db_last_id (db) : 0;
}

static gboolean
check_found (StoreDb *db, GError **error)
{
  if (store_db_changes (db) > 0)
    return TRUE;

  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "There is no such conversation");
  return FALSE;
}

/**
 * store_conversation_row_free:
 * @row: (transfer full) (nullable): a row
 *
 * Frees a row and what it owns.
 */
void
store_conversation_row_free (StoreConversationRow *row)
{
  if (row == NULL)
    return;

  g_free (row->jid);
  g_free (row->draft);
  g_free (row->last_body);
  g_free (row);
}

/**
 * store_conversations_load_rows:
 * @db: the connection
 * @error: return location for an error
 *
 * Reads all conversations of all accounts, each with the beginning of its last message and how much is unread
 * (%STORE_UNREAD_MAX means that many or more).
 *
 * Returns: (transfer full) (element-type StoreConversationRow) (nullable): the rows, or %NULL with %STORE_ERROR set
 */
GPtrArray *
store_conversations_load_rows (StoreDb *db, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_conversation_row_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db, SELECT " ORDER BY c.id", error);
  if (select == NULL)
    return NULL;
  while (store_step (select, &problem))
    g_ptr_array_add (rows, read_row (select));
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  return g_steal_pointer (&rows);
}

/**
 * store_conversations_get_rows:
 * @db: the connection
 * @id: a conversation
 * @error: return location for an error
 *
 * Reads one conversation, as store_conversations_load_rows() reads all.
 *
 * Returns: (transfer full) (nullable): the row, or %NULL with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no
 *   such conversation
 */
StoreConversationRow *
store_conversations_get_rows (StoreDb *db, gint64 id, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select = NULL;
  StoreConversationRow *row = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db, SELECT " WHERE c.id = ?1", error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, id);
  if (store_step (select, &problem))
    row = read_row (select);
  else if (problem == NULL)
    g_set_error_literal (&problem, STORE_ERROR, STORE_ERROR_NOT_FOUND, "There is no such conversation");
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return row;
}

/**
 * store_conversations_find_rows:
 * @db: the connection
 * @account: its account
 * @kind: person, room or occupant
 * @jid: with whom
 * @error: return location for an error
 *
 * Finds a conversation by its key, making it when there is none.
 *
 * Returns: its id, or 0 with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such account
 */
gint64
store_conversations_find_rows (StoreDb *db, gint64 account, guint kind, const char *jid, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gint64 id;

  g_assert (store_db_is_mine (db));

  id = select_id (db, account, kind, jid, &problem);
  if (id == 0 && problem == NULL)
    id = insert_row (db, account, kind, jid, &problem);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return id;
}

/**
 * store_conversations_draft_rows:
 * @db: the connection
 * @id: a conversation
 * @draft: (nullable): what was typed and not sent; %NULL or "" for nothing
 * @error: return location for an error
 *
 * Keeps a draft.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_conversations_draft_rows (StoreDb *db, gint64 id, const char *draft, GError **error)
{
  g_autoptr (StoreStatement) update = NULL;

  g_assert (store_db_is_mine (db));

  update = store_db_prepare (db, "UPDATE conversations SET draft = nullif (?2, '') WHERE id = ?1", error);
  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, id);
  store_bind_text (update, 2, draft);
  return store_step_done (update, error) && check_found (db, error);
}

/**
 * store_conversations_read_rows:
 * @db: the connection
 * @id: a conversation
 * @position: up to where it was read
 * @error: return location for an error
 *
 * Moves the read position forward, never back, and never past the last message that has its place: lines that
 * wait to be sent stand behind everything, and what comes in before them is still unread.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such conversation
 */
gboolean
store_conversations_read_rows (StoreDb *db, gint64 id, gint64 position, GError **error)
{
  g_autoptr (StoreStatement) update = NULL;

  g_assert (store_db_is_mine (db));

  update = store_db_prepare (db,
                             "UPDATE conversations SET read_position = max (read_position, min (?2, coalesce ("
                             " (SELECT max (position) FROM messages"
                             "  WHERE conversation = ?1 AND position < 4611686018427387904), 0)))"
                             " WHERE id = ?1",
                             error);
  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, id);
  store_bind_int (update, 2, position);
  return store_step_done (update, error) && check_found (db, error);
}
