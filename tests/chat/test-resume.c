/* A link is lost and another one takes its place: what holds on, and which lines are said again. */
#include "chat-archive.h"
#include "managed.h"

#include "chat-account-settings.h"
#include "xmpp-error.h"

/* What holds on */

static void
test_kept (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_hear_presence (chat, JULIET "/balcony", "<show>away</show>");
  chat_hear_presence (chat, NURSE "/kitchen", "");
  chat_hear_request (chat, MERCUTIO, "Romeo!");
  chat_assert_requests (chat, "mercutio");
  fake_server_send (chat->server, "<message from='" JULIET "/balcony' to='" OWN_FULL "' type='chat'><body>Ay me</body>"
                                  "</message>");
  chat_settle (chat);
  fake_server_send (chat->server, "<message from='" JULIET "/balcony' to='" OWN_FULL "' type='chat'>"
                                  "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
  chat_settle (chat);
  g_assert_true (chat_conversation_get_typing (chat_with (chat, JULIET)));

  managed_lose (self);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AWAY);
  g_assert_cmpint (managed_show_of (self, NURSE), ==, XMPP_SHOW_AVAILABLE);
  g_assert_false (chat_conversation_get_typing (chat_with (chat, JULIET)));
  chat_assert_requests (chat, "mercutio");

  chat_account_try_now (chat->account);
  managed_play_resumption (self, self->n_out);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AWAY);
  chat_assert_requests (chat, "mercutio");
  g_assert_null (fake_server_look (chat->server, "<iq><query xmlns='jabber:iq:roster'/></iq>"));
  g_assert_null (fake_server_look (chat->server, "<presence/>"));
  chat_hear_presence (chat, NURSE "/kitchen", NULL);
  chat_settle (chat);
  g_assert_cmpint (managed_show_of (self, NURSE), ==, XMPP_SHOW_OFFLINE);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AWAY);
}

static void
test_refused (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_settle (chat);
  managed_lose (self);
  chat_account_try_now (chat->account);
  managed_play_refusal (self, NULL);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_OFFLINE);
  chat_assert_requests (chat, "");
}

static GError *
nobody (const XmppLogin *login)
{
  return g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, "There is no way");
}

/* No server keeps a session for ever, so we do not show its people for ever either. */
static void
test_expires (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  managed_lose (self);
  chat_set_gate (chat, nobody);
  for (guint i = 0; i < 30; i++) {
    g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AVAILABLE);
    base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
    chat_settle (chat);
  }
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_OFFLINE);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);

  chat_set_gate (chat, NULL);
  chat_account_try_now (chat->account);
  managed_play_login (self);
}

/* Whoever goes on purpose does not come back. */
static void
test_offline (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  managed_lose (self);
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_OFFLINE);
  g_assert_false (xmpp_session_is_suspended (chat_account_get_session (chat->account)));

  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  managed_play_login (self);
}

/* … and neither does one that is to connect in another way. */
static void
test_settings (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (XmppLogin) login = NULL;

  managed_sign_in (self);
  managed_lose (self);
  login = chat_account_dup_settings (chat->account);
  login->resource = g_strdup ("tower");
  chat_account_set_settings (chat->account, login);
  managed_play_login (self);
}

/* How one wants to be seen may change meanwhile. */
static void
test_presence (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  managed_lose (self);
  chat_core_set_presence (chat->core, XMPP_SHOW_AWAY, "banished");
  managed_play_resumption (self, self->n_out);
  fake_server_find (chat->server, "<presence><show>away</show><status>banished</status></presence>");
}

/* Lines */

