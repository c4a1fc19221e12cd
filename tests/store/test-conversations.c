/* The conversations table: found again by its key, read only forward, and the sidebar's line of it. */
#include "store-fixture.h"

static StoreConversationRow *
load_one (StoreDb *db, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_conversations_load_rows (db, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (((StoreConversationRow *) rows->pdata[i])->id == id)
      return g_ptr_array_steal_index (rows, i);
  g_assert_not_reached ();
}

static void
test_find (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  gint64 romeo = fixture_account (db, "romeo@montague.example");
  gint64 mercutio = fixture_account (db, "mercutio@verona.example");
  gint64 id = fixture_conversation (db, romeo, "juliet@capulet.example");

  g_assert_cmpint (fixture_conversation (db, romeo, "juliet@capulet.example"), ==, id);
  g_assert_cmpint (fixture_conversation (db, romeo, "nurse@capulet.example"), !=, id);
  g_assert_cmpint (fixture_conversation (db, mercutio, "juliet@capulet.example"), !=, id);
  g_assert_cmpint (store_conversations_find_rows (db, romeo, 1, "juliet@capulet.example", &error), !=, id);
  g_assert_no_error (error);
  g_assert_cmpint (fixture_count (db, "conversations"), ==, 4);

  g_assert_cmpint (store_conversations_find_rows (db, 4711, 0, "juliet@capulet.example", &error), ==, 0);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_empty (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 account = fixture_account (db, "romeo@montague.example");
  gint64 id = fixture_conversation (db, account, "juliet@capulet.example");
  g_autoptr (StoreConversationRow) row = load_one (db, id);

  g_assert_cmpint (row->account, ==, account);
  g_assert_cmpstr (row->jid, ==, "juliet@capulet.example");
  g_assert_cmpint (row->read_position, ==, 0);
  g_assert_null (row->draft);
  g_assert_cmpint (row->last_at, ==, 0);
  g_assert_null (row->last_body);
  g_assert_false (row->last_outgoing);
  g_assert_cmpuint (row->unread, ==, 0);
}

static void
test_draft (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreConversationRow) kept = NULL;
  g_autoptr (StoreConversationRow) emptied = NULL;
  gint64 id = fixture_conversation (db, fixture_account (db, "romeo@montague.example"), "juliet@capulet.example");

  g_assert_true (store_conversations_draft_rows (db, id, "Arise, fair sun ☀", &error));
  kept = load_one (db, id);
  g_assert_cmpstr (kept->draft, ==, "Arise, fair sun ☀");
  g_assert_true (store_conversations_draft_rows (db, id, "", &error));
  emptied = load_one (db, id);
  g_assert_null (emptied->draft);
  g_assert_true (store_conversations_draft_rows (db, id, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (store_conversations_draft_rows (db, 4711, "nobody", &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_last_and_unread (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (StoreConversationRow) first = NULL;
  g_autoptr (StoreConversationRow) second = NULL;
  gint64 id = fixture_conversation (db, fixture_account (db, "romeo@montague.example"), "juliet@capulet.example");
  StoreMessageRow *late;

  fixture_insert (db, fixture_incoming (id, "one"));
  fixture_insert (db, fixture_incoming (id, "two"));
  first = load_one (db, id);
  g_assert_cmpstr (first->last_body, ==, "two");
  g_assert_cmpint (first->last_at, ==, FIXTURE_TIME);
  g_assert_false (first->last_outgoing);
  g_assert_cmpuint (first->unread, ==, 2);

  /* An own line that waits is the last one; a message that comes now stands before it, and is unread. */
  fixture_insert (db, fixture_outgoing (id, "mine"));
  late = fixture_incoming (id, "three");
  late->sent_at = FIXTURE_TIME + 5;
  fixture_insert (db, late);
  second = load_one (db, id);
  g_assert_cmpstr (second->last_body, ==, "mine");
  g_assert_true (second->last_outgoing);
  g_assert_cmpuint (second->unread, ==, 3);
}

static void
test_read (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  gint64 id = fixture_conversation (db, fixture_account (db, "romeo@montague.example"), "juliet@capulet.example");
  const struct { gint64 position; gint64 expected; guint unread; } steps[] = {
    { FIXTURE_PLACE (2), FIXTURE_PLACE (2), 1 },
    { FIXTURE_PLACE (1), FIXTURE_PLACE (2), 1 },
    { -5, FIXTURE_PLACE (2), 1 },
    { STORE_POSITION_PENDING + 1, FIXTURE_PLACE (3), 0 },
    { G_MAXINT64, FIXTURE_PLACE (3), 0 },
  };

  for (guint i = 0; i < 3; i++)
    fixture_insert (db, fixture_incoming (id, "words"));
  fixture_insert (db, fixture_outgoing (id, "waits"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (StoreConversationRow) row = NULL;

    g_assert_true (store_conversations_read_rows (db, id, steps[i].position, &error));
    g_assert_no_error (error);
    row = load_one (db, id);
    g_assert_cmpint (row->read_position, ==, steps[i].expected);
    g_assert_cmpuint (row->unread, ==, steps[i].unread);
  }

  /* Reading to the end of what is there does not read what is still to come. */
  fixture_insert (db, fixture_incoming (id, "new"));
  {
    g_autoptr (StoreConversationRow) row = load_one (db, id);

    g_assert_cmpuint (row->unread, ==, 1);
  }
  g_assert_false (store_conversations_read_rows (db, 4711, 1, &error));
  g_assert_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

/* A stranger chooses how many messages there are and how long they are, but not what showing them costs. */
static void
test_flood (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreConversationRow) row = NULL;
  g_autofree char *wall = g_strnfill (1024 * 1024, 'x');
  gint64 id = fixture_conversation (db, fixture_account (db, "romeo@montague.example"), "juliet@capulet.example");

  g_assert_true (store_db_begin (db, &error));
  for (guint i = 0; i < STORE_UNREAD_MAX + 50; i++)
    fixture_insert (db, fixture_incoming (id, "knock"));
  fixture_insert (db, fixture_incoming (id, wall));
  g_assert_true (store_db_commit (db, &error));

  row = load_one (db, id);
  g_assert_cmpuint (row->unread, ==, STORE_UNREAD_MAX);
  g_assert_cmpuint (strlen (row->last_body), ==, STORE_LAST_BODY_CHARS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conversations/find", test_find);
  g_test_add_func ("/conversations/empty", test_empty);
  g_test_add_func ("/conversations/draft", test_draft);
  g_test_add_func ("/conversations/last-and-unread", test_last_and_unread);
  g_test_add_func ("/conversations/read", test_read);
  g_test_add_func ("/conversations/flood", test_flood);
  return g_test_run ();
}
