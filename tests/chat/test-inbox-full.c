/* What comes in when nothing can be stored: it waits, unseen and unconfirmed, and nothing is lost or overtaken. */
#include "chat-test.h"

#include "chat-account-private.h"
#include "store-messages.h"

#define SM "urn:xmpp:sm:3"

static void
hear_long (Chat *chat, const char *id)
{
  g_autofree char *line = chat_long_line (id);

  fake_server_send (chat->server,
                    "<message from='" JULIET "/balcony' to='" OWN "' type='chat' id='%s'><body>%s</body>"
                    "<request xmlns='urn:xmpp:receipts'/></message>",
                    id, line);
  chat_settle (chat);
}

static void
assert_words (ChatTimeline *timeline, const char *expected)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    g_string_append_printf (words, "%s%.2s", i > 0 ? " " : "", chat_message_get_body (chat_line (timeline, i)));
  g_assert_cmpstr (words->str, ==, expected);
}

/* The disk is full: what comes in waits, unseen and unconfirmed, until there is room; then it stands in its order. */
static void
test_full (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  hear_long (chat, "j1");
  fake_server_find (chat->server, "<message to='" JULIET "/balcony'><received xmlns='urn:xmpp:receipts' id='j1'/></message>");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);

  chat_set_room (chat, FALSE);
  hear_long (chat, "j2");
  g_assert_error (store_get_trouble (chat->store), STORE_ERROR, STORE_ERROR_FULL);
  /* It would fit, and waits behind what does not. */
  chat_hear (chat, JULIET "/balcony", "j3", "j3");
  hear_long (chat, "j4");
  assert_words (timeline, "j1");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1);
  fake_server_expect_nothing (chat->server);

  base_clock_advance (chat->clock, 30 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  assert_words (timeline, "j1");

  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  assert_words (timeline, "j1 j2 j3 j4");
  g_assert_no_error (store_get_trouble (chat->store));
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 4);
  fake_server_find (chat->server, "<message to='" JULIET "/balcony'><received xmlns='urn:xmpp:receipts' id='j2'/></message>");
  fake_server_find (chat->server, "<message to='" JULIET "/balcony'><received xmlns='urn:xmpp:receipts' id='j4'/></message>");

  hear_long (chat, "j5");
  g_clear_object (&timeline);
  timeline = chat_open (chat, JULIET);
  assert_words (timeline, "j1 j2 j3 j4 j5");
}

/* Whoever writes first shows that there is room again. */
static void
test_room_again (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_set_room (chat, FALSE);
  hear_long (chat, "j1");
  hear_long (chat, "j2");
  assert_words (timeline, "");

  chat_set_room (chat, TRUE);
  chat_conversation_send (chat_with (chat, NURSE), "Is there room?");
  chat_settle (chat);
  chat_settle (chat);
  assert_words (timeline, "j1 j2");
}

