/* One account: what it is doing, its name and colour, archive, password, connection options, and how to remove it. */
#include "ui-account-page.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-history.h"
#include "ui-account-removal.h"
#include "ui-account-words.h"
#include "ui-certificate-view.h"
#include "ui-change-password.h"
#include "ui-colour-choice.h"
#include "ui-errors.h"
#include "ui-fact-row.h"
#include "ui-login-options.h"
#include "ui-remedy.h"
#include "ui-voice.h"

struct _UiAccountPage {
  AdwBin            parent_instance;

  ChatCore         *core;      /* (owned) */
  ChatAccount      *account;   /* (owned) */
  gboolean          filling;   /* the options are being filled in, not changed */

  AdwToastOverlay  *toasts;
  GtkWidget        *page;
  GtkWidget        *state_row;
  GtkLabel         *address;
  GtkLabel         *sentence;
  GtkButton        *remedy;
  GtkWidget        *keyring_row;
  GtkLabel         *keyring_sentence;
  GtkWidget        *exposure_row;
  GtkLabel         *exposure_sentence;
  GtkSwitch        *enabled;
  AdwEntryRow      *name;
  GtkWidget        *colour;
  AdwActionRow     *preferred_row;
  UiAccountHistory *history;
  GtkWidget        *password_row;
  GtkSwitch        *asks;
  AdwActionRow     *change_row;
  UiLoginOptions   *options;
  GtkWidget        *apply_group;
  GtkWidget        *apply;
  GtkWidget        *pin_group;
  UiFactRow        *pin;
  GtkStack         *removal;
  GtkSpinner       *removal_spinner;
};

enum { SHOW_CONNECTION, REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAccountPage, ui_account_page, ADW_TYPE_BIN)

/* --- state --- */

/* On this page there is no need for a button that leads here: whoever finds nothing to be changed tries again. */
static void
show_state (UiAccountPage *self)
{
  g_autofree char *sentence = ui_account_sentence (self->account);
  UiRemedy remedy = ui_account_remedy (self->account);

  gtk_label_set_label (self->sentence, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state_row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
  ui_remedy_show (self->remedy, self->account);
  if (remedy == UI_REMEDY_SETTINGS) {
    gtk_button_set_label (self->remedy, ui_remedy_label (UI_REMEDY_TRY));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->remedy), ui_remedy_action (UI_REMEDY_TRY));
  }
  gtk_widget_set_visible (self->password_row, remedy == UI_REMEDY_PASSWORD);
}

/* Where the keyring is why the account is not online, its state has said so already. */
static void
show_keyring (UiAccountPage *self)
{
  const GError *error = chat_account_get_secret_error (self->account);
  UiKeyringTask task = chat_account_get_asks_password (self->account) ? UI_KEYRING_FORGET : UI_KEYRING_KEEP;
  g_autofree char *sentence =
      error != NULL ? ui_error_keyring (error, task, chat_account_get_jid (self->account)) : NULL;

  gtk_widget_set_visible (self->keyring_row, error != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->keyring_sentence), !chat_account_is_stuck_by_secrets (self->account));
  gtk_label_set_label (self->keyring_sentence, sentence != NULL ? sentence : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->keyring_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sentence != NULL ? sentence : "", -1);
}

static void
show_exposure (UiAccountPage *self)
{
  g_autofree char *sentence = ui_account_exposure_sentence (self->account);

  gtk_widget_set_visible (self->exposure_row, sentence != NULL);
  gtk_label_set_label (self->exposure_sentence, sentence != NULL ? sentence : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->exposure_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sentence != NULL ? sentence : "", -1);
}

static void
show_pin (UiAccountPage *self)
{
  const char *pin = chat_account_get_pin (self->account);
  g_autofree char *fingerprint = pin != NULL ? ui_certificate_fingerprint (pin) : NULL;

  gtk_widget_set_visible (self->pin_group, pin != NULL);
  ui_fact_row_set_value (self->pin, fingerprint);
}

static void
show_settings (UiAccountPage *self)
{
  gboolean online = chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE;

  gtk_switch_set_active (self->enabled, chat_account_get_enabled (self->account));
  gtk_switch_set_active (self->asks, chat_account_get_asks_password (self->account));
  g_object_set (self->colour, "colour", chat_account_get_colour (self->account), NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->change_row), online);
  adw_action_row_set_subtitle (self->change_row, online ? NULL : _("Possible while the account is online"));
}

