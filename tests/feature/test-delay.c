/* Delays and ids: whose word counts about when something was said, and about what it is called. */
#include <string.h>

#include "feature-test.h"

static void
who_may_stamp (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);
    g_autofree char *by = g_strndup (address, strstr (address, "to=") - address);
    g_autofree char *payloads = g_strdup_printf ("<body>a</body><delay xmlns='urn:xmpp:delay' %s"
                                                 " stamp='2023-11-14T20:00:00Z'>Offline</delay>", by);
    XmppMessage *message = feature_test_say (self, WHO_CONTACT, "chat", payloads);

    g_test_message ("stamped by %s", feature_test_name (who));
    if (who == WHO_ACCOUNT || who == WHO_SERVER)
      g_assert_cmpint (message->sent_at, ==, FEATURE_EARLIER);
    else
      g_assert_cmpint (message->sent_at, ==, 0);
  }
}

static void
stamps (FeatureTest *self)
{
  static const struct { const char *stamp; gint64 sent_at; } cases[] = {
    { "2023-11-14T20:00:00Z", FEATURE_EARLIER },
    { "2023-11-14T22:00:00+02:00", FEATURE_EARLIER },
    { "9998-01-01T00:00:00Z", FEATURE_NOW },
    { "2023-11-14T22:13:21Z", FEATURE_NOW },
    { "1969-12-31T23:59:59Z", 0 },
    { "1998-12-31T00:00:00Z", 0 },
    { "-0001-01-01T00:00:00Z", 0 },
    { "yesterday", 0 },
    { "", 0 },
  };
  XmppMessage *message;

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *payloads = g_strdup_printf ("<body>a</body><delay xmlns='urn:xmpp:delay' from='montague.example'"
                                                 " stamp='%s'/>", cases[i].stamp);

    g_assert_cmpint (feature_test_say (self, WHO_CONTACT, "chat", payloads)->sent_at, ==, cases[i].sent_at);
  }
  g_assert_cmpint (feature_test_say (self, WHO_CONTACT, "chat", "<body>a</body><delay xmlns='urn:xmpp:delay'"
                                                                " from='montague.example'/>")->sent_at, ==, 0);

  /* Of several, the one that counts counts. */
  message = feature_test_say (self, WHO_CONTACT, "chat",
                              "<body>a</body>"
                              "<delay xmlns='urn:xmpp:delay' from='capulet.example' stamp='2020-01-01T00:00:00Z'/>"
                              "<delay xmlns='urn:xmpp:delay' from='montague.example' stamp='2023-11-14T20:00:00Z'/>");
  g_assert_cmpint (message->sent_at, ==, FEATURE_EARLIER);
}

static void
who_may_number (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_ACCOUNT; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);
    g_autofree char *by = g_strndup (address + strlen ("from="), strstr (address, " to=") - address - strlen ("from="));
    g_autofree char *payloads = g_strdup_printf ("<body>a</body><stanza-id xmlns='urn:xmpp:sid:0' by=%s id='28482'/>",
                                                 by);
    XmppMessage *message = feature_test_say (self, WHO_CONTACT, "chat", payloads);

    g_test_message ("numbered by %s", feature_test_name (who));
    g_assert_cmpstr (message->archive_id, ==, who == WHO_ACCOUNT ? "28482" : NULL);
    g_assert_null (message->origin_id);
  }
}

static void
ids (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_CONTACT, "chat",
                              "<body>a</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>"
                              "<origin-id xmlns='urn:xmpp:sid:0' id='o2'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='capulet.example' id='1'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='Romeo@Montague.example' id='2'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='3'/>");
  g_assert_cmpstr (message->id, ==, "say16");
  g_assert_cmpstr (message->origin_id, ==, "o1");
  g_assert_cmpstr (message->archive_id, ==, "2");

  message = feature_test_say (self, WHO_CONTACT, "chat",
                              "<body>a</body>"
                              "<origin-id xmlns='urn:xmpp:sid:0' id=''/><origin-id xmlns='urn:xmpp:sid:0'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id=''/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' id='4'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='@' id='5'/>");
  g_assert_null (message->origin_id);
  g_assert_null (message->archive_id);
}

/* A server that does not say that it takes false ids away may let them through. */
static void
ids_unannounced (FeatureTest *self)
{
  static const char stanza[] = "<message from='juliet@capulet.example/balcony' type='chat'><body>a</body>"
                               "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='28482'/></message>";
  XmppNode *query;

  feature_test_connect (self);
  query = fake_server_find (self->server, "<iq to='romeo@montague.example'>"
                                          "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  feature_test_receive (self, "%s", stanza);
  g_assert_null (feature_test_only (self)->archive_id);

  fake_server_reply (self->server, query, "<query xmlns='http://jabber.org/protocol/disco#info'>"
                                          "<feature var='urn:xmpp:sid:0'/></query>");
  feature_test_forget (self);
  feature_test_receive (self, "%s", stanza);
  g_assert_cmpstr (feature_test_only (self)->archive_id, ==, "28482");

  /* What the last server announced says nothing about this one. */
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  feature_test_connect (self);
  feature_test_forget (self);
  feature_test_receive (self, "%s", stanza);
  g_assert_null (feature_test_only (self)->archive_id);
}

/* Each of these is a promise to take false ids away; another one is none. */
static void
ids_announced (FeatureTest *self)
{
  static const struct { const char *abilities; const char *id; } servers[] = {
    { "urn:xmpp:sid:0", "28482" }, { "urn:xmpp:mam:2", "28482" }, { "urn:xmpp:mam:2 urn:xmpp:sid:0", "28482" },
    { "urn:xmpp:mam:1", NULL }, { "urn:xmpp:mam:2#extended", NULL }, { "urn:xmpp:sid:1", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_test_message ("a server with %s", servers[i].abilities);
    if (i > 0) {
      fake_server_hang_up (self->server);
      feature_test_restart (self);
    }
    feature_test_sign_in_with (self, servers[i].abilities);
    feature_test_receive (self, "<message from='juliet@capulet.example/balcony' type='chat'><body>a</body>"
                                "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='28482'/></message>");
    g_assert_cmpstr (feature_test_only (self)->archive_id, ==, servers[i].id);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/delay/who-may-stamp", who_may_stamp);
  feature_test_add ("/delay/stamps", stamps);
  feature_test_add ("/ids/who-may-number", who_may_number);
  feature_test_add ("/ids/read", ids);
  feature_test_add ("/ids/announced", ids_announced);
  feature_test_add ("/ids/unannounced", ids_unannounced);
  return g_test_run ();
}
