/* One account in the presence menu: its name, its state in words, and the step that may mend it. */
#include "ui-account-row.h"

#include "chat-account-settings.h"
#include "ui-account-mark.h"
#include "ui-account-words.h"
#include "ui-remedy.h"
#include "ui-show.h"

struct _UiAccountRow {
  GtkListBoxRow  parent_instance;

  ChatAccount   *account;   /* (owned) */

  GtkImage      *icon;
  UiAccountMark *mark;
  GtkLabel      *label;
  GtkLabel      *state;
  GtkWidget     *remedy;
};

G_DEFINE_FINAL_TYPE (UiAccountRow, ui_account_row, GTK_TYPE_LIST_BOX_ROW)

static void
account_notify_cb (UiAccountRow *self)
{
  ChatAccountState state = chat_account_get_state (self->account);
  gboolean online = state == CHAT_ACCOUNT_ONLINE;
  gboolean troubled = state == CHAT_ACCOUNT_WAITING || state == CHAT_ACCOUNT_STUCK;
  XmppShow show = online ? chat_account_get_show (self->account) : XMPP_SHOW_OFFLINE;
  const char *label = chat_account_get_label (self->account);
  g_autofree char *sentence = ui_account_sentence (self->account);
  g_autofree char *spoken = g_strjoin (", ", label, sentence, NULL);

  gtk_label_set_label (self->label, label);
  gtk_label_set_label (self->state, sentence);
  gtk_image_set_from_icon_name (self->icon, troubled ? "presence-trouble-symbolic" : ui_show_icon (show));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon),
                              (const char *[]) { "presence", troubled ? "trouble" : ui_show_id (show), NULL });
  ui_remedy_show (GTK_BUTTON (self->remedy), self->account);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
remedy_clicked_cb (UiAccountRow *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER);

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
}

static void
ui_account_row_dispose (GObject *object)
{
  g_clear_object (&UI_ACCOUNT_ROW (object)->account);
  G_OBJECT_CLASS (ui_account_row_parent_class)->dispose (object);
}

static void
ui_account_row_class_init (UiAccountRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_account_row_dispose;

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, icon);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, mark);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, label);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, state);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, remedy);
  gtk_widget_class_bind_template_callback (widget_class, remedy_clicked_cb);
}

static void
ui_account_row_init (UiAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_account_row_new:
 * @account: the account to show
 *
 * Makes a row that follows @account. It can be activated where there are several accounts: then each may be seen
 * differently.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
ui_account_row_new (ChatAccount *account)
{
  UiAccountRow *self = g_object_new (UI_TYPE_ACCOUNT_ROW, NULL);

  self->account = g_object_ref (account);
  ui_account_mark_set_account (self->mark, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
  account_notify_cb (self);
  return GTK_WIDGET (self);
}

/**
 * ui_account_row_get_account:
 * @self: a row
 *
 * Returns: (transfer none): the account that it shows
 */
ChatAccount *
ui_account_row_get_account (UiAccountRow *self)
{
  g_return_val_if_fail (UI_IS_ACCOUNT_ROW (self), NULL);

  return self->account;
}
