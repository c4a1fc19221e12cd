/* XMPP in the frames of an open WebSocket (RFC 7395): the transport that net-websocket reaches a server with.
 *
 *   FRESH ──open()──▶ OPENING ──<open/>──▶ OPEN ──<close/>──▶ ENDED    told by `closed`; our half may still be ended
 *                        ▲                  │ │
 *                        └── open() again ──┘ └──junk, hang-up──▶ FAILED   told by `failed`, from the main loop
 *
 * Each message is one whole element. libsoup may report an error from inside a call to it, and may not be let go of
 * from inside one of its signals: both wait for the main loop. */
#include "net-frames.h"

#include <string.h>

#include "xmpp-error.h"
#include "xmpp-language.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define WRITE_SIZE (4 * 1024)   /* bytes that need not be moved to another place while they are written */

typedef enum {
  FRAMES_FRESH,
  FRAMES_OPENING,
  FRAMES_OPEN,
  FRAMES_ENDED,
  FRAMES_FAILED,
} FramesState;

/* Sources hold a reference each, so an owner may free the transport at any time. */
typedef struct {
  XmppTransport            base;
  SoupWebsocketConnection *socket;       /* (owned) */
  XmppConnection          *connection;   /* (owned) how it is connected */
  FramesState              state;
  gboolean                 ours_ended;   /* <close/> is sent: nothing more goes out */
  gboolean                 freed;        /* by its owner: no event may follow */
  GError                  *error;        /* (owned, nullable) why it failed */
  GQueue                   waiters;      /* of GTask, (owned), in order */
  GSource                 *drained;      /* (owned, nullable) while somebody waits */
} NetFrames;

static NetFrames *
frames_ref (NetFrames *self)
{
  return g_rc_box_acquire (self);
}

static void
frames_clear (gpointer data)
{
  NetFrames *self = data;

  g_object_unref (self->socket);
  xmpp_connection_unref (self->connection);
  g_clear_error (&self->error);
  g_clear_error (&self->base.refused);
}

static void
frames_unref (NetFrames *self)
{
  g_rc_box_release_full (self, frames_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetFrames, frames_unref)

static void
add_idle (GSourceFunc    callback,
          gpointer       data,
          GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, callback, data, destroy);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static gboolean
release_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* -- the end -- */

static gboolean
waiters_fail_cb (gpointer user_data)
{
  GQueue *waiters = user_data;
  GTask *task;

  while ((task = g_queue_pop_head (waiters)) != NULL) {
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED,
                             "The connection ended before this was sent");
    g_object_unref (task);
  }
  return G_SOURCE_REMOVE;
}

static void
waiters_fail (GQueue *waiters)
{
  if (g_queue_is_empty (waiters))
    return;
  add_idle (waiters_fail_cb, g_queue_copy (waiters), (GDestroyNotify) g_queue_free);
  g_queue_clear (waiters);
}

static void
stop_waiting (NetFrames *self)
{
  waiters_fail (&self->waiters);
  if (self->drained != NULL) {
    g_source_destroy (self->drained);
    g_clear_pointer (&self->drained, g_source_unref);
  }
}

static gboolean
failed_cb (gpointer user_data)
{
  NetFrames *self = user_data;

  if (!self->freed && self->base.events != NULL)
    self->base.events->failed (&self->base, self->error, self->base.user_data);
  return G_SOURCE_REMOVE;
}

static void
frames_fail (NetFrames *self,
             GError    *error)
{
  stop_waiting (self);
  if (self->state == FRAMES_ENDED || self->state == FRAMES_FAILED || self->freed) {
    g_error_free (error);
    return;
  }
  self->state = FRAMES_FAILED;
  self->error = error;
  add_idle (failed_cb, frames_ref (self), (GDestroyNotify) frames_unref);
}

/* -- out -- */

static gboolean
is_writable (NetFrames *self)
{
  return !self->ours_ended && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN;
}

/* A password may be among what is written: with PLAIN it is nearly the password itself. */
static void
wipe (gpointer data)
{
  GString *text = data;

  explicit_bzero (text->str, text->allocated_len);
  g_string_free (text, TRUE);
}

/* RFC 7395 §3.3.3: what is in a frame carries its own namespaces, as if nothing were around it. */
static void
write_node (NetFrames      *self,
            const XmppNode *node)
{
  GString *text = g_string_sized_new (WRITE_SIZE);
  g_autoptr (GBytes) bytes = NULL;

  xmpp_node_write (node, NULL, text);
  bytes = g_bytes_new_with_free_func (text->str, text->len, wipe, text);
  soup_websocket_connection_send_message (self->socket, SOUP_WEBSOCKET_DATA_TEXT, bytes);
}

static void
end_ours (NetFrames *self)
{
  g_autoptr (XmppNode) close = xmpp_node_new ("close", NS_FRAMING);

  if (!is_writable (self))
    return;
  write_node (self, close);
  self->ours_ended = TRUE;
}

/* The WebSocket itself ends when both halves of the stream have (RFC 7395 §3.6). */
static void
end_socket (NetFrames *self,
            gushort    code)
{
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, code, NULL);
}

