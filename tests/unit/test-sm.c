/* The arithmetic of stream management: holds, queue, both counters beyond 2³², and what a server may say of them. */
#include "xmpp-sm.h"

#define WRAP (G_GUINT64_CONSTANT (1) << 32)

static GPtrArray *
new_tasks (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

/* A stanza and a task by which it can be known again. */
static void
send (XmppSm *sm,
      guint64 number)
{
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, g_memdup2 (&number, sizeof number), g_free);
  xmpp_sm_send (sm, xmpp_node_new ("message", "jabber:client"), task);
}

static void
assert_tasks (GPtrArray *tasks,
              guint64    first,
              guint      count)
{
  g_assert_cmpuint (tasks->len, ==, count);
  for (guint i = 0; i < count; i++)
    g_assert_cmpuint (*(const guint64 *) g_task_get_task_data (tasks->pdata[i]), ==, first + i);
  g_ptr_array_set_size (tasks, 0);
}

static void
test_handled (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 0);
  g_assert_cmpuint (xmpp_sm_receive (sm), ==, 1);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 0);
  g_assert_true (xmpp_sm_release (sm, 1));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);
  g_assert_false (xmpp_sm_release (sm, 1));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);
}

/* Nobody overtakes who waits, and two messages of one stanza are waited for. */
static void
test_holds (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  for (guint64 seq = 1; seq <= 4; seq++)
    xmpp_sm_receive (sm);
  xmpp_sm_hold (sm, 2);
  xmpp_sm_hold (sm, 2);
  g_assert_false (xmpp_sm_release (sm, 4));
  g_assert_false (xmpp_sm_release (sm, 3));
  g_assert_true (xmpp_sm_release (sm, 1));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);
  g_assert_false (xmpp_sm_release (sm, 2));
  g_assert_false (xmpp_sm_release (sm, 2));
  g_assert_true (xmpp_sm_release (sm, 2));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 4);

  /* Too late, too early, never: nothing. */
  xmpp_sm_hold (sm, 2);
  xmpp_sm_hold (sm, 0);
  xmpp_sm_hold (sm, 9);
  g_assert_false (xmpp_sm_release (sm, 0));
  g_assert_false (xmpp_sm_release (sm, 9));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 4);
}

/* What was held in a session of before is nobody's business in this one, however late it is released. */
static void
test_late_release (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  for (guint64 seq = 1; seq <= 3; seq++)
    xmpp_sm_receive (sm);
  xmpp_sm_release (sm, 1);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);

  xmpp_sm_begin_in (sm, 0);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 0);
  g_assert_cmpuint (xmpp_sm_receive (sm), ==, 4);
  g_assert_false (xmpp_sm_release (sm, 2));
  g_assert_false (xmpp_sm_release (sm, 3));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 0);
  g_assert_true (xmpp_sm_release (sm, 4));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);
}

/* A session that goes on counts from what the server was told; what it was not told of comes again, newly numbered. */
static void
test_resumed_in (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  for (guint64 seq = 1; seq <= 5; seq++)
    xmpp_sm_receive (sm);
  xmpp_sm_release (sm, 1);
  xmpp_sm_release (sm, 2);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 2);
  xmpp_sm_release (sm, 3);

  xmpp_sm_begin_in (sm, 2);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 2);
  for (guint64 seq = 6; seq <= 8; seq++) {
    g_assert_cmpuint (xmpp_sm_receive (sm), ==, seq);
    g_assert_true (xmpp_sm_release (sm, seq));
  }
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 5);
}

static void
test_ack (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();
  g_autoptr (GPtrArray) tasks = new_tasks ();

  g_assert_cmpint (xmpp_sm_ack (sm, 0, tasks), ==, XMPP_SM_FINE);
  g_assert_cmpint (xmpp_sm_ack (sm, 1, tasks), ==, XMPP_SM_TOO_HIGH);
  for (guint64 i = 1; i <= 5; i++)
    send (sm, i);
  g_assert_cmpint (xmpp_sm_ack (sm, 6, tasks), ==, XMPP_SM_TOO_HIGH);
  g_assert_cmpint (xmpp_sm_ack (sm, G_MAXUINT32, tasks), ==, XMPP_SM_TOO_HIGH);
  assert_tasks (tasks, 0, 0);
  g_assert_cmpint (xmpp_sm_ack (sm, 3, tasks), ==, XMPP_SM_FINE);
  assert_tasks (tasks, 1, 3);
  g_assert_cmpint (xmpp_sm_ack (sm, 3, tasks), ==, XMPP_SM_FINE);
  g_assert_cmpint (xmpp_sm_ack (sm, 2, tasks), ==, XMPP_SM_STALE);
  g_assert_cmpint (xmpp_sm_ack (sm, 0, tasks), ==, XMPP_SM_STALE);
  g_assert_cmpint (xmpp_sm_ack (sm, G_MAXUINT32, tasks), ==, XMPP_SM_TOO_HIGH);
  g_assert_cmpint (xmpp_sm_ack (sm, 6, tasks), ==, XMPP_SM_TOO_HIGH);
  assert_tasks (tasks, 0, 0);
  g_assert_cmpuint (xmpp_sm_get_waiting (sm), ==, 2);
  g_assert_cmpuint (xmpp_sm_get_awaited (sm), ==, 2);
  g_assert_cmpint (xmpp_sm_ack (sm, 5, tasks), ==, XMPP_SM_FINE);
  assert_tasks (tasks, 4, 2);
  g_assert_cmpuint (xmpp_sm_get_waiting (sm), ==, 0);
  g_assert_cmpuint (xmpp_sm_get_awaited (sm), ==, 0);
}

