/* Changes of the contact list that may fail: what went wrong is told in the window that they were asked for in. */
#include "ui-contact-changes.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account.h"
#include "chat-contact-acts.h"
#include "ui-contact-words.h"
#include "ui-errors.h"
#include "ui-voice.h"

/* The window may be closed before the server has answered, and is not kept for it. */
static GWeakRef *
window_ref_new (GtkWindow *window)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, window);
  return ref;
}

static void
tell_once (GWeakRef     *ref,
           ChatContact  *contact,
           const GError *error)
{
  g_autoptr (GtkWidget) window = g_weak_ref_get (ref);

  if (error != NULL && window != NULL)
    ui_contact_tell_error (window, contact, error);
  g_weak_ref_clear (ref);
  g_free (ref);
}

static void
add_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  chat_contact_add_finish (CHAT_CONTACT (source), result, &error);
  tell_once (user_data, CHAT_CONTACT (source), error);
}

static void
remove_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  chat_contact_remove_finish (CHAT_CONTACT (source), result, &error);
  tell_once (user_data, CHAT_CONTACT (source), error);
}

static void
removal_response_cb (AdwMessageDialog *dialog,
                     const char       *response,
                     ChatContact      *contact)
{
  if (g_strcmp0 (response, "remove") == 0)
    chat_contact_remove_async (contact, NULL, remove_cb,
                               window_ref_new (gtk_window_get_transient_for (GTK_WINDOW (dialog))));
}

/**
 * ui_contact_accept_and_add:
 * @window: where to tell an error
 * @contact: somebody who asks to see us
 *
 * Lets them see us, takes them into the contact list and asks to see them as well.
 */
void
ui_contact_accept_and_add (GtkWindow   *window,
                           ChatContact *contact)
{
  chat_contact_add_async (contact, chat_contact_get_roster_name (contact), chat_contact_get_groups (contact), NULL,
                          TRUE, NULL, add_cb, window_ref_new (window));
}

/**
 * ui_contact_ask_removal:
 * @window: the window to ask in
 * @contact: somebody in the contact list
 *
 * Asks whether to remove them, says what will happen, and does it if the user wants it.
 */
void
ui_contact_ask_removal (GtkWindow   *window,
                        ChatContact *contact)
{
  g_autofree char *name = base_text_isolate (chat_contact_get_name (contact));
  g_autofree char *shown = ui_contact_address (contact);
  g_autofree char *address = base_text_isolate (shown);
  g_autofree char *heading = g_strdup_printf (_("Remove %s?"), name);
  /* Translators: %s is an address. */
  g_autofree char *body = g_strdup_printf (_("%s leaves your contact list, and neither of you will see the other's "
                                             "status any more. Your messages stay."),
                                           address);
  GtkWidget *dialog = adw_message_dialog_new (window, heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (removal_response_cb), contact, 0);
  ui_voice_give (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ui_contact_tell_error:
 * @window: a window with the action "toasts.add"
 * @contact: whom it is about
 * @error: why a change of them failed
 *
 * Says so in @window.
 */
void
ui_contact_tell_error (GtkWidget    *window,
                       ChatContact  *contact,
                       const GError *error)
{
  ChatAccount *account = chat_contact_get_account (contact);
  g_autofree char *sentence =
      ui_error_sentence (error, account != NULL ? chat_account_get_jid (account) : NULL);

  gtk_widget_activate_action (window, "toasts.add", "s", sentence);
}

/**
 * ui_toasts_add:
 * @overlay: where toasts appear
 * @sentence: what to say; not markup
 */
void
ui_toasts_add (AdwToastOverlay *overlay,
               const char      *sentence)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (overlay, adw_toast_new (markup));
}
