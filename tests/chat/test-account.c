/* An account on its way online and back: first sign-in, restart, keyring trouble, wrong passwords, dead links. */
#include "chat-test.h"

#include "chat-account-settings.h"
#include "store-accounts.h"
#include "xmpp-error.h"

static gpointer
load_accounts_job (StoreDb *db, gpointer data, GError **error)
{
  return store_accounts_load_rows (db, error);
}

static GPtrArray *
stored_accounts (Chat *chat)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  store_run_async (chat->store, load_accounts_job, NULL, NULL, (GDestroyNotify) g_ptr_array_unref, NULL, fake_result_cb,
                   &result);
  rows = store_run_finish (chat->store, fake_wait (&result), &error);
  g_assert_no_error (error);
  return rows;
}

static guint
count_listed (Chat *chat)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (chat->core)));
}

static void
start_sign_in (Chat *chat, const char *password, GCancellable *cancellable, GAsyncResult **result)
{
  chat_account_sign_in_async (chat->account, password, cancellable, fake_result_cb, result);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
}

static void
end_sign_in (Chat *chat, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = chat_account_sign_in_finish (chat->account, fake_wait (result), &error);

  if (domain != 0)
    g_assert_error (error, domain, code);
  else
    g_assert_no_error (error);
  g_assert_cmpint (ok, ==, domain == 0);
  g_clear_object (result);
}

/* The server's side of a login with a password that it does not take. */
static void
play_refusal (Chat *chat)
{
  g_autofree char *mechanisms = fake_server_mechanisms (chat->server);

  fake_server_set_password (chat->server, "another one");
  fake_server_open (chat->server, mechanisms);
  g_assert_false (fake_server_authenticate (chat->server));
}

/* The server's side of a login up to binding, which has to ask for a resource again. */
static void
play_login_again (Chat *chat)
{
  g_autofree char *mechanisms = fake_server_mechanisms (chat->server);
  XmppNode *bind;

  fake_server_open (chat->server, mechanisms);
  g_assert_true (fake_server_authenticate (chat->server));
  fake_server_open (chat->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
  bind = fake_server_expect (chat->server, "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                                           "<resource>orchard</resource></bind></iq>");
  fake_server_reply (chat->server, bind,
                     "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" OWN_FULL "</jid></bind>");
  chat_settle (chat);
}

static void
test_first_sign_in (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (Watch) watch = watch_new (chat_core_get_accounts (chat->core));
  g_autoptr (XmppLogin) settings = NULL;
  const StoreAccountRow *row;

  chat_load (chat);
  chat_prepare (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_assert_cmpuint (count_listed (chat), ==, 0);

  start_sign_in (chat, FAKE_PASSWORD, NULL, &result);
  g_assert_cmpuint (count_listed (chat), ==, 0);
  chat_play_login (chat, ROSTER);
  end_sign_in (chat, &result, 0, 0);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  g_assert_null (chat_account_get_error (chat->account));
  g_assert_cmpuint (count_listed (chat), ==, 1);
  g_assert_cmpuint (watch_take (watch), ==, 1);

  chat_settle (chat);
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, FAKE_PASSWORD);
  g_assert_null (chat_account_get_secret_error (chat->account));
  settings = chat_account_dup_settings (chat->account);
  g_assert_null (settings->password);
  g_assert_true (settings->scram_seen);

  rows = stored_accounts (chat);
  g_assert_cmpuint (rows->len, ==, 1);
  row = rows->pdata[0];
  g_assert_cmpstr (row->jid, ==, OWN);
  g_assert_cmpstr (row->mechanism, ==, "SCRAM-SHA-512");
  g_assert_true (row->scram_seen);
  g_assert_true (row->enabled);
  g_assert_cmpstr (row->roster_version, ==, "v1");
}

static void
test_first_sign_in_fails (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  chat_load (chat);
  chat_prepare (chat);
  start_sign_in (chat, FAKE_PASSWORD, NULL, &result);
  play_refusal (chat);
  end_sign_in (chat, &result, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);

  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), ==, 0);
  g_assert_cmpuint (count_listed (chat), ==, 0);
  g_assert_null (memory_secrets_get (chat->secrets, OWN));
  rows = stored_accounts (chat);
  g_assert_cmpuint (rows->len, ==, 0);

  /* The page is still open: the next try is on the same account. */
  chat_new_server (chat);
  start_sign_in (chat, FAKE_PASSWORD, NULL, &result);
  chat_play_login (chat, ROSTER);
  end_sign_in (chat, &result, 0, 0);
  g_assert_cmpuint (count_listed (chat), ==, 1);
}

