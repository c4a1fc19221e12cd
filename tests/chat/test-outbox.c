/* What goes out: nothing is lost, nothing is sent twice, each conversation in its order. */
#include "chat-test.h"

#include "store-db.h"

static void
go_offline (Chat *chat)
{
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
}

static void
go_online (Chat *chat)
{
  chat_core_try_now (chat->core);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
stanza_out_cb (XmppSession *session, XmppNode *stanza, GString *said)
{
  const char *body = xmpp_node_find_text (stanza, "body", "jabber:client");

  if (body != NULL)
    g_string_append_printf (said, "%s ", body);
}

/* Everything that was said since, by all conversations, as it went out. */
static GString *
listen (Chat *chat)
{
  GString *said = g_string_new (NULL);

  g_signal_connect (chat_account_get_session (chat->account), "stanza-out", G_CALLBACK (stanza_out_cb), said);
  return said;
}

static void
assert_said (Chat *chat, GString *said, const char *expected)
{
  chat_settle (chat);
  g_assert_cmpstr (said->str, ==, expected);
  g_string_truncate (said, 0);
}

static void
test_offline (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (Watch) watch = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  watch = watch_new (timeline);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_settle (chat);
  chat_conversation_send (chat_with (chat, JULIET), "three");
  chat_assert_bodies (timeline, "one two three");
  chat_settle (chat);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_PENDING);

  go_online (chat);
  g_free (chat_expect_body (chat, JULIET, "one"));
  assert_said (chat, said, "one two three ");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_SENT);
  chat_assert_bodies (timeline, "one two three");
}

/* What they say while ours waits stands before it: ours has not been said yet. */
static void
test_waits_behind (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "mine");
  chat_settle (chat);
  chat_core_try_now (chat->core);
  fake_server_login (chat->server, OWN_FULL);
  chat_hear (chat, JULIET "/b", "j1", "hers");
  chat_settle (chat);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);
  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);
}

static void
test_restart (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, NURSE), "other");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_restart (chat);

  chat_load (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "one two");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_PENDING);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  assert_said (chat, said, "one other two ");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_SENT);
}

static void
lose_once_cb (ChatHistory *history, GParamSpec *pspec, Chat *chat)
{
  g_autoptr (GError) lost = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Gone");

  g_signal_handlers_disconnect_by_func (history, lose_once_cb, chat);
  xmpp_session_abort (chat_account_get_session (chat->account), lost);
}

/* The link is lost while what waits is being read: none of it has left, and nobody is asked what became of it. */
static void
test_lost_while_reading (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_restart (chat);

  chat_load (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  g_signal_connect (chat_account_get_history (chat->account), "notify::is-current", G_CALLBACK (lose_once_cb), chat);
  chat_play_login (chat, NULL);
  assert_said (chat, said, "");
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  go_online (chat);
  assert_said (chat, said, "one ");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_SENT);
}

static void
test_too_old (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  ChatMessage *old;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "old");
  base_clock_advance (chat->clock, G_TIME_SPAN_DAY);
  chat_settle (chat);
  chat_new_server (chat);
  base_clock_advance (chat->clock, G_TIME_SPAN_MINUTE);
  chat_settle (chat);
  chat_new_server (chat);
  chat_conversation_send (chat_with (chat, JULIET), "new");
  chat_settle (chat);
  go_online (chat);
  assert_said (chat, said, "new ");

  /* It stands where it waited, behind what was said. */
  chat_assert_bodies (timeline, "new old");
  old = chat_line (timeline, 1);
  g_assert_cmpint (chat_message_get_state (old), ==, STORE_MESSAGE_FAILED);
  g_assert_cmpstr (chat_message_get_error (old), ==, CHAT_MESSAGE_TOO_OLD);

  /* The user says that it is still true. */
  chat_conversation_retry (chat_with (chat, JULIET), old);
  chat_settle (chat);
  assert_said (chat, said, "old ");
  g_assert_cmpint (chat_message_get_state (old), ==, STORE_MESSAGE_SENT);
  g_assert_null (chat_message_get_error (old));
}

static void
test_retry (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  ChatMessage *message;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "first");
  id = chat_expect_body (chat, JULIET, "first");
  chat_conversation_send (chat_with (chat, JULIET), "second");
  chat_settle (chat);
  fake_server_send (chat->server,
                    "<message from='" JULIET "' to='" OWN_FULL "' type='error' id='%s'><error type='wait'>"
                    "<remote-server-timeout xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
                    id);
  chat_settle (chat);
  message = chat_line (timeline, 0);
  g_assert_cmpstr (chat_message_get_error (message), ==, "remote-server-timeout");

  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 1));   /* has not failed */
  chat_conversation_retry (chat_with (chat, JULIET), message);
  again = chat_expect_body (chat, JULIET, "first");
  chat_settle (chat);
  /* Under its old id, so that who got it after all sees it once. */
  g_assert_cmpstr (again, ==, id);
  chat_assert_bodies (timeline, "second first");
  g_assert_true (chat_line (timeline, 1) == message);
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_SENT);

  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "second first");
}

