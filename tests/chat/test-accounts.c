/* Three accounts on two servers at once: what belongs to which, their order, presence for all and for one. */
#include "three-accounts.h"

#include "chat-account-settings.h"

static void
test_at_once (Three *self, gconstpointer data)
{
  three_add_all (self);
  three_assert_order (self, "romeo benvolio tybalt");
  three_hear (self, THREE_ROMEO, JULIET, "1", "Romeo?");
  three_hear (self, THREE_BENVOLIO, JULIET, "1", "Where is he?");
  three_hear (self, THREE_TYBALT, JULIET, "1", "Peace, cousin");

  /* The same person is somebody else for each account. */
  g_assert_cmpuint (three_count (chat_core_get_conversations (self->chat.core)), ==, 3);
  g_assert_cmpstr (chat_conversation_get_last_line (three_talk (self, THREE_ROMEO, JULIET)), ==, "Romeo?");
  g_assert_cmpstr (chat_conversation_get_last_line (three_talk (self, THREE_BENVOLIO, JULIET)), ==, "Where is he?");
  g_assert_cmpstr (chat_conversation_get_last_line (three_talk (self, THREE_TYBALT, JULIET)), ==, "Peace, cousin");

  chat_conversation_send (three_talk (self, THREE_TYBALT, JULIET), "I hate the word");
  chat_settle (&self->chat);
  fake_server_expect (self->servers[THREE_TYBALT], "<message to='" JULIET "'><body>I hate the word</body></message>");
  fake_server_expect_nothing (self->servers[THREE_ROMEO]);
  fake_server_expect_nothing (self->servers[THREE_BENVOLIO]);

  /* One server dies; the others do not care. */
  fake_server_hang_up (self->servers[THREE_BENVOLIO]);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_ONLINE);

  three_restart (self);
  three_assert_order (self, "romeo benvolio tybalt");
  for (guint i = 0; i < THREE_N; i++)
    three_play_login (self, THREE_N - 1 - i, "<presence/>");
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE);
  g_assert_cmpstr (chat_conversation_get_last_line (three_talk (self, THREE_TYBALT, JULIET)), ==, "I hate the word");
  g_assert_cmpstr (chat_conversation_get_last_line (three_talk (self, THREE_ROMEO, JULIET)), ==, "Romeo?");
}

static void
test_order (Three *self, gconstpointer data)
{
  g_autoptr (Watch) watch = watch_new (three_accounts (self));

  three_add_all (self);
  g_assert_cmpuint (watch_take (watch), ==, 3);
  chat_accounts_move (three_accounts (self), three_account (self, THREE_TYBALT), 0);
  three_assert_order (self, "tybalt romeo benvolio");
  g_assert_cmpuint (watch_take (watch), ==, 1);
  chat_accounts_move (three_accounts (self), three_account (self, THREE_TYBALT), 1);
  three_assert_order (self, "romeo tybalt benvolio");
  chat_accounts_move (three_accounts (self), three_account (self, THREE_ROMEO), 99);
  three_assert_order (self, "tybalt benvolio romeo");
  g_assert_cmpuint (watch_take (watch), ==, 2);
  chat_accounts_move (three_accounts (self), three_account (self, THREE_ROMEO), 2);
  g_assert_cmpuint (watch_take (watch), ==, 0);

  /* What an account stores by itself does not undo the order. */
  chat_account_set_name (three_account (self, THREE_ROMEO), "Home");
  g_clear_pointer (&watch, watch_free);
  three_restart (self);
  three_assert_order (self, "tybalt benvolio romeo");
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_default (Three *self, gconstpointer data)
{
  guint n = 0;

  g_signal_connect_swapped (three_accounts (self), "notify::default", G_CALLBACK (count_cb), &n);
  g_assert_null (chat_accounts_get_default (three_accounts (self)));
  three_add_all (self);
  g_assert_true (chat_accounts_get_default (three_accounts (self)) == three_account (self, THREE_ROMEO));
  g_assert_cmpuint (n, ==, 1);

  /* Nothing was chosen: the first that is enabled. */
  chat_account_set_enabled (three_account (self, THREE_ROMEO), FALSE);
  g_assert_true (chat_accounts_get_default (three_accounts (self)) == three_account (self, THREE_BENVOLIO));
  g_assert_cmpuint (n, ==, 2);
  three_play_goodbye (self, THREE_ROMEO);

  chat_accounts_set_default (three_accounts (self), three_account (self, THREE_TYBALT));
  g_assert_true (chat_accounts_get_default (three_accounts (self)) == three_account (self, THREE_TYBALT));
  chat_accounts_set_default (three_accounts (self), three_account (self, THREE_ROMEO));
  chat_accounts_set_default (three_accounts (self), three_account (self, THREE_TYBALT));
  g_assert_cmpuint (n, ==, 5);
  chat_account_set_name (three_account (self, THREE_ROMEO), "Home");
  three_restart (self);
  g_assert_true (chat_accounts_get_default (three_accounts (self)) == three_account (self, THREE_TYBALT));
}

static void
test_colours (Three *self, gconstpointer data)
{
  g_autoptr (XmppLogin) login = fake_login ("abram@montague.example");
  g_autoptr (ChatAccount) prepared = NULL;

  three_add_all (self);
  for (guint i = 0; i < THREE_N; i++)
    g_assert_cmpuint (chat_account_get_colour (three_account (self, i)), ==, i);
  chat_account_set_colour (three_account (self, THREE_BENVOLIO), 7);
  prepared = chat_core_prepare_account (self->chat.core, login, NULL);
  g_assert_cmpuint (chat_account_get_colour (prepared), ==, 1);
  three_restart (self);
  g_assert_cmpuint (chat_account_get_colour (three_account (self, THREE_BENVOLIO)), ==, 7);
}

static void
test_presence_of_one (Three *self, gconstpointer data)
{
  three_add_all (self);
  chat_account_set_presence (three_account (self, THREE_BENVOLIO), XMPP_SHOW_DND, "in the grove");
  fake_server_expect (self->servers[THREE_BENVOLIO], "<presence><show>dnd</show><status>in the grove</status></presence>");
  chat_account_set_presence (three_account (self, THREE_TYBALT), XMPP_SHOW_OFFLINE, NULL);
  three_play_goodbye (self, THREE_TYBALT);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_OFFLINE);
  fake_server_expect_nothing (self->servers[THREE_ROMEO]);
  g_assert_cmpint (chat_account_get_show (three_account (self, THREE_BENVOLIO)), ==, XMPP_SHOW_DND);
  g_assert_cmpint (chat_core_get_show (self->chat.core), ==, XMPP_SHOW_AVAILABLE);

  /* It is kept: the one is offline and stays so, the other is as it was. */
  three_restart (self);
  three_play_login (self, THREE_ROMEO, "<presence/>");
  three_play_login (self, THREE_BENVOLIO, "<presence><show>dnd</show><status>in the grove</status></presence>");
  base_clock_advance (self->chat.clock, 30 * G_TIME_SPAN_SECOND);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_OFFLINE);
  fake_server_expect_nothing (self->servers[THREE_TYBALT]);

  /* One for all ends that, also for the next start. */
  fake_server_forget (self->servers[THREE_BENVOLIO]);
  chat_core_set_presence (self->chat.core, XMPP_SHOW_AWAY, NULL);
  fake_server_find (self->servers[THREE_BENVOLIO], "<presence><show>away</show></presence>");
  three_play_login (self, THREE_TYBALT, "<presence><show>away</show></presence>");
  three_restart (self);
  for (guint i = 0; i < THREE_N; i++)
    three_play_login (self, i, "<presence/>");
}

