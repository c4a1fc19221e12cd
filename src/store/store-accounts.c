/* The accounts table: who signs in where, and what was learned about it. No password, ever. */
#include "store-accounts.h"

static StoreAccountRow *
read_row (StoreStatement *statement)
{
  StoreAccountRow *row = g_new0 (StoreAccountRow, 1);

  row->id = store_column_int (statement, 0);
  row->jid = store_column_text (statement, 1);
  row->resource = store_column_text (statement, 2);
  row->host = store_column_text (statement, 3);
  row->port = store_column_int (statement, 4);
  row->security = store_column_int (statement, 5);
  row->enabled = store_column_int (statement, 6) != 0;
  row->mechanism = store_column_text (statement, 7);
  row->scram_seen = store_column_int (statement, 8) != 0;
  row->bound_seen = store_column_int (statement, 9) != 0;
  row->roster_version = store_column_text (statement, 10);
  row->position = store_column_int (statement, 11);
  row->name = store_column_text (statement, 12);
  row->colour = store_column_int (statement, 13);
  row->priority = (int) store_column_int (statement, 14);
  row->ask_password = store_column_int (statement, 15) != 0;
  row->pin = store_column_text (statement, 16);
  row->pin_errors = store_column_int (statement, 17);
  row->own_show = (int) store_column_int (statement, 18);
  row->own_status = store_column_text (statement, 19);
  row->is_default = store_column_int (statement, 20) != 0;
  row->bound_resource = store_column_text (statement, 21);
  return row;
}

static void
bind_row (StoreStatement *statement, const StoreAccountRow *row)
{
  store_bind_text (statement, 1, row->jid);
  store_bind_text (statement, 2, row->resource);
  store_bind_text (statement, 3, row->host);
  store_bind_int (statement, 4, row->port);
  store_bind_int (statement, 5, row->security);
  store_bind_int (statement, 6, row->enabled != FALSE);
  store_bind_text (statement, 7, row->mechanism);
  store_bind_int (statement, 8, row->scram_seen != FALSE);
  store_bind_int (statement, 9, row->bound_seen != FALSE);
  store_bind_int (statement, 10, row->position);
  store_bind_text (statement, 11, row->name);
  store_bind_int (statement, 12, row->colour);
  store_bind_int (statement, 13, row->priority);
  store_bind_int (statement, 14, row->ask_password != FALSE);
  store_bind_text (statement, 15, row->pin);
  store_bind_int (statement, 16, row->pin_errors);
  store_bind_int (statement, 17, row->own_show);
  store_bind_text (statement, 18, row->own_status);
  store_bind_int (statement, 19, row->is_default != FALSE);
  store_bind_text (statement, 20, row->bound_resource);
}

static gint64
insert_row (StoreDb *db, const StoreAccountRow *row, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db,
                        "INSERT INTO accounts (jid, resource, host, port, security, enabled, mechanism,"
                        " scram_seen, bound_seen, position, name, colour, priority, ask_password, pin, pin_errors,"
                        " own_show, own_status, is_default, bound_resource) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
                        error);

  if (insert == NULL)
    return 0;
  bind_row (insert, row);
  return store_step_done (insert, error) ? store_db_last_id (db) : 0;
}

static gint64
update_row (StoreDb *db, const StoreAccountRow *row, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db,
                        "UPDATE accounts SET jid = ?1, resource = ?2, host = ?3, port = ?4, security = ?5,"
                        " enabled = ?6, mechanism = ?7, scram_seen = ?8, bound_seen = ?9, position = ?10,"
                        " name = ?11, colour = ?12, priority = ?13, ask_password = ?14, pin = ?15,"
                        " pin_errors = ?16, own_show = ?17, own_status = ?18, is_default = ?19,"
                        " bound_resource = ?20 WHERE id = ?21",
                        error);

  if (update == NULL)
    return 0;
  bind_row (update, row);
  store_bind_int (update, 21, row->id);
  if (!store_step_done (update, error))
    return 0;
  if (store_db_changes (db) == 0) {
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "There is no such account");
    return 0;
  }
  return row->id;
}

