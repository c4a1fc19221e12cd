/* A session that does not come to be, or is lost: every way out but the polite one, and the way back. */
#include "session-fixture.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-stream.h"

/* How far the server goes along before a way in is given up. */
typedef enum {
  UNTIL_NOTHING,
  UNTIL_FEATURES,
  UNTIL_SECURE,
  UNTIL_SIGNED_IN,
  UNTIL_BINDING,
  N_UNTILS,
} Until;

static void
go_along (Fixture *fixture,
          Until    until)
{
  g_autofree char *mechanisms = NULL;

  if (until >= UNTIL_FEATURES)
    fake_server_open (fixture->server, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>");
  if (until >= UNTIL_SECURE)
    fake_server_secure (fixture->server);
  if (until >= UNTIL_SIGNED_IN) {
    mechanisms = fake_server_mechanisms (fixture->server);
    fake_server_open (fixture->server, mechanisms);
    g_assert_true (fake_server_authenticate (fixture->server));
  }
  if (until >= UNTIL_BINDING) {
    fake_server_open (fixture->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    fake_server_expect (fixture->server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  }
}

static void
test_give_up (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "asleep");

  for (Until until = UNTIL_NOTHING; until < N_UNTILS; until++)
    for (guint way = 0; way < 4; way++) {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GAsyncResult) closed = NULL;

      g_test_message ("at %d by %u", until, way);
      fixture_connect (fixture, cancellable, &result);
      go_along (fixture, until);
      g_assert_null (result);
      if (way == 0) {
        g_cancellable_cancel (cancellable);
        fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        g_assert_null (xmpp_session_get_error (fixture->session));
      } else if (way == 1) {
        xmpp_session_close_async (fixture->session, NULL, fake_result_cb, &closed);
        fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_CLOSED);
        g_assert_true (xmpp_session_close_finish (fixture->session, fake_wait (&closed), NULL));
        g_assert_null (xmpp_session_get_error (fixture->session));
      } else if (way == 2) {
        xmpp_session_abort (fixture->session, reason);
        fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
        g_assert_error (xmpp_session_get_error (fixture->session), G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
      } else {
        fake_server_hang_up (fixture->server);
        fixture_assert_connect_error (fixture, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
        g_assert_nonnull (xmpp_session_get_error (fixture->session));
      }
      fixture_assert_states (fixture, "connecting offline ");
      g_assert_cmpint (xmpp_session_get_step (fixture->session), ==, XMPP_STEP_NONE);
      if (way < 3)
        fake_server_expect_hang_up (fixture->server);
      fixture_new_server (fixture);
    }
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 0);
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 0);
  fixture_sign_in (fixture);
  fixture_assert_alive (fixture);
}

/* A new life may begin while what is left of the old one still unwinds. */
static void
test_abort_and_connect (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "asleep");
  g_autoptr (GAsyncResult) first = NULL;

  fixture_connect (fixture, NULL, &first);
  go_along (fixture, UNTIL_SECURE);
  xmpp_session_abort (fixture->session, reason);
  fixture_new_server (fixture);
  g_string_truncate (fixture->states, 0);
  fixture_sign_in (fixture);
  fixture_assert_connect_error (fixture, &first, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
  fixture_assert_alive (fixture);
}

static void
test_wrong_password (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *mechanisms = NULL;

  fake_server_set_password (fixture->server, "wherefore art thou not");
  fixture_connect (fixture, NULL, &result);
  go_along (fixture, UNTIL_SECURE);
  mechanisms = fake_server_mechanisms (fixture->server);
  fake_server_open (fixture->server, mechanisms);
  g_assert_false (fake_server_authenticate (fixture->server));
  fixture_assert_connect_error (fixture, &result, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);
  g_assert_cmpuint (fixture_talk (fixture)->online, ==, 0);
  fake_server_expect_end (fixture->server);
  fake_server_expect_hang_up (fixture->server);
}

static void
test_feature_aborts (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fixture_talk (fixture)->abort_with = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "not here");
  fixture_connect (fixture, NULL, &result);
  fake_server_login (fixture->server, OWN);
  fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  fixture_assert_states (fixture, "connecting offline ");
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);
}

/* Connectors for the next test: what each of them will say, and on which connection the good one connects. */
static int        connector_error;   /* of XMPP_CONNECT_ERROR */
static GIOStream *connector_io;
static guint      connector_calls;

static void
connector_async (const XmppLogin     *login,
                 BaseClock           *clock,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_assert_cmpstr (xmpp_jid_get_text (login->jid), ==, "romeo@montague.example");
  connector_calls++;
  g_task_return_boolean (task, TRUE);
}

