/* What the user does about a contact: added, asked, renamed, removed when the server has agreed, and not before. */
#include "chat-contact-acts.h"
#include "chat-test.h"
#include "xmpp-error.h"

#define PARIS "paris@verona.example"

/* How an act ends. */
typedef gboolean (*Finish) (ChatContact *contact, GAsyncResult *result, GError **error);

static void
finish (Chat *chat, const char *jid, Finish end, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = end (chat_contact (chat, jid), fake_wait (result), &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_clear_object (result);
}

static void
finish_with (Chat *chat, const char *jid, Finish end, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (end (chat_contact (chat, jid), fake_wait (result), &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

/* Adding */

static XmppNode *
begin_add (Chat *chat, const char *jid, GAsyncResult **result)
{
  const char *const groups[] = { "Friends", " Montagues ", "", "Friends", NULL };

  chat_contact_add_async (chat_contact (chat, jid), " Count Paris ", groups, "May I?", TRUE,
                          NULL, fake_result_cb, result);
  return fake_server_expect (chat->server, "<iq type='set'><query xmlns='jabber:iq:roster'><item name='Count Paris'>"
                                           "<group>Friends</group><group>Montagues</group></item></query></iq>");
}

static void
test_add (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *set, *item;
  ChatContact *paris;

  chat_sign_in (chat);
  paris = chat_contact (chat, PARIS);
  set = begin_add (chat, PARIS, &result);
  item = xmpp_node_find (xmpp_node_get_first (set), "item", "jabber:iq:roster");
  g_assert_cmpstr (xmpp_node_get (item, "jid"), ==, PARIS);
  g_assert_null (xmpp_node_get (item, "subscription"));
  g_assert_null (xmpp_node_get (item, "ask"));

  /* Nobody is asked, and nothing is shown, before the server has them. */
  fake_server_expect_nothing (chat->server);
  g_assert_false (chat_contact_is_contact (paris));
  g_assert_null (result);
  fake_server_reply (chat->server, set, NULL);
  finish (chat, PARIS, chat_contact_add_finish, &result);
  chat_expect_only (chat, "<presence to='" PARIS "' type='subscribe'><status>May I?</status></presence>");
  g_assert_false (chat_contact_is_asked (paris));
  chat_push (chat, "<item jid='" PARIS "' name='Count Paris' subscription='none' ask='subscribe'/>");
  g_assert_true (chat_contact_is_asked (paris));
  g_assert_cmpstr (chat_contact_get_name (paris), ==, "Count Paris");
  g_assert_cmpstr (chat_contact_get_roster_name (paris), ==, "Count Paris");

  /* Taking it back. */
  chat_contact_stop_seeing (paris);
  chat_expect_only (chat, "<presence to='" PARIS "' type='unsubscribe'/>");
}

/* The one who asks is answered and asked back. */
static void
test_add_asking (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  chat_sign_in (chat);
  chat_hear_request (chat, PARIS, NULL);
  chat_assert_requests (chat, "paris");
  fake_server_reply (chat->server, begin_add (chat, PARIS, &result), NULL);
  finish (chat, PARIS, chat_contact_add_finish, &result);
  fake_server_expect (chat->server, "<presence to='" PARIS "' type='subscribed'/>");
  chat_expect_only (chat, "<presence to='" PARIS "' type='subscribe'><status>May I?</status></presence>");
  chat_assert_requests (chat, "");
}

/* A server that keeps consent is given it with the question; whom we see need not be asked. */
static void
test_add_ahead (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fake_server_set_features (chat->server, "<sub xmlns='urn:xmpp:features:pre-approval'/>");
  chat_sign_in (chat);
  fake_server_reply (chat->server, begin_add (chat, PARIS, &result), NULL);
  finish (chat, PARIS, chat_contact_add_finish, &result);
  fake_server_expect (chat->server, "<presence to='" PARIS "' type='subscribed'/>");
  chat_expect_only (chat, "<presence to='" PARIS "' type='subscribe'/>");

  fake_server_reply (chat->server, begin_add (chat, JULIET, &result), NULL);
  finish (chat, JULIET, chat_contact_add_finish, &result);
  fake_server_expect_nothing (chat->server);
}

static void
test_add_fails (Chat *chat, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *set;

  chat_sign_in (chat);
  chat_hear_request (chat, PARIS, NULL);
  set = begin_add (chat, PARIS, &result);
  fake_server_reply_error (chat->server, set, "wait", "resource-constraint");
  finish_with (chat, PARIS, chat_contact_add_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT);
  fake_server_expect_nothing (chat->server);
  g_assert_false (chat_contact_is_contact (chat_contact (chat, PARIS)));
  chat_assert_requests (chat, "paris");

  /* Given up while the server thinks: nobody is asked, whatever it says then. */
  chat_contact_add_async (chat_contact (chat, PARIS), NULL, NULL, NULL, TRUE, cancellable, fake_result_cb, &result);
  set = fake_server_expect (chat->server,
                            "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='" PARIS "'/></query></iq>");
  g_cancellable_cancel (cancellable);
  finish_with (chat, PARIS, chat_contact_add_finish, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_server_reply (chat->server, set, NULL);
  fake_settle ();
  fake_server_expect_nothing (chat->server);

  /* The link breaks. */
  begin_add (chat, PARIS, &result);
  fake_server_hang_up (chat->server);
  fake_wait (&result);
  g_assert_false (chat_contact_add_finish (chat_contact (chat, PARIS), result, NULL));
  g_clear_object (&result);

  /* And without one. */
  chat_settle (chat);
  chat_contact_add_async (chat_contact (chat, PARIS), NULL, NULL, NULL, TRUE, NULL, fake_result_cb, &result);
  finish_with (chat, PARIS, chat_contact_add_finish, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  chat_contact_change_async (chat_contact (chat, JULIET), NULL, NULL, NULL, fake_result_cb, &result);
  finish_with (chat, JULIET, chat_contact_change_finish, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  chat_contact_remove_async (chat_contact (chat, JULIET), NULL, fake_result_cb, &result);
  finish_with (chat, JULIET, chat_contact_remove_finish, &result, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  chat_contact_ask (chat_contact (chat, PARIS), NULL);
  chat_contact_allow (chat_contact (chat, PARIS));
  chat_contact_refuse (chat_contact (chat, JULIET));
  chat_contact_stop_seeing (chat_contact (chat, JULIET));
  g_assert_true (chat_contact_sees_us (chat_contact (chat, JULIET)));
}

static void
test_own_address (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  ChatContact *own;

  chat_sign_in (chat);
  own = chat_contact (chat, OWN);
  g_assert_false (chat_contact_can_act (own));
  g_assert_false (chat_contact_can_allow_ahead (own));
  chat_contact_add_async (own, NULL, NULL, NULL, TRUE, NULL, fake_result_cb, &result);
  finish_with (chat, OWN, chat_contact_add_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  chat_contact_remove_async (own, NULL, fake_result_cb, &result);
  finish_with (chat, OWN, chat_contact_remove_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  chat_contact_ask (own, NULL);
  chat_contact_allow (own);
  chat_contact_refuse (own);
  chat_contact_stop_seeing (own);
  fake_server_expect_nothing (chat->server);
  chat_hear_request (chat, OWN "/phone", NULL);
  chat_assert_requests (chat, "");
}

static void
test_bad_names (Chat *chat, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (1023, 'x');
  g_autofree char *too_long = g_strnfill (1024, 'x');
  const char *const bad[] = { too_long, "a\nb", "a\tb", "\x1b[2J", "\x7f", "\xc2\x85", "\xff" };
  g_autoptr (GAsyncResult) result = NULL;
  XmppNode *set;

  chat_sign_in (chat);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char *const groups[] = { "Friends", bad[i], NULL };

    chat_contact_add_async (chat_contact (chat, PARIS), bad[i], NULL, NULL, TRUE, NULL, fake_result_cb, &result);
    finish_with (chat, PARIS, chat_contact_add_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
    chat_contact_add_async (chat_contact (chat, PARIS), "Paris", groups, NULL, TRUE, NULL, fake_result_cb, &result);
    finish_with (chat, PARIS, chat_contact_add_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
    chat_contact_change_async (chat_contact (chat, JULIET), bad[i], NULL, NULL, fake_result_cb, &result);
    finish_with (chat, JULIET, chat_contact_change_finish, &result, XMPP_STANZA_ERROR,
                 XMPP_STANZA_ERROR_NOT_ACCEPTABLE);
    fake_server_expect_nothing (chat->server);
  }
  chat_contact_change_async (chat_contact (chat, JULIET), longest, NULL, NULL, fake_result_cb, &result);
  set = fake_server_expect (chat->server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  fake_server_reply (chat->server, set, NULL);
  finish (chat, JULIET, chat_contact_change_finish, &result);
}

/* Changing and removing */

static void
test_change (Chat *chat, gconstpointer data)
{
  const char *const groups[] = { "Family", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  ChatContact *juliet;
  XmppNode *set, *item;

  chat_sign_in (chat);
  juliet = chat_contact (chat, JULIET);
  chat_contact_change_async (juliet, "My <love>", groups, NULL, fake_result_cb, &result);
  set = fake_server_expect (chat->server, "<iq type='set'><query xmlns='jabber:iq:roster'>"
                                          "<item jid='" JULIET "' name='My &lt;love&gt;'><group>Family</group></item>"
                                          "</query></iq>");
  g_assert_cmpstr (chat_contact_get_name (juliet), ==, "Juliet");
  fake_server_reply_error (chat->server, set, "cancel", "not-allowed");
  finish_with (chat, JULIET, chat_contact_change_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED);
  g_assert_cmpstr (chat_contact_get_name (juliet), ==, "Juliet");
  g_assert_cmpstr (chat_contact_get_groups (juliet)[0], ==, "Capulets");

  chat_contact_change_async (juliet, "My <love>", groups, NULL, fake_result_cb, &result);
  set = fake_server_expect (chat->server, "<iq type='set'/>");
  chat_push (chat, "<item jid='" JULIET "' name='My &lt;love&gt;' subscription='both'><group>Family</group></item>");
  fake_server_reply (chat->server, set, NULL);
  finish (chat, JULIET, chat_contact_change_finish, &result);
  g_assert_cmpstr (chat_contact_get_name (juliet), ==, "My <love>");
  g_assert_cmpstr (chat_contact_get_groups (juliet)[0], ==, "Family");

  /* Without a name and groups. */
  chat_contact_change_async (juliet, NULL, NULL, NULL, fake_result_cb, &result);
  set = fake_server_expect (chat->server, "<iq type='set'/>");
  item = xmpp_node_find (xmpp_node_get_first (set), "item", "jabber:iq:roster");
  g_assert_cmpstr (xmpp_node_get (item, "jid"), ==, JULIET);
  g_assert_null (xmpp_node_get (item, "name"));
  g_assert_null (xmpp_node_get_first (item));
  fake_server_reply (chat->server, set, NULL);
  finish (chat, JULIET, chat_contact_change_finish, &result);

  chat_contact_change_async (chat_contact (chat, MERCUTIO), "Mercutio", NULL, NULL, fake_result_cb, &result);
  finish_with (chat, MERCUTIO, chat_contact_change_finish, &result, XMPP_STANZA_ERROR,
               XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
  fake_server_expect_nothing (chat->server);
}

static void
test_remove (Chat *chat, gconstpointer data)
{
  static const char remove[] = "<iq type='set'><query xmlns='jabber:iq:roster'>"
                               "<item jid='" PARIS "' subscription='remove'/></query></iq>";
  g_autoptr (GAsyncResult) result = NULL;
  ChatContact *paris;
  XmppNode *set;

  chat_sign_in (chat);
  paris = chat_contact (chat, PARIS);
  chat_contact_remove_async (paris, NULL, fake_result_cb, &result);
  finish_with (chat, PARIS, chat_contact_remove_finish, &result, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
  chat_push (chat, "<item jid='" PARIS "' subscription='to'/>");
  chat_hear_presence (chat, PARIS "/hall", "");
  chat_hear_request (chat, PARIS, NULL);
  chat_assert_requests (chat, "paris");
  g_assert_cmpint (chat_contact_get_show (paris), ==, XMPP_SHOW_AVAILABLE);
  fake_server_forget (chat->server);

  chat_contact_remove_async (paris, NULL, fake_result_cb, &result);
  fake_server_reply_error (chat->server, fake_server_expect (chat->server, remove), "wait", "internal-server-error");
  finish_with (chat, PARIS, chat_contact_remove_finish, &result, XMPP_STANZA_ERROR,
               XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR);
  g_assert_true (chat_contact_is_contact (paris));
  g_assert_cmpint (chat_contact_get_show (paris), ==, XMPP_SHOW_AVAILABLE);
  chat_assert_requests (chat, "paris");
  fake_server_expect_nothing (chat->server);

  /* Both sides of it end, the question too. */
  chat_contact_remove_async (paris, NULL, fake_result_cb, &result);
  set = fake_server_expect (chat->server, remove);
  chat_push (chat, "<item jid='" PARIS "' subscription='remove'/>");
  fake_server_reply (chat->server, set, NULL);
  finish (chat, PARIS, chat_contact_remove_finish, &result);
  chat_expect_only (chat, "<presence to='" PARIS "' type='unsubscribed'/>");
  chat_assert_requests (chat, "");
  g_assert_false (chat_contact_is_contact (paris));
  g_assert_cmpint (chat_contact_get_show (paris), ==, XMPP_SHOW_OFFLINE);
  g_assert_false (chat_knows (chat, PARIS));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/acts/add", test_add },
    { "/acts/add/asking", test_add_asking },
    { "/acts/add/ahead", test_add_ahead },
    { "/acts/add/fails", test_add_fails },
    { "/acts/own-address", test_own_address },
    { "/acts/bad-names", test_bad_names },
    { "/acts/change", test_change },
    { "/acts/remove", test_remove },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
