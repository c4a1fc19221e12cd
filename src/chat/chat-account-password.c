/* The password of an account: asked for each time or kept, changed on the server, forgotten.
 *
 *   change ──► the server ── yes ──► remembered, and kept in the keyring
 *                  ├── no ─────────► nothing has changed
 *                  └── no answer ──► nobody knows: the old one is used, and if the server does not take it any more
 *                                    the account is stuck and asks */
#include "chat-account-settings.h"

#include "chat-account-private.h"
#include "xep-0077-register.h"

/**
 * chat_account_get_asks_password:
 * @self: an account
 *
 * Returns: whether its password is never kept, but asked for each time
 */
gboolean
chat_account_get_asks_password (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), FALSE);

  return self->row->ask_password;
}

/**
 * chat_account_set_asks_password:
 * @self: an account
 * @asks: whether its password is never kept, but asked for each time
 *
 * With %TRUE the keyring is neither asked nor given anything, and forgets what it has; the password is remembered until
 * the account goes offline for good. With %FALSE the password that is in use is kept.
 */
void
chat_account_set_asks_password (ChatAccount *self, gboolean asks)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  asks = asks != FALSE;
  if (self->row->ask_password == asks || chat_account_is_gone (self))
    return;
  self->row->ask_password = asks;
  chat_account_save (self);
  chat_link_set_asks_password (self->link, asks);
  g_object_notify (G_OBJECT (self), "asks-password");
}

/**
 * chat_account_retry_keyring:
 * @self: an account
 *
 * After "secret-error": asks the keyring once more for what it failed at. Nothing happens when it did not fail.
 */
void
chat_account_retry_keyring (ChatAccount *self)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  if (!chat_account_is_gone (self))
    chat_link_retry_secret (self->link);
}

static void
change_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->is_changing = FALSE;
  if (!xmpp_register_change_password_finish (XMPP_SESSION (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (self->states != NULL)
    chat_link_take_password (self->link, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

/**
 * chat_account_change_password_async:
 * @self: an account
 * @password: the new one, UTF-8, not empty
 * @cancellable: (nullable): without effect once the server was asked: it may have done it
 * @callback: called with the server's answer, or the reason why there is none
 * @user_data: for @callback
 *
 * Changes the password on the server (XEP-0077 §3.3). Only when the server has said yes it is remembered and kept in
 * the keyring; when that cannot keep it, "secret-error" says so. When the answer is lost the account goes on with the
 * old password, and asks for the new one if that is refused.
 */
void
chat_account_change_password_async (ChatAccount *self,
                                    const char *password,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHAT_IS_ACCOUNT (self));
  g_return_if_fail (password != NULL && *password != '\0');

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_account_change_password_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->is_changing) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "The password is being changed already");
    return;
  }
  if (chat_account_is_gone (self) || chat_account_get_state (self) != CHAT_ACCOUNT_ONLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "The account is not online");
    return;
  }

  self->is_changing = TRUE;
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (password), (GDestroyNotify) desktop_secrets_wipe);
  xmpp_register_change_password_async (self->session, password, NULL, change_password_cb, g_steal_pointer (&task));
}

/**
 * chat_account_change_password_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when the server has taken the new password. Else %FALSE with %XMPP_STANZA_ERROR set to its reason,
 *   when the old one holds; with %G_IO_ERROR_NOT_CONNECTED, %G_IO_ERROR_PENDING or %G_IO_ERROR_CANCELLED, when it was
 *   not asked; with %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CLOSED, %XMPP_CONNECT_ERROR or %XMPP_STREAM_ERROR, when its
 *   answer did not come and nobody knows which one holds
 */
gboolean
chat_account_change_password_finish (ChatAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_account_renew_password:
 *
 * Has the keyring hold once more what it is to hold: the password of an earlier account with the same address was
 * forgotten, and the keyring knows them by their addresses.
 */
void
chat_account_renew_password (ChatAccount *self)
{
  if (!chat_account_is_gone (self))
    chat_link_renew_secret (self->link);
}

static void
forget_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (chat_link_forget_password_finish (CHAT_LINK (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * chat_account_forget_password_async:
 * @callback: called when the keyring has forgotten it, or cannot
 * @user_data: for @callback
 *
 * Has the password of an account forgotten that is no more.
 */
void
chat_account_forget_password_async (ChatAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, chat_account_forget_password_async);
  chat_link_forget_password_async (self->link, forget_password_cb, task);
}

/**
 * chat_account_forget_password_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %DESKTOP_SECRETS_ERROR set
 */
gboolean
chat_account_forget_password_finish (ChatAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
