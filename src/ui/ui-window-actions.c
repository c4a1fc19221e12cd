/* What the window can be told to do, by menus, buttons and keys. */
#include "ui-window-actions.h"

#include "ui-new-chat.h"

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
new_chat_activate_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  GtkWidget *dialog = ui_new_chat_new (GTK_WINDOW (user_data), ui_window_get_core (UI_WINDOW (user_data)));

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (new_chat_chosen_cb), user_data, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
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
  static const char *const names[] = { "add-contact", "new-chat", "show-page", "show-presence" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), enabled);
}
