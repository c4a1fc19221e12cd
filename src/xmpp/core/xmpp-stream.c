/* XML over any GIOStream: the transport for TCP, and for tests a socket pair.
 *
 *   FRESH ──open()──▶ OPEN ──<proceed/>──▶ HALTED ──secure_async()──▶ SECURING ──▶ FRESH, over TLS
 *                      │ ▲
 *                      │ └── open() again: a restart, with a fresh parser
 *                      ├──</stream:stream>──▶ ENDED    told by `closed`; our half may still be ended politely
 *                      └──error, hang-up────▶ FAILED   told by `failed`
 *
 * Bytes are read in OPEN only. Bytes to write are queued; one write is under way at a time and takes all of them.
 */

#include "xmpp-stream.h"

#include <string.h>

#include "xmpp-error.h"
#include "xmpp-language.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"
#include "xmpp-socket.h"
#include "xmpp-tls.h"

#define READ_SIZE  (16 * 1024)   /* bytes */
#define WRITE_SIZE (4 * 1024)    /* bytes that need not be moved to another place while they are queued */

#define XML_DECLARATION "<?xml version='1.0'?>"
#define STREAM_END      "</stream:stream>"

typedef enum {
  STREAM_FRESH,
  STREAM_OPEN,
  STREAM_HALTED,
  STREAM_SECURING,
  STREAM_ENDED,
  STREAM_FAILED,
} StreamState;

/* Somebody waits for the bytes up to here to leave. */
typedef struct {
  guint64  end;    /* in all that was ever queued */
  GTask   *task;   /* (owned) */
} Waiter;

/* Asynchronous operations hold a reference each, so an owner may free the transport at any time. */
typedef struct {
  XmppTransport   base;
  GIOStream      *io;            /* (owned) */
  GSocket        *socket;        /* (owned, nullable) of TCP, at the bottom of io */
  XmppConnection *connection;    /* (owned) how it is connected */
  gboolean        is_secure;
  StreamState     state;
  gboolean        ours_ended;    /* </stream:stream> is queued: nothing more goes out */
  gboolean        freed;         /* by its owner: no event may follow */
  GCancellable   *cancellable;   /* (owned) of all that runs */

  XmppReader     *reader;        /* (owned) */
  gboolean        reading;
  char            buffer[READ_SIZE];

  GString        *queued;        /* (owned) bytes for the next write */
  GString        *writing;       /* (owned, nullable) bytes under way */
  guint64         written;       /* bytes that have left */
  GQueue          waiters;       /* of Waiter, (owned), in order */

  GTask          *securing;      /* (owned, nullable) */
  XmppLogin      *login;         /* (owned, nullable) while securing */
  gulong          cancelled_handler;
} XmppStream;

static const XmppTransportClass stream_class;

static XmppStream *
stream_ref (XmppStream *self)
{
  return g_rc_box_acquire (self);
}

/* A password may be among what is written: with PLAIN it is nearly the password itself. */
static void
wipe (GString *bytes)
{
  explicit_bzero (bytes->str, bytes->allocated_len);
  g_string_free (bytes, TRUE);
}

static void
stream_clear (gpointer data)
{
  XmppStream *self = data;

  /* All that ran has ended by now; closing also says TLS's good-bye to a peer that still listens. */
  g_io_stream_close_async (self->io, G_PRIORITY_LOW, NULL, NULL, NULL);
  xmpp_reader_free (self->reader);
  g_object_unref (self->io);
  g_clear_object (&self->socket);
  g_object_unref (self->cancellable);
  wipe (self->queued);
  xmpp_connection_unref (self->connection);
  g_clear_pointer (&self->login, xmpp_login_free);
  g_clear_error (&self->base.refused);
}

