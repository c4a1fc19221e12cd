/* Messages: what is taken from a stanza and written into one. */
#include "feature-test.h"

static XmppMessage *
message_new (const char *to,
             const char *body)
{
  XmppMessage *message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_new (to, NULL);
  message->id = g_strdup ("m1");
  message->body = g_strdup (body);
  return message;
}

static void
read_all (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  feature_test_receive (self, "<message from='juliet@capulet.example/balcony' to='romeo@montague.example' type='chat'"
                              " id='m1' xml:lang='en'><subject>Names</subject>"
                              "<body>What&apos;s in a name? \xf0\x9f\x8c\xb9</body><thread>t1</thread></message>");
  message = feature_test_only (self);
  g_assert_nonnull (message);
  g_assert_cmpint (message->type, ==, XMPP_MESSAGE_CHAT);
  g_assert_cmpint (message->origin, ==, XMPP_ORIGIN_LIVE);
  g_assert_cmpint (message->act, ==, XMPP_ACT_SAY);
  g_assert_cmpstr (xmpp_jid_get_text (message->from), ==, "juliet@capulet.example/balcony");
  g_assert_cmpstr (xmpp_jid_get_text (message->to), ==, "romeo@montague.example");
  g_assert_cmpstr (message->id, ==, "m1");
  g_assert_cmpstr (message->subject, ==, "Names");
  g_assert_cmpstr (message->body, ==, "What's in a name? \xf0\x9f\x8c\xb9");
  g_assert_cmpstr (message->thread, ==, "t1");
  g_assert_cmpstr (message->lang, ==, "en");
  g_assert_cmpint (message->sent_at, ==, 0);
  g_assert_null (message->origin_id);
  g_assert_null (message->archive_id);
  g_assert_false (message->asks_receipt);
  g_assert_null (message->error);
  fake_server_expect_nothing (self->server);
}

static void
types (FeatureTest *self)
{
  static const struct { const char *name; XmppMessageType type; } names[] = {
    { "chat", XMPP_MESSAGE_CHAT }, { "normal", XMPP_MESSAGE_NORMAL }, { "headline", XMPP_MESSAGE_HEADLINE },
    { "groupchat", XMPP_MESSAGE_GROUPCHAT }, { "nonsense", XMPP_MESSAGE_NORMAL },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (feature_test_say (self, WHO_CONTACT, names[i].name, "<body>a</body>")->type, ==, names[i].type);
}

static void
nothing_said (FeatureTest *self)
{
  feature_test_sign_in (self);
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", ""));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", "<body/>"));
  g_assert_null (feature_test_say (self, WHO_CONTACT, "chat", "<body xmlns='urn:other'>a</body>"));
  g_assert_null (feature_test_say (self, WHO_MISLED, "chat", "<body>a</body>"));
}

static void
languages (FeatureTest *self)
{
  static const struct { const char *bodies; const char *body; const char *lang; } cases[] = {
    /* LANGUAGE is de_AT:en, see main() */
    { "<body>none</body><body xml:lang='de-AT'>at</body><body xml:lang='de'>de</body>", "at", "de-AT" },
    { "<body>none</body><body xml:lang='DE'>de</body>", "de", "DE" },
    { "<body>none</body><body xml:lang='de-CH'>ch</body>", "ch", "de-CH" },
    { "<body xml:lang='en'>en</body><body xml:lang='de'>de</body>", "de", "de" },
    { "<body xml:lang='fr'>fr</body><body xml:lang='en-GB'>gb</body>", "gb", "en-GB" },
    { "<body xml:lang='fr'>fr</body><body>none</body>", "none", NULL },
    { "<body xml:lang='fr'>fr</body><body xml:lang='it'>it</body>", "fr", "fr" },
    { "<body xml:lang='it'>it</body><body xml:lang='den'>den</body>", "it", "it" },
    { "<body xml:lang='de'>de</body><body xml:lang='de-CH'>ch</body>", "de", "de" },
    { "<body xml:lang='de-CH'>ch</body><body xml:lang='de'>de</body>", "de", "de" },
    { "<body xml:lang=''>a</body><body>b</body>", "b", NULL },
    { "<body>first</body><body>second</body>", "first", NULL },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    XmppMessage *message = feature_test_say (self, WHO_CONTACT, "chat", cases[i].bodies);

    g_assert_cmpstr (message->body, ==, cases[i].body);
    g_assert_cmpstr (message->lang, ==, cases[i].lang);
  }
}

