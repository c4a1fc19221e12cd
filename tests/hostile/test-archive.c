/* An archive that is being read while others pretend to be it: what they send is nobody's word, and it is not they who
 * say when it ends. */
#include "chat-archive.h"

#define LIE "I never loved thee"

static const char *const liars[] = {
  "iago@evil.example/fleet", JULIET "/balcony", OWN "/phone", "montague.example", "capulet.example",
  "feast@rooms.capulet.example", OWN ".evil.example",
};

static void
hear_liar (Chat           *chat,
           const char     *liar,
           const XmppNode *question)
{
  const char *query_id = xmpp_node_get (xmpp_node_get_first (question), "queryid");

  fake_server_send (chat->server,
                    "<message from='%s' to='" OWN_FULL "'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='a-0'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'>"
                    "<delay xmlns='urn:xmpp:delay' stamp='2025-12-01T00:00:00Z'/>"
                    "<message xmlns='jabber:client' from='" JULIET "/balcony' to='" OWN "' type='chat' id='m0'>"
                    "<body>" LIE "</body></message></forwarded></result></message>",
                    liar, query_id);
  fake_server_send (chat->server,
                    "<iq from='%s' to='" OWN_FULL "' type='result' id='%s'><fin xmlns='urn:xmpp:mam:2' complete='true'>"
                    "<set xmlns='http://jabber.org/protocol/rsm'/></fin></iq>"
                    "<iq from='%s' to='" OWN_FULL "' type='error' id='%s'><error type='cancel'>"
                    "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                    liar, xmpp_node_get (question, "id"), liar, xmpp_node_get (question, "id"));
  chat_settle (chat);
}

/* Three lines were missed; the true page comes when everybody else has had their say. */
static void
test_end (Sync          *sync,
          gconstpointer  data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  XmppNode *question;

  sync_begin (sync);
  archive_fill (sync->archive, 0, 3);
  chat_lose_link (chat);
  chat_play_login (chat, NULL);
  question = fake_server_find (chat->server, ARCHIVE_QUERY);
  chat_settle (chat);
  fake_server_forget (chat->server);
  timeline = chat_open (chat, JULIET);

  for (guint i = 0; i < G_N_ELEMENTS (liars); i++) {
    hear_liar (chat, liars[i], question);
    chat_assert_bodies (timeline, "");
    sync_assert_gaps (chat, 1);
  }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_conversations (chat->core))), ==, 0);
  chat_hear (chat, JULIET "/balcony", "canary", "canary");
  chat_settle (chat);
  chat_assert_bodies (timeline, "canary");
  chat_expect_nothing (chat);

  archive_reply (sync->archive, chat, question);
  chat_settle (chat);
  chat_assert_bodies (timeline, "0 1 2 canary");
  sync_assert_history (chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (chat, 0);
  g_assert_cmpuint (chat_conversation_get_unread (chat_with (chat, JULIET)), ==, 4);
}

/* A question that is over takes nothing any more, not from the archive itself either. */
static void
test_late (Sync          *sync,
           gconstpointer  data)
{
  Chat *chat = &sync->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  XmppNode *question;

  archive_sign_in (chat);
  question = fake_server_find (chat->server, ARCHIVE_QUERY);
  archive_reply (sync->archive, chat, question);
  chat_settle (chat);
  fake_server_forget (chat->server);
  timeline = chat_open (chat, JULIET);

  hear_liar (chat, OWN, question);
  for (guint i = 0; i < G_N_ELEMENTS (liars); i++)
    hear_liar (chat, liars[i], question);
  chat_assert_bodies (timeline, "");
  chat_hear (chat, JULIET "/balcony", "canary", "canary");
  chat_settle (chat);
  chat_assert_bodies (timeline, "canary");
  chat_expect_nothing (chat);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/hostile/a11/late", Sync, ARCHIVE_ABILITIES, sync_set_up, test_late, sync_tear_down);
  g_test_add ("/hostile/a13", Sync, ARCHIVE_ABILITIES, sync_set_up, test_end, sync_tear_down);
  return g_test_run ();
}
