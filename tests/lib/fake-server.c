/* A server that does what a test tells it: sends text, waits for stanzas, goes silent, hangs up. */

#include "fake-server.h"

#include <string.h>
#include <sys/socket.h>

#include "fake-server-private.h"
#include "xmpp-ns.h"
#include "xmpp-tls.h"

#define READ_SIZE (16 * 1024)   /* bytes: a whole TLS record, for what is left of one in the library wakes nobody */

/* -- what comes in -- */

static void
reader_opened_cb (XmppNode *header,
                  gpointer  user_data)
{
  FakeServer *self = user_data;

  g_queue_push_tail (&self->came, xmpp_node_copy (header));
}

static void
reader_stanza_cb (XmppNode *stanza,
                  gpointer  user_data)
{
  FakeServer *self = user_data;

  if (xmpp_node_is (stanza, "enable", NS_SM))
    self->handled = 0;
  else if (g_strcmp0 (xmpp_node_get_ns (stanza), NS_CLIENT) == 0)
    self->handled++;
  g_queue_push_tail (&self->came, stanza);
}

static void
reader_closed_cb (gpointer user_data)
{
  FakeServer *self = user_data;

  self->ended = TRUE;
}

static const XmppReaderEvents reader_events = {
  .opened = reader_opened_cb,
  .stanza = reader_stanza_cb,
  .closed = reader_closed_cb,
};

static void
server_feed (FakeServer *self,
             const char *bytes,
             gsize       length)
{
  g_autoptr (GError) error = NULL;

  if (length > 0 && !xmpp_reader_feed (self->reader, bytes, length, &error))
    g_error ("the client does not write XML: %s", error->message);
}

/* The client begins each stream with an XML declaration, in a write of its own. */
static void
server_take (FakeServer *self,
             const char *bytes,
             gsize       length)
{
  const char *declaration = g_strstr_len (bytes, (gssize) length, "<?xml ");
  gsize before = declaration != NULL ? (gsize) (declaration - bytes) : length;

  server_feed (self, bytes, before);
  if (declaration == NULL)
    return;
  xmpp_reader_reset (self->reader);
  self->ended = FALSE;
  server_feed (self, declaration, length - before);
}

static gboolean
server_readable_cb (GObject  *stream,
                    gpointer  user_data)
{
  FakeServer *self = user_data;
  char bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize length =
      g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes, sizeof bytes, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  if (length <= 0) {
    self->hung_up = TRUE;
    return G_SOURCE_REMOVE;
  }
  if (!self->is_secure)
    g_string_append_len (self->clear, bytes, length);
  if (!self->is_deaf)
    server_take (self, bytes, (gsize) length);
  return G_SOURCE_CONTINUE;
}

void
fake_server_listen (FakeServer *self)
{
  GInputStream *in = g_io_stream_get_input_stream (self->io);

  g_assert_null (self->source);
  self->source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (in), NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (server_readable_cb), self, NULL);
  g_source_attach (self->source, NULL);
}

void
fake_server_stop_listening (FakeServer *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

/* -- life -- */

FakeServer *
fake_server_new_for_io (const char *domain,
                        GIOStream  *io)
{
  FakeServer *self = g_new0 (FakeServer, 1);

  self->domain = g_strdup (domain);
  self->io = g_object_ref (io);
  self->reader = xmpp_reader_new (&reader_events, self);
  self->taken = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_free);
  self->clear = g_string_new (NULL);
  self->certificate = g_strdup ("good");
  self->mechanisms = g_strdup ("SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 PLAIN");
  self->password = g_strdup (FAKE_PASSWORD);
  self->features = g_strdup ("");
  self->abilities = g_strdup ("");
  self->iterations = 4096;
  fake_server_listen (self);
  return self;
}

