/* Presence: ours waits for the roster, theirs is told as it is. */
#include <string.h>

#include "feature-test.h"
#include "rfc-6121-presence.h"

#define GET "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>"

static XmppPresence *
receive (FeatureTest *self,
         const char  *stanza)
{
  feature_test_forget (self);
  feature_test_receive (self, "%s", stanza);
  g_assert_cmpuint (self->presences->len, <=, 1);
  return self->presences->len == 1 ? g_ptr_array_index (self->presences, 0) : NULL;
}

/* All is answered but the roster. */
static XmppNode *
connect_without_roster (FeatureTest *self)
{
  XmppNode *get;

  feature_test_connect (self);
  get = fake_server_find (self->server, GET);
  fake_server_answer_disco (self->server);
  fake_settle ();
  fake_server_forget (self->server);
  return get;
}

static void
initial_waits_for_roster (FeatureTest *self)
{
  XmppNode *get, *presence;

  xmpp_presence_set_own (self->session, XMPP_SHOW_DND, NULL, 0);
  get = connect_without_roster (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AWAY, "In the orchard", 5);
  fake_server_expect_nothing (self->server);

  fake_server_reply (self->server, get, "<query xmlns='jabber:iq:roster'/>");
  presence = fake_server_expect (self->server, "<presence><show>away</show><status>In the orchard</status>"
                                               "<priority>5</priority>"
                                               "<c xmlns='http://jabber.org/protocol/caps'/></presence>");
  g_assert_null (xmpp_node_get (presence, "type"));
  g_assert_null (xmpp_node_get (presence, "to"));
  fake_server_expect_nothing (self->server);
}

static void
initial_without_roster (FeatureTest *self)
{
  XmppNode *get, *presence;

  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  get = connect_without_roster (self);
  fake_server_reply_error (self->server, get, "wait", "internal-server-error");
  presence = fake_server_expect (self->server, "<presence/>");
  g_assert_null (xmpp_node_find (presence, "show", NULL));
  g_assert_null (xmpp_node_find (presence, "status", NULL));
}

static void
nothing_unless_told (FeatureTest *self)
{
  XmppNode *get;

  get = connect_without_roster (self);
  fake_server_reply (self->server, get, "<query xmlns='jabber:iq:roster'/>");
  fake_settle ();
  g_assert_cmpuint (self->wholes, ==, 1);
  fake_server_expect_nothing (self->server);
}

static void
change (FeatureTest *self)
{
  static const struct { XmppShow show; const char *name; } shows[] = {
    { XMPP_SHOW_CHAT, "chat" }, { XMPP_SHOW_AWAY, "away" }, { XMPP_SHOW_XA, "xa" }, { XMPP_SHOW_DND, "dnd" },
    { XMPP_SHOW_AVAILABLE, NULL },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (shows); i++) {
    XmppNode *presence;

    xmpp_presence_set_own (self->session, shows[i].show, "", 0);
    presence = fake_server_expect (self->server, "<presence/>");
    g_assert_cmpstr (xmpp_node_find_text (presence, "show", NULL), ==, shows[i].name);
    g_assert_null (xmpp_node_find (presence, "status", NULL));
  }
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, "a <b> & c", 1000);
  fake_server_expect (self->server, "<presence><status>a &lt;b&gt; &amp; c</status><priority>127</priority>"
                                    "</presence>");
}

static void
again_after_reconnection (FeatureTest *self)
{
  XmppNode *get;

  feature_test_sign_in (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_DND, NULL, 0);
  fake_server_expect (self->server, "<presence><show>dnd</show></presence>");
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  /* Said while offline, heard when online. */
  xmpp_presence_set_own (self->session, XMPP_SHOW_AWAY, NULL, 0);
  get = connect_without_roster (self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_XA, NULL, 0);
  fake_server_expect_nothing (self->server);
  fake_server_reply (self->server, get, "<query xmlns='jabber:iq:roster'/>");
  fake_server_expect (self->server, "<presence><show>xa</show></presence>");
  fake_server_expect_nothing (self->server);
}

