/* Trouble while running: no room, locked by another program, a damaged page; who is told, and when it is over. */
#include <string.h>

#include "store-fixture.h"

typedef struct {
  char    *folder;
  char    *path;
  char    *note;
  Store   *store;
  guint    n_notified;
} Trouble;

static void
notify_cb (Store *store, GParamSpec *pspec, guint *n)
{
  g_autoptr (GError) trouble = NULL;

  g_object_get (store, "trouble", &trouble, NULL);
  g_assert_cmpint (trouble != NULL, ==, store_get_trouble (store) != NULL);
  (*n)++;
}

static void
open_store (Trouble *self)
{
  g_autoptr (GError) error = NULL;

  self->store = fixture_open (self->path, &error);
  g_assert_no_error (error);
  self->n_notified = 0;
  g_signal_connect (self->store, "notify::trouble", G_CALLBACK (notify_cb), &self->n_notified);
}

static void
close_store (Trouble *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_close (self->store, &error));
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_data (self->store, &self->n_notified);
  g_clear_object (&self->store);
}

static void
set_up (Trouble *self, gconstpointer data)
{
  self->folder = fixture_folder ();
  self->path = g_build_filename (self->folder, "linnet.db", NULL);
  self->note = g_strconcat (self->path, "-suspect", NULL);
  open_store (self);
}

static void
tear_down (Trouble *self, gconstpointer data)
{
  close_store (self);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_pointer (&self->folder, fixture_folder_free);
}

static gpointer
exec_job (StoreDb *db, gpointer data, GError **error)
{
  store_db_exec (db, data, error);
  return NULL;
}

static gpointer
add_job (StoreDb *db, gpointer data, GError **error)
{
  g_free (fixture_add_job (db, data, error));
  return NULL;
}

/* Fills the database with an account for each of many pages. */
static gpointer
fill_job (StoreDb *db, gpointer data, GError **error)
{
  g_autofree char *name = g_strnfill (3000, 'x');

  for (guint i = 0; i < 64; i++) {
    g_autofree char *jid = g_strdup_printf ("%s%u@montague.example", (const char *) data, i);
    StoreAccountRow row = { .jid = jid, .name = name, .own_show = -1 };

    if (store_accounts_put_rows (db, &row, error) == 0)
      return NULL;
  }
  return NULL;
}

static gpointer
count_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = store_accounts_load_rows (db, error);

  return rows != NULL ? GUINT_TO_POINTER (rows->len) : NULL;
}

static void
run (Trouble *self, StoreJob job, const char *data)
{
  g_autoptr (GError) error = NULL;

  fixture_run (self->store, job, (gpointer) data, &error);
  g_assert_no_error (error);
}

static void
fails (Trouble *self, StoreJob job, const char *data, int code)
{
  g_autoptr (GError) error = NULL;

  fixture_run (self->store, job, (gpointer) data, &error);
  g_assert_error (error, STORE_ERROR, code);
}

static void
assert_trouble (Trouble *self, int code, guint n_notified)
{
  if (code < 0)
    g_assert_no_error (store_get_trouble (self->store));
  else
    g_assert_error (store_get_trouble (self->store), STORE_ERROR, code);
  g_assert_cmpuint (self->n_notified, ==, n_notified);
}

static void
test_full (Trouble *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  run (self, add_job, "romeo@montague.example");
  assert_trouble (self, -1, 0);
  run (self, exec_job, "PRAGMA max_page_count = 30");
  fails (self, fill_job, "n", STORE_ERROR_FULL);
  assert_trouble (self, STORE_ERROR_FULL, 1);
  fails (self, fill_job, "n", STORE_ERROR_FULL);
  assert_trouble (self, STORE_ERROR_FULL, 1);

  /* Nothing of what did not fit is there, and to read shows nothing about room. */
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, count_job, NULL, &error)), ==, 1);
  assert_trouble (self, STORE_ERROR_FULL, 1);

  run (self, exec_job, "PRAGMA max_page_count = 100000");
  assert_trouble (self, STORE_ERROR_FULL, 1);
  run (self, fill_job, "n");
  assert_trouble (self, -1, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, count_job, NULL, &error)), ==, 65);
  g_assert_false (g_file_test (self->note, G_FILE_TEST_EXISTS));
}