static gboolean
drained_cb (GObject  *stream,
            gpointer  user_data)
{
  NetFrames *self = user_data;
  GQueue done = self->waiters;
  GTask *task;

  g_queue_init (&self->waiters);
  g_clear_pointer (&self->drained, g_source_unref);
  while ((task = g_queue_pop_head (&done)) != NULL) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
  return G_SOURCE_REMOVE;
}

/* libsoup does not say when a frame has left. But while it has something to write it waits for the stream at default
 * priority, so whoever waits for it below that hears of a stream that has taken everything. */
static void
watch_for_drained (NetFrames *self)
{
  GOutputStream *stream = g_io_stream_get_output_stream (soup_websocket_connection_get_io_stream (self->socket));

  if (self->drained != NULL)
    return;
  self->drained = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (stream), NULL);
  g_source_set_priority (self->drained, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (self->drained, G_SOURCE_FUNC (drained_cb), frames_ref (self), (GDestroyNotify) frames_unref);
  g_source_attach (self->drained, g_main_context_get_thread_default ());
}

/* -- in -- */

/* What the server says cannot be understood: it is told why, once, and nothing more is heard of it. */
static void
frames_refuse (NetFrames *self,
               GError    *error)
{
  g_autoptr (XmppNode) node = xmpp_error_to_stream_node (error);

  if (is_writable (self))
    write_node (self, node);
  end_ours (self);
  end_socket (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  frames_fail (self, error);
}

static void
frames_refuse_because (NetFrames       *self,
                       XmppStreamError  code,
                       const char      *message)
{
  frames_refuse (self, g_error_new_literal (XMPP_STREAM_ERROR, code, message));
}

/* To its listener a stream begins as it does over TCP. */
static void
take_open (NetFrames      *self,
           const XmppNode *open)
{
  static const char *const attributes[] = { "from", "to", "id", "version" };
  g_autoptr (XmppNode) header = xmpp_node_new ("stream", NS_STREAM);

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    xmpp_node_set (header, attributes[i], xmpp_node_get (open, attributes[i]));
  xmpp_node_set_ns (header, NS_XML, "lang", xmpp_node_get_with_ns (open, NS_XML, "lang"));
  self->state = FRAMES_OPEN;
  self->base.events->opened (&self->base, header, self->base.user_data);
}

static void
take_close (NetFrames *self)
{
  self->state = FRAMES_ENDED;
  if (self->ours_ended)
    end_socket (self, SOUP_WEBSOCKET_CLOSE_NORMAL);
  self->base.events->closed (&self->base, self->base.user_data);
}

static void
take_node (NetFrames *self,
           XmppNode  *node)
{
  g_autoptr (XmppNode) owned = node;

  if (xmpp_node_is (node, "close", NS_FRAMING))
    take_close (self);
  else if (xmpp_node_is (node, "open", NS_FRAMING) && self->state == FRAMES_OPENING)
    take_open (self, node);
  else if (self->state == FRAMES_OPENING || g_strcmp0 (xmpp_node_get_ns (node), NS_FRAMING) == 0)
    frames_refuse_because (self, XMPP_STREAM_ERROR_INVALID_XML, "This does not belong here in a framed stream");
  else
    self->base.events->received (&self->base, g_steal_pointer (&owned), self->base.user_data);
}

static void
take_skipped (NetFrames *self,
              XmppNode  *start)
{
  if (self->state == FRAMES_OPEN && self->base.events->skipped != NULL) {
    self->base.events->skipped (&self->base, start, self->base.user_data);
    return;
  }
  xmpp_node_free (start);
  frames_refuse_because (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "There is too much in one element");
}

static void
socket_message_cb (SoupWebsocketConnection *socket,
                   int                      type,
                   GBytes                  *message,
                   gpointer                 user_data)
{
  g_autoptr (NetFrames) self = frames_ref (user_data);
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  const char *text = g_bytes_get_data (message, &length);
  gboolean is_skipped;
  XmppNode *node;

  if ((self->state != FRAMES_OPENING && self->state != FRAMES_OPEN) || self->base.events == NULL)
    return;
  if (type != SOUP_WEBSOCKET_DATA_TEXT || length == 0 || *text != '<') {
    frames_refuse_because (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "A frame does not hold an element");
    return;
  }
  node = xmpp_reader_parse_stanza (text, (gssize) length, &is_skipped, &error);
  if (node != NULL && is_skipped)
    take_skipped (self, node);
  else if (node != NULL)
    take_node (self, node);
  else
    frames_refuse (self, g_steal_pointer (&error));
}

static void
socket_error_cb (SoupWebsocketConnection *socket,
                 const GError            *error,
                 gpointer                 user_data)
{
  g_autoptr (NetFrames) self = frames_ref (user_data);

  if (g_error_matches (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG))
    frames_fail (self, g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION,
                                            "A frame is longer than a stanza may be"));
  else if (g_error_matches (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_BAD_DATA))
    frames_fail (self, g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING,
                                            "A frame is not UTF-8"));
  else if (error->domain == G_TLS_ERROR && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    frames_fail (self, g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS: %s", error->message));
  else
    frames_fail (self, g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The connection was lost: %s",
                                    error->message));
}

