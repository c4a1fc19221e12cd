/* The page on which one signs in: address, password, and everything else under "Connection options".
 *
 *             Sign in                        online
 *   ready ─────────────► busy (step in words) ─────► "done"
 *     ▲                   │
 *     └───────────────────┘ Cancel, or an error: it stands beneath the entry that caused it, and what was typed stays
 */
#include "ui-sign-in.h"

#include <glib/gi18n.h>

#include "ui-errors.h"

/* Entries that may be wrong, each with a sentence beneath it. */
enum { ADDRESS, PASSWORD, SERVER, PORT, N_ENTRIES };

static const char *const entry_names[N_ENTRIES] = { "address", "password", "server", "port" };

struct _UiSignIn {
  AdwBin        parent_instance;

  ChatCore     *core;           /* (owned, nullable) */
  ChatAccount  *account;        /* (owned, nullable) the one that signs in, or needs its password */
  gboolean      is_new;         /* account is not in the list yet */
  GSignalGroup *account_signals;
  GCancellable *cancellable;    /* (owned, nullable) while busy */

  GtkScrolledWindow *scroller;
  GtkWidget    *picture;
  GtkLabel     *title;
  GtkLabel     *explanation;
  GtkWidget    *form;
  GtkWidget    *entries[N_ENTRIES];     /* AdwEntryRow */
  GtkWidget    *errors[N_ENTRIES];      /* the row beneath it */
  GtkLabel     *sentences[N_ENTRIES];
  GtkWidget    *options_group;
  AdwExpanderRow *options;
  AdwComboRow  *security;
  GtkEditable  *resource;
  GtkLabel     *general_sentence;
  GtkStack     *stack;
  GtkWidget    *sign_in;
  GtkSpinner   *spinner;
  GtkLabel     *step;
  GtkWidget    *cancel;
};

enum { DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSignIn, ui_sign_in, ADW_TYPE_BIN)

static const char *
entry_text (UiSignIn *self,
            guint     entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entries[entry]));
}

/* --- errors, each beneath its entry --- */

static void
clear_error (UiSignIn *self,
             guint     entry)
{
  gtk_widget_set_visible (self->errors[entry], FALSE);
  gtk_widget_remove_css_class (self->entries[entry], "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entries[entry]), GTK_ACCESSIBLE_STATE_INVALID);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (self->entries[entry]))),
                                 GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
clear_errors (UiSignIn *self)
{
  for (guint entry = 0; entry < N_ENTRIES; entry++)
    clear_error (self, entry);
  gtk_widget_set_visible (GTK_WIDGET (self->general_sentence), FALSE);
}

static void
show_error (UiSignIn   *self,
            guint       entry,
            const char *sentence)
{
  if (entry == SERVER || entry == PORT)
    adw_expander_row_set_expanded (self->options, TRUE);
  gtk_label_set_label (self->sentences[entry], sentence);
  gtk_widget_set_visible (self->errors[entry], TRUE);
  gtk_widget_add_css_class (self->entries[entry], "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entries[entry]), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (self->entries[entry]))),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
  gtk_widget_grab_focus (self->entries[entry]);
  gtk_editable_set_position (GTK_EDITABLE (self->entries[entry]), -1);
}

static void
show_failure (UiSignIn     *self,
              const GError *error,
              XmppJid      *jid)
{
  gboolean manual = *entry_text (self, SERVER) != '\0' || *entry_text (self, PORT) != '\0';
  g_autofree char *sentence = ui_error_sentence (error, jid);

  switch (ui_error_field (error, manual)) {
  case UI_FIELD_ADDRESS:
    show_error (self, ADDRESS, sentence);
    break;
  case UI_FIELD_PASSWORD:
    show_error (self, PASSWORD, sentence);
    gtk_editable_select_region (GTK_EDITABLE (self->entries[PASSWORD]), 0, -1);
    break;
  case UI_FIELD_SERVER:
    show_error (self, SERVER, sentence);
    break;
  case UI_FIELD_NONE:
  default:
    gtk_label_set_label (self->general_sentence, sentence);
    gtk_widget_set_visible (GTK_WIDGET (self->general_sentence), TRUE);
    gtk_widget_grab_focus (self->sign_in);
  }
}

static gboolean
scroll_to_end_cb (gpointer user_data)
{
  GtkAdjustment *adjustment = GTK_ADJUSTMENT (user_data);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* The button has the focus; the sentence above it has just made the page longer, and both are to be seen. While the
 * adjustment tells of its change it has still to be given its old value. */
static void
adjustment_changed_cb (UiSignIn      *self,
                       GtkAdjustment *adjustment)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->general_sentence)) && gtk_widget_has_focus (self->sign_in))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, scroll_to_end_cb, g_object_ref (adjustment), g_object_unref);
}

