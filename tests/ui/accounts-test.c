/* The window of the accounts, with two that are online; and hands for its pages. */
#include "accounts-test.h"

#include "ui-account-page.h"

ChatAccounts *
accounts_list (Accounts *self)
{
  return chat_core_get_accounts (self->chat.core);
}

ChatAccount *
accounts_get (Accounts   *self,
              const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_accounts_find (accounts_list (self), jid);
}

static void
sign_in_tybalt (Accounts *self)
{
  g_autoptr (XmppLogin) login = fake_login (TYBALT);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) account = chat_core_prepare_account (self->chat.core, login, &error);

  g_assert_no_error (error);
  self->capulet = fake_server_new ("capulet.example");
  fake_server_set_secure (self->capulet);
  chat_set_server (&self->chat, TYBALT, self->capulet);
  chat_account_sign_in_async (account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (self->capulet, TYBALT "/vault");
  fake_server_welcome (self->capulet, "<query xmlns='jabber:iq:roster'/>");
  chat_account_sign_in_finish (account, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (&self->chat);
  fake_server_forget (self->capulet);
}

void
accounts_set_up (Accounts     *self,
                 gconstpointer data)
{
  chat_set_up (&self->chat, NULL);
  chat_sign_in (&self->chat);
  sign_in_tybalt (self);
  self->window = g_object_ref (ui_accounts_window_new (NULL, self->chat.core));
  gtk_window_present (GTK_WINDOW (self->window));
  chat_settle (&self->chat);
}

void
accounts_close (Accounts *self)
{
  gpointer window = self->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  g_clear_object (&self->window);
  chat_settle (&self->chat);
  g_assert_null (window);
}

void
accounts_tear_down (Accounts     *self,
                    gconstpointer data)
{
  if (self->window != NULL)
    accounts_close (self);
  chat_tear_down (&self->chat, NULL);
  g_clear_pointer (&self->capulet, fake_server_free);
}

gpointer
accounts_page (Accounts *self)
{
  return gtk_stack_get_visible_child (GTK_STACK (ui_find_named (self->window, "pages")));
}

void
accounts_assert_page (Accounts *self,
                      GType     type)
{
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (accounts_page (self)), ==, g_type_name (type));
}

gpointer
accounts_open (Accounts *self)
{
  ui_accounts_window_show_account (UI_ACCOUNTS_WINDOW (self->window), self->chat.account);
  accounts_assert_page (self, UI_TYPE_ACCOUNT_PAGE);
  return accounts_page (self);
}

gpointer
accounts_row (Accounts *self,
              guint     position)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (ui_find_named (self->window, "rows")), (int) position);
}

void
accounts_assert_rows (Accounts   *self,
                      const char *expected)
{
  GString *shown = g_string_new (NULL);

  for (guint i = 0; accounts_row (self, i) != NULL; i++)
    g_string_append_printf (shown, "%s%s", i > 0 ? " " : "",
                            gtk_label_get_label (ui_find_named (accounts_row (self, i), "name")));
  g_assert_cmpstr (shown->str, ==, expected);
  g_string_free (shown, TRUE);
}

/* Whether the focus is on @widget or in it. */
gboolean
accounts_has_focus (Accounts *self,
                    gpointer  widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self->window));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

void
accounts_type (gpointer    widget,
               const char *entry,
               const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (ui_find_named (widget, entry)), text);
}

const char *
accounts_label (gpointer    widget,
                const char *name)
{
  return gtk_label_get_label (GTK_LABEL (ui_find_named (widget, name)));
}

/* As if the key had come to the window: what the window itself does with it. */
void
accounts_press (gpointer        widget,
                guint           keyval,
                GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (widget));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
    GListModel *shortcuts = GTK_IS_SHORTCUT_CONTROLLER (controller) ? G_LIST_MODEL (controller) : NULL;

    for (guint j = 0; shortcuts != NULL && j < g_list_model_get_n_items (shortcuts); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, j);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == keyval
          && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == modifiers) {
        gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                      gtk_shortcut_get_arguments (shortcut));
        return;
      }
    }
  }
  g_error ("%s has no such key", G_OBJECT_TYPE_NAME (widget));
}

/* The window of this type that is open; (nullable). */
gpointer
accounts_find_window (GType type)
{
  g_autoptr (GListModel) windows = G_LIST_MODEL (g_object_ref (gtk_window_get_toplevels ()));

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (g_type_is_a (G_OBJECT_TYPE (window), type))
      return window;
  }
  return NULL;
}

void
accounts_respond (Accounts   *self,
                  const char *button)
{
  gpointer dialog = accounts_find_window (ADW_TYPE_MESSAGE_DIALOG);

  g_assert_nonnull (dialog);
  ui_click (ui_find_button (dialog, button));
  chat_settle (&self->chat);
}
