/* A network for tests: names that lead to loopback or nowhere, SRV records, proxies, and listening servers. */

#include "mock-network.h"

#include <string.h>

#include "fake-server.h"

/* What the network consists of; the two resolvers are the process's own, so this is too. */
static struct {
  GHashTable *srv;       /* service → GList of GSrvTarget */
  GHashTable *failing;   /* service */
  GHashTable *held;      /* service or host */
  GHashTable *names;     /* host */
  GString    *asked;
  char       *proxies;
  char       *proxy_uri;
} network;

/* -- the resolver -- */

#define MOCK_TYPE_RESOLVER (mock_resolver_get_type ())
G_DECLARE_FINAL_TYPE (MockResolver, mock_resolver, MOCK, RESOLVER, GResolver)

struct _MockResolver {
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (MockResolver, mock_resolver, G_TYPE_RESOLVER)

static GList *
mock_addresses (const char               *host,
                GResolverNameLookupFlags  flags,
                GError                  **error)
{
  g_string_append_printf (network.asked, "%s ", host);
  if (g_hash_table_contains (network.names, host) && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) == 0)
    return g_list_append (NULL, g_inet_address_new_from_string ("127.0.0.1"));
  g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name: %s", host);
  return NULL;
}

static void
held_cancelled_cb (GCancellable *cancellable,
                   gpointer      user_data)
{
  GTask *task = user_data;

  g_task_return_error_if_cancelled (task);
  g_object_unref (task);
}

static void
mock_lookup_async (GResolver                *resolver,
                   const char               *host,
                   GResolverNameLookupFlags  flags,
                   GCancellable             *cancellable,
                   GAsyncReadyCallback       callback,
                   gpointer                  user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GError *error = NULL;
  GList *addresses;

  if (g_hash_table_contains (network.held, host)) {
    g_cancellable_connect (cancellable, G_CALLBACK (held_cancelled_cb), g_steal_pointer (&task), NULL);
    return;
  }
  addresses = mock_addresses (host, flags, &error);
  if (addresses != NULL)
    g_task_return_pointer (task, addresses, (GDestroyNotify) g_resolver_free_addresses);
  else
    g_task_return_error (task, error);
}

static void
mock_lookup_by_name_async (GResolver           *resolver,
                           const char          *host,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  mock_lookup_async (resolver, host, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback, user_data);
}

static GList *
mock_lookup_finish (GResolver     *resolver,
                    GAsyncResult  *result,
                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
copy_target (gconstpointer target,
             gpointer      user_data)
{
  return g_srv_target_copy ((GSrvTarget *) target);
}

/* rrname is "_xmpp-client._tcp.montague.example". */
static void
mock_lookup_service_async (GResolver           *resolver,
                           const char          *rrname,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  g_auto (GStrv) parts = g_strsplit (rrname, ".", 2);
  const char *service = parts[0] + 1;
  GList *targets = g_hash_table_lookup (network.srv, service);

  g_string_append_printf (network.asked, "%s ", rrname);
  if (g_hash_table_contains (network.held, service))
    g_cancellable_connect (cancellable, G_CALLBACK (held_cancelled_cb), g_steal_pointer (&task), NULL);
  else if (g_hash_table_contains (network.failing, service))
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "no answer from any server");
  else if (targets == NULL)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such record");
  else
    g_task_return_pointer (task, g_list_copy_deep (targets, copy_target, NULL),
                           (GDestroyNotify) g_resolver_free_targets);
}

static void
mock_resolver_class_init (MockResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_async = mock_lookup_by_name_async;
  resolver_class->lookup_by_name_finish = mock_lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = mock_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = mock_lookup_finish;
  resolver_class->lookup_service_async = mock_lookup_service_async;
  resolver_class->lookup_service_finish = mock_lookup_finish;
}

static void
mock_resolver_init (MockResolver *self)
{
}

/* -- the proxy resolver -- */

#define MOCK_TYPE_PROXY_RESOLVER (mock_proxy_resolver_get_type ())
G_DECLARE_FINAL_TYPE (MockProxyResolver, mock_proxy_resolver, MOCK, PROXY_RESOLVER, GObject)

struct _MockProxyResolver {
  GObject parent_instance;
};

