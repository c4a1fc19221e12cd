/* Servers that send us elsewhere (RFC 6120 §4.9.3.19): followed when they have proven who they are, to who proves the
 * same, and not for ever. */

#include "session-fixture.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stream.h"

#define ELSEWHERE(host) \
  "<stream:error><see-other-host xmlns='" NS_STREAMS "'>" host "</see-other-host></stream:error></stream:stream>"
#define WITH_STARTTLS "<starttls xmlns='" NS_TLS "'/>"

/* A connector has no data of its own: what it reaches, and where it was to go. */
static GIOStream *next_io;
static GString *asked;   /* "-" without a location, each with a space behind */

static void
connector_async (const XmppLogin     *login,
                 BaseClock           *clock,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_string_append_printf (asked, "%s ", login->location != NULL ? login->location : "-");
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

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_set_up (fixture, NULL);
  g_object_unref (fixture->session);
  fixture->session = xmpp_session_new (fixture_features, connectors, fixture->clock);
  g_signal_connect (fixture->session, "message", G_CALLBACK (fixture_message_cb), fixture);
  next_io = fake_server_get_client_io (fixture->server);
  asked = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fixture_tear_down (fixture, data);
  g_string_free (asked, TRUE);
}

static void
begin (Fixture       *fixture,
       GAsyncResult **result)
{
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, result);
}

static void
assert_asked (const char *expected)
{
  g_assert_cmpstr (asked->str, ==, expected);
  g_string_truncate (asked, 0);
}

/* The server that the next attempt reaches; the one of before stays open as long as the test has it. */
static FakeServer *
take_server (Fixture *fixture)
{
  FakeServer *before = g_steal_pointer (&fixture->server);

  fixture->server = fake_server_new ("montague.example");
  next_io = fake_server_get_client_io (fixture->server);
  return before;
}

static void
sign_in (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (fixture, &result);
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  fixture_assert_alive (fixture);
}

/* Who has proven nothing may say so, but is not believed. */
static void
test_before_tls (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (fixture, &result);
  fake_server_expect (fixture->server, "<stream:stream/>");
  fake_server_send (fixture->server,
                    "<stream:stream xmlns='jabber:client' xmlns:stream='" NS_STREAM "' version='1.0' id='s1'>%s",
                    ELSEWHERE ("evil.example:5222"));
  fixture_assert_connect_error (fixture, &result, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
  fake_server_expect_hang_up (fixture->server);
  assert_asked ("- ");

  fake_server_free (take_server (fixture));
  sign_in (fixture);
  assert_asked ("- ");
}

/* Over TLS it is followed, without a word to the user; there the certificate has to be for the same domain. */
static void
test_over_tls (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (FakeServer) first = NULL;
  g_autoptr (FakeServer) stranger = NULL;

  begin (fixture, &result);
  fake_server_open (fixture->server, WITH_STARTTLS);
  fake_server_secure (fixture->server);
  fake_server_expect (fixture->server, "<stream:stream/>");
  first = take_server (fixture);
  fake_server_set_certificate (fixture->server, "wrong-name");
  fake_server_send (first, "<stream:stream xmlns='jabber:client' xmlns:stream='" NS_STREAM "' version='1.0' id='s2'>%s",
                    ELSEWHERE ("node7.evil.example:5299"));
  fake_server_open (fixture->server, WITH_STARTTLS);
  assert_asked ("- node7.evil.example:5299 ");
  stranger = take_server (fixture);
  fake_server_try_secure (stranger, "");

  /* Nobody we know is there: back to the domain itself. */
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), NULL));
  assert_asked ("- ");
  fixture_assert_alive (fixture);
}

/* Six servers that each send us to the next: five are gone to. */
static void
test_in_circles (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (fixture, &result);
  for (guint i = 0; i < 6; i++) {
    g_autoptr (FakeServer) server = NULL;

    fake_server_open (fixture->server, WITH_STARTTLS);
    fake_server_secure (fixture->server);
    fake_server_expect (fixture->server, "<stream:stream/>");
    server = take_server (fixture);
    fake_server_send (server,
                      "<stream:stream xmlns='jabber:client' xmlns:stream='" NS_STREAM "' version='1.0' id='s2'>%s",
                      ELSEWHERE ("a.montague.example"));
    fake_server_expect_hang_up (server);
  }
  fixture_assert_connect_error (fixture, &result, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
  assert_asked ("- a.montague.example a.montague.example a.montague.example a.montague.example a.montague.example ");
}

/* Whoever names a host by hand is told, and decides. */
static void
test_by_hand (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fixture->login->host = g_strdup ("xmpp.montague.example");
  begin (fixture, &result);
  fake_server_open (fixture->server, WITH_STARTTLS);
  fake_server_secure (fixture->server);
  fake_server_expect (fixture->server, "<stream:stream/>");
  fake_server_send (fixture->server,
                    "<stream:stream xmlns='jabber:client' xmlns:stream='" NS_STREAM "' version='1.0' id='s2'>%s",
                    ELSEWHERE ("a.montague.example"));
  fixture_assert_connect_error (fixture, &result, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
  assert_asked ("- ");
}

/* Once online: the next attempt goes there, five times in a row, and then to the domain again. */
static void
test_online (Fixture       *fixture,
             gconstpointer  data)
{
  for (guint i = 0; i < 8; i++) {
    g_autoptr (FakeServer) before = NULL;

    sign_in (fixture);
    assert_asked (i == 0 || i == 6 || i == 7 ? "- " : "[2001:db8::7]:5299 ");
    fake_server_send (fixture->server, ELSEWHERE ("[2001:db8::7]:5299"));
    fake_wait_until (fixture_is_offline, fixture, "the end");
    g_assert_error (xmpp_session_get_error (fixture->session), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
    fake_server_expect_hang_up (fixture->server);
    before = take_server (fixture);
  }

  /* Something else in between, and it is as at first. */
  sign_in (fixture);
  fake_server_hang_up (fixture->server);
  fake_wait_until (fixture_is_offline, fixture, "the end");
  fake_server_free (take_server (fixture));
  sign_in (fixture);
  fake_server_send (fixture->server, ELSEWHERE ("b.montague.example"));
  fake_wait_until (fixture_is_offline, fixture, "the end");
  fake_server_free (take_server (fixture));
  g_string_truncate (asked, 0);
  sign_in (fixture);
  assert_asked ("b.montague.example ");
}

/* What is no place is none. */
static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *endless = g_strnfill (400, 'a');
  const char *const places[] = { "", endless };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (XmppNode) node = xmpp_node_new ("error", NS_STREAM);
    g_autoptr (GError) error = NULL;

    xmpp_node_add_text (node, "see-other-host", NS_STREAMS, places[i]);
    error = xmpp_error_from_stream_node (node);
    g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
    g_assert_null (xmpp_error_get_other_host (error));
  }
  g_assert_null (xmpp_error_get_other_host (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/redirect/before-tls", test_before_tls);
  ADD ("/redirect/over-tls", test_over_tls);
  ADD ("/redirect/in-circles", test_in_circles);
  ADD ("/redirect/by-hand", test_by_hand);
  ADD ("/redirect/online", test_online);
  ADD ("/redirect/nonsense", test_nonsense);
#undef ADD
  return g_test_run ();
}
