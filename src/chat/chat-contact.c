/* A person as the user sees one: name, groups, presence over all their devices, and how we stand with them. */
#include "chat-contact.h"

#include "base-text.h"
#include "xmpp-error.h"

/* Whoever controls an address controls how many resources it shows. Nobody has this many devices. */
#define DEVICES_MAX  64
#define STATUS_CHARS 256

typedef struct {
  char     *resource;   /* (owned) "" for a presence of the bare address */
  char     *status;     /* (owned, nullable) one line */
  XmppShow  show;
  int       priority;   /* -128…127 */
} Device;

struct _ChatContact {
  GObject         parent;
  ChatAccount    *account;          /* (weak) */
  XmppJid        *jid;              /* (owned) bare */
  XmppRosterItem *item;             /* (owned, nullable) */
  char           *name;             /* (owned) */
  char           *sort_key;         /* (owned) */
  GArray         *devices;          /* (owned) of Device */
  XmppShow        show;             /* of the best device … */
  char           *status;           /* (owned, nullable) … and its status */
  guint           n_devices;        /* as it was announced */
  char           *presence_error;   /* (owned, nullable) */
};

enum {
  PROP_0,
  PROP_ACCOUNT,
  PROP_JID,
  PROP_NAME,
  PROP_SHOW,
  PROP_STATUS,
  PROP_DEVICES,
  PROP_IS_CONTACT,
  PROP_ASKED,
  PROP_PRESENCE_ERROR,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatContact, chat_contact, G_TYPE_OBJECT)

static void
device_clear (gpointer data)
{
  Device *device = data;

  g_free (device->resource);
  g_free (device->status);
}

static void
chat_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatContact *self = CHAT_CONTACT (object);

  switch (id) {
  case PROP_ACCOUNT:
    g_value_set_object (value, self->account);
    break;
  case PROP_JID:
    g_value_set_boxed (value, self->jid);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_SHOW:
    g_value_set_int (value, self->show);
    break;
  case PROP_STATUS:
    g_value_set_string (value, self->status);
    break;
  case PROP_DEVICES:
    g_value_set_uint (value, self->devices->len);
    break;
  case PROP_IS_CONTACT:
    g_value_set_boolean (value, chat_contact_is_contact (self));
    break;
  case PROP_ASKED:
    g_value_set_boolean (value, chat_contact_is_asked (self));
    break;
  case PROP_PRESENCE_ERROR:
    g_value_set_string (value, self->presence_error);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_contact_finalize (GObject *object)
{
  ChatContact *self = CHAT_CONTACT (object);

  g_clear_weak_pointer (&self->account);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->item, xmpp_roster_item_unref);
  g_clear_pointer (&self->devices, g_array_unref);
  g_free (self->name);
  g_free (self->sort_key);
  g_free (self->status);
  g_free (self->presence_error);
  G_OBJECT_CLASS (chat_contact_parent_class)->finalize (object);
}

static void
chat_contact_class_init (ChatContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_contact_get_property;
  object_class->finalize = chat_contact_finalize;

  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CHAT_TYPE_ACCOUNT, flags);
  props[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_SHOW] =
      g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_OFFLINE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  props[PROP_DEVICES] = g_param_spec_uint ("devices", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_IS_CONTACT] = g_param_spec_boolean ("is-contact", NULL, NULL, FALSE, flags);
  props[PROP_ASKED] = g_param_spec_boolean ("asked", NULL, NULL, FALSE, flags);
  props[PROP_PRESENCE_ERROR] = g_param_spec_string ("presence-error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_contact_init (ChatContact *self)
{
  self->devices = g_array_new (FALSE, FALSE, sizeof (Device));
  g_array_set_clear_func (self->devices, device_clear);
}

/* Returns NULL for a text of which nothing can be shown. */
static char *
shown_name (const char *text)
{
  g_autofree char *name = text != NULL ? base_text_name (text) : NULL;

  return name != NULL && *name != '\0' ? g_steal_pointer (&name) : NULL;
}

static char *
best_name (ChatContact *self)
{
  char *name = shown_name (self->item != NULL ? self->item->name : NULL);

  if (name == NULL)
    name = shown_name (xmpp_jid_get_local (self->jid));
  if (name == NULL)
    name = shown_name (xmpp_jid_get_domain (self->jid));
  return name != NULL ? name : g_strdup (xmpp_jid_get_text (self->jid));
}

static void
update_name (ChatContact *self)
{
  g_autofree char *name = best_name (self);

  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->sort_key);
  g_free (self->name);
  self->sort_key = base_text_sort_key (name);
  self->name = g_steal_pointer (&name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

/* The highest priority wins, so a device that does not want messages (negative) only shows when there is no other. */
static const Device *
best_device (ChatContact *self)
{
  const Device *best = NULL;

  for (guint i = 0; i < self->devices->len; i++) {
    const Device *device = &g_array_index (self->devices, Device, i);

    if (best == NULL || device->priority > best->priority
        || (device->priority == best->priority && device->show > best->show))
      best = device;
  }
  return best;
}

static void
update_show (ChatContact *self)
{
  const Device *best = best_device (self);
  XmppShow show = best != NULL ? best->show : XMPP_SHOW_OFFLINE;
  const char *status = best != NULL ? best->status : NULL;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->show != show) {
    self->show = show;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW]);
  }
  if (g_strcmp0 (self->status, status) != 0) {
    g_free (self->status);
    self->status = g_strdup (status);
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
  }
  if (self->n_devices != self->devices->len) {
    self->n_devices = self->devices->len;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEVICES]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_presence_error (ChatContact *self, const char *name)
{
  if (g_strcmp0 (self->presence_error, name) == 0)
    return;
  g_free (self->presence_error);
  self->presence_error = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE_ERROR]);
}

