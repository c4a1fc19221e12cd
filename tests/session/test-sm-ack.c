/* Who has what: the server's requests, ours, what is held, lies about numbers, and a link that has died. */
#include "sm-fixture.h"
#include "xmpp-ns.h"

/* -- what we have -- */

static void
test_enable_first (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fake_server_set_features (fixture->server, FAKE_SM);
  fixture_sign_in (fixture);
  sm_send (fixture, "at once", &result);
  fake_server_expect (fixture->server, "<enable xmlns='" NS_SM "' resume='true' max='*'/>");
  fake_server_expect (fixture->server, "<message><body>at once</body></message>");
  fake_server_expect_nothing (fixture->server);
  g_assert_false (xmpp_session_is_managed (fixture->session));

  /* What came before <enabled/> is not counted, what we said behind <enable/> is. */
  fake_server_send (fixture->server, LINE ("early") "<r xmlns='" NS_SM "'/><a xmlns='" NS_SM "' h='1'/>"
                    "<enabled xmlns='" NS_SM "' " RESUMABLE "/>" LINE ("late") "<r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  g_assert_true (xmpp_session_is_managed (fixture->session));
  g_assert_null (result);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &result);
  fake_server_expect_nothing (fixture->server);
}

static void
test_not_offered (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fixture_sign_in (fixture);
  sm_send (fixture, "as ever", &result);
  sm_assert_sent (fixture, &result);
  fake_server_expect (fixture->server, "<message><body>as ever</body></message>");
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/><a xmlns='" NS_SM "' h='9'/><enabled xmlns='" NS_SM "' id='x' "
                    "resume='true'/><resumed xmlns='" NS_SM "' previd='x' h='1'/><failed xmlns='" NS_SM "'/>");
  fixture_assert_alive (fixture);
  g_assert_false (xmpp_session_is_managed (fixture->session));
  fake_server_expect_nothing (fixture->server);

  /* Whoever can find out is asked to, once for all that went in one turn. */
  g_assert_cmpuint (fixture_talk (fixture)->checked, ==, 1);
  sm_send (fixture, "one", &result);
  g_clear_object (&result);
  sm_send (fixture, "two", &result);
  sm_assert_sent (fixture, &result);
  fake_settle ();
  g_assert_cmpuint (fixture_talk (fixture)->checked, ==, 2);
  xmpp_session_check (fixture->session);
  g_assert_cmpuint (fixture_talk (fixture)->checked, ==, 3);
}

static void
test_enable_failed (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fake_server_set_features (fixture->server, FAKE_SM);
  fixture_sign_in (fixture);
  sm_send (fixture, "as ever", &result);
  fake_server_expect (fixture->server, "<enable xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<message/>");
  g_assert_null (result);
  fake_server_send (fixture->server, "<failed xmlns='" NS_SM "'><unexpected-request xmlns='" NS_STANZAS "'/></failed>");
  sm_assert_sent (fixture, &result);
  g_assert_false (xmpp_session_is_managed (fixture->session));
  sm_send (fixture, "again", &result);
  sm_assert_sent (fixture, &result);
  fake_server_find (fixture->server, "<message/>");
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  sm_pass (fixture, G_TIME_SPAN_MINUTE);
  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_ONLINE);
}

