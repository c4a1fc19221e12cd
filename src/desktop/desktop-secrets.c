/* Where passwords live, for those who ask: each call goes to whichever keeper the program was given. */
#include "desktop-secrets.h"

#include <string.h>

G_DEFINE_QUARK (desktop-secrets-error-quark, desktop_secrets_error)

G_DEFINE_INTERFACE (DesktopSecrets, desktop_secrets, G_TYPE_OBJECT)

static void
desktop_secrets_default_init (DesktopSecretsInterface *iface)
{
}

/**
 * desktop_secrets_lookup_async:
 * @self: a keeper of passwords
 * @account: a bare JID
 * @cancellable: (nullable): stops it
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks for the password of an account. A locked keyring asks its owner first, so this may take as long as he likes; one
 * that does not answer at all is given up after half a minute.
 */
void
desktop_secrets_lookup_async (DesktopSecrets *self,
                              const char *account,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (DESKTOP_IS_SECRETS (self));
  g_return_if_fail (account != NULL);

  DESKTOP_SECRETS_GET_IFACE (self)->lookup_async (self, account, cancellable, callback, user_data);
}

/**
 * desktop_secrets_lookup_finish:
 * @self: a keeper of passwords
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the password, UTF-8, to be ended by desktop_secrets_wipe(). %NULL without an
 *   error when none is kept, or with %DESKTOP_SECRETS_ERROR set, or %G_IO_ERROR_CANCELLED when the caller gave it up
 */
char *
desktop_secrets_lookup_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (DESKTOP_IS_SECRETS (self), NULL);

  return DESKTOP_SECRETS_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * desktop_secrets_store_async:
 * @self: a keeper of passwords
 * @account: a bare JID
 * @password: UTF-8
 * @cancellable: (nullable): stops it
 * @callback: called when it is kept
 * @user_data: for @callback
 *
 * Gives the password of an account to be kept, in place of an earlier one.
 */
void
desktop_secrets_store_async (DesktopSecrets *self,
                             const char *account,
                             const char *password,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (DESKTOP_IS_SECRETS (self));
  g_return_if_fail (account != NULL);
  g_return_if_fail (password != NULL);

  DESKTOP_SECRETS_GET_IFACE (self)->store_async (self, account, password, cancellable, callback, user_data);
}

/**
 * desktop_secrets_store_finish:
 * @self: a keeper of passwords
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when the password is kept, or %FALSE with an error set as in desktop_secrets_lookup_finish()
 */
gboolean
desktop_secrets_store_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (DESKTOP_IS_SECRETS (self), FALSE);

  return DESKTOP_SECRETS_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * desktop_secrets_clear_async:
 * @self: a keeper of passwords
 * @account: a bare JID
 * @cancellable: (nullable): stops it
 * @callback: called when it is forgotten
 * @user_data: for @callback
 *
 * Has the password of an account forgotten.
 */
void
desktop_secrets_clear_async (DesktopSecrets *self,
                             const char *account,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (DESKTOP_IS_SECRETS (self));
  g_return_if_fail (account != NULL);

  DESKTOP_SECRETS_GET_IFACE (self)->clear_async (self, account, cancellable, callback, user_data);
}

/**
 * desktop_secrets_clear_finish:
 * @self: a keeper of passwords
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when no password is kept any more, also when none was, or %FALSE with an error set as in
 *   desktop_secrets_lookup_finish()
 */
gboolean
desktop_secrets_clear_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (DESKTOP_IS_SECRETS (self), FALSE);

  return DESKTOP_SECRETS_GET_IFACE (self)->clear_finish (self, result, error);
}

/**
 * desktop_secrets_wipe:
 * @password: (transfer full) (nullable): a password
 *
 * Overwrites a password in memory, in a way no compiler leaves out, and frees it.
 */
void
desktop_secrets_wipe (char *password)
{
  if (password == NULL)
    return;

  explicit_bzero (password, strlen (password));
  g_free (password);
}
