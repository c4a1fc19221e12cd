/* An archive that keeps not everything, does not answer, never ends or lies: who knows whether a line was sent? */
#include "settle-fixture.h"

/* That a line is not there says nothing if it would not be there anyway. */
static void
test_preferences (Chat *chat, gconstpointer data)
{
  static const struct {
    const char *with, *keep;   /* keep (nullable): the archive knows no preferences */
    gboolean    is_known;
  } cases[] = {
    { JULIET, "always", TRUE },
    { JULIET, NULL, TRUE },
    { JULIET, "roster", TRUE },
    { MERCUTIO, "roster", FALSE },
    { JULIET, "never", FALSE },
  };

  settle_sign_in (chat);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) said = NULL;
    g_autoptr (ChatTimeline) timeline = NULL;
    guint last;

    g_test_message ("%s %s", cases[i].with, cases[i].keep);
    if (i > 0) {
      chat_restart (chat);
      fake_server_set_features (chat->server, SETTLE_FEATURES);
      chat_load (chat);
      chat_play_login (chat, NULL);
      fake_server_send (chat->server, "<enabled xmlns='" NS_SM "' id='s1' resume='true'/>");
      chat_settle (chat);
    }
    g_free (settle_say (chat, cases[i].with, "word"));
    said = settle_start_again (chat, NS_MAM);
    timeline = chat_open (chat, cases[i].with);
    last = g_list_model_get_n_items (G_LIST_MODEL (timeline)) - 1;
    settle_end_page (chat, settle_find_question (chat, cases[i].with), NULL, TRUE);
    settle_answer_prefs (chat, cases[i].keep);
    settle_assert_said (chat, said, cases[i].is_known ? "word " : "");
    settle_assert_line (timeline, last, cases[i].is_known ? STORE_MESSAGE_SENT : STORE_MESSAGE_FAILED,
                 cases[i].is_known ? NULL : CHAT_MESSAGE_UNCERTAIN);
  }
}

/* Of whom it never keeps anything it tells nothing, whatever it keeps of others. */
static void
test_exceptions (Chat *chat, gconstpointer data)
{
  static const struct {
    const char *never;
    gboolean    is_known;
  } cases[] = {
    { "<jid>" MERCUTIO "</jid>", TRUE },
    { "<jid>" MERCUTIO "</jid><jid>" JULIET "</jid>", FALSE },
    { "<jid>" JULIET "/balcony</jid>", FALSE },
    { "<jid>capulet.example</jid>", FALSE },
    { "<jid>" MERCUTIO "/juliet</jid><jid>@</jid><jid/>", TRUE },
  };

  settle_sign_in (chat);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) said = NULL;
    g_autofree char *prefs = g_strdup_printf (
        "<prefs xmlns='" NS_MAM "' default='always'><always/><never>%s</never></prefs>", cases[i].never);

    g_test_message ("%s", cases[i].never);
    if (i > 0) {
      chat_restart (chat);
      fake_server_set_features (chat->server, SETTLE_FEATURES);
      chat_load (chat);
      chat_play_login (chat, NULL);
      fake_server_send (chat->server, "<enabled xmlns='" NS_SM "' id='s1' resume='true'/>");
      chat_settle (chat);
    }
    g_free (settle_say (chat, JULIET, "word"));
    said = settle_start_again (chat, NS_MAM);
    settle_end_page (chat, settle_find_question (chat, JULIET), NULL, TRUE);
    fake_server_reply (chat->server,
                       fake_server_find (chat->server, "<iq type='get'><prefs xmlns='" NS_MAM "'/></iq>"), prefs);
    chat_settle (chat);
    settle_assert_said (chat, said, cases[i].is_known ? "word " : "");
  }
}

/* It refuses, or talks nonsense: as if there were none. */
static void
test_refusals (Chat *chat, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GString) said = NULL;
    g_autoptr (ChatTimeline) timeline = NULL;
    XmppNode *question;

    if (i == 0) {
      settle_sign_in (chat);
    } else {
      chat_restart (chat);
      fake_server_set_features (chat->server, SETTLE_FEATURES);
      chat_load (chat);
      chat_play_login (chat, NULL);
      chat_settle (chat);
    }
    g_free (settle_say (chat, JULIET, "word"));
    said = settle_start_again (chat, NS_MAM);
    timeline = chat_open (chat, JULIET);
    question = settle_find_question (chat, JULIET);
    if (i == 0)
      fake_server_reply_error (chat->server, question, "auth", "forbidden");
    else if (i == 1)
      fake_server_reply (chat->server, question, "<fin xmlns='urn:nonsense'/>");
    /* Not a word of it, from a server that lives. */
    for (guint j = 0; i == 2 && j < 10; j++) {
      base_clock_advance (chat->clock, 10 * G_TIME_SPAN_SECOND);
      chat_hear_presence (chat, JULIET "/balcony", "");
      chat_settle (chat);
    }
    chat_settle (chat);
    settle_assert_said (chat, said, "");
    settle_assert_line (timeline, i, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
  }
}

