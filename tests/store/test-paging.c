/* A long history: pages come in order without a gap, and no statement of the product reads what it does not return. */
#include "store-fixture.h"

#include "store-messages-settle.h"

#define MESSAGES 20000
#define PAGE     200

/* SQLite hands every new connection to this, which is how the test sees the product's own statements. */
static sqlite3 *connection;

static int
new_connection_cb (sqlite3 *handle, char **message, const struct sqlite3_api_routines *api)
{
  connection = handle;
  return SQLITE_OK;
}

static gint64
fill (StoreDb *db, gint64 account)
{
  g_autoptr (GError) error = NULL;
  gint64 conversation = fixture_conversation (db, account, "juliet@capulet.example");

  g_assert_true (store_db_begin (db, &error));
  for (int i = 0; i < MESSAGES; i++) {
    StoreMessageRow *row = fixture_incoming (conversation, NULL);

    row->body = g_strdup_printf ("line %d", i);
    row->origin_id = g_strdup_printf ("o%d", i);
    row->archive_id = g_strdup_printf ("a%d", i);
    fixture_insert (db, row);
  }
  for (int i = 0; i < 100; i++) {
    g_autofree char *jid = g_strdup_printf ("friend%d@verona.example", i);

    fixture_insert (db, fixture_incoming (fixture_conversation (db, account, jid), "hello"));
  }
  g_assert_true (store_db_commit (db, &error));
  return conversation;
}

static void
test_pages (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  g_autoptr (GError) error = NULL;
  gint64 conversation = fill (db, fixture_account (db, "romeo@montague.example"));
  gint64 position = G_MAXINT64;
  int line = MESSAGES;

  for (;;) {
    g_autoptr (GPtrArray) rows = store_messages_before_rows (db, conversation, position, PAGE, &error);

    g_assert_no_error (error);
    if (rows->len == 0)
      break;
    for (int i = rows->len - 1; i >= 0; i--) {
      const StoreMessageRow *row = g_ptr_array_index (rows, i);
      g_autofree char *expected = g_strdup_printf ("line %d", --line);

      g_assert_cmpstr (row->body, ==, expected);
      g_assert_cmpint (row->position, <, position);
      position = row->position;
    }
  }
  g_assert_cmpint (line, ==, 0);

  position = 0;
  for (;;) {
    g_autoptr (GPtrArray) rows = store_messages_after_rows (db, conversation, position, PAGE + 7, &error);

    g_assert_no_error (error);
    if (rows->len == 0)
      break;
    for (guint i = 0; i < rows->len; i++) {
      const StoreMessageRow *row = g_ptr_array_index (rows, i);
      g_autofree char *expected = g_strdup_printf ("line %d", line++);

      g_assert_cmpstr (row->body, ==, expected);
      position = row->position;
    }
  }
  g_assert_cmpint (line, ==, MESSAGES);
}

