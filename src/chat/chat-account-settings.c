/* What the user decides about an account: each change holds at once and is stored at once. The password is in
 * chat-account-password.c. */
#include "chat-account-settings.h"

#include "base-text.h"
#include "chat-account-private.h"

/* Returns whether it is another one. */
static gboolean
take_text (char **field, const char *text)
{
  char *copy;

  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (*field, text) == 0)
    return FALSE;

  copy = g_strdup (text);
  g_free (*field);
  *field = copy;
  return TRUE;
}

/* With what is the same as before nothing is done but what "Try now" would do. */
static void
use_login (ChatAccount *self)
{
  g_autoptr (XmppLogin) login = chat_account_dup_settings (self);

  if (chat_link_set_login (self->link, login))
    chat_link_restart (self->link);
  else
    chat_link_try_now (self->link);
}

/**
 * chat_account_get_name:
 * @self: an account
 *
 * Returns: (nullable): the user's own word for it, fit to be shown
 */
const char *
chat_account_get_name (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return self->row->name;
}

/**
 * chat_account_set_name:
 * @self: an account
 * @name: (nullable): the user's own word for it, UTF-8; %NULL or "" for none
 *
 * Names the account. Of the name is taken what can be shown in one line, at most %CHAT_ACCOUNT_MAX_NAME characters.
 */
void
chat_account_set_name (ChatAccount *self, const char *name)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  shown = base_text_name (name);
  if (g_utf8_strlen (shown, -1) > CHAT_ACCOUNT_MAX_NAME)
    *g_utf8_offset_to_pointer (shown, CHAT_ACCOUNT_MAX_NAME) = '\0';
  g_strchomp (shown);
  if (!take_text (&self->row->name, shown))
    return;

  chat_account_save (self);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify (G_OBJECT (self), "name");
  g_object_notify (G_OBJECT (self), "label");
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_account_get_label:
 * @self: an account
 *
 * Returns: what the account is called where there are several: its name, else its address
 */
const char *
chat_account_get_label (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return self->row->name != NULL ? self->row->name : xmpp_jid_get_text (self->jid);
}

/**
 * chat_account_get_colour:
 * @self: an account
 *
 * Returns: which of the %CHAT_ACCOUNT_N_COLOURS colours marks it
 */
guint
chat_account_get_colour (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), 0);

  return self->row->colour;
}

/**
 * chat_account_set_colour:
 * @self: an account
 * @colour: below %CHAT_ACCOUNT_N_COLOURS
 *
 * Chooses the colour that marks it.
 */
void
chat_account_set_colour (ChatAccount *self, guint colour)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));
  g_return_if_fail (colour < CHAT_ACCOUNT_N_COLOURS);

  if (self->row->colour == colour)
    return;
  self->row->colour = colour;
  chat_account_save (self);
  g_object_notify (G_OBJECT (self), "colour");
}

/**
 * chat_account_get_enabled:
 * @self: an account
 *
 * Returns: whether it is to be online at all
 */
gboolean
chat_account_get_enabled (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), FALSE);

  return self->row->enabled;
}

/**
 * chat_account_set_enabled:
 * @self: an account
 * @enabled: whether it is to be online at all
 *
 * With %FALSE it says goodbye and stays offline over restarts, whatever presence is chosen, until it is enabled again.
 * With %TRUE it takes up the presence of all accounts.
 */
void
chat_account_set_enabled (ChatAccount *self, gboolean enabled)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  enabled = enabled != FALSE;
  if (self->row->enabled == enabled || chat_account_is_gone (self))
    return;
  self->row->enabled = enabled;
  if (enabled) {
    self->row->own_show = -1;
    g_clear_pointer (&self->row->own_status, g_free);
  }
  chat_account_save (self);
  g_object_notify (G_OBJECT (self), "enabled");
  chat_account_apply_presence (self);
}

/**
 * chat_account_get_priority:
 * @self: an account
 *
 * Returns: the priority of its presence, -128…127 (RFC 6121 §4.7.2.3)
 */
int
chat_account_get_priority (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), 0);

  return self->row->priority;
}

/**
 * chat_account_set_priority:
 * @self: an account
 * @priority: what is beyond -128…127 becomes the nearest of them
 *
 * Chooses the priority of its presence; while online it is said at once. With a negative one nothing that is sent to
 * the bare address comes to this device (RFC 6121 §4.7.2.3).
 */
void
chat_account_set_priority (ChatAccount *self, int priority)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  priority = CLAMP (priority, -128, 127);
  if (self->row->priority == priority)
    return;
  self->row->priority = priority;
  chat_account_save (self);
  if (!chat_account_is_gone (self))
    chat_link_set_priority (self->link, priority);
  g_object_notify (G_OBJECT (self), "priority");
}

/**
 * chat_account_set_settings:
 * @self: an account
 * @login: resource, host, port and security are taken from it, nothing else
 *
 * Chooses how the account connects. If something of it differs and the account is to be online, it says goodbye and
 * connects anew; one that is stuck tries again.
 */