/* They leave one after another, without waiting for each other, and are ticked off as far as the server has them. */
static void
test_pipelined (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  guint before;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  before = self->n_out;
  for (guint i = 0; i < 4; i++) {
    g_autofree char *body = g_strdup_printf ("%u", i);

    chat_conversation_send (chat_with (chat, JULIET), body);
  }
  managed_assert_said (self, "0 1 2 3 ");
  managed_assert_states (timeline, "pppp");
  managed_ack (self, before + 2);
  managed_assert_states (timeline, "sspp");
  managed_ack (self, before + 1);   /* less than it said: nobody believes that */
  managed_assert_states (timeline, "sspp");
  managed_ack (self, before + 4);
  managed_assert_states (timeline, "ssss");
  chat_assert_bodies (timeline, "0 1 2 3");

  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "0 1 2 3");
}

/* It comes back before the server says that it had it. */
static void
test_bounced (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  id = chat_expect_body (chat, JULIET, "one");
  fake_server_send (chat->server,
                    "<message from='" JULIET "' to='" OWN_FULL "' type='error' id='%s'><error type='cancel'>"
                    "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
                    id);
  chat_settle (chat);
  managed_assert_states (timeline, "f");
  managed_ack (self, self->n_out);
  managed_assert_states (timeline, "f");
  g_assert_cmpint (chat_message_get_position (chat_line (timeline, 0)), <, STORE_POSITION_PENDING);
  g_assert_cmpstr (chat_message_get_error (chat_line (timeline, 0)), ==, "forbidden");
  g_string_truncate (self->said, 0);
  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
  managed_assert_said (self, "one ");
  managed_ack (self, self->n_out);
  managed_assert_states (timeline, "s");
}

/* What was on its way is sent again by the session, what was written meanwhile after it; everything once, in order. */
static void
test_lines (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  guint before;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  before = self->n_out;
  chat_conversation_send (chat_with (chat, JULIET), "arrived");
  chat_conversation_send (chat_with (chat, JULIET), "lost");
  managed_assert_said (self, "arrived lost ");
  managed_lose (self);
  chat_conversation_send (chat_with (chat, JULIET), "later");
  chat_settle (chat);
  chat_conversation_send (chat_with (chat, NURSE), "other");
  chat_conversation_send (chat_with (chat, JULIET), "last");
  managed_assert_said (self, "");
  managed_assert_states (timeline, "pppp");

  chat_account_try_now (chat->account);
  managed_play_resumption (self, before + 1);
  managed_assert_said (self, "lost later other last ");
  managed_assert_states (timeline, "sppp");
  managed_ack (self, before + 2);
  managed_assert_states (timeline, "sspp");
  managed_ack (self, before + 5);
  managed_assert_states (timeline, "ssss");
  chat_assert_bodies (timeline, "arrived lost later last");
}

/* The same again and again: a line that waits through several losses is said once in each session that lacks it. */
static void
test_again (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  guint before;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  before = self->n_out;
  for (guint i = 0; i < 3; i++) {
    g_autofree char *body = g_strdup_printf ("%u", i);

    managed_lose (self);
    chat_conversation_send (chat_with (chat, JULIET), body);
    chat_account_try_now (chat->account);
    managed_play_resumption (self, before + i);
    g_free (chat_expect_body (chat, JULIET, body));
    managed_assert_said (self, body[0] == '0' ? "0 " : body[0] == '1' ? "1 " : "2 ");
  }
  managed_ack (self, before + 3);
  managed_assert_states (timeline, "sss");
  chat_assert_bodies (timeline, "0 1 2");
}

/* It says what it has when it refuses: that settles everything. */
static void
test_refused_with_h (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *h = NULL;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  h = g_strdup_printf ("h='%u'", self->n_out + 1);
  chat_conversation_send (chat_with (chat, JULIET), "arrived");
  chat_conversation_send (chat_with (chat, JULIET), "lost");
  managed_assert_said (self, "arrived lost ");
  managed_lose (self);
  chat_conversation_send (chat_with (chat, JULIET), "later");
  chat_account_try_now (chat->account);
  managed_play_refusal (self, h);
  managed_assert_said (self, "lost later ");
  managed_assert_states (timeline, "spp");
  chat_assert_bodies (timeline, "arrived lost later");
}

