/* Features on a link that is managed (XEP-0198): who notices that it died, and what is said when it comes back. */
#include "feature-test.h"
#include "rfc-6121-presence.h"
#include "xep-0199-ping.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

static void
pass (FeatureTest *self,
      gint64       by)
{
  base_clock_advance (self->clock, by);
  fake_settle ();
}

static void
sign_in (FeatureTest *self)
{
  fake_server_set_features (self->server, FAKE_SM);
  feature_test_sign_in (self);
  fake_server_send (self->server, "<enabled xmlns='" NS_SM "' id='ours' resume='true'/>");
  fake_server_ack (self->server);
  fake_settle ();
  fake_server_forget (self->server);
}

static void
lose (FeatureTest *self)
{
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_true (xmpp_session_is_suspended (self->session));
  fake_server_set_features (self->server, FAKE_SM);
}

/* All we said has arrived: nothing comes again but what is new. */
static void
resume (FeatureTest *self,
        guint32      h)
{
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GAsyncResult) result = NULL;

  xmpp_session_connect_async (self->session, login, fake_server_get_client_io (self->server), NULL, fake_result_cb,
                              &result);
  fake_server_reopen (self->server);
  fake_server_resume (self->server, "ours", h);
  g_assert_true (xmpp_session_connect_finish (self->session, fake_wait (&result), NULL));
  fake_settle ();
}

static guint32
count (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  /* The number is the server's to know; it says it when it is asked. */
  fake_server_forget (self->server);
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  message->body = g_strdup ("how many?");
  xmpp_session_send_message_async (self->session, message, NULL, fake_result_cb, &result);
  fake_server_find (self->server, "<r xmlns='" NS_SM "'/>");
  fake_server_ack (self->server);
  g_assert_true (xmpp_session_send_message_finish (self->session, fake_wait (&result), NULL));
  fake_server_forget (self->server);
  return fake_server_get_handled (self->server);
}

/* Nobody writes, and the link dies: that is known within a minute. */
static void
idle_death (FeatureTest *self)
{
  sign_in (self);
  pass (self, XMPP_PING_INTERVAL - 1);
  fake_server_expect_nothing (self->server);
  pass (self, 1);
  fake_server_expect (self->server, "<r xmlns='" NS_SM "'/>");
  fake_server_ack (self->server);
  fake_settle ();
  pass (self, XMPP_PING_INTERVAL);
  fake_server_expect (self->server, "<r xmlns='" NS_SM "'/>");
  fake_server_expect_nothing (self->server);
  pass (self, G_TIME_SPAN_MINUTE - XMPP_PING_INTERVAL);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_error (xmpp_session_get_error (self->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT);
  g_assert_true (xmpp_session_is_suspended (self->session));

  /* Nothing ticks on until it is back; then it does. */
  pass (self, 2 * XMPP_PING_INTERVAL);
  fake_server_free (self->server);
  self->server = fake_server_new ("montague.example");
  fake_server_set_features (self->server, FAKE_SM);
  resume (self, 0);
  fake_server_forget (self->server);
  xmpp_session_abort (self->session, NULL);
}

/* Without management whatever is said is followed by a ping. */
static void
unmanaged_death (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  feature_test_sign_in (self);
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  message->body = g_strdup ("hello?");
  xmpp_session_send_message_async (self->session, message, NULL, fake_result_cb, &result);
  g_assert_true (xmpp_session_send_message_finish (self->session, fake_wait (&result), NULL));
  fake_server_expect (self->server, "<message><body>hello?</body></message>");
  fake_server_expect (self->server, "<iq type='get' to='montague.example'><ping xmlns='urn:xmpp:ping'/></iq>");
  pass (self, 10 * G_TIME_SPAN_SECOND - 1);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  pass (self, 1);
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_OFFLINE);
  g_assert_false (xmpp_session_is_suspended (self->session));
}

/* The server has kept all: the roster, what it can, who we are. */
static void
nothing_asked_again (FeatureTest *self)
{
  guint32 h;

  sign_in (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AWAY, "In the orchard", 5);
  h = count (self);
  lose (self);
  resume (self, h);
  fake_server_expect_nothing (self->server);

  /* To be one thing for a while and the same again is no news. */
  lose (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_DND, NULL, 0);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AWAY, "In the orchard", 5);
  resume (self, h);
  fake_server_expect_nothing (self->server);
  xmpp_session_abort (self->session, NULL);
}