void
chat_account_set_settings (ChatAccount *self, const XmppLogin *login)
{
  gboolean is_news;

  g_return_if_fail (CHAT_IS_ACCOUNT (self));
  g_return_if_fail (login != NULL);

  if (chat_account_is_gone (self))
    return;
  is_news = self->row->port != login->port || self->row->security != login->security;
  self->row->port = login->port;
  self->row->security = login->security;
  if (take_text (&self->row->resource, login->resource)) {
    g_clear_pointer (&self->row->bound_resource, g_free);
    is_news = TRUE;
  }
  is_news |= take_text (&self->row->host, login->host);
  if (!is_news)
    return;

  chat_account_save (self);
  use_login (self);
}

/**
 * chat_account_get_pin:
 * @self: an account
 *
 * Returns: (nullable): the SHA-256 of the one certificate that is trusted, as 64 lower-case hexadecimal digits; %NULL
 *   when authorities are trusted as usual
 */
const char *
chat_account_get_pin (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return self->row->pin;
}

/**
 * chat_account_trust:
 * @self: an account
 * @certificate: (nullable): what the server has shown; %NULL to trust no single one any more
 *
 * Trusts this certificate for this account, with what is wrong with it now and nothing more, and tries again at once
 * when it waits or is stuck. An account that is online because of a trust that ends connects anew.
 */
void
chat_account_trust (ChatAccount *self, XmppCertificate *certificate)
{
  gboolean is_news;

  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  if (chat_account_is_gone (self))
    return;
  is_news = take_text (&self->row->pin, certificate != NULL ? certificate->sha256 : NULL);
  if (self->row->pin_errors != (certificate != NULL ? (guint) certificate->errors : 0)) {
    self->row->pin_errors = certificate != NULL ? certificate->errors : 0;
    is_news = TRUE;
  }
  if (is_news)
    chat_account_save (self);
  use_login (self);
  if (is_news)
    g_object_notify (G_OBJECT (self), "pin");
}

/**
 * chat_account_is_exposed:
 * @self: an account
 *
 * Returns: whether it is online, and its sign-in was not bound to the encrypted channel though the one before was, for
 *   no reason that the server has proven (XEP-0474): someone may be in between, who has a certificate of its name
 */
gboolean
chat_account_is_exposed (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), FALSE);

  return chat_link_is_exposed (self->link);
}

/**
 * chat_account_accept_exposure:
 * @self: an account that is exposed
 *
 * The user knows why: from now on it is as good as if it had never been bound. "connection" is notified.
 */
void
chat_account_accept_exposure (ChatAccount *self)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  if (chat_account_is_gone (self) || !chat_link_is_exposed (self->link))
    return;
  self->row->bound_seen = FALSE;
  chat_account_save (self);
  chat_link_accept_exposure (self->link);
}

/**
 * chat_account_is_default:
 *
 * Returns: whether the user has chosen it for new chats
 */
gboolean
chat_account_is_default (ChatAccount *self)
{
  return self->row->is_default;
}

/**
 * chat_account_set_default:
 * @is_default: whether the user has chosen it for new chats
 *
 * For the list of accounts, which sees to it that there is one at most. That another one is it no more is stored with
 * that one.
 */
void
chat_account_set_default (ChatAccount *self, gboolean is_default)
{
  if (self->row->is_default == is_default)
    return;
  self->row->is_default = is_default;
  if (is_default)
    chat_account_save (self);
}

/**
 * chat_account_get_position:
 *
 * Returns: its place in the order of accounts; there may be gaps between two
 */
gint64
chat_account_get_position (ChatAccount *self)
{
  return self->row->position;
}

/**
 * chat_account_set_position:
 * @position: its place in the order of accounts
 *
 * For the list of accounts, which stores the order as a whole.
 */
void
chat_account_set_position (ChatAccount *self, gint64 position)
{
  self->row->position = position;
}

/**
 * chat_account_leave:
 *
 * Goes offline for good, because the account is to be removed.
 *
 * Returns: %FALSE when it is leaving already, or has left
 */
gboolean
chat_account_leave (ChatAccount *self)
{
  if (chat_account_is_gone (self))
    return FALSE;
  self->is_leaving = TRUE;
  chat_account_apply_presence (self);
  return TRUE;
}

/**
 * chat_account_seal:
 *
 * Lets nothing of the account go to the store any more, so that nothing comes behind the job that removes it.
 */
void
chat_account_seal (ChatAccount *self)
{
  self->is_sealed = TRUE;
}

/**
 * chat_account_stay:
 *
 * Takes both back: the account could not be removed.
 */
void
chat_account_stay (ChatAccount *self)
{
  self->is_leaving = FALSE;
  self->is_sealed = FALSE;
  if (self->states == NULL)
    return;
  chat_account_save (self);
  chat_account_apply_presence (self);
}
