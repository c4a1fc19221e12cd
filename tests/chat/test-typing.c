/* Typing, both ways: who is told, who is believed, and how it ends when nobody says so. */
#include "chat-test.h"

#define STATE(name) "<" name " xmlns='http://jabber.org/protocol/chatstates'/>"

static gboolean
types (Chat *chat, const char *jid)
{
  chat_settle (chat);
  return chat_conversation_get_typing (chat_with (chat, jid));
}

static void
hear_state (Chat *chat, const char *from, const char *rest)
{
  fake_server_send (chat->server, "<message from='%s' to='" OWN_FULL "' type='chat'>%s</message>", from, rest);
}

/* Signed in, with Juliet online. */
static void
begin (Chat *chat)
{
  chat_sign_in (chat);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  fake_server_forget (chat->server);
}

/* Time goes by; the server answers meanwhile when it is asked whether it is still there. */
static void
pass (Chat *chat, guint seconds)
{
  for (guint i = 0; i < seconds; i++) {
    base_clock_advance (chat->clock, G_TIME_SPAN_SECOND);
    chat_answer_pings (chat);
  }
}

static void
test_theirs (Chat *chat, gconstpointer data)
{
  begin (chat);
  g_assert_false (types (chat, JULIET));
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  hear_state (chat, JULIET "/balcony", STATE ("paused"));
  g_assert_false (types (chat, JULIET));

  /* A line that comes ends it. */
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  chat_hear (chat, JULIET "/balcony", "j1", "Ay me!");
  g_assert_false (types (chat, JULIET));

  /* So does going away. */
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  chat_hear_presence (chat, JULIET "/balcony", NULL);
  g_assert_false (types (chat, JULIET));

  /* And our own going offline. */
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  fake_server_hang_up (chat->server);
  g_assert_false (types (chat, JULIET));
}

static void
test_expiry (Chat *chat, gconstpointer data)
{
  begin (chat);
  types (chat, JULIET);
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  pass (chat, 90);
  hear_state (chat, JULIET "/balcony", STATE ("composing"));
  g_assert_true (types (chat, JULIET));
  pass (chat, 119);
  g_assert_true (types (chat, JULIET));
  pass (chat, 1);
  g_assert_false (types (chat, JULIET));
}

/* Others type in their own conversations, errors are echoes, and our other devices are us. */
static void
test_others (Chat *chat, gconstpointer data)
{
  begin (chat);
  types (chat, JULIET);
  hear_state (chat, NURSE "/hall", STATE ("composing"));
  hear_state (chat, MERCUTIO "/sword", STATE ("composing"));
  fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN_FULL "' type='error'>" STATE ("composing")
                                  "</message>");
  fake_server_send (chat->server,
                    "<message from='" OWN "' to='" OWN_FULL "'><sent xmlns='urn:xmpp:carbons:2'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" OWN "/phone' to='" JULIET
                    "' type='chat'>" STATE ("composing") "</message></forwarded></sent></message>");
  g_assert_false (types (chat, JULIET));
  g_assert_false (chat_knows (chat, NURSE));
  g_assert_false (chat_knows (chat, MERCUTIO));
}

static void
test_ours (Chat *chat, gconstpointer data)
{
  ChatConversation *conversation;

  begin (chat);
  conversation = chat_with (chat, JULIET);
  chat_conversation_set_composing (conversation, TRUE);
  fake_server_find (chat->server, "<message to='" JULIET "' type='chat'>" STATE ("composing") "</message>");

  /* More keys say nothing new, and put the pause off. */
  for (guint i = 0; i < 10; i++) {
    pass (chat, 1);
    chat_conversation_set_composing (conversation, TRUE);
  }
  chat_expect_nothing (chat);
  pass (chat, 5);
  fake_server_find (chat->server, "<message to='" JULIET "' type='chat'>" STATE ("paused") "</message>");
  chat_conversation_set_composing (conversation, TRUE);
  fake_server_find (chat->server, "<message to='" JULIET "' type='chat'>" STATE ("composing") "</message>");
  chat_conversation_set_composing (conversation, FALSE);
  fake_server_find (chat->server, "<message to='" JULIET "' type='chat'>" STATE ("active") "</message>");
  chat_conversation_set_composing (conversation, FALSE);
  pass (chat, 30);
  chat_expect_nothing (chat);

  /* What is sent says it itself; the entry that is empty then has nothing to add. */
  chat_conversation_set_composing (conversation, TRUE);
  fake_server_find (chat->server, "<message type='chat'>" STATE ("composing") "</message>");
  chat_conversation_send (conversation, "Ay me!");
  chat_conversation_set_composing (conversation, FALSE);
  fake_server_find (chat->server, "<message type='chat'><body>Ay me!</body>" STATE ("active") "</message>");
  pass (chat, 30);
  chat_settle (chat);
  chat_expect_nothing (chat);
}

/* To whom it would be news that we are here, it is not told. */
static void
test_not_told (Chat *chat, gconstpointer data)
{
  begin (chat);
  chat_conversation_set_composing (chat_with (chat, NURSE), TRUE);      /* offline */
  chat_conversation_set_composing (chat_with (chat, MERCUTIO), TRUE);   /* a stranger */
  chat_expect_nothing (chat);

  fake_server_send (chat->server, "<iq type='set' id='p1'><query xmlns='jabber:iq:roster'>"
                                  "<item jid='paris@verona.example' subscription='to'/></query></iq>");
  chat_hear_presence (chat, "paris@verona.example/x", "");
  chat_settle (chat);
  fake_server_forget (chat->server);
  chat_conversation_set_composing (chat_with (chat, "paris@verona.example"), TRUE);   /* does not see us */
  chat_expect_nothing (chat);

  /* Gone since we began: the pause is not told either. */
  chat_conversation_set_composing (chat_with (chat, JULIET), TRUE);
  fake_server_find (chat->server, "<message>" STATE ("composing") "</message>");
  chat_hear_presence (chat, JULIET "/balcony", NULL);
  chat_settle (chat);
  pass (chat, 10);
  chat_expect_nothing (chat);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/typing/theirs", test_theirs },
    { "/typing/expiry", test_expiry },
    { "/typing/others", test_others },
    { "/typing/ours", test_ours },
    { "/typing/not-told", test_not_told },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