static void
test_count (Fixture       *fixture,
            gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='0'/>");
  fake_server_send (fixture->server, LINE ("1") "<presence from='" JULIET "'/><iq type='result' id='nobody'/>"
                    "<what xmlns='urn:test'/><message xmlns='urn:test'/><r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
  fake_server_send (fixture->server, LINE ("4") "<r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='4'/>");
  g_assert_cmpuint (((XmppMessage *) fixture->messages->pdata[0])->seq, ==, 1);
  g_assert_cmpuint (((XmppMessage *) fixture->messages->pdata[1])->seq, ==, 4);

  /* Now and then unasked. */
  for (guint i = 0; i < 60; i++)
    fake_server_send (fixture->server, LINE ("more"));
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='54'/>");
  fake_server_expect_nothing (fixture->server);
}

static void
hold_cb (XmppSession *session,
         XmppMessage *message,
         gpointer     user_data)
{
  xmpp_session_hold (session, message);
}

static void
test_held (Fixture       *fixture,
           gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  g_signal_connect (fixture->session, "message", G_CALLBACK (hold_cb), NULL);
  fake_server_send (fixture->server, LINE ("1") LINE ("2") LINE ("3") "<r xmlns='" NS_SM "'/>" LINE ("4"));
  fake_settle ();
  g_assert_cmpuint (fixture->messages->len, ==, 4);
  fake_server_expect_nothing (fixture->server);
  xmpp_session_release (fixture->session, fixture->messages->pdata[1]);
  xmpp_session_release (fixture->session, fixture->messages->pdata[0]);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  xmpp_session_release (fixture->session, fixture->messages->pdata[2]);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");

  /* An answer does not wait long: it says what is so, and the rest when that is so. */
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_settle ();
  sm_pass (fixture, 5 * G_TIME_SPAN_SECOND - 1);
  fake_server_expect_nothing (fixture->server);
  sm_pass (fixture, 1);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
  sm_pass (fixture, G_TIME_SPAN_HOUR);
  fake_server_expect_nothing (fixture->server);
  xmpp_session_release (fixture->session, fixture->messages->pdata[3]);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='4'/>");
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
}

/* -- what they have -- */

static void
test_ask (Fixture       *fixture,
          gconstpointer  data)
{
  GAsyncResult *results[4] = { NULL };

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &results[0]);
  sm_send (fixture, "2", &results[1]);
  fake_server_expect (fixture->server, "<message><body>1</body></message>");
  fake_server_expect (fixture->server, "<message><body>2</body></message>");
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  sm_send (fixture, "3", &results[2]);
  fake_server_expect (fixture->server, "<message><body>3</body></message>");
  fake_settle ();
  fake_server_expect_nothing (fixture->server);

  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &results[0]);
  fake_settle ();
  g_assert_null (results[1]);
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  sm_assert_sent (fixture, &results[1]);
  g_assert_null (results[2]);

  /* A server that does not get on is not asked all the time. */
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  sm_pass (fixture, 10 * G_TIME_SPAN_SECOND);
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
  sm_assert_sent (fixture, &results[2]);

  /* Presence is worth no question. */
  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  fake_server_expect (fixture->server, "<presence/>");
  xmpp_session_send_element (fixture->session, xmpp_node_new ("active", "urn:xmpp:csi:0"));
  fake_server_expect (fixture->server, "<active xmlns='urn:xmpp:csi:0'/>");
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  sm_send (fixture, "5", &results[3]);
  fake_server_find (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='5'/>");
  sm_assert_sent (fixture, &results[3]);
}

static void
test_strange_h (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const strange[] = {
    "", "h=''", "h='-1'", "h='one'", "h='1.5'", "h=' 1'", "h='4294967296'", "h='99999999999999999999999999'", "H='1'",
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++)
    fake_server_send (fixture->server, "<a xmlns='" NS_SM "' %s/>", strange[i]);

  /* Only at the stream's own level, and in its own namespace. */
  fake_server_send (fixture->server, "<message from='mallory@evil.example/x'><a xmlns='" NS_SM "' h='1'/>"
                    "<r xmlns='" NS_SM "'/></message><a xmlns='urn:xmpp:sm:2' h='1'/><a h='1'/>");
  fixture_assert_alive (fixture);
  fake_settle ();
  g_assert_null (result);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &result);
  fake_server_forget (fixture->server);

  /* What was confirmed stays so. */
  sm_send (fixture, "2", &other);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='0'/>");
  fixture_assert_alive (fixture);
  g_assert_null (other);
  sm_lose (fixture);
  sm_resume (fixture, 0);
  fake_server_expect (fixture->server, "<message><body>2</body></message>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  sm_assert_sent (fixture, &other);
}

