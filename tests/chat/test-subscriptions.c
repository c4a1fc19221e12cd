/* RFC 6121 Appendix A from the client's side: in every state of subscription, what is said when the user acts, what
 * becomes of what is heard, and that nothing else leaves.
 *
 * Each row has a person of its own. The server of the row does what the RFC has it do: when the state of the roster's
 * entry changes, it pushes that. What is shown may change with that push and not before, but for an open question. */
#include "chat-contact-acts.h"
#include "chat-test.h"

#define PRE_APPROVAL "<sub xmlns='urn:xmpp:features:pre-approval'/>"

typedef enum { NONE, NONE_OUT, NONE_IN, NONE_OUT_IN, TO, TO_IN, FROM, FROM_OUT, BOTH, N_STATES } State;

static const struct {
  const char       *name;
  XmppSubscription  subscription;
  gboolean          is_asked;    /* pending out */
  gboolean          is_asking;   /* pending in */
} states[N_STATES] = {
  [NONE] = { "None", XMPP_SUBSCRIPTION_NONE, FALSE, FALSE },
  [NONE_OUT] = { "None + Pending Out", XMPP_SUBSCRIPTION_NONE, TRUE, FALSE },
  [NONE_IN] = { "None + Pending In", XMPP_SUBSCRIPTION_NONE, FALSE, TRUE },
  [NONE_OUT_IN] = { "None + Pending Out+In", XMPP_SUBSCRIPTION_NONE, TRUE, TRUE },
  [TO] = { "To", XMPP_SUBSCRIPTION_TO, FALSE, FALSE },
  [TO_IN] = { "To + Pending In", XMPP_SUBSCRIPTION_TO, FALSE, TRUE },
  [FROM] = { "From", XMPP_SUBSCRIPTION_FROM, FALSE, FALSE },
  [FROM_OUT] = { "From + Pending Out", XMPP_SUBSCRIPTION_FROM, TRUE, FALSE },
  [BOTH] = { "Both", XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE },
};

static void
ask (ChatContact *contact)
{
  chat_contact_ask (contact, "Let me in");
}

/* Our side: an act of the user, and the type of the stanza it may send. */
static const struct {
  const char *type;
  void      (*act) (ChatContact *contact);
  struct { gboolean is_sent; State after; } rows[N_STATES];
} outgoing[] = {
  /* A.2.1; asking again is sent in every state, to mend what the servers see differently. */
  { "subscribe", ask, {
    [NONE] = { TRUE, NONE_OUT }, [NONE_OUT] = { TRUE, NONE_OUT }, [NONE_IN] = { TRUE, NONE_OUT_IN },
    [NONE_OUT_IN] = { TRUE, NONE_OUT_IN }, [TO] = { TRUE, TO }, [TO_IN] = { TRUE, TO_IN }, [FROM] = { TRUE, FROM_OUT },
    [FROM_OUT] = { TRUE, FROM_OUT }, [BOTH] = { TRUE, BOTH },
  } },
  /* A.2.2; who has not asked cannot be allowed, unless the server can keep it. */
  { "subscribed", chat_contact_allow, {
    [NONE] = { FALSE, NONE }, [NONE_OUT] = { FALSE, NONE_OUT }, [NONE_IN] = { TRUE, FROM },
    [NONE_OUT_IN] = { TRUE, FROM_OUT }, [TO] = { FALSE, TO }, [TO_IN] = { TRUE, BOTH }, [FROM] = { FALSE, FROM },
    [FROM_OUT] = { FALSE, FROM_OUT }, [BOTH] = { FALSE, BOTH },
  } },
  /* A.2.3 */
  { "unsubscribe", chat_contact_stop_seeing, {
    [NONE] = { FALSE, NONE }, [NONE_OUT] = { TRUE, NONE }, [NONE_IN] = { FALSE, NONE_IN },
    [NONE_OUT_IN] = { TRUE, NONE_IN }, [TO] = { TRUE, NONE }, [TO_IN] = { TRUE, NONE_IN }, [FROM] = { FALSE, FROM },
    [FROM_OUT] = { TRUE, FROM }, [BOTH] = { TRUE, FROM },
  } },
  /* A.2.4; a no is sent in every state, the server routes it when it means something. */
  { "unsubscribed", chat_contact_refuse, {
    [NONE] = { TRUE, NONE }, [NONE_OUT] = { TRUE, NONE_OUT }, [NONE_IN] = { TRUE, NONE },
    [NONE_OUT_IN] = { TRUE, NONE_OUT }, [TO] = { TRUE, TO }, [TO_IN] = { TRUE, TO }, [FROM] = { TRUE, NONE },
    [FROM_OUT] = { TRUE, NONE_OUT }, [BOTH] = { TRUE, TO },
  } },
};

