/* One entry of the roster (RFC 6121 §2.1.2), immutable once made. */
#include "xmpp-roster-item.h"

static const char *const subscription_names[] = {
  [XMPP_SUBSCRIPTION_NONE] = "none", [XMPP_SUBSCRIPTION_TO] = "to",         [XMPP_SUBSCRIPTION_FROM] = "from",
  [XMPP_SUBSCRIPTION_BOTH] = "both", [XMPP_SUBSCRIPTION_REMOVE] = "remove",
};

G_DEFINE_BOXED_TYPE (XmppRosterItem, xmpp_roster_item, xmpp_roster_item_ref, xmpp_roster_item_unref)

/* A server should send each group once and none without a name; both are seen. */
static char **
copy_groups (const char *const *groups)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) copy = g_ptr_array_new ();

  for (guint i = 0; groups != NULL && groups[i] != NULL; i++)
    if (*groups[i] != '\0' && g_hash_table_add (seen, (gpointer) groups[i]))
      g_ptr_array_add (copy, g_strdup (groups[i]));
  g_ptr_array_add (copy, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&copy), FALSE);
}

/**
 * xmpp_roster_item_new:
 * @jid: whose entry; a resource is left out, RFC 6121 §2.1.2.3
 * @name: (nullable): what the user calls them; "" is the same as %NULL
 * @subscription: who sees whose presence
 * @ask: whether we have asked to see theirs
 * @approved: whether we have said yes to a question they did not ask yet
 * @groups: (nullable) (array zero-terminated=1): names of groups; empty ones and repetitions are left out
 *
 * Returns: (transfer full): the entry
 */
XmppRosterItem *
xmpp_roster_item_new (XmppJid           *jid,
                      const char        *name,
                      XmppSubscription   subscription,
                      gboolean           ask,
                      gboolean           approved,
                      const char *const *groups)
{
  XmppRosterItem *self = g_atomic_rc_box_new0 (XmppRosterItem);

  self->jid = xmpp_jid_ref (xmpp_jid_get_bare (jid));
  self->name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
  self->subscription = subscription;
  self->ask = ask;
  self->approved = approved;
  self->groups = copy_groups (groups);

  return self;
}

static void
roster_item_clear (gpointer data)
{
  XmppRosterItem *self = data;

  xmpp_jid_unref (self->jid);
  g_free (self->name);
  g_strfreev (self->groups);
}

/**
 * xmpp_roster_item_ref:
 * @self: an entry
 *
 * Returns: (transfer full): @self
 */
XmppRosterItem *
xmpp_roster_item_ref (XmppRosterItem *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_roster_item_unref:
 * @self: (transfer full): an entry
 */
void
xmpp_roster_item_unref (XmppRosterItem *self)
{
  g_atomic_rc_box_release_full (self, roster_item_clear);
}

/**
 * xmpp_subscription_name:
 * @subscription: a state of subscription
 *
 * Returns: (transfer none): its name in XML, RFC 6121 §2.1.2.5
 */
const char *
xmpp_subscription_name (XmppSubscription subscription)
{
  g_return_val_if_fail ((guint) subscription < G_N_ELEMENTS (subscription_names), "none");

  return subscription_names[subscription];
}

/**
 * xmpp_subscription_from_name:
 * @name: (nullable): the value of an attribute "subscription"
 *
 * Returns: the state; #XMPP_SUBSCRIPTION_NONE for %NULL and what is unknown
 */
XmppSubscription
xmpp_subscription_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (subscription_names); i++)
    if (g_strcmp0 (name, subscription_names[i]) == 0)
      return i;

  return XMPP_SUBSCRIPTION_NONE;
}
