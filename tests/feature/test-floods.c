/* Storms of questions: who asks more than anybody needs is refused, then not answered at all, and nobody else suffers
 * by it (RFC 6120 §8.2.3 for one question; XEP-0205 for many). */
#include <string.h>

#include "feature-test.h"
#include "xmpp-throttle.h"

#define STRANGER "tybalt@capulet.example/street"
#define STORM    1000
#define FRIEND   "juliet@capulet.example/balcony"
#define NO       "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"

static const char *const questions[] = {
  "<query xmlns='http://jabber.org/protocol/disco#info'/>",
  "<query xmlns='http://jabber.org/protocol/disco#items'/>",
  "<query xmlns='jabber:iq:version'/>",
  "<query xmlns='jabber:iq:last'/>",
  "<time xmlns='urn:xmpp:time'/>",
  "<vCard xmlns='vcard-temp'/>",
  "<ping xmlns='urn:xmpp:ping'/>",
  "<x xmlns='urn:unknown'/>",
};

/* "%u" in @from counts. Returns how many were answered, with whatever. */
static guint
storm (FeatureTest *self,
       const char  *from,
       guint        count,
       guint       *results)
{
  g_autoptr (GString) all = g_string_new (NULL);
  const char *number = strstr (from, "%u");
  guint answers = 0;
  XmppNode *answer;

  *results = 0;
  fake_server_set_chunks (self->server, 0);
  for (guint i = 0; i < count; i++) {
    g_autofree char *head = number != NULL ? g_strndup (from, number - from) : g_strdup (from);
    g_autofree char *address = number != NULL ? g_strdup_printf ("%s%u%s", head, i, number + 2) : g_strdup (from);

    g_string_append_printf (all, "<iq type='get' id='q%u' from='%s' to='" FEATURE_JID "'>%s</iq>", i, address,
                            questions[i % G_N_ELEMENTS (questions)]);
  }
  fake_server_send (self->server, "%s", all->str);
  fake_server_send (self->server,
                    "<iq type='get' id='last' from='montague.example'><ping xmlns='urn:xmpp:ping'/></iq>");
  fake_server_find (self->server, "<iq type='result' id='last'/>");
  while ((answer = fake_server_look (self->server, "<iq/>")) != NULL) {
    answers++;
    *results += g_strcmp0 (xmpp_node_get (answer, "type"), "result") == 0 ? 1 : 0;
  }
  return answers;
}

/* Somebody we know, and whoever we are ourselves, is answered as ever. */
static void
assert_calm (FeatureTest *self)
{
  static const char *const who[] = { "from='" FRIEND "'", "from='montague.example'", "" };

  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    fake_server_send (self->server, "<iq type='get' id='calm' %s><ping xmlns='urn:xmpp:ping'/></iq>", who[i]);
    fake_server_expect (self->server, "<iq type='result' id='calm'/>");
  }
  fake_server_expect_nothing (self->server);
}

static void
strangers (FeatureTest *self)
{
  static const struct {
    const char *from;
    guint       most;
  } rows[] = {
    { STRANGER, XMPP_THROTTLE_REFUSALS },                     /* one */
    { "clown%u@capulet.example/x", XMPP_THROTTLE_REFUSALS },  /* all of a server */
    { "clown@evil%u.example", XMPP_THROTTLE_TOTAL },          /* all of the world */
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint results, answers;

    g_test_message ("%s", rows[i].from);
    answers = storm (self, rows[i].from, STORM, &results);
    g_assert_cmpuint (results, ==, 0);
    g_assert_cmpuint (answers, ==, rows[i].most);
    assert_calm (self);
    /* A second later there is a little more, and no more. */
    base_clock_advance (self->clock, G_USEC_PER_SEC);
    answers = storm (self, rows[i].from, STORM, &results);
    g_assert_cmpuint (answers, <=, XMPP_THROTTLE_TOTAL_RATE);
    g_assert_cmpuint (answers, >=, XMPP_THROTTLE_REFUSALS_RATE);
    assert_calm (self);
    base_clock_advance (self->clock, 12 * G_USEC_PER_SEC);
  }
}