static void
add_device (ChatContact *self, const char *resource, XmppPresence *presence)
{
  g_autofree char *line = presence->status != NULL ? base_text_line (presence->status, STATUS_CHARS) : NULL;
  Device device = { .show = presence->show, .priority = presence->priority };

  device.resource = g_strdup (resource);
  if (line != NULL && *line != '\0')
    device.status = g_steal_pointer (&line);
  g_array_append_val (self->devices, device);
}

/* An unavailable presence of the bare address speaks for every device (RFC 6121 §4.5.3). */
static void
remove_devices (ChatContact *self, const char *resource, gboolean all)
{
  for (guint i = self->devices->len; i > 0; i--)
    if (all || g_str_equal (g_array_index (self->devices, Device, i - 1).resource, resource))
      g_array_remove_index (self->devices, i - 1);
}

/**
 * chat_contact_new:
 * @account: whose contact it is; not owned
 * @jid: an address, of which the bare one is kept
 *
 * Returns: (transfer full): somebody who is in no roster and offline
 */
ChatContact *
chat_contact_new (ChatAccount *account, XmppJid *jid)
{
  ChatContact *self = g_object_new (CHAT_TYPE_CONTACT, NULL);

  g_set_weak_pointer (&self->account, account);
  self->jid = xmpp_jid_ref (xmpp_jid_get_bare (jid));
  update_name (self);
  return self;
}

/**
 * chat_contact_get_account:
 * @self: a contact
 *
 * Returns: (transfer none) (nullable): the account, unless it is gone
 */
ChatAccount *
chat_contact_get_account (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->account;
}

/**
 * chat_contact_get_jid:
 * @self: a contact
 *
 * Returns: (transfer none): the bare address
 */
XmppJid *
chat_contact_get_jid (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->jid;
}

/**
 * chat_contact_get_name:
 * @self: a contact
 *
 * Returns: what the user calls them, else the local part or the domain of the address; fit to be shown
 */
const char *
chat_contact_get_name (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->name;
}

/**
 * chat_contact_get_sort_key:
 * @self: a contact
 *
 * Returns: the name as bytes that strcmp() orders as the language does
 */
const char *
chat_contact_get_sort_key (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->sort_key;
}

/**
 * chat_contact_get_groups:
 * @self: a contact
 *
 * Returns: (transfer none): the names of the groups they are in, as the server tells them; never %NULL
 */
const char *const *
chat_contact_get_groups (ChatContact *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (CHAT_IS_CONTACT (self), none);

  return self->item != NULL ? (const char *const *) self->item->groups : none;
}

/**
 * chat_contact_get_show:
 * @self: a contact
 *
 * Returns: how reachable they are on the device that can be reached best
 */
XmppShow
chat_contact_get_show (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), XMPP_SHOW_OFFLINE);

  return self->show;
}

/**
 * chat_contact_get_status:
 * @self: a contact
 *
 * Returns: (nullable): what that device says about itself: one line, fit to be shown
 */
