/* Who may say this? Every handler of every feature is asked by everybody, and every question answered by everybody:
 * what comes of it stands in two tables. A feature of the registry that is in neither fails. */
#include <string.h>

#include "feature-test.h"
#include "rfc-6121-roster.h"
#include "xep-0030-disco.h"
#include "xep-0077-register.h"
#include "xep-0092-version.h"
#include "xep-0199-ping.h"
#include "xep-0313-mam.h"
#include "xep-0441-mam-prefs.h"
#include "xmpp-reader.h"

#define WHO_ALL       ((guint) WHO_END - 1)
#define WHO_OURSELVES (WHO_NOBODY | WHO_ACCOUNT)
#define WHO_OTHERS    (WHO_ALL & ~(guint) (WHO_NOBODY | WHO_ACCOUNT | WHO_DEVICE))

#define FORWARDED(from, to) \
  "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='" from "' to='" to "' type='chat'>" \
  "<body>a</body></message></forwarded>"
#define CHATSTATE(name) "<" name " xmlns='http://jabber.org/protocol/chatstates'/>"

/* What comes of a stanza, in words: "say", "mark", "typing", "failed" is what the session tells of a message, with
 * "copied", "numbered", "dated" and "named" for what it believes of it; "presence", "request" (to see us) and "item" (of
 * the roster) it tells as well; "result", "error", "receipt" and "question" go out. */
typedef struct {
  const char    *feature;
  XmppRouteKind  kind;
  const char    *stanza;      /* message, presence, iq */
  const char    *type;        /* (nullable) */
  const char    *payload;     /* {n}: a number of the speaker's own; {from}: their address */
  guint          may;         /* for whom this comes of it … */
  const char    *then;
  const char    *otherwise;   /* … and for the others */
} Saying;