static void
theirs (FeatureTest *self)
{
  XmppPresence *presence;

  feature_test_sign_in (self);
  presence = receive (self, "<presence from='juliet@capulet.example/balcony' to='" FEATURE_JID "'>"
                            "<show>dnd</show><status>Thou art thyself</status><priority>-1</priority></presence>");
  g_assert_nonnull (presence);
  g_assert_cmpint (presence->type, ==, XMPP_PRESENCE_AVAILABLE);
  g_assert_cmpint (presence->show, ==, XMPP_SHOW_DND);
  g_assert_cmpstr (presence->status, ==, "Thou art thyself");
  g_assert_cmpint (presence->priority, ==, -1);
  g_assert_cmpint (presence->stamp, ==, 0);

  presence = receive (self, "<presence from='juliet@capulet.example/balcony' type='unavailable'/>");
  g_assert_cmpint (presence->type, ==, XMPP_PRESENCE_UNAVAILABLE);
  g_assert_cmpint (presence->show, ==, XMPP_SHOW_OFFLINE);

  presence = receive (self, "<presence from='nurse@capulet.example' type='error'><error type='cancel'>"
                            "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                            "</presence>");
  g_assert_cmpint (presence->type, ==, XMPP_PRESENCE_ERROR);
  g_assert_error (presence->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);

  presence = receive (self, "<presence from='tybalt@capulet.example/street'/>");
  g_assert_nonnull (presence);
}

static void
nonsense (FeatureTest *self)
{
  static const char *const stanzas[] = {
    "<presence/>",
    "<presence from='@'/>",
    "<presence from='juliet@capulet.example/balcony' to='benvolio@montague.example'/>",
    "<presence from='juliet@capulet.example' type='probe'/>",
    "<presence from='tybalt@capulet.example/street' type='probe'/>",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++) {
    g_assert_null (receive (self, stanzas[i]));
    fake_server_expect_nothing (self->server);
  }
}

static void
stamps (FeatureTest *self)
{
  XmppPresence *presence;

  feature_test_sign_in (self);
  for (Who who = WHO_ACCOUNT; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);
    g_autofree char *by = g_strndup (address, strstr (address, " to=") - address);

    g_test_message ("stamped by %s", feature_test_name (who));
    feature_test_forget (self);
    feature_test_receive (self, "<presence from='mercutio@verona.example/street'>"
                                "<delay xmlns='urn:xmpp:delay' %s stamp='2023-11-14T20:00:00Z'/></presence>", by);
    presence = g_ptr_array_index (self->presences, 0);
    if (who == WHO_ACCOUNT || who == WHO_SERVER)
      g_assert_cmpint (presence->stamp, ==, FEATURE_EARLIER);
    else
      g_assert_cmpint (presence->stamp, ==, 0);
  }

  /* When one has gone away is one's own to tell, but not for tomorrow. */
  presence = receive (self, "<presence from='mercutio@verona.example/street'><delay xmlns='urn:xmpp:delay'"
                            " from='mercutio@verona.example/street' stamp='2023-11-14T20:00:00Z'/></presence>");
  g_assert_cmpint (presence->stamp, ==, FEATURE_EARLIER);
  presence = receive (self, "<presence from='mercutio@verona.example/street'><delay xmlns='urn:xmpp:delay'"
                            " from='mercutio@verona.example/street' stamp='9998-01-01T00:00:00Z'/></presence>");
  g_assert_cmpint (presence->stamp, ==, FEATURE_NOW);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/presence/initial-waits-for-roster", initial_waits_for_roster);
  feature_test_add ("/presence/initial-without-roster", initial_without_roster);
  feature_test_add ("/presence/nothing-unless-told", nothing_unless_told);
  feature_test_add ("/presence/change", change);
  feature_test_add ("/presence/again-after-reconnection", again_after_reconnection);
  feature_test_add ("/presence/theirs", theirs);
  feature_test_add ("/presence/nonsense", nonsense);
  feature_test_add ("/presence/stamps", stamps);
  return g_test_run ();
}
