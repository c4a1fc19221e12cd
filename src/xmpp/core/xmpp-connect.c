/* From a domain to an open connection: SRV for xmpp and xmpps merged, proxies, both IPs, direct TLS
 * (RFC 6120 §3.2, XEP-0368).
 *
 * A place where the server would rather be met (XEP-0198 §3) goes this way first, and then the domain does:
 *
 *   proxy? ──direct──▶ host given? ──no──▶ look up both SRV ──▶ order ─┐
 *     │                     └─yes─────────────────────────────────────┤
 *     └─through a proxy───────────────────────────────────────────────┤
 *                                                                      ▼
 *                 ┌──failed: the next──  connect (TCP, proxy) ──▶ direct TLS? ──▶ a transport
 *                 └──────────────────────────────────────────────────┘
 */

#include "xmpp-connect.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "xmpp-deadline.h"
#include "xmpp-endpoints.h"
#include "xmpp-error.h"
#include "xmpp-stream.h"
#include "xmpp-tls.h"

#define PORT_STARTTLS 5222
#define PORT_DIRECT   5223

typedef struct {
  XmppLogin    *login;       /* (owned) */
  BaseClock    *clock;       /* (owned) */
  char         *domain;      /* (owned) A-label form: what is looked up and must be proven */
  XmppEndpoint *location;    /* (owned, nullable) where the server would rather be met, until that was tried */
  GPtrArray    *endpoints;   /* (owned) of XmppEndpoint, in the order to try */
  guint         next;        /* index of the endpoint to try next */
  guint         queries;     /* SRV queries under way */
  gboolean      has_record;  /* one of them found a record, be it that there is no service */
  XmppDeadline *deadline;    /* (owned, nullable) of the step under way */
  GError       *error;       /* (owned, nullable) the most telling one so far */
} Connect;

static void connect_ask_proxy (GTask *task);
static void connect_next (GTask *task);

static void
connect_free (Connect *self)
{
  xmpp_login_free (self->login);
  base_clock_unref (self->clock);
  g_free (self->domain);
  g_clear_pointer (&self->location, xmpp_endpoint_free);
  g_ptr_array_unref (self->endpoints);
  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  g_clear_error (&self->error);
  g_free (self);
}

/* -- help for the steps -- */

static GCancellable *
connect_begin (GTask    *task,
               GTimeSpan span)
{
  Connect *self = g_task_get_task_data (task);

  g_clear_pointer (&self->deadline, xmpp_deadline_free);
  self->deadline = xmpp_deadline_new (self->clock, g_task_get_cancellable (task), span);
  return xmpp_deadline_get_cancellable (self->deadline);
}

/* Of several endpoints' errors the last is reported, but a wrong certificate before all others: it may be an attack. */
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

static void
connect_note_endpoint_error (Connect            *self,
                             const XmppEndpoint *endpoint,
                             const GError       *error)
{
  XmppConnectError code = XMPP_CONNECT_ERROR_UNREACHABLE;
  const char *message = error->message;

  if (xmpp_deadline_is_over (self->deadline)) {
    code = XMPP_CONNECT_ERROR_TIMEOUT;
    message = "no answer";
  } else if (endpoint->proxy != NULL) {
    code = XMPP_CONNECT_ERROR_PROXY;
  } else if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)) {
    code = XMPP_CONNECT_ERROR_NAME_UNKNOWN;
  } else if (error->domain == G_RESOLVER_ERROR) {
    code = XMPP_CONNECT_ERROR_LOOKUP;
  }
  connect_note_error (self, g_error_new (XMPP_CONNECT_ERROR, code, "Connecting to %s, port %u%s: %s", endpoint->host,
                                         endpoint->port, endpoint->proxy != NULL ? ", through the proxy" : "",
                                         message));
}

/* -- step 1: is there a proxy? -- */

static void connect_look_up (GTask *task);

