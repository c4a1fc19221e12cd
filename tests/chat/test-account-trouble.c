/* What goes wrong with an account and how it stands then: a keyring that fails, servers that refuse. */
#include "chat-test.h"

#include "chat-account-settings.h"
#include "xmpp-error.h"

static GError *in_the_way;

static GError *
gate (const XmppLogin *login)
{
  return in_the_way != NULL ? g_error_copy (in_the_way) : NULL;
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
  g_clear_error (&in_the_way);
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

/* The keyring */

static void
test_ask_each_time (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  assert_kept (chat, FAKE_PASSWORD);
  chat_account_set_asks_password (chat->account, TRUE);
  assert_kept (chat, NULL);
  memory_secrets_take_lookups (chat->secrets);

  /* While it is wanted it is remembered. */
  chat_lose_link (chat);
  chat_come_back (chat);
  chat_account_set_presence (chat->account, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  chat_settle (chat);
  chat_new_server (chat);
  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  chat_assert_stuck (chat, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
  sign_in_with (chat, FAKE_PASSWORD);
  assert_kept (chat, NULL);

  /* The same at each start, however often it is tried. */
  restart (chat);
  g_assert_true (chat_account_get_asks_password (chat->account));
  chat_account_try_now (chat->account);
  chat_assert_stuck (chat, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
  g_assert_false (chat_account_is_stuck_by_secrets (chat->account));
  memory_secrets_set (chat->secrets, OWN, "planted");
  chat_account_try_now (chat->account);
  chat_assert_stuck (chat, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
  sign_in_with (chat, FAKE_PASSWORD);
  g_assert_cmpuint (memory_secrets_take_lookups (chat->secrets), ==, 0);

  chat_account_set_asks_password (chat->account, FALSE);
  assert_kept (chat, FAKE_PASSWORD);
  restart (chat);
  chat_come_back (chat);
}

/* Each way in which the keyring can fail to give: the account is stuck and says why, and trying again asks again. */
static void
test_cannot_give (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (int code = DESKTOP_SECRETS_ERROR_ABSENT; code <= DESKTOP_SECRETS_ERROR_VANISHED; code++) {
    memory_secrets_break (chat->secrets, code);
    restart (chat);
    chat_assert_stuck (chat, DESKTOP_SECRETS_ERROR, code);
    g_assert_true (chat_account_is_stuck_by_secrets (chat->account));
    g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, code);
    chat_account_try_now (chat->account);
    chat_assert_stuck (chat, DESKTOP_SECRETS_ERROR, code);
    memory_secrets_fail (chat->secrets, NULL);
    chat_account_try_now (chat->account);
    chat_come_back (chat);
    g_assert_false (chat_account_is_stuck_by_secrets (chat->account));
    g_assert_null (chat_account_get_secret_error (chat->account));
  }
}

static void
test_cannot_give_typed (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_LOCKED);
  restart (chat);
  chat_assert_stuck (chat, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  memory_secrets_set (chat->secrets, OWN, "old");
  sign_in_with (chat, FAKE_PASSWORD);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);

  /* What could not be kept is kept at the next sign-in. */
  chat_lose_link (chat);
  chat_come_back (chat);
  assert_kept (chat, "old");
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  memory_secrets_fail (chat->secrets, NULL);
  chat_lose_link (chat);
  chat_come_back (chat);
  assert_kept (chat, FAKE_PASSWORD);
  g_assert_null (chat_account_get_secret_error (chat->account));
}

/* The keyring is asked to try again while a typed password is still to prove itself: that must not replace what is
 * kept. */
static void
test_cannot_give_guessed (Chat *chat, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_LOCKED);
  restart (chat);
  chat_assert_stuck (chat, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  memory_secrets_fail (chat->secrets, NULL);
  chat_account_sign_in_async (chat->account, "a guess", cancellable, fake_result_cb, &result);
  chat_account_retry_keyring (chat->account);
  assert_kept (chat, FAKE_PASSWORD);
  g_cancellable_cancel (cancellable);
  g_assert_false (chat_account_sign_in_finish (chat->account, fake_wait (&result), NULL));
  assert_kept (chat, FAKE_PASSWORD);
}

static void
test_cannot_forget (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_REFUSED);
  chat_account_set_asks_password (chat->account, TRUE);
  chat_settle (chat);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_REFUSED);
  restart (chat);
  chat_assert_stuck (chat, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
}

/* Who asks for the password each time does not miss a keyring that is not there. */
static void
test_do_without (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_ABSENT);
  chat_sign_in (chat);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  chat_account_set_asks_password (chat->account, TRUE);
  chat_settle (chat);
  g_assert_null (chat_account_get_secret_error (chat->account));

  chat_core_remove_account_async (chat->core, chat->account, NULL, fake_result_cb, &result);
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  g_assert_true (chat_core_remove_account_finish (chat->core, fake_wait (&result), &error));
  g_assert_no_error (error);
}

/* Two wishes at once: the last one holds. */
static void
test_changed_mind (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  memory_secrets_hold (chat->secrets, TRUE);
  chat_account_set_asks_password (chat->account, TRUE);
  chat_account_set_asks_password (chat->account, FALSE);
  memory_secrets_hold (chat->secrets, FALSE);
  assert_kept (chat, FAKE_PASSWORD);

  memory_secrets_hold (chat->secrets, TRUE);
  chat_account_set_asks_password (chat->account, TRUE);
  chat_account_set_asks_password (chat->account, FALSE);
  chat_account_set_asks_password (chat->account, TRUE);
  memory_secrets_hold (chat->secrets, FALSE);
  assert_kept (chat, NULL);
}

/* States */

static void
test_failures (Chat *chat, gconstpointer data)
{
  static const struct {
    GQuark (*domain) (void);
    int code;
    ChatAccountState state;
  } failures[] = {
    { xmpp_auth_error_quark, XMPP_AUTH_ERROR_ACCOUNT_DISABLED, CHAT_ACCOUNT_STUCK },
    { xmpp_auth_error_quark, XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED, CHAT_ACCOUNT_STUCK },
    { xmpp_auth_error_quark, XMPP_AUTH_ERROR_TEMPORARY_AUTH_FAILURE, CHAT_ACCOUNT_WAITING },
    { xmpp_connect_error_quark, XMPP_CONNECT_ERROR_UNREACHABLE, CHAT_ACCOUNT_WAITING },
    { xmpp_connect_error_quark, XMPP_CONNECT_ERROR_LOOKUP, CHAT_ACCOUNT_WAITING },
    { xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NAME_UNKNOWN, CHAT_ACCOUNT_WAITING },
    { xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NO_SERVICE, CHAT_ACCOUNT_STUCK },
    { xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NO_TLS, CHAT_ACCOUNT_STUCK },
    { xmpp_stream_error_quark, XMPP_STREAM_ERROR_HOST_UNKNOWN, CHAT_ACCOUNT_STUCK },
    { xmpp_stream_error_quark, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN, CHAT_ACCOUNT_WAITING },
    { xmpp_stream_error_quark, XMPP_STREAM_ERROR_CONFLICT, CHAT_ACCOUNT_WAITING },
  };

  chat_sign_in (chat);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_clear_error (&in_the_way);
    in_the_way = g_error_new_literal (failures[i].domain (), failures[i].code, "In the way");
    chat_account_try_now (chat->account);
    chat_settle (chat);
    chat_assert_state (chat, failures[i].state);
    g_assert_error (chat_account_get_error (chat->account), failures[i].domain (), failures[i].code);
    g_assert_cmpint (chat_account_get_next_attempt (chat->account) != 0, ==,
                     failures[i].state == CHAT_ACCOUNT_WAITING);
  }
}