static void
test_too_high (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const lies[] = { "2", "4294967295", "2147483648" };

  for (gsize i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autofree char *pattern = g_strdup_printf ("<stream:error><undefined-condition xmlns='" NS_STREAMS "'/>"
                                                "<handled-count-too-high xmlns='" NS_SM "' h='%s' send-count='1'/>"
                                                "</stream:error>", lies[i]);

    sm_sign_in (fixture, RESUMABLE);
    sm_send (fixture, "1", &result);
    fake_server_find (fixture->server, "<r xmlns='" NS_SM "'/>");
    fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='%s'/>", lies[i]);
    sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
    fixture_assert_states (fixture, "offline ");
    g_assert_false (xmpp_session_is_suspended (fixture->session));
    g_assert_error (xmpp_session_get_error (fixture->session), XMPP_STREAM_ERROR,
                    XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
    fake_server_find (fixture->server, pattern);
    fake_server_expect_hang_up (fixture->server);
    fixture_new_server (fixture);
  }
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, G_N_ELEMENTS (lies));
  g_assert_cmpuint (fixture_talk (fixture)->suspended, ==, 0);
}

/* -- is anybody there? -- */

static void
test_dead (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_pass (fixture, G_TIME_SPAN_HOUR);
  sm_send (fixture, "hello?", &result);
  fake_server_find (fixture->server, "<r xmlns='" NS_SM "'/>");

  /* Who still says something is slow, not dead. */
  sm_pass (fixture, 7 * G_TIME_SPAN_SECOND);
  fake_server_send (fixture->server, "<what xmlns='urn:test'/>");
  fake_settle ();
  sm_pass (fixture, 10 * G_TIME_SPAN_SECOND - 1);
  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_ONLINE);
  sm_pass (fixture, 1);
  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT);
  g_assert_null (result);
  fixture_assert_states (fixture, "offline ");

  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
  sm_resume (fixture, 1);
  sm_assert_sent (fixture, &result);
}

static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  xmpp_session_check (fixture->session);
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  sm_pass (fixture, 9 * G_TIME_SPAN_SECOND);
  xmpp_session_check (fixture->session);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='0'/>");
  fake_settle ();
  sm_pass (fixture, G_TIME_SPAN_HOUR);
  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_ONLINE);
  g_assert_cmpuint (fixture_talk (fixture)->checked, ==, 0);

  xmpp_session_check (fixture->session);
  sm_pass (fixture, 10 * G_TIME_SPAN_SECOND);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  xmpp_session_check (fixture->session);
  xmpp_session_abort (fixture->session, NULL);
  xmpp_session_check (fixture->session);
}

/* A server that says nothing to <enable/> is dead too. */
static void
test_dead_early (Fixture       *fixture,
                 gconstpointer  data)
{
  fake_server_set_features (fixture->server, FAKE_SM);
  fixture_sign_in (fixture);
  sm_pass (fixture, 10 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_false (xmpp_session_is_suspended (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) \
  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down); \
  g_test_add (path "/bytes", Fixture, GSIZE_TO_POINTER (1), fixture_set_up, test, fixture_tear_down)
  ADD ("/sm-ack/enable-first", test_enable_first);
  ADD ("/sm-ack/not-offered", test_not_offered);
  ADD ("/sm-ack/enable-failed", test_enable_failed);
  ADD ("/sm-ack/count", test_count);
  ADD ("/sm-ack/held", test_held);
  ADD ("/sm-ack/ask", test_ask);
  ADD ("/sm-ack/strange-h", test_strange_h);
  ADD ("/sm-ack/too-high", test_too_high);
  ADD ("/sm-ack/dead", test_dead);
  ADD ("/sm-ack/check", test_check);
  ADD ("/sm-ack/dead-early", test_dead_early);
#undef ADD
  return g_test_run ();
}
