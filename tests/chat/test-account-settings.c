/* What the user decides about an account: it holds at once, it is stored, and it comes back after a restart. */
#include "chat-test.h"

#include "chat-account-settings.h"
#include "xmpp-error.h"

/* What the last connection was made with. */
static char *last_login;

/* Which certificate the server shows; NULL: one that needs no trust. */
static XmppCertificate *shown;
static GError *in_the_way;

static GError *
gate (const XmppLogin *login)
{
  g_free (last_login);
  last_login = g_strdup_printf ("%s:%u %d %s", login->host != NULL ? login->host : "-", login->port, login->security,
                                login->resource != NULL ? login->resource : "-");
  if (in_the_way != NULL)
    return g_error_copy (in_the_way);
  if (shown == NULL || (g_strcmp0 (login->pin, shown->sha256) == 0 && (shown->errors & ~login->pin_errors) == 0))
    return NULL;
  return xmpp_error_new_certificate (shown, "The certificate is not trusted");
}

static void
set_up (Chat *chat, gconstpointer data)
{
  chat_set_up (chat, NULL);
  chat_set_gate (chat, gate);
}

static void
tear_down (Chat *chat, gconstpointer data)
{
  chat_tear_down (chat, NULL);
  g_clear_pointer (&last_login, g_free);
  g_clear_pointer (&shown, xmpp_certificate_unref);
  g_clear_error (&in_the_way);
}

static void
show_certificate (const char *name, GTlsCertificateFlags errors)
{
  g_autofree char *path = g_strdup_printf (FAKE_CERTS_DIR "/%s.pem", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  g_clear_pointer (&shown, xmpp_certificate_unref);
  shown = xmpp_certificate_new (certificate, errors, "montague.example");
}

/* Lets the server's end of a goodbye be the moment from which another server is reached. */
static void
swap_server (Chat *chat)
{
  FakeServer *old = g_steal_pointer (&chat->server);

  chat_new_server (chat);
  fake_server_end (old);
  fake_server_expect_hang_up (old);
  fake_server_free (old);
}

static void
play_goodbye (Chat *chat)
{
  fake_server_find (chat->server, "<presence type='unavailable'/>");
  fake_server_expect_end (chat->server);
  swap_server (chat);
}

static void
restart (Chat *chat)
{
  chat_restart (chat);
  chat_load (chat);
  g_assert_nonnull (chat->account);
  chat_settle (chat);
}

static void
assert_kept (Chat *chat, const char *password)
{
  chat_settle (chat);
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, password);
}

