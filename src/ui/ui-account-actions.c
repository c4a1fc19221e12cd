/* What can be done about one account from any window: the "app." actions that are told its address. */
#include "ui-account-actions.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-accounts-window.h"
#include "ui-certificate-dialog.h"
#include "ui-show.h"
#include "ui-sign-in.h"

#define KEY "linnet-account-actions"

typedef struct {
  GtkApplication *application;   /* (not owned) it owns this */
  ChatCore       *core;          /* (owned) */
  GtkWindow      *accounts;      /* (weak, nullable) the window of the accounts, while it is open */
  GtkWindow      *question;      /* (weak, nullable) the dialog about one account: one at a time */
} Actions;

static void
actions_free (gpointer data)
{
  Actions *self = data;

  g_clear_weak_pointer (&self->accounts);
  g_clear_weak_pointer (&self->question);
  g_object_unref (self->core);
  g_free (self);
}

static ChatAccount *
find_account (Actions    *self,
              const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return jid != NULL ? chat_accounts_find (chat_core_get_accounts (self->core), jid) : NULL;
}

static void
close_with_escape (GtkWidget *dialog)
{
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (dialog, shortcuts);
}

/* --- the window of the accounts --- */

/* It belongs to the main window and not to a dialog that goes away before it. */
static GtkWindow *
main_window (Actions *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  while (window != NULL && gtk_window_get_transient_for (window) != NULL)
    window = gtk_window_get_transient_for (window);
  return window;
}

static UiAccountsWindow *
present_accounts (Actions *self)
{
  if (self->accounts == NULL) {
    GtkWidget *window = ui_accounts_window_new (main_window (self), self->core);

    g_set_weak_pointer (&self->accounts, GTK_WINDOW (window));
    gtk_window_set_application (self->accounts, self->application);
  }
  gtk_window_present (self->accounts);
  return UI_ACCOUNTS_WINDOW (self->accounts);
}

static void
show_accounts_activate_cb (GSimpleAction *action,
                           GVariant      *parameter,
                           gpointer       user_data)
{
  present_accounts (user_data);
}

static void
add_account_activate_cb (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  ui_accounts_window_add_account (present_accounts (user_data));
}

static void
show_account_activate_cb (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  ChatAccount *account = find_account (user_data, g_variant_get_string (parameter, NULL));

  if (account != NULL)
    ui_accounts_window_show_account (present_accounts (user_data), account);
}

/* --- questions about one account --- */

/* TRUE: one is open, and in front of everything now. */
static gboolean
present_question (Actions *self)
{
  if (self->question != NULL)
    gtk_window_present (self->question);
  return self->question != NULL;
}

/* As a window of the application it has the application's actions, and can have a question of its own. */
static void
ask (Actions   *self,
     GtkWidget *dialog)
{
  g_set_weak_pointer (&self->question, GTK_WINDOW (dialog));
  gtk_window_set_application (self->question, self->application);
  gtk_window_present (self->question);
}

/* The account may have gone while its certificate was looked at. Once authorities vouch for a server it is trusted
 * because of them, as every other: a certificate that is pinned would be asked about each time it is renewed. */
static void
certificate_trusted_cb (ChatAccount         *account,
                        UiCertificateDialog *dialog)
{
  XmppCertificate *certificate = ui_certificate_dialog_get_certificate (dialog);
  ChatCore *core = chat_account_get_core (account);

  if (core != NULL && chat_accounts_find (chat_core_get_accounts (core), chat_account_get_jid (account)) == account)
    chat_account_trust (account, certificate->errors != 0 ? certificate : NULL);
}

