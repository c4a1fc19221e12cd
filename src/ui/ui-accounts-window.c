/* The window of the accounts: the list, and a page for each.
 *
 *   list ──► account ──► connection      Back, Alt+Left and Escape lead to the left; from the list, Escape closes.
 *     └────► add ──► list                What is right of the page that is shown does not exist.
 */
#include "ui-accounts-window.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-page.h"
#include "ui-accounts-list.h"
#include "ui-connection-page.h"
#include "ui-sign-in.h"

struct _UiAccountsWindow {
  AdwWindow        parent_instance;

  ChatCore        *core;              /* (owned) */
  ChatAccount     *account;           /* (owned, nullable) whose page is there */
  GBinding        *subtitle;          /* (nullable) the account's label beneath the title */

  AdwWindowTitle  *title;
  GtkWidget       *back;
  GtkStack        *pages;
  UiAccountsList  *list;
  GtkWidget       *account_page;      /* (nullable) */
  GtkWidget       *connection_page;   /* (nullable) */
  GtkWidget       *add_page;          /* (nullable) */
  GtkWidget       *left_focus;        /* (nullable, weak) where the focus was on the account page */
};

G_DEFINE_FINAL_TYPE (UiAccountsWindow, ui_accounts_window, ADW_TYPE_WINDOW)

/* --- pages --- */

static void
set_title (UiAccountsWindow *self,
           const char       *title,
           ChatAccount      *account)   /* (nullable) */
{
  g_clear_pointer (&self->subtitle, g_binding_unbind);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, "");
  gtk_window_set_title (GTK_WINDOW (self), title);
  if (account != NULL)
    self->subtitle = g_object_bind_property (account, "label", self->title, "subtitle", G_BINDING_SYNC_CREATE);
}

static void
take_away (UiAccountsWindow  *self,
           GtkWidget        **page)
{
  if (*page != NULL)
    gtk_stack_remove (self->pages, *page);
  *page = NULL;
}

/* The focus moves before the page it was on goes away. */
static void
show_list (UiAccountsWindow *self)
{
  g_autoptr (ChatAccount) account = g_steal_pointer (&self->account);

  set_title (self, _("Accounts"), NULL);
  gtk_stack_set_visible_child (self->pages, GTK_WIDGET (self->list));
  ui_accounts_list_focus (self->list, account);
  gtk_widget_set_visible (self->back, FALSE);
  take_away (self, &self->connection_page);
  take_away (self, &self->account_page);
  take_away (self, &self->add_page);
}

static void
show_account_page (UiAccountsWindow *self)
{
  set_title (self, _("Account"), self->account);
  gtk_widget_set_visible (self->back, TRUE);
  gtk_stack_set_visible_child (self->pages, self->account_page);
  if (self->left_focus != NULL)
    gtk_widget_grab_focus (self->left_focus);
  else
    gtk_widget_child_focus (self->account_page, GTK_DIR_TAB_FORWARD);
  take_away (self, &self->connection_page);
}

static void
page_show_connection_cb (UiAccountsWindow *self)
{
  g_set_weak_pointer (&self->left_focus, gtk_window_get_focus (GTK_WINDOW (self)));
  take_away (self, &self->connection_page);
  self->connection_page = ui_connection_page_new (self->account);
  gtk_stack_add_child (self->pages, self->connection_page);
  set_title (self, _("Connection"), self->account);
  gtk_stack_set_visible_child (self->pages, self->connection_page);
  gtk_widget_child_focus (self->connection_page, GTK_DIR_TAB_FORWARD);
}

/* One goes on from the account that was added, which is the last one. */
static void
page_done_cb (UiAccountsWindow *self)
{
  GListModel *accounts = G_LIST_MODEL (chat_core_get_accounts (self->core));

  g_clear_object (&self->account);
  self->account = g_list_model_get_item (accounts, g_list_model_get_n_items (accounts) - 1);
  show_list (self);
}

static void
back_cb (GtkWidget  *widget,
         const char *name,
         GVariant   *parameter)
{
  UiAccountsWindow *self = UI_ACCOUNTS_WINDOW (widget);

  if (self->connection_page != NULL)
    show_account_page (self);
  else
    show_list (self);
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  UiAccountsWindow *self = UI_ACCOUNTS_WINDOW (widget);

  if (gtk_widget_get_visible (self->back))
    back_cb (widget, NULL, NULL);
  else
    gtk_window_close (GTK_WINDOW (self));
  return TRUE;
}

