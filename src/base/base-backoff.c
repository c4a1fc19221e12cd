/* How long to wait before the next attempt: doubling, with jitter, up to a ceiling. */
#include "base-backoff.h"

#define MAX_DOUBLINGS 30

/**
 * base_backoff_init:
 * @self: (out caller-allocated): what to begin
 * @first_us: the longest first wait, µs, more than 0
 * @ceiling_us: the longest of all, µs, not less than @first_us
 */
void
base_backoff_init (BaseBackoff *self,
                   gint64       first_us,
                   gint64       ceiling_us)
{
  g_return_if_fail (first_us > 0 && ceiling_us >= first_us);

  self->first_us = first_us;
  self->ceiling_us = ceiling_us;
  self->attempts = 0;
}

/**
 * base_backoff_next:
 * @self: how often it has failed already
 *
 * Counts one more failure. The wait is a random one between half of its full length and all of it, so that the clients
 * of a server that went down do not all come back in the same second.
 *
 * Returns: how long to wait now, µs
 */
gint64
base_backoff_next (BaseBackoff *self)
{
  gint64 full = self->ceiling_us;

  /* Shifted down rather than up, nothing overflows. */
  if (self->attempts < MAX_DOUBLINGS && self->first_us <= self->ceiling_us >> self->attempts)
    full = self->first_us << self->attempts;
  if (self->attempts < MAX_DOUBLINGS)
    self->attempts++;

  return full - (gint64) (g_random_double () * (double) full / 2);
}

/**
 * base_backoff_reset:
 * @self: what has succeeded
 *
 * The next failure is the first again.
 */
void
base_backoff_reset (BaseBackoff *self)
{
  self->attempts = 0;
}