static void
show_certificate_activate_cb (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  Actions *self = user_data;
  ChatAccount *account = find_account (self, g_variant_get_string (parameter, NULL));
  const GError *error = account != NULL ? chat_account_get_error (account) : NULL;
  XmppCertificate *certificate = error != NULL ? xmpp_error_get_certificate (error) : NULL;
  GtkWidget *dialog;

  if (certificate == NULL || present_question (self))
    return;
  dialog = ui_certificate_dialog_new (gtk_application_get_active_window (self->application), certificate,
                                      chat_account_get_pin (account));
  g_signal_connect_object (dialog, "trusted", G_CALLBACK (certificate_trusted_cb), account, G_CONNECT_SWAPPED);
  ask (self, dialog);
}

static void
enter_password_activate_cb (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  Actions *self = user_data;
  ChatAccount *account = find_account (self, g_variant_get_string (parameter, NULL));
  GtkWidget *dialog, *page;

  if (account == NULL || present_question (self))
    return;
  page = ui_sign_in_new ();
  ui_sign_in_set_account (UI_SIGN_IN (page), account);
  dialog = g_object_new (ADW_TYPE_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_DIALOG, "title", _("Password needed"),
                         "transient-for", gtk_application_get_active_window (self->application), "modal", TRUE,
                         "destroy-with-parent", TRUE, "default-width", 420, "default-height", 560, "content", page,
                         NULL);
  close_with_escape (dialog);
  g_signal_connect_object (page, "done", G_CALLBACK (gtk_window_close), dialog, G_CONNECT_SWAPPED);
  ask (self, dialog);
  ui_sign_in_focus (UI_SIGN_IN (page));
}

/* --- without a dialog --- */

static void
try_account_activate_cb (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  ChatAccount *account = find_account (user_data, g_variant_get_string (parameter, NULL));

  if (account != NULL)
    chat_account_try_now (account);
}

static void
set_account_presence_activate_cb (GSimpleAction *action,
                                  GVariant      *parameter,
                                  gpointer       user_data)
{
  const char *address, *show;
  ChatAccount *account;

  g_variant_get (parameter, "(&s&s)", &address, &show);
  account = find_account (user_data, address);
  if (account != NULL)
    chat_account_set_presence (account, ui_show_from_id (show), chat_account_get_status (account));
}

static const GActionEntry entries[] = {
  { "show-accounts", show_accounts_activate_cb, NULL, NULL, NULL, { 0 } },
  { "add-account", add_account_activate_cb, NULL, NULL, NULL, { 0 } },
  { "show-account", show_account_activate_cb, "s", NULL, NULL, { 0 } },
  { "show-certificate", show_certificate_activate_cb, "s", NULL, NULL, { 0 } },
  { "enter-password", enter_password_activate_cb, "s", NULL, NULL, { 0 } },
  { "try-account", try_account_activate_cb, "s", NULL, NULL, { 0 } },
  { "set-account-presence", set_account_presence_activate_cb, "(ss)", NULL, NULL, { 0 } },
};

/**
 * ui_account_actions_add:
 * @application: what gets the actions, and has none of them yet
 * @core: whose accounts they are about
 *
 * Adds the actions. What a dialog is opened for belongs to the window that is in front, and is modal there.
 */
void
ui_account_actions_add (GtkApplication *application,
                        ChatCore       *core)
{
  Actions *self;

  g_return_if_fail (g_object_get_data (G_OBJECT (application), KEY) == NULL);

  self = g_new0 (Actions, 1);
  self->application = application;
  self->core = g_object_ref (core);
  g_object_set_data_full (G_OBJECT (application), KEY, self, actions_free);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), self);
}

/**
 * ui_account_actions_remove:
 * @application: what has the actions; without them nothing happens
 *
 * Takes the actions away, and closes what they have opened: nothing of the core may be left in a window.
 */
void
ui_account_actions_remove (GtkApplication *application)
{
  Actions *self = g_object_get_data (G_OBJECT (application), KEY);

  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_action_map_remove_action (G_ACTION_MAP (application), entries[i].name);
  if (self->question != NULL)
    gtk_window_destroy (self->question);
  if (self->accounts != NULL)
    gtk_window_destroy (self->accounts);
  g_object_set_data (G_OBJECT (application), KEY, NULL);
}