/* The key that points to where one came from. */
static gboolean
alt_arrow_cb (GtkWidget *widget,
              GVariant  *arguments,
              gpointer   user_data)
{
  UiAccountsWindow *self = UI_ACCOUNTS_WINDOW (widget);
  gboolean is_left_to_right = gtk_widget_get_direction (widget) != GTK_TEXT_DIR_RTL;
  gboolean points_left;

  g_variant_get (arguments, "(b)", &points_left);
  if (points_left != is_left_to_right || !gtk_widget_get_visible (self->back))
    return FALSE;
  back_cb (widget, NULL, NULL);
  return TRUE;
}

/* --- life cycle --- */

static void
ui_accounts_window_dispose (GObject *object)
{
  UiAccountsWindow *self = UI_ACCOUNTS_WINDOW (object);

  g_clear_pointer (&self->subtitle, g_binding_unbind);
  g_clear_weak_pointer (&self->left_focus);
  adw_window_set_content (ADW_WINDOW (self), NULL);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_accounts_window_parent_class)->dispose (object);
}

static void
ui_accounts_window_class_init (UiAccountsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_accounts_window_dispose;

  gtk_widget_class_install_action (widget_class, "accounts.back", NULL, back_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Back, 0, escape_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, alt_arrow_cb, "(b)", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_ALT_MASK, alt_arrow_cb, "(b)", FALSE);

  g_type_ensure (UI_TYPE_ACCOUNTS_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-accounts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsWindow, back);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, UiAccountsWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, ui_accounts_window_show_account);
  gtk_widget_class_bind_template_callback (widget_class, ui_accounts_window_add_account);
}

static void
ui_accounts_window_init (UiAccountsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_accounts_window_new:
 * @parent: (nullable): the window it belongs to
 * @core: whose accounts it shows
 *
 * Makes the window, with the list of accounts in it.
 *
 * Returns: (transfer none): the window, owned by the toolkit until it is closed
 */
GtkWidget *
ui_accounts_window_new (GtkWindow *parent,
                        ChatCore  *core)
{
  UiAccountsWindow *self = g_object_new (UI_TYPE_ACCOUNTS_WINDOW, "transient-for", parent, NULL);

  self->core = g_object_ref (core);
  ui_accounts_list_set_core (self->list, core);
  show_list (self);
  return GTK_WIDGET (self);
}

/**
 * ui_accounts_window_show_account:
 * @self: a window
 * @account: one of the core's accounts
 *
 * Shows the page of @account. When the account is removed, the list is shown again.
 */
void
ui_accounts_window_show_account (UiAccountsWindow *self,
                                 ChatAccount      *account)
{
  g_return_if_fail (UI_IS_ACCOUNTS_WINDOW (self));

  if (self->account != account || self->account_page == NULL) {
    show_list (self);
    self->account = g_object_ref (account);
    g_clear_weak_pointer (&self->left_focus);
    self->account_page = ui_account_page_new (self->core, account);
    g_signal_connect_object (self->account_page, "show-connection", G_CALLBACK (page_show_connection_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (self->account_page, "removed", G_CALLBACK (show_list), self, G_CONNECT_SWAPPED);
    gtk_stack_add_child (self->pages, self->account_page);
  }
  show_account_page (self);
}

/**
 * ui_accounts_window_add_account:
 * @self: a window
 *
 * Shows the page that signs in to a further account; once that is online, the list with it.
 */
void
ui_accounts_window_add_account (UiAccountsWindow *self)
{
  g_return_if_fail (UI_IS_ACCOUNTS_WINDOW (self));

  if (self->add_page == NULL) {
    show_list (self);
    self->add_page = ui_sign_in_new ();
    ui_sign_in_embed (UI_SIGN_IN (self->add_page));
    ui_sign_in_set_core (UI_SIGN_IN (self->add_page), self->core);
    g_signal_connect_object (self->add_page, "done", G_CALLBACK (page_done_cb), self, G_CONNECT_SWAPPED);
    gtk_stack_add_child (self->pages, self->add_page);
  }
  set_title (self, _("Add account"), NULL);
  gtk_widget_set_visible (self->back, TRUE);
  gtk_stack_set_visible_child (self->pages, self->add_page);
  ui_sign_in_focus (UI_SIGN_IN (self->add_page));
}
