/* Whom a session trusts: certificates that prove nothing, the one that was pinned, and what is shown of the connection.
 *
 * The server is real as far as TCP and TLS go. Each test runs with TLS from the first byte and with STARTTLS; the whole
 * program runs once with all versions of TLS and once without 1.3. */
#include <string.h>

#include "fake-server.h"
#include "mock-network.h"
#include "xmpp-connect.h"
#include "xmpp-ns.h"
#include "xmpp-session.h"

#define OWN "romeo@montague.example/orchard"
#define HOST "mantua.example"
#define WITH_STARTTLS "<starttls xmlns='" NS_TLS "'><required/></starttls>"
#define SELF_SIGNED G_TLS_CERTIFICATE_UNKNOWN_CA

typedef struct {
  XmppSecurity  security;
  BaseClock    *clock;
  MockListener *listener;
  GIOStream    *io;         /* (nullable) the server's end */
  FakeServer   *server;     /* (nullable) */
  XmppLogin    *login;
  XmppSession  *session;
  GAsyncResult *result;     /* (nullable) */
} Fixture;

static const XmppFeature *const no_features[] = { NULL };
static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };

static void
set_up (Fixture       *fixture,
        gconstpointer  security)
{
  mock_network_reset ();
  mock_network_add_name (HOST);
  fixture->security = GPOINTER_TO_INT (security);
  fixture->clock = base_clock_new_manual (0);
  fixture->listener = mock_listener_new ();
  fixture->login = fake_login (OWN);
  fixture->login->host = g_strdup (HOST);
  fixture->login->port = fixture->listener->port;
  fixture->login->security = fixture->security;
  fixture->session = xmpp_session_new (no_features, connectors, fixture->clock);
}

static void
end_life (Fixture *fixture)
{
  xmpp_session_abort (fixture->session, NULL);
  fake_settle ();
  g_clear_object (&fixture->result);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_clear_object (&fixture->io);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  security)
{
  end_life (fixture);
  g_assert_finalize_object (fixture->session);
  xmpp_login_free (fixture->login);
  mock_listener_free (fixture->listener);
  base_clock_unref (fixture->clock);
  fake_settle ();
}

static XmppCertificate *
load (const char           *certificate,
      GTlsCertificateFlags  errors)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pem", FAKE_CERTS_DIR, certificate);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) loaded = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return xmpp_certificate_new (loaded, errors, "montague.example");
}

static void
pin (Fixture              *fixture,
     const char           *certificate,
     GTlsCertificateFlags  errors)
{
  g_free (fixture->login->pin);
  fixture->login->pin = fake_sha256 (certificate);
  fixture->login->pin_errors = errors;
}

/* -- the server's side -- */

static void
begin (Fixture    *fixture,
       const char *certificate)
{
  xmpp_session_connect_async (fixture->session, fixture->login, NULL, NULL, fake_result_cb, &fixture->result);
  fixture->io = mock_listener_wait (fixture->listener);
  fixture->server = fake_server_new_for_io ("montague.example", fixture->io);
  fake_server_set_certificate (fixture->server, certificate);
  fake_server_set_mechanisms (fixture->server, "SCRAM-SHA-256 SCRAM-SHA-256-PLUS");
}

/* Returns whether the client let the handshake come to an end. */
static gboolean
shake_hands (Fixture *fixture)
{
  XmppNode *header;

  if (fixture->security == XMPP_SECURITY_DIRECT_TLS)
    return fake_server_handshake (fixture->server);
  header = fake_server_open (fixture->server, WITH_STARTTLS);
  g_assert_null (xmpp_node_get (header, "from"));
  return fake_server_try_secure (fixture->server, "");
}

static void
play_login (Fixture *fixture)
{
  if (fixture->security == XMPP_SECURITY_DIRECT_TLS)
    g_assert_true (fake_server_handshake (fixture->server));
  fake_server_login (fixture->server, OWN);
}

static void
succeed (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  xmpp_session_connect_finish (fixture->session, fake_wait (&fixture->result), &error);
  g_assert_no_error (error);
}

