/* XML streams over a socket pair: order, restart, ends of every kind, and an owner that goes at the worst moment. */

#include <string.h>

#include "fake-server.h"
#include "xmpp-error.h"
#include "xmpp-stream.h"

#define HEADER                                                                                                         \
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='s1' "                                   \
  "xmlns:stream='http://etherx.jabber.org/streams'>"

typedef struct {
  FakeServer    *server;
  XmppTransport *transport;   /* NULL once freed */
  XmppJid       *to;
  GString       *heard;       /* "opened", names of stanzas, "closed", "failed", each with a space behind */
  GError        *error;
  gboolean       in_call;     /* inside a call into the transport: no event may come */
  const char    *free_at;     /* the owner frees the transport when it hears this */
  const char    *restart_at;
} Fixture;

static void
heard (Fixture    *fixture,
       const char *what)
{
  g_assert_false (fixture->in_call);
  g_assert_nonnull (fixture->transport);
  g_string_append_printf (fixture->heard, "%s ", what);
  if (g_strcmp0 (fixture->free_at, what) == 0)
    g_clear_pointer (&fixture->transport, xmpp_transport_free);
  else if (g_strcmp0 (fixture->restart_at, what) == 0)
    fixture->transport->klass->open (fixture->transport, fixture->to, NULL);
}

static void
opened_cb (XmppTransport *transport,
           XmppNode      *header,
           gpointer       user_data)
{
  g_assert_cmpstr (xmpp_node_get (header, "id"), ==, "s1");
  heard (user_data, "opened");
}

static void
received_cb (XmppTransport *transport,
             XmppNode      *node,
             gpointer       user_data)
{
  g_autoptr (XmppNode) owned = node;

  heard (user_data, xmpp_node_get_name (owned));
}

static void
closed_cb (XmppTransport *transport,
           gpointer       user_data)
{
  heard (user_data, "closed");
}

static void
failed_cb (XmppTransport *transport,
           const GError  *error,
           gpointer       user_data)
{
  Fixture *fixture = user_data;

  fixture->error = g_error_copy (error);
  heard (fixture, "failed");
}

static const XmppTransportEvents events = {
  .opened = opened_cb, .received = received_cb, .closed = closed_cb, .failed = failed_cb
};

static void
set_up (Fixture       *fixture,
        gconstpointer  chunk)
{
  fixture->server = fake_server_new ("montague.example");
  fake_server_set_chunks (fixture->server, GPOINTER_TO_SIZE (chunk));
  fixture->transport = xmpp_stream_new (fake_server_get_client_io (fixture->server), TRUE);
  fixture->transport->events = &events;
  fixture->transport->user_data = fixture;
  fixture->to = xmpp_jid_new ("montague.example", NULL);
  fixture->heard = g_string_new (NULL);
  fixture->in_call = TRUE;
  fixture->transport->klass->open (fixture->transport, fixture->to, NULL);
  fixture->in_call = FALSE;
  fake_server_expect (fixture->server, "<stream:stream to='montague.example' version='1.0' xml:lang='en'/>");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  chunk)
{
  g_clear_pointer (&fixture->transport, xmpp_transport_free);
  fake_server_free (fixture->server);
  xmpp_jid_unref (fixture->to);
  g_string_free (fixture->heard, TRUE);
  g_clear_error (&fixture->error);
  fake_settle ();
}

typedef struct {
  Fixture    *fixture;
  const char *what;
} Expectation;

static gboolean
is_heard (gpointer data)
{
  Expectation *expectation = data;

  return strcmp (expectation->fixture->heard->str, expectation->what) == 0;
}

static void
expect_heard (Fixture    *fixture,
              const char *what)
{
  Expectation expectation = { fixture, what };
  g_autofree char *message = g_strdup_printf ("the events: %s", what);

  fake_wait_until (is_heard, &expectation, message);
  fake_settle ();
  g_assert_cmpstr (fixture->heard->str, ==, what);
}

static void
send_message (Fixture    *fixture,
              const char *id,
              GTask      *written)
{
  g_autoptr (XmppNode) message = xmpp_node_new ("message", "jabber:client");

  xmpp_node_set (message, "id", id);
  fixture->in_call = TRUE;
  fixture->transport->klass->send (fixture->transport, message, written);
  fixture->in_call = FALSE;
}

/* -- in and out -- */

