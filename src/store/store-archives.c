/* Archives and their gaps: what a server keeps and we have not read yet, as intervals of positions.
 *
 *   before the gap      low ├──── not read ────┤ high   read already     │ what came since the gap was opened
 *   ───────────────────────────────────────────────────────────────────► positions
 *             after_id ▲                   ◄── │ ▲ before_id
 *                                   high comes down with each message of a page
 *
 * The first gap of an archive begins at 0: what was here before an archive was known lies inside it. It keeps its
 * place, and what is missing before, between and after is put around it. */
#include "store-archives-private.h"

#define GAP_COLUMNS "g.id, g.archive, g.low, g.high, g.after_id, g.before_id, g.opened_at, g.is_history"

static StoreGapRow *
read_gap (StoreStatement *select)
{
  StoreGapRow *gap = g_new0 (StoreGapRow, 1);

  gap->id = store_column_int (select, 0);
  gap->archive = store_column_int (select, 1);
  gap->low = store_column_int (select, 2);
  gap->high = store_column_int (select, 3);
  gap->after_id = store_column_text (select, 4);
  gap->before_id = store_column_text (select, 5);
  gap->opened_at = store_column_int (select, 6);
  gap->is_history = store_column_int (select, 7) != 0;
  return gap;
}

static gboolean
select_archive (StoreDb *db, gint64 account, const char *jid, gint64 *id, char **newest, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, "SELECT id, newest FROM archives WHERE account = ?1 AND jid = ?2", error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, account);
  store_bind_text (select, 2, jid);
  *id = 0;
  if (store_step (select, &problem)) {
    *id = store_column_int (select, 0);
    *newest = store_column_text (select, 1);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gint64
insert_archive (StoreDb *db, gint64 account, const char *jid, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db, "INSERT INTO archives (account, jid) VALUES (?1, ?2)", error);

  if (insert == NULL)
    return 0;
  store_bind_int (insert, 1, account);
  store_bind_text (insert, 2, jid);
  return store_step_done (insert, error) ? store_db_last_id (db) : 0;
}

static gboolean
insert_gap (StoreDb *db, const StoreGapRow *gap, GError **error)
{
  g_autoptr (StoreStatement) insert =
      store_db_prepare (db,
                        "INSERT INTO gaps (archive, low, high, after_id, before_id, opened_at, is_history)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        error);

  if (insert == NULL)
    return FALSE;
  store_bind_int (insert, 1, gap->archive);
  store_bind_int (insert, 2, gap->low);
  store_bind_int (insert, 3, gap->high);
  store_bind_text (insert, 4, gap->after_id);
  store_bind_text (insert, 5, gap->before_id);
  store_bind_int (insert, 6, gap->opened_at);
  store_bind_int (insert, 7, gap->is_history != FALSE);
  return store_step_done (insert, error);
}

static gboolean
update_gap (StoreDb *db, const StoreGapRow *gap, GError **error)
{
  g_autoptr (StoreStatement) update =
      store_db_prepare (db,
                        "UPDATE gaps SET high = ?2, before_id = coalesce (?3, before_id), opened_at = ?4"
                        " WHERE id = ?1",
                        error);

  if (update == NULL)
    return FALSE;
  store_bind_int (update, 1, gap->id);
  store_bind_int (update, 2, gap->high);
  store_bind_text (update, 3, gap->before_id);
  store_bind_int (update, 4, gap->opened_at);
  return store_step_done (update, error);
}

/* The gap that was opened last and not begun to be read; nothing that has an archive id came after it. */
static StoreGapRow *
select_unbegun (StoreDb *db, gint64 archive, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT " GAP_COLUMNS " FROM gaps g WHERE g.archive = ?1 AND g.before_id IS NULL"
                        " ORDER BY g.high DESC LIMIT 1",
                        error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, archive);
  return store_step (select, error) ? read_gap (select) : NULL;
}

/* Whether anything of the account has got its place since a gap was opened, or was on its way to one. */
static gboolean
has_come_since (StoreDb *db, const StoreGapRow *gap, gboolean *has_come, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT EXISTS (SELECT 1 FROM archives a JOIN conversations c ON c.account = a.account"
                        "  JOIN messages m ON m.conversation = c.id"
                        "  WHERE a.id = ?1 AND m.position >= ?2"
                        "  AND (m.position < 4611686018427387904 OR m.tried >= ?2))",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, gap->archive);
  store_bind_int (select, 2, gap->high);
  if (!store_step (select, error))
    return FALSE;
  *has_come = store_column_int (select, 0) != 0;
  return TRUE;
}

