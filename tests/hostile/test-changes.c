/* Words about other words, from somebody who did not say them: group B. What Linnet does not know yet must do no harm:
 * it is a line of its own, or nothing. */
#include "chat-conversations.h"
#include "hostile-fixture.h"

#define SAY(from, id, inside) "<message from='" from "' to='" OWN_FULL "' type='chat' id='" id "'>" inside "</message>"
#define ROOM_SAY(nick, id, inside) \
  "<message from='" FEAST "/" nick "' to='" OWN_FULL "' type='groupchat' id='" id "'>" inside "</message>"
#define MEET SAY (BALCONY, "b1", "<body>Tomorrow at nine</body>")
#define REPLACE(id) "<replace xmlns='urn:xmpp:message-correct:0' id='" id "'/>"
#define RETRACT(id) "<retract xmlns='urn:xmpp:message-retract:1' id='" id "'/>"
#define STANZA_ID(by, id) "<stanza-id xmlns='urn:xmpp:sid:0' by='" by "' id='" id "'/>"
#define RECEIPT(id) "<received xmlns='urn:xmpp:receipts' id='" id "'/>"
#define DISPLAYED(id) "<displayed xmlns='urn:xmpp:chat-markers:0' id='" id "'/>"
#define ERROR(from, id) \
  "<message from='" from "' to='" OWN_FULL "' type='error' id='" id "'><error type='cancel'>" \
  "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
#define DELAY(from, stamp) "<delay xmlns='urn:xmpp:delay' from='" from "' stamp='" stamp "'/>"
#define MDS(from, id) \
  "<message from='" from "' to='" OWN_FULL "' type='headline'>" \
  "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='urn:xmpp:mds:displayed:0'><item id='" JULIET "'>" \
  "<displayed xmlns='urn:xmpp:mds:displayed:0'>" STANZA_ID (OWN, id) "</displayed></item></items></event></message>"

