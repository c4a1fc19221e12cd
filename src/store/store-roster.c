/* The roster table: the contacts as the server last told them, to show before it has answered. */
#include "store-roster.h"

static StoreRosterRow *
read_row (StoreStatement *statement)
{
  StoreRosterRow *row = g_new0 (StoreRosterRow, 1);

  row->jid = store_column_text (statement, 0);
  row->name = store_column_text (statement, 1);
  row->subscription = store_column_int (statement, 2);
  row->ask = store_column_int (statement, 3) != 0;
  row->approved = store_column_int (statement, 4) != 0;
  return row;
}

/* One statement yields a row per group; those of one contact stand together. */
static gboolean
read_rows (StoreStatement *select, GPtrArray *rows, GError **error)
{
  g_autoptr (GStrvBuilder) groups = g_strv_builder_new ();
  g_autoptr (GError) problem = NULL;
  StoreRosterRow *row = NULL;

  while (store_step (select, &problem)) {
    g_autofree char *jid = store_column_text (select, 0);
    g_autofree char *group = store_column_text (select, 5);

    if (row == NULL || !g_str_equal (row->jid, jid)) {
      if (row != NULL)
        row->groups = g_strv_builder_end (groups);
      row = read_row (select);
      g_ptr_array_add (rows, row);
    }
    if (group != NULL)
      g_strv_builder_add (groups, group);
  }
  if (row != NULL)
    row->groups = g_strv_builder_end (groups);

  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The contact's groups go with it. */
static gboolean
remove_row (StoreDb *db, gint64 account, const char *jid, GError **error)
{
  g_autoptr (StoreStatement) remove =
      store_db_prepare (db, "DELETE FROM roster WHERE account = ?1 AND jid = ?2", error);

  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, account);
  store_bind_text (remove, 2, jid);
  return store_step_done (remove, error);
}

static gboolean
remove_all (StoreDb *db, gint64 account, GError **error)
{
  g_autoptr (StoreStatement) remove = store_db_prepare (db, "DELETE FROM roster WHERE account = ?1", error);

  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, account);
  return store_step_done (remove, error);
}

static gboolean
insert_group (StoreDb *db, gint64 account, const char *jid, const char *group, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db, "INSERT OR IGNORE INTO roster_groups (account, jid, name) VALUES (?1, ?2, ?3)", error);

  if (insert == NULL)
    return FALSE;
  store_bind_int (insert, 1, account);
  store_bind_text (insert, 2, jid);
  store_bind_text (insert, 3, group);
  return store_step_done (insert, error);
}

static gboolean
insert_row (StoreDb *db, gint64 account, const StoreRosterRow *row, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db,
                        "INSERT INTO roster (account, jid, name, subscription, ask, approved)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        error);

  if (insert == NULL)
    return FALSE;
  store_bind_int (insert, 1, account);
  store_bind_text (insert, 2, row->jid);
  store_bind_text (insert, 3, row->name);
  store_bind_int (insert, 4, row->subscription);
  store_bind_int (insert, 5, row->ask != FALSE);
  store_bind_int (insert, 6, row->approved != FALSE);
  if (!store_step_done (insert, error))
    return FALSE;

  for (guint i = 0; row->groups != NULL && row->groups[i] != NULL; i++)
    if (!insert_group (db, account, row->jid, row->groups[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
update_version (StoreDb *db, gint64 account, const char *version, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db, "UPDATE accounts SET roster_version = ?2 WHERE id = ?1", error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, account);
  store_bind_text (update, 2, version);
  if (!store_step_done (update, error))
    return FALSE;
  if (store_db_changes (db) > 0)
    return TRUE;
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "There is no such account");
  return FALSE;
}

/**
 * store_roster_row_free:
 * @row: (transfer full) (nullable): a row
 *
 * Frees a row and what it owns.
 */
void
store_roster_row_free (StoreRosterRow *row)
{
  if (row == NULL)
    return;

  g_free (row->jid);
  g_free (row->name);
  g_strfreev (row->groups);
  g_free (row);
}

/**
 * store_roster_load_rows:
 * @db: the connection
 * @account: an account
 * @error: return location for an error
 *
 * Reads the contacts of an account, ordered by address, each with its groups ordered by name.
 *
 * Returns: (transfer full) (element-type StoreRosterRow) (nullable): the rows, or %NULL with %STORE_ERROR set
 */
GPtrArray *
store_roster_load_rows (StoreDb *db, gint64 account, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_roster_row_free);
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT r.jid, r.name, r.subscription, r.ask, r.approved, g.name"
                             " FROM roster r LEFT JOIN roster_groups g ON g.account = r.account AND g.jid = r.jid"
                             " WHERE r.account = ?1 ORDER BY r.jid, g.name",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, account);
  return read_rows (select, rows, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * store_roster_update_rows:
 * @db: the connection
 * @account: an account
 * @changed: (element-type StoreRosterRow): contacts that are new or have changed
 * @removed: (nullable): addresses of contacts that are gone
 * @whole: whether @changed is the whole roster, so that everything else goes
 * @version: (nullable): the roster's version after this (RFC 6121 §2.6). %NULL forgets the version with a whole
 *   roster, because the server keeps none; with a push it leaves the version alone: pushes may come twice.
 * @error: return location for an error
 *
 * Writes what the server said about the roster. It belongs in one job, so that rows and version never disagree.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such account
 */
gboolean
store_roster_update_rows (StoreDb *db,
                          gint64 account,
                          GPtrArray *changed,
                          GStrv removed,
                          gboolean whole,
                          const char *version,
                          GError **error)
{
  g_assert (store_db_is_mine (db));

  if (whole && !remove_all (db, account, error))
    return FALSE;
  for (guint i = 0; removed != NULL && removed[i] != NULL; i++)
    if (!remove_row (db, account, removed[i], error))
      return FALSE;

  for (guint i = 0; i < changed->len; i++) {
    const StoreRosterRow *row = g_ptr_array_index (changed, i);

    if (!remove_row (db, account, row->jid, error) || !insert_row (db, account, row, error))
      return FALSE;
  }
  return (version == NULL && !whole) || update_version (db, account, version, error);
}