static void
assert_silence_until_end (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  char rest[64];
  gsize length = 0;

  g_input_stream_read_all_async (g_io_stream_get_input_stream (fixture->io), rest, sizeof rest, G_PRIORITY_DEFAULT,
                                 NULL, fake_result_cb, &result);
  g_input_stream_read_all_finish (g_io_stream_get_input_stream (fixture->io), fake_wait (&result), &length, NULL);
  g_assert_cmpuint (length, ==, 0);
}

/* The client refuses what it is shown, says what it was, and nothing that is XMPP's leaves it any more. */
static XmppCertificate *
assert_refused (Fixture              *fixture,
                const char           *certificate,
                GTlsCertificateFlags  errors)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = fake_sha256 (certificate);
  gboolean done;
  XmppCertificate *shown;

  begin (fixture, certificate);
  done = shake_hands (fixture);
  g_assert_false (xmpp_session_connect_finish (fixture->session, fake_wait (&fixture->result), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_test_message ("%s", error->message);
  shown = xmpp_error_get_certificate (error);
  g_assert_nonnull (shown);
  g_assert_cmpuint (shown->errors, ==, errors);
  g_assert_cmpstr (shown->domain, ==, "montague.example");
  g_assert_cmpstr (shown->sha256, ==, sha256);
  g_assert_true (xmpp_error_get_certificate (xmpp_session_get_error (fixture->session)) == shown);
  g_assert_null (xmpp_session_get_connection (fixture->session));

  if (done) {
    fake_server_expect_hang_up (fixture->server);
    fake_server_expect_nothing (fixture->server);
  } else {
    assert_silence_until_end (fixture);
  }
  g_assert_true (g_queue_is_empty (&fixture->listener->accepted));
  xmpp_certificate_ref (shown);
  end_life (fixture);
  return shown;
}

static void
refuse (Fixture              *fixture,
        const char           *certificate,
        GTlsCertificateFlags  errors)
{
  xmpp_certificate_unref (assert_refused (fixture, certificate, errors));
}

/* -- without a pin -- */

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct {
    const char           *certificate;
    GTlsCertificateFlags  errors;
    const char           *issuer;
    const char           *names;
    const char           *not_before, *not_after;
  } rows[] = {
    { "self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA, "CN=Tests' self-signed server",
      "montague.example capulet.example", "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z" },
    { "wrong-name", G_TLS_CERTIFICATE_BAD_IDENTITY, "CN=Tests' authority",
      "verona.example", "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z" },
    { "expired", G_TLS_CERTIFICATE_EXPIRED, "CN=Tests' authority",
      "montague.example capulet.example", "2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z" },
    { "not-yet-valid", G_TLS_CERTIFICATE_NOT_ACTIVATED, "CN=Tests' authority",
      "montague.example capulet.example", "2098-01-01T00:00:00Z", "2099-12-31T23:59:59Z" },
    { "unknown-ca", G_TLS_CERTIFICATE_UNKNOWN_CA, "CN=Nobody's authority",
      "montague.example capulet.example 192.0.2.1", "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppCertificate) shown = assert_refused (fixture, rows[i].certificate, rows[i].errors);
    g_autofree char *subject = xmpp_certificate_dup_subject (shown);
    g_autofree char *wanted_subject = g_strdup_printf ("CN=Tests' %s server", rows[i].certificate);
    g_autofree char *issuer = xmpp_certificate_dup_issuer (shown);
    g_auto (GStrv) names = xmpp_certificate_dup_names (shown);
    g_autofree char *joined = g_strjoinv (" ", names);
    g_autoptr (GDateTime) not_before = xmpp_certificate_dup_not_before (shown);
    g_autoptr (GDateTime) not_after = xmpp_certificate_dup_not_after (shown);
    g_autofree char *from = g_date_time_format_iso8601 (not_before);
    g_autofree char *to = g_date_time_format_iso8601 (not_after);

    g_assert_cmpstr (subject, ==, wanted_subject);
    g_assert_cmpstr (issuer, ==, rows[i].issuer);
    g_assert_cmpstr (joined, ==, rows[i].names);
    g_assert_cmpstr (from, ==, rows[i].not_before);
    g_assert_cmpstr (to, ==, rows[i].not_after);
  }
}

static void
assert_described (Fixture *fixture)
{
  XmppConnection *connection = xmpp_session_get_connection (fixture->session);
  g_autoptr (XmppConnection) property = NULL;

  g_object_get (fixture->session, "connection", &property, NULL);
  g_assert_nonnull (connection);
  g_assert_true (property == connection);
  g_assert_cmpstr (connection->transport, ==, "tcp");
  g_assert_cmpstr (connection->host, ==, HOST);
  g_assert_cmpuint (connection->port, ==, fixture->listener->port);
  g_assert_cmpint (connection->direct, ==, fixture->security == XMPP_SECURITY_DIRECT_TLS);
  g_assert_false (connection->proxied);
  g_assert_cmpstr (connection->tls_version, ==, g_getenv ("G_TLS_GNUTLS_PRIORITY") != NULL ? "TLS 1.2" : "TLS 1.3");
  g_assert_nonnull (strstr (connection->cipher, "AES_256_GCM_SHA384"));
  g_assert_cmpstr (connection->backend, ==, "GnuTLS");
  g_assert_cmpstr (connection->certificate->domain, ==, "montague.example");
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    user_data)
{
  ++*(guint *) user_data;
}

static void
test_trusted (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *sha256 = fake_sha256 ("good");
  XmppConnection *connection;
  guint notified = 0;

  g_signal_connect (fixture->session, "notify::connection", G_CALLBACK (count_cb), &notified);
  begin (fixture, "good");
  g_assert_null (xmpp_session_get_connection (fixture->session));
  play_login (fixture);
  succeed (fixture);
  assert_described (fixture);
  g_assert_cmpuint (notified, ==, 1);
  connection = xmpp_session_get_connection (fixture->session);
  g_assert_cmpint (connection->found, ==, XMPP_FOUND_BY_HAND);
  g_assert_cmpuint (connection->certificate->errors, ==, 0);
  g_assert_cmpstr (connection->certificate->sha256, ==, sha256);
  g_assert_false (connection->pinned);
  g_assert_cmpstr (connection->mechanism, ==, fake_server_get_mechanism (fixture->server));
  end_life (fixture);
  g_assert_null (xmpp_session_get_connection (fixture->session));
  g_assert_cmpuint (notified, ==, 2);
}

/* -- with a pin -- */

static void
test_pinned (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *sha256 = fake_sha256 ("self-signed");
  XmppConnection *connection;

  pin (fixture, "self-signed", SELF_SIGNED);
  begin (fixture, "self-signed");
  fake_server_set_bindings (fixture->server, "tls-server-end-point");
  play_login (fixture);
  succeed (fixture);
  assert_described (fixture);
  connection = xmpp_session_get_connection (fixture->session);
  g_assert_cmpuint (connection->certificate->errors, ==, SELF_SIGNED);
  g_assert_cmpstr (connection->certificate->sha256, ==, sha256);
  g_assert_true (connection->pinned);
  g_assert_cmpstr (connection->mechanism, ==, "SCRAM-SHA-256-PLUS");
  g_assert_cmpstr (connection->binding, ==, "tls-server-end-point");
}

/* Somebody else may have the best of certificates: it is not the one. */
static void
test_pinned_another (Fixture       *fixture,
                     gconstpointer  data)
{
  pin (fixture, "self-signed", SELF_SIGNED);
  refuse (fixture, "self-signed-other", SELF_SIGNED);
  refuse (fixture, "good", 0);
  refuse (fixture, "expired", G_TLS_CERTIFICATE_EXPIRED);
  fixture->login->pin_errors = G_TLS_CERTIFICATE_VALIDATE_ALL;
  refuse (fixture, "good", 0);
}

/* It is the one, but more is wrong with it than the user was told. */
static void
test_pinned_since_worse (Fixture       *fixture,
                         gconstpointer  data)
{
  pin (fixture, "self-signed-expired", SELF_SIGNED);
  refuse (fixture, "self-signed-expired", SELF_SIGNED | G_TLS_CERTIFICATE_EXPIRED);
  pin (fixture, "expired", 0);
  refuse (fixture, "expired", G_TLS_CERTIFICATE_EXPIRED);
  pin (fixture, "self-signed-expired", SELF_SIGNED | G_TLS_CERTIFICATE_EXPIRED);
  begin (fixture, "self-signed-expired");
  play_login (fixture);
  succeed (fixture);
}

/* The one that is pinned may have become better. */
static void
test_pinned_since_better (Fixture       *fixture,
                          gconstpointer  data)
{
  pin (fixture, "good", SELF_SIGNED);
  begin (fixture, "good");
  play_login (fixture);
  succeed (fixture);
  g_assert_true (xmpp_session_get_connection (fixture->session)->pinned);
}

/* What one login trusted, TLS remembers for the next: the handshake is shorter then, and asks nobody. */
static void
test_resumed (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < 2; i++) {
    pin (fixture, "self-signed", SELF_SIGNED);
    begin (fixture, "self-signed");
    play_login (fixture);
    succeed (fixture);
    end_life (fixture);
  }
  g_clear_pointer (&fixture->login->pin, g_free);
  refuse (fixture, "self-signed", SELF_SIGNED);
  pin (fixture, "self-signed-other", SELF_SIGNED);
  refuse (fixture, "self-signed", SELF_SIGNED);
  pin (fixture, "self-signed", 0);
  refuse (fixture, "self-signed", SELF_SIGNED);
}

