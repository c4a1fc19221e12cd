/* Reaching a server: SRV records of every kind, dead servers before living ones, direct TLS, proxies, manual hosts. */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "fake-server.h"
#include "mock-network.h"
#include "xmpp-connect.h"
#include "xmpp-error.h"

typedef struct {
  XmppLogin    *login;
  BaseClock    *clock;       /* manual */
  GCancellable *cancellable;
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
  fixture->cancellable = g_cancellable_new ();
  fixture->listener = mock_listener_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  xmpp_login_free (fixture->login);
  base_clock_unref (fixture->clock);
  g_object_unref (fixture->cancellable);
  g_clear_object (&fixture->result);
  mock_listener_free (fixture->listener);
  fake_settle ();
}

static void
begin (Fixture *fixture)
{
  xmpp_connect_tcp.connect_async (fixture->login, fixture->clock, fixture->cancellable, fake_result_cb,
                                  &fixture->result);
}

static XmppTransport *
succeed (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  XmppTransport *transport = xmpp_connect_tcp.connect_finish (fake_wait (&fixture->result), &error);

  g_assert_no_error (error);
  g_assert_nonnull (transport);
  return transport;
}

static void
fail (Fixture    *fixture,
      GQuark      domain,
      int         code,
      const char *beginning)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_connect_tcp.connect_finish (fake_wait (&fixture->result), &error));
  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  if (beginning != NULL)
    g_assert_true (g_str_has_prefix (error->message, beginning));
}

/* -- SRV -- */

static void
test_srv (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;

  mock_network_add_srv ("xmpp-client", "xmpp.montague.example", fixture->listener->port, 5, 0);
  mock_network_add_name ("xmpp.montague.example");
  begin (fixture);
  g_assert_null (fixture->result);
  io = mock_listener_wait (fixture->listener);
  transport = succeed (fixture);
  g_assert_false (transport->klass->is_secure (transport));
  g_assert_cmpstr (mock_network_get_proxy_uri (), ==, "xmpp-client://montague.example:5222");
  g_assert_nonnull (strstr (mock_network_get_asked (), "_xmpp-client._tcp.montague.example "));
  g_assert_nonnull (strstr (mock_network_get_asked (), "_xmpps-client._tcp.montague.example "));
}

static void
test_unicode_domain (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@bücher.example", NULL);

  xmpp_jid_unref (fixture->login->jid);
  fixture->login->jid = g_steal_pointer (&jid);
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, "Connecting to xn--bcher-kva.example, port 5222");
  g_assert_nonnull (strstr (mock_network_get_asked (), "_xmpp-client._tcp.xn--bcher-kva.example "));
}

static void
test_no_record (Fixture       *fixture,
                gconstpointer  data)
{
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, "Connecting to montague.example, port 5222");
  g_assert_nonnull (strstr (mock_network_get_asked (), " montague.example "));
}

/* No fall-back to the bare domain where any record exists. */
static void
test_no_fall_back (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct {
    const char      *plain;    /* "none", "root", "fail", "dead" */
    const char      *direct;
    XmppConnectError code;
    const char      *beginning;
  } rows[] = {
    { "root", "none", XMPP_CONNECT_ERROR_NO_SERVICE, "Looking up montague.example" },
    { "none", "root", XMPP_CONNECT_ERROR_NO_SERVICE, "Looking up montague.example" },
    { "root", "root", XMPP_CONNECT_ERROR_NO_SERVICE, "Looking up montague.example" },
    { "root", "fail", XMPP_CONNECT_ERROR_LOOKUP, "Looking up montague.example" },
    { "dead", "none", XMPP_CONNECT_ERROR_UNREACHABLE, "Connecting to dead.example" },
    { "fail", "dead", XMPP_CONNECT_ERROR_UNREACHABLE, "Connecting to dead.example" },
    { "dead", "root", XMPP_CONNECT_ERROR_UNREACHABLE, "Connecting to dead.example" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const struct {
      const char *service;
      const char *kind;
    } services[] = { { "xmpp-client", rows[i].plain }, { "xmpps-client", rows[i].direct } };

    mock_network_reset ();
    mock_network_add_name ("montague.example");
    mock_network_add_name ("dead.example");
    for (gsize j = 0; j < G_N_ELEMENTS (services); j++) {
      if (g_str_equal (services[j].kind, "root"))
        mock_network_add_srv (services[j].service, "", 0, 0, 0);
      else if (g_str_equal (services[j].kind, "fail"))
        mock_network_fail_srv (services[j].service);
      else if (g_str_equal (services[j].kind, "dead"))
        mock_network_add_srv (services[j].service, "dead.example", mock_closed_port (), 0, 0);
    }
    begin (fixture);
    fail (fixture, XMPP_CONNECT_ERROR, (int) rows[i].code, rows[i].beginning);
    g_assert_null (strstr (mock_network_get_asked (), " montague.example "));
    g_clear_object (&fixture->result);
  }
}

/* Where nobody says whether there is a record, the bare domain is tried. */
static void
test_no_answer (Fixture       *fixture,
                gconstpointer  data)
{
  for (guint failing = 1; failing < 4; failing++) {
    mock_network_reset ();
    if ((failing & 1) != 0)
      mock_network_fail_srv ("xmpp-client");
    if ((failing & 2) != 0)
      mock_network_fail_srv ("xmpps-client");
    begin (fixture);
    fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, "Connecting to montague.example, port 5222");
    g_clear_object (&fixture->result);
  }
}

