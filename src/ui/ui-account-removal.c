/* Removing an account: the question that says what is lost, and what came of it. */
#include "ui-account-removal.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "desktop-secrets.h"
#include "ui-errors.h"
#include "ui-voice.h"

/* One removal, from the question to its answer. The widget goes away with the account; the window stays. */
typedef struct {
  GWeakRef              widget;
  GWeakRef              window;    /* GtkWindow */
  ChatCore             *core;      /* (owned) */
  ChatAccount          *account;   /* (owned) */
  UiAccountRemovalFunc  func;
} Removal;                         /* refcounted */

static void
removal_clear (gpointer data)
{
  Removal *removal = data;

  g_weak_ref_clear (&removal->widget);
  g_weak_ref_clear (&removal->window);
  g_object_unref (removal->core);
  g_object_unref (removal->account);
}

static void
removal_unref (Removal *removal)
{
  g_rc_box_release_full (removal, removal_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Removal, removal_unref)

static void
tell_running (Removal  *removal,
              gboolean  running)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&removal->widget);

  if (widget != NULL)
    removal->func (running, widget);
}

static void
tell_failure (Removal      *removal,
              const GError *error)
{
  XmppJid *jid = chat_account_get_jid (removal->account);
  gboolean is_gone = error->domain == DESKTOP_SECRETS_ERROR;
  g_autofree char *sentence =
      is_gone ? ui_error_keyring (error, UI_KEYRING_FORGET, jid) : ui_error_sentence (error, jid);
  g_autoptr (GtkWindow) window = g_weak_ref_get (&removal->window);
  GtkWidget *dialog;

  if (window == NULL || !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return;
  dialog = adw_message_dialog_new (window, is_gone ? _("The password is still there") : _("Account not removed"),
                                   sentence);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  ui_voice_give (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
account_removed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (Removal) removal = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_core_remove_account_finish (CHAT_CORE (source), result, &error)) {
    tell_running (removal, FALSE);
    tell_failure (removal, error);
  }
}

static void
dialog_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    Removal          *removal)
{
  if (g_strcmp0 (response, "remove") != 0)
    return;
  tell_running (removal, TRUE);
  chat_core_remove_account_async (removal->core, removal->account, NULL, account_removed_cb,
                                  g_rc_box_acquire (removal));
}

static void
dialog_gone_cb (gpointer  removal,
                GClosure *closure)
{
  removal_unref (removal);
}

/**
 * ui_account_removal_ask:
 * @widget: in whose window it is asked
 * @core: the core that @account belongs to
 * @account: the account
 * @func: called with @widget when the removal begins, and again when it has failed; not once @widget is gone
 *
 * Says what is lost with the account, and removes it if that is wanted. That it was removed is seen in the core's
 * accounts; why it was not is told in the window.
 */
void
ui_account_removal_ask (GtkWidget            *widget,
                        ChatCore             *core,
                        ChatAccount          *account,
                        UiAccountRemovalFunc  func)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  Removal *removal = g_rc_box_new0 (Removal);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  g_weak_ref_init (&removal->widget, widget);
  g_weak_ref_init (&removal->window, window);
  removal->core = g_object_ref (core);
  removal->account = g_object_ref (account);
  removal->func = func;

  /* Translators: an account's name or address stands for %s. */
  heading = g_strdup_printf (_("Remove %s?"), chat_account_get_label (account));
  /* Short enough that the buttons beneath it stay on a small screen with large text.
   * Translators: an address stands for %s. */
  body = g_strdup_printf (_("Its messages on this computer and its password in the keyring are deleted for good. On "
                            "the server, %s stays as it is."),
                          xmpp_jid_get_text (chat_account_get_jid (account)));
  dialog = adw_message_dialog_new (window, heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (dialog_response_cb), removal, dialog_gone_cb, 0);
  ui_voice_give (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}