/* --- what was typed --- */

/* A person's address, whatever device it names. Without an @ no part of it is wrong: it is no address yet. */
static XmppJid *
parse_address (UiSignIn  *self,
               GError   **error)
{
  g_autofree char *text = g_strstrip (g_strdup (entry_text (self, ADDRESS)));
  g_autoptr (XmppJid) jid = NULL;

  if (strchr (text, '@') != NULL && (jid = xmpp_jid_new_typed (text, error)) == NULL)
    return NULL;
  if (jid == NULL || xmpp_jid_get_local (jid) == NULL) {
    g_set_error_literal (error, XMPP_JID_ERROR, XMPP_JID_ERROR_EMPTY, "there is nothing before the @");
    return NULL;
  }
  return xmpp_jid_ref (xmpp_jid_get_bare (jid));
}

/* Returns FALSE, with the sentence shown, when the port is none; *port is 0 when none was typed. */
static gboolean
parse_port (UiSignIn *self,
            guint16  *port)
{
  g_autofree char *text = g_strstrip (g_strdup (entry_text (self, PORT)));
  guint64 number = 0;

  if (*text != '\0' && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL)) {
    show_error (self, PORT, _("A port is a number from 1 to 65535. Check it, or leave it empty."));
    return FALSE;
  }
  *port = (guint16) number;
  return TRUE;
}

/* A port or direct TLS without a server means: the server that the address names. */
static XmppLogin *
read_login (UiSignIn *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);
  g_autofree char *server = g_strstrip (g_strdup (entry_text (self, SERVER)));
  g_autofree char *resource = g_strstrip (g_strdup (gtk_editable_get_text (self->resource)));
  g_autoptr (XmppLogin) login = NULL;
  gboolean direct = adw_combo_row_get_selected (self->security) == XMPP_SECURITY_DIRECT_TLS;
  guint16 port;

  if (jid == NULL) {
    show_failure (self, error, NULL);
    return NULL;
  }
  if (!parse_port (self, &port))
    return NULL;

  login = xmpp_login_new (jid, NULL);
  if (*server != '\0')
    login->host = g_steal_pointer (&server);
  else if (port != 0 || direct)
    login->host = xmpp_jid_ascii_domain (jid);
  login->port = port;
  login->security = direct ? XMPP_SECURITY_DIRECT_TLS : XMPP_SECURITY_STARTTLS;
  if (*resource != '\0')
    login->resource = g_steal_pointer (&resource);
  return g_steal_pointer (&login);
}

static void
update_sensitive (UiSignIn *self)
{
  g_autoptr (XmppJid) jid = parse_address (self, NULL);

  gtk_widget_set_sensitive (self->sign_in, jid != NULL);
}

static void
address_changed_cb (UiSignIn *self)
{
  clear_error (self, ADDRESS);
  update_sensitive (self);
}

static void
password_changed_cb (UiSignIn *self)
{
  clear_error (self, PASSWORD);
}

static void
server_changed_cb (UiSignIn *self)
{
  clear_error (self, SERVER);
}

static void
port_changed_cb (UiSignIn *self)
{
  clear_error (self, PORT);
}