static void
test_dead_first (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;

  mock_network_add_srv ("xmpp-client", "alive.example", fixture->listener->port, 10, 0);
  mock_network_add_srv ("xmpp-client", "unknown.example", 5222, 1, 0);
  mock_network_add_srv ("xmpps-client", "dead.example", mock_closed_port (), 5, 0);
  mock_network_add_name ("dead.example");
  mock_network_add_name ("alive.example");
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  transport = succeed (fixture);
  g_assert_nonnull (strstr (mock_network_get_asked (), "unknown.example "));
  g_assert_nonnull (strstr (mock_network_get_asked (), "dead.example "));
}

/* -- direct TLS -- */

static gboolean
play_handshake (Fixture     *fixture,
                const char  *certificate,
                FakeServer **server)
{
  g_autoptr (GIOStream) io = mock_listener_wait (fixture->listener);

  *server = fake_server_new_for_io ("montague.example", io);
  fake_server_set_certificate (*server, certificate);
  return fake_server_handshake (*server);
}

static void
test_direct (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (FakeServer) server = NULL;
  GTlsConnection *tls;

  mock_network_add_srv ("xmpps-client", "verona.example", fixture->listener->port, 5, 0);
  mock_network_add_srv ("xmpp-client", "verona.example", mock_closed_port (), 10, 0);
  mock_network_add_name ("verona.example");
  begin (fixture);
  g_assert_true (play_handshake (fixture, "good", &server));
  transport = succeed (fixture);
  g_assert_true (transport->klass->is_secure (transport));
  tls = transport->klass->get_tls (transport);
  g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (tls), ==, "xmpp-client");
}

/* A certificate for the SRV record's target is none for the account's domain. The next one is tried; if none proves the
 * domain, that is what is told, whatever else went wrong. */
static void
test_direct_wrong_name (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (FakeServer) server = NULL;

  mock_network_add_srv ("xmpps-client", "verona.example", fixture->listener->port, 5, 0);
  mock_network_add_srv ("xmpp-client", "verona.example", mock_closed_port (), 10, 0);
  mock_network_add_name ("verona.example");
  begin (fixture);
  play_handshake (fixture, "wrong-name", &server);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "Certificate");
}

static void
test_direct_then_plain (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (MockListener) plain = mock_listener_new ();
  g_autoptr (FakeServer) server = NULL;
  g_autoptr (GIOStream) io = NULL;

  mock_network_add_srv ("xmpps-client", "verona.example", fixture->listener->port, 5, 0);
  mock_network_add_srv ("xmpp-client", "verona.example", plain->port, 10, 0);
  mock_network_add_name ("verona.example");
  begin (fixture);
  play_handshake (fixture, "expired", &server);
  io = mock_listener_wait (plain);
  transport = succeed (fixture);
  g_assert_false (transport->klass->is_secure (transport));
}

static void
test_direct_no_tls (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GIOStream) io = NULL;

  mock_network_add_srv ("xmpps-client", "verona.example", fixture->listener->port, 5, 0);
  mock_network_add_name ("verona.example");
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  g_output_stream_write_all (g_io_stream_get_output_stream (io), "<stream:stream>", 15, NULL, NULL, NULL);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS");
}

/* -- a host by hand -- */

static void
test_manual (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;

  mock_network_add_name ("mantua.example");
  fixture->login->host = g_strdup ("mantua.example");
  fixture->login->port = fixture->listener->port;
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  transport = succeed (fixture);
  g_assert_null (strstr (mock_network_get_asked (), "_tcp"));
  g_assert_false (transport->klass->is_secure (transport));
}

static void
test_manual_direct (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (FakeServer) server = NULL;

  fixture->login->host = g_strdup ("127.0.0.1");
  fixture->login->port = fixture->listener->port;
  fixture->login->security = XMPP_SECURITY_DIRECT_TLS;
  begin (fixture);
  g_assert_true (play_handshake (fixture, "good", &server));
  transport = succeed (fixture);
  g_assert_true (transport->klass->is_secure (transport));
}

