/* One place that hears of every change in every account, for what shows them all together. */
#include "ui-account-watch.h"

#include "chat-account-settings.h"

struct _UiAccountWatch {
  GObject       parent_instance;

  ChatAccounts *accounts;   /* (owned) */
  GPtrArray    *watched;    /* (owned) of ChatAccount, in the order of the list */
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAccountWatch, ui_account_watch, G_TYPE_OBJECT)

static void
account_notify_cb (UiAccountWatch *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
accounts_items_changed_cb (UiAccountWatch *self,
                           guint           position,
                           guint           removed,
                           guint           added,
                           GListModel     *accounts)
{
  for (guint i = 0; i < removed; i++) {
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->watched, position), account_notify_cb, self);
    g_ptr_array_remove_index (self->watched, position);
  }
  for (guint i = 0; i < added; i++) {
    ChatAccount *account = g_list_model_get_item (accounts, position + i);

    g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
    g_ptr_array_insert (self->watched, (int) (position + i), account);
  }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
ui_account_watch_dispose (GObject *object)
{
  UiAccountWatch *self = UI_ACCOUNT_WATCH (object);

  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (ui_account_watch_parent_class)->dispose (object);
}

static void
ui_account_watch_class_init (UiAccountWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_account_watch_dispose;

  signals[CHANGED] =
      g_signal_new ("changed", UI_TYPE_ACCOUNT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_account_watch_init (UiAccountWatch *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * ui_account_watch_new:
 * @core: whose accounts
 *
 * Starts listening; "changed" comes when an account is added, removed or changes in any way.
 *
 * Returns: (transfer full): the watch
 */
UiAccountWatch *
ui_account_watch_new (ChatCore *core)
{
  UiAccountWatch *self = g_object_new (UI_TYPE_ACCOUNT_WATCH, NULL);

  self->accounts = g_object_ref (chat_core_get_accounts (core));
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (accounts_items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_items_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->accounts)),
                             G_LIST_MODEL (self->accounts));
  return self;
}

/**
 * ui_account_watch_get_troubled:
 * @self: a watch
 *
 * Picks the account whose trouble is told first: one that needs a person before one that only waits.
 *
 * Returns: (transfer none) (nullable): the account, or %NULL when all is well
 */
ChatAccount *
ui_account_watch_get_troubled (UiAccountWatch *self)
{
  ChatAccount *waiting = NULL;

  for (guint i = 0; i < self->watched->len; i++) {
    ChatAccount *account = g_ptr_array_index (self->watched, i);

    if (chat_account_get_state (account) == CHAT_ACCOUNT_STUCK)
      return account;
    if (chat_account_get_state (account) == CHAT_ACCOUNT_WAITING && waiting == NULL)
      waiting = account;
  }
  return waiting;
}

/**
 * ui_account_watch_count_troubled:
 * @self: a watch
 *
 * Returns: how many accounts need a person, or wait
 */
guint
ui_account_watch_count_troubled (UiAccountWatch *self)
{
  guint n = 0;

  for (guint i = 0; i < self->watched->len; i++) {
    ChatAccountState state = chat_account_get_state (g_ptr_array_index (self->watched, i));

    if (state == CHAT_ACCOUNT_STUCK || state == CHAT_ACCOUNT_WAITING)
      n++;
  }
  return n;
}

/**
 * ui_account_watch_get_online:
 * @self: a watch
 *
 * Returns: whether others can see us through at least one account
 */
gboolean
ui_account_watch_get_online (UiAccountWatch *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    if (chat_account_get_state (g_ptr_array_index (self->watched, i)) == CHAT_ACCOUNT_ONLINE)
      return TRUE;
  return FALSE;
}

/**
 * ui_account_watch_get_enabled:
 * @self: a watch
 *
 * Returns: whether at least one account is switched on
 */
gboolean
ui_account_watch_get_enabled (UiAccountWatch *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    if (chat_account_get_enabled (g_ptr_array_index (self->watched, i)))
      return TRUE;
  return FALSE;
}

/**
 * ui_account_watch_get_show:
 * @self: a watch
 *
 * Returns: how the accounts that are switched on want to be seen; the most reachable of it, if they differ
 */
XmppShow
ui_account_watch_get_show (UiAccountWatch *self)
{
  XmppShow most = XMPP_SHOW_OFFLINE;

  for (guint i = 0; i < self->watched->len; i++) {
    ChatAccount *account = g_ptr_array_index (self->watched, i);

    if (chat_account_get_enabled (account))
      most = MAX (most, chat_account_get_show (account));
  }
  return most;
}

/**
 * ui_account_watch_get_mixed:
 * @self: a watch
 *
 * Returns: whether two accounts that are switched on want to be seen differently
 */
gboolean
ui_account_watch_get_mixed (UiAccountWatch *self)
{
  XmppShow most = ui_account_watch_get_show (self);

  for (guint i = 0; i < self->watched->len; i++) {
    ChatAccount *account = g_ptr_array_index (self->watched, i);

    if (chat_account_get_enabled (account) && chat_account_get_show (account) != most)
      return TRUE;
  }
  return FALSE;
}
