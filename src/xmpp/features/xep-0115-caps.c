/* Entity capabilities (XEP-0115): a hash of what we can in each presence; contacts' hashes looked up once and verified.
 *
 *   presence with an unknown hash ──► query waits ──► at most 4 ask ──► the hash fits ──► known for everybody
 *                                        ▲                          ├─► it does not ──► for this device only ─┐
 *                                        │                          └─► no answer ───────────────────────────┤
 *                                        └──────────── another device that shows the hash ◄──────────────────┘
 *
 * A contact who shows a thousand hashes gets ten of them looked up at a time, so that others have their turn.
 */
#include "xep-0115-caps.h"

#include <string.h>

#include "crypto-hash.h"
#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

#define NS_CAPS  "http://jabber.org/protocol/caps"
#define OUR_NODE "https://linnet.im"

#define MAX_FLYING    4       /* questions on the wire */
#define MAX_QUERIES   1000    /* hashes that wait for an answer … */
#define MAX_WANTED    10      /* … because of one contact */
#define MAX_WITNESSES 8       /* devices in line to be asked about one hash … */
#define MAX_OF_SAME   2       /* … of one contact, so that others are asked, too */
#define MAX_KNOWN     2000    /* verified hashes */
#define MAX_DEVICES   10000   /* contacts' devices … */
#define MAX_OF_ONE    100     /* … of one contact */
#define MAX_ATTRIBUTE 512     /* bytes of 'node' or 'ver' */

/* A contact's device, and what it says about itself. */
typedef struct {
  char          *key;     /* (owned) the hash */
  char          *node;    /* (owned) "node#ver", what to ask it for */
  gboolean       asked;   /* or on the list to be asked */
  XmppDiscoInfo *info;    /* (owned, nullable) what counts for this device alone */
} Device;

/* A hash whose meaning is wanted, and who might tell. */
typedef struct {
  char    *key;         /* (owned) */
  XmppJid *because_of;  /* (owned) bare: who showed it first */
  GQueue   witnesses;   /* of XmppJid (owned): devices not asked yet */
} Query;

/* How much of what we keep is due to one contact. */
typedef struct {
  guint devices;
  guint queries;
} Share;

typedef struct {
  GHashTable *known;     /* (owned) key → XmppDiscoInfo: verified, so true for whoever shows the hash */
  GHashTable *devices;   /* (owned) XmppJid (full) → Device */
  GHashTable *queries;   /* (owned) key → Query, those on the wire too */
  GHashTable *shares;    /* (owned) XmppJid (bare) → Share, of those who have one */
  GQueue      waiting;   /* of Query (borrowed from queries) */
  guint       flying;
  guint       life;      /* counts connections: a late answer from an earlier one is no news */
} Caps;

/* One question on the wire. */
typedef struct {
  guint    life;
  char    *key;
  XmppJid *jid;
} Asked;

static Caps *
caps_get (XmppSession *session)
{
  return xmpp_session_get_feature_state (session, &xep_0115_caps);
}

static void
device_free (Device *self)
{
  g_free (self->key);
  g_free (self->node);
  xmpp_disco_info_free (self->info);
  g_free (self);
}

static void
query_free (Query *self)
{
  g_free (self->key);
  xmpp_jid_unref (self->because_of);
  g_queue_clear_full (&self->witnesses, (GDestroyNotify) xmpp_jid_unref);
  g_free (self);
}