static gboolean
is_usable_proxy (const char *uri)
{
  /* A SOCKS 4 proxy takes addresses only: the name would have to be looked up here, past the proxy. */
  return !g_str_has_prefix (uri, "socks4:") && !g_str_has_prefix (uri, "direct:");
}

static void
connect_add_proxy (Connect      *self,
                   XmppEndpoint *wanted,
                   const char   *uri)
{
  XmppEndpoint *endpoint;

  if (!is_usable_proxy (uri))
    return;
  endpoint = xmpp_endpoint_new (wanted->host, wanted->port, wanted->direct, wanted->found);
  /* What GLib calls "socks" ends in SOCKS 4; the two versions before it take names. */
  endpoint->proxy = g_str_has_prefix (uri, "socks://") ? g_strconcat ("socks5", uri + strlen ("socks"), NULL)
                                                       : g_strdup (uri);
  g_ptr_array_add (self->endpoints, endpoint);
}

/* An IPv6 address is often typed in brackets, as URIs have it; GLib wants it without. */
static char *
without_brackets (const char *host)
{
  return *host == '[' && g_str_has_suffix (host, "]") ? g_strndup (host + 1, strlen (host) - 2) : g_strdup (host);
}

/* The place to reach as far as it is known without any look-up. */
static XmppEndpoint *
connect_known_endpoint (Connect *self)
{
  const XmppLogin *login = self->login;
  gboolean direct = login->host != NULL && login->security == XMPP_SECURITY_DIRECT_TLS;
  guint16 usual = direct ? PORT_DIRECT : PORT_STARTTLS;
  g_autofree char *host = without_brackets (login->host != NULL ? login->host : self->domain);

  if (self->location != NULL)
    return xmpp_endpoint_new (self->location->host, self->location->port, FALSE, self->location->found);
  return xmpp_endpoint_new (host, login->host != NULL && login->port != 0 ? login->port : usual, direct,
                            login->host != NULL ? XMPP_FOUND_BY_HAND : XMPP_FOUND_DOMAIN);
}

static void
connect_proxy_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);
  g_autoptr (XmppEndpoint) wanted = connect_known_endpoint (self);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (proxies == NULL) {
    gboolean over = xmpp_deadline_is_over (self->deadline);

    g_task_return_new_error (task, XMPP_CONNECT_ERROR, over ? XMPP_CONNECT_ERROR_TIMEOUT : XMPP_CONNECT_ERROR_PROXY,
                             "Asking for the proxy: %s", over ? "no answer" : error->message);
    return;
  }
  if (proxies[0] == NULL || g_str_has_prefix (proxies[0], "direct:")) {
    connect_look_up (task);
    return;
  }

  /* Whoever set a proxy may rely on nothing going past it, so a "direct://" behind one is not followed. */
  for (gsize i = 0; proxies[i] != NULL; i++)
    connect_add_proxy (self, wanted, proxies[i]);
  if (self->endpoints->len == 0) {
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY,
                             "Connecting to %s: the proxy cannot look up names", wanted->host);
    return;
  }
  connect_next (task);
}

static void
connect_ask_proxy (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  g_autoptr (XmppEndpoint) wanted = connect_known_endpoint (self);
  g_autofree char *uri = g_uri_join (G_URI_FLAGS_NONE, "xmpp-client", NULL, wanted->host, wanted->port, "", NULL, NULL);

  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri,
                                 connect_begin (task, XMPP_CONNECT_LOOKUP_TIMEOUT), connect_proxy_cb,
                                 g_object_ref (task));
}

/* -- step 2: the domain's SRV records, both at once -- */

/* The domain itself is tried where there is no record, and where nobody says whether there is one (RFC 6120 §3.2.1):
 * some networks' name servers know nothing of services. */