static void
test_busy (Trouble *self, gconstpointer data)
{
  sqlite3 *other = NULL;

  run (self, exec_job, "PRAGMA busy_timeout = 20");
  g_assert_cmpint (sqlite3_open (self->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  fails (self, add_job, "romeo@montague.example", STORE_ERROR_BUSY);
  assert_trouble (self, STORE_ERROR_BUSY, 1);
  fails (self, count_job, NULL, STORE_ERROR_BUSY);
  assert_trouble (self, STORE_ERROR_BUSY, 1);

  g_assert_cmpint (sqlite3_exec (other, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (other), ==, SQLITE_OK);
  run (self, count_job, NULL);
  assert_trouble (self, -1, 2);
  run (self, add_job, "romeo@montague.example");
  assert_trouble (self, -1, 2);
}

/* A lock that is given back in time is waited for, and nobody hears of it. */
static void
test_waits (Trouble *self, gconstpointer data)
{
  sqlite3 *other = NULL;

  g_assert_cmpint (sqlite3_open (self->path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  store_run_async (self->store, fixture_add_job, g_strdup ("romeo@montague.example"), g_free, g_free, NULL, NULL,
                   NULL);
  g_assert_cmpint (sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (other), ==, SQLITE_OK);
  run (self, count_job, NULL);
  assert_trouble (self, -1, 0);
}

/* Other errors are the job's own affair. */
static void
test_no_trouble (Trouble *self, gconstpointer data)
{
  run (self, add_job, "romeo@montague.example");
  fails (self, add_job, "romeo@montague.example", STORE_ERROR_FAILED);
  assert_trouble (self, -1, 0);
}

static gpointer
talk_job (StoreDb *db, gpointer data, GError **error)
{
  gint64 account = fixture_account (db, "romeo@montague.example");
  gint64 conversation = fixture_conversation (db, account, "juliet@capulet.example");

  for (guint i = 0; i < 500; i++)
    fixture_insert (db, fixture_incoming (conversation, "Good night, good night! Parting is such sweet sorrow."));
  return NULL;
}

static gpointer
read_all_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = store_messages_before_rows (db, 1, G_MAXINT64, 1000, error);

  return rows != NULL ? GUINT_TO_POINTER (rows->len) : NULL;
}

/* Overwrites a page of a table that is not its root. */
static void
damage_page (const char *path, const char *page)
{
  g_autoptr (GPtrArray) found = fixture_sqlite (path, page);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  gsize number = g_ascii_strtoull (found->pdata[0], NULL, 10);

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (number, >, 1);
  g_assert_cmpuint (number * 4096, <=, length);
  memset (bytes + (number - 1) * 4096, 0xee, 4096);
  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

static void
test_damaged (Trouble *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length = 0;

  run (self, talk_job, NULL);
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, read_all_job, NULL, &error)), ==, 500);
  close_store (self);
  damage_page (self->path, "SELECT max (pageno) FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf'");

  open_store (self);
  g_assert_null (store_get_kept_aside (self->store));
  fails (self, read_all_job, NULL, STORE_ERROR_CORRUPT);
  assert_trouble (self, STORE_ERROR_CORRUPT, 1);
  g_assert_true (g_file_test (self->note, G_FILE_TEST_EXISTS));
  close_store (self);

  open_store (self);
  g_assert_nonnull (store_get_kept_aside (self->store));
  g_assert_true (g_file_get_contents (store_get_kept_aside (self->store), &bytes, &length, NULL));
  g_assert_cmpuint (length, >=, 500 * 50);
  g_assert_false (g_file_test (self->note, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, count_job, NULL, &error)), ==, 1);
  run (self, add_job, "juliet@capulet.example");
  close_store (self);

  open_store (self);
  g_assert_null (store_get_kept_aside (self->store));
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, count_job, NULL, &error)), ==, 2);
}

/* Without the accounts nobody could even begin: they are looked at first. */
static void
test_damaged_accounts (Trouble *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  run (self, fill_job, "n");
  close_store (self);
  damage_page (self->path, "SELECT max (pageno) FROM dbstat WHERE name = 'accounts' AND pagetype = 'leaf'");

  open_store (self);
  g_assert_nonnull (store_get_kept_aside (self->store));
  g_assert_cmpuint (GPOINTER_TO_UINT (fixture_run (self->store, count_job, NULL, &error)), ==, 64);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*func) (Trouble *self, gconstpointer data);
  } tests[] = {
    { "/trouble/full", test_full },
    { "/trouble/busy", test_busy },
    { "/trouble/waits", test_waits },
    { "/trouble/no-trouble", test_no_trouble },
    { "/trouble/damaged", test_damaged },
    { "/trouble/damaged-accounts", test_damaged_accounts },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Trouble, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