static GIOStream *
wrap_socket (int fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

FakeServer *
fake_server_new (const char *domain)
{
  int fds[2];
  g_autoptr (GIOStream) ours = NULL;
  FakeServer *self;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  ours = wrap_socket (fds[0]);
  self = fake_server_new_for_io (domain, ours);
  self->client_io = wrap_socket (fds[1]);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  fake_server_stop_listening (self);
  g_clear_object (&self->client_io);
  g_object_unref (self->io);
  xmpp_reader_free (self->reader);
  g_queue_clear_full (&self->came, (GDestroyNotify) xmpp_node_free);
  g_ptr_array_unref (self->taken);
  g_free (self->domain);
  g_string_free (self->clear, TRUE);
  g_free (self->certificate);
  g_free (self->mechanisms);
  g_free (self->bindings);
  g_free (self->password);
  g_free (self->features);
  g_free (self->abilities);
  g_free (self->mechanism);
  g_free (self->gs2);
  g_free (self->jid);
  g_clear_pointer (&self->random, g_rand_free);
  g_free (self);
}

GIOStream *
fake_server_get_client_io (FakeServer *self)
{
  return self->client_io;
}

/* -- settings -- */

void
fake_server_set_chunks (FakeServer *self,
                        gsize       bytes)
{
  self->chunk = bytes;
}

void
fake_server_set_random_chunks (FakeServer *self,
                               gsize       bytes,
                               guint32     seed)
{
  self->chunk = bytes;
  self->random = g_rand_new_with_seed (seed);
}

void
fake_server_set_secure (FakeServer *self)
{
  self->is_secure = TRUE;
}

void
fake_server_set_certificate (FakeServer *self,
                             const char *name)
{
  g_free (self->certificate);
  self->certificate = g_strdup (name);
}

void
fake_server_set_mechanisms (FakeServer *self,
                            const char *names)
{
  g_free (self->mechanisms);
  self->mechanisms = g_strdup (names);
}

void
fake_server_set_bindings (FakeServer *self,
                          const char *names)
{
  g_free (self->bindings);
  self->bindings = g_strdup (names);
}

void
fake_server_set_password (FakeServer *self,
                          const char *password)
{
  g_free (self->password);
  self->password = g_strdup (password);
}

void
fake_server_set_scram (FakeServer *self,
                       FakeScram   behaviour,
                       guint       iterations)
{
  self->behaviour = behaviour;
  self->iterations = iterations;
}

void
fake_server_set_features (FakeServer *self,
                          const char *xml)
{
  g_free (self->features);
  self->features = g_strdup (xml);
}

void
fake_server_set_abilities (FakeServer *self,
                           const char *features)
{
  g_free (self->abilities);
  self->abilities = g_strdup (features);
}

/* -- sending -- */

static gboolean
is_hung_up (gpointer data)
{
  return ((FakeServer *) data)->hung_up;
}

/* How many of the bytes the client meets at once. */
static gsize
server_piece (FakeServer *self,
              gsize       length)
{
  gsize piece = self->chunk > 0 ? self->chunk : length;

  if (self->random != NULL)
    piece = (gsize) g_rand_int_range (self->random, 1, (gint32) self->chunk + 1);
  return MIN (piece, length);
}

/* The client is run whenever the pipe is full, and between pieces, so that it meets each piece alone. A client that
 * has gone makes no difference: what it would have said is what tests look at. */
static void
server_write (FakeServer *self,
              const char *bytes,
              gsize       length)
{
  GPollableOutputStream *out = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->io));
  gint64 deadline = g_get_monotonic_time () + FAKE_DEADLINE;
  gsize piece = server_piece (self, length);

  while (length > 0) {
    g_autoptr (GError) error = NULL;
    gssize written = g_pollable_output_stream_write_nonblocking (out, bytes, piece, NULL, &error);

    if (written > 0) {
      bytes += written;
      length -= (gsize) written;
      if (self->chunk > 0)
        fake_settle ();
      piece = server_piece (self, length);
    } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      g_main_context_iteration (NULL, FALSE);
      if (g_get_monotonic_time () > deadline)
        g_error ("the client does not read what it is sent");
    } else {
      return;
    }
  }
}

void
fake_server_send (FakeServer *self,
                  const char *format,
                  ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  server_write (self, text, strlen (text));
}

/* As whoever was asked: without a name when that was the server itself. */
static void
server_answer (FakeServer     *self,
               const XmppNode *iq,
               const char     *type,
               const char     *content)
{
  const char *asked = xmpp_node_get (iq, "to");
  g_autofree char *from = asked != NULL ? g_markup_printf_escaped (" from='%s'", asked) : g_strdup ("");
  g_autofree char *to = self->jid != NULL ? g_markup_printf_escaped (" to='%s'", self->jid) : g_strdup ("");
  g_autofree char *id = g_markup_escape_text (xmpp_node_get (iq, "id"), -1);

  fake_server_send (self, "<iq type='%s'%s%s id='%s'>%s</iq>", type, from, to, id, content);
}

void
fake_server_reply (FakeServer     *self,
                   const XmppNode *iq,
                   const char     *payload)
{
  server_answer (self, iq, "result", payload != NULL ? payload : "");
}

void
fake_server_reply_error (FakeServer     *self,
                         const XmppNode *iq,
                         const char     *type,
                         const char     *condition)
{
  g_autofree char *error = g_strdup_printf ("<error type='%s'><%s xmlns='" NS_STANZAS "'/></error>", type, condition);

  server_answer (self, iq, "error", error);
}

