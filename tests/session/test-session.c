/* A session that works: into it, talk in it, questions, and the polite way out. */
#include "session-fixture.h"
#include "xmpp-ns.h"

static void
test_sign_in (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (XmppJid) jid = NULL;

  g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_null (xmpp_session_get_account (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->attached, ==, 1);

  fixture_sign_in (fixture);
  g_object_get (fixture->session, "jid", &jid, NULL);
  g_assert_cmpstr (xmpp_jid_get_text (jid), ==, OWN);
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_session_get_account (fixture->session)), ==, "romeo@montague.example");
  g_assert_cmpint (xmpp_session_get_step (fixture->session), ==, XMPP_STEP_NONE);
  g_assert_cmpstr (xmpp_session_get_mechanism (fixture->session), ==, fake_server_get_mechanism (fixture->server));
  g_assert_null (xmpp_session_get_error (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 1);
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 0);
  fake_server_expect_nothing (fixture->server);
  fixture_assert_alive (fixture);

  g_assert_true (xmpp_session_is_own (fixture->session, NULL));
  g_assert_true (xmpp_session_is_own (fixture->session, "romeo@montague.example"));
  g_assert_true (xmpp_session_is_own (fixture->session, "Romeo@Montague.Example"));
  g_assert_false (xmpp_session_is_own (fixture->session, OWN));
  g_assert_false (xmpp_session_is_own (fixture->session, "montague.example"));
  g_assert_false (xmpp_session_is_own (fixture->session, "juliet@capulet.example"));
  g_assert_false (xmpp_session_is_own (fixture->session, ""));
  g_assert_false (xmpp_session_is_own (fixture->session, "@"));
}

static void
test_cancel_too_late (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  fixture_connect (fixture, cancellable, &result);
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  g_cancellable_cancel (cancellable);
  fake_settle ();
  fixture_assert_alive (fixture);
}

static void
step_notify_cb (XmppSession *session,
                GParamSpec  *pspec,
                gpointer     user_data)
{
  g_string_append_printf (user_data, "%s ", xmpp_step_name (xmpp_session_get_step (session)));
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);
  static const XmppStep way[] = { XMPP_STEP_OPEN, XMPP_STEP_SECURE, XMPP_STEP_OPEN, XMPP_STEP_AUTHENTICATE,
                                  XMPP_STEP_OPEN, XMPP_STEP_BIND, XMPP_STEP_NONE };

  g_signal_connect (fixture->session, "notify::step", G_CALLBACK (step_notify_cb), steps);
  fixture_sign_in (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (way); i++)
    g_string_append_printf (wanted, "%s ", xmpp_step_name (way[i]));
  g_assert_cmpstr (steps->str, ==, wanted->str);
}

static void
stanza_cb (XmppSession *session,
           XmppNode    *stanza,
           gpointer     user_data)
{
  g_string_append_printf (user_data, "%s ", xmpp_node_get_name (stanza));
}

static void
presence_cb (XmppSession  *session,
             XmppPresence *presence,
             gpointer      user_data)
{
  g_string_append_printf (user_data, "(%s) ", xmpp_jid_get_text (presence->from));
}

