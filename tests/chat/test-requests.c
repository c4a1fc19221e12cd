/* Who asks to see us, as a list: order, words, bounds, and every way to leave it. */
#include <string.h>

#include "chat-contact-acts.h"
#include "chat-test.h"

#define BENVOLIO "benvolio@montague.example"
#define PARIS    "paris@verona.example"
#define TYBALT   "tybalt@capulet.example"

static GListModel *
requests (Chat *chat)
{
  return G_LIST_MODEL (chat_core_get_requests (chat->core));
}

static void
test_order (Chat *chat, gconstpointer data)
{
  g_autoptr (Watch) watch = NULL;

  chat_sign_in (chat);
  watch = watch_new (requests (chat));
  chat_hear_request (chat, TYBALT, "Peace? I hate the word");
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_hear_request (chat, "abram@montague.example", NULL);
  chat_assert_requests (chat, "tybalt mercutio abram");
  g_assert_cmpuint (watch_take (watch), ==, 3);

  /* However often they ask, they stand where they are, with their newest words. */
  chat_hear_request (chat, TYBALT "/street", "Turn thee");
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_hear_request (chat, TYBALT, "Turn thee");
  chat_assert_requests (chat, "tybalt mercutio abram");
  g_assert_cmpuint (watch_take (watch), ==, 0);
  g_assert_cmpstr (chat_contact_get_request_text (chat_contact (chat, TYBALT)), ==, "Turn thee");
  g_assert_null (chat_contact_get_request_text (chat_contact (chat, MERCUTIO)));

  chat_contact_refuse (chat_contact (chat, MERCUTIO));
  chat_expect_only (chat, "<presence to='" MERCUTIO "' type='unsubscribed'/>");
  chat_assert_requests (chat, "tybalt abram");
  chat_hear_request (chat, MERCUTIO, "A plague");
  chat_assert_requests (chat, "tybalt abram mercutio");
  chat_contact_allow (chat_contact (chat, TYBALT));
  chat_expect_only (chat, "<presence to='" TYBALT "' type='subscribed'/>");
  chat_assert_requests (chat, "abram mercutio");
  g_assert_null (chat_contact_get_request_text (chat_contact (chat, TYBALT)));
  g_assert_cmpuint (watch_take (watch), ==, 3);

  /* Once is enough. */
  chat_contact_allow (chat_contact (chat, TYBALT));
  fake_server_expect_nothing (chat->server);
}

static void
test_words (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new (NULL);
  const char *shown;

  chat_sign_in (chat);
  chat_hear_request (chat, TYBALT, "  \n\n <b>What</b>,\xe2\x80\xae drawn\xc2\x85%s%n \xe2\x81\xa6 ");
  fake_settle ();
  shown = chat_contact_get_request_text (chat_contact (chat, TYBALT));
  g_assert_true (g_str_has_prefix (shown, "<b>What</b>,"));
  g_assert_null (strstr (shown, "\xe2\x80\xae"));
  g_assert_nonnull (strstr (shown, "%s%n"));

  chat_hear_request (chat, TYBALT, " \n\t ");
  fake_settle ();
  g_assert_null (chat_contact_get_request_text (chat_contact (chat, TYBALT)));

  for (guint i = 0; i < 5000; i++)
    g_string_append (many, "𝄞");
  chat_hear_request (chat, TYBALT, many->str);
  fake_settle ();
  g_assert_cmpint (g_utf8_strlen (chat_contact_get_request_text (chat_contact (chat, TYBALT)), -1), ==, 1000);
}

/* Who they say they are is not who they are. */
static void
test_names (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  fake_server_send (chat->server, "<presence from='" MERCUTIO "' type='subscribe'>"
                                  "<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></presence>");
  chat_assert_requests (chat, "mercutio");
  g_assert_cmpstr (chat_contact_get_name (chat_contact (chat, MERCUTIO)), ==, "mercutio");
  g_assert_null (chat_contact_get_roster_name (chat_contact (chat, MERCUTIO)));

  chat_push (chat, "<item jid='" MERCUTIO "' name=' The &#x202e; friend' subscription='none'/>");
  g_assert_cmpstr (chat_contact_get_roster_name (chat_contact (chat, MERCUTIO)), ==, " The \xe2\x80\xae friend");
  g_assert_null (strstr (chat_contact_get_name (chat_contact (chat, MERCUTIO)), "\xe2\x80\xae"));
  chat_assert_requests (chat, "mercutio");
}

