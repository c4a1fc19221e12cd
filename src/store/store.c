/* The database's one door: jobs run in order on one writer thread, answers come on the main loop.
 *
 *   main loop                     writer thread
 *   store_run_async  ── queue ──► writer_main      takes all jobs that wait, up to GROUP_SIZE
 *                                 run_group          BEGIN · each job inside a mark · COMMIT
 *   notify::trouble  ◄─ source ── tell_trouble     when jobs begin to fail, and when one can write again
 *   callback         ◄─ source ── send_answer      only now: what was answered is on the disk
 *
 * A job that fails is undone to its mark and takes nobody with it; a commit that fails fails all of its group. */
#include "store.h"

#include "store-rescue.h"
#include "store-spare.h"

/* How many jobs may share a commit: it bounds how long the first of them waits for its answer. */
#define GROUP_SIZE 256

typedef enum {
  JOB_OPEN,
  JOB_RUN,
  JOB_STOP,
} JobKind;

typedef struct {
  JobKind         kind;
  GTask          *task;          /* (owned, nullable) unreferenced on its own main context only */
  StoreJob        func;
  gpointer        data;          /* (borrowed) the task's data */
  GDestroyNotify  free_result;   /* (nullable) */
  gpointer        result;        /* (owned, nullable) */
  GError         *error;         /* (owned, nullable) */
  gboolean        has_written;
} Job;

struct _Store {
  GObject      parent;
  GAsyncQueue *queue;    /* (owned) of Job */
  GThread     *thread;   /* (owned, nullable) NULL once it is closed; returns a GError */
  char        *aside;    /* (owned, nullable) where a damaged file was moved to; the writer's until it is open */
  GError      *trouble;  /* (owned, nullable) */
};

enum {
  PROP_TROUBLE = 1,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

/* All that the writer thread knows. It holds no reference to the Store, which may end at any time. */
typedef struct {
  GAsyncQueue *queue;    /* (owned) */
  char        *path;     /* (owned) */
  StoreDb     *db;       /* (owned, nullable) NULL: it could not be opened */
  GError      *trouble;  /* (owned, nullable) what the Store was told last */
} Writer;

/* What the writer tells the store. */
typedef struct {
  Store  *store;     /* (owned) unreferenced on the main context only */
  GError *trouble;   /* (owned, nullable) */
} Told;

G_DEFINE_FINAL_TYPE (Store, store, G_TYPE_OBJECT)
G_DEFINE_QUARK (store-error-quark, store_error)

static void
job_free (Job *self)
{
  if (self->result != NULL && self->free_result != NULL)
    self->free_result (self->result);
  g_clear_error (&self->error);
  g_clear_object (&self->task);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static gboolean
release_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* Returned from here, every answer is a source of its own on the caller's context, so they keep their order: a task
 * that is returned on its own context may call back at once or later, as it likes. The last reference has to go
 * there as well, for with it goes the caller's data; so it travels in a second source behind the answer. */
static void
send_answer (Job *job)
{
  g_autoptr (GSource) release = g_idle_source_new ();

  if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_pointer (job->task, g_steal_pointer (&job->result), job->free_result);

  g_source_set_priority (release, g_task_get_priority (job->task));
  g_source_set_callback (release, release_cb, job, (GDestroyNotify) job_free);
  g_source_set_static_name (release, "store answered");
  g_source_attach (release, g_task_get_context (job->task));
}

/* Trouble */

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->store);
  g_clear_error (&told->trouble);
  g_free (told);
}

static gboolean
told_cb (gpointer data)
{
  Told *told = data;

  g_clear_error (&told->store->trouble);
  told->store->trouble = g_steal_pointer (&told->trouble);
  g_object_notify_by_pspec (G_OBJECT (told->store), properties[PROP_TROUBLE]);
  return G_SOURCE_REMOVE;
}

/* The source stands before those of the answers: who gets one can ask for the trouble that belongs to it. */
static void
tell_trouble (Writer *self, const Job *job, const GError *trouble)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Told *told = g_new0 (Told, 1);

  g_clear_error (&self->trouble);
  self->trouble = trouble != NULL ? g_error_copy (trouble) : NULL;
  told->store = g_object_ref (g_task_get_source_object (job->task));
  told->trouble = trouble != NULL ? g_error_copy (trouble) : NULL;
  g_source_set_priority (source, g_task_get_priority (job->task));
  g_source_set_callback (source, told_cb, told, told_free);
  g_source_set_static_name (source, "store trouble");
  g_source_attach (source, g_task_get_context (job->task));
}

static gboolean
is_trouble (const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_FULL)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_BUSY)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT);
}

/* What the outcome of @n jobs says about whether one can write. Every job has the lock to write, and so shows that
 * nobody else has it. */
