/* How a session is connected: where to, how that was found, and what protects it. */
#include "xmpp-connection.h"

#include "base-text.h"

#define MAX_TEXT 255   /* characters of a host's name or a cipher's */

G_DEFINE_BOXED_TYPE (XmppConnection, xmpp_connection, xmpp_connection_ref, xmpp_connection_unref)

static void
connection_clear (gpointer data)
{
  XmppConnection *self = data;

  g_free (self->host);
  g_free (self->tls_version);
  g_free (self->cipher);
  g_free (self->backend);
  g_clear_pointer (&self->certificate, xmpp_certificate_unref);
  g_free (self->mechanism);
  g_free (self->binding);
}

static const char *
version_name (GTlsProtocolVersion version)
{
  switch (version) {
  case G_TLS_PROTOCOL_VERSION_TLS_1_0:
    return "TLS 1.0";
  case G_TLS_PROTOCOL_VERSION_TLS_1_1:
    return "TLS 1.1";
  case G_TLS_PROTOCOL_VERSION_TLS_1_2:
    return "TLS 1.2";
  case G_TLS_PROTOCOL_VERSION_TLS_1_3:
    return "TLS 1.3";
  default:
    return NULL;
  }
}

/* The backend has no name for people, only a type's. */
static const char *
backend_name (void)
{
  const char *type = G_OBJECT_TYPE_NAME (g_tls_backend_get_default ());

  if (g_str_equal (type, "GTlsBackendGnutls"))
    return "GnuTLS";
  if (g_str_equal (type, "GTlsBackendOpenssl"))
    return "OpenSSL";
  return type;
}

/**
 * xmpp_connection_new:
 * @transport: "tcp", "websocket"; static
 *
 * Returns: (transfer full): a connection of which nothing more is known
 */
XmppConnection *
xmpp_connection_new (const char *transport)
{
  XmppConnection *self = g_atomic_rc_box_new0 (XmppConnection);

  self->transport = transport;
  self->found = XMPP_FOUND_GIVEN;

  return self;
}

/**
 * xmpp_connection_ref:
 * @self: a connection
 *
 * Returns: (transfer full): the same
 */
XmppConnection *
xmpp_connection_ref (XmppConnection *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_connection_unref:
 * @self: (transfer full): a connection
 */
void
xmpp_connection_unref (XmppConnection *self)
{
  g_atomic_rc_box_release_full (self, connection_clear);
}

/**
 * xmpp_connection_copy:
 * @self: a connection
 *
 * Returns: (transfer full): another one that says the same, and to which more can be added
 */
XmppConnection *
xmpp_connection_copy (const XmppConnection *self)
{
  XmppConnection *copy = xmpp_connection_new (self->transport);

  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->found = self->found;
  copy->proxied = self->proxied;
  copy->direct = self->direct;
  copy->tls_version = g_strdup (self->tls_version);
  copy->cipher = g_strdup (self->cipher);
  copy->backend = g_strdup (self->backend);
  copy->certificate = self->certificate != NULL ? xmpp_certificate_ref (self->certificate) : NULL;
  copy->pinned = self->pinned;
  copy->mechanism = g_strdup (self->mechanism);
  copy->binding = g_strdup (self->binding);
  copy->offers_no_binding = self->offers_no_binding;

  return copy;
}

/**
 * xmpp_connection_set_host:
 * @self: a connection that nobody shares yet
 * @host: where it leads; a name out of the DNS or a document may hold anything
 * @port: its port
 */
void
xmpp_connection_set_host (XmppConnection *self,
                          const char     *host,
                          guint16         port)
{
  g_free (self->host);
  self->host = base_text_line (host, MAX_TEXT);
  self->port = port;
}

/**
 * xmpp_connection_set_tls:
 * @self: a connection that nobody shares yet
 * @version: of the handshake
 * @cipher: (nullable): the cipher suite, as the backend names it
 * @certificate: what the server has shown
 * @pinned: whether it was trusted because the user said so
 *
 * Notes what protects the connection.
 */
void
xmpp_connection_set_tls (XmppConnection      *self,
                         GTlsProtocolVersion  version,
                         const char          *cipher,
                         XmppCertificate     *certificate,
                         gboolean             pinned)
{
  g_free (self->tls_version);
  self->tls_version = g_strdup (version_name (version));
  g_free (self->cipher);
  self->cipher = cipher != NULL ? base_text_line (cipher, MAX_TEXT) : NULL;
  g_free (self->backend);
  self->backend = g_strdup (backend_name ());
  g_clear_pointer (&self->certificate, xmpp_certificate_unref);
  self->certificate = xmpp_certificate_ref (certificate);
  self->pinned = pinned;
}
