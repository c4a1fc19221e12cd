/* Presences from XML and back. */
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-presence.h"
#include "xmpp-reader.h"

static XmppPresence *
parse (const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = xmpp_reader_parse (xml, -1, &error);

  g_assert_no_error (error);

  return xmpp_presence_from_node (node);
}

static void
test_shows (void)
{
  static const struct {
    const char *inside;
    XmppShow    show;
  } cases[] = {
    { "", XMPP_SHOW_AVAILABLE },
    { "<show/>", XMPP_SHOW_AVAILABLE },
    { "<show>chat</show>", XMPP_SHOW_CHAT },
    { "<show>away</show>", XMPP_SHOW_AWAY },
    { "<show> xa\n</show>", XMPP_SHOW_XA },
    { "<show>dnd</show>", XMPP_SHOW_DND },
    { "<show>online</show>", XMPP_SHOW_AVAILABLE },
    { "<show>AWAY</show>", XMPP_SHOW_AVAILABLE },
    { "<show xmlns='urn:other'>away</show>", XMPP_SHOW_AVAILABLE },
    { "<show>dnd</show><show>chat</show>", XMPP_SHOW_DND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *xml =
        g_strdup_printf ("<presence xmlns='jabber:client' from='romeo@montague.example/x'>%s</presence>", cases[i].inside);
    g_autoptr (XmppPresence) presence = parse (xml);

    g_test_message ("%s", cases[i].inside);
    g_assert_cmpint (presence->show, ==, cases[i].show);
    g_assert_cmpint (presence->type, ==, XMPP_PRESENCE_AVAILABLE);
  }

  /* Who is away is more reachable than who is away for long, and so on. */
  g_assert_cmpint (XMPP_SHOW_OFFLINE, <, XMPP_SHOW_XA);
  g_assert_cmpint (XMPP_SHOW_DND, <, XMPP_SHOW_AVAILABLE);
}

static void
test_types (void)
{
  static const struct {
    const char       *name;
    XmppPresenceType  type;
  } cases[] = {
    { "unavailable", XMPP_PRESENCE_UNAVAILABLE }, { "subscribe", XMPP_PRESENCE_SUBSCRIBE },
    { "subscribed", XMPP_PRESENCE_SUBSCRIBED },   { "unsubscribe", XMPP_PRESENCE_UNSUBSCRIBE },
    { "unsubscribed", XMPP_PRESENCE_UNSUBSCRIBED }, { "probe", XMPP_PRESENCE_PROBE },
    { "error", XMPP_PRESENCE_ERROR },
  };
  static const char *const unknown[] = { "", "available", "invisible", "Unavailable" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *xml =
        g_strdup_printf ("<presence xmlns='jabber:client' type='%s'><show>chat</show></presence>", cases[i].name);
    g_autoptr (XmppPresence) presence = parse (xml);
    g_autoptr (XmppNode) node = xmpp_presence_to_node (presence);

    g_assert_cmpint (presence->type, ==, cases[i].type);
    /* Only who is there can be in a mood to chat. */
    g_assert_cmpint (presence->show, ==, XMPP_SHOW_OFFLINE);
    g_assert_cmpstr (xmpp_node_get (node, "type"), ==, cases[i].name);
    g_assert_null (xmpp_node_get_first (node));
  }

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autofree char *xml = g_strdup_printf ("<presence xmlns='jabber:client' type='%s'/>", unknown[i]);

    g_assert_null (parse (xml));
  }
}

