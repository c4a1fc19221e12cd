/* What is said on a WebSocket, by an honest server and by others. */
#include "net-fixture.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define OPEN  "<open xmlns='" NS_FRAMING "' from='montague.example' id='s2' version='1.0'/>"
#define CLOSE "<close xmlns='" NS_FRAMING "'/>"

static void
send_text (Fixture *self, const char *text, GAsyncResult **result)
{
  g_autoptr (XmppNode) node = xmpp_reader_parse (text, -1, NULL);
  GTask *task = result != NULL ? g_task_new (NULL, NULL, fake_result_cb, result) : NULL;

  g_assert_nonnull (node);
  self->transport->klass->send (self->transport, node, task);
}

static gboolean
is_ended (gpointer data)
{
  Fixture *self = data;

  return soup_websocket_connection_get_state (self->peer) == SOUP_WEBSOCKET_STATE_CLOSED;
}

static void
expect_hang_up (Fixture *self)
{
  fake_wait_until (is_ended, self, "the end of the connection");
}

/* The whole of a life, as RFC 7395 tells it. */
static void
test_dialogue (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) written = NULL;
  const XmppTransportClass *klass;

  fixture_connect_and_open (self);
  klass = self->transport->klass;
  fixture_say (self, "<stream:features xmlns:stream='" NS_STREAM "'><mechanisms xmlns='" NS_SASL "'/>"
                     "</stream:features>");
  fixture_expect_event (self, "received features " NS_STREAM);
  send_text (self, "<auth xmlns='" NS_SASL "' mechanism='SCRAM-SHA-256'>biws</auth>", NULL);
  fixture_hear (self, "<auth xmlns='" NS_SASL "' mechanism='SCRAM-SHA-256'/>");
  fixture_say (self, "<success xmlns='" NS_SASL "'/>");
  fixture_expect_event (self, "received success " NS_SASL);

  klass->open (self->transport, xmpp_jid_get_server (login->jid), login->jid);
  fixture_hear (self, "<open xmlns='" NS_FRAMING "' to='montague.example' version='1.0'/>");
  fixture_say (self, OPEN);
  fixture_expect_event (self, "opened from=montague.example id=s2 version=1.0 lang=(null)");

  send_text (self, "<message xmlns='jabber:client' to='juliet@capulet.example'><body>é &lt;3</body></message>",
             &written);
  g_assert_true (g_task_propagate_boolean (G_TASK (fake_wait (&written)), NULL));
  fixture_hear (self, "<message xmlns='jabber:client' to='juliet@capulet.example'><body/></message>");
  fixture_say (self, "<message xmlns='jabber:client'><body>soft</body></message>");
  fixture_expect_event (self, "received message jabber:client");

  klass->close (self->transport);
  fixture_hear (self, CLOSE);
  send_text (self, "<presence xmlns='jabber:client'/>", NULL);
  fixture_say (self, CLOSE);
  fixture_expect_event (self, "closed");
  expect_hang_up (self);
  g_assert_true (g_queue_is_empty (&self->heard));
  g_assert_true (g_queue_is_empty (&self->events));
}

static void
test_server_ends (Fixture *self, gconstpointer data)
{
  fixture_connect_and_open (self);
  fixture_say (self, "<stream:error xmlns:stream='" NS_STREAM "'><conflict xmlns='" NS_STREAMS "'/></stream:error>");
  fixture_expect_event (self, "received error " NS_STREAM);
  fixture_say (self, CLOSE);
  fixture_expect_event (self, "closed");
  self->transport->klass->close (self->transport);
  fixture_hear (self, CLOSE);
  expect_hang_up (self);
  g_assert_true (g_queue_is_empty (&self->events));
}

static void
test_server_refuses_to_open (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");

  fixture_connect (self, &error);
  g_assert_no_error (error);
  self->transport->klass->open (self->transport, xmpp_jid_get_server (login->jid), NULL);
  xmpp_node_free (fixture_expect (self, "<open xmlns='" NS_FRAMING "'/>"));
  fixture_say (self, CLOSE);
  fixture_expect_event (self, "closed");
}