static void mock_proxy_resolver_iface_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MockProxyResolver, mock_proxy_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, mock_proxy_resolver_iface_init))

static gboolean
mock_proxy_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
mock_proxy_lookup_async (GProxyResolver      *resolver,
                         const char          *uri,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_free (network.proxy_uri);
  network.proxy_uri = g_strdup (uri);
  if (network.proxies != NULL)
    g_task_return_pointer (task, g_strsplit (network.proxies, " ", -1), (GDestroyNotify) g_strfreev);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no proxy configuration can be read");
}

static char **
mock_proxy_lookup_finish (GProxyResolver *resolver,
                          GAsyncResult   *result,
                          GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
mock_proxy_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = mock_proxy_is_supported;
  iface->lookup_async = mock_proxy_lookup_async;
  iface->lookup_finish = mock_proxy_lookup_finish;
}

static void
mock_proxy_resolver_class_init (MockProxyResolverClass *klass)
{
}

static void
mock_proxy_resolver_init (MockProxyResolver *self)
{
}

/* -- the network -- */

static void
free_targets (gpointer targets)
{
  g_resolver_free_targets (targets);
}

void
mock_network_install (void)
{
  g_autoptr (GResolver) resolver = g_object_new (MOCK_TYPE_RESOLVER, NULL);

  g_resolver_set_default (resolver);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "mock", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, MOCK_TYPE_PROXY_RESOLVER, "mock", 1000);
  g_assert_true (MOCK_IS_PROXY_RESOLVER (g_proxy_resolver_get_default ()));
  network.srv = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_targets);
  network.failing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  network.held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  network.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  network.asked = g_string_new (NULL);
  mock_network_reset ();
}

void
mock_network_reset (void)
{
  g_hash_table_remove_all (network.srv);
  g_hash_table_remove_all (network.failing);
  g_hash_table_remove_all (network.held);
  g_hash_table_remove_all (network.names);
  g_string_truncate (network.asked, 0);
  g_clear_pointer (&network.proxy_uri, g_free);
  mock_network_set_proxies ("direct://");
}

void
mock_network_add_srv (const char *service,
                      const char *host,
                      guint16     port,
                      guint16     priority,
                      guint16     weight)
{
  gpointer key = NULL;
  gpointer targets = NULL;

  g_hash_table_steal_extended (network.srv, service, &key, &targets);
  g_free (key);
  g_hash_table_insert (network.srv, g_strdup (service),
                       g_list_append (targets, g_srv_target_new (host, port, priority, weight)));
}

void
mock_network_fail_srv (const char *service)
{
  g_hash_table_add (network.failing, g_strdup (service));
}

void
mock_network_hold_srv (const char *service)
{
  g_hash_table_add (network.held, g_strdup (service));
}

void
mock_network_hold_name (const char *host)
{
  g_hash_table_add (network.held, g_strdup (host));
}

void
mock_network_add_name (const char *host)
{
  g_hash_table_add (network.names, g_strdup (host));
}

void
mock_network_set_proxies (const char *uris)
{
  g_free (network.proxies);
  network.proxies = g_strdup (uris);
}

const char *
mock_network_get_asked (void)
{
  return network.asked->str;
}

const char *
mock_network_get_proxy_uri (void)
{
  return network.proxy_uri;
}

/* -- listeners -- */

static gboolean
listener_incoming_cb (GSocketService    *service,
                      GSocketConnection *connection,
                      GObject           *source_object,
                      gpointer           user_data)
{
  MockListener *self = user_data;

  g_queue_push_tail (&self->accepted, g_object_ref (connection));
  return TRUE;
}

MockListener *
mock_listener_new (void)
{
  MockListener *self = g_new0 (MockListener, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (listener_incoming_cb), self);
  return self;
}

void
mock_listener_free (MockListener *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_queue_clear_full (&self->accepted, g_object_unref);
  g_free (self);
}

static gboolean
has_accepted (gpointer data)
{
  return !g_queue_is_empty (&((MockListener *) data)->accepted);
}

GIOStream *
mock_listener_wait (MockListener *self)
{
  fake_wait_until (has_accepted, self, "a connection");
  return g_queue_pop_head (&self->accepted);
}

guint16
mock_closed_port (void)
{
  g_autoptr (MockListener) listener = mock_listener_new ();

  return listener->port;
}
