/* TLS resumes sessions: a second handshake then shows no certificate and asks nobody whether it may be trusted. What an
 * earlier login trusted must not be trusted by a later one for that.
 *
 * GIO resumes nothing in a program that has called g_test_init(), and its own servers hand out no tickets. So this
 * program reports by itself, and its server speaks to GnuTLS. */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake-server.h"
#include "xmpp-connect.h"
#include "xmpp-error.h"

#define HEADER \
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "version='1.0' from='montague.example' id='s1'>"
#define SELF_SIGNED G_TLS_CERTIFICATE_UNKNOWN_CA

/* What the server saw of one connection. */
typedef struct {
  gboolean shaken;    /* the handshake came to an end */
  gboolean resumed;
  gsize    heard;     /* bytes after it */
} Visit;

typedef struct {
  int                              fd;
  guint16                          port;
  gnutls_certificate_credentials_t credentials;
  gnutls_datum_t                   ticket_key;
  GAsyncQueue                     *visits;    /* of Visit */
} Server;

static Visit *
server_receive (Server *self,
                int     fd)
{
  Visit *visit = g_new0 (Visit, 1);
  gnutls_session_t session;
  char bytes[4096];
  ssize_t length;
  int result;

  g_assert_cmpint (gnutls_init (&session, GNUTLS_SERVER), ==, 0);
  gnutls_set_default_priority (session);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_session_ticket_enable_server (session, &self->ticket_key);
  gnutls_transport_set_int (session, fd);
  do
    result = gnutls_handshake (session);
  while (result < 0 && !gnutls_error_is_fatal (result));
  visit->shaken = result == 0;
  visit->resumed = visit->shaken && gnutls_session_is_resumed (session);
  if (visit->shaken)
    gnutls_record_send (session, HEADER, strlen (HEADER));
  while (visit->shaken && (length = gnutls_record_recv (session, bytes, sizeof bytes)) > 0)
    visit->heard += (gsize) length;
  gnutls_deinit (session);
  close (fd);
  return visit;
}

static gpointer
server_thread (gpointer data)
{
  Server *self = data;
  int fd;

  while ((fd = accept (self->fd, NULL, NULL)) >= 0)
    g_async_queue_push (self->visits, server_receive (self, fd));
  return NULL;
}

static void
server_open (Server     *self,
             const char *certificate)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pem", FAKE_CERTS_DIR, certificate);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->fd, 5), ==, 0);
  g_assert_cmpint (getsockname (self->fd, (struct sockaddr *) &address, &length), ==, 0);
  self->port = ntohs (address.sin_port);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&self->credentials), ==, 0);
  g_assert_cmpint (gnutls_certificate_set_x509_key_file (self->credentials, path, path, GNUTLS_X509_FMT_PEM), ==, 0);
  g_assert_cmpint (gnutls_session_ticket_key_generate (&self->ticket_key), ==, 0);
  self->visits = g_async_queue_new ();
}

static void
server_close (Server *self)
{
  close (self->fd);
  gnutls_certificate_free_credentials (self->credentials);
  gnutls_free (self->ticket_key.data);
  g_async_queue_unref (self->visits);
}

/* -- the client -- */

static void
opened_cb (XmppTransport *transport,
           XmppNode      *header,
           gpointer       user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
failed_cb (XmppTransport *transport,
           const GError  *error,
           gpointer       user_data)
{
  g_error ("%s", error->message);
}

static const XmppTransportEvents events = { .opened = opened_cb, .failed = failed_cb };

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Connects, and stays until the server has said something: its ticket comes before that. */
static Visit *
visit (Server               *server,
       const char           *pin,
       GTlsCertificateFlags  pin_errors,
       GError              **error)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppTransport) transport = NULL;
  gboolean opened = FALSE;

  login->host = g_strdup ("127.0.0.1");
  login->port = server->port;
  login->security = XMPP_SECURITY_DIRECT_TLS;
  login->pin = g_strdup (pin);
  login->pin_errors = pin_errors;
  xmpp_connect_tcp.connect_async (login, clock, NULL, fake_result_cb, &result);
  transport = xmpp_connect_tcp.connect_finish (fake_wait (&result), error);
  if (transport != NULL) {
    transport->events = &events;
    transport->user_data = &opened;
    transport->klass->open (transport, xmpp_jid_get_server (login->jid), NULL);
    fake_wait_until (is_true, &opened, "a stream");
    g_clear_pointer (&transport, xmpp_transport_free);
  }
  fake_settle ();
  return g_async_queue_pop (server->visits);
}

static void
refuse (Server               *server,
        const char           *pin,
        GTlsCertificateFlags  pin_errors)
{
  g_autoptr (GError) error = NULL;
  g_autofree Visit *seen = visit (server, pin, pin_errors, &error);

  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  g_assert_cmpuint (xmpp_error_get_certificate (error)->errors, ==, SELF_SIGNED);
  /* Otherwise there was nothing to find out. */
  g_assert_true (seen->shaken && seen->resumed);
  g_assert_cmpuint (seen->heard, ==, 0);
}

static void
accept_pinned (Server     *server,
               const char *pin,
               gboolean    resumed)
{
  g_autoptr (GError) error = NULL;
  g_autofree Visit *seen = visit (server, pin, SELF_SIGNED, &error);

  g_assert_no_error (error);
  g_assert_true (seen->shaken);
  g_assert_cmpint (seen->resumed, ==, resumed);
  g_assert_cmpuint (seen->heard, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *pin = fake_sha256 ("self-signed");
  g_autofree char *other = fake_sha256 ("self-signed-other");
  Server server = { 0 };
  GThread *thread;

  g_print ("1..4\n");
  server_open (&server, "self-signed");
  thread = g_thread_new ("server", server_thread, &server);
  accept_pinned (&server, pin, FALSE);
  accept_pinned (&server, pin, TRUE);
  g_print ("ok 1 /resumption/pinned\n");
  refuse (&server, NULL, 0);
  g_print ("ok 2 /resumption/not-pinned\n");
  accept_pinned (&server, pin, TRUE);
  refuse (&server, other, SELF_SIGNED);
  g_print ("ok 3 /resumption/pinned-another\n");
  accept_pinned (&server, pin, TRUE);
  refuse (&server, pin, 0);
  g_print ("ok 4 /resumption/pinned-since-worse\n");
  shutdown (server.fd, SHUT_RDWR);
  g_thread_join (thread);
  server_close (&server);
  return 0;
}
