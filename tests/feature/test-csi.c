/* Client state: said to a server that asked for it, when it changes, and when the server may have forgotten. */
#include "feature-test.h"
#include "xep-0352-csi.h"

#define OFFER    "<csi xmlns='urn:xmpp:csi:0'/>"
#define ACTIVE   "<active xmlns='urn:xmpp:csi:0'/>"
#define INACTIVE "<inactive xmlns='urn:xmpp:csi:0'/>"

static void
changes (FeatureTest *self)
{
  fake_server_set_features (self->server, OFFER);
  feature_test_sign_in (self);
  fake_server_expect_nothing (self->server);

  xmpp_csi_set_active (self->session, TRUE);
  fake_server_expect_nothing (self->server);
  xmpp_csi_set_active (self->session, FALSE);
  fake_server_expect (self->server, INACTIVE);
  xmpp_csi_set_active (self->session, FALSE);
  fake_server_expect_nothing (self->server);
  xmpp_csi_set_active (self->session, TRUE);
  fake_server_expect (self->server, ACTIVE);
  xmpp_csi_set_active (self->session, 2);
  fake_server_expect_nothing (self->server);
}

static void
not_offered (FeatureTest *self)
{
  feature_test_sign_in (self);
  xmpp_csi_set_active (self->session, FALSE);
  xmpp_csi_set_active (self->session, TRUE);
  fake_server_expect_nothing (self->server);

  /* An element of that name elsewhere is no offer. */
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  fake_server_set_features (self->server, "<csi xmlns='urn:other'/><other xmlns='urn:xmpp:csi:0'>" OFFER "</other>");
  feature_test_sign_in (self);
  xmpp_csi_set_active (self->session, FALSE);
  fake_server_expect_nothing (self->server);
}

/* What another server offered counts no more; that nobody looks still does. */
static void
again_after_sign_in (FeatureTest *self)
{
  xmpp_csi_set_active (self->session, FALSE);
  fake_server_set_features (self->server, OFFER);
  feature_test_connect (self);
  fake_server_find (self->server, INACTIVE);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  feature_test_sign_in (self);
  xmpp_csi_set_active (self->session, TRUE);
  fake_server_expect_nothing (self->server);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  /* A stream begins active: that need not be said. */
  fake_server_set_features (self->server, OFFER);
  feature_test_connect (self);
  fake_server_expect (self->server, "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>");
  fake_server_expect (self->server, "<iq type='get' to='montague.example'/>");
  fake_server_expect (self->server, "<iq type='get' to='romeo@montague.example'/>");
  fake_server_expect_nothing (self->server);
  xmpp_csi_set_active (self->session, FALSE);
  fake_server_expect (self->server, INACTIVE);
  fake_server_expect_nothing (self->server);
}

/* A server may have forgotten what it was told on the old link, or not. */
static void
again_after_resumption (FeatureTest *self)
{
  fake_server_set_features (self->server, OFFER "<sm xmlns='urn:xmpp:sm:3'/>");
  feature_test_connect (self);
  fake_server_welcome (self->server, NULL);
  feature_test_managed (self);
  fake_server_hang_up (self->server);
  feature_test_restart (self);
  feature_test_resume (self, 0);
  fake_server_find (self->server, ACTIVE);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  xmpp_csi_set_active (self->session, FALSE);
  feature_test_resume (self, 0);
  fake_server_find (self->server, INACTIVE);
  xmpp_csi_set_active (self->session, TRUE);
  fake_server_find (self->server, ACTIVE);
}

/* The server's hints are for itself: from anybody they are no question to us. */
static void
heard (FeatureTest *self)
{
  fake_server_set_features (self->server, OFFER);
  feature_test_sign_in (self);
  g_assert_null (feature_test_say (self, WHO_STRANGER, "chat", OFFER INACTIVE));
  g_assert_null (feature_test_say (self, WHO_ACCOUNT, "chat", OFFER ACTIVE));
  fake_server_expect_nothing (self->server);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/csi/changes", changes);
  feature_test_add ("/csi/not-offered", not_offered);
  feature_test_add ("/csi/again-after-sign-in", again_after_sign_in);
  feature_test_add ("/csi/again-after-resumption", again_after_resumption);
  feature_test_add ("/csi/heard", heard);
  return g_test_run ();
}
