/* Catching up when something is in the way: archives that forget or mislead, kills, a full disk, lost links. */
#include "chat-archive.h"

#include "chat-account-private.h"
#include "xep-0313-mam.h"

#define QUERY ARCHIVE_QUERY

/* The archive no longer knows what it is asked by: there is always a way that ends. */
static void
test_expired (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 1);
  archive_deliver (sync->archive, chat, 0);
  archive_fill (sync->archive, 1, 400);
  archive_come_back (chat);
  g_assert_true (archive_answer (sync->archive, chat));
  /* 351 is what the next page is to end before. */
  archive_forget (sync->archive, 360);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), <=, 4);
  sync_assert_gaps (chat, 0);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 351, 50);
}

static void
reply_page (Chat *chat, XmppNode *query, const char *items, const char *fin)
{
  const char *id = xmpp_node_get (xmpp_node_find (query, "query", "urn:xmpp:mam:2"), "queryid");

  if (*items != '\0')
    fake_server_send (chat->server,
                      "<message from='" OWN "' to='" OWN_FULL "'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='%s'>"
                      "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" JULIET "/b'"
                      " to='" OWN "' type='chat' id='%s'><body>%s</body></message></forwarded></result></message>",
                      id, items, items, items);
  fake_server_reply (chat->server, query, fin);
  chat_settle (chat);
}

/* Servers that never come to an end: the same page, no page, a circle. */
static void
test_endless (Sync *sync, gconstpointer data)
{
#define FIN(set) "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>" set "</set></fin>"
  static const struct {
    const char *pages[4][2];
  } servers[] = {
    { { { "a", FIN ("<first>a</first><last>a</last>") }, { "a", FIN ("<first>a</first><last>a</last>") } } },
    { { { "", FIN ("") } } },
    { { { "", "<fin xmlns='urn:xmpp:mam:2'/>" } } },
    { { { "b", FIN ("<first>b</first><last>b</last>") },
        { "c", FIN ("<first>c</first><last>c</last>") },
        { "b", FIN ("<first>b</first><last>b</last>") } } },
  };
#undef FIN
  Chat *chat = &sync->chat;

  archive_sign_in (chat);
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++) {
    for (guint j = 0; j < 4 && servers[i].pages[j][0] != NULL; j++)
      reply_page (chat, fake_server_find (chat->server, QUERY), servers[i].pages[j][0], servers[i].pages[j][1]);
    g_assert_null (fake_server_look (chat->server, QUERY));
    sync_assert_gaps (chat, 0);
    sync_assert_history (chat, CHAT_HISTORY_IDLE);
    archive_come_back (chat);
  }
}

/* Nobody answers, or says no: it waits, and tries again after a while. */
static void
test_refused (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  archive_fill (sync->archive, 0, 10);
  archive_sign_in (chat);
  fake_server_reply_error (chat->server, fake_server_find (chat->server, QUERY), "wait", "resource-constraint");
  chat_settle (chat);
  sync_assert_history (chat, CHAT_HISTORY_WAITING);
  g_assert_null (fake_server_look (chat->server, QUERY));
  base_clock_advance (chat->clock, 5 * G_TIME_SPAN_SECOND);
  fake_server_reply_error (chat->server, fake_server_find (chat->server, QUERY), "cancel", "item-not-found");
  chat_settle (chat);
  sync_assert_history (chat, CHAT_HISTORY_WAITING);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  archive_answer (sync->archive, chat);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  timeline = chat_open (chat, JULIET);
  sync_assert_numbers (timeline, 0, 10);
}

/* No archive: nothing is asked, and no gap is left behind. It may come later. */
static void
test_absent (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  archive_sign_in (chat);
  sync_assert_history (chat, CHAT_HISTORY_ABSENT);
  sync_assert_gaps (chat, 0);
  timeline = chat_open (chat, JULIET);
  chat_hear (chat, JULIET "/balcony", "m5", "5");
  chat_settle (chat);
  g_assert_false (chat_timeline_has_gap (timeline, 0));
  g_assert_null (fake_server_look (chat->server, QUERY));
  chat_lose_link (chat);
  sync_assert_history (chat, CHAT_HISTORY_ABSENT);

  archive_fill (sync->archive, 0, 8);
  fake_server_set_abilities (chat->server, ARCHIVE_ABILITIES);
  chat_play_login (chat, NULL);
  archive_answer_all (sync->archive, chat);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_numbers (timeline, 0, 8);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), >=, 1);
}