static void
stream_unref (XmppStream *self)
{
  g_rc_box_release_full (self, stream_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppStream, stream_unref)

/* -- the end -- */

static GError *
stream_lost_error (const GError *error)
{
  if (error == NULL || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    return g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The server closed the connection");
  if (error->domain == G_TLS_ERROR)
    return g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS: %s", error->message);
  return g_error_new (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The connection was lost: %s", error->message);
}

static gboolean
waiters_fail_cb (gpointer user_data)
{
  GQueue *waiters = user_data;
  Waiter *waiter;

  while ((waiter = g_queue_pop_head (waiters)) != NULL) {
    g_task_return_new_error (waiter->task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED,
                             "The connection ended before this was sent");
    g_object_unref (waiter->task);
    g_free (waiter);
  }
  return G_SOURCE_REMOVE;
}

/* Empties the queue. Whoever waits hears it from the main loop: this may run inside a call of theirs. */
static void
waiters_fail (GQueue *waiters)
{
  g_autoptr (GSource) idle = NULL;

  if (g_queue_is_empty (waiters))
    return;
  idle = g_idle_source_new ();
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, waiters_fail_cb, g_queue_copy (waiters), (GDestroyNotify) g_queue_free);
  g_source_attach (idle, g_main_context_get_thread_default ());
  g_queue_clear (waiters);
}

/* Enters a last state; the listener hears of it unless it knows already. */
static void
stream_fail (XmppStream   *self,
             StreamState   last,
             const GError *error)
{
  gboolean may_tell = self->state != STREAM_ENDED && self->state != STREAM_FAILED && !self->freed;

  self->state = last;
  if (last == STREAM_FAILED)
    waiters_fail (&self->waiters);
  if (may_tell && self->base.events != NULL)
    self->base.events->failed (&self->base, error, self->base.user_data);
}

/* -- out -- */

static void stream_written_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
stream_write (XmppStream *self)
{
  if (self->writing != NULL || self->queued->len == 0 || self->state == STREAM_FAILED || self->freed)
    return;
  self->writing = g_steal_pointer (&self->queued);
  self->queued = g_string_sized_new (WRITE_SIZE);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->io), self->writing->str, self->writing->len,
                                   G_PRIORITY_DEFAULT, self->cancellable, stream_written_cb, stream_ref (self));
}

static void
stream_tell_waiters (XmppStream *self)
{
  Waiter *waiter;

  while ((waiter = g_queue_peek_head (&self->waiters)) != NULL && waiter->end <= self->written) {
    g_queue_pop_head (&self->waiters);
    g_task_return_boolean (waiter->task, TRUE);
    g_object_unref (waiter->task);
    g_free (waiter);
  }
}

static void stream_handshake (XmppStream *self);

static void
stream_written_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (XmppStream) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);

  self->written += self->writing->len;
  wipe (g_steal_pointer (&self->writing));
  if (self->state == STREAM_SECURING) {
    stream_handshake (self);
  } else if (!ok) {
    g_autoptr (GError) lost = stream_lost_error (error);

    stream_fail (self, STREAM_FAILED, lost);
  } else {
    stream_tell_waiters (self);
    stream_write (self);
  }
}

static Waiter *
waiter_new (XmppStream *self,
            GTask      *task)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->end = self->written + (self->writing != NULL ? self->writing->len : 0) + self->queued->len;
  waiter->task = task;
  return waiter;
}

static gboolean
stream_may_send (XmppStream *self)
{
  return self->state == STREAM_OPEN && !self->ours_ended;
}

/* -- in -- */

static void stream_read_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
stream_read (XmppStream *self)
{
  if (self->reading || self->state != STREAM_OPEN || self->freed)
    return;
  self->reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (self->io), self->buffer, READ_SIZE, G_PRIORITY_DEFAULT,
                             self->cancellable, stream_read_cb, stream_ref (self));
}

/* What the server says cannot be understood: it is told why, once, and nothing more is read. */
static void
stream_refuse (XmppStream   *self,
               const GError *error)
{
  g_autoptr (XmppNode) node = xmpp_error_to_stream_node (error);

  if (!self->ours_ended) {
    self->ours_ended = TRUE;
    g_string_append (self->queued, "<stream:error>");
    for (const XmppNode *child = xmpp_node_get_first (node); child != NULL; child = xmpp_node_get_next (child))
      xmpp_node_write (child, NS_CLIENT, self->queued);
    g_string_append (self->queued, "</stream:error>" STREAM_END);
    stream_write (self);
  }
  stream_fail (self, STREAM_ENDED, error);
}

static void
stream_read_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (XmppStream) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->reading = FALSE;
  if (self->freed || self->state != STREAM_OPEN)
    return;
  if (length <= 0) {
    g_autoptr (GError) lost = stream_lost_error (error);

    stream_fail (self, STREAM_FAILED, lost);
    return;
  }
  if (self->socket != NULL)
    xmpp_socket_ack_quickly (self->socket);
  if (!xmpp_reader_feed (self->reader, self->buffer, (gsize) length, &error) && !self->freed
      && self->state == STREAM_OPEN)
    stream_refuse (self, error);
  stream_read (self);
}

