/* The wall clock is set while one talks: nothing hurries, nothing stands still, and lines stay in their order. */
#include "chat-test.h"

/* Sets the clock, and sees to it that nobody is moved by that. */
static void
jump (Chat *chat, gint64 by)
{
  base_clock_jump (chat->clock, by);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
say (Chat *chat, const char *body)
{
  chat_conversation_send (chat_with (chat, JULIET), body);
  g_free (chat_expect_body (chat, JULIET, body));
  chat_settle (chat);
}

static void
test_back_and_forth (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_hear (chat, JULIET "/balcony", "j1", "1");
  chat_settle (chat);
  say (chat, "2");

  jump (chat, -G_TIME_SPAN_DAY);
  chat_expect_nothing (chat);
  chat_hear (chat, JULIET "/balcony", "j3", "3");
  chat_settle (chat);
  say (chat, "4");

  jump (chat, 2 * G_TIME_SPAN_DAY);
  chat_expect_nothing (chat);
  chat_hear (chat, JULIET "/balcony", "j5", "5");
  chat_settle (chat);
  say (chat, "6");

  chat_assert_bodies (timeline, "1 2 3 4 5 6");
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 1)), ==, NOW);
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 2)), ==, NOW - G_TIME_SPAN_DAY);
  g_assert_cmpint (chat_message_get_sent_at (chat_line (timeline, 5)), ==, NOW + G_TIME_SPAN_DAY);
  for (guint i = 1; i < 6; i += 2)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_SENT);

  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "1 2 3 4 5 6");
}

/* When to try again is counted, not read from the wall. */
static void
test_waiting (Chat *chat, gconstpointer data)
{
  static const gint64 jumps[] = { -G_TIME_SPAN_DAY, 400 * G_TIME_SPAN_DAY };

  chat_sign_in (chat);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++) {
    gint64 left;

    fake_server_hang_up (chat->server);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
    chat_new_server (chat);
    left = chat_account_get_next_attempt (chat->account) - base_clock_monotonic (chat->clock);
    g_assert_cmpint (left, >, 0);

    base_clock_jump (chat->clock, jumps[i]);
    base_clock_advance (chat->clock, left - 1);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
    base_clock_advance (chat->clock, 1);
    chat_play_login (chat, NULL);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  }
}

/* A line that seems to wait for too long is not lost by that: it says so, and can be tried again. */
static void
test_pending (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_new_server (chat);
  chat_conversation_send (chat_with (chat, JULIET), "later");
  chat_settle (chat);
  base_clock_jump (chat->clock, 2 * G_TIME_SPAN_DAY);
  chat_conversation_send (chat_with (chat, JULIET), "now");
  chat_settle (chat);
  base_clock_jump (chat->clock, -10 * G_TIME_SPAN_DAY);
  chat_core_try_now (chat->core);
  chat_play_login (chat, NULL);
  g_free (chat_expect_body (chat, JULIET, "later"));
  g_free (chat_expect_body (chat, JULIET, "now"));
  chat_settle (chat);
  chat_assert_bodies (timeline, "later now");

  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_new_server (chat);
  chat_conversation_send (chat_with (chat, JULIET), "much later");
  chat_settle (chat);
  base_clock_jump (chat->clock, 400 * G_TIME_SPAN_DAY);
  chat_core_try_now (chat->core);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 2)), ==, STORE_MESSAGE_FAILED);
  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 2));
  g_free (chat_expect_body (chat, JULIET, "much later"));
  chat_settle (chat);
  chat_assert_bodies (timeline, "later now much later");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/jumps/back-and-forth", test_back_and_forth },
    { "/jumps/waiting", test_waiting },
    { "/jumps/pending", test_pending },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
