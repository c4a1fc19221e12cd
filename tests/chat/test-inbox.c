/* What comes in: stored before it is shown, shown before it is confirmed, and who may change what. */
#include "chat-test.h"

#include "chat-account-private.h"
#include "store-messages.h"

#define BURST 5000

/* Whether everything a list shows is in the store already. */
static void
items_changed_cb (GListModel *timeline, guint position, guint removed, guint added, guint *n)
{
  for (guint i = 0; i < added; i++)
    g_assert_cmpint (chat_message_get_id (chat_line (CHAT_TIMELINE (timeline), position + i)), !=, 0);
  *n += added;
}

static void
send_own (Chat *chat, const char *jid, const char *body, char **id)
{
  chat_conversation_send (chat_with (chat, jid), body);
  *id = chat_expect_body (chat, jid, body);
  chat_settle (chat);
}

static void
hear_error (Chat *chat, const char *from, const char *id)
{
  fake_server_send (chat->server,
                    "<message from='%s' to='" OWN_FULL "' type='error' id='%s'><error type='cancel'>"
                    "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
                    from, id);
  chat_settle (chat);
}

static void
hear_receipt (Chat *chat, const char *from, const char *id)
{
  fake_server_send (chat->server,
                    "<message from='%s' to='" OWN_FULL "' id='r1'><received xmlns='urn:xmpp:receipts' id='%s'/></message>",
                    from, id);
  chat_settle (chat);
}

static void
hear_carbon (Chat *chat, const char *by, const char *kind, const char *from, const char *to, const char *body)
{
  fake_server_send (chat->server,
                    "<message from='%s' to='" OWN_FULL "'><%s xmlns='urn:xmpp:carbons:2'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'>"
                    "<message xmlns='jabber:client' from='%s' to='%s' type='chat' id='c1'><body>%s</body></message>"
                    "</forwarded></%s></message>",
                    by, kind, from, to, body, kind);
  chat_settle (chat);
}

static void
test_hello (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  ChatMessage *message;
  guint n = 0;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  g_signal_connect (timeline, "items-changed", G_CALLBACK (items_changed_cb), &n);
  fake_server_send (chat->server,
                    "<message from='" JULIET "/balcony' to='" OWN "' type='chat' id='j1'><body>Good night!</body>"
                    "<request xmlns='urn:xmpp:receipts'/></message>");
  chat_settle (chat);

  g_assert_cmpuint (n, ==, 1);
  message = chat_line (timeline, 0);
  g_assert_cmpstr (chat_message_get_body (message), ==, "Good night!");
  g_assert_false (chat_message_is_outgoing (message));
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_RECEIVED);
  g_assert_cmpint (chat_message_get_sent_at (message), ==, NOW);
  g_assert_true (chat_message_get_contact (message) == chat_contact (chat, JULIET));

  /* It was confirmed, and only after all that. */
  fake_server_find (chat->server, "<message to='" JULIET "/balcony'><received xmlns='urn:xmpp:receipts' id='j1'/></message>");
}

static void
test_stranger (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  g_assert_false (chat_knows (chat, MERCUTIO));
  fake_server_send (chat->server,
                    "<message from='" MERCUTIO "/sword' to='" OWN "' type='chat' id='m1'><body>A plague!</body>"
                    "<request xmlns='urn:xmpp:receipts'/></message>");
  chat_settle (chat);
  g_assert_true (chat_knows (chat, MERCUTIO));
  g_assert_false (chat_contact_is_contact (chat_contact (chat, MERCUTIO)));
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, MERCUTIO)), ==, "mercutio");
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, MERCUTIO)), ==, "A plague!");
  fake_server_expect_nothing (chat->server);
}

