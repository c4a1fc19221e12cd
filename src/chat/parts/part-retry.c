/* Tries again what the store could not take: as soon as its trouble is over, or after a while. For the parts. */
#include "part-retry.h"

struct _PartRetry {
  Store         *store;    /* (owned) */
  BaseClock     *clock;    /* (owned) */
  PartRetryFunc  func;
  gpointer       data;
  guint          timer;    /* 0: nothing waits */
};

static void
try_now (PartRetry *self)
{
  base_clock_remove (self->clock, self->timer);
  self->timer = 0;
  self->func (self->data);
}

static gboolean
timer_cb (gpointer data)
{
  PartRetry *self = data;

  self->timer = 0;
  self->func (self->data);
  return G_SOURCE_REMOVE;
}

/* Something else was written: there is room again, or the lock is free. */
static void
store_notify_trouble_cb (PartRetry *self)
{
  if (self->timer != 0 && store_get_trouble (self->store) == NULL)
    try_now (self);
}

/**
 * part_retry_new:
 * @account: (not owned): whose part asks
 * @func: what to do when there is hope
 * @data: for @func
 *
 * Returns: (transfer full): what waits for better times in the store of @account
 */
PartRetry *
part_retry_new (ChatAccount *account, PartRetryFunc func, gpointer data)
{
  PartRetry *self = g_new0 (PartRetry, 1);

  self->store = g_object_ref (chat_account_get_store (account));
  self->clock = base_clock_ref (xmpp_session_get_clock (chat_account_get_session (account)));
  self->func = func;
  self->data = data;
  g_signal_connect_swapped (self->store, "notify::trouble", G_CALLBACK (store_notify_trouble_cb), self);
  return self;
}

/**
 * part_retry_later:
 * @self: a retry
 *
 * Has the function called once: when the store's trouble ends, in %PART_RETRY_INTERVAL µs at the latest.
 */
void
part_retry_later (PartRetry *self)
{
  if (self->timer == 0)
    self->timer = base_clock_add (self->clock, PART_RETRY_INTERVAL, timer_cb, self, NULL);
}

/**
 * part_retry_now:
 * @self: a retry
 *
 * Calls the function at once, instead of later if that was wanted.
 */
void
part_retry_now (PartRetry *self)
{
  try_now (self);
}

/**
 * part_retry_is_waiting:
 * @self: a retry
 *
 * Returns: whether the function is going to be called
 */
gboolean
part_retry_is_waiting (PartRetry *self)
{
  return self->timer != 0;
}

/**
 * part_retry_free:
 * @self: (transfer full) (nullable): a retry
 *
 * Waits no longer.
 */
void
part_retry_free (PartRetry *self)
{
  if (self == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->store, self);
  base_clock_remove (self->clock, self->timer);
  base_clock_unref (self->clock);
  g_object_unref (self->store);
  g_free (self);
}

/**
 * part_retry_may_help:
 * @db: the connection
 * @error: why a job could not store something
 *
 * Tells what is wrong with one thing from what would be wrong with any other.
 *
 * Returns: whether the job as a whole is to be given up, and tried again later
 */
gboolean
part_retry_may_help (StoreDb *db, const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_FULL)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_BUSY)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT) || !store_db_in_progress (db);
}
