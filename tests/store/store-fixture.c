/* What the store's tests share: a database on the test's own thread, a store on its own, and rows to put in. */
#include "store-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

/* The table functions run on whatever thread opened the connection: here the test's own. */
StoreDb *
fixture_db (void)
{
  g_autoptr (GError) error = NULL;
  StoreDb *db = store_db_open (":memory:", &error);

  g_assert_no_error (error);
  g_assert_true (store_schema_upgrade (db, &error));
  g_assert_no_error (error);
  return db;
}

char *
fixture_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("store-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (dir != NULL) {
    for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
fixture_folder_free (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

void
fixture_spin (gboolean *done)
{
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct {
  gboolean  done;
  gpointer  answer;
  GError   *error;
} Answer;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->answer = store_open_finish (result, &answer->error);
  answer->done = TRUE;
}

Store *
fixture_open (const char *path, GError **error)
{
  Answer answer = { 0 };

  store_open_async (path, NULL, opened_cb, &answer);
  fixture_spin (&answer.done);
  if (answer.error != NULL)
    g_propagate_error (error, answer.error);
  return answer.answer;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->answer = store_run_finish (STORE_STORE (source), result, &answer->error);
  answer->done = TRUE;
}

gpointer
fixture_run (Store *store, StoreJob job, gpointer data, GError **error)
{
  Answer answer = { 0 };

  store_run_async (store, job, data, NULL, NULL, NULL, answered_cb, &answer);
  fixture_spin (&answer.done);
  if (answer.error != NULL)
    g_propagate_error (error, answer.error);
  return answer.answer;
}

/* Adds an account called like its data. */
gpointer
fixture_add_job (StoreDb *db, gpointer data, GError **error)
{
  StoreAccountRow row = { .jid = data, .enabled = TRUE };

  return store_accounts_put_rows (db, &row, error) != 0 ? g_strdup (data) : NULL;
}

gint64
fixture_count (StoreDb *db, const char *table)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreStatement) select = NULL;

  /* A statement is cached by the address of its text, so each table needs a text of its own. */
  if (g_str_equal (table, "messages"))
    select = store_db_prepare (db, "SELECT count(*) FROM messages", &error);
  else if (g_str_equal (table, "conversations"))
    select = store_db_prepare (db, "SELECT count(*) FROM conversations", &error);
  else if (g_str_equal (table, "roster"))
    select = store_db_prepare (db, "SELECT count(*) FROM roster", &error);
  else if (g_str_equal (table, "roster_groups"))
    select = store_db_prepare (db, "SELECT count(*) FROM roster_groups", &error);
  else if (g_str_equal (table, "archives"))
    select = store_db_prepare (db, "SELECT count(*) FROM archives", &error);
  else if (g_str_equal (table, "gaps"))
    select = store_db_prepare (db, "SELECT count(*) FROM gaps", &error);
  else
    g_assert_not_reached ();
  g_assert_no_error (error);
  g_assert_true (store_step (select, &error));
  return store_column_int (select, 0);
}

gint64
fixture_account (StoreDb *db, const char *jid)
{
  g_autoptr (GError) error = NULL;
  StoreAccountRow row = { .jid = (char *) jid, .enabled = TRUE };
  gint64 id = store_accounts_put_rows (db, &row, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

gint64
fixture_conversation (StoreDb *db, gint64 account, const char *jid)
{
  g_autoptr (GError) error = NULL;
  gint64 id = store_conversations_find_rows (db, account, 0, jid, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static StoreMessageRow *
make_row (gint64 conversation, const char *body, const char *sender)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->conversation = conversation;
  row->sender = g_strdup (sender);
  row->sent_at = FIXTURE_TIME;
  row->body = g_strdup (body);
  return row;
}

StoreMessageRow *
fixture_incoming (gint64 conversation, const char *body)
{
  return make_row (conversation, body, "juliet@capulet.example");
}

StoreMessageRow *
fixture_outgoing (gint64 conversation, const char *body)
{
  StoreMessageRow *row = make_row (conversation, body, "romeo@montague.example");

  row->outgoing = TRUE;
  row->state = STORE_MESSAGE_PENDING;
  return row;
}

gint64
fixture_insert (StoreDb *db, StoreMessageRow *row)
{
  g_autoptr (StoreMessageRow) owned = row;
  g_autoptr (GError) error = NULL;
  gboolean is_new = FALSE;

  g_assert_true (store_messages_insert_rows (db, owned, &is_new, &error));
  g_assert_no_error (error);
  g_assert_true (is_new);
  g_assert_cmpint (owned->id, >, 0);
  return owned->id;
}

GPtrArray *
fixture_sqlite (const char *path, const char *sql)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  for (const char *rest = sql; *rest != '\0';) {
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2 (handle, rest, -1, &stmt, &rest);

    if (code != SQLITE_OK)
      g_error ("%s: %s", sql, sqlite3_errmsg (handle));
    if (stmt == NULL)
      continue;
    while ((code = sqlite3_step (stmt)) == SQLITE_ROW)
      g_ptr_array_add (texts, g_strdup ((const char *) sqlite3_column_text (stmt, 0)));
    if (code != SQLITE_DONE)
      g_error ("%s: %s", sql, sqlite3_errmsg (handle));
    sqlite3_finalize (stmt);
  }
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
  return texts;
}

char *
fixture_schema (const char *path)
{
  g_autoptr (GPtrArray) lines =
      fixture_sqlite (path, "SELECT type || ' ' || name || ' ' || coalesce (sql, '') FROM sqlite_schema ORDER BY 1");

  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

/* Drops what a failing plan can do without, one step after the other. */
static void
shrink (guint seed, GArray *steps, FixtureRun run)
{
  g_autoptr (GString) why = g_string_new (NULL);

  for (guint i = steps->len; i > 0; i--) {
    g_autoptr (GArray) fewer = g_array_copy (steps);

    g_array_remove_index (fewer, i - 1);
    if (run (seed, fewer, why))
      continue;
    g_array_set_size (steps, 0);
    g_array_append_vals (steps, fewer->data, fewer->len);
    i = steps->len + 1;
  }
}

void
fixture_assert_steps (guint seed, GArray *steps, FixtureRun run, FixtureDescribe describe)
{
  g_autoptr (GString) why = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  if (run (seed, steps, why))
    return;
  shrink (seed, steps, run);
  run (seed, steps, why);
  describe (steps, text);
  g_error ("seed %u:%s: %s", seed, text->str, why->str);
}
