/* Time as the rest of the program sees it: a system clock, or one a test moves by hand. */
#include "base-clock.h"

#define MANUAL_START (1000 * G_USEC_PER_SEC)   /* so that no monotonic time of a manual clock is 0 */

struct _BaseClock {
  gatomicrefcount ref_count;
  gboolean        is_manual;
  gint64          real, monotonic;   /* µs; of a manual clock */
  GHashTable     *timers;            /* (owned) id → (owned) Timer */
  guint           last_id;
};

typedef struct {
  BaseClock     *clock;       /* (borrowed) it outlives its timers */
  guint          id;
  gint64         due;         /* monotonic µs; of a manual clock */
  gint64         delay;       /* µs */
  GSource       *source;      /* (owned, nullable) of a system clock */
  GSourceFunc    callback;
  gpointer       user_data;
  GDestroyNotify destroy;     /* (nullable) */
  gboolean       is_firing;   /* its callback is on the stack: fire() frees it when it was removed meanwhile */
} Timer;

G_DEFINE_BOXED_TYPE (BaseClock, base_clock, base_clock_ref, base_clock_unref)

static void
timer_free (gpointer data)
{
  Timer *self = data;

  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

/**
 * base_clock_new:
 *
 * Returns: (transfer full): the system's clock, whose timers run on the main context that is the thread's default when
 *   they are added
 */
BaseClock *
base_clock_new (void)
{
  BaseClock *self = g_new0 (BaseClock, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->timers = g_hash_table_new_full (NULL, NULL, NULL, timer_free);

  return self;
}

/**
 * base_clock_new_manual:
 * @real_us: what base_clock_real() says at first, µs since 1970 UTC
 *
 * Returns: (transfer full): a clock that stands still but for base_clock_advance()
 */
BaseClock *
base_clock_new_manual (gint64 real_us)
{
  BaseClock *self = base_clock_new ();

  self->is_manual = TRUE;
  self->real = real_us;
  self->monotonic = MANUAL_START;

  return self;
}

/**
 * base_clock_ref:
 * @self: a clock
 *
 * Returns: (transfer full): @self
 */
BaseClock *
base_clock_ref (BaseClock *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * base_clock_unref:
 * @self: (transfer full): a clock
 *
 * With the last reference its timers go, without being called.
 */
void
base_clock_unref (BaseClock *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->timers);
  g_free (self);
}

/* Steps */

/* Calls back. The callback may remove its own timer, or let go of the clock. */
static gboolean
fire (Timer *timer)
{
  BaseClock *self = base_clock_ref (timer->clock);
  gpointer id = GUINT_TO_POINTER (timer->id);
  gboolean stays;

  timer->is_firing = TRUE;
  stays = timer->callback (timer->user_data);
  timer->is_firing = FALSE;

  if (!g_hash_table_contains (self->timers, id)) {
    stays = FALSE;
    timer_free (timer);
  } else if (!stays) {
    g_hash_table_remove (self->timers, id);
  }
  base_clock_unref (self);

  return stays;
}

static gboolean
timer_due_cb (gpointer user_data)
{
  return fire (user_data);
}

static GSource *
attach (Timer *timer)
{
  /* Rounded up: a timer may be late, never early. */
  GSource *source = g_timeout_source_new ((timer->delay + 999) / 1000);

  g_source_set_callback (source, timer_due_cb, timer, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

static Timer *
next_due (BaseClock *self,
          gint64     until)
{
  GHashTableIter iter;
  gpointer value;
  Timer *next = NULL;

  g_hash_table_iter_init (&iter, self->timers);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Timer *timer = value;

    if (timer->due <= until
        && (next == NULL || timer->due < next->due || (timer->due == next->due && timer->id < next->id)))
      next = timer;
  }

  return next;
}

/* Public */

/**
 * base_clock_real:
 * @self: a clock
 *
 * Returns: the time of day, µs since 1970 UTC; for labels, never for durations
 */
gint64
base_clock_real (BaseClock *self)
{
  return self->is_manual ? self->real : g_get_real_time ();
}

/**
 * base_clock_monotonic:
 * @self: a clock
 *
 * Returns: µs since some moment; it never goes back and is never 0
 */
gint64
base_clock_monotonic (BaseClock *self)
{
  return self->is_manual ? self->monotonic : g_get_monotonic_time ();
}

/**
 * base_clock_add:
 * @self: a clock
 * @delay_us: µs from now, and between calls; not negative
 * @callback: called when they are over; it says %G_SOURCE_CONTINUE to be called again after the same delay
 * @user_data: for @callback
 * @destroy: (nullable): called on @user_data when the timer is gone
 *
 * Returns: the timer's number, never 0; not valid any more after @callback has returned %G_SOURCE_REMOVE
 */
guint
base_clock_add (BaseClock      *self,
                gint64          delay_us,
                GSourceFunc     callback,
                gpointer        user_data,
                GDestroyNotify  destroy)
{
  Timer *timer = g_new0 (Timer, 1);

  g_return_val_if_fail (delay_us >= 0 && delay_us / 1000 < G_MAXUINT, 0);

  do
    self->last_id++;
  while (self->last_id == 0 || g_hash_table_contains (self->timers, GUINT_TO_POINTER (self->last_id)));

  timer->clock = self;
  timer->id = self->last_id;
  timer->delay = delay_us;
  timer->due = base_clock_monotonic (self) + delay_us;
  timer->callback = callback;
  timer->user_data = user_data;
  timer->destroy = destroy;
  timer->source = self->is_manual ? NULL : attach (timer);
  g_hash_table_insert (self->timers, GUINT_TO_POINTER (timer->id), timer);

  return timer->id;
}

/**
 * base_clock_remove:
 * @self: a clock
 * @timer: a number from base_clock_add(); 0, or that of a timer that is gone, does nothing
 */
void
base_clock_remove (BaseClock *self,
                   guint      timer)
{
  Timer *found = g_hash_table_lookup (self->timers, GUINT_TO_POINTER (timer));

  if (found != NULL && found->is_firing)
    g_hash_table_steal (self->timers, GUINT_TO_POINTER (timer));
  else
    g_hash_table_remove (self->timers, GUINT_TO_POINTER (timer));
}

/**
 * base_clock_advance:
 * @self: a manual clock
 * @by_us: µs, not negative
 *
 * Moves the time on and calls what becomes due on the way, in the order of time, each at its own moment. What a
 * callback adds is called too when it falls due by then.
 */
void
base_clock_advance (BaseClock *self,
                    gint64     by_us)
{
  gint64 until = self->monotonic + by_us;
  Timer *timer;

  g_return_if_fail (self->is_manual && by_us >= 0);

  base_clock_ref (self);
  while ((timer = next_due (self, until)) != NULL) {
    gint64 passed = MAX (timer->due - self->monotonic, 0);

    self->monotonic += passed;
    self->real += passed;
    /* At least 1 µs later, so that a timer without delay does not stop the time. */
    timer->due = self->monotonic + MAX (timer->delay, 1);
    fire (timer);
  }
  self->real += until - self->monotonic;
  self->monotonic = until;
  base_clock_unref (self);
}

/**
 * base_clock_jump:
 * @self: a manual clock
 * @by_us: µs, negative for the past
 *
 * Sets the wall clock, as its owner may at any time. No time passes by that: no timer becomes due.
 */
void
base_clock_jump (BaseClock *self,
                 gint64     by_us)
{
  g_return_if_fail (self->is_manual);

  self->real += by_us;
}