static void
socket_closed_cb (SoupWebsocketConnection *socket,
                  gpointer                 user_data)
{
  g_autoptr (NetFrames) self = frames_ref (user_data);

  frames_fail (self, g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED,
                                          "The server closed the connection"));
}

/* -- the transport -- */

static void
frames_open (XmppTransport *transport,
             XmppJid       *to,
             XmppJid       *from)
{
  NetFrames *self = (NetFrames *) transport;
  g_autoptr (XmppNode) open = xmpp_node_new ("open", NS_FRAMING);
  g_autofree char *language = xmpp_language ();

  if ((self->state != FRAMES_FRESH && self->state != FRAMES_OPEN) || !is_writable (self))
    return;
  xmpp_node_set (open, "to", xmpp_jid_get_domain (to));
  if (from != NULL)
    xmpp_node_set (open, "from", xmpp_jid_get_text (from));
  xmpp_node_set (open, "version", "1.0");
  xmpp_node_set_ns (open, NS_XML, "lang", language);
  self->state = FRAMES_OPENING;
  write_node (self, open);
}

static void
frames_send (XmppTransport  *transport,
             const XmppNode *node,
             GTask          *written)
{
  NetFrames *self = (NetFrames *) transport;
  GQueue refused = G_QUEUE_INIT;

  if ((self->state == FRAMES_OPENING || self->state == FRAMES_OPEN) && is_writable (self)) {
    write_node (self, node);
    if (written == NULL)
      return;
    g_queue_push_tail (&self->waiters, written);
    watch_for_drained (self);
  } else if (written != NULL) {
    g_queue_push_tail (&refused, written);
    waiters_fail (&refused);
  }
}

static void
frames_close (XmppTransport *transport)
{
  NetFrames *self = (NetFrames *) transport;

  if (self->state == FRAMES_FRESH || self->state == FRAMES_FAILED)
    return;
  end_ours (self);
  if (self->state == FRAMES_ENDED)
    end_socket (self, SOUP_WEBSOCKET_CLOSE_NORMAL);
}

static void
frames_free (XmppTransport *transport)
{
  NetFrames *self = (NetFrames *) transport;

  self->freed = TRUE;
  stop_waiting (self);
  g_signal_handlers_disconnect_by_data (self->socket, self);
  end_socket (self, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
  add_idle (release_cb, self, (GDestroyNotify) frames_unref);
}

/* The TLS often ends at a web server in front of the XMPP server, so it is not ours to bind a login to. */
static GTlsConnection *
frames_get_tls (XmppTransport *transport)
{
  return NULL;
}

static gboolean
frames_is_secure (XmppTransport *transport)
{
  return TRUE;
}

static XmppConnection *
frames_describe (XmppTransport *transport)
{
  return xmpp_connection_copy (((NetFrames *) transport)->connection);
}

static const XmppTransportClass frames_class = {
  .name = "websocket",
  .open = frames_open,
  .send = frames_send,
  .close = frames_close,
  .free = frames_free,
  .get_tls = frames_get_tls,
  .is_secure = frames_is_secure,
  .describe = frames_describe,
};

/* A frame has its limit here and a message in the reader. What lies between, a message in very many frames, newer
 * versions of libsoup can limit, and nobody but the account's own server can send. */
static void
set_limits (SoupWebsocketConnection *socket)
{
  const char *whole = "max-total-message-size";

  soup_websocket_connection_set_max_incoming_payload_size (socket, XMPP_READER_MAX_STANZA);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (socket), whole) != NULL)
    g_object_set (socket, whole, (guint64) XMPP_READER_MAX_STANZA, NULL);
}

/**
 * net_frames_new:
 * @socket: an open WebSocket over TLS that speaks the subprotocol "xmpp", and on which nothing was said yet
 * @connection: how it came to be; copied
 *
 * Puts framed XMPP streams on a WebSocket. Nothing is sent or heard before the transport's open().
 *
 * `opened` gets a stream header like that of a stream over TCP, made from <open/>. What the server sends and no
 * reader accepts ends the stream with the stream error that says why. `failed` carries %XMPP_STREAM_ERROR then, else
 * %XMPP_CONNECT_ERROR_CLOSED or %XMPP_CONNECT_ERROR_TLS.
 *
 * Returns: (transfer full): a transport
 */
XmppTransport *
net_frames_new (SoupWebsocketConnection *socket,
                const XmppConnection    *connection)
{
  NetFrames *self = g_rc_box_new0 (NetFrames);

  self->base.klass = &frames_class;
  self->socket = g_object_ref (socket);
  self->connection = xmpp_connection_copy (connection);
  g_queue_init (&self->waiters);
  set_limits (socket);
  g_signal_connect (socket, "message", G_CALLBACK (socket_message_cb), self);
  g_signal_connect (socket, "error", G_CALLBACK (socket_error_cb), self);
  g_signal_connect (socket, "closed", G_CALLBACK (socket_closed_cb), self);
  return &self->base;
}