static void
let_it_recover (Chat *chat)
{
  for (guint i = 0; i < 2; i++) {
    base_clock_advance (chat->clock, 5 * G_TIME_SPAN_SECOND);
    chat_hear_presence (chat, JULIET "/balcony", "");
    chat_settle (chat);
  }
}

/* An archive that is not well says nothing about the line; it may be well in a while, and the line waits, but not for
 * ever. */
static void
test_unwell (Chat *chat, gconstpointer data)
{
  static const char *const errors[] = { "internal-server-error", "resource-constraint" };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GString) said = NULL;
    g_autoptr (ChatTimeline) timeline = NULL;
    XmppNode *question;
    guint n = 0;

    if (i == 0) {
      settle_sign_in (chat);
    } else {
      chat_restart (chat);
      fake_server_set_features (chat->server, SETTLE_FEATURES);
      chat_load (chat);
      chat_play_login (chat, NULL);
      chat_settle (chat);
    }
    g_free (settle_say (chat, JULIET, "word"));
    said = settle_start_again (chat, NS_MAM);
    timeline = chat_open (chat, JULIET);
    do {
      settle_assert_line (timeline, i, STORE_MESSAGE_PENDING, NULL);
      question = settle_find_question (chat, JULIET);
      fake_server_reply_error (chat->server, question, "wait", errors[n % G_N_ELEMENTS (errors)]);
      chat_settle (chat);
      settle_assert_said (chat, said, "");
      if (i < 2 || chat_message_get_state (chat_line (timeline, i)) != STORE_MESSAGE_PENDING)
        break;
      let_it_recover (chat);
    } while (++n < 20);

    if (i == 2) {
      g_assert_cmpuint (n, >=, 3);
      settle_assert_line (timeline, i, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
      continue;
    }
    settle_assert_line (timeline, i, STORE_MESSAGE_PENDING, NULL);
    let_it_recover (chat);
    settle_end_page (chat, settle_find_question (chat, JULIET), NULL, TRUE);
    if (i == 0) {
      settle_answer_prefs (chat, "always");
    } else {
      question = fake_server_find (chat->server, "<iq type='get'><prefs xmlns='" NS_MAM "'/></iq>");
      fake_server_reply_error (chat->server, question, "wait", "internal-server-error");
      chat_settle (chat);
      settle_assert_said (chat, said, "");
      let_it_recover (chat);
      settle_end_page (chat, settle_find_question (chat, JULIET), NULL, TRUE);
      settle_answer_prefs (chat, "always");
    }
    settle_assert_said (chat, said, "word ");
    settle_assert_line (timeline, i, STORE_MESSAGE_SENT, NULL);
  }
}

/* Pages are read backwards, as far as something that was here before the line was written. */
static void
test_pages (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  fake_server_set_abilities (chat->server, "urn:xmpp:sid:0");
  settle_sign_in (chat);
  fake_server_send (chat->server,
                    "<message from='" JULIET "/b' to='" OWN "' type='chat' id='j1'><body>before</body>"
                    "<stanza-id xmlns='urn:xmpp:sid:0' by='" OWN "' id='a1'/></message>");
  chat_settle (chat);
  one = settle_say (chat, JULIET, "one");
  said = settle_start_again (chat, NS_MAM " urn:xmpp:sid:0");
  timeline = chat_open (chat, JULIET);

  question = settle_find_question (chat, JULIET);
  settle_tell (chat, question, "a9", JULIET "/b", OWN, "x9");
  settle_end_page (chat, question, "a9", FALSE);
  question = settle_find_question (chat, JULIET);
  g_assert_cmpstr (settle_before_of (question), ==, "a9");
  settle_tell (chat, question, "a5", JULIET "/b", OWN, "x5");
  settle_end_page (chat, question, "a5", FALSE);
  question = settle_find_question (chat, JULIET);
  g_assert_cmpstr (settle_before_of (question), ==, "a5");
  settle_assert_said (chat, said, "");
  settle_tell (chat, question, "a1", JULIET "/b", OWN, "j1");
  settle_tell (chat, question, "a2", JULIET "/b", OWN, "x2");
  settle_end_page (chat, question, "a1", FALSE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "one ");
  g_assert_null (fake_server_look (chat->server, "<iq type='set'><query xmlns='" NS_MAM "'><x xmlns='jabber:x:data'/>"
                                                 "</query></iq>"));
}

