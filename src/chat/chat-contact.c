/* A person as the user sees one: name, groups, presence over all their devices, and how we stand with them. */
#include "chat-contact-private.h"

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
  PROP_SUBSCRIPTION,
  PROP_APPROVED,
  PROP_ASKING,
  PROP_REQUEST_TEXT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatContact, chat_contact, G_TYPE_OBJECT)

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
    g_value_set_uint (value, chat_devices_count (self->devices));
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
  case PROP_SUBSCRIPTION:
    g_value_set_int (value, chat_contact_get_subscription (self));
    break;
  case PROP_APPROVED:
    g_value_set_boolean (value, chat_contact_is_approved (self));
    break;
  case PROP_ASKING:
    g_value_set_boolean (value, self->is_asking);
    break;
  case PROP_REQUEST_TEXT:
    g_value_set_string (value, self->request_text);
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
  g_clear_pointer (&self->devices, chat_devices_free);
  g_free (self->name);
  g_free (self->sort_key);
  g_free (self->status);
  g_free (self->presence_error);
  g_free (self->request_text);
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
  props[PROP_SUBSCRIPTION] = g_param_spec_int ("subscription", NULL, NULL, XMPP_SUBSCRIPTION_NONE,
                                               XMPP_SUBSCRIPTION_REMOVE, XMPP_SUBSCRIPTION_NONE, flags);
  props[PROP_APPROVED] = g_param_spec_boolean ("approved", NULL, NULL, FALSE, flags);
  props[PROP_ASKING] = g_param_spec_boolean ("asking", NULL, NULL, FALSE, flags);
  props[PROP_REQUEST_TEXT] = g_param_spec_string ("request-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_contact_init (ChatContact *self)
{
  self->devices = chat_devices_new ();
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
  chat_contact_update_name (self);
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
 * chat_contact_get_roster_name:
 * @self: a contact
 *
 * Returns: (nullable): what the user calls them, as it was typed: to be edited, not to be shown
 */
const char *
chat_contact_get_roster_name (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->item != NULL ? self->item->name : NULL;
}

/**
 * chat_contact_is_approved:
 * @self: a contact
 *
 * Returns: whether the server will let them see us as soon as they ask (RFC 6121 §3.4)
 */
gboolean
chat_contact_is_approved (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  return self->item != NULL && self->item->approved;
}

/**
 * chat_contact_is_asking:
 * @self: a contact
 *
 * Returns: whether they ask to see us and have no answer yet
 */
gboolean
chat_contact_is_asking (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), FALSE);

  return self->is_asking;
}

/**
 * chat_contact_get_request_text:
 * @self: a contact
 *
 * Returns: (nullable): the words they ask with: at most 1,000 characters in one or more lines, fit to be shown
 */
const char *
chat_contact_get_request_text (ChatContact *self)
{
  g_return_val_if_fail (CHAT_IS_CONTACT (self), NULL);

  return self->request_text;
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

  return chat_devices_count (self->devices);
}
