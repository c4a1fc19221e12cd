/* Delivery receipts: asked for, answered when stored to those who see us, and believed as a mark on one message. */
#include "feature-test.h"

#define REQUEST "<body>Wilt thou be gone?</body><request xmlns='urn:xmpp:receipts'/>"

static XmppMessage *
message_new (XmppMessageType type)
{
  XmppMessage *message = xmpp_message_new ();

  message->type = type;
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  message->body = g_strdup ("It was the lark");
  message->asks_receipt = TRUE;
  return message;
}

static void
who_gets_one (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    XmppMessage *message = feature_test_say (self, who, "chat", REQUEST);

    g_test_message ("asked by %s", feature_test_name (who));
    if (who == WHO_MISLED) {
      g_assert_null (message);
      continue;
    }
    g_assert_cmpstr (message->body, ==, "Wilt thou be gone?");
    g_assert_true (message->asks_receipt);
    /* Not before it is on the disk. */
    fake_server_expect_nothing (self->server);
    xmpp_session_stored (self->session, message);
    if (who == WHO_CONTACT || who == WHO_CONTACT_BARE) {
      g_autofree char *pattern = g_strdup_printf ("<message type='chat' to='%s' id='*'>"
                                                  "<received xmlns='urn:xmpp:receipts' id='say%d'/></message>",
                                                  xmpp_jid_get_text (message->from), who);
      XmppNode *receipt = fake_server_expect (self->server, pattern);

      /* One child, the receipt itself: no text, no request. */
      g_assert_null (xmpp_node_get_next (xmpp_node_get_first (receipt)));
      g_assert_cmpstr (xmpp_node_get (receipt, "id"), !=, message->id);
    }
    fake_server_expect_nothing (self->server);
  }
}

static void
which_get_one (FeatureTest *self)
{
  static const struct { const char *type; gboolean answered; } types[] = {
    { "chat", TRUE }, { "normal", TRUE }, { "headline", FALSE }, { "groupchat", FALSE },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    xmpp_session_stored (self->session, feature_test_say (self, WHO_CONTACT, types[i].type, REQUEST));
    if (types[i].answered)
      fake_server_expect (self->server, "<message><received xmlns='urn:xmpp:receipts' id='say16'/></message>");
    fake_server_expect_nothing (self->server);
  }

  /* Without an id there is nothing to answer with; without a request no answer is wanted. */
  feature_test_forget (self);
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat'>" REQUEST "</message>");
  xmpp_session_stored (self->session, feature_test_only (self));
  xmpp_session_stored (self->session, feature_test_say (self, WHO_CONTACT, "chat", "<body>a</body>"));
  xmpp_session_stored (self->session, feature_test_say (self, WHO_CONTACT, "chat",
                                                        "<body>a</body><request xmlns='urn:other'/>"));
  fake_server_expect_nothing (self->server);

  /* A copy of what went to our other device: that one answers. */
  feature_test_forget (self);
  feature_test_receive (self, "<message from='romeo@montague.example' to='" FEATURE_JID "' type='chat'>"
                              "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                              "<message xmlns='jabber:client' from='juliet@capulet.example/balcony' id='c1'"
                              " to='romeo@montague.example/phone' type='chat'>" REQUEST
                              "</message></forwarded></received></message>");
  g_assert_cmpint (feature_test_only (self)->origin, ==, XMPP_ORIGIN_CARBON_IN);
  xmpp_session_stored (self->session, feature_test_only (self));
  fake_server_expect_nothing (self->server);
}

static void
read_mark (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_CONTACT, "chat",
                              "<received xmlns='urn:xmpp:receipts' id='m7'/><request xmlns='urn:xmpp:receipts'/>");
  g_assert_nonnull (message);
  g_assert_cmpint (message->act, ==, XMPP_ACT_MARK);
  g_assert_cmpint (message->target.kind, ==, XMPP_TARGET_STANZA);
  g_assert_cmpstr (message->target.id, ==, "m7");
  g_assert_nonnull (message->values);
  g_assert_cmpstr (message->values[0], ==, "received");
  g_assert_null (message->values[1]);
  g_assert_null (message->body);
  /* Two clients that answer each other's answers would never end. */
  xmpp_session_stored (self->session, message);
  fake_server_expect_nothing (self->server);

  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", "<received xmlns='urn:xmpp:receipts'/>"));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", "<received xmlns='urn:xmpp:receipts' id=''/>"));
  g_assert_null (feature_test_say (self, WHO_OCCUPANT, "groupchat", "<received xmlns='urn:xmpp:receipts' id='m7'/>"));
  g_assert_null (feature_test_say (self, WHO_MISLED, "chat", "<received xmlns='urn:xmpp:receipts' id='m7'/>"));
}

static void
mark_and_text (FeatureTest *self)
{
  feature_test_sign_in (self);
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat' id='a'><body>Yes</body>"
                              "<received xmlns='urn:xmpp:receipts' id='m7'/><request xmlns='urn:xmpp:receipts'/>"
                              "</message>");
  g_assert_cmpuint (self->messages->len, ==, 2);
  g_assert_cmpint (((XmppMessage *) self->messages->pdata[0])->act, ==, XMPP_ACT_MARK);
  g_assert_cmpstr (((XmppMessage *) self->messages->pdata[1])->body, ==, "Yes");
}

static void
write_request (FeatureTest *self)
{
  g_autoptr (XmppMessage) chat = message_new (XMPP_MESSAGE_CHAT);
  g_autoptr (XmppMessage) room = message_new (XMPP_MESSAGE_GROUPCHAT);
  g_autoptr (XmppMessage) silent = message_new (XMPP_MESSAGE_CHAT);
  g_autoptr (XmppMessage) unasked = message_new (XMPP_MESSAGE_CHAT);
  XmppMessage *others[] = { room, silent, unasked };

  feature_test_sign_in (self);
  feature_test_send (self, chat);
  fake_server_expect (self->server, "<message type='chat' id='*'><body>It was the lark</body>"
                                    "<request xmlns='urn:xmpp:receipts'/></message>");

  g_clear_pointer (&silent->body, g_free);
  silent->typing = XMPP_TYPING_COMPOSING;
  unasked->asks_receipt = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    feature_test_send (self, others[i]);
    g_assert_null (xmpp_node_find (fake_server_expect (self->server, "<message/>"), "request", "urn:xmpp:receipts"));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/receipts/who-gets-one", who_gets_one);
  feature_test_add ("/receipts/which-get-one", which_get_one);
  feature_test_add ("/receipts/read-mark", read_mark);
  feature_test_add ("/receipts/mark-and-text", mark_and_text);
  feature_test_add ("/receipts/write-request", write_request);
  return g_test_run ();
}
