/* The window over the store: paging both ways with exact edges, and never more than it may hold. */
#include "chat-test.h"

#include "store-accounts.h"
#include "store-conversations.h"

#define STORED 1000

/* Puts 1,000 lines into the conversation with Juliet, as an earlier run of the program would have left them. */
static gpointer
fill_job (StoreDb *db, gpointer data, GError **error)
{
  gint64 conversation = store_conversations_find_rows (db, 1, CHAT_KIND_PERSON, JULIET, error);

  for (guint i = 0; i < STORED; i++) {
    g_autofree char *body = g_strdup_printf ("%u", i);
    StoreMessageRow row = { .conversation = conversation, .sender = (char *) JULIET, .sent_at = NOW, .body = body };

    g_assert_true (store_messages_insert_rows (db, &row, NULL, error));
  }
  g_assert_true (store_conversations_read_rows (db, conversation, G_MAXINT64, error));
  return NULL;
}

static void
fill (Chat *chat)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  store_run_async (chat->store, fill_job, NULL, NULL, NULL, NULL, fake_result_cb, &result);
  fake_wait (&result);
  g_clear_object (&result);
  chat_restart (chat);
  chat_load (chat);
  chat_play_login (chat, NULL);
  chat_settle (chat);
}

static void
assert_window (ChatTimeline *timeline, guint first, guint last)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (timeline));

  g_assert_cmpuint (n, ==, last - first + 1);
  g_assert_cmpuint (n, <=, CHAT_TIMELINE_MAX);
  for (guint i = 0; i < n; i++) {
    g_autofree char *body = g_strdup_printf ("%u", first + i);

    g_assert_cmpstr (chat_message_get_body (chat_line (timeline, i)), ==, body);
  }
  g_assert_cmpint (chat_timeline_get_at_start (timeline), ==, first == 0);
}

static void
test_paging (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;
  guint first = STORED - CHAT_TIMELINE_PAGE, last = STORED - 1;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  watch = watch_new (timeline);
  assert_window (timeline, first, last);
  g_assert_true (chat_timeline_get_at_end (timeline));

  while (first > 0) {
    chat_timeline_load_older (timeline);
    g_assert_true (chat_timeline_get_loading (timeline));
    chat_timeline_load_older (timeline);
    chat_timeline_load_newer (timeline);
    chat_settle (chat);
    first -= CHAT_TIMELINE_PAGE;
    last = MIN (last, first + CHAT_TIMELINE_MAX - 1);
    assert_window (timeline, first, last);
    g_assert_cmpint (chat_timeline_get_at_end (timeline), ==, last == STORED - 1);
    /* One for the page, one for what had to go at the other end. */
    g_assert_cmpuint (watch_take (watch), ==, first + CHAT_TIMELINE_MAX < STORED ? 2 : 1);
  }
  chat_timeline_load_older (timeline);
  g_assert_false (chat_timeline_get_loading (timeline));

  while (last < STORED - 1) {
    chat_timeline_load_newer (timeline);
    chat_settle (chat);
    last += CHAT_TIMELINE_PAGE;
    first = last - CHAT_TIMELINE_MAX + 1;
    assert_window (timeline, first, last);
    g_assert_cmpint (chat_timeline_get_at_end (timeline), ==, last == STORED - 1);
    g_assert_cmpuint (watch_take (watch), ==, 2);
  }
  chat_timeline_load_newer (timeline);
  g_assert_false (chat_timeline_get_loading (timeline));
}

/* Away from the end, new lines do not come in; on the way back they are found in the store. */
static void
test_away_from_end (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 4; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  assert_window (timeline, 750, 949);
  g_assert_false (chat_timeline_get_at_end (timeline));

  watch = watch_new (timeline);
  chat_hear (chat, JULIET "/b", "n1", "1000");
  chat_settle (chat);
  g_assert_cmpuint (watch_take (watch), ==, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);

  chat_timeline_load_newer (timeline);
  chat_hear (chat, JULIET "/b", "n2", "1001");
  chat_settle (chat);
  chat_timeline_load_newer (timeline);
  chat_settle (chat);
  assert_window (timeline, 802, 1001);
  g_assert_true (chat_timeline_get_at_end (timeline));
  chat_hear (chat, JULIET "/b", "n3", "1002");
  chat_settle (chat);
  assert_window (timeline, 803, 1002);
}