/* The program is killed between two pages, and between a page and its storing. */
static void
test_killed (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_set_max (sync->archive, 7);
  archive_fill (sync->archive, 0, 100);
  archive_come_back (chat);
  for (guint i = 0; i < 10; i++) {
    archive_answer (sync->archive, chat);
    if (i % 2 == 0) {
      /* This page has come, and is on its way to the store. */
      archive_reply (sync->archive, chat, fake_server_find (chat->server, QUERY));
      fake_settle ();
    }
    archive_fill (sync->archive, 100 + i * 3, 3);
    chat_restart (chat);
    chat_load (chat);
    chat_play_login (chat, NULL);
    chat_settle (chat);
  }
  archive_answer_all (sync->archive, chat);
  sync_assert_gaps (chat, 0);
  timeline = chat_open (chat, JULIET);
  while (!chat_timeline_get_at_start (timeline)) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  sync_assert_numbers (timeline, 0, 130);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 130);
}

/* The disk is full while pages come: one waits, none is asked for, and nothing is lost. */
static void
test_full (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_set_max (sync->archive, 3);
  for (guint i = 0; i < 12; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_autofree char *body = chat_long_line (number);

    archive_add (sync->archive, JULIET "/b", OWN, number, body);
  }
  archive_come_back (chat);
  chat_set_room (chat, FALSE);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 2);
  sync_assert_history (chat, CHAT_HISTORY_WAITING);
  g_assert_false (chat_knows (chat, JULIET));
  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  archive_answer_all (sync->archive, chat);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (chat, 0);
  timeline = chat_open (chat, JULIET);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 12);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpuint (g_ascii_strtoull (chat_message_get_body (chat_line (timeline, i)), NULL, 10), ==, i);
}

static gpointer
wait_job (StoreDb *db, gpointer data, GError **error)
{
  g_mutex_lock (data);
  g_mutex_unlock (data);
  return NULL;
}

/* A page of the last session cannot be stored, which is known when the next one has begun: that one goes on. */
static void
test_full_between (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (GAsyncResult) waited = NULL;
  GMutex busy;

  sync_begin (sync);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_autofree char *body = chat_long_line (number);

    archive_add (sync->archive, JULIET "/b", OWN, number, body);
  }
  archive_come_back (chat);
  chat_set_room (chat, FALSE);
  g_mutex_init (&busy);
  g_mutex_lock (&busy);
  store_run_async (chat->store, wait_job, &busy, NULL, NULL, NULL, fake_result_cb, &waited);
  archive_reply (sync->archive, chat, fake_server_find (chat->server, QUERY));
  fake_settle ();
  fake_server_hang_up (chat->server);
  fake_settle ();
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  chat_play_login (chat, NULL);
  fake_settle ();
  g_mutex_unlock (&busy);
  fake_wait (&waited);
  chat_settle (chat);
  sync_assert_gaps (chat, 1);
  g_assert_false (chat_knows (chat, JULIET));

  chat_set_room (chat, TRUE);
  base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 1);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (chat, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 3);
  g_mutex_clear (&busy);
}

/* The server's side of a session that can be resumed. */
static void
play_managed_login (Chat *chat)
{
  fake_server_set_features (chat->server, FAKE_SM);
  chat_play_login (chat, NULL);
  fake_server_manage (chat->server, "id='s1' resume='true' max='300'");
  chat_settle (chat);
}

static void
lose_managed_link (Chat *chat)
{
  chat_lose_link (chat);
  fake_server_set_features (chat->server, FAKE_SM);
}

/* The link is lost while a page is on its way, and the session goes on: so does reading, without a new gap. */
static void
test_resumed (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 100);
  chat_lose_link (chat);
  play_managed_login (chat);
  g_assert_true (archive_answer (sync->archive, chat));
  sync_assert_history (chat, CHAT_HISTORY_READING);

  lose_managed_link (chat);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (chat, 1);
  archive_fill (sync->archive, 100, 1);
  fake_server_reopen (chat->server);
  fake_server_send (chat->server, "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>");
  archive_deliver (sync->archive, chat, 100);
  chat_settle (chat);
  sync_assert_history (chat, CHAT_HISTORY_READING);
  sync_assert_gaps (chat, 1);
  /* Everything is asked again that the server says it has not heard, the first page too. */
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 2);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  timeline = chat_open (chat, JULIET);
  while (!chat_timeline_get_at_start (timeline)) {
    chat_timeline_load_older (timeline);
    chat_settle (chat);
  }
  sync_assert_numbers (timeline, 0, 101);
}

