/* The accounts, in the user's order: a GListModel of ChatAccount. */
#include "chat-accounts-private.h"

#include "chat-account-private.h"
#include "chat-account-settings.h"

struct _ChatAccounts {
  GObject      parent;
  GPtrArray   *accounts;    /* (owned) of ChatAccount */
  ChatAccount *announced;   /* (borrowed, nullable) the default one, as far as anybody was told */
};

/* A new order on its way to the store. */
typedef struct {
  gint64 *ids;   /* (owned) accounts.id, the first one first */
  gsize   n;
} Order;

enum {
  PROP_0,
  PROP_DEFAULT,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ChatAccounts, chat_accounts, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
list_get_item_type (GListModel *model)
{
  return CHAT_TYPE_ACCOUNT;
}

static guint
list_get_n_items (GListModel *model)
{
  return CHAT_ACCOUNTS (model)->accounts->len;
}

static gpointer
list_get_item (GListModel *model, guint position)
{
  ChatAccounts *self = CHAT_ACCOUNTS (model);

  return position < self->accounts->len ? g_object_ref (self->accounts->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = list_get_item_type;
  iface->get_n_items = list_get_n_items;
  iface->get_item = list_get_item;
}

static void
chat_accounts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_DEFAULT:
    g_value_set_object (value, chat_accounts_get_default (CHAT_ACCOUNTS (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_accounts_finalize (GObject *object)
{
  g_ptr_array_unref (CHAT_ACCOUNTS (object)->accounts);
  G_OBJECT_CLASS (chat_accounts_parent_class)->finalize (object);
}

static void
chat_accounts_class_init (ChatAccountsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = chat_accounts_get_property;
  object_class->finalize = chat_accounts_finalize;

  props[PROP_DEFAULT] = g_param_spec_object ("default", NULL, NULL, CHAT_TYPE_ACCOUNT,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
chat_accounts_init (ChatAccounts *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
announce_default (ChatAccounts *self)
{
  ChatAccount *account = chat_accounts_get_default (self);

  if (self->announced == account)
    return;
  self->announced = account;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEFAULT]);
}

/* The order */

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->ids);
  g_free (order);
}

static gpointer
store_order_job (StoreDb *db, gpointer data, GError **error)
{
  const Order *order = data;

  store_accounts_order_rows (db, order->ids, order->n, error);
  return NULL;
}

static void
store_order_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL)
    g_warning ("The order of accounts could not be stored: %s", error->message);
}

/* The accounts know their places, because they store them with everything else. */
static void
store_order (ChatAccounts *self)
{
  Store *store = NULL;
  Order *order = g_new0 (Order, 1);

  order->ids = g_new0 (gint64, self->accounts->len);
  for (guint i = 0; i < self->accounts->len; i++) {
    chat_account_set_position (self->accounts->pdata[i], i);
    order->ids[order->n++] = chat_account_get_id (self->accounts->pdata[i]);
    if (store == NULL)
      store = chat_account_get_store (self->accounts->pdata[i]);
  }
  if (store != NULL)
    store_run_async (store, store_order_job, order, order_free, NULL, NULL, store_order_cb, NULL);
  else
    order_free (order);
}

/**
 * chat_accounts_new:
 *
 * Returns: (transfer full): an empty list
 */
ChatAccounts *
chat_accounts_new (void)
{
  return g_object_new (CHAT_TYPE_ACCOUNTS, NULL);
}

/**
 * chat_accounts_add:
 * @self: the accounts
 * @account: one that is not in the list
 *
 * Appends an account.
 */
void
chat_accounts_add (ChatAccounts *self, ChatAccount *account)
{
  g_return_if_fail (CHAT_IS_ACCOUNTS (self));
  g_return_if_fail (CHAT_IS_ACCOUNT (account));

  g_ptr_array_add (self->accounts, g_object_ref (account));
  g_signal_connect_object (account, "notify::enabled", G_CALLBACK (announce_default), self, G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);
  announce_default (self);
}

/**
 * chat_accounts_remove:
 * @self: the accounts
 * @account: an account
 *
 * Takes an account off the list, if it is on it.
 */
void
chat_accounts_remove (ChatAccounts *self, ChatAccount *account)
{
  guint position;

  g_return_if_fail (CHAT_IS_ACCOUNTS (self));

  if (!g_ptr_array_find (self->accounts, account, &position))
    return;
  g_signal_handlers_disconnect_by_func (account, announce_default, self);
  g_ptr_array_remove_index (self->accounts, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  announce_default (self);
}

/**
 * chat_accounts_move:
 * @self: the accounts
 * @account: one of them
 * @position: where it is to stand; beyond the last place means the last place
 *
 * Moves an account to another place in the order, and stores the order.
 */
void
chat_accounts_move (ChatAccounts *self, ChatAccount *account, guint position)
{
  guint from, n;

  g_return_if_fail (CHAT_IS_ACCOUNTS (self));
  g_return_if_fail (g_ptr_array_find (self->accounts, account, &from));

  position = MIN (position, self->accounts->len - 1);
  if (position == from)
    return;

  g_ptr_array_insert (self->accounts, (int) position, g_ptr_array_steal_index (self->accounts, from));
  store_order (self);
  n = MAX (from, position) - MIN (from, position) + 1;
  g_list_model_items_changed (G_LIST_MODEL (self), MIN (from, position), n, n);
  announce_default (self);
}

/**
 * chat_accounts_get_default:
 * @self: the accounts
 *
 * Returns: (transfer none) (nullable): where new chats go out from: the account that was chosen for it, else the first
 *   one that is enabled, else the first
 */
ChatAccount *
chat_accounts_get_default (ChatAccounts *self)
{
  ChatAccount *enabled = NULL;

  g_return_val_if_fail (CHAT_IS_ACCOUNTS (self), NULL);

  for (guint i = 0; i < self->accounts->len; i++) {
    if (chat_account_is_default (self->accounts->pdata[i]))
      return self->accounts->pdata[i];
    if (enabled == NULL && chat_account_get_enabled (self->accounts->pdata[i]))
      enabled = self->accounts->pdata[i];
  }
  return enabled != NULL || self->accounts->len == 0 ? enabled : self->accounts->pdata[0];
}

/**
 * chat_accounts_set_default:
 * @self: the accounts
 * @account: one of them
 *
 * Chooses where new chats go out from, and stores the choice.
 */
void
chat_accounts_set_default (ChatAccounts *self, ChatAccount *account)
{
  g_return_if_fail (CHAT_IS_ACCOUNTS (self));
  g_return_if_fail (g_ptr_array_find (self->accounts, account, NULL));

  for (guint i = 0; i < self->accounts->len; i++)
    if (self->accounts->pdata[i] != account)
      chat_account_set_default (self->accounts->pdata[i], FALSE);
  chat_account_set_default (account, TRUE);
  announce_default (self);
}

/**
 * chat_accounts_next_position:
 * @self: the accounts
 *
 * Returns: the place of an account behind all that are there
 */
gint64
chat_accounts_next_position (ChatAccounts *self)
{
  gint64 next = 0;

  for (guint i = 0; i < self->accounts->len; i++)
    next = MAX (next, chat_account_get_position (self->accounts->pdata[i]) + 1);
  return next;
}

/**
 * chat_accounts_next_colour:
 * @self: the accounts
 *
 * Returns: the first colour that no account has; when all are taken, the one that the fewest have
 */
guint
chat_accounts_next_colour (ChatAccounts *self)
{
  guint used[CHAT_ACCOUNT_N_COLOURS] = { 0 };
  guint best = 0;

  for (guint i = 0; i < self->accounts->len; i++)
    used[chat_account_get_colour (self->accounts->pdata[i])]++;
  for (guint i = 1; i < CHAT_ACCOUNT_N_COLOURS; i++)
    if (used[i] < used[best])
      best = i;
  return best;
}

/**
 * chat_accounts_find:
 * @self: the accounts
 * @jid: an address
 *
 * Returns: (transfer none) (nullable): the account with this bare address
 */
ChatAccount *
chat_accounts_find (ChatAccounts *self, XmppJid *jid)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNTS (self), NULL);

  for (guint i = 0; i < self->accounts->len; i++)
    if (xmpp_jid_equal_bare (chat_account_get_jid (self->accounts->pdata[i]), jid))
      return self->accounts->pdata[i];
  return NULL;
}
