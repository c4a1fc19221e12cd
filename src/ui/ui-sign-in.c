/* The page on which one signs in: address, password, and everything else under "Connection options".
 *
 *             Sign in                        online
 *   ready ─────────────► busy (step in words) ─────► "done"
 *     ▲                   │    ▲
 *     └───────────────────┘    └── a certificate was refused, shown, and trusted
 *       Cancel, or an error: it stands beneath the entry that caused it, and what was typed stays
 */
#include "ui-sign-in.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-account-words.h"
#include "ui-certificate-dialog.h"
#include "ui-errors.h"
#include "ui-field-note.h"
#include "ui-login-options.h"
#include "ui-voice.h"

struct _UiSignIn {
  AdwBin           parent_instance;

  ChatCore        *core;          /* (owned, nullable) */
  ChatAccount     *account;       /* (owned, nullable) the one that signs in, or needs its password */
  gboolean         is_new;        /* account is not in the list yet */
  XmppCertificate *refused;       /* (owned, nullable) by the last attempt */
  XmppCertificate *trusted;       /* (owned, nullable) for the new account that was typed */
  GSignalGroup    *account_signals;
  GCancellable    *cancellable;   /* (owned, nullable) while busy */

  GtkWidget       *header;
  GtkWidget       *picture;
  GtkLabel        *title;
  GtkLabel        *explanation;
  GtkWidget       *form;
  GtkWidget       *address, *password;             /* AdwEntryRow */
  UiFieldNote     *address_note, *password_note;
  GtkSwitch       *remember;
  UiLoginOptions  *options;
  GtkLabel        *general_sentence;
  GtkWidget       *show_certificate;
  GtkStack        *stack;
  GtkWidget       *sign_in;
  GtkSpinner      *spinner;
  GtkLabel        *step;
  GtkWidget       *cancel;
};

enum { DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSignIn, ui_sign_in, ADW_TYPE_BIN)

static const char *
get_text (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

/* --- errors, each in its place --- */

static void
clear_general_error (UiSignIn *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->general_sentence), FALSE);
  gtk_widget_set_visible (self->show_certificate, FALSE);
}

static void
clear_errors (UiSignIn *self)
{
  ui_field_note_set_error (self->address_note, NULL);
  ui_field_note_set_error (self->password_note, NULL);
  clear_general_error (self);
}

/* What is typed next takes its place. It is selected without having been unselected just before: X tells of such an
 * end of a selection only after the new one has begun, and GTK would then take it for the end of that one. */
static void
select_password (UiSignIn *self)
{
  gtk_widget_grab_focus (self->password);
  gtk_editable_select_region (GTK_EDITABLE (self->password), 0, -1);
}

static void
show_failure (UiSignIn        *self,
              const GError    *error,
              const XmppLogin *login)   /* (nullable) with which it failed */
{
  UiErrorAbout about = { 0 };
  UiErrorField field = ui_error_field (error, ui_login_options_is_manual (self->options));
  XmppCertificate *certificate = xmpp_error_get_certificate (error);
  g_autofree char *sentence = NULL;

  if (login != NULL) {
    about.account = login->jid;
    about.server = login->host;
    about.pin = login->pin;
  }
  sentence = ui_error_sentence_about (error, &about);
  /* Of an account that is in the list, the password alone can be mended here. */
  if (!self->is_new && field != UI_FIELD_PASSWORD)
    field = UI_FIELD_NONE;
  switch (field) {
  case UI_FIELD_ADDRESS:
    ui_field_note_show_error (self->address_note, sentence);
    break;
  case UI_FIELD_PASSWORD:
    ui_field_note_set_error (self->password_note, sentence);
    select_password (self);
    break;
  case UI_FIELD_SERVER:
    ui_login_options_show_error (self->options, sentence);
    break;
  case UI_FIELD_NONE:
  default:
    gtk_label_set_label (self->general_sentence, sentence);
    gtk_widget_set_visible (GTK_WIDGET (self->general_sentence), TRUE);
    g_clear_pointer (&self->refused, xmpp_certificate_unref);
    if (certificate != NULL)
      self->refused = xmpp_certificate_ref (certificate);
    gtk_widget_set_visible (self->show_certificate, certificate != NULL);
    gtk_widget_grab_focus (certificate != NULL ? self->show_certificate : self->sign_in);
  }
}

/* --- what was typed --- */

