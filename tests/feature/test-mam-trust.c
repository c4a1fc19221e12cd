/* Archives: whose results are taken, what of them is believed, and how much. */
#include "mam-test.h"
#include "xep-0313-mam-page.h"

/* -- who may say this -- */

static void
who_may_send (FeatureTest *self)
{
  g_autoptr (XmppJid) room = xmpp_jid_new ("feast@rooms.capulet.example", NULL);
  const struct { XmppJid *archive; guint may; const char *inside; } archives[] = {
    { NULL, WHO_NOBODY | WHO_ACCOUNT, MAM_IN ("a") },
    { room, WHO_ROOM,
      "<message xmlns='jabber:client' type='groupchat' from='feast@rooms.capulet.example/juliet'><body>a</body>"
      "</message>" },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (archives); i++) {
    for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
      const XmppMamAsk ask = { .archive = archives[i].archive, .page = { 50, "", NULL } };
      g_autoptr (MamOpen) open = mam_test_open (self, &ask, NULL);
      g_autoptr (XmppMamPage) got = NULL;
      g_autofree char *address = feature_test_address (who);
      const guint items = (archives[i].may & who) != 0 ? 1 : 0;

      g_test_message ("sent by %s", feature_test_name (who));
      mam_test_item (self, open, address, "a", archives[i].inside);
      /* Refused whole: not even what stands beside it is heard. */
      feature_test_receive (self, "<message %s type='chat'><body>look</body>"
                                  "<result xmlns='urn:xmpp:mam:2' queryid='%s' id='b'/></message>",
                            address, open->query_id);
      g_assert_cmpuint (self->messages->len, ==, 0);
      fake_server_reply (self->server, open->iq, MAM_FIN ("complete='true'", ""));
      got = mam_test_finish (self, open);
      g_assert_cmpuint (got->messages->len, ==, items);
      g_assert_cmpstr (got->page.last, ==, items > 0 ? "b" : NULL);
    }
  }
}

static void
who_may_end (FeatureTest *self)
{
  feature_test_sign_in (self);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autoptr (MamOpen) open = mam_test_open (self, NULL, NULL);
    g_autoptr (XmppMamPage) got = NULL;
    g_autofree char *address = feature_test_address (who);

    g_test_message ("ended by %s", feature_test_name (who));
    feature_test_receive (self, "<iq type='result' id='%s' %s>%s</iq>", xmpp_node_get (open->iq, "id"), address,
                          MAM_FIN ("complete='true'", ""));
    mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
    fake_server_reply (self->server, open->iq, MAM_FIN ("complete='true'", ""));
    got = mam_test_finish (self, open);
    g_assert_cmpuint (got->messages->len, ==, (who & (WHO_NOBODY | WHO_ACCOUNT)) != 0 ? 0 : 1);
    g_assert_cmpuint (self->messages->len, ==, 0);
  }
}