/* The same of archives: all that a page can meet, and what there is no room for. */
static void
use_archives (StoreDb *db, gint64 account, gint64 conversation)
{
  const char *jid = "romeo@montague.example";
  const StoreSeen seen[] = { { "x9", jid, "line" }, { "a8", "juliet@capulet.example", NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = store_archives_open_rows (db, account, jid, 1, &error);
  g_autoptr (GPtrArray) again = store_archives_open_rows (db, account, jid, 2, &error);
  g_autoptr (GPtrArray) tried = store_messages_try_rows (db, account, &error);
  g_autoptr (GPtrArray) settled = NULL;
  StoreMessageRow *line = fixture_outgoing (conversation, "line");
  StoreGapRow *gap = again->pdata[0];
  gboolean reached = FALSE;
  gint64 high = gap->high;

  line->origin_id = g_strdup ("line");
  fixture_insert (db, line);
  settled = store_messages_settle_rows (db, conversation, seen, G_N_ELEMENTS (seen), G_MAXINT64, &reached, &error);
  g_assert_cmpuint (settled->len, ==, 1);
  g_assert_true (reached);
  /* Right above a neighbour there is no place. */
  gap->high = FIXTURE_PLACE (MESSAGES) + 1;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (StoreMessageRow) row = fixture_outgoing (conversation, "elsewhere");
    g_autoptr (StoreMessageRow) theirs = fixture_incoming (conversation, "theirs");

    row->state = STORE_MESSAGE_SENT;
    row->archive_id = g_strdup ("own");
    g_assert_true (store_archives_insert_rows (db, gap, row, NULL, &error));
    theirs->archive_id = g_strdup ("both");
    theirs->stanza_id = g_strdup ("both");
    g_assert_true (store_archives_insert_rows (db, gap, theirs, NULL, &error));
    gap->high = high;
  }
  g_assert_true (store_archives_newest_rows (db, account, jid, "a10", &error));
  g_assert_true (store_archives_page_rows (db, gap, "own", FALSE, &error));
  g_assert_true (store_archives_page_rows (db, gap, NULL, TRUE, &error));
  g_assert_true (store_archives_forget_rows (db, account, jid, &error));
  g_assert_no_error (error);
}

/* Calls everything once, so that every statement there is has been compiled. */
static void
use_everything (StoreDb *db, gint64 account, gint64 conversation)
{
  const gint64 middle = FIXTURE_PLACE (MESSAGES / 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) accounts = store_accounts_load_rows (db, &error);
  g_autoptr (GPtrArray) conversations = NULL;
  g_autoptr (GPtrArray) before = store_messages_before_rows (db, conversation, middle, 50, &error);
  g_autoptr (GPtrArray) after = store_messages_after_rows (db, conversation, middle, 50, &error);
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GPtrArray) roster = NULL;
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_autoptr (StoreMessageRow) own = NULL;
  g_autoptr (StoreMessageRow) moved = NULL;
  g_auto (GStrv) names = g_strsplit ("nurse@capulet.example,Verona", ",", -1);
  StoreRosterRow contact = { .jid = names[0], .groups = names };
  StoreMessageRow *line = fixture_outgoing (conversation, "mine");
  StoreAccountRow changed = *(StoreAccountRow *) accounts->pdata[0];
  StoreMessageRow *again = fixture_incoming (conversation, "line 7");
  gboolean is_new = TRUE;
  gint64 id;

  g_assert_cmpint (store_accounts_put_rows (db, &changed, &error), ==, account);
  line->stanza_id = g_strdup ("id1");
  id = fixture_insert (db, line);
  pending = store_messages_pending_rows (db, account, &error);
  g_assert_cmpuint (pending->len, ==, 1);
  own = store_messages_find_own_rows (db, conversation, "id1", &error);
  g_assert_cmpint (own->id, ==, id);
  moved = store_messages_state_rows (db, id, STORE_MESSAGE_SENT, NULL, &error);
  again->origin_id = g_strdup ("o7");
  again->archive_id = g_strdup ("b7");
  g_assert_true (store_messages_insert_rows (db, again, &is_new, &error));
  g_assert_false (is_new);
  store_message_row_free (again);
  g_assert_true (store_messages_remove_rows (db, id, &error));
  g_assert_true (store_conversations_read_rows (db, conversation, FIXTURE_PLACE (1), &error));
  g_assert_true (store_conversations_draft_rows (db, conversation, "…", &error));
  conversations = store_conversations_load_rows (db, &error);
  g_assert_cmpuint (conversations->len, ==, 101);
  g_assert_cmpuint (((StoreConversationRow *) conversations->pdata[0])->unread, ==, STORE_UNREAD_MAX);
  g_ptr_array_add (contacts, &contact);
  g_assert_true (store_roster_update_rows (db, account, contacts, names, TRUE, "v", &error));
  roster = store_roster_load_rows (db, account, &error);
  g_assert_no_error (error);
}

/* The two statements that are there to read a whole table, and only that one. */
static gboolean
may_scan (const char *sql, const char *step)
{
  if (strstr (sql, "FROM accounts ORDER BY") != NULL)
    return g_str_equal (step, "SCAN accounts");
  if (strstr (sql, "FROM conversations c LEFT JOIN") != NULL)
    return g_str_equal (step, "SCAN c") || g_str_has_prefix (step, "SCAN (subquery");   /* at most STORE_UNREAD_MAX */
  return g_str_equal (step, "SCAN CONSTANT ROW");
}

static void
assert_plan (const char *sql)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  sqlite3_stmt *stmt = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (connection, explain, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    const char *step = (const char *) sqlite3_column_text (stmt, 3);

    g_test_message ("%s", step);
    if (g_str_has_prefix (step, "SCAN ") && !may_scan (sql, step))
      g_error ("%s reads too much: %s", sql, step);
    /* Accounts are few, and so are the groups of one contact. */
    if (g_str_equal (step, "USE TEMP B-TREE FOR ORDER BY") && strstr (sql, "FROM accounts ORDER BY") == NULL)
      g_error ("%s sorts: %s", sql, step);
  }
  sqlite3_finalize (stmt);
}

static void
test_plans (void)
{
  g_autoptr (StoreDb) db = fixture_db ();
  gint64 account = fixture_account (db, "romeo@montague.example");
  gint64 conversation = fill (db, account);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = NULL;

  g_assert_nonnull (connection);
  use_everything (db, account, conversation);
  use_archives (db, account, conversation);
  while ((stmt = sqlite3_next_stmt (connection, stmt)) != NULL) {
    int steps = sqlite3_stmt_status (stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, FALSE);

    g_test_message ("%d steps: %s", steps, sqlite3_sql (stmt));
    g_assert_cmpint (steps, <=, 101);
    g_ptr_array_add (texts, g_strdup (sqlite3_sql (stmt)));
  }
  g_assert_cmpuint (texts->len, >=, 50);
  for (guint i = 0; i < texts->len; i++)
    if (g_strcmp0 (texts->pdata[i], "SELECT count(*) FROM sqlite_schema") != 0)
      assert_plan (texts->pdata[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sqlite3_auto_extension ((void (*) (void)) new_connection_cb);
  g_test_add_func ("/paging/pages", test_pages);
  g_test_add_func ("/paging/plans", test_plans);
  return g_test_run ();
}