static void
test_talk (Fixture       *fixture,
           gconstpointer  chunk)
{
  fake_server_send (fixture->server, HEADER "<message/> <presence/>\n<iq/>");
  expect_heard (fixture, "opened message presence iq ");
  send_message (fixture, "1", NULL);
  send_message (fixture, "2", NULL);
  fake_server_expect (fixture->server, "<message id='1'/>");
  fake_server_expect (fixture->server, "<message id='2'/>");
  g_assert_true (fixture->transport->klass->is_secure (fixture->transport));
  g_assert_null (fixture->transport->klass->get_tls (fixture->transport));
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean written = g_task_propagate_boolean (G_TASK (result), &error);
  GString *order = user_data;

  g_assert_true (written == (error == NULL));
  if (error != NULL)
    g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  g_string_append (order, written ? "written " : "lost ");
}

static XmppNode *
large_message (const char *id)
{
  XmppNode *message = xmpp_node_new ("message", "jabber:client");
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'x');

  xmpp_node_set (message, "id", id);
  xmpp_node_add_text (message, "body", NULL, text);
  return message;
}

static gboolean
is_any_written (gpointer data)
{
  return ((GString *) data)->len > 0;
}

/* Two messages that are each far more than the socket's buffer holds, and many between: one after the other all arrive,
 * and who waits hears it when his own has left, not before. */
