/* What it takes to sign in: the account's address, secrets and connection options, as plain data. */
#include "xmpp-login.h"

#include <string.h>

/**
 * xmpp_login_new:
 * @jid: the account; a resource is left out
 * @password: (nullable): UTF-8
 *
 * Returns: (transfer full): a login that finds its server by SRV and has no history
 */
XmppLogin *
xmpp_login_new (XmppJid    *jid,
                const char *password)
{
  XmppLogin *self = g_new0 (XmppLogin, 1);

  self->jid = xmpp_jid_ref (xmpp_jid_get_bare (jid));
  self->password = g_strdup (password);

  return self;
}

/**
 * xmpp_login_copy:
 * @self: a login
 *
 * Returns: (transfer full): a copy that shares nothing that could be changed
 */
XmppLogin *
xmpp_login_copy (const XmppLogin *self)
{
  XmppLogin *copy = xmpp_login_new (self->jid, self->password);

  copy->resource = g_strdup (self->resource);
  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->security = self->security;
  copy->scram_seen = self->scram_seen;
  copy->bound_seen = self->bound_seen;
  g_set_object (&copy->trust, self->trust);
  copy->pin = g_strdup (self->pin);
  copy->pin_errors = self->pin_errors;
  copy->resume = g_strdup (self->resume);
  copy->location = g_strdup (self->location);

  return copy;
}

/**
 * xmpp_login_free:
 * @self: (transfer full): a login
 *
 * The password is overwritten before its memory is given back.
 */
void
xmpp_login_free (XmppLogin *self)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));

  g_free (self->password);
  g_free (self->resource);
  g_free (self->host);
  g_clear_object (&self->trust);
  g_free (self->pin);
  g_free (self->resume);
  g_free (self->location);
  xmpp_jid_unref (self->jid);
  g_free (self);
}