static void
test_bounds (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppJid) last = xmpp_jid_new ("suitor200@verona.example", NULL);

  chat_sign_in (chat);
  for (guint i = 0; i <= CHAT_REQUESTS_MAX; i++) {
    g_autofree char *jid = g_strdup_printf ("suitor%u@verona.example", i);

    chat_hear_request (chat, jid, NULL);
  }
  fake_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (requests (chat)), ==, CHAT_REQUESTS_MAX);
  g_assert_null (chat_account_find_contact (chat->account, last));

  /* Who stands in the list can still change the words, and one who leaves makes room. */
  chat_hear_request (chat, "suitor199@verona.example", "Me");
  fake_settle ();
  g_assert_cmpstr (chat_contact_get_request_text (chat_contact (chat, "suitor199@verona.example")), ==, "Me");
  chat_contact_refuse (chat_contact (chat, "suitor0@verona.example"));
  chat_hear_request (chat, "suitor200@verona.example", NULL);
  fake_settle ();
  g_assert_true (chat_contact_is_asking (chat_contact (chat, "suitor200@verona.example")));
  g_assert_cmpuint (g_list_model_get_n_items (requests (chat)), ==, CHAT_REQUESTS_MAX);
}

/* Strangers without end ask and take it back: there is an end to whom we remember. */
static void
test_flood (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) flood = g_string_new (NULL);
  g_autoptr (XmppJid) last = xmpp_jid_new ("suitor1499@verona.example", NULL);

  chat_sign_in (chat);
  for (guint i = 0; i < 1500; i++)
    g_string_append_printf (flood, "<presence from='suitor%u@verona.example' type='subscribe'/>"
                                   "<presence from='suitor%u@verona.example' type='unsubscribe'/>", i, i);
  fake_server_send (chat->server, "%s", flood->str);
  fake_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (requests (chat)), ==, 0);
  g_assert_null (chat_account_find_contact (chat->account, last));

  /* Whom we know is heard all the same. */
  g_assert_false (chat_contact_is_asking (chat_contact (chat, MERCUTIO)));
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_assert_requests (chat, "mercutio");
}

static void
test_elsewhere (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_hear_request (chat, TYBALT, NULL);
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_hear_request (chat, PARIS, NULL);
  chat_assert_requests (chat, "tybalt mercutio paris");

  /* Another device puts one into the roster, then lets them in; another is let in without being seen. */
  chat_push (chat, "<item jid='" MERCUTIO "' name='Mercutio' subscription='none'/>");
  chat_push (chat, "<item jid='" MERCUTIO "' name='Mercutio' subscription='none' ask='subscribe'/>");
  chat_assert_requests (chat, "tybalt mercutio paris");
  chat_push (chat, "<item jid='" MERCUTIO "' name='Mercutio' subscription='both'/>");
  chat_assert_requests (chat, "tybalt paris");
  chat_push (chat, "<item jid='" TYBALT "' subscription='from'/>");
  chat_assert_requests (chat, "paris");

  /* Only the one who asks can take it back. */
  fake_server_send (chat->server, "<presence from='" TYBALT "' type='unsubscribe'/>");
  fake_server_send (chat->server, "<presence from='" PARIS ".example' type='unsubscribe'/>");
  fake_server_send (chat->server, "<presence from='" PARIS "' type='unsubscribed'/>");
  fake_server_send (chat->server, "<presence from='" PARIS "' type='unavailable'/>");
  chat_assert_requests (chat, "paris");
  fake_server_send (chat->server, "<presence from='" PARIS "/hall' type='unsubscribe'/>");
  chat_assert_requests (chat, "");
  fake_server_expect_nothing (chat->server);
}

/* A question is no reason to say a word: neither that we are here, nor what we are, nor that we have read. */
static void
test_nothing_leaks (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  chat_hear_request (chat, MERCUTIO, "Let me in");
  chat_assert_requests (chat, "mercutio");
  g_assert_false (chat_knows (chat, MERCUTIO));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_conversations (chat->core))), ==, 0);
  fake_server_send (chat->server, "<iq type='get' id='q1' from='" MERCUTIO "/sword'>"
                                  "<query xmlns='jabber:iq:version'/></iq>");
  chat_expect_only (chat, "<iq type='error' id='q1'/>");
  fake_server_send (chat->server, "<message from='" MERCUTIO "/sword' type='chat' id='m1'><body>Good morrow</body>"
                                  "<request xmlns='urn:xmpp:receipts'/>"
                                  "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
  chat_settle (chat);
  g_assert_true (chat_knows (chat, MERCUTIO));
  fake_server_expect_nothing (chat->server);
  chat_assert_requests (chat, "mercutio");
}

/* Online, offline, again */

