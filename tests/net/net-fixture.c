/* A web server for montague.example on loopback, and the way to it. */
#include "net-fixture.h"

#include <string.h>

#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

/* -- the way: a resolver of proxies that always names ours, and the proxy -- */

static char *proxy_uri;

#define TYPE_FIXTURE_PROXIES (fixture_proxies_get_type ())
G_DECLARE_FINAL_TYPE (FixtureProxies, fixture_proxies, FIXTURE, PROXIES, GObject)

struct _FixtureProxies {
  GObject parent;
};

static gboolean
proxies_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
proxies_lookup_async (GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  const char *proxies[] = { proxy_uri, NULL };
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_pointer (task, g_strdupv ((char **) proxies), (GDestroyNotify) g_strfreev);
}

static char **
proxies_lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
proxies_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = proxies_is_supported;
  iface->lookup_async = proxies_lookup_async;
  iface->lookup_finish = proxies_lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FixtureProxies, fixture_proxies, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, proxies_iface_init))

static void
fixture_proxies_class_init (FixtureProxiesClass *klass)
{
}

static void
fixture_proxies_init (FixtureProxies *self)
{
}

typedef struct {
  Fixture           *fixture;
  GSocketConnection *client;   /* (owned) */
  GSocketConnection *server;   /* (owned, nullable) */
  GString           *request;  /* (owned) */
  char               buffer[1];
} Way;

static void
way_free (Way *self)
{
  g_object_unref (self->client);
  g_clear_object (&self->server);
  g_string_free (self->request, TRUE);
  g_free (self);
}

static void
way_spliced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_io_stream_splice_finish (result, NULL);
  way_free (data);
}

static void
way_connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Way *self = data;
  const char *answer = "HTTP/1.1 200 OK\r\n\r\n";

  self->server = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
  g_assert_nonnull (self->server);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->client)), answer, strlen (answer), NULL,
                             NULL, NULL);
  g_io_stream_splice_async (G_IO_STREAM (self->client), G_IO_STREAM (self->server),
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT, NULL, way_spliced_cb, self);
}

/* A byte at a time, because what follows the request is not for the proxy. */
static void
way_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Way *self = data;
  GInputStream *input = G_INPUT_STREAM (source);

  if (g_input_stream_read_finish (input, result, NULL) <= 0) {
    way_free (self);
    return;
  }
  g_string_append_c (self->request, self->buffer[0]);
  if (g_str_has_suffix (self->request->str, "\r\n\r\n")) {
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    gboolean is_other = g_str_has_prefix (self->request->str, "CONNECT ws.montague.example:");
    guint16 port = is_other && self->fixture->other_port != 0 ? self->fixture->other_port : self->fixture->port;

    g_assert_true (g_str_has_prefix (self->request->str, "CONNECT "));
    g_socket_client_set_enable_proxy (client, FALSE);
    g_socket_client_connect_to_host_async (client, "127.0.0.1", port, NULL, way_connected_cb, self);
  } else {
    g_input_stream_read_async (input, self->buffer, 1, G_PRIORITY_DEFAULT, NULL, way_read_cb, self);
  }
}

static gboolean
proxy_incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Fixture *self = data;
  Way *way = g_new0 (Way, 1);

  self->connections++;
  way->client = g_object_ref (connection);
  way->request = g_string_new (NULL);
  way->fixture = self;
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), way->buffer, 1,
                             G_PRIORITY_DEFAULT, NULL, way_read_cb, way);
  return TRUE;
}

/* -- the web server -- */

static void
page_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Fixture *self = data;
  gboolean is_json = g_str_has_suffix (path, ".json");
  const char *text = is_json ? self->jrd : self->xrd;

  self->requests++;
  g_assert_null (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "User-Agent"));
  g_assert_null (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Accept-Encoding"));
  if (self->is_silent) {
    soup_server_message_pause (message);
  } else if (!is_json && self->location != NULL && g_strcmp0 (path, self->location) != 0) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, self->location);
  } else if (text == NULL) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  } else {
    soup_server_message_set_status (message, self->status, NULL);
    soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
  }
}

static void
peer_message_cb (SoupWebsocketConnection *peer, int type, GBytes *message, gpointer data)
{
  Fixture *self = data;

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_queue_push_tail (&self->heard, g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message)));
}

static void
append_header (const char *name, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s: %s\n", name, value);
}

static void
websocket_cb (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *peer,
              gpointer data)
{
  Fixture *self = data;
  GString *headers = g_string_new (NULL);

  soup_message_headers_foreach (soup_server_message_get_request_headers (message), append_header, headers);
  g_free (self->headers);
  self->headers = g_string_free (headers, FALSE);
  g_set_object (&self->peer, peer);
  soup_websocket_connection_set_max_incoming_payload_size (peer, 0);
  g_signal_connect (peer, "message", G_CALLBACK (peer_message_cb), self);
}

static SoupServer *
open_server (Fixture *self, const char *certificate, guint16 *port)
{
  const char *xmpp[] = { "xmpp", NULL }, *chess[] = { "chess", NULL };
  g_autofree char *file = g_strdup_printf (FAKE_CERTS_DIR "/%s.pem", certificate);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_file (file, &error);
  SoupServer *server;
  GSList *uris;

  g_assert_no_error (error);
  server = g_object_new (SOUP_TYPE_SERVER, "tls-certificate", tls, NULL);
  soup_server_add_handler (server, "/", page_cb, self, NULL);
  soup_server_add_websocket_handler (server, "/ws", NULL, (char **) xmpp, websocket_cb, self, NULL);
  soup_server_add_websocket_handler (server, "/chess", NULL, (char **) chess, websocket_cb, self, NULL);
  soup_server_add_websocket_handler (server, "/mute", NULL, NULL, websocket_cb, self, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  *port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return server;
}

void
fixture_open (Fixture *self, gconstpointer data)
{
  const FixtureCase *given = data;

  self->status = SOUP_STATUS_OK;
  self->xrd = FIXTURE_LINK ("/ws");
  g_queue_init (&self->heard);
  g_queue_init (&self->events);
  self->server = open_server (self, given->certificate, &self->port);
  if (given->other != NULL)
    self->other = open_server (self, given->other, &self->other_port);

  self->proxy = g_socket_service_new ();
  g_signal_connect (self->proxy, "incoming", G_CALLBACK (proxy_incoming_cb), self);
  g_free (proxy_uri);
  proxy_uri = g_strdup_printf ("http://127.0.0.1:%u",
                               g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->proxy), NULL, NULL));
}

