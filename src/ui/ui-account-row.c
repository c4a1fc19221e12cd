/* One account in the presence menu: its address and its state in words. */
#include "ui-account-row.h"

#include "ui-errors.h"

struct _UiAccountRow {
  GtkListBoxRow  parent_instance;

  ChatAccount   *account;   /* (owned) */

  GtkImage      *icon;
  GtkLabel      *address;
  GtkLabel      *state;
  GtkWidget     *password;
};

G_DEFINE_FINAL_TYPE (UiAccountRow, ui_account_row, GTK_TYPE_LIST_BOX_ROW)

static void
account_notify_cb (UiAccountRow *self)
{
  ChatAccountState state = chat_account_get_state (self->account);
  gboolean online = state == CHAT_ACCOUNT_ONLINE;
  gboolean troubled = state == CHAT_ACCOUNT_WAITING || state == CHAT_ACCOUNT_STUCK;
  XmppShow show = online ? chat_account_get_show (self->account) : XMPP_SHOW_OFFLINE;
  g_autofree char *sentence = ui_account_sentence (self->account);

  gtk_label_set_label (self->address, xmpp_jid_get_text (chat_account_get_jid (self->account)));
  gtk_label_set_label (self->state, sentence);
  gtk_image_set_from_icon_name (self->icon, troubled ? "presence-trouble-symbolic" : ui_show_icon (show));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon),
                              (const char *[]) { "presence", troubled ? "trouble" : ui_show_id (show), NULL });
  gtk_widget_set_visible (self->password, ui_account_wants_password (self->account));
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

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, icon);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, address);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, state);
  gtk_widget_class_bind_template_child (widget_class, UiAccountRow, password);
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
 * Makes a row that follows @account; its button asks the window for "win.enter-password".
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
ui_account_row_new (ChatAccount *account)
{
  UiAccountRow *self = g_object_new (UI_TYPE_ACCOUNT_ROW, NULL);

  self->account = g_object_ref (account);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->password), "s",
                                    xmpp_jid_get_text (chat_account_get_jid (account)));
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
  account_notify_cb (self);
  return GTK_WIDGET (self);
}
