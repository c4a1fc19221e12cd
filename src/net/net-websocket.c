/* Framed XMPP over WebSocket (RFC 7395), found through XEP-0156: the second transport.
 *
 *   host-meta, over https ──► links ──► wss, subprotocol "xmpp" ──► a transport
 *                              └─◄── failed: the next ──┘ */
#include "net-websocket.h"

#include <libsoup/soup.h>

#include "net-frames.h"
#include "net-host-meta.h"
#include "xmpp-deadline.h"
#include "xmpp-error.h"
#include "xmpp-reader.h"
#include "xmpp-tls.h"

#define RELATION        "urn:xmpp:alt-connections:websocket"
#define SUBPROTOCOL     "xmpp"
#define CONNECT_TIMEOUT (30 * G_TIME_SPAN_SECOND)   /* TCP, TLS and the handshake */

typedef struct {
  SoupSession  *session;    /* (owned) */
  XmppLogin    *login;      /* (owned) */
  BaseClock    *clock;      /* (owned) */
  GStrv         links;      /* (owned, nullable) */
  guint         next;       /* index of the link to try next */
  SoupMessage  *message;    /* (owned, nullable) to the link under way */
  gboolean      proxied;    /* … through a proxy */
  XmppDeadline *deadline;   /* (owned, nullable) of the link under way */
  GError       *error;      /* (owned, nullable) of the last link, or about the first wrong certificate */
} Connect;

static void connect_next (GTask *task);

static void
connect_free (Connect *self)
{
  g_object_unref (self->session);
  xmpp_login_free (self->login);
  base_clock_unref (self->clock);
  g_clear_object (&self->message);
  g_strfreev (self->links);
  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  g_clear_error (&self->error);
  g_free (self);
}

/* Plain requests and nothing else: no cookies, no passwords, no compression whose output nobody limits. */
static SoupSession *
new_session (GTlsDatabase *trust)
{
  SoupSession *session = soup_session_new ();

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  if (trust != NULL)
    soup_session_set_tls_database (session, trust);
  return session;
}

static void
connect_found_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Connect *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->links = net_host_meta_find_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    connect_next (task);
}

static XmppConnectError
code_of (const GError *error)
{
  if (error->domain == G_TLS_ERROR)
    return XMPP_CONNECT_ERROR_TLS;
  if (error->domain == G_RESOLVER_ERROR)
    return XMPP_CONNECT_ERROR_LOOKUP;
  if (error->domain == SOUP_WEBSOCKET_ERROR || error->domain == SOUP_SESSION_ERROR)
    return XMPP_CONNECT_ERROR_NOT_XMPP;
  return XMPP_CONNECT_ERROR_UNREACHABLE;
}

/* (nullable) What the link's host has shown, and what is wrong with that. */
static XmppCertificate *
connect_get_certificate (Connect *self)
{
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (self->message);
  const char *host = g_uri_get_host (soup_message_get_uri (self->message));
  g_autofree char *name = g_hostname_to_ascii (host);

  if (certificate == NULL)
    return NULL;
  return xmpp_certificate_new (certificate, soup_message_get_tls_peer_certificate_errors (self->message),
                               name != NULL ? name : host);
}

static GError *
connect_explain (Connect         *self,
                 XmppCertificate *certificate,
                 const GError    *error)
{
  const char *host = g_uri_get_host (soup_message_get_uri (self->message));

  if (xmpp_deadline_is_over (self->deadline))
    return g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT,
                                "WebSocket: the server does not answer");
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return xmpp_tls_refuse (certificate, host);
  return g_error_new (XMPP_CONNECT_ERROR, code_of (error), "WebSocket: %s", error->message);
}

static XmppTransport *
connect_make_transport (Connect                 *self,
                        SoupWebsocketConnection *socket,
                        XmppCertificate         *certificate)
{
  GUri *uri = soup_message_get_uri (self->message);
  g_autoptr (XmppConnection) connection = xmpp_connection_new (net_websocket.name);

  xmpp_connection_set_host (connection, g_uri_get_host (uri), (guint16) g_uri_get_port (uri));
  connection->found = XMPP_FOUND_HOST_META;
  connection->proxied = self->proxied;
  connection->direct = TRUE;
  xmpp_connection_set_tls (connection, soup_message_get_tls_protocol_version (self->message),
                           soup_message_get_tls_ciphersuite_name (self->message), certificate,
                           self->login->pin != NULL);
  return net_frames_new (socket, connection);
}

