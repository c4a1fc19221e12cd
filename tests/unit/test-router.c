/* The day of a stanza: who is asked, in which order, and what the answers do. */
#include "router-fixture.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#define EVENT "http://jabber.org/protocol/pubsub#event"

static void
test_iq (void)
{
  RouterState *state;
  static const char *const others[] = {
    "from='juliet@capulet.example/b' to='" OWN "'", "from='juliet@capulet.example/b' to='romeo@montague.example'",
    "from='montague.example'", "to='Romeo@montague.example/orchard'", "",
  };

  router_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *get = g_strconcat (others[i], " type='get' id='1'", NULL);
    g_autofree char *set = g_strconcat (others[i], " type='set' id='1'", NULL);

    g_assert_cmpstr (router_take_iq (get, "<both xmlns='urn:test'/>"), ==, NULL);
    router_assert_asked ("ab");
    g_assert_cmpstr (router_take_iq (get, "<nobody xmlns='urn:test'/>"), ==, "service-unavailable");
    router_assert_asked ("a");
    g_assert_cmpstr (router_take_iq (set, "<refused xmlns='urn:test'/>"), ==, "service-unavailable");
    router_assert_asked ("r");
    g_assert_cmpstr (router_take_iq (set, "<both xmlns='urn:test'/>"), ==, "service-unavailable");
    g_assert_cmpstr (router_take_iq (get, "<both xmlns='urn:other'/>"), ==, "service-unavailable");
    g_assert_cmpstr (router_take_iq (get, "<x xmlns='urn:unknown'/>"), ==, "service-unavailable");
    g_assert_cmpstr (router_take_iq (get, ""), ==, "bad-request");
    g_assert_cmpstr (router_take_iq (get, "<both xmlns='urn:test'/><both xmlns='urn:test'/>"), ==, "bad-request");
    router_assert_asked ("");
  }
  state = xmpp_router_get_state (router, &router_feature_a);
  g_assert_cmpint (state->asked, ==, 2 * G_N_ELEMENTS (others));
  g_assert_null (xmpp_router_get_state (router, &router_feature_b));

  g_assert_cmpstr (router_take_iq ("type='get'", "<both xmlns='urn:test'/>"), ==, "bad-request");
  g_assert_cmpstr (router_take_iq ("id='1'", "<both xmlns='urn:test'/>"), ==, "bad-request");
  g_assert_cmpstr (router_take_iq ("id='1' type='ask'", "<both xmlns='urn:test'/>"), ==, "bad-request");
  g_assert_cmpstr (router_take_iq ("id='1' type='result'", "<both xmlns='urn:test'/>"), ==, NULL);
  g_assert_cmpstr (router_take_iq ("id='1' type='error'", "<both xmlns='urn:test'/>"), ==, NULL);
  router_assert_asked ("");
  router_tear_down ();
}

/* What is addressed to somebody else, or from nowhere, reaches nobody and is not answered. */
static void
test_addresses (void)
{
  static const char *const wrong[] = {
    "to='juliet@capulet.example'", "to='romeo@montague.example/balcony'", "to='montague.example'", "to=''", "to='@'",
    "from=''", "from='@montague.example'", "from='juliet@'", "from='juliet@capulet.example/'",
  };

  router_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *get = g_strconcat (wrong[i], " type='get' id='1'", NULL);

    g_test_message ("%s", wrong[i]);
    g_assert_cmpstr (router_take_iq (get, "<both xmlns='urn:test'/>"), ==, NULL);
    router_take_presence (wrong[i], "<hat xmlns='urn:test'/>");
    router_take_message (wrong[i], "<text xmlns='urn:test'>x</text>");
    router_assert_asked ("");
    g_assert_cmpuint (router_heard_messages->len, ==, 0);
  }

  xmpp_router_offline (router);
  router_assert_asked ("42");
  router_take_presence ("", "");
  router_take_message ("", "<text xmlns='urn:test'>x</text>");
  g_assert_cmpstr (router_take_iq ("type='get' id='1'", "<both xmlns='urn:test'/>"), ==, NULL);
  router_assert_asked ("");
  xmpp_router_free (router);
  router_assert_asked ("ED");
  g_string_free (router_asked, TRUE);
  g_ptr_array_unref (router_heard_messages);
}

