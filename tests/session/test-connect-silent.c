/* Servers, name servers and proxies that say nothing, at each step on the way to a connection: its time ends it. */

#include "fake-server.h"
#include "mock-network.h"
#include "xmpp-connect.h"
#include "xmpp-error.h"
#include "xmpp-tls.h"

typedef struct {
  XmppLogin    *login;
  BaseClock    *clock;       /* manual */
  GAsyncResult *result;      /* NULL until it is over */
  MockListener *listener;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  mock_network_reset ();
  fixture->login = fake_login ("romeo@montague.example");
  fixture->clock = base_clock_new_manual (0);
  fixture->listener = mock_listener_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  xmpp_login_free (fixture->login);
  base_clock_unref (fixture->clock);
  g_clear_object (&fixture->result);
  mock_listener_free (fixture->listener);
  fake_settle ();
}

static void
begin (Fixture *fixture)
{
  xmpp_connect_tcp.connect_async (fixture->login, fixture->clock, NULL, fake_result_cb, &fixture->result);
}

static void
fall_silent (Fixture    *fixture,
             GTimeSpan   patience,
             const char *beginning)
{
  g_autoptr (GError) error = NULL;

  fake_settle ();
  base_clock_advance (fixture->clock, patience - 1);
  fake_settle ();
  g_assert_null (fixture->result);
  base_clock_advance (fixture->clock, 1);
  g_assert_null (xmpp_connect_tcp.connect_finish (fake_wait (&fixture->result), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT);
  g_assert_true (g_str_has_prefix (error->message, beginning));
}

static void
test_silent_look_up (Fixture       *fixture,
                     gconstpointer  data)
{
  mock_network_hold_srv ("xmpp-client");
  mock_network_hold_srv ("xmpps-client");
  mock_network_hold_name ("montague.example");
  begin (fixture);
  fake_settle ();
  base_clock_advance (fixture->clock, XMPP_CONNECT_LOOKUP_TIMEOUT);
  fall_silent (fixture, XMPP_CONNECT_TCP_TIMEOUT, "Connecting to montague.example");
}

static void
test_silent_name (Fixture       *fixture,
                  gconstpointer  data)
{
  mock_network_hold_name ("montague.example");
  begin (fixture);
  fall_silent (fixture, XMPP_CONNECT_TCP_TIMEOUT, "Connecting to montague.example");
}

static void
test_silent_handshake (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GIOStream) io = NULL;

  fixture->login->host = g_strdup ("127.0.0.1");
  fixture->login->port = fixture->listener->port;
  fixture->login->security = XMPP_SECURITY_DIRECT_TLS;
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  fall_silent (fixture, XMPP_TLS_TIMEOUT, "Connecting to 127.0.0.1");
}

static void
test_silent_proxy (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *uri = g_strdup_printf ("socks5://127.0.0.1:%u", fixture->listener->port);
  g_autoptr (GIOStream) io = NULL;

  mock_network_set_proxies (uri);
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  fall_silent (fixture, XMPP_CONNECT_TCP_TIMEOUT, "Connecting to montague.example");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mock_network_install ();
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/connect-silent/look-up", test_silent_look_up);
  ADD ("/connect-silent/name", test_silent_name);
  ADD ("/connect-silent/handshake", test_silent_handshake);
  ADD ("/connect-silent/proxy", test_silent_proxy);
#undef ADD
  return g_test_run ();
}