static void
test_talk (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (XmppMessage) message = fixture_new_message ("wherefore?");
  g_autoptr (XmppMessage) empty = fixture_new_message (NULL);
  g_autoptr (XmppMessage) heard = NULL;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) in = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  XmppNode *stanza;

  fixture_sign_in (fixture);
  g_signal_connect (fixture->session, "stanza-in", G_CALLBACK (stanza_cb), in);
  g_signal_connect (fixture->session, "stanza-out", G_CALLBACK (stanza_cb), out);
  g_signal_connect (fixture->session, "presence", G_CALLBACK (presence_cb), in);

  xmpp_session_send_message_async (fixture->session, message, NULL, fake_result_cb, &sent);
  stanza = fake_server_expect (fixture->server, "<message to='juliet@capulet.example' type='chat' id='*'>"
                                                "<body>wherefore?</body></message>");
  g_assert_cmpstr (xmpp_node_get (stanza, "id"), ==, message->id);
  g_assert_true (xmpp_session_send_message_finish (fixture->session, fake_wait (&sent), &error));
  g_assert_no_error (error);

  xmpp_session_send_message_async (fixture->session, empty, NULL, fake_result_cb, &refused);
  g_assert_false (xmpp_session_send_message_finish (fixture->session, fake_wait (&refused), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);

  fake_server_send (fixture->server, "<message from='" JULIET "' to='" OWN "' type='chat' id='j1'>"
                                     "<body>&lt;art thou&gt; &amp; ♥</body></message>");
  heard = fixture_wait_message (fixture);
  g_assert_cmpstr (heard->body, ==, "<art thou> & ♥");
  g_assert_cmpstr (xmpp_jid_get_text (heard->from), ==, JULIET);
  g_assert_cmpstr (heard->id, ==, "j1");
  fake_server_expect_nothing (fixture->server);
  xmpp_session_stored (fixture->session, heard);
  fake_server_expect (fixture->server, "<message to='" JULIET "' type='headline'/>");

  fake_server_send (fixture->server, "<presence from='" JULIET "'/><unknown xmlns='urn:test'/>"
                                     "<message xmlns='urn:test'><body xmlns='jabber:client'>no</body></message>");
  fixture_assert_alive (fixture);
  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  fake_server_expect (fixture->server, "<presence><talks xmlns='urn:test'/></presence>");
  g_assert_cmpuint (fixture->messages->len, ==, 0);
  g_assert_cmpstr (in->str, ==, "message presence (" JULIET ") unknown message message ");
  g_assert_cmpstr (out->str, ==, "message message presence ");
}

static void
test_answer (Fixture       *fixture,
             gconstpointer  data)
{
  fixture_sign_in (fixture);
  fake_server_send (fixture->server,
                    "<iq type='get' from='" JULIET "' to='" OWN "' id='h'><hello xmlns='urn:test'/></iq>");
  fake_server_expect (fixture->server, "<iq type='result' to='" JULIET "' id='h'><hello xmlns='urn:test'/></iq>");
  fake_server_send (fixture->server, "<iq type='get' from='" JULIET "' id='u1'><x xmlns='urn:unknown'/></iq>");
  fake_server_expect (fixture->server,
                      "<iq type='error' to='" JULIET "' id='u1'><error type='*'>"
                      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  /* The answer to our answer, and answers to nothing, are not answered. */
  fake_server_send (fixture->server, "<iq type='error' from='" JULIET "' id='u1'><x xmlns='urn:unknown'/></iq>"
                                     "<iq type='result' from='" JULIET "' id='u2'/>"
                                     "<iq type='get' from='" JULIET "' to='tybalt@capulet.example' id='u3'>"
                                     "<hello xmlns='urn:test'/></iq>");
  fixture_assert_alive (fixture);
  fake_server_expect_nothing (fixture->server);
}

static void
test_ask (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (XmppNode) reply = NULL;
  g_autoptr (GError) error = NULL;
  XmppNode *asked;
  const char *id;

  fixture_sign_in (fixture);
  xmpp_session_iq_async (fixture->session, fixture_new_iq ("upload.montague.example"), NULL, fake_result_cb, &result);
  asked = fake_server_expect (fixture->server, "<iq type='get' to='upload.montague.example' id='*'>"
                                               "<query xmlns='urn:test'/></iq>");
  id = xmpp_node_get (asked, "id");
  fake_server_send (fixture->server,
                    "<iq type='result' from='tybalt@capulet.example/x' id='%s'><evil xmlns='urn:test'/></iq>", id);
  fake_server_send (fixture->server, "<iq type='error' from='montague.example' id='%s'/><iq type='result' id='%s'/>",
                    id, id);
  fixture_assert_alive (fixture);
  g_assert_null (result);
  fake_server_reply (fixture->server, asked, "<good xmlns='urn:test'/>");
  reply = xmpp_session_iq_finish (fixture->session, fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (xmpp_node_find (reply, "good", "urn:test"));

  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &refused);
  asked = fake_server_expect (fixture->server, "<iq type='get'/>");
  fake_server_reply_error (fixture->server, asked, "cancel", "conflict");
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&refused), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT);
  g_clear_error (&error);

  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &late);
  asked = fake_server_expect (fixture->server, "<iq type='get'/>");
  base_clock_advance (fixture->clock, 30 * G_TIME_SPAN_SECOND);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&late), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  fake_server_reply (fixture->server, asked, NULL);

  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), cancellable, fake_result_cb, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&cancelled);

  fake_server_forget (fixture->server);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), cancellable, fake_result_cb, &cancelled);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_expect_nothing (fixture->server);
  fixture_assert_alive (fixture);
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) twice = NULL;
  g_autoptr (GAsyncResult) offline = NULL;
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GError) error = NULL;

  fixture_sign_in (fixture);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &asked);
  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &twice);
  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  fixture_assert_states (fixture, "closing ");
  fake_server_expect (fixture->server, "<iq type='get'/>");
  fake_server_expect (fixture->server, "<presence type='unavailable'/>");
  fake_server_expect_end (fixture->server);
  g_assert_null (closed);

  /* What was under way still arrives. */
  fixture_assert_alive (fixture);
  fake_server_end (fixture->server);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), &error));
  g_assert_no_error (error);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&twice), &error));
  fixture_assert_states (fixture, "offline ");
  g_assert_null (xmpp_session_get_error (fixture->session));
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&asked), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  fake_server_expect_hang_up (fixture->server);

  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &offline);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&offline), NULL));
}

