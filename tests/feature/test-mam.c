/* Archives: what is asked, and what a page is made of. */
#include <string.h>

#include "mam-test.h"

/* -- what is asked -- */

static void
assert_asked (FeatureTest      *self,
              const XmppMamAsk *ask,
              const char       *to,
              const char       *wanted)
{
  g_autoptr (MamOpen) open = mam_test_open (self, ask, NULL);
  g_autofree char *query_id = g_strdup (open->query_id);
  g_autofree char *text = NULL;
  XmppNode *query = xmpp_node_get_first (open->iq);

  g_assert_cmpstr (xmpp_node_get (open->iq, "to"), ==, to);
  xmpp_node_set (query, "queryid", NULL);
  text = xmpp_node_to_string (query);
  g_assert_cmpstr (text, ==, wanted);
}

#define QUERY(inside) "<query xmlns='urn:xmpp:mam:2'>" inside "</query>"
#define FORM(fields)  "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>" \
                      "<value>urn:xmpp:mam:2</value></field>" fields "</x>"
#define FIELD(var, value) "<field var='" var "'><value>" value "</value></field>"
#define SET(inside)   "<set xmlns='http://jabber.org/protocol/rsm'>" inside "</set>"

static void
asked (FeatureTest *self)
{
  g_autoptr (XmppJid) juliet = xmpp_jid_new ("juliet@capulet.example", NULL);
  g_autoptr (XmppJid) romeo = xmpp_jid_new ("Romeo@montague.example", NULL);
  g_autoptr (XmppJid) room = xmpp_jid_new ("feast@rooms.capulet.example", NULL);

  feature_test_sign_in_with (self, "urn:xmpp:mam:2 urn:xmpp:mam:2#extended");
  assert_asked (self, &(XmppMamAsk) { .page = { 50, "", NULL } }, NULL, QUERY (SET ("<max>50</max><before/>")));
  assert_asked (self, &(XmppMamAsk) { .page = { 1000, "28482", NULL } }, NULL,
                QUERY (SET ("<max>250</max><before>28482</before>")));
  assert_asked (self, &(XmppMamAsk) { .with = juliet, .page = { 50, NULL, NULL } }, NULL,
                QUERY (FORM (FIELD ("with", "juliet@capulet.example")) SET ("<max>50</max>")));
  assert_asked (self, &(XmppMamAsk) { .with = juliet, .after_id = "<a>", .page = { 50, "", NULL } }, NULL,
                QUERY (FORM (FIELD ("with", "juliet@capulet.example") FIELD ("after-id", "&lt;a&gt;"))
                       SET ("<max>50</max><before/>")));
  assert_asked (self, &(XmppMamAsk) { .archive = romeo, .after_id = "a", .page = { 50, "", NULL } }, NULL,
                QUERY (FORM (FIELD ("after-id", "a")) SET ("<max>50</max><before/>")));
  /* What our archive can says nothing about a room's. */
  assert_asked (self, &(XmppMamAsk) { .archive = room, .after_id = "a", .page = { 50, "", NULL } },
                "feast@rooms.capulet.example", QUERY (SET ("<max>50</max><before/>")));
}

/* A field that the archive does not know would make it refuse. */
static void
asked_plainly (FeatureTest *self)
{
  feature_test_sign_in_with (self, "urn:xmpp:mam:2");
  assert_asked (self, &(XmppMamAsk) { .after_id = "a", .page = { 50, "", NULL } }, NULL,
                QUERY (SET ("<max>50</max><before/>")));
}

static void
random_ids (FeatureTest *self)
{
  g_autoptr (MamOpen) one = NULL;
  g_autoptr (MamOpen) other = NULL;

  feature_test_sign_in (self);
  one = mam_test_open (self, NULL, NULL);
  other = mam_test_open (self, NULL, NULL);
  g_assert_cmpuint (strlen (one->query_id), >=, 16);
  g_assert_cmpstr (one->query_id, !=, other->query_id);
  g_assert_cmpstr (one->query_id, !=, xmpp_node_get (one->iq, "id"));
}

/* -- a page -- */

