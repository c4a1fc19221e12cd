/* When a managed session is over: refused, too late, closed, somebody else's; and what becomes of what was said. */
#include "sm-fixture.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stream.h"

static void
assert_over (Fixture *fixture)
{
  g_assert_false (xmpp_session_is_suspended (fixture->session));
  g_assert_false (xmpp_session_is_managed (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);
}

/* Refused, and bound anew on the same stream. */
static void
refuse (Fixture    *fixture,
        const char *failed)
{
  g_autoptr (GAsyncResult) back = NULL;
  g_autoptr (GError) error = NULL;

  sm_come_back (fixture, &back);
  fake_server_send (fixture->server, "<failed xmlns='" NS_SM "'%s><item-not-found xmlns='" NS_STANZAS "'/></failed>",
                    failed);
  fake_server_bind (fixture->server, OWN "2");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), &error));
  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_session_get_jid (fixture->session)), ==, OWN "2");
  g_assert_false (xmpp_session_is_resumed (fixture->session));
  g_assert_false (xmpp_session_is_suspended (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 2);
  g_assert_cmpuint (fixture_talk (fixture)->resumed, ==, 0);
  fake_server_manage (fixture->server, "id='second' resume='true'");
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  GAsyncResult *results[2] = { NULL };
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GError) error = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &results[0]);
  sm_send (fixture, "2", &results[1]);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &asked);
  fake_settle ();
  sm_lose (fixture);
  refuse (fixture, "");
  sm_assert_failed (fixture, &results[0], XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  sm_assert_failed (fixture, &results[1], XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&asked), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);

  /* The new one counts from the beginning, and can be resumed itself. */
  sm_send (fixture, "3", &results[0]);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>" LINE ("a") "<r xmlns='" NS_SM "'/>");
  sm_assert_sent (fixture, &results[0]);
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
}

static void
test_refused_with_h (Fixture       *fixture,
                     gconstpointer  data)
{
  GAsyncResult *results[3] = { NULL };

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &results[0]);
  sm_send (fixture, "2", &results[1]);
  sm_send (fixture, "3", &results[2]);
  fake_settle ();
  sm_lose (fixture);
  refuse (fixture, " h='2'");
  sm_assert_sent (fixture, &results[0]);
  sm_assert_sent (fixture, &results[1]);
  sm_assert_failed (fixture, &results[2], G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

/* Who has forgotten what it confirmed may have forgotten more: what is not confirmed may have arrived. */
static void
test_refused_with_stale_h (Fixture       *fixture,
                           gconstpointer  data)
{
  GAsyncResult *results[2] = { NULL };

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &results[0]);
  fake_settle ();
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &results[0]);
  sm_send (fixture, "2", &results[1]);
  fake_settle ();
  sm_lose (fixture);
  refuse (fixture, " h='0'");
  sm_assert_failed (fixture, &results[1], XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
}

/* A number that cannot be says nothing. */
static void
test_refused_with_nonsense (Fixture       *fixture,
                            gconstpointer  data)
{
  static const char *const numbers[] = { " h='9'", " h='-1'", " h='4294967295'" };
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (GAsyncResult) result = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);
  refuse (fixture, numbers[index % G_N_ELEMENTS (numbers)]);
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
}

/* The server that comes back knows nothing of all this. */
static void
test_not_offered_any_more (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);
  fake_server_set_features (fixture->server, "");
  fixture_sign_in (fixture);
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  assert_over (fixture);
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 2);
}

static void
test_wrong_resumed (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const wrong[] = { "previd='theirs' h='0'", "h='0'", "previd='ours'", "previd='ours' h='-1'",
                                       "previd='ours' h='7'" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GAsyncResult) back = NULL;

    sm_sign_in (fixture, RESUMABLE);
    sm_send (fixture, "1", &result);
    fake_settle ();
    sm_lose (fixture);
    sm_come_back (fixture, &back);
    fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' %s/>" LINE ("a"), wrong[i]);
    fixture_assert_connect_error (fixture, &back, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
    fake_server_find (fixture->server, "<stream:error><undefined-condition xmlns='" NS_STREAMS "'/></stream:error>");
    sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
    g_assert_false (xmpp_session_is_suspended (fixture->session));
    g_assert_cmpuint (fixture_talk (fixture)->offline, ==, i + 1);
    fixture_assert_states (fixture, "connecting offline ");
    fixture_new_server (fixture);
  }
  g_assert_cmpuint (fixture->messages->len, ==, 0);
}

