/* TLS that is broken by now (RFC 8996), on a system that still allows it: nothing is said over it. */

#include "negotiate-fixture.h"

static void
test_refused (Fixture       *fixture,
              gconstpointer  chunk)
{
  negotiate_begin (fixture);
  fake_server_open (fixture->server, WITH_STARTTLS);
  g_assert_true (fake_server_try_secure (fixture->server, ""));
  negotiate_fail (fixture, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TLS, "outdated version");
  g_clear_pointer (&fixture->transport, xmpp_transport_free);
  fake_server_expect_hang_up (fixture->server);
  fake_server_expect_nothing (fixture->server);
}

int
main (int    argc,
      char **argv)
{
  /* Read once by GIO's TLS module, for the whole process. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0", TRUE);
  g_test_init (&argc, &argv, NULL);
  negotiate_add ("login-old-tls/refused", test_refused);
  return g_test_run ();
}
