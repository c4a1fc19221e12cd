/* Each way in which an account can fail has a sentence of its own, and the one step that may help. */
#include "ui-test.h"

#include "chat-account-settings.h"
#include "ui-account-words.h"
#include "xmpp-error.h"

#define BENVOLIO "benvolio@montague.example"

/* What each connection ends with from now on. */
static GQuark gate_domain;
static int gate_code;
static XmppCertificate *gate_certificate;   /* (nullable) */

static GError *
closed_gate (const XmppLogin *login)
{
  if (gate_certificate != NULL)
    return xmpp_error_new_certificate (gate_certificate, "xyzzy");
  return g_error_new_literal (gate_domain, gate_code, "xyzzy");
}

static XmppCertificate *
new_certificate (const char *name, GTlsCertificateFlags errors)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "lib", file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return xmpp_certificate_new (certificate, errors, "montague.example");
}

static void
set_up (Chat *chat, gconstpointer data)
{
  chat_set_up (chat, NULL);
  chat_sign_in (chat);
  chat_set_gate (chat, closed_gate);
}

static void
tear_down (Chat *chat, gconstpointer data)
{
  g_clear_pointer (&gate_certificate, xmpp_certificate_unref);
  chat_tear_down (chat, NULL);
}

/* The connection is lost, and the next one ends at the gate. */
static void
fail_with (Chat *chat, GQuark domain, int code, ChatAccountState expected)
{
  gate_domain = domain;
  gate_code = code;
  if (chat_account_get_state (chat->account) == CHAT_ACCOUNT_ONLINE) {
    fake_server_hang_up (chat->server);
    chat_settle (chat);
  }
  chat_account_try_now (chat->account);
  chat_settle (chat);
  chat_assert_state (chat, expected);
}

static void
assert_words (Chat *chat, const char *words, UiRemedy remedy)
{
  g_autofree char *sentence = ui_account_sentence (chat->account);
  g_autofree char *reason = ui_account_reason (chat->account);

  g_test_message ("%s", sentence);
  g_assert_nonnull (strstr (sentence, words));
  g_assert_cmpstr (sentence, ==, reason);
  g_assert_null (strstr (sentence, "xyzzy"));
  g_assert_null (strchr (sentence, '{'));
  g_assert_cmpint (ui_account_remedy (chat->account), ==, remedy);
}

static void
test_failures (Chat *chat, gconstpointer data)
{
  const struct {
    GQuark            domain;
    int               code;
    ChatAccountState  state;
    const char       *words;
    UiRemedy          remedy;
  } cases[] = {
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED, CHAT_ACCOUNT_STUCK, "password is wrong", UI_REMEDY_PASSWORD },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED, CHAT_ACCOUNT_STUCK, "has expired", UI_REMEDY_PASSWORD },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_INCORRECT_ENCODING, CHAT_ACCOUNT_STUCK, "cannot be sent", UI_REMEDY_PASSWORD },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_ACCOUNT_DISABLED, CHAT_ACCOUNT_STUCK, "has disabled", UI_REMEDY_TRY },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE, CHAT_ACCOUNT_STUCK, "weaker", UI_REMEDY_TRY },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_TAMPERED, CHAT_ACCOUNT_STUCK, "changed on its way", UI_REMEDY_TRY },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING, CHAT_ACCOUNT_STUCK, "writes this address as",
      UI_REMEDY_SETTINGS },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT, CHAT_ACCOUNT_STUCK, "another address", UI_REMEDY_SETTINGS },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE, CHAT_ACCOUNT_WAITING, "at the moment", UI_REMEDY_TRY },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, CHAT_ACCOUNT_WAITING, "cannot be reached", UI_REMEDY_TRY },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, CHAT_ACCOUNT_WAITING, "no server called", UI_REMEDY_TRY },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE, CHAT_ACCOUNT_STUCK, "No chat service", UI_REMEDY_SETTINGS },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, CHAT_ACCOUNT_STUCK, "no encryption", UI_REMEDY_TRY },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, CHAT_ACCOUNT_STUCK, "could not prove",
      UI_REMEDY_CERTIFICATE },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT, CHAT_ACCOUNT_WAITING, "taken its place", UI_REMEDY_RETURN },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN, CHAT_ACCOUNT_WAITING, "being shut down", UI_REMEDY_TRY },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_UNKNOWN, CHAT_ACCOUNT_STUCK, "does not serve", UI_REMEDY_SETTINGS },
  };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_null (ui_account_reason (chat->account));
  g_assert_cmpint (ui_account_remedy (chat->account), ==, UI_REMEDY_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *sentence;

    fail_with (chat, cases[i].domain, cases[i].code, cases[i].state);
    assert_words (chat, cases[i].words, cases[i].remedy);
    sentence = ui_account_sentence (chat->account);
    g_assert_cmpint (g_str_has_suffix (sentence, "Linnet tries again by itself."), ==,
                     cases[i].state == CHAT_ACCOUNT_WAITING);
    g_assert_true (g_hash_table_add (seen, sentence));
  }
}

/* Every step but none has a button, and no two of them say the same. */
static void
test_remedies (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_null (ui_remedy_label (UI_REMEDY_NONE));
  g_assert_null (ui_remedy_action (UI_REMEDY_NONE));
  for (UiRemedy remedy = UI_REMEDY_TRY; remedy <= UI_REMEDY_RETURN; remedy++) {
    g_assert_true (g_hash_table_add (seen, (gpointer) ui_remedy_label (remedy)));
    g_assert_true (g_str_has_prefix (ui_remedy_action (remedy), "app."));
  }
}