static gboolean
clear_default (StoreDb *db, GError **error)
{
  g_autoptr (StoreStatement) clear =
      store_db_prepare (db, "UPDATE accounts SET is_default = 0 WHERE is_default = 1", error);

  return clear != NULL && store_step_done (clear, error);
}

/**
 * store_account_row_free:
 * @row: (transfer full) (nullable): a row
 *
 * Frees a row and what it owns.
 */
void
store_account_row_free (StoreAccountRow *row)
{
  if (row == NULL)
    return;

  g_free (row->jid);
  g_free (row->resource);
  g_free (row->host);
  g_free (row->mechanism);
  g_free (row->roster_version);
  g_free (row->name);
  g_free (row->pin);
  g_free (row->own_status);
  g_free (row->bound_resource);
  g_free (row);
}

/**
 * store_accounts_load_rows:
 * @db: the connection
 * @error: return location for an error
 *
 * Reads all accounts in their order.
 *
 * Returns: (transfer full) (element-type StoreAccountRow) (nullable): the rows, or %NULL with %STORE_ERROR set
 */
GPtrArray *
store_accounts_load_rows (StoreDb *db, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_account_row_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT id, jid, resource, host, port, security, enabled, mechanism, scram_seen,"
                             " bound_seen, roster_version, position, name, colour, priority, ask_password, pin,"
                             " pin_errors, own_show, own_status, is_default, bound_resource FROM accounts"
                             " ORDER BY position, id",
                             error);
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
 * store_accounts_put_rows:
 * @db: the connection
 * @row: the account; id 0 for a new one
 * @error: return location for an error
 *
 * Stores an account. Its roster version is not taken from @row: it belongs to the rows of the roster and is
 * written with them by store_roster_update_rows(). When it is to be the default one, no other is it any longer.
 *
 * Returns: the account's id, or 0 with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when it was removed meanwhile,
 *   %STORE_ERROR_FAILED when another account has this address
 */
gint64
store_accounts_put_rows (StoreDb *db, const StoreAccountRow *row, GError **error)
{
  g_assert (store_db_is_mine (db));

  store_db_note_accounts (db);
  if (row->is_default && !clear_default (db, error))
    return 0;
  return row->id == 0 ? insert_row (db, row, error) : update_row (db, row, error);
}

/**
 * store_accounts_order_rows:
 * @db: the connection
 * @ids: (array length=n_ids): accounts, the first one first
 * @n_ids: how many
 * @error: return location for an error
 *
 * Gives the accounts the positions that they have in @ids, counted from 0. One that was removed meanwhile is passed
 * over, and one that is not named keeps its position.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_accounts_order_rows (StoreDb *db, const gint64 *ids, gsize n_ids, GError **error)
{
  g_assert (store_db_is_mine (db));

  store_db_note_accounts (db);
  for (gsize i = 0; i < n_ids; i++) {
    g_autoptr (StoreStatement) update =
        store_db_prepare (db, "UPDATE accounts SET position = ?1 WHERE id = ?2", error);

    if (update == NULL)
      return FALSE;
    store_bind_int (update, 1, (gint64) i);
    store_bind_int (update, 2, ids[i]);
    if (!store_step_done (update, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * store_accounts_remove_rows:
 * @db: the connection
 * @id: an account
 * @error: return location for an error
 *
 * Removes an account with its conversations, messages and roster; the bytes are overwritten in the file.
 *
 * Returns: %TRUE also when there is no such account, or %FALSE with %STORE_ERROR set
 */
gboolean
store_accounts_remove_rows (StoreDb *db, gint64 id, GError **error)
{
  g_autoptr (StoreStatement) remove = NULL;

  g_assert (store_db_is_mine (db));

  store_db_note_accounts (db);
  remove = store_db_prepare (db, "DELETE FROM accounts WHERE id = ?1", error);
  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, id);
  return store_step_done (remove, error);
}
