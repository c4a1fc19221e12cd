/* The dialog that changes an account's password on its server. */
#include "ui-change-password.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-errors.h"
#include "ui-field-note.h"
#include "ui-voice.h"

struct _UiChangePassword {
  AdwWindow     parent_instance;

  ChatAccount  *account;       /* (owned) */
  GCancellable *cancellable;   /* (owned, nullable) while the server is told */

  GtkWidget    *cancel, *change;
  GtkWidget    *form;
  GtkWidget    *first, *second;   /* AdwPasswordEntryRow */
  UiFieldNote  *note;
  GtkLabel     *explanation;
  GtkWidget    *progress;
  GtkSpinner   *spinner;
  GtkLabel     *sentence;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChangePassword, ui_change_password, ADW_TYPE_WINDOW)

/* --- what is typed --- */

/* While the second is the beginning of the first it is not wrong, only not finished. */
static void
typed_cb (UiChangePassword *self)
{
  const char *first = gtk_editable_get_text (GTK_EDITABLE (self->first));
  const char *second = gtk_editable_get_text (GTK_EDITABLE (self->second));

  ui_field_note_set_error (self->note,
                           g_str_has_prefix (first, second) ? NULL : _("This is not the same as above."));
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), FALSE);
  gtk_widget_set_sensitive (self->change, *first != '\0' && strcmp (first, second) == 0);
}

static void
first_activated_cb (UiChangePassword *self)
{
  gtk_widget_grab_focus (self->second);
}

/* --- changing it --- */

static void
set_busy (UiChangePassword *self,
          gboolean          busy)
{
  gtk_widget_set_visible (self->progress, busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_sensitive (self->form, !busy);
  gtk_widget_set_sensitive (self->change, !busy);
}

static void
show_failure (UiChangePassword *self,
              const GError     *error)
{
  g_autofree char *sentence = ui_error_password_change (error, chat_account_get_jid (self->account));

  gtk_label_set_label (self->sentence, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), TRUE);
  gtk_widget_grab_focus (self->first);
}

static void
password_changed_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (UiChangePassword) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  gboolean changed = chat_account_change_password_finish (CHAT_ACCOUNT (source), result, &error);

  g_weak_ref_clear (weak);
  if (self == NULL || self->account == NULL)
    return;
  g_clear_object (&self->cancellable);
  set_busy (self, FALSE);
  if (changed) {
    g_signal_emit (self, signals[CHANGED], 0);
    gtk_window_destroy (GTK_WINDOW (self));
  } else {
    show_failure (self, error);
  }
}

/* The focus goes to Cancel before what it is on is greyed out. */
static void
change_clicked_cb (UiChangePassword *self)
{
  GWeakRef *weak;

  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), FALSE);
  gtk_widget_grab_focus (self->cancel);
  set_busy (self, TRUE);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  chat_account_change_password_async (self->account, gtk_editable_get_text (GTK_EDITABLE (self->first)),
                                      self->cancellable, password_changed_cb, weak);
}

/* --- life cycle --- */

static void
ui_change_password_dispose (GObject *object)
{
  UiChangePassword *self = UI_CHANGE_PASSWORD (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  adw_window_set_content (ADW_WINDOW (self), NULL);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ui_change_password_parent_class)->dispose (object);
}

static void
ui_change_password_class_init (UiChangePasswordClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_change_password_dispose;

  signals[CHANGED] =
      g_signal_new ("changed", UI_TYPE_CHANGE_PASSWORD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_FIELD_NOTE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-change-password.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, cancel);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, change);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, form);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, first);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, second);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, note);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, explanation);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, progress);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, spinner);
  gtk_widget_class_bind_template_child (widget_class, UiChangePassword, sentence);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_bind_template_callback (widget_class, first_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, change_clicked_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_change_password_init (UiChangePassword *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_change_password_new:
 * @parent: (nullable): the window it belongs to
 * @account: an account that is online
 *
 * Makes the dialog. "changed" comes when the server has taken the new password; it then closes itself. While it is
 * open after a failure, what was typed stays.
 *
 * Returns: (transfer none): the dialog, owned by the toolkit until it is closed
 */
GtkWidget *
ui_change_password_new (GtkWindow   *parent,
                        ChatAccount *account)
{
  UiChangePassword *self = g_object_new (UI_TYPE_CHANGE_PASSWORD, "transient-for", parent, NULL);
  /* Translators: an address stands for %s. */
  g_autofree char *explanation = g_strdup_printf (_("This changes the password of %s on its server. Your other devices "
                                                    "need the new one as well."),
                                                  xmpp_jid_get_text (chat_account_get_jid (account)));

  self->account = g_object_ref (account);
  gtk_label_set_label (self->explanation, explanation);
  gtk_widget_grab_focus (self->first);
  return GTK_WIDGET (self);
}