/* It does not say, and there is no archive: what was on its way is uncertain, what was written meanwhile is not. */
static void
test_refused_without_h (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "perhaps");
  managed_assert_said (self, "perhaps ");
  managed_lose (self);
  chat_conversation_send (chat_with (chat, JULIET), "later");
  chat_account_try_now (chat->account);
  managed_play_refusal (self, NULL);
  managed_assert_said (self, "later ");
  managed_assert_states (timeline, "fp");
  g_assert_cmpstr (chat_message_get_error (chat_line (timeline, 0)), ==, CHAT_MESSAGE_UNCERTAIN);
}

/* The link goes down in the moment in which a line is being stored. */
static void
test_lost_while_storing (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  fake_server_hang_up (chat->server);
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_settle (chat);
  managed_new_server (self);
  g_string_truncate (self->said, 0);
  chat_account_try_now (chat->account);
  managed_play_refusal (self, "h='0'");
  managed_assert_said (self, "one two ");
  managed_assert_states (timeline, "pp");
}

static gpointer
wait_job (StoreDb *db, gpointer data, GError **error)
{
  g_mutex_lock (data);
  g_mutex_unlock (data);
  return NULL;
}

/* The link goes down while what was said last is being stored: what waits for that goes out once it is back. */
static void
test_lost_while_catching_up (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (Archive) archive = archive_new ();
  g_autoptr (ChatTimeline) timeline = NULL;
  GMutex busy;

  managed_sign_in (self);
  managed_lose (self);
  chat_conversation_send (chat_with (chat, JULIET), "later");
  archive_fill (archive, 0, 1);
  chat->abilities = ARCHIVE_ABILITIES;
  chat_restart (chat);
  managed_new_server (self);
  chat_load (chat);
  chat_play_login (chat, NULL);
  fake_server_manage (chat->server, "id='s1' resume='true' max='300'");
  chat_settle (chat);
  g_mutex_init (&busy);
  g_mutex_lock (&busy);
  store_run_async (chat->store, wait_job, &busy, NULL, NULL, NULL, NULL, NULL);
  archive_reply (archive, chat, fake_server_find (chat->server, ARCHIVE_QUERY));
  fake_settle ();
  fake_server_hang_up (chat->server);
  fake_settle ();
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_mutex_unlock (&busy);
  chat_settle (chat);
  g_mutex_clear (&busy);
  managed_new_server (self);
  chat_account_try_now (chat->account);
  managed_play_resumption (self, 0);
  g_free (chat_expect_body (chat, JULIET, "later"));
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "0 later");
}

/* After a restart the resource is the one of before, so that the old stream dies first. */
static void
test_resource (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  XmppNode *iq;
  g_autofree char *mechanisms = NULL;

  managed_sign_in (self);
  chat_restart (chat);
  chat_load (chat);
  mechanisms = fake_server_mechanisms (chat->server);
  fake_server_open (chat->server, mechanisms);
  g_assert_true (fake_server_authenticate (chat->server));
  fake_server_open (chat->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
  iq = fake_server_expect (chat->server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                                         "<resource>orchard</resource></bind></iq>");
  fake_server_reply (chat->server, iq, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" OWN_FULL "</jid></bind>");
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Managed *, gconstpointer);
  } tests[] = {
    { "/resume/kept", test_kept },
    { "/resume/refused", test_refused },
    { "/resume/expires", test_expires },
    { "/resume/offline", test_offline },
    { "/resume/settings", test_settings },
    { "/resume/presence", test_presence },
    { "/resume/pipelined", test_pipelined },
    { "/resume/bounced", test_bounced },
    { "/resume/lines", test_lines },
    { "/resume/again", test_again },
    { "/resume/refused-with-h", test_refused_with_h },
    { "/resume/refused-without-h", test_refused_without_h },
    { "/resume/lost-while-storing", test_lost_while_storing },
    { "/resume/lost-while-catching-up", test_lost_while_catching_up },
    { "/resume/resource", test_resource },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Managed, NULL, managed_set_up, tests[i].test, managed_tear_down);
  return g_test_run ();
}