/* Two archives at a time, and each is believed for itself only. */
static void
wrong_query (FeatureTest *self)
{
  static const char *const marks[] = { "", "queryid=''", "queryid='28482'" };
  g_autoptr (XmppJid) room = xmpp_jid_new ("feast@rooms.capulet.example", NULL);
  const XmppMamAsk ask = { .archive = room, .page = { 50, "", NULL } };
  g_autoptr (MamOpen) ours = NULL;
  g_autoptr (MamOpen) theirs = NULL;
  g_autoptr (XmppMamPage) our_page = NULL;
  g_autoptr (XmppMamPage) their_page = NULL;

  feature_test_sign_in (self);
  ours = mam_test_open (self, NULL, NULL);
  theirs = mam_test_open (self, &ask, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    feature_test_receive (self, "<message to='" FEATURE_JID "'><result xmlns='urn:xmpp:mam:2' %s id='a'>"
                                "<forwarded xmlns='urn:xmpp:forward:0'>" MAM_IN ("a") "</forwarded></result></message>",
                          marks[i]);
  mam_test_item (self, ours, "from='feast@rooms.capulet.example' to='" FEATURE_JID "'", "b", MAM_IN ("b"));
  mam_test_item (self, theirs, NULL, "c", MAM_IN ("c"));
  g_assert_cmpuint (self->messages->len, ==, 0);

  fake_server_reply (self->server, ours->iq, MAM_FIN ("", ""));
  our_page = mam_test_finish (self, ours);
  g_assert_cmpuint (our_page->messages->len, ==, 0);
  g_assert_null (our_page->page.first);
  fake_server_reply (self->server, theirs->iq, MAM_FIN ("", ""));
  their_page = mam_test_finish (self, theirs);
  g_assert_cmpuint (their_page->messages->len, ==, 0);
  g_assert_null (their_page->page.first);

  /* What comes after the end. */
  mam_test_item (self, ours, NULL, "d", MAM_IN ("d"));
  g_assert_cmpuint (self->messages->len, ==, 0);
  g_assert_cmpuint (our_page->messages->len, ==, 0);
}

/* -- what an item may be -- */

static void
items (FeatureTest *self)
{
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *too_long = g_strnfill (1025, 'x');
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_IN ("first"));
  mam_test_item (self, open, NULL, "a", MAM_IN ("again"));
  mam_test_item (self, open, NULL, "", MAM_IN ("without a name"));
  mam_test_item (self, open, NULL, too_long, MAM_IN ("with too long a one"));
  feature_test_receive (self, "<message><result xmlns='urn:xmpp:mam:2' queryid='%s'><forwarded"
                              " xmlns='urn:xmpp:forward:0'>" MAM_IN ("b") "</forwarded></result></message>",
                        open->query_id);
  feature_test_receive (self, "<message type='error'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='b'><forwarded"
                              " xmlns='urn:xmpp:forward:0'>" MAM_IN ("b") "</forwarded></result></message>",
                        open->query_id);
  mam_test_item (self, open, NULL, longest, MAM_IN ("last"));
  fake_server_reply (self->server, open->iq, MAM_FIN ("", ""));
  got = mam_test_finish (self, open);
  g_assert_cmpuint (got->messages->len, ==, 2);
  g_assert_cmpstr (mam_test_nth (got, 0)->body, ==, "first");
  g_assert_cmpstr (mam_test_nth (got, 1)->body, ==, "last");
  g_assert_cmpstr (got->page.first, ==, "a");
  g_assert_cmpstr (got->page.last, ==, longest);
  g_assert_cmpuint (self->messages->len, ==, 0);
}

/* Items that say nothing still have a place. */
static void
nonsense (FeatureTest *self)
{
  static const char carbon[] =
    "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" MAM_IN ("a") "</forwarded></received>";
  g_autofree char *copy = g_strdup_printf (
    MAM_MESSAGE ("romeo@montague.example", "romeo@montague.example/phone", "chat", "<body>a</body>%s"), carbon);
  const char *const insides[] = {
    "",
    MAM_STAMP,
    MAM_IN ("a") MAM_IN ("b"),
    MAM_IN ("a") "</forwarded><forwarded xmlns='urn:xmpp:forward:0'>" MAM_IN ("b"),
    "<iq xmlns='jabber:client' type='set' id='i1' from='juliet@capulet.example/b' to='romeo@montague.example'/>",
    "<presence xmlns='jabber:client' from='juliet@capulet.example/b' to='romeo@montague.example'/>",
    MAM_IN ("a") "<presence xmlns='jabber:client'/>",
    "<message xmlns='urn:other' from='juliet@capulet.example' to='romeo@montague.example'>"
    "<body xmlns='jabber:client'>a</body></message>",
    "<body xmlns='jabber:client'>a</body>",
    MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example", "chat", ""),
    /* neither said nor heard by us */
    MAM_MESSAGE ("juliet@capulet.example/balcony", "benvolio@montague.example", "chat", "<body>a</body>"),
    MAM_MESSAGE ("romeo@montague.example.test", "juliet@capulet.example", "chat", "<body>a</body>"),
    MAM_MESSAGE ("@", "romeo@montague.example", "chat", "<body>a</body>"),
    MAM_MESSAGE ("romeo@montague.example", "@", "chat", "<body>a</body>"),
    "<message xmlns='jabber:client' type='chat'><body>a</body></message>",
    /* said in a room */
    MAM_MESSAGE ("feast@rooms.capulet.example/juliet", "romeo@montague.example/orchard", "groupchat", "<body>a</body>"),
    MAM_MESSAGE ("romeo@montague.example/orchard", "feast@rooms.capulet.example", "groupchat", "<body>a</body>"),
    /* a wrapper in a wrapper */
    copy,
    MAM_MESSAGE ("romeo@montague.example", "romeo@montague.example/phone", "chat",
                 "<body>a</body><result xmlns='urn:xmpp:mam:2' queryid='q' id='i'/>"),
  };
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (insides); i++) {
    g_autofree char *id = g_strdup_printf ("i%u", i);

    mam_test_item (self, open, NULL, id, insides[i]);
  }
  feature_test_receive (self, "<message><result xmlns='urn:xmpp:mam:2' queryid='%s' id='last'/></message>",
                        open->query_id);
  fake_server_reply (self->server, open->iq, MAM_FIN ("", ""));
  got = mam_test_finish (self, open);
  for (guint i = 0; i < got->messages->len; i++)
    g_test_message ("said something: %s", mam_test_nth (got, i)->archive_id);
  g_assert_cmpuint (got->messages->len, ==, 0);
  g_assert_cmpstr (got->page.first, ==, "i0");
  g_assert_cmpstr (got->page.last, ==, "last");
  g_assert_cmpint (got->first_at, ==, 0);
  g_assert_cmpuint (self->messages->len, ==, 0);
  fake_server_expect_nothing (self->server);
}