/* Somebody sends for ever while the disk is full: there is an end to what is kept. */
static void
test_full_and_flooded (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GString) flood = g_string_new (NULL);

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_set_room (chat, FALSE);
  hear_long (chat, "j0");
  for (guint i = 0; i < 11000; i++)
    g_string_append_printf (flood, "<message from='" JULIET "' to='" OWN "' type='chat' id='m%u'><body>%u</body></message>",
                            i, i);
  fake_server_send (chat->server, "%s", flood->str);
  chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 0);

  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  for (guint i = 0; i < 10; i++)
    chat_settle (chat);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 10000);
  g_assert_cmpstr (chat_conversation_get_last_line (chat_with (chat, JULIET)), ==, "9998");
  /* What was not kept is got over another link. */
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  chat_come_back (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
assert_handled (Chat *chat, const char *h)
{
  g_autofree char *pattern = g_strdup_printf ("<a xmlns='" SM "' h='%s'/>", h);

  fake_server_find (chat->server, pattern);
  g_assert_null (fake_server_look (chat->server, "<a xmlns='" SM "'/>"));
}

/* The server hears that we have a message once it is stored, and not before; one that means nothing we have at once. */
static void
test_held (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *line = chat_long_line ("j2");

  chat_load (chat);
  chat_prepare (chat);
  fake_server_set_features (chat->server, FAKE_SM);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  chat_play_login (chat, ROSTER);
  fake_server_manage (chat->server, "id='s1' resume='true'");
  g_assert_true (chat_account_sign_in_finish (chat->account, fake_wait (&result), NULL));
  chat_settle (chat);
  fake_server_send (chat->server, "<r xmlns='" SM "'/>");
  chat_settle (chat);
  fake_server_forget (chat->server);

  fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN "' type='chat' id='j1'><body>j1</body></message>"
                                  "<message from='" JULIET "' to='" OWN "' type='chat' id='j1'><body>j1</body></message>"
                                  "<message from='" MERCUTIO "' to='" OWN "' type='error' id='j1'/>"
                                  "<r xmlns='" SM "'/>");
  chat_settle (chat);
  assert_handled (chat, "3");

  chat_set_room (chat, FALSE);
  fake_server_send (chat->server,
                    "<message from='" JULIET "' to='" OWN "' type='chat' id='j2'><body>%s</body></message>"
                    "<message from='" JULIET "' to='" OWN "' type='chat' id='j3'><body>j3</body></message>"
                    "<message from='" MERCUTIO "' to='" OWN "' type='error' id='j1'/>"
                    "<r xmlns='" SM "'/>",
                    line);
  chat_settle (chat);
  fake_server_expect_nothing (chat->server);
  base_clock_advance (chat->clock, 5 * G_TIME_SPAN_SECOND);
  assert_handled (chat, "3");

  chat_set_room (chat, TRUE);
  chat_conversation_send (chat_with (chat, NURSE), "Is there room?");
  chat_settle (chat);
  fake_server_find (chat->server, "<a xmlns='" SM "' h='6'/>");
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 3);
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

/* A message that can never be stored and a full disk meet in one job: the first is given up, the others wait. */
static void
test_full_and_refused (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *line = chat_long_line ("j2");

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  exec (chat, "CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN new.body = 'j1'"
              " BEGIN SELECT RAISE (ABORT, 'No'); END");
  chat_set_room (chat, FALSE);
  g_test_expect_message ("linnet-parts", G_LOG_LEVEL_WARNING, "A message could not be stored: No*");
  fake_server_send (chat->server,
                    "<message from='" JULIET "' to='" OWN "' type='chat' id='j1'><body>j1</body></message>"
                    "<message from='" JULIET "' to='" OWN "' type='chat' id='j2'><body>%s</body></message>",
                    line);
  chat_settle (chat);
  g_test_assert_expected_messages ();
  g_assert_error (store_get_trouble (chat->store), STORE_ERROR, STORE_ERROR_FULL);

  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  assert_words (timeline, "j2");
}

static gpointer
hold_job (StoreDb *db, gpointer data, GError **error)
{
  g_mutex_lock (data);
  g_mutex_unlock (data);
  return NULL;
}

static void
hear_long_later (Chat *chat, const char *id)
{
  g_autofree char *line = chat_long_line (id);

  fake_server_send (chat->server, "<message from='" JULIET "' to='" OWN "' type='chat' id='%s'><body>%s</body></message>",
                    id, line);
  fake_settle ();
}

/* The goodbye is said while a job is under way, so that two come back: they wait in the order of the stream. */
static void
test_full_and_closed (Chat *chat, gconstpointer data)
{
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  GMutex writer;

  chat_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  chat_set_room (chat, FALSE);
  g_mutex_init (&writer);
  g_mutex_lock (&writer);
  store_run_async (chat->store, hold_job, &writer, NULL, NULL, NULL, NULL, NULL);
  hear_long_later (chat, "j1");
  hear_long_later (chat, "j2");
  chat_account_close_async (chat->account, NULL, fake_result_cb, &closed);
  fake_server_find (chat->server, "<presence type='unavailable'/>");
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  g_assert_true (chat_account_close_finish (chat->account, fake_wait (&closed), NULL));
  g_mutex_unlock (&writer);
  chat_settle (chat);
  g_mutex_clear (&writer);
  assert_words (timeline, "");

  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  assert_words (timeline, "j1 j2");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/inbox-full/held", test_held },
    { "/inbox-full/waits", test_full },
    { "/inbox-full/room-again", test_room_again },
    { "/inbox-full/flooded", test_full_and_flooded },
    { "/inbox-full/refused", test_full_and_refused },
    { "/inbox-full/closed", test_full_and_closed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
