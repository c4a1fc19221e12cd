/* The way to a server made of nothing: what is sent is looked at and kept, what comes is made up. */
#include "world-link.h"

#include <string.h>

#include "xmpp-ns.h"
#include "xmpp-reader.h"

typedef struct {
  XmppTransport  base;
  World         *world;
  gboolean       is_secure;
} Link;

/* A connector has no data of its own. */
static World *current;

/* We send nothing that is not XML, or that would be read as something else. */
static void
check_sent (const XmppNode *node)
{
  g_autofree char *text = xmpp_node_to_string (node);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) again = xmpp_reader_parse (text, -1, &error);
  g_autofree char *again_text = NULL;

  g_assert_no_error (error);
  again_text = xmpp_node_to_string (again);
  g_assert_cmpstr (text, ==, again_text);
}

static void
keep_nonce (World          *world,
            const XmppNode *auth)
{
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode (xmpp_node_get_text (auth), &length);
  g_autofree char *message = g_strndup ((const char *) bytes, length);
  const char *nonce = strstr (message, ",r=");

  g_free (world->nonce);
  world->nonce = g_strdup (nonce != NULL ? nonce + 3 : "");
}

static void
link_open (XmppTransport *transport,
           XmppJid       *to,
           XmppJid       *from)
{
}

static void
link_send (XmppTransport  *transport,
           const XmppNode *node,
           GTask          *written)
{
  World *world = ((Link *) transport)->world;
  const char *type = xmpp_node_get (node, "type");
  gboolean is_question = xmpp_node_is (node, "iq", NS_CLIENT)
                         && (g_strcmp0 (type, "get") == 0 || g_strcmp0 (type, "set") == 0);

  if (!world->is_rehearsed)
    check_sent (node);
  if (xmpp_node_is (node, "auth", NS_SASL))
    keep_nonce (world, node);
  g_ptr_array_add (is_question ? world->questions : world->sent, xmpp_node_copy (node));
  if (written != NULL) {
    g_task_return_boolean (written, TRUE);
    g_object_unref (written);
  }
}

static void
link_close (XmppTransport *transport)
{
  ((Link *) transport)->world->is_closed = TRUE;
}

static void
link_free (XmppTransport *transport)
{
  Link *self = (Link *) transport;

  if (self->world->link == transport)
    self->world->link = NULL;
  g_clear_error (&transport->refused);
  g_free (self);
}

static void
link_secure_async (XmppTransport       *transport,
                   const XmppLogin     *login,
                   GCancellable        *cancellable,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  ((Link *) transport)->is_secure = TRUE;
  g_task_return_boolean (task, TRUE);
}

static gboolean
link_secure_finish (XmppTransport  *transport,
                    GAsyncResult   *result,
                    GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static GTlsConnection *
link_get_tls (XmppTransport *transport)
{
  return NULL;
}

static gboolean
link_is_secure (XmppTransport *transport)
{
  return ((Link *) transport)->is_secure;
}

static XmppConnection *
link_describe (XmppTransport *transport)
{
  return xmpp_connection_new ("tcp");
}

static const XmppTransportClass link_class = {
  .name = "tcp",
  .open = link_open,
  .send = link_send,
  .close = link_close,
  .free = link_free,
  .secure_async = link_secure_async,
  .secure_finish = link_secure_finish,
  .get_tls = link_get_tls,
  .is_secure = link_is_secure,
  .describe = link_describe,
};

static void
link_connect_async (const XmppLogin     *login,
                    BaseClock           *clock,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static XmppTransport *
link_connect_finish (GAsyncResult  *result,
                     GError       **error)
{
  Link *self;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  self = g_new0 (Link, 1);
  self->base.klass = &link_class;
  self->world = current;
  self->is_secure = current->is_secure;
  current->link = &self->base;
  current->is_closed = FALSE;
  return &self->base;
}

const XmppConnector *const *
world_link_connectors (World *world)
{
  static const XmppConnector connector = { "tcp", link_connect_async, link_connect_finish };
  static const XmppConnector *const connectors[] = { &connector, NULL };

  current = world;
  return connectors;
}