static XmppTransport *
connector_bad_finish (GAsyncResult  *result,
                      GError       **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  g_set_error (error, XMPP_CONNECT_ERROR, connector_error, "call %u", connector_calls);
  return NULL;
}

static XmppTransport *
connector_good_finish (GAsyncResult  *result,
                       GError       **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return xmpp_stream_new (connector_io, FALSE);
}

static const XmppConnector bad_connector = { "bad", connector_async, connector_bad_finish };
static const XmppConnector good_connector = { "good", connector_async, connector_good_finish };
static const XmppConnector *const bad_connectors[] = { &bad_connector, &bad_connector, &bad_connector, NULL };
static const XmppConnector *const second_connectors[] = { &bad_connector, &good_connector, NULL };

static void
test_connectors (Fixture       *fixture,
                 gconstpointer  data)
{
  static const struct {
    int      code;
    gboolean next;
  } cases[] = {
    { XMPP_CONNECT_ERROR_LOOKUP, TRUE }, { XMPP_CONNECT_ERROR_NO_SERVICE, TRUE },
    { XMPP_CONNECT_ERROR_UNREACHABLE, TRUE }, { XMPP_CONNECT_ERROR_NAME_UNKNOWN, FALSE },
    { XMPP_CONNECT_ERROR_PROXY, TRUE }, { XMPP_CONNECT_ERROR_TIMEOUT, TRUE },
    { XMPP_CONNECT_ERROR_CERTIFICATE, FALSE },
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, &result);
  fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppSession) all_bad = xmpp_session_new (fixture_features, bad_connectors, fixture->clock);
    g_autoptr (GAsyncResult) failed = NULL;
    g_autoptr (GError) error = NULL;

    connector_error = cases[i].code;
    connector_calls = 0;
    xmpp_session_connect_async (all_bad, fixture->login, NULL, NULL, fake_result_cb, &failed);
    g_assert_false (xmpp_session_connect_finish (all_bad, fake_wait (&failed), &error));
    g_assert_error (error, XMPP_CONNECT_ERROR, cases[i].code);
    g_assert_cmpstr (error->message, ==, "call 1");
    g_assert_cmpuint (connector_calls, ==, cases[i].next ? 3 : 1);
  }

  g_object_unref (fixture->session);
  fixture->session = xmpp_session_new (fixture_features, second_connectors, fixture->clock);
  connector_error = XMPP_CONNECT_ERROR_UNREACHABLE;
  connector_io = fake_server_get_client_io (fixture->server);
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, cancellable, fake_result_cb, &result);
  g_cancellable_cancel (cancellable);
  fixture_assert_connect_error (fixture, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, &result);
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  g_signal_connect (fixture->session, "message", G_CALLBACK (fixture_message_cb), fixture);
  fixture_assert_alive (fixture);
}

static void
test_hang_up (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) one = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GAsyncResult) after = NULL;
  g_autoptr (GAsyncResult) said = NULL;
  g_autoptr (XmppMessage) message = fixture_new_message ("hello?");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) property = NULL;

  fixture_sign_in (fixture);
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &one);
  xmpp_session_iq_async (fixture->session, fixture_new_iq ("capulet.example"), NULL, fake_result_cb, &other);
  fake_server_expect (fixture->server, "<iq type='get'/>");
  fake_server_expect (fixture->server, "<iq type='get'/>");
  fake_server_send (fixture->server, "<message from='" JULIET "'><body>half a sen");
  fake_server_hang_up (fixture->server);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&one), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&other), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_clear_error (&error);

  fixture_assert_states (fixture, "offline ");
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_object_get (fixture->session, "error", &property, NULL);
  g_assert_error (property, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_assert_null (xmpp_session_get_jid (fixture->session));
  g_assert_nonnull (xmpp_session_get_account (fixture->session));
  g_assert_cmpuint (fixture_talk (fixture)->offline, ==, 1);
  g_assert_cmpuint (fixture->messages->len, ==, 0);

  xmpp_session_send (fixture->session, xmpp_node_new ("presence", NS_CLIENT));
  xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &after);
  g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&after), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  xmpp_session_send_message_async (fixture->session, message, NULL, fake_result_cb, &said);
  g_assert_false (xmpp_session_send_message_finish (fixture->session, fake_wait (&said), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GAsyncResult) second = NULL;

  fixture_sign_in (fixture);
  fixture_connect (fixture, NULL, &second);
  fixture_assert_connect_error (fixture, &second, G_IO_ERROR, G_IO_ERROR_PENDING);
  fixture_assert_alive (fixture);

  for (guint life = 2; life < 5; life++) {
    fake_server_hang_up (fixture->server);
    fake_wait_until (fixture_is_offline, fixture, "the end");
    fixture_assert_states (fixture, "offline ");
    g_assert_nonnull (xmpp_session_get_error (fixture->session));
    fixture_new_server (fixture);
    fixture_sign_in (fixture);
    g_assert_null (xmpp_session_get_error (fixture->session));
    g_assert_cmpuint (fixture_talk (fixture)->online, ==, life);
    g_assert_cmpuint (fixture_talk (fixture)->offline, ==, life - 1);
    fixture_assert_alive (fixture);
  }
}

