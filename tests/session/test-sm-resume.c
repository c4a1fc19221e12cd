/* The link is lost and comes back: what is asked, what is sent again, what still holds. */
#include "sm-fixture.h"
#include "xmpp-ns.h"

static void
hold_cb (XmppSession *session,
         XmppMessage *message,
         gpointer     user_data)
{
  xmpp_session_hold (session, message);
}

static void
test_nothing_changed (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *resume;

  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, LINE ("1") "<presence from='" JULIET "'/>" LINE ("3"));
  fake_settle ();
  sm_lose (fixture);
  g_assert_cmpuint (fixture_talk (fixture)->suspended, ==, 1);
  g_assert_null (xmpp_session_get_jid (fixture->session));
  g_assert_true (xmpp_session_is_managed (fixture->session));

  resume = sm_come_back (fixture, &result);
  g_assert_cmpstr (xmpp_node_get (resume, "previd"), ==, "ours");
  g_assert_cmpstr (xmpp_node_get (resume, "h"), ==, "3");
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='0'/>");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_session_get_jid (fixture->session)), ==, OWN);
  g_assert_nonnull (xmpp_session_get_connection (fixture->session));
  g_assert_null (xmpp_session_get_error (fixture->session));
  g_assert_true (xmpp_session_is_resumed (fixture->session));
  fake_server_expect_nothing (fixture->server);
  g_ptr_array_set_size (fixture->messages, 0);
  fixture_assert_alive (fixture);
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='4'/>");
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 1);
  g_assert_cmpuint (fixture_talk (fixture)->resumed, ==, 1);
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 0);
}

/* Everything in one packet, and what is said while things come in stands behind what is sent again. */
static void
answer_cb (XmppSession *session,
           XmppMessage *message,
           gpointer     user_data)
{
  XmppNode *line = xmpp_node_new ("message", NS_CLIENT);

  xmpp_node_set (line, "id", "new");
  xmpp_session_send (session, line);
}

static void
test_one_packet (Fixture       *fixture,
                 gconstpointer  data)
{
  GAsyncResult *results[4] = { NULL };
  g_autoptr (GAsyncResult) back = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &results[0]);
  sm_send (fixture, "2", &results[1]);
  sm_send (fixture, "3", &results[2]);
  sm_send (fixture, "4", &results[3]);
  fake_settle ();
  sm_lose (fixture);
  g_signal_connect (fixture->session, "message", G_CALLBACK (answer_cb), NULL);
  sm_come_back (fixture, &back);
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='2'/>" LINE ("a") "<r xmlns='" NS_SM "'/>"
                    "<presence from='" JULIET "'/><a xmlns='" NS_SM "' h='3'/><r xmlns='" NS_SM "'/>");
  fake_server_expect (fixture->server, "<message><body>3</body></message>");
  fake_server_expect (fixture->server, "<message><body>4</body></message>");
  fake_server_find (fixture->server, "<message id='new'/>");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), NULL));
  sm_assert_sent (fixture, &results[0]);
  sm_assert_sent (fixture, &results[1]);
  sm_assert_sent (fixture, &results[2]);
  fake_settle ();
  g_assert_null (results[3]);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='5'/>");
  sm_assert_sent (fixture, &results[3]);
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
}

/* Who hears that a message has arrived may say the next at once; it stands behind all that is sent again. */
static void
say_next_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (XmppMessage) next = fixture_new_message ("next");

  g_assert_true (xmpp_session_send_message_finish (XMPP_SESSION (source), result, NULL));
  g_assert_cmpint (xmpp_session_get_state (XMPP_SESSION (source)), ==, XMPP_SESSION_ONLINE);
  xmpp_session_send_message_async (XMPP_SESSION (source), next, NULL, fake_result_cb, user_data);
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (XmppMessage) first = fixture_new_message ("1");
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GAsyncResult) next = NULL;

  sm_sign_in (fixture, RESUMABLE);
  xmpp_session_send_message_async (fixture->session, first, NULL, say_next_cb, &next);
  sm_send (fixture, "2", &second);
  fake_settle ();
  sm_lose (fixture);
  sm_resume (fixture, 1);
  fake_server_expect (fixture->server, "<message><body>2</body></message>");
  fake_server_expect (fixture->server, "<message><body>next</body></message>");
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
  sm_assert_sent (fixture, &second);
  sm_assert_sent (fixture, &next);
}

/* Links come and go; nothing is sent twice that was confirmed, nothing is left out. */
static void
test_again_and_again (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &first);
  fake_settle ();
  sm_lose (fixture);
  sm_resume (fixture, 0);
  sm_send (fixture, "2", &second);
  fake_server_expect (fixture->server, "<message><body>1</body></message>");
  fake_server_expect (fixture->server, "<message><body>2</body></message>");
  fake_server_send (fixture->server, LINE ("a") "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &first);
  sm_lose (fixture);
  sm_resume (fixture, 1);
  fake_server_expect (fixture->server, "<message><body>2</body></message>");
  fake_server_send (fixture->server, LINE ("b") "<r xmlns='" NS_SM "'/>");
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  sm_lose (fixture);
  sm_resume (fixture, 2);
  sm_assert_sent (fixture, &second);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  g_assert_cmpuint (fixture_talk (fixture)->resumed, ==, 3);
}