static void
each_cb (XmppNode *stanza,
         gpointer  user_data)
{
  g_string_append_printf (user_data, "%s ", xmpp_node_get (stanza, "id"));
}

static void
test_each_and_forget (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();
  g_autoptr (GPtrArray) tasks = new_tasks ();
  g_autoptr (GString) ids = g_string_new (NULL);
  static const char *const names[] = { "a", "b", "c" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    XmppNode *stanza = xmpp_node_new ("message", "jabber:client");

    xmpp_node_set (stanza, "id", names[i]);
    xmpp_sm_send (sm, stanza, i == 1 ? g_task_new (NULL, NULL, NULL, NULL) : NULL);
  }
  xmpp_sm_ack (sm, 1, tasks);
  xmpp_sm_each (sm, each_cb, ids);
  g_assert_cmpstr (ids->str, ==, "b c ");
  xmpp_sm_forget (sm, tasks);
  g_assert_cmpuint (tasks->len, ==, 1);
  g_assert_cmpuint (xmpp_sm_get_waiting (sm), ==, 0);
  g_assert_cmpuint (xmpp_sm_get_sent (sm), ==, 1);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
test_wrap_in (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  xmpp_sm_begin_in (sm, WRAP - 2);
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, G_MAXUINT32 - 1);
  xmpp_sm_release (sm, xmpp_sm_receive (sm));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, G_MAXUINT32);
  xmpp_sm_release (sm, xmpp_sm_receive (sm));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 0);
  xmpp_sm_release (sm, xmpp_sm_receive (sm));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, 1);
}

static void
test_wrap_out (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();
  g_autoptr (GPtrArray) tasks = new_tasks ();

  xmpp_sm_begin_out (sm, WRAP - 2);
  for (guint64 i = WRAP - 1; i <= WRAP + 3; i++)
    send (sm, i);
  g_assert_cmpint (xmpp_sm_ack (sm, 4, tasks), ==, XMPP_SM_TOO_HIGH);
  g_assert_cmpint (xmpp_sm_ack (sm, G_MAXUINT32 - 2, tasks), ==, XMPP_SM_STALE);
  g_assert_cmpint (xmpp_sm_ack (sm, G_MAXUINT32, tasks), ==, XMPP_SM_FINE);
  assert_tasks (tasks, WRAP - 1, 1);
  g_assert_cmpint (xmpp_sm_ack (sm, 0, tasks), ==, XMPP_SM_FINE);
  assert_tasks (tasks, WRAP, 1);
  g_assert_cmpint (xmpp_sm_ack (sm, G_MAXUINT32, tasks), ==, XMPP_SM_STALE);
  g_assert_cmpint (xmpp_sm_ack (sm, 3, tasks), ==, XMPP_SM_FINE);
  assert_tasks (tasks, WRAP + 1, 3);
}

static void
test_parse_h (void)
{
  static const char *const bad[] = {
    NULL, "", " ", "-1", "+1", "1 ", " 1", "0x10", "1.0", "one", "4294967296", "99999999999999999999999999", "1e3", "١",
  };
  guint32 h = 7;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_false (xmpp_sm_parse_h (bad[i], &h));
    g_assert_cmpuint (h, ==, 7);
  }
  g_assert_true (xmpp_sm_parse_h ("0", &h));
  g_assert_cmpuint (h, ==, 0);
  g_assert_true (xmpp_sm_parse_h ("4294967295", &h));
  g_assert_cmpuint (h, ==, G_MAXUINT32);
}

