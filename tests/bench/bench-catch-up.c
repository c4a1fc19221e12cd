/* What catching up costs: thousands of archived messages from a server that answers at once, through the whole chat
 * layer into a new database, beside the same bytes through bare libxml2 and bare SQLite in the same minute.
 *
 *   bench-catch-up [MESSAGES [PEOPLE]]     10,000 by 50 unless told */
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "archive-server.h"
#include "bench-loop.h"
#include "chat-core.h"
#include "chat-parts.h"
#include "fake-server.h"
#include "memory-secrets.h"
#include "store-db.h"
#include "xmpp-features.h"
#include "xmpp-stream.h"

#define ROUNDS 5

typedef struct {
  double wall, cpu;   /* seconds */
  double block;       /* ms: the main loop's longest */
} Cost;

static GSocket *way;   /* (borrowed) to the server: a connector has no data of its own */

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Ours */

static void
connect_async (const XmppLogin *login, BaseClock *clock, GCancellable *cancellable, GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketConnection) io = g_socket_connection_factory_create_connection (way);

  g_task_return_pointer (task, xmpp_stream_new (G_IO_STREAM (io), TRUE), (GDestroyNotify) xmpp_transport_free);
}

static XmppTransport *
connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
count_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (StoreStatement) count = store_db_prepare (db, "SELECT count (*) FROM messages", error);
  gint64 n = count != NULL && store_step (count, error) ? store_column_int (count, 0) : -1;

  return g_memdup2 (&n, sizeof n);
}

static void
assert_count (Store *store, guint messages)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree gint64 *n = NULL;

  store_run_async (store, count_job, NULL, NULL, g_free, NULL, fake_result_cb, &result);
  n = store_run_finish (store, fake_wait (&result), NULL);
  if (n == NULL || *n != messages)
    g_error ("%u messages in the archive, %" G_GINT64_FORMAT " in the store", messages, n != NULL ? *n : -1);
}

static ChatCore *
make_core (Store *store)
{
  static const XmppConnector connector = { "archive", connect_async, connect_finish };
  static const XmppConnector *const connectors[] = { &connector, NULL };
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (MemorySecrets) secrets = memory_secrets_new ();
  ChatCoreSetup setup = {
    .store = store, .secrets = DESKTOP_SECRETS (secrets), .clock = clock, .features = xmpp_features,
    .connectors = connectors, .parts = chat_parts,
  };

  return chat_core_new (&setup);
}

static Cost
our_cost (const char *path, guint messages)
{
  g_autoptr (GAsyncResult) opened = NULL, loaded = NULL, signed_in = NULL, closed = NULL;
  g_autoptr (Store) store = NULL;
  g_autoptr (ChatCore) core = NULL;
  g_autoptr (ChatAccount) account = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (ARCHIVE_OWN, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, NULL);
  g_autoptr (GError) error = NULL;
  Cost cost = { .wall = -g_get_monotonic_time () / 1e6 };
  ChatHistory *history;

  store_open_async (path, NULL, fake_result_cb, &opened);
  store = store_open_finish (fake_wait (&opened), &error);
  g_assert_no_error (error);
  core = make_core (store);
  chat_core_load_async (core, NULL, fake_result_cb, &loaded);
  chat_core_load_finish (core, fake_wait (&loaded), &error);
  g_assert_no_error (error);
  account = chat_core_prepare_account (core, login, &error);
  g_assert_no_error (error);

  cost.wall = -g_get_monotonic_time () / 1e6;
  cost.cpu = -cpu_seconds ();
  bench_loop_reset ();
  chat_account_sign_in_async (account, "wherefore", NULL, fake_result_cb, &signed_in);
  chat_account_sign_in_finish (account, fake_wait (&signed_in), &error);
  g_assert_no_error (error);
  history = chat_account_get_history (account);
  while (chat_history_get_n_read (history) < messages || chat_history_get_state (history) != CHAT_HISTORY_IDLE)
    g_main_context_iteration (NULL, TRUE);
  cost.wall += g_get_monotonic_time () / 1e6;
  cost.cpu += cpu_seconds ();
  cost.block = bench_loop_longest () / 1000.0;

  assert_count (store, messages);
  chat_core_close_async (core, NULL, fake_result_cb, &closed);
  chat_core_close_finish (core, fake_wait (&closed), NULL);
  return cost;
}

/* The floor */

static int
feed (xmlParserCtxt *parser, const char *page)
{
  return xmlParseChunk (parser, page, strlen (page), 0);
}

/* The tree is as good as empty: what was parsed is of no interest any more. */
static void
drop_page (xmlParserCtxt *parser)
{
  xmlNode *stream = xmlDocGetRootElement (parser->myDoc);

  while (stream->children != NULL) {
    xmlNode *child = stream->children;

    xmlUnlinkNode (child);
    xmlFreeNode (child);
  }
}