/* A later way that fails before it has proven anything does not hide what was refused on an earlier one. */
static void
test_not_hidden (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (MockListener) second = mock_listener_new ();
  g_autoptr (FakeServer) plain = NULL;
  g_autoptr (GIOStream) io = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->login->host, g_free);
  mock_network_add_srv ("xmpps-client", HOST, fixture->listener->port, 1, 0);
  mock_network_add_srv ("xmpp-client", HOST, second->port, 2, 0);
  begin (fixture, "self-signed");
  fake_server_handshake (fixture->server);
  io = mock_listener_wait (second);
  plain = fake_server_new_for_io ("montague.example", io);
  fake_server_open (plain, "<mechanisms xmlns='" NS_SASL "'><mechanism>PLAIN</mechanism></mechanisms>");
  g_assert_false (xmpp_session_connect_finish (fixture->session, fake_wait (&fixture->result), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_assert_nonnull (xmpp_error_get_certificate (error));
  fake_server_expect_end (plain);
  fake_server_expect_nothing (plain);
}

/* The second way proves who it is, and is found by SRV. */
static void
test_second_way (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (MockListener) second = mock_listener_new ();
  g_autoptr (FakeServer) honest = NULL;
  g_autoptr (GIOStream) io = NULL;
  gboolean is_direct = fixture->security == XMPP_SECURITY_DIRECT_TLS;

  g_clear_pointer (&fixture->login->host, g_free);
  mock_network_add_srv ("xmpps-client", HOST, fixture->listener->port, 1, 0);
  mock_network_add_srv (is_direct ? "xmpps-client" : "xmpp-client", HOST, second->port, 2, 0);
  begin (fixture, "expired");
  fake_server_handshake (fixture->server);
  io = mock_listener_wait (second);
  honest = fake_server_new_for_io ("montague.example", io);
  if (is_direct)
    g_assert_true (fake_server_handshake (honest));
  fake_server_login (honest, OWN);
  succeed (fixture);
  g_assert_cmpint (xmpp_session_get_connection (fixture->session)->found, ==, XMPP_FOUND_SRV);
  g_assert_cmpuint (xmpp_session_get_connection (fixture->session)->port, ==, second->port);
  g_assert_cmpint (xmpp_session_get_connection (fixture->session)->direct, ==, is_direct);
}

/* -- certificates as such -- */

static void
test_decision (void)
{
  const GTlsCertificateFlags unknown = G_TLS_CERTIFICATE_UNKNOWN_CA, expired = G_TLS_CERTIFICATE_EXPIRED;
  g_autofree char *own = fake_sha256 ("self-signed");
  g_autofree char *other = fake_sha256 ("self-signed-other");
  g_autofree char *shouted = g_ascii_strup (own, -1);
  g_autofree char *cut = g_strndup (own, 63);
  const struct {
    GTlsCertificateFlags  errors;
    const char           *pin;
    GTlsCertificateFlags  pin_errors;
    gboolean              trusted;
  } rows[] = {
    { 0, NULL, 0, TRUE },
    { unknown, NULL, 0, FALSE },
    { unknown, NULL, unknown, FALSE },
    { unknown, own, unknown, TRUE },
    { 0, own, 0, TRUE },
    { 0, own, unknown, TRUE },
    { unknown, own, 0, FALSE },
    { unknown, own, expired, FALSE },
    { unknown | expired, own, unknown, FALSE },
    { unknown | expired, own, unknown | expired, TRUE },
    { unknown, other, unknown, FALSE },
    { 0, other, unknown, FALSE },
    { unknown, "", unknown, FALSE },
    { 0, "", 0, FALSE },
    { unknown, cut, unknown, FALSE },
    { unknown, shouted, unknown, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (XmppCertificate) certificate = load ("self-signed", rows[i].errors);

    g_test_message ("row %zu", i);
    g_assert_cmpint (xmpp_certificate_may_be_trusted (certificate, rows[i].pin, rows[i].pin_errors), ==,
                     rows[i].trusted);
  }
}

static void
test_hostile_text (void)
{
  g_autoptr (XmppCertificate) certificate = load ("hostile", SELF_SIGNED);
  g_autofree char *subject = xmpp_certificate_dup_subject (certificate);
  g_autofree char *issuer = xmpp_certificate_dup_issuer (certificate);
  g_auto (GStrv) names = xmpp_certificate_dup_names (certificate);

  g_assert_cmpstr (subject, ==, "CN=RomeooediloF");
  g_assert_cmpstr (issuer, ==, "CN=RomeooediloF");
  g_assert_cmpuint (g_strv_length (names), ==, 100);
  g_assert_cmpstr (names[0], ==, "montague.example\357\277\275.test");
  g_assert_cmpstr (names[1], ==, "n100.verona.test");
}

/* What a certificate error carries is not lost on the way to whoever shows it, and others carry nothing. */
static void
test_error (void)
{
  g_autoptr (XmppCertificate) certificate = load ("self-signed", SELF_SIGNED);
  GError *error = xmpp_error_new_certificate (certificate, "bad");
  GError *taken = NULL;
  g_autoptr (GError) copy = NULL;
  g_autoptr (GError) other = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "none shown");
  g_autoptr (GError) other_copy = g_error_copy (other);
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "foreign");

  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_prefix_error (&error, "very ");
  g_propagate_error (&taken, error);
  copy = g_error_copy (taken);
  g_assert_cmpstr (copy->message, ==, "very bad");
  g_assert_true (xmpp_error_get_certificate (taken) == certificate);
  g_error_free (taken);
  g_assert_true (xmpp_error_get_certificate (copy) == certificate);
  g_assert_cmpuint (xmpp_error_get_certificate (copy)->errors, ==, SELF_SIGNED);

  g_assert_null (xmpp_error_get_certificate (NULL));
  g_assert_null (xmpp_error_get_certificate (other));
  g_assert_null (xmpp_error_get_certificate (other_copy));
  g_assert_null (xmpp_error_get_certificate (foreign));
}