static void
test_server_hangs_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *lost = g_strdup_printf ("failed %s %d", g_quark_to_string (XMPP_CONNECT_ERROR),
                                           XMPP_CONNECT_ERROR_CLOSED);

  fixture_connect_and_open (self);
  if (((const FixtureCase *) data)->document != NULL)
    soup_websocket_connection_close (self->peer, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  else
    g_io_stream_close (soup_websocket_connection_get_io_stream (self->peer), NULL, NULL);
  fixture_expect_event (self, lost);

  send_text (self, "<presence xmlns='jabber:client'/>", &written);
  g_assert_false (g_task_propagate_boolean (G_TASK (fake_wait (&written)), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  self->transport->klass->close (self->transport);
  fake_settle ();
  g_assert_true (g_queue_is_empty (&self->events));
}

/* The server is told what was wrong, and its listener too; after that there is silence. */
static void
expect_refused (Fixture *self, const char *condition)
{
  g_autofree char *event = g_strdup_printf ("failed %s", condition);
  g_autofree char *told =
      g_strdup_printf ("<error xmlns='" NS_STREAM "'><%s xmlns='" NS_STREAMS "'/></error>", condition);

  fixture_expect_event (self, event);
  fixture_hear (self, told);
  fixture_hear (self, CLOSE);
  expect_hang_up (self);
  g_assert_true (g_queue_is_empty (&self->events));
}

/* The document of a case is "condition frame". */
static void
test_junk (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) parts = g_strsplit (((const FixtureCase *) data)->document, " ", 2);

  fixture_connect_and_open (self);
  fixture_say (self, parts[1]);
  fixture_say (self, "<message xmlns='jabber:client'><body>behind it</body></message>");
  expect_refused (self, parts[0]);
}

static void
test_junk_before_open (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");

  fixture_connect (self, &error);
  g_assert_no_error (error);
  self->transport->klass->open (self->transport, xmpp_jid_get_server (login->jid), NULL);
  fixture_hear (self, "<open xmlns='" NS_FRAMING "'/>");
  fixture_say (self, ((const FixtureCase *) data)->document);
  expect_refused (self, "invalid-xml");
}

static void
test_binary (Fixture *self, gconstpointer data)
{
  const char *text = "<message xmlns='jabber:client'/>";

  fixture_connect_and_open (self);
  soup_websocket_connection_send_binary (self->peer, text, strlen (text));
  expect_refused (self, "not-well-formed");
}

static char *
message_of (gsize length)
{
  const char *start = "<message xmlns='jabber:client'><body>", *end = "</body></message>";
  g_autofree char *body = g_strnfill (length - strlen (start) - strlen (end), 'x');

  return g_strconcat (start, body, end, NULL);
}

static void
test_large (Fixture *self, gconstpointer data)
{
  g_autofree char *message = message_of (XMPP_READER_MAX_STANZA - 1);

  fixture_connect_and_open (self);
  fixture_say (self, message);
  fixture_expect_event (self, "received message jabber:client");
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autofree char *message = message_of (XMPP_READER_MAX_STANZA + 1);

  fixture_connect_and_open (self);
  fixture_say (self, message);
  fixture_expect_event (self, "failed policy-violation");
  fake_settle ();
  g_assert_true (g_queue_is_empty (&self->events));
}

/* What breaks another limit is passed over, and life goes on. */
static void
test_too_deep (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) message = g_string_new ("<message xmlns='jabber:client'>");

  for (guint i = 0; i < XMPP_READER_MAX_DEPTH; i++)
    g_string_append (message, "<a>");
  for (guint i = 0; i < XMPP_READER_MAX_DEPTH; i++)
    g_string_append (message, "</a>");
  g_string_append (message, "</message>");

  fixture_connect_and_open (self);
  fixture_say (self, message->str);
  fixture_expect_event (self, "skipped message jabber:client");
  fixture_say (self, "<message xmlns='jabber:client'/>");
  fixture_expect_event (self, "received message jabber:client");
}

/* More than a socket takes at once. When it is told to be written nothing of it is left with us, so it arrives even if
 * our end is gone the next moment. */
