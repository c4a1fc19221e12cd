/* When a lost session is tried again, and when it is not. */
#include "xmpp-error.h"
#include "xmpp-reconnect.h"

#define SHORTEST (1 * G_TIME_SPAN_SECOND)
#define LONGEST  (5 * G_TIME_SPAN_MINUTE)

typedef struct {
  BaseClock     *clock;
  XmppReconnect *reconnect;
  guint          attempts;
  guint          doubts;     /* how often the way may have become another one */
} Fixture;

static void
attempt_cb (gpointer user_data)
{
  ((Fixture *) user_data)->attempts++;
}

static void
way_changed_cb (gboolean was_away, gpointer user_data)
{
  ((Fixture *) user_data)->doubts++;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->clock = base_clock_new_manual (0);
  fixture->reconnect = xmpp_reconnect_new (fixture->clock, attempt_cb, way_changed_cb, fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  xmpp_reconnect_free (fixture->reconnect);
  base_clock_unref (fixture->clock);
}

static gboolean
fail (Fixture *fixture,
      GQuark   domain,
      int      code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "for a test");

  return xmpp_reconnect_failed (fixture->reconnect, error);
}

static gint64
wait_of (Fixture *fixture)
{
  return xmpp_reconnect_get_next (fixture->reconnect) - base_clock_monotonic (fixture->clock);
}

static void
network_changes (gboolean available)
{
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", available);
}

static void
test_back_off (Fixture       *fixture,
               gconstpointer  data)
{
  gint64 longest = 0;

  g_assert_cmpint (xmpp_reconnect_get_next (fixture->reconnect), ==, 0);
  for (guint i = 1; i <= 20; i++) {
    g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
    g_assert_cmpint (wait_of (fixture), >, 0);
    g_assert_cmpint (wait_of (fixture), <=, LONGEST);
    if (i == 1)
      g_assert_cmpint (wait_of (fixture), <=, SHORTEST * 2);
    longest = MAX (longest, wait_of (fixture));

    base_clock_advance (fixture->clock, wait_of (fixture) - 1);
    g_assert_cmpuint (fixture->attempts, ==, i - 1);
    base_clock_advance (fixture->clock, 1);
    g_assert_cmpuint (fixture->attempts, ==, i);
    g_assert_cmpint (xmpp_reconnect_get_next (fixture->reconnect), ==, 0);
  }
  g_assert_cmpint (longest, >, G_TIME_SPAN_MINUTE);

  xmpp_reconnect_online (fixture->reconnect);
  g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
  g_assert_cmpint (wait_of (fixture), <=, SHORTEST * 2);
}

static void
test_hopeless (Fixture       *fixture,
               gconstpointer  data)
{
  const struct {
    GQuark   domain;
    int      code;
    gboolean again;
  } cases[] = {
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ACCOUNT_DISABLED, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_MECHANISM, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_SERVER_UNPROVEN, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE, TRUE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ABORTED, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, FALSE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, FALSE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE, FALSE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_LOOKUP, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT, TRUE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_TAMPERED, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING, FALSE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s %d", g_quark_to_string (cases[i].domain), cases[i].code);
    g_assert_cmpint (fail (fixture, cases[i].domain, cases[i].code), ==, cases[i].again);
    g_assert_cmpint (xmpp_reconnect_get_next (fixture->reconnect) != 0, ==, cases[i].again);
  }

  /* Given up once: what was planned before does not happen either, until a person asks for it. */
  g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
  g_assert_false (fail (fixture, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED));
  base_clock_advance (fixture->clock, 2 * LONGEST);
  network_changes (TRUE);
  g_assert_cmpuint (fixture->attempts, ==, 0);
  xmpp_reconnect_now (fixture->reconnect);
  g_assert_cmpuint (fixture->attempts, ==, 1);
}