static void
asked_free (Asked *self)
{
  g_free (self->key);
  xmpp_jid_unref (self->jid);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

/* The hash */

static gboolean
is_unique (char **sorted)
{
  for (; sorted[0] != NULL && sorted[1] != NULL; sorted++)
    if (strcmp (sorted[0], sorted[1]) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
holds_separator (char **strings)
{
  for (; *strings != NULL; strings++)
    if (strchr (*strings, '<') != NULL)
      return TRUE;
  return FALSE;
}

/* §5.4, 3.3 to 3.5. A '<' in a name could be shifted between names without changing the hash: never believed. */
static gboolean
is_well_formed (const XmppDiscoInfo *info)
{
  if (*info->identities == NULL || !is_unique (info->identities) || !is_unique (info->features))
    return FALSE;
  for (char **form = info->forms; form[0] != NULL && form[1] != NULL; form++) {
    gsize type = strcspn (form[0], "<") + 1;

    if (strncmp (form[0], form[1], type) == 0)
      return FALSE;
  }
  return !holds_separator (info->identities) && !holds_separator (info->features);
}

/* Shares */

static Share *
share_get (Caps    *self,
           XmppJid *jid)
{
  XmppJid *bare = xmpp_jid_get_bare (jid);
  Share *share = g_hash_table_lookup (self->shares, bare);

  if (share == NULL) {
    share = g_new0 (Share, 1);
    g_hash_table_insert (self->shares, xmpp_jid_ref (bare), share);
  }
  return share;
}

static void
share_put (Caps    *self,
           XmppJid *jid,
           Share   *share)
{
  if (share->devices == 0 && share->queries == 0)
    g_hash_table_remove (self->shares, xmpp_jid_get_bare (jid));
}

static void
caps_forget_device (Caps    *self,
                    XmppJid *jid)
{
  Share *share;

  if (!g_hash_table_remove (self->devices, jid))
    return;
  share = share_get (self, jid);
  share->devices--;
  share_put (self, jid, share);
}

static void
caps_forget_query (Caps  *self,
                   Query *query)
{
  g_autoptr (XmppJid) because_of = xmpp_jid_ref (query->because_of);
  Share *share = share_get (self, because_of);

  g_hash_table_remove (self->queries, query->key);
  share->queries--;
  share_put (self, because_of, share);
}

/* Asking */

static void caps_pump (XmppSession *session, Caps *self);

static void
ask_device_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  Caps *self = caps_get (session);
  g_autoptr (Asked) asked = user_data;
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_finish (session, result, NULL);
  g_autofree char *hash = NULL;
  Query *query;
  Device *device;
  gboolean fits;

  if (self->life != asked->life)
    return;
  self->flying--;
  query = g_hash_table_lookup (self->queries, asked->key);
  device = g_hash_table_lookup (self->devices, asked->jid);

  if (info == NULL)
    g_debug ("no capabilities");
  else if (is_well_formed (info))
    hash = xmpp_caps_hash (info);

  fits = g_strcmp0 (hash, asked->key) == 0;

  if (fits && g_hash_table_size (self->known) < MAX_KNOWN) {
    g_hash_table_replace (self->known, g_strdup (asked->key), g_steal_pointer (&info));
  } else if (info != NULL && device != NULL && strcmp (device->key, asked->key) == 0) {
    g_clear_pointer (&device->info, xmpp_disco_info_free);
    device->info = g_steal_pointer (&info);
  }

  if (fits)
    caps_forget_query (self, query);
  else
    g_queue_push_head (&self->waiting, query);
  caps_pump (session, self);
}

/* The next device that still shows the hash. */
static gboolean
query_ask (Query       *self,
           Caps        *caps,
           XmppSession *session)
{
  while (!g_queue_is_empty (&self->witnesses)) {
    g_autoptr (XmppJid) jid = g_queue_pop_head (&self->witnesses);
    Device *device = g_hash_table_lookup (caps->devices, jid);

    if (device != NULL && strcmp (device->key, self->key) == 0) {
      Asked *asked = g_new0 (Asked, 1);

      asked->life = caps->life;
      asked->key = g_strdup (self->key);
      asked->jid = xmpp_jid_ref (jid);
      xmpp_disco_info_async (session, jid, device->node, NULL, ask_device_cb, asked);
      return TRUE;
    }
  }
  return FALSE;
}

static void
caps_pump (XmppSession *session,
           Caps        *self)
{
  while (self->flying < MAX_FLYING && !g_queue_is_empty (&self->waiting)) {
    Query *query = g_queue_pop_head (&self->waiting);

    if (query_ask (query, self, session))
      self->flying++;
    else
      caps_forget_query (self, query);
  }
}

static gboolean
query_has_room (const Query *self,
                XmppJid     *jid)
{
  guint n_same = 0;

  for (const GList *link = self->witnesses.head; link != NULL; link = link->next)
    n_same += xmpp_jid_equal_bare (link->data, jid) ? 1 : 0;
  return self->witnesses.length < MAX_WITNESSES && n_same < MAX_OF_SAME;
}

static void
caps_want (XmppSession *session,
           Caps        *self,
           XmppJid     *jid,
           Device      *device)
{
  Query *query = g_hash_table_lookup (self->queries, device->key);

  if (query == NULL) {
    Share *share = share_get (self, jid);

    if (g_hash_table_size (self->queries) >= MAX_QUERIES || share->queries >= MAX_WANTED)
      return;
    share->queries++;
    query = g_new0 (Query, 1);
    query->key = g_strdup (device->key);
    query->because_of = xmpp_jid_ref (xmpp_jid_get_bare (jid));
    g_hash_table_insert (self->queries, query->key, query);
    g_queue_push_tail (&self->waiting, query);
  }
  if (!query_has_room (query, jid))
    return;
  g_queue_push_tail (&query->witnesses, xmpp_jid_ref (jid));
  device->asked = TRUE;
  caps_pump (session, self);
}

/* Routes */

static void
caps_notice (XmppSession    *session,
             Caps           *self,
             XmppJid        *jid,
             const XmppNode *c)
{
  const char *hash = xmpp_node_get (c, "hash");
  const char *node = xmpp_node_get (c, "node");
  const char *ver = xmpp_node_get (c, "ver");
  g_autofree char *wanted = NULL;
  Device *device = g_hash_table_lookup (self->devices, jid);

  /* Without 'hash' it is the format of before 2008, in which 'ver' is no hash at all. One of another kind than SHA-1
   * never fits, and so counts for its own device only, as §5.4, 2 wants it. */
  if (hash == NULL || node == NULL || ver == NULL || *ver == '\0' || strlen (node) > MAX_ATTRIBUTE
      || strlen (ver) > MAX_ATTRIBUTE) {
    caps_forget_device (self, jid);
    return;
  }

  wanted = g_strconcat (node, "#", ver, NULL);
  if (device == NULL || strcmp (device->key, ver) != 0 || strcmp (device->node, wanted) != 0) {
    Share *share = share_get (self, jid);

    if (device == NULL && (g_hash_table_size (self->devices) >= MAX_DEVICES || share->devices >= MAX_OF_ONE)) {
      share_put (self, jid, share);
      return;
    }
    share->devices += device == NULL ? 1 : 0;
    device = g_new0 (Device, 1);
    device->key = g_strdup (ver);
    device->node = g_steal_pointer (&wanted);
    g_hash_table_replace (self->devices, xmpp_jid_ref (jid), device);
  }
  if (!device->asked && !g_hash_table_contains (self->known, device->key))
    caps_want (session, self, jid, device);
}

static XmppVerdict
presence_cb (XmppSession *session,
             gpointer     state,
             XmppNode    *stanza,
             XmppNode    *payload,
             XmppMessage *message)
{
  Caps *self = state;
  const char *from = xmpp_node_get (stanza, "from");
  const char *type = xmpp_node_get (stanza, "type");
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  XmppNode *c = xmpp_node_find (stanza, "c", NS_CAPS);

  if (jid == NULL || xmpp_jid_is_bare (jid))
    return XMPP_PASS;
  if (g_strcmp0 (type, "unavailable") == 0)
    caps_forget_device (self, jid);
  /* A question tells that we are here, and costs: only those who see us anyway are asked, and not ourselves. */
  if (type != NULL || !xmpp_roster_sees_us (session, jid) || xmpp_jid_equal (jid, xmpp_session_get_jid (session)))
    return XMPP_PASS;

  if (c != NULL)
    caps_notice (session, self, jid, c);
  else
    caps_forget_device (self, jid);
  return XMPP_PASS;
}

static XmppVerdict
write_caps_cb (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  g_autoptr (XmppDiscoInfo) own = NULL;
  g_autofree char *ver = NULL;
  XmppNode *c;

  own = xmpp_disco_info_own (session);
  ver = xmpp_caps_hash (own);
  c = xmpp_node_add (stanza, "c", NS_CAPS);
  xmpp_node_set (c, "hash", "sha-1");
  xmpp_node_set (c, "node", OUR_NODE);
  xmpp_node_set (c, "ver", ver);
  return XMPP_PASS;
}

static XmppVerdict
info_cb (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  const char *node = xmpp_node_get (payload, "node");
  g_autoptr (XmppDiscoInfo) own = NULL;
  g_autofree char *ver = NULL;
  g_autofree char *ours = NULL;

  if (!xmpp_roster_may_ask (session, stanza))
    return XMPP_REFUSE;
  if (node == NULL)
    return XMPP_PASS;

  own = xmpp_disco_info_own (session);
  ver = xmpp_caps_hash (own);
  ours = g_strconcat (OUR_NODE "#", ver, NULL);
  if (strcmp (node, ours) == 0)
    xmpp_session_iq_reply (session, stanza, xmpp_disco_info_write (own, node));
  else
    xmpp_session_send (session, xmpp_error_reply (stanza, XMPP_STANZA_ERROR_ITEM_NOT_FOUND));
  return XMPP_TAKEN;
}

/* Life */

static void
caps_attach (XmppSession *session,
             gpointer     state)
{
  Caps *self = state;

  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) xmpp_disco_info_free);
  self->devices = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref,
                                         (GDestroyNotify) device_free);
  self->queries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) query_free);
  self->shares = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, g_free);
  g_queue_init (&self->waiting);
}