/* Pressed again before the first press is stored. */
static void
test_retry_twice (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "first");
  id = chat_expect_body (chat, JULIET, "first");
  for (guint i = 0; i < 2; i++) {
    assert_said (chat, said, "first ");
    fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN_FULL "' type='error' id='%s'/>", id);
    chat_settle (chat);
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_FAILED);
    chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
    chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
  }
  assert_said (chat, said, "first ");
}

/* Retry while offline waits like any other line. */
static void
test_retry_offline (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *id = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "first");
  id = chat_expect_body (chat, JULIET, "first");
  assert_said (chat, said, "first ");
  fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN_FULL "' type='error' id='%s'/>", id);
  chat_settle (chat);
  g_assert_cmpstr (chat_message_get_error (chat_line (timeline, 0)), ==, "undefined-condition");
  go_offline (chat);
  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
  chat_settle (chat);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_PENDING);
  go_online (chat);
  assert_said (chat, said, "first ");
}

/* A line written in the moment in which the account comes online is sent once. */
static void
test_while_reading (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (GString) expected = g_string_new ("before ");
  g_autoptr (ChatTimeline) timeline = NULL;
  guint n = 0;

  chat_sign_in (chat);
  said = listen (chat);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "before");
  chat_settle (chat);
  chat_core_try_now (chat->core);
  fake_server_login (chat->server, OWN_FULL);
  fake_server_welcome (chat->server, NULL);
  while (n < 20) {
    g_autofree char *text = g_strdup_printf ("%u", n++);

    chat_conversation_send (chat_with (chat, JULIET), text);
    g_string_append_printf (expected, "%s ", text);
    g_main_context_iteration (NULL, FALSE);
  }
  assert_said (chat, said, expected->str);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_SENT);
}

/* One lane stands still because its line is being written; the others do not wait for it. */
static void
test_lanes (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  chat_conversation_send (chat_with (chat, JULIET), "a1");
  chat_conversation_send (chat_with (chat, JULIET), "a2");
  chat_conversation_send (chat_with (chat, NURSE), "b1");
  chat_settle (chat);
  g_assert_true (g_str_equal (said->str, "a1 a2 b1 ") || g_str_equal (said->str, "a1 b1 a2 "));
}

/* The link dies with a line half way out: it is sent again, under its old id. */
static void
test_dies_while_sending (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  said = listen (chat);
  fake_server_hang_up (chat->server);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_settle (chat);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_PENDING);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_PENDING);
  g_string_truncate (said, 0);
  chat_new_server (chat);
  go_online (chat);
  assert_said (chat, said, "one two ");
}

/* The disk is full, or gone: it is said, and the line is still there to be tried again or taken back. */
static void
test_not_stored (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  ChatMessage *message = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  g_assert_true (store_close (chat->store, NULL));
  for (guint i = 0; i < 2; i++) {
    g_test_expect_message ("linnet-parts", G_LOG_LEVEL_MESSAGE, "*could not be stored*");
    if (i == 0)
      chat_conversation_send (chat_with (chat, JULIET), "one");
    else
      chat_conversation_retry (chat_with (chat, JULIET), message);
    message = chat_line (timeline, 0);
    g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_PENDING);
    chat_settle (chat);
    g_test_assert_expected_messages ();
    g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_FAILED);
    g_assert_cmpstr (chat_message_get_error (message), ==, CHAT_MESSAGE_NOT_STORED);
  }
  fake_server_expect_nothing (chat->server);
  chat_conversation_delete (chat_with (chat, JULIET), message);
  chat_assert_bodies (timeline, "");
}

/* There is no room for it: it stays, says why, and goes out once there is. */
static void
test_full (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) said = NULL;
  g_autofree char *line = chat_long_line ("one");
  ChatMessage *message;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "before");
  assert_said (chat, said, "before ");

  chat_set_room (chat, FALSE);
  chat_conversation_send (chat_with (chat, JULIET), line);
  chat_settle (chat);
  g_assert_error (store_get_trouble (chat->store), STORE_ERROR, STORE_ERROR_FULL);
  message = chat_line (timeline, 1);
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_FAILED);
  g_assert_cmpstr (chat_message_get_error (message), ==, CHAT_MESSAGE_NOT_STORED);
  chat_conversation_retry (chat_with (chat, JULIET), message);
  chat_settle (chat);
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_FAILED);
  assert_said (chat, said, "");

  chat_set_room (chat, TRUE);
  chat_conversation_retry (chat_with (chat, JULIET), message);
  chat_settle (chat);
  g_assert_no_error (store_get_trouble (chat->store));
  g_assert_cmpint (chat_message_get_state (message), ==, STORE_MESSAGE_SENT);
  g_assert_null (chat_message_get_error (message));
  g_assert_true (g_str_has_prefix (said->str, "one "));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);

  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);
  g_assert_cmpstr (chat_message_get_body (chat_line (timeline, 1)), ==, line);
}