static void
test_message (void)
{
  router_set_up ();
  router_take_message ("from='juliet@capulet.example/b' to='" OWN "' type='chat' id='j1'",
                       "<text xmlns='urn:test'>hi</text><unknown xmlns='urn:test'/><typing xmlns='urn:test'/>");
  router_assert_asked ("tyef");
  g_assert_cmpuint (router_heard_messages->len, ==, 1);
  g_assert_cmpint (router_heard (0)->type, ==, XMPP_MESSAGE_CHAT);
  g_assert_cmpint (router_heard (0)->origin, ==, XMPP_ORIGIN_LIVE);
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (0)->from), ==, "juliet@capulet.example/b");
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (0)->to), ==, OWN);
  g_assert_cmpstr (router_heard (0)->id, ==, "j1");
  g_assert_cmpstr (router_heard (0)->body, ==, "hi");
  g_assert_cmpint (router_heard (0)->sent_at, ==, 0);

  /* Without addresses it is between us and our server. */
  router_take_message ("type='nonsense'", "<text xmlns='urn:test'>hi</text>");
  router_assert_asked ("tef");
  g_assert_cmpint (router_heard (1)->type, ==, XMPP_MESSAGE_NORMAL);
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (1)->from), ==, "romeo@montague.example");
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (1)->to), ==, "romeo@montague.example");

  router_take_message ("", "<sealed xmlns='urn:test'>hidden</sealed>");
  router_assert_asked ("otef");
  g_assert_cmpstr (router_heard (2)->body, ==, "hidden");

  /* One that says nothing is not worth a word, one that is refused neither. */
  router_take_message ("", "");
  router_take_message ("", "<unknown xmlns='urn:test'>x</unknown>");
  router_assert_asked ("efef");
  router_take_message ("", "<text xmlns='urn:test'>hi</text><poison xmlns='urn:test'/><typing xmlns='urn:test'/>");
  router_assert_asked ("tr");
  g_assert_cmpuint (router_heard_messages->len, ==, 3);
  router_take_message ("", "<typing xmlns='urn:test'/>");
  g_assert_cmpuint (router_heard_messages->len, ==, 4);
  g_string_truncate (router_asked, 0);
  router_tear_down ();
}

static void
test_two_things (void)
{
  router_set_up ();
  router_take_message ("from='juliet@capulet.example/b' id='j2'",
                       "<mark xmlns='urn:test' id='r1'/><typing xmlns='urn:test'/>");
  g_assert_cmpuint (router_heard_messages->len, ==, 1);
  g_assert_cmpint (router_heard (0)->act, ==, XMPP_ACT_MARK);
  g_assert_cmpint (router_heard (0)->typing, ==, XMPP_TYPING_ACTIVE);

  router_take_message ("from='juliet@capulet.example/b' id='j3' type='chat'",
                       "<mark xmlns='urn:test' id='r1'/><text xmlns='urn:test'>and</text><typing xmlns='urn:test'/>");
  g_assert_cmpuint (router_heard_messages->len, ==, 3);
  g_assert_cmpint (router_heard (1)->act, ==, XMPP_ACT_MARK);
  g_assert_cmpint (router_heard (1)->type, ==, XMPP_MESSAGE_CHAT);
  g_assert_cmpint (router_heard (1)->target.kind, ==, XMPP_TARGET_STANZA);
  g_assert_cmpstr (router_heard (1)->target.id, ==, "r1");
  g_assert_cmpstr (router_heard (1)->values[0], ==, "received");
  g_assert_cmpstr (router_heard (1)->id, ==, "j3");
  g_assert_null (router_heard (1)->body);
  g_assert_false (router_heard (1)->asks_receipt);
  g_assert_cmpint (router_heard (1)->typing, ==, XMPP_TYPING_UNCHANGED);
  g_assert_true (xmpp_jid_equal (router_heard (1)->from, router_heard (2)->from));

  g_assert_cmpint (router_heard (2)->act, ==, XMPP_ACT_SAY);
  g_assert_cmpint (router_heard (2)->target.kind, ==, XMPP_TARGET_NONE);
  g_assert_null (router_heard (2)->target.id);
  g_assert_null (router_heard (2)->values);
  g_assert_cmpstr (router_heard (2)->body, ==, "and");
  g_assert_true (router_heard (2)->asks_receipt);
  g_assert_cmpint (router_heard (2)->typing, ==, XMPP_TYPING_ACTIVE);
  g_string_truncate (router_asked, 0);
  router_tear_down ();
}