/* Enabled, but not to be resumed: what was on its way is uncertain at once. */
static void
test_not_resumable (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const ways[] = {
    "", "resume='true'", "id='' resume='true'", "id='x'", "id='x' resume='false'", "id='x' resume='yes'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (GAsyncResult) result = NULL;

    sm_sign_in (fixture, ways[i]);
    sm_send (fixture, "1", &result);
    fake_settle ();
    fake_server_hang_up (fixture->server);
    sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
    fixture_assert_states (fixture, "offline ");
    g_assert_false (xmpp_session_is_suspended (fixture->session));
    fixture_new_server (fixture);
  }
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, G_N_ELEMENTS (ways));
  g_assert_cmpuint (fixture_talk (fixture)->suspended, ==, 0);
}

static void
test_final_errors (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const ends[] = {
    "<stream:error><conflict xmlns='" NS_STREAMS "'/></stream:error></stream:stream>",
    "<stream:error><not-authorized xmlns='" NS_STREAMS "'/></stream:error></stream:stream>",
    "<message><body></message>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    sm_sign_in (fixture, RESUMABLE);
    fake_server_send (fixture->server, "%s", ends[i]);
    fake_wait_until (fixture_is_offline, fixture, "the end");
    g_assert_false (xmpp_session_is_suspended (fixture->session));
    fixture_assert_states (fixture, "offline ");
    fixture_new_server (fixture);
  }
  g_assert_cmpuint (fixture_talk (fixture)->suspended, ==, 0);
}

static void
test_too_late (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  sm_sign_in (fixture, RESUMABLE " max='30'");
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);
  sm_pass (fixture, 30 * G_TIME_SPAN_SECOND - 1);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  sm_pass (fixture, 1);
  assert_over (fixture);
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_assert_nonnull (xmpp_session_get_error (fixture->session));
  fake_server_set_features (fixture->server, "");
  fixture_sign_in (fixture);
}

/* The server's word on how long is only taken when it is one. */
static void
test_how_long (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const odd[] = { "max='-1'", "max='soon'", "max='99999999999999999999'", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *enabled = g_strdup_printf (RESUMABLE " %s", odd[i]);

    sm_sign_in (fixture, enabled);
    sm_lose (fixture);
    sm_pass (fixture, 10 * G_TIME_SPAN_MINUTE - 1);
    g_assert_true (xmpp_session_is_suspended (fixture->session));
    sm_pass (fixture, 1);
    g_assert_false (xmpp_session_is_suspended (fixture->session));
  }
}

/* Time that runs out during an attempt counts once that has failed; the server may have more patience. */
static void
test_late_attempt (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GAsyncResult) back = NULL;

  sm_sign_in (fixture, RESUMABLE " max='5'");
  sm_lose (fixture);
  sm_come_back (fixture, &back);
  sm_pass (fixture, 6 * G_TIME_SPAN_SECOND);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='0'/>");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), NULL));
  g_clear_object (&back);
  fixture_assert_states (fixture, "connecting online ");

  sm_lose (fixture);
  sm_come_back (fixture, &back);
  sm_pass (fixture, 6 * G_TIME_SPAN_SECOND);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  fake_server_hang_up (fixture->server);
  fixture_assert_connect_error (fixture, &back, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  assert_over (fixture);
}

static void
test_other_account (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (XmppLogin) other = fake_login ("mercutio@montague.example");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) back = NULL;
  GIOStream *io;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "1", &result);
  fake_settle ();
  sm_lose (fixture);
  io = fake_server_get_client_io (fixture->server);
  xmpp_session_connect_async (fixture->session, other, io, NULL, fake_result_cb, &back);
  assert_over (fixture);
  fake_server_login (fixture->server, "mercutio@montague.example/orchard");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&back), NULL));
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  fake_server_expect (fixture->server, "<enable xmlns='" NS_SM "'/>");
}

