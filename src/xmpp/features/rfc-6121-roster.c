/* The roster (RFC 6121 §2): who our contacts are and who of them may see us, as the server keeps it. */
#include "rfc-6121-roster.h"

#include <string.h>

#include "xmpp-ns.h"

#define NS_ROSTER_VER "urn:xmpp:features:rosterver"

typedef struct {
  GHashTable        *items;       /* (owned) XmppJid (bare) → XmppRosterItem */
  char              *version;     /* (owned, nullable) opaque, by the server */
  gboolean           versioned;   /* this server announces roster versions */
  guint              life;        /* counts connections: a late answer from an earlier one is no news */
  XmppRosterSettled  settled;     /* (nullable) */
  gpointer           settled_data;
} Roster;

static Roster *
roster_get (XmppSession *session)
{
  return xmpp_session_get_feature_state (session, &rfc_6121_roster);
}

static GHashTable *
items_new (void)
{
  return g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref,
                                (GDestroyNotify) xmpp_roster_item_unref);
}

/* Parsing */

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static GStrv
parse_groups (const XmppNode *item)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStrvBuilder) groups = g_strv_builder_new ();

  for (XmppNode *group = xmpp_node_find (item, "group", NS_ROSTER); group != NULL;
       group = xmpp_node_find_next (group, "group", NS_ROSTER)) {
    const char *name = xmpp_node_get_text (group);

    if (!is_blank (name) && strlen (name) <= XMPP_ROSTER_MAX_GROUP && g_hash_table_add (seen, (gpointer) name))
      g_strv_builder_add (groups, name);
  }
  return g_strv_builder_end (groups);
}

static XmppRosterItem *
parse_item (const XmppNode *node)
{
  const char *address = xmpp_node_get (node, "jid");
  g_autoptr (XmppJid) jid = address != NULL ? xmpp_jid_new (address, NULL) : NULL;
  const char *name = xmpp_node_get (node, "name");
  const char *approved = xmpp_node_get (node, "approved");
  g_auto (GStrv) groups = NULL;

  if (jid == NULL)
    return NULL;
  if (name != NULL && is_blank (name))
    name = NULL;
  groups = parse_groups (node);

  return xmpp_roster_item_new (xmpp_jid_get_bare (jid), name,
                               xmpp_subscription_from_name (xmpp_node_get (node, "subscription")),
                               g_strcmp0 (xmpp_node_get (node, "ask"), "subscribe") == 0,
                               g_strcmp0 (approved, "true") == 0 || g_strcmp0 (approved, "1") == 0,
                               (const char *const *) groups);
}

/* Fetching */

static void
roster_replace (Roster         *self,
                const XmppNode *query)
{
  g_hash_table_remove_all (self->items);
  for (XmppNode *node = xmpp_node_find (query, "item", NS_ROSTER); node != NULL;
       node = xmpp_node_find_next (node, "item", NS_ROSTER)) {
    XmppRosterItem *item = parse_item (node);

    if (item == NULL)
      continue;
    if (item->subscription == XMPP_SUBSCRIPTION_REMOVE)
      xmpp_roster_item_unref (item);
    else
      g_hash_table_replace (self->items, xmpp_jid_ref (item->jid), item);
  }

  g_free (self->version);
  self->version = g_strdup (xmpp_node_get (query, "ver"));
}

static void
fetch_roster_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  Roster *self = roster_get (session);
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (session, result, NULL);
  XmppNode *query = NULL;

  if (self->life != GPOINTER_TO_UINT (user_data))
    return;

  if (reply == NULL)
    g_debug ("the roster did not come");
  else
    query = xmpp_node_find (reply, "query", NS_ROSTER);

  /* A result without a query says that our version is still good; what did change follows as pushes (§2.6.3). */
  if (query != NULL) {
    g_autoptr (GPtrArray) items = NULL;

    roster_replace (self, query);
    items = xmpp_roster_get_items (session);
    xmpp_session_emit_roster (session, items, TRUE);
  }

  if (self->settled != NULL)
    self->settled (session, self->settled_data);
}

/* Routes */

static XmppVerdict
server_versions_cb (XmppSession *session,
                    gpointer     state,
                    XmppNode    *stanza,
                    XmppNode    *payload,
                    XmppMessage *message)
{
  ((Roster *) state)->versioned = TRUE;
  return XMPP_PASS;
}

static XmppVerdict
push_cb (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  Roster *self = state;
  g_autoptr (XmppRosterItem) item = NULL;
  g_autoptr (GPtrArray) changed = NULL;
  const char *version = xmpp_node_get (payload, "ver");
  XmppNode *node;

  /* Only our own account may change our roster (§2.1.6). */
  if (!xmpp_session_is_own (session, xmpp_node_get (stanza, "from")))
    return XMPP_REFUSE;

  node = xmpp_node_find (payload, "item", NS_ROSTER);
  if (node != NULL && xmpp_node_find_next (node, "item", NS_ROSTER) == NULL)
    item = parse_item (node);
  if (item == NULL) {
    xmpp_session_send (session, xmpp_error_reply (stanza, XMPP_STANZA_ERROR_BAD_REQUEST));
    return XMPP_TAKEN;
  }

  if (item->subscription == XMPP_SUBSCRIPTION_REMOVE)
    g_hash_table_remove (self->items, item->jid);
  else
    g_hash_table_replace (self->items, xmpp_jid_ref (item->jid), xmpp_roster_item_ref (item));
  if (version != NULL && g_strcmp0 (version, self->version) != 0) {
    g_free (self->version);
    self->version = g_strdup (version);
  }

  xmpp_session_iq_reply (session, stanza, NULL);
  changed = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_unref);
  g_ptr_array_add (changed, g_steal_pointer (&item));
  xmpp_session_emit_roster (session, changed, FALSE);
  return XMPP_TAKEN;
}