/* RFC 6120 §4.9.3, in its order: what a server may end a stream with after a day online, and what is done about it. */
static void
test_stream_errors (Fixture       *fixture,
                    gconstpointer  data)
{
  enum { AGAIN, STOP, LATER } done[] = {
    [XMPP_STREAM_ERROR_BAD_FORMAT] = AGAIN,
    [XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX] = AGAIN,
    [XMPP_STREAM_ERROR_CONFLICT] = LATER,
    [XMPP_STREAM_ERROR_CONNECTION_TIMEOUT] = AGAIN,
    [XMPP_STREAM_ERROR_HOST_GONE] = STOP,
    [XMPP_STREAM_ERROR_HOST_UNKNOWN] = STOP,
    [XMPP_STREAM_ERROR_IMPROPER_ADDRESSING] = AGAIN,
    [XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR] = AGAIN,
    [XMPP_STREAM_ERROR_INVALID_FROM] = AGAIN,
    [XMPP_STREAM_ERROR_INVALID_NAMESPACE] = AGAIN,
    [XMPP_STREAM_ERROR_INVALID_XML] = AGAIN,
    [XMPP_STREAM_ERROR_NOT_AUTHORIZED] = AGAIN,
    [XMPP_STREAM_ERROR_NOT_WELL_FORMED] = AGAIN,
    [XMPP_STREAM_ERROR_POLICY_VIOLATION] = AGAIN,
    [XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED] = AGAIN,
    [XMPP_STREAM_ERROR_RESET] = AGAIN,
    [XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT] = AGAIN,
    [XMPP_STREAM_ERROR_RESTRICTED_XML] = AGAIN,
    [XMPP_STREAM_ERROR_SEE_OTHER_HOST] = AGAIN,
    [XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN] = AGAIN,
    [XMPP_STREAM_ERROR_UNDEFINED_CONDITION] = AGAIN,
    [XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING] = AGAIN,
    [XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE] = AGAIN,
    [XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE] = AGAIN,
    [XMPP_STREAM_ERROR_UNSUPPORTED_VERSION] = AGAIN,
  };

  for (int code = 0; code < (int) G_N_ELEMENTS (done); code++) {
    g_test_message ("%s", xmpp_stream_error_name (code));
    xmpp_reconnect_online (fixture->reconnect);
    base_clock_advance (fixture->clock, G_TIME_SPAN_DAY);
    g_assert_cmpint (fail (fixture, XMPP_STREAM_ERROR, code), ==, done[code] != STOP);
    if (done[code] == AGAIN)
      g_assert_cmpint (wait_of (fixture), <=, 2 * SHORTEST);
    else if (done[code] == LATER)
      g_assert_cmpint (wait_of (fixture), >=, 15 * SHORTEST);
  }
}

/* A server that hangs up over what we are is not asked once a second; a link that dies is no fault of anybody. */
static void
test_short_lives (Fixture       *fixture,
                  gconstpointer  data)
{
  for (guint i = 0; i < 12; i++) {
    xmpp_reconnect_online (fixture->reconnect);
    base_clock_advance (fixture->clock, 10 * G_TIME_SPAN_SECOND);
    g_assert_true (fail (fixture, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION));
  }
  g_assert_cmpint (wait_of (fixture), >, G_TIME_SPAN_MINUTE);

  xmpp_reconnect_online (fixture->reconnect);
  g_assert_true (fail (fixture, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN));
  g_assert_cmpint (wait_of (fixture), <=, 2 * SHORTEST);
  xmpp_reconnect_online (fixture->reconnect);
  g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
  g_assert_cmpint (wait_of (fixture), <=, 2 * SHORTEST);
}

/* Nor is one that just hangs up as soon as we are online; but a bad network may do that for some time. */
static void
test_shortest_lives (Fixture       *fixture,
                     gconstpointer  data)
{
  gint64 longest = 0;

  for (guint i = 0; i < 30; i++) {
    xmpp_reconnect_online (fixture->reconnect);
    base_clock_advance (fixture->clock, G_TIME_SPAN_SECOND);
    g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
    if (i < 10)
      g_assert_cmpint (wait_of (fixture), <=, 2 * SHORTEST);
    longest = MAX (longest, wait_of (fixture));
  }
  g_assert_cmpint (longest, >, G_TIME_SPAN_MINUTE);

  xmpp_reconnect_online (fixture->reconnect);
  base_clock_advance (fixture->clock, 10 * G_TIME_SPAN_SECOND);
  g_assert_true (fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED));
  g_assert_cmpint (wait_of (fixture), <=, 2 * SHORTEST);
}

/* Two clients that want the same place: back off, and after three times let the user say who stays. */
static void
test_conflicts (Fixture       *fixture,
                gconstpointer  data)
{
  for (guint round = 0; round < 2; round++) {
    gint64 before = 0;

    for (guint i = 0; i < 3; i++) {
      xmpp_reconnect_online (fixture->reconnect);
      base_clock_advance (fixture->clock, G_TIME_SPAN_SECOND);
      g_assert_true (fail (fixture, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT));
      g_assert_cmpint (wait_of (fixture), >=, 15 * G_TIME_SPAN_SECOND);
      g_assert_cmpint (wait_of (fixture), >, before);
      before = wait_of (fixture);

      /* Another network does not make it any better. */
      network_changes (TRUE);
      g_assert_cmpint (wait_of (fixture), ==, before);
    }
    xmpp_reconnect_online (fixture->reconnect);
    g_assert_false (fail (fixture, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT));
    base_clock_advance (fixture->clock, G_TIME_SPAN_DAY);
    network_changes (TRUE);
    g_assert_cmpuint (fixture->attempts, ==, 0);
  }

  /* Now and then is no fight. */
  for (guint i = 0; i < 10; i++) {
    xmpp_reconnect_online (fixture->reconnect);
    base_clock_advance (fixture->clock, G_TIME_SPAN_HOUR);
    g_assert_true (fail (fixture, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT));
  }
}

