/* The accounts in their order: what each is doing, on or off, up or down. */
#include "ui-accounts-list.h"

#include "ui-accounts-row.h"

struct _UiAccountsList {
  AdwBin        parent_instance;

  ChatAccounts *accounts;   /* (owned, nullable) */

  GtkStack     *stack;
  GtkListBox   *rows;
  GtkWidget    *add_first;
};

enum { OPEN, ADD, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAccountsList, ui_accounts_list, ADW_TYPE_BIN)

static void
row_open_cb (UiAccountsList *self,
             UiAccountsRow  *row)
{
  g_signal_emit (self, signals[OPEN], 0, ui_accounts_row_get_account (row));
}

static void
row_activated_cb (UiAccountsList *self,
                  GtkListBoxRow  *row)
{
  row_open_cb (self, UI_ACCOUNTS_ROW (row));
}

/* The list makes new rows for what has moved; the focus goes with the account. */
static void
row_move_cb (UiAccountsList *self,
             ChatAccount    *account,
             guint           position)
{
  chat_accounts_move (self->accounts, account, position);
  ui_accounts_list_focus (self, account);
}

static void
add_cb (UiAccountsList *self)
{
  g_signal_emit (self, signals[ADD], 0);
}

static GtkWidget *
row_new_cb (gpointer item,
            gpointer user_data)
{
  UiAccountsList *self = UI_ACCOUNTS_LIST (user_data);
  GtkWidget *row = ui_accounts_row_new (self->accounts, CHAT_ACCOUNT (item));

  g_signal_connect_object (row, "open", G_CALLBACK (row_open_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "move", G_CALLBACK (row_move_cb), self, G_CONNECT_SWAPPED);
  return row;
}

/* Connected after the list box, so that its rows are those of the list. */
static void
accounts_changed_cb (UiAccountsList *self)
{
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  gtk_stack_set_visible_child_name (self->stack, n_accounts > 0 ? "list" : "empty");
  for (guint i = 0; i < n_accounts; i++)
    ui_accounts_row_update (UI_ACCOUNTS_ROW (gtk_list_box_get_row_at_index (self->rows, (int) i)));
}

static void
ui_accounts_list_dispose (GObject *object)
{
  UiAccountsList *self = UI_ACCOUNTS_LIST (object);

  if (self->accounts != NULL) {
    g_signal_handlers_disconnect_by_data (self->accounts, self);
    gtk_list_box_bind_model (self->rows, NULL, NULL, NULL, NULL);
  }
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (ui_accounts_list_parent_class)->dispose (object);
}

static void
ui_accounts_list_class_init (UiAccountsListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_accounts_list_dispose;

  signals[OPEN] = g_signal_new ("open", UI_TYPE_ACCOUNTS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                CHAT_TYPE_ACCOUNT);
  signals[ADD] = g_signal_new ("add", UI_TYPE_ACCOUNTS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-accounts-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountsList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsList, rows);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsList, add_first);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
ui_accounts_list_init (UiAccountsList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_accounts_list_set_core:
 * @self: a list, not given a core before
 * @core: whose accounts it shows
 *
 * From now on it follows them.
 */
void
ui_accounts_list_set_core (UiAccountsList *self,
                           ChatCore       *core)
{
  g_return_if_fail (UI_IS_ACCOUNTS_LIST (self));
  g_return_if_fail (self->accounts == NULL);

  self->accounts = g_object_ref (chat_core_get_accounts (core));
  gtk_list_box_bind_model (self->rows, G_LIST_MODEL (self->accounts), row_new_cb, self, NULL);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "notify::default", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
}

/**
 * ui_accounts_list_focus:
 * @self: a list
 * @account: (nullable): whose row, if it is still there; else the first one
 *
 * Puts the focus where one goes on.
 */
void
ui_accounts_list_focus (UiAccountsList *self,
                        ChatAccount    *account)
{
  guint position = 0;
  GtkListBoxRow *row;

  g_return_if_fail (UI_IS_ACCOUNTS_LIST (self));

  while ((row = gtk_list_box_get_row_at_index (self->rows, (int) position)) != NULL
         && ui_accounts_row_get_account (UI_ACCOUNTS_ROW (row)) != account)
    position++;
  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->rows, 0);
  gtk_widget_grab_focus (row != NULL ? GTK_WIDGET (row) : self->add_first);
}