static void
page (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_STAMP MAM_IN ("Romeo, Romeo"));
  mam_test_item (self, open, NULL, "b", "<delay xmlns='urn:xmpp:delay' stamp='2023-11-14T21:00:00Z'/>"
                                        MAM_OUT ("Shall I hear more"));
  mam_test_item (self, open, NULL, "c", MAM_IN ("'Tis but thy name"));
  fake_server_reply (self->server, open->iq, MAM_FIN ("", "<first index='40'>a</first><last>c</last><count>43</count>"));
  got = mam_test_finish (self, open);

  g_assert_cmpuint (got->messages->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (mam_test_nth (got, i)->origin, ==, XMPP_ORIGIN_ARCHIVE);
  g_assert_cmpstr (mam_test_nth (got, 0)->body, ==, "Romeo, Romeo");
  g_assert_cmpstr (mam_test_nth (got, 0)->archive_id, ==, "a");
  g_assert_cmpstr (xmpp_jid_get_text (mam_test_nth (got, 0)->from), ==, "juliet@capulet.example/balcony");
  g_assert_cmpint (mam_test_nth (got, 0)->sent_at, ==, FEATURE_EARLIER);
  g_assert_cmpstr (mam_test_nth (got, 1)->archive_id, ==, "b");
  g_assert_cmpstr (xmpp_jid_get_text (mam_test_nth (got, 1)->to), ==, "juliet@capulet.example");
  g_assert_cmpint (mam_test_nth (got, 1)->sent_at, ==, FEATURE_EARLIER + G_TIME_SPAN_HOUR);
  g_assert_cmpint (mam_test_nth (got, 2)->sent_at, ==, 0);
  g_assert_cmpstr (got->page.first, ==, "a");
  g_assert_cmpstr (got->page.last, ==, "c");
  g_assert_cmpint (got->page.count, ==, 43);
  g_assert_cmpint (got->first_at, ==, FEATURE_EARLIER);
  g_assert_false (got->complete);
  /* Nobody else has heard of it. */
  g_assert_cmpuint (self->messages->len, ==, 0);
}

/* What an item says is read as ever, but by the archive's time and under the archive's name. */
static void
contents (FeatureTest *self)
{
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in_with (self, "urn:xmpp:sid:0 urn:xmpp:mam:2");
  open = mam_test_open (self, NULL, NULL);
  mam_test_item (self, open, NULL, "a", MAM_STAMP
                 MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example", "chat",
                              "<body>a</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/>"
                              "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='false'/>"
                              "<delay xmlns='urn:xmpp:delay' from='montague.example' stamp='2023-11-14T19:00:00Z'/>"));
  mam_test_item (self, open, NULL, "b",
                 MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example", "chat",
                              "<body>b</body><delay xmlns='urn:xmpp:delay' from='montague.example'"
                              " stamp='2023-11-14T19:00:00Z'/>"));
  mam_test_item (self, open, NULL, "c",
                 MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example/orchard", "normal",
                              "<received xmlns='urn:xmpp:receipts' id='r1'/>"));
  /* Who wrote or got a line then does neither now. */
  mam_test_item (self, open, NULL, "d",
                 MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example", "chat",
                              "<composing xmlns='http://jabber.org/protocol/chatstates'/>"));
  mam_test_item (self, open, NULL, "e",
                 MAM_MESSAGE ("romeo@montague.example/phone", "juliet@capulet.example", "chat",
                              "<received xmlns='urn:xmpp:receipts' id='r2'/>"));
  fake_server_reply (self->server, open->iq, MAM_FIN ("complete='1'", ""));
  got = mam_test_finish (self, open);

  g_assert_cmpuint (got->messages->len, ==, 3);
  g_assert_cmpstr (mam_test_nth (got, 0)->origin_id, ==, "o1");
  g_assert_cmpstr (mam_test_nth (got, 0)->archive_id, ==, "a");
  g_assert_cmpint (mam_test_nth (got, 0)->sent_at, ==, FEATURE_EARLIER);
  g_assert_cmpint (mam_test_nth (got, 1)->sent_at, ==, FEATURE_EARLIER - G_TIME_SPAN_HOUR);
  g_assert_cmpint (mam_test_nth (got, 2)->act, ==, XMPP_ACT_MARK);
  g_assert_cmpstr (mam_test_nth (got, 2)->archive_id, ==, "c");
  g_assert_cmpstr (got->page.first, ==, "a");
  g_assert_cmpstr (got->page.last, ==, "e");
  g_assert_true (got->complete);
  fake_server_expect_nothing (self->server);
}

