/* Lines whose stream died before the server confirmed them: the archive says what became of them, or nobody does. */
#include "settle-fixture.h"

#include "store-db.h"

/* What the archive has is SENT, what it has not goes out again under its old id, in its order, and what is written
 * meanwhile comes after it. Another conversation does not wait for any of this. */
static void
test_archive (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *again = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  two = settle_say (chat, JULIET, "two");
  said = settle_start_again (chat, NS_MAM);
  timeline = chat_open (chat, JULIET);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  chat_conversation_send (chat_with (chat, JULIET), "three");
  chat_conversation_send (chat_with (chat, NURSE), "other");
  settle_assert_said (chat, said, "other ");

  question = settle_find_question (chat, JULIET);
  g_assert_cmpstr (settle_before_of (question), ==, "");
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET, one);
  settle_end_page (chat, question, "a1", TRUE);
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
  settle_assert_said (chat, said, "");
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "two three ");
  again = chat_expect_body (chat, JULIET, "two");
  g_assert_cmpstr (again, ==, two);
  chat_assert_bodies (timeline, "one two three");
  for (guint i = 0; i < 3; i++)
    settle_assert_line (timeline, i, STORE_MESSAGE_SENT, NULL);
}

/* All of it is there: nobody is asked what the archive keeps. */
static void
test_all_there (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  said = settle_start_again (chat, NS_MAM);
  timeline = chat_open (chat, JULIET);
  question = settle_find_question (chat, JULIET);
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET "/balcony", one);
  settle_end_page (chat, question, "a1", FALSE);
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
  g_assert_null (fake_server_look (chat->server, "<iq type='get'><prefs xmlns='" NS_MAM "'/></iq>"));
  chat_conversation_send (chat_with (chat, JULIET), "two");
  settle_assert_said (chat, said, "two ");
}

/* Nobody knows: the user is told, and decides. */
static void
test_no_archive (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  g_autofree char *again = NULL;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  said = settle_start_again (chat, "urn:xmpp:ping");
  timeline = chat_open (chat, JULIET);
  settle_assert_line (timeline, 0, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
  chat_conversation_send (chat_with (chat, JULIET), "two");
  settle_assert_said (chat, said, "two ");

  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 1));
  settle_assert_said (chat, said, "one ");
  again = chat_expect_body (chat, JULIET, "one");
  g_assert_cmpstr (again, ==, one);
  chat_assert_bodies (timeline, "two one");
  settle_assert_line (timeline, 1, STORE_MESSAGE_SENT, NULL);
}

/* Retry while offline is a decision too, which is not asked for again when we are back. */
static void
test_retry_offline (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  settle_sign_in (chat);
  g_free (settle_say (chat, JULIET, "one"));
  said = settle_start_again (chat, "urn:xmpp:ping");
  timeline = chat_open (chat, JULIET);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
  chat_settle (chat);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  chat_play_login (chat, NULL);
  settle_assert_said (chat, said, "one ");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
}

static void
test_delete (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  settle_sign_in (chat);
  g_free (settle_say (chat, JULIET, "one"));
  said = settle_start_again (chat, "urn:xmpp:ping");
  timeline = chat_open (chat, JULIET);
  chat_conversation_delete (chat_with (chat, JULIET), chat_line (timeline, 0));
  chat_settle (chat);
  chat_assert_bodies (timeline, "");
  settle_assert_said (chat, said, "");
}

/* The link goes while the archive is asked: that decides nothing, and is asked again. */
static void
test_link_lost (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  said = settle_start_again (chat, NS_MAM);
  timeline = chat_open (chat, JULIET);
  settle_find_question (chat, JULIET);
  chat_conversation_send (chat_with (chat, JULIET), "two");
  chat_lose_link (chat);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  fake_server_set_abilities (chat->server, NS_MAM);
  chat_play_login (chat, NULL);
  settle_catch_up (chat);
  settle_assert_said (chat, said, "");
  question = settle_find_question (chat, JULIET);
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET, one);
  settle_end_page (chat, question, "a1", TRUE);
  settle_assert_said (chat, said, "two ");
  chat_assert_bodies (timeline, "one two");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
}