static const Saying sayings[] = {
  { "roster", XMPP_IQ_SET, "iq", "set",
    "<query xmlns='jabber:iq:roster'><item jid='nurse@capulet.example' name='{n}' subscription='none'/></query>",
    WHO_OURSELVES, "item result", "error" },
  { "roster", XMPP_STREAM_FEATURE, "message", "chat", "<ver xmlns='urn:xmpp:features:rosterver'/>", 0, "", "" },

  { "message", XMPP_MESSAGE_READ, "message", "chat", "<body>a</body>", WHO_ALL, "say", "" },
  { "message", XMPP_MESSAGE_READ, "message", "normal", "<subject>a</subject>", WHO_ALL, "say", "" },
  { "message", XMPP_MESSAGE_READ, "message", "headline", "<body>a</body>", WHO_ALL, "say", "" },
  { "message", XMPP_MESSAGE_READ, "message", "groupchat", "<body>a</body>", WHO_ALL, "say", "" },
  { "message", XMPP_MESSAGE_READ, "message", "error", "<body>a</body><error type='cancel'/>", WHO_ALL, "failed", "" },

  { "disco", XMPP_IQ_GET, "iq", "get", "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    WHO_SEE_US, "result", "error" },
  { "disco", XMPP_IQ_GET, "iq", "get", "<query xmlns='http://jabber.org/protocol/disco#items'/>",
    WHO_SEE_US, "result", "error" },

  { "typing", XMPP_MESSAGE_READ, "message", "chat", CHATSTATE ("active"), WHO_ALL, "typing", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "chat", CHATSTATE ("composing"), WHO_ALL, "typing", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "chat", CHATSTATE ("paused"), WHO_ALL, "typing", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "chat", CHATSTATE ("inactive"), WHO_ALL, "typing", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "chat", CHATSTATE ("gone"), WHO_ALL, "typing", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "groupchat", CHATSTATE ("composing"), 0, "", "" },
  { "typing", XMPP_MESSAGE_READ, "message", "error", CHATSTATE ("composing"), WHO_ALL, "failed", "" },

  { "version", XMPP_IQ_GET, "iq", "get", "<query xmlns='jabber:iq:version'/>", WHO_SEE_US, "result", "error" },

  { "caps", XMPP_IQ_GET, "iq", "get", "<query xmlns='http://jabber.org/protocol/disco#info'"
    " node='https://linnet.im/#nonsense'/>", 0, "", "error" },
  { "caps", XMPP_PRESENCE, "presence", NULL, "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1'"
    " node='http://verona.example' ver='QgayPKawpkPSDYmwT/WM94uAl{n}='/>",
    WHO_DEVICE | WHO_CONTACT, "presence question", "presence" },

  { "receipts", XMPP_MESSAGE_STORED, "message", "chat", "<body>a</body><request xmlns='urn:xmpp:receipts'/>",
    WHO_CONTACT | WHO_CONTACT_BARE, "say receipt", "say" },
  { "receipts", XMPP_MESSAGE_READ, "message", "chat", "<received xmlns='urn:xmpp:receipts' id='m1'/>",
    WHO_ALL, "mark", "" },
  { "receipts", XMPP_MESSAGE_READ, "message", "groupchat", "<received xmlns='urn:xmpp:receipts' id='m1'/>", 0, "", "" },

  { "ping", XMPP_IQ_GET, "iq", "get", "<ping xmlns='urn:xmpp:ping'/>", WHO_SEE_US, "result", "error" },
  { "ping", XMPP_PRESENCE, "presence", "unavailable", "", WHO_ALL, "presence", "" },
  { "ping", XMPP_MESSAGE_READ, "message", "chat", "<x xmlns='urn:other'/>", 0, "", "" },

  { "delay", XMPP_MESSAGE_READ, "message", "chat",
    "<body>a</body><delay xmlns='urn:xmpp:delay' from='{from}' stamp='2023-11-14T20:00:00Z'/>",
    WHO_ACCOUNT | WHO_SERVER, "say dated", "say" },
  { "delay", XMPP_MESSAGE_READ, "message", "chat",
    "<body>a</body><delay xmlns='urn:xmpp:delay' stamp='2023-11-14T20:00:00Z'/>", WHO_ALL, "say", "" },

  { "carbons", XMPP_MESSAGE_UNWRAP, "message", "chat", "<received xmlns='urn:xmpp:carbons:2'>"
    FORWARDED ("juliet@capulet.example/balcony", "romeo@montague.example") "</received>",
    WHO_OURSELVES, "say copied", "" },
  { "carbons", XMPP_MESSAGE_UNWRAP, "message", "chat", "<sent xmlns='urn:xmpp:carbons:2'>"
    FORWARDED ("romeo@montague.example/phone", "juliet@capulet.example") "</sent>",
    WHO_OURSELVES, "say copied", "" },
  { "carbons", XMPP_MESSAGE_UNWRAP, "message", "chat", "<sent xmlns='urn:xmpp:carbons:2'>"
    FORWARDED ("juliet@capulet.example/balcony", "romeo@montague.example") "</sent>", 0, "", "" },
  { "carbons", XMPP_MESSAGE_UNWRAP, "message", "chat", "<received xmlns='urn:xmpp:carbons:2'>"
    FORWARDED ("juliet@capulet.example/balcony", "nurse@capulet.example") "</received>", 0, "", "" },

  { "mam", XMPP_MESSAGE_UNWRAP, "message", "chat", "<result xmlns='urn:xmpp:mam:2' queryid='q1' id='1'>"
    FORWARDED ("juliet@capulet.example/balcony", "romeo@montague.example") "</result>", 0, "", "" },
  { "mam", XMPP_MESSAGE_UNWRAP, "message", "chat", "<body>a</body><result xmlns='urn:xmpp:mam:2' id='1'/>", 0, "", "" },
  { "mam", XMPP_IQ_SET, "iq", "set", "<prefs xmlns='urn:xmpp:mam:2' default='never'/>", 0, "", "error" },

  { "csi", XMPP_STREAM_FEATURE, "message", "chat", "<csi xmlns='urn:xmpp:csi:0'/>", 0, "", "" },

  { "ids", XMPP_MESSAGE_READ, "message", "chat", "<body>a</body><origin-id xmlns='urn:xmpp:sid:0' id='o{n}'/>",
    WHO_ALL, "say named", "" },
  { "ids", XMPP_MESSAGE_READ, "message", "chat",
    "<body>a</body><stanza-id xmlns='urn:xmpp:sid:0' by='{from}' id='s{n}'/>", WHO_ACCOUNT, "say numbered", "say" },

  { "presence", XMPP_STREAM_FEATURE, "message", "chat", "<sub xmlns='urn:xmpp:features:pre-approval'/>", 0, "", "" },
  { "presence", XMPP_PRESENCE, "presence", NULL, "<show>away</show>", WHO_ALL, "presence", "" },
  { "presence", XMPP_PRESENCE, "presence", NULL,
    "<delay xmlns='urn:xmpp:delay' from='juliet@capulet.example' stamp='2023-11-14T20:00:00Z'/>",
    WHO_CONTACT | WHO_CONTACT_BARE, "presence dated", "presence" },
  { "presence", XMPP_PRESENCE, "presence", "error", "<error type='cancel'/>", WHO_ALL, "presence", "" },
  { "presence", XMPP_PRESENCE, "presence", "subscribe", "<status>a</status>",
    WHO_OTHERS, "request", "" },
  { "presence", XMPP_PRESENCE, "presence", "unsubscribe", "", WHO_OTHERS, "request", "" },
  { "presence", XMPP_PRESENCE, "presence", "subscribed", "", 0, "", "" },
  { "presence", XMPP_PRESENCE, "presence", "unsubscribed", "", 0, "", "" },
  { "presence", XMPP_PRESENCE, "presence", "probe", "", 0, "", "" },
};

/* Whose answer ends the question that this asks. */
typedef struct {
  const char *feature;
  void      (*ask) (FeatureTest *self, GCancellable *cancellable, GAsyncResult **result);
  guint       may;
} Asking;

static void
ask_roster (FeatureTest   *self,
            GCancellable  *cancellable,
            GAsyncResult **result)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("paris@verona.example", NULL);

  xmpp_roster_remove_async (self->session, jid, cancellable, fake_result_cb, result);
}