static gpointer
exec_job (StoreDb *db, gpointer data, GError **error)
{
  store_db_exec (db, data, error);
  return NULL;
}

static void
exec (Chat *chat, const char *sql)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  store_run_async (chat->store, exec_job, (gpointer) sql, NULL, NULL, NULL, fake_result_cb, &result);
  store_run_finish (chat->store, fake_wait (&result), &error);
  g_assert_no_error (error);
}

/* A line went out, and that it did cannot be stored: it is not sent twice, and known to be sent in the end. */
static void
test_untold (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  exec (chat, "CREATE TRIGGER stubborn BEFORE UPDATE ON messages BEGIN SELECT RAISE (ABORT, 'No'); END");
  chat_conversation_send (chat_with (chat, JULIET), "one");
  assert_said (chat, said, "one ");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_PENDING);

  go_offline (chat);
  go_online (chat);
  chat_conversation_send (chat_with (chat, JULIET), "two");
  assert_said (chat, said, "two ");

  exec (chat, "DROP TRIGGER stubborn");
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  assert_said (chat, said, "");
  chat_assert_bodies (timeline, "one two");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 0)), ==, STORE_MESSAGE_SENT);
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 1)), ==, STORE_MESSAGE_SENT);
}

/* The store takes nothing for a while: how far lines have come is told in the order in which it was heard. */
static void
test_ticks_wait (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  exec (chat, "CREATE TRIGGER stubborn BEFORE UPDATE ON messages BEGIN SELECT RAISE (ROLLBACK, 'No'); END");
  chat_conversation_send (chat_with (chat, JULIET), "one");
  assert_said (chat, said, "one ");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_conversation_send (chat_with (chat, JULIET), "three");
  assert_said (chat, said, "two three ");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_PENDING);

  exec (chat, "DROP TRIGGER stubborn");
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  assert_said (chat, said, "");
  chat_assert_bodies (timeline, "one two three");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, STORE_MESSAGE_SENT);
  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "one two three");
}

/* One line that the store does not take holds up no other. */
static void
test_tick_refused (Chat *chat, gconstpointer data)
{
  static const StoreMessageState expected[] = { STORE_MESSAGE_SENT, STORE_MESSAGE_SENT, STORE_MESSAGE_PENDING };
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  timeline = chat_open (chat, JULIET);
  exec (chat, "CREATE TRIGGER stubborn BEFORE UPDATE ON messages WHEN old.body = 'two'"
              " BEGIN SELECT RAISE (ABORT, 'No'); END");
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_conversation_send (chat_with (chat, JULIET), "three");
  assert_said (chat, said, "one two three ");
  chat_assert_bodies (timeline, "one three two");
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (chat_message_get_state (chat_line (timeline, i)), ==, expected[i]);

  exec (chat, "DROP TRIGGER stubborn");
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  assert_said (chat, said, "");
  g_assert_cmpint (chat_message_get_state (chat_line (timeline, 2)), ==, STORE_MESSAGE_SENT);
}

/* What waits cannot be read in the moment in which the account comes online: it is read later. */
static void
test_unreadable (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;

  chat_sign_in (chat);
  said = listen (chat);
  go_offline (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_settle (chat);
  exec (chat, "ALTER TABLE messages RENAME COLUMN asks_receipt TO hidden");
  go_online (chat);
  assert_said (chat, said, "");
  exec (chat, "ALTER TABLE messages RENAME COLUMN hidden TO asks_receipt");
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  assert_said (chat, said, "one ");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/outbox/offline", test_offline },
    { "/outbox/waits-behind", test_waits_behind },
    { "/outbox/restart", test_restart },
    { "/outbox/lost-while-reading", test_lost_while_reading },
    { "/outbox/too-old", test_too_old },
    { "/outbox/retry", test_retry },
    { "/outbox/retry-twice", test_retry_twice },
    { "/outbox/retry/offline", test_retry_offline },
    { "/outbox/while-reading", test_while_reading },
    { "/outbox/lanes", test_lanes },
    { "/outbox/dies-while-sending", test_dies_while_sending },
    { "/outbox/not-stored", test_not_stored },
    { "/outbox/full", test_full },
    { "/outbox/untold", test_untold },
    { "/outbox/ticks-wait", test_ticks_wait },
    { "/outbox/tick-refused", test_tick_refused },
    { "/outbox/unreadable", test_unreadable },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