/* What the server cannot bear ends every link that it is sent on. After some of them the session is given up, and who
 * sent it hears that it is not known what became of it. */
static void
test_in_vain (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) good = NULL;
  g_autoptr (GAsyncResult) bad = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "good", &good);
  sm_send (fixture, "bad", &bad);
  fake_settle ();
  sm_lose (fixture);
  sm_resume (fixture, 0);
  sm_lose (fixture);
  /* Something got across: it was not in vain. */
  sm_resume (fixture, 1);
  sm_assert_sent (fixture, &good);
  for (guint i = 0; i < 4; i++) {
    fake_server_expect (fixture->server, "<message><body>bad</body></message>");
    sm_lose (fixture);
    sm_resume (fixture, 1);
  }
  fake_server_expect (fixture->server, "<message><body>bad</body></message>");
  g_assert_null (bad);
  fake_server_hang_up (fixture->server);
  fake_wait_until (fixture_is_offline, fixture, "the end");
  g_assert_false (xmpp_session_is_suspended (fixture->session));
  sm_assert_failed (fixture, &bad, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);

  /* The next one begins anew, and counts anew. */
  fixture_assert_states (fixture, "offline ");
  fixture_new_server (fixture);
  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "bad", &bad);
  fake_settle ();
  for (guint i = 0; i < 4; i++) {
    sm_lose (fixture);
    sm_resume (fixture, 0);
  }
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &bad);
}

/* Links that carry nothing may come and go as they like. */
static void
test_idle (Fixture       *fixture,
           gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  for (guint i = 0; i < 20; i++) {
    sm_lose (fixture);
    sm_resume (fixture, 0);
  }
  fixture_assert_alive (fixture);
}

/* What is held when the link is lost comes again; its late release says nothing about what came since. */
static void
test_held (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GAsyncResult) back = NULL;
  XmppNode *resume;

  sm_sign_in (fixture, RESUMABLE);
  g_signal_connect (fixture->session, "message", G_CALLBACK (hold_cb), NULL);
  fake_server_send (fixture->server, LINE ("1") LINE ("2") LINE ("3"));
  fake_settle ();
  xmpp_session_release (fixture->session, fixture->messages->pdata[0]);
  sm_lose (fixture);
  resume = sm_come_back (fixture, &back);
  g_assert_cmpstr (xmpp_node_get (resume, "h"), ==, "1");
  xmpp_session_release (fixture->session, fixture->messages->pdata[1]);
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='0'/>" LINE ("2") LINE ("3") LINE ("4")
                    "<r xmlns='" NS_SM "'/>");
  fake_settle ();
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), NULL));
  xmpp_session_release (fixture->session, fixture->messages->pdata[2]);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  g_assert_cmpuint (fixture->messages->len, ==, 6);
  for (guint i = 3; i < 6; i++)
    xmpp_session_release (fixture->session, fixture->messages->pdata[i]);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='4'/>");
}

/* What is stored while a new link is made is told with <resume/>, and not sent again. */
static void
test_stored_meanwhile (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GAsyncResult) back = NULL;
  XmppNode *resume;

  sm_sign_in (fixture, RESUMABLE);
  g_signal_connect (fixture->session, "message", G_CALLBACK (hold_cb), NULL);
  fake_server_send (fixture->server, LINE ("1") LINE ("2") LINE ("3"));
  fake_settle ();
  sm_lose (fixture);
  fixture_connect (fixture, NULL, &back);
  xmpp_session_release (fixture->session, fixture->messages->pdata[0]);
  xmpp_session_release (fixture->session, fixture->messages->pdata[1]);
  resume = fake_server_reopen (fixture->server);
  g_assert_cmpstr (xmpp_node_get (resume, "h"), ==, "2");
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='0'/>" LINE ("3")
                    "<r xmlns='" NS_SM "'/>");
  fake_settle ();
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), NULL));
  xmpp_session_release (fixture->session, fixture->messages->pdata[3]);
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='3'/>");
}

/* A connection that ends within a stanza, without the end of TLS, may have been cut by anybody: the half is dropped,
 * and comes again whole. */
static void
test_truncated (Fixture       *fixture,
                gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, LINE ("1") "<message from='" JULIET "' type='chat'><body>The more I giv");
  fake_settle ();
  sm_lose (fixture);
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  sm_resume (fixture, 0);
  fake_server_send (fixture->server, LINE ("2") "<r xmlns='" NS_SM "'/>");
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  g_assert_cmpuint (fixture->messages->len, ==, 2);
}