static void
connect_looked_up (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GRand) random = g_rand_new ();

  if (self->endpoints->len > 0) {
    xmpp_endpoints_order (self->endpoints, random);
    connect_next (task);
  } else if (!self->has_record) {
    g_ptr_array_add (self->endpoints, connect_known_endpoint (self));
    connect_next (task);
  } else if (self->error != NULL) {
    g_task_return_error (task, g_steal_pointer (&self->error));
  } else {
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE,
                             "Looking up %s: this domain has no XMPP service", self->domain);
  }
}

static void
connect_query_done (GTask        *task,
                    GObject      *resolver,
                    GAsyncResult *result,
                    gboolean      direct)
{
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GList *targets = g_resolver_lookup_service_finish (G_RESOLVER (resolver), result, &error);

  if (error == NULL) {
    xmpp_endpoints_add (self->endpoints, targets, direct);
    self->has_record = TRUE;
  } else if (!g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)) {
    gboolean over = xmpp_deadline_is_over (self->deadline);

    connect_note_error (self, g_error_new (XMPP_CONNECT_ERROR,
                                           over ? XMPP_CONNECT_ERROR_TIMEOUT : XMPP_CONNECT_ERROR_LOOKUP,
                                           "Looking up %s: %s", self->domain, over ? "no answer" : error->message));
  }
  g_resolver_free_targets (targets);

  if (--self->queries == 0 && !g_task_return_error_if_cancelled (task))
    connect_looked_up (task);
}

static void
connect_query_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  connect_query_done (task, source, result, FALSE);
}

static void
connect_query_direct_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  connect_query_done (task, source, result, TRUE);
}

static void
connect_look_up (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GResolver) resolver = NULL;
  GCancellable *cancellable;

  if (self->location != NULL || self->login->host != NULL || g_hostname_is_ip_address (self->domain)) {
    g_ptr_array_add (self->endpoints, connect_known_endpoint (self));
    connect_next (task);
    return;
  }
  resolver = g_resolver_get_default ();
  cancellable = connect_begin (task, XMPP_CONNECT_LOOKUP_TIMEOUT);
  self->queries = 2;
  g_resolver_lookup_service_async (resolver, "xmpp-client", "tcp", self->domain, cancellable, connect_query_cb,
                                   g_object_ref (task));
  g_resolver_lookup_service_async (resolver, "xmpps-client", "tcp", self->domain, cancellable,
                                   connect_query_direct_cb, g_object_ref (task));
}

/* -- step 3: one endpoint after the other -- */

static XmppConnection *
connect_describe (Connect *self)
{
  const XmppEndpoint *endpoint = g_ptr_array_index (self->endpoints, self->next - 1);
  XmppConnection *connection = xmpp_connection_new (xmpp_connect_tcp.name);

  xmpp_connection_set_host (connection, endpoint->host, endpoint->port);
  connection->found = endpoint->found;
  connection->proxied = endpoint->proxy != NULL;
  connection->direct = endpoint->direct;
  return connection;
}

/* A certificate that was refused on the way goes along: if this way fails before it has proven anything, that is what
 * the user has to hear. */
static void
connect_succeed (GTask          *task,
                 GIOStream      *io,
                 XmppConnection *connection)
{
  Connect *self = g_task_get_task_data (task);
  XmppTransport *transport = xmpp_stream_new_connected (io, connection->direct, connection);

  if (g_error_matches (self->error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE))
    transport->refused = g_steal_pointer (&self->error);
  g_task_return_pointer (task, transport, (GDestroyNotify) xmpp_transport_free);
}

static void
connect_secured_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppConnection) connection = connect_describe (self);
  g_autoptr (GTlsConnection) tls = xmpp_tls_handshake_finish (result, connection, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (tls == NULL) {
    if (xmpp_deadline_is_over (self->deadline))
      connect_note_endpoint_error (self, g_ptr_array_index (self->endpoints, self->next - 1), error);
    else
      connect_note_error (self, g_steal_pointer (&error));
    connect_next (task);
    return;
  }
  connect_succeed (task, G_IO_STREAM (tls), connection);
}

