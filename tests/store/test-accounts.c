/* The accounts table: everything about an account comes back as it was put, and goes with all that hangs on it. */
#include "store-fixture.h"

#define PIN "8f14e45fceea167a5a36dedd4bea2543bff8e4c5a1e6d1b7a2e6a3e2e5c8d901"

static void
test_round_trip (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  StoreAccountRow row = {
    .jid = (char *) "romeo@montague.example", .resource = (char *) "linnet.1", .host = (char *) "xmpp.example",
    .port = 5223, .security = 1, .enabled = TRUE, .mechanism = (char *) "SCRAM-SHA-512-PLUS", .scram_seen = TRUE,
    .bound_seen = TRUE, .position = 3, .name = (char *) "Verona", .colour = 5, .priority = -128, .ask_password = TRUE,
    .pin = (char *) PIN, .pin_errors = 0x43, .own_show = 3, .own_status = (char *) "In the garden", .is_default = TRUE,
    .bound_resource = (char *) "linnet.9a",
  };
  const StoreAccountRow *loaded;

  row.id = store_accounts_put_rows (db, &row, &error);
  g_assert_no_error (error);
  g_assert_cmpint (row.id, >, 0);
  fixture_account (db, "mercutio@verona.example");

  rows = store_accounts_load_rows (db, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  loaded = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (loaded->jid, ==, "mercutio@verona.example");
  g_assert_null (loaded->resource);
  g_assert_null (loaded->host);
  g_assert_null (loaded->mechanism);
  g_assert_null (loaded->roster_version);
  g_assert_false (loaded->scram_seen);

  loaded = g_ptr_array_index (rows, 1);
  g_assert_cmpint (loaded->id, ==, row.id);
  g_assert_cmpstr (loaded->jid, ==, row.jid);
  g_assert_cmpstr (loaded->resource, ==, "linnet.1");
  g_assert_cmpstr (loaded->host, ==, "xmpp.example");
  g_assert_cmpuint (loaded->port, ==, 5223);
  g_assert_cmpuint (loaded->security, ==, 1);
  g_assert_true (loaded->enabled);
  g_assert_cmpstr (loaded->mechanism, ==, "SCRAM-SHA-512-PLUS");
  g_assert_true (loaded->scram_seen);
  g_assert_true (loaded->bound_seen);
  g_assert_cmpint (loaded->position, ==, 3);
  g_assert_cmpstr (loaded->name, ==, "Verona");
  g_assert_cmpuint (loaded->colour, ==, 5);
  g_assert_cmpint (loaded->priority, ==, -128);
  g_assert_true (loaded->ask_password);
  g_assert_cmpstr (loaded->pin, ==, PIN);
  g_assert_cmpuint (loaded->pin_errors, ==, 0x43);
  g_assert_cmpint (loaded->own_show, ==, 3);
  g_assert_cmpstr (loaded->own_status, ==, "In the garden");
  g_assert_cmpstr (loaded->bound_resource, ==, "linnet.9a");
  g_assert_true (loaded->is_default);
}

static gint64
default_of (StoreDb *db)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_accounts_load_rows (db, &error);
  gint64 id = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const StoreAccountRow *row = rows->pdata[i];

    if (row->is_default) {
      g_assert_cmpint (id, ==, 0);
      id = row->id;
    }
  }
  return id;
}

/* At most one account is the default one, whoever was it before. */
static void
test_default (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  StoreAccountRow romeo = { .jid = (char *) "romeo@montague.example", .is_default = TRUE, .own_show = -1 };
  StoreAccountRow juliet = { .jid = (char *) "juliet@capulet.example", .own_show = -1 };

  romeo.id = store_accounts_put_rows (db, &romeo, &error);
  juliet.id = store_accounts_put_rows (db, &juliet, &error);
  g_assert_no_error (error);
  g_assert_cmpint (default_of (db), ==, romeo.id);

  juliet.is_default = TRUE;
  g_assert_cmpint (store_accounts_put_rows (db, &juliet, &error), ==, juliet.id);
  g_assert_no_error (error);
  g_assert_cmpint (default_of (db), ==, juliet.id);
  g_assert_cmpint (store_accounts_put_rows (db, &juliet, &error), ==, juliet.id);
  g_assert_cmpint (default_of (db), ==, juliet.id);

  g_assert_true (store_accounts_remove_rows (db, juliet.id, &error));
  g_assert_cmpint (default_of (db), ==, 0);
  g_assert_false (store_db_exec (db, "INSERT INTO accounts (jid, port, security, enabled, scram_seen, bound_seen,"
                                     " position, is_default) VALUES ('a@b.example', 0, 0, 1, 0, 0, 0, 1),"
                                     " ('c@d.example', 0, 0, 1, 0, 0, 0, 1)", NULL));
}

