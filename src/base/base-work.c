/* Runs a pure function on bytes in a thread pool; the answer comes on the main loop. */
#include "base-work.h"

typedef struct {
  BaseWorkFunc   func;
  gpointer       data;
  GDestroyNotify destroy;   /* (nullable) */
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self);
}

static void
work_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Work *work = task_data;
  GError *error = NULL;
  GBytes *bytes;

  if (g_task_return_error_if_cancelled (task))
    return;

  bytes = work->func (work->data, &error);
  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

/**
 * base_work_async:
 * @func: called in another thread; it may look at nothing but @data, and nobody else may change @data meanwhile
 * @data: for @func
 * @destroy: (nullable): called on @data, in either thread, when the work is over
 * @cancellable: (nullable): @func is not interrupted, but what it returns is dropped
 * @callback: called on the main context that is the thread's default now
 * @user_data: for @callback
 */
void
base_work_async (BaseWorkFunc         func,
                 gpointer             data,
                 GDestroyNotify       destroy,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->func = func;
  work->data = data;
  work->destroy = destroy;

  g_task_set_source_tag (task, base_work_async);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_thread);
}

/**
 * base_work_finish:
 * @result: what the callback was given
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): what the function returned, or %NULL with its error or %G_IO_ERROR_CANCELLED
 */
GBytes *
base_work_finish (GAsyncResult  *result,
                  GError       **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, base_work_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
