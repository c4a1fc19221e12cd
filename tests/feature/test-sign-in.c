/* The first words of a session: what is asked, and that our presence waits for the answers, whichever comes first. */
#include "feature-test.h"
#include "rfc-6121-presence.h"
#include "xmpp-iq.h"

#define DISCO   "<query xmlns='http://jabber.org/protocol/disco#info'/>"
#define ROSTER  "<iq type='get'><query xmlns='jabber:iq:roster'/></iq>"
#define SERVER  "<iq type='get' to='montague.example'>" DISCO "</iq>"
#define ACCOUNT "<iq type='get' to='romeo@montague.example'>" DISCO "</iq>"
#define COPIES  "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>"
#define LINE    "<message from='juliet@capulet.example/balcony' to='" FEATURE_JID "' type='chat' id='l1'><body>a</body>" \
                "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='28482'/></message>"

enum { R, S, A, N_QUESTIONS };

static const struct { const char *pattern; const char *answer; } questions[N_QUESTIONS] = {
  [R] = { ROSTER, "<query xmlns='jabber:iq:roster'/>" },
  [S] = { SERVER, "<query xmlns='http://jabber.org/protocol/disco#info'/>" },
  [A] = { ACCOUNT, "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:sid:0'/></query>" },
};

static const int orders[][N_QUESTIONS] = {
  { R, S, A }, { R, A, S }, { S, R, A }, { S, A, R }, { A, R, S }, { A, S, R },
};

/* The server hears these first, and handles them in this order: all of what it says of itself is said before what our
 * presence lets through. */
static void
order (FeatureTest *self)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  feature_test_connect (self);
  for (guint i = 0; i < N_QUESTIONS; i++)
    fake_server_expect (self->server, questions[i].pattern);
  fake_server_expect_nothing (self->server);
}

static void
sign_in (FeatureTest *self,
         const int   *which,
         gboolean     is_refused)
{
  XmppNode *asked[N_QUESTIONS];
  guint known = 0;

  feature_test_connect (self);
  for (guint i = 0; i < N_QUESTIONS; i++)
    asked[i] = fake_server_expect (self->server, questions[i].pattern);
  for (guint i = 0; i < N_QUESTIONS; i++) {
    fake_server_expect_nothing (self->server);
    if (is_refused)
      fake_server_reply_error (self->server, asked[which[i]], "wait", "internal-server-error");
    else
      fake_server_reply (self->server, asked[which[i]], questions[which[i]].answer);
    known += which[i] != R;
    if (known == 2 && which[i] != R)
      fake_server_expect (self->server, COPIES);
  }
  fake_server_expect (self->server, "<presence/>");
  fake_server_expect_nothing (self->server);
}

/* What has waited for our presence is heard with the name that our archive gave it, in whatever order was answered. */
static void
any_order (FeatureTest *self)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_test_message ("order %u", i);
    sign_in (self, orders[i], FALSE);
    feature_test_forget (self);
    feature_test_receive (self, LINE);
    g_assert_cmpstr (feature_test_only (self)->archive_id, ==, "28482");
    fake_server_hang_up (self->server);
    feature_test_restart (self);
  }
}

/* A server that knows nothing keeps nobody from being seen. */
static void
refused (FeatureTest *self)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    sign_in (self, orders[i], TRUE);
    feature_test_receive (self, LINE);
    g_assert_null (feature_test_only (self)->archive_id);
    feature_test_forget (self);
    fake_server_hang_up (self->server);
    feature_test_restart (self);
  }
}

/* An answer that comes with the link is as good. */
static void
resumed (FeatureTest *self)
{
  XmppNode *account;

  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  feature_test_manage (self);
  feature_test_connect (self);
  feature_test_managed (self);
  fake_server_reply (self->server, fake_server_find (self->server, ROSTER), questions[R].answer);
  fake_server_reply (self->server, fake_server_find (self->server, SERVER), questions[S].answer);
  fake_server_find (self->server, ACCOUNT);
  fake_settle ();
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  feature_test_resume (self, 2);
  account = fake_server_find (self->server, ACCOUNT);
  fake_server_reply (self->server, account, questions[A].answer);
  fake_server_find (self->server, COPIES);
  fake_server_find (self->server, "<presence/>");
  feature_test_receive (self, LINE);
  g_assert_cmpstr (feature_test_only (self)->archive_id, ==, "28482");
}

/* Half an answer is none, and what the last connection was told does not count for this one. */
static void
again (FeatureTest *self)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  feature_test_connect (self);
  fake_server_reply (self->server, fake_server_expect (self->server, ROSTER), questions[R].answer);
  fake_server_reply (self->server, fake_server_expect (self->server, SERVER), questions[S].answer);
  fake_server_expect (self->server, ACCOUNT);
  fake_server_expect_nothing (self->server);
  fake_server_hang_up (self->server);
  feature_test_restart (self);

  sign_in (self, orders[4], FALSE);
}

/* Who is silent is not waited for any longer than for any question. */
static void
silent (FeatureTest *self)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  feature_test_connect (self);
  fake_server_reply (self->server, fake_server_expect (self->server, ROSTER), questions[R].answer);
  fake_server_reply (self->server, fake_server_expect (self->server, SERVER), questions[S].answer);
  fake_server_expect (self->server, ACCOUNT);
  fake_server_expect_nothing (self->server);
  base_clock_advance (self->clock, XMPP_IQ_TIMEOUT);
  fake_server_find (self->server, COPIES);
  fake_server_find (self->server, "<presence/>");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/sign-in/order", order);
  feature_test_add ("/sign-in/any-order", any_order);
  feature_test_add ("/sign-in/refused", refused);
  feature_test_add ("/sign-in/again", again);
  feature_test_add ("/sign-in/resumed", resumed);
  feature_test_add ("/sign-in/silent", silent);
  return g_test_run ();
}
