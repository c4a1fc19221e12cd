/* How an account is removed.
 *
 *   goodbye ──► its rows go ──► out of every list, nothing of it does anything any more ──► its password goes
 *                  │                                                                            │
 *                  └── the store fails: it stays, and comes back online                         └── the keyring fails:
 *                                                                                                   told, it is gone
 *
 * Everything that came in until the goodbye was said is written before the rows go; after that nothing of the account
 * is stored any more. What somebody still holds (a page, a dialog) is an account without a core, which does nothing. */
#include "chat-core-private.h"

#include "chat-account-private.h"
#include "chat-conversations-private.h"
#include "store-accounts.h"

static gpointer
remove_account_job (StoreDb *db, gpointer data, GError **error)
{
  store_accounts_remove_rows (db, *(gint64 *) data, error);
  return NULL;
}

/* Its people leave the roster, and whoever asks to see us asks no more. */
static void
remove_contacts (ChatCore *self, ChatAccount *account)
{
  g_autoptr (GPtrArray) contacts = chat_account_list_contacts (account);

  for (guint i = 0; i < contacts->len; i++) {
    chat_contact_take_item (contacts->pdata[i], NULL);
    chat_contact_take_request (contacts->pdata[i], FALSE, NULL);
    chat_requests_update (self->requests, contacts->pdata[i]);
  }
  chat_roster_update_many (self->roster, contacts);
}

static void
forget_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatCore *self = g_task_get_source_object (task);
  ChatAccount *account = CHAT_ACCOUNT (source), *again;
  GError *error = NULL;

  if (chat_account_forget_password_finish (account, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);

  /* Whoever has added it again meanwhile may have lost the new password with the old one. */
  again = chat_accounts_find (self->accounts, chat_account_get_jid (account));
  if (again != NULL)
    chat_account_renew_password (again);
  chat_core_end_removal (self);
}

static void
remove_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatCore *self = g_task_get_source_object (task);
  ChatAccount *account = g_task_get_task_data (task);
  GError *error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL) {
    chat_account_stay (account);
    g_task_return_error (task, error);
    chat_core_end_removal (self);
    return;
  }

  chat_account_orphan (account);
  chat_conversations_remove_account (self->conversations, account);
  remove_contacts (self, account);
  chat_accounts_remove (self->accounts, account);
  chat_account_forget_password_async (account, forget_password_cb, g_steal_pointer (&task));
}

static void
close_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatCore *self = g_task_get_source_object (task);
  ChatAccount *account = CHAT_ACCOUNT (source);
  gint64 id = chat_account_get_id (account);
  g_autoptr (GError) error = NULL;

  if (!chat_account_close_finish (account, result, &error))
    g_debug ("not waiting for the end of an account: %s", error->message);
  chat_account_seal (account);
  store_run_async (self->setup.store, remove_account_job, g_memdup2 (&id, sizeof id), g_free, NULL, NULL,
                   remove_account_cb, g_steal_pointer (&task));
}

/**
 * chat_core_remove_account_async:
 * @self: a core
 * @account: one of its list
 * @cancellable: (nullable): stops waiting for the server; the account is removed all the same
 * @callback: called when nothing of it is left, or why something is
 * @user_data: for @callback
 *
 * Removes an account: says goodbye to its server, which takes 2 s at most, then forgets its messages, its contacts, its
 * settings and its password. A sign-in that is under way is given up. On the server everything stays as it is.
 */
void
chat_core_remove_account_async (ChatCore *self,
                                ChatAccount *account,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHAT_IS_CORE (self));
  g_return_if_fail (CHAT_IS_ACCOUNT (account));
  g_return_if_fail (chat_account_get_id (account) != 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_core_remove_account_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  if (!chat_account_leave (account)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "The account is being removed already");
    return;
  }
  chat_core_begin_removal (self);
  chat_account_close_async (account, cancellable, close_account_cb, g_steal_pointer (&task));
}

/**
 * chat_core_remove_account_finish:
 * @self: a core
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when nothing is left of it. Else %FALSE with %STORE_ERROR set, when the account is still there, as it
 *   was before; with %DESKTOP_SECRETS_ERROR, when it is gone but its password is still in the keyring; with
 *   %G_IO_ERROR_PENDING, when somebody else is removing it
 */
gboolean
chat_core_remove_account_finish (ChatCore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
