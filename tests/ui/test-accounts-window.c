/* The list of accounts over two fake servers: order, switches, removal, a further account, the way between pages. */
#include "accounts-test.h"
#include "chat-account-settings.h"
#include "ui-account-page.h"
#include "ui-connection-page.h"
#include "ui-sign-in.h"

/* --- the list --- */

static void
test_list (Accounts     *self,
           gconstpointer data)
{
  gpointer row;

  accounts_assert_rows (self, OWN " " TYBALT);
  row = accounts_row (self, 0);
  g_assert_cmpstr (accounts_label (row, "sentence"), ==, "Available");
  g_assert_false (gtk_widget_get_visible (ui_find_named (row, "address")));
  g_assert_false (gtk_widget_get_visible (ui_find_named (row, "remedy")));
  g_assert_true (gtk_widget_get_visible (ui_find_named (row, "preferred")));
  g_assert_false (gtk_widget_get_visible (ui_find_named (accounts_row (self, 1), "preferred")));

  chat_account_set_name (self->chat.account, "Home");
  accounts_assert_rows (self, "Home " TYBALT);
  g_assert_true (gtk_widget_get_visible (ui_find_named (row, "address")));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Home, " OWN ". Available");
  gtk_test_accessible_assert_property (ui_find_named (row, "enabled"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Use Home");

  fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  g_assert_cmpstr (accounts_label (row, "sentence"), !=, "Available");
  g_assert_cmpstr (gtk_button_get_label (ui_find_named (row, "remedy")), ==, "Try now");

  gtk_widget_activate_action (accounts_row (self, 1), "account.prefer", NULL);
  g_assert_true (chat_accounts_get_default (accounts_list (self)) == accounts_get (self, TYBALT));
  g_assert_false (gtk_widget_get_visible (ui_find_named (row, "preferred")));
}

static void
test_switch (Accounts     *self,
             gconstpointer data)
{
  GtkSwitch *enabled = GTK_SWITCH (ui_find_named (accounts_row (self, 0), "enabled"));

  g_assert_true (gtk_switch_get_active (enabled));
  gtk_switch_set_active (enabled, FALSE);
  g_assert_false (chat_account_get_enabled (self->chat.account));
  fake_server_find (self->chat.server, "<presence type='unavailable'/>");
  fake_server_expect_end (self->chat.server);
  fake_server_end (self->chat.server);
  chat_settle (&self->chat);
  g_assert_cmpstr (accounts_label (accounts_row (self, 0), "sentence"), ==, "Switched off");
  g_assert_cmpint (chat_account_get_state (accounts_get (self, TYBALT)), ==, CHAT_ACCOUNT_ONLINE);

  /* And it follows what is decided elsewhere. */
  chat_new_server (&self->chat);
  chat_account_set_enabled (self->chat.account, TRUE);
  g_assert_true (gtk_switch_get_active (enabled));
}

static void
drop_on (Accounts    *self,
         guint        position,
         ChatAccount *account)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (accounts_row (self, position));
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, CHAT_TYPE_ACCOUNT);
  g_value_set_object (&value, account);
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (controller))
      g_signal_emit_by_name (controller, "drop", &value, 0.0, 0.0, &taken);
  }
  g_assert_true (taken);
  chat_settle (&self->chat);
}

static void
test_move (Accounts     *self,
           gconstpointer data)
{
  gtk_widget_grab_focus (accounts_row (self, 0));
  accounts_press (accounts_row (self, 0), GDK_KEY_Down, GDK_ALT_MASK);
  chat_settle (&self->chat);
  accounts_assert_rows (self, TYBALT " " OWN);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 1)));

  /* There is nothing beneath the last one. */
  accounts_press (accounts_row (self, 1), GDK_KEY_Down, GDK_ALT_MASK);
  accounts_assert_rows (self, TYBALT " " OWN);

  gtk_widget_activate_action (accounts_row (self, 1), "account.move-up", NULL);
  chat_settle (&self->chat);
  accounts_assert_rows (self, OWN " " TYBALT);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 0)));

  drop_on (self, 1, self->chat.account);
  accounts_assert_rows (self, TYBALT " " OWN);
}

static void
test_empty (Accounts     *self,
            gconstpointer data)
{
  g_autoptr (ChatAccount) tybalt = g_object_ref (accounts_get (self, TYBALT));
  gpointer stack = ui_find_named (accounts_page (self), "stack");

  accounts_open (self);
  chat_accounts_remove (accounts_list (self), tybalt);
  accounts_assert_page (self, UI_TYPE_ACCOUNT_PAGE);
  chat_accounts_remove (accounts_list (self), self->chat.account);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  g_assert_true (accounts_has_focus (self, ui_find_named (self->window, "add_first")));

  ui_click (ui_find_named (self->window, "add_first"));
  accounts_assert_page (self, UI_TYPE_SIGN_IN);
  chat_accounts_add (accounts_list (self), self->chat.account);
  chat_accounts_add (accounts_list (self), tybalt);
}

/* --- pages --- */