/* A person's address, whatever device it names. Without an @ no part of it is wrong: it is no address yet. */
static XmppJid *
parse_address (UiSignIn  *self,
               GError   **error)
{
  g_autofree char *text = g_strstrip (g_strdup (get_text (self->address)));
  g_autoptr (XmppJid) jid = NULL;

  if (strchr (text, '@') != NULL && (jid = xmpp_jid_new_typed (text, error)) == NULL)
    return NULL;
  if (jid == NULL || xmpp_jid_get_local (jid) == NULL) {
    g_set_error_literal (error, XMPP_JID_ERROR, XMPP_JID_ERROR_EMPTY, "there is nothing before the @");
    return NULL;
  }
  return xmpp_jid_ref (xmpp_jid_get_bare (jid));
}

/* Returns NULL, with the sentence shown, when something cannot be. */
static XmppLogin *
read_login (UiSignIn *self,
            int      *priority)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);
  g_autoptr (XmppLogin) login = NULL;

  if (jid == NULL) {
    show_failure (self, error, NULL);
    return NULL;
  }
  login = xmpp_login_new (jid, NULL);
  if (!ui_login_options_read_login (self->options, login, priority))
    return NULL;
  if (self->trusted != NULL) {
    login->pin = g_strdup (self->trusted->sha256);
    login->pin_errors = self->trusted->errors;
  }
  return g_steal_pointer (&login);
}

/* What was trusted was trusted for that address, on that way. */
static void
options_changed_cb (UiSignIn *self)
{
  g_clear_pointer (&self->trusted, xmpp_certificate_unref);
  clear_general_error (self);
}

static void
address_changed_cb (UiSignIn *self)
{
  g_autoptr (XmppJid) jid = parse_address (self, NULL);

  gtk_widget_set_sensitive (self->sign_in, jid != NULL);
  options_changed_cb (self);
}

static void
address_activated_cb (UiSignIn *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);

  if (jid == NULL)
    show_failure (self, error, NULL);
  else
    gtk_widget_grab_focus (self->password);
}

/* --- signing in --- */

/* The focus goes to Cancel before its entry is greyed out, and stays nowhere in between. */
static void
set_busy (UiSignIn *self,
          gboolean  busy)
{
  gtk_stack_set_visible_child_name (self->stack, busy ? "busy" : "ready");
  gtk_spinner_set_spinning (self->spinner, busy);
  if (busy)
    gtk_widget_grab_focus (self->cancel);
  gtk_widget_set_sensitive (self->form, !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->options), !busy);
}

static void
account_notify_step_cb (UiSignIn *self)
{
  gtk_label_set_label (self->step, ui_step_sentence (chat_account_get_step (self->account)));
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (UiSignIn) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  gboolean online = chat_account_sign_in_finish (CHAT_ACCOUNT (source), result, &error);

  g_weak_ref_clear (weak);
  if (self == NULL || self->account != CHAT_ACCOUNT (source))
    return;

  g_clear_object (&self->cancellable);
  set_busy (self, FALSE);
  if (online) {
    gtk_editable_set_text (GTK_EDITABLE (self->password), "");
    g_signal_emit (self, signals[DONE], 0);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    gtk_widget_grab_focus (self->sign_in);
  } else {
    g_autoptr (XmppLogin) login = chat_account_dup_settings (self->account);

    show_failure (self, error, login);
  }
  if (self->is_new) {
    g_signal_group_set_target (self->account_signals, NULL);
    g_clear_object (&self->account);
  }
}

/* Makes the account that was typed; FALSE, with the sentence shown, when there can be none. */
static gboolean
prepare_account (UiSignIn *self)
{
  g_autoptr (GError) error = NULL;
  int priority = 0;
  g_autoptr (XmppLogin) login = read_login (self, &priority);

  if (login == NULL)
    return FALSE;
  self->account = chat_core_prepare_account (self->core, login, &error);
  if (self->account == NULL) {
    show_failure (self, error, login);
    return FALSE;
  }
  chat_account_set_priority (self->account, priority);
  return TRUE;
}

static void
sign_in_cb (UiSignIn *self)
{
  g_autoptr (XmppJid) jid = NULL;
  GWeakRef *weak;

  if (self->cancellable != NULL)
    return;
  /* The button is not to be pressed then, but Return can be, in any entry. */
  if (self->is_new && (jid = parse_address (self, NULL)) == NULL) {
    address_activated_cb (self);
    return;
  }
  if (!gtk_widget_is_sensitive (self->sign_in))
    return;
  clear_errors (self);
  if (!self->is_new)
    gtk_widget_set_visible (GTK_WIDGET (self->explanation), FALSE);
  if (self->is_new && !prepare_account (self))
    return;
  if (*get_text (self->password) == '\0') {
    ui_field_note_show_error (self->password_note, _("Type your password."));
    if (self->is_new)
      g_clear_object (&self->account);
    return;
  }

  chat_account_set_asks_password (self->account, !gtk_switch_get_active (self->remember));
  self->cancellable = g_cancellable_new ();
  g_signal_group_set_target (self->account_signals, self->account);
  account_notify_step_cb (self);
  set_busy (self, TRUE);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  chat_account_sign_in_async (self->account, get_text (self->password), self->cancellable, signed_in_cb, weak);
}

