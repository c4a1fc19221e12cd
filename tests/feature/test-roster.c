/* The roster: fetched, restored, pushed by our own account alone, changed on request. */
#include "feature-test.h"
#include "rfc-6121-roster.h"

#define GET  "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>"
#define TYBALT "<query xmlns='jabber:iq:roster' ver='v9'>" \
               "<item jid='tybalt@capulet.example' name='Juliet' subscription='both'/></query>"

static XmppRosterItem *
find (FeatureTest *self,
      const char  *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_roster_find (self->session, jid);
}

static gboolean
sees_us (FeatureTest *self,
         const char  *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return xmpp_roster_sees_us (self->session, jid);
}

static guint
size (FeatureTest *self)
{
  g_autoptr (GPtrArray) items = xmpp_roster_get_items (self->session);

  return items->len;
}

static void
fetch (FeatureTest *self)
{
  XmppNode *get;
  XmppRosterItem *juliet;

  feature_test_connect (self);
  get = fake_server_find (self->server, GET);
  g_assert_null (xmpp_node_get (xmpp_node_find (get, "query", "jabber:iq:roster"), "ver"));
  fake_server_reply (self->server, get,
                     "<query xmlns='jabber:iq:roster'>"
                     "<item jid='Juliet@Capulet.example/balcony' name='Juliet' subscription='both' approved='true'>"
                     "<group>Friends</group><group> </group><group>Friends</group><group/><group>Verona</group></item>"
                     "<item jid='nurse@capulet.example' name='  ' ask='subscribe'/>"
                     "<item jid='gone@capulet.example' subscription='remove'/>"
                     "<item jid='@@'/><item/><other/>"
                     "</query>");
  fake_settle ();

  g_assert_cmpuint (self->wholes, ==, 1);
  g_assert_cmpuint (self->items->len, ==, 2);
  g_assert_cmpuint (size (self), ==, 2);
  g_assert_null (xmpp_roster_get_version (self->session));

  juliet = find (self, "juliet@capulet.example/chamber");
  g_assert_nonnull (juliet);
  g_assert_cmpstr (xmpp_jid_get_text (juliet->jid), ==, "juliet@capulet.example");
  g_assert_cmpstr (juliet->name, ==, "Juliet");
  g_assert_cmpint (juliet->subscription, ==, XMPP_SUBSCRIPTION_BOTH);
  g_assert_true (juliet->approved);
  g_assert_cmpuint (g_strv_length (juliet->groups), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) juliet->groups, "Friends"));
  g_assert_true (g_strv_contains ((const char *const *) juliet->groups, "Verona"));

  g_assert_null (find (self, "nurse@capulet.example")->name);
  g_assert_true (find (self, "nurse@capulet.example")->ask);
}

static void
long_group (FeatureTest *self)
{
  g_autofree char *fits = g_strnfill (1023, 'g');
  g_autofree char *text = g_strdup_printf ("<query xmlns='jabber:iq:roster'><item jid='juliet@capulet.example'>"
                                           "<group>%s</group><group>%sg</group></item></query>", fits, fits);

  feature_test_connect (self);
  fake_server_reply (self->server, fake_server_find (self->server, GET), text);
  fake_settle ();
  g_assert_cmpuint (g_strv_length (find (self, "juliet@capulet.example")->groups), ==, 1);
  g_assert_cmpstr (find (self, "juliet@capulet.example")->groups[0], ==, fits);
}

