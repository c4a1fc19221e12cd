/* A conversation: saying something, what is unread, drafts, the preview, and the order of them all. */
#include "chat-test.h"

#include "xmpp-error.h"

static ChatConversation *
nth (Chat *chat, guint position)
{
  g_autoptr (ChatConversation) conversation =
      g_list_model_get_item (G_LIST_MODEL (chat_core_get_conversations (chat->core)), position);

  return conversation;
}

static void
restart_offline (Chat *chat)
{
  chat_restart (chat);
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  chat_load (chat);
}

static void
test_send (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;
  ChatMessage *message;
  XmppNode *stanza;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "It is the east.\n\n");

  /* On the screen at once, before it is stored or sent. */
  message = chat_line (timeline, 0);
  g_assert_cmpstr (chat_message_get_body (message), ==, "It is the east.");
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_PENDING);
  g_assert_cmpint (chat_message_get_id (message), ==, 0);
  g_assert_true (chat_message_is_outgoing (message));
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "It is the east.");
  g_assert_true (chat_conversation_get_last_outgoing (chat_with (chat, JULIET)));

  stanza = fake_server_find (chat->server, "<message to='" JULIET "' type='chat' id='*'><body>It is the east.</body>"
                                           "<request xmlns='urn:xmpp:receipts'/><origin-id xmlns='urn:xmpp:sid:0' id='*'/>"
                                           "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
  id = g_strdup (xmpp_node_get (stanza, "id"));
  g_assert_cmpstr (id, ==, xmpp_node_get (xmpp_node_find (stanza, "origin-id", "urn:xmpp:sid:0"), "id"));
  chat_settle (chat);
  g_assert_true (chat_line (timeline, 0) == message);
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_SENT);
  g_assert_cmpint (chat_message_get_id (message), !=, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 1);

  fake_server_send (chat->server,
                    "<message from='" JULIET "/balcony' to='" OWN_FULL "'><received xmlns='urn:xmpp:receipts' id='%s'/></message>",
                    id);
  chat_settle (chat);
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_DELIVERED);
}

static void
test_send_nothing (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "");
  chat_conversation_send (chat_with (chat, JULIET), "\n\r\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
  chat_settle (chat);
  fake_server_expect_nothing (chat->server);

  chat_conversation_send (chat_with (chat, JULIET), "\n a\nb \n");
  g_assert_cmpstr (chat_message_get_body (chat_line (timeline, 0)), ==, "\n a\nb ");
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "a b");
}

/* Somebody opens the conversation while its first line is still being stored. */
static void
test_open_while_writing (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  timeline = chat_conversation_dup_timeline (chat_with (chat, JULIET));
  g_assert_true (timeline == chat_conversation_get_timeline (chat_with (chat, JULIET)));
  chat_settle (chat);
  chat_assert_bodies (timeline, "one two");

  g_clear_object (&timeline);
  g_assert_null (chat_conversation_get_timeline (chat_with (chat, JULIET)));
  timeline = chat_conversation_dup_timeline (chat_with (chat, JULIET));
  chat_conversation_send (chat_with (chat, JULIET), "three");
  chat_settle (chat);
  chat_hear (chat, JULIET "/b", "j1", "four");
  chat_settle (chat);
  chat_assert_bodies (timeline, "one two three four");
}

static void
test_unread (Chat *chat, gconstpointer data)
{
  ChatConversation *conversation;

  chat_sign_in (chat);
  conversation = chat_with (chat, JULIET);
  chat_hear (chat, JULIET "/b", "1", "one");
  chat_hear (chat, JULIET "/b", "2", "two");
  chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (conversation), ==, 2);

  chat_conversation_set_active (conversation, TRUE);
  g_assert_cmpuint (chat_conversation_get_unread (conversation), ==, 0);
  chat_hear (chat, JULIET "/b", "3", "three");
  chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (conversation), ==, 0);
  chat_conversation_set_active (conversation, FALSE);
  chat_hear (chat, JULIET "/b", "4", "four");
  chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (conversation), ==, 1);

  restart_offline (chat);
  conversation = chat_with (chat, JULIET);
  g_assert_cmpuint (chat_conversation_get_unread (conversation), ==, 1);
  g_assert_cmpstr (chat_conversation_get_last_line (conversation), ==, "four");
  g_assert_false (chat_conversation_get_last_outgoing (conversation));
  g_assert_cmpint (chat_conversation_get_last_activity (conversation), ==, NOW);

  /* Looking at what was there before this program began. */
  chat_conversation_set_active (conversation, TRUE);
  chat_settle (chat);
  restart_offline (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);

  /* Answering is reading. */
  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  chat_play_login (chat, NULL);
  chat_hear (chat, JULIET "/b", "5", "five");
  chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);
  chat_conversation_send (chat_with (chat, JULIET), "six");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
  chat_settle (chat);
  restart_offline (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);
}

