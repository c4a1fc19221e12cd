/* How many questions others may have answered, by a clock that the test owns. */
#include "xmpp-throttle.h"

typedef struct {
  BaseClock    *clock;
  XmppThrottle *throttle;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->clock = base_clock_new_manual (0);
  fixture->throttle = xmpp_throttle_new (fixture->clock);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  xmpp_throttle_free (fixture->throttle);
  base_clock_unref (fixture->clock);
}

static gboolean
ask (Fixture    *fixture,
     const char *from)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);

  return xmpp_throttle_may_ask (fixture->throttle, jid);
}

static gboolean
refuse (Fixture    *fixture,
        const char *from)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);

  return xmpp_throttle_may_refuse (fixture->throttle, jid);
}

static void
test_questions (Fixture       *fixture,
                gconstpointer  data)
{
  for (guint i = 0; i < XMPP_THROTTLE_QUESTIONS; i++)
    g_assert_true (ask (fixture, i % 2 == 0 ? "tybalt@capulet.example/street" : "tybalt@capulet.example"));
  for (guint i = 0; i < 1000; i++)
    g_assert_false (ask (fixture, "tybalt@capulet.example/tomb"));
  g_assert_true (ask (fixture, "juliet@capulet.example/balcony"));
  g_assert_true (ask (fixture, "capulet.example"));

  /* What was refused is not held against anybody. */
  base_clock_advance (fixture->clock, G_USEC_PER_SEC);
  for (guint i = 0; i < XMPP_THROTTLE_QUESTIONS_RATE; i++)
    g_assert_true (ask (fixture, "tybalt@capulet.example"));
  g_assert_false (ask (fixture, "tybalt@capulet.example"));

  /* After a long silence there is no more than at first. */
  base_clock_advance (fixture->clock, G_TIME_SPAN_DAY);
  for (guint i = 0; i < XMPP_THROTTLE_QUESTIONS; i++)
    g_assert_true (ask (fixture, "tybalt@capulet.example"));
  g_assert_false (ask (fixture, "tybalt@capulet.example"));
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  guint of_one = 0, in_all = 0;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *from = g_strdup_printf ("clown%u@evil.example", i);

    of_one += refuse (fixture, from) ? 1 : 0;
  }
  g_assert_cmpuint (of_one, ==, XMPP_THROTTLE_REFUSALS);

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *from = g_strdup_printf ("clown@evil%u.example", i);

    in_all += refuse (fixture, from) ? 1 : 0;
  }
  g_assert_cmpuint (of_one + in_all, ==, XMPP_THROTTLE_TOTAL);

  base_clock_advance (fixture->clock, G_USEC_PER_SEC);
  for (guint i = 0; i < XMPP_THROTTLE_TOTAL_RATE; i++)
    g_assert_true (refuse (fixture, i % 2 == 0 ? "capulet.example" : "verona.example"));
  g_assert_false (refuse (fixture, "capulet.example"));
}

/* Whoever invents addresses costs no memory by it. */
static void
test_size (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < 100000; i++) {
    g_autofree char *from = g_strdup_printf ("clown@evil%u.example", i);

    ask (fixture, from);
    refuse (fixture, from);
    g_assert_cmpuint (xmpp_throttle_get_size (fixture->throttle), <=, 2 * XMPP_THROTTLE_MAX);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)
  ADD ("/throttle/questions", test_questions);
  ADD ("/throttle/refusals", test_refusals);
  ADD ("/throttle/size", test_size);
#undef ADD
  return g_test_run ();
}