static void
test_back (Accounts     *self,
           gconstpointer data)
{
  gpointer window = self->window;
  gpointer connection_row;

  g_object_add_weak_pointer (window, &window);
  g_signal_emit_by_name (ui_find_named (self->window, "rows"), "row-activated", accounts_row (self, 1));
  accounts_assert_page (self, UI_TYPE_ACCOUNT_PAGE);
  g_assert_true (accounts_has_focus (self, accounts_page (self)));

  connection_row = ui_find_named (accounts_page (self), "connection_row");
  gtk_widget_grab_focus (connection_row);
  g_signal_emit_by_name (connection_row, "activated");
  accounts_assert_page (self, UI_TYPE_CONNECTION_PAGE);
  g_assert_true (accounts_has_focus (self, accounts_page (self)));

  accounts_press (self->window, GDK_KEY_Left, GDK_ALT_MASK);
  accounts_assert_page (self, UI_TYPE_ACCOUNT_PAGE);
  g_assert_true (accounts_has_focus (self, connection_row));

  accounts_press (self->window, GDK_KEY_Escape, 0);
  chat_settle (&self->chat);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 1)));

  ui_accounts_window_add_account (UI_ACCOUNTS_WINDOW (self->window));
  accounts_assert_page (self, UI_TYPE_SIGN_IN);
  g_assert_true (accounts_has_focus (self, ui_find_named (accounts_page (self), "address")));
  accounts_press (self->window, GDK_KEY_Escape, 0);
  chat_settle (&self->chat);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 0)));

  accounts_press (self->window, GDK_KEY_Escape, 0);
  g_clear_object (&self->window);
  chat_settle (&self->chat);
  g_assert_null (window);
}

/* --- removal --- */

static void
test_remove (Accounts     *self,
             gconstpointer data)
{
  accounts_open (self);
  ui_click (ui_find_named (accounts_page (self), "remove"));
  accounts_respond (self, "_Cancel");
  g_assert_nonnull (accounts_get (self, OWN));
  fake_server_expect_nothing (self->chat.server);

  ui_click (ui_find_named (accounts_page (self), "remove"));
  accounts_respond (self, "_Remove");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (ui_find_named (accounts_page (self), "removal")), ==, "running");
  fake_server_expect_end (self->chat.server);
  fake_server_end (self->chat.server);
  chat_settle (&self->chat);
  g_assert_null (accounts_get (self, OWN));
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
  accounts_assert_rows (self, TYBALT);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 0)));
  g_assert_null (accounts_find_window (ADW_TYPE_MESSAGE_DIALOG));
}

/* The account is gone and its page with it; that its password is not, is told all the same. */
static void
test_remove_half (Accounts     *self,
                  gconstpointer data)
{
  GError error = { DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED, (char *) "gone" };
  gpointer dialog;

  accounts_open (self);
  memory_secrets_fail (self->chat.secrets, &error);
  ui_click (ui_find_named (accounts_page (self), "remove"));
  accounts_respond (self, "_Remove");
  fake_server_expect_end (self->chat.server);
  fake_server_end (self->chat.server);
  chat_settle (&self->chat);
  accounts_assert_rows (self, TYBALT);
  dialog = accounts_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_cmpstr (adw_message_dialog_get_heading (dialog), ==, "The password is still there");
  accounts_respond (self, "_Close");
}

/* --- a further account --- */

static void
test_add (Accounts     *self,
          gconstpointer data)
{
  FakeServer *verona = fake_server_new ("verona.example");
  gpointer page;

  fake_server_set_secure (verona);
  chat_set_server (&self->chat, MERCUTIO, verona);
  ui_accounts_window_add_account (UI_ACCOUNTS_WINDOW (self->window));
  page = accounts_page (self);
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "picture")));
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "header")));
  accounts_type (page, "address", OWN);
  accounts_type (page, "password", FAKE_PASSWORD);
  ui_click (ui_find_named (page, "sign_in"));
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "address_note")));

  accounts_type (page, "address", MERCUTIO);
  accounts_type (page, "priority", "5");
  gtk_switch_set_active (ui_find_named (page, "remember"), FALSE);
  ui_click (ui_find_named (page, "sign_in"));
  fake_server_login (verona, MERCUTIO "/queen-mab");
  fake_server_welcome (verona, "<query xmlns='jabber:iq:roster'/>");
  fake_server_find (verona, "<presence><priority>5</priority></presence>");
  chat_settle (&self->chat);
  accounts_assert_rows (self, OWN " " TYBALT " " MERCUTIO);
  g_assert_true (accounts_has_focus (self, accounts_row (self, 2)));
  g_assert_cmpint (chat_account_get_priority (accounts_get (self, MERCUTIO)), ==, 5);
  g_assert_true (chat_account_get_asks_password (accounts_get (self, MERCUTIO)));
  g_assert_null (memory_secrets_get (self->chat.secrets, MERCUTIO));

  accounts_close (self);
  chat_restart (&self->chat);
  chat_set_server (&self->chat, MERCUTIO, NULL);
  fake_server_free (verona);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  g_test_add ("/accounts-window/list", Accounts, NULL, accounts_set_up, test_list, accounts_tear_down);
  g_test_add ("/accounts-window/switch", Accounts, NULL, accounts_set_up, test_switch, accounts_tear_down);
  g_test_add ("/accounts-window/move", Accounts, NULL, accounts_set_up, test_move, accounts_tear_down);
  g_test_add ("/accounts-window/empty", Accounts, NULL, accounts_set_up, test_empty, accounts_tear_down);
  g_test_add ("/accounts-window/back", Accounts, NULL, accounts_set_up, test_back, accounts_tear_down);
  g_test_add ("/accounts-window/remove", Accounts, NULL, accounts_set_up, test_remove, accounts_tear_down);
  g_test_add ("/accounts-window/remove-half", Accounts, NULL, accounts_set_up, test_remove_half, accounts_tear_down);
  g_test_add ("/accounts-window/add", Accounts, NULL, accounts_set_up, test_add, accounts_tear_down);
  return g_test_run ();
}
