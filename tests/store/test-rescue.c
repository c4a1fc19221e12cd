/* A damaged database at the start: kept aside, begun anew with the accounts, whatever comes between. */
#include <glib/gstdio.h>
#include <string.h>

#include "store-fixture.h"

#define ASIDE "linnet.db.damaged-20260101T120000"

typedef struct {
  char *folder;
  char *path;
} Rescue;

static gpointer
say_job (StoreDb *db, gpointer data, GError **error)
{
  gint64 account = fixture_account (db, "romeo@montague.example");

  fixture_insert (db, fixture_incoming (fixture_conversation (db, account, "juliet@capulet.example"), "Good night!"));
  fixture_account (db, "mercutio@verona.example");
  return NULL;
}

static Store *
open_store (Rescue *self)
{
  g_autoptr (GError) error = NULL;
  Store *store = fixture_open (self->path, &error);

  g_assert_no_error (error);
  return store;
}

/* Answers that were not taken yet hold a reference, so letting go of it does not close it. */
static void
close_store (Store **store)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_close (*store, &error));
  g_assert_no_error (error);
  g_clear_object (store);
}

static char *
file (Rescue *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_file (Rescue *self, const char *name, const char *bytes, gssize length)
{
  g_autofree char *path = file (self, name);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}

static gboolean
there_is (Rescue *self, const char *name)
{
  g_autofree char *path = file (self, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_kept (Rescue *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  guint n = 0;

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    n += g_str_has_prefix (name, "linnet.db.damaged-") && !g_str_has_suffix (name, "-wal")
         && !g_str_has_suffix (name, "-shm");
  return n;
}

/* Two accounts and a line; then it is closed. */
static void
set_up (Rescue *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;

  self->folder = fixture_folder ();
  self->path = file (self, "linnet.db");
  store = open_store (self);
  fixture_run (store, say_job, NULL, &error);
  g_assert_no_error (error);
  close_store (&store);
}

static void
tear_down (Rescue *self, gconstpointer data)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->folder, fixture_folder_free);
}

static void
assert_accounts_only (Rescue *self)
{
  g_autoptr (GPtrArray) accounts = fixture_sqlite (self->path, "SELECT jid FROM accounts ORDER BY position");
  g_autoptr (GPtrArray) bodies = fixture_sqlite (self->path, "SELECT body FROM messages");

  g_assert_cmpuint (accounts->len, ==, 2);
  g_assert_cmpstr (accounts->pdata[0], ==, "romeo@montague.example");
  g_assert_cmpstr (accounts->pdata[1], ==, "mercutio@verona.example");
  g_assert_cmpuint (bodies->len, ==, 0);
}

static void
assert_all_there (Rescue *self)
{
  g_autoptr (GPtrArray) bodies = fixture_sqlite (self->path, "SELECT body FROM messages");

  g_assert_cmpuint (bodies->len, ==, 1);
}

/* Opens it, and expects what is in it now to be kept aside. */
static void
assert_rescued (Rescue *self)
{
  g_autoptr (Store) store = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length_before = 0, length_after = 0;
  guint n_kept = count_kept (self);

  g_assert_true (g_file_get_contents (self->path, &before, &length_before, NULL));
  store = open_store (self);
  g_assert_nonnull (store_get_kept_aside (store));
  g_assert_true (g_file_get_contents (store_get_kept_aside (store), &after, &length_after, NULL));
  g_assert_cmpmem (before, length_before, after, length_after);
  g_assert_cmpuint (count_kept (self), ==, n_kept + 1);
  g_assert_false (there_is (self, "linnet.db-suspect"));
  close_store (&store);
  assert_accounts_only (self);

  /* It is told once. */
  store = open_store (self);
  g_assert_null (store_get_kept_aside (store));
}

static void
test_no_database (Rescue *self, gconstpointer data)
{
  g_autofree char *noise = g_strnfill (8192, 'n');

  write_file (self, "linnet.db", noise, 8192);
  assert_rescued (self);

  /* A second one in the same second gets a name of its own. */
  write_file (self, "linnet.db", "noise", -1);
  assert_rescued (self);
  g_assert_cmpuint (count_kept (self), ==, 2);

  /* One that lost all it had looks like a new one. */
  write_file (self, "linnet.db", "", 0);
  assert_rescued (self);
}

static void
test_broken_schema (Rescue *self, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (self->path, &bytes, &length, NULL));
  memset (bytes + 100, 0xee, 512);
  write_file (self, "linnet.db", bytes, length);
  assert_rescued (self);
}

