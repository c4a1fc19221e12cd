/* Carbons: copies from our own account are opened, and everybody else's are nobody's words. */
#include "feature-test.h"

#include "xep-0280-carbons.h"

#define CARBON(direction, inner) \
  "<" direction " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" inner "</forwarded>" \
  "</" direction ">"
#define IN  "<message xmlns='jabber:client' from='juliet@capulet.example/balcony' to='romeo@montague.example/phone'" \
            " type='chat' id='i1'><body>Good night</body></message>"
#define OUT "<message xmlns='jabber:client' from='romeo@montague.example/phone' to='juliet@capulet.example'" \
            " type='chat' id='o1'><body>Sleep dwell upon thine eyes</body></message>"
#define STAMPED(by) \
  "<message xmlns='jabber:client' from='juliet@capulet.example/balcony' to='romeo@montague.example' type='chat'>" \
  "<body>a</body><delay xmlns='urn:xmpp:delay' from='" by "' stamp='2023-11-14T19:00:00Z'/></message>"
#define DELAY "<delay xmlns='urn:xmpp:delay' stamp='2023-11-14T20:00:00Z'/>"

static void
enable (FeatureTest *self)
{
  feature_test_connect (self);
  fake_server_welcome (self->server, NULL);
  fake_server_reply_error (self->server,
                           fake_server_find (self->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>"),
                           "cancel", "feature-not-implemented");
  fake_settle ();
  g_assert_cmpint (xmpp_session_get_state (self->session), ==, XMPP_SESSION_ONLINE);
  g_assert_false (xmpp_carbons_are_on (self->session));
}

static void
enabled (FeatureTest *self)
{
  XmppNode *question;

  feature_test_connect (self);
  fake_server_welcome (self->server, NULL);
  question = fake_server_find (self->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
  g_assert_false (xmpp_carbons_are_on (self->session));
  fake_server_reply (self->server, question, NULL);
  fake_settle ();
  g_assert_true (xmpp_carbons_are_on (self->session));
  xmpp_session_abort (self->session, NULL);
  g_assert_false (xmpp_carbons_are_on (self->session));
}

static void
received (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_ACCOUNT, "chat", CARBON ("received", DELAY IN));
  g_assert_nonnull (message);
  g_assert_cmpint (message->origin, ==, XMPP_ORIGIN_CARBON_IN);
  g_assert_cmpstr (xmpp_jid_get_text (message->from), ==, "juliet@capulet.example/balcony");
  g_assert_cmpstr (xmpp_jid_get_text (message->to), ==, "romeo@montague.example/phone");
  g_assert_cmpstr (message->id, ==, "i1");
  g_assert_cmpstr (message->body, ==, "Good night");
  g_assert_cmpint (message->sent_at, ==, FEATURE_EARLIER);
}

/* Our account says when it copied; what our server said inside is older news, and what others say is none. */
static void
two_stamps (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_ACCOUNT, "chat", CARBON ("received", DELAY STAMPED ("montague.example")));
  g_assert_cmpint (message->sent_at, ==, FEATURE_EARLIER);
  message = feature_test_say (self, WHO_ACCOUNT, "chat", CARBON ("received", STAMPED ("montague.example")));
  g_assert_cmpint (message->sent_at, ==, FEATURE_EARLIER - G_TIME_SPAN_HOUR);
  message = feature_test_say (self, WHO_ACCOUNT, "chat", CARBON ("received", STAMPED ("capulet.example")));
  g_assert_cmpint (message->sent_at, ==, 0);
}

static void
sent (FeatureTest *self)
{
  XmppMessage *message;

  feature_test_sign_in (self);
  message = feature_test_say (self, WHO_ACCOUNT, "chat", CARBON ("sent", OUT));
  g_assert_nonnull (message);
  g_assert_cmpint (message->origin, ==, XMPP_ORIGIN_CARBON_OUT);
  g_assert_cmpstr (xmpp_jid_get_text (message->from), ==, "romeo@montague.example/phone");
  g_assert_cmpstr (xmpp_jid_get_text (message->to), ==, "juliet@capulet.example");
  g_assert_cmpstr (message->body, ==, "Sleep dwell upon thine eyes");
  g_assert_cmpint (message->sent_at, ==, 0);
}

