/* The spare copy of the accounts: it follows the table, is for its owner alone, and may be any junk. */
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "store-fixture.h"
#include "store-spare.h"

#define PIN "8f14e45fceea167a5a36dedd4bea2543bff8e4c5a1e6d1b7a2e6a3e2e5c8d901"

typedef struct {
  char  *folder;
  char  *path;
  char  *spare;
  Store *store;
} Spare;

static void
set_up (Spare *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = fixture_folder ();
  self->path = g_build_filename (self->folder, "linnet.db", NULL);
  self->spare = g_strconcat (self->path, "-accounts", NULL);
  self->store = fixture_open (self->path, &error);
  g_assert_no_error (error);
}

static void
close_store (Spare *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_close (self->store, &error));
  g_assert_no_error (error);
  g_clear_object (&self->store);
}

static void
tear_down (Spare *self, gconstpointer data)
{
  close_store (self);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->spare, g_free);
  g_clear_pointer (&self->folder, fixture_folder_free);
}

static gpointer
put_job (StoreDb *db, gpointer data, GError **error)
{
  StoreAccountRow *row = data;

  row->id = store_accounts_put_rows (db, row, error);
  return NULL;
}

static gpointer
remove_job (StoreDb *db, gpointer data, GError **error)
{
  store_accounts_remove_rows (db, *(gint64 *) data, error);
  return NULL;
}

static gpointer
turn_round_job (StoreDb *db, gpointer data, GError **error)
{
  const gint64 *ids = data;
  const gint64 turned[] = { ids[1], ids[0] };

  store_accounts_order_rows (db, turned, 2, error);
  return NULL;
}

static gpointer
fail_job (StoreDb *db, gpointer data, GError **error)
{
  put_job (db, data, error);
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_FAILED, "On purpose");
  return NULL;
}

static void
run (Spare *self, StoreJob job, gpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_run (self->store, job, data, &error);
  g_assert_no_error (error);
}

static void
assert_addresses (Spare *self, const char *expected)
{
  g_autoptr (GPtrArray) rows = store_spare_load (self->path);
  g_autoptr (GString) addresses = g_string_new (NULL);

  g_assert_nonnull (rows);
  for (guint i = 0; i < rows->len; i++) {
    const StoreAccountRow *row = rows->pdata[i];

    g_assert_cmpint (row->id, ==, 0);
    g_assert_cmpint (row->position, ==, i);
    g_string_append_printf (addresses, "%s%s", i > 0 ? " " : "", row->jid);
  }
  g_assert_cmpstr (addresses->str, ==, expected);
}

static void
test_follows (Spare *self, gconstpointer data)
{
  StoreAccountRow romeo = { .jid = (char *) "romeo@montague.example", .own_show = -1 };
  StoreAccountRow juliet = { .jid = (char *) "juliet@capulet.example", .own_show = -1, .position = 1 };
  StoreAccountRow nobody = { .jid = (char *) "nobody@capulet.example", .own_show = -1 };
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  assert_addresses (self, "");
  run (self, put_job, &romeo);
  run (self, put_job, &juliet);
  assert_addresses (self, "romeo@montague.example juliet@capulet.example");
  g_assert_cmpint (g_stat (self->spare, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, 0600);

  /* What was not committed is not there. */
  fixture_run (self->store, fail_job, &nobody, &error);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_FAILED);
  assert_addresses (self, "romeo@montague.example juliet@capulet.example");

  run (self, turn_round_job, (gint64[]) { romeo.id, juliet.id });
  assert_addresses (self, "juliet@capulet.example romeo@montague.example");
  run (self, remove_job, &romeo.id);
  assert_addresses (self, "juliet@capulet.example");
}