static void
address_activated_cb (UiSignIn *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);

  if (jid == NULL)
    show_failure (self, error, NULL);
  else
    gtk_widget_grab_focus (self->entries[PASSWORD]);
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
  gtk_widget_set_sensitive (self->options_group, !busy);
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
    gtk_editable_set_text (GTK_EDITABLE (self->entries[PASSWORD]), "");
    g_signal_emit (self, signals[DONE], 0);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    gtk_widget_grab_focus (self->sign_in);
  } else {
    show_failure (self, error, chat_account_get_jid (self->account));
  }
  if (self->is_new) {
    g_signal_group_set_target (self->account_signals, NULL);
    g_clear_object (&self->account);
  }
}

static void
sign_in_cb (UiSignIn *self)
{
  g_autoptr (GError) error = NULL;
  GWeakRef *weak;

  if (self->cancellable != NULL)
    return;
  clear_errors (self);
  if (self->is_new) {
    g_autoptr (XmppLogin) login = read_login (self);

    if (login == NULL)
      return;
    self->account = chat_core_prepare_account (self->core, login, &error);
    if (self->account == NULL) {
      show_failure (self, error, login->jid);
      return;
    }
  }
  if (*entry_text (self, PASSWORD) == '\0') {
    show_error (self, PASSWORD, _("Type your password."));
    if (self->is_new)
      g_clear_object (&self->account);
    return;
  }

  self->cancellable = g_cancellable_new ();
  g_signal_group_set_target (self->account_signals, self->account);
  account_notify_step_cb (self);
  set_busy (self, TRUE);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  chat_account_sign_in_async (self->account, entry_text (self, PASSWORD), self->cancellable, signed_in_cb, weak);
}

static void
cancel_clicked_cb (UiSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
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

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-sign-in.ui");
  for (guint entry = 0; entry < N_ENTRIES; entry++) {
    g_autofree char *error = g_strconcat (entry_names[entry], "_error", NULL);
    g_autofree char *sentence = g_strconcat (entry_names[entry], "_sentence", NULL);
    gssize offset = (gssize) (entry * sizeof (GtkWidget *));

    gtk_widget_class_bind_template_child_full (widget_class, entry_names[entry], FALSE,
                                               G_STRUCT_OFFSET (UiSignIn, entries) + offset);
    gtk_widget_class_bind_template_child_full (widget_class, error, FALSE, G_STRUCT_OFFSET (UiSignIn, errors) + offset);
    gtk_widget_class_bind_template_child_full (widget_class, sentence, FALSE,
                                               G_STRUCT_OFFSET (UiSignIn, sentences) + offset);
  }
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, picture);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, title);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, explanation);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, form);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, options_group);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, options);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, security);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, resource);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, general_sentence);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, stack);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, sign_in);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, step);
  gtk_widget_class_bind_template_child (widget_class, UiSignIn, cancel);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, port_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
ui_sign_in_init (UiSignIn *self)
{
  self->is_new = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "changed",
                           G_CALLBACK (adjustment_changed_cb), self, G_CONNECT_SWAPPED);
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
 * ui_sign_in_focus:
 * @self: a sign-in page
 *
 * Puts the cursor into the first field that has to be filled in.
 */
void
ui_sign_in_focus (UiSignIn *self)
{
  g_return_if_fail (UI_IS_SIGN_IN (self));

  gtk_widget_grab_focus (self->entries[self->is_new ? ADDRESS : PASSWORD]);
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
  gtk_editable_set_text (GTK_EDITABLE (self->entries[ADDRESS]), xmpp_jid_get_text (chat_account_get_jid (account)));
  gtk_widget_set_visible (self->picture, FALSE);
  gtk_widget_set_visible (self->options_group, FALSE);
  gtk_widget_grab_focus (self->entries[PASSWORD]);
  gtk_widget_set_sensitive (self->entries[ADDRESS], FALSE);
  gtk_label_set_label (self->title, _("Password needed"));
  gtk_widget_set_visible (GTK_WIDGET (self->explanation), reason != NULL);
  if (reason != NULL)
    gtk_label_set_label (self->explanation, reason);
}