/* Their side: a stanza of theirs. Not one of them is answered by itself. */
static const struct {
  const char *type;
  State       after[N_STATES];
} incoming[] = {
  /* A.3.1; who sees us is answered by the server, so there is nothing to be asked of the user. */
  { "subscribe", {
    [NONE] = NONE_IN, [NONE_OUT] = NONE_OUT_IN, [NONE_IN] = NONE_IN, [NONE_OUT_IN] = NONE_OUT_IN, [TO] = TO_IN,
    [TO_IN] = TO_IN, [FROM] = FROM, [FROM_OUT] = FROM_OUT, [BOTH] = BOTH,
  } },
  /* A.3.2 */
  { "subscribed", {
    [NONE] = NONE, [NONE_OUT] = TO, [NONE_IN] = NONE_IN, [NONE_OUT_IN] = TO_IN, [TO] = TO, [TO_IN] = TO_IN,
    [FROM] = FROM, [FROM_OUT] = BOTH, [BOTH] = BOTH,
  } },
  /* A.3.3 */
  { "unsubscribe", {
    [NONE] = NONE, [NONE_OUT] = NONE_OUT, [NONE_IN] = NONE, [NONE_OUT_IN] = NONE_OUT, [TO] = TO, [TO_IN] = TO,
    [FROM] = NONE, [FROM_OUT] = NONE_OUT, [BOTH] = TO,
  } },
  /* A.3.4 */
  { "unsubscribed", {
    [NONE] = NONE, [NONE_OUT] = NONE, [NONE_IN] = NONE_IN, [NONE_OUT_IN] = NONE_IN, [TO] = NONE, [TO_IN] = NONE_IN,
    [FROM] = FROM, [FROM_OUT] = FROM, [BOTH] = FROM,
  } },
};

/* The server's side */

static void
push (Chat *chat, const char *jid, State state, gboolean is_approved)
{
  fake_server_send (chat->server,
                    "<iq type='set' id='p1'><query xmlns='jabber:iq:roster'>"
                    "<item jid='%s' subscription='%s'%s%s/></query></iq>",
                    jid, xmpp_subscription_name (states[state].subscription),
                    states[state].is_asked ? " ask='subscribe'" : "", is_approved ? " approved='true'" : "");
  fake_server_expect (chat->server, "<iq type='result' id='p1'/>");
  fake_server_expect_nothing (chat->server);
}

static void
hear (Chat *chat, const char *jid, const char *type)
{
  fake_server_send (chat->server, "<presence from='%s' to='" OWN "' type='%s'/>", jid, type);
  fake_settle ();
  fake_server_expect_nothing (chat->server);
}

static void
expect_sent (Chat *chat, const char *jid, const char *type)
{
  g_autofree char *pattern = g_strdup_printf ("<presence to='%s' type='%s'/>", jid, type);
  XmppNode *presence = fake_server_expect (chat->server, pattern);

  /* The question has its words; everything else says no more than it has to. */
  if (g_str_equal (type, "subscribe"))
    g_assert_cmpstr (xmpp_node_find_text (presence, "status", NULL), ==, "Let me in");
  else
    g_assert_null (xmpp_node_get_first (presence));
  fake_server_expect_nothing (chat->server);
}

static gboolean
is_listed (Chat *chat, ChatContact *contact)
{
  GListModel *requests = G_LIST_MODEL (chat_core_get_requests (chat->core));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (requests); i++) {
    g_autoptr (ChatContact) other = g_list_model_get_item (requests, i);

    n += other == contact;
  }
  g_assert_cmpuint (n, <=, 1);
  return n == 1;
}