static void
come_back (Chat *chat)
{
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  fake_server_forget (chat->server);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

static void
test_offline (Chat *chat, gconstpointer data)
{
  ChatContact *mercutio;

  chat_sign_in (chat);
  chat_hear_request (chat, TYBALT, NULL);
  chat_hear_request (chat, MERCUTIO, "Let me in");
  chat_assert_requests (chat, "tybalt mercutio");
  mercutio = chat_contact (chat, MERCUTIO);
  g_assert_true (chat_contact_can_act (mercutio));

  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_requests (chat, "");
  g_assert_false (chat_contact_can_act (mercutio));
  g_assert_null (chat_contact_get_request_text (mercutio));

  /* One was refused on another device meanwhile; for the other the server asks again. */
  chat_new_server (chat);
  chat_account_try_now (chat->account);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  fake_server_forget (chat->server);
  chat_assert_requests (chat, "");
  chat_hear_request (chat, MERCUTIO, "Let me in");
  chat_hear_request (chat, MERCUTIO, "Let me in");
  chat_assert_requests (chat, "mercutio");
  come_back (chat);
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_assert_requests (chat, "mercutio");

  /* And when the user goes. */
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  chat_settle (chat);
  chat_assert_requests (chat, "");
}

static void
test_two_accounts (Chat *chat, gconstpointer data)
{
  g_autoptr (XmppLogin) login = fake_login (BENVOLIO);
  g_autoptr (XmppJid) mercutio = xmpp_jid_new (MERCUTIO, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FakeServer) first = NULL;
  g_autoptr (ChatAccount) benvolio = NULL;
  ChatContact *his;

  chat_sign_in (chat);
  chat_hear_request (chat, MERCUTIO, "Romeo!");
  chat_assert_requests (chat, "mercutio");

  first = g_steal_pointer (&chat->server);
  chat_new_server (chat);
  benvolio = chat_core_prepare_account (chat->core, login, &error);
  g_assert_no_error (error);
  chat_account_sign_in_async (benvolio, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (chat->server, BENVOLIO "/square");
  fake_server_welcome (chat->server, "<query xmlns='jabber:iq:roster'/>");
  g_assert_true (chat_account_sign_in_finish (benvolio, fake_wait (&result), &error));
  chat_settle (chat);
  fake_server_forget (chat->server);

  /* The same person asks two of us; each has an answer of its own. */
  fake_server_send (chat->server, "<presence from='" TYBALT "' to='" BENVOLIO "' type='subscribe'/>");
  fake_server_send (chat->server, "<presence from='" MERCUTIO "' to='" BENVOLIO "' type='subscribe'>"
                                  "<status>Benvolio!</status></presence>");
  chat_assert_requests (chat, "mercutio tybalt mercutio");
  his = chat_account_get_contact (benvolio, mercutio);
  g_assert_true (his != chat_contact (chat, MERCUTIO));
  g_assert_cmpstr (chat_contact_get_request_text (his), ==, "Benvolio!");
  g_assert_cmpstr (chat_contact_get_request_text (chat_contact (chat, MERCUTIO)), ==, "Romeo!");

  chat_contact_allow (his);
  chat_expect_only (chat, "<presence to='" MERCUTIO "' type='subscribed'/>");
  fake_server_expect_nothing (first);
  chat_assert_requests (chat, "mercutio tybalt");

  /* What one has is no longer there when he goes; the other's stays. */
  fake_server_hang_up (first);
  chat_assert_requests (chat, "tybalt");
  fake_server_hang_up (chat->server);
  chat_assert_requests (chat, "");
}

/* An account that is removed takes its questions along. */
static void
test_removed (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Watch) watch = NULL;
  g_autoptr (ChatContact) mercutio = NULL;

  chat_sign_in (chat);
  chat_hear_request (chat, TYBALT, NULL);
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_assert_requests (chat, "tybalt mercutio");
  mercutio = g_object_ref (chat_contact (chat, MERCUTIO));
  watch = watch_new (requests (chat));
  chat_core_remove_account_async (chat->core, chat->account, NULL, fake_result_cb, &result);
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  chat_core_remove_account_finish (chat->core, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_assert_requests (chat, "");
  g_assert_cmpuint (watch_take (watch), ==, 2);
  g_assert_false (chat_contact_is_asking (mercutio));

  /* Whoever still holds one of its people can do nothing about them. */
  g_assert_false (chat_contact_can_act (mercutio));
  chat_contact_allow (mercutio);
  g_assert_false (chat_contact_can_allow_ahead (mercutio));
}

static void
test_killed (Chat *chat, gconstpointer data)
{
  gpointer contact;

  chat_sign_in (chat);
  chat_hear_request (chat, MERCUTIO, NULL);
  chat_assert_requests (chat, "mercutio");
  contact = chat_contact (chat, MERCUTIO);
  g_object_add_weak_pointer (contact, &contact);
  chat_restart (chat);
  chat_load (chat);
  g_assert_null (contact);
  chat_assert_requests (chat, "");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/requests/order", test_order },
    { "/requests/words", test_words },
    { "/requests/names", test_names },
    { "/requests/bounds", test_bounds },
    { "/requests/flood", test_flood },
    { "/requests/elsewhere", test_elsewhere },
    { "/requests/nothing-leaks", test_nothing_leaks },
    { "/requests/offline", test_offline },
    { "/requests/two-accounts", test_two_accounts },
    { "/requests/removed", test_removed },
    { "/requests/killed", test_killed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
