/* Floods of strangers: everything arrives, nothing goes back, and the main loop is never away for long. How long is
 * said; what is asserted is how much is done at a time, which no slow machine changes. */
#include "chat-test.h"

#include "chat-account-private.h"
#include "chat-conversations.h"
#include "chat-requests.h"

#define STRANGERS 1000
#define EACH      10
#define READ_SIZE (16 * 1024)   /* bytes that a session takes from its link at a time */
#define SHORTEST  100           /* bytes that each stanza here has at least */
#define SHOWN     "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://x' ver='v%u'/>"
#define ASKED     "<iq type='get' to='*'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"

/* What the main loop did. */
typedef struct {
  guint  stanzas;        /* in this turn */
  guint  most_stanzas;   /* in one turn */
  guint  changes;        /* of the list of conversations, in all */
  gint64 longest;        /* µs of one turn */
} Turns;

static void
stanza_cb (XmppSession *session, XmppNode *stanza, gpointer user_data)
{
  ((Turns *) user_data)->stanzas++;
}

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  ((Turns *) user_data)->changes++;
}

/* When the main loop last had something to do. */
static gint64 woken_at;

static int
poll_cb (GPollFD *fds, guint n_fds, int timeout)
{
  int n_ready = g_poll (fds, n_fds, timeout);

  woken_at = g_get_monotonic_time ();
  return n_ready;
}

static void
run_until (Turns *turns, gboolean (*done) (gpointer data), gpointer data)
{
  g_main_context_set_poll_func (NULL, poll_cb);
  while (!done (data)) {
    turns->stanzas = 0;
    g_main_context_iteration (NULL, TRUE);
    turns->longest = MAX (turns->longest, g_get_monotonic_time () - woken_at);
    turns->most_stanzas = MAX (turns->most_stanzas, turns->stanzas);
  }
  g_main_context_set_poll_func (NULL, NULL);
}

static void
say (const char *what, const Turns *turns)
{
  g_test_message ("%s: the longest turn of the main loop took %.1f ms, the fullest had %u stanzas", what,
                  (double) turns->longest / 1000.0, turns->most_stanzas);
  g_assert_cmpuint (turns->most_stanzas, <=, READ_SIZE / SHORTEST);
}

static gboolean
canary_is_there (gpointer data)
{
  return chat_conversation_get_unread (chat_with (data, JULIET)) == 1;
}

static void
test_messages (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) flood = g_string_new (NULL);
  GListModel *conversations;
  Turns turns = { 0 };
  guint unread = 0;

  chat_sign_in (chat);
  fake_server_forget (chat->server);
  conversations = G_LIST_MODEL (chat_core_get_conversations (chat->core));
  chat_with (chat, JULIET);
  g_signal_connect (chat_account_get_session (chat->account), "stanza-in", G_CALLBACK (stanza_cb), &turns);
  g_signal_connect (conversations, "items-changed", G_CALLBACK (changed_cb), &turns);
  for (guint i = 0; i < STRANGERS * EACH; i++)
    g_string_append_printf (flood,
                            "<message from='clown%u@evil.example/x' type='chat' id='f%u'><body>line %u</body>"
                            "<request xmlns='urn:xmpp:receipts'/></message>", i % STRANGERS, i, i);
  fake_server_send (chat->server, "%s<message from='" JULIET "/balcony' type='chat' id='canary'><body>lark</body>"
                                  "</message>", flood->str);
  run_until (&turns, canary_is_there, chat);
  chat_settle (chat);
  say ("10,000 messages of 1,000 strangers", &turns);

  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, STRANGERS + 1);
  for (guint i = 0; i < STRANGERS + 1; i++) {
    g_autoptr (ChatConversation) conversation = g_list_model_get_item (conversations, i);

    unread += chat_conversation_get_unread (conversation);
  }
  g_assert_cmpuint (unread, ==, STRANGERS * EACH + 1);
  g_test_message ("the list of conversations changed %u times", turns.changes);
  g_assert_cmpuint (turns.changes, <=, 2 * STRANGERS * EACH);
  /* Nobody is told that any of it has arrived. */
  chat_expect_nothing (chat);
}

static gboolean
juliet_is_there (gpointer data)
{
  return chat_contact_get_show (chat_contact (data, JULIET)) == XMPP_SHOW_DND;
}

/* Presences of strangers are nobody's, a contact's thousand devices are 64, and requests are 200. */
static void
test_presences (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) flood = g_string_new (NULL);
  g_autoptr (GPtrArray) contacts = NULL;
  Turns turns = { 0 };
  guint asked = 0, devices = 0;

  chat_sign_in (chat);
  fake_server_forget (chat->server);
  g_signal_connect (chat_account_get_session (chat->account), "stanza-in", G_CALLBACK (stanza_cb), &turns);
  for (guint i = 0; i < STRANGERS * EACH; i++) {
    if (i % 3 == 0)
      g_string_append_printf (flood, "<presence from='clown%u@evil.example/x'>" SHOWN "</presence>", i, i);
    else if (i % 3 == 1)
      g_string_append_printf (flood, "<presence from='" NURSE "/%u'>" SHOWN "</presence>", i, i);
    else
      g_string_append_printf (flood, "<presence from='clown%u@evil.example' type='subscribe'><status>Let me see you, "
                                     "and I shall let you see me, I swear</status></presence>", i);
  }
  fake_server_send (chat->server, "%s<presence from='" JULIET "/balcony'><show>dnd</show></presence>", flood->str);
  run_until (&turns, juliet_is_there, chat);
  chat_settle (chat);
  say ("10,000 presences and requests", &turns);

  contacts = chat_account_list_contacts (chat->account);
  g_assert_cmpuint (contacts->len, ==, 2 + CHAT_REQUESTS_MAX);
  g_object_get (chat_contact (chat, NURSE), "devices", &devices, NULL);
  g_assert_cmpuint (devices, ==, 64);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_requests (chat->core))), ==,
                    CHAT_REQUESTS_MAX);
  while (fake_server_look (chat->server, ASKED) != NULL)
    asked++;
  g_assert_cmpuint (asked, ==, 4);
  chat_expect_nothing (chat);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/flood/messages", Chat, NULL, chat_set_up, test_messages, chat_tear_down);
  g_test_add ("/flood/presences", Chat, NULL, chat_set_up, test_presences, chat_tear_down);
  return g_test_run ();
}