static void
test_order (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64 romeo = fixture_account (db, "romeo@montague.example");
  gint64 juliet = fixture_account (db, "juliet@capulet.example");
  gint64 nurse = fixture_account (db, "nurse@capulet.example");
  const gint64 order[] = { nurse, 4711, romeo, juliet };

  g_assert_true (store_accounts_order_rows (db, order, G_N_ELEMENTS (order), &error));
  g_assert_no_error (error);
  rows = store_accounts_load_rows (db, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpint (((StoreAccountRow *) rows->pdata[0])->id, ==, nurse);
  g_assert_cmpint (((StoreAccountRow *) rows->pdata[1])->id, ==, romeo);
  g_assert_cmpint (((StoreAccountRow *) rows->pdata[2])->id, ==, juliet);
}

static void
test_update (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  StoreAccountRow row = { .jid = (char *) "romeo@montague.example", .resource = (char *) "old", .enabled = TRUE };
  const StoreAccountRow *loaded;

  row.id = store_accounts_put_rows (db, &row, &error);
  g_assert_true (store_roster_update_rows (db, row.id, none, NULL, TRUE, "ver1", &error));
  row.resource = NULL;
  row.enabled = 7;
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, row.id);
  g_assert_no_error (error);

  rows = store_accounts_load_rows (db, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  loaded = g_ptr_array_index (rows, 0);
  g_assert_null (loaded->resource);
  g_assert_cmpint (loaded->enabled, ==, TRUE);
  /* An old copy of the account must not bring back an old version of the roster. */
  g_assert_cmpstr (loaded->roster_version, ==, "ver1");
}

static void
test_refused (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  StoreAccountRow row = { .jid = (char *) "romeo@montague.example", .enabled = TRUE };

  fixture_account (db, "romeo@montague.example");
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
  g_clear_error (&error);

  row.id = 4711;
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  row.id = 0;
  row.jid = NULL;
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
  g_clear_error (&error);

  row.jid = (char *) "juliet@capulet.example";
  row.priority = 128;
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
  g_clear_error (&error);

  row.priority = 127;
  row.pin = (char *) "no digest";
  g_assert_cmpint (store_accounts_put_rows (db, &row, &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
}

static void
test_remove (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_auto (GStrv) groups = g_strsplit ("Verona,Family", ",", -1);
  StoreRosterRow contact = { .jid = (char *) "juliet@capulet.example", .groups = groups };
  gint64 romeo = fixture_account (db, "romeo@montague.example");
  gint64 mercutio = fixture_account (db, "mercutio@verona.example");

  g_ptr_array_add (contacts, &contact);
  for (guint i = 0; i < 2; i++) {
    gint64 account = i == 0 ? romeo : mercutio;
    gint64 conversation = fixture_conversation (db, account, "juliet@capulet.example");

    fixture_insert (db, fixture_incoming (conversation, "Good night, good night!"));
    g_assert_true (store_roster_update_rows (db, account, contacts, NULL, TRUE, NULL, &error));
  }

  g_assert_true (store_accounts_remove_rows (db, romeo, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture_count (db, "conversations"), ==, 1);
  g_assert_cmpint (fixture_count (db, "messages"), ==, 1);
  g_assert_cmpint (fixture_count (db, "roster"), ==, 1);
  g_assert_cmpint (fixture_count (db, "roster_groups"), ==, 2);
  g_assert_true (store_accounts_remove_rows (db, romeo, &error));
  /* An id is never given twice: who still holds the old one must not reach somebody else's account. */
  g_assert_true (store_accounts_remove_rows (db, mercutio, &error));
  g_assert_cmpint (fixture_account (db, "benvolio@montague.example"), >, mercutio);
}

/* What is deleted is gone from the file as well. */
static void
test_overwritten (void)
{
  g_autoptr (FixtureFolder) folder = fixture_folder ();
  g_autofree char *path = g_build_filename (folder, "linnet.db", NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;
  StoreDb *db = store_db_open (path, &error);
  gint64 account, conversation;

  g_assert_true (store_schema_upgrade (db, &error));
  account = fixture_account (db, "romeo@montague.example");
  conversation = fixture_conversation (db, account, "juliet@capulet.example");
  fixture_insert (db, fixture_incoming (conversation, "parting is such sweet sorrow"));
  g_assert_true (store_accounts_remove_rows (db, account, &error));
  store_db_free (db);

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_null (g_strstr_len (bytes, length, "romeo"));
  for (gsize i = 0; i + 12 < length; i++)
    g_assert_cmpint (memcmp (bytes + i, "sweet sorrow", 12), !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/accounts/round-trip", test_round_trip);
  g_test_add_func ("/accounts/default", test_default);
  g_test_add_func ("/accounts/order", test_order);
  g_test_add_func ("/accounts/update", test_update);
  g_test_add_func ("/accounts/refused", test_refused);
  g_test_add_func ("/accounts/remove", test_remove);
  g_test_add_func ("/accounts/overwritten", test_overwritten);
  return g_test_run ();
}