static void
fail_certificate (Chat *chat, const char *name, GTlsCertificateFlags errors)
{
  g_clear_pointer (&gate_certificate, xmpp_certificate_unref);
  gate_certificate = new_certificate (name, errors);
  fail_with (chat, 0, 0, CHAT_ACCOUNT_STUCK);
}

/* A certificate is new, another one than before, one that authorities vouch for, or the one that is trusted and has got
 * worse. */
static void
test_certificates (Chat *chat, gconstpointer data)
{
  fail_certificate (chat, "self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA);
  assert_words (chat, "could not prove that it is montague.example", UI_REMEDY_CERTIFICATE);
  chat_account_trust (chat->account, gate_certificate);
  chat_settle (chat);

  fail_certificate (chat, "self-signed-other", G_TLS_CERTIFICATE_UNKNOWN_CA);
  assert_words (chat, "another certificate than the one you trust, so", UI_REMEDY_CERTIFICATE);
  fail_certificate (chat, "good", 0);
  assert_words (chat, "though authorities vouch for it", UI_REMEDY_CERTIFICATE);
  fail_certificate (chat, "self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED);
  assert_words (chat, "that you trust for montague.example has expired", UI_REMEDY_CERTIFICATE);
  fail_certificate (chat, "self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_REVOKED);
  assert_words (chat, "Something else is wrong", UI_REMEDY_CERTIFICATE);
}

static void
test_by_hand (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) settings = chat_account_dup_settings (chat->account);

  fail_with (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, CHAT_ACCOUNT_WAITING);
  assert_words (chat, "server montague.example cannot", UI_REMEDY_TRY);
  settings->host = g_strdup ("chat.verona.example");
  chat_account_set_settings (chat->account, settings);
  fail_with (chat, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, CHAT_ACCOUNT_WAITING);
  assert_words (chat, "server chat.verona.example cannot", UI_REMEDY_TRY);
}

static void
test_keyring (Chat *chat, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (DesktopSecretsError code = DESKTOP_SECRETS_ERROR_ABSENT; code <= DESKTOP_SECRETS_ERROR_VANISHED; code++) {
    char *sentence;

    memory_secrets_break (chat->secrets, code);
    chat_restart (chat);
    chat_load (chat);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
    sentence = ui_account_sentence (chat->account);
    g_test_message ("%s", sentence);
    g_assert_nonnull (strstr (sentence, "ype the password of romeo@montague.example"));
    g_assert_true (g_hash_table_add (seen, sentence));
    g_assert_true (ui_account_wants_password (chat->account));
    g_assert_cmpint (ui_account_remedy (chat->account), ==, UI_REMEDY_PASSWORD);
    g_assert_null (ui_account_keyring_sentence (chat->account));
  }
}

/* Signed in with a password that the keyring would not take. */
static void
test_not_kept (Chat *chat, gconstpointer data)
{
  g_autofree char *sentence = NULL;

  chat_set_up (chat, NULL);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_LOCKED);
  chat_sign_in (chat);
  sentence = ui_account_keyring_sentence (chat->account);
  g_assert_nonnull (strstr (sentence, "The keyring is locked. The password of romeo@montague.example was not kept"));
  g_assert_null (ui_account_reason (chat->account));
  g_assert_cmpint (ui_account_remedy (chat->account), ==, UI_REMEDY_NONE);
  chat_tear_down (chat, NULL);
}

static void
test_switched_off (Chat *chat, gconstpointer data)
{
  g_autofree char *online = ui_account_sentence (chat->account);
  g_autofree char *off = NULL;

  g_assert_cmpstr (online, ==, "Available");
  chat_account_set_enabled (chat->account, FALSE);
  chat_settle (chat);
  off = ui_account_sentence (chat->account);
  g_assert_cmpstr (off, ==, "Switched off");
  g_assert_cmpint (ui_account_remedy (chat->account), ==, UI_REMEDY_NONE);
}

/* Which account it is goes without saying until there is another one. */
static void
test_among (Chat *chat, gconstpointer data)
{
  g_autofree char *named = NULL;
  g_autofree char *other = NULL;
  FakeServer *server;

  chat_set_up (chat, NULL);
  chat_sign_in (chat);
  g_assert_null (ui_account_among (chat->account));
  server = ui_sign_in_other (chat, BENVOLIO, "");
  other = ui_account_among (ui_account (chat, BENVOLIO));
  g_assert_cmpstr (other, ==, "Account benvolio@montague.example");
  chat_account_set_name (chat->account, "Home");
  named = ui_account_among (chat->account);
  g_assert_cmpstr (named, ==, "Account Home, romeo@montague.example");
  chat_tear_down (chat, NULL);
  fake_server_free (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/account-words/failures", Chat, NULL, set_up, test_failures, tear_down);
  g_test_add_func ("/account-words/remedies", test_remedies);
  g_test_add ("/account-words/certificates", Chat, NULL, set_up, test_certificates, tear_down);
  g_test_add ("/account-words/by-hand", Chat, NULL, set_up, test_by_hand, tear_down);
  g_test_add ("/account-words/keyring", Chat, NULL, set_up, test_keyring, tear_down);
  g_test_add ("/account-words/not-kept", Chat, NULL, NULL, test_not_kept, NULL);
  g_test_add ("/account-words/switched-off", Chat, NULL, set_up, test_switched_off, tear_down);
  g_test_add ("/account-words/among", Chat, NULL, NULL, test_among, NULL);
  return g_test_run ();
}
