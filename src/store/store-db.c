/* SQLite for the tables' files: cached statements, bind and step with GError. Writer thread only. */
#include "store-db.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 5000

struct _StoreDb {
  sqlite3    *handle;       /* (owned) */
  GThread    *thread;       /* (borrowed) only compared */
  GHashTable *statements;   /* (owned) address of a literal → StoreStatement (owned) */
  gboolean    accounts_noted;
};

struct _StoreStatement {
  sqlite3_stmt *stmt;       /* (owned) */
  sqlite3      *handle;     /* (borrowed) */
  int           bind_code;  /* the first bind that failed; told at the next step */
  gboolean      in_use;
};

/* SQLite tells only some of the ways in which there can be no room. */
static gboolean
is_full (sqlite3 *handle, int extended)
{
  int cause = handle != NULL && (extended & 0xff) == SQLITE_IOERR ? sqlite3_system_errno (handle) : 0;

  return extended == SQLITE_IOERR_SHMSIZE || cause == ENOSPC || cause == EDQUOT;
}

static StoreError
store_error_from_sqlite (sqlite3 *handle, int extended)
{
  if (extended == SQLITE_CONSTRAINT_FOREIGNKEY)
    return STORE_ERROR_NOT_FOUND;
  if (is_full (handle, extended))
    return STORE_ERROR_FULL;

  switch (extended & 0xff) {
  case SQLITE_FULL:
    return STORE_ERROR_FULL;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return STORE_ERROR_BUSY;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return STORE_ERROR_CORRUPT;
  default:
    return STORE_ERROR_FAILED;
  }
}

/* SQLite's texts name tables and columns, never values: they may be logged. */
static void
set_error (GError **error, sqlite3 *handle, int code)
{
  int extended = handle != NULL ? sqlite3_extended_errcode (handle) : code;

  if ((extended & 0xff) != (code & 0xff))
    extended = code;
  g_set_error (error, STORE_ERROR, store_error_from_sqlite (handle, extended), "%s (%d)",
               handle != NULL ? sqlite3_errmsg (handle) : sqlite3_errstr (code), extended);
}

static void
statement_free (gpointer data)
{
  StoreStatement *self = data;

  sqlite3_finalize (self->stmt);
  g_free (self);
}

static gboolean
run (StoreDb *self, StoreStatement *statement, GError **error)
{
  g_autoptr (StoreStatement) running = statement;

  return running != NULL && store_step_done (running, error);
}

/* SQLite gives its -wal and -shm files the mode of the database, so that one is made first, for its owner alone. */
static gboolean
make_file (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    int saved = errno;

    g_set_error (error, STORE_ERROR, STORE_ERROR_FAILED, "Making the folder of the database: %s", g_strerror (saved));
    return FALSE;
  }

  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || fchmod (fd, 0600) != 0) {
    int saved = errno;

    if (fd >= 0)
      close (fd);
    g_set_error (error, STORE_ERROR, saved == ENOSPC ? STORE_ERROR_FULL : STORE_ERROR_FAILED,
                 "Making the database: %s", g_strerror (saved));
    return FALSE;
  }
  return g_close (fd, error);
}

/**
 * store_db_open:
 * @path: a file name in the file system's encoding, or ":memory:"
 * @error: return location for an error
 *
 * Opens a database, making the file (0600) and its folder (0700) where they are missing. Nothing is written to
 * an existing one before store_db_accept(). The calling thread owns the connection.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL with %STORE_ERROR set
 */
