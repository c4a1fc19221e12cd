/* Catching up with the archive: what was said meanwhile is there, once and in its order, whatever comes in between. */
#include "chat-archive.h"

#include "chat-account-private.h"

#define QUERY ARCHIVE_QUERY

/* What was said while nobody was here is read when we come back, and is unread. */
static void
test_meanwhile (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 1);
  archive_deliver (sync->archive, chat, 0);
  chat_settle (chat);
  timeline = chat_open (chat, JULIET);
  watch = watch_new (timeline);
  archive_fill (sync->archive, 1, 20);
  archive_come_back (chat);
  g_assert_true (chat_timeline_has_gap (timeline, 1));
  g_assert_false (chat_timeline_has_gap (timeline, 0));
  sync_assert_history (chat, CHAT_HISTORY_READING);
  g_assert_false (archive_answer (sync->archive, chat));

  sync_assert_numbers (timeline, 0, 21);
  g_assert_cmpuint (watch_take (watch), ==, 1);
  g_assert_false (chat_timeline_has_gap (timeline, 1));
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 21);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "20");
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (chat, 0);
  g_assert_cmpuint (chat_history_get_n_read (chat_account_get_history (chat->account)), ==, 20);
  g_assert_null (fake_server_look (chat->server, QUERY));
}

/* A history that nobody here has ever read counts as read; newest first, with the window at its end. */
static void
test_history (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  archive_fill (sync->archive, 0, 1000);
  archive_sign_in (chat);
  g_assert_true (archive_answer (sync->archive, chat));
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 950, 50);
  g_assert_true (chat_timeline_has_gap (timeline, 0));
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "999");
  g_assert_cmpuint (chat_history_get_n_read (chat_account_get_history (chat->account)), ==, 50);
  g_assert_cmpint (chat_history_get_read_back_to (chat_account_get_history (chat->account)), ==,
                   ARCHIVE_BEGIN + 950 * G_TIME_SPAN_SECOND);
  watch = watch_new (timeline);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 4);
  sync_assert_numbers (timeline, 800, 200);
  g_assert_false (chat_timeline_get_at_start (timeline));
  g_assert_true (chat_timeline_get_at_end (timeline));
  g_assert_cmpuint (watch_take (watch), ==, 1);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
  g_assert_cmpuint (chat_history_get_n_read (chat_account_get_history (chat->account)), ==, 1000);
  g_assert_cmpint (chat_history_get_read_back_to (chat_account_get_history (chat->account)), ==, ARCHIVE_BEGIN);
  sync_assert_gaps (chat, 0);

  for (guint i = 0; i < 16; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  sync_assert_numbers (timeline, 0, 200);
  g_assert_true (chat_timeline_get_at_start (timeline));
  g_assert_false (chat_timeline_has_gap (timeline, 0));

  g_clear_pointer (&watch, watch_free);
  g_clear_object (&timeline);
  chat_restart (chat);
  chat_load (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
}

/* What is said in the very read in which we come online, and while pages come, stands behind what they bring. */
static void
test_live_above (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  XmppNode *query;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 100);
  chat_lose_link (chat);
  archive_fill (sync->archive, 100, 2);
  fake_server_login (chat->server, OWN_FULL);
  archive_deliver (sync->archive, chat, 100);
  fake_server_welcome (chat->server, NULL);
  query = fake_server_find (chat->server, QUERY);
  archive_deliver (sync->archive, chat, 101);
  chat_settle (chat);
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 100, 2);
  g_assert_true (chat_timeline_has_gap (timeline, 0));
  g_assert_true (archive_reply (sync->archive, chat, query));
  archive_fill (sync->archive, 102, 1);
  archive_deliver (sync->archive, chat, 102);
  chat_settle (chat);
  sync_assert_numbers (timeline, 52, 51);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 1);
  sync_assert_numbers (timeline, 0, 103);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 103);
}

static void
hear_carbon (Chat *chat, const char *kind, const char *message)
{
  fake_server_send (chat->server,
                    "<message from='" OWN "' to='" OWN_FULL "'><%s xmlns='urn:xmpp:carbons:2'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'>%s</forwarded></%s></message>",
                    kind, message, kind);
  chat_settle (chat);
}

