/* The way from a connection to a bound resource: when all goes well, and at each step when it does not. */

#include <string.h>

#include "negotiate-fixture.h"

static void
test_happy (Fixture       *fixture,
            gconstpointer  chunk)
{
  FakeServer *server = fixture->server;
  g_autoptr (XmppNegotiated) negotiated = NULL;
  g_autofree char *mechanisms = fake_server_mechanisms (server);
  XmppNode *header;

  fixture->login->resource = g_strdup ("orchard");
  negotiate_begin (fixture);
  g_assert_null (fixture->result);
  header = fake_server_open (server, WITH_STARTTLS);
  g_assert_cmpstr (xmpp_node_get (header, "to"), ==, "montague.example");
  g_assert_null (xmpp_node_get (header, "from"));
  fake_server_secure (server);
  header = fake_server_open (server, mechanisms);
  g_assert_cmpstr (xmpp_node_get (header, "from"), ==, ROMEO);
  g_assert_true (fake_server_authenticate (server));
  fake_server_open (server, WITH_BIND "<sm xmlns='urn:xmpp:sm:3'/>");
  fake_server_reply (server,
                     fake_server_expect (server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                                                 "<resource/></bind></iq>"),
                     "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" ROMEO_FULL "</jid></bind>");

  negotiated = negotiate_succeed (fixture);
  g_assert_cmpstr (xmpp_jid_get_text (negotiated->jid), ==, ROMEO_FULL);
  g_assert_cmpstr (negotiated->mechanism, ==, "SCRAM-SHA-512");
  g_assert_null (negotiated->binding);
  g_assert_nonnull (xmpp_node_find (negotiated->features, "sm", "urn:xmpp:sm:3"));
  g_assert_cmpstr (fixture->steps->str, ==, "2 3 2 4 2 5 ");
  g_assert_true (fixture->transport->klass->is_secure (fixture->transport));
  g_assert_nonnull (fixture->transport->klass->get_tls (fixture->transport));
  fake_server_expect_nothing (server);
}

static void
test_in_one_go (Fixture       *fixture,
                gconstpointer  chunk)
{
  g_autoptr (XmppNegotiated) negotiated = NULL;

  negotiate_begin (fixture);
  fake_server_login (fixture->server, "romeo@montague.example/chosen-by-server");
  negotiated = negotiate_succeed (fixture);
  g_assert_cmpstr (xmpp_jid_get_resource (negotiated->jid), ==, "chosen-by-server");
}

static void
test_secure_already (Fixture       *fixture,
                     gconstpointer  chunk)
{
  g_autoptr (XmppNegotiated) negotiated = NULL;

  fake_server_set_secure (fixture->server);
  fixture->transport = xmpp_stream_new (fake_server_get_client_io (fixture->server), TRUE);
  xmpp_negotiate_async (fixture->transport, fixture->login, fixture->clock, &negotiate_events, fixture, NULL,
                        fake_result_cb, &fixture->result);
  fake_server_login (fixture->server, ROMEO_FULL);
  negotiated = negotiate_succeed (fixture);
  g_assert_cmpstr (fake_server_get_gs2 (fixture->server), ==, "n,,");
}

/* -- what comes behind the last answer belongs to whoever listens next -- */

typedef struct {
  Fixture    *fixture;
  GString    *heard;
} Listener;

static void
listener_received_cb (XmppTransport *transport,
                      XmppNode      *node,
                      gpointer       user_data)
{
  Listener *listener = user_data;

  g_string_append_printf (listener->heard, "%s ", xmpp_node_get_name (node));
  xmpp_node_free (node);
}

static const XmppTransportEvents listener_events = { .received = listener_received_cb };

static void
listener_negotiated_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  Listener *listener = user_data;

  listener->fixture->transport->events = &listener_events;
  listener->fixture->transport->user_data = listener;
}

static gboolean
listener_has_heard (gpointer data)
{
  return strcmp (((Listener *) data)->heard->str, "message presence ") == 0;
}

