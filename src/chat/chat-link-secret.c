/* What a link knows of the password, and what it has the keyring do with it: one call at a time, the last wish wins. */
#include "chat-link-private.h"

static gboolean
keeps_password (ChatLink *self)
{
  return !self->asks_password && !self->forgets_password && self->login->password != NULL;
}

static void
answer_forgetters (ChatLink *self, const GError *error)
{
  g_autoptr (GPtrArray) forgetters = g_steal_pointer (&self->forgetters);

  self->forgetters = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < forgetters->len; i++) {
    if (error != NULL)
      g_task_return_error (forgetters->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (forgetters->pdata[i], TRUE);
  }
}

/* A password that could not be kept is tried again at the next sign-in. Who does without the keyring does not miss
 * it. */
static void
secret_written (ChatLink *self, const GError *error)
{
  if (self->asks_password && g_error_matches (error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT))
    error = NULL;
  self->is_writing = FALSE;
  if (self->is_outdated) {
    chat_link_write_secret (self);
    return;
  }
  self->password_is_new = error != NULL && keeps_password (self);
  chat_link_set_error (self, &self->secret_error, error, CHAT_LINK_SECRET_ERROR);
  answer_forgetters (self, error);
}

static void
store_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatLink) self = user_data;
  g_autoptr (GError) error = NULL;

  desktop_secrets_store_finish (DESKTOP_SECRETS (source), result, &error);
  secret_written (self, error);
}

static void
clear_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatLink) self = user_data;
  g_autoptr (GError) error = NULL;

  desktop_secrets_clear_finish (DESKTOP_SECRETS (source), result, &error);
  secret_written (self, error);
}

/**
 * chat_link_write_secret:
 *
 * Makes the keyring hold what it is to hold: nothing when the password is asked for each time, else the one that is
 * known, if it is known to work. When it cannot, "secret-error" says why.
 */
void
chat_link_write_secret (ChatLink *self)
{
  const char *account = xmpp_jid_get_text (self->login->jid);

  self->is_outdated = self->is_writing;
  if (self->is_writing)
    return;

  if (self->asks_password || self->forgets_password) {
    self->is_writing = TRUE;
    desktop_secrets_clear_async (self->secrets, account, NULL, clear_password_cb, g_object_ref (self));
  } else if (self->login->password != NULL && self->password_works) {
    self->is_writing = TRUE;
    desktop_secrets_store_async (self->secrets, account, self->login->password, NULL, store_password_cb,
                                 g_object_ref (self));
  }
}

void
chat_link_set_password (ChatLink *self, const char *password, gboolean is_new)
{
  char *copy = g_strdup (password);

  desktop_secrets_wipe (self->login->password);
  self->login->password = copy;
  self->password_is_new = is_new;
  self->password_works = password != NULL && !is_new;
}

/**
 * chat_link_keep_password:
 *
 * Puts a password that was typed and has worked into the keyring, unless it is asked for each time. When the keyring
 * cannot keep it, "secret-error" says why; until the program ends it is remembered all the same.
 */
void
chat_link_keep_password (ChatLink *self)
{
  if (!self->password_is_new || !keeps_password (self))
    return;
  self->password_is_new = FALSE;
  chat_link_write_secret (self);
}

/**
 * chat_link_take_password:
 * @password: what the account's password is from now on
 *
 * Remembers a password that the server has taken, and keeps it as one that has worked.
 */
void
chat_link_take_password (ChatLink *self, const char *password)
{
  chat_link_set_password (self, password, TRUE);
  self->password_works = TRUE;
  chat_link_keep_password (self);
}

/**
 * chat_link_retry_secret:
 *
 * Asks the keyring once more for what it failed at: to give the password, to keep it, or to forget it.
 */
void
chat_link_retry_secret (ChatLink *self)
{
  if (self->secret_error == NULL)
    return;
  if (self->state == CHAT_ACCOUNT_STUCK && self->error != NULL && self->error->domain == DESKTOP_SECRETS_ERROR)
    chat_link_begin (self);
  else
    chat_link_write_secret (self);
}

/**
 * chat_link_renew_secret:
 *
 * Has the keyring hold once more what it is to hold, because somebody else may have changed that.
 */
void
chat_link_renew_secret (ChatLink *self)
{
  if (self->proven)
    chat_link_write_secret (self);
}

/**
 * chat_link_set_asks_password:
 * @asks: whether the password is never looked up and never kept
 *
 * With %TRUE the keyring forgets what it has; what was typed is remembered until the link is not wanted any more. With
 * %FALSE a password that is known is kept: at once when it works at the moment, else when it has.
 */
void
chat_link_set_asks_password (ChatLink *self, gboolean asks)
{
  if (self->asks_password == asks)
    return;

  self->asks_password = asks;
  if (asks) {
    self->password_is_new = FALSE;
    if (self->proven)
      chat_link_write_secret (self);
  } else if (self->login->password != NULL) {
    self->password_is_new = TRUE;
    if (self->proven && self->state == CHAT_ACCOUNT_ONLINE)
      chat_link_keep_password (self);
  }
}

/**
 * chat_link_forget_password_async:
 * @callback: called when the keyring has forgotten it, or cannot
 * @user_data: for @callback
 *
 * Has the password forgotten here and in the keyring; it is not kept after that.
 */
void
chat_link_forget_password_async (ChatLink *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, chat_link_forget_password_async);
  g_ptr_array_add (self->forgetters, task);
  chat_link_set_password (self, NULL, FALSE);
  self->forgets_password = TRUE;
  chat_link_write_secret (self);
}

/**
 * chat_link_forget_password_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when the keyring has nothing of it any more, or %FALSE with %DESKTOP_SECRETS_ERROR set
 */
gboolean
chat_link_forget_password_finish (ChatLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