static void
add (const char  *path,
     void       (*test) (Fixture *fixture, gconstpointer data))
{
  static const char *const names[] = {
    [XMPP_SECURITY_STARTTLS] = "starttls", [XMPP_SECURITY_DIRECT_TLS] = "direct",
  };

  for (int security = XMPP_SECURITY_STARTTLS; security <= XMPP_SECURITY_DIRECT_TLS; security++) {
    g_autofree char *whole = g_strconcat (path, "/", names[security], NULL);

    g_test_add (whole, Fixture, GINT_TO_POINTER (security), set_up, test, tear_down);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mock_network_install ();
  add ("/certificate/refused", test_refused);
  add ("/certificate/trusted", test_trusted);
  add ("/certificate/pinned", test_pinned);
  add ("/certificate/pinned/another", test_pinned_another);
  add ("/certificate/pinned/since-worse", test_pinned_since_worse);
  add ("/certificate/pinned/since-better", test_pinned_since_better);
  add ("/certificate/resumed", test_resumed);
  add ("/certificate/not-hidden", test_not_hidden);
  add ("/certificate/second-way", test_second_way);
  g_test_add_func ("/certificate/decision", test_decision);
  g_test_add_func ("/certificate/hostile-text", test_hostile_text);
  g_test_add_func ("/certificate/error", test_error);
  return g_test_run ();
}