/* The link goes and comes back, in the same session: what was asked is asked anew, and only the new answer counts. */
static void
test_resumed (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  chat_restart (chat);
  fake_server_set_features (chat->server, SETTLE_FEATURES);
  fake_server_set_abilities (chat->server, NS_MAM);
  chat_load (chat);
  said = settle_listen (chat);
  chat_play_login (chat, NULL);
  fake_server_manage (chat->server, "id='s2' resume='true'");
  settle_catch_up (chat);
  timeline = chat_open (chat, JULIET);
  settle_find_question (chat, JULIET);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  fake_server_set_features (chat->server, SETTLE_FEATURES);
  chat_account_try_now (chat->account);
  fake_server_reopen (chat->server);
  fake_server_send (chat->server, "<resumed xmlns='" NS_SM "' previd='s2' h='0'/>");
  chat_settle (chat);
  question = settle_find_question (chat, JULIET);   /* the session says the first one again */
  fake_server_reply_error (chat->server, question, "wait", "internal-server-error");
  question = settle_find_question (chat, JULIET);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET, one);
  settle_end_page (chat, question, "a1", TRUE);
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
  settle_assert_said (chat, said, "");
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

/* It was confirmed, which could not be stored any more: it is found out again, and not sent again. */
static void
test_killed_after_ack (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  chat_sign_in (chat);
  exec (chat, "CREATE TRIGGER stubborn BEFORE UPDATE ON messages BEGIN SELECT RAISE (ABORT, 'No'); END");
  one = settle_say (chat, JULIET, "one");
  chat_restart (chat);
  exec (chat, "DROP TRIGGER stubborn");
  fake_server_set_abilities (chat->server, NS_MAM);
  chat_load (chat);
  said = settle_listen (chat);
  chat_play_login (chat, NULL);
  settle_catch_up (chat);
  timeline = chat_open (chat, JULIET);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  question = settle_find_question (chat, JULIET);
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET, one);
  settle_end_page (chat, question, "a1", TRUE);
  settle_assert_said (chat, said, "");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
}

/* It was stored and never written: what the archive does not have is sent, once. */
static void
test_killed_before_write (Chat *chat, gconstpointer data)
{
  g_autoptr (FakeServer) first = NULL;
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  settle_sign_in (chat);
  first = g_steal_pointer (&chat->server);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  chat_restart (chat);
  fake_server_expect_hang_up (first);
  g_assert_null (fake_server_look (first, "<message><body/></message>"));
  fake_server_set_abilities (chat->server, NS_MAM);
  chat_load (chat);
  said = settle_listen (chat);
  chat_play_login (chat, NULL);
  settle_catch_up (chat);
  timeline = chat_open (chat, JULIET);
  chat_assert_bodies (timeline, "one");
  settle_end_page (chat, settle_find_question (chat, JULIET), NULL, TRUE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "one ");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
}

/* What was never tried needs no archive. */
static void
test_certain (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;

  settle_sign_in (chat);
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  said = settle_start_again (chat, NS_MAM);
  settle_assert_said (chat, said, "one ");
}

/* One conversation is settled after the other, and each goes on as soon as it is. */
static void
test_many (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  g_free (settle_say (chat, JULIET, "a1"));
  g_free (settle_say (chat, NURSE, "b1"));
  g_free (settle_say (chat, JULIET, "a2"));
  said = settle_start_again (chat, NS_MAM);
  chat_conversation_send (chat_with (chat, MERCUTIO), "c1");
  settle_assert_said (chat, said, "c1 ");
  question = settle_find_question (chat, JULIET);
  g_assert_null (fake_server_look (chat->server, "<iq type='set'><query xmlns='" NS_MAM "'><x xmlns='jabber:x:data'>"
                                                 "<field var='with'/></x></query></iq>"));
  settle_end_page (chat, question, NULL, TRUE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "a1 a2 ");
  settle_end_page (chat, settle_find_question (chat, NURSE), NULL, TRUE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "b1 ");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/settle/archive", test_archive },
    { "/settle/all-there", test_all_there },
    { "/settle/no-archive", test_no_archive },
    { "/settle/retry-offline", test_retry_offline },
    { "/settle/delete", test_delete },
    { "/settle/link-lost", test_link_lost },
    { "/settle/resumed", test_resumed },
    { "/settle/killed/after-ack", test_killed_after_ack },
    { "/settle/killed/before-write", test_killed_before_write },
    { "/settle/certain", test_certain },
    { "/settle/many", test_many },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
