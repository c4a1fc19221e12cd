/* The store's door: order, shared commits, failures that stay alone, cancelling and closing. */
#include "store-fixture.h"

/* Holds the writer thread inside a job until the test lets it go, so that what is queued meanwhile waits together. */
typedef struct {
  GMutex   mutex;
  GCond    cond;
  gboolean entered, open;
} Gate;

typedef struct {
  Store      *store;
  char       *folder, *path;
  Gate        gate;
  GPtrArray  *answers;     /* of text: what came back, in order */
  GThread    *main;
} House;

static void
house_open (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  house->folder = fixture_folder ();
  house->path = g_build_filename (house->folder, "data", "linnet.db", NULL);
  house->store = fixture_open (house->path, &error);
  g_assert_no_error (error);
  house->answers = g_ptr_array_new_with_free_func (g_free);
  house->main = g_thread_self ();
  g_mutex_init (&house->gate.mutex);
  g_cond_init (&house->gate.cond);
}

static void
house_close (House *house, gconstpointer data)
{
  g_clear_object (&house->store);
  g_ptr_array_unref (house->answers);
  g_mutex_clear (&house->gate.mutex);
  g_cond_clear (&house->gate.cond);
  g_free (house->path);
  fixture_folder_free (house->folder);
}

static gpointer
gate_job (StoreDb *db, gpointer data, GError **error)
{
  Gate *gate = data;

  g_mutex_lock (&gate->mutex);
  gate->entered = TRUE;
  g_cond_broadcast (&gate->cond);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
  return g_strdup ("gate");
}

static void
gate_wait (Gate *gate)
{
  g_mutex_lock (&gate->mutex);
  while (!gate->entered)
    g_cond_wait (&gate->cond, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

static void
gate_open (Gate *gate)
{
  g_mutex_lock (&gate->mutex);
  gate->open = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->mutex);
}

/* Notes the answer's text, or "!" and the error's code, or "cancelled". */
static void
note_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  House *house = data;
  g_autoptr (GError) error = NULL;
  char *text = store_run_finish (STORE_STORE (source), result, &error);

  g_assert_true (g_thread_self () == house->main);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup ("cancelled");
  else if (error != NULL)
    text = g_strdup_printf ("!%d", error->code);
  g_ptr_array_add (house->answers, text);
}

static void
house_run (House *house, StoreJob job, const char *text)
{
  store_run_async (house->store, job, g_strdup (text), g_free, g_free, NULL, note_cb, house);
}

static void
house_shut_gate (House *house)
{
  store_run_async (house->store, gate_job, &house->gate, NULL, g_free, NULL, note_cb, house);
  gate_wait (&house->gate);
}

static void
house_wait (House *house, guint n)
{
  while (house->answers->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_answers (House *house, const char *expected)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  for (guint i = 0; i < house->answers->len; i++)
    g_ptr_array_add (texts, house->answers->pdata[i]);
  g_ptr_array_add (texts, NULL);
  joined = g_strjoinv (" ", (char **) texts->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static gpointer
add_and_fail_job (StoreDb *db, gpointer data, GError **error)
{
  g_autofree char *made = fixture_add_job (db, data, error);

  g_assert_nonnull (made);
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_BUSY, "This one went wrong");
  return g_steal_pointer (&made);
}

/* An orphan that SQLite notices only when the transaction ends. */
static gpointer
poison_job (StoreDb *db, gpointer data, GError **error)
{
  if (!store_db_exec (db, "PRAGMA defer_foreign_keys = ON;"
                          "INSERT INTO conversations (account, kind, jid) VALUES (4711, 0, 'nobody')", error))
    return NULL;
  return g_strdup (data);
}

/* What SQLite does by itself on some errors: the whole transaction is gone. */
static gpointer
give_up_job (StoreDb *db, gpointer data, GError **error)
{
  store_db_rollback (db);
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_FULL, "No room");
  return NULL;
}

static gpointer
fill_disk_job (StoreDb *db, gpointer data, GError **error)
{
  g_autofree char *wall = g_strnfill (1024 * 1024, 'x');

  if (!store_db_exec (db, "PRAGMA max_page_count = 40", error))
    return NULL;
  return fixture_add_job (db, wall, error);
}

static gpointer
more_room_job (StoreDb *db, gpointer data, GError **error)
{
  return store_db_exec (db, "PRAGMA max_page_count = 1000000", error) ? g_strdup ("room") : NULL;
}

static void
assert_accounts (House *house, const char *expected)
{
  g_autoptr (GPtrArray) names = fixture_sqlite (house->path, "SELECT jid FROM accounts ORDER BY id");
  g_autofree char *joined = NULL;

  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

typedef struct {
  GArray *ran, *answered;   /* of int; each is touched by one thread only */
  int     number;
} Turn;

static gpointer
turn_job (StoreDb *db, gpointer data, GError **error)
{
  Turn *turn = data;

  g_array_append_val (turn->ran, turn->number);
  if (turn->number % 7 == 3)
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_FAILED, "Every seventh fails");
  return NULL;
}

static void
turn_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Turn *turn = data;
  g_autoptr (GError) error = NULL;

  g_assert_null (store_run_finish (STORE_STORE (source), result, &error));
  g_assert_cmpint (error != NULL, ==, turn->number % 7 == 3);
  g_array_append_val (turn->answered, turn->number);
}