/* Live, as a copy, in a page, in a page again: one line, where it was first. */
static void
test_duplicates (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  XmppNode *query;

  sync_begin (sync);
  timeline = chat_open (chat, JULIET);
  archive_fill (sync->archive, 0, 3);
  archive_deliver (sync->archive, chat, 0);
  chat_settle (chat);
  chat_lose_link (chat);
  archive_fill (sync->archive, 3, 5);
  chat_play_login (chat, NULL);
  query = fake_server_find (chat->server, QUERY);
  hear_carbon (chat, "received",
               "<message xmlns='jabber:client' from='" JULIET "/balcony' to='" OWN "/phone' type='chat' id='m6'>"
               "<body>6</body><origin-id xmlns='urn:xmpp:sid:0' id='m6'/></message>");
  archive_deliver (sync->archive, chat, 7);
  chat_settle (chat);
  archive_reply (sync->archive, chat, query);
  chat_settle (chat);
  sync_assert_numbers (timeline, 0, 8);

  for (guint i = 0; i < 8; i++)
    archive_deliver (sync->archive, chat, i);
  archive_come_back (chat);
  archive_answer_all (sync->archive, chat);
  sync_assert_numbers (timeline, 0, 8);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 8);
}

/* The same stanza id twice is not the same message, and who repeats another one's origin id is not him. */
static void
test_alike (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) juliet = NULL;
  g_autoptr (ChatTimeline) nurse = NULL;

  for (guint i = 0; i < 3; i++) {
    g_autofree char *message = g_strdup_printf (
        "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' type='chat' id='same'><body>%u</body></message>",
        i);

    archive_add_raw (sync->archive, message);
  }
  archive_add (sync->archive, NURSE "/hall", OWN, "other", "0");
  archive_add (sync->archive, JULIET "/b", OWN, "other", "3");
  archive_sign_in (chat);
  juliet = chat_open (chat, JULIET);
  nurse = chat_open (chat, NURSE);
  archive_answer_all (sync->archive, chat);
  sync_assert_numbers (juliet, 0, 4);
  sync_assert_numbers (nurse, 0, 1);
}

/* Everything that an archive may have of us and others, and what it cannot make us believe. */
static void
test_meanings (Sync *sync, gconstpointer data)
{
  static const char *const strange[] = {
    "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' type='chat' id='e1'/>",
    "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' type='chat' id='e2'><body/></message>",
    "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' type='error' id='o1'><body>Error</body>"
    "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
    "<message xmlns='jabber:client' from='room@muc.example/a' to='" OWN "' type='groupchat'><body>Room</body></message>",
    "<message xmlns='jabber:client' from='" MERCUTIO "/a' to='" JULIET "' type='chat'><body>Others</body></message>",
    "<message xmlns='jabber:client' from='" MERCUTIO "/a' to='" OWN "'><received xmlns='urn:xmpp:receipts' id='o1'/></message>",
    "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' type='chat'>"
    "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
  };
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (ChatTimeline) self = NULL;

  archive_add (sync->archive, JULIET "/b", OWN, "j1", "in");
  archive_add (sync->archive, OWN "/phone", JULIET, "o1", "out");
  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++)
    archive_add_raw (sync->archive, strange[i]);
  archive_add (sync->archive, OWN "/phone", OWN, "s1", "note");
  archive_add_raw (sync->archive, "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' id='r1'>"
                                  "<received xmlns='urn:xmpp:receipts' id='o1'/></message>");
  archive_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  self = chat_open (chat, OWN);
  archive_answer_all (sync->archive, chat);
  chat_assert_bodies (timeline, "in out");
  g_assert_false (chat_message_is_outgoing (chat_line (timeline, 0)));
  g_assert_true (chat_message_is_outgoing (chat_line (timeline, 1)));
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_DELIVERED);
  chat_assert_bodies (self, "note");
  g_assert_true (chat_message_is_outgoing (chat_line (self, 0)));
  g_assert_false (chat_knows (chat, MERCUTIO));
  g_assert_false (chat_knows (chat, "room@muc.example"));
  sync_assert_gaps (chat, 0);
}

/* A receipt is newer than what it is for, so it may come a page before it. */
static void
test_early_receipt (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  archive_add (sync->archive, OWN "/phone", JULIET, "o1", "out");
  archive_fill (sync->archive, 0, 60);
  archive_add_raw (sync->archive, "<message xmlns='jabber:client' from='" JULIET "/b' to='" OWN "' id='r1'>"
                                  "<received xmlns='urn:xmpp:receipts' id='o1'/></message>");
  archive_sign_in (chat);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 2);
  timeline = chat_open (chat, JULIET);
  chat_timeline_load_older (timeline);
  chat_settle (chat);
  g_assert_cmpstr (chat_message_get_body (chat_line (timeline, 0)), ==, "out");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_DELIVERED);
}