static const Attack attacks[] = {
  { "/hostile/b01", SAY (FLEET, "m1", "<body>Tomorrow at noon, bring gold</body>" REPLACE ("b1")),
    .before = MEET, .same_as = SAY (FLEET, "m1", "<body>Tomorrow at noon, bring gold</body>") },
  { "/hostile/b02", SAY (JULIET "/garden", "b2", "<body>Tomorrow at ten</body>" REPLACE ("b1")),
    .before = MEET, .same_as = SAY (JULIET "/garden", "b2", "<body>Tomorrow at ten</body>") },
  { "/hostile/b03", SAY (BALCONY, "b9", "<body>I owe thee a hundred ducats</body>" REPLACE ("{own}")),
    .same_as = SAY (BALCONY, "b9", "<body>I owe thee a hundred ducats</body>") },
  { "/hostile/b05",
    ROOM_SAY ("Juliet", "g1", "<body>Come</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='A'/>")
    ROOM_SAY ("Juliet", "g2", "<body>Flee</body>" REPLACE ("g1") "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='B'/>")
    ROOM_SAY ("Juliet", "g3", "<body>Flee</body>" REPLACE ("b1")),
    .before = MEET, .never = "Flee" },
  { "/hostile/b06",
    SAY (FLEET, "m2", RETRACT ("b1")) SAY (NURSE "/hall", "m3", RETRACT ("b1")) SAY (BALCONY, "m4", RETRACT ("{own}"))
    SAY (FLEET, "m5", "<apply-to xmlns='urn:xmpp:fasten:0' id='b1'><retract xmlns='urn:xmpp:message-retract:0'/>"
                      "</apply-to>"),
    .before = MEET },
  { "/hostile/b06/words", SAY (FLEET, "m2", RETRACT ("b1") "<body>Forget it</body>"),
    .before = MEET, .same_as = SAY (FLEET, "m2", "<body>Forget it</body>") },
  { "/hostile/b07",
    ROOM_SAY ("Iago", "x", "<retract xmlns='urn:xmpp:message-retract:1' id='b1'>"
                           "<moderated xmlns='urn:xmpp:message-moderate:1' by='" FEAST "/Escalus'/></retract>")
    SAY (FEAST, "y", "<retract xmlns='urn:xmpp:message-retract:1' id='b1'>"
                     "<moderated xmlns='urn:xmpp:message-moderate:1'/></retract>")
    SAY (FLEET, "z", "<retract xmlns='urn:xmpp:message-retract:1' id='b1'>"
                     "<moderated xmlns='urn:xmpp:message-moderate:1' by='" FEAST "/Escalus'/></retract>"),
    .before = MEET },
  { "/hostile/b09",   /* a server that does not take false numbers away */
    SAY (FLEET, "m3", "<body>Thieves!</body>" STANZA_ID (OWN, "28482") STANZA_ID ("evil.example", "1"))
    SAY (BALCONY, "j1", "<body>Ay me</body>" STANZA_ID (OWN, "28482"))
    SAY (FLEET, "m4", "<body>Again</body>" STANZA_ID (OWN, "28482")),
    .same_as = SAY (FLEET, "m3", "<body>Thieves!</body>") SAY (BALCONY, "j1", "<body>Ay me</body>")
               SAY (FLEET, "m4", "<body>Again</body>") },
  { "/hostile/b09/announced",   /* one that does, in its own name alone */
    SAY (FLEET, "m3", "<body>Thieves!</body>" STANZA_ID ("evil.example", "1") STANZA_ID ("montague.example", "2")
                      STANZA_ID (OWN_FULL, "3") STANZA_ID (OWN ".example", "4") STANZA_ID ("", "5")
                      "<stanza-id xmlns='urn:xmpp:sid:0' id='6'/>")
    SAY (FLEET, "m4", "<body>Again</body>" STANZA_ID ("evil.example", "1")),
    .same_as = SAY (FLEET, "m3", "<body>Thieves!</body>") SAY (FLEET, "m4", "<body>Again</body>"),
    .abilities = "urn:xmpp:sid:0" },
  { "/hostile/b11",
    SAY (FLEET, "q1", RECEIPT ("{own}")) SAY (NURSE "/hall", "q2", RECEIPT ("{own}"))
    SAY (OWN "/phone", "q3", RECEIPT ("{own}")) SAY ("capulet.example", "q4", RECEIPT ("{own}"))
    SAY ("montague.example", "q5", RECEIPT ("{own}")) ROOM_SAY ("Juliet", "q6", RECEIPT ("{own}"))
    SAY (FLEET, "q7", DISPLAYED ("{own}")) SAY (BALCONY, "q8", RECEIPT ("another")) },
  { "/hostile/b13",
    ERROR (FLEET, "{own}") ERROR (NURSE, "{own}") ERROR (OWN "/phone", "{own}") ERROR ("capulet.example", "{own}")
    ERROR (FEAST "/Juliet", "{own}") ERROR (JULIET, "another") ERROR (JULIET ".evil.example", "{own}") },
  { "/hostile/b14",
    SAY (FLEET, "t1", "<body>one</body>" DELAY (IAGO, "9998-01-01T00:00:00Z"))
    SAY (FLEET, "t2", "<body>two</body>" DELAY (FLEET, "0000-00-00T00:00:00Z"))
    SAY (NURSE "/hall", "t3", "<body>three</body>" DELAY (NURSE, "-0044-03-15T12:00:00Z"))
    SAY (BALCONY, "t4", "<body>four</body>" DELAY (JULIET, "1595-01-29T20:00:00Z"))
    SAY (BALCONY, "t5", "<body>five</body>" DELAY ("capulet.example", "2025-06-01T20:00:00Z"))
    SAY (BALCONY, "t6", "<body>six</body>" DELAY ("montague.example.evil.example", "2025-06-01T20:00:00Z"))
    SAY (BALCONY, "t7", "<body>seven</body>" DELAY (OWN, "yesterday") "<delay xmlns='urn:xmpp:delay'/>"
                        DELAY ("montague.example", "99999999999999999999-01-01T00:00:00Z") DELAY ("@", "")),
    .same_as = SAY (FLEET, "t1", "<body>one</body>") SAY (FLEET, "t2", "<body>two</body>")
               SAY (NURSE "/hall", "t3", "<body>three</body>") SAY (BALCONY, "t4", "<body>four</body>")
               SAY (BALCONY, "t5", "<body>five</body>") SAY (BALCONY, "t6", "<body>six</body>")
               SAY (BALCONY, "t7", "<body>seven</body>") },
  { "/hostile/b15",
    SAY (FLEET, "m1", "<body>&gt; I love thee not\nOh</body><reply xmlns='urn:xmpp:reply:0' to='" BALCONY "' id='b1'/>"
                      "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='18'/></fallback>"),
    .before = MEET, .same_as = SAY (FLEET, "m1", "<body>&gt; I love thee not\nOh</body>") },
  { "/hostile/b17",
    MDS (OWN, "99999") MDS (IAGO, "99999") MDS (OWN, "") SAY (OWN "/phone", "d1", DISPLAYED ("b1"))
    SAY (FLEET, "d2", DISPLAYED ("b1")),
    .before = SAY (NURSE "/hall", "b1", "<body>Peter!</body>") },
};

static guint
count_in (const char *text,
          const char *word)
{
  g_auto (GStrv) parts = g_strsplit (text, word, -1);

  return g_strv_length (parts) - 1;
}

/* The same id by two people is two lines, and by the same one in two conversations as well. */
static void
test_same_ids (Hostile *self)
{
  g_autofree char *stored = NULL;
  g_autofree char *shown = NULL;

  hostile_feed (self, SAY (FLEET, "dup", "<body>first of Iago</body><origin-id xmlns='urn:xmpp:sid:0' id='dup'/>")
                      SAY (BALCONY, "dup", "<body>hers</body><origin-id xmlns='urn:xmpp:sid:0' id='dup'/>")
                      SAY (NURSE "/hall", "{own}", "<body>the same as ours</body>"
                                                   "<origin-id xmlns='urn:xmpp:sid:0' id='{own}'/>")
                      SAY (BALCONY, "{own}", "<body>ours once more</body>"
                                             "<origin-id xmlns='urn:xmpp:sid:0' id='{own}'/>"));
  hostile_canary (self);
  stored = hostile_stored (self);
  shown = hostile_shown (self);
  for (guint i = 0; i < 5; i++) {
    static const char *const lines[] = { "first of Iago", "hers", "the same as ours", "ours once more", "Good pilgrim" };

    g_assert_cmpuint (count_in (stored, lines[i]), ==, 1);
    g_assert_nonnull (strstr (shown, lines[i]));
  }
  fake_server_expect_nothing (self->ui.chat.server);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  hostile_add (attacks, G_N_ELEMENTS (attacks));
  hostile_add_test ("/hostile/b10", test_same_ids);
  return g_test_run ();
}