static void
test_order (House *house, gconstpointer data)
{
  const int n = 2000;
  g_autoptr (GArray) ran = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) answered = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree Turn *turns = g_new (Turn, n);

  for (int i = 0; i < n; i++) {
    turns[i] = (Turn) { ran, answered, i };
    store_run_async (house->store, turn_job, &turns[i], NULL, NULL, NULL, turn_cb, &turns[i]);
    if (i % 100 == 0)
      g_main_context_iteration (NULL, FALSE);
  }
  while (answered->len < (guint) n)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < n; i++) {
    g_assert_cmpint (g_array_index (ran, int, i), ==, i);
    g_assert_cmpint (g_array_index (answered, int, i), ==, i);
  }
}

static gint64
count_from_outside (const char *path)
{
  g_autoptr (GPtrArray) count = fixture_sqlite (path, "SELECT count(*) FROM accounts");

  return g_ascii_strtoll (count->pdata[0], NULL, 10);
}

/* From inside all earlier jobs' rows are there, from outside none: they are in one transaction. */
static gpointer
look_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = store_accounts_load_rows (db, error);

  return g_strdup_printf ("%u/%d", rows->len, (int) count_from_outside (data));
}

static void
test_shared_commit (House *house, gconstpointer data)
{
  house_shut_gate (house);
  house_run (house, fixture_add_job, "a");
  house_run (house, fixture_add_job, "b");
  house_run (house, look_job, house->path);
  house_run (house, fixture_add_job, "c");
  gate_open (&house->gate);
  house_wait (house, 2);
  g_assert_cmpint (count_from_outside (house->path), ==, 3);
  house_wait (house, 5);
  assert_answers (house, "gate a b 2/0 c");
}

static void
test_failing_job_stays_alone (House *house, gconstpointer data)
{
  house_shut_gate (house);
  house_run (house, fixture_add_job, "a");
  house_run (house, add_and_fail_job, "b");
  house_run (house, fixture_add_job, "c");
  house_run (house, fixture_add_job, "a");
  house_run (house, fixture_add_job, "d");
  gate_open (&house->gate);
  house_wait (house, 6);
  assert_answers (house, "gate a !2 c !0 d");
  assert_accounts (house, "a c d");
}

static void
test_commit_fails (House *house, gconstpointer data)
{
  house_shut_gate (house);
  house_run (house, fixture_add_job, "a");
  house_run (house, poison_job, "p");
  house_run (house, fixture_add_job, "b");
  gate_open (&house->gate);
  house_wait (house, 4);
  house_run (house, fixture_add_job, "c");
  house_wait (house, 5);
  assert_answers (house, "gate !5 !5 !5 c");
  assert_accounts (house, "c");
}

static void
test_transaction_given_up (House *house, gconstpointer data)
{
  house_shut_gate (house);
  house_run (house, fixture_add_job, "a");
  house_run (house, give_up_job, "x");
  house_run (house, fixture_add_job, "b");
  house_run (house, add_and_fail_job, "c");
  house_run (house, fixture_add_job, "d");
  gate_open (&house->gate);
  house_wait (house, 6);
  assert_answers (house, "gate !1 !1 b !2 d");
  assert_accounts (house, "b d");
}

static void
test_disk_full (House *house, gconstpointer data)
{
  house_run (house, fixture_add_job, "before");
  house_wait (house, 1);
  house_run (house, fill_disk_job, "");
  house_wait (house, 2);
  house_run (house, more_room_job, "");
  house_run (house, fixture_add_job, "after");
  house_wait (house, 4);
  assert_answers (house, "before !1 room after");
  assert_accounts (house, "before after");
}