static void
cancel_clicked_cb (UiSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* --- a certificate that proves nothing --- */

/* Once authorities vouch for a server it is trusted because of them, as every other. */
static void
dialog_trusted_cb (UiSignIn            *self,
                   UiCertificateDialog *dialog)
{
  XmppCertificate *certificate = ui_certificate_dialog_get_certificate (dialog);

  if (self->is_new) {
    g_clear_pointer (&self->trusted, xmpp_certificate_unref);
    self->trusted = xmpp_certificate_ref (certificate);
  } else {
    chat_account_trust (self->account, certificate->errors != 0 ? certificate : NULL);
  }
  sign_in_cb (self);
}

static void
show_certificate_clicked_cb (UiSignIn *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  const char *pin = self->is_new ? NULL : chat_account_get_pin (self->account);
  GtkWidget *dialog = ui_certificate_dialog_new (GTK_WINDOW (root), self->refused, pin);

  g_signal_connect_object (dialog, "trusted", G_CALLBACK (dialog_trusted_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ui_sign_in_dispose (GObject *object)
{
  UiSignIn *self = UI_SIGN_IN (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account_signals);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->refused, xmpp_certificate_unref);
  g_clear_pointer (&self->trusted, xmpp_certificate_unref);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_sign_in_parent_class)->dispose (object);
}

static void
ui_sign_in_class_init (UiSignInClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_sign_in_dispose;

  signals[DONE] = g_signal_new ("done", UI_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_FIELD_NOTE);
  g_type_ensure (UI_TYPE_LOGIN_OPTIONS);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-sign-in.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, header);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, picture);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, title);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, explanation);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, form);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, address);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, address_note);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, password);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, password_note);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, remember);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, options);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, general_sentence);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, show_certificate);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, stack);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, sign_in);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, step);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, cancel);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, options_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_certificate_clicked_cb);
}

static void
ui_sign_in_init (UiSignIn *self)
{
  self->is_new = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::step", G_CALLBACK (account_notify_step_cb), self);
}

/**
 * ui_sign_in_new:
 *
 * Makes the page; it does nothing until it knows for whom.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_sign_in_new (void)
{
  return g_object_new (UI_TYPE_SIGN_IN, NULL);
}

/**
 * ui_sign_in_set_core:
 * @self: a page
 * @core: where the new account goes
 *
 * Asks for a new account.
 */
void
ui_sign_in_set_core (UiSignIn *self,
                     ChatCore *core)
{
  g_return_if_fail (UI_IS_SIGN_IN (self));

  g_set_object (&self->core, core);
}

/**
 * ui_sign_in_embed:
 * @self: a page
 *
 * Leaves out the header bar, the picture and the welcome: the window around it has a title and has been seen before.
 */
void
ui_sign_in_embed (UiSignIn *self)
{
  g_return_if_fail (UI_IS_SIGN_IN (self));

  gtk_widget_set_visible (self->header, FALSE);
  gtk_widget_set_visible (self->picture, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->title), FALSE);
}

/**
 * ui_sign_in_focus:
 * @self: a sign-in page
 *
 * Puts the cursor into the first field that has to be filled in.
 */
void
ui_sign_in_focus (UiSignIn *self)
{
  g_return_if_fail (UI_IS_SIGN_IN (self));

  gtk_widget_grab_focus (self->is_new ? self->address : self->password);
}

/**
 * ui_sign_in_set_account:
 * @self: a page
 * @account: an account whose password is missing or wrong
 *
 * Asks for the password only, and says why.
 */
void
ui_sign_in_set_account (UiSignIn    *self,
                        ChatAccount *account)
{
  g_autofree char *reason = ui_account_reason (account);

  g_return_if_fail (UI_IS_SIGN_IN (self));

  g_set_object (&self->account, account);
  self->is_new = FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->address), xmpp_jid_get_text (chat_account_get_jid (account)));
  gtk_switch_set_active (self->remember, !chat_account_get_asks_password (account));
  gtk_widget_set_visible (self->picture, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->options), FALSE);
  gtk_widget_grab_focus (self->password);
  gtk_widget_set_sensitive (self->address, FALSE);
  gtk_label_set_label (self->title, _("Password needed"));
  gtk_widget_set_visible (GTK_WIDGET (self->explanation), reason != NULL);
  if (reason != NULL)
    gtk_label_set_label (self->explanation, reason);
}