static void
ask_disco (FeatureTest   *self,
           GCancellable  *cancellable,
           GAsyncResult **result)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("juliet@capulet.example/balcony", NULL);

  xmpp_disco_info_async (self->session, jid, NULL, cancellable, fake_result_cb, result);
}

static void
ask_register (FeatureTest   *self,
              GCancellable  *cancellable,
              GAsyncResult **result)
{
  xmpp_register_change_password_async (self->session, "philtre", cancellable, fake_result_cb, result);
}

static void
ask_version (FeatureTest   *self,
             GCancellable  *cancellable,
             GAsyncResult **result)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("juliet@capulet.example/balcony", NULL);

  xmpp_version_ask_async (self->session, jid, cancellable, fake_result_cb, result);
}

static void
ask_ping (FeatureTest   *self,
          GCancellable  *cancellable,
          GAsyncResult **result)
{
  xmpp_ping_async (self->session, cancellable, fake_result_cb, result);
}

static void
ask_mam (FeatureTest   *self,
         GCancellable  *cancellable,
         GAsyncResult **result)
{
  const XmppMamAsk last = { .page = { 50, "", NULL } };

  xmpp_mam_query_async (self->session, &last, cancellable, fake_result_cb, result);
}

static void
ask_room_archive (FeatureTest   *self,
                  GCancellable  *cancellable,
                  GAsyncResult **result)
{
  g_autoptr (XmppJid) room = xmpp_jid_new ("feast@rooms.capulet.example", NULL);
  const XmppMamAsk last = { .archive = room, .page = { 50, "", NULL } };

  xmpp_mam_query_async (self->session, &last, cancellable, fake_result_cb, result);
}

static void
ask_mam_prefs (FeatureTest   *self,
               GCancellable  *cancellable,
               GAsyncResult **result)
{
  xmpp_mam_prefs_get_async (self->session, cancellable, fake_result_cb, result);
}

