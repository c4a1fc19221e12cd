/* Keeping alive: a silent server is asked, any answer will do, and silence after that is the end of the link. */
#include "feature-test.h"
#include "xep-0199-ping.h"

#define PING "<iq type='get' to='montague.example'><ping xmlns='urn:xmpp:ping'/></iq>"

static void
pass (FeatureTest *self,
      gint64       by)
{
  base_clock_advance (self->clock, by);
  fake_settle ();
}

static void
alive (FeatureTest *self)
{
  XmppNode *ping;

  feature_test_sign_in (self);
  pass (self, XMPP_PING_INTERVAL - 1);
  fake_server_expect_nothing (self->server);
  pass (self, 1);
  fake_server_reply (self->server, fake_server_expect (self->server, PING), NULL);
  fake_settle ();
  pass (self, XMPP_PING_DEADLINE);
  fake_server_expect_nothing (self->server);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);

  /* An error is an answer. */
  pass (self, XMPP_PING_INTERVAL - XMPP_PING_DEADLINE);
  ping = fake_server_expect (self->server, PING);
  fake_server_reply_error (self->server, ping, "cancel", "service-unavailable");
  fake_settle ();
  pass (self, XMPP_PING_DEADLINE);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  pass (self, XMPP_PING_INTERVAL);
  fake_server_expect (self->server, PING);
}

static void
dead (FeatureTest *self)
{
  feature_test_sign_in (self);
  pass (self, XMPP_PING_INTERVAL);
  fake_server_expect (self->server, PING);
  pass (self, XMPP_PING_DEADLINE - 1);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  pass (self, 1);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_error (xmpp_session_get_error (self->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT);

  /* Nothing ticks on while offline. */
  pass (self, 10 * XMPP_PING_INTERVAL);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
}

static void
traffic (FeatureTest *self)
{
  feature_test_sign_in (self);

  /* Who talks need not be asked. */
  pass (self, XMPP_PING_INTERVAL / 2);
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat'><body>a</body></message>");
  pass (self, XMPP_PING_INTERVAL / 2);
  fake_server_expect_nothing (self->server);
  pass (self, XMPP_PING_INTERVAL / 2);
  fake_server_expect (self->server, PING);

  /* A link that still brings something is slow, not dead. */
  pass (self, XMPP_PING_DEADLINE - G_TIME_SPAN_SECOND);
  feature_test_receive (self, "<presence from='juliet@capulet.example/balcony'/>");
  pass (self, XMPP_PING_DEADLINE - G_TIME_SPAN_SECOND);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  pass (self, G_TIME_SPAN_SECOND);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
}

/* A pong that somebody else wrote proves nothing. */
static void
false_pong (FeatureTest *self)
{
  XmppNode *ping;

  feature_test_sign_in (self);
  pass (self, XMPP_PING_INTERVAL);
  ping = fake_server_expect (self->server, PING);
  feature_test_receive (self, "<iq type='result' id='%s' from='tybalt@capulet.example/street' to='" FEATURE_JID "'/>",
                        xmpp_node_get (ping, "id"));
  pass (self, XMPP_PING_DEADLINE);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
}

static void
reconnected (FeatureTest *self)
{
  feature_test_sign_in (self);
  pass (self, XMPP_PING_INTERVAL);
  fake_server_expect (self->server, PING);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  /* The question of the old connection has no deadline in the new one. */
  feature_test_sign_in (self);
  pass (self, XMPP_PING_DEADLINE);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  fake_server_expect_nothing (self->server);
  pass (self, XMPP_PING_INTERVAL - XMPP_PING_DEADLINE);
  fake_server_expect (self->server, PING);
}

/* Asked for: how long it takes there and back. */
static void
round_trip (FeatureTest *self)
{
  static const char *const answers[] = { "pong", "error" };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    XmppNode *ping;

    xmpp_ping_async (self->session, NULL, fake_result_cb, &result);
    ping = fake_server_expect (self->server, PING);
    pass (self, 20 * G_TIME_SPAN_MILLISECOND);
    feature_test_receive (self, "<iq type='result' id='%s' from='tybalt@capulet.example/street' to='" FEATURE_JID "'/>",
                          xmpp_node_get (ping, "id"));
    g_assert_null (result);
    pass (self, 3 * G_TIME_SPAN_MILLISECOND);
    if (i == 0)
      fake_server_reply (self->server, ping, NULL);
    else
      fake_server_reply_error (self->server, ping, "cancel", "service-unavailable");
    g_assert_cmpint (xmpp_ping_finish (self->session, fake_wait (&result), &error), ==,
                     23 * G_TIME_SPAN_MILLISECOND);
    g_assert_no_error (error);
  }
}

static void
no_round_trip (FeatureTest *self)
{
  enum { OFFLINE, CANCELLED, LOST, N_WAYS };

  for (guint way = OFFLINE; way < N_WAYS; way++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    if (way == CANCELLED)
      feature_test_sign_in (self);
    xmpp_ping_async (self->session, cancellable, fake_result_cb, &result);
    if (way != OFFLINE)
      fake_server_expect (self->server, PING);
    if (way == CANCELLED)
      g_cancellable_cancel (cancellable);
    if (way == LOST)
      fake_server_hang_up (self->server);
    g_assert_cmpint (xmpp_ping_finish (self->session, fake_wait (&result), &error), ==, -1);
    if (way == LOST)
      g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
    else
      g_assert_error (error, G_IO_ERROR, (int) (way == OFFLINE ? G_IO_ERROR_NOT_CONNECTED : G_IO_ERROR_CANCELLED));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/ping/alive", alive);
  feature_test_add ("/ping/dead", dead);
  feature_test_add ("/ping/traffic", traffic);
  feature_test_add ("/ping/false-pong", false_pong);
  feature_test_add ("/ping/reconnected", reconnected);
  feature_test_add ("/ping/round-trip", round_trip);
  feature_test_add ("/ping/no-round-trip", no_round_trip);
  return g_test_run ();
}