/* Life */

static void
roster_attach (XmppSession *session,
               gpointer     state)
{
  ((Roster *) state)->items = items_new ();
}

static void
roster_online (XmppSession *session,
               gpointer     state)
{
  Roster *self = state;
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);
  XmppNode *query = xmpp_node_add (iq, "query", NS_ROSTER);

  xmpp_node_set (iq, "type", "get");
  if (self->versioned)
    xmpp_node_set (query, "ver", self->version != NULL ? self->version : "");
  self->life++;
  xmpp_session_iq_async (session, iq, NULL, fetch_roster_cb, GUINT_TO_POINTER (self->life));
}

static void
roster_offline (XmppSession *session,
                gpointer     state)
{
  Roster *self = state;

  self->versioned = FALSE;
  self->life++;
}

static void
roster_detach (XmppSession *session,
               gpointer     state)
{
  Roster *self = state;

  g_clear_pointer (&self->items, g_hash_table_unref);
  g_clear_pointer (&self->version, g_free);
}

static const XmppRoute routes[] = {
  { XMPP_STREAM_FEATURE, NS_ROSTER_VER, "ver", server_versions_cb },
  { XMPP_IQ_SET, NS_ROSTER, "query", push_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature rfc_6121_roster = {
  .name = "roster",
  .xep = "RFC 6121",
  .routes = routes,
  .state_size = sizeof (Roster),
  .attach = roster_attach,
  .online = roster_online,
  .offline = roster_offline,
  .detach = roster_detach,
};

/**
 * xmpp_roster_restore:
 * @session: a session that is not online
 * @items: (element-type XmppRosterItem): what was known when the program last ran
 * @version: (nullable): the version the server gave to it
 *
 * Sets what the roster is until the server says otherwise. Nothing is emitted. With a version, the server sends only
 * what changed since (RFC 6121 §2.6).
 */
void
xmpp_roster_restore (XmppSession *session,
                     GPtrArray   *items,
                     const char  *version)
{
  Roster *self = roster_get (session);

  g_return_if_fail (self != NULL && items != NULL);

  g_hash_table_remove_all (self->items);
  for (guint i = 0; i < items->len; i++) {
    XmppRosterItem *item = g_ptr_array_index (items, i);

    g_hash_table_replace (self->items, xmpp_jid_ref (item->jid), xmpp_roster_item_ref (item));
  }
  g_free (self->version);
  self->version = g_strdup (version);
}

/**
 * xmpp_roster_get_version:
 * @session: a session
 *
 * Returns: (nullable): the version of what xmpp_roster_get_items() returns, to be stored with it
 */
const char *
xmpp_roster_get_version (XmppSession *session)
{
  Roster *self = roster_get (session);

  return self != NULL ? self->version : NULL;
}

/**
 * xmpp_roster_get_items:
 * @session: a session
 *
 * Returns: (transfer full) (element-type XmppRosterItem): everybody in the roster, in no order
 */
GPtrArray *
xmpp_roster_get_items (XmppSession *session)
{
  Roster *self = roster_get (session);
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_unref);
  GHashTableIter iter;
  gpointer item;

  if (self == NULL)
    return items;
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_ptr_array_add (items, xmpp_roster_item_ref (item));
  return items;
}

/**
 * xmpp_roster_find:
 * @session: a session
 * @jid: bare or full
 *
 * Returns: (transfer none) (nullable): the contact's entry, valid until the roster changes
 */
XmppRosterItem *
xmpp_roster_find (XmppSession *session,
                  XmppJid     *jid)
{
  Roster *self = roster_get (session);

  return self != NULL ? g_hash_table_lookup (self->items, xmpp_jid_get_bare (jid)) : NULL;
}

/**
 * xmpp_roster_sees_us:
 * @session: a session
 * @jid: bare or full
 *
 * Whoever gets any answer from us learns that we are here, so this is asked before answering.
 *
 * Returns: whether @jid may see our presence: it is our own account, or a contact with subscription from or both
 */
gboolean
xmpp_roster_sees_us (XmppSession *session,
                     XmppJid     *jid)
{
  XmppRosterItem *item;

  if (xmpp_jid_equal_bare (jid, xmpp_session_get_account (session)))
    return TRUE;
  item = xmpp_roster_find (session, jid);
  return item != NULL
         && (item->subscription == XMPP_SUBSCRIPTION_FROM || item->subscription == XMPP_SUBSCRIPTION_BOTH);
}

/**
 * xmpp_roster_may_ask:
 * @session: a session
 * @stanza: an iq
 *
 * Returns: whether its sender may have an answer: our own account or server, or who sees our presence anyway
 */
gboolean
xmpp_roster_may_ask (XmppSession    *session,
                     const XmppNode *stanza)
{
  const char *from = xmpp_node_get (stanza, "from");
  g_autoptr (XmppJid) jid = NULL;
  XmppJid *account = xmpp_session_get_account (session);

  if (from == NULL)
    return TRUE;
  jid = xmpp_jid_new (from, NULL);
  if (jid == NULL || account == NULL)
    return FALSE;
  return xmpp_jid_equal (jid, xmpp_jid_get_server (account)) || xmpp_roster_sees_us (session, jid);
}

/**
 * xmpp_roster_set_listener:
 * @session: a session
 * @settled: (scope notified): called once in each life online
 * @user_data: for the callback
 *
 * For the initial presence, which waits for the roster (RFC 6121 §2.2).
 */
void
xmpp_roster_set_listener (XmppSession       *session,
                          XmppRosterSettled  settled,
                          gpointer           user_data)
{
  Roster *self = roster_get (session);

  g_return_if_fail (self != NULL);

  self->settled = settled;
  self->settled_data = user_data;
}
