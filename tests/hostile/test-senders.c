/* Wrappers, pushes, events and answers from somebody who may not send them: group A. */
#include "chat-contact-acts.h"
#include "hostile-fixture.h"

/* What Juliet would have said, had she said it. */
#define INNER(body) \
  "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" BALCONY "' to='" OWN "' type='chat'" \
  " id='i1'><body>" body "</body></message></forwarded>"
#define RECEIVED(inside) "<received xmlns='urn:xmpp:carbons:2'>" inside "</received>"
#define SENT(body) \
  "<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'" \
  " from='" OWN "/phone' to='" JULIET "' type='chat' id='i1'><body>" body "</body></message></forwarded></sent>"
#define ARCHIVED(body) \
  "<result xmlns='urn:xmpp:mam:2' queryid='q1' id='28482'>" INNER (body) "</result>"
#define MESSAGE(from, inside) "<message from='" from "' to='" OWN_FULL "' type='chat' id='m1'>" inside "</message>"
#define PUSH(from, id, inside) \
  "<iq " from " to='" OWN_FULL "' type='set' id='" id "'><query xmlns='jabber:iq:roster'>" inside "</query></iq>"
#define ROSTER_RESULT(from) \
  "<iq " from " to='" OWN_FULL "' type='result' id='guess'><query xmlns='jabber:iq:roster'/></iq>"
#define EVENT(from, node, inside) \
  "<message from='" from "' to='" OWN_FULL "' type='headline'>" \
  "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" node "'>" inside "</items></event></message>"

