/* The schema: fresh, from every version there ever was, from the future, and from another program. */
#include <glib/gstdio.h>

#include "store-fixture.h"

static char *
read_fixture (int version)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("%03d.sql", version);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", "schema", name, NULL);
  char *sql = NULL;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  return sql;
}

static char *
fresh_schema (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "fresh.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);

  g_assert_no_error (error);
  g_assert_true (store_close (store, &error));
  g_assert_no_error (error);
  return fixture_schema (path);
}

/* Every file of the database by its name, with what is in it. */
static GHashTable *
snapshot (const char *folder)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    char *bytes = NULL;
    gsize length = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    g_hash_table_insert (files, g_strdup (name), g_bytes_new_take (bytes, length));
  }
  return files;
}

static void
assert_untouched (const char *folder, GHashTable *before)
{
  g_autoptr (GHashTable) after = snapshot (folder);
  GHashTableIter iter;
  gpointer name, bytes;

  g_assert_cmpuint (g_hash_table_size (after), ==, g_hash_table_size (before));
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &bytes)) {
    g_test_message ("looking at %s", (char *) name);
    g_assert_nonnull (g_hash_table_lookup (after, name));
    g_assert_true (g_bytes_equal (bytes, g_hash_table_lookup (after, name)));
  }
}

static void
assert_refused (const char *path, int code)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GHashTable) before = snapshot (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);

  g_assert_null (store);
  g_assert_error (error, STORE_ERROR, code);
  assert_untouched (folder, before);
}

static void
test_fresh (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "fresh.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);
  g_autoptr (GPtrArray) version = NULL;
  g_autoptr (GPtrArray) strict = NULL;
  g_autoptr (GPtrArray) mode = NULL;

  g_assert_no_error (error);
  g_assert_true (store_close (store, NULL));
  version = fixture_sqlite (path, "PRAGMA user_version");
  g_assert_cmpint (g_ascii_strtoll (version->pdata[0], NULL, 10), ==, store_schema_version ());
  mode = fixture_sqlite (path, "PRAGMA journal_mode");
  g_assert_cmpstr (mode->pdata[0], ==, "wal");
  strict = fixture_sqlite (path, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                 " AND name NOT LIKE 'sqlite_%' AND NOT strict");
  g_assert_cmpuint (strict->len, ==, 0);
}

/* Each fixture is a database as that version left it, rows included. It never changes once that version is out. */
static void
test_upgrade (gconstpointer data)
{
  int version = GPOINTER_TO_INT (data);
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "old.db", NULL);
  g_autofree char *sql = read_fixture (version);
  g_autofree char *expected = fresh_schema ();
  g_autofree char *schema = NULL;
  g_autoptr (GPtrArray) none = fixture_sqlite (path, sql);
  g_autoptr (GPtrArray) before = fixture_sqlite (path, "PRAGMA user_version");
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) bodies = NULL;
  g_autoptr (GPtrArray) marked = NULL;
  g_autoptr (GPtrArray) broken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;

  g_assert_cmpint (g_ascii_strtoll (before->pdata[0], NULL, 10), ==, version);
  store = fixture_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (store_close (store, NULL));

  after = fixture_sqlite (path, "PRAGMA user_version");
  g_assert_cmpint (g_ascii_strtoll (after->pdata[0], NULL, 10), ==, store_schema_version ());
  schema = fixture_schema (path);
  g_assert_cmpstr (schema, ==, expected);
  bodies = fixture_sqlite (path, "SELECT body FROM messages ORDER BY position");
  g_assert_cmpuint (bodies->len, ==, 3);
  g_assert_cmpstr (bodies->pdata[0], ==, "Wherefore art thou Romeo?");
  g_assert_cmpstr (bodies->pdata[2], ==, "Not sent yet");
  marked = fixture_sqlite (path, "SELECT body FROM conversations c JOIN messages m"
                                 " ON m.conversation = c.id AND m.position = c.read_position");
  g_assert_cmpuint (marked->len, ==, 1);
  g_assert_cmpstr (marked->pdata[0], ==, "Wherefore art thou Romeo?");
  broken = fixture_sqlite (path, "PRAGMA foreign_key_check; SELECT * FROM pragma_integrity_check"
                                 " WHERE integrity_check <> 'ok'");
  g_assert_cmpuint (broken->len, ==, 0);
}

