/* What arrives about a contact: an entry of the roster, presences, a question. */
#include "chat-contact-private.h"

#include "base-text.h"
#include "xmpp-error.h"

/* More words than these are no question any more. */
#define REQUEST_CHARS 1000

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

/* For chat_contact_new() */
void
chat_contact_update_name (ChatContact *self)
{
  g_autofree char *name = best_name (self);

  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->sort_key);
  g_free (self->name);
  self->sort_key = base_text_sort_key (name);
  self->name = g_steal_pointer (&name);
  g_object_notify (G_OBJECT (self), "name");
}

static void
update_show (ChatContact *self)
{
  XmppShow show = chat_devices_get_show (self->devices);
  const char *status = chat_devices_get_status (self->devices);
  guint n_devices = chat_devices_count (self->devices);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->show != show) {
    self->show = show;
    g_object_notify (G_OBJECT (self), "show");
  }
  if (g_strcmp0 (self->status, status) != 0) {
    g_free (self->status);
    self->status = g_strdup (status);
    g_object_notify (G_OBJECT (self), "status");
  }
  if (self->n_devices != n_devices) {
    self->n_devices = n_devices;
    g_object_notify (G_OBJECT (self), "devices");
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
sees_them (ChatContact *self)
{
  XmppSubscription subscription = chat_contact_get_subscription (self);

  return subscription == XMPP_SUBSCRIPTION_TO || subscription == XMPP_SUBSCRIPTION_BOTH;
}

static void
set_presence_error (ChatContact *self, const char *name)
{
  if (g_strcmp0 (self->presence_error, name) == 0)
    return;
  g_free (self->presence_error);
  self->presence_error = g_strdup (name);
  g_object_notify (G_OBJECT (self), "presence-error");
}

/* Returns NULL when nothing is left to be read. It is cut first: what base_text_body() opens, it closes. */
static char *
shown_request (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  char *shown;

  if (valid == NULL)
    return NULL;
  if (g_utf8_strlen (valid, -1) > REQUEST_CHARS)
    *g_utf8_offset_to_pointer (valid, REQUEST_CHARS) = '\0';
  shown = g_strstrip (base_text_body (valid, REQUEST_CHARS * 4));
  if (*shown == '\0')
    g_clear_pointer (&shown, g_free);
  return shown;
}

/**
 * chat_contact_take_item:
 * @self: a contact
 * @item: (nullable): what the roster says of them; %NULL: they are not in it any more
 *
 * Takes over an entry of the roster. Whom we stopped seeing is forgotten as seen last, for not every server says that
 * they are gone (RFC 6121 §3.3.3); who sees us has been answered, be it on another device.
 */
void
chat_contact_take_item (ChatContact *self, XmppRosterItem *item)
{
  g_autoptr (XmppRosterItem) old = NULL;
  XmppSubscription subscription;
  gboolean was_asked, was_approved, was_seen;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  subscription = chat_contact_get_subscription (self);
  was_asked = chat_contact_is_asked (self);
  was_approved = chat_contact_is_approved (self);
  was_seen = sees_them (self);
  old = g_steal_pointer (&self->item);
  self->item = item != NULL ? xmpp_roster_item_ref (item) : NULL;

  g_object_freeze_notify (G_OBJECT (self));
  if ((old != NULL) != (item != NULL))
    g_object_notify (G_OBJECT (self), "is-contact");
  if (subscription != chat_contact_get_subscription (self))
    g_object_notify (G_OBJECT (self), "subscription");
  if (was_asked != chat_contact_is_asked (self))
    g_object_notify (G_OBJECT (self), "asked");
  if (was_approved != chat_contact_is_approved (self))
    g_object_notify (G_OBJECT (self), "approved");
  chat_contact_update_name (self);
  if (item == NULL || (was_seen && !sees_them (self)))
    chat_contact_forget_presence (self);
  if (chat_contact_sees_us (self))
    chat_contact_take_request (self, FALSE, NULL);
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
  g_return_if_fail (CHAT_IS_CONTACT (self));
  g_return_if_fail (xmpp_jid_equal_bare (presence->from, self->jid));

  g_object_freeze_notify (G_OBJECT (self));
  switch (presence->type) {
  case XMPP_PRESENCE_AVAILABLE:
    chat_devices_take (self->devices, presence);
    set_presence_error (self, NULL);
    break;
  case XMPP_PRESENCE_UNAVAILABLE:
    chat_devices_take (self->devices, presence);
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
 * chat_contact_take_request:
 * @self: a contact
 * @asking: whether they ask to see us; else the question is answered or withdrawn
 * @text: (nullable): the words they ask with, from the network
 *
 * Takes over that they ask, or ask no more. Asking again changes the words.
 */
void
chat_contact_take_request (ChatContact *self, gboolean asking, const char *text)
{
  g_autofree char *shown = asking ? shown_request (text) : NULL;

  g_return_if_fail (CHAT_IS_CONTACT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->request_text, shown) != 0) {
    g_free (self->request_text);
    self->request_text = g_steal_pointer (&shown);
    g_object_notify (G_OBJECT (self), "request-text");
  }
  if (self->is_asking != asking) {
    self->is_asking = asking;
    g_object_notify (G_OBJECT (self), "asking");
  }
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

  chat_devices_clear (self->devices);
  set_presence_error (self, NULL);
  update_show (self);
}