static void
who_may_wrap (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    guint copies = who == WHO_NOBODY || who == WHO_ACCOUNT ? 1 : 0;

    g_test_message ("wrapped by %s", feature_test_name (who));
    feature_test_say (self, who, "chat", CARBON ("received", IN));
    g_assert_cmpuint (self->messages->len, ==, copies);
    feature_test_say (self, who, "chat", CARBON ("sent", OUT));
    g_assert_cmpuint (self->messages->len, ==, copies);
    /* Dropped whole: not even what stands beside it is shown. */
    feature_test_say (self, who, "chat", "<body>look</body>" CARBON ("received", IN));
    g_assert_cmpuint (self->messages->len, ==, copies);
    fake_server_expect_nothing (self->server);
  }
}

static void
nonsense (FeatureTest *self)
{
  static const char *const carbons[] = {
    "<received xmlns='urn:xmpp:carbons:2'/>",
    "<sent xmlns='urn:xmpp:carbons:2'>" IN "</sent>",
    CARBON ("received", ""),
    CARBON ("received", IN IN),
    CARBON ("received", "<iq xmlns='jabber:client' from='juliet@capulet.example' to='romeo@montague.example'/>"),
    CARBON ("received", IN "<presence xmlns='jabber:client'/>"),
    CARBON ("received", "<message xmlns='urn:other' from='juliet@capulet.example' to='romeo@montague.example'>"
                        "<body xmlns='jabber:client'>a</body></message>"),
    "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" IN "</forwarded>"
    "<forwarded xmlns='urn:xmpp:forward:0'>" IN "</forwarded></received>",
    /* neither to nor from us */
    CARBON ("received", OUT),
    CARBON ("sent", IN),
    CARBON ("received", "<message xmlns='jabber:client' from='juliet@capulet.example/b' to='benvolio@montague.example'>"
                        "<body>a</body></message>"),
    CARBON ("sent", "<message xmlns='jabber:client' from='benvolio@montague.example/b' to='romeo@montague.example'>"
                    "<body>a</body></message>"),
    CARBON ("received", "<message xmlns='jabber:client' from='juliet@capulet.example/b'><body>a</body></message>"),
    CARBON ("received", "<message xmlns='jabber:client' to='romeo@montague.example'><body>a</body></message>"),
    CARBON ("sent", "<message xmlns='jabber:client' from='romeo@montague.example/phone'><body>a</body></message>"),
    CARBON ("sent", "<message xmlns='jabber:client' from='@' to='juliet@capulet.example'><body>a</body></message>"),
    /* a copy of a copy */
    CARBON ("received", "<message xmlns='jabber:client' from='juliet@capulet.example/b' to='romeo@montague.example'>"
                        "<body>a</body>" CARBON ("received", IN) "</message>"),
    CARBON ("sent", "<message xmlns='jabber:client' from='romeo@montague.example/phone' to='juliet@capulet.example'>"
                    "<body>a</body>" CARBON ("sent", OUT) "</message>"),
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (carbons); i++) {
    g_test_message ("%s", carbons[i]);
    g_assert_null (feature_test_say (self, WHO_ACCOUNT, "chat", carbons[i]));
    fake_server_expect_nothing (self->server);
  }
  g_assert_nonnull (feature_test_say (self, WHO_CONTACT, "chat", "<body>still here</body>"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/carbons/enable", enable);
  feature_test_add ("/carbons/enabled", enabled);
  feature_test_add ("/carbons/received", received);
  feature_test_add ("/carbons/two-stamps", two_stamps);
  feature_test_add ("/carbons/sent", sent);
  feature_test_add ("/carbons/who-may-wrap", who_may_wrap);
  feature_test_add ("/carbons/nonsense", nonsense);
  return g_test_run ();
}