static void
test_jump (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 10; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  assert_window (timeline, 450, 649);
  watch = watch_new (timeline);

  /* A page that is on its way when the user jumps is not wanted any more, and what is said on the way is not lost. */
  chat_timeline_load_older (timeline);
  chat_timeline_jump_to_end (timeline);
  chat_hear (chat, JULIET "/b", "n1", "1000");
  chat_settle (chat);
  assert_window (timeline, 950, 1000);
  g_assert_cmpuint (watch_take (watch), <=, 2);
  g_assert_true (chat_timeline_get_at_end (timeline));
  chat_timeline_jump_to_end (timeline);
  g_assert_false (chat_timeline_get_loading (timeline));
}

/* Who says something sees it, wherever the window was. */
static void
test_send_from_afar (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 10; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  chat_conversation_send (chat_with (chat, JULIET), "1000");
  chat_conversation_send (chat_with (chat, JULIET), "1001");
  chat_settle (chat);
  assert_window (timeline, 950, 1001);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 51)), ==, STORE_MESSAGE_SENT);
}

/* The live end moves on: each new line pushes the oldest out. */
static void
test_live_end (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 3; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  assert_window (timeline, 800, 999);
  watch = watch_new (timeline);
  for (guint i = 0; i < 10; i++) {
    g_autofree char *text = g_strdup_printf ("%u", STORED + i);

    chat_hear (chat, JULIET "/b", text, text);
    chat_settle (chat);
    assert_window (timeline, 801 + i, STORED + i);
    g_assert_cmpuint (watch_take (watch), ==, 2);
  }
  g_assert_false (chat_timeline_get_at_start (timeline));
}

/* Who reads further up is left alone: a full window stays where it is, and is not at the end any more. */
static void
test_not_following (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  fill (chat);
  timeline = chat_open (chat, JULIET);
  chat_timeline_set_following (timeline, FALSE);
  chat_hear (chat, JULIET "/b", "1", "1000");
  chat_settle (chat);
  assert_window (timeline, 950, 1000);
  g_assert_true (chat_timeline_get_at_end (timeline));
  for (guint i = 0; i < 3; i++) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  assert_window (timeline, 800, 999);
  g_assert_false (chat_timeline_get_at_end (timeline));
  chat_timeline_load_newer (timeline);
  chat_settle (chat);
  assert_window (timeline, 801, 1000);
  g_assert_true (chat_timeline_get_at_end (timeline));

  watch = watch_new (timeline);
  chat_hear (chat, JULIET "/b", "2", "1001");
  chat_settle (chat);
  assert_window (timeline, 801, 1000);
  g_assert_cmpuint (watch_take (watch), ==, 0);
  g_assert_false (chat_timeline_get_at_end (timeline));
  chat_timeline_load_newer (timeline);
  chat_settle (chat);
  assert_window (timeline, 802, 1001);

  /* Saying something is going there. */
  chat_conversation_send (chat_with (chat, JULIET), "1002");
  assert_window (timeline, 803, 1002);
}

/* More lines wait to be sent than the window holds. */
static void
test_many_pending (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  watch = watch_new (timeline);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  for (guint i = 0; i < CHAT_TIMELINE_MAX + 50; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);

    chat_conversation_send (chat_with (chat, JULIET), text);
  }
  assert_window (timeline, 50, 249);
  chat_settle (chat);
  assert_window (timeline, 50, 249);

  chat_new_server (chat);
  chat_core_try_now (chat->core);
  chat_play_login (chat, NULL);
  chat_hear (chat, NURSE "/h", "1", "x");
  chat_settle (chat);
  assert_window (timeline, 50, 249);
  for (guint i = 0; i < CHAT_TIMELINE_MAX; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_SENT);
  while (!chat_timeline_get_at_start (timeline)) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  assert_window (timeline, 0, 199);
}

static void
test_dropped_while_loading (Chat *chat, gconstpointer data)
{
  ChatTimeline *timeline;

  fill (chat);
  timeline = chat_conversation_dup_timeline (chat_with (chat, JULIET));
  g_assert_true (chat_timeline_get_loading (timeline));
  g_object_add_weak_pointer (G_OBJECT (timeline), (gpointer *) &timeline);
  g_object_unref (timeline);
  chat_settle (chat);
  g_assert_null (timeline);
  g_assert_null (chat_conversation_get_timeline (chat_with (chat, JULIET)));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/timeline/paging", test_paging },
    { "/timeline/away-from-end", test_away_from_end },
    { "/timeline/jump", test_jump },
    { "/timeline/send-from-afar", test_send_from_afar },
    { "/timeline/live-end", test_live_end },
    { "/timeline/not-following", test_not_following },
    { "/timeline/many-pending", test_many_pending },
    { "/timeline/dropped-while-loading", test_dropped_while_loading },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