static void
test_first_sign_in_cancelled (Chat *chat, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  chat_load (chat);
  chat_prepare (chat);
  start_sign_in (chat, FAKE_PASSWORD, cancellable, &result);
  fake_server_expect (chat->server, "<stream:stream/>");
  g_cancellable_cancel (cancellable);
  end_sign_in (chat, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_assert_cmpuint (count_listed (chat), ==, 0);

  chat_new_server (chat);
  start_sign_in (chat, FAKE_PASSWORD, NULL, &result);
  chat_play_login (chat, ROSTER);
  end_sign_in (chat, &result, 0, 0);
}

static void
test_keyring_cannot_keep (Chat *chat, gconstpointer data)
{
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_LOCKED);
  chat_sign_in (chat);
  g_assert_cmpuint (count_listed (chat), ==, 1);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);

  /* Until the program ends the password is known all the same. */
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  play_login_again (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
test_exists (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = fake_login (OWN);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) twin = NULL;

  chat_sign_in (chat);
  twin = chat_core_prepare_account (chat->core, login, &error);
  g_assert_null (twin);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
test_restart (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_restart (chat);
  chat_load (chat);
  g_assert_nonnull (chat->account);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
sign_in_again (Chat *chat, FakeScram behaviour)
{
  chat_restart (chat);
  chat_load (chat);
  fake_server_set_scram (chat->server, behaviour, 4096);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
count_cb (guint *count)
{
  ++*count;
}

/* A sign-in that is no longer bound to its channel is said until the user knows why, or the server proves that nobody
 * has taken it out of its offer. */
static void
test_exposed (Chat *chat, gconstpointer data)
{
  guint told = 0;

  chat_sign_in (chat);
  g_assert_false (chat_account_is_exposed (chat->account));
  chat_set_bound (chat);
  for (guint i = 0; i < 2; i++) {
    sign_in_again (chat, FAKE_SCRAM_HONEST);
    g_assert_true (chat_account_is_exposed (chat->account));
  }
  g_signal_connect_swapped (chat->account, "notify::connection", G_CALLBACK (count_cb), &told);
  chat_account_accept_exposure (chat->account);
  chat_settle (chat);
  g_assert_cmpuint (told, ==, 1);
  g_assert_false (chat_account_is_exposed (chat->account));
  sign_in_again (chat, FAKE_SCRAM_HONEST);
  g_assert_false (chat_account_is_exposed (chat->account));

  chat_set_bound (chat);
  sign_in_again (chat, FAKE_SCRAM_SIGNED_OFFER);
  g_assert_false (chat_account_is_exposed (chat->account));
  sign_in_again (chat, FAKE_SCRAM_HONEST);
  g_assert_false (chat_account_is_exposed (chat->account));

  /* While offline there is nothing to be exposed. */
  chat_set_bound (chat);
  sign_in_again (chat, FAKE_SCRAM_HONEST);
  g_assert_true (chat_account_is_exposed (chat->account));
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  g_assert_false (chat_account_is_exposed (chat->account));
}

/* What was used once is what the next login may not fall below, even after a restart. */
static void
test_downgrade (Chat *chat, gconstpointer data)
{
  g_autofree char *mechanisms = NULL;

  chat_sign_in (chat);
  chat_restart (chat);
  chat_load (chat);
  fake_server_set_mechanisms (chat->server, "PLAIN");
  mechanisms = fake_server_mechanisms (chat->server);
  fake_server_open (chat->server, mechanisms);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE);
}

static void
test_no_password (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  memory_secrets_set (chat->secrets, OWN, NULL);
  chat_restart (chat);
  chat_load (chat);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD);
  g_assert_null (chat_account_get_secret_error (chat->account));

  start_sign_in (chat, FAKE_PASSWORD, NULL, &result);
  chat_play_login (chat, NULL);
  end_sign_in (chat, &result, 0, 0);
  chat_settle (chat);
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, FAKE_PASSWORD);
  g_assert_cmpuint (count_listed (chat), ==, 1);
}

static void
test_keyring_cannot_give (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  memory_secrets_break (chat->secrets, DESKTOP_SECRETS_ERROR_ABSENT);
  chat_restart (chat);
  chat_load (chat);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  g_assert_error (chat_account_get_secret_error (chat->account), DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);

  memory_secrets_fail (chat->secrets, NULL);
  chat_account_try_now (chat->account);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  g_assert_null (chat_account_get_secret_error (chat->account));
}

static void
test_wrong_password (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  chat_restart (chat);
  chat_load (chat);
  play_refusal (chat);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);
  base_clock_advance (chat->clock, G_TIME_SPAN_DAY);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);

  /* A wrong one again: it is told, and the account stays listed. */
  chat_new_server (chat);
  start_sign_in (chat, "guess", NULL, &result);
  play_refusal (chat);
  end_sign_in (chat, &result, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_cmpuint (count_listed (chat), ==, 1);
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, FAKE_PASSWORD);

  chat_new_server (chat);
  fake_server_set_password (chat->server, "new");
  start_sign_in (chat, "new", NULL, &result);
  chat_play_login (chat, NULL);
  end_sign_in (chat, &result, 0, 0);
  chat_settle (chat);
  g_assert_cmpstr (memory_secrets_get (chat->secrets, OWN), ==, "new");
}