/* Also the one that is connecting, the one that waits, and the one that is stuck. */
static void
test_offline_everywhere (Three *self, gconstpointer data)
{
  three_add_all (self);
  fake_server_hang_up (self->servers[THREE_BENVOLIO]);
  fake_server_hang_up (self->servers[THREE_TYBALT]);
  chat_settle (&self->chat);
  three_open_server (self, THREE_TYBALT);
  chat_account_try_now (three_account (self, THREE_TYBALT));
  fake_server_expect (self->servers[THREE_TYBALT], "<stream:stream/>");
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_CONNECTING);

  chat_core_set_presence (self->chat.core, XMPP_SHOW_OFFLINE, NULL);
  three_play_goodbye (self, THREE_ROMEO);
  three_assert_states (self, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_OFFLINE);
  for (guint i = 0; i < THREE_N; i++)
    three_open_server (self, i);
  base_clock_advance (self->chat.clock, G_TIME_SPAN_DAY);
  three_assert_states (self, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_OFFLINE);
  for (guint i = 0; i < THREE_N; i++)
    fake_server_expect_nothing (self->servers[i]);

  /* One alone comes back. */
  chat_account_set_presence (three_account (self, THREE_BENVOLIO), XMPP_SHOW_CHAT, NULL);
  three_play_login (self, THREE_BENVOLIO, "<presence><show>chat</show></presence>");
  three_assert_states (self, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_OFFLINE);
}

static void
test_enabled (Three *self, gconstpointer data)
{
  three_add_all (self);
  chat_account_set_enabled (three_account (self, THREE_TYBALT), FALSE);
  three_play_goodbye (self, THREE_TYBALT);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_OFFLINE);
  three_open_server (self, THREE_TYBALT);
  chat_core_set_presence (self->chat.core, XMPP_SHOW_AWAY, "at the ball");
  chat_account_set_presence (three_account (self, THREE_TYBALT), XMPP_SHOW_CHAT, NULL);
  chat_core_try_now (self->chat.core);
  chat_account_try_now (three_account (self, THREE_TYBALT));
  base_clock_advance (self->chat.clock, 30 * G_TIME_SPAN_SECOND);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_OFFLINE);

  three_restart (self);
  three_play_login (self, THREE_ROMEO, "<presence/>");
  g_assert_false (chat_account_get_enabled (three_account (self, THREE_TYBALT)));
  fake_server_expect_nothing (self->servers[THREE_TYBALT]);

  /* Enabled again it follows all the others. */
  chat_core_set_presence (self->chat.core, XMPP_SHOW_AWAY, "at the ball");
  chat_account_set_enabled (three_account (self, THREE_TYBALT), TRUE);
  three_play_login (self, THREE_TYBALT, "<presence><show>away</show><status>at the ball</status></presence>");
  g_assert_cmpint (chat_account_get_state (three_account (self, THREE_TYBALT)), ==, CHAT_ACCOUNT_ONLINE);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Three *, gconstpointer);
  } tests[] = {
    { "/accounts/at-once", test_at_once },
    { "/accounts/order", test_order },
    { "/accounts/default", test_default },
    { "/accounts/colours", test_colours },
    { "/accounts/presence/of-one", test_presence_of_one },
    { "/accounts/presence/offline-everywhere", test_offline_everywhere },
    { "/accounts/enabled", test_enabled },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Three, NULL, three_set_up, tests[i].test, three_tear_down);
  return g_test_run ();
}
