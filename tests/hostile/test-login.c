/* Servers, and whoever stands before them, that are not what they seem while we sign in: group D.
 *
 * Each attack ends in one sentence and a closed connection; nothing about the account was in the clear; and the next
 * sign-in, at an honest server, succeeds. */
#include <string.h>

#include "negotiate-fixture.h"
#include "ui-errors.h"

#define NS_STREAMS "urn:ietf:params:xml:ns:xmpp-streams"
#define FEATURES(inside) "<stream:features>" inside "</stream:features>"
#define MECHANISMS(names) "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" names "</mechanisms>"
#define SCRAM_AND_PLAIN "<mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism>"
#define BOUND(jid) "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" jid "</jid></bind>"
#define HEADER \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' id='s1'>"

/* How far the server is honest, and what it says then. */
typedef enum {
  FROM_START,       /* its first header and features are the attack */
  FROM_STARTTLS,    /* … what it says to <starttls/> */
  FROM_HANDSHAKE,   /* … its certificate */
  FROM_FEATURES,    /* … its features over TLS: mechanisms and bindings */
  FROM_OFFER,       /* … the same as XML */
  FROM_SCRAM,       /* … how it behaves in SCRAM */
  FROM_AUTH,        /* … what it says to <auth/> */
  FROM_BIND,        /* … the payload of its answer to <bind/> */
} From;

typedef struct {
  const char *path;
  From        from;
  const char *text;         /* what it says, or the certificate's name, or mechanisms */
  const char *bindings;     /* (nullable) with FROM_FEATURES: what it lists */
  FakeScram   behaviour;    /* with FROM_SCRAM … */
  guint       iterations;   /* … */
  gboolean    scram_seen;   /* the account has signed in with SCRAM before */
  GQuark    (*domain) (void);
  int         code;
  const char *words;        /* of the sentence that the user reads */
} Attack;

#define CONNECT(what) xmpp_connect_error_quark, XMPP_CONNECT_ERROR_##what
#define AUTH(what)    xmpp_auth_error_quark, XMPP_AUTH_ERROR_##what
#define STREAM(what)  xmpp_stream_error_quark, XMPP_STREAM_ERROR_##what
#define SCRAM(what, iterations) FROM_SCRAM, NULL, NULL, FAKE_SCRAM_##what, iterations, FALSE