/* … or it cannot go on: what is left and what was said since are read, the newest first. */
static void
test_not_resumed (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 100);
  chat_lose_link (chat);
  play_managed_login (chat);
  timeline = chat_open (chat, JULIET);
  g_assert_true (archive_answer (sync->archive, chat));
  lose_managed_link (chat);
  archive_fill (sync->archive, 100, 30);
  fake_server_reopen (chat->server);
  fake_server_send (chat->server, "<failed xmlns='urn:xmpp:sm:3'>"
                                  "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
  fake_server_bind (chat->server, OWN_FULL);
  archive_fill (sync->archive, 130, 1);
  archive_deliver (sync->archive, chat, 130);
  fake_server_welcome (chat->server, NULL);
  chat_settle (chat);
  sync_assert_gaps (chat, 2);
  g_assert_cmpuint (archive_answer_all (sync->archive, chat), ==, 2);
  sync_assert_gaps (chat, 0);
  sync_assert_numbers (timeline, 0, 131);
}

/* Texts so long that a page of them is too long to be taken: smaller pages are asked for. */
static void
test_long_texts (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  guint n = 0;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 120);
  archive_come_back (chat);
  while (n < 20) {
    XmppNode *query = fake_server_look (chat->server, QUERY);
    const XmppNode *set = query != NULL ? xmpp_node_find (xmpp_node_find (query, "query", "urn:xmpp:mam:2"), "set",
                                                          "http://jabber.org/protocol/rsm") : NULL;

    if (query == NULL)
      break;
    if (g_ascii_strtoull (xmpp_node_find_text (set, "max", NULL), NULL, 10) > 30)
      fake_server_reply_error (chat->server, query, "modify", "policy-violation");
    else
      archive_reply (sync->archive, chat, query);
    chat_settle (chat);
    n++;
  }
  g_assert_cmpuint (n, <, 20);
  sync_assert_gaps (chat, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 120);
}

/* Servers that send more than they were asked for: what does not fit comes with the next page, and there is an end. */
static void
test_too_much (Sync *sync, gconstpointer data)
{
  Chat *chat = &sync->chat;
  guint n;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 1000);
  archive_set_min (sync->archive, 400);
  archive_come_back (chat);
  n = archive_answer_all (sync->archive, chat);
  g_assert_cmpuint (n, >=, 1000 / XMPP_MAM_PAGE_MAX);
  g_assert_cmpuint (n, <=, 1000 / XMPP_MAM_PAGE_MAX + 1);
  sync_assert_gaps (chat, 0);
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 1000);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Sync *, gconstpointer);
    const char *abilities;
  } tests[] = {
    { "/sync-trouble/expired", test_expired, ARCHIVE_ABILITIES },
    { "/sync-trouble/expired/plain", test_expired, ARCHIVE_PLAIN },
    { "/sync-trouble/endless", test_endless, ARCHIVE_ABILITIES },
    { "/sync-trouble/refused", test_refused, ARCHIVE_ABILITIES },
    { "/sync-trouble/absent", test_absent, "urn:xmpp:sid:0" },
    { "/sync-trouble/killed", test_killed, ARCHIVE_ABILITIES },
    { "/sync-trouble/killed/plain", test_killed, ARCHIVE_PLAIN },
    { "/sync-trouble/full", test_full, ARCHIVE_ABILITIES },
    { "/sync-trouble/full/between", test_full_between, ARCHIVE_ABILITIES },
    { "/sync-trouble/resumed", test_resumed, ARCHIVE_ABILITIES },
    { "/sync-trouble/not-resumed", test_not_resumed, ARCHIVE_ABILITIES },
    { "/sync-trouble/long-texts", test_long_texts, ARCHIVE_ABILITIES },
    { "/sync-trouble/too-much", test_too_much, ARCHIVE_ABILITIES },
    { "/sync-trouble/too-much/plain", test_too_much, ARCHIVE_PLAIN },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Sync, tests[i].abilities, sync_set_up, tests[i].test, sync_tear_down);
  return g_test_run ();
}