StoreDb *
store_db_open (const char *path, GError **error)
{
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  g_autoptr (StoreDb) self = NULL;
  int code;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_str_equal (path, ":memory:") && !make_file (path, error))
    return NULL;

  self = g_new0 (StoreDb, 1);
  self->thread = g_thread_self ();
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, statement_free);
  code = sqlite3_open_v2 (path, &self->handle, flags, NULL);
  if (code != SQLITE_OK) {
    set_error (error, self->handle, code);
    return NULL;
  }

  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  /* A plan stays as it was made: otherwise each new value bound where a partial index might do compiles it again. */
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
  if (!store_db_exec (self,
                      "PRAGMA foreign_keys = ON;"
                      "PRAGMA secure_delete = ON;"
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA temp_store = MEMORY;"
                      "PRAGMA cell_size_check = ON;",
                      error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * store_db_free:
 * @self: (transfer full) (nullable): a connection
 *
 * Closes the connection; an open transaction is rolled back.
 */
void
store_db_free (StoreDb *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->statements);
  if (sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("The database was closed while somebody still used it");
  g_free (self);
}

/**
 * store_db_is_mine:
 * @self: a connection
 *
 * Returns: whether the calling thread is the one that opened @self
 */
gboolean
store_db_is_mine (StoreDb *self)
{
  return self != NULL && self->thread == g_thread_self ();
}

/**
 * store_db_accept:
 * @self: a connection
 * @error: return location for an error
 *
 * Says that the file is ours to write to: turns on write-ahead logging, and checkpoints when it is closed.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_db_accept (StoreDb *self, GError **error)
{
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  /* The log goes back into the file when it is as long as it may stay, 4000 pages: what one page of an archive changes,
   * the next changes again, and each time it goes back the disk is waited for. */
  return store_db_exec (self,
                        "PRAGMA journal_mode = WAL;"
                        "PRAGMA wal_autocheckpoint = 4000;"
                        "PRAGMA journal_size_limit = 16777216;",
                        error);
}

/**
 * store_db_is_empty:
 * @self: a connection
 *
 * Returns: whether the database holds no table, and not for the reason that it cannot be read
 */
gboolean
store_db_is_empty (StoreDb *self)
{
  g_autoptr (StoreStatement) tables = store_db_prepare (self, "SELECT count(*) FROM sqlite_schema", NULL);

  return tables != NULL && store_step (tables, NULL) && store_column_int (tables, 0) == 0;
}

/**
 * store_db_exec:
 * @self: a connection
 * @sql: statements without parameters
 * @error: return location for an error
 *
 * Runs @sql to its end, dropping the rows it yields. For schema steps and settings; jobs use store_db_prepare().
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_db_exec (StoreDb *self, const char *sql, GError **error)
{
  int code;

  g_assert (store_db_is_mine (self));

  code = sqlite3_exec (self->handle, sql, NULL, NULL, NULL);
  if (code != SQLITE_OK) {
    set_error (error, self->handle, code);
    return FALSE;
  }
  return TRUE;
}

/**
 * store_db_prepare:
 * @self: a connection
 * @sql: one statement; a string literal, because it is cached by its address
 * @error: return location for an error
 *
 * Gives the statement for @sql, compiled when it is asked for the first time. It is reset when its
 * g_autoptr(StoreStatement) ends, and may not be asked for again before that.
 *
 * Returns: (transfer none) (nullable): the statement, or %NULL with %STORE_ERROR set
 */
StoreStatement *
store_db_prepare (StoreDb *self, const char *sql, GError **error)
{
  StoreStatement *statement;

  g_assert (store_db_is_mine (self));

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement == NULL) {
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);

    if (code != SQLITE_OK) {
      set_error (error, self->handle, code);
      return NULL;
    }
    statement = g_new0 (StoreStatement, 1);
    statement->stmt = stmt;
    statement->handle = self->handle;
    g_hash_table_insert (self->statements, (gpointer) sql, statement);
  }

  g_assert (!statement->in_use);
  statement->in_use = TRUE;
  statement->bind_code = SQLITE_OK;
  return statement;
}

/**
 * store_db_last_id:
 * @self: a connection
 *
 * Returns: the id of the row that was inserted last
 */
gint64
store_db_last_id (StoreDb *self)
{
  return sqlite3_last_insert_rowid (self->handle);
}

/**
 * store_db_changes:
 * @self: a connection
 *
 * Returns: how many rows the last statement changed, without what foreign keys took along
 */
int
store_db_changes (StoreDb *self)
{
  return sqlite3_changes (self->handle);
}

/**
 * store_db_all_changes:
 * @self: a connection
 *
 * Returns: how many rows were changed since @self was opened, foreign keys' doings included
 */
gint64
store_db_all_changes (StoreDb *self)
{
  return sqlite3_total_changes64 (self->handle);
}

/**
 * store_db_note_accounts:
 * @self: a connection
 *
 * Says that the accounts may be others now: their spare copy is to be written when this is committed.
 */
void
store_db_note_accounts (StoreDb *self)
{
  self->accounts_noted = TRUE;
}

/**
 * store_db_take_note:
 * @self: a connection
 *
 * Returns: whether store_db_note_accounts() was called since this was asked last
 */
gboolean
store_db_take_note (StoreDb *self)
{
  gboolean noted = self->accounts_noted;

  self->accounts_noted = FALSE;
  return noted;
}

/**
 * store_db_begin:
 * @self: a connection
 * @error: return location for an error
 *
 * Begins a transaction that may write: whoever else has the file locked is waited for here and not later.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set, %STORE_ERROR_BUSY after five seconds
 */
gboolean
store_db_begin (StoreDb *self, GError **error)
{
  return run (self, store_db_prepare (self, "BEGIN IMMEDIATE", error), error);
}

/**
 * store_db_commit:
 * @self: a connection
 * @error: return location for an error
 *
 * Ends the transaction. When it returns %TRUE what was written is on the disk.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set; the transaction may then be open still
 */
gboolean
store_db_commit (StoreDb *self, GError **error)
{
  return run (self, store_db_prepare (self, "COMMIT", error), error);
}

