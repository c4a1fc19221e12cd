/* What the window can be told to do, by menus, buttons and keys. */
#include "ui-window-actions.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-add-contact.h"
#include "ui-new-chat.h"
#include "xmpp-uri.h"

#define SHOWN_CHARS 64   /* of what a link asks for */

static void
back_activate_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  ui_window_go_back (UI_WINDOW (user_data));
}

static void
new_chat_chosen_cb (UiWindow    *self,
                    XmppJid     *jid,
                    ChatAccount *account)
{
  ChatCore *core = ui_window_get_core (self);

  ui_window_open (self, chat_conversations_ensure (chat_core_get_conversations (core),
                                                   chat_account_get_contact (account, jid)));
}

static void
ask_whom (UiWindow *self,
          XmppJid  *jid)   /* (nullable) */
{
  GtkWidget *dialog = ui_new_chat_new (GTK_WINDOW (self), ui_window_get_core (self), jid);

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (new_chat_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
new_chat_activate_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  ask_whom (UI_WINDOW (user_data), NULL);
}

static void
tell_link (UiWindow   *self,
           const char *sentence)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Link not opened"), sentence);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* A link is somebody else's wish: it never acts by itself, but opens the dialog in which the user may (XEP-0147 §5). */
static void
open_link_activate_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  UiWindow *self = UI_WINDOW (user_data);
  g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (g_variant_get_string (parameter, NULL), NULL);
  const char *wish = uri != NULL ? xmpp_uri_get_action (uri) : NULL;

  if (uri == NULL) {
    tell_link (self, _("The address in this link is not valid."));
  } else if (wish == NULL || g_str_equal (wish, "message")) {
    ask_whom (self, xmpp_uri_get_jid (uri));
  } else if (g_str_equal (wish, "roster") || g_str_equal (wish, "subscribe")) {
    GtkWidget *dialog = ui_add_contact_new (GTK_WINDOW (self), ui_window_get_core (self), NULL);

    ui_add_contact_propose (UI_ADD_CONTACT (dialog), xmpp_uri_get_jid (uri));
    gtk_window_present (GTK_WINDOW (dialog));
  } else {
    g_autofree char *line = base_text_line (wish, SHOWN_CHARS);
    g_autofree char *isolated = base_text_isolate (line);
    /* Translators: %s is a word out of a link, like "join". */
    g_autofree char *sentence = g_strdup_printf (_("This link asks for something that Linnet does not know: “%s”."),
                                                 isolated);

    tell_link (self, sentence);
  }
}

static void
show_page_activate_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  ui_window_show_page (UI_WINDOW (user_data), g_variant_get_string (parameter, NULL));
}

static void
show_presence_activate_cb (GSimpleAction *action,
                           GVariant      *parameter,
                           gpointer       user_data)
{
  ui_window_popup_presence (UI_WINDOW (user_data));
}

/**
 * ui_window_add_actions:
 * @self: a window
 *
 * Adds the "win." actions. "win.back" can be used only while there is something to go back to.
 */
void
ui_window_add_actions (UiWindow *self)
{
  static const GActionEntry entries[] = {
    { "back", back_activate_cb, NULL, NULL, NULL, { 0 } },
    { "new-chat", new_chat_activate_cb, NULL, NULL, NULL, { 0 } },
    { "open-link", open_link_activate_cb, "s", NULL, NULL, { 0 } },
    { "show-page", show_page_activate_cb, "s", NULL, NULL, { 0 } },
    { "show-presence", show_presence_activate_cb, NULL, NULL, NULL, { 0 } },
  };
  GAction *back;

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  back = g_action_map_lookup_action (G_ACTION_MAP (self), "back");
  g_object_bind_property (self, "content-shown", back, "enabled", G_BINDING_SYNC_CREATE);
  ui_window_enable_actions (self, FALSE);
}

/**
 * ui_window_enable_actions:
 * @self: a window
 * @enabled: whether there is an account, and so the sidebar
 *
 * Lets what belongs to the sidebar be done, by keys too, only while it is shown.
 */
void
ui_window_enable_actions (UiWindow *self,
                          gboolean  enabled)
{
  static const char *const names[] = { "add-contact", "new-chat", "open-link", "show-page", "show-presence" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), enabled);
}