/* Whatever the order of arrivals, holds and releases, h is what counting by hand says. */
static void
test_random_in (void)
{
  enum { STANZAS = 4000 };
  g_autoptr (XmppSm) sm = xmpp_sm_new ();
  g_autofree guint *holds = g_new0 (guint, STANZAS + 1);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  guint received = 0, handled = 0;

  xmpp_sm_begin_in (sm, WRAP - STANZAS / 2);
  while (received < STANZAS || open->len > 0) {
    if (received < STANZAS && (open->len == 0 || g_test_rand_int_range (0, 100) < 48)) {
      guint more = (guint) g_test_rand_int_range (0, 3);

      g_assert_cmpuint (xmpp_sm_receive (sm), ==, ++received);
      holds[received] = 1 + more;
      for (guint i = 0; i <= more; i++) {
        if (i > 0)
          xmpp_sm_hold (sm, received);
        g_array_append_val (open, received);
      }
    } else {
      /* Mostly the oldest, now and then any. */
      guint index = g_test_rand_int_range (0, 10) < 8 ? 0 : (guint) g_test_rand_int_range (0, (int) open->len);
      guint seq = g_array_index (open, guint, index), before = handled;

      g_array_remove_index (open, index);
      holds[seq]--;
      while (handled < received && holds[handled + 1] == 0)
        handled++;
      g_assert_cmpint (xmpp_sm_release (sm, seq), ==, handled > before);
    }
    g_assert_cmpuint (xmpp_sm_get_handled (sm), ==, handled);
    g_assert_cmpuint (xmpp_sm_get_h (sm), ==, (guint32) (WRAP - STANZAS / 2 + handled));
  }
  g_assert_cmpuint (handled, ==, STANZAS);
}

/* Whatever a server says, each task comes out once and in order, and only what was sent can be confirmed. */
static void
test_random_out (void)
{
  g_autoptr (XmppSm) sm = xmpp_sm_new ();
  g_autoptr (GPtrArray) tasks = new_tasks ();
  guint64 sent = WRAP - 300, confirmed = sent;

  xmpp_sm_begin_out (sm, sent);
  for (guint round = 0; round < 5000; round++) {
    gint64 distance = g_test_rand_int_range (-20, 20);
    guint64 claim = confirmed + (guint64) distance;

    if (g_test_rand_bit ()) {
      send (sm, ++sent);
      continue;
    }
    if (claim > sent) {
      g_assert_cmpint (xmpp_sm_ack (sm, (guint32) claim, tasks), ==, XMPP_SM_TOO_HIGH);
      assert_tasks (tasks, 0, 0);
    } else if (claim < confirmed) {
      g_assert_cmpint (xmpp_sm_ack (sm, (guint32) claim, tasks), ==, XMPP_SM_STALE);
      assert_tasks (tasks, 0, 0);
    } else {
      g_assert_cmpint (xmpp_sm_ack (sm, (guint32) claim, tasks), ==, XMPP_SM_FINE);
      assert_tasks (tasks, confirmed + 1, (guint) (claim - confirmed));
      confirmed = claim;
    }
    g_assert_cmpuint (xmpp_sm_get_waiting (sm), ==, sent - confirmed);
    g_assert_cmpuint (xmpp_sm_get_awaited (sm), ==, sent - confirmed);
  }
  g_assert_cmpuint (confirmed, >, WRAP);
}

/* A backlog that is handled late costs what it is long, not its square. */
static void
test_backlog (void)
{
  enum { STANZAS = 500000 };
  g_autoptr (XmppSm) sm = xmpp_sm_new ();

  for (guint64 seq = 1; seq <= STANZAS; seq++)
    xmpp_sm_receive (sm);
  for (guint64 seq = 1; seq <= STANZAS; seq++)
    g_assert_true (xmpp_sm_release (sm, seq));
  g_assert_cmpuint (xmpp_sm_get_h (sm), ==, STANZAS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sm/handled", test_handled);
  g_test_add_func ("/sm/holds", test_holds);
  g_test_add_func ("/sm/late-release", test_late_release);
  g_test_add_func ("/sm/resumed-in", test_resumed_in);
  g_test_add_func ("/sm/ack", test_ack);
  g_test_add_func ("/sm/each-and-forget", test_each_and_forget);
  g_test_add_func ("/sm/wrap-in", test_wrap_in);
  g_test_add_func ("/sm/wrap-out", test_wrap_out);
  g_test_add_func ("/sm/parse-h", test_parse_h);
  g_test_add_func ("/sm/random-in", test_random_in);
  g_test_add_func ("/sm/random-out", test_random_out);
  g_test_add_func ("/sm/backlog", test_backlog);
  return g_test_run ();
}