static const Attack attacks[] = {
  { "/hostile/a01", MESSAGE (FLEET, RECEIVED (INNER ("Send gold"))), .never = "Send gold" },
  { "/hostile/a02", MESSAGE (FLEET, SENT ("I yield")), .never = "I yield" },
  { "/hostile/a03",
    MESSAGE ("montague.example", RECEIVED (INNER ("Send gold"))) MESSAGE (OWN "/phone", RECEIVED (INNER ("Send gold")))
    MESSAGE (OWN_FULL, RECEIVED (INNER ("Send gold"))) MESSAGE (BALCONY, RECEIVED (INNER ("Send gold")))
    MESSAGE ("montague.example", SENT ("Send gold")) MESSAGE (OWN "/phone", SENT ("Send gold")),
    .never = "Send gold" },
  { "/hostile/a03/true",   /* the same copy, from who may make one */
    MESSAGE (OWN, RECEIVED (INNER ("Anon!"))),
    .same_as = "<message from='" BALCONY "' to='" OWN "' type='chat' id='i1'><body>Anon!</body></message>" },
  { "/hostile/a05",
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" FLEET "'"
                            " to='" OWN "' type='chat'>" RECEIVED (INNER ("Send gold")) "</message></forwarded>"))
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" OWN "'"
                            " to='" OWN "' type='chat'>" RECEIVED (INNER ("Send gold")) "</message></forwarded>"))
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" OWN "'"
                            " to='" OWN "' type='chat'>" ARCHIVED ("Send gold") "</message></forwarded>")),
    .never = "Send gold" },
  { "/hostile/a06",
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'/>")) MESSAGE (OWN, RECEIVED (""))
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'/></forwarded>"))
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'>"
                            "<message xmlns='jabber:client' from='" BALCONY "' to='" OWN "'><body>Send gold</body></message>"
                            "<message xmlns='jabber:client' from='" BALCONY "' to='" OWN "'><body>Send gold</body></message>"
                            "</forwarded>"))
    MESSAGE (OWN, RECEIVED (INNER ("Send gold") INNER ("Send gold")))
    MESSAGE (OWN, RECEIVED ("<forwarded xmlns='urn:xmpp:forward:0'>"
                            "<iq xmlns='jabber:client' from='" OWN "' to='" OWN_FULL "' type='set' id='r1'>"
                            "<query xmlns='jabber:iq:roster'><item jid='" JULIET "' subscription='remove'/></query>"
                            "</iq></forwarded>")),
    .never = "Send gold" },
  { "/hostile/a07",
    PUSH ("from='" FLEET "'", "r1", "<item jid='" IAGO "' name='Juliet' subscription='both'/>")
    PUSH ("from='" BALCONY "'", "r2", "<item jid='" NURSE "' subscription='remove'/>")
    PUSH ("from='montague.example'", "r3", "<item jid='" NURSE "' subscription='remove'/>")
    PUSH ("from='" OWN "/phone'", "r4", "<item jid='" NURSE "' name='Iago' subscription='both'/>"),
    .answers = { NOBODY_HOME ("r1", FLEET), NOBODY_HOME ("r2", BALCONY), NOBODY_HOME ("r3", "montague.example"),
                 NOBODY_HOME ("r4", OWN "/phone") },
    .never = "iago" },
  { "/hostile/a09", ROSTER_RESULT ("from='" FLEET "'") ROSTER_RESULT ("from='" OWN "'") ROSTER_RESULT ("") },
  { "/hostile/a11",
    MESSAGE (FLEET, ARCHIVED ("Send gold")) MESSAGE (OWN, ARCHIVED ("Send gold"))
    MESSAGE ("montague.example", ARCHIVED ("Send gold")) MESSAGE (FEAST, ARCHIVED ("Send gold")),
    .never = "Send gold" },
  { "/hostile/a14",
    EVENT (IAGO, "urn:xmpp:bookmarks:1", "<item id='" TRAP "'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'"
                                         " name='The feast'/></item>")
    EVENT (IAGO, "urn:xmpp:bookmarks:1", "<retract id='" FEAST "'/>")
    EVENT (OWN, "urn:xmpp:bookmarks:1", "<item id='" TRAP "'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='true'"
                                        " name='The feast'/></item>")
    "<message from='" IAGO "' to='" OWN_FULL "'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
    "<purge node='urn:xmpp:bookmarks:1'/></event></message>",
    .never = "trap" },
  { "/hostile/a15",
    EVENT (IAGO, "eu.siacs.conversations.axolotl.devicelist",
           "<item id='current'><list xmlns='eu.siacs.conversations.axolotl'><device id='666'/></list></item>")
    EVENT (IAGO, "urn:xmpp:mds:displayed:0", "<item id='" JULIET "'><displayed xmlns='urn:xmpp:mds:displayed:0'>"
                                             "<stanza-id xmlns='urn:xmpp:sid:0' by='" OWN "' id='9'/></displayed></item>")
    EVENT (IAGO, "urn:xmpp:avatar:metadata", "<item id='a'><metadata xmlns='urn:xmpp:avatar:metadata'>"
                                             "<info id='a' bytes='9' type='image/png' url='http://evil.example/a'/>"
                                             "</metadata></item>")
    EVENT (IAGO, "http://jabber.org/protocol/nick",
           "<item id='a'><nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></item>")
    EVENT (IAGO, "storage:bookmarks", "<item id='a'><storage xmlns='storage:bookmarks'><conference jid='" TRAP "'"
                                      " autojoin='1'/></storage></item>"),
    .never = "evil" },
  { "/hostile/a17",
    "<iq from='" FLEET "' to='" OWN_FULL "' type='set' id='b1'><unblock xmlns='urn:xmpp:blocking'/></iq>"
    "<iq from='" FLEET "' to='" OWN_FULL "' type='set' id='b2'><block xmlns='urn:xmpp:blocking'><item jid='" JULIET "'/>"
    "</block></iq>",
    .answers = { NOBODY_HOME ("b1", FLEET), NOBODY_HOME ("b2", FLEET) } },
  { "/hostile/a18",
    MESSAGE (FLEET, "<reject xmlns='urn:xmpp:jingle-message:0' id='c1'/>")
    MESSAGE (FLEET, "<propose xmlns='urn:xmpp:jingle-message:0' id='c2'><description"
                    " xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></propose>")
    "<iq from='" FLEET "' to='" OWN_FULL "' type='set' id='j1'><jingle xmlns='urn:xmpp:jingle:1'"
    " action='session-initiate' sid='c1'/></iq>",
    .answers = { NOBODY_HOME ("j1", FLEET) } },
  { "/hostile/a19", MESSAGE (FLEET, "<body>See</body>" INNER ("Send gold")),
    .same_as = MESSAGE (FLEET, "<body>See</body>"), .never = "Send gold" },
  { "/hostile/a21",
    MESSAGE (FLEET, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
    MESSAGE (FLEET, "<a xmlns='urn:xmpp:sm:3' h='9'/><r xmlns='urn:xmpp:sm:3'/><enabled xmlns='urn:xmpp:sm:3' id='x'"
                    " resume='true'/><resumed xmlns='urn:xmpp:sm:3' h='9' previd='x'/>")
    MESSAGE (FLEET, "<stream:features><csi xmlns='urn:xmpp:csi:0'/></stream:features><stream:error><conflict"
                    " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
    MESSAGE (FLEET, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    "<jid>" FLEET "</jid></bind>")
    "<presence from='" FLEET "' to='" OWN_FULL "'><a xmlns='urn:xmpp:sm:3' h='9'/></presence>"
    "<iq from='" FLEET "' to='" OWN_FULL "' type='set' id='s1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
    .answers = { NOBODY_HOME ("s1", FLEET) } },
};

static const char *const liars[] = {
  FLEET, IAGO, BALCONY, JULIET, NURSE, OWN "/phone", "capulet.example", "montague.example.evil.example", FEAST,
};

/* The answer everybody gives ("{id}" is what it answers), before the one who was asked does. */
static void
hear_false_answers (Hostile        *self,
                    const XmppNode *question,
                    const char     *payload)
{
  for (guint i = 0; i < G_N_ELEMENTS (liars); i++) {
    g_autofree char *result =
        g_strdup_printf ("<iq from='%s' to='" OWN_FULL "' type='result' id='%s'>%s</iq>"
                         "<iq from='%s' to='" OWN_FULL "' type='error' id='%s'/>",
                         liars[i], xmpp_node_get (question, "id"), payload, liars[i], xmpp_node_get (question, "id"));

    hostile_feed (self, result);
  }
}

static void
test_answers (Hostile *self)
{
  Chat *chat = &self->ui.chat;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = hostile_stored (self);
  g_autofree char *after = NULL;
  g_autofree char *guess = NULL;
  XmppNode *first, *second;

  chat_contact_change_async (chat_contact (chat, NURSE), "Angelica", NULL, NULL, fake_result_cb, &result);
  first = fake_server_find (chat->server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  hear_false_answers (self, first, "<query xmlns='jabber:iq:roster'/>");
  hostile_feed (self, "<iq from='" OWN "' to='" OWN_FULL "' type='result' id='other'/>");
  g_assert_null (result);
  after = hostile_stored (self);
  hostile_assert_same (before, after, "stored");
  fake_server_expect_nothing (chat->server);
  hostile_canary (self);

  fake_server_reply (chat->server, first, NULL);
  chat_contact_change_finish (chat_contact (chat, NURSE), fake_wait (&result), &error);
  g_assert_no_error (error);

  /* The next id is nobody's guess. */
  g_clear_object (&result);
  guess = g_strdup (xmpp_node_get (first, "id"));
  chat_contact_change_async (chat_contact (chat, NURSE), "Angelica", NULL, NULL, fake_result_cb, &result);
  second = fake_server_find (chat->server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  g_assert_cmpuint (strlen (guess), >=, 16);
  g_assert_cmpint (strncmp (guess, xmpp_node_get (second, "id"), 8), !=, 0);
  fake_server_reply (chat->server, second, NULL);
  chat_contact_change_finish (chat_contact (chat, NURSE), fake_wait (&result), &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  hostile_add (attacks, G_N_ELEMENTS (attacks));
  hostile_add_test ("/hostile/a10", test_answers);
  return g_test_run ();
}