/* Each conversation counted for itself; now all stand in one order, and what was unread is so still. */
static void
test_one_order (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "old.db", NULL);
  g_autofree char *sql = read_fixture (2);
  g_autoptr (GPtrArray) none = fixture_sqlite (path, sql);
  g_autoptr (GPtrArray) more = fixture_sqlite (
      path,
      "INSERT INTO conversations VALUES (2, 1, 0, 'nurse@capulet.example', 1048577, NULL);"
      "INSERT INTO conversations VALUES (3, 1, 0, 'tybalt@capulet.example', 99, NULL);"
      "INSERT INTO conversations VALUES (4, 1, 0, 'paris@verona.example', 4611686018427387905, NULL);"
      "WITH lines (id, conversation, position, outgoing, state, body) AS (VALUES"
      " (4, 2, 1048576, 0, 0, 'n1'), (5, 3, 1048576, 0, 0, 't1'), (6, 2, 4194304, 1, 3, 'n4, sent late'),"
      " (7, 2, 2097152, 0, 0, 'n2'), (8, 1, 3145728, 0, 0, 'j3'), (9, 2, 3145728, 0, 0, 'n3'),"
      " (10, 4, 1048576, 0, 0, 'p1'), (11, 2, 5242880, 0, 0, 'n5'), (12, 4, 4611686018427387906, 1, 1, 'waits'))"
      " INSERT INTO messages (id, conversation, position, outgoing, sender, sent_at, body, state, asks_receipt)"
      "  SELECT id, conversation, position, outgoing, 'somebody', 0, body, state, 0 FROM lines");
  static const char *const expected[] = {
    "Wherefore art thou Romeo?", "Shall I hear more?", "n1", "t1", "n2", "j3", "n3", "n4, sent late", "p1", "n5",
    "Not sent yet", "waits",
  };
  static const char *const unread[] = { "1", "3", "1", "0" };
  g_autoptr (GPtrArray) bodies = NULL;
  g_autoptr (GPtrArray) counts = NULL;
  g_autoptr (GPtrArray) next = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = fixture_open (path, &error);

  g_assert_no_error (error);
  g_assert_true (store_close (store, NULL));
  bodies = fixture_sqlite (path, "SELECT body FROM messages ORDER BY position");
  g_assert_cmpuint (bodies->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < bodies->len; i++)
    g_assert_cmpstr (bodies->pdata[i], ==, expected[i]);
  counts = fixture_sqlite (path, "SELECT (SELECT count(*) FROM messages m WHERE m.conversation = c.id AND outgoing = 0"
                                 " AND m.position > c.read_position) FROM conversations c ORDER BY id");
  for (guint i = 0; i < counts->len; i++)
    g_assert_cmpstr (counts->pdata[i], ==, unread[i]);
  next = fixture_sqlite (path, "SELECT next > max (position) AND min (position) > 1152921504606846976"
                               " FROM positions, messages WHERE position < 4611686018427387904");
  g_assert_cmpstr (next->pdata[0], ==, "1");
}

/* A step that was interrupted by a kill: half of it is in the log, and none of it counts. */
static void
test_interrupted (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autoptr (FixtureFolder) other = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "old.db", NULL);
  g_autofree char *sql = read_fixture (1);
  g_autofree char *expected = fresh_schema ();
  g_autofree char *schema = NULL;
  g_autofree char *copy = g_build_filename (other, "old.db", NULL);
  g_autoptr (GPtrArray) none = fixture_sqlite (path, sql);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GHashTable) killed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;
  GHashTableIter iter;
  gpointer name, bytes;
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle,
                                 "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;"
                                 "ALTER TABLE accounts ADD COLUMN name TEXT; UPDATE accounts SET name = 'Half';"
                                 "CREATE TABLE filling (text); INSERT INTO filling VALUES (hex (zeroblob (100000)));",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_db_cacheflush (handle), ==, SQLITE_OK);
  killed = snapshot (folder);
  sqlite3_close (handle);

  g_hash_table_iter_init (&iter, killed);
  while (g_hash_table_iter_next (&iter, &name, &bytes)) {
    g_autofree char *file = g_build_filename (other, name, NULL);

    if (!g_str_has_suffix (name, "-shm"))
      g_assert_true (g_file_set_contents (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL));
  }
  store = fixture_open (copy, &error);
  g_assert_no_error (error);
  g_assert_true (store_close (store, NULL));
  schema = fixture_schema (copy);
  g_assert_cmpstr (schema, ==, expected);
  names = fixture_sqlite (copy, "SELECT jid FROM accounts WHERE name IS NULL AND own_show = -1 AND colour = 0");
  g_assert_cmpuint (names->len, ==, 1);
}

