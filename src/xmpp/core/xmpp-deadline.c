/* A cancellable for one step: cancelled with its caller's, or when the step's time is up. */

#include "xmpp-deadline.h"

struct _XmppDeadline {
  GCancellable *inner;   /* (owned) */
  GCancellable *outer;   /* (owned, nullable) */
  gulong        cancelled_handler;
  BaseClock    *clock;   /* (owned) */
  guint         timer;   /* 0: it is over */
  gboolean      over;
};

static gboolean
deadline_over_cb (gpointer user_data)
{
  XmppDeadline *self = user_data;

  self->timer = 0;
  if (!g_cancellable_is_cancelled (self->inner)) {
    self->over = TRUE;
    g_cancellable_cancel (self->inner);
  }
  return G_SOURCE_REMOVE;
}

static void
deadline_outer_cancelled_cb (GCancellable *outer,
                             gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

/**
 * xmpp_deadline_new:
 * @clock: what the time is measured with
 * @outer: (nullable): cancels the step from outside
 * @span: how long the step may take, in microseconds
 *
 * Returns: (transfer full): a deadline; free it with xmpp_deadline_free(), but not from a handler of @outer
 */
XmppDeadline *
xmpp_deadline_new (BaseClock    *clock,
                   GCancellable *outer,
                   GTimeSpan     span)
{
  XmppDeadline *self = g_new0 (XmppDeadline, 1);

  self->inner = g_cancellable_new ();
  if (outer != NULL) {
    self->outer = g_object_ref (outer);
    self->cancelled_handler = g_cancellable_connect (outer, G_CALLBACK (deadline_outer_cancelled_cb),
                                                     g_object_ref (self->inner), g_object_unref);
  }
  self->clock = base_clock_ref (clock);
  self->timer = base_clock_add (clock, span, deadline_over_cb, self, NULL);
  return self;
}

/**
 * xmpp_deadline_free:
 * @self: (transfer full): a deadline
 *
 * Ends the timer. What still runs with the cancellable goes on, and no longer hears of the outer one.
 */
void
xmpp_deadline_free (XmppDeadline *self)
{
  if (self->timer != 0)
    base_clock_remove (self->clock, self->timer);
  base_clock_unref (self->clock);
  g_cancellable_disconnect (self->outer, self->cancelled_handler);
  g_clear_object (&self->outer);
  g_object_unref (self->inner);
  g_free (self);
}

/**
 * xmpp_deadline_get_cancellable:
 * @self: a deadline
 *
 * Returns: (transfer none): what to hand to the step's operation
 */
GCancellable *
xmpp_deadline_get_cancellable (XmppDeadline *self)
{
  return self->inner;
}

/**
 * xmpp_deadline_is_over:
 * @self: a deadline
 *
 * Tells a step that took too long from one that its caller cancelled.
 *
 * Returns: %TRUE if the time was up
 */
gboolean
xmpp_deadline_is_over (XmppDeadline *self)
{
  return self->over;
}
