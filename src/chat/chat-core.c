/* The one root object: owns the store, the accounts, the conversations and the roster. */
#include "chat-core.h"

#include "chat-account-private.h"
#include "chat-conversations-private.h"
#include "store-accounts.h"
#include "store-conversations.h"
#include "store-roster.h"

struct _ChatCore {
  GObject            parent;
  ChatCoreSetup      setup;           /* its objects are owned */
  ChatAccounts      *accounts;        /* (owned) */
  ChatConversations *conversations;   /* (owned) */
  ChatRoster        *roster;          /* (owned) */
  XmppShow           show;
  char              *status;          /* (owned, nullable) */
};

/* Everything that the store knew when the program last ran. */
typedef struct {
  GPtrArray *accounts;        /* (owned) of StoreAccountRow */
  GPtrArray *rosters;         /* (owned) of GPtrArray of StoreRosterRow, one for each account */
  GPtrArray *conversations;   /* (owned) of StoreConversationRow */
} Loaded;

enum {
  PROP_0,
  PROP_ACCOUNTS,
  PROP_CONVERSATIONS,
  PROP_ROSTER,
  PROP_SHOW,
  PROP_STATUS,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ChatCore, chat_core, G_TYPE_OBJECT)

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

static void
chat_core_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatCore *self = CHAT_CORE (object);

  switch (id) {
  case PROP_ACCOUNTS:
    g_value_set_object (value, self->accounts);
    break;
  case PROP_CONVERSATIONS:
    g_value_set_object (value, self->conversations);
    break;
  case PROP_ROSTER:
    g_value_set_object (value, self->roster);
    break;
  case PROP_SHOW:
    g_value_set_int (value, self->show);
    break;
  case PROP_STATUS:
    g_value_set_string (value, self->status);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_core_dispose (GObject *object)
{
  ChatCore *self = CHAT_CORE (object);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_account_shut (account);
  }
  G_OBJECT_CLASS (chat_core_parent_class)->dispose (object);
}

static void
chat_core_finalize (GObject *object)
{
  ChatCore *self = CHAT_CORE (object);

  g_clear_object (&self->roster);
  g_clear_object (&self->conversations);
  g_clear_object (&self->accounts);
  g_clear_object (&self->setup.store);
  g_clear_object (&self->setup.secrets);
  g_clear_object (&self->setup.trust);
  g_clear_pointer (&self->setup.clock, base_clock_unref);
  g_free (self->status);
  G_OBJECT_CLASS (chat_core_parent_class)->finalize (object);
}