/* The three events of the reader come from inside xmpp_reader_feed(), hence from the main loop. After one of them the
 * owner may have freed or restarted the transport, or the rest of the bytes may be none of ours. */
static gboolean
stream_may_hear (XmppStream *self)
{
  return self->state == STREAM_OPEN && !self->freed && self->base.events != NULL;
}

static void
reader_opened_cb (XmppNode *header,
                  gpointer  user_data)
{
  XmppStream *self = user_data;

  if (stream_may_hear (self))
    self->base.events->opened (&self->base, header, self->base.user_data);
}

static void
reader_stanza_cb (XmppNode *stanza,
                  gpointer  user_data)
{
  XmppStream *self = user_data;
  g_autoptr (XmppNode) node = stanza;

  if (!stream_may_hear (self))
    return;
  /* What follows <proceed/> is TLS, or a forgery (RFC 6120 §5.3.3): in neither case is it for this reader. */
  if (!self->is_secure && xmpp_node_is (node, "proceed", NS_TLS))
    self->state = STREAM_HALTED;
  self->base.events->received (&self->base, g_steal_pointer (&node), self->base.user_data);
}

static void
reader_skipped_cb (XmppNode *start,
                   gpointer  user_data)
{
  XmppStream *self = user_data;
  g_autoptr (XmppNode) node = start;
  g_autoptr (GError) error = NULL;

  if (!stream_may_hear (self))
    return;
  if (self->base.events->skipped != NULL) {
    self->base.events->skipped (&self->base, g_steal_pointer (&node), self->base.user_data);
    return;
  }
  g_set_error_literal (&error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION,
                       "There is too much in one element");
  stream_refuse (self, error);
}

static void
reader_closed_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  if (!stream_may_hear (self))
    return;
  self->state = STREAM_ENDED;
  self->base.events->closed (&self->base, self->base.user_data);
}

static const XmppReaderEvents reader_events = {
  .opened = reader_opened_cb,
  .stanza = reader_stanza_cb,
  .closed = reader_closed_cb,
  .skipped = reader_skipped_cb,
};

/* -- STARTTLS -- */

static void
stream_secured_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (XmppStream) self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->securing);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsConnection) tls = xmpp_tls_handshake_finish (result, self->connection, &error);

  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_handler);
  g_clear_pointer (&self->login, xmpp_login_free);
  if (tls == NULL) {
    self->state = STREAM_FAILED;
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  g_set_object (&self->io, G_IO_STREAM (tls));
  self->is_secure = TRUE;
  self->state = STREAM_FRESH;
  g_task_return_boolean (task, TRUE);
}

static void
stream_handshake (XmppStream *self)
{
  xmpp_tls_handshake_async (self->io, self->login, FALSE, self->cancellable, stream_secured_cb, stream_ref (self));
}