static void
assert_roster_state (ChatContact *contact, State state)
{
  XmppSubscription subscription = states[state].subscription;

  g_assert_true (chat_contact_is_contact (contact));
  g_assert_cmpint (chat_contact_get_subscription (contact), ==, subscription);
  g_assert_cmpint (chat_contact_is_asked (contact), ==, states[state].is_asked);
  g_assert_cmpint (chat_contact_sees_us (contact), ==,
                   subscription == XMPP_SUBSCRIPTION_FROM || subscription == XMPP_SUBSCRIPTION_BOTH);
}

static void
assert_asking (Chat *chat, ChatContact *contact, State state)
{
  g_assert_cmpint (chat_contact_is_asking (contact), ==, states[state].is_asking);
  g_assert_cmpint (is_listed (chat, contact), ==, states[state].is_asking);
}

/* Somebody new, with whom it stands so. */
static ChatContact *
enter (Chat *chat, State state, const char *jid)
{
  ChatContact *contact;

  push (chat, jid, state, FALSE);
  if (states[state].is_asking)
    hear (chat, jid, "subscribe");
  contact = chat_contact (chat, jid);
  assert_roster_state (contact, state);
  assert_asking (chat, contact, state);
  return contact;
}

/* The push of what has become of it, if the entry is another one then. */
static void
arrive (Chat *chat, ChatContact *contact, State before, State after)
{
  assert_roster_state (contact, before);
  if (states[before].subscription != states[after].subscription || states[before].is_asked != states[after].is_asked)
    push (chat, xmpp_jid_get_text (chat_contact_get_jid (contact)), after, FALSE);
  assert_roster_state (contact, after);
  assert_asking (chat, contact, after);
}

static void
test_outgoing (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (guint i = 0; i < G_N_ELEMENTS (outgoing); i++) {
    for (State state = NONE; state < N_STATES; state++) {
      g_autofree char *jid = g_strdup_printf ("%s-%d@verona.example", outgoing[i].type, state);
      State after = outgoing[i].rows[state].after;
      ChatContact *contact;

      g_test_message ("outgoing %s in %s", outgoing[i].type, states[state].name);
      contact = enter (chat, state, jid);
      outgoing[i].act (contact);
      if (outgoing[i].rows[state].is_sent)
        expect_sent (chat, jid, outgoing[i].type);
      fake_server_expect_nothing (chat->server);
      arrive (chat, contact, state, after);
      g_assert_false (chat_knows (chat, jid));
    }
  }
}

static void
test_incoming (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (guint i = 0; i < G_N_ELEMENTS (incoming); i++) {
    for (State state = NONE; state < N_STATES; state++) {
      g_autofree char *jid = g_strdup_printf ("%s-%d@verona.example", incoming[i].type, state);
      State after = incoming[i].after[state];
      ChatContact *contact;

      g_test_message ("incoming %s in %s", incoming[i].type, states[state].name);
      contact = enter (chat, state, jid);
      hear (chat, jid, incoming[i].type);
      arrive (chat, contact, state, after);
      g_assert_false (chat_knows (chat, jid));
    }
  }
}

/* Nothing that somebody says changes the roster, and a push does so without anybody having said something. */
static void
test_words_and_deeds (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (State state = NONE; state < N_STATES; state++) {
    for (guint i = 0; i < G_N_ELEMENTS (incoming); i++) {
      g_autofree char *jid = g_strdup_printf ("%s-%d@mantua.example", incoming[i].type, state);
      ChatContact *contact = enter (chat, state, jid);

      hear (chat, jid, incoming[i].type);
      assert_roster_state (contact, state);
    }
    for (State after = NONE; after < N_STATES; after++) {
      g_autofree char *jid = g_strdup_printf ("deed-%d-%d@mantua.example", state, after);
      ChatContact *contact = enter (chat, state, jid);

      g_test_message ("a push from %s to %s", states[state].name, states[after].name);
      push (chat, jid, after, FALSE);
      assert_roster_state (contact, after);
      /* On another device they were allowed; or it says nothing about the question. */
      g_assert_cmpint (is_listed (chat, contact), ==, states[state].is_asking && !chat_contact_sees_us (contact));
    }
  }
}