static void
stream_error (Chat *chat, const char *condition)
{
  fake_server_send (chat->server, "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                  "</stream:stream>", condition);
  chat_settle (chat);
}

static void
assert_waits_for_peace (Chat *chat)
{
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_error (chat_account_get_error (chat->account), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), >=,
                   base_clock_monotonic (chat->clock) + 15 * G_TIME_SPAN_SECOND);
}

/* Also before the account is online another client is not fought with. */
static void
test_stream_errors (Chat *chat, gconstpointer data)
{
  g_autofree char *mechanisms = NULL;

  chat_sign_in (chat);
  stream_error (chat, "system-shutdown");
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_error (chat_account_get_error (chat->account), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN);

  chat_new_server (chat);
  chat_account_try_now (chat->account);
  mechanisms = fake_server_mechanisms (chat->server);
  fake_server_open (chat->server, mechanisms);
  g_assert_true (fake_server_authenticate (chat->server));
  fake_server_open (chat->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
  fake_server_expect (chat->server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  stream_error (chat, "conflict");
  assert_waits_for_peace (chat);

  chat_new_server (chat);
  chat_account_try_now (chat->account);
  fake_server_open (chat->server, mechanisms);
  stream_error (chat, "conflict");
  assert_waits_for_peace (chat);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/trouble/keyring/ask-each-time", test_ask_each_time },
    { "/trouble/keyring/cannot-give", test_cannot_give },
    { "/trouble/keyring/cannot-give/typed", test_cannot_give_typed },
    { "/trouble/keyring/cannot-give/guessed", test_cannot_give_guessed },
    { "/trouble/keyring/cannot-forget", test_cannot_forget },
    { "/trouble/keyring/do-without", test_do_without },
    { "/trouble/keyring/changed-mind", test_changed_mind },
    { "/trouble/failures", test_failures },
    { "/trouble/failures/stream", test_stream_errors },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
