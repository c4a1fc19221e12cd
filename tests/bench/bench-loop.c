/* How long the main loop was kept from looking for something to do: the time between two polls. */
#include "bench-loop.h"

static gint64 left_poll_at, longest;

static int
poll_cb (GPollFD *fds, guint n, int timeout)
{
  gint64 now = g_get_monotonic_time ();
  int ready;

  if (left_poll_at != 0)
    longest = MAX (longest, now - left_poll_at);
  ready = g_poll (fds, n, timeout);
  left_poll_at = g_get_monotonic_time ();
  return ready;
}

void
bench_loop_watch (void)
{
  g_main_context_set_poll_func (NULL, poll_cb);
}

void
bench_loop_reset (void)
{
  longest = 0;
  left_poll_at = 0;
}

gint64
bench_loop_longest (void)
{
  return longest;
}