static void
chat_core_class_init (ChatCoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_core_get_property;
  object_class->dispose = chat_core_dispose;
  object_class->finalize = chat_core_finalize;

  props[PROP_ACCOUNTS] = g_param_spec_object ("accounts", NULL, NULL, CHAT_TYPE_ACCOUNTS, flags);
  props[PROP_CONVERSATIONS] = g_param_spec_object ("conversations", NULL, NULL, CHAT_TYPE_CONVERSATIONS, flags);
  props[PROP_ROSTER] = g_param_spec_object ("roster", NULL, NULL, CHAT_TYPE_ROSTER, flags);
  props[PROP_SHOW] =
      g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_AVAILABLE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_core_init (ChatCore *self)
{
  self->accounts = chat_accounts_new ();
  self->conversations = chat_conversations_new ();
  self->roster = chat_roster_new ();
  self->show = XMPP_SHOW_AVAILABLE;
}

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

    if (account != NULL)
      chat_accounts_add (self->accounts, account);
    else
      g_warning ("The store has an account whose address is none");
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

static void
set_presence_everywhere (ChatCore *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (chat_account_is_enabled (account))
      chat_account_set_presence (account, self->show, self->status);
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
  set_presence_everywhere (self);
  g_task_return_boolean (task, TRUE);
}

/* It has signed in once. */
static void
account_stored_cb (ChatCore *self, GParamSpec *pspec, ChatAccount *account)
{
  chat_accounts_add (self->accounts, account);
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

/* The store does its jobs in order: when this one is done, so is everything before it. */
static void
one_closed (GTask *task)
{
  ChatCore *self = g_task_get_source_object (task);
  guint *left = g_task_get_task_data (task);

  if (--*left == 0)
    store_run_async (self->setup.store, nothing_job, NULL, NULL, NULL, NULL, store_rests_cb, g_object_ref (task));
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
 * chat_core_new:
 * @setup: what the core works with; its objects are referenced, its lists must outlive the core
 *
 * Returns: (transfer full): a core that has loaded nothing yet
 */
ChatCore *
chat_core_new (const ChatCoreSetup *setup)
{
  ChatCore *self = g_object_new (CHAT_TYPE_CORE, NULL);

  self->setup = *setup;
  g_object_ref (self->setup.store);
  g_object_ref (self->setup.secrets);
  base_clock_ref (self->setup.clock);
  if (self->setup.trust != NULL)
    g_object_ref (self->setup.trust);
  return self;
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
 * Says goodbye everywhere, which takes 2 s at most; then the store has nothing left to do and may be closed.
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

/**
 * chat_core_prepare_account:
 * @self: a core
 * @login: how to sign in; its password is not used
 * @error: return location for an error
 *
 * Makes an account that is in no list and in no store until it has signed in once.
 *
 * Returns: (transfer full) (nullable): the account, or %NULL with %G_IO_ERROR_EXISTS set
 */
ChatAccount *
chat_core_prepare_account (ChatCore *self, const XmppLogin *login, GError **error)
{
  StoreAccountRow row = { .enabled = TRUE };
  ChatAccount *account;

  g_return_val_if_fail (CHAT_IS_CORE (self), NULL);

  if (chat_accounts_find (self->accounts, login->jid) != NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "There is an account %s already",
                 xmpp_jid_get_text (xmpp_jid_get_bare (login->jid)));
    return NULL;
  }

  row.jid = (char *) xmpp_jid_get_text (xmpp_jid_get_bare (login->jid));
  row.resource = login->resource;
  row.host = login->host;
  row.port = login->port;
  row.security = login->security;
  row.position = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));
  account = chat_account_new (self, &self->setup, &row, NULL);
  if (account == NULL)
    return NULL;

  g_signal_connect_object (account, "notify::id", G_CALLBACK (account_stored_cb), self, G_CONNECT_SWAPPED);
  if (self->show != XMPP_SHOW_OFFLINE)
    chat_account_set_presence (account, self->show, self->status);
  return account;
}

/**
 * chat_core_set_presence:
 * @self: a core
 * @show: how to be seen; %XMPP_SHOW_OFFLINE says goodbye
 * @status: (nullable): with which words
 *
 * Sets the presence of all accounts.
 */
void
chat_core_set_presence (ChatCore *self, XmppShow show, const char *status)
{
  g_return_if_fail (CHAT_IS_CORE (self));

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
  g_object_thaw_notify (G_OBJECT (self));
  set_presence_everywhere (self);
}

/**
 * chat_core_get_show:
 * @self: a core
 *
 * Returns: how the user wants to be seen
 */
XmppShow
chat_core_get_show (ChatCore *self)
{
  g_return_val_if_fail (CHAT_IS_CORE (self), XMPP_SHOW_OFFLINE);

  return self->show;
}

/**
 * chat_core_get_status:
 * @self: a core
 *
 * Returns: (nullable): with which words
 */
const char *
chat_core_get_status (ChatCore *self)
{
  g_return_val_if_fail (CHAT_IS_CORE (self), NULL);

  return self->status;
}

/**
 * chat_core_try_now:
 * @self: a core
 *
 * Lets every account that waits try again at once.
 */
void
chat_core_try_now (ChatCore *self)
{
  g_return_if_fail (CHAT_IS_CORE (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    if (chat_account_get_state (account) == CHAT_ACCOUNT_WAITING)
      chat_account_try_now (account);
  }
}

/**
 * chat_core_get_accounts:
 * @self: a core
 *
 * Returns: (transfer none): the accounts that have signed in at least once
 */
ChatAccounts *
chat_core_get_accounts (ChatCore *self)
{
  return self->accounts;
}

/**
 * chat_core_get_conversations:
 * @self: a core
 *
 * Returns: (transfer none): the conversations of all accounts
 */
ChatConversations *
chat_core_get_conversations (ChatCore *self)
{
  return self->conversations;
}

/**
 * chat_core_get_roster:
 * @self: a core
 *
 * Returns: (transfer none): the contacts of all accounts
 */
ChatRoster *
chat_core_get_roster (ChatCore *self)
{
  return self->roster;
}

/**
 * chat_core_get_store:
 * @self: a core
 *
 * Returns: (transfer none): what everything is kept in
 */
Store *
chat_core_get_store (ChatCore *self)
{
  return self->setup.store;
}

/**
 * chat_core_get_clock:
 * @self: a core
 *
 * Returns: (transfer none): the time
 */
BaseClock *
chat_core_get_clock (ChatCore *self)
{
  return self->setup.clock;
}