/* Going online, too: a stanza whose listener ended the session still passes by here. */
static void
caps_reset (XmppSession *session,
            gpointer     state)
{
  Caps *self = state;

  self->life++;
  self->flying = 0;
  g_queue_clear (&self->waiting);
  g_hash_table_remove_all (self->queries);
  g_hash_table_remove_all (self->devices);
  g_hash_table_remove_all (self->shares);
}

static void
caps_detach (XmppSession *session,
             gpointer     state)
{
  Caps *self = state;

  g_queue_clear (&self->waiting);
  g_clear_pointer (&self->queries, g_hash_table_unref);
  g_clear_pointer (&self->devices, g_hash_table_unref);
  g_clear_pointer (&self->shares, g_hash_table_unref);
  g_clear_pointer (&self->known, g_hash_table_unref);
}

static const char *const disco[] = { NS_CAPS, NULL };

static const XmppFeature *const needs[] = { &xep_0030_disco, &rfc_6121_roster, NULL };

static const XmppRoute routes[] = {
  { XMPP_PRESENCE, NULL, NULL, presence_cb },
  { XMPP_PRESENCE_WRITE, NULL, NULL, write_caps_cb },
  { XMPP_IQ_GET, NS_DISCO_INFO, "query", info_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0115_caps = {
  .name = "caps",
  .xep = "XEP-0115 1.6.0",
  .disco = disco,
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Caps),
  .attach = caps_attach,
  .online = caps_reset,
  .offline = caps_reset,
  .detach = caps_detach,
};

/**
 * xmpp_caps_hash:
 * @info: what somebody is and can
 *
 * Returns: (transfer full): the verification string (XEP-0115 §5.1) with SHA-1, in base64
 */
char *
xmpp_caps_hash (const XmppDiscoInfo *info)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (char **identity = info->identities; *identity != NULL; identity++)
    g_string_append_printf (text, "%s<", *identity);
  for (char **feature = info->features; *feature != NULL; feature++)
    g_string_append_printf (text, "%s<", *feature);
  for (char **form = info->forms; *form != NULL; form++)
    g_string_append (text, *form);
  return crypto_hash_base64 ("sha-1", text->str, (gssize) text->len);
}

/**
 * xmpp_caps_lookup:
 * @session: a session
 * @full: a contact's full address
 *
 * Returns: (transfer none) (nullable): what that device is and can, valid until control returns to the main loop; NULL
 *   when it is not known (yet)
 */
const XmppDiscoInfo *
xmpp_caps_lookup (XmppSession *session,
                  XmppJid     *full)
{
  Caps *self = caps_get (session);
  Device *device = self != NULL ? g_hash_table_lookup (self->devices, full) : NULL;

  if (device == NULL)
    return NULL;
  return device->info != NULL ? device->info : g_hash_table_lookup (self->known, device->key);
}