static void
test_cancelled_before (House *house, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  house_shut_gate (house);
  store_run_async (house->store, fixture_add_job, g_strdup ("a"), g_free, g_free, cancellable, note_cb, house);
  house_run (house, fixture_add_job, "b");
  g_cancellable_cancel (cancellable);
  gate_open (&house->gate);
  house_wait (house, 3);
  assert_answers (house, "gate cancelled b");
  assert_accounts (house, "b");
}

static guint results_freed;

static void
count_freed (gpointer result)
{
  results_freed++;
  g_free (result);
}

typedef struct {
  Gate       *gate;
  const char *name;
} SlowJob;

static gpointer
slow_add_job (StoreDb *db, gpointer data, GError **error)
{
  SlowJob *slow = data;
  gpointer name = fixture_add_job (db, (gpointer) slow->name, error);

  g_free (gate_job (db, slow->gate, error));
  return name;
}

/* Once it has begun it is done, and what it returned goes to nobody. */
static void
test_cancelled_while_running (House *house, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SlowJob slow = { &house->gate, "a" };

  results_freed = 0;
  store_run_async (house->store, slow_add_job, &slow, NULL, count_freed, cancellable, note_cb, house);
  gate_wait (&house->gate);
  g_cancellable_cancel (cancellable);
  gate_open (&house->gate);
  house_wait (house, 1);
  while (results_freed == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_answers (house, "cancelled");
  assert_accounts (house, "a");
  g_assert_cmpuint (results_freed, ==, 1);
}

typedef struct {
  House    *house;
  gboolean  freed;
} Owned;

static void
owned_free (gpointer data)
{
  Owned *owned = data;

  g_assert_true (g_thread_self () == owned->house->main);
  owned->freed = TRUE;
}

static gpointer
nothing_job (StoreDb *db, gpointer data, GError **error)
{
  return NULL;
}

static void
owned_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Owned *owned = data;

  g_assert_false (owned->freed);
  g_assert_null (store_run_finish (STORE_STORE (source), result, NULL));
}

static void
test_data_outlives_answer (House *house, gconstpointer data)
{
  Owned owned[200];

  for (guint i = 0; i < G_N_ELEMENTS (owned); i++) {
    owned[i] = (Owned) { house, FALSE };
    store_run_async (house->store, nothing_job, &owned[i], owned_free, NULL, NULL, owned_cb, &owned[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    while (!owned[i].freed)
      g_main_context_iteration (NULL, TRUE);
}

static void
test_close_drains (House *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) count = NULL;

  for (int i = 0; i < 500; i++) {
    g_autofree char *name = g_strdup_printf ("n%d", i);

    house_run (house, fixture_add_job, name);
  }
  g_assert_true (store_close (house->store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count_from_outside (house->path), ==, 500);
  g_assert_cmpuint (house->answers->len, ==, 0);
  house_wait (house, 500);
  g_assert_cmpstr (house->answers->pdata[499], ==, "n499");

  house_run (house, fixture_add_job, "late");
  house_wait (house, 501);
  g_assert_cmpstr (house->answers->pdata[500], ==, "!0");
  g_assert_true (store_close (house->store, &error));
}

/* The last reference is dropped while jobs wait: they are done all the same. */
static void
test_dropped (House *house, gconstpointer data)
{
  house_shut_gate (house);
  house_run (house, fixture_add_job, "a");
  g_clear_object (&house->store);
  gate_open (&house->gate);
  house_wait (house, 2);
  assert_answers (house, "gate a");
  assert_accounts (house, "a");
}

int
main (int argc, char *argv[])
{
  static const struct { const char *name; void (*func) (House *house, gconstpointer data); } tests[] = {
    { "/store/order", test_order },
    { "/store/shared-commit", test_shared_commit },
    { "/store/failing-job-stays-alone", test_failing_job_stays_alone },
    { "/store/commit-fails", test_commit_fails },
    { "/store/transaction-given-up", test_transaction_given_up },
    { "/store/disk-full", test_disk_full },
    { "/store/cancelled-before", test_cancelled_before },
    { "/store/cancelled-while-running", test_cancelled_while_running },
    { "/store/data-outlives-answer", test_data_outlives_answer },
    { "/store/close-drains", test_close_drains },
    { "/store/dropped", test_dropped },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, House, NULL, house_open, tests[i].func, house_close);
  return g_test_run ();
}
