/* Lines whose stream dies before the server confirms them, and what its archive says of them. */
#include "settle-fixture.h"

/* Everything that was said since, by all conversations, as it went out. */
static void
stanza_out_cb (XmppSession *session, XmppNode *stanza, GString *said)
{
  const char *body = xmpp_node_find_text (stanza, "body", "jabber:client");

  if (body != NULL)
    g_string_append_printf (said, "%s ", body);
}

GString *
settle_listen (Chat *chat)
{
  GString *said = g_string_new (NULL);

  g_signal_connect (chat_account_get_session (chat->account), "stanza-out", G_CALLBACK (stanza_out_cb), said);
  return said;
}

void
settle_assert_said (Chat *chat, GString *said, const char *expected)
{
  chat_settle (chat);
  g_assert_cmpstr (said->str, ==, expected);
  g_string_truncate (said, 0);
}

void
settle_assert_line (ChatTimeline *timeline, guint position, StoreMessageState state, const char *reason)
{
  ChatMessage *line = chat_line (timeline, position);

  g_assert_cmpint (chat_message_get_state (line), ==, state);
  g_assert_cmpstr (chat_message_get_error (line), ==, reason);
}

/* A server that confirms nothing of what it gets, with the lines in its hands. */
void
settle_sign_in (Chat *chat)
{
  fake_server_set_features (chat->server, SETTLE_FEATURES);
  chat_sign_in (chat);
  fake_server_send (chat->server, "<enabled xmlns='" NS_SM "' id='s1' resume='true'/>");
  chat_settle (chat);
  fake_server_forget (chat->server);
}

/* Returns the id it was sent with. */
char *
settle_say (Chat *chat, const char *to, const char *body)
{
  chat_conversation_send (chat_with (chat, to), body);
  chat_settle (chat);
  return chat_expect_body (chat, to, body);
}

static const char *
text_of (const XmppNode *question, const char *var)
{
  XmppNode *query = xmpp_node_find (question, "query", NS_MAM);
  XmppNode *form = query != NULL ? xmpp_node_find (query, "x", "jabber:x:data") : NULL;

  for (XmppNode *field = form != NULL ? xmpp_node_find (form, "field", "jabber:x:data") : NULL; field != NULL;
       field = xmpp_node_find_next (field, "field", "jabber:x:data"))
    if (g_strcmp0 (xmpp_node_get (field, "var"), var) == 0)
      return xmpp_node_find_text (field, "value", "jabber:x:data");
  return NULL;
}

/* Nothing was said meanwhile: what waits may go out. */
void
settle_catch_up (Chat *chat)
{
  XmppNode *question = fake_server_find (chat->server, "<iq type='set'><query xmlns='" NS_MAM "'/></iq>");

  g_assert_null (text_of (question, "with"));
  settle_end_page (chat, question, NULL, TRUE);
}

/* The program is killed, and starts again before a server with these abilities (XEP-0030). */
GString *
settle_start_again (Chat *chat, const char *abilities)
{
  GString *said;

  chat_restart (chat);
  fake_server_set_abilities (chat->server, abilities);
  chat_load (chat);
  said = settle_listen (chat);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  if (strstr (abilities, NS_MAM) != NULL)
    settle_catch_up (chat);
  return said;
}

/* The question for what was said with somebody. */
XmppNode *
settle_find_question (Chat *chat, const char *with)
{
  g_autofree char *pattern =
      g_strdup_printf ("<iq type='set'><query xmlns='" NS_MAM "'><x xmlns='jabber:x:data'><field var='with'><value>%s</value>"
                       "</field></x></query></iq>", with);
  XmppNode *question = fake_server_find (chat->server, pattern);

  g_assert_cmpstr (text_of (question, "with"), ==, with);
  return question;
}

const char *
settle_before_of (const XmppNode *question)
{
  XmppNode *set = xmpp_node_find (xmpp_node_find (question, "query", NS_MAM), "set", "http://jabber.org/protocol/rsm");

  return xmpp_node_find_text (set, "before", "http://jabber.org/protocol/rsm");
}

void
settle_tell (Chat *chat, const XmppNode *question, const char *item, const char *from, const char *to,
             const char *origin_id)
{
  fake_server_send (chat->server,
                    "<message to='" OWN_FULL "'><result xmlns='" NS_MAM "' queryid='%s' id='%s'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T11:59:00Z'/>"
                    "<message xmlns='jabber:client' from='%s' to='%s' type='chat' id='%s'><body>told by %s</body>"
                    "<origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message></forwarded></result></message>",
                    xmpp_node_get (xmpp_node_find (question, "query", NS_MAM), "queryid"), item, from, to, origin_id, item,
                    origin_id);
}

void
settle_end_page (Chat *chat, const XmppNode *question, const char *first, gboolean complete)
{
  g_autofree char *set = first != NULL ? g_strdup_printf ("<first>%s</first><last>zzz</last>", first) : g_strdup ("");
  g_autofree char *fin =
      g_strdup_printf ("<fin xmlns='" NS_MAM "'%s><set xmlns='http://jabber.org/protocol/rsm'>%s</set></fin>",
                       complete ? " complete='true'" : "", set);

  fake_server_reply (chat->server, question, fin);
  chat_settle (chat);
}

void
settle_answer_prefs (Chat *chat, const char *keep)
{
  XmppNode *question = fake_server_find (chat->server, "<iq type='get'><prefs xmlns='" NS_MAM "'/></iq>");
  g_autofree char *prefs =
      g_strdup_printf ("<prefs xmlns='" NS_MAM "' default='%s'><always/><never/></prefs>", keep != NULL ? keep : "");

  if (keep != NULL)
    fake_server_reply (chat->server, question, prefs);
  else
    fake_server_reply_error (chat->server, question, "cancel", "feature-not-implemented");
  chat_settle (chat);
}