/* An error brings back what we sent; that is not said by anybody now. */
static void
test_error (void)
{
  router_set_up ();
  router_take_message ("from='juliet@capulet.example' type='error' id='r1'",
                       "<text xmlns='urn:test'>mine</text><mark xmlns='urn:test' id='x'/>"
                       "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>"
                       "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
  router_assert_asked ("ef");
  g_assert_cmpuint (router_heard_messages->len, ==, 1);
  g_assert_cmpint (router_heard (0)->act, ==, XMPP_ACT_SAY);
  g_assert_error (router_heard (0)->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_GONE);
  router_take_presence ("from='juliet@capulet.example' type='error'", "<hat xmlns='urn:test'/>");
  router_assert_asked ("s");
  router_tear_down ();
}

/* Anybody may send an element that is in no namespace at all; nobody has asked for it. */
static void
test_no_namespace (void)
{
  static const char *const types[] = { "", " type='error'", " type='chat'", " type='headline'" };

  router_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *attributes = g_strconcat ("from='juliet@capulet.example' id='n1'", types[i], NULL);

    router_take_message (attributes, "<text xmlns=''>in</text><event xmlns=''><items node='urn:test:node'/></event>");
    router_take_presence (attributes, "<hat xmlns=''/>");
  }
  g_string_truncate (router_asked, 0);
  g_assert_cmpstr (router_take_iq ("type='get' id='1'", "<both xmlns=''/>"), ==, "service-unavailable");
  router_assert_asked ("");
  router_tear_down ();
}

#define INNER(attributes, children) "<message xmlns='jabber:client' " attributes ">" children "</message>"
#define TEXT "<text xmlns='urn:test'>in</text>"

static void
test_wrapped (void)
{
  static const char *const dropped[] = {
    /* a wrapper in a wrapper */
    "<wrap xmlns='urn:test'>" INNER ("from='j@c.example' to='romeo@montague.example'",
                                     "<wrap xmlns='urn:test'>" INNER ("", TEXT) "</wrap>" TEXT) "</wrap>",
    /* a copy of what somebody else got, or said */
    "<wrap xmlns='urn:test'>" INNER ("from='j@c.example' to='tybalt@c.example'", TEXT) "</wrap>",
    "<wrap xmlns='urn:test' by='us'>" INNER ("from='tybalt@c.example/x' to='j@c.example'", TEXT) "</wrap>",
    /* not a message, or not from anywhere */
    "<wrap xmlns='urn:test'><iq xmlns='jabber:client'>" TEXT "</iq></wrap>",
    "<wrap xmlns='urn:test'><message>" TEXT "</message></wrap>",
    "<wrap xmlns='urn:test'>" INNER ("from='@'", TEXT) "</wrap>",
  };

  router_set_up ();
  router_take_message ("from='romeo@montague.example' to='" OWN "' type='chat' id='outer'",
                       "<wrap xmlns='urn:test'>" INNER ("from='j@c.example/b' to='romeo@montague.example/balcony' id='inner'",
                                                        "<sealed xmlns='urn:test'>in</sealed>"
                                                        "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>")
                       "</wrap>" TEXT);
  router_assert_asked ("wotef");
  g_assert_cmpuint (router_heard_messages->len, ==, 1);
  g_assert_cmpint (router_heard (0)->origin, ==, XMPP_ORIGIN_CARBON_IN);
  g_assert_cmpint (router_heard (0)->type, ==, XMPP_MESSAGE_NORMAL);
  g_assert_cmpstr (router_heard (0)->id, ==, "inner");
  g_assert_cmpstr (router_heard (0)->body, ==, "in");
  g_assert_cmpint (router_heard (0)->sent_at, ==, 1000000);
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (0)->from), ==, "j@c.example/b");

  router_take_message ("", "<wrap xmlns='urn:test' by='us'>"
                       INNER ("from='romeo@montague.example/x' to='j@c.example'", TEXT) "</wrap>");
  router_assert_asked ("wtef");
  g_assert_cmpint (router_heard (1)->origin, ==, XMPP_ORIGIN_CARBON_OUT);
  g_assert_cmpstr (xmpp_jid_get_text (router_heard (1)->to), ==, "j@c.example");

  for (gsize i = 0; i < G_N_ELEMENTS (dropped); i++) {
    g_test_message ("%s", dropped[i]);
    router_take_message ("", dropped[i]);
    router_assert_asked ("w");
  }
  g_assert_cmpuint (router_heard_messages->len, ==, 2);
  router_tear_down ();
}

static void
test_pep (void)
{
  static const struct {
    const char *from, *children;
    gboolean    heard;
  } cases[] = {
    { "", "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>", TRUE },
    { "from='romeo@montague.example'", "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>", TRUE },
    { "from='juliet@capulet.example'", "<event xmlns='" EVENT "'><items node='urn:test:other'/></event>", TRUE },
    { "from='juliet@capulet.example/b'", "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>", FALSE },
    { "from='" OWN "'", "<event xmlns='" EVENT "'><items node='urn:test:node'/></event>", FALSE },
    { "", "<event xmlns='" EVENT "'><items node='urn:test:unknown'/></event>", FALSE },
    { "", "<event xmlns='" EVENT "'><items/></event>", FALSE },
    { "", "<event xmlns='" EVENT "'><purge node='urn:test:node'/></event>", FALSE },
    { "", "<event xmlns='" EVENT "'><items xmlns='urn:test' node='urn:test:node'/></event>", FALSE },
    { "", "<event xmlns='urn:test'><items node='urn:test:node'/></event>", FALSE },
    { "", "<event xmlns='" EVENT "'/>", FALSE },
  };

  router_set_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s: %s", cases[i].from, cases[i].children);
    router_take_message (cases[i].from, cases[i].children);
    router_assert_asked (cases[i].heard ? "p" : "ef");
  }
  g_assert_cmpuint (router_heard_messages->len, ==, 0);
  router_tear_down ();
}

