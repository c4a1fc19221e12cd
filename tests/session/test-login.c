/* SASL against a server that is honest, weak, or not what it seems: which mechanism is chosen, and whom it trusts. */

#include <string.h>

#include "negotiate-fixture.h"
#include "xmpp-offer.h"
#include "xmpp-sasl.h"

typedef struct {
  const char *offered;
  const char *bindings;     /* XEP-0440's list */
  gboolean    scram_seen;
  const char *mechanism;    /* chosen; NULL: none, with code */
  const char *gs2;
  const char *binding;
  int         code;
} Choice;

/* Over TLS 1.3, where tls-unique is not to be had. */
static const Choice choices[] = {
  { "SCRAM-SHA-1", NULL, FALSE, "SCRAM-SHA-1", "y,,", NULL, 0 },
  { "SCRAM-SHA-1 SCRAM-SHA-256", NULL, TRUE, "SCRAM-SHA-256", "y,,", NULL, 0 },
  { "PLAIN SCRAM-SHA-1 SCRAM-SHA-512 SCRAM-SHA-256", NULL, FALSE, "SCRAM-SHA-512", "y,,", NULL, 0 },
  { "SCRAM-SHA-512", "tls-exporter", FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_DOWNGRADE },
  { "SCRAM-SHA-512", "", FALSE, "SCRAM-SHA-512", "y,,", NULL, 0 },
  { "SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "tls-exporter", FALSE, "SCRAM-SHA-256-PLUS", "p=tls-exporter,,",
    "tls-exporter", 0 },
  { "SCRAM-SHA-512-PLUS SCRAM-SHA-256-PLUS", "tls-unique tls-server-end-point tls-exporter", FALSE,
    "SCRAM-SHA-512-PLUS", "p=tls-exporter,,", "tls-exporter", 0 },
  { "SCRAM-SHA-512 SCRAM-SHA-1-PLUS SCRAM-SHA-1", "tls-server-end-point", FALSE, "SCRAM-SHA-1-PLUS",
    "p=tls-server-end-point,,", "tls-server-end-point", 0 },
  { "SCRAM-SHA-256 SCRAM-SHA-256-PLUS", NULL, FALSE, "SCRAM-SHA-256", "n,,", NULL, 0 },
  { "SCRAM-SHA-256 SCRAM-SHA3-512-PLUS", NULL, FALSE, "SCRAM-SHA-256", "n,,", NULL, 0 },
  { "SCRAM-SHA-256-PLUS", "tls-unknown", FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
  { "SCRAM-SHA-256-PLUS", NULL, FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
  { "PLAIN", NULL, FALSE, "PLAIN", NULL, NULL, 0 },
  { "PLAIN", NULL, TRUE, NULL, NULL, NULL, XMPP_AUTH_ERROR_DOWNGRADE },
  { "PLAIN SCRAM-SHA3-512", NULL, FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
  { "PLAIN SCRAM-SHA-1-PLUS", NULL, FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
  { "DIGEST-MD5 CRAM-MD5 X-OAUTH2 ANONYMOUS LOGIN EXTERNAL", NULL, FALSE, NULL, NULL, NULL,
    XMPP_AUTH_ERROR_NO_MECHANISM },
  { "scram-sha-1 plain", NULL, FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
  { "", NULL, FALSE, NULL, NULL, NULL, XMPP_AUTH_ERROR_NO_MECHANISM },
};

static void
play_choice (Fixture      *fixture,
             const Choice *choice)
{
  g_autofree char *mechanisms = NULL;

  fake_server_set_mechanisms (fixture->server, choice->offered);
  fake_server_set_bindings (fixture->server, choice->bindings);
  fixture->login->scram_seen = choice->scram_seen;
  mechanisms = fake_server_mechanisms (fixture->server);
  negotiate_secure (fixture);
  fake_server_open (fixture->server, mechanisms);
  if (choice->mechanism == NULL) {
    negotiate_fail (fixture, XMPP_AUTH_ERROR, choice->code, NULL);
    fake_server_expect_nothing (fixture->server);
  } else {
    g_autoptr (XmppNegotiated) negotiated = NULL;

    g_assert_true (fake_server_authenticate (fixture->server));
    g_assert_cmpstr (fake_server_get_mechanism (fixture->server), ==, choice->mechanism);
    g_assert_cmpstr (fake_server_get_gs2 (fixture->server), ==, choice->gs2);
    fake_server_open (fixture->server, WITH_BIND);
    fake_server_bind (fixture->server, ROMEO_FULL);
    negotiated = negotiate_succeed (fixture);
    g_assert_cmpstr (negotiated->mechanism, ==, choice->mechanism);
    g_assert_cmpstr (negotiated->binding, ==, choice->binding);
  }
}

static void
test_choices (Fixture       *fixture,
              gconstpointer  chunk)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_test_message ("offered: %s", choices[i].offered);
    play_choice (fixture, &choices[i]);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

/* Where no listed binding works the server has to sign its offer; where it does, nothing may have been taken out. That
 * what it offers does not work here may still be the doing of whoever is in between. */
static void
test_offers (Fixture       *fixture,
             gconstpointer  chunk)
{
  static const struct {
    const char *mechanisms;
    const char *bindings;
    FakeScram   behaviour;
    const char *gs2;
    gboolean    offers_none;   /* no channel binding, as it has proven */
    int         code;          /* 0: signed in */
  } rows[] = {
    { "SCRAM-SHA-1 SCRAM-SHA-256 PLAIN", NULL, FAKE_SCRAM_HONEST, "y,,", FALSE, 0 },
    { "SCRAM-SHA-1 SCRAM-SHA-256 PLAIN", NULL, FAKE_SCRAM_SIGNED_OFFER, "y,,", TRUE, 0 },
    { "SCRAM-SHA-512 SCRAM-SHA-1-PLUS PLAIN", "tls-server-end-point tls-exporter", FAKE_SCRAM_SIGNED_OFFER,
      "p=tls-exporter,,", FALSE, 0 },
    { "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-unknown", FAKE_SCRAM_SIGNED_OFFER, "n,,", FALSE, 0 },
    { "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-unique", FAKE_SCRAM_SIGNED_OFFER, "n,,", FALSE, 0 },
    { "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-unknown", FAKE_SCRAM_DESERTED, "n,,", FALSE,
      XMPP_AUTH_ERROR_DOWNGRADE },
    { "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-unknown", FAKE_SCRAM_OTHER_OFFER, "n,,", FALSE,
      XMPP_AUTH_ERROR_TAMPERED },
    { "SCRAM-SHA-256-PLUS SCRAM-SHA-256", "tls-exporter", FAKE_SCRAM_OTHER_OFFER, "p=tls-exporter,,", FALSE,
      XMPP_AUTH_ERROR_TAMPERED },
    { "SCRAM-SHA-1 PLAIN", NULL, FAKE_SCRAM_OTHER_OFFER, "y,,", FALSE, XMPP_AUTH_ERROR_TAMPERED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *mechanisms = NULL;

    g_test_message ("row %zu", i);
    fake_server_set_mechanisms (fixture->server, rows[i].mechanisms);
    fake_server_set_bindings (fixture->server, rows[i].bindings);
    fake_server_set_scram (fixture->server, rows[i].behaviour, 4096);
    mechanisms = fake_server_mechanisms (fixture->server);
    negotiate_secure (fixture);
    fake_server_open (fixture->server, mechanisms);
    g_assert_cmpint (fake_server_authenticate (fixture->server), ==, rows[i].code == 0);
    g_assert_cmpstr (fake_server_get_gs2 (fixture->server), ==, rows[i].gs2);
    if (rows[i].code == 0) {
      g_autoptr (XmppNegotiated) negotiated = NULL;

      fake_server_open (fixture->server, WITH_BIND);
      fake_server_bind (fixture->server, ROMEO_FULL);
      negotiated = negotiate_succeed (fixture);
      g_assert_cmpint (negotiated->offers_no_binding, ==, rows[i].offers_none);
    } else {
      negotiate_fail (fixture, XMPP_AUTH_ERROR, rows[i].code, NULL);
      fake_server_expect_nothing (fixture->server);
    }
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_behaviours (Fixture       *fixture,
                 gconstpointer  chunk)
{
  static const struct {
    FakeScram   behaviour;
    guint       iterations;
    const char *password;   /* the server's */
    int         code;
  } rows[] = {
    { FAKE_SCRAM_HONEST, 4096, "romeo", XMPP_AUTH_ERROR_NOT_AUTHORIZED },
    { FAKE_SCRAM_HONEST, 1, FAKE_PASSWORD, XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK },
    { FAKE_SCRAM_HONEST, 0, FAKE_PASSWORD, XMPP_AUTH_ERROR_MALFORMED_REQUEST },
    { FAKE_SCRAM_HONEST, 2000000000, FAKE_PASSWORD, XMPP_AUTH_ERROR_MECHANISM_TOO_WEAK },
    { FAKE_SCRAM_NO_PROOF, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_SERVER_UNPROVEN },
    { FAKE_SCRAM_EARLY_SUCCESS, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_SERVER_UNPROVEN },
    { FAKE_SCRAM_WRONG_PROOF, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_SERVER_UNPROVEN },
    { FAKE_SCRAM_FOREIGN_NONCE, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_SERVER_UNPROVEN },
    { FAKE_SCRAM_NO_NONCE, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_SERVER_UNPROVEN },
    { FAKE_SCRAM_EXTENSION, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_MALFORMED_REQUEST },
    { FAKE_SCRAM_JUNK, 4096, FAKE_PASSWORD, XMPP_AUTH_ERROR_MALFORMED_REQUEST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *mechanisms = fake_server_mechanisms (fixture->server);

    g_test_message ("row %zu", i);
    fake_server_set_scram (fixture->server, rows[i].behaviour, rows[i].iterations);
    fake_server_set_password (fixture->server, rows[i].password);
    negotiate_secure (fixture);
    fake_server_open (fixture->server, mechanisms);
    g_assert_false (fake_server_authenticate (fixture->server));
    negotiate_fail (fixture, XMPP_AUTH_ERROR, rows[i].code, NULL);
    fake_server_expect_nothing (fixture->server);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_last_challenge (Fixture       *fixture,
                     gconstpointer  chunk)
{
  g_autoptr (XmppNegotiated) negotiated = NULL;

  fake_server_set_scram (fixture->server, FAKE_SCRAM_LAST_CHALLENGE, 10000);
  negotiate_begin (fixture);
  fake_server_login (fixture->server, ROMEO_FULL);
  negotiated = negotiate_succeed (fixture);
}

static void
test_wrong_plain (Fixture       *fixture,
                  gconstpointer  chunk)
{
  g_autofree char *mechanisms = NULL;

  fake_server_set_mechanisms (fixture->server, "PLAIN");
  fake_server_set_password (fixture->server, "juliet");
  mechanisms = fake_server_mechanisms (fixture->server);
  negotiate_secure (fixture);
  fake_server_open (fixture->server, mechanisms);
  g_assert_false (fake_server_authenticate (fixture->server));
  negotiate_fail (fixture, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED, NULL);
}

/* What has no place in a login ends it: other stanzas, a second word out of turn, data that is no data. */
static void
test_out_of_turn (Fixture       *fixture,
                  gconstpointer  chunk)
{
  static const struct {
    const char *text;
    GQuark    (*domain) (void);
    int         code;
  } rows[] = {
    { "<message><body>hello</body></message>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "<stream:features>" WITH_BIND "</stream:features>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "<success xmlns='jabber:client'/>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AGFi</challenge>", xmpp_auth_error_quark,
      XMPP_AUTH_ERROR_INCORRECT_ENCODING },
    { "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>/w==</challenge>", xmpp_auth_error_quark,
      XMPP_AUTH_ERROR_INCORRECT_ENCODING },
    { "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</challenge>", xmpp_auth_error_quark,
      XMPP_AUTH_ERROR_MALFORMED_REQUEST },
    { "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/></failure>", xmpp_auth_error_quark,
      XMPP_AUTH_ERROR_ACCOUNT_DISABLED },
    { "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
      xmpp_stream_error_quark, XMPP_STREAM_ERROR_POLICY_VIOLATION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("sent: %s", rows[i].text);
    negotiate_begin (fixture);
    negotiate_play (fixture, STAGE_AUTH);
    fake_server_send (fixture->server, "%s", rows[i].text);
    negotiate_fail (fixture, rows[i].domain (), rows[i].code, NULL);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

/* Two words at once: the second comes while the key is still being derived for the first. */
static void
test_two_words (Fixture       *fixture,
                gconstpointer  chunk)
{
  g_autofree char *mechanisms = fake_server_mechanisms (fixture->server);
  g_autofree guchar *client_first = NULL;
  g_autofree char *first = NULL;
  g_autofree char *encoded = NULL;
  const char *nonce;
  gsize length = 0;
  XmppNode *auth;

  negotiate_secure (fixture);
  fake_server_open (fixture->server, mechanisms);
  auth = fake_server_expect (fixture->server, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  client_first = g_base64_decode (xmpp_node_get_text (auth), &length);
  nonce = g_strstr_len ((const char *) client_first, (gssize) length, ",r=");
  g_assert_nonnull (nonce);
  first = g_strdup_printf ("%.*sx,s=c2FsdA==,i=900000",
                           (int) (length - (gsize) (nonce + 1 - (const char *) client_first)), nonce + 1);
  encoded = g_base64_encode ((const guchar *) first, strlen (first));
  fake_server_send (fixture->server,
                    "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</challenge>"
                    "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</challenge>",
                    encoded, encoded);
  negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP, NULL);
  fake_server_expect_nothing (fixture->server);
}

static void
test_no_password (Fixture       *fixture,
                  gconstpointer  chunk)
{
  g_autofree char *mechanisms = fake_server_mechanisms (fixture->server);

  g_clear_pointer (&fixture->login->password, g_free);
  negotiate_secure (fixture);
  fake_server_open (fixture->server, mechanisms);
  negotiate_fail (fixture, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, NULL);
  fake_server_expect_nothing (fixture->server);
}

static void
test_not_secure (void)
{
  g_autoptr (XmppLogin) login = fake_login (ROMEO);
  g_autoptr (XmppNode) mechanisms = xmpp_node_new ("mechanisms", "urn:ietf:params:xml:ns:xmpp-sasl");
  g_autoptr (GError) error = NULL;

  xmpp_node_add_text (mechanisms, "mechanism", NULL, "SCRAM-SHA-256");
  g_assert_null (xmpp_sasl_new (login, mechanisms, NULL, NULL, FALSE, &error));
  g_assert_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ENCRYPTION_REQUIRED);
}

/* In the order of octets, whatever the server's was; a list of bindings that is there and empty is there. */
static void
test_list (void)
{
  g_autoptr (XmppNode) mechanisms = xmpp_node_new ("mechanisms", "urn:ietf:params:xml:ns:xmpp-sasl");
  g_autoptr (XmppNode) bindings = xmpp_node_new ("sasl-channel-binding", "urn:xmpp:sasl-cb:0");
  g_autofree char *alone = NULL;
  g_autofree char *empty = NULL;
  g_autofree char *whole = NULL;

  xmpp_node_add_text (mechanisms, "mechanism", NULL, "SCRAM-SHA-256");
  xmpp_node_add_text (mechanisms, "mechanism", NULL, "SCRAM-SHA-1-PLUS");
  xmpp_node_add_text (mechanisms, "mechanism", NULL, "SCRAM-SHA-1");
  xmpp_node_add_text (mechanisms, "mechanism", NULL, "EXTERNAL");
  alone = xmpp_offer_list (mechanisms, NULL);
  g_assert_cmpstr (alone, ==, "EXTERNAL\x1eSCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1eSCRAM-SHA-256");
  empty = xmpp_offer_list (mechanisms, bindings);
  g_assert_cmpstr (empty, ==, "EXTERNAL\x1eSCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1eSCRAM-SHA-256\x1f");
  xmpp_node_set (xmpp_node_add (bindings, "channel-binding", NULL), "type", "tls-unique");
  xmpp_node_set (xmpp_node_add (bindings, "channel-binding", NULL), "type", "tls-exporter");
  whole = xmpp_offer_list (mechanisms, bindings);
  g_assert_cmpstr (whole, ==,
                   "EXTERNAL\x1eSCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1eSCRAM-SHA-256\x1ftls-exporter\x1etls-unique");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  negotiate_add ("login/choices", test_choices);
  negotiate_add ("login/offers", test_offers);
  negotiate_add ("login/behaviours", test_behaviours);
  negotiate_add ("login/last-challenge", test_last_challenge);
  negotiate_add ("login/wrong-plain", test_wrong_plain);
  negotiate_add ("login/out-of-turn", test_out_of_turn);
  negotiate_add ("login/two-words", test_two_words);
  negotiate_add ("login/no-password", test_no_password);
  g_test_add_func ("/login/list", test_list);
  g_test_add_func ("/login/not-secure", test_not_secure);
  return g_test_run ();
}