/* A question outlives the link, and the answer may come on another one. */
static void
test_question (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GAsyncResult) lost = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (XmppNode) answer = NULL;
  g_autoptr (XmppNode) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  XmppNode *iq;

  sm_sign_in (fixture, RESUMABLE);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &asked);
  xmpp_session_iq_async (fixture->session, fixture_new_iq ("capulet.example"), NULL, fake_result_cb, &lost);
  id = g_strdup (xmpp_node_get (fake_server_expect (fixture->server, "<iq type='get'/>"), "id"));
  sm_lose (fixture);
  fake_settle ();
  g_assert_null (asked);

  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &refused);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&refused), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);

  sm_resume (fixture, 1);
  fake_server_send (fixture->server, "<iq type='result' id='%s'/>", id);
  answer = xmpp_session_iq_finish (fixture->session, fake_wait (&asked), NULL);
  g_assert_nonnull (answer);
  iq = fake_server_expect (fixture->server, "<iq type='get' to='capulet.example'/>");
  fake_server_send (fixture->server, "<iq type='result' from='capulet.example' id='%s'/>", xmpp_node_get (iq, "id"));
  again = xmpp_session_iq_finish (fixture->session, fake_wait (&lost), NULL);
  g_assert_nonnull (again);
}

/* What is said without a link is not said. */
static void
test_silent (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_lose (fixture);
  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  xmpp_session_send_element (fixture->session, xmpp_node_new ("active", "urn:xmpp:csi:0"));
  sm_send (fixture, "anybody?", &result);
  sm_assert_failed (fixture, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  sm_resume (fixture, 0);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
}

/* An attempt that fails on the way costs nothing. */
static void
test_failed_attempts (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) back = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);

  fixture_connect (fixture, NULL, &back);
  fake_server_hang_up (fixture->server);
  fixture_assert_connect_error (fixture, &back, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);

  fixture_connect (fixture, cancellable, &back);
  fake_server_reopen (fixture->server);
  g_cancellable_cancel (cancellable);
  fixture_assert_connect_error (fixture, &back, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
  fixture_assert_states (fixture, "connecting offline connecting offline ");

  g_assert_null (result);
  sm_resume (fixture, 0);
  fake_server_expect (fixture->server, "<message><body>1</body></message>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &result);
  g_assert_cmpuint (fixture_talk (fixture)->suspended, ==, 1);
}

/* A server that goes down may come up again with all it knew. */
static void
test_passing_errors (Fixture       *fixture,
                     gconstpointer  data)
{
  sm_sign_in (fixture, RESUMABLE);
  fake_server_send (fixture->server, "<stream:error><system-shutdown xmlns='" NS_STREAMS "'/></stream:error>"
                    "</stream:stream>");
  fake_wait_until (fixture_is_offline, fixture, "the end");
  fixture_assert_states (fixture, "offline ");
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN);
  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
  sm_resume (fixture, 0);
}

/* What is said without waiting for an answer while the link is lost, as that a message is stored now: it goes out
 * behind what the server lacks. What says how we are now is not said late. */
static void
test_while_suspended (Fixture       *fixture,
                      gconstpointer  data)
{
  GAsyncResult *result = NULL;
  XmppNode *receipt;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);
  receipt = xmpp_node_new ("message", NS_CLIENT);
  xmpp_node_set (receipt, "to", JULIET);
  xmpp_node_set (receipt, "id", "late");
  xmpp_session_send (fixture->session, receipt);
  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  sm_resume (fixture, 0);
  fake_server_expect (fixture->server, "<message><body>1</body></message>");
  fake_server_expect (fixture->server, "<message to='" JULIET "' id='late'/>");
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='2'/>");
  sm_assert_sent (fixture, &result);
  fake_server_expect_nothing (fixture->server);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) \
  g_test_add (path, Fixture, NULL, fixture_set_up, test, fixture_tear_down); \
  g_test_add (path "/bytes", Fixture, GSIZE_TO_POINTER (1), fixture_set_up, test, fixture_tear_down)
  ADD ("/sm-resume/nothing-changed", test_nothing_changed);
  ADD ("/sm-resume/one-packet", test_one_packet);
  ADD ("/sm-resume/order", test_order);
  ADD ("/sm-resume/again-and-again", test_again_and_again);
  ADD ("/sm-resume/while-suspended", test_while_suspended);
  ADD ("/sm-resume/held", test_held);
  ADD ("/sm-resume/stored-meanwhile", test_stored_meanwhile);
  ADD ("/sm-resume/truncated", test_truncated);
  ADD ("/sm-resume/question", test_question);
  ADD ("/sm-resume/silent", test_silent);
  ADD ("/sm-resume/failed-attempts", test_failed_attempts);
  ADD ("/sm-resume/passing-errors", test_passing_errors);
  ADD ("/sm-resume/in-vain", test_in_vain);
  ADD ("/sm-resume/idle", test_idle);
#undef ADD
  return g_test_run ();
}
