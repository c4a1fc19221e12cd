/* The whole chat layer with a server that confirms what it has, and may go on with a session (XEP-0198). */
#include "managed.h"

static gboolean
is_stanza (const XmppNode *node)
{
  return xmpp_node_is (node, "message", "jabber:client") || xmpp_node_is (node, "presence", "jabber:client")
         || xmpp_node_is (node, "iq", "jabber:client");
}

static void
stanza_out_cb (XmppSession *session, XmppNode *stanza, Managed *self)
{
  const char *body = xmpp_node_find_text (stanza, "body", "jabber:client");

  if (xmpp_node_is (stanza, "enable", NS_SM))
    self->n_out = 0;
  else if (is_stanza (stanza))
    self->n_out++;
  if (body != NULL)
    g_string_append_printf (self->said, "%s ", body);
}

void
managed_set_up (Managed *self, gconstpointer data)
{
  chat_set_up (&self->chat, data);
  self->said = g_string_new (NULL);
}

void
managed_tear_down (Managed *self, gconstpointer data)
{
  chat_tear_down (&self->chat, data);
  g_string_free (self->said, TRUE);
}

void
managed_assert_said (Managed *self, const char *expected)
{
  chat_settle (&self->chat);
  g_assert_cmpstr (self->said->str, ==, expected);
  g_string_truncate (self->said, 0);
}

void
managed_assert_states (ChatTimeline *timeline, const char *expected)
{
  static const char letters[] = { 'R', 'p', 'f', 's', 'd', 'r' };   /* by StoreMessageState */
  g_autoptr (GString) states = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    g_string_append_c (states, letters[chat_message_get_state (chat_line (timeline, i))]);
  g_assert_cmpstr (states->str, ==, expected);
}

void
managed_new_server (Managed *self)
{
  chat_new_server (&self->chat);
  fake_server_set_features (self->chat.server, "<ver xmlns='urn:xmpp:features:rosterver'/>" FAKE_SM
                                               "<csi xmlns='urn:xmpp:csi:0'/>");
}

/* The server's side of a sign-in that is managed from then on. */
void
managed_play_login (Managed *self)
{
  chat_play_login (&self->chat, NULL);
  fake_server_manage (self->chat.server, "id='s1' resume='true' max='300'");
  chat_settle (&self->chat);
  fake_server_forget (self->chat.server);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);
}

void
managed_sign_in (Managed *self)
{
  chat_sign_in (&self->chat);
  g_signal_connect (chat_account_get_session (self->chat.account), "stanza-out", G_CALLBACK (stanza_out_cb), self);
  fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  managed_new_server (self);
  chat_account_try_now (self->chat.account);
  managed_play_login (self);
}

/* The link is lost; the next attempt reaches another server. */
void
managed_lose (Managed *self)
{
  fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_WAITING);
  managed_new_server (self);
}

/* The server's side of a resumption. h is how many stanzas it has. */
void
managed_play_resumption (Managed *self, guint h)
{
  XmppNode *resume = fake_server_reopen (self->chat.server);

  g_assert_cmpstr (xmpp_node_get (resume, "previd"), ==, "s1");
  fake_server_send (self->chat.server, "<resumed xmlns='" NS_SM "' previd='s1' h='%u'/>", h);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);
}

/* … and of a refusal, and the sign-in that follows it. h (nullable) as XML. */
void
managed_play_refusal (Managed *self, const char *h)
{
  fake_server_reopen (self->chat.server);
  fake_server_send (self->chat.server,
                    "<failed xmlns='" NS_SM "' %s><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
                    h != NULL ? h : "");
  fake_server_bind (self->chat.server, OWN_FULL);
  fake_server_welcome (self->chat.server, NULL);
  fake_server_find (self->chat.server, "<presence/>");
  fake_server_manage (self->chat.server, "id='s2' resume='true'");
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);
}

void
managed_ack (Managed *self, guint h)
{
  fake_server_send (self->chat.server, "<a xmlns='" NS_SM "' h='%u'/>", h);
  chat_settle (&self->chat);
}

XmppShow
managed_show_of (Managed *self, const char *jid)
{
  return chat_contact_get_show (chat_contact (&self->chat, jid));
}