static void
accounts_changed_cb (UiAccountPage *self)
{
  ChatAccounts *accounts = chat_core_get_accounts (self->core);
  gboolean preferred = chat_accounts_get_default (accounts) == self->account;

  gtk_widget_set_visible (GTK_WIDGET (self->preferred_row), g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->preferred_row), !preferred);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->preferred_row),
                                 preferred ? _("New chats go out from this account") : _("Use for new chats"));
  adw_action_row_set_subtitle (self->preferred_row, preferred ? NULL : _("They go out from another account now"));
  if (chat_accounts_find (accounts, chat_account_get_jid (self->account)) != self->account)
    g_signal_emit (self, signals[REMOVED], 0);
}

static void
account_notify_cb (UiAccountPage *self)
{
  show_state (self);
  show_keyring (self);
  show_exposure (self);
  show_pin (self);
  show_settings (self);
}

/* --- what is decided at once --- */

static void
keyring_retry_clicked_cb (UiAccountPage *self)
{
  chat_account_retry_keyring (self->account);
}

static void
exposure_accept_clicked_cb (UiAccountPage *self)
{
  /* The row with the button goes. */
  gtk_widget_grab_focus (self->state_row);
  chat_account_accept_exposure (self->account);
}

static void
enabled_notify_active_cb (UiAccountPage *self)
{
  gboolean enabled = gtk_switch_get_active (self->enabled);

  if (enabled != chat_account_get_enabled (self->account))
    chat_account_set_enabled (self->account, enabled);
}

static void
connection_activated_cb (UiAccountPage *self)
{
  g_signal_emit (self, signals[SHOW_CONNECTION], 0);
}

/* By the button and by Enter, and as well when one goes on to something else. What stands there afterwards is what
 * was kept of it; without its button the entry has nothing to apply any more. */
static void
name_apply_cb (UiAccountPage *self)
{
  ChatAccounts *accounts = chat_core_get_accounts (self->core);
  const char *name;

  if (chat_accounts_find (accounts, chat_account_get_jid (self->account)) != self->account)
    return;
  chat_account_set_name (self->account, gtk_editable_get_text (GTK_EDITABLE (self->name)));
  name = chat_account_get_name (self->account);
  adw_entry_row_set_show_apply_button (self->name, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name != NULL ? name : "");
  adw_entry_row_set_show_apply_button (self->name, TRUE);
}

static void
colour_notify_cb (UiAccountPage *self)
{
  guint colour;

  g_object_get (self->colour, "colour", &colour, NULL);
  if (colour != chat_account_get_colour (self->account))
    chat_account_set_colour (self->account, colour);
}

static void
prefer_activated_cb (UiAccountPage *self)
{
  chat_accounts_set_default (chat_core_get_accounts (self->core), self->account);
}

/* --- password --- */

static void
asks_notify_active_cb (UiAccountPage *self)
{
  gboolean asks = gtk_switch_get_active (self->asks);

  if (asks != chat_account_get_asks_password (self->account))
    chat_account_set_asks_password (self->account, asks);
}

static void
password_changed_cb (UiAccountPage *self)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("The password was changed")));
}