static void
test_behind_the_last (Fixture       *fixture,
                      gconstpointer  chunk)
{
  Listener listener = { fixture, g_string_new (NULL) };
  XmppNode *iq;

  fake_server_set_secure (fixture->server);
  fixture->transport = xmpp_stream_new (fake_server_get_client_io (fixture->server), TRUE);
  xmpp_negotiate_async (fixture->transport, fixture->login, fixture->clock, &negotiate_events, fixture, NULL,
                        listener_negotiated_cb, &listener);
  fake_server_open (fixture->server, "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                     "<mechanism>SCRAM-SHA-256</mechanism></mechanisms>");
  fake_server_authenticate (fixture->server);
  fake_server_open (fixture->server, WITH_BIND);
  iq = fake_server_expect (fixture->server, "<iq type='set'>" WITH_BIND "</iq>");
  fake_server_send (fixture->server,
                    "<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>%s</jid></bind></iq>"
                    "<message/><presence/>",
                    xmpp_node_get (iq, "id"), ROMEO_FULL);
  fake_wait_until (listener_has_heard, &listener, "what came behind the last answer");
  g_string_free (listener.heard, TRUE);
}

/* -- TLS -- */

static void
test_no_starttls (Fixture       *fixture,
                  gconstpointer  chunk)
{
  g_autofree char *mechanisms = fake_server_mechanisms (fixture->server);

  negotiate_begin (fixture);
  fake_server_open (fixture->server, mechanisms);
  negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, "STARTTLS");
  fake_server_expect_nothing (fixture->server);
}

static void
test_starttls_answers (Fixture       *fixture,
                       gconstpointer  chunk)
{
  static const char *const answers[] = {
    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>",
    "<proceed xmlns='jabber:client'/>",
    "<message><body>go on</body></message>",
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>",
    "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++) {
    negotiate_begin (fixture);
    fake_server_open (fixture->server, WITH_STARTTLS);
    fake_server_expect (fixture->server, WITH_STARTTLS);
    fake_server_send (fixture->server, "%s", answers[i]);
    negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, "TLS");
    fake_server_expect_nothing (fixture->server);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

/* Octets in the same segment as <proceed/> are thrown away; those in one of their own are no TLS, and end it. */
static void
test_early_octets (Fixture       *fixture,
                   gconstpointer  chunk)
{
  static const char forged[] = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                               "<mechanism>PLAIN</mechanism></mechanisms></stream:features><message/>";
  FakeServer *server = fixture->server;

  negotiate_begin (fixture);
  fake_server_open (server, WITH_STARTTLS);
  if (chunk == NULL) {
    g_autofree char *mechanisms = fake_server_mechanisms (server);

    g_assert_true (fake_server_try_secure (server, forged));
    fake_server_expect (server, "<stream:stream/>");
    fake_server_expect_nothing (server);
    fake_server_send (server, "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                              "version='1.0'><stream:features>%s</stream:features>",
                      mechanisms);
    g_assert_true (fake_server_authenticate (server));
    g_assert_cmpstr (fake_server_get_mechanism (server), ==, "SCRAM-SHA-512");
  } else {
    fake_server_proceed (server, forged);
    negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "TLS");
  }
}