static void
stream_securing_cancelled_cb (GCancellable *cancellable,
                              gpointer      user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

/* -- the transport -- */

static void
stream_open (XmppTransport *transport,
             XmppJid       *to,
             XmppJid       *from)
{
  XmppStream *self = (XmppStream *) transport;
  g_autofree char *language = xmpp_language ();
  g_autofree char *header = NULL;

  if ((self->state != STREAM_FRESH && self->state != STREAM_OPEN) || self->ours_ended)
    return;
  self->state = STREAM_OPEN;
  xmpp_reader_reset (self->reader);
  header = g_markup_printf_escaped ("<stream:stream xmlns='%s' xmlns:stream='%s' version='1.0' xml:lang='%s' "
                                    "to='%s'", NS_CLIENT, NS_STREAM, language, xmpp_jid_get_domain (to));
  g_string_append_printf (self->queued, "%s%s", XML_DECLARATION, header);
  if (from != NULL) {
    g_autofree char *attribute = g_markup_printf_escaped (" from='%s'", xmpp_jid_get_text (from));

    g_string_append (self->queued, attribute);
  }
  g_string_append_c (self->queued, '>');
  stream_write (self);
  stream_read (self);
}

static void
stream_send (XmppTransport  *transport,
             const XmppNode *node,
             GTask          *written)
{
  XmppStream *self = (XmppStream *) transport;
  GQueue refused = G_QUEUE_INIT;

  if (!stream_may_send (self)) {
    if (written != NULL)
      g_queue_push_tail (&refused, waiter_new (self, written));
    waiters_fail (&refused);
    return;
  }
  xmpp_node_write (node, NS_CLIENT, self->queued);
  if (written != NULL)
    g_queue_push_tail (&self->waiters, waiter_new (self, written));
  stream_write (self);
}

static void
stream_close (XmppTransport *transport)
{
  XmppStream *self = (XmppStream *) transport;

  if (self->ours_ended || (self->state != STREAM_OPEN && self->state != STREAM_ENDED))
    return;
  self->ours_ended = TRUE;
  g_string_append (self->queued, STREAM_END);
  stream_write (self);
}

static void
stream_free (XmppTransport *transport)
{
  XmppStream *self = (XmppStream *) transport;

  self->freed = TRUE;
  waiters_fail (&self->waiters);
  g_cancellable_cancel (self->cancellable);
  stream_unref (self);
}

static void
stream_secure_async (XmppTransport       *transport,
                     const XmppLogin     *login,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  XmppStream *self = (XmppStream *) transport;

  g_return_if_fail (self->state == STREAM_HALTED);

  self->securing = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (self->securing, stream_secure_async);
  self->login = xmpp_login_copy (login);
  self->state = STREAM_SECURING;
  if (cancellable != NULL)
    self->cancelled_handler = g_cancellable_connect (cancellable, G_CALLBACK (stream_securing_cancelled_cb),
                                                     g_object_ref (self->cancellable), g_object_unref);
  if (self->writing == NULL)
    stream_handshake (self);
}

static gboolean
stream_secure_finish (XmppTransport *transport,
                      GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static GTlsConnection *
stream_get_tls (XmppTransport *transport)
{
  XmppStream *self = (XmppStream *) transport;

  return G_IS_TLS_CONNECTION (self->io) ? G_TLS_CONNECTION (self->io) : NULL;
}

static gboolean
stream_is_secure (XmppTransport *transport)
{
  return ((XmppStream *) transport)->is_secure;
}

static XmppConnection *
stream_describe (XmppTransport *transport)
{
  return xmpp_connection_copy (((XmppStream *) transport)->connection);
}

static const XmppTransportClass stream_class = {
  .name = "tcp",
  .open = stream_open,
  .send = stream_send,
  .close = stream_close,
  .free = stream_free,
  .secure_async = stream_secure_async,
  .secure_finish = stream_secure_finish,
  .get_tls = stream_get_tls,
  .is_secure = stream_is_secure,
  .describe = stream_describe,
};

/**
 * xmpp_stream_new:
 * @io: an open connection on which nobody reads or writes
 * @is_secure: whether its other end is proven and its bytes are private already: TLS, or a test's socket pair
 *
 * Puts XML streams (RFC 6120 §4) on a connection. Nothing is sent or read before the transport's open().
 *
 * What the server sends and no reader accepts ends the stream with the stream error that says why. `failed` carries
 * %XMPP_STREAM_ERROR then, else %XMPP_CONNECT_ERROR_CLOSED or %XMPP_CONNECT_ERROR_TLS. A <stream:error/> of the server
 * is received as a node.
 *
 * Returns: (transfer full): a transport
 */
XmppTransport *
xmpp_stream_new (GIOStream *io,
                 gboolean   is_secure)
{
  g_autoptr (XmppConnection) given = xmpp_connection_new (stream_class.name);

  return xmpp_stream_new_connected (io, is_secure, given);
}

/**
 * xmpp_stream_new_connected:
 * @io: an open connection on which nobody reads or writes
 * @is_secure: as for xmpp_stream_new()
 * @connection: how @io came to be; copied
 *
 * Returns: (transfer full): a transport that can describe how it is connected
 */
XmppTransport *
xmpp_stream_new_connected (GIOStream            *io,
                           gboolean              is_secure,
                           const XmppConnection *connection)
{
  XmppStream *self = g_rc_box_new0 (XmppStream);

  self->base.klass = &stream_class;
  self->io = g_object_ref (io);
  self->socket = xmpp_socket_find_tcp (io);
  self->connection = xmpp_connection_copy (connection);
  self->is_secure = is_secure;
  self->cancellable = g_cancellable_new ();
  self->reader = xmpp_reader_new (&reader_events, self);
  self->queued = g_string_sized_new (WRITE_SIZE);
  g_queue_init (&self->waiters);
  return &self->base;
}
