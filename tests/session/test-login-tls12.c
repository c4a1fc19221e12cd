/* Channel binding on TLS 1.2, where tls-unique is what servers without a list of types know. */

#include "negotiate-fixture.h"

static void
play (Fixture    *fixture,
      const char *bindings,
      const char *gs2)
{
  fake_server_set_mechanisms (fixture->server, "SCRAM-SHA-256 SCRAM-SHA-256-PLUS");
  fake_server_set_bindings (fixture->server, bindings);
  negotiate_begin (fixture);
  fake_server_login (fixture->server, ROMEO_FULL);
  g_assert_cmpint (g_tls_connection_get_protocol_version (fixture->transport->klass->get_tls (fixture->transport)), ==,
                   G_TLS_PROTOCOL_VERSION_TLS_1_2);
  g_assert_cmpstr (fake_server_get_mechanism (fixture->server), ==, "SCRAM-SHA-256-PLUS");
  g_assert_cmpstr (fake_server_get_gs2 (fixture->server), ==, gs2);
  xmpp_negotiated_free (negotiate_succeed (fixture));
}

static void
test_without_list (Fixture       *fixture,
                   gconstpointer  chunk)
{
  play (fixture, NULL, "p=tls-unique,,");
}

static void
test_with_list (Fixture       *fixture,
                gconstpointer  chunk)
{
  play (fixture, "tls-unique", "p=tls-unique,,");
}

static void
test_end_point (Fixture       *fixture,
                gconstpointer  chunk)
{
  play (fixture, "tls-server-end-point tls-unique", "p=tls-server-end-point,,");
}

int
main (int    argc,
      char **argv)
{
  /* Read once by GIO's TLS module, for the whole process. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-TLS1.3", TRUE);
  g_test_init (&argc, &argv, NULL);
  negotiate_add ("login-tls12/without-list", test_without_list);
  negotiate_add ("login-tls12/with-list", test_with_list);
  negotiate_add ("login-tls12/end-point", test_end_point);
  return g_test_run ();
}