static void
test_stream_error (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct {
    const char *name;
    int         code;
  } cases[] = {
    { "conflict", XMPP_STREAM_ERROR_CONFLICT },
    { "system-shutdown", XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN },
    { "what-is-this", XMPP_STREAM_ERROR_UNDEFINED_CONDITION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GAsyncResult) asked = NULL;
    g_autoptr (GError) error = NULL;

    fixture_sign_in (fixture);
    xmpp_session_iq_async (fixture->session, fixture_new_iq (NULL), NULL, fake_result_cb, &asked);
    fake_server_expect (fixture->server, "<iq type='get'/>");
    fake_server_send (fixture->server, "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                       "</stream:stream>", cases[i].name);
    g_assert_null (xmpp_session_iq_finish (fixture->session, fake_wait (&asked), &error));
    g_assert_error (error, XMPP_STREAM_ERROR, cases[i].code);
    fixture_assert_states (fixture, "offline ");
    g_assert_error (xmpp_session_get_error (fixture->session), XMPP_STREAM_ERROR, cases[i].code);
    fake_server_expect_end (fixture->server);
    fixture_new_server (fixture);
  }
}

static void
test_server_ends (Fixture       *fixture,
                  gconstpointer  data)
{
  fixture_sign_in (fixture);
  fake_server_end (fixture->server);
  fake_wait_until (fixture_is_offline, fixture, "the end");
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  fake_server_expect_end (fixture->server);
  fixture_assert_states (fixture, "offline ");
}

static void
test_junk (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const junk[] = {
    "<message><body></message>", "<!DOCTYPE a>", "<message from='&evil;'/>", "<?xml version='1.0'?><message/>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (junk); i++) {
    g_test_message ("%s", junk[i]);
    fixture_sign_in (fixture);
    fake_server_send (fixture->server, "%s", junk[i]);
    fake_wait_until (fixture_is_offline, fixture, "the end");
    g_assert_true (xmpp_session_get_error (fixture->session)->domain == XMPP_STREAM_ERROR);
    fake_server_expect (fixture->server, "<stream:error/>");
    fake_server_expect_end (fixture->server);
    fixture_assert_states (fixture, "offline ");
    fixture_new_server (fixture);
  }
}

/* One that is only too large is passed over (see test-limits.c); one that does not end is too much. */
static void
test_endless_stanza (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *piece = g_strnfill (1024 * 1024, 'a');

  fixture_sign_in (fixture);
  fake_server_send (fixture->server, "<message from='" JULIET "'><body>");
  for (gsize sent = 0; sent <= XMPP_READER_MAX_SKIPPED; sent += 1024 * 1024)
    fake_server_send (fixture->server, "%s", piece);
  fake_wait_until (fixture_is_offline, fixture, "the end");
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  fake_server_expect (fixture->server, "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                       "</stream:error>");
  g_assert_cmpuint (fixture->messages->len, ==, 0);
  fixture_assert_states (fixture, "offline ");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, chunk, test) \
  g_test_add (path, Fixture, GSIZE_TO_POINTER (chunk), fixture_set_up, test, fixture_tear_down)
  ADD ("/session-ends/give-up", 0, test_give_up);
  ADD ("/session-ends/abort-and-connect", 0, test_abort_and_connect);
  ADD ("/session-ends/wrong-password", 0, test_wrong_password);
  ADD ("/session-ends/feature-aborts", 0, test_feature_aborts);
  ADD ("/session-ends/connectors", 0, test_connectors);
  ADD ("/session-ends/hang-up", 0, test_hang_up);
  ADD ("/session-ends/again", 0, test_again);
  ADD ("/session-ends/stream-error", 0, test_stream_error);
  ADD ("/session-ends/stream-error/bytes", 1, test_stream_error);
  ADD ("/session-ends/server-ends", 0, test_server_ends);
  ADD ("/session-ends/junk", 0, test_junk);
  ADD ("/session-ends/endless-stanza", 0, test_endless_stanza);
#undef ADD
  return g_test_run ();
}