/* What is in a room's archive was said in that room. */
static void
room_items (FeatureTest *self)
{
  g_autoptr (XmppJid) room = xmpp_jid_new ("feast@rooms.capulet.example", NULL);
  const XmppMamAsk ask = { .archive = room, .page = { 50, "", NULL } };
  static const char address[] = "from='feast@rooms.capulet.example' to='" FEATURE_JID "'";
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, &ask, NULL);
  mam_test_item (self, open, address, "a", MAM_IN ("a"));
  mam_test_item (self, open, address, "b", MAM_OUT ("b"));
  mam_test_item (self, open, address, "c",
                 MAM_MESSAGE ("ball@rooms.capulet.example/juliet", "romeo@montague.example", "groupchat", "<body>c</body>"));
  mam_test_item (self, open, address, "d", "<message xmlns='jabber:client' type='groupchat'><body>d</body></message>");
  mam_test_item (self, open, address, "e",
                 "<message xmlns='jabber:client' type='groupchat' from='feast@rooms.capulet.example/juliet'>"
                 "<body>e</body></message>");
  fake_server_reply (self->server, open->iq, MAM_FIN ("", ""));
  got = mam_test_finish (self, open);
  g_assert_cmpuint (got->messages->len, ==, 1);
  g_assert_cmpstr (mam_test_nth (got, 0)->body, ==, "e");
  g_assert_cmpint (mam_test_nth (got, 0)->type, ==, XMPP_MESSAGE_GROUPCHAT);
}

/* Not even our own account's copy of a result is a result. */
static void
in_a_carbon (FeatureTest *self)
{
  static const char *const directions[] = { "received", "sent" };
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    feature_test_receive (self, "<message from='romeo@montague.example' to='" FEATURE_JID "'><%s"
                                " xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
                                "<message xmlns='jabber:client' from='romeo@montague.example'"
                                " to='romeo@montague.example/phone'><body>a</body>"
                                "<result xmlns='urn:xmpp:mam:2' queryid='%s' id='a'><forwarded"
                                " xmlns='urn:xmpp:forward:0'>" MAM_IN ("a") "</forwarded></result>"
                                "</message></forwarded></%s></message>",
                          directions[i], open->query_id, directions[i]);
  fake_server_reply (self->server, open->iq, MAM_FIN ("", ""));
  got = mam_test_finish (self, open);
  g_assert_null (got->page.first);
  g_assert_cmpuint (got->messages->len, ==, 0);
  g_assert_cmpuint (self->messages->len, ==, 0);
}

/* -- too much -- */