static const Attack attacks[] = {
  { "/login/d01/missing", FROM_START, FEATURES (MECHANISMS (SCRAM_AND_PLAIN)), NULL, 0, 0, FALSE,
    CONNECT (NO_TLS), "offers no encryption, so nothing was sent" },
  { "/login/d01/empty", FROM_START, FEATURES (""), NULL, 0, 0, FALSE, CONNECT (NO_TLS), "offers no encryption" },
  { "/login/d01/foreign", FROM_START,
    FEATURES ("<starttls xmlns='urn:example:tls'/>" MECHANISMS (SCRAM_AND_PLAIN)), NULL, 0, 0, FALSE, CONNECT (NO_TLS), "offers no encryption" },
  { "/login/d01/inside", FROM_START, FEATURES (MECHANISMS (WITH_STARTTLS SCRAM_AND_PLAIN)), NULL, 0, 0, FALSE,
    CONNECT (NO_TLS), "offers no encryption" },
  { "/login/d03/refused", FROM_STARTTLS, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>", NULL,
    0, 0, FALSE, CONNECT (NO_TLS), "offers no encryption" },
  { "/login/d03/features", FROM_STARTTLS, FEATURES (MECHANISMS (SCRAM_AND_PLAIN)), NULL, 0, 0, FALSE, CONNECT (NO_TLS),
    "offers no encryption" },
  { "/login/d03/foreign", FROM_STARTTLS, "<proceed xmlns='urn:example:tls'/>", NULL, 0, 0, FALSE, CONNECT (NO_TLS),
    "offers no encryption" },
  { "/login/d03/junk", FROM_STARTTLS, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'", NULL, 0, 0, FALSE,
    CONNECT (TIMEOUT), "took too long" },

  { "/login/certificate/wrong-name", FROM_HANDSHAKE, "wrong-name", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove that it is montague.example, so nothing was sent" },
  { "/login/certificate/expired", FROM_HANDSHAKE, "expired", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/not-yet-valid", FROM_HANDSHAKE, "not-yet-valid", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/self-signed", FROM_HANDSHAKE, "self-signed", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/unknown-ca", FROM_HANDSHAKE, "unknown-ca", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/for-people", FROM_HANDSHAKE, "for-people", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/common-name", FROM_HANDSHAKE, "common-name", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/service-name", FROM_HANDSHAKE, "service-name", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },
  { "/login/certificate/wide", FROM_HANDSHAKE, "wide", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE), "could not prove" },
  { "/login/certificate/hostile", FROM_HANDSHAKE, "hostile", NULL, 0, 0, FALSE, CONNECT (CERTIFICATE),
    "could not prove" },

  { "/login/d06/plain", FROM_FEATURES, "PLAIN", NULL, 0, 0, TRUE, AUTH (DOWNGRADE),
    "offers only weaker ways of signing in than before, so the password was not sent" },
  { "/login/d06/plain-and-old", FROM_FEATURES, "PLAIN DIGEST-MD5 CRAM-MD5", NULL, 0, 0, TRUE, AUTH (DOWNGRADE),
    "weaker ways" },
  { "/login/d07/no-plus", FROM_FEATURES, "SCRAM-SHA-256 SCRAM-SHA-1", "tls-exporter", 0, 0, FALSE, AUTH (DOWNGRADE),
    "weaker ways" },
  { "/login/d07/unknown-types", FROM_SCRAM, "SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "tls-moon", FAKE_SCRAM_DESERTED, 4096,
    FALSE, AUTH (DOWNGRADE), "weaker ways" },
  { "/login/d07/false-signature", FROM_SCRAM, "SCRAM-SHA-256", NULL, FAKE_SCRAM_OTHER_OFFER, 4096, FALSE,
    AUTH (TAMPERED), "was changed on its way, so Linnet did not sign in" },

  { "/login/d09/many", SCRAM (HONEST, 2000000000), AUTH (MECHANISM_TOO_WEAK), "safer way of signing in" },
  { "/login/d09/few", SCRAM (HONEST, 1), AUTH (MECHANISM_TOO_WEAK), "safer way of signing in" },
  { "/login/d09/none", SCRAM (HONEST, 0), AUTH (MALFORMED_REQUEST), "did not understand the sign-in" },
  { "/login/d09/foreign-nonce", SCRAM (FOREIGN_NONCE, 4096), AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/no-nonce", SCRAM (NO_NONCE, 4096), AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/extension", SCRAM (EXTENSION, 4096), AUTH (MALFORMED_REQUEST), "did not understand the sign-in" },
  { "/login/d09/junk", SCRAM (JUNK, 4096), AUTH (MALFORMED_REQUEST), "did not understand the sign-in" },
  { "/login/d09/no-proof", SCRAM (NO_PROOF, 4096), AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/wrong-proof", SCRAM (WRONG_PROOF, 4096), AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/early-success", SCRAM (EARLY_SUCCESS, 4096), AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/success-for-nothing", FROM_AUTH,
    "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9</success>", NULL, 0, 0,
    FALSE, AUTH (SERVER_UNPROVEN), "could not prove that it knows" },
  { "/login/d09/no-data", FROM_AUTH, "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", NULL, 0, 0, FALSE,
    AUTH (MALFORMED_REQUEST), "did not understand the sign-in" },
  { "/login/d09/features", FROM_AUTH, FEATURES (WITH_BIND), NULL, 0, 0, FALSE, CONNECT (NOT_XMPP),
    "not a chat server" },

  { "/login/d10", FROM_FEATURES, "DIGEST-MD5 CRAM-MD5 X-OAUTH2 ANONYMOUS LOGIN EXTERNAL", NULL, 0, 0, FALSE,
    AUTH (NO_MECHANISM), "offers no safe way of signing in" },
  { "/login/d11/before-tls", FROM_START,
    "<stream:error><see-other-host xmlns='" NS_STREAMS "'>evil.example:5222</see-other-host></stream:error>"
    "</stream:stream>", NULL, 0, 0, FALSE, STREAM (SEE_OTHER_HOST), "sends you to another one" },

  { "/login/d13/other-domain", FROM_BIND, BOUND ("romeo@evil.example/x"), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT),
    "under another address" },
  { "/login/d13/other-user", FROM_BIND, BOUND ("juliet@montague.example/x"), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT),
    "under another address" },
  { "/login/d13/nobody", FROM_BIND, BOUND ("montague.example/x"), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT),
    "under another address" },
  { "/login/d13/bare", FROM_BIND, BOUND (ROMEO), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT), "under another address" },
  { "/login/d13/malformed", FROM_BIND, BOUND ("romeo@@montague.example/x"), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT),
    "under another address" },
  { "/login/d13/empty", FROM_BIND, BOUND (""), NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT), "under another address" },
  { "/login/d13/nothing", FROM_BIND, "", NULL, 0, 0, FALSE, AUTH (OTHER_ACCOUNT), "under another address" },
  { "/login/d17", FROM_OFFER,
    "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>"
    "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast></inline></authentication>", NULL, 0, 0,
    FALSE, AUTH (NO_MECHANISM), "offers no safe way of signing in" },
};