/* What is in the log belongs to what is kept. */
static void
test_with_log (Rescue *self, gconstpointer data)
{
  g_autoptr (Store) store = NULL;
  g_autofree char *log = NULL;
  g_autofree char *kept = NULL;
  gsize length = 0;

  write_file (self, "linnet.db", "This is no database, whatever its log says.", -1);
  write_file (self, "linnet.db-wal", "log", -1);
  store = open_store (self);
  log = g_strconcat (store_get_kept_aside (store), "-wal", NULL);
  g_assert_true (g_file_get_contents (log, &kept, &length, NULL));
  g_assert_cmpstr (kept, ==, "log");
  close_store (&store);
  assert_accounts_only (self);
}

static void
test_no_spare (Rescue *self, gconstpointer data)
{
  g_autofree char *spare = file (self, "linnet.db-accounts");
  g_autoptr (Store) store = NULL;
  g_autoptr (GPtrArray) accounts = NULL;

  g_assert_cmpint (g_unlink (spare), ==, 0);
  write_file (self, "linnet.db", "noise", -1);
  store = open_store (self);
  g_assert_nonnull (store_get_kept_aside (store));
  close_store (&store);
  accounts = fixture_sqlite (self->path, "SELECT jid FROM accounts");
  g_assert_cmpuint (accounts->len, ==, 0);
}

/* The table refuses what is no account, and takes the others. */
static void
test_junk_in_spare (Rescue *self, gconstpointer data)
{
  g_autoptr (Store) store = NULL;
  g_autoptr (GPtrArray) accounts = NULL;

  write_file (self, "linnet.db", "noise", -1);
  write_file (self, "linnet.db-accounts",
              "[account 1]\naddress=a@montague.example\nport=-7\n[account 2]\naddress=b@montague.example\n"
              "[account 3]\naddress=b@montague.example\n[account 4]\naddress=c@montague.example\ndefault=true\n"
              "[account 5]\naddress=d@montague.example\ndefault=true\npin=none\n",
              -1);
  store = open_store (self);
  close_store (&store);
  accounts = fixture_sqlite (self->path, "SELECT jid FROM accounts ORDER BY is_default");
  g_assert_cmpuint (accounts->len, ==, 2);
  g_assert_cmpstr (accounts->pdata[0], ==, "b@montague.example");
  g_assert_cmpstr (accounts->pdata[1], ==, "c@montague.example");
  g_clear_pointer (&accounts, g_ptr_array_unref);
  accounts = fixture_sqlite (self->path, "SELECT jid FROM accounts WHERE is_default");
  g_assert_cmpuint (accounts->len, ==, 1);
}

/* Where nothing can be moved nothing is done. */
static void
test_immovable (Rescue *self, gconstpointer data)
{
  g_autofree char *note = file (self, "linnet.db-suspect");
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;
  g_autofree char *bytes = NULL;

  write_file (self, "linnet.db", "noise", -1);
  g_assert_cmpint (g_mkdir (note, 0700), ==, 0);
  store = fixture_open (self->path, &error);
  g_assert_null (store);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_CORRUPT);
  g_assert_true (g_file_get_contents (self->path, &bytes, NULL, NULL));
  g_assert_cmpstr (bytes, ==, "noise");
  g_assert_cmpuint (count_kept (self), ==, 0);
}

/* What was suspected is not always true. */
static void
test_false_alarm (Rescue *self, gconstpointer data)
{
  g_autoptr (Store) store = NULL;

  write_file (self, "linnet.db-suspect", "", 0);
  store = open_store (self);
  g_assert_null (store_get_kept_aside (store));
  g_assert_false (there_is (self, "linnet.db-suspect"));
  close_store (&store);
  assert_all_there (self);

  /* The note is only a file, too. */
  write_file (self, "linnet.db-suspect", "../linnet.db.damaged-x", -1);
  store = open_store (self);
  g_assert_null (store_get_kept_aside (store));
  g_assert_false (there_is (self, "linnet.db-suspect"));
  close_store (&store);
  assert_all_there (self);
}

