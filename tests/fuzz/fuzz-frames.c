/* Fuzzes net-frames: each line is one message on a WebSocket; one with a byte 0x02 before it is not said to be text. */
#include <string.h>

#include "fuzz.h"
#include "net-frames.h"
#include "xmpp-error.h"

typedef struct {
  gboolean has_failed;
  guint    n_opened;
} Listener;

static void
opened_cb (XmppTransport *transport,
           XmppNode      *header,
           gpointer       user_data)
{
  Listener *listener = user_data;

  g_assert_false (listener->has_failed);
  g_assert_true (xmpp_node_is (header, "stream", "http://etherx.jabber.org/streams"));
  g_assert_null (xmpp_node_get_first (header));
  listener->n_opened++;
}

static void
received_cb (XmppTransport *transport,
             XmppNode      *node,
             gpointer       user_data)
{
  g_autoptr (XmppNode) owned = node;
  const Listener *listener = user_data;

  g_assert_false (listener->has_failed);
  g_assert_cmpuint (listener->n_opened, ==, 1);
  g_assert_cmpstr (xmpp_node_get_ns (owned), !=, NS_FRAMING);
}

static void
closed_cb (XmppTransport *transport,
           gpointer       user_data)
{
  g_assert_false (((Listener *) user_data)->has_failed);
}

static void
failed_cb (XmppTransport *transport,
           const GError  *error,
           gpointer       user_data)
{
  Listener *listener = user_data;

  g_assert_false (listener->has_failed);
  g_assert_nonnull (error);
  listener->has_failed = TRUE;
}

static void
skipped_cb (XmppTransport *transport,
            XmppNode      *start,
            gpointer       user_data)
{
  xmpp_node_free (start);
}

static const XmppTransportEvents events = { opened_cb, received_cb, closed_cb, failed_cb, skipped_cb };

static void
append_frame (GByteArray *wire,
              const char *message)
{
  gboolean is_text = *message != 2;
  gsize length = strlen (is_text ? message : ++message);
  guint8 header[] = { is_text ? 0x81 : 0x82, 126, (guint8) (length >> 8), (guint8) length };

  if (length < 126)
    header[1] = (guint8) length;
  g_byte_array_append (wire, header, length < 126 ? 2 : 4);
  g_byte_array_append (wire, (const guint8 *) message, (guint) length);
}

static GInputStream *
make_wire (const guint8 *data,
           gsize         size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size);
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (strlen (lines[i]) < G_MAXUINT16)
      append_frame (wire, lines[i]);
  bytes = g_bytes_new (wire->data, wire->len);
  return g_memory_input_stream_new_from_bytes (bytes);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GInputStream) input = make_wire (data, size);
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) io = g_simple_io_stream_new (input, output);
  g_autoptr (GUri) uri = g_uri_parse ("wss://montague.example/xmpp", G_URI_FLAGS_NONE, NULL);
  g_autoptr (SoupWebsocketConnection) socket = soup_websocket_connection_new (io, uri, SOUP_WEBSOCKET_CONNECTION_CLIENT,
                                                                              NULL, "xmpp", NULL);
  g_autoptr (XmppConnection) connection = xmpp_connection_new ("websocket");
  g_autoptr (XmppJid) jid = xmpp_jid_new ("montague.example", NULL);
  Listener listener = { FALSE, 0 };
  XmppTransport *transport = net_frames_new (socket, connection);

  transport->events = &events;
  transport->user_data = &listener;
  transport->klass->open (transport, jid, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  xmpp_transport_free (transport);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  return 0;
}