/* Nobody has begun to read it, so it only grows: links that come and go open no further gaps. What came without an
 * archive id meanwhile lies inside it from now on. */
static gboolean
reopen_gap (StoreDb *db, StoreGapRow *gap, gint64 now, GError **error)
{
  gboolean has_come = FALSE;
  gint64 first;

  if (!has_come_since (db, gap, &has_come, error))
    return FALSE;
  if (has_come) {
    first = store_messages_reserve_places (db, STORE_GAP_INTERVAL, error);
    if (first == 0)
      return FALSE;
    gap->high = first + STORE_GAP_INTERVAL;
  }
  gap->opened_at = now;
  return update_gap (db, gap, error);
}

static gboolean
open_gap (StoreDb *db, gint64 archive, gboolean is_first, const char *newest, gint64 now, GError **error)
{
  gint64 first = store_messages_reserve_places (db, STORE_GAP_INTERVAL, error);
  StoreGapRow gap = {
    .archive = archive,
    .low = is_first ? 0 : first,
    .high = first + STORE_GAP_INTERVAL,
    .after_id = (char *) newest,
    .opened_at = now,
    .is_history = is_first,
  };

  return first != 0 && insert_gap (db, &gap, error);
}

/**
 * store_gap_row_free:
 * @row: (transfer full) (nullable): a row
 *
 * Frees a row and what it owns.
 */
void
store_gap_row_free (StoreGapRow *row)
{
  if (row == NULL)
    return;

  g_free (row->after_id);
  g_free (row->before_id);
  g_free (row);
}

/**
 * store_archives_open_rows:
 * @db: the connection
 * @account: an account
 * @jid: whose archive, bare
 * @now: µs since 1970 UTC
 * @error: return location for an error
 *
 * A session begins that does not go on with the last one: what was said between them is in the archive, and gets a
 * gap below everything that is stored from now on. If nobody has begun to read the last gap, and nothing came since
 * that the archive would tell apart from it, that one grows instead.
 *
 * Returns: (transfer full) (element-type StoreGapRow) (nullable): all gaps of the archive, newest first, or %NULL with
 *   %STORE_ERROR set: %STORE_ERROR_NOT_FOUND when there is no such account
 */
GPtrArray *
store_archives_open_rows (StoreDb *db, gint64 account, const char *jid, gint64 now, GError **error)
{
  g_autofree char *newest = NULL;
  g_autoptr (StoreGapRow) unbegun = NULL;
  g_autoptr (GError) problem = NULL;
  gint64 archive = 0;
  gboolean is_first, opened;

  g_assert (store_db_is_mine (db));

  if (!select_archive (db, account, jid, &archive, &newest, error))
    return NULL;
  is_first = archive == 0;
  if (is_first)
    archive = insert_archive (db, account, jid, error);
  if (archive == 0)
    return NULL;

  unbegun = select_unbegun (db, archive, &problem);
  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  opened = unbegun != NULL ? reopen_gap (db, unbegun, now, error)
                           : open_gap (db, archive, is_first, newest, now, error);
  return opened ? store_archives_gaps_rows (db, account, jid, error) : NULL;
}

/**
 * store_archives_gaps_rows:
 * @db: the connection
 * @account: an account
 * @jid: whose archive, bare
 * @error: return location for an error
 *
 * Reads what is still to be read of an archive.
 *
 * Returns: (transfer full) (element-type StoreGapRow) (nullable): its gaps, newest first, or %NULL with %STORE_ERROR
 *   set
 */