/* Nothing to show makes nobody known: no object, no conversation. */
static void
test_silent_strangers (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (MERCUTIO, NULL);

  chat_sign_in (chat);
  fake_server_send (chat->server,
                    "<message from='" MERCUTIO "/x' to='" OWN_FULL "' type='chat'>"
                    "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>"
                    "<message from='" MERCUTIO "/x' to='" OWN_FULL "'><received xmlns='urn:xmpp:receipts' id='x'/></message>"
                    "<message from='" MERCUTIO "/x' to='" OWN_FULL "' type='error' id='x'/>"
                    "<message from='" MERCUTIO "/x' to='" OWN_FULL "' type='chat'><body/></message>"
                    "<message from='trap@muc.evil.example/x' to='" OWN_FULL "' type='groupchat'><body>x</body></message>");
  chat_settle (chat);
  g_assert_null (chat_account_find_contact (chat->account, jid));
  g_assert_false (chat_knows (chat, "trap@muc.evil.example"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_conversations (chat->core))), ==, 0);
}

static void
test_receipt (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  send_own (chat, JULIET, "Juliet", &id);
  send_own (chat, NURSE, "Nurse", &other);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_SENT);

  /* Others have nothing to say about it, whether they are known or not, with a conversation or without. */
  hear_receipt (chat, MERCUTIO "/sword", id);
  hear_receipt (chat, NURSE "/hall", id);
  hear_receipt (chat, JULIET ".evil.example", id);
  hear_receipt (chat, JULIET "/balcony", "another");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_SENT);

  hear_receipt (chat, JULIET "/balcony", id);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_DELIVERED);
}

static void
test_error (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  send_own (chat, JULIET, "one", &first);
  send_own (chat, JULIET, "two", &second);

  hear_error (chat, MERCUTIO, second);
  hear_error (chat, NURSE, second);
  hear_error (chat, JULIET, "another");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_SENT);

  hear_error (chat, JULIET, second);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_SENT);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_FAILED);
  g_assert_cmpstr (chat_message_get_error (chat_line (timeline, 1)), ==, "service-unavailable");
  g_assert_null (chat_message_get_error (chat_line (timeline, 0)));

  /* What has arrived cannot fail any more. */
  hear_receipt (chat, JULIET "/balcony", first);
  hear_error (chat, JULIET, first);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_DELIVERED);
}

static void
test_carbons (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  hear_carbon (chat, OWN, "received", JULIET "/balcony", OWN "/phone", "in");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);
  hear_carbon (chat, OWN, "sent", OWN "/phone", JULIET, "out");
  chat_assert_bodies (timeline, "in out");
  g_assert_false (chat_message_is_outgoing (chat_line (timeline, 0)));
  g_assert_true (chat_message_is_outgoing (chat_line (timeline, 1)));
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_SENT);
  /* Who answered on the phone has read it there. */
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
  g_assert_true (chat_conversation_get_last_outgoing (chat_with (chat, JULIET)));

  hear_carbon (chat, MERCUTIO "/x", "received", JULIET "/balcony", OWN "/phone", "lie");
  hear_carbon (chat, MERCUTIO "/x", "sent", OWN "/phone", JULIET, "lie");
  chat_assert_bodies (timeline, "in out");
  g_assert_false (chat_knows (chat, MERCUTIO));
}

/* The same ids by two people are two messages; by the same one twice, one. */
static void
test_same_ids (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) juliet = NULL;
  g_autoptr (ChatTimeline) nurse = NULL;

  chat_sign_in (chat);
  juliet = chat_open (chat, JULIET);
  nurse = chat_open (chat, NURSE);
  chat_hear (chat, NURSE "/hall", "dup", "a");
  chat_hear (chat, JULIET "/balcony", "dup", "b");
  chat_hear (chat, JULIET "/balcony", "dup", "c");
  chat_settle (chat);
  chat_assert_bodies (nurse, "a");
  chat_assert_bodies (juliet, "b");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);
}

static void
test_note_to_self (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, OWN);
  send_own (chat, OWN, "remember", &id);
  /* The server brings it back, to this device too. */
  chat_hear (chat, OWN "/orchard", id, "remember");
  chat_hear (chat, OWN "/phone", "p1", "the vial");
  chat_settle (chat);
  chat_assert_bodies (timeline, "remember the vial");
}

