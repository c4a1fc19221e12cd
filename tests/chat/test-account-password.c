/* The password changed on the server: only its yes changes anything else, and nothing is lost when its answer is. */
#include "chat-test.h"

#include "chat-account-settings.h"
#include "xmpp-error.h"

#define NEW    "a new one"
#define CHANGE "<iq type='set' to='montague.example'><query xmlns='jabber:iq:register'><username>romeo</username>" \
               "<password>" NEW "</password></query></iq>"

static XmppNode *
ask (Chat *chat, GAsyncResult **result)
{
  chat_account_change_password_async (chat->account, NEW, NULL, fake_result_cb, result);
  return fake_server_find (chat->server, CHANGE);
}

static void
finish (Chat *chat, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = chat_account_change_password_finish (chat->account, fake_wait (result), &error);

  if (domain != 0)
    g_assert_error (error, domain, code);
  else
    g_assert_no_error (error);
  g_assert_cmpint (ok, ==, domain == 0);
  g_clear_object (result);
  chat_settle (chat);
}

static void
assert_kept (Chat *chat, const char *password)
{
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, password);
}

/* The link dies, and the server wants this password from then on. */
static void
reconnect (Chat *chat, const char *password)
{
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  fake_server_set_password (chat->server, password);
  chat_account_try_now (chat->account);
}

static void
come_back (Chat *chat)
{
  fake_server_login (chat->server, OWN_FULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
play_refusal (Chat *chat)
{
  g_autofree char *mechanisms = fake_server_mechanisms (chat->server);

  fake_server_open (chat->server, mechanisms);
  g_assert_false (fake_server_authenticate (chat->server));
  chat_settle (chat);
}

static void
test_change (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *iq;

  chat_sign_in (chat);
  iq = ask (chat, &result);
  chat_settle (chat);
  assert_kept (chat, FAKE_PASSWORD);
  fake_server_reply (chat->server, iq, NULL);
  finish (chat, &result, 0, 0);
  assert_kept (chat, NEW);
  g_assert_null (chat_account_get_secret_error (chat->account));

  reconnect (chat, NEW);
  come_back (chat);
  chat_restart (chat);
  fake_server_set_password (chat->server, NEW);
  chat_load (chat);
  come_back (chat);
}

static void
test_refused (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  fake_server_reply_error (chat->server, ask (chat, &result), "cancel", "not-allowed");
  finish (chat, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  assert_kept (chat, FAKE_PASSWORD);
  reconnect (chat, FAKE_PASSWORD);
  come_back (chat);
}

/* The server has changed it, and dies before it says so: the account asks, once, and does not go on guessing. */
static void
test_lost_yes (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GError) error = NULL;

  chat_sign_in (chat);
  ask (chat, &result);
  reconnect (chat, NEW);
  finish (chat, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  play_refusal (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);
  chat_new_server (chat);
  fake_server_set_password (chat->server, NEW);
  base_clock_advance (chat->clock, G_TIME_SPAN_DAY);
  chat_settle (chat);
  fake_server_expect_nothing (chat->server);

  chat_account_sign_in_async (chat->account, NEW, NULL, fake_result_cb, &signed_in);
  come_back (chat);
  g_assert_true (chat_account_sign_in_finish (chat->account, fake_wait (&signed_in), &error));
  chat_settle (chat);
  assert_kept (chat, NEW);
}

/* The server has not: the old one goes on to work. */
static void
test_lost_no (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  ask (chat, &result);
  reconnect (chat, FAKE_PASSWORD);
  finish (chat, &result, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  come_back (chat);
  assert_kept (chat, FAKE_PASSWORD);
}

static void
test_never_answered (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  ask (chat, &result);
  base_clock_advance (chat->clock, 30 * G_TIME_SPAN_SECOND);
  finish (chat, &result, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_kept (chat, FAKE_PASSWORD);
  fake_server_reply (chat->server, ask (chat, &result), NULL);
  finish (chat, &result, 0, 0);
  assert_kept (chat, NEW);
}

static void
test_keyring_fails (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_VANISHED);
  fake_server_reply (chat->server, ask (chat, &result), NULL);
  finish (chat, &result, 0, 0);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED);
  assert_kept (chat, FAKE_PASSWORD);

  /* It is remembered, and kept as soon as that can be. */
  memory_secrets_fail (chat->secrets, NULL);
  reconnect (chat, NEW);
  come_back (chat);
  assert_kept (chat, NEW);
  g_assert_null (chat_account_get_secret_error (chat->account));
}

static void
test_asked_each_time (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  chat_account_set_asks_password (chat->account, TRUE);
  fake_server_reply (chat->server, ask (chat, &result), NULL);
  finish (chat, &result, 0, 0);
  assert_kept (chat, NULL);
  reconnect (chat, NEW);
  come_back (chat);
  assert_kept (chat, NULL);
}

static void
test_not_now (Chat *chat, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *iq;

  chat_sign_in (chat);
  g_cancellable_cancel (cancelled);
  chat_account_change_password_async (chat->account, NEW, cancelled, fake_result_cb, &result);
  finish (chat, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_expect_nothing (chat->server);

  iq = ask (chat, &first);
  chat_account_change_password_async (chat->account, "another", NULL, fake_result_cb, &result);
  finish (chat, &result, G_IO_ERROR, G_IO_ERROR_PENDING);
  fake_server_reply (chat->server, iq, NULL);
  finish (chat, &first, 0, 0);

  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  chat_account_change_password_async (chat->account, "another", NULL, fake_result_cb, &result);
  finish (chat, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  assert_kept (chat, NEW);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/password/change", test_change },
    { "/password/refused", test_refused },
    { "/password/lost-yes", test_lost_yes },
    { "/password/lost-no", test_lost_no },
    { "/password/never-answered", test_never_answered },
    { "/password/keyring-fails", test_keyring_fails },
    { "/password/asked-each-time", test_asked_each_time },
    { "/password/not-now", test_not_now },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