static void
insert_page (sqlite3 *handle, sqlite3_stmt *insert, guint first, guint end, guint people)
{
  sqlite3_exec (handle, "BEGIN", NULL, NULL, NULL);
  for (guint i = first; i < end; i++) {
    g_autofree char *sender = g_strdup_printf ("friend%u@capulet.example", i % people);
    g_autofree char *id = g_strdup_printf ("line-%u", i);
    g_autofree char *archive_id = g_strdup_printf ("%u", i);
    g_autofree char *body =
        g_strdup_printf ("Two households, both alike in dignity, in fair Verona: line %u of many.", i);

    sqlite3_bind_int64 (insert, 1, i % people + 1);
    sqlite3_bind_int64 (insert, 2, ((gint64) i + 1) * STORE_POSITION_GAP);
    sqlite3_bind_text (insert, 3, sender, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 4, id, -1, SQLITE_STATIC);
    sqlite3_bind_text (insert, 5, archive_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64 (insert, 6, i);
    sqlite3_bind_text (insert, 7, body, -1, SQLITE_STATIC);
    g_assert (sqlite3_step (insert) == SQLITE_DONE);
    sqlite3_reset (insert);
  }
  sqlite3_exec (handle, "COMMIT", NULL, NULL, NULL);
}

static sqlite3 *
open_bare (const char *path, guint people)
{
  sqlite3 *handle = NULL;

  g_assert (sqlite3_open (path, &handle) == SQLITE_OK);
  sqlite3_exec (handle, "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL", NULL, NULL,
                NULL);
  sqlite3_exec (handle, "INSERT INTO accounts (jid, port, security, enabled, scram_seen, bound_seen, position)"
                        " VALUES ('" ARCHIVE_OWN "', 0, 0, 1, 0, 0, 0)", NULL, NULL, NULL);
  for (guint i = 0; i < people; i++) {
    g_autofree char *sql =
        g_strdup_printf ("INSERT INTO conversations (account, kind, jid) VALUES (1, 0, 'friend%u@capulet.example')", i);

    sqlite3_exec (handle, sql, NULL, NULL, NULL);
  }
  return handle;
}

/* The same pages in the same pieces, made before the clock runs: one parser, one statement, a transaction for each. */
static Cost
floor_cost (const char *path, guint messages, guint people)
{
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *handle = open_bare (path, people);
  sqlite3_stmt *insert = NULL;
  xmlParserCtxt *parser = xmlCreatePushParserCtxt (NULL, NULL, NULL, 0, NULL);
  Cost cost;
  guint end = messages;

  for (guint at = messages; at > 0; at = archive_server_first (at))
    g_ptr_array_add (pages, archive_server_page (messages, people, at, "query-of-a-usual-length", "id-of-the-same"));
  g_assert (sqlite3_prepare_v2 (handle, "INSERT INTO messages (conversation, position, outgoing, sender, stanza_id,"
                                        " origin_id, archive_id, sent_at, body, state, asks_receipt)"
                                        " VALUES (?1, ?2, 0, ?3, ?4, ?4, ?5, ?6, ?7, 0, 1)",
                                -1, &insert, NULL) == SQLITE_OK);
  feed (parser, "<stream xmlns='jabber:client'>");

  cost.wall = -g_get_monotonic_time () / 1e6;
  cost.cpu = -cpu_seconds ();
  cost.block = 0;
  for (guint i = 0; i < pages->len; i++) {
    g_assert (feed (parser, pages->pdata[i]) == 0);
    drop_page (parser);
    insert_page (handle, insert, archive_server_first (end), end, people);
    end = archive_server_first (end);
  }
  cost.wall += g_get_monotonic_time () / 1e6;
  cost.cpu += cpu_seconds ();

  sqlite3_finalize (insert);
  sqlite3_close (handle);
  xmlFreeDoc (parser->myDoc);
  xmlFreeParserCtxt (parser);
  return cost;
}

/* A database as it is before anybody has signed in. */
static void
make_database (const char *path)
{
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (Store) store = NULL;

  store_open_async (path, NULL, fake_result_cb, &opened);
  store = store_open_finish (fake_wait (&opened), NULL);
  g_assert (store != NULL);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
median (double *ratios)
{
  qsort (ratios, ROUNDS, sizeof *ratios, compare);
  return ratios[ROUNDS / 2];
}

int
main (int argc, char *argv[])
{
  guint messages = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 10000;
  guint people = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 50;
  GSocket *ways[ROUNDS];
  double wall[ROUNDS], cpu[ROUNDS], longest = 0;

  /* Before there is any other thread. */
  for (guint i = 0; i < ROUNDS; i++)
    ways[i] = archive_server_start (messages, people);
  bench_loop_watch ();
  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree char *folder = g_dir_make_tmp ("bench-catch-up-XXXXXX", NULL);
    g_autofree char *ours = g_build_filename (folder, "ours.db", NULL);
    g_autofree char *bare = g_build_filename (folder, "bare.db", NULL);
    Cost floor, cost;

    make_database (bare);
    floor = floor_cost (bare, messages, people);
    way = ways[i];
    cost = our_cost (ours, messages);
    wall[i] = cost.wall / floor.wall;
    cpu[i] = cost.cpu / floor.cpu;
    longest = MAX (longest, cost.block);
    g_print ("catch-up of %u: wall %.0f ms, %.2f of the floor's %.0f; CPU %.0f ms, %.2f of the floor's %.0f;"
             " longest block %.1f ms\n",
             messages, cost.wall * 1e3, wall[i], floor.wall * 1e3, cost.cpu * 1e3, cpu[i], floor.cpu * 1e3,
             cost.block);
    remove_folder (folder);
    g_object_unref (ways[i]);
  }
  g_print ("catch-up of %u, median: wall %.2f, CPU %.2f of the floor; aim: wall 1.5, CPU 2; longest block %.1f ms\n",
           messages, median (wall), median (cpu), longest);
  while (waitpid (-1, NULL, 0) > 0)
    ;
  return 0;
}
