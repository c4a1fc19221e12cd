/* One account in the list of accounts: what it is doing, its switch, and a menu that moves it. */
#include "ui-accounts-row.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-mark.h"
#include "ui-account-words.h"
#include "ui-remedy.h"

struct _UiAccountsRow {
  AdwPreferencesRow  parent_instance;

  ChatAccounts      *accounts;   /* (owned) */
  ChatAccount       *account;    /* (owned) */

  UiAccountMark     *mark;
  GtkLabel          *name;
  GtkLabel          *address;
  GtkWidget         *preferred;
  GtkSwitch         *enabled;
  GtkWidget         *menu_button;
  GtkLabel          *sentence;
  GtkButton         *remedy;
};

enum { OPEN, MOVE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAccountsRow, ui_accounts_row, ADW_TYPE_PREFERENCES_ROW)

/* --- what it shows --- */

/* The whole row is one thing to a screen reader, and its switch and menu are told apart from those of other rows. */
static void
name_parts (UiAccountsRow *self,
            const char    *sentence)
{
  const char *address = xmpp_jid_get_text (chat_account_get_jid (self->account));
  const char *label = chat_account_get_label (self->account);
  /* Translators: an account, its address, and what it is doing. */
  g_autofree char *whole = strcmp (label, address) != 0 ? g_strdup_printf (_("%s, %s. %s"), label, address, sentence)
                                                        /* Translators: an account, and what it is doing. */
                                                        : g_strdup_printf (_("%s. %s"), address, sentence);
  /* Translators: what a switch does; an account's name or address follows. */
  g_autofree char *use = g_strdup_printf (_("Use %s"), label);
  /* Translators: a menu; an account's name or address follows. */
  g_autofree char *more = g_strdup_printf (_("More about %s"), label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, whole, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enabled), GTK_ACCESSIBLE_PROPERTY_LABEL, use, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, more, -1);
}

static void
account_notify_cb (UiAccountsRow *self)
{
  const char *address = xmpp_jid_get_text (chat_account_get_jid (self->account));
  const char *label = chat_account_get_label (self->account);
  gboolean enabled = chat_account_get_enabled (self->account);
  g_autofree char *sentence = ui_account_sentence (self->account);

  gtk_label_set_label (self->name, label);
  gtk_label_set_label (self->address, address);
  gtk_widget_set_visible (GTK_WIDGET (self->address), strcmp (label, address) != 0);
  gtk_label_set_label (self->sentence, sentence);
  gtk_switch_set_active (self->enabled, enabled);
  ui_remedy_show (self->remedy, self->account);
  name_parts (self, sentence);
}

static guint
get_position (UiAccountsRow *self)
{
  return (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (self));
}

/* --- what is done with it --- */

static void
enabled_notify_active_cb (UiAccountsRow *self)
{
  gboolean enabled = gtk_switch_get_active (self->enabled);

  if (enabled != chat_account_get_enabled (self->account))
    chat_account_set_enabled (self->account, enabled);
}

static void
open_cb (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  g_signal_emit (widget, signals[OPEN], 0);
}

static void
prefer_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  UiAccountsRow *self = UI_ACCOUNTS_ROW (widget);

  chat_accounts_set_default (self->accounts, self->account);
}

static void
move_up_cb (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  UiAccountsRow *self = UI_ACCOUNTS_ROW (widget);

  g_signal_emit (self, signals[MOVE], 0, self->account, get_position (self) - 1);
}

static void
move_down_cb (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  UiAccountsRow *self = UI_ACCOUNTS_ROW (widget);

  g_signal_emit (self, signals[MOVE], 0, self->account, get_position (self) + 1);
}

static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source,
                 double         x,
                 double         y,
                 UiAccountsRow *self)
{
  return gdk_content_provider_new_typed (CHAT_TYPE_ACCOUNT, self->account);
}

static void
drag_begin_cb (GtkDragSource *source,
               GdkDrag       *drag,
               UiAccountsRow *self)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, paintable, 0, 0);
}

static gboolean
target_drop_cb (UiAccountsRow *self,
                const GValue  *value)
{
  g_signal_emit (self, signals[MOVE], 0, g_value_get_object (value), get_position (self));
  return TRUE;
}

/* --- life cycle --- */

static void
ui_accounts_row_dispose (GObject *object)
{
  UiAccountsRow *self = UI_ACCOUNTS_ROW (object);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), NULL);
  g_clear_object (&self->accounts);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ui_accounts_row_parent_class)->dispose (object);
}

static void
ui_accounts_row_class_init (UiAccountsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_accounts_row_dispose;

  signals[OPEN] = g_signal_new ("open", UI_TYPE_ACCOUNTS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MOVE] = g_signal_new ("move", UI_TYPE_ACCOUNTS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                CHAT_TYPE_ACCOUNT, G_TYPE_UINT);

  gtk_widget_class_install_action (widget_class, "account.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "account.prefer", NULL, prefer_cb);
  gtk_widget_class_install_action (widget_class, "account.move-up", NULL, move_up_cb);
  gtk_widget_class_install_action (widget_class, "account.move-down", NULL, move_down_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "account.move-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "account.move-down", NULL);

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-accounts-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, mark);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, name);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, address);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, preferred);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, enabled);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsRow, remedy);
  gtk_widget_class_bind_template_callback (widget_class, enabled_notify_active_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_prepare_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_begin_cb);
}

static void
ui_accounts_row_init (UiAccountsRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (CHAT_TYPE_ACCOUNT, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (target_drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * ui_accounts_row_new:
 * @accounts: all accounts
 * @account: the one to show
 *
 * Makes a row that follows @account.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
ui_accounts_row_new (ChatAccounts *accounts,
                     ChatAccount  *account)
{
  UiAccountsRow *self = g_object_new (UI_TYPE_ACCOUNTS_ROW, NULL);

  self->accounts = g_object_ref (accounts);
  self->account = g_object_ref (account);
  ui_account_mark_set_account (self->mark, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
  account_notify_cb (self);
  return GTK_WIDGET (self);
}

/**
 * ui_accounts_row_get_account:
 * @self: a row
 *
 * Returns: (transfer none): the account it shows
 */
ChatAccount *
ui_accounts_row_get_account (UiAccountsRow *self)
{
  g_return_val_if_fail (UI_IS_ACCOUNTS_ROW (self), NULL);

  return self->account;
}

/**
 * ui_accounts_row_update:
 * @self: a row that is in its list
 *
 * Lets it be moved only to where there is a place, and says whether new chats go out from it.
 */
void
ui_accounts_row_update (UiAccountsRow *self)
{
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));
  gboolean preferred = chat_accounts_get_default (self->accounts) == self->account;

  g_return_if_fail (UI_IS_ACCOUNTS_ROW (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.move-up", get_position (self) > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.move-down", get_position (self) + 1 < n_accounts);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.prefer", !preferred);
  gtk_widget_set_visible (self->preferred, preferred && n_accounts > 1);
}
