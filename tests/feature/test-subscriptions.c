/* Subscriptions in the session: who may ask, in whose name, with which words, and what is no question at all. */
#include <string.h>

#include "feature-test.h"
#include "rfc-6121-presence.h"

#define PRE_APPROVAL "<sub xmlns='urn:xmpp:features:pre-approval'/>"

static const char *const types[] = { "subscribe", "subscribed", "unsubscribe", "unsubscribed" };

/* Returns what the session told of it. */
static XmppPresence *
hear (FeatureTest *self,
      const char  *stanza)
{
  feature_test_forget (self);
  feature_test_receive (self, "%s", stanza);
  fake_server_expect_nothing (self->server);
  g_assert_cmpuint (self->presences->len, ==, 0);
  g_assert_cmpuint (self->items->len, ==, 0);
  g_assert_cmpuint (self->requests->len, <=, 1);
  return self->requests->len == 1 ? g_ptr_array_index (self->requests, 0) : NULL;
}

/* Everybody but ourselves may ask and stop asking, in the name of their account; the other two types say nothing. */
static void
everybody (FeatureTest *self)
{
  const guint not_us = ~(guint) (WHO_NOBODY | WHO_ACCOUNT | WHO_DEVICE | WHO_MISLED);

  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
      g_autofree char *address = feature_test_address (who);
      g_autofree char *stanza = g_strdup_printf ("<presence %s type='%s'/>", address, types[i]);
      gboolean is_told = (who & not_us) != 0 && (i == 0 || i == 2);
      XmppPresence *request;

      g_test_message ("%s by %s", types[i], feature_test_name (who));
      request = hear (self, stanza);
      g_assert_cmpint (request != NULL, ==, is_told);
      if (request == NULL)
        continue;
      g_assert_cmpint (request->type, ==, i == 0 ? XMPP_PRESENCE_SUBSCRIBE : XMPP_PRESENCE_UNSUBSCRIBE);
      g_assert_null (xmpp_jid_get_resource (request->from));
      g_assert_nonnull (strstr (stanza, xmpp_jid_get_text (request->from)));
      g_assert_null (request->status);
    }
  }
}

static void
words (FeatureTest *self)
{
  XmppPresence *request;

  feature_test_sign_in (self);
  request = hear (self, "<presence from='tybalt@capulet.example' type='subscribe'><status>&lt;b&gt;Turn thee &amp; look"
                        "</status><nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></presence>");
  g_assert_cmpstr (request->status, ==, "<b>Turn thee & look");
  g_assert_cmpstr (xmpp_jid_get_text (request->from), ==, "tybalt@capulet.example");
}

static void
nonsense (FeatureTest *self)
{
  static const char *const stanzas[] = {
    "<presence type='subscribe'/>",
    "<presence from='' type='subscribe'/>",
    "<presence from='@capulet.example' type='subscribe'/>",
    "<presence from='tybalt@capulet.example' type='Subscribe'/>",
    "<presence from='tybalt@capulet.example' type='subscribe '/>",
    "<presence from='tybalt@capulet.example' type='subscribes'/>",
    "<presence from='tybalt@capulet.example' type='invite'/>",
    "<presence from='tybalt@capulet.example' type=''/>",
    "<presence from='tybalt@capulet.example' to='benvolio@montague.example' type='subscribe'/>",
    "<presence from='tybalt@capulet.example' to='romeo@montague.example/phone' type='subscribe'/>",
    "<presence from='tybalt@capulet.example' to='@' type='subscribe'/>",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++) {
    g_test_message ("%s", stanzas[i]);
    g_assert_null (hear (self, stanzas[i]));
  }

  /* Ours came back: nobody asks us that. */
  feature_test_forget (self);
  feature_test_receive (self, "<presence from='tybalt@capulet.example' type='error'><error type='cancel'>"
                              "<remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
                              "</presence>");
  g_assert_cmpuint (self->requests->len, ==, 0);
  g_assert_cmpuint (self->presences->len, ==, 1);
}

static void
ours (FeatureTest *self)
{
  static const char *const names[] = { "subscribe", "subscribed", "unsubscribe", "unsubscribed" };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("nurse@capulet.example/kitchen", NULL);

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    XmppNode *presence;

    xmpp_presence_send_subscription (self->session, jid, XMPP_PRESENCE_SUBSCRIBE + i, "Good <nurse> & gentle");
    presence = fake_server_expect (self->server, "<presence to='nurse@capulet.example'/>");
    g_assert_cmpstr (xmpp_node_get (presence, "type"), ==, names[i]);
    g_assert_cmpstr (xmpp_node_find_text (presence, "status", NULL), ==, i == 0 ? "Good <nurse> & gentle" : NULL);
    /* Who has not been let in yet is not told what we can. */
    g_assert_null (xmpp_node_find (presence, "c", "http://jabber.org/protocol/caps"));
    fake_server_expect_nothing (self->server);
  }
  xmpp_presence_send_subscription (self->session, jid, XMPP_PRESENCE_SUBSCRIBE, "");
  g_assert_null (xmpp_node_get_first (fake_server_expect (self->server, "<presence type='subscribe'/>")));

  /* Offline, it is dropped. */
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  xmpp_presence_send_subscription (self->session, jid, XMPP_PRESENCE_SUBSCRIBE, NULL);
  feature_test_sign_in (self);
  fake_server_expect_nothing (self->server);
}

static void
approval (FeatureTest *self)
{
  g_assert_false (xmpp_presence_can_approve_ahead (self->session));
  fake_server_set_features (self->server, PRE_APPROVAL);
  feature_test_sign_in (self);
  g_assert_true (xmpp_presence_can_approve_ahead (self->session));
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  g_assert_false (xmpp_presence_can_approve_ahead (self->session));
  feature_test_sign_in (self);
  g_assert_false (xmpp_presence_can_approve_ahead (self->session));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/subscriptions/everybody", everybody);
  feature_test_add ("/subscriptions/words", words);
  feature_test_add ("/subscriptions/nonsense", nonsense);
  feature_test_add ("/subscriptions/ours", ours);
  feature_test_add ("/subscriptions/approval", approval);
  return g_test_run ();
}
