/* The row in which one chooses which account something goes out from; it shows only where there are several. */
#include "ui-account-choice.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-mark.h"
#include "ui-account-watch.h"

struct _UiAccountChoice {
  AdwComboRow      parent_instance;

  UiAccountWatch  *watch;    /* (owned, nullable) */
  GtkFilter       *filter;   /* (owned) */

  GtkWidget       *mark;     /* of the one that is chosen */
};

G_DEFINE_FINAL_TYPE (UiAccountChoice, ui_account_choice, ADW_TYPE_COMBO_ROW)

static void
factory_setup_cb (UiAccountChoice *self,
                  GtkListItem     *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), ui_account_mark_new ());
  gtk_box_append (GTK_BOX (box), g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "xalign", 0.0,
                                               "max-width-chars", 32, NULL));
  gtk_list_item_set_child (list_item, box);
}

static void
factory_bind_cb (UiAccountChoice *self,
                 GtkListItem     *list_item)
{
  GtkWidget *mark = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  ChatAccount *account = gtk_list_item_get_item (list_item);

  ui_account_mark_set_account (UI_ACCOUNT_MARK (mark), account);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (mark)), chat_account_get_label (account));
}

static void
factory_unbind_cb (UiAccountChoice *self,
                   GtkListItem     *list_item)
{
  ui_account_mark_set_account (UI_ACCOUNT_MARK (gtk_widget_get_first_child (gtk_list_item_get_child (list_item))),
                               NULL);
}

static gboolean
is_enabled (gpointer item,
            gpointer user_data)
{
  return chat_account_get_enabled (CHAT_ACCOUNT (item));
}

static void
notify_selected_item_cb (UiAccountChoice *self)
{
  ui_account_mark_set_account (UI_ACCOUNT_MARK (self->mark), ui_account_choice_get_account (self));
}

static void
accounts_changed_cb (UiAccountChoice *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_widget_set_visible (GTK_WIDGET (self),
                          g_list_model_get_n_items (adw_combo_row_get_model (ADW_COMBO_ROW (self))) > 1);
}

static void
ui_account_choice_dispose (GObject *object)
{
  UiAccountChoice *self = UI_ACCOUNT_CHOICE (object);

  g_clear_object (&self->watch);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (ui_account_choice_parent_class)->dispose (object);
}

static void
ui_account_choice_class_init (UiAccountChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_account_choice_dispose;
}

static void
ui_account_choice_init (UiAccountChoice *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkExpression) label = gtk_property_expression_new (CHAT_TYPE_ACCOUNT, NULL, "label");

  g_signal_connect_object (factory, "setup", G_CALLBACK (factory_setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (factory_bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (factory_unbind_cb), self, G_CONNECT_SWAPPED);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self), factory);
  adw_combo_row_set_expression (ADW_COMBO_ROW (self), label);
  adw_combo_row_set_use_subtitle (ADW_COMBO_ROW (self), TRUE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  self->mark = ui_account_mark_new ();
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->mark);
  g_signal_connect (self, "notify::selected-item", G_CALLBACK (notify_selected_item_cb), NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _("From"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_enabled, NULL, NULL));
}

/**
 * ui_account_choice_set_core:
 * @self: a row, not given a core before
 * @core: whose accounts to choose from
 *
 * Offers the accounts that are switched on; the default one is chosen.
 */
void
ui_account_choice_set_core (UiAccountChoice *self,
                            ChatCore        *core)
{
  ChatAccounts *accounts = chat_core_get_accounts (core);
  g_autoptr (GListModel) model = NULL;

  g_return_if_fail (UI_IS_ACCOUNT_CHOICE (self));
  g_return_if_fail (self->watch == NULL);

  model = G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (accounts)), g_object_ref (self->filter)));
  adw_combo_row_set_model (ADW_COMBO_ROW (self), model);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (model, i);

    if (account == chat_accounts_get_default (accounts))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self), i);
  }
  self->watch = ui_account_watch_new (core);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  accounts_changed_cb (self);
}

/**
 * ui_account_choice_get_account:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the account that is chosen; %NULL when none is switched on
 */
ChatAccount *
ui_account_choice_get_account (UiAccountChoice *self)
{
  g_return_val_if_fail (UI_IS_ACCOUNT_CHOICE (self), NULL);

  return adw_combo_row_get_selected_item (ADW_COMBO_ROW (self));
}
