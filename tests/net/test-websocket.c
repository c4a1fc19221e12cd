/* How a WebSocket is found, and what is not connected to. */
#include "net-fixture.h"
#include "net-host-meta.h"
#include "xmpp-error.h"

static void
assert_refused (Fixture *self, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_connect (self, &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, code);
}

static void
assert_reached (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  fixture_connect (self, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->transport);
  g_assert_cmpstr (self->transport->klass->name, ==, "websocket");
  g_assert_true (self->transport->klass->is_secure (self->transport));
  g_assert_null (self->transport->klass->get_tls (self->transport));
}

static void
test_found_by_xrd (Fixture *self, gconstpointer data)
{
  self->jrd = "{\"links\":[{\"rel\":\"urn:xmpp:alt-connections:websocket\",\"href\":\"wss://montague.example/mute\"}]}";
  assert_reached (self);
  g_assert_cmpuint (self->requests, ==, 1);
  g_assert_nonnull (strstr (self->headers, "Sec-WebSocket-Protocol: xmpp\n"));
  g_assert_null (strstr (self->headers, "Sec-WebSocket-Extensions"));
  g_assert_null (strstr (self->headers, "User-Agent"));
  g_assert_null (strstr (self->headers, "Origin"));
}

static void
test_found_by_jrd (Fixture *self, gconstpointer data)
{
  self->jrd = "{\"links\":[{\"rel\":\"urn:xmpp:alt-connections:websocket\",\"href\":\"wss://montague.example/ws\"}]}";
  self->xrd = ((const FixtureCase *) data)->document;
  assert_reached (self);
  g_assert_cmpuint (self->requests, ==, 2);
}

static void
test_nothing_found (Fixture *self, gconstpointer data)
{
  self->xrd = ((const FixtureCase *) data)->document;
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_cmpuint (self->requests, ==, 2);
  g_assert_null (self->peer);
}

static void
test_too_long (Fixture *self, gconstpointer data)
{
  g_autofree char *space = g_strnfill (NET_HOST_META_MAX, ' ');
  g_autofree char *long_xrd = g_strconcat (FIXTURE_LINK ("/ws"), space, NULL);

  self->xrd = long_xrd;
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_null (self->peer);
}

static void
test_wrong_status (Fixture *self, gconstpointer data)
{
  self->status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
}

static void
test_redirected (Fixture *self, gconstpointer data)
{
  self->location = "/moved/host-meta";
  assert_reached (self);
  g_assert_cmpuint (self->requests, ==, 2);
}

static void
test_redirected_to_http (Fixture *self, gconstpointer data)
{
  self->location = "http://montague.example/.well-known/host-meta";
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_cmpuint (self->requests, ==, 2);
  g_assert_cmpuint (self->connections, <=, 2);
}

static void
test_redirected_in_circles (Fixture *self, gconstpointer data)
{
  self->location = "https://montague.example/.well-known/host-meta";
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_cmpuint (self->requests, <=, 8);
}

