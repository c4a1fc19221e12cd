/* Opens a database that may be damaged: a broken one is kept aside, and the accounts begin anew in another.
 *
 *   linnet.db-suspect   empty: damage was met while running, to be confirmed when the database is opened again
 *                       a name: the rescue is under way, and that is where the damaged file goes
 *   linnet.db.damaged-… what was kept aside, with its -wal and -shm
 *   linnet.db-accounts  the spare copy that the accounts are taken from (store-spare.c)
 *
 *      open ──► sound ──────────────────────────────────────────────────────────────────────────► open
 *        │                                                                                          ▲
 *        └──► damaged ──► reserve a name ──► write it into -suspect ──► move ──► new database ──► accounts
 *
 * A kill at any arrow is made good by the next start. What cannot be moved is left as it is, and so is a database of a
 * newer version: that is asked first. */
#include "store-rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "store-schema.h"
#include "store-spare.h"

/* How many names are tried for what is kept aside. */
#define MAX_NAMES 100

static const char *const suffixes[] = { "", "-wal", "-shm" };

/* The note */

static char *
note_path (const char *path)
{
  return g_strconcat (path, "-suspect", NULL);
}

static gboolean
write_note (const char *path, const char *aside, GError **error)
{
  g_autofree char *note = note_path (path);
  g_autofree char *name = aside != NULL ? g_path_get_basename (aside) : g_strdup ("");

  return g_file_set_contents_full (note, name, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/* Returns whether there is a note; @aside is where it says the damaged file goes, and only ever a name of ours. */
static gboolean
read_note (const char *path, char **aside)
{
  g_autofree char *note = note_path (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *prefix = NULL;
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;

  if (!g_file_get_contents (note, &name, NULL, NULL))
    return FALSE;
  prefix = g_strconcat (base, ".damaged-", NULL);
  if (g_str_has_prefix (name, prefix) && strchr (name, G_DIR_SEPARATOR) == NULL)
    *aside = g_build_filename (folder, name, NULL);
  return TRUE;
}

static void
remove_note (const char *path)
{
  g_autofree char *note = note_path (path);

  if (g_unlink (note) != 0 && errno != ENOENT)
    g_message ("The note about a damaged database stays: %s", g_strerror (errno));
}

/* Is it damaged? */

/* What SQLite says to one of its checks: "ok", or what is wrong. A check may itself stumble over the damage. */
static gboolean
passes (StoreDb *db, const char *check, gboolean *sound, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) statement = store_db_prepare (db, check, &problem);
  g_autofree char *said = NULL;

  if (statement != NULL && store_step (statement, &problem))
    said = store_column_text (statement, 0);
  *sound = g_strcmp0 (said, "ok") == 0;
  if (problem == NULL || g_error_matches (problem, STORE_ERROR, STORE_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The tables that everything begins with are small enough to be looked at every time. */
static gboolean
is_fit_to_begin (StoreDb *db, gboolean *sound, GError **error)
{
  static const char *const checks[] = {
    "PRAGMA quick_check(accounts)",
    "PRAGMA quick_check(conversations)",
    "PRAGMA quick_check(roster)",
    "PRAGMA quick_check(roster_groups)",
    "PRAGMA quick_check(positions)",
    "PRAGMA quick_check(archives)",
    "PRAGMA quick_check(gaps)",
  };

  *sound = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (checks) && *sound; i++)
    if (!passes (db, checks[i], sound, error))
      return FALSE;
  return TRUE;
}

/* The quick check passes over what the indexes hold; they can be made anew from the rows. */
static gboolean
is_sound (StoreDb *db, gboolean *sound, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!passes (db, "PRAGMA quick_check(1)", sound, error))
    return FALSE;
  if (!*sound || store_db_exec (db, "REINDEX", &problem))
    return TRUE;
  *sound = FALSE;
  if (g_error_matches (problem, STORE_ERROR, STORE_ERROR_CORRUPT)
      || g_error_matches (problem, STORE_ERROR, STORE_ERROR_FAILED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* An empty file where accounts have been: SQLite would take it for a new database. */
static gboolean
is_emptied (const char *path)
{
  g_autoptr (GPtrArray) spare = NULL;
  GStatBuf info;

  if (g_stat (path, &info) != 0 || info.st_size > 1)
    return FALSE;
  spare = store_spare_load (path);
  return spare != NULL && spare->len > 0;
}

static StoreDb *
open_upgraded (const char *path, GError **error)
{
  g_autoptr (StoreDb) db = store_db_open (path, error);

  if (db == NULL || !store_schema_upgrade (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

/* Whether what could not be opened is a broken database, and not another program's. */
static gboolean
is_broken (const char *path, const GError *error)
{
  g_autoptr (StoreDb) db = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean sound = TRUE;

  if (!g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT))
    return FALSE;
  db = store_db_open (path, &problem);
  if (db == NULL)
    return g_error_matches (problem, STORE_ERROR, STORE_ERROR_CORRUPT);
  return passes (db, "PRAGMA quick_check(1)", &sound, NULL) && !sound;
}

/* Opens it, and looks: closely when somebody met damage, briefly else. Returns NULL when it is damaged. */
static StoreDb *
open_examined (const char *path, gboolean closely, gboolean *is_damaged, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreDb) db = open_upgraded (path, &problem);
  gboolean sound = FALSE;

  if (db == NULL && !is_broken (path, problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (db != NULL && !(closely ? is_sound (db, &sound, error) : is_fit_to_begin (db, &sound, error)))
    return NULL;
  *is_damaged = !sound;
  return sound ? g_steal_pointer (&db) : NULL;
}

/* Away with it */

/* Takes a name that nobody has: an empty file, over which the damaged one is moved. */
static char *
reserve_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%S");

  for (guint i = 1; i <= MAX_NAMES; i++) {
    g_autofree char *aside =
        i == 1 ? g_strdup_printf ("%s.damaged-%s", path, stamp) : g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);
    int fd = g_open (aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0) {
      close (fd);
      return g_steal_pointer (&aside);
    }
    if (errno != EEXIST)
      break;
  }
  return NULL;
}

/* The database goes first: as long as it is there, so are its log and its index. */
static gboolean
move_aside (const char *path, const char *aside)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
    g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

    if (g_rename (from, to) != 0 && errno != ENOENT) {
      g_message ("A damaged database could not be moved: %s", g_strerror (errno));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
begin_rescue (const char *path, char **aside)
{
  g_autofree char *name = reserve_name (path);
  g_autoptr (GError) error = NULL;

  if (name == NULL) {
    g_message ("No name could be taken for a damaged database: %s", g_strerror (errno));
    return FALSE;
  }
  if (!write_note (path, name, &error)) {
    g_message ("The rescue of the database could not be noted: %s", error->message);
    g_unlink (name);
    return FALSE;
  }
  if (!move_aside (path, name)) {
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      g_unlink (name);
    return FALSE;
  }
  *aside = g_steal_pointer (&name);
  return TRUE;
}

/* A kill came between the moves: the log of the damaged database must not meet the new one. */
static void
go_on_moving (const char *path, const char *aside)
{
  if (aside != NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    move_aside (path, aside);
}

/* An empty file is only the name that was reserved. */
static gboolean
is_kept (const char *aside)
{
  GStatBuf info;

  return aside != NULL && g_stat (aside, &info) == 0 && info.st_size > 0;
}

/* … and the accounts again */

/* What the table refuses leaves nothing behind. */
static gboolean
put_account (StoreDb *db, const StoreAccountRow *row, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!store_db_mark (db, error))
    return FALSE;
  if (store_accounts_put_rows (db, row, &problem) != 0)
    return store_db_unmark (db, error);
  store_db_undo_to_mark (db);
  if (!g_error_matches (problem, STORE_ERROR, STORE_ERROR_FAILED)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  g_message ("An account of the spare copy is none: %s", problem->message);
  return TRUE;
}

static gboolean
put_accounts (StoreDb *db, GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++)
    if (!put_account (db, rows->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
restore_accounts (StoreDb *db, const char *path, GError **error)
{
  g_autoptr (GPtrArray) there = NULL;
  g_autoptr (GPtrArray) spare = store_spare_load (path);

  if (spare == NULL || !store_db_begin (db, error))
    return spare == NULL;
  there = store_accounts_load_rows (db, error);
  if (there != NULL && (there->len > 0 || put_accounts (db, spare, error)) && store_db_commit (db, error))
    return TRUE;
  store_db_rollback (db);
  return FALSE;
}

static StoreDb *
end_rescue (StoreDb *db, const char *path, GError **error)
{
  g_autoptr (StoreDb) owned = db;

  if (!restore_accounts (db, path, error))
    return NULL;
  remove_note (path);
  return g_steal_pointer (&owned);
}

/**
 * store_rescue_open:
 * @path: a file name in the file system's encoding, or ":memory:"
 * @kept_aside: (out) (nullable): set to where a damaged database was moved
 * @error: return location for an error
 *
 * Opens a database and brings it to the newest schema. One that is damaged is moved aside, never over anything, and a
 * new one is made with the accounts of the spare copy. Nothing is done to a database that a newer version or another
 * program has made.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL with %STORE_ERROR set: %STORE_ERROR_CORRUPT when what
 *   is damaged could not be moved
 */
StoreDb *
store_rescue_open (const char *path, char **kept_aside, GError **error)
{
  g_autofree char *aside = NULL;
  g_autoptr (StoreDb) db = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean is_noted, is_damaged = FALSE;

  if (g_str_equal (path, ":memory:"))
    return open_upgraded (path, error);

  is_noted = read_note (path, &aside);
  go_on_moving (path, aside);
  if (aside != NULL || !is_emptied (path))
    db = open_examined (path, is_noted, &is_damaged, &problem);
  else
    is_damaged = TRUE;
  if (!is_damaged && db == NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (!is_damaged) {
    if (is_kept (aside))
      *kept_aside = g_steal_pointer (&aside);
    return is_noted ? end_rescue (g_steal_pointer (&db), path, error) : g_steal_pointer (&db);
  }

  if (!begin_rescue (path, kept_aside)) {
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_CORRUPT, "The database is damaged, and cannot be moved");
    return NULL;
  }
  g_message ("The database was damaged; it is kept as %s", *kept_aside);
  db = open_upgraded (path, error);
  return db != NULL ? end_rescue (g_steal_pointer (&db), path, error) : NULL;
}

/**
 * store_rescue_suspect:
 * @path: the database's file
 *
 * Leaves a note that SQLite met damage, so that store_rescue_open() looks whether it is true.
 */
void
store_rescue_suspect (const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (path, ":memory:") && !write_note (path, NULL, &error))
    g_message ("That the database is damaged could not be noted: %s", error->message);
}
