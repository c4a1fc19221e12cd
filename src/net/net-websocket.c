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

#define RELATION        "urn:xmpp:alt-connections:websocket"
#define SUBPROTOCOL     "xmpp"
#define CONNECT_TIMEOUT (30 * G_TIME_SPAN_SECOND)   /* TCP, TLS and the handshake */

typedef struct {
  SoupSession  *session;    /* (owned) */
  GStrv         links;      /* (owned, nullable) */
  guint         next;       /* index of the link to try next */
  XmppDeadline *deadline;   /* (owned, nullable) of the link under way */
  GError       *error;      /* (owned, nullable) of the last link */
} Connect;

static void connect_next (GTask *task);

static void
connect_free (Connect *self)
{
  g_object_unref (self->session);
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
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return XMPP_CONNECT_ERROR_CERTIFICATE;
  if (error->domain == G_TLS_ERROR)
    return XMPP_CONNECT_ERROR_TLS;
  if (error->domain == G_RESOLVER_ERROR)
    return XMPP_CONNECT_ERROR_LOOKUP;
  if (error->domain == SOUP_WEBSOCKET_ERROR || error->domain == SOUP_SESSION_ERROR)
    return XMPP_CONNECT_ERROR_NOT_XMPP;
  return XMPP_CONNECT_ERROR_UNREACHABLE;
}

/* libsoup takes an answer that names no subprotocol at all for a yes; RFC 7395 §3.1 does not. */
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

  if (g_task_return_error_if_cancelled (task))
    return;
  if (socket != NULL && g_strcmp0 (soup_websocket_connection_get_protocol (socket), SUBPROTOCOL) == 0) {
    g_task_return_pointer (task, net_frames_new (socket), (GDestroyNotify) xmpp_transport_free);
    return;
  }

  g_clear_error (&self->error);
  if (socket != NULL)
    g_set_error_literal (&self->error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP,
                         "WebSocket: the server does not agree to speak XMPP");
  else if (xmpp_deadline_is_over (self->deadline))
    g_set_error_literal (&self->error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT,
                         "WebSocket: the server does not answer");
  else
    g_set_error (&self->error, XMPP_CONNECT_ERROR, code_of (error), "WebSocket: %s", error->message);
  connect_next (task);
}

static void
connect_next (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  const char *protocols[] = { SUBPROTOCOL, NULL };
  g_autoptr (SoupMessage) message = NULL;

  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  if (self->links[self->next] == NULL) {
    g_task_return_error (task, g_steal_pointer (&self->error));
    return;
  }
  self->deadline = xmpp_deadline_new (g_task_get_cancellable (task), CONNECT_TIMEOUT);
  message = soup_message_new (SOUP_METHOD_GET, self->links[self->next++]);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_websocket_connect_async (self->session, message, NULL, (char **) protocols, G_PRIORITY_DEFAULT,
                                        xmpp_deadline_get_cancellable (self->deadline), connect_connected_cb,
                                        g_object_ref (task));
}

static void
net_websocket_connect_async (const XmppLogin     *login,
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
  if (login->host != NULL)
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE,
                             "WebSocket: the account names a host, and that is the only way");
  else
    net_host_meta_find_async (self->session, domain, RELATION, cancellable, connect_found_cb, g_steal_pointer (&task));
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
 * it, whose certificate must be for the host that they name. Proxies are those of the system. A login that names a
 * host has no other way than that.
 *
 * The links are tried in their order. The error is %XMPP_CONNECT_ERROR: NO_SERVICE when nothing was announced or the
 * announcement could not be had, and of the last link LOOKUP, UNREACHABLE, TLS, CERTIFICATE, TIMEOUT or NOT_XMPP; or
 * %G_IO_ERROR_CANCELLED.
 */
const XmppConnector net_websocket = {
  .name = "websocket",
  .connect_async = net_websocket_connect_async,
  .connect_finish = net_websocket_connect_finish,
};