GPtrArray *
store_archives_gaps_rows (StoreDb *db, gint64 account, const char *jid, GError **error)
{
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func ((GDestroyNotify) store_gap_row_free);
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select = NULL;

  g_assert (store_db_is_mine (db));

  select = store_db_prepare (db,
                             "SELECT " GAP_COLUMNS " FROM archives a JOIN gaps g ON g.archive = a.id"
                             " WHERE a.account = ?1 AND a.jid = ?2 ORDER BY g.high DESC",
                             error);
  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, account);
  store_bind_text (select, 2, jid);
  while (store_step (select, &problem))
    g_ptr_array_add (gaps, read_gap (select));
  if (problem == NULL)
    return g_steal_pointer (&gaps);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * store_archives_newest_rows:
 * @db: the connection
 * @account: an account
 * @jid: whose archive, bare
 * @archive_id: the id that the archive gave to a message which came in live
 * @error: return location for an error
 *
 * Notes up to where an archive is known when this session ends, and where the gap that lies before it ends. Nothing
 * happens while no gap of this archive was ever opened.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_archives_newest_rows (StoreDb *db, gint64 account, const char *jid, const char *archive_id, GError **error)
{
  g_autoptr (StoreStatement) newest = NULL;
  g_autoptr (StoreStatement) before = NULL;

  g_assert (store_db_is_mine (db));

  newest = store_db_prepare (db, "UPDATE archives SET newest = ?3 WHERE account = ?1 AND jid = ?2", error);
  if (newest == NULL)
    return FALSE;
  store_bind_int (newest, 1, account);
  store_bind_text (newest, 2, jid);
  store_bind_text (newest, 3, archive_id);
  if (!store_step_done (newest, error))
    return FALSE;

  before = store_db_prepare (db,
                             "UPDATE gaps SET before_id = ?3 WHERE before_id IS NULL"
                             " AND archive = (SELECT id FROM archives WHERE account = ?1 AND jid = ?2)",
                             error);
  if (before == NULL)
    return FALSE;
  store_bind_int (before, 1, account);
  store_bind_text (before, 2, jid);
  store_bind_text (before, 3, archive_id);
  return store_step_done (before, error);
}

/**
 * store_archives_begin_gap:
 * @db: the connection
 * @gap: a gap
 * @archive_id: the archive's id of the newest item that was read of it
 * @error: return location for an error
 *
 * What is read first from the archive's end is the newest there is, unless something came in live since. Does nothing
 * when somebody said already where the gap ends.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_archives_begin_gap (StoreDb *db, const StoreGapRow *gap, const char *archive_id, GError **error)
{
  g_autoptr (StoreStatement) begin =
      store_db_prepare (db, "UPDATE gaps SET before_id = ?2 WHERE id = ?1 AND before_id IS NULL", error);
  g_autoptr (StoreStatement) newest =
      store_db_prepare (db, "UPDATE archives SET newest = ?2 WHERE id = ?1", begin != NULL ? error : NULL);

  if (begin == NULL || newest == NULL)
    return FALSE;
  store_bind_int (begin, 1, gap->id);
  store_bind_text (begin, 2, archive_id);
  if (!store_step_done (begin, error))
    return FALSE;
  if (store_db_changes (db) == 0)
    return TRUE;
  store_bind_int (newest, 1, gap->archive);
  store_bind_text (newest, 2, archive_id);
  return store_step_done (newest, error);
}

/**
 * store_archives_page_rows:
 * @db: the connection
 * @gap: the gap that a page was read of; its before_id becomes @first_id
 * @first_id: (nullable): the archive's id of the oldest item of the page, a message or not; %NULL when it was empty
 * @complete: whether the archive has nothing more in this gap
 * @error: return location for an error
 *
 * Notes how far a gap is read: in the same transaction as the messages of the page. A complete one is gone.
 *
 * Returns: %TRUE also when the gap is gone meanwhile, or %FALSE with %STORE_ERROR set
 */
gboolean
store_archives_page_rows (StoreDb *db, StoreGapRow *gap, const char *first_id, gboolean complete, GError **error)
{
  g_autoptr (StoreStatement) remove = NULL;

  g_assert (store_db_is_mine (db));

  if (first_id != NULL) {
    if (!store_archives_begin_gap (db, gap, first_id, error))
      return FALSE;
    g_free (gap->before_id);
    gap->before_id = g_strdup (first_id);
  }
  if (!complete)
    return update_gap (db, gap, error);

  remove = store_db_prepare (db, "DELETE FROM gaps WHERE id = ?1", error);
  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, gap->id);
  return store_step_done (remove, error);
}

/**
 * store_archives_forget_rows:
 * @db: the connection
 * @account: an account
 * @jid: whose archive, bare
 * @error: return location for an error
 *
 * Forgets an archive and its gaps: the server keeps none. If it does one day, that is read from its beginning.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_archives_forget_rows (StoreDb *db, gint64 account, const char *jid, GError **error)
{
  g_autoptr (StoreStatement) remove = NULL;

  g_assert (store_db_is_mine (db));

  remove = store_db_prepare (db, "DELETE FROM archives WHERE account = ?1 AND jid = ?2", error);
  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, account);
  store_bind_text (remove, 2, jid);
  return store_step_done (remove, error);
}