/**
 * store_db_rollback:
 * @self: a connection
 *
 * Undoes the transaction, if one is open.
 */
void
store_db_rollback (StoreDb *self)
{
  g_autoptr (GError) error = NULL;

  if (store_db_in_progress (self) && !run (self, store_db_prepare (self, "ROLLBACK", &error), &error))
    g_warning ("Rolling back: %s", error->message);
}

/**
 * store_db_in_progress:
 * @self: a connection
 *
 * Some errors (no room, no memory, a broken page) make SQLite roll back the whole transaction by itself.
 *
 * Returns: whether a transaction is open
 */
gboolean
store_db_in_progress (StoreDb *self)
{
  return !sqlite3_get_autocommit (self->handle);
}

/**
 * store_db_mark:
 * @self: a connection in a transaction
 * @error: return location for an error
 *
 * Marks a point that store_db_undo_to_mark() can go back to. Marks do not nest.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_db_mark (StoreDb *self, GError **error)
{
  return run (self, store_db_prepare (self, "SAVEPOINT mark", error), error);
}

/**
 * store_db_unmark:
 * @self: a connection with a mark
 * @error: return location for an error
 *
 * Forgets the mark; what was written since belongs to the transaction.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_db_unmark (StoreDb *self, GError **error)
{
  return run (self, store_db_prepare (self, "RELEASE mark", error), error);
}

/**
 * store_db_undo_to_mark:
 * @self: a connection with a mark
 *
 * Undoes what was written since the mark and forgets it. Does nothing when the transaction is gone already.
 */
void
store_db_undo_to_mark (StoreDb *self)
{
  g_autoptr (GError) error = NULL;

  if (!store_db_in_progress (self))
    return;
  if (!run (self, store_db_prepare (self, "ROLLBACK TO mark", &error), &error) || !store_db_unmark (self, &error)) {
    g_warning ("Rolling back a job: %s", error->message);
    store_db_rollback (self);
  }
}

/**
 * store_bind_int:
 * @self: a statement that has not been stepped
 * @index: the parameter's number, from 1
 * @value: its value
 *
 * Gives a parameter its value. A failure is told by the next store_step().
 */
void
store_bind_int (StoreStatement *self, int index, gint64 value)
{
  int code = sqlite3_bind_int64 (self->stmt, index, value);

  if (self->bind_code == SQLITE_OK)
    self->bind_code = code;
}

/**
 * store_bind_text:
 * @self: a statement that has not been stepped
 * @index: the parameter's number, from 1
 * @value: (nullable): UTF-8 that lives until the statement is reset; %NULL binds SQL's NULL
 *
 * Gives a parameter its value. A failure is told by the next store_step().
 */
void
store_bind_text (StoreStatement *self, int index, const char *value)
{
  int code = sqlite3_bind_text (self->stmt, index, value, -1, SQLITE_STATIC);

  if (self->bind_code == SQLITE_OK)
    self->bind_code = code;
}

/**
 * store_step:
 * @self: a statement
 * @error: return location for an error
 *
 * Goes to the next row.
 *
 * Returns: %TRUE on a row; %FALSE without an error at the end, or with %STORE_ERROR set
 */
gboolean
store_step (StoreStatement *self, GError **error)
{
  int code = self->bind_code;

  if (code == SQLITE_OK)
    code = sqlite3_step (self->stmt);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    set_error (error, self->handle, code);
  return FALSE;
}

/**
 * store_step_done:
 * @self: a statement that yields no rows
 * @error: return location for an error
 *
 * Runs the statement to its end.
 *
 * Returns: %TRUE at the end, %FALSE with %STORE_ERROR set
 */
gboolean
store_step_done (StoreStatement *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  while (store_step (self, &problem))
    ;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * store_column_int:
 * @self: a statement on a row
 * @index: the column's number, from 0
 *
 * Returns: the column's value, 0 for NULL
 */
gint64
store_column_int (StoreStatement *self, int index)
{
  return sqlite3_column_int64 (self->stmt, index);
}

/**
 * store_column_text:
 * @self: a statement on a row
 * @index: the column's number, from 0
 *
 * A damaged file must not hand broken text to whoever draws it, so what is no UTF-8 is replaced by U+FFFD.
 *
 * Returns: (transfer full) (nullable): the column's text
 */
char *
store_column_text (StoreStatement *self, int index)
{
  const char *text = (const char *) sqlite3_column_text (self->stmt, index);

  return text != NULL ? g_utf8_make_valid (text, sqlite3_column_bytes (self->stmt, index)) : NULL;
}

/**
 * store_statement_reset:
 * @self: (nullable): a statement
 *
 * Ends what the statement was doing and gives it back to the cache. g_autoptr(StoreStatement) does this.
 */
void
store_statement_reset (StoreStatement *self)
{
  if (self == NULL)
    return;

  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->in_use = FALSE;
}