const char *
chat_contact_get_status (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->status;
}

/**
 * chat_contact_get_subscription:
 * @self: a contact
 *
 * Returns: who of the two sees the other's presence
 */
XmppSubscription
chat_contact_get_subscription (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), XMPP_SUBSCRIPTION_NONE);

  return self->item != NULL ? self->item->subscription : XMPP_SUBSCRIPTION_NONE;
}

/**
 * chat_contact_is_contact:
 * @self: a contact
 *
 * Returns: whether they are in the roster
 */
gboolean
chat_contact_is_contact (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  return self->item != NULL;
}

/**
 * chat_contact_is_asked:
 * @self: a contact
 *
 * Returns: whether we wait for their consent to see their presence
 */
gboolean
chat_contact_is_asked (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  return self->item != NULL && self->item->ask;
}

/**
 * chat_contact_sees_us:
 * @self: a contact
 *
 * Returns: whether they see our presence, so that nothing more is given away by telling them that we type
 */
gboolean
chat_contact_sees_us (ChatContact *self)
{
  XmppSubscription subscription = chat_contact_get_subscription (self);

  return subscription == XMPP_SUBSCRIPTION_FROM || subscription == XMPP_SUBSCRIPTION_BOTH;
}

/**
 * chat_contact_count_devices:
 * @self: a contact
 *
 * Returns: on how many devices they are online
 */
guint
chat_contact_count_devices (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), 0);

  return self->devices->len;
}

/**
 * chat_contact_take_item:
 * @self: a contact
 * @item: (nullable): what the roster says of them; %NULL: they are not in it any more
 *
 * Takes over an entry of the roster. Who is gone from it cannot be seen any more either.
 */
void
chat_contact_take_item (ChatContact *self, XmppRosterItem *item)
{
  g_autoptr (XmppRosterItem) old = NULL;
  gboolean was_asked;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  was_asked = chat_contact_is_asked (self);
  old = g_steal_pointer (&self->item);
  self->item = item != NULL ? xmpp_roster_item_ref (item) : NULL;

  g_object_freeze_notify (G_OBJECT (self));
  if ((old != NULL) != (item != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IS_CONTACT]);
  if (was_asked != chat_contact_is_asked (self))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ASKED]);
  update_name (self);
  if (item == NULL)
    chat_contact_forget_presence (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_contact_take_presence:
 * @self: a contact
 * @presence: one that came from an address of theirs
 *
 * Takes over what one of their devices says about itself (RFC 6121 §4).
 */
void
chat_contact_take_presence (ChatContact *self, XmppPresence *presence)
{
  const char *resource;

  g_return_if_fail (CHAT_IS_CONTACT (self));
  g_return_if_fail (xmpp_jid_equal_bare (presence->from, self->jid));

  resource = xmpp_jid_get_resource (presence->from);
  g_object_freeze_notify (G_OBJECT (self));
  switch (presence->type) {
  case XMPP_PRESENCE_AVAILABLE:
    remove_devices (self, resource != NULL ? resource : "", FALSE);
    if (self->devices->len < DEVICES_MAX)
      add_device (self, resource != NULL ? resource : "", presence);
    set_presence_error (self, NULL);
    break;
  case XMPP_PRESENCE_UNAVAILABLE:
    remove_devices (self, resource, resource == NULL);
    break;
  case XMPP_PRESENCE_ERROR:
    if (presence->error != NULL && presence->error->domain == XMPP_STANZA_ERROR)
      set_presence_error (self, xmpp_stanza_error_name (presence->error->code));
    break;
  case XMPP_PRESENCE_SUBSCRIBE:
  case XMPP_PRESENCE_SUBSCRIBED:
  case XMPP_PRESENCE_UNSUBSCRIBE:
  case XMPP_PRESENCE_UNSUBSCRIBED:
  case XMPP_PRESENCE_PROBE:
    /* What comes of these arrives as a change of the roster. */
    break;
  }
  update_show (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_contact_forget_presence:
 * @self: a contact
 *
 * Forgets every device: we went offline, so nobody tells us any more.
 */
void
chat_contact_forget_presence (ChatContact *self)
{
  g_return_if_fail (CHAT_IS_CONTACT (self));

  g_array_set_size (self->devices, 0);
  set_presence_error (self, NULL);
  update_show (self);
}