/* Nobody but the domain itself says where else it is. */
static void
test_unproven_announcement (Fixture *self, gconstpointer data)
{
  assert_refused (self, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_cmpuint (self->connections, >, 0);
  g_assert_cmpuint (self->requests, ==, 0);
}

static void
test_unproven_socket (Fixture *self, gconstpointer data)
{
  self->xrd = "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://verona.example/ws'/></XRD>";
  assert_refused (self, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_assert_null (self->peer);
}

/* The certificate that was refused is told, and nothing of XMPP was said to whoever has it. */
static void
assert_certificate_refused (Fixture *self, const char *sha256, GTlsCertificateFlags errors)
{
  g_autoptr (GError) error = NULL;
  XmppCertificate *shown;

  self->xrd = FIXTURE_OTHER_LINK;
  g_assert_null (fixture_connect (self, &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  shown = xmpp_error_get_certificate (error);
  g_assert_nonnull (shown);
  g_assert_cmpuint (shown->errors, ==, errors);
  g_assert_cmpstr (shown->domain, ==, "ws.montague.example");
  g_assert_cmpstr (shown->sha256, ==, sha256);
  fake_settle ();
  g_assert_true (g_queue_is_empty (&self->heard));
}

/* The pin of the account is for the WebSocket's host too, whatever the domain's web server has. */
static void
test_pinned (Fixture *self, gconstpointer data)
{
  g_autofree char *sha256 = fake_sha256 ("self-signed");
  g_autoptr (XmppConnection) connection = NULL;

  self->pin = sha256;
  self->pin_errors = G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY;
  self->xrd = FIXTURE_OTHER_LINK;
  assert_reached (self);
  connection = self->transport->klass->describe (self->transport);
  g_assert_cmpstr (connection->host, ==, "ws.montague.example");
  g_assert_true (connection->pinned);
  g_assert_cmpstr (connection->certificate->sha256, ==, sha256);
  g_assert_cmpuint (connection->certificate->errors, ==, self->pin_errors);
}

/* Its certificate is for the account's domain and not for its own name. */
static void
test_not_pinned (Fixture *self, gconstpointer data)
{
  const FixtureCase *given = data;
  g_autofree char *sha256 = fake_sha256 (given->other);
  gboolean is_own = g_str_equal (given->other, "self-signed");

  assert_certificate_refused (self, sha256, (is_own ? G_TLS_CERTIFICATE_UNKNOWN_CA : 0)
                                                | G_TLS_CERTIFICATE_BAD_IDENTITY);
}

static void
test_pinned_another (Fixture *self, gconstpointer data)
{
  g_autofree char *pinned = fake_sha256 ("self-signed-other");
  g_autofree char *shown = fake_sha256 ("self-signed");

  self->pin = pinned;
  self->pin_errors = G_TLS_CERTIFICATE_VALIDATE_ALL;
  assert_certificate_refused (self, shown, G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY);
}

static void
test_pinned_since_worse (Fixture *self, gconstpointer data)
{
  g_autofree char *pinned = fake_sha256 ("self-signed");

  self->pin = pinned;
  self->pin_errors = G_TLS_CERTIFICATE_UNKNOWN_CA;
  assert_certificate_refused (self, pinned, G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY);
}

/* Authorities vouch for this one, but it is not the one that was pinned; a later link does not hide that. */
static void
test_pinned_but_vouched_for (Fixture *self, gconstpointer data)
{
  g_autofree char *pinned = fake_sha256 ("self-signed");
  g_autofree char *shown = fake_sha256 ("good");
  g_autoptr (GError) error = NULL;

  self->pin = pinned;
  self->pin_errors = G_TLS_CERTIFICATE_UNKNOWN_CA;
  self->xrd = "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://montague.example/ws'/>"
              "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://montague.example/page'/></XRD>";
  g_assert_null (fixture_connect (self, &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_assert_cmpuint (xmpp_error_get_certificate (error)->errors, ==, 0);
  g_assert_cmpstr (xmpp_error_get_certificate (error)->sha256, ==, shown);
  fake_settle ();
  g_assert_true (g_queue_is_empty (&self->heard));
}

static void
test_described (Fixture *self, gconstpointer data)
{
  g_autofree char *sha256 = fake_sha256 ("good");
  g_autoptr (XmppConnection) connection = NULL;

  assert_reached (self);
  connection = self->transport->klass->describe (self->transport);
  g_assert_cmpstr (connection->transport, ==, "websocket");
  g_assert_cmpstr (connection->host, ==, "montague.example");
  g_assert_cmpuint (connection->port, ==, 443);
  g_assert_cmpint (connection->found, ==, XMPP_FOUND_HOST_META);
  g_assert_true (connection->proxied);
  g_assert_true (connection->direct);
  g_assert_cmpstr (connection->tls_version, ==, "TLS 1.3");
  g_assert_nonnull (strstr (connection->cipher, "AES_256_GCM_SHA384"));
  g_assert_cmpstr (connection->backend, ==, "GnuTLS");
  g_assert_cmpstr (connection->certificate->sha256, ==, sha256);
  g_assert_cmpuint (connection->certificate->errors, ==, 0);
  g_assert_false (connection->pinned);
}

static void
test_wrong_answer (Fixture *self, gconstpointer data)
{
  self->xrd = ((const FixtureCase *) data)->document;
  assert_refused (self, XMPP_CONNECT_ERROR_NOT_XMPP);
  g_assert_cmpuint (g_queue_get_length (&self->heard), ==, 0);
}

static void
test_second_link (Fixture *self, gconstpointer data)
{
  self->xrd = "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://montague.example/mute'/>"
              "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://montague.example/page'/>"
              "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://capulet.example:5281/ws'/></XRD>";
  assert_reached (self);
}

static void
test_manual_host (Fixture *self, gconstpointer data)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  login->host = g_strdup ("xmpp.montague.example");
  net_websocket.connect_async (login, clock, NULL, fake_result_cb, &result);
  g_assert_null (net_websocket.connect_finish (fake_wait (&result), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE);
  g_assert_cmpuint (self->connections, ==, 0);
}

static gboolean
was_asked (gpointer data)
{
  return ((Fixture *) data)->requests > 0;
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  self->is_silent = TRUE;
  net_websocket.connect_async (login, clock, cancellable, fake_result_cb, &result);
  if (((const FixtureCase *) data)->document != NULL)
    fake_wait_until (was_asked, self, "a request");
  g_cancellable_cancel (cancellable);
  g_assert_null (net_websocket.connect_finish (fake_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char  *name;
    void       (*func) (Fixture *self, gconstpointer data);
    FixtureCase  data;
  } tests[] = {
    { "/websocket/found/xrd", test_found_by_xrd, { "good", NULL } },
    { "/websocket/found/jrd", test_found_by_jrd, { "good", NULL } },
    { "/websocket/found/jrd-after-junk", test_found_by_jrd, { "good", "<XRD><Link" } },
    { "/websocket/found/jrd-after-other-links", test_found_by_jrd, { "good", "<XRD/>" } },
    { "/websocket/nothing-found/missing", test_nothing_found, { "good", NULL } },
    { "/websocket/nothing-found/empty", test_nothing_found, { "good", "<XRD/>" } },
    { "/websocket/nothing-found/not-encrypted", test_nothing_found,
      { "good", "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='ws://montague.example/ws'/></XRD>" } },
    { "/websocket/nothing-found/too-long", test_too_long, { "good", NULL } },
    { "/websocket/nothing-found/wrong-status", test_wrong_status, { "good", NULL } },
    { "/websocket/redirected/to-https", test_redirected, { "good", NULL } },
    { "/websocket/redirected/to-http", test_redirected_to_http, { "good", NULL } },
    { "/websocket/redirected/in-circles", test_redirected_in_circles, { "good", NULL } },
    { "/websocket/unproven/socket", test_unproven_socket, { "good", NULL } },
    { "/websocket/certificate/refused/self-signed", test_not_pinned, { "good", NULL, "self-signed" } },
    { "/websocket/certificate/refused/wrong-name", test_not_pinned, { "good", NULL, "wrong-name" } },
    { "/websocket/certificate/pinned", test_pinned, { "good", NULL, "self-signed" } },
    { "/websocket/certificate/pinned/another", test_pinned_another, { "good", NULL, "self-signed" } },
    { "/websocket/certificate/pinned/since-worse", test_pinned_since_worse, { "good", NULL, "self-signed" } },
    { "/websocket/certificate/pinned/but-vouched-for", test_pinned_but_vouched_for, { "good", NULL, NULL } },
    { "/websocket/described", test_described, { "good", NULL, NULL } },
    { "/websocket/wrong-answer/other-subprotocol", test_wrong_answer, { "good", FIXTURE_LINK ("/chess") } },
    { "/websocket/wrong-answer/no-subprotocol", test_wrong_answer, { "good", FIXTURE_LINK ("/mute") } },
    { "/websocket/wrong-answer/page", test_wrong_answer, { "good", FIXTURE_LINK ("/page") } },
    { "/websocket/second-link", test_second_link, { "good", NULL } },
    { "/websocket/manual-host", test_manual_host, { "good", NULL } },
    { "/websocket/cancelled/at-once", test_cancelled, { "good", NULL } },
    { "/websocket/cancelled/later", test_cancelled, { "good", "later" } },
    { "/websocket/unproven/announcement/wrong-name", test_unproven_announcement, { "wrong-name", NULL } },
    { "/websocket/unproven/announcement/expired", test_unproven_announcement, { "expired", NULL } },
    { "/websocket/unproven/announcement/not-yet-valid", test_unproven_announcement, { "not-yet-valid", NULL } },
    { "/websocket/unproven/announcement/self-signed", test_unproven_announcement, { "self-signed", NULL } },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, &tests[i].data, fixture_open, tests[i].func, fixture_close);
  return g_test_run ();
}