static void
test_manual_ports (Fixture       *fixture,
                   gconstpointer  data)
{
  fixture->login->host = g_strdup ("::1");
  mock_network_set_proxies (NULL);
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY, "Asking for the proxy");
  g_assert_cmpstr (mock_network_get_proxy_uri (), ==, "xmpp-client://[::1]:5222");
  g_clear_object (&fixture->result);

  fixture->login->security = XMPP_SECURITY_DIRECT_TLS;
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY, NULL);
  g_assert_cmpstr (mock_network_get_proxy_uri (), ==, "xmpp-client://[::1]:5223");
  g_clear_object (&fixture->result);

  /* Whoever types an IPv6 address may have learnt to put it in brackets. */
  g_free (fixture->login->host);
  fixture->login->host = g_strdup ("[::1]");
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY, NULL);
  g_assert_cmpstr (mock_network_get_proxy_uri (), ==, "xmpp-client://[::1]:5223");
}

static void
test_nodelay (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (FakeServer) server = NULL;
  g_autoptr (GIOStream) base = NULL;
  int nodelay = 0;

  fixture->login->host = g_strdup ("127.0.0.1");
  fixture->login->port = fixture->listener->port;
  fixture->login->security = XMPP_SECURITY_DIRECT_TLS;
  begin (fixture);
  g_assert_true (play_handshake (fixture, "good", &server));
  transport = succeed (fixture);
  g_object_get (transport->klass->get_tls (transport), "base-io-stream", &base, NULL);
  g_assert_true (g_socket_get_option (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), IPPROTO_TCP,
                                      TCP_NODELAY, &nodelay, NULL));
  g_assert_cmpint (nodelay, !=, 0);
}

/* -- proxies -- */

static void
read_exactly (GIOStream *io,
              guint8    *bytes,
              gsize      length)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gsize read = 0;

  g_input_stream_read_all_async (g_io_stream_get_input_stream (io), bytes, length, G_PRIORITY_DEFAULT, NULL,
                                 fake_result_cb, &result);
  g_input_stream_read_all_finish (g_io_stream_get_input_stream (io), fake_wait (&result), &read, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read, ==, length);
}

static void
write_exactly (GIOStream    *io,
               const guint8 *bytes,
               gsize         length)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (io), bytes, length, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* SOCKS 5 (RFC 1928): the name goes to the proxy, and nothing is looked up here. */
static void
test_proxy (Fixture       *fixture,
            gconstpointer  data)
{
  static const guint8 no_login[] = { 5, 0 };
  static const guint8 granted[] = { 5, 0, 0, 1, 127, 0, 0, 1, 0, 1 };
  g_autofree char *proxies = g_strdup_printf ("socks4://127.0.0.1:1 socks5://127.0.0.1:%u direct://",
                                              fixture->listener->port);
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;
  guint8 bytes[64] = { 0 };

  mock_network_set_proxies (proxies);
  mock_network_add_srv ("xmpp-client", "verona.example", fixture->listener->port, 5, 0);
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  read_exactly (io, bytes, 2);
  g_assert_cmpuint (bytes[0], ==, 5);
  read_exactly (io, bytes, bytes[1]);
  write_exactly (io, no_login, sizeof no_login);
  read_exactly (io, bytes, 5);
  g_assert_cmpuint (bytes[3], ==, 3);
  g_assert_cmpuint (bytes[4], ==, strlen ("montague.example"));
  read_exactly (io, bytes, strlen ("montague.example") + 2);
  g_assert_cmpmem (bytes, strlen ("montague.example"), "montague.example", strlen ("montague.example"));
  g_assert_cmpuint (bytes[16] * 256u + bytes[17], ==, 5222);
  write_exactly (io, granted, sizeof granted);
  transport = succeed (fixture);
  g_assert_cmpstr (mock_network_get_asked (), ==, "");
}

static void
test_dead_proxy (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *proxies = g_strdup_printf ("socks://127.0.0.1:%u direct://", mock_closed_port ());

  mock_network_set_proxies (proxies);
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY, "Connecting to montague.example");
  g_assert_cmpstr (mock_network_get_asked (), ==, "");
}

static void
test_old_proxy (Fixture       *fixture,
                gconstpointer  data)
{
  mock_network_set_proxies ("socks4://127.0.0.1:1080");
  begin (fixture);
  fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY, "Connecting to montague.example");
  g_assert_cmpstr (mock_network_get_asked (), ==, "");
}