static void
test_round_trip (Spare *self, gconstpointer data)
{
  StoreAccountRow row = {
    .jid = (char *) "romeo@montague.example", .resource = (char *) "linnet;1\n", .host = (char *) "xmpp.example",
    .port = 5223, .security = 1, .enabled = TRUE, .mechanism = (char *) "SCRAM-SHA-512-PLUS", .scram_seen = TRUE,
    .bound_seen = TRUE, .position = 3, .name = (char *) " [Verona]=#\\s", .colour = 5, .priority = -128,
    .ask_password = TRUE, .pin = (char *) PIN, .pin_errors = 0x43, .own_show = 3,
    .own_status = (char *) "In the garden\nby night", .is_default = TRUE,
    .bound_resource = (char *) "linnet.9a",
  };
  g_autoptr (GPtrArray) rows = NULL;
  const StoreAccountRow *loaded;

  run (self, put_job, &row);
  rows = store_spare_load (self->path);
  g_assert_cmpuint (rows->len, ==, 1);
  loaded = rows->pdata[0];
  g_assert_cmpstr (loaded->jid, ==, row.jid);
  g_assert_cmpstr (loaded->resource, ==, row.resource);
  g_assert_cmpstr (loaded->host, ==, row.host);
  g_assert_cmpuint (loaded->port, ==, 5223);
  g_assert_cmpuint (loaded->security, ==, 1);
  g_assert_true (loaded->enabled);
  g_assert_cmpstr (loaded->mechanism, ==, row.mechanism);
  g_assert_true (loaded->scram_seen);
  g_assert_true (loaded->bound_seen);
  g_assert_cmpstr (loaded->name, ==, row.name);
  g_assert_cmpuint (loaded->colour, ==, 5);
  g_assert_cmpint (loaded->priority, ==, -128);
  g_assert_true (loaded->ask_password);
  g_assert_cmpstr (loaded->pin, ==, PIN);
  g_assert_cmpuint (loaded->pin_errors, ==, 0x43);
  g_assert_cmpint (loaded->own_show, ==, 3);
  g_assert_cmpstr (loaded->own_status, ==, row.own_status);
  g_assert_cmpstr (loaded->bound_resource, ==, row.bound_resource);
  g_assert_true (loaded->is_default);
}

/* A copy that was lost, or left behind by a kill, is made when the database is opened. */
static void
test_made_at_start (Spare *self, gconstpointer data)
{
  StoreAccountRow romeo = { .jid = (char *) "romeo@montague.example", .own_show = -1 };
  g_autoptr (GError) error = NULL;

  run (self, put_job, &romeo);
  close_store (self);
  g_assert_cmpint (g_unlink (self->spare), ==, 0);
  self->store = fixture_open (self->path, &error);
  g_assert_no_error (error);
  assert_addresses (self, "romeo@montague.example");

  close_store (self);
  g_assert_true (g_file_set_contents (self->spare, "junk", -1, NULL));
  self->store = fixture_open (self->path, &error);
  g_assert_no_error (error);
  assert_addresses (self, "romeo@montague.example");
}

/* That there is no copy is no reason not to store. */
static void
test_unwritable (Spare *self, gconstpointer data)
{
  StoreAccountRow romeo = { .jid = (char *) "romeo@montague.example", .own_show = -1 };

  g_assert_cmpint (g_unlink (self->spare), ==, 0);
  g_assert_cmpint (g_mkdir (self->spare, 0700), ==, 0);
  run (self, put_job, &romeo);
  g_assert_cmpint (romeo.id, >, 0);
  g_assert_null (store_spare_load (self->path));
}

static void
test_junk (Spare *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (2 * 1024 * 1024, '#');
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GPtrArray) rows = NULL;
  const StoreAccountRow *row;

  g_assert_true (g_file_set_contents (self->spare, large, -1, NULL));
  g_assert_null (store_spare_load (self->path));
  g_assert_true (g_file_set_contents (self->spare, "\xff\xfe[account 1", -1, NULL));
  g_assert_null (store_spare_load (self->path));

  g_assert_true (g_file_set_contents (self->spare,
                                      "[account 1]\nname=Without address\n[other]\naddress=x\n"
                                      "[account 2]\naddress=romeo@montague.example\nport=many\nenabled=perhaps\n"
                                      "priority=99999999999999\nname=\xff\n",
                                      -1, NULL));
  rows = store_spare_load (self->path);
  g_assert_nonnull (rows);
  g_assert_cmpuint (rows->len, ==, 1);
  row = rows->pdata[0];
  g_assert_cmpstr (row->jid, ==, "romeo@montague.example");
  g_assert_cmpuint (row->port, ==, 0);
  g_assert_cmpint (row->priority, ==, 0);
  g_assert_null (row->name);
  g_assert_cmpint (row->own_show, ==, -1);
  g_assert_false (row->enabled);

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "[account %u]\naddress=n%u@montague.example\n", i, i);
  g_assert_true (g_file_set_contents (self->spare, many->str, -1, NULL));
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = store_spare_load (self->path);
  g_assert_cmpuint (rows->len, ==, 1000);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*func) (Spare *self, gconstpointer data);
  } tests[] = {
    { "/spare/follows", test_follows },
    { "/spare/round-trip", test_round_trip },
    { "/spare/made-at-start", test_made_at_start },
    { "/spare/unwritable", test_unwritable },
    { "/spare/junk", test_junk },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Spare, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