/* A time only labels, and cannot be later than now. */
static void
test_times (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  fake_server_send (chat->server,
                    "<message from='" JULIET "/b' to='" OWN "' type='chat' id='1'><body>future</body>"
                    "<delay xmlns='urn:xmpp:delay' from='montague.example' stamp='9998-01-01T00:00:00Z'/></message>"
                    "<message from='" JULIET "/b' to='" OWN "' type='chat' id='2'><body>past</body>"
                    "<delay xmlns='urn:xmpp:delay' from='montague.example' stamp='2025-12-31T12:00:00Z'/></message>"
                    "<message from='" JULIET "/b' to='" OWN "' type='chat' id='3'><body>ancient</body>"
                    "<delay xmlns='urn:xmpp:delay' from='montague.example' stamp='0001-01-01T00:00:00Z'/></message>");
  chat_settle (chat);
  chat_assert_bodies (timeline, "future past ancient");
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 0)), ==, NOW);
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 1)), ==, NOW - G_TIME_SPAN_DAY);
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 2)), >=, 0);
  g_assert_cmpint (chat_conversation_get_last_activity (chat_with (chat, JULIET)), ==, NOW);
}

/* While an account is signed in for the first time, messages wait for it to be stored. */
static void
test_before_account_is_stored (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_load (chat);
  chat_prepare (chat);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (chat->server, OWN_FULL);
  chat_hear (chat, JULIET "/balcony", "j1", "early");
  chat_account_sign_in_finish (chat->account, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (chat);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "early");
}

static void
heard_cb (XmppSession *session, XmppMessage *message, gboolean *heard)
{
  *heard = TRUE;
}

/* What was heard in the very moment in which the program ends is stored. */
static void
test_last_moment (Chat *chat, gconstpointer data)
{
  gboolean heard = FALSE;

  chat_sign_in (chat);
  g_signal_connect (chat_account_get_session (chat->account), "message", G_CALLBACK (heard_cb), &heard);
  chat_hear (chat, JULIET "/balcony", "j1", "late");
  while (!heard)
    g_main_context_iteration (NULL, TRUE);
  chat_restart (chat);
  chat_load (chat);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "late");
}

static gboolean
has_heard_all (gpointer timeline)
{
  guint n = g_list_model_get_n_items (timeline);

  return n > 0 && g_str_equal (chat_message_get_body (chat_line (timeline, n - 1)), "4998");
}

static void
test_burst (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) lines = NULL;
  g_autoptr (Watch) conversations = NULL;
  g_autoptr (GString) burst = g_string_new (NULL);

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  lines = watch_new (timeline);
  conversations = watch_new (chat_core_get_conversations (chat->core));
  for (guint i = 0; i < BURST; i++)
    g_string_append_printf (burst, "<message from='%s' to='" OWN "' type='chat' id='m%u'><body>%u</body></message>",
                            i % 10 == 9 ? NURSE : JULIET, i, i);
  fake_server_send (chat->server, "%s", burst->str);
  fake_wait_until (has_heard_all, timeline, "the last of the burst");
  chat_settle (chat);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, CHAT_TIMELINE_MAX);
  g_assert_cmpstr (chat_message_get_body (chat_line (timeline, CHAT_TIMELINE_MAX - 1)), ==, "4998");
  g_assert_false (chat_timeline_get_at_start (timeline));
  g_assert_true (chat_timeline_get_at_end (timeline));
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, BURST / 10 * 9);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, NURSE)), ==, BURST / 10);
  /* Few: not one for each message, but one or two for each job. */
  g_assert_cmpuint (watch_take (lines), <, 60);
  g_assert_cmpuint (watch_take (conversations), <, 60);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/inbox/hello", test_hello },
    { "/inbox/stranger", test_stranger },
    { "/inbox/silent-strangers", test_silent_strangers },
    { "/inbox/receipt", test_receipt },
    { "/inbox/error", test_error },
    { "/inbox/carbons", test_carbons },
    { "/inbox/same-ids", test_same_ids },
    { "/inbox/note-to-self", test_note_to_self },
    { "/inbox/times", test_times },
    { "/inbox/before-account-is-stored", test_before_account_is_stored },
    { "/inbox/last-moment", test_last_moment },
    { "/inbox/burst", test_burst },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