static void
test_close_unanswered (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  for (guint way = 0; way < 3; way++) {
    g_autoptr (GAsyncResult) closed = NULL;

    if (way > 0)
      fixture_new_server (fixture);
    fixture_sign_in (fixture);
    xmpp_session_close_async (fixture->session, cancellable, fake_result_cb, &closed);
    fake_server_expect (fixture->server, "<presence type='unavailable'/>");
    fake_server_expect_end (fixture->server);
    base_clock_advance (fixture->clock, 2 * G_TIME_SPAN_SECOND - 1);
    fake_settle ();
    g_assert_null (closed);
    if (way == 0)
      base_clock_advance (fixture->clock, 1);
    else if (way == 1)
      fake_server_hang_up (fixture->server);
    else
      g_cancellable_cancel (cancellable);
    g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
    fixture_assert_states (fixture, "closing offline ");
    g_assert_null (xmpp_session_get_error (fixture->session));
  }
}

static void
test_unsent (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *body = g_strnfill (4 * 1024 * 1024, 'a');
  g_autoptr (XmppMessage) message = fixture_new_message (body);
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "asleep");
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;

  fixture_sign_in (fixture);
  xmpp_session_send_message_async (fixture->session, message, NULL, fake_result_cb, &sent);
  xmpp_session_abort (fixture->session, reason);
  g_assert_false (xmpp_session_send_message_finish (fixture->session, fake_wait (&sent), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
}

static void
abort_on_message_cb (XmppSession *session,
                     XmppMessage *message,
                     gpointer     user_data)
{
  xmpp_session_abort (session, user_data);
}

/* Whoever hears a message may end the session there and then; what came with it goes nowhere. */
static void
test_abort_inside (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "asleep");

  fixture_sign_in (fixture);
  g_signal_connect (fixture->session, "message", G_CALLBACK (abort_on_message_cb), reason);
  fake_server_send (fixture->server, "<message from='" JULIET "'><body>one</body></message>"
                                     "<message from='" JULIET "'><body>two</body></message></stream:stream>");
  fake_wait_until (fixture_is_offline, fixture, "the end");
  fake_settle ();
  g_assert_cmpuint (fixture->messages->len, ==, 1);
  g_assert_error (xmpp_session_get_error (fixture->session), G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, chunk, test) \
  g_test_add (path, Fixture, GSIZE_TO_POINTER (chunk), fixture_set_up, test, fixture_tear_down)
  ADD ("/session/sign-in", 0, test_sign_in);
  ADD ("/session/sign-in/bytes", 1, test_sign_in);
  ADD ("/session/cancel-too-late", 0, test_cancel_too_late);
  ADD ("/session/steps", 0, test_steps);
  ADD ("/session/talk", 0, test_talk);
  ADD ("/session/talk/bytes", 1, test_talk);
  ADD ("/session/answer", 0, test_answer);
  ADD ("/session/answer/bytes", 1, test_answer);
  ADD ("/session/ask", 0, test_ask);
  ADD ("/session/ask/bytes", 1, test_ask);
  ADD ("/session/close", 0, test_close);
  ADD ("/session/close/bytes", 1, test_close);
  ADD ("/session/close-unanswered", 0, test_close_unanswered);
  ADD ("/session/unsent", 0, test_unsent);
  ADD ("/session/abort-inside", 0, test_abort_inside);
#undef ADD
  return g_test_run ();
}