/* Somebody in no roster: there is nothing but the question. */
static void
test_stranger (Chat *chat, gconstpointer data)
{
  ChatContact *contact;

  chat_sign_in (chat);
  for (guint i = 0; i < G_N_ELEMENTS (incoming); i++) {
    g_autofree char *jid = g_strdup_printf ("%s@verona.example", incoming[i].type);
    g_autoptr (XmppJid) parsed = xmpp_jid_new (jid, NULL);
    gboolean asks = g_str_equal (incoming[i].type, "subscribe");

    hear (chat, jid, incoming[i].type);
    contact = chat_account_find_contact (chat->account, parsed);
    g_assert_cmpint (contact != NULL, ==, asks);
    if (contact != NULL) {
      g_assert_false (chat_contact_is_contact (contact));
      g_assert_cmpint (chat_contact_get_subscription (contact), ==, XMPP_SUBSCRIPTION_NONE);
      g_assert_true (is_listed (chat, contact));
    }
    g_assert_false (chat_knows (chat, jid));
  }

  /* Asked from a device, answered to the account. */
  hear (chat, MERCUTIO "/sword", "subscribe");
  contact = chat_contact (chat, MERCUTIO);
  g_assert_true (is_listed (chat, contact));
  chat_contact_allow (contact);
  expect_sent (chat, MERCUTIO, "subscribed");
  g_assert_false (is_listed (chat, contact));
  g_assert_false (chat_contact_sees_us (contact));
  push (chat, MERCUTIO, FROM, FALSE);
  g_assert_true (chat_contact_sees_us (contact));

  /* Without a question there is nothing to allow, and nothing to stop; asking is always possible. */
  contact = chat_contact (chat, "paris@verona.example");
  chat_contact_allow (contact);
  chat_contact_stop_seeing (contact);
  fake_server_expect_nothing (chat->server);
  chat_contact_ask (contact, "Let me in");
  expect_sent (chat, "paris@verona.example", "subscribe");
  g_assert_false (chat_contact_is_contact (contact));
}

/* With a server that keeps a consent which nobody has asked for yet (§3.4). */
static void
test_approval (Chat *chat, gconstpointer data)
{
  fake_server_set_features (chat->server, "<ver xmlns='urn:xmpp:features:rosterver'/>" PRE_APPROVAL);
  chat_sign_in (chat);
  for (State state = NONE; state < N_STATES; state++) {
    g_autofree char *jid = g_strdup_printf ("ahead-%d@verona.example", state);
    ChatContact *contact = enter (chat, state, jid);
    gboolean sees_us = chat_contact_sees_us (contact);

    g_test_message ("ahead in %s", states[state].name);
    g_assert_true (chat_contact_can_allow_ahead (contact));
    chat_contact_allow (contact);
    if (!sees_us)
      expect_sent (chat, jid, "subscribed");
    fake_server_expect_nothing (chat->server);
    if (states[state].is_asking || sees_us)
      continue;

    g_assert_false (chat_contact_is_approved (contact));
    push (chat, jid, state, TRUE);
    g_assert_true (chat_contact_is_approved (contact));
    g_assert_false (chat_contact_sees_us (contact));
    assert_roster_state (contact, state);
    chat_contact_allow (contact);
    fake_server_expect_nothing (chat->server);

    /* A question that comes in spite of it is for the user to answer; nobody is let in by us. */
    hear (chat, jid, "subscribe");
    g_assert_true (is_listed (chat, contact));
    hear (chat, jid, "unsubscribe");
    g_assert_false (is_listed (chat, contact));
    g_assert_true (chat_contact_is_approved (contact));

    chat_contact_refuse (contact);
    expect_sent (chat, jid, "unsubscribed");
    push (chat, jid, state, FALSE);
    g_assert_false (chat_contact_is_approved (contact));
    assert_roster_state (contact, state);
  }
}