static void
test_draft (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *text = g_strnfill (i + 1, 'x');

    chat_conversation_set_draft (chat_with (chat, JULIET), text);
  }
  chat_conversation_set_draft (chat_with (chat, JULIET), "But soft");
  chat_conversation_set_draft (chat_with (chat, NURSE), "no");
  chat_conversation_set_draft (chat_with (chat, NURSE), "");
  g_assert_null (chat_conversation_get_draft (chat_with (chat, NURSE)));
  chat_settle (chat);

  restart_offline (chat);
  g_assert_cmpstr (chat_conversation_get_draft (chat_with (chat, JULIET)), ==, "But soft");
  g_assert_null (chat_conversation_get_draft (chat_with (chat, NURSE)));
  chat_conversation_set_draft (chat_with (chat, JULIET), NULL);
  chat_settle (chat);
  restart_offline (chat);
  g_assert_null (chat_conversation_get_draft (chat_with (chat, JULIET)));
}

/* A draft that was kept when the program was told to stop in the same moment. */
static void
test_draft_at_the_end (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_conversation_set_draft (chat_with (chat, JULIET), "Farewell");
  restart_offline (chat);
  g_assert_cmpstr (chat_conversation_get_draft (chat_with (chat, JULIET)), ==, "Farewell");
}

static void
test_order (Chat *chat, gconstpointer data)
{
  g_autoptr (Watch) watch = NULL;

  chat_sign_in (chat);
  watch = watch_new (chat_core_get_conversations (chat->core));
  chat_hear (chat, JULIET "/b", "1", "one");
  chat_settle (chat);
  base_clock_advance (chat->clock, G_TIME_SPAN_SECOND);
  chat_hear (chat, NURSE "/h", "2", "two");
  chat_settle (chat);
  g_assert_true (nth (chat, 0) == chat_with (chat, NURSE));
  g_assert_true (nth (chat, 1) == chat_with (chat, JULIET));

  base_clock_advance (chat->clock, G_TIME_SPAN_SECOND);
  watch_take (watch);
  chat_conversation_send (chat_with (chat, JULIET), "three");
  g_assert_cmpuint (watch_take (watch), ==, 1);
  g_assert_true (nth (chat, 0) == chat_with (chat, JULIET));

  chat_settle (chat);
  g_clear_pointer (&watch, watch_free);
  restart_offline (chat);
  g_assert_true (nth (chat, 0) == chat_with (chat, JULIET));
  g_assert_true (nth (chat, 1) == chat_with (chat, NURSE));
}

/* One line, and nothing in it that plays tricks with its neighbours. */
static void
test_preview (Chat *chat, gconstpointer data)
{
  g_autofree char *line = g_strnfill (1000, 'a');
  const char *shown;

  chat_sign_in (chat);
  chat_hear (chat, JULIET "/b", "1", "one\n\ntwo\xe2\x80\xaethree");
  chat_settle (chat);
  shown = chat_conversation_get_last_line (chat_with (chat, JULIET));
  g_assert_null (strchr (shown, '\n'));
  g_assert_null (strstr (shown, "\xe2\x80\xae"));

  chat_hear (chat, JULIET "/b", "2", line);
  chat_settle (chat);
  g_assert_cmpint (g_utf8_strlen (chat_conversation_get_last_line (chat_with (chat, JULIET)), -1), <=, 121);
}

static void
test_delete (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  id = chat_expect_body (chat, JULIET, "two");
  chat_settle (chat);

  /* Only what failed can be taken back, because it was never said. */
  chat_conversation_delete (chat_with (chat, JULIET), chat_line (timeline, 0));
  chat_settle (chat);
  chat_assert_bodies (timeline, "one two");

  fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN_FULL "' type='error' id='%s'><error type='cancel'>"
                                  "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", id);
  chat_settle (chat);
  chat_conversation_delete (chat_with (chat, JULIET), chat_line (timeline, 1));
  chat_assert_bodies (timeline, "one");
  chat_settle (chat);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "one");
  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "one");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/conversation/send", test_send },
    { "/conversation/send/nothing", test_send_nothing },
    { "/conversation/open-while-writing", test_open_while_writing },
    { "/conversation/unread", test_unread },
    { "/conversation/draft", test_draft },
    { "/conversation/draft/at-the-end", test_draft_at_the_end },
    { "/conversation/order", test_order },
    { "/conversation/preview", test_preview },
    { "/conversation/delete", test_delete },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