static void
test_link_dies (Chat *chat, gconstpointer data)
{
  gint64 now = base_clock_monotonic (chat->clock);

  chat_sign_in (chat);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_nonnull (chat_account_get_error (chat->account));
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), >, now);

  chat_new_server (chat);
  base_clock_advance (chat->clock, chat_account_get_next_attempt (chat->account) - base_clock_monotonic (chat->clock));
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), ==, 0);
  play_login_again (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  g_assert_null (chat_account_get_error (chat->account));
}

static void
test_try_now (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);

  /* The server is up but dies at once: it waits again. */
  chat_new_server (chat);
  chat_core_try_now (chat->core);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  fake_server_expect (chat->server, "<stream:stream/>");
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), !=, 0);

  chat_new_server (chat);
  chat_core_try_now (chat->core);
  play_login_again (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

#define BIND "<iq type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"

static void
sign_in_up_to_bind (Chat *chat)
{
  g_autofree char *mechanisms = fake_server_mechanisms (chat->server);

  fake_server_open (chat->server, mechanisms);
  g_assert_true (fake_server_authenticate (chat->server));
  fake_server_open (chat->server, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
}

static void
test_conflict (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  fake_server_send (chat->server, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                  "</stream:stream>");
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_error (chat_account_get_error (chat->account), XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);

  /* Whoever has the resource now keeps it: the server gives another one. */
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  sign_in_up_to_bind (chat);
  g_assert_null (xmpp_node_find (xmpp_node_get_first (fake_server_expect (chat->server, BIND)), "resource", NULL));
}

static void
test_offline (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect (chat->server, "<presence type='unavailable'/>");
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  fake_server_expect_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  g_assert_null (chat_account_get_error (chat->account));

  chat_new_server (chat);
  base_clock_advance (chat->clock, G_TIME_SPAN_HOUR);
  fake_server_expect_nothing (chat->server);

  chat_core_set_presence (chat->core, XMPP_SHOW_AWAY, "at the ball");
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  fake_server_login (chat->server, OWN_FULL);
  fake_server_welcome (chat->server, NULL);
  fake_server_find (chat->server, "<presence><show>away</show><status>at the ball</status></presence>");
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);

  chat_core_set_presence (chat->core, XMPP_SHOW_DND, NULL);
  fake_server_find (chat->server, "<presence><show>dnd</show></presence>");
}

/* Changed one's mind while the goodbye was being said. */
static void
test_offline_and_back (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect_end (chat->server);
  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  fake_server_end (chat->server);
  fake_server_expect_hang_up (chat->server);

  /* The account goes on to the server that it reached before, which is not there any more, and waits for the next. */
  chat_settle (chat);
  chat_new_server (chat);
  chat_core_try_now (chat->core);
  play_login_again (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
test_offline_while_connecting (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_restart (chat);
  chat_load (chat);
  fake_server_expect (chat->server, "<stream:stream/>");
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  chat_settle (chat);
  base_clock_advance (chat->clock, G_TIME_SPAN_HOUR);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
}

static void
test_close (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_sign_in (chat);
  chat_hear (chat, JULIET "/balcony", "j1", "Wait!");
  chat_core_close_async (chat->core, NULL, fake_result_cb, &result);
  fake_server_find (chat->server, "<presence type='unavailable'/>");
  chat_hear (chat, JULIET "/balcony", "j2", "Good night!");
  fake_server_end (chat->server);
  g_assert_true (chat_core_close_finish (chat->core, fake_wait (&result), &error));
  g_assert_no_error (error);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  /* Now the store may be closed: even what was said into the goodbye is in it. */
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "Good night!");
  g_clear_object (&result);

  chat_restart (chat);
  chat_load (chat);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "Good night!");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/account/first-sign-in", test_first_sign_in },
    { "/account/first-sign-in/fails", test_first_sign_in_fails },
    { "/account/first-sign-in/cancelled", test_first_sign_in_cancelled },
    { "/account/keyring/cannot-keep", test_keyring_cannot_keep },
    { "/account/keyring/cannot-give", test_keyring_cannot_give },
    { "/account/exists", test_exists },
    { "/account/restart", test_restart },
    { "/account/exposed", test_exposed },
    { "/account/downgrade", test_downgrade },
    { "/account/no-password", test_no_password },
    { "/account/wrong-password", test_wrong_password },
    { "/account/link-dies", test_link_dies },
    { "/account/try-now", test_try_now },
    { "/account/conflict", test_conflict },
    { "/account/offline", test_offline },
    { "/account/offline/and-back", test_offline_and_back },
    { "/account/offline/while-connecting", test_offline_while_connecting },
    { "/account/close", test_close },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
