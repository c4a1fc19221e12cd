/* A session with all features and a server made of nothing, for what a server may say. */
#include "world.h"

#include <string.h>

#include "rfc-6121-presence.h"
#include "rfc-6121-roster.h"
#include "world-link.h"
#include "xep-0030-disco.h"
#include "xep-0077-register.h"
#include "xep-0092-version.h"
#include "xep-0199-ping.h"
#include "xep-0313-mam.h"
#include "xep-0352-csi.h"
#include "xep-0441-mam-prefs.h"
#include "xmpp-features.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define SONG "The canary sings"

/* What the session tells */

static void
check_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

/* It is held, as by an inbox, until world_settle(). */
static void
message_cb (XmppSession *session,
            XmppMessage *message,
            World       *self)
{
  g_assert_nonnull (message->from);
  g_assert_nonnull (message->to);
  g_assert_cmpint (message->sent_at, <=, base_clock_real (self->clock));
  check_text (message->id);
  check_text (message->origin_id);
  check_text (message->archive_id);
  check_text (message->body);
  check_text (message->subject);
  check_text (message->lang);
  xmpp_session_hold (session, message);
  g_ptr_array_add (self->messages, xmpp_message_ref (message));
}

static void
presence_cb (XmppSession  *session,
             XmppPresence *presence,
             World        *self)
{
  g_assert_nonnull (presence->from);
  g_assert_cmpint (presence->priority, >=, -128);
  g_assert_cmpint (presence->priority, <=, 127);
  check_text (presence->status);
}

static void
roster_changed_cb (XmppSession *session,
                   GPtrArray   *items,
                   gboolean     whole,
                   World       *self)
{
  for (guint i = 0; i < items->len; i++) {
    const XmppRosterItem *item = g_ptr_array_index (items, i);

    g_assert_true (xmpp_jid_is_bare (item->jid));
    g_assert_nonnull (item->groups);
    check_text (item->name);
  }
}

/* Life */

World *
world_new (gboolean is_secure)
{
  World *self = g_new0 (World, 1);

  self->is_secure = is_secure;
  self->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_free);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_free);
  self->clock = base_clock_new_manual (WORLD_NOW);
  self->session = xmpp_session_new (xmpp_features, world_link_connectors (self), self->clock);
  g_signal_connect (self->session, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->session, "presence", G_CALLBACK (presence_cb), self);
  g_signal_connect (self->session, "roster-changed", G_CALLBACK (roster_changed_cb), self);
  return self;
}

void
world_free (World *self)
{
  world_settle (self);
  xmpp_session_abort (self->session, NULL);
  world_settle (self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_assert_finalize_object (self->session);
  g_assert_null (self->link);
  world_link_connectors (NULL);
  base_clock_unref (self->clock);
  g_ptr_array_unref (self->questions);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->sent);
  g_free (self->nonce);
  g_free (self);
}

void
world_settle (World *self)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  while (self->messages->len > 0) {
    g_autoptr (XmppMessage) message = g_ptr_array_steal_index (self->messages, 0);

    xmpp_session_stored (self->session, message);
    xmpp_session_release (self->session, message);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
}

gboolean
world_is_online (World *self)
{
  return self->link != NULL && !self->is_closed && xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE;
}

static void
session_connect_cb (GObject      *session,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_online = xmpp_session_connect_finish (XMPP_SESSION (session), result, &error);

  g_assert_true (is_online == (error == NULL));
}

void
world_connect (World *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (WORLD_ACCOUNT, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, "wherefore art thou");

  if (xmpp_session_get_state (self->session) != XMPP_SESSION_OFFLINE)
    return;
  login->resource = g_strdup ("orchard");
  xmpp_session_connect_async (self->session, login, NULL, NULL, session_connect_cb, NULL);
  world_settle (self);
}

/* The same each time, so it is read only once, and what is answered to it is not looked at. */
void
world_sign_in (World *self)
{
  static const char *const script[] = {
    "<stream xmlns='" NS_STREAM "' from='montague.example' id='s1' version='1.0'/>",
    "<features xmlns='" NS_STREAM "'><mechanisms xmlns='" NS_SASL "'><mechanism>PLAIN</mechanism></mechanisms>"
    "</features>",
    "<success xmlns='" NS_SASL "'/>",
    "<stream xmlns='" NS_STREAM "' from='montague.example' id='s2' version='1.0'/>",
    "<features xmlns='" NS_STREAM "'><bind xmlns='" NS_BIND "'/><sm xmlns='" NS_SM "'/><csi xmlns='urn:xmpp:csi:0'/>"
    "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/></features>",
    "<iq xmlns='jabber:client' type='result' id='?" NS_BIND "'><bind xmlns='" NS_BIND "'><jid>" WORLD_JID "</jid></bind>"
    "</iq>",
    "<iq xmlns='jabber:client' type='result' id='?" NS_ROSTER "'><query xmlns='" NS_ROSTER "' ver='1'>"
    "<item jid='juliet@capulet.example' name='Juliet' subscription='both'/>"
    "<item jid='paris@verona.example' subscription='to'/></query></iq>",
  };

  static XmppNode *nodes[G_N_ELEMENTS (script)];

  self->is_rehearsed = TRUE;
  world_connect (self);
  for (guint i = 0; i < G_N_ELEMENTS (script); i++) {
    if (nodes[i] == NULL)
      nodes[i] = xmpp_reader_parse (script[i], -1, NULL);
    world_say (self, xmpp_node_copy (nodes[i]));
  }
  g_assert_true (world_is_online (self));
  self->is_rehearsed = FALSE;
}