/* Of several links' errors the last is reported, but a wrong certificate before all others, as over TCP. */
static void
connect_note_error (Connect *self,
                    GError  *error)
{
  if (g_error_matches (self->error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE)) {
    g_error_free (error);
    return;
  }
  g_clear_error (&self->error);
  self->error = error;
}

/* libsoup takes an answer that names no subprotocol at all for a yes; RFC 7395 §3.1 does not. And it asks nobody about
 * a certificate that authorities vouch for, so a pin is looked at once more before anything of XMPP is said. */
static void
connect_connected_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) socket =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (XmppCertificate) certificate = connect_get_certificate (self);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (socket == NULL) {
    connect_note_error (self, connect_explain (self, certificate, error));
  } else if (certificate == NULL
             || !xmpp_certificate_may_be_trusted (certificate, self->login->pin, self->login->pin_errors)) {
    connect_note_error (self, xmpp_tls_refuse (certificate, g_uri_get_host (soup_message_get_uri (self->message))));
  } else if (g_strcmp0 (soup_websocket_connection_get_protocol (socket), SUBPROTOCOL) != 0) {
    connect_note_error (self, g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP,
                                                   "WebSocket: the server does not agree to speak XMPP"));
  } else {
    g_task_return_pointer (task, connect_make_transport (self, socket, certificate),
                           (GDestroyNotify) xmpp_transport_free);
    return;
  }
  connect_next (task);
}

static void
message_network_event_cb (SoupMessage        *message,
                          GSocketClientEvent  event,
                          GIOStream          *io,
                          gpointer            user_data)
{
  Connect *self = g_task_get_task_data (G_TASK (user_data));

  if (event == G_SOCKET_CLIENT_PROXY_NEGOTIATING)
    self->proxied = TRUE;
}

static void
connect_next (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  const char *protocols[] = { SUBPROTOCOL, NULL };

  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  if (self->links[self->next] == NULL) {
    g_task_return_error (task, g_steal_pointer (&self->error));
    return;
  }
  self->deadline = xmpp_deadline_new (self->clock, g_task_get_cancellable (task), CONNECT_TIMEOUT);
  self->proxied = FALSE;
  g_clear_object (&self->message);
  self->message = soup_message_new (SOUP_METHOD_GET, self->links[self->next++]);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  xmpp_tls_watch_pin (G_OBJECT (self->message), self->login);
  g_signal_connect_object (self->message, "network-event", G_CALLBACK (message_network_event_cb), task,
                           G_CONNECT_DEFAULT);
  soup_session_websocket_connect_async (self->session, self->message, NULL, (char **) protocols, G_PRIORITY_DEFAULT,
                                        xmpp_deadline_get_cancellable (self->deadline), connect_connected_cb,
                                        g_object_ref (task));
}

static void
net_websocket_connect_async (const XmppLogin     *login,
                             BaseClock           *clock,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *domain = xmpp_jid_ascii_domain (login->jid);
  Connect *self = g_new0 (Connect, 1);

  g_task_set_source_tag (task, net_websocket_connect_async);
  g_task_set_task_data (task, self, (GDestroyNotify) connect_free);
  self->session = new_session (login->trust);
  self->login = xmpp_login_copy (login);
  self->clock = base_clock_ref (clock);
  if (login->host != NULL)
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE,
                             "WebSocket: the account names a host, and that is the only way");
  else
    net_host_meta_find_async (self->session, domain, RELATION, clock, cancellable, connect_found_cb,
                              g_steal_pointer (&task));
}

static XmppTransport *
net_websocket_connect_finish (GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * net_websocket:
 *
 * Reaches the login's server over WebSocket, for networks that let nothing else through. The domain's host-meta says
 * where (XEP-0156); it is fetched over https with a certificate for the domain, and only wss addresses are taken from
 * it, whose certificate must be for the host that they name. When the login has a pin, the certificate of that host
 * has to be the pinned one; the fetching of host-meta knows of no pins. Proxies are those of the system. A login that
 * names a host has no other way than that.
 *
 * The links are tried in their order. The error is %XMPP_CONNECT_ERROR: NO_SERVICE when nothing was announced or the
 * announcement could not be had; CERTIFICATE, carrying it, of the first link with a wrong one; else of the last link
 * LOOKUP, UNREACHABLE, TLS, TIMEOUT or NOT_XMPP; or %G_IO_ERROR_CANCELLED.
 */
const XmppConnector net_websocket = {
  .name = "websocket",
  .connect_async = net_websocket_connect_async,
  .connect_finish = net_websocket_connect_finish,
};