/* A contact gets so many answers, then refusals, then nothing; other contacts get theirs. */
static void
contact (FeatureTest *self)
{
  guint results, answers;

  feature_test_sign_in (self);
  answers = storm (self, "mercutio@verona.example/street%u", STORM, &results);
  g_assert_cmpuint (answers, <=, XMPP_THROTTLE_QUESTIONS + XMPP_THROTTLE_REFUSALS);
  g_assert_cmpuint (results, >, XMPP_THROTTLE_QUESTIONS / 4);
  g_assert_cmpuint (results, <=, XMPP_THROTTLE_QUESTIONS);
  assert_calm (self);
}

/* Our own are not limited. */
static void
ours (FeatureTest *self)
{
  static const char *const who[] = {
    "montague.example", "romeo@montague.example", "romeo@montague.example/phone",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    guint results, answers = storm (self, who[i], STORM, &results);

    g_assert_cmpuint (answers, ==, STORM);
  }
}

/* Over the limit, and with a question that is none, the reason is the one that a server gives for who is not there. */
static void
reason (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (guint i = 0; i < XMPP_THROTTLE_QUESTIONS; i++) {
    feature_test_receive (self, "<iq type='get' id='q' from='" STRANGER "'><x xmlns='urn:unknown'/></iq>");
    fake_server_expect (self->server, "<iq type='error' id='q' to='" STRANGER "'>" NO "</iq>");
  }
  feature_test_receive (self, "<iq type='get' id='q' from='" STRANGER "'><x xmlns='urn:unknown'/></iq>");
  fake_server_expect (self->server, "<iq type='error' id='q' to='" STRANGER "'>" NO "</iq>");
  feature_test_receive (self, "<iq type='get' id='q' from='" FRIEND "'/>");
  fake_server_expect (self->server, "<iq type='error' id='q' to='" FRIEND "'>" NO "</iq>");
  /* For somebody else, or for nobody: not even that. */
  feature_test_receive (self, "<iq type='get' id='q' from='" STRANGER "' to='benvolio@montague.example/orchard'>"
                              "<x xmlns='urn:unknown'/></iq>"
                              "<iq type='get' from='" STRANGER "'><x xmlns='urn:unknown'/></iq>"
                              "<iq type='what' id='q' from='" STRANGER "'><x xmlns='urn:unknown'/></iq>");
  fake_server_expect_nothing (self->server);
}

/* A question that nobody understands gets one error, an answer gets none, and what echoes does not echo for ever. */
static void
unknown (FeatureTest *self)
{
  static const char *const who[] = { STRANGER, FRIEND, "feast@rooms.capulet.example/nurse" };
  static const char *const types[] = { "get", "set" };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (who); i++) {
    for (guint type = 0; type < G_N_ELEMENTS (types); type++) {
      g_autofree char *expected = g_strdup_printf ("<iq type='error' id='u1' to='%s'>" NO "</iq>", who[i]);
      g_autofree char *echo = NULL;

      feature_test_receive (self, "<iq type='%s' id='u1' from='%s' to='" FEATURE_JID "'><x xmlns='urn:unknown'/></iq>",
                            types[type], who[i]);
      echo = xmpp_node_to_string (fake_server_expect (self->server, expected));
      fake_server_expect_nothing (self->server);
      for (guint n = 0; n < 3; n++)
        feature_test_receive (self, "<iq type='error' id='u1' from='%s' to='" FEATURE_JID "'>"
                                    "<x xmlns='urn:unknown'/>" NO "</iq>"
                                    "<iq type='result' id='u1' from='%s' to='" FEATURE_JID "'/>%s",
                              who[i], who[i], echo);
      fake_server_expect_nothing (self->server);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/floods/strangers", strangers);
  feature_test_add ("/floods/contact", contact);
  feature_test_add ("/floods/ours", ours);
  feature_test_add ("/floods/reason", reason);
  feature_test_add ("/floods/unknown", unknown);
  return g_test_run ();
}
