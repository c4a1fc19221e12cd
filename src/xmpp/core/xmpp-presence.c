/* Somebody's availability (RFC 6121 §4) as a struct. */
#include "xmpp-presence.h"

#include "base-date.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"

#define NS_DELAY "urn:xmpp:delay"

static const char *const type_names[] = {
  [XMPP_PRESENCE_UNAVAILABLE] = "unavailable",
  [XMPP_PRESENCE_SUBSCRIBE] = "subscribe",
  [XMPP_PRESENCE_SUBSCRIBED] = "subscribed",
  [XMPP_PRESENCE_UNSUBSCRIBE] = "unsubscribe",
  [XMPP_PRESENCE_UNSUBSCRIBED] = "unsubscribed",
  [XMPP_PRESENCE_PROBE] = "probe",
  [XMPP_PRESENCE_ERROR] = "error",
};

static const char *const show_names[] = {
  [XMPP_SHOW_XA] = "xa",
  [XMPP_SHOW_AWAY] = "away",
  [XMPP_SHOW_DND] = "dnd",
  [XMPP_SHOW_CHAT] = "chat",
};

G_DEFINE_BOXED_TYPE (XmppPresence, xmpp_presence, xmpp_presence_ref, xmpp_presence_unref)

/**
 * xmpp_presence_new:
 * @type: its type
 * @show: how reachable; without effect unless @type is #XMPP_PRESENCE_AVAILABLE
 * @status: (nullable): words for people, UTF-8
 *
 * Returns: (transfer full): a presence with priority 0
 */
XmppPresence *
xmpp_presence_new (XmppPresenceType  type,
                   XmppShow          show,
                   const char       *status)
{
  XmppPresence *self = g_atomic_rc_box_new0 (XmppPresence);

  self->type = type;
  self->show = type == XMPP_PRESENCE_AVAILABLE ? show : XMPP_SHOW_OFFLINE;
  self->status = g_strdup (status);

  return self;
}

static void
presence_clear (gpointer data)
{
  XmppPresence *self = data;

  g_clear_pointer (&self->from, xmpp_jid_unref);
  g_free (self->status);
  g_clear_error (&self->error);
}

/**
 * xmpp_presence_ref:
 * @self: a presence
 *
 * Returns: (transfer full): @self
 */
XmppPresence *
xmpp_presence_ref (XmppPresence *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_presence_unref:
 * @self: (transfer full): a presence
 */
void
xmpp_presence_unref (XmppPresence *self)
{
  g_atomic_rc_box_release_full (self, presence_clear);
}

static gboolean
read_type (const char       *name,
           XmppPresenceType *type)
{
  *type = XMPP_PRESENCE_AVAILABLE;
  if (name == NULL)
    return TRUE;

  for (guint i = XMPP_PRESENCE_UNAVAILABLE; i < G_N_ELEMENTS (type_names); i++)
    if (g_str_equal (name, type_names[i])) {
      *type = i;
      return TRUE;
    }

  return FALSE;
}

/* RFC 6121 §4.7.2.3: an xs:byte, 0 when it is none. */
static int
read_priority (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));
  gint64 priority;

  return g_ascii_string_to_signed (stripped, 10, -128, 127, &priority, NULL) ? (int) priority : 0;
}

/**
 * xmpp_presence_from_node:
 * @stanza: a `<presence/>`
 *
 * Returns: (transfer full) (nullable): what it says; %NULL when its "from" is no address or its "type" no type of
 *   RFC 6121 §4.7.1, in which case it says nothing
 */
XmppPresence *
xmpp_presence_from_node (const XmppNode *stanza)
{
  const char *from = xmpp_node_get (stanza, "from");
  const XmppNode *delay = xmpp_node_find (stanza, "delay", NS_DELAY);
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  const char *stamp;
  XmppPresenceType type;
  XmppPresence *self;

  if ((from != NULL && jid == NULL) || !read_type (xmpp_node_get (stanza, "type"), &type))
    return NULL;

  self = xmpp_presence_new (type, xmpp_show_from_name (xmpp_node_find_text (stanza, "show", NULL)),
                            xmpp_node_find_text (stanza, "status", NULL));
  self->priority = read_priority (xmpp_node_find_text (stanza, "priority", NULL));
  self->from = g_steal_pointer (&jid);
  if (type == XMPP_PRESENCE_ERROR)
    self->error = xmpp_error_from_stanza (stanza);

  stamp = delay != NULL ? xmpp_node_get (delay, "stamp") : NULL;
  if (stamp == NULL || !base_date_parse (stamp, &self->stamp))
    self->stamp = 0;

  return self;
}

/**
 * xmpp_presence_to_node:
 * @self: a presence of ours
 *
 * Returns: (transfer full): a `<presence/>` without "to"; available is the one without a "type" and, when
 *   #XMPP_SHOW_AVAILABLE, without a `<show/>`
 */
XmppNode *
xmpp_presence_to_node (const XmppPresence *self)
{
  XmppNode *stanza = xmpp_node_new ("presence", NS_CLIENT);
  const char *show = self->type == XMPP_PRESENCE_AVAILABLE ? xmpp_show_name (self->show) : NULL;

  xmpp_node_set (stanza, "type", type_names[self->type]);
  if (show != NULL)
    xmpp_node_add_text (stanza, "show", NULL, show);
  if (self->status != NULL && *self->status != '\0')
    xmpp_node_add_text (stanza, "status", NULL, self->status);
  if (self->type == XMPP_PRESENCE_AVAILABLE && self->priority != 0) {
    g_autofree char *priority = g_strdup_printf ("%d", CLAMP (self->priority, -128, 127));

    xmpp_node_add_text (stanza, "priority", NULL, priority);
  }

  return stanza;
}

/**
 * xmpp_show_name:
 * @show: a kind of being there
 *
 * Returns: (transfer none) (nullable): the text of its `<show/>`; %NULL for those that have none
 */
const char *
xmpp_show_name (XmppShow show)
{
  g_return_val_if_fail ((guint) show < G_N_ELEMENTS (show_names), NULL);

  return show_names[show];
}

/**
 * xmpp_show_from_name:
 * @name: (nullable): the text of a `<show/>`
 *
 * Returns: what it means; #XMPP_SHOW_AVAILABLE for %NULL and what is unknown, RFC 6121 §4.7.2.1
 */
XmppShow
xmpp_show_from_name (const char *name)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name != NULL ? name : ""));

  for (guint i = 0; i < G_N_ELEMENTS (show_names); i++)
    if (show_names[i] != NULL && g_str_equal (stripped, show_names[i]))
      return i;

  return XMPP_SHOW_AVAILABLE;
}