static void
version (FeatureTest *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("juliet@capulet.example", NULL);
  g_autoptr (XmppRosterItem) juliet = xmpp_roster_item_new (jid, "Juliet", XMPP_SUBSCRIPTION_FROM, FALSE, FALSE, NULL);
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  XmppNode *get;

  /* Nothing known: an empty version asks for the whole and says that we can. */
  fake_server_set_features (self->server, "<ver xmlns='urn:xmpp:features:rosterver'/>");
  feature_test_connect (self);
  get = fake_server_find (self->server, "<iq type='get'><query xmlns='jabber:iq:roster' ver=''/></iq>");
  fake_server_reply (self->server, get,
                     "<query xmlns='jabber:iq:roster' ver='v1'><item jid='nurse@capulet.example'/></query>");
  fake_settle ();
  g_assert_cmpstr (xmpp_roster_get_version (self->session), ==, "v1");
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  /* What the store knows: an empty result means that it is still true, and pushes bring the rest. */
  g_ptr_array_add (known, juliet);
  xmpp_roster_restore (self->session, known, "v7");
  g_assert_cmpuint (size (self), ==, 1);
  feature_test_forget (self);
  fake_server_set_features (self->server, "<ver xmlns='urn:xmpp:features:rosterver'/>");
  feature_test_connect (self);
  get = fake_server_find (self->server, "<iq type='get'><query xmlns='jabber:iq:roster' ver='v7'/></iq>");
  fake_server_reply (self->server, get, NULL);
  fake_settle ();
  g_assert_cmpuint (self->wholes, ==, 0);
  g_assert_cmpuint (size (self), ==, 1);
  g_assert_true (sees_us (self, "juliet@capulet.example/balcony"));
  feature_test_receive (self, "<iq type='set' id='p1'>" TYBALT "</iq>");
  g_assert_cmpstr (xmpp_roster_get_version (self->session), ==, "v9");
  g_assert_cmpuint (size (self), ==, 2);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  /* Another server, without versions: it must not be told one. */
  feature_test_connect (self);
  get = fake_server_find (self->server, GET);
  g_assert_null (xmpp_node_get (xmpp_node_find (get, "query", "jabber:iq:roster"), "ver"));
}

static void
failure (FeatureTest *self)
{
  feature_test_connect (self);
  fake_server_reply_error (self->server, fake_server_find (self->server, GET), "cancel", "service-unavailable");
  fake_settle ();
  g_assert_cmpuint (self->wholes, ==, 0);
  g_assert_cmpuint (size (self), ==, 0);
}

static void
unasked_result (FeatureTest *self)
{
  feature_test_sign_in (self);
  feature_test_receive (self, "<iq type='result' id='guess' from='tybalt@capulet.example/x' to='" FEATURE_JID "'>"
                              "<query xmlns='jabber:iq:roster'/></iq>");
  g_assert_cmpuint (size (self), ==, 3);
  g_assert_cmpuint (self->wholes, ==, 0);
}

static void
who_may_push (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);

    g_test_message ("pushed by %s", feature_test_name (who));
    feature_test_forget (self);
    fake_server_send (self->server, "<iq type='set' id='push' %s>" TYBALT "</iq>", address);
    if (who == WHO_NOBODY || who == WHO_ACCOUNT) {
      fake_server_expect (self->server, "<iq type='result' id='push'/>");
      g_assert_cmpuint (self->items->len, ==, 1);
      g_assert_cmpuint (self->wholes, ==, 0);
      g_assert_nonnull (find (self, "tybalt@capulet.example"));
      g_assert_true (sees_us (self, "tybalt@capulet.example/street"));
      feature_test_receive (self, "<iq type='set' id='back'><query xmlns='jabber:iq:roster'>"
                                  "<item jid='tybalt@capulet.example' subscription='remove'/></query></iq>");
      fake_server_expect (self->server, "<iq type='result' id='back'/>");
      g_assert_cmpuint (self->items->len, ==, 2);
      g_assert_cmpint (((XmppRosterItem *) g_ptr_array_index (self->items, 1))->subscription, ==,
                       XMPP_SUBSCRIPTION_REMOVE);
    } else if (who != WHO_MISLED) {
      fake_server_expect (self->server, "<iq type='error' id='push'><error type='cancel'><service-unavailable"
                                        " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    }
    fake_server_expect_nothing (self->server);
    g_assert_null (find (self, "tybalt@capulet.example"));
    g_assert_cmpuint (size (self), ==, 3);
  }
}