static void
test_future (gconstpointer data)
{
  int version = GPOINTER_TO_INT (data);
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "future.db", NULL);
  g_autofree char *sql = g_strdup_printf ("CREATE TABLE things_to_come (a); PRAGMA user_version = %d", version);
  g_autoptr (GPtrArray) none = fixture_sqlite (path, sql);

  assert_refused (path, STORE_ERROR_FUTURE);
}

/* The newer version was killed and left its log behind: reading it must not move it into the database. */
static void
test_future_with_log (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autoptr (FixtureFolder) other = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "future.db", NULL);
  g_autofree char *copy = g_build_filename (other, "future.db", NULL);
  g_autofree char *copy_wal = g_strconcat (copy, "-wal", NULL);
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Store) store = NULL;
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "PRAGMA journal_mode = WAL; PRAGMA user_version = 99;"
                                         "CREATE TABLE things_to_come (a)", NULL, NULL, NULL), ==, SQLITE_OK);
  before = snapshot (folder);
  sqlite3_close (handle);
  g_assert_true (g_file_set_contents (copy, g_bytes_get_data (g_hash_table_lookup (before, "future.db"), NULL),
                                      g_bytes_get_size (g_hash_table_lookup (before, "future.db")), NULL));
  g_assert_true (g_file_set_contents (copy_wal, g_bytes_get_data (g_hash_table_lookup (before, "future.db-wal"), NULL),
                                      g_bytes_get_size (g_hash_table_lookup (before, "future.db-wal")), NULL));

  store = fixture_open (copy, &error);
  g_assert_null (store);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FUTURE);
  after = snapshot (other);
  g_assert_true (g_bytes_equal (g_hash_table_lookup (after, "future.db"), g_hash_table_lookup (before, "future.db")));
  g_assert_true (g_bytes_equal (g_hash_table_lookup (after, "future.db-wal"),
                                g_hash_table_lookup (before, "future.db-wal")));
}

static void
test_foreign (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "other.db", NULL);
  g_autoptr (GPtrArray) none = fixture_sqlite (path, "CREATE TABLE bookmarks (url)");
  g_autoptr (GPtrArray) negative = NULL;

  assert_refused (path, STORE_ERROR_CORRUPT);
  negative = fixture_sqlite (path, "PRAGMA user_version = -1");
  assert_refused (path, STORE_ERROR_CORRUPT);
}

/* What the tables do not take, whoever asks. */
static void
test_constraints (void)
{
  static const char *const refused[] = {
    "INSERT INTO accounts (jid, port, security, enabled, scram_seen, bound_seen, position)"
    " VALUES ('a@b.example', 70000, 0, 1, 0, 0, 0)",
    "INSERT INTO accounts (jid, port, security, enabled, scram_seen, bound_seen, position)"
    " VALUES ('a@b.example', 0, 0, 2, 0, 0, 0)",
    "INSERT INTO accounts (jid, port, security, enabled, scram_seen, bound_seen, position)"
    " VALUES ('a@b.example', 'five', 0, 1, 0, 0, 0)",
    "INSERT INTO conversations (account, kind, jid) VALUES (77, 0, 'a@b.example')",
    "INSERT INTO roster_groups (account, jid, name) VALUES (77, 'a@b.example', 'Friends')",
    "INSERT INTO positions VALUES (2, 1152921504606846976)",
    "UPDATE positions SET next = 5",
    "UPDATE positions SET next = 4611686018427387905",
    "INSERT INTO archives (account, jid) VALUES (77, 'a@b.example')",
    "INSERT INTO gaps (archive, low, high, opened_at, is_history) VALUES (77, 1, 2, 0, 0)",
  };
  g_autoptr (StoreDb) db = fixture_db ();

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_test_message ("%s", refused[i]);
    g_assert_false (store_db_exec (db, refused[i], NULL));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (store_schema_version (), >=, 1);

  g_test_add_func ("/schema/fresh", test_fresh);
  for (int version = 1; version <= store_schema_version (); version++) {
    g_autofree char *name = g_strdup_printf ("/schema/upgrade/%d", version);

    g_test_add_data_func (name, GINT_TO_POINTER (version), test_upgrade);
  }
  g_test_add_func ("/schema/one-order", test_one_order);
  g_test_add_func ("/schema/interrupted", test_interrupted);
  g_test_add_data_func ("/schema/future/next", GINT_TO_POINTER (store_schema_version () + 1), test_future);
  g_test_add_data_func ("/schema/future/far", GINT_TO_POINTER (G_MAXINT32), test_future);
  g_test_add_func ("/schema/future/with-log", test_future_with_log);
  g_test_add_func ("/schema/foreign", test_foreign);
  g_test_add_func ("/schema/constraints", test_constraints);
  return g_test_run ();
}