/* An archive that goes round in circles, or is endless, is not asked for ever: then nobody knows. */
static void
test_endless (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;

  settle_sign_in (chat);
  g_free (settle_say (chat, JULIET, "one"));
  said = settle_start_again (chat, NS_MAM);
  timeline = chat_open (chat, JULIET);
  for (guint i = 0; i < 20; i++) {
    XmppNode *question = settle_find_question (chat, JULIET);

    settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
    settle_tell (chat, question, "a1", JULIET "/b", OWN, "x1");
    settle_end_page (chat, question, "a1", FALSE);
  }
  settle_assert_said (chat, said, "");
  settle_assert_line (timeline, 0, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
}

/* A line that the server ends the session for, each time, as one that is too long for it: that goes on for a while, and
 * not for ever; then the user decides. */
static void
test_unwanted (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  guint n = 0;

  settle_sign_in (chat);
  timeline = chat_open (chat, JULIET);
  said = settle_listen (chat);
  g_free (settle_say (chat, JULIET, "long"));
  while (chat_message_get_state (chat_line (timeline, 0)) == STORE_MESSAGE_PENDING && n++ < 20) {
    settle_assert_said (chat, said, "long ");
    fake_server_send (chat->server, "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                    "</stream:error>");
    chat_lose_link (chat);
    fake_server_set_features (chat->server, SETTLE_FEATURES);
    fake_server_set_abilities (chat->server, NS_MAM);
    chat_play_login (chat, NULL);
    fake_server_send (chat->server, "<enabled xmlns='" NS_SM "' id='s1' resume='true'/>");
    chat_settle (chat);
    settle_catch_up (chat);
    settle_end_page (chat, settle_find_question (chat, JULIET), NULL, TRUE);
    settle_answer_prefs (chat, "always");
  }
  g_assert_cmpuint (n, >=, 5);
  g_assert_cmpuint (n, <, 20);
  settle_assert_line (timeline, 0, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
  settle_assert_said (chat, said, "");

  chat_conversation_retry (chat_with (chat, JULIET), chat_line (timeline, 0));
  settle_assert_said (chat, said, "long ");
}

/* An id is worth nothing without who used it: she may repeat ours, and we may have used it with somebody else. */
static void
test_spoofed (Chat *chat, gconstpointer data)
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
  settle_tell (chat, question, "a1", JULIET "/b", OWN, one);
  settle_tell (chat, question, "a2", MERCUTIO "/x", OWN, one);
  settle_tell (chat, question, "a3", OWN "/other", MERCUTIO, one);
  settle_tell (chat, question, "a4", "romeo@montague.example.evil.example", JULIET, one);
  fake_server_send (chat->server,
                    "<message from='" MERCUTIO "/x' to='" OWN_FULL "'><result xmlns='" NS_MAM "' queryid='%s' id='a5'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" OWN "' to='" JULIET
                    "' type='chat'><body>one</body><origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message></forwarded>"
                    "</result></message>",
                    xmpp_node_get (xmpp_node_find (question, "query", NS_MAM), "queryid"), one);
  chat_settle (chat);
  settle_assert_line (timeline, 0, STORE_MESSAGE_PENDING, NULL);
  settle_end_page (chat, question, "a1", TRUE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "one ");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
}

/* What the archive has was sent, however old it is; what it has not is too old to be true without being asked for. */
static void
test_too_old (Chat *chat, gconstpointer data)
{
  g_autoptr (GString) said = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autofree char *one = NULL;
  XmppNode *question;

  settle_sign_in (chat);
  one = settle_say (chat, JULIET, "one");
  g_free (settle_say (chat, JULIET, "two"));
  chat_restart (chat);
  base_clock_advance (chat->clock, G_TIME_SPAN_DAY + G_TIME_SPAN_MINUTE);
  fake_server_set_abilities (chat->server, NS_MAM);
  chat_load (chat);
  said = settle_listen (chat);
  chat_play_login (chat, NULL);
  settle_catch_up (chat);
  timeline = chat_open (chat, JULIET);
  question = settle_find_question (chat, JULIET);
  settle_tell (chat, question, "a1", OWN "/orchard", JULIET, one);
  settle_end_page (chat, question, "a1", TRUE);
  settle_answer_prefs (chat, "always");
  settle_assert_said (chat, said, "");
  settle_assert_line (timeline, 0, STORE_MESSAGE_SENT, NULL);
  settle_assert_line (timeline, 1, STORE_MESSAGE_FAILED, CHAT_MESSAGE_TOO_OLD);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/settle-doubt/preferences", test_preferences },
    { "/settle-doubt/exceptions", test_exceptions },
    { "/settle-doubt/refusals", test_refusals },
    { "/settle-doubt/unwell", test_unwell },
    { "/settle-doubt/pages", test_pages },
    { "/settle-doubt/endless", test_endless },
    { "/settle-doubt/unwanted", test_unwanted },
    { "/settle-doubt/spoofed", test_spoofed },
    { "/settle-doubt/too-old", test_too_old },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