/* Who answered on another device has read what came before. */
static void
test_answered_elsewhere (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 60);
  archive_add (sync->archive, OWN "/phone", JULIET, "o1", "answer");
  archive_fill (sync->archive, 60, 2);
  archive_add (sync->archive, NURSE "/hall", OWN, "n1", "Madam!");
  archive_come_back (chat);
  archive_answer_all (sync->archive, chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 2);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, NURSE)), ==, 1);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "61");
  chat_restart (chat);
  chat_load (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 2);
}

/* Who looks at a conversation reads what comes in, also from the archive. */
static void
test_looked_at (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 60);
  archive_come_back (chat);
  chat_conversation_set_active (chat_with (chat, JULIET), TRUE);
  archive_answer_all (sync->archive, chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
  chat_restart (chat);
  chat_load (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
}

/* Lines that were sent from here and acknowledged by nobody are found in the archive: sent, in their place, once. */
static void
test_own_uncertain (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  sync_begin (sync);
  timeline = chat_open (chat, JULIET);
  archive_fill (sync->archive, 0, 1);
  archive_deliver (sync->archive, chat, 0);
  chat_settle (chat);
  chat_conversation_send (chat_with (chat, JULIET), "1");
  id = chat_expect_body (chat, JULIET, "1");
  archive_add (sync->archive, OWN_FULL, JULIET, id, "1");
  archive_fill (sync->archive, 2, 3);
  archive_come_back (chat);
  archive_answer_all (sync->archive, chat);
  sync_assert_numbers (timeline, 0, 5);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_SENT);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 5);
}

/* An archive that says only where pages begin: the known message ends the reading. */
static void
test_after_id_met (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  archive_fill (sync->archive, 0, 500);
  archive_sign_in (chat);
  archive_answer_all (sync->archive, chat);
  archive_fill (sync->archive, 500, 60);
  archive_come_back (chat);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 2);
  sync_assert_gaps (chat, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 60);
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 510, 50);
}

/* A server that told live in another order than its archive has it: what was lost of that stands before the message up
 * to which the archive is known, and is on a page all the same. What is known stays where it is. */
static void
test_told_early (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  archive_fill (sync->archive, 0, 10);
  archive_sign_in (chat);
  archive_answer_all (sync->archive, chat);
  archive_fill (sync->archive, 10, 2);
  archive_deliver (sync->archive, chat, 11);
  chat_settle (chat);
  archive_fill (sync->archive, 12, 1);
  archive_come_back (chat);
  archive_answer_all (sync->archive, chat);
  sync_assert_gaps (chat, 0);
  timeline = chat_open (chat, JULIET);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 13);
  for (guint i = 0; i < 13; i++) {
    g_autofree char *body = g_strdup_printf ("%u", i == 10 ? 11 : i == 11 ? 10 : i);

    g_assert_cmpstr (chat_message_get_body (chat_line (timeline, i)), ==, body);
  }
}

/* Gaps that were left behind are read one after the other, the newest first. */
static void
test_gap_order (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 3; i++) {
    archive_fill (sync->archive, i * 100, 60);
    archive_come_back (chat);
    g_assert_true (archive_answer (sync->archive, chat));
    /* Said live, in this session. */
    archive_fill (sync->archive, i * 100 + 60, 1);
    archive_deliver (sync->archive, chat, i * 61 + 60);
    chat_settle (chat);
  }
  sync_assert_gaps (chat, 3);
  archive_come_back (chat);
  g_assert_false (archive_answer (sync->archive, chat));
  sync_assert_gaps (chat, 3);
  for (guint i = 3; i > 0; i--) {
    g_assert_false (archive_answer (sync->archive, chat));
    sync_assert_gaps (chat, i - 1);
  }
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 183);
  for (guint i = 0; i < 183; i++) {
    g_autofree char *body = g_strdup_printf ("%u", i / 61 * 100 + i % 61);

    g_assert_cmpstr (chat_message_get_body (chat_line (timeline, i)), ==, body);
  }
}