static void
sign_in_with (Chat *chat, const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_account_sign_in_async (chat->account, password, NULL, fake_result_cb, &result);
  chat_come_back (chat);
  chat_account_sign_in_finish (chat->account, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (chat);
}

static void
count_cb (guint *n)
{
  ++*n;
}

/* Names */

static void
test_name (Chat *chat, gconstpointer data)
{
  g_autofree char *wall = g_strnfill (CHAT_ACCOUNT_MAX_NAME * 3, 'x');
  guint n = 0;

  chat_sign_in (chat);
  g_signal_connect_swapped (chat->account, "notify::label", G_CALLBACK (count_cb), &n);
  g_assert_null (chat_account_get_name (chat->account));
  g_assert_cmpstr (chat_account_get_label (chat->account), ==, OWN);
  chat_account_set_name (chat->account, " Work\n\xe2\x80\xae at\tthe  house ");
  g_assert_cmpstr (chat_account_get_name (chat->account), ==, "Work at the house");
  g_assert_cmpstr (chat_account_get_label (chat->account), ==, "Work at the house");
  chat_account_set_name (chat->account, "Work at the house");
  g_assert_cmpuint (n, ==, 1);

  restart (chat);
  g_assert_cmpstr (chat_account_get_name (chat->account), ==, "Work at the house");
  chat_account_set_name (chat->account, wall);
  g_assert_cmpuint (g_utf8_strlen (chat_account_get_name (chat->account), -1), ==, CHAT_ACCOUNT_MAX_NAME);
  chat_account_set_name (chat->account, " \n ");
  g_assert_null (chat_account_get_name (chat->account));
  chat_account_set_name (chat->account, "Home");
  chat_account_set_name (chat->account, NULL);
  restart (chat);
  g_assert_null (chat_account_get_name (chat->account));
  g_assert_cmpstr (chat_account_get_label (chat->account), ==, OWN);
}

/* What is decided on the page before there is an account is stored with it. */
static void
test_prepared (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_load (chat);
  chat_prepare (chat);
  chat_account_set_name (chat->account, "Home");
  chat_account_set_priority (chat->account, -1);
  chat_account_set_asks_password (chat->account, TRUE);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (chat->server, OWN_FULL);
  fake_server_welcome (chat->server, NULL);
  fake_server_find (chat->server, "<presence><priority>-1</priority></presence>");
  /* While it is being stored. */
  chat_account_set_colour (chat->account, 3);
  chat_account_sign_in_finish (chat->account, fake_wait (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  assert_kept (chat, NULL);

  restart (chat);
  g_assert_cmpstr (chat_account_get_name (chat->account), ==, "Home");
  g_assert_cmpint (chat_account_get_priority (chat->account), ==, -1);
  g_assert_cmpuint (chat_account_get_colour (chat->account), ==, 3);
  g_assert_true (chat_account_get_asks_password (chat->account));
  chat_assert_stuck (chat, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
}

static void
test_priority (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_account_set_priority (chat->account, 7);
  fake_server_expect (chat->server, "<presence><priority>7</priority></presence>");
  chat_account_set_priority (chat->account, 7);
  fake_server_expect_nothing (chat->server);
  chat_account_set_presence (chat->account, XMPP_SHOW_AWAY, NULL);
  fake_server_expect (chat->server, "<presence><show>away</show><priority>7</priority></presence>");
  chat_account_set_priority (chat->account, -500);
  fake_server_expect (chat->server, "<presence><show>away</show><priority>-128</priority></presence>");

  chat_lose_link (chat);
  chat_come_back (chat);
  fake_server_find (chat->server, "<presence><show>away</show><priority>-128</priority></presence>");
  restart (chat);
  g_assert_cmpint (chat_account_get_priority (chat->account), ==, -128);
}

/* How it connects */

static void
test_settings (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = NULL;

  chat_sign_in (chat);
  g_assert_cmpstr (last_login, ==, "-:0 0 -");
  login = chat_account_dup_settings (chat->account);
  chat_account_set_settings (chat->account, login);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  fake_server_expect_nothing (chat->server);

  login->host = g_strdup ("xmpp.montague.example");
  login->port = 5223;
  login->security = XMPP_SECURITY_DIRECT_TLS;
  login->resource = g_strdup ("balcony");
  chat_account_set_settings (chat->account, login);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  g_assert_null (chat_account_get_connection (chat->account));
  play_goodbye (chat);
  chat_come_back (chat);
  g_assert_cmpstr (last_login, ==, "xmpp.montague.example:5223 1 balcony");

  restart (chat);
  g_assert_cmpstr (last_login, ==, "xmpp.montague.example:5223 1 balcony");
  chat_come_back (chat);

  /* Offline nothing is tried; then what was set last holds. */
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  play_goodbye (chat);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_clear_pointer (&login->host, g_free);
  login->port = 0;
  chat_account_set_settings (chat->account, login);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  chat_come_back (chat);
  g_assert_cmpstr (last_login, ==, "-:0 1 balcony");
}

/* What the server still says while the old session ends is not true any more when the next one begins. */
static void
test_settings_last_words (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = NULL;

  chat_sign_in (chat);
  login = chat_account_dup_settings (chat->account);
  g_free (login->resource);
  login->resource = g_strdup ("balcony");
  chat_account_set_settings (chat->account, login);
  fake_server_find (chat->server, "<presence type='unavailable'/>");
  fake_server_expect_end (chat->server);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_hear_request (chat, MERCUTIO, NULL);
  fake_settle ();
  swap_server (chat);
  chat_come_back (chat);
  g_assert_cmpint (chat_contact_get_show (chat_contact (chat, JULIET)), ==, XMPP_SHOW_OFFLINE);
  chat_assert_requests (chat, "");
}

/* In whatever state it is. */
static void
test_settings_mended (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = NULL;

  chat_sign_in (chat);
  login = chat_account_dup_settings (chat->account);
  in_the_way = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE, "No chat here");
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_account_try_now (chat->account);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE);

  g_clear_error (&in_the_way);
  chat_new_server (chat);
  login->host = g_strdup ("xmpp.montague.example");
  chat_account_set_settings (chat->account, login);
  fake_server_expect (chat->server, "<stream:stream/>");

  /* While it is connecting: what was begun is given up. */
  chat_new_server (chat);
  login->port = 5222;
  chat_account_set_settings (chat->account, login);
  chat_come_back (chat);
  g_assert_cmpstr (last_login, ==, "xmpp.montague.example:5222 0 orchard");
}

/* Certificates */

static void
test_trust (Chat *chat, gconstpointer data)
{
  XmppCertificate *refused;

  chat_sign_in (chat);
  show_certificate ("self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA);
  chat_lose_link (chat);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  refused = xmpp_error_get_certificate (chat_account_get_error (chat->account));
  g_assert_nonnull (refused);
  g_assert_cmpstr (refused->sha256, ==, shown->sha256);
  fake_server_expect_nothing (chat->server);

  /* Trying again changes nothing; trusting does, at once and for the next start. */
  chat_account_try_now (chat->account);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  chat_account_trust (chat->account, xmpp_error_get_certificate (chat_account_get_error (chat->account)));
  g_assert_cmpstr (chat_account_get_pin (chat->account), ==, shown->sha256);
  chat_come_back (chat);
  restart (chat);
  g_assert_cmpstr (chat_account_get_pin (chat->account), ==, shown->sha256);
  chat_come_back (chat);

  /* Another certificate asks again, and so does the same one with something more wrong with it. */
  show_certificate ("expired", G_TLS_CERTIFICATE_UNKNOWN_CA);
  chat_lose_link (chat);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  show_certificate ("self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED);
  chat_account_try_now (chat->account);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  chat_account_trust (chat->account, shown);
  chat_come_back (chat);

  /* A trust that ends ends at once. */
  chat_account_trust (chat->account, NULL);
  g_assert_null (chat_account_get_pin (chat->account));
  play_goodbye (chat);
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  restart (chat);
  g_assert_null (chat_account_get_pin (chat->account));
  chat_assert_stuck (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
}

/* On the page for a new account. */
static void
test_trust_first (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_load (chat);
  chat_prepare (chat);
  show_certificate ("self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  g_assert_false (chat_account_sign_in_finish (chat->account, fake_wait (&result), &error));
  g_assert_error (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  chat_account_trust (chat->account, xmpp_error_get_certificate (error));
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_clear_object (&result);

  sign_in_with (chat, FAKE_PASSWORD);
  restart (chat);
  g_assert_cmpstr (chat_account_get_pin (chat->account), ==, shown->sha256);
  chat_come_back (chat);
}

/* A login that was pinned before there was an account for it. */
static void
test_trust_prepared (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = fake_login (OWN);

  show_certificate ("self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA);
  login->pin = g_strdup (shown->sha256);
  login->pin_errors = shown->errors;
  chat_load (chat);
  chat->account = chat_core_prepare_account (chat->core, login, NULL);
  sign_in_with (chat, FAKE_PASSWORD);
  restart (chat);
  g_assert_cmpstr (chat_account_get_pin (chat->account), ==, shown->sha256);
  chat_come_back (chat);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/settings/name", test_name },
    { "/settings/prepared", test_prepared },
    { "/settings/priority", test_priority },
    { "/settings/connection", test_settings },
    { "/settings/connection/mended", test_settings_mended },
    { "/settings/connection/last-words", test_settings_last_words },
    { "/settings/trust", test_trust },
    { "/settings/trust/first", test_trust_first },
    { "/settings/trust/prepared", test_trust_prepared },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