static void
follow_trouble (Writer *self, Job **jobs, guint n)
{
  const GError *trouble = self->trouble;
  const Job *teller = NULL;

  for (guint i = 0; i < n; i++) {
    const Job *job = jobs[i];

    if (job->error == NULL
        && (job->has_written || g_error_matches (trouble, STORE_ERROR, STORE_ERROR_BUSY)))
      trouble = NULL;
    else if (is_trouble (job->error) && (trouble == NULL || trouble->code != job->error->code))
      trouble = job->error;
    else
      continue;
    teller = job;
    if (g_error_matches (trouble, STORE_ERROR, STORE_ERROR_CORRUPT))
      store_rescue_suspect (self->path);
  }
  if (trouble != self->trouble)
    tell_trouble (self, teller, trouble);
}

/* Jobs */

static void
run_job (StoreDb *db, Job *job)
{
  gint64 before = store_db_all_changes (db);

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &job->error))
    return;
  if (!store_db_mark (db, &job->error))
    return;

  job->result = job->func (db, job->data, &job->error);
  if (job->error == NULL)
    store_db_unmark (db, &job->error);
  if (job->error != NULL)
    store_db_undo_to_mark (db);
  job->has_written = store_db_all_changes (db) != before;
}

static void
fail_jobs (Job **jobs, guint n, const GError *error)
{
  for (guint i = 0; i < n; i++)
    if (jobs[i]->error == NULL)
      jobs[i]->error = g_error_copy (error);
}

/* Runs jobs in one transaction. Returns how many of them are settled: fewer than n, but at least one, when SQLite
 * gave up the transaction by itself, which also undid the jobs before the one that met the trouble. */
static guint
run_transaction (StoreDb *db, Job **jobs, guint n)
{
  g_autoptr (GError) error = NULL;

  if (!store_db_begin (db, &error)) {
    fail_jobs (jobs, n, error);
    return n;
  }

  for (guint i = 0; i < n; i++) {
    run_job (db, jobs[i]);
    if (!store_db_in_progress (db)) {
      g_set_error_literal (&error, STORE_ERROR, STORE_ERROR_FAILED, "The transaction was given up");
      fail_jobs (jobs, i + 1, jobs[i]->error != NULL ? jobs[i]->error : error);
      return i + 1;
    }
  }

  if (!store_db_commit (db, &error)) {
    store_db_rollback (db);
    fail_jobs (jobs, n, error);
  }
  return n;
}

/* A copy that cannot be written is made with the next change, or when the database is opened again. */
static void
save_spare (Writer *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (self->path, ":memory:") && !store_spare_save (self->db, self->path, &error))
    g_message ("The spare copy of the accounts could not be written: %s", error->message);
}

static void
run_group (Writer *self, GPtrArray *group)
{
  Job **jobs = (Job **) group->pdata;

  if (self->db != NULL) {
    for (guint done = 0; done < group->len;) {
      guint n = run_transaction (self->db, jobs + done, group->len - done);

      follow_trouble (self, jobs + done, n);
      done += n;
    }
    if (store_db_take_note (self->db))
      save_spare (self);
  } else {
    g_autoptr (GError) error = g_error_new_literal (STORE_ERROR, STORE_ERROR_FAILED, "The database is not open");

    fail_jobs (jobs, group->len, error);
  }

  for (guint i = 0; i < group->len; i++)
    send_answer (jobs[i]);
  g_ptr_array_set_size (group, 0);
}

static void
open_database (Writer *self, Job *job)
{
  Store *store = job->result;

  self->db = store_rescue_open (self->path, &store->aside, &job->error);
  if (self->db != NULL)
    save_spare (self);
  send_answer (job);
}

static GError *
close_database (Writer *self)
{
  GError *error = NULL;

  /* Closing would do this too, but not say how it went. */
  if (self->db != NULL)
    store_db_exec (self->db, "PRAGMA wal_checkpoint(PASSIVE)", &error);
  g_clear_pointer (&self->db, store_db_free);
  g_async_queue_unref (self->queue);
  g_clear_error (&self->trouble);
  g_free (self->path);
  g_free (self);
  return error;
}

static gpointer
writer_main (gpointer data)
{
  Writer *self = data;
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  gboolean stop = FALSE;

  while (!stop) {
    Job *job = g_async_queue_pop (self->queue);

    while (job != NULL && job->kind == JOB_RUN) {
      g_ptr_array_add (group, job);
      job = group->len < GROUP_SIZE ? g_async_queue_try_pop (self->queue) : NULL;
    }
    if (group->len > 0)
      run_group (self, group);

    if (job != NULL && job->kind == JOB_OPEN) {
      open_database (self, job);
    } else if (job != NULL) {
      job_free (job);
      stop = TRUE;
    }
  }
  return close_database (self);
}

/**
 * store_open_async:
 * @path: a file name in the file system's encoding, or ":memory:"
 * @cancellable: (nullable): stops waiting for it
 * @callback: called when the database is open or cannot be
 * @user_data: for @callback
 *
 * Opens the database and brings it to the newest schema, on a writer thread of its own. A damaged one is kept aside
 * and another made in its place, which has the accounts: see store_get_kept_aside().
 */