/* What features ask */

static void
disco_info_cb (GObject      *session,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_finish (XMPP_SESSION (session), result, NULL);

  if (info != NULL)
    xmpp_disco_info_has (info, "urn:xmpp:receipts");
}

static void
version_ask_cb (GObject      *session,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (XmppVersion) version = xmpp_version_ask_finish (XMPP_SESSION (session), result, NULL);

  if (version != NULL)
    check_text (version->name);
}

static void
mam_query_cb (GObject      *session,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (XmppMamPage) page = xmpp_mam_query_finish (XMPP_SESSION (session), result, NULL);

  for (guint i = 0; page != NULL && i < page->messages->len; i++) {
    const XmppMessage *message = g_ptr_array_index (page->messages, i);

    g_assert_nonnull (message->archive_id);
    g_assert_cmpint (message->origin, ==, XMPP_ORIGIN_ARCHIVE);
    check_text (message->body);
  }
  g_assert_true (page == NULL || page->messages->len <= 2 * XMPP_MAM_PAGE_MAX);
}

static void
mam_find_cb (GObject      *session,
             GAsyncResult *result,
             gpointer      user_data)
{
  gboolean is_extended = FALSE;

  xmpp_mam_find_finish (XMPP_SESSION (session), result, &is_extended, NULL);
}

static void
mam_prefs_get_cb (GObject      *session,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  XmppMamKeep keep = XMPP_MAM_KEEP_ALWAYS;

  xmpp_mam_prefs_get_finish (XMPP_SESSION (session), result, &keep, NULL);
}

static void
register_change_password_cb (GObject      *session,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  xmpp_register_change_password_finish (XMPP_SESSION (session), result, NULL);
}

static void
roster_set_cb (GObject      *session,
               GAsyncResult *result,
               gpointer      user_data)
{
  xmpp_roster_set_finish (XMPP_SESSION (session), result, NULL);
}

static void
ping_cb (GObject      *session,
         GAsyncResult *result,
         gpointer      user_data)
{
  xmpp_ping_finish (XMPP_SESSION (session), result, NULL);
}

static void
session_send_message_cb (GObject      *session,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  xmpp_session_send_message_finish (XMPP_SESSION (session), result, NULL);
}

void
world_ask (World *self)
{
  g_autoptr (XmppJid) juliet = xmpp_jid_new ("juliet@capulet.example/balcony", NULL);
  g_autoptr (XmppRosterItem) item = xmpp_roster_item_new (juliet, "Juliet", XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, NULL);
  g_autoptr (XmppMessage) message = xmpp_message_new ();
  const XmppMamAsk ask = { .page = { .max = 50, .before = "" } };

  self->is_rehearsed = TRUE;
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, "With love's light wings", 5);
  xmpp_csi_set_active (self->session, FALSE);
  xmpp_disco_info_async (self->session, juliet, NULL, NULL, disco_info_cb, NULL);
  xmpp_version_ask_async (self->session, juliet, NULL, version_ask_cb, NULL);
  xmpp_mam_find_async (self->session, NULL, mam_find_cb, NULL);
  xmpp_mam_query_async (self->session, &ask, NULL, mam_query_cb, NULL);
  xmpp_mam_prefs_find_async (self->session, juliet, NULL, mam_prefs_get_cb, NULL);
  xmpp_register_change_password_async (self->session, "by any other name", NULL, register_change_password_cb, NULL);
  xmpp_roster_set_async (self->session, item, NULL, roster_set_cb, NULL);
  xmpp_ping_async (self->session, NULL, ping_cb, NULL);

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_ref (juliet);
  message->id = g_strdup ("sent");
  message->body = g_strdup ("By love, that first did prompt me");
  message->asks_receipt = TRUE;
  xmpp_session_send_message_async (self->session, message, NULL, session_send_message_cb, NULL);
  world_settle (self);
  self->is_rehearsed = FALSE;
}

/* What the server says */

/* Our last question with this payload; to whom @from is, if there is one. */
static const XmppNode *
find_question (World      *self,
               const char *ns,
               const char *from)
{
  const XmppNode *last = NULL;

  for (guint i = 0; i < self->questions->len; i++) {
    const XmppNode *question = g_ptr_array_index (self->questions, i);
    const XmppNode *payload = xmpp_node_get_first (question);

    if (payload == NULL || g_strcmp0 (xmpp_node_get_ns (payload), ns) != 0)
      continue;
    if (last == NULL || g_strcmp0 (xmpp_node_get (last, "to"), from) != 0
        || g_strcmp0 (xmpp_node_get (question, "to"), from) == 0)
      last = question;
  }
  return last;
}

