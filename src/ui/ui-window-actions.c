/* What the window can be told to do, by menus, buttons and keys. */
#include "ui-window-actions.h"

#include <glib/gi18n.h>

#include "ui-new-chat.h"
#include "ui-sign-in.h"

static void
back_activate_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  ui_window_go_back (UI_WINDOW (user_data));
}

/* The account that a new conversation goes out from: one that is online, else the first. */
static ChatAccount *
dup_speaking_account (ChatCore *core)
{
  GListModel *accounts = G_LIST_MODEL (chat_core_get_accounts (core));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);

    if (chat_account_get_state (account) == CHAT_ACCOUNT_ONLINE)
      return g_steal_pointer (&account);
  }
  return g_list_model_get_item (accounts, 0);
}

static void
new_chat_chosen_cb (UiWindow *self,
                    XmppJid  *jid)
{
  ChatCore *core = ui_window_get_core (self);
  g_autoptr (ChatAccount) account = core != NULL ? dup_speaking_account (core) : NULL;

  if (account != NULL)
    ui_window_open (self, chat_conversations_ensure (chat_core_get_conversations (core),
                                                     chat_account_get_contact (account, jid)));
}

static void
new_chat_activate_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  GtkWidget *dialog = ui_new_chat_new (GTK_WINDOW (user_data));

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (new_chat_chosen_cb), user_data, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
try_now_activate_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  ChatCore *core = ui_window_get_core (UI_WINDOW (user_data));
  GListModel *accounts = core != NULL ? G_LIST_MODEL (chat_core_get_accounts (core)) : NULL;

  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (accounts, i);
    ChatAccountState state = chat_account_get_state (account);

    if (state == CHAT_ACCOUNT_WAITING || state == CHAT_ACCOUNT_STUCK)
      chat_account_try_now (account);
  }
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

static void
enter_password_activate_cb (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  ChatCore *core = ui_window_get_core (UI_WINDOW (user_data));
  g_autoptr (XmppJid) jid = xmpp_jid_new (g_variant_get_string (parameter, NULL), NULL);
  ChatAccount *account = core != NULL && jid != NULL ? chat_accounts_find (chat_core_get_accounts (core), jid) : NULL;
  GtkWidget *dialog, *page;

  if (account == NULL)
    return;
  page = ui_sign_in_new ();
  ui_sign_in_set_account (UI_SIGN_IN (page), account);
  dialog = g_object_new (ADW_TYPE_WINDOW, "title", _("Password needed"), "transient-for", user_data, "modal", TRUE,
                         "destroy-with-parent", TRUE, "default-width", 420, "content", page, NULL);
  close_with_escape (dialog);
  g_signal_connect_object (page, "done", G_CALLBACK (gtk_window_close), dialog, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  ui_sign_in_focus (UI_SIGN_IN (page));
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
    { "try-now", try_now_activate_cb, NULL, NULL, NULL, { 0 } },
    { "enter-password", enter_password_activate_cb, "s", NULL, NULL, { 0 } },
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
  static const char *const names[] = { "new-chat", "show-page", "show-presence" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), enabled);
}
