/* The small structs of the vocabulary: message, roster entry, login. */
#include <string.h>

#include "xmpp-error.h"
#include "xmpp-login.h"
#include "xmpp-message.h"
#include "xmpp-roster-item.h"

static void
test_message (void)
{
  g_autoptr (XmppMessage) message = xmpp_message_new ();
  g_autoptr (XmppMessage) same = g_boxed_copy (XMPP_TYPE_MESSAGE, message);

  g_assert_true (same == message);
  g_assert_cmpint (message->type, ==, XMPP_MESSAGE_NORMAL);
  g_assert_cmpint (message->act, ==, XMPP_ACT_SAY);
  g_assert_cmpint (message->typing, ==, XMPP_TYPING_UNCHANGED);

  /* All that it owns goes with it; the leak checker looks. */
  message->from = xmpp_jid_new ("romeo@montague.example/orchard", NULL);
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  message->id = g_strdup ("1");
  message->origin_id = g_strdup ("2");
  message->archive_id = g_strdup ("3");
  message->body = g_strdup ("But soft!");
  message->subject = g_strdup ("light");
  message->thread = g_strdup ("4");
  message->lang = g_strdup ("en");
  message->target.id = g_strdup ("5");
  message->values = g_strsplit ("a,b", ",", -1);
  message->error = g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_GONE, "gone");
}

static void
test_message_types (void)
{
  for (XmppMessageType type = XMPP_MESSAGE_NORMAL; type <= XMPP_MESSAGE_ERROR; type++)
    g_assert_cmpint (xmpp_message_type_from_name (xmpp_message_type_name (type)), ==, type);

  g_assert_cmpstr (xmpp_message_type_name (XMPP_MESSAGE_GROUPCHAT), ==, "groupchat");
  g_assert_cmpint (xmpp_message_type_from_name (NULL), ==, XMPP_MESSAGE_NORMAL);
  g_assert_cmpint (xmpp_message_type_from_name (""), ==, XMPP_MESSAGE_NORMAL);
  g_assert_cmpint (xmpp_message_type_from_name ("Chat"), ==, XMPP_MESSAGE_NORMAL);
}

static void
test_roster_item (void)
{
  static const char *const groups[] = { "Family", "", "Friends", "Family", "family", NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("nurse@capulet.example/x", NULL);
  g_autoptr (XmppRosterItem) item = xmpp_roster_item_new (jid, "Nurse", XMPP_SUBSCRIPTION_BOTH, TRUE, FALSE, groups);
  g_autoptr (XmppRosterItem) plain = xmpp_roster_item_new (jid, "", XMPP_SUBSCRIPTION_NONE, FALSE, TRUE, NULL);
  g_autoptr (XmppRosterItem) same = g_boxed_copy (XMPP_TYPE_ROSTER_ITEM, item);
  g_autofree char *joined = g_strjoinv ("|", item->groups);

  g_assert_true (same == item);
  g_assert_cmpstr (xmpp_jid_get_text (item->jid), ==, "nurse@capulet.example");
  g_assert_cmpstr (item->name, ==, "Nurse");
  g_assert_cmpstr (joined, ==, "Family|Friends|family");
  g_assert_true (item->ask && !item->approved);
  g_assert_null (plain->name);
  g_assert_nonnull (plain->groups);
  g_assert_null (plain->groups[0]);
  g_assert_true (!plain->ask && plain->approved);
}

static void
test_subscriptions (void)
{
  for (XmppSubscription subscription = XMPP_SUBSCRIPTION_NONE; subscription <= XMPP_SUBSCRIPTION_REMOVE; subscription++)
    g_assert_cmpint (xmpp_subscription_from_name (xmpp_subscription_name (subscription)), ==, subscription);

  g_assert_cmpint (xmpp_subscription_from_name (NULL), ==, XMPP_SUBSCRIPTION_NONE);
  g_assert_cmpint (xmpp_subscription_from_name ("mutual"), ==, XMPP_SUBSCRIPTION_NONE);
}

static void
test_login (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("romeo@montague.example/orchard", NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, "pencil");
  g_autoptr (XmppLogin) copy = NULL;
  g_autoptr (XmppLogin) without = xmpp_login_new (jid, NULL);
  g_autoptr (XmppLogin) copy_without = xmpp_login_copy (without);

  login->resource = g_strdup ("orchard");
  login->host = g_strdup ("xmpp.montague.example");
  login->port = 5223;
  login->security = XMPP_SECURITY_DIRECT_TLS;
  login->scram_seen = login->bound_seen = TRUE;
  copy = xmpp_login_copy (login);
  memset (login->password, 'x', strlen (login->password));

  g_assert_cmpstr (xmpp_jid_get_text (copy->jid), ==, "romeo@montague.example");
  g_assert_cmpstr (copy->password, ==, "pencil");
  g_assert_cmpstr (copy->resource, ==, "orchard");
  g_assert_cmpstr (copy->host, ==, "xmpp.montague.example");
  g_assert_cmpuint (copy->port, ==, 5223);
  g_assert_cmpint (copy->security, ==, XMPP_SECURITY_DIRECT_TLS);
  g_assert_true (copy->scram_seen && copy->bound_seen);
  g_assert_null (copy->trust);
  g_assert_null (copy_without->password);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/message", test_message);
  g_test_add_func ("/message/types", test_message_types);
  g_test_add_func ("/message/roster-item", test_roster_item);
  g_test_add_func ("/message/subscriptions", test_subscriptions);
  g_test_add_func ("/message/login", test_login);

  return g_test_run ();
}