static const Asking askings[] = {
  { "roster", ask_roster, WHO_OURSELVES },
  { "disco", ask_disco, WHO_CONTACT },
  { "register", ask_register, WHO_NOBODY | WHO_SERVER },
  { "version", ask_version, WHO_CONTACT },
  { "ping", ask_ping, WHO_NOBODY | WHO_SERVER },
  { "mam", ask_mam, WHO_OURSELVES },
  { "mam", ask_room_archive, WHO_ROOM },
  { "mam", ask_mam_prefs, WHO_OURSELVES },
};

/* --- saying --- */

static void
add_word (GString    *words,
          const char *word)
{
  g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word);
}

static void
add_message (GString     *words,
             XmppMessage *message)
{
  if (message->error != NULL)
    add_word (words, "failed");
  else if (message->act == XMPP_ACT_MARK)
    add_word (words, "mark");
  else if (message->body != NULL || message->subject != NULL)
    add_word (words, "say");
  if (message->origin != XMPP_ORIGIN_LIVE)
    add_word (words, "copied");
  if (message->archive_id != NULL)
    add_word (words, "numbered");
  if (message->sent_at != 0)
    add_word (words, "dated");
  if (message->origin_id != NULL)
    add_word (words, "named");
  if (message->typing != XMPP_TYPING_UNCHANGED)
    add_word (words, "typing");
}

static void
add_sent (FeatureTest *self,
          GString     *words)
{
  static const struct { const char *pattern; const char *word; } kinds[] = {
    { "<iq type='result'/>", "result" },
    { "<iq type='error'/>", "error" },
    { "<message><received xmlns='urn:xmpp:receipts'/></message>", "receipt" },
    { "<iq type='get'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "question" },
  };

  fake_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    while (fake_server_look (self->server, kinds[i].pattern) != NULL)
      add_word (words, kinds[i].word);
  fake_server_expect_nothing (self->server);
}

/* What has come of what was said, once it is stored. */
static char *
take_effect (FeatureTest *self)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < self->messages->len; i++) {
    add_message (words, self->messages->pdata[i]);
    xmpp_session_stored (self->session, self->messages->pdata[i]);
  }
  for (guint i = 0; i < self->presences->len; i++)
    add_word (words, ((XmppPresence *) self->presences->pdata[i])->stamp != 0 ? "presence dated" : "presence");
  for (guint i = 0; i < self->requests->len; i++)
    add_word (words, "request");
  for (guint i = 0; i < self->items->len; i++)
    add_word (words, "item");
  for (guint i = 0; i < self->wholes; i++)
    add_word (words, "roster");
  add_sent (self, words);
  return g_string_free (words, FALSE);
}

static char *
replace (const char *text,
         const char *word,
         const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, word, -1);

  return g_strjoinv (by, parts);
}

static char *
write_saying (const Saying *saying,
              Who           who)
{
  g_autofree char *address = feature_test_address (who);
  g_autofree char *number = g_strdup_printf ("%04u", (guint) who);
  g_autofree char *from = NULL;
  g_autofree char *numbered = replace (saying->payload, "{n}", number);
  g_autofree char *payload = NULL;

  if (g_str_has_prefix (address, "from='"))
    from = g_strndup (address + strlen ("from='"), strcspn (address + strlen ("from='"), "'"));
  payload = replace (numbered, "{from}", from != NULL ? from : "");
  if (saying->type == NULL)
    return g_strdup_printf ("<%s %s id='say%d'>%s</%s>", saying->stanza, address, who, payload, saying->stanza);
  return g_strdup_printf ("<%s %s id='say%d' type='%s'>%s</%s>", saying->stanza, address, who, saying->type, payload,
                          saying->stanza);
}

/* What is for somebody else is not for us, and a presence is somebody's. */
static gboolean
is_unheard (const Saying *saying,
            Who           who)
{
  return who == WHO_MISLED || (who == WHO_NOBODY && g_str_equal (saying->stanza, "presence"));
}