void
fixture_close (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->transport, xmpp_transport_free);
  fake_settle ();
  if (self->peer != NULL)
    g_signal_handlers_disconnect_by_data (self->peer, self);
  g_clear_object (&self->peer);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  if (self->other != NULL)
    soup_server_disconnect (self->other);
  g_clear_object (&self->other);
  g_socket_service_stop (self->proxy);
  g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_socket_listener_close (G_SOCKET_LISTENER (self->proxy));
  g_object_unref (self->proxy);
  fake_settle ();
  g_queue_clear_full (&self->heard, g_free);
  g_queue_clear_full (&self->events, g_free);
  g_free (self->headers);
}

/* -- the listener -- */

static void
note (Fixture *self, char *event)
{
  g_queue_push_tail (&self->events, event);
  if (self->frees_itself)
    g_clear_pointer (&self->transport, xmpp_transport_free);
}

static void
opened_cb (XmppTransport *transport, XmppNode *header, gpointer data)
{
  g_assert_true (xmpp_node_is (header, "stream", NS_STREAM));
  note (data, g_strdup_printf ("opened from=%s id=%s version=%s lang=%s", xmpp_node_get (header, "from"),
                               xmpp_node_get (header, "id"), xmpp_node_get (header, "version"),
                               xmpp_node_get_with_ns (header, NS_XML, "lang")));
}

static void
received_cb (XmppTransport *transport, XmppNode *node, gpointer data)
{
  g_autoptr (XmppNode) owned = node;

  note (data, g_strdup_printf ("received %s %s", xmpp_node_get_name (node), xmpp_node_get_ns (node)));
}

static void
closed_cb (XmppTransport *transport, gpointer data)
{
  note (data, g_strdup ("closed"));
}

static void
failed_cb (XmppTransport *transport, const GError *error, gpointer data)
{
  if (error->domain == XMPP_STREAM_ERROR)
    note (data, g_strdup_printf ("failed %s", xmpp_stream_error_name (error->code)));
  else
    note (data, g_strdup_printf ("failed %s %d", g_quark_to_string (error->domain), error->code));
}

static void
skipped_cb (XmppTransport *transport, XmppNode *start, gpointer data)
{
  g_autoptr (XmppNode) owned = start;

  note (data, g_strdup_printf ("skipped %s %s", xmpp_node_get_name (start), xmpp_node_get_ns (start)));
}

static const XmppTransportEvents events = { opened_cb, received_cb, closed_cb, failed_cb, skipped_cb };

/* -- verbs -- */

static gboolean
is_heard (gpointer data)
{
  return !g_queue_is_empty (data);
}

XmppTransport *
fixture_connect (Fixture *self, GError **error)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) result = NULL;

  login->pin = g_strdup (self->pin);
  login->pin_errors = self->pin_errors;
  net_websocket.connect_async (login, clock, NULL, fake_result_cb, &result);
  self->transport = net_websocket.connect_finish (fake_wait (&result), error);
  if (self->transport != NULL) {
    self->transport->events = &events;
    self->transport->user_data = self;
  }
  return self->transport;
}

void
fixture_say (Fixture *self, const char *text)
{
  soup_websocket_connection_send_text (self->peer, text);
}

XmppNode *
fixture_expect (Fixture *self, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) wanted = xmpp_reader_parse (pattern, -1, &error);
  g_autofree char *text = NULL;
  XmppNode *node;

  g_assert_no_error (error);
  fake_wait_until (is_heard, &self->heard, pattern);
  text = g_queue_pop_head (&self->heard);
  node = xmpp_reader_parse (text, -1, &error);
  g_assert_no_error (error);
  if (!xmpp_node_covers (wanted, node))
    g_error ("wanted %s, got %s", pattern, text);
  return node;
}

void
fixture_hear (Fixture *self, const char *pattern)
{
  xmpp_node_free (fixture_expect (self, pattern));
}

void
fixture_expect_event (Fixture *self, const char *event)
{
  g_autofree char *got = NULL;

  fake_wait_until (is_heard, &self->events, event);
  got = g_queue_pop_head (&self->events);
  g_assert_cmpstr (got, ==, event);
}

void
fixture_connect_and_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");

  fixture_connect (self, &error);
  g_assert_no_error (error);
  self->transport->klass->open (self->transport, xmpp_jid_get_server (login->jid), login->jid);
  fixture_hear (self, "<open xmlns='" NS_FRAMING "' to='montague.example' from='romeo@montague.example'"
                      " version='1.0'/>");
  fixture_say (self, "<open xmlns='" NS_FRAMING "' from='montague.example' id='s1' version='1.0' xml:lang='it'/>");
  fixture_expect_event (self, "opened from=montague.example id=s1 version=1.0 lang=it");
}

/* Runs before main: the first who asks for a resolver of proxies settles which one it is. */
__attribute__ ((constructor)) static void
fixture_proxies_register (void)
{
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, TYPE_FIXTURE_PROXIES, "fixture", 1000);
}
