/* What is shown of an account's server: all that it says, or as much as it does, and nothing of what others say. */
#include "chat-test.h"

#include "chat-server-info.h"
#include "xmpp-iq.h"

#define SERVER "montague.example"
#define INFO "http://jabber.org/protocol/disco#info"
#define DISCO "<query xmlns='" INFO "'/>"
#define PING "<ping xmlns='urn:xmpp:ping'/>"
#define VERSION "<query xmlns='jabber:iq:version'/>"

static XmppNode *
find (Chat *chat, const char *to, const char *question)
{
  g_autofree char *pattern = g_strdup_printf ("<iq type='get' to='%s'>%s</iq>", to, question);

  return fake_server_find (chat->server, pattern);
}

static void
refuse (Chat *chat, const char *to, const char *question)
{
  fake_server_reply_error (chat->server, find (chat, to, question), "cancel", "service-unavailable");
}

static ChatServerInfo *
finish (Chat *chat, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  ChatServerInfo *info = chat_server_info_finish (chat->account, fake_wait (result), &error);

  g_assert_no_error (error);
  return info;
}

static void
assert_features (ChatServerInfo *info, const char *features)
{
  g_autofree char *joined = g_strjoinv (" ", info->features);

  g_assert_cmpstr (joined, ==, features);
}

static void
test_whole (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatServerInfo) info = NULL;
  XmppNode *ping;

  chat_sign_in (chat);
  chat_server_info_async (chat->account, NULL, fake_result_cb, &result);
  ping = find (chat, SERVER, PING);
  base_clock_advance (chat->clock, 42 * G_TIME_SPAN_MILLISECOND);
  fake_server_reply (chat->server, ping, NULL);
  fake_server_reply (chat->server, find (chat, SERVER, VERSION),
                     "<query xmlns='jabber:iq:version'><name>Pro\342\200\256sody</name><version>0.12.3</version>"
                     "<os>Linux</os></query>");
  fake_server_reply (chat->server, find (chat, OWN, DISCO),
                     "<query xmlns='" INFO "'><identity category='account' type='registered'/>"
                     "<feature var='urn:xmpp:mam:2'/><feature var='" INFO "'/></query>");
  fake_settle ();
  g_assert_null (result);
  fake_server_reply (chat->server, find (chat, SERVER, DISCO),
                     "<query xmlns='" INFO "'><identity category='server' type='im'/>"
                     "<feature var='urn:xmpp:ping'/><feature var='" INFO "'/>"
                     "<feature var='a\342\200\256b&#10;c'/></query>");
  info = finish (chat, &result);
  g_assert_cmpstr (info->software, ==, "Prosody 0.12.3");
  g_assert_cmpint (info->round_trip, ==, 42 * G_TIME_SPAN_MILLISECOND);
  assert_features (info, "ab c " INFO " urn:xmpp:mam:2 urn:xmpp:ping");
}

static void
test_partial (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatServerInfo) info = NULL;

  chat_sign_in (chat);
  chat_server_info_async (chat->account, NULL, fake_result_cb, &result);
  refuse (chat, SERVER, PING);
  refuse (chat, SERVER, VERSION);
  refuse (chat, SERVER, DISCO);
  fake_server_reply (chat->server, find (chat, OWN, DISCO), "<query xmlns='" INFO "'><feature var='x'/></query>");
  info = finish (chat, &result);
  g_assert_null (info->software);
  g_assert_cmpint (info->round_trip, ==, 0);
  assert_features (info, "x");
}

/* A server that answers nothing but by its silence. What keeps the account alive is answered. */
static void
test_silent (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ChatServerInfo) info = NULL;

  chat_sign_in (chat);
  chat_server_info_async (chat->account, NULL, fake_result_cb, &result);
  find (chat, SERVER, PING);
  for (gint64 waited = 0; waited < XMPP_IQ_TIMEOUT; waited += 10 * G_TIME_SPAN_SECOND) {
    g_assert_null (result);
    chat_hear (chat, JULIET "/balcony", NULL, "tweet");
    base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
    fake_settle ();
  }
  info = finish (chat, &result);
  g_assert_null (info->software);
  g_assert_cmpint (info->round_trip, ==, -1);
  assert_features (info, "");
}

static void
test_fails (Chat *chat, gconstpointer data)
{
  enum { OFFLINE, CANCELLED_BEFORE, CANCELLED, LOST, N_WAYS };
  static const int codes[N_WAYS] = {
    [OFFLINE] = G_IO_ERROR_NOT_CONNECTED,
    [CANCELLED_BEFORE] = G_IO_ERROR_CANCELLED,
    [CANCELLED] = G_IO_ERROR_CANCELLED,
    [LOST] = G_IO_ERROR_NOT_CONNECTED,
  };

  chat_load (chat);
  chat_prepare (chat);
  for (guint way = OFFLINE; way < N_WAYS; way++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    if (way == CANCELLED_BEFORE) {
      chat_sign_in (chat);
      g_cancellable_cancel (cancellable);
    }
    chat_server_info_async (chat->account, cancellable, fake_result_cb, &result);
    if (way >= CANCELLED)
      fake_server_reply (chat->server, find (chat, SERVER, PING), NULL);
    if (way == CANCELLED)
      g_cancellable_cancel (cancellable);
    else if (way == LOST)
      fake_server_hang_up (chat->server);
    g_assert_null (chat_server_info_finish (chat->account, fake_wait (&result), &error));
    g_assert_error (error, G_IO_ERROR, codes[way]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server-info/whole", Chat, NULL, chat_set_up, test_whole, chat_tear_down);
  g_test_add ("/server-info/partial", Chat, NULL, chat_set_up, test_partial, chat_tear_down);
  g_test_add ("/server-info/silent", Chat, NULL, chat_set_up, test_silent, chat_tear_down);
  g_test_add ("/server-info/fails", Chat, NULL, chat_set_up, test_fails, chat_tear_down);
  return g_test_run ();
}