/* Whether the server can hear what happens to the connection: not when the handshake has failed. */
static gboolean
play (Fixture      *fixture,
      const Attack *attack)
{
  FakeServer *server = fixture->server;
  gboolean is_listening = TRUE;
  g_autofree char *mechanisms = NULL;

  if (attack->from == FROM_FEATURES || (attack->from == FROM_SCRAM && attack->text != NULL)) {
    fake_server_set_mechanisms (server, attack->text);
    fake_server_set_bindings (server, attack->bindings);
  }
  if (attack->from == FROM_SCRAM)
    fake_server_set_scram (server, attack->behaviour, attack->iterations);
  if (attack->from == FROM_HANDSHAKE)
    fake_server_set_certificate (server, attack->text);
  mechanisms = fake_server_mechanisms (server);

  negotiate_begin (fixture);
  switch (attack->from) {
  case FROM_START:
    fake_server_expect (server, "<stream:stream to='montague.example'/>");
    fake_server_send (server, HEADER "%s", attack->text);
    break;
  case FROM_STARTTLS:
    negotiate_play (fixture, STAGE_STARTTLS);
    fake_server_send (server, "%s", attack->text);
    break;
  case FROM_HANDSHAKE:
    fake_server_open (server, WITH_STARTTLS);
    is_listening = fake_server_try_secure (server, "");
    break;
  case FROM_FEATURES:
  case FROM_OFFER:
  case FROM_SCRAM:
    fake_server_open (server, WITH_STARTTLS);
    fake_server_secure (server);
    fake_server_open (server, attack->from == FROM_OFFER ? attack->text : mechanisms);
    if (attack->from == FROM_SCRAM)
      fake_server_authenticate (server);
    break;
  case FROM_AUTH:
    negotiate_play (fixture, STAGE_AUTH);
    fake_server_send (server, "%s", attack->text);
    break;
  case FROM_BIND:
  default:
    negotiate_play (fixture, STAGE_SIGNED_IN);
    fake_server_send (server, HEADER FEATURES (WITH_BIND));
    fake_server_reply (server, fake_server_expect (server, "<iq type='set'>" WITH_BIND "</iq>"), attack->text);
  }
  return is_listening;
}

/* The error's sentence is what the user reads: whole, about this account, with nothing of the server's own words. */
static void
assert_told (Fixture      *fixture,
             const Attack *attack)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (attack->code == XMPP_CONNECT_ERROR_TIMEOUT && attack->domain == xmpp_connect_error_quark) {
    fake_settle ();
    base_clock_advance (fixture->clock, XMPP_NEGOTIATE_STEP_TIMEOUT);
  }
  g_assert_null (xmpp_negotiate_finish (fake_wait (&fixture->result), &error));
  g_assert_error (error, attack->domain (), attack->code);
  g_assert_null (strstr (error->message, FAKE_PASSWORD));
  sentence = ui_error_sentence (error, fixture->login->jid);
  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, attack->words));
  g_assert_true (g_str_has_suffix (sentence, "."));
  g_assert_null (strstr (sentence, "evil.example"));
}