static void
test_presence (void)
{
  router_set_up ();
  router_take_presence ("from='juliet@capulet.example/b'", "<hat xmlns='urn:test'/><show>away</show>");
  router_assert_asked ("as");
  router_take_presence ("from='juliet@capulet.example/b'", "<room xmlns='urn:test'/><hat xmlns='urn:test'/>");
  router_assert_asked ("b");
  router_take_presence ("from='" OWN "'", "");
  router_take_presence ("from='romeo@montague.example/balcony' type='unavailable'", "");
  router_take_presence ("", "");
  router_assert_asked ("sss");
  router_tear_down ();
}

static void
test_features (void)
{
  g_autoptr (XmppNode) features = router_parse ("<features xmlns='http://etherx.jabber.org/streams'>"
                                                "<stream xmlns='urn:test'/><stream xmlns='urn:other'/></features>");

  router_set_up ();
  xmpp_router_features (router, features);
  router_assert_asked ("ab");
  router_tear_down ();
}

static void
test_compose (void)
{
  g_autoptr (XmppMessage) message = xmpp_message_new ();
  g_autoptr (XmppNode) node = NULL;
  g_autoptr (XmppNode) refused = NULL;
  g_autoptr (XmppNode) presence = xmpp_node_new ("presence", NS_CLIENT);

  router_set_up ();
  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  node = xmpp_router_compose (router, message);
  router_assert_asked ("xzl");
  g_assert_true (xmpp_node_is (node, "message", NS_CLIENT));
  g_assert_cmpstr (xmpp_node_get (node, "to"), ==, "juliet@capulet.example");
  g_assert_cmpstr (xmpp_node_get (node, "type"), ==, "chat");
  g_assert_nonnull (message->id);
  g_assert_cmpstr (xmpp_node_get (node, "id"), ==, message->id);

  message->body = g_strdup ("secret");
  refused = xmpp_router_compose (router, message);
  g_assert_null (refused);
  router_assert_asked ("xz");

  xmpp_router_compose_presence (router, presence);
  router_assert_asked ("xz");
  xmpp_router_stored (router, message);
  router_assert_asked ("d");
  router_tear_down ();
}

static void
test_disco (void)
{
  static const char *const all[] = {
    "urn:test:a", "urn:test:m", "urn:test:node+notify", "urn:test:other+notify", "urn:test:z",
  };
  static const char *const quiet[] = { "urn:test:a", "urn:test:node+notify", "urn:test:z" };
  g_autoptr (GPtrArray) disco = NULL;
  g_autoptr (GPtrArray) less = NULL;

  router_set_up ();
  disco = xmpp_router_disco (router);
  g_assert_cmpuint (disco->len, ==, G_N_ELEMENTS (all));
  for (guint i = 0; i < disco->len; i++)
    g_assert_cmpstr (disco->pdata[i], ==, all[i]);

  router_is_quiet = TRUE;
  less = xmpp_router_disco (router);
  router_is_quiet = FALSE;
  g_assert_cmpuint (less->len, ==, G_N_ELEMENTS (quiet));
  for (guint i = 0; i < less->len; i++)
    g_assert_cmpstr (less->pdata[i], ==, quiet[i]);
  router_tear_down ();
}

static void
test_needs (void)
{
  if (g_test_subprocess ()) {
    XmppRouter *never = xmpp_router_new (NULL, router_without_a, NULL, NULL);

    xmpp_router_free (never);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*the feature b needs a, which is not in the registry*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/router/iq", test_iq);
  g_test_add_func ("/router/addresses", test_addresses);
  g_test_add_func ("/router/message", test_message);
  g_test_add_func ("/router/two-things", test_two_things);
  g_test_add_func ("/router/error", test_error);
  g_test_add_func ("/router/no-namespace", test_no_namespace);
  g_test_add_func ("/router/wrapped", test_wrapped);
  g_test_add_func ("/router/pep", test_pep);
  g_test_add_func ("/router/presence", test_presence);
  g_test_add_func ("/router/features", test_features);
  g_test_add_func ("/router/compose", test_compose);
  g_test_add_func ("/router/disco", test_disco);
  g_test_add_func ("/router/needs", test_needs);
  return g_test_run ();
}