static void
test_write_queue (Fixture       *fixture,
                  gconstpointer  chunk)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (XmppNode) first = large_message ("first");
  g_autoptr (XmppNode) last = large_message ("last");

  fixture->transport->klass->send (fixture->transport, first, g_task_new (NULL, NULL, written_cb, order));
  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    send_message (fixture, id, NULL);
  }
  fixture->transport->klass->send (fixture->transport, last, g_task_new (NULL, NULL, written_cb, order));
  g_assert_cmpuint (order->len, ==, 0);
  fake_wait_until (is_any_written, order, "the first to be written");
  g_assert_cmpstr (order->str, ==, "written ");
  fake_server_expect (fixture->server, "<message id='first'/>");
  for (guint i = 0; i < 100; i++) {
    g_autofree char *pattern = g_strdup_printf ("<message id='%u'/>", i);

    fake_server_expect (fixture->server, pattern);
  }
  fake_server_expect (fixture->server, "<message id='last'/>");
  fake_settle ();
  g_assert_cmpstr (order->str, ==, "written written ");
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  chunk)
{
  fixture->restart_at = "success";
  fake_server_send (fixture->server, HEADER "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  fake_server_expect (fixture->server, "<stream:stream/>");
  fake_server_send (fixture->server, HEADER "<message/>");
  expect_heard (fixture, "opened success opened message ");
}

/* What stands behind the element at which the stream is opened anew belongs to no stream. */
static void
test_restart_drops (Fixture       *fixture,
                    gconstpointer  chunk)
{
  fixture->restart_at = "success";
  fake_server_set_chunks (fixture->server, 0);
  fake_server_send (fixture->server, HEADER "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><message/><iq");
  fake_server_expect (fixture->server, "<stream:stream/>");
  fake_server_send (fixture->server, HEADER "<presence/>");
  expect_heard (fixture, "opened success opened presence ");
}

/* -- ends -- */

static void
test_their_end (Fixture       *fixture,
                gconstpointer  chunk)
{
  fake_server_send (fixture->server, HEADER "</stream:stream>");
  expect_heard (fixture, "opened closed ");
  fixture->transport->klass->close (fixture->transport);
  fake_server_expect_end (fixture->server);
  fake_server_hang_up (fixture->server);
  fake_settle ();
  g_assert_cmpstr (fixture->heard->str, ==, "opened closed ");
}

static void
test_our_end (Fixture       *fixture,
              gconstpointer  chunk)
{
  g_autoptr (GString) order = g_string_new (NULL);

  fake_server_send (fixture->server, HEADER);
  expect_heard (fixture, "opened ");
  send_message (fixture, "1", g_task_new (NULL, NULL, written_cb, order));
  fixture->transport->klass->close (fixture->transport);
  fixture->transport->klass->close (fixture->transport);
  send_message (fixture, "2", g_task_new (NULL, NULL, written_cb, order));
  fake_server_expect (fixture->server, "<message id='1'/>");
  fake_server_expect_end (fixture->server);
  fake_server_send (fixture->server, "<message/></stream:stream>");
  expect_heard (fixture, "opened message closed ");
  g_assert_nonnull (strstr (order->str, "written "));
  g_assert_nonnull (strstr (order->str, "lost "));
  fake_server_expect_nothing (fixture->server);
}

static void
test_hang_up (Fixture       *fixture,
              gconstpointer  chunk)
{
  g_autoptr (GString) order = g_string_new (NULL);

  fake_server_send (fixture->server, HEADER "<message/><message><bo");
  fake_server_hang_up (fixture->server);
  expect_heard (fixture, "opened message failed ");
  g_assert_error (fixture->error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  send_message (fixture, "1", g_task_new (NULL, NULL, written_cb, order));
  fixture->transport->klass->close (fixture->transport);
  g_assert_cmpstr (order->str, ==, "");
  fake_settle ();
  g_assert_cmpstr (order->str, ==, "lost ");
}

static void
test_bad_xml (Fixture       *fixture,
              gconstpointer  chunk)
{
  static const struct {
    const char     *text;
    XmppStreamError code;
    const char     *pattern;
  } rows[] = {
    { "<message></presence>", XMPP_STREAM_ERROR_NOT_WELL_FORMED,
      "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" },
    { "<?target data?>", XMPP_STREAM_ERROR_RESTRICTED_XML,
      "<stream:error><restricted-xml xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    fake_server_send (fixture->server, HEADER "%s<message/>", rows[i].text);
    fake_server_expect (fixture->server, rows[i].pattern);
    fake_server_expect_end (fixture->server);
    expect_heard (fixture, "opened failed ");
    g_assert_error (fixture->error, XMPP_STREAM_ERROR, (int) rows[i].code);
    tear_down (fixture, chunk);
    memset (fixture, 0, sizeof *fixture);
    set_up (fixture, chunk);
  }
}

static void
test_stream_error (Fixture       *fixture,
                   gconstpointer  chunk)
{
  fake_server_send (fixture->server, HEADER "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                            "</stream:error></stream:stream>");
  expect_heard (fixture, "opened error closed ");
}

/* -- the owner goes -- */

static void
test_free_in_event (Fixture       *fixture,
                    gconstpointer  chunk)
{
  static const struct {
    const char *at;
    const char *text;
    const char *heard;
  } rows[] = {
    { "opened", HEADER "<message/>", "opened " },
    { "message", HEADER "<message/><presence/>", "opened message " },
    { "message", HEADER "<message/><!-- wrong -->", "opened message " },
    { "closed", HEADER "</stream:stream>", "opened closed " },
    { "failed", HEADER "<a></b>", "opened failed " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    fixture->free_at = rows[i].at;
    fake_server_send (fixture->server, "%s", rows[i].text);
    expect_heard (fixture, rows[i].heard);
    g_assert_null (fixture->transport);
    fake_server_expect_hang_up (fixture->server);
    tear_down (fixture, chunk);
    memset (fixture, 0, sizeof *fixture);
    set_up (fixture, chunk);
  }
}

static void
test_free_while_writing (Fixture       *fixture,
                         gconstpointer  chunk)
{
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (XmppNode) large = large_message ("large");

  fixture->transport->klass->send (fixture->transport, large, g_task_new (NULL, NULL, written_cb, order));
  g_clear_pointer (&fixture->transport, xmpp_transport_free);
  g_assert_cmpstr (order->str, ==, "");
  fake_server_expect_hang_up (fixture->server);
  g_assert_cmpstr (order->str, ==, "lost ");
}

static void
add (const char  *path,
     void       (*test) (Fixture *fixture, gconstpointer chunk))
{
  g_autofree char *whole = g_strconcat ("/stream/", path, "/whole", NULL);
  g_autofree char *bytes = g_strconcat ("/stream/", path, "/byte-by-byte", NULL);

  g_test_add (whole, Fixture, NULL, set_up, test, tear_down);
  g_test_add (bytes, Fixture, GSIZE_TO_POINTER (1), set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("talk", test_talk);
  add ("write-queue", test_write_queue);
  add ("restart", test_restart);
  add ("restart-drops", test_restart_drops);
  add ("their-end", test_their_end);
  add ("our-end", test_our_end);
  add ("hang-up", test_hang_up);
  add ("bad-xml", test_bad_xml);
  add ("stream-error", test_stream_error);
  add ("free-in-event", test_free_in_event);
  add ("free-while-writing", test_free_while_writing);
  return g_test_run ();
}