/* -- cancelled at each step -- */

static void
test_cancel_at_once (Fixture       *fixture,
                     gconstpointer  data)
{
  begin (fixture);
  g_cancellable_cancel (fixture->cancellable);
  fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
}

static void
test_cancel_look_up (Fixture       *fixture,
                     gconstpointer  data)
{
  mock_network_hold_srv ("xmpp-client");
  begin (fixture);
  fake_settle ();
  g_assert_nonnull (strstr (mock_network_get_asked (), "_xmpp-client._tcp.montague.example "));
  g_cancellable_cancel (fixture->cancellable);
  fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
}

static void
test_cancel_handshake (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GIOStream) io = NULL;

  fixture->login->host = g_strdup ("127.0.0.1");
  fixture->login->port = fixture->listener->port;
  fixture->login->security = XMPP_SECURITY_DIRECT_TLS;
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  fake_settle ();
  g_assert_null (fixture->result);
  g_cancellable_cancel (fixture->cancellable);
  fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
}

static void
test_cancel_proxy (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *proxies = g_strdup_printf ("socks5://127.0.0.1:%u", fixture->listener->port);
  g_autoptr (GIOStream) io = NULL;

  mock_network_set_proxies (proxies);
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  fake_settle ();
  g_cancellable_cancel (fixture->cancellable);
  fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
}

/* -- where the server would rather be met -- */

static void
test_location (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;

  fixture->login->location = g_strdup_printf ("node7.example:%u", fixture->listener->port);
  mock_network_add_name ("node7.example");
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  transport = succeed (fixture);
  g_assert_false (transport->klass->is_secure (transport));
  g_assert_null (strstr (mock_network_get_asked (), "montague.example"));
}

/* Nobody there, no such place, or no place at all: the usual way. */
static void
test_location_in_vain (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *closed = g_strdup_printf ("node7.example:%u", mock_closed_port ());
  const char *const places[] = { closed, "nowhere.example:5222", "node 7", "[:", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (XmppTransport) transport = NULL;
    g_autoptr (GIOStream) io = NULL;

    mock_network_reset ();
    mock_network_add_name ("node7.example");
    mock_network_add_srv ("xmpp-client", "xmpp.montague.example", fixture->listener->port, 5, 0);
    mock_network_add_name ("xmpp.montague.example");
    g_free (fixture->login->location);
    fixture->login->location = g_strdup (places[i]);
    begin (fixture);
    io = mock_listener_wait (fixture->listener);
    transport = succeed (fixture);
    g_clear_object (&fixture->result);
  }
}

/* A host that was named by hand is the way. */
static void
test_location_by_hand (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (XmppTransport) transport = NULL;
  g_autoptr (GIOStream) io = NULL;

  fixture->login->location = g_strdup_printf ("node7.example:%u", mock_closed_port ());
  mock_network_add_name ("node7.example");
  mock_network_add_name ("by-hand.example");
  fixture->login->host = g_strdup ("by-hand.example");
  fixture->login->port = fixture->listener->port;
  begin (fixture);
  io = mock_listener_wait (fixture->listener);
  transport = succeed (fixture);
  g_assert_null (strstr (mock_network_get_asked (), "node7.example"));
}

static void
add (const char  *path,
     void       (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mock_network_install ();
  add ("/connect/srv", test_srv);
  add ("/connect/unicode-domain", test_unicode_domain);
  add ("/connect/no-record", test_no_record);
  add ("/connect/no-fall-back", test_no_fall_back);
  add ("/connect/no-answer", test_no_answer);
  add ("/connect/dead-first", test_dead_first);
  add ("/connect/direct", test_direct);
  add ("/connect/direct-wrong-name", test_direct_wrong_name);
  add ("/connect/direct-then-plain", test_direct_then_plain);
  add ("/connect/direct-no-tls", test_direct_no_tls);
  add ("/connect/manual", test_manual);
  add ("/connect/manual-direct", test_manual_direct);
  add ("/connect/manual-ports", test_manual_ports);
  add ("/connect/nodelay", test_nodelay);
  add ("/connect/proxy", test_proxy);
  add ("/connect/dead-proxy", test_dead_proxy);
  add ("/connect/old-proxy", test_old_proxy);
  add ("/connect/cancel-at-once", test_cancel_at_once);
  add ("/connect/cancel-look-up", test_cancel_look_up);
  add ("/connect/cancel-handshake", test_cancel_handshake);
  add ("/connect/cancel-proxy", test_cancel_proxy);
  add ("/connect/location", test_location);
  add ("/connect/location-in-vain", test_location_in_vain);
  add ("/connect/location-by-hand", test_location_by_hand);
  return g_test_run ();
}
