/* The accounts, in the user's order: a GListModel of ChatAccount. */
#include "chat-accounts.h"

#include "chat-account.h"

struct _ChatAccounts {
  GObject    parent;
  GPtrArray *accounts;   /* (owned) of ChatAccount */
};

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
chat_accounts_finalize (GObject *object)
{
  g_ptr_array_unref (CHAT_ACCOUNTS (object)->accounts);
  G_OBJECT_CLASS (chat_accounts_parent_class)->finalize (object);
}

static void
chat_accounts_class_init (ChatAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = chat_accounts_finalize;
}

static void
chat_accounts_init (ChatAccounts *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
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
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);
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
  g_ptr_array_remove_index (self->accounts, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
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