static void
change_activated_cb (UiAccountPage *self)
{
  GtkWidget *dialog =
      ui_change_password_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->account);

  g_signal_connect_object (dialog, "changed", G_CALLBACK (password_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- connection options --- */

static void
fill_options (UiAccountPage *self)
{
  g_autoptr (XmppLogin) login = chat_account_dup_settings (self->account);

  self->filling = TRUE;
  ui_login_options_set_login (self->options, login, chat_account_get_priority (self->account));
  self->filling = FALSE;
  gtk_widget_set_visible (self->apply_group, FALSE);
}

static gboolean
is_same_way (const XmppLogin *a,
             const XmppLogin *b)
{
  return g_strcmp0 (a->host, b->host) == 0 && a->port == b->port && a->security == b->security
         && g_strcmp0 (a->resource, b->resource) == 0;
}

static void
options_changed_cb (UiAccountPage *self)
{
  g_autoptr (XmppLogin) login = NULL;
  g_autoptr (XmppLogin) typed = NULL;
  gboolean changed = TRUE;
  int priority;

  if (self->filling)
    return;
  if (ui_login_options_is_valid (self->options)) {
    login = chat_account_dup_settings (self->account);
    typed = xmpp_login_new (login->jid, NULL);
    ui_login_options_read_login (self->options, typed, &priority);
    changed = !is_same_way (login, typed) || priority != chat_account_get_priority (self->account);
  }
  gtk_widget_set_visible (self->apply_group, changed);
  gtk_widget_set_sensitive (self->apply, ui_login_options_is_valid (self->options));
}

static void
apply_clicked_cb (UiAccountPage *self)
{
  g_autoptr (XmppLogin) login = chat_account_dup_settings (self->account);
  int priority = 0;

  if (!gtk_widget_get_visible (self->apply_group) || !ui_login_options_read_login (self->options, login, &priority))
    return;
  chat_account_set_priority (self->account, priority);
  chat_account_set_settings (self->account, login);
  gtk_widget_child_focus (GTK_WIDGET (self->options), GTK_DIR_TAB_FORWARD);
  fill_options (self);
}

/* --- certificate --- */

static void
forget_response_cb (UiAccountPage *self,
                    const char    *response)
{
  if (g_strcmp0 (response, "forget") == 0)
    chat_account_trust (self->account, NULL);
}

static void
forget_activated_cb (UiAccountPage *self)
{
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _("Forget this certificate?"),
                              _("The server then has to prove who it is to a certificate authority, as usual. If it "
                                "cannot, Linnet does not sign in, and asks you again."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "forget", _("_Forget"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "forget", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (forget_response_cb), self, G_CONNECT_SWAPPED);
  ui_voice_give (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- removal --- */

static void
removal_running_cb (gboolean running,
                    gpointer user_data)
{
  UiAccountPage *self = UI_ACCOUNT_PAGE (user_data);

  gtk_stack_set_visible_child_name (self->removal, running ? "running" : "ready");
  gtk_spinner_set_spinning (self->removal_spinner, running);
  gtk_widget_set_sensitive (self->page, !running);
}

static void
remove_clicked_cb (UiAccountPage *self)
{
  ui_account_removal_ask (GTK_WIDGET (self), self->core, self->account, removal_running_cb);
}

/* --- life cycle --- */

static void
ui_account_page_dispose (GObject *object)
{
  UiAccountPage *self = UI_ACCOUNT_PAGE (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_account_page_parent_class)->dispose (object);
}

static void
ui_account_page_class_init (UiAccountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_account_page_dispose;

  signals[SHOW_CONNECTION] =
      g_signal_new ("show-connection", UI_TYPE_ACCOUNT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] =
      g_signal_new ("removed", UI_TYPE_ACCOUNT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_ACCOUNT_HISTORY);
  g_type_ensure (UI_TYPE_COLOUR_CHOICE);
  g_type_ensure (UI_TYPE_FACT_ROW);
  g_type_ensure (UI_TYPE_LOGIN_OPTIONS);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-account-page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, page);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, state_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, address);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, remedy);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, keyring_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, keyring_sentence);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, exposure_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, exposure_sentence);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, enabled);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, name);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, colour);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, preferred_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, history);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, asks);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, change_row);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, options);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, apply_group);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, apply);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, pin_group);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, pin);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, removal);
  gtk_widget_class_bind_template_child (widget_class, UiAccountPage, removal_spinner);
  gtk_widget_class_bind_template_callback (widget_class, keyring_retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, exposure_accept_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, enabled_notify_active_cb);
  gtk_widget_class_bind_template_callback (widget_class, connection_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, colour_notify_cb);
  gtk_widget_class_bind_template_callback (widget_class, prefer_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, asks_notify_active_cb);
  gtk_widget_class_bind_template_callback (widget_class, change_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, options_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
}

static void
ui_account_page_init (UiAccountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_account_page_new:
 * @core: the core that @account belongs to
 * @account: the account to show
 *
 * Makes a page that follows @account. "removed" comes once it is no longer among the accounts.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_account_page_new (ChatCore    *core,
                     ChatAccount *account)
{
  UiAccountPage *self = g_object_new (UI_TYPE_ACCOUNT_PAGE, NULL);
  ChatAccounts *accounts = chat_core_get_accounts (core);
  const char *address = xmpp_jid_get_text (chat_account_get_jid (account));
  const char *name = chat_account_get_name (account);

  self->core = g_object_ref (core);
  self->account = g_object_ref (account);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->password_row), "s", address);
  gtk_label_set_label (self->address, address);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name != NULL ? name : "");
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "notify::default", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, G_CONNECT_SWAPPED);
  ui_account_history_set_account (self->history, account);
  fill_options (self);
  account_notify_cb (self);
  accounts_changed_cb (self);
  return GTK_WIDGET (self);
}