/* Each account has its own archive, and its own gaps. */
static void
test_two_accounts (Sync *sync, gconstpointer data)
{
#define BENVOLIO "benvolio@montague.example"
  Chat *chat = &sync->chat;
  g_autoptr (FakeServer) his_server = fake_server_new ("montague.example");
  g_autoptr (XmppLogin) login = fake_login (BENVOLIO);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatAccount) benvolio = NULL;
  g_autoptr (XmppJid) juliet = xmpp_jid_new (JULIET, NULL);
  ChatConversations *conversations = chat_core_get_conversations (chat->core);
  XmppNode *query;

  sync_begin (sync);
  fake_server_set_secure (his_server);
  fake_server_set_abilities (his_server, data);
  chat_set_server (chat, BENVOLIO, his_server);
  benvolio = chat_core_prepare_account (chat->core, login, NULL);
  chat_account_sign_in_async (benvolio, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (his_server, BENVOLIO "/square");
  fake_server_welcome (his_server, "<query xmlns='jabber:iq:roster'/>");
  g_assert_true (chat_account_sign_in_finish (benvolio, fake_wait (&result), NULL));
  chat_settle (chat);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  g_assert_cmpint (chat_history_get_state (chat_account_get_history (benvolio)), ==, CHAT_HISTORY_READING);

  query = fake_server_find (his_server, QUERY);
  fake_server_send (his_server,
                    "<message from='" BENVOLIO "' to='" BENVOLIO "/square'><result xmlns='urn:xmpp:mam:2' queryid='%s'"
                    " id='a-0'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" JULIET "/b'"
                    " to='" BENVOLIO "' type='chat' id='m0'><body>0</body></message></forwarded></result></message>",
                    xmpp_node_get (xmpp_node_find (query, "query", "urn:xmpp:mam:2"), "queryid"));
  fake_server_reply (his_server, query,
                     "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>"
                     "<first>a-0</first><last>a-0</last></set></fin>");
  chat_settle (chat);
  g_assert_cmpint (chat_history_get_state (chat_account_get_history (benvolio)), ==, CHAT_HISTORY_IDLE);
  g_assert_nonnull (chat_conversations_find (conversations, chat_account_get_contact (benvolio, juliet)));
  g_assert_false (chat_knows (chat, JULIET));
  g_assert_cmpuint (chat_history_get_n_read (chat_account_get_history (chat->account)), ==, 0);
#undef BENVOLIO
}

/* What is said after the archive was asked and before our presence reaches the server would come to nobody. */
static void
test_after_presence (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  XmppNode *roster;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 3);
  chat_lose_link (chat);
  fake_server_login (chat->server, OWN_FULL);
  roster = fake_server_find (chat->server, "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>");
  fake_server_answer_disco (chat->server);
  chat_settle (chat);
  g_assert_null (fake_server_look (chat->server, ARCHIVE_QUERY));
  g_assert_null (fake_server_look (chat->server, "<presence/>"));
  fake_server_find (chat->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>");

  fake_server_forget (chat->server);
  fake_server_reply (chat->server, roster, NULL);
  fake_server_expect (chat->server, "<presence/>");
  g_assert_false (archive_answer (sync->archive, chat));
  sync_assert_gaps (chat, 0);
}

/* Without copies of what our other devices say, a live message says nothing about what was said before it. */
static void
test_no_copies (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 1);
  chat_lose_link (chat);
  fake_server_login (chat->server, OWN_FULL);
  fake_server_welcome (chat->server, NULL);
  fake_server_reply_error (chat->server,
                           fake_server_find (chat->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>"),
                           "cancel", "feature-not-implemented");
  chat_settle (chat);
  archive_answer_all (sync->archive, chat);

  archive_fill (sync->archive, 1, 2);
  archive_deliver (sync->archive, chat, 2);
  chat_settle (chat);
  archive_come_back (chat);
  archive_answer_all (sync->archive, chat);
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 0, 3);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Sync *, gconstpointer);
    const char *abilities;
  } tests[] = {
    { "/sync/meanwhile", test_meanwhile, ARCHIVE_ABILITIES },
    { "/sync/after-presence", test_after_presence, ARCHIVE_ABILITIES },
    { "/sync/no-copies", test_no_copies, ARCHIVE_ABILITIES },
    { "/sync/history", test_history, ARCHIVE_ABILITIES },
    { "/sync/live-above", test_live_above, ARCHIVE_ABILITIES },
    { "/sync/duplicates", test_duplicates, ARCHIVE_ABILITIES },
    { "/sync/alike", test_alike, ARCHIVE_ABILITIES },
    { "/sync/meanings", test_meanings, ARCHIVE_ABILITIES },
    { "/sync/early-receipt", test_early_receipt, ARCHIVE_ABILITIES },
    { "/sync/answered-elsewhere", test_answered_elsewhere, ARCHIVE_ABILITIES },
    { "/sync/looked-at", test_looked_at, ARCHIVE_ABILITIES },
    { "/sync/own-uncertain", test_own_uncertain, ARCHIVE_ABILITIES },
    { "/sync/after-id-met", test_after_id_met, ARCHIVE_PLAIN },
    { "/sync/told-early", test_told_early, ARCHIVE_PLAIN },
    { "/sync/gap-order", test_gap_order, ARCHIVE_ABILITIES },
    { "/sync/two-accounts", test_two_accounts, ARCHIVE_ABILITIES },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Sync, tests[i].abilities, sync_set_up, tests[i].test, sync_tear_down);
  return g_test_run ();
}