static void
test_no_approval (Chat *chat, gconstpointer data)
{
  ChatContact *nurse;

  fake_server_set_features (chat->server,
                            "<sub xmlns='urn:example:else'/><pre xmlns='urn:xmpp:features:pre-approval'/>");
  chat_sign_in (chat);
  nurse = chat_contact (chat, NURSE);
  push (chat, NURSE, TO, FALSE);
  g_assert_false (chat_contact_can_allow_ahead (nurse));
  chat_contact_allow (nurse);
  fake_server_expect_nothing (chat->server);

  /* A consent of earlier days can be taken back all the same. */
  push (chat, NURSE, TO, TRUE);
  chat_contact_refuse (nurse);
  expect_sent (chat, NURSE, "unsubscribed");
}

/* Whom we do not see any more is not shown as when last seen, whether their server says goodbye or not. */
static void
test_sight (Chat *chat, gconstpointer data)
{
  chat_sign_in (chat);
  for (State before = NONE; before < N_STATES; before++) {
    for (State after = NONE; after < N_STATES; after++) {
      g_autofree char *jid = g_strdup_printf ("seen-%d-%d@verona.example", before, after);
      gboolean was_seen = before == TO || before == TO_IN || before == BOTH;
      gboolean is_seen = after == TO || after == TO_IN || after == BOTH;
      ChatContact *contact = enter (chat, before, jid);

      g_test_message ("from %s to %s", states[before].name, states[after].name);
      chat_hear_presence (chat, jid, "<show>away</show>");
      fake_settle ();
      g_assert_cmpint (chat_contact_get_show (contact), ==, XMPP_SHOW_AWAY);
      fake_server_forget (chat->server);
      push (chat, jid, after, FALSE);
      /* Whoever shows themselves without having been asked may do so. */
      g_assert_cmpint (chat_contact_get_show (contact), ==,
                       was_seen && !is_seen ? XMPP_SHOW_OFFLINE : XMPP_SHOW_AWAY);
    }
  }
}

/* What the properties announce, and how often. */
static void
count_cb (ChatContact *contact, GParamSpec *pspec, guint *n)
{
  *n += 1;
}

static void
test_notify (Chat *chat, gconstpointer data)
{
  static const char *const names[] = { "subscription", "approved", "asked", "asking", "is-contact" };
  guint n[G_N_ELEMENTS (names)] = { 0 };
  ChatContact *contact;

  chat_sign_in (chat);
  contact = chat_contact (chat, MERCUTIO);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *signal = g_strconcat ("notify::", names[i], NULL);

    g_signal_connect (contact, signal, G_CALLBACK (count_cb), &n[i]);
  }
  push (chat, MERCUTIO, NONE_OUT, TRUE);
  hear (chat, MERCUTIO, "subscribe");
  hear (chat, MERCUTIO, "subscribe");
  push (chat, MERCUTIO, NONE_OUT, TRUE);
  g_assert_cmpuint (n[0], ==, 0);
  g_assert_cmpuint (n[1], ==, 1);
  g_assert_cmpuint (n[2], ==, 1);
  g_assert_cmpuint (n[3], ==, 1);
  g_assert_cmpuint (n[4], ==, 1);
  push (chat, MERCUTIO, BOTH, FALSE);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (n[i], ==, i == 0 ? 1 : 2);
  g_assert_cmpuint (n[4], ==, 1);
  g_signal_handlers_disconnect_matched (contact, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, count_cb, NULL);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Chat *, gconstpointer);
  } tests[] = {
    { "/subscriptions/outgoing", test_outgoing },
    { "/subscriptions/incoming", test_incoming },
    { "/subscriptions/words-and-deeds", test_words_and_deeds },
    { "/subscriptions/stranger", test_stranger },
    { "/subscriptions/approval", test_approval },
    { "/subscriptions/approval/none", test_no_approval },
    { "/subscriptions/sight", test_sight },
    { "/subscriptions/notify", test_notify },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Chat, NULL, chat_set_up, tests[i].test, chat_tear_down);
  return g_test_run ();
}