static void
fill_in (World    *self,
         XmppNode *node)
{
  const char *id = xmpp_node_get (node, "id"), *query_id = xmpp_node_get (node, "queryid");

  if (id != NULL && *id == '?') {
    const XmppNode *question = find_question (self, id + 1, xmpp_node_get (node, "from"));

    if (question != NULL)
      xmpp_node_set (node, "id", xmpp_node_get (question, "id"));
  }
  if (g_strcmp0 (query_id, "?") == 0) {
    const XmppNode *question = find_question (self, NS_MAM, NULL);

    if (question != NULL)
      xmpp_node_set (node, "queryid", xmpp_node_get (xmpp_node_get_first (question), "queryid"));
  }
  for (XmppNode *child = xmpp_node_get_first (node); child != NULL; child = xmpp_node_get_next (child))
    fill_in (self, child);
}

static XmppNode *
encode (World    *self,
        XmppNode *node)
{
  const char *text = xmpp_node_get_text (node);
  g_autoptr (GString) plain = g_string_new (text + 1);
  g_autofree char *encoded = NULL;
  XmppNode *copy;

  if (*text != '~')
    return node;
  g_string_replace (plain, "$", self->nonce != NULL ? self->nonce : "", 4);
  encoded = g_base64_encode ((const guchar *) plain->str, plain->len);
  copy = xmpp_node_new (xmpp_node_get_name (node), xmpp_node_get_ns (node));
  xmpp_node_append_text (copy, encoded, -1);
  xmpp_node_free (node);
  return copy;
}

void
world_say (World    *self,
           XmppNode *node)
{
  g_autoptr (XmppNode) owned = node;

  if (self->link == NULL || self->link->events == NULL)
    return;
  if (xmpp_node_is (owned, "stream", NS_STREAM)) {
    self->link->events->opened (self->link, owned, self->link->user_data);
  } else {
    fill_in (self, owned);
    if (g_strcmp0 (xmpp_node_get_ns (owned), NS_SASL) == 0)
      owned = encode (self, g_steal_pointer (&owned));
    self->link->events->received (self->link, g_steal_pointer (&owned), self->link->user_data);
  }
  world_settle (self);
}

void
world_say_xml (World      *self,
               const char *xml)
{
  XmppNode *node = xmpp_reader_parse (xml, -1, NULL);

  if (node != NULL)
    world_say (self, node);
}

void
world_skip (World    *self,
            XmppNode *start)
{
  g_autoptr (XmppNode) owned = start;

  if (self->link != NULL && self->link->events != NULL && self->link->events->skipped != NULL)
    self->link->events->skipped (self->link, g_steal_pointer (&owned), self->link->user_data);
  world_settle (self);
}

void
world_end (World        *self,
           const GError *error)
{
  if (self->link == NULL || self->link->events == NULL)
    return;
  if (error != NULL)
    self->link->events->failed (self->link, error, self->link->user_data);
  else
    self->link->events->closed (self->link, self->link->user_data);
  world_settle (self);
}

/* Whether somebody's word reaches the user, and the server's question us */

static XmppNode *
make_canary (World      *self,
             const char *name,
             const char *type,
             const char *from)
{
  XmppNode *canary = xmpp_node_new (name, NS_CLIENT);

  xmpp_node_set (canary, "type", type);
  xmpp_node_set (canary, "id", "canary");
  xmpp_node_set (canary, "from", from);
  xmpp_node_set (canary, "to", xmpp_jid_get_text (xmpp_session_get_jid (self->session)));
  return canary;
}

void
world_check (World *self)
{
  gboolean has_sung = FALSE, has_answered = FALSE;
  XmppNode *canary;

  world_settle (self);
  if (!world_is_online (self))
    return;
  g_ptr_array_set_size (self->sent, 0);
  canary = make_canary (self, "message", "chat", "juliet@capulet.example/balcony");
  xmpp_node_add_text (canary, "body", NULL, SONG);
  self->link->events->received (self->link, canary, self->link->user_data);
  for (guint i = 0; i < self->messages->len; i++) {
    const XmppMessage *message = g_ptr_array_index (self->messages, i);

    has_sung = has_sung || g_strcmp0 (message->body, SONG) == 0;
  }
  g_assert_true (has_sung);

  canary = make_canary (self, "iq", "get", "montague.example");
  xmpp_node_add (canary, "ping", "urn:xmpp:ping");
  world_say (self, canary);
  for (guint i = 0; i < self->sent->len; i++)
    has_answered = has_answered || (g_strcmp0 (xmpp_node_get (self->sent->pdata[i], "id"), "canary") == 0
                                    && g_strcmp0 (xmpp_node_get (self->sent->pdata[i], "type"), "result") == 0);
  g_assert_true (has_answered);
}
