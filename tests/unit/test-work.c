/* Work in the pool: its answer, its error, its end. */
#include "base-work.h"

typedef struct {
  GThread      *thread;        /* (borrowed) where the work ran */
  gboolean      fails;
  GCancellable *cancellable;   /* (nullable) cancelled by the work itself */
  gint          n_destroyed;   /* atomic */
} Job;

static GBytes *
job_run (gpointer   data,
         GError   **error)
{
  Job *job = data;

  job->thread = g_thread_self ();
  if (job->cancellable != NULL)
    g_cancellable_cancel (job->cancellable);
  if (job->fails) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "no");
    return NULL;
  }

  return g_bytes_new_static ("done", 4);
}

static void
job_destroy (gpointer data)
{
  g_atomic_int_inc (&((Job *) data)->n_destroyed);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_assert_true (g_main_context_is_owner (NULL));
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GBytes *
run (Job           *job,
     GCancellable  *cancellable,
     GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  base_work_async (job_run, job, job_destroy, cancellable, result_cb, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = base_work_finish (result, error);
  g_clear_object (&result);
  /* The thread lets go of the task a moment after the answer. */
  while (g_atomic_int_get (&job->n_destroyed) == 0)
    g_thread_yield ();
  g_assert_cmpint (job->n_destroyed, ==, 1);

  return g_steal_pointer (&bytes);
}

static void
test_answer (void)
{
  Job job = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = run (&job, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "done", 4);
  g_assert_true (job.thread != NULL && job.thread != g_thread_self ());
}

static void
test_error (void)
{
  Job job = { .fails = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_null (run (&job, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) before = g_cancellable_new ();
  g_autoptr (GCancellable) meanwhile = g_cancellable_new ();
  Job never = { NULL };
  Job dropped = { .cancellable = meanwhile };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (before);
  g_assert_null (run (&never, before, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (never.thread);

  g_clear_error (&error);
  g_assert_null (run (&dropped, meanwhile, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_nonnull (dropped.thread);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pool/answer", test_answer);
  g_test_add_func ("/pool/error", test_error);
  g_test_add_func ("/pool/cancelled", test_cancelled);

  return g_test_run ();
}
