/* A step's cancellable: ended by its time, or by whoever cancels from outside, and the two told apart. */

#include "fake-server.h"
#include "xmpp-deadline.h"

static gboolean
is_cancelled (gpointer data)
{
  return g_cancellable_is_cancelled (xmpp_deadline_get_cancellable (data));
}

static void
test_time (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  g_autoptr (XmppDeadline) deadline = xmpp_deadline_new (clock, outer, G_TIME_SPAN_MILLISECOND);

  g_assert_false (is_cancelled (deadline));
  g_assert_false (xmpp_deadline_is_over (deadline));
  base_clock_advance (clock, G_TIME_SPAN_MILLISECOND);
  g_assert_true (is_cancelled (deadline));
  g_assert_true (xmpp_deadline_is_over (deadline));
  g_assert_false (g_cancellable_is_cancelled (outer));
}

static void
test_outer (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  g_autoptr (XmppDeadline) deadline = xmpp_deadline_new (clock, outer, 0);

  g_cancellable_cancel (outer);
  g_assert_true (is_cancelled (deadline));
  base_clock_advance (clock, G_TIME_SPAN_MILLISECOND);
  g_assert_false (xmpp_deadline_is_over (deadline));
}

static void
test_outer_before (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  g_autoptr (XmppDeadline) deadline = NULL;

  g_cancellable_cancel (outer);
  deadline = xmpp_deadline_new (clock, outer, G_TIME_SPAN_HOUR);
  g_assert_true (is_cancelled (deadline));
}

/* What was handed out lives on without it, and hears neither of the time nor of the outer one. */
static void
test_freed (void)
{
  g_autoptr (BaseClock) clock = base_clock_new_manual (0);
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  XmppDeadline *deadline = xmpp_deadline_new (clock, outer, 0);
  g_autoptr (GCancellable) inner = g_object_ref (xmpp_deadline_get_cancellable (deadline));

  xmpp_deadline_free (deadline);
  base_clock_advance (clock, G_TIME_SPAN_MILLISECOND);
  g_cancellable_cancel (outer);
  g_assert_false (g_cancellable_is_cancelled (inner));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/deadline/time", test_time);
  g_test_add_func ("/deadline/outer", test_outer);
  g_test_add_func ("/deadline/outer-before", test_outer_before);
  g_test_add_func ("/deadline/freed", test_freed);
  return g_test_run ();
}
