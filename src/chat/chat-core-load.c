/* How the core begins and ends: everything out of the store, then signing in; goodbyes, then nothing left to store. */
#include "chat-core-private.h"

#include "chat-account-private.h"
#include "chat-conversations-private.h"
#include "store-accounts.h"
#include "store-conversations.h"
#include "store-roster.h"

/* Everything that the store knew when the program last ran. */
typedef struct {
  GPtrArray *accounts;        /* (owned) of StoreAccountRow */
  GPtrArray *rosters;         /* (owned) of GPtrArray of StoreRosterRow, one for each account */
  GPtrArray *conversations;   /* (owned) of StoreConversationRow */
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->accounts, g_ptr_array_unref);
  g_clear_pointer (&loaded->rosters, g_ptr_array_unref);
  g_clear_pointer (&loaded->conversations, g_ptr_array_unref);
  g_free (loaded);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loaded, loaded_free)

/* Loading */

static gpointer
load_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (Loaded) loaded = g_new0 (Loaded, 1);

  loaded->accounts = store_accounts_load_rows (db, error);
  if (loaded->accounts == NULL)
    return NULL;

  loaded->rosters = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < loaded->accounts->len; i++) {
    const StoreAccountRow *row = loaded->accounts->pdata[i];
    GPtrArray *roster = store_roster_load_rows (db, row->id, error);

    if (roster == NULL)
      return NULL;
    g_ptr_array_add (loaded->rosters, roster);
  }

  loaded->conversations = store_conversations_load_rows (db, error);
  return loaded->conversations != NULL ? g_steal_pointer (&loaded) : NULL;
}

static void
make_accounts (ChatCore *self, const Loaded *loaded)
{
  for (guint i = 0; i < loaded->accounts->len; i++) {
    const StoreAccountRow *row = loaded->accounts->pdata[i];
    g_autoptr (ChatAccount) account = chat_account_new (self, &self->setup, row, loaded->rosters->pdata[i]);

    if (account != NULL) {
      chat_core_introduce (self, account);
      chat_accounts_add (self->accounts, account);
    } else {
      g_warning ("The store has an account whose address is none");
    }
  }
}

static ChatConversation *
make_conversation (GHashTable *accounts, const StoreConversationRow *row)
{
  ChatAccount *account = g_hash_table_lookup (accounts, &row->account);
  g_autoptr (XmppJid) jid = xmpp_jid_new (row->jid, NULL);

  if (account == NULL || jid == NULL || row->kind != CHAT_KIND_PERSON)
    return NULL;
  return chat_conversation_new (account, chat_account_get_contact (account, jid), row);
}

static void
make_conversations (ChatCore *self, const Loaded *loaded)
{
  g_autoptr (GHashTable) accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  g_autoptr (GPtrArray) conversations = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    ChatAccount *account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
    gint64 id = chat_account_get_id (account);

    g_hash_table_insert (accounts, g_memdup2 (&id, sizeof id), account);
  }
  for (guint i = 0; i < loaded->conversations->len; i++) {
    ChatConversation *conversation = make_conversation (accounts, loaded->conversations->pdata[i]);

    if (conversation != NULL)
      g_ptr_array_add (conversations, conversation);
  }
  chat_conversations_add_many (self->conversations, conversations);
}

/**
 * chat_core_spread_presence:
 * @ends_own: whether an account's own presence does not count any more
 *
 * Tells all accounts the presence that was chosen for them.
 */
void
chat_core_spread_presence (ChatCore *self, gboolean ends_own)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_account_follow_presence (account, self->show, self->status, ends_own);
  }
}

static void
load_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatCore *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (Loaded) loaded = store_run_finish (STORE_STORE (source), result, &error);

  if (loaded == NULL) {
    g_task_return_error (task, error);
    return;
  }
  make_accounts (self, loaded);
  make_conversations (self, loaded);
  chat_core_spread_presence (self, FALSE);
  g_task_return_boolean (task, TRUE);
}

/* Closing */

static gpointer
nothing_job (StoreDb *db, gpointer data, GError **error)
{
  return NULL;
}

static void
store_rests_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* The store does its jobs in order: when this one is done, so is everything before it. An account that is being removed
 * is removed to the end first: once its row is gone, nobody would know any more that its password has to go as well. */
static void
all_closed (ChatCore *self, GTask *task)
{
  if (self->n_removals > 0)
    g_queue_push_tail (&self->closers, g_object_ref (task));
  else
    store_run_async (self->setup.store, nothing_job, NULL, NULL, NULL, NULL, store_rests_cb, g_object_ref (task));
}

static void
one_closed (GTask *task)
{
  guint *left = g_task_get_task_data (task);

  if (--*left == 0)
    all_closed (g_task_get_source_object (task), task);
}

static void
close_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_account_close_finish (CHAT_ACCOUNT (source), result, &error))
    g_debug ("not waiting for the end of an account: %s", error->message);
  one_closed (task);
}

/**
 * chat_core_begin_removal:
 *
 * Says that the removal of an account is under way.
 */
void
chat_core_begin_removal (ChatCore *self)
{
  self->n_removals++;
}

/**
 * chat_core_end_removal:
 *
 * Says that it is over. Who waits to close the core after the last one goes on.
 */
void
chat_core_end_removal (ChatCore *self)
{
  GTask *task;

  self->n_removals--;
  while (self->n_removals == 0 && (task = g_queue_pop_head (&self->closers)) != NULL) {
    all_closed (self, task);
    g_object_unref (task);
  }
}

/**
 * chat_core_load_async:
 * @self: a core
 * @cancellable: (nullable): stops waiting for the store
 * @callback: called when everything is there, or not
 * @user_data: for @callback
 *
 * Loads the accounts, the conversations and the rosters, then signs in. To be called once.
 */
void
chat_core_load_async (ChatCore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHAT_IS_CORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_core_load_async);
  store_run_async (self->setup.store, load_job, NULL, NULL, loaded_free, cancellable, load_cb,
                   g_steal_pointer (&task));
}

/**
 * chat_core_load_finish:
 * @self: a core
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR or %G_IO_ERROR_CANCELLED set
 */
gboolean
chat_core_load_finish (ChatCore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_core_close_async:
 * @self: a core
 * @cancellable: (nullable): stops waiting for the servers
 * @callback: called when all is said and written
 * @user_data: for @callback
 *
 * Says goodbye everywhere, which takes 2 s at most, and waits for the end of removals; then the store has nothing left
 * to do and may be closed.
 */
void
chat_core_close_async (ChatCore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  guint *left;

  g_return_if_fail (CHAT_IS_CORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_core_close_async);
  g_task_set_check_cancellable (task, FALSE);

  left = g_new0 (guint, 1);
  *left = 1;
  g_task_set_task_data (task, left, g_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    ++*left;
    chat_account_close_async (account, cancellable, close_account_cb, g_object_ref (task));
  }
  one_closed (task);
}

/**
 * chat_core_close_finish:
 * @self: a core
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
chat_core_close_finish (ChatCore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