static void
assert_nothing_in_clear (Fixture *fixture)
{
  static const char *const never[] = { "romeo", FAKE_PASSWORD, "<auth", "<iq", "<presence", "<message" };
  const char *clear = fake_server_get_clear (fixture->server);

  g_assert_nonnull (strstr (clear, "montague.example"));
  for (gsize i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_null (strstr (clear, never[i]));
}

static void
test_attack (Fixture       *fixture,
             gconstpointer  data)
{
  const Attack *attack = data;
  g_autoptr (XmppNegotiated) canary = NULL;
  gboolean is_listening;

  fixture->login->scram_seen = attack->scram_seen;
  is_listening = play (fixture, attack);
  assert_told (fixture, attack);
  fake_settle ();
  g_clear_pointer (&fixture->transport, xmpp_transport_free);
  if (is_listening)
    fake_server_expect_hang_up (fixture->server);
  assert_nothing_in_clear (fixture);

  negotiate_tear_down (fixture, NULL);
  negotiate_set_up (fixture, NULL);
  negotiate_begin (fixture);
  fake_server_login (fixture->server, ROMEO_FULL);
  canary = negotiate_succeed (fixture);
}

/* What came behind <proceed/> may be anybody's: the stream that was said there never was. */
static void
test_early (Fixture       *fixture,
            gconstpointer  data)
{
  static const char forged[] =
      HEADER FEATURES (MECHANISMS ("<mechanism>PLAIN</mechanism>"))
      "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><message><body>Come, gentle night</body></message>";
  FakeServer *server = fixture->server;
  g_autofree char *mechanisms = fake_server_mechanisms (server);
  g_autoptr (XmppNegotiated) negotiated = NULL;

  negotiate_begin (fixture);
  fake_server_open (server, WITH_STARTTLS);
  g_assert_true (fake_server_try_secure (server, forged));
  fake_server_open (server, mechanisms);
  g_assert_true (fake_server_authenticate (server));
  g_assert_cmpstr (fake_server_get_mechanism (server), ==, "SCRAM-SHA-512");
  fake_server_open (server, WITH_BIND);
  fake_server_bind (server, ROMEO_FULL);
  negotiated = negotiate_succeed (fixture);
  g_assert_cmpstr (xmpp_jid_get_text (negotiated->jid), ==, ROMEO_FULL);
  assert_nothing_in_clear (fixture);
}

/* An address that an older server writes in another way is told so that the user can type that. */
static void
test_spelling (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new ("fußball@montague.example", NULL);
  g_autofree char *sentence = NULL;

  xmpp_login_free (fixture->login);
  fixture->login = fake_login (xmpp_jid_get_text (jid));
  negotiate_begin (fixture);
  fake_server_login (fixture->server, "fussball@montague.example/orchard");
  g_assert_null (xmpp_negotiate_finish (fake_wait (&fixture->result), &error));
  g_assert_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING);
  sentence = ui_error_sentence (error, jid);
  g_assert_cmpstr (sentence, ==,
                   "The server montague.example writes this address as fussball@montague.example. "
                   "Sign in with that one.");
}

static gboolean
tick_cb (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

/* What a server may ask for at most is done elsewhere, while the window lives. */
static void
test_dear (Fixture       *fixture,
           gconstpointer  data)
{
  guint ticks = 0;
  guint timer = g_timeout_add (1, tick_cb, &ticks);
  g_autofree char *mechanisms = NULL;

  fake_server_set_mechanisms (fixture->server, "SCRAM-SHA-1");
  fake_server_set_scram (fixture->server, FAKE_SCRAM_DESERTED, 1000000);
  mechanisms = fake_server_mechanisms (fixture->server);
  negotiate_secure (fixture);
  fake_server_open (fixture->server, mechanisms);
  fake_server_authenticate (fixture->server);
  ticks = 0;
  fake_server_expect (fixture->server, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  g_assert_cmpuint (ticks, >, 5);
  g_source_remove (timer);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  negotiate_set_up (fixture, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (attacks); i++)
    g_test_add (attacks[i].path, Fixture, &attacks[i], set_up, test_attack, negotiate_tear_down);
  g_test_add ("/login/d02", Fixture, NULL, negotiate_set_up, test_early, negotiate_tear_down);
  g_test_add ("/login/d13/spelling", Fixture, NULL, negotiate_set_up, test_spelling, negotiate_tear_down);
  g_test_add ("/login/d09/dear", Fixture, NULL, negotiate_set_up, test_dear, negotiate_tear_down);
  return g_test_run ();
}
