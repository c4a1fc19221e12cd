/* What we tell about ourselves, and to whom: discovery and software version; and what others tell. */
#include "feature-test.h"
#include "xep-0030-disco.h"

#define INFO "http://jabber.org/protocol/disco#info"

static void
who_may_ask (FeatureTest *self)
{
  feature_test_sign_in (self);
  feature_test_ask_all (self, "<query xmlns='" INFO "'/>", WHO_SEE_US,
                        "<query xmlns='" INFO "'>"
                        "<identity category='client' type='pc' xml:lang='en' name='Linnet'/>"
                        "<feature var='http://jabber.org/protocol/caps'/>"
                        "<feature var='http://jabber.org/protocol/chatstates'/>"
                        "<feature var='" INFO "'/>"
                        "<feature var='http://jabber.org/protocol/disco#items'/>"
                        "<feature var='jabber:iq:version'/>"
                        "<feature var='urn:xmpp:delay'/>"
                        "<feature var='urn:xmpp:ping'/>"
                        "<feature var='urn:xmpp:receipts'/></query>");
  feature_test_ask_all (self, "<query xmlns='http://jabber.org/protocol/disco#items'/>", WHO_SEE_US,
                        "<query xmlns='http://jabber.org/protocol/disco#items'/>");
  feature_test_ask_all (self, "<query xmlns='jabber:iq:version'/>", WHO_SEE_US,
                        "<query xmlns='jabber:iq:version'><name>Linnet</name>"
                        "<version>" LINNET_VERSION "</version></query>");
  feature_test_ask_all (self, "<ping xmlns='urn:xmpp:ping'/>", WHO_SEE_US, NULL);
  feature_test_ask_all (self, "<query xmlns='urn:unknown'/>", 0, NULL);
}

static void
answers (FeatureTest *self)
{
  XmppNode *reply, *query;
  const char *last = "";

  feature_test_sign_in (self);
  feature_test_receive (self, "<iq type='get' id='a' from='juliet@capulet.example/balcony'>"
                              "<query xmlns='" INFO "'/></iq>");
  reply = fake_server_expect (self->server, "<iq type='result' id='a' to='juliet@capulet.example/balcony'/>");
  query = xmpp_node_find (reply, "query", INFO);
  g_assert_null (xmpp_node_get (query, "node"));
  /* Sorted and each once, so that the hash is what others compute. */
  for (XmppNode *feature = xmpp_node_find (query, "feature", NULL); feature != NULL;
       feature = xmpp_node_find_next (feature, "feature", INFO)) {
    g_assert_cmpstr (xmpp_node_get (feature, "var"), >, last);
    last = xmpp_node_get (feature, "var");
  }

  feature_test_receive (self, "<iq type='get' id='b' from='juliet@capulet.example/balcony'>"
                              "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
  reply = fake_server_expect (self->server, "<iq type='result' id='b'/>");
  g_assert_null (xmpp_node_get_first (xmpp_node_get_first (reply)));

  feature_test_receive (self, "<iq type='get' id='c' from='juliet@capulet.example/balcony'>"
                              "<query xmlns='jabber:iq:version'/></iq>");
  reply = fake_server_expect (self->server, "<iq type='result' id='c'/>");
  g_assert_null (xmpp_node_find (xmpp_node_get_first (reply), "os", NULL));

  feature_test_receive (self, "<iq type='get' id='d' from='juliet@capulet.example/balcony'>"
                              "<query xmlns='" INFO "' node='unknown'/></iq>");
  fake_server_expect (self->server, "<iq type='error' id='d'><error type='cancel'>"
                                    "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  feature_test_receive (self, "<iq type='get' id='e' from='tybalt@capulet.example/street'>"
                              "<query xmlns='" INFO "' node='unknown'/></iq>");
  fake_server_expect (self->server, "<iq type='error' id='e'><error type='cancel'>"
                                    "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  feature_test_receive (self, "<iq type='set' id='f' from='juliet@capulet.example/balcony'>"
                              "<query xmlns='" INFO "'/></iq>");
  fake_server_expect (self->server, "<iq type='error' id='f'/>");
}

/* The server's answers are asked for at each sign-in and forgotten with the connection. */
static void
server_and_account (FeatureTest *self)
{
  feature_test_connect (self);
  g_assert_false (xmpp_disco_server_has (self->session, "urn:xmpp:sid:0"));
  fake_server_reply (self->server, fake_server_find (self->server, "<iq type='get' to='montague.example'/>"),
                     "<query xmlns='" INFO "'><feature var='b'/><feature var='a'/><feature var='a'/><feature/>"
                     "</query>");
  fake_server_reply_error (self->server,
                           fake_server_find (self->server, "<iq type='get' to='romeo@montague.example'/>"), "cancel",
                           "service-unavailable");
  fake_settle ();
  g_assert_true (xmpp_disco_server_has (self->session, "a"));
  g_assert_true (xmpp_disco_server_has (self->session, "b"));
  g_assert_false (xmpp_disco_server_has (self->session, "c"));
  g_assert_false (xmpp_disco_server_has (self->session, ""));
  g_assert_false (xmpp_disco_account_has (self->session, "a"));

  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_false (xmpp_disco_server_has (self->session, "a"));
}

static void
ask (FeatureTest *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("rooms.capulet.example", NULL);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppDiscoInfo) info = NULL;
  XmppNode *iq;

  feature_test_sign_in (self);
  xmpp_disco_info_async (self->session, jid, NULL, NULL, fake_result_cb, &first);
  iq = fake_server_expect (self->server, "<iq type='get' to='rooms.capulet.example'><query xmlns='" INFO "'/></iq>");
  g_assert_null (xmpp_node_get (xmpp_node_get_first (iq), "node"));
  feature_test_receive (self, "<iq type='result' id='%s' from='tybalt@capulet.example/street'><query xmlns='" INFO "'>"
                              "<feature var='false'/></query></iq>", xmpp_node_get (iq, "id"));
  g_assert_null (first);
  fake_server_reply (self->server, iq, "<query xmlns='" INFO "'><identity category='conference' type='text'/>"
                                       "<feature var='http://jabber.org/protocol/muc'/></query>");
  info = xmpp_disco_info_finish (self->session, fake_wait (&first), &error);
  g_assert_no_error (error);
  g_assert_true (xmpp_disco_info_has (info, "http://jabber.org/protocol/muc"));
  g_assert_false (xmpp_disco_info_has (info, "false"));
  g_assert_cmpstr (info->identities[0], ==, "conference/text//");

  xmpp_disco_info_async (self->session, jid, "a node", NULL, fake_result_cb, &second);
  iq = fake_server_expect (self->server, "<iq type='get'><query xmlns='" INFO "' node='a node'/></iq>");
  fake_server_reply (self->server, iq, "<other xmlns='urn:other'/>");
  g_assert_null (xmpp_disco_info_finish (self->session, fake_wait (&second), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/disco/who-may-ask", who_may_ask);
  feature_test_add ("/disco/answers", answers);
  feature_test_add ("/disco/server-and-account", server_and_account);
  feature_test_add ("/disco/ask", ask);
  return g_test_run ();
}