/* Whoever lets go of it for good does so in each of its states. */
static void
test_let_go (Fixture       *fixture,
             gconstpointer  data)
{
  for (guint way = 0; way < 4; way++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GAsyncResult) closed = NULL;
    g_autoptr (GAsyncResult) back = NULL;

    sm_sign_in (fixture, RESUMABLE);
    sm_send (fixture, "1", &result);
    fake_settle ();
    sm_lose (fixture);
    if (way >= 2)
      sm_come_back (fixture, &back);
    if (way % 2 == 0) {
      xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
      g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
    } else {
      xmpp_session_abort (fixture->session, NULL);
    }
    g_assert_false (xmpp_session_is_suspended (fixture->session));
    g_assert_cmpint (xmpp_session_get_state (fixture->session), ==, XMPP_SESSION_OFFLINE);
    g_assert_cmpuint (fixture_talk (fixture)->offline, ==, way + 1);
    sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
    if (way >= 2)
      fixture_assert_connect_error (fixture, &back, G_IO_ERROR, G_IO_ERROR_CLOSED);
    fixture_new_server (fixture);
    g_string_truncate (fixture->states, 0);
  }
}

static void
test_abort (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) asleep = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "asleep");

  sm_sign_in (fixture, RESUMABLE);
  xmpp_session_abort (fixture->session, asleep);
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  g_assert_error (xmpp_session_get_error (fixture->session), G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE);
  fixture_assert_states (fixture, "offline ");
  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
  sm_resume (fixture, 0);
  xmpp_session_abort (fixture->session, NULL);
  assert_over (fixture);
}

static void
hold_cb (XmppSession *session,
         XmppMessage *message,
         gpointer     user_data)
{
  xmpp_session_hold (session, message);
}