static void
test_certificates (Fixture       *fixture,
                   gconstpointer  chunk)
{
  static const struct {
    const char *certificate;
    const char *words;
  } rows[] = {
    { "wrong-name", "for another name" },
    { "expired", "expired" },
    { "not-yet-valid", "not valid yet" },
    { "self-signed", "not trusted" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    fake_server_set_certificate (fixture->server, rows[i].certificate);
    negotiate_begin (fixture);
    fake_server_open (fixture->server, WITH_STARTTLS);
    fake_server_try_secure (fixture->server, "");
    negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, rows[i].words);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_untrusted_authority (Fixture       *fixture,
                          gconstpointer  chunk)
{
  g_clear_object (&fixture->login->trust);
  negotiate_begin (fixture);
  fake_server_open (fixture->server, WITH_STARTTLS);
  fake_server_try_secure (fixture->server, "");
  negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "not trusted");
}

/* -- headers and features -- */

static void
test_headers (Fixture       *fixture,
              gconstpointer  chunk)
{
  static const struct {
    const char *attributes;
    const char *then;
    GQuark    (*domain) (void);
    int         code;
  } rows[] = {
    { "", "<stream:features/>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='0.9'", "<stream:features/>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='1.0' from='capulet.example'", "<stream:features>" WITH_STARTTLS "</stream:features>",
      xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='1.0' from='romeo@montague.example'", "<stream:features>" WITH_STARTTLS "</stream:features>",
      xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='1.0' from='@'", "<stream:features>" WITH_STARTTLS "</stream:features>", xmpp_connect_error_quark,
      XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='1.0' from='capulet.example'",
      "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
      xmpp_stream_error_quark, XMPP_STREAM_ERROR_HOST_UNKNOWN },
    { "version='1.0'", "<message/>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP },
    { "version='1.0'", "</stream:stream>", xmpp_connect_error_quark, XMPP_CONNECT_ERROR_CLOSED },
    { "version='1.0'", "<!-- remark -->", xmpp_stream_error_quark, XMPP_STREAM_ERROR_RESTRICTED_XML },
    { "version='1.0'",
      "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>verona.example:5222</see-other-host>"
      "</stream:error></stream:stream>",
      xmpp_stream_error_quark, XMPP_STREAM_ERROR_SEE_OTHER_HOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    negotiate_begin (fixture);
    fake_server_expect (fixture->server, "<stream:stream/>");
    fake_server_send (fixture->server,
                      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s1' %s>%s",
                      rows[i].attributes, rows[i].then);
    negotiate_fail (fixture, rows[i].domain (), rows[i].code, "Opening the stream");
    fake_server_expect_end (fixture->server);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_no_bind (Fixture       *fixture,
              gconstpointer  chunk)
{
  negotiate_begin (fixture);
  negotiate_play (fixture, STAGE_SIGNED_IN);
  fake_server_send (fixture->server,
                    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                    "version='1.0'><stream:features/>");
  negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP, "binding");
  fake_server_expect_end (fixture->server);
}

/* -- binding -- */

static void
test_bind_answers (Fixture       *fixture,
                   gconstpointer  chunk)
{
  static const struct {
    const char *payload;
    const char *words;
  } rows[] = {
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>mercutio@verona.example/x</jid></bind>", "another account" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@montague.example/x</jid></bind>", "another account" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>montague.example/x</jid></bind>", "another account" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" ROMEO "</jid></bind>", "which address" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>@</jid></bind>", "which address" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid/></bind>", "which address" },
    { "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>", "which address" },
    { "", "which address" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    XmppNode *iq;

    negotiate_begin (fixture);
    negotiate_play (fixture, STAGE_SIGNED_IN);
    fake_server_send (fixture->server,
                      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                      "version='1.0'><stream:features>" WITH_BIND "</stream:features>");
    iq = fake_server_expect (fixture->server, "<iq type='set'>" WITH_BIND "</iq>");
    fake_server_reply (fixture->server, iq, rows[i].payload);
    negotiate_fail (fixture, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT, rows[i].words);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

/* Stanzas that are no answer are passed over; a wanted resource that is taken gives way to one of the server's. */
static void
test_bind_conflict (Fixture       *fixture,
                    gconstpointer  chunk)
{
  FakeServer *server = fixture->server;
  g_autoptr (XmppNegotiated) negotiated = NULL;
  g_autofree char *mechanisms = fake_server_mechanisms (server);
  XmppNode *iq;

  fixture->login->resource = g_strdup ("balcony");
  negotiate_secure (fixture);
  fake_server_open (server, mechanisms);
  g_assert_true (fake_server_authenticate (server));
  fake_server_open (server, WITH_BIND "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>");
  iq = fake_server_expect (server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource/></bind></iq>");
  g_assert_cmpstr (xmpp_node_find_text (xmpp_node_get_first (iq), "resource", NULL), ==, "balcony");
  fake_server_send (server,
                    "<message from='montague.example'><body>hello</body></message>"
                    "<iq type='result' id='other'>" WITH_BIND "</iq>"
                    "<iq type='get' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>"
                    "<iq type='result' id='%s' from='verona.example'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    "<jid>romeo@montague.example/false</jid></bind></iq>",
                    xmpp_node_get (iq, "id"), xmpp_node_get (iq, "id"));
  fake_server_reply_error (server, iq, "cancel", "conflict");
  iq = fake_server_expect (server, "<iq type='set'>" WITH_BIND "</iq>");
  g_assert_null (xmpp_node_find (xmpp_node_get_first (iq), "resource", NULL));
  fake_server_reply (server, iq, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" ROMEO_FULL "</jid></bind>");
  negotiated = negotiate_succeed (fixture);
  g_assert_cmpstr (xmpp_jid_get_text (negotiated->jid), ==, ROMEO_FULL);
}

static void
test_bind_refused (Fixture       *fixture,
                   gconstpointer  chunk)
{
  negotiate_begin (fixture);
  negotiate_play (fixture, STAGE_SIGNED_IN);
  fake_server_send (fixture->server,
                    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                    "version='1.0'><stream:features>" WITH_BIND "</stream:features>");
  fake_server_reply_error (fixture->server, fake_server_expect (fixture->server, "<iq type='set'>" WITH_BIND "</iq>"),
                           "wait", "resource-constraint");
  negotiate_fail (fixture, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, "Binding");
}

static void
test_old_session (Fixture       *fixture,
                  gconstpointer  chunk)
{
  FakeServer *server = fixture->server;
  g_autoptr (XmppNegotiated) negotiated = NULL;

  fake_server_set_features (server, "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
  negotiate_begin (fixture);
  fake_server_login (server, ROMEO_FULL);
  fake_server_reply (server, fake_server_expect (server, "<iq type='set'><session xmlns='urn:ietf:params:xml:ns:"
                                                         "xmpp-session'/></iq>"), NULL);
  negotiated = negotiate_succeed (fixture);
}

/* -- at every stage: silence, a hang-up, the user's change of mind -- */

static void
test_silence (Fixture       *fixture,
              gconstpointer  chunk)
{
  static const char *const words[STAGE_LAST] = {
    [STAGE_NOTHING] = "Opening the stream", [STAGE_HEADER] = "Opening the stream", [STAGE_STARTTLS] = "TLS",
    [STAGE_PROCEED] = "TLS",                [STAGE_SECURE] = "Opening the stream", [STAGE_AUTH] = "Login",
    [STAGE_RESPONSE] = "Login",             [STAGE_SIGNED_IN] = "Opening the stream", [STAGE_BIND] = "Binding",
    [STAGE_SESSION] = "Binding",
  };

  for (Stage stage = STAGE_NOTHING; stage < STAGE_LAST; stage++) {
    negotiate_begin (fixture);
    negotiate_play (fixture, stage);
    fake_settle ();
    base_clock_advance (fixture->clock, XMPP_NEGOTIATE_STEP_TIMEOUT - 1);
    fake_settle ();
    g_assert_null (fixture->result);
    base_clock_advance (fixture->clock, 1);
    negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT, words[stage]);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_hang_up (Fixture       *fixture,
              gconstpointer  chunk)
{
  for (Stage stage = STAGE_NOTHING; stage < STAGE_LAST; stage++) {
    negotiate_begin (fixture);
    negotiate_play (fixture, stage);
    fake_server_hang_up (fixture->server);
    negotiate_fail (fixture, XMPP_CONNECT_ERROR,
                    stage == STAGE_PROCEED ? XMPP_CONNECT_ERROR_TLS : XMPP_CONNECT_ERROR_CLOSED, NULL);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  chunk)
{
  for (Stage stage = STAGE_NOTHING; stage < STAGE_LAST; stage++) {
    negotiate_begin (fixture);
    negotiate_play (fixture, stage);
    g_cancellable_cancel (fixture->cancellable);
    g_clear_pointer (&fixture->transport, xmpp_transport_free);
    negotiate_fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
    fake_server_expect_hang_up (fixture->server);
    negotiate_tear_down (fixture, chunk);
    negotiate_set_up (fixture, chunk);
  }
}

static void
test_cancelled_before (Fixture       *fixture,
                       gconstpointer  chunk)
{
  g_cancellable_cancel (fixture->cancellable);
  negotiate_begin (fixture);
  negotiate_fail (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED, NULL);
  fake_server_expect_nothing (fixture->server);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  negotiate_add ("negotiate/happy", test_happy);
  negotiate_add ("negotiate/in-one-go", test_in_one_go);
  negotiate_add ("negotiate/secure-already", test_secure_already);
  negotiate_add ("negotiate/behind-the-last", test_behind_the_last);
  negotiate_add ("negotiate/no-starttls", test_no_starttls);
  negotiate_add ("negotiate/starttls-answers", test_starttls_answers);
  negotiate_add ("negotiate/early-octets", test_early_octets);
  negotiate_add ("negotiate/certificates", test_certificates);
  negotiate_add ("negotiate/untrusted-authority", test_untrusted_authority);
  negotiate_add ("negotiate/headers", test_headers);
  negotiate_add ("negotiate/no-bind", test_no_bind);
  negotiate_add ("negotiate/bind-answers", test_bind_answers);
  negotiate_add ("negotiate/bind-conflict", test_bind_conflict);
  negotiate_add ("negotiate/bind-refused", test_bind_refused);
  negotiate_add ("negotiate/old-session", test_old_session);
  negotiate_add ("negotiate/silence", test_silence);
  negotiate_add ("negotiate/hang-up", test_hang_up);
  negotiate_add ("negotiate/cancel", test_cancel);
  negotiate_add ("negotiate/cancelled-before", test_cancelled_before);
  return g_test_run ();
}