static void
test_says (FeatureTest *self)
{
  g_autoptr (GString) wrong = g_string_new (NULL);

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++) {
    for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
      g_autofree char *stanza = write_saying (&sayings[i], who);
      g_autofree char *effect = NULL;
      const char *expected = (sayings[i].may & who) != 0 ? sayings[i].then : sayings[i].otherwise;

      if (is_unheard (&sayings[i], who))
        expected = "";

      feature_test_forget (self);
      fake_server_send (self->server, "%s", stanza);
      fake_settle ();
      effect = take_effect (self);
      if (!g_str_equal (effect, expected))
        g_string_append_printf (wrong, "\n%s, said by %s: \"%s\" came of it, not \"%s\": %s", sayings[i].feature,
                                feature_test_name (who), effect, expected, stanza);
    }
  }
  if (wrong->len > 0)
    g_error ("something else came of it:%s", wrong->str);
}

/* --- answering --- */

static void
test_answers (FeatureTest *self)
{
  g_autoptr (GString) wrong = g_string_new (NULL);

  feature_test_sign_in (self);
  for (guint i = 0; i < G_N_ELEMENTS (askings); i++) {
    for (Who who = WHO_NOBODY; who < WHO_END; who <<= 1) {
      static const char *const types[] = { "result", "error" };

      for (guint j = 0; j < G_N_ELEMENTS (types); j++) {
        g_autofree char *address = feature_test_address (who);
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        g_autoptr (GAsyncResult) result = NULL;
        XmppNode *question;

        feature_test_forget (self);
        askings[i].ask (self, cancellable, &result);
        question = fake_server_find (self->server, "<iq/>");
        feature_test_receive (self, "<iq %s id='%s' type='%s'/>", address, xmpp_node_get (question, "id"), types[j]);
        if ((result != NULL) != ((askings[i].may & who) != 0))
          g_string_append_printf (wrong, "\n%s: %s by %s %s the question", askings[i].feature, types[j],
                                  feature_test_name (who), result != NULL ? "ended" : "did not end");
        fake_server_expect_nothing (self->server);
        g_cancellable_cancel (cancellable);
        fake_wait (&result);
      }
    }
  }
  if (wrong->len > 0)
    g_error ("wrong answers count:%s", wrong->str);
}

/* --- nothing forgotten --- */

/* A handler is in the table when something is said that it hears. */
static gboolean
is_heard (const XmppFeature *feature,
          const XmppRoute   *route)
{
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++) {
    g_autofree char *text = g_strdup_printf ("<x xmlns='jabber:client'>%s</x>", sayings[i].payload);
    g_autoptr (XmppNode) stanza = NULL;

    if (!g_str_equal (sayings[i].feature, feature->name)
        || (sayings[i].kind != route->kind && route->kind != XMPP_MESSAGE_READ))
      continue;
    stanza = xmpp_reader_parse (text, -1, NULL);
    g_assert_nonnull (stanza);
    if (route->name == NULL || xmpp_node_find (stanza, route->name, route->ns) != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_feature_there (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (g_str_equal (sayings[i].feature, name))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (askings); i++)
    if (g_str_equal (askings[i].feature, name))
      return TRUE;
  return FALSE;
}

static void
test_all_there (void)
{
  for (const XmppFeature *const *feature = xmpp_features; *feature != NULL; feature++) {
    const XmppRoute *route = (*feature)->routes;

    if (!is_feature_there ((*feature)->name))
      g_error ("nobody was asked who may say what %s hears", (*feature)->name);
    for (; route != NULL && route->kind != XMPP_ROUTE_END; route++) {
      if (route->kind == XMPP_PRESENCE_WRITE || route->kind == XMPP_MESSAGE_WRITE || route->kind == XMPP_MESSAGE_SEAL)
        continue;
      if (!is_heard (*feature, route))
        g_error ("nobody was asked who may say what %s hears of <%s xmlns='%s'/> (%d)", (*feature)->name,
                 route->name != NULL ? route->name : "", route->ns != NULL ? route->ns : "", route->kind);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  feature_test_add ("/who/says", test_says);
  feature_test_add ("/who/answers", test_answers);
  g_test_add_func ("/who/all-there", test_all_there);
  return g_test_run ();
}