static void
test_polite (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;

  sm_sign_in (fixture, RESUMABLE);
  g_signal_connect (fixture->session, "message", G_CALLBACK (hold_cb), NULL);
  fake_server_send (fixture->server, LINE ("1"));
  fake_settle ();
  sm_send (fixture, "last words", &result);
  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
  fixture_assert_states (fixture, "closing ");
  fake_server_expect (fixture->server, "<message><body>last words</body></message>");
  fake_server_expect (fixture->server, "<presence type='unavailable'/>");
  fake_server_expect (fixture->server, "<r xmlns='" NS_SM "'/>");
  xmpp_session_release (fixture->session, fixture->messages->pdata[0]);
  fake_settle ();
  fake_server_expect_nothing (fixture->server);
  fake_server_send (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  sm_assert_sent (fixture, &result);
  fake_server_expect (fixture->server, "<a xmlns='" NS_SM "' h='1'/>");
  fake_server_expect_end (fixture->server);
  fake_server_send (fixture->server, "<r xmlns='" NS_SM "'/>");
  fake_server_end (fixture->server);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
  g_assert_null (xmpp_session_get_error (fixture->session));
  fixture_assert_states (fixture, "offline ");
  assert_over (fixture);
}

/* Politeness has an end after two seconds, whatever is not done by then. */
static void
test_polite_in_vain (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;

  sm_sign_in (fixture, RESUMABLE);
  g_signal_connect (fixture->session, "message", G_CALLBACK (hold_cb), NULL);
  fake_server_send (fixture->server, LINE ("1"));
  fake_settle ();
  sm_send (fixture, "last words", &result);
  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
  fake_settle ();
  sm_pass (fixture, G_TIME_SPAN_SECOND);
  fake_server_find (fixture->server, "<a xmlns='" NS_SM "' h='0'/>");
  fake_server_expect_end (fixture->server);
  sm_pass (fixture, G_TIME_SPAN_SECOND);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  fixture_assert_states (fixture, "closing offline ");
  assert_over (fixture);
  xmpp_session_release (fixture->session, fixture->messages->pdata[0]);
}

/* A link that is lost while we say good-bye is the end. */
static void
test_polite_and_lost (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;

  sm_sign_in (fixture, RESUMABLE);
  sm_send (fixture, "last words", &result);
  xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
  fake_settle ();
  fake_server_hang_up (fixture->server);
  g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
  sm_assert_failed (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  assert_over (fixture);
}

/* -- where the server would rather be met -- */

static char      *asked_location;
static guint      connects;
static GIOStream *next_io;

static void
connector_async (const XmppLogin     *login,
                 BaseClock           *clock,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  connects++;
  g_free (asked_location);
  asked_location = g_strdup (login->location);
  g_task_return_boolean (task, TRUE);
}

static XmppTransport *
connector_finish (GAsyncResult  *result,
                  GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? xmpp_stream_new (next_io, FALSE) : NULL;
}

static const XmppConnector connector = { "test", connector_async, connector_finish };
static const XmppConnector *const connectors[] = { &connector, NULL };

/* Whoever is there but cannot prove to be our server gets nothing, and the usual way is gone at once. */
static void
test_location (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (FakeServer) stranger = fake_server_new ("montague.example");
  g_autoptr (GAsyncResult) result = NULL;

  g_object_unref (fixture->session);
  fixture->session = xmpp_session_new (fixture_features, connectors, fixture->clock);
  next_io = fake_server_get_client_io (fixture->server);
  fake_server_set_features (fixture->server, FAKE_SM);
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, &result);
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  g_clear_object (&result);
  g_assert_null (asked_location);
  fake_server_manage (fixture->server, RESUMABLE " location='node7.montague.example:5299'");
  fake_settle ();
  fake_server_hang_up (fixture->server);
  fake_wait_until (fixture_is_offline, fixture, "the end");

  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
  fake_server_set_certificate (stranger, "unknown-ca");
  next_io = fake_server_get_client_io (stranger);
  connects = 0;
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, &result);
  fake_server_open (stranger, "<starttls xmlns='" NS_TLS "'><required/></starttls>");
  g_assert_cmpstr (asked_location, ==, "node7.montague.example:5299");
  next_io = fake_server_get_client_io (fixture->server);
  g_assert_false (fake_server_try_secure (stranger, ""));
  fake_server_reopen (fixture->server);
  g_assert_null (asked_location);
  g_assert_cmpuint (connects, ==, 2);
  fake_server_send (fixture->server, "<resumed xmlns='" NS_SM "' previd='ours' h='0'/>");
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  g_assert_true (xmpp_session_is_resumed (fixture->session));
  xmpp_session_abort (fixture->session, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, chunk, test) \
  g_test_add (path, Fixture, GSIZE_TO_POINTER (chunk), fixture_set_up, test, fixture_tear_down)
  ADD ("/sm-end/refused", 0, test_refused);
  ADD ("/sm-end/refused/bytes", 1, test_refused);
  ADD ("/sm-end/refused-with-h", 0, test_refused_with_h);
  ADD ("/sm-end/refused-with-h/bytes", 1, test_refused_with_h);
  ADD ("/sm-end/refused-with-stale-h", 0, test_refused_with_stale_h);
  ADD ("/sm-end/refused-with-nonsense/too-high", 0, test_refused_with_nonsense);
  ADD ("/sm-end/refused-with-nonsense/negative", 1, test_refused_with_nonsense);
  ADD ("/sm-end/refused-with-nonsense/huge", 2, test_refused_with_nonsense);
  ADD ("/sm-end/not-offered-any-more", 0, test_not_offered_any_more);
  ADD ("/sm-end/wrong-resumed", 0, test_wrong_resumed);
  ADD ("/sm-end/not-resumable", 0, test_not_resumable);
  ADD ("/sm-end/final-errors", 0, test_final_errors);
  ADD ("/sm-end/too-late", 0, test_too_late);
  ADD ("/sm-end/how-long", 0, test_how_long);
  ADD ("/sm-end/late-attempt", 0, test_late_attempt);
  ADD ("/sm-end/other-account", 0, test_other_account);
  ADD ("/sm-end/let-go", 0, test_let_go);
  ADD ("/sm-end/abort", 0, test_abort);
  ADD ("/sm-end/polite", 0, test_polite);
  ADD ("/sm-end/polite-in-vain", 0, test_polite_in_vain);
  ADD ("/sm-end/polite-and-lost", 0, test_polite_and_lost);
  ADD ("/sm-end/location", 0, test_location);
#undef ADD
  return g_test_run ();
}