static void
test_written_late (Fixture *self, gconstpointer data)
{
  g_autofree char *message = message_of (8 * 1024 * 1024);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  fixture_connect_and_open (self);
  send_text (self, message, &first);
  send_text (self, "<presence xmlns='jabber:client'/>", &second);
  g_assert_null (first);
  g_assert_true (g_task_propagate_boolean (G_TASK (fake_wait (&first)), NULL));
  g_assert_true (g_task_propagate_boolean (G_TASK (fake_wait (&second)), NULL));
  g_clear_pointer (&self->transport, xmpp_transport_free);
  fixture_hear (self, "<message xmlns='jabber:client'><body/></message>");
  fixture_hear (self, "<presence xmlns='jabber:client'/>");
}

static void
test_freed_while_writing (Fixture *self, gconstpointer data)
{
  g_autofree char *message = message_of (8 * 1024 * 1024);
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;

  fixture_connect_and_open (self);
  send_text (self, message, &written);
  g_clear_pointer (&self->transport, xmpp_transport_free);
  g_assert_null (written);
  g_assert_false (g_task_propagate_boolean (G_TASK (fake_wait (&written)), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
}

static void
test_freed_from_event (Fixture *self, gconstpointer data)
{
  fixture_connect_and_open (self);
  self->frees_itself = TRUE;
  fixture_say (self, ((const FixtureCase *) data)->document);
  fixture_say (self, "<message xmlns='jabber:client'/>");
  fixture_say (self, "<message xmlns='jabber:client'/>");
  fake_wait_until (is_ended, self, "the end of the connection");
  g_assert_cmpuint (g_queue_get_length (&self->events), ==, 1);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char  *name;
    void       (*func) (Fixture *self, gconstpointer data);
    FixtureCase  data;
  } tests[] = {
    { "/frames/dialogue", test_dialogue, { "good", NULL } },
    { "/frames/server/ends", test_server_ends, { "good", NULL } },
    { "/frames/server/refuses-to-open", test_server_refuses_to_open, { "good", NULL } },
    { "/frames/server/hangs-up", test_server_hangs_up, { "good", NULL } },
    { "/frames/server/ends-the-socket-alone", test_server_hangs_up, { "good", "politely" } },
    { "/frames/junk/text", test_junk, { "good", "not-well-formed hello" } },
    { "/frames/junk/space", test_junk, { "good", "not-well-formed  " } },
    { "/frames/junk/space-first", test_junk, { "good", "not-well-formed  <message xmlns='jabber:client'/>" } },
    { "/frames/junk/half", test_junk, { "good", "not-well-formed <message xmlns='jabber:client'>" } },
    { "/frames/junk/mismatched", test_junk, { "good", "not-well-formed <a xmlns='x'><b></a></b>" } },
    { "/frames/junk/two", test_junk, { "good", "not-well-formed <a xmlns='x'/><b xmlns='x'/>" } },
    { "/frames/junk/document-type", test_junk, { "good", "restricted-xml <!DOCTYPE a><a xmlns='x'/>" } },
    { "/frames/junk/comment", test_junk, { "good", "restricted-xml <a xmlns='x'><!-- b --></a>" } },
    { "/frames/junk/framing", test_junk, { "good", "invalid-xml <a xmlns='" NS_FRAMING "'/>" } },
    { "/frames/junk/second-open", test_junk, { "good", "invalid-xml " OPEN } },
    { "/frames/junk/features-before-open", test_junk_before_open,
      { "good", "<stream:features xmlns:stream='" NS_STREAM "'/>" } },
    { "/frames/junk/message-before-open", test_junk_before_open, { "good", "<message xmlns='jabber:client'/>" } },
    { "/frames/junk/binary", test_binary, { "good", NULL } },
    { "/frames/large", test_large, { "good", NULL } },
    { "/frames/too-large", test_too_large, { "good", NULL } },
    { "/frames/too-deep", test_too_deep, { "good", NULL } },
    { "/frames/written-late", test_written_late, { "good", NULL } },
    { "/frames/freed/while-writing", test_freed_while_writing, { "good", NULL } },
    { "/frames/freed/from-received", test_freed_from_event, { "good", "<message xmlns='jabber:client'/>" } },
    { "/frames/freed/from-closed", test_freed_from_event, { "good", CLOSE } },
    { "/frames/freed/from-failed", test_freed_from_event, { "good", "junk" } },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, &tests[i].data, fixture_open, tests[i].func, fixture_close);
  return g_test_run ();
}