/* Straight into a page: how they come is of no matter, and so they come faster. */
static XmppMamPage *
fill (FeatureTest *self,
      guint        count,
      gsize        body_size,
      gboolean     is_backward)
{
  XmppMamQuery *query = xmpp_mam_query_new (self->session, NULL, is_backward);
  g_autofree char *body = g_strnfill (body_size, 'x');
  g_autoptr (XmppNode) answer = xmpp_node_new ("iq", "jabber:client");
  g_autoptr (GError) error = NULL;
  XmppMamPage *got;

  for (guint i = 0; i < count; i++) {
    g_autoptr (XmppNode) result = xmpp_node_new ("result", NS_MAM);
    XmppNode *forwarded = xmpp_node_add (result, "forwarded", "urn:xmpp:forward:0");
    XmppNode *message = xmpp_node_add (forwarded, "message", "jabber:client");
    g_autofree char *id = g_strdup_printf ("i%u", i);

    xmpp_node_set (result, "id", id);
    xmpp_node_set (message, "from", "juliet@capulet.example/balcony");
    xmpp_node_set (message, "to", "romeo@montague.example");
    xmpp_node_add_text (message, "body", NULL, body);
    g_assert_true (xmpp_mam_query_take (query, self->session, NULL, result));
  }
  xmpp_node_set (xmpp_node_add (answer, "fin", NS_MAM), "complete", "true");
  got = xmpp_mam_query_end (query, answer, &error);
  g_assert_no_error (error);
  xmpp_mam_query_free (query);
  return got;
}

static void
too_long (FeatureTest *self)
{
  static const struct { guint count; gsize size; guint kept; gboolean is_backward; } pages[] = {
    { XMPP_MAM_PAGE_MAX, 10, XMPP_MAM_PAGE_MAX, TRUE },
    { XMPP_MAM_PAGE_MAX + 1, 10, XMPP_MAM_PAGE_MAX, TRUE },
    { 300, 10, XMPP_MAM_PAGE_MAX, TRUE },
    { 300, 10, XMPP_MAM_PAGE_MAX, FALSE },
    { 100, 64 * 1024, 100, TRUE },
    { 140, 64 * 1024, 127, TRUE },
    { 140, 64 * 1024, 127, FALSE },
    { 2, 9 * 1024 * 1024, 1, TRUE },
    { 2, 9 * 1024 * 1024, 1, FALSE },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (XmppMamPage) got = fill (self, pages[i].count, pages[i].size, pages[i].is_backward);
    gboolean is_cut = pages[i].kept < pages[i].count;
    guint first = pages[i].is_backward ? pages[i].count - pages[i].kept : 0;
    g_autofree char *first_id = g_strdup_printf ("i%u", first);
    g_autofree char *last_id = g_strdup_printf ("i%u", first + pages[i].kept - 1);

    g_test_message ("%u of %u bytes", pages[i].count, (guint) pages[i].size);
    g_assert_cmpuint (got->messages->len, ==, pages[i].kept);
    g_assert_cmpstr (got->page.first, ==, first_id);
    g_assert_cmpstr (got->page.last, ==, last_id);
    g_assert_cmpstr (mam_test_nth (got, 0)->archive_id, ==, first_id);
    g_assert_cmpstr (mam_test_nth (got, pages[i].kept - 1)->archive_id, ==, last_id);
    g_assert_cmpint (got->is_cut, ==, is_cut);
    g_assert_cmpint (got->complete, ==, !is_cut);
  }
}

/* Whatever its end says is true of more than we have. */
static void
flood (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  for (guint i = 0; i < 300; i++)
    g_string_append_printf (all, "<message><result xmlns='urn:xmpp:mam:2' queryid='%s' id='i%u'/></message>",
                            open->query_id, i);
  feature_test_receive (self, "%s", all->str);
  fake_server_reply (self->server, open->iq, MAM_FIN ("complete='true'", "<first>i0</first><last>i299</last>"));
  got = mam_test_finish (self, open);
  g_assert_cmpstr (got->page.first, ==, "i50");
  g_assert_cmpstr (got->page.last, ==, "i299");
  g_assert_false (got->complete);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/mam/who-may-send", who_may_send);
  feature_test_add ("/mam/who-may-end", who_may_end);
  feature_test_add ("/mam/wrong-query", wrong_query);
  feature_test_add ("/mam/items", items);
  feature_test_add ("/mam/nonsense", nonsense);
  feature_test_add ("/mam/room-items", room_items);
  feature_test_add ("/mam/in-a-carbon", in_a_carbon);
  feature_test_add ("/mam/too-long", too_long);
  feature_test_add ("/mam/flood", flood);
  return g_test_run ();
}
