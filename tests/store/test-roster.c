/* The roster table: whole rosters, pushes, and the version that belongs to them. */
#include "store-fixture.h"

static StoreRosterRow *
contact (const char *jid, const char *name, guint subscription, const char *groups)
{
  StoreRosterRow *row = g_new0 (StoreRosterRow, 1);

  row->jid = g_strdup (jid);
  row->name = g_strdup (name);
  row->subscription = subscription;
  row->groups = groups != NULL ? g_strsplit (groups, ",", -1) : NULL;
  return row;
}

static GPtrArray *
contacts (StoreRosterRow *first, ...)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_roster_row_free);
  va_list list;

  va_start (list, first);
  for (StoreRosterRow *row = first; row != NULL; row = va_arg (list, StoreRosterRow *))
    g_ptr_array_add (rows, row);
  va_end (list);
  return rows;
}

static void
update (StoreDb *db, gint64 account, GPtrArray *changed, const char *removed, gboolean whole, const char *version)
{
  g_autoptr (GPtrArray) owned = changed;
  g_autoptr (GError) error = NULL;
  const char *gone[] = { removed, NULL };

  g_assert_true (store_roster_update_rows (db, account, owned, (GStrv) gone, whole, version, &error));
  g_assert_no_error (error);
}

/* "jid name subscription groups" of each contact, a line each. */
static void
assert_roster (StoreDb *db, gint64 account, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_roster_load_rows (db, account, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++) {
    const StoreRosterRow *row = g_ptr_array_index (rows, i);
    g_autofree char *groups = g_strjoinv (",", row->groups);

    g_string_append_printf (text, "%s %s %u %s\n", row->jid, row->name != NULL ? row->name : "-", row->subscription,
                            groups);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_version (StoreDb *db, const char *expected)
{
  g_autoptr (GPtrArray) rows = store_accounts_load_rows (db, NULL);

  g_assert_cmpstr (((StoreAccountRow *) rows->pdata[0])->roster_version, ==, expected);
}

static void
test_whole (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 account = fixture_account (db, "romeo@montague.example");
  gint64 other = fixture_account (db, "mercutio@verona.example");

  assert_roster (db, account, "");
  update (db, other, contacts (contact ("benvolio@montague.example", NULL, 3, NULL), NULL), NULL, TRUE, NULL);
  update (db, account,
          contacts (contact ("nurse@capulet.example", NULL, 1, NULL),
                    contact ("juliet@capulet.example", "Juliet", 3, "Verona,Friends,Verona"), NULL),
          NULL, TRUE, "ver1");
  assert_roster (db, account, "juliet@capulet.example Juliet 3 Friends,Verona\nnurse@capulet.example - 1 \n");
  assert_version (db, "ver1");

  update (db, account, contacts (contact ("paris@verona.example", "Paris", 2, NULL), NULL), NULL, TRUE, NULL);
  assert_roster (db, account, "paris@verona.example Paris 2 \n");
  assert_version (db, NULL);
  assert_roster (db, other, "benvolio@montague.example - 3 \n");
  g_assert_cmpint (fixture_count (db, "roster_groups"), ==, 0);
}

static void
test_push (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 account = fixture_account (db, "romeo@montague.example");

  update (db, account,
          contacts (contact ("juliet@capulet.example", "Juliet", 3, "Friends"),
                    contact ("nurse@capulet.example", NULL, 1, NULL), NULL),
          NULL, TRUE, "ver1");
  update (db, account, contacts (contact ("juliet@capulet.example", "My love", 3, "Family"), NULL),
          NULL, FALSE, "ver2");
  assert_roster (db, account, "juliet@capulet.example My love 3 Family\nnurse@capulet.example - 1 \n");
  assert_version (db, "ver2");

  update (db, account, contacts (NULL), "nurse@capulet.example", FALSE, NULL);
  assert_roster (db, account, "juliet@capulet.example My love 3 Family\n");
  assert_version (db, "ver2");
  update (db, account, contacts (NULL), "stranger@verona.example", FALSE, "ver3");
  assert_roster (db, account, "juliet@capulet.example My love 3 Family\n");
  assert_version (db, "ver3");
}

static void
test_flags (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GPtrArray) rows = NULL;
  gint64 account = fixture_account (db, "romeo@montague.example");
  StoreRosterRow *row = contact ("juliet@capulet.example", "", 0, "");

  row->ask = TRUE;
  row->approved = TRUE;
  update (db, account, contacts (row, NULL), NULL, TRUE, NULL);
  rows = store_roster_load_rows (db, account, NULL);
  row = g_ptr_array_index (rows, 0);
  g_assert_true (row->ask);
  g_assert_true (row->approved);
  g_assert_cmpstr (row->name, ==, "");
  g_assert_cmpuint (g_strv_length (row->groups), ==, 0);
}

static void
test_nobody (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = contacts (contact ("juliet@capulet.example", NULL, 3, NULL), NULL);
  g_autoptr (GPtrArray) none = contacts (NULL);

  g_assert_false (store_roster_update_rows (db, 4711, rows, NULL, TRUE, "ver1", &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (store_roster_update_rows (db, 4711, none, NULL, TRUE, "ver1", &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roster/whole", test_whole);
  g_test_add_func ("/roster/push", test_push);
  g_test_add_func ("/roster/flags", test_flags);
  g_test_add_func ("/roster/nobody", test_nobody);
  return g_test_run ();
}