static void
bad_push (FeatureTest *self)
{
  static const char *const pushes[] = {
    "<query xmlns='jabber:iq:roster'/>",
    "<query xmlns='jabber:iq:roster'><item jid='a@b.example'/><item jid='c@d.example'/></query>",
    "<query xmlns='jabber:iq:roster'><item name='nobody'/></query>",
    "<query xmlns='jabber:iq:roster'><item jid='@'/></query>",
    "<query xmlns='jabber:iq:roster'><item xmlns='urn:other' jid='a@b.example'/></query>",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (pushes); i++) {
    fake_server_send (self->server, "<iq type='set' id='push%u'>%s</iq>", i, pushes[i]);
    fake_server_expect (self->server, "<iq type='error'><error>"
                                      "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    fake_server_expect_nothing (self->server);
  }
  g_assert_cmpuint (size (self), ==, 3);
  g_assert_cmpuint (self->items->len, ==, 0);
}

static void
sees (FeatureTest *self)
{
  feature_test_sign_in (self);
  g_assert_true (sees_us (self, "juliet@capulet.example"));
  g_assert_true (sees_us (self, "juliet@capulet.example/anything"));
  g_assert_true (sees_us (self, "romeo@montague.example/phone"));
  g_assert_false (sees_us (self, "paris@verona.example/hall"));
  g_assert_false (sees_us (self, "tybalt@capulet.example/street"));
  g_assert_false (sees_us (self, "montague.example"));
  g_assert_false (sees_us (self, "romeo@montague.example.test"));
}

static void
change (FeatureTest *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("nurse@capulet.example/kitchen", NULL);
  const char *groups[] = { "Friends", "A & B", NULL };
  g_autoptr (XmppRosterItem) item = xmpp_roster_item_new (jid, "Nurse", XMPP_SUBSCRIPTION_NONE, FALSE, FALSE, groups);
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  g_autoptr (GError) error = NULL;
  XmppNode *iq;

  feature_test_sign_in (self);
  xmpp_roster_set_async (self->session, item, NULL, fake_result_cb, &set);
  iq = fake_server_expect (self->server, "<iq type='set'><query xmlns='jabber:iq:roster'>"
                                         "<item jid='nurse@capulet.example' name='Nurse'>"
                                         "<group>Friends</group><group>A &amp; B</group></item></query></iq>");
  g_assert_null (xmpp_node_get (xmpp_node_find (xmpp_node_get_first (iq), "item", NULL), "subscription"));
  fake_server_reply (self->server, iq, NULL);
  g_assert_true (xmpp_roster_set_finish (self->session, fake_wait (&set), &error));
  g_assert_no_error (error);
  /* The push is what changes it. */
  g_assert_null (find (self, "nurse@capulet.example"));

  xmpp_roster_remove_async (self->session, jid, NULL, fake_result_cb, &removed);
  iq = fake_server_expect (self->server, "<iq type='set'><query xmlns='jabber:iq:roster'>"
                                         "<item jid='nurse@capulet.example' subscription='remove'/></query></iq>");
  fake_server_reply_error (self->server, iq, "cancel", "item-not-found");
  g_assert_false (xmpp_roster_remove_finish (self->session, fake_wait (&removed), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
change_to_nonsense (FeatureTest *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("nurse@capulet.example", NULL);
  g_autofree char *too_long = g_strnfill (1024, 'g');
  const char *groups[] = { too_long, NULL };
  g_autoptr (XmppRosterItem) item = xmpp_roster_item_new (jid, NULL, XMPP_SUBSCRIPTION_NONE, FALSE, FALSE, groups);
  g_autoptr (GAsyncResult) set = NULL;
  g_autoptr (GError) error = NULL;

  feature_test_sign_in (self);
  xmpp_roster_set_async (self->session, item, NULL, fake_result_cb, &set);
  g_assert_false (xmpp_roster_set_finish (self->session, fake_wait (&set), &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
  fake_server_expect_nothing (self->server);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/roster/fetch", fetch);
  feature_test_add ("/roster/long-group", long_group);
  feature_test_add ("/roster/version", version);
  feature_test_add ("/roster/failure", failure);
  feature_test_add ("/roster/unasked-result", unasked_result);
  feature_test_add ("/roster/who-may-push", who_may_push);
  feature_test_add ("/roster/bad-push", bad_push);
  feature_test_add ("/roster/sees-us", sees);
  feature_test_add ("/roster/change", change);
  feature_test_add ("/roster/change-to-nonsense", change_to_nonsense);
  return g_test_run ();
}
