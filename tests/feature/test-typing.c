/* Chat states: read where they mean somebody who is there now, written as asked. */
#include "feature-test.h"

static const struct { const char *xml; XmppTyping typing; } states[] = {
  { "<active xmlns='http://jabber.org/protocol/chatstates'/>", XMPP_TYPING_ACTIVE },
  { "<composing xmlns='http://jabber.org/protocol/chatstates'/>", XMPP_TYPING_COMPOSING },
  { "<paused xmlns='http://jabber.org/protocol/chatstates'/>", XMPP_TYPING_PAUSED },
  { "<inactive xmlns='http://jabber.org/protocol/chatstates'/>", XMPP_TYPING_INACTIVE },
  { "<gone xmlns='http://jabber.org/protocol/chatstates'/>", XMPP_TYPING_GONE },
};

static void
read_states (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    message = feature_test_say (self, WHO_CONTACT, "chat", states[i].xml);
    g_assert_nonnull (message);
    g_assert_cmpint (message->typing, ==, states[i].typing);
    g_assert_null (message->body);
  }

  message = feature_test_say (self, WHO_CONTACT, "chat",
                              "<body>Ay me</body><active xmlns='http://jabber.org/protocol/chatstates'/>");
  g_assert_cmpstr (message->body, ==, "Ay me");
  g_assert_cmpint (message->typing, ==, XMPP_TYPING_ACTIVE);
}

static void
ignored (FeatureTest *self)
{
  feature_test_sign_in (self);
  g_assert_null (feature_test_say (self, WHO_CONTACT, "groupchat", states[1].xml));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "headline", states[1].xml));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", "<composing xmlns='urn:other'/>"));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat",
                                   "<dancing xmlns='http://jabber.org/protocol/chatstates'/>"));
  /* Stored on the way: over long ago. */
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat",
                                   "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
                                   "<delay xmlns='urn:xmpp:delay' from='montague.example'"
                                   " stamp='2023-11-14T20:00:00Z'/>"));
  /* Our other device writes to juliet: nobody writes to us. */
  feature_test_receive (self, "<message from='romeo@montague.example' to='" FEATURE_JID "' type='chat'>"
                              "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                              "<message xmlns='jabber:client' from='romeo@montague.example/phone'"
                              " to='juliet@capulet.example' type='chat'>%s</message></forwarded></sent></message>",
                        states[1].xml);
  g_assert_null (feature_test_only (self));
}

static void
write_states (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (XmppMessage) message = xmpp_message_new ();
    g_autofree char *pattern = g_strdup_printf ("<message type='chat' to='juliet@capulet.example'>%s</message>",
                                                states[i].xml);
    XmppNode *stanza;

    message->type = XMPP_MESSAGE_CHAT;
    message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
    message->typing = states[i].typing;
    feature_test_send (self, message);
    stanza = fake_server_expect (self->server, pattern);
    g_assert_null (xmpp_node_get_next (xmpp_node_get_first (stanza)));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/typing/read", read_states);
  feature_test_add ("/typing/ignored", ignored);
  feature_test_add ("/typing/write", write_states);
  return g_test_run ();
}