static void
test_priority (void)
{
  static const struct {
    const char *text;
    int         priority;
  } cases[] = {
    { "0", 0 },      { "5", 5 },    { "-5", -5 },  { "127", 127 }, { "-128", -128 }, { "128", 0 },
    { "-129", 0 },   { "", 0 },     { "x", 0 },    { "5x", 0 },    { " 7 ", 7 },     { "99999999999999999999", 0 },
    { "1.5", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *xml =
        g_strdup_printf ("<presence xmlns='jabber:client'><priority>%s</priority></presence>", cases[i].text);
    g_autoptr (XmppPresence) presence = parse (xml);

    g_assert_cmpint (presence->priority, ==, cases[i].priority);
  }
}

static void
test_from (void)
{
  g_autoptr (XmppPresence) nobody = parse ("<presence xmlns='jabber:client'/>");
  g_autoptr (XmppPresence) somebody = parse ("<presence xmlns='jabber:client' from='Romeo@montague.example/Orchard'/>");

  g_assert_null (nobody->from);
  g_assert_cmpstr (xmpp_jid_get_text (somebody->from), ==, "romeo@montague.example/Orchard");
  g_assert_null (parse ("<presence xmlns='jabber:client' from=''/>"));
  g_assert_null (parse ("<presence xmlns='jabber:client' from='@'/>"));
  g_assert_null (parse ("<presence xmlns='jabber:client' from='a&#10;b@montague.example'/>"));
}

static void
test_details (void)
{
  g_autoptr (XmppPresence) presence = parse (
      "<presence xmlns='jabber:client' type='unavailable' from='juliet@capulet.example'><status>On the balcony</status>"
      "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:41:07Z'/></presence>");
  g_autoptr (XmppPresence) wrong = parse (
      "<presence xmlns='jabber:client'><status/><delay xmlns='urn:xmpp:delay' stamp='yesterday'/></presence>");
  g_autoptr (XmppPresence) bare = parse ("<presence xmlns='jabber:client'><delay xmlns='urn:xmpp:delay'/></presence>");
  g_autoptr (XmppPresence) error = parse (
      "<presence xmlns='jabber:client' type='error'><error><item-not-found xmlns='" NS_STANZAS "'/></error></presence>");

  g_assert_cmpstr (presence->status, ==, "On the balcony");
  g_assert_cmpint (presence->stamp, ==, G_GINT64_CONSTANT (1031701267000000));
  g_assert_null (presence->error);
  g_assert_cmpstr (wrong->status, ==, "");
  g_assert_cmpint (wrong->stamp, ==, 0);
  g_assert_null (bare->status);
  g_assert_cmpint (bare->stamp, ==, 0);
  g_assert_error (error->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
test_write (void)
{
  static const struct {
    XmppPresenceType  type;
    XmppShow          show;
    const char       *status;
    int               priority;
    const char       *xml;
  } cases[] = {
    { XMPP_PRESENCE_AVAILABLE, XMPP_SHOW_AVAILABLE, NULL, 0, "<presence xmlns='jabber:client'/>" },
    { XMPP_PRESENCE_AVAILABLE, XMPP_SHOW_AVAILABLE, "", 0, "<presence xmlns='jabber:client'/>" },
    { XMPP_PRESENCE_AVAILABLE, XMPP_SHOW_DND, "<3", 5,
      "<presence xmlns='jabber:client'><show>dnd</show><status>&lt;3</status><priority>5</priority></presence>" },
    { XMPP_PRESENCE_AVAILABLE, XMPP_SHOW_CHAT, NULL, -500,
      "<presence xmlns='jabber:client'><show>chat</show><priority>-128</priority></presence>" },
    { XMPP_PRESENCE_UNAVAILABLE, XMPP_SHOW_AWAY, "Good night", 5,
      "<presence xmlns='jabber:client' type='unavailable'><status>Good night</status></presence>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppPresence) presence = xmpp_presence_new (cases[i].type, cases[i].show, cases[i].status);
    g_autoptr (XmppPresence) same = g_boxed_copy (XMPP_TYPE_PRESENCE, presence);
    g_autoptr (XmppNode) node = NULL;
    g_autofree char *xml = NULL;

    g_assert_true (same == presence);
    presence->priority = cases[i].priority;
    node = xmpp_presence_to_node (presence);
    xml = xmpp_node_to_string (node);
    g_assert_cmpstr (xml, ==, cases[i].xml);
  }

  g_assert_null (xmpp_show_name (XMPP_SHOW_OFFLINE));
  g_assert_null (xmpp_show_name (XMPP_SHOW_AVAILABLE));
  g_assert_cmpstr (xmpp_show_name (XMPP_SHOW_XA), ==, "xa");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/presence/shows", test_shows);
  g_test_add_func ("/presence/types", test_types);
  g_test_add_func ("/presence/priority", test_priority);
  g_test_add_func ("/presence/from", test_from);
  g_test_add_func ("/presence/details", test_details);
  g_test_add_func ("/presence/write", test_write);

  return g_test_run ();
}