void
store_open_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Store *self = g_object_new (STORE_TYPE_STORE, NULL);
  Writer *writer = g_new0 (Writer, 1);
  Job *job = g_new0 (Job, 1);

  job->kind = JOB_OPEN;
  job->task = g_task_new (NULL, cancellable, callback, user_data);
  job->result = self;
  job->free_result = g_object_unref;
  g_task_set_source_tag (job->task, store_open_async);

  writer->queue = g_async_queue_ref (self->queue);
  writer->path = g_strdup (path);
  g_async_queue_push (self->queue, job);
  self->thread = g_thread_new ("store", writer_main, writer);
}

/**
 * store_open_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the store, or %NULL with %STORE_ERROR set: %STORE_ERROR_FUTURE when a newer
 *   version has made the file, %STORE_ERROR_CORRUPT when it is no database of ours or is damaged and cannot be moved;
 *   %G_IO_ERROR_CANCELLED
 */
Store *
store_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, store_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * store_run_async:
 * @self: a store
 * @job: runs on the writer thread, whole or not at all
 * @data: (transfer full): for @job; it belongs to the job until the answer has come
 * @destroy: (nullable): frees @data on the caller's main context, after @callback
 * @free_result: (nullable): frees what @job returned when nobody takes it
 * @cancellable: (nullable): a job that has not begun when it is cancelled is left out, one that has is done; the
 *   answer is %G_IO_ERROR_CANCELLED in both cases
 * @callback: called on the caller's main context; answers come in the order of the calls
 * @user_data: for @callback
 *
 * Queues a job. Jobs run in the order of the calls; those that wait at the same time may share a commit. When
 * @callback is told of success, what @job wrote is on the disk; when of failure, nothing of it is.
 */
void
store_run_async (Store *self,
                 StoreJob job,
                 gpointer data,
                 GDestroyNotify destroy,
                 GDestroyNotify free_result,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *queued;

  g_return_if_fail (STORE_IS_STORE (self));
  g_return_if_fail (job != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, store_run_async);
  g_task_set_task_data (task, data, destroy);
  if (self->thread == NULL) {
    g_task_return_new_error (task, STORE_ERROR, STORE_ERROR_FAILED, "The database is closed");
    return;
  }

  queued = g_new0 (Job, 1);
  queued->kind = JOB_RUN;
  queued->func = job;
  queued->data = data;
  queued->free_result = free_result;
  queued->task = g_steal_pointer (&task);
  g_async_queue_push (self->queue, queued);
}

/**
 * store_run_finish:
 * @self: a store
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what the job returned; %NULL with the job's own error, %STORE_ERROR or
 *   %G_IO_ERROR_CANCELLED set. A job may return %NULL without an error.
 */
gpointer
store_run_finish (Store *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * store_get_kept_aside:
 * @self: a store
 *
 * Returns: (transfer none) (nullable): the file name that a damaged database has now, in the file system's encoding;
 *   %NULL when there was none
 */
const char *
store_get_kept_aside (Store *self)
{
  g_return_val_if_fail (STORE_IS_STORE (self), NULL);

  return self->aside;
}

/**
 * store_get_trouble:
 * @self: a store
 *
 * Tells why nothing can be stored, as far as the jobs so far show: from the first that failed because the disk is full,
 * the file is locked or damaged until one that writes succeeds. In the callback of a job it is what that job has met.
 *
 * Returns: (transfer none) (nullable): %STORE_ERROR_FULL, %STORE_ERROR_BUSY or %STORE_ERROR_CORRUPT
 */
const GError *
store_get_trouble (Store *self)
{
  g_return_val_if_fail (STORE_IS_STORE (self), NULL);

  return self->trouble;
}

/**
 * store_close:
 * @self: a store
 * @error: return location for an error
 *
 * Waits until every job that was queued is done, and closes the database. It blocks, so it is for the program's end.
 * The answers still come when the main context runs. Closing twice is closing once.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set when the log could not be moved into the database; nothing is
 *   lost then, the next start does it
 */
gboolean
store_close (Store *self, GError **error)
{
  Job *stop;
  GError *problem;

  g_return_val_if_fail (STORE_IS_STORE (self), FALSE);

  if (self->thread == NULL)
    return TRUE;

  stop = g_new0 (Job, 1);
  stop->kind = JOB_STOP;
  g_async_queue_push (self->queue, stop);
  problem = g_thread_join (g_steal_pointer (&self->thread));
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Every job holds a reference through its task, so none waits when this runs. */
static void
store_finalize (GObject *object)
{
  Store *self = STORE_STORE (object);
  g_autoptr (GError) error = NULL;

  if (!store_close (self, &error))
    g_warning ("Closing the database: %s", error->message);
  g_async_queue_unref (self->queue);
  g_clear_error (&self->trouble);
  g_free (self->aside);
  G_OBJECT_CLASS (store_parent_class)->finalize (object);
}

static void
store_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_TROUBLE:
    g_value_set_boxed (value, STORE_STORE (object)->trouble);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
store_class_init (StoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = store_finalize;
  object_class->get_property = store_get_property;

  properties[PROP_TROUBLE] =
      g_param_spec_boxed ("trouble", NULL, NULL, G_TYPE_ERROR, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
store_init (Store *self)
{
  self->queue = g_async_queue_new ();
}