static void
test_network (Fixture       *fixture,
              gconstpointer  data)
{
  network_changes (TRUE);
  g_assert_cmpuint (fixture->attempts, ==, 0);

  for (guint i = 0; i < 10; i++)
    fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE);
  network_changes (FALSE);
  g_assert_cmpuint (fixture->attempts, ==, 0);
  g_assert_cmpint (xmpp_reconnect_get_next (fixture->reconnect), !=, 0);
  network_changes (TRUE);
  g_assert_cmpuint (fixture->attempts, ==, 1);
  network_changes (TRUE);
  base_clock_advance (fixture->clock, 2 * LONGEST);
  g_assert_cmpuint (fixture->attempts, ==, 1);

  /* The network may need a second to settle: it gets short waits again. */
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE);
  g_assert_cmpint (wait_of (fixture), <=, SHORTEST * 2);

  /* "Not available" forbids nothing. */
  network_changes (FALSE);
  base_clock_advance (fixture->clock, wait_of (fixture));
  g_assert_cmpuint (fixture->attempts, ==, 2);
}

/* What was said before the server has proven who it is may have been said by somebody who stands on the way. */
static void
test_other_network (Fixture       *fixture,
                    gconstpointer  data)
{
  const struct {
    GQuark   domain;
    int      code;
    gboolean hopeful;
  } cases[] = {
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, TRUE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE, TRUE },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_UNKNOWN, TRUE },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_GONE, TRUE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_SERVER_UNPROVEN, FALSE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s %d", g_quark_to_string (cases[i].domain), cases[i].code);
    fixture->attempts = 0;
    g_assert_false (fail (fixture, cases[i].domain, cases[i].code));
    base_clock_advance (fixture->clock, 2 * LONGEST);
    network_changes (FALSE);
    g_assert_cmpuint (fixture->attempts, ==, 0);
    network_changes (TRUE);
    g_assert_cmpuint (fixture->attempts, ==, cases[i].hopeful);

    /* One change, one attempt; what comes of it is said by the next failure. */
    network_changes (TRUE);
    g_assert_cmpuint (fixture->attempts, ==, cases[i].hopeful);
  }

  /* Whoever was stopped waits for nothing. */
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  xmpp_reconnect_stop (fixture->reconnect);
  fixture->attempts = 0;
  network_changes (TRUE);
  g_assert_cmpuint (fixture->attempts, ==, 0);
}

/* A way that is in use, or being made, may be none any more; one that is waited for is tried anyway. */
static void
test_way (Fixture       *fixture,
          gconstpointer  data)
{
  network_changes (TRUE);
  g_assert_cmpuint (fixture->doubts, ==, 1);
  network_changes (FALSE);
  g_assert_cmpuint (fixture->doubts, ==, 1);
  xmpp_reconnect_online (fixture->reconnect);
  network_changes (TRUE);
  g_assert_cmpuint (fixture->doubts, ==, 2);

  for (guint i = 0; i < 10; i++)
    fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE);
  network_changes (TRUE);
  g_assert_cmpuint (fixture->doubts, ==, 2);
  g_assert_cmpuint (fixture->attempts, ==, 1);

  /* The attempt is under way: it is begun anew by whoever made it, and may wait shortly again. */
  for (guint i = 0; i < 10; i++)
    fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE);
  base_clock_advance (fixture->clock, wait_of (fixture));
  network_changes (TRUE);
  g_assert_cmpuint (fixture->doubts, ==, 3);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE);
  g_assert_cmpint (wait_of (fixture), <=, SHORTEST * 2);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  xmpp_reconnect_stop (fixture->reconnect);
  g_assert_cmpint (xmpp_reconnect_get_next (fixture->reconnect), ==, 0);
  network_changes (TRUE);
  base_clock_advance (fixture->clock, 2 * LONGEST);
  g_assert_cmpuint (fixture->attempts, ==, 0);
}

static void
test_now (Fixture       *fixture,
          gconstpointer  data)
{
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  xmpp_reconnect_now (fixture->reconnect);
  g_assert_cmpuint (fixture->attempts, ==, 1);
  base_clock_advance (fixture->clock, 2 * LONGEST);
  g_assert_cmpuint (fixture->attempts, ==, 1);

  xmpp_reconnect_online (fixture->reconnect);
  xmpp_reconnect_now (fixture->reconnect);
  network_changes (TRUE);
  g_assert_cmpuint (fixture->attempts, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down)
  ADD ("/reconnect/back-off", test_back_off);
  ADD ("/reconnect/hopeless", test_hopeless);
  ADD ("/reconnect/stream-errors", test_stream_errors);
  ADD ("/reconnect/short-lives", test_short_lives);
  ADD ("/reconnect/shortest-lives", test_shortest_lives);
  ADD ("/reconnect/conflicts", test_conflicts);
  ADD ("/reconnect/network", test_network);
  ADD ("/reconnect/other-network", test_other_network);
  ADD ("/reconnect/way", test_way);
  ADD ("/reconnect/stop", test_stop);
  ADD ("/reconnect/now", test_now);
#undef ADD
  return g_test_run ();
}