void
fake_server_end (FakeServer *self)
{
  fake_server_send (self, "</stream:stream>");
}

void
fake_server_hang_up (FakeServer *self)
{
  g_autoptr (GIOStream) base = NULL;

  fake_server_stop_listening (self);
  if (G_IS_TLS_CONNECTION (self->io))
    g_object_get (self->io, "base-io-stream", &base, NULL);
  else
    base = g_object_ref (self->io);
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), TRUE, TRUE, NULL);
}

/* -- expecting -- */

static XmppNode *
pattern_parse (const char *pattern)
{
  g_autofree char *text =
      g_strdup_printf ("<x xmlns='" NS_CLIENT "' xmlns:stream='" NS_STREAM "'>%s</x>", pattern);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) root = xmpp_reader_parse (text, -1, &error);

  if (root == NULL)
    g_error ("not a pattern: %s: %s", pattern, error->message);
  g_assert_nonnull (xmpp_node_get_first (root));
  return xmpp_node_copy (xmpp_node_get_first (root));
}

static gboolean
has_come (gpointer data)
{
  FakeServer *self = data;

  return !g_queue_is_empty (&self->came) || self->ended || self->hung_up;
}

static char *
server_describe (FakeServer *self)
{
  GString *text = g_string_new (NULL);

  for (GList *link = self->came.head; link != NULL; link = link->next) {
    g_autofree char *xml = xmpp_node_to_string (link->data);

    g_string_append_printf (text, "\n  %s", xml);
  }
  if (self->ended)
    g_string_append (text, "\n  </stream:stream>");
  if (self->hung_up)
    g_string_append (text, "\n  (hung up)");
  return g_string_free (text, FALSE);
}

XmppNode *
fake_server_expect (FakeServer *self,
                    const char *pattern)
{
  g_autoptr (XmppNode) wanted = pattern_parse (pattern);
  XmppNode *node;

  fake_wait_until (has_come, self, pattern);
  node = g_queue_peek_head (&self->came);
  if (node == NULL || !xmpp_node_covers (wanted, node)) {
    g_autofree char *got = server_describe (self);

    g_error ("wanted:\n  %s\ngot:%s", pattern, got);
  }
  g_ptr_array_add (self->taken, g_queue_pop_head (&self->came));
  return node;
}

typedef struct {
  FakeServer *server;
  XmppNode   *wanted;
  GList      *found;
} Search;

static gboolean
search_is_over (gpointer data)
{
  Search *search = data;

  for (GList *link = search->server->came.head; link != NULL && search->found == NULL; link = link->next) {
    if (xmpp_node_covers (search->wanted, link->data))
      search->found = link;
  }
  return search->found != NULL || search->server->ended || search->server->hung_up;
}

XmppNode *
fake_server_find (FakeServer *self,
                  const char *pattern)
{
  g_autoptr (XmppNode) wanted = pattern_parse (pattern);
  Search search = { self, wanted, NULL };
  XmppNode *node;

  fake_wait_until (search_is_over, &search, pattern);
  if (search.found == NULL) {
    g_autofree char *got = server_describe (self);

    g_error ("wanted:\n  %s\ngot:%s", pattern, got);
  }
  node = search.found->data;
  g_queue_delete_link (&self->came, search.found);
  g_ptr_array_add (self->taken, node);
  return node;
}

XmppNode *
fake_server_look (FakeServer *self,
                  const char *pattern)
{
  g_autoptr (XmppNode) wanted = pattern_parse (pattern);
  Search search = { self, wanted, NULL };
  XmppNode *node;

  search_is_over (&search);
  if (search.found == NULL)
    return NULL;
  node = search.found->data;
  g_queue_delete_link (&self->came, search.found);
  g_ptr_array_add (self->taken, node);
  return node;
}

void
fake_server_expect_nothing (FakeServer *self)
{
  fake_settle ();
  if (!g_queue_is_empty (&self->came)) {
    g_autofree char *got = server_describe (self);

    g_error ("wanted: nothing\ngot:%s", got);
  }
}

void
fake_server_forget (FakeServer *self)
{
  fake_settle ();
  g_queue_clear_full (&self->came, (GDestroyNotify) xmpp_node_free);
  g_queue_init (&self->came);
}

static gboolean
has_ended (gpointer data)
{
  FakeServer *self = data;

  return self->ended || self->hung_up;
}

void
fake_server_expect_end (FakeServer *self)
{
  fake_wait_until (has_ended, self, "</stream:stream>");
  g_assert_true (self->ended);
}

void
fake_server_expect_hang_up (FakeServer *self)
{
  fake_wait_until (is_hung_up, self, "the client to hang up");
}