static void
errors (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_CONTACT, "error",
                              "<body>What I said</body><subject>a</subject>"
                              "<active xmlns='http://jabber.org/protocol/chatstates'/>"
                              "<request xmlns='urn:xmpp:receipts'/><received xmlns='urn:xmpp:receipts' id='m7'/>"
                              "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                              "</error>");
  g_assert_nonnull (message);
  g_assert_cmpint (message->type, ==, XMPP_MESSAGE_ERROR);
  g_assert_error (message->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
  g_assert_null (message->body);
  g_assert_null (message->subject);
  g_assert_cmpint (message->act, ==, XMPP_ACT_SAY);
  g_assert_cmpint (message->typing, ==, XMPP_TYPING_UNCHANGED);

  message = feature_test_say (self, WHO_CONTACT, "error", "<body>no condition</body>");
  g_assert_nonnull (message);
  g_assert_nonnull (message->error);
  g_assert_null (message->body);
}

static void
big_body (FeatureTest *self)
{
  g_autofree char *text = g_strnfill (100 * 1024, 'a');
  g_autofree char *body = g_strdup_printf ("<body>%s</body>", text);

  feature_test_sign_in (self);
  fake_server_set_chunks (self->server, 4096);
  g_assert_cmpstr (feature_test_say (self, WHO_STRANGER, "chat", body)->body, ==, text);
}

static void
forwarded (FeatureTest *self)
{
  XmppMessage *message;

  /* A forwarded message outside of any wrapper is no more than a decoration of what its sender says. */
  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_STRANGER, "chat",
                              "<body>see</body><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'"
                              " from='juliet@capulet.example/balcony'><body>fake</body></message></forwarded>");
  g_assert_cmpstr (message->body, ==, "see");
  g_assert_cmpstr (xmpp_jid_get_text (message->from), ==, "tybalt@capulet.example/street");
}

static void
write_all (FeatureTest *self)
{
  g_autoptr (XmppMessage) message = message_new ("juliet@capulet.example", "a < b & \"c\"\n\xf0\x9f\x8c\xb9");
  XmppNode *stanza;

  feature_test_sign_in (self);
  message->subject = g_strdup ("Names");
  message->thread = g_strdup ("t1");
  message->lang = g_strdup ("en");
  message->origin_id = g_strdup ("o1");
  feature_test_send (self, message);
  stanza = fake_server_expect (self->server, "<message type='chat' to='juliet@capulet.example' id='m1' xml:lang='en'>"
                                             "<subject>Names</subject><thread>t1</thread>"
                                             "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>");
  g_assert_cmpstr (xmpp_node_find_text (stanza, "body", NULL), ==, message->body);
  fake_server_expect_nothing (self->server);
}

static void
write_little (FeatureTest *self)
{
  g_autoptr (XmppMessage) message = message_new ("juliet@capulet.example/balcony", "Ay");
  XmppNode *stanza;

  feature_test_sign_in (self);
  feature_test_send (self, message);
  stanza = fake_server_expect (self->server, "<message type='chat' to='juliet@capulet.example/balcony' id='m1'/>");
  g_assert_true (xmpp_node_is (xmpp_node_get_first (stanza), "body", "jabber:client"));
  g_assert_null (xmpp_node_get_next (xmpp_node_get_first (stanza)));
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LANGUAGE", "de_AT:en", TRUE);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/message/read", read_all);
  feature_test_add ("/message/types", types);
  feature_test_add ("/message/nothing-said", nothing_said);
  feature_test_add ("/message/languages", languages);
  feature_test_add ("/message/errors", errors);
  feature_test_add ("/message/big-body", big_body);
  feature_test_add ("/message/forwarded", forwarded);
  feature_test_add ("/message/write", write_all);
  feature_test_add ("/message/write-little", write_little);
  return g_test_run ();
}