/* An index that misses a row is made anew: no line is lost over it. */
static void
test_index (Rescue *self, gconstpointer data)
{
  g_autoptr (GPtrArray) none = fixture_sqlite (
      self->path,
      "PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = replace (sql, 'outgoing = 0', 'outgoing > 1') WHERE name = 'messages_unread';"
      "PRAGMA writable_schema = RESET;"
      "INSERT INTO messages (conversation, position, outgoing, sender, sent_at, body, state, asks_receipt)"
      " VALUES (1, 5, 0, 'juliet@capulet.example', 0, 'Missed', 0, 0);"
      "PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = replace (sql, 'outgoing > 1', 'outgoing = 0') WHERE name = 'messages_unread';"
      "PRAGMA writable_schema = RESET");
  g_autoptr (GPtrArray) before = fixture_sqlite (self->path, "PRAGMA integrity_check(1)");
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (Store) store = NULL;

  g_assert_cmpstr (before->pdata[0], !=, "ok");
  write_file (self, "linnet.db-suspect", "", 0);
  store = open_store (self);
  g_assert_null (store_get_kept_aside (store));
  close_store (&store);
  after = fixture_sqlite (self->path, "PRAGMA integrity_check(1)");
  g_assert_cmpstr (after->pdata[0], ==, "ok");
  found = fixture_sqlite (self->path, "SELECT body FROM messages INDEXED BY messages_unread"
                                      " WHERE conversation = 1 AND position = 5 AND outgoing = 0");
  g_assert_cmpuint (found->len, ==, 1);
}

/* A newer version's database is nobody else's business, suspected or not. */
static void
test_future (Rescue *self, gconstpointer data)
{
  g_autoptr (GPtrArray) none = fixture_sqlite (self->path, "PRAGMA user_version = 99");
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;
  g_autoptr (GPtrArray) bodies = NULL;

  write_file (self, "linnet.db-suspect", "", 0);
  store = fixture_open (self->path, &error);
  g_assert_null (store);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FUTURE);
  g_assert_true (there_is (self, "linnet.db-suspect"));
  g_assert_cmpuint (count_kept (self), ==, 0);
  assert_all_there (self);
}

/* The program is killed at each step of a rescue; the next start ends it. */
static void
test_killed (Rescue *self, gconstpointer data)
{
  const char *step = data;
  g_autofree char *aside = file (self, ASIDE);
  g_autoptr (Store) store = NULL;

  write_file (self, "linnet.db", "noise", -1);
  write_file (self, "linnet.db-wal", "its log", -1);
  write_file (self, "linnet.db-suspect", ASIDE, -1);
  write_file (self, ASIDE, "", 0);
  if (!g_str_equal (step, "noted"))
    g_assert_cmpint (g_rename (self->path, aside), ==, 0);
  if (g_str_equal (step, "made")) {
    g_autofree char *log = file (self, "linnet.db-wal");
    g_autofree char *log_aside = file (self, ASIDE "-wal");
    g_autofree char *spare = file (self, "linnet.db-accounts");
    g_autofree char *elsewhere = file (self, "elsewhere");

    /* A new database, and no account in it yet. */
    g_assert_cmpint (g_rename (log, log_aside), ==, 0);
    g_assert_cmpint (g_rename (spare, elsewhere), ==, 0);
    store = open_store (self);
    close_store (&store);
    g_assert_cmpint (g_rename (elsewhere, spare), ==, 0);
    write_file (self, "linnet.db-suspect", ASIDE, -1);
  }

  store = open_store (self);
  g_assert_nonnull (store_get_kept_aside (store));
  if (!g_str_equal (step, "noted"))
    g_assert_cmpstr (store_get_kept_aside (store), ==, aside);
  g_assert_false (there_is (self, "linnet.db-suspect"));
  close_store (&store);
  assert_accounts_only (self);
  store = open_store (self);
  g_assert_null (store_get_kept_aside (store));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*func) (Rescue *self, gconstpointer data);
    gconstpointer data;
  } tests[] = {
    { "/rescue/no-database", test_no_database, NULL },
    { "/rescue/broken-schema", test_broken_schema, NULL },
    { "/rescue/with-log", test_with_log, NULL },
    { "/rescue/no-spare", test_no_spare, NULL },
    { "/rescue/junk-in-spare", test_junk_in_spare, NULL },
    { "/rescue/immovable", test_immovable, NULL },
    { "/rescue/false-alarm", test_false_alarm, NULL },
    { "/rescue/index", test_index, NULL },
    { "/rescue/future", test_future, NULL },
    { "/rescue/killed/noted", test_killed, "noted" },
    { "/rescue/killed/moved", test_killed, "moved" },
    { "/rescue/killed/made", test_killed, "made" },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Rescue, tests[i].data, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
