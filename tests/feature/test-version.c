/* What software others say they run: asked for, answered by nobody else, fit to be shown. Who is told about ours is
 * tested with the rest of what we tell, in test-disco.c. */
#include "feature-test.h"
#include "xep-0092-version.h"

#define ASKED "<iq type='get' to='montague.example'><query xmlns='jabber:iq:version'/></iq>"

static void
ask (FeatureTest   *self,
     GCancellable  *cancellable,
     GAsyncResult **result)
{
  g_autoptr (XmppJid) server = xmpp_jid_new ("montague.example", NULL);

  xmpp_version_ask_async (self->session, server, cancellable, fake_result_cb, result);
}

static void
answers (FeatureTest *self)
{
  g_autofree char *long_name = g_strnfill (5000, 'P');
  g_autofree char *long_query =
      g_strdup_printf ("<query xmlns='jabber:iq:version'><name>%s</name></query>", long_name);
  g_autofree char *cut = g_strdup_printf ("%.99s…", long_name);
  const struct {
    const char *query;
    const char *name, *version, *os;
  } rows[] = {
    { "<query xmlns='jabber:iq:version'><name>Prosody</name><version>0.12.3</version><os>Linux</os></query>",
      "Prosody", "0.12.3", "Linux" },
    { "<query xmlns='jabber:iq:version'><name>Prosody</name></query>", "Prosody", NULL, NULL },
    { "<query xmlns='jabber:iq:version'/>", NULL, NULL, NULL },
    { "<query xmlns='jabber:iq:version'><name/><version>  \n </version></query>", NULL, NULL, NULL },
    { "<query xmlns='jabber:iq:version'><name>a\342\200\256b&lt;b&gt;\nc</name><version>%s</version></query>",
      "ab<b> c", "%s", NULL },
    { long_query, cut, NULL, NULL },
    { "<query xmlns='jabber:iq:version'><name xmlns='urn:other'>x</name></query>", NULL, NULL, NULL },
  };

  feature_test_sign_in (self);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppVersion) version = NULL;

    ask (self, NULL, &result);
    fake_server_reply (self->server, fake_server_expect (self->server, ASKED), rows[i].query);
    version = xmpp_version_ask_finish (self->session, fake_wait (&result), &error);
    g_assert_no_error (error);
    g_assert_cmpstr (version->name, ==, rows[i].name);
    g_assert_cmpstr (version->version, ==, rows[i].version);
    g_assert_cmpstr (version->os, ==, rows[i].os);
  }
}

/* Whatever the id, nobody answers for somebody else. Without an address it is our server that answers. */
static void
wrong_ones (FeatureTest *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (XmppVersion) version = NULL;
  XmppNode *asked;

  feature_test_sign_in (self);
  ask (self, NULL, &result);
  asked = fake_server_expect (self->server, ASKED);
  for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
    g_autofree char *address = feature_test_address (who);

    if (who == WHO_SERVER || who == WHO_NOBODY)
      continue;
    g_test_message ("answered by %s", feature_test_name (who));
    feature_test_receive (self, "<iq type='result' id='%s' %s><query xmlns='jabber:iq:version'><name>Evil</name>"
                                "</query></iq>", xmpp_node_get (asked, "id"), address);
    g_assert_null (result);
  }
  fake_server_reply (self->server, asked, "<query xmlns='jabber:iq:version'><name>Prosody</name></query>");
  version = xmpp_version_ask_finish (self->session, fake_wait (&result), NULL);
  g_assert_cmpstr (version->name, ==, "Prosody");
}

static void
no_answer (FeatureTest *self)
{
  enum { OFFLINE, CANCELLED, REFUSED, EMPTY, OTHER, N_WAYS };
  static const struct { int code; const char *payload; } ways[N_WAYS] = {
    [OFFLINE] = { G_IO_ERROR_NOT_CONNECTED, NULL },
    [CANCELLED] = { G_IO_ERROR_CANCELLED, NULL },
    [REFUSED] = { XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, NULL },
    [EMPTY] = { XMPP_STANZA_ERROR_BAD_REQUEST, NULL },
    [OTHER] = { XMPP_STANZA_ERROR_BAD_REQUEST, "<query xmlns='jabber:iq:roster'/>" },
  };

  for (guint way = OFFLINE; way < N_WAYS; way++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    XmppNode *asked = NULL;

    if (way == CANCELLED)
      feature_test_sign_in (self);
    ask (self, cancellable, &result);
    if (way != OFFLINE)
      asked = fake_server_expect (self->server, ASKED);
    if (way == CANCELLED)
      g_cancellable_cancel (cancellable);
    else if (way == REFUSED)
      fake_server_reply_error (self->server, asked, "cancel", "service-unavailable");
    else if (way != OFFLINE)
      fake_server_reply (self->server, asked, ways[way].payload);
    g_assert_null (xmpp_version_ask_finish (self->session, fake_wait (&result), &error));
    g_assert_error (error, (way <= CANCELLED ? G_IO_ERROR : XMPP_STANZA_ERROR), ways[way].code);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/version/answers", answers);
  feature_test_add ("/version/wrong-ones", wrong_ones);
  feature_test_add ("/version/no-answer", no_answer);
  return g_test_run ();
}
