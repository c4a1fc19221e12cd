/* What the store costs: a burst of messages as a ratio to bare SQLite in the same run, then a long history read.
 *
 *   bench-store [MESSAGES [CONVERSATIONS]]     5,000 in 50 unless told; the history is a hundred times as long */
#include <glib/gstdio.h>

#include "store-accounts.h"
#include "store-conversations.h"
#include "store-messages.h"

typedef struct {
  guint  messages, conversations;
  guint  answered;
  guint  history;
} Bench;

typedef struct {
  Bench *bench;
  guint  number;
} Line;

static StoreMessageRow *
make_row (guint number, guint conversations)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->conversation = number % conversations + 1;
  row->sender = g_strdup_printf ("friend%u@verona.example", number % conversations);
  row->stanza_id = g_strdup_printf ("s%u", number);
  row->origin_id = g_strdup_printf ("o%u", number);
  row->archive_id = g_strdup_printf ("a%u", number);
  row->sent_at = number;
  row->body = g_strdup_printf ("A pair of star-crossed lovers take their life, line %u", number);
  return row;
}

static gpointer
people_job (StoreDb *db, gpointer data, GError **error)
{
  Bench *bench = data;
  StoreAccountRow account = { .jid = (char *) "romeo@montague.example", .enabled = TRUE };
  gint64 id = store_accounts_put_rows (db, &account, error);

  for (guint i = 0; id != 0 && i < bench->conversations; i++) {
    g_autofree char *jid = g_strdup_printf ("friend%u@verona.example", i);

    if (store_conversations_find_rows (db, id, 0, jid, error) == 0)
      break;
  }
  return NULL;
}

static gpointer
line_job (StoreDb *db, gpointer data, GError **error)
{
  Line *line = data;
  g_autoptr (StoreMessageRow) row = make_row (line->number, line->bench->conversations);

  store_messages_insert_rows (db, row, NULL, error);
  return NULL;
}

static gpointer
history_job (StoreDb *db, gpointer data, GError **error)
{
  Bench *bench = data;

  for (guint i = 0; i < 10000; i++) {
    g_autoptr (StoreMessageRow) row = make_row (bench->history++, bench->conversations);

    if (!store_messages_insert_rows (db, row, NULL, error))
      break;
  }
  return NULL;
}

static gpointer
read_job (StoreDb *db, gpointer data, GError **error)
{
  Bench *bench = data;
  const guint pages = 1000;
  gint64 started = g_get_monotonic_time (), paged;
  g_autoptr (GPtrArray) conversations = NULL;

  for (guint i = 0; i < pages; i++) {
    gint64 conversation = g_random_int_range (0, bench->conversations) + 1;
    gint64 position = STORE_POSITION_FIRST + g_random_int_range (1, bench->history) * STORE_POSITION_GAP;
    g_autoptr (GPtrArray) rows = store_messages_before_rows (db, conversation, position, 50, error);

    if (rows == NULL)
      return NULL;
  }
  paged = g_get_monotonic_time ();
  conversations = store_conversations_load_rows (db, error);
  g_print ("%u messages: a page of 50 in %.3f ms, %u conversations in %.1f ms\n", bench->history,
           (paged - started) / 1000.0 / pages, conversations != NULL ? conversations->len : 0,
           (g_get_monotonic_time () - paged) / 1000.0);
  return NULL;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *bench = data;
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
  bench->answered++;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(Store **) data = store_open_finish (result, &error);
  if (error != NULL)
    g_error ("%s", error->message);
}

static void
run (Store *store, Bench *bench, StoreJob job, gpointer data, GDestroyNotify destroy)
{
  store_run_async (store, job, data, destroy, NULL, NULL, answered_cb, bench);
}

static void
wait_for (Bench *bench, guint answers)
{
  while (bench->answered < answers)
    g_main_context_iteration (NULL, TRUE);
  bench->answered = 0;
}

/* The same rows into the same tables with nothing around them: one statement, one transaction. */
static double
bare_seconds (const char *path, const Bench *bench)
{
  const char *sql = "INSERT INTO messages (conversation, position, outgoing, sender, stanza_id, origin_id, archive_id,"
                    " sent_at, body, state, asks_receipt) VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)";
  sqlite3 *handle = NULL;
  sqlite3_stmt *insert = NULL;
  gint64 started;

  g_assert (sqlite3_open (path, &handle) == SQLITE_OK);
  sqlite3_exec (handle, "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL",
                NULL, NULL, NULL);
  g_assert (sqlite3_prepare_v2 (handle, sql, -1, &insert, NULL) == SQLITE_OK);
  started = g_get_monotonic_time ();
  sqlite3_exec (handle, "BEGIN", NULL, NULL, NULL);
  for (guint i = 0; i < bench->messages; i++) {
    g_autoptr (StoreMessageRow) row = make_row (i, bench->conversations);

    sqlite3_bind_int64 (insert, 1, row->conversation);
    sqlite3_bind_int64 (insert, 2, (i / bench->conversations + 1) * STORE_POSITION_GAP);
    sqlite3_bind_text (insert, 3, row->sender, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 4, row->stanza_id, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 5, row->origin_id, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 6, row->archive_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (insert, 7, row->sent_at);
    sqlite3_bind_text (insert, 8, row->body, -1, SQLITE_STATIC);
    g_assert (sqlite3_step (insert) == SQLITE_DONE);
    sqlite3_reset (insert);
  }
  sqlite3_exec (handle, "COMMIT", NULL, NULL, NULL);
  sqlite3_finalize (insert);
  sqlite3_close (handle);
  return (g_get_monotonic_time () - started) / 1e6;
}

static Store *
open_store (const char *path, Bench *bench)
{
  Store *store = NULL;

  store_open_async (path, NULL, opened_cb, &store);
  while (store == NULL)
    g_main_context_iteration (NULL, TRUE);
  run (store, bench, people_job, bench, NULL);
  wait_for (bench, 1);
  return store;
}

int
main (int argc, char *argv[])
{
  Bench bench = {
    .messages = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 5000,
    .conversations = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 50,
  };
  g_autofree char *folder = g_dir_make_tmp ("bench-store-XXXXXX", NULL);
  g_autofree char *ours = g_build_filename (folder, "ours.db", NULL);
  g_autofree char *bare = g_build_filename (folder, "bare.db", NULL);
  Store *store = open_store (bare, &bench);
  gint64 started;
  double seconds, floor;

  g_object_unref (store);
  floor = bare_seconds (bare, &bench);

  store = open_store (ours, &bench);
  started = g_get_monotonic_time ();
  for (guint i = 0; i < bench.messages; i++) {
    Line *line = g_new (Line, 1);

    *line = (Line) { &bench, i };
    run (store, &bench, line_job, line, g_free);
  }
  wait_for (&bench, bench.messages);
  seconds = (g_get_monotonic_time () - started) / 1e6;
  g_print ("%u messages, a job each: %.0f/s; bare SQLite in one transaction: %.0f/s; ratio %.2f\n", bench.messages,
           bench.messages / seconds, bench.messages / floor, seconds / floor);

  bench.history = bench.messages;
  while (bench.history < 100 * bench.messages) {
    run (store, &bench, history_job, &bench, NULL);
    wait_for (&bench, 1);
  }
  run (store, &bench, read_job, &bench, NULL);
  wait_for (&bench, 1);

  g_object_unref (store);
  g_remove (ours);
  g_remove (bare);
  g_rmdir (folder);
  return 0;
}