static void
connect_connected_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Connect *self = g_task_get_task_data (task);
  const XmppEndpoint *endpoint = g_ptr_array_index (self->endpoints, self->next - 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (connection == NULL) {
    connect_note_endpoint_error (self, endpoint, error);
    connect_next (task);
    return;
  }
  g_clear_pointer (&self->deadline, xmpp_deadline_free);

  /* A chat's stanzas are small and each matters now; they are already written together where they come together. */
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  if (endpoint->direct) {
    xmpp_tls_handshake_async (G_IO_STREAM (connection), self->login, TRUE, connect_begin (task, XMPP_TLS_TIMEOUT),
                              connect_secured_cb, g_object_ref (task));
  } else {
    g_autoptr (XmppConnection) described = connect_describe (self);

    connect_succeed (task, G_IO_STREAM (connection), described);
  }
}

static void
connect_next (GTask *task)
{
  Connect *self = g_task_get_task_data (task);
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketConnectable) address = NULL;
  const XmppEndpoint *endpoint;

  if (self->next == self->endpoints->len && self->location != NULL) {
    g_clear_pointer (&self->location, xmpp_endpoint_free);
    g_clear_error (&self->error);
    g_ptr_array_set_size (self->endpoints, 0);
    self->next = 0;
    connect_ask_proxy (task);
    return;
  }
  if (self->next == self->endpoints->len) {
    g_task_return_error (task, g_steal_pointer (&self->error));
    return;
  }
  endpoint = g_ptr_array_index (self->endpoints, self->next++);
  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, endpoint->proxy != NULL);
  if (endpoint->proxy != NULL) {
    g_autoptr (GProxyResolver) only = g_simple_proxy_resolver_new (endpoint->proxy, NULL);

    g_socket_client_set_proxy_resolver (client, only);
  }
  address = g_network_address_new (endpoint->host, endpoint->port);
  g_socket_client_connect_async (client, address, connect_begin (task, XMPP_CONNECT_TCP_TIMEOUT), connect_connected_cb,
                                 g_object_ref (task));
}

/* -- public -- */

static void
xmpp_connect_tcp_async (const XmppLogin     *login,
                        BaseClock           *clock,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Connect *self = g_new0 (Connect, 1);

  g_task_set_source_tag (task, xmpp_connect_tcp_async);
  g_task_set_task_data (task, self, (GDestroyNotify) connect_free);
  self->login = xmpp_login_copy (login);
  self->clock = base_clock_ref (clock);
  self->domain = xmpp_jid_ascii_domain (login->jid);
  self->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_endpoint_free);
  /* Whoever names a host by hand knows better than the server which way is open. */
  if (login->location != NULL && login->host == NULL)
    self->location = xmpp_endpoint_parse (login->location, PORT_STARTTLS);
  connect_ask_proxy (task);
}

static XmppTransport *
xmpp_connect_tcp_finish (GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_connect_tcp:
 *
 * Reaches the login's server over TCP. With a host in the login, that host; else the domain's SRV records for
 * xmpp-client and xmpps-client, merged (RFC 6120 §3.2.1, XEP-0368), and the domain itself on port 5222 only if it has
 * none of either. When the system wants a proxy, nothing is looked up here: the proxy gets the name.
 *
 * The login's location is tried before all that, and forgotten when it cannot be reached; what proves the server is the
 * same there.
 *
 * Every step has a time of its own. The next endpoint is tried when one fails; the error is %XMPP_CONNECT_ERROR
 * (LOOKUP, NAME_UNKNOWN, NO_SERVICE, UNREACHABLE, PROXY, TLS, CERTIFICATE, TIMEOUT), its message begins with the step;
 * or %G_IO_ERROR_CANCELLED. A refused certificate is told before anything else that went wrong, and goes along in
 * #XmppTransport.refused when a later endpoint was reached.
 */
const XmppConnector xmpp_connect_tcp = {
  .name = "tcp",
  .connect_async = xmpp_connect_tcp_async,
  .connect_finish = xmpp_connect_tcp_finish,
};