static void
empty (FeatureTest *self)
{
  static const struct { const char *fin; gint64 count; } fins[] = {
    { MAM_FIN ("complete='true'", "<count>0</count>"), 0 },
    { MAM_FIN ("complete='true'", ""), -1 },
    { "<fin xmlns='urn:xmpp:mam:2' complete='true'/>", -1 },
    /* Nothing leads on from here. */
    { MAM_FIN ("complete='false'", "<count>17</count>"), 17 },
    { "<fin xmlns='urn:xmpp:mam:2'/>", -1 },
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (fins); i++) {
    g_autoptr (MamOpen) open = mam_test_open (self, NULL, NULL);
    g_autoptr (XmppMamPage) got = NULL;

    fake_server_reply (self->server, open->iq, fins[i].fin);
    got = mam_test_finish (self, open);
    g_assert_cmpuint (got->messages->len, ==, 0);
    g_assert_null (got->page.first);
    g_assert_null (got->page.last);
    g_assert_cmpint (got->page.count, ==, fins[i].count);
    g_assert_cmpint (got->first_at, ==, 0);
    g_assert_true (got->complete);
  }
}

/* Which items there were is known without being told. */
static void
no_set (FeatureTest *self)
{
  g_autofree char *long_id = g_strnfill (1025, 'x');
  g_autofree char *too_long = g_strdup_printf (MAM_FIN ("", "<first>%s</first><last/>"), long_id);
  const char *fins[] = { "<fin xmlns='urn:xmpp:mam:2'/>", MAM_FIN ("", ""), too_long };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (fins); i++) {
    g_autoptr (MamOpen) open = mam_test_open (self, NULL, NULL);
    g_autoptr (XmppMamPage) got = NULL;

    mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
    mam_test_item (self, open, NULL, "b", MAM_IN ("b"));
    fake_server_reply (self->server, open->iq, fins[i]);
    got = mam_test_finish (self, open);
    g_assert_cmpstr (got->page.first, ==, "a");
    g_assert_cmpstr (got->page.last, ==, "b");
    g_assert_false (got->complete);
  }
}

static void
no_end (FeatureTest *self)
{
  static const char *const answers[] = {
    NULL, "<fin xmlns='urn:xmpp:mam:1' complete='true'/>", "<other xmlns='urn:other'/>",
    "<query xmlns='urn:xmpp:mam:2'><fin/></query>",
  };

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (MamOpen) open = mam_test_open (self, NULL, NULL);

    mam_test_item (self, open, NULL, "a", MAM_IN ("a"));
    fake_server_reply (self->server, open->iq, answers[i]);
    mam_test_assert_error (self, open, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST);
  }
}

static void
stamps (FeatureTest *self)
{
  static const struct { const char *stamp; gint64 wanted; } stamps[] = {
    { "", 0 }, { "yesterday", 0 }, { "1970-01-01T00:00:00Z", 0 }, { "-2023-11-14T20:00:00Z", 0 },
    { "99999-01-01T00:00:00Z", 0 }, { "2023-02-31T20:00:00Z", 0 },
    { "2023-11-14T20:00:00Z", FEATURE_EARLIER },
    { "2023-11-14T22:00:00+02:00", FEATURE_EARLIER },
    { "2030-01-01T00:00:00Z", FEATURE_NOW }, { "9998-01-01T00:00:00Z", FEATURE_NOW },
  };
  gint64 first = 0;
  g_autoptr (MamOpen) open = NULL;
  g_autoptr (XmppMamPage) got = NULL;

  feature_test_sign_in (self);
  open = mam_test_open (self, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++) {
    g_autofree char *id = g_strdup_printf ("s%u", i);
    g_autofree char *inside = g_strdup_printf ("<delay xmlns='urn:xmpp:delay' stamp='%s'/>" MAM_IN ("a"),
                                               stamps[i].stamp);

    mam_test_item (self, open, NULL, id, inside);
    if (first == 0)
      first = stamps[i].wanted;
  }
  fake_server_reply (self->server, open->iq, MAM_FIN ("complete='true'", ""));
  got = mam_test_finish (self, open);
  g_assert_cmpuint (got->messages->len, ==, G_N_ELEMENTS (stamps));
  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++)
    g_assert_cmpint (mam_test_nth (got, i)->sent_at, ==, stamps[i].wanted);
  g_assert_cmpint (got->first_at, ==, first);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/mam/asked", asked);
  feature_test_add ("/mam/asked-plainly", asked_plainly);
  feature_test_add ("/mam/random-ids", random_ids);
  feature_test_add ("/mam/page", page);
  feature_test_add ("/mam/contents", contents);
  feature_test_add ("/mam/empty", empty);
  feature_test_add ("/mam/no-set", no_set);
  feature_test_add ("/mam/no-end", no_end);
  feature_test_add ("/mam/stamps", stamps);
  return g_test_run ();
}