static void
new_presence (FeatureTest *self)
{
  guint32 h;

  sign_in (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AWAY, NULL, 5);
  h = count (self);
  lose (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_DND, NULL, 5);
  fake_settle ();
  resume (self, h);
  fake_server_expect (self->server, "<presence><show>dnd</show></presence>");
  fake_server_expect_nothing (self->server);
  lose (self);
  resume (self, h + 1);
  fake_server_expect_nothing (self->server);
  xmpp_session_abort (self->session, NULL);
}

/* What is inside of something counts as what it came in. */
static void
numbers (FeatureTest *self)
{
  const XmppMessage *live, *copy, *later;

  feature_test_sign_in (self);
  feature_test_forget (self);
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat'><body>a</body></message>");
  feature_test_receive (self, "<message from='romeo@montague.example' to='" FEATURE_JID "'>"
                        "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                        "<message xmlns='jabber:client' from='juliet@capulet.example/balcony' type='chat' "
                        "to='romeo@montague.example/home'><body>b</body></message></forwarded></received></message>");
  feature_test_receive (self, "<presence from='juliet@capulet.example/balcony'/>");
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat'><body>c</body></message>");
  g_assert_cmpuint (self->messages->len, ==, 3);
  live = self->messages->pdata[0];
  copy = self->messages->pdata[1];
  later = self->messages->pdata[2];
  g_assert_cmpuint (live->seq, >, 0);
  g_assert_cmpuint (copy->seq, ==, live->seq + 1);
  g_assert_cmpuint (later->seq, ==, live->seq + 3);
}

/* A page of an archive is read by whoever asked for it; nobody else hears of it. */
static void
read_inner (FeatureTest *self)
{
  g_autoptr (GPtrArray) into = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  g_autoptr (XmppNode) line = NULL;
  g_autoptr (XmppNode) wrapper = NULL;
  const XmppMessage *read;
  static const char copy[] =
      "<message xmlns='jabber:client' from='romeo@montague.example' to='" FEATURE_JID "'>"
      "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message "
      "from='juliet@capulet.example/balcony' to='romeo@montague.example'><body>b</body></message></forwarded></received>"
      "<body>c</body></message>";

  line = xmpp_reader_parse ("<message xmlns='jabber:client' from='juliet@capulet.example/balcony' type='chat' id='i1' "
                            "to='romeo@montague.example'><body>a</body>"
                            "<stanza-id xmlns='urn:xmpp:sid:0' id='false' by='romeo@montague.example'/>"
                            "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>", -1, NULL);
  wrapper = xmpp_reader_parse (copy, -1, NULL);
  g_assert_nonnull (line);
  g_assert_nonnull (wrapper);
  xmpp_session_read_inner (self->session, line, 5, "id-1", into);
  g_assert_cmpuint (into->len, ==, 0);

  feature_test_sign_in (self);
  feature_test_forget (self);
  xmpp_session_read_inner (self->session, line, 5, "id-1", into);
  g_assert_cmpuint (into->len, ==, 1);
  read = into->pdata[0];
  g_assert_cmpint (read->origin, ==, XMPP_ORIGIN_ARCHIVE);
  g_assert_cmpstr (read->archive_id, ==, "id-1");
  g_assert_cmpstr (read->origin_id, ==, "o1");
  g_assert_cmpstr (read->body, ==, "a");
  g_assert_cmpint (read->sent_at, ==, 5);
  g_assert_cmpuint (read->seq, ==, 0);
  xmpp_session_read_inner (self->session, wrapper, 5, "id-2", into);
  g_assert_cmpuint (into->len, ==, 1);
  g_assert_cmpuint (self->messages->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/managed/idle-death", idle_death);
  feature_test_add ("/managed/unmanaged-death", unmanaged_death);
  feature_test_add ("/managed/nothing-asked-again", nothing_asked_again);
  feature_test_add ("/managed/new-presence", new_presence);
  feature_test_add ("/managed/numbers", numbers);
  feature_test_add ("/managed/read-inner", read_inner);
  return g_test_run ();
}
