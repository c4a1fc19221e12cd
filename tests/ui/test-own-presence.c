/* How the window says that we are there or not: the presence button, its menu, and the banner. */
#include "ui-banner.h"
#include "chat-account-settings.h"
#include "ui-account-presence.h"
#include "ui-account-row.h"
#include "ui-presence-button.h"
#include "ui-show-list.h"
#include "ui-test.h"
#include "xmpp-error.h"

typedef struct {
  Chat       chat;
  GSettings *settings;   /* (owned) */
  GtkWidget *window;
  GtkWidget *presence;
  GtkWidget *banner;
  FakeServer *other;     /* (owned, nullable) Benvolio's */
  GSimpleActionGroup *actions;   /* (owned) "app.": what was asked for is in… */
  GString   *asked;              /* (owned) */
} Fixture;

#define BENVOLIO "benvolio@montague.example"

static void
action_activate_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    Fixture       *fixture)
{
  g_autofree char *target = parameter != NULL ? g_variant_print (parameter, FALSE) : g_strdup ("");

  g_string_append_printf (fixture->asked, "%s%s ", g_action_get_name (G_ACTION (action)), target);
}

static void
add_action (Fixture    *fixture,
            const char *name,
            const char *type)   /* (nullable) */
{
  g_autoptr (GVariantType) target = type != NULL ? g_variant_type_new (type) : NULL;
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, target);

  g_signal_connect (action, "activate", G_CALLBACK (action_activate_cb), fixture);
  g_action_map_add_action (G_ACTION_MAP (fixture->actions), G_ACTION (action));
}

static void
open_window (Fixture *fixture)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->window = gtk_window_new ();
  fixture->presence = g_object_new (UI_TYPE_PRESENCE_BUTTON, NULL);
  fixture->banner = ui_banner_new ();
  gtk_box_append (GTK_BOX (box), fixture->presence);
  gtk_box_append (GTK_BOX (box), fixture->banner);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_widget_insert_action_group (fixture->window, "app", G_ACTION_GROUP (fixture->actions));
  ui_presence_button_set_core (UI_PRESENCE_BUTTON (fixture->presence), fixture->chat.core, fixture->settings);
  ui_banner_set_core (UI_BANNER (fixture->banner), fixture->chat.core);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  chat_set_up (&fixture->chat, NULL);
  fixture->settings = g_settings_new ("im.linnet.Linnet");
  fixture->actions = g_simple_action_group_new ();
  fixture->asked = g_string_new (NULL);
  add_action (fixture, "set-presence", "s");
  add_action (fixture, "set-account-presence", "(ss)");
  add_action (fixture, "try-account", "s");
  add_action (fixture, "show-account", "s");
  add_action (fixture, "show-accounts", NULL);
  open_window (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "status-history");
  g_clear_object (&fixture->settings);
  g_clear_object (&fixture->actions);
  g_string_free (fixture->asked, TRUE);
  chat_settle (&fixture->chat);
  chat_tear_down (&fixture->chat, NULL);
  g_clear_pointer (&fixture->other, fake_server_free);
}

/* Romeo and Benvolio, both online. */
static void
sign_in_both (Fixture *fixture)
{
  chat_sign_in (&fixture->chat);
  fixture->other = ui_sign_in_other (&fixture->chat, BENVOLIO, "");
}

static GtkWidget *
row_of (Fixture    *fixture,
        const char *address)
{
  GtkListBox *list = ui_find_named (fixture->presence, "accounts");
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
    if (ui_account_row_get_account (UI_ACCOUNT_ROW (row)) == ui_account (&fixture->chat, address))
      return GTK_WIDGET (row);
  g_assert_not_reached ();
}

static void
popup (Fixture *fixture)
{
  GtkWidget *menu = ui_find_named (fixture->presence, "menu");

  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_presence_button_popup (UI_PRESENCE_BUTTON (fixture->presence));
  while (!gtk_widget_get_mapped (menu))
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_focus (Fixture *fixture,
              gpointer widget)   /* on it or in it */
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  g_assert_true (focus == widget || (focus != NULL && gtk_widget_is_ancestor (focus, widget)));
}

static const char *
menu_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (ui_find_named (fixture->presence, "pages"));
}

static void
assert_presence (Fixture    *fixture,
                 const char *words)
{
  g_assert_cmpstr (gtk_widget_get_tooltip_text (ui_find_named (fixture->presence, "button")), ==, words);
}

/* @button: (nullable): there is nothing to be done but to wait. */
static void
assert_banner (Fixture    *fixture,
               const char *words,
               const char *button)
{
  GtkWidget *shown = ui_find_named (fixture->banner, "button");

  g_assert_true (gtk_revealer_get_reveal_child (ui_find_named (fixture->banner, "revealer")));
  g_assert_nonnull (strstr (gtk_label_get_label (ui_find_named (fixture->banner, "sentence")), words));
  g_assert_cmpint (gtk_widget_get_visible (shown), ==, button != NULL);
  if (button != NULL)
    g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (shown)), ==, button);
}

static void
assert_no_banner (Fixture *fixture)
{
  g_assert_false (gtk_revealer_get_reveal_child (ui_find_named (fixture->banner, "revealer")));
}

/* @expected: an XmppShow, or UI_SHOW_LIST_NONE. */
static void
assert_tick (Fixture *fixture,
             int      expected)
{
  UiShowList *shows = ui_find (fixture->presence, UI_TYPE_SHOW_LIST);
  guint ticked = 0;

  g_assert_cmpint (ui_show_list_get_current (shows), ==, expected);
  for (GtkWidget *item = gtk_widget_get_first_child (adw_bin_get_child (ADW_BIN (shows))); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    if (gtk_widget_get_visible (gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (item)))))
      ticked++;
  g_assert_cmpuint (ticked, ==, expected != UI_SHOW_LIST_NONE);
}

static void
test_shows (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct {
    XmppShow    show;
    const char *words;
  } cases[] = {
    { XMPP_SHOW_CHAT, "Your presence: Free to chat" },
    { XMPP_SHOW_AWAY, "Your presence: Away" },
    { XMPP_SHOW_XA, "Your presence: Extended away" },
    { XMPP_SHOW_DND, "Your presence: Do not disturb" },
    { XMPP_SHOW_AVAILABLE, "Your presence: Available" },
  };

  chat_sign_in (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_tick (fixture, XMPP_SHOW_AVAILABLE);
  assert_no_banner (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    chat_core_set_presence (fixture->chat.core, cases[i].show, NULL);
    assert_presence (fixture, cases[i].words);
    assert_tick (fixture, (int) cases[i].show);
    assert_no_banner (fixture);
  }
}

static void
test_offline_by_choice (Fixture       *fixture,
                        gconstpointer  data)
{
  chat_sign_in (&fixture->chat);
  chat_core_set_presence (fixture->chat.core, XMPP_SHOW_OFFLINE, NULL);
  chat_settle (&fixture->chat);
  assert_presence (fixture, "Your presence: Offline");
  assert_tick (fixture, XMPP_SHOW_OFFLINE);
  assert_banner (fixture, "You are offline.", "Go online");
}

/* The failure's place is taken by the next attempt, and given back when that has succeeded. */
static void
test_lost (Fixture       *fixture,
           gconstpointer  data)
{
  chat_sign_in (&fixture->chat);
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_WAITING);
  assert_presence (fixture, "Your presence: Not connected");
  assert_banner (fixture, "Linnet tries again by itself.", "Try now");

  chat_new_server (&fixture->chat);
  chat_core_try_now (fixture->chat.core);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_CONNECTING);
  assert_presence (fixture, "Your presence: Connecting…");
  assert_banner (fixture, "…", NULL);

  chat_play_login (&fixture->chat, NULL);
  chat_settle (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_no_banner (fixture);
}

static void
test_keyring_fails (Fixture       *fixture,
                    gconstpointer  data)
{
  memory_secrets_break (fixture->chat.secrets, DESKTOP_SECRETS_ERROR_LOCKED);
  chat_sign_in (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_banner (fixture, "The keyring is locked. The password of romeo@montague.example was not kept", "Dismiss");
  gtk_widget_activate_action (fixture->banner, "banner.dismiss", NULL);
  assert_no_banner (fixture);
}

/* At the next start the account cannot sign in by itself: the password has to be typed, and the banner says so. */
static void
test_keyring_is_away (Fixture       *fixture,
                      gconstpointer  data)
{
  chat_sign_in (&fixture->chat);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  memory_secrets_break (fixture->chat.secrets, DESKTOP_SECRETS_ERROR_ABSENT);
  chat_restart (&fixture->chat);
  open_window (fixture);
  chat_load (&fixture->chat);
  chat_settle (&fixture->chat);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_STUCK);
  assert_banner (fixture, "There is no keyring on this computer. Type the password of romeo@montague.example", "Enter password…");
}

/* Less protection than before is said until the user knows why. */
static void
test_exposed (Fixture       *fixture,
              gconstpointer  data)
{
  chat_sign_in (&fixture->chat);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  chat_set_bound (&fixture->chat);
  chat_restart (&fixture->chat);
  open_window (fixture);
  chat_load (&fixture->chat);
  chat_play_login (&fixture->chat, NULL);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "The connection to montague.example is less protected than before", "Account settings…");
  g_signal_emit_by_name (ui_find_named (fixture->banner, "button"), "clicked");
  g_assert_cmpstr (fixture->asked->str, ==, "show-account'" OWN "' ");
  chat_account_accept_exposure (fixture->chat.account);
  assert_no_banner (fixture);
}

static void
count_children (GtkWidget *box,
                guint      expected)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL; child = gtk_widget_get_next_sibling (child))
    n++;
  g_assert_cmpuint (n, ==, expected);
}

/* The entry shows what others read; the texts used before stand below it, without that one. */
static void
test_status (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const history[] = { "One", "Two", "Three", "Four", "Five", "Six", NULL };
  GtkEditable *entry = ui_find_named (fixture->presence, "status");
  GtkWidget *set = ui_find_named (fixture->presence, "set_status");
  GtkWidget *list = ui_find_named (fixture->presence, "history");

  g_assert_false (gtk_widget_get_visible (list));
  chat_core_set_presence (fixture->chat.core, XMPP_SHOW_AVAILABLE, "Two");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "Two");
  g_assert_false (gtk_widget_get_sensitive (set));
  gtk_editable_set_text (entry, "Three");
  g_assert_true (gtk_widget_get_sensitive (set));

  g_settings_set_strv (fixture->settings, "status-history", history);
  while (!gtk_widget_get_visible (list))
    g_main_context_iteration (NULL, TRUE);
  count_children (list, 4);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (gtk_widget_get_first_child (list)), ==, "One");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (gtk_widget_get_last_child (list)), ==, "Five");
}

/* Where accounts differ nothing is ticked, and it is said why; what is chosen for all ends that. */
static void
test_mixed (Fixture       *fixture,
            gconstpointer  data)
{
  sign_in_both (fixture);
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->presence, "all_title")));
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->presence, "mixed")));
  assert_tick (fixture, XMPP_SHOW_AVAILABLE);
  chat_account_set_presence (ui_account (&fixture->chat, BENVOLIO), XMPP_SHOW_DND, NULL);
  chat_settle (&fixture->chat);
  assert_presence (fixture, "Your presence: Mixed");
  assert_tick (fixture, UI_SHOW_LIST_NONE);
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->presence, "mixed")));
  assert_no_banner (fixture);

  /* What is switched off does not count. */
  chat_account_set_enabled (ui_account (&fixture->chat, BENVOLIO), FALSE);
  chat_settle (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_tick (fixture, XMPP_SHOW_AVAILABLE);
  assert_no_banner (fixture);

  chat_account_set_enabled (fixture->chat.account, FALSE);
  chat_settle (&fixture->chat);
  assert_presence (fixture, "Your presence: Offline");
  assert_banner (fixture, "Your accounts are switched off.", "Accounts");
}

/* The page of one account: opened by its row, left by its button, and gone with the account. */
static void
test_one_account (Fixture       *fixture,
                  gconstpointer  data)
{
  UiAccountPresence *one = ui_find (fixture->presence, UI_TYPE_ACCOUNT_PRESENCE);
  GtkListBox *list = ui_find_named (fixture->presence, "accounts");
  UiShowList *shows = ui_find (one, UI_TYPE_SHOW_LIST);

  chat_sign_in (&fixture->chat);
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row_of (fixture, OWN))));
  fixture->other = ui_sign_in_other (&fixture->chat, BENVOLIO, "");
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row_of (fixture, OWN))));

  chat_account_set_presence (ui_account (&fixture->chat, BENVOLIO), XMPP_SHOW_XA, NULL);
  popup (fixture);
  g_signal_emit_by_name (list, "row-activated", row_of (fixture, BENVOLIO));
  g_assert_cmpstr (menu_page (fixture), ==, "one");
  g_assert_true (ui_account_presence_get_account (one) == ui_account (&fixture->chat, BENVOLIO));
  g_assert_cmpint (ui_show_list_get_current (shows), ==, XMPP_SHOW_XA);
  assert_focus (fixture, shows);
  g_signal_emit_by_name (one, "back");
  g_assert_cmpstr (menu_page (fixture), ==, "all");
  g_assert_null (ui_account_presence_get_account (one));
  assert_focus (fixture, row_of (fixture, BENVOLIO));

  g_signal_emit_by_name (list, "row-activated", row_of (fixture, BENVOLIO));
  g_signal_emit_by_name (shows, "chosen", XMPP_SHOW_AWAY);
  g_assert_cmpstr (fixture->asked->str, ==, "set-account-presence('" BENVOLIO "', 'away') ");
  chat_settle (&fixture->chat);
  g_assert_false (gtk_widget_get_mapped (ui_find_named (fixture->presence, "menu")));

  popup (fixture);
  g_assert_cmpstr (menu_page (fixture), ==, "all");
  g_signal_emit_by_name (list, "row-activated", row_of (fixture, BENVOLIO));
  chat_account_set_enabled (ui_account (&fixture->chat, BENVOLIO), FALSE);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (shows)));
  assert_focus (fixture, one);
  chat_accounts_remove (chat_core_get_accounts (fixture->chat.core), ui_account (&fixture->chat, BENVOLIO));
  g_assert_cmpstr (menu_page (fixture), ==, "all");
  assert_focus (fixture, ui_find_named (fixture->presence, "menu"));
  gtk_popover_popdown (GTK_POPOVER (ui_find_named (fixture->presence, "menu")));
  chat_settle (&fixture->chat);
}

/* Whose trouble it is, that there is more of it, and the one step that may help with the first. */
static void
test_several_in_trouble (Fixture       *fixture,
                         gconstpointer  data)
{
  sign_in_both (fixture);
  chat_account_set_name (ui_account (&fixture->chat, BENVOLIO), "<b>Street</b> %s");
  fake_server_hang_up (fixture->other);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "<b>Street</b> %s: The connection to montague.example was lost.", "Try now");
  g_assert_null (strstr (gtk_label_get_label (ui_find_named (fixture->banner, "sentence")), "more"));
  assert_presence (fixture, "Your presence: Available\n1 account is not connected");
  g_signal_emit_by_name (ui_find_named (fixture->banner, "button"), "clicked");
  g_assert_cmpstr (fixture->asked->str, ==, "try-account'" BENVOLIO "' ");

  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "romeo@montague.example: The connection", "Try now");
  assert_banner (fixture, "And 1 more account is not connected.", "Try now");
  assert_presence (fixture, "Your presence: Not connected");
}

/* That nothing can be stored goes before everything else, until something can be. */
static void
test_store_trouble (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *line = chat_long_line ("plague");

  chat_sign_in (&fixture->chat);
  chat_set_room (&fixture->chat, FALSE);
  chat_conversation_send (chat_with (&fixture->chat, JULIET), line);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "There is no room left on the disk", NULL);
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "There is no room left on the disk", NULL);
  chat_set_room (&fixture->chat, TRUE);
  chat_conversation_send (chat_with (&fixture->chat, NURSE), line);
  chat_settle (&fixture->chat);
  assert_banner (fixture, "The connection to montague.example was lost.", "Try now");
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  g_test_add ("/own-presence/shows", Fixture, NULL, set_up, test_shows, tear_down);
  g_test_add ("/own-presence/offline-by-choice", Fixture, NULL, set_up, test_offline_by_choice, tear_down);
  g_test_add ("/own-presence/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/own-presence/keyring-fails", Fixture, NULL, set_up, test_keyring_fails, tear_down);
  g_test_add ("/own-presence/keyring-is-away", Fixture, NULL, set_up, test_keyring_is_away, tear_down);
  g_test_add ("/own-presence/exposed", Fixture, NULL, set_up, test_exposed, tear_down);
  g_test_add ("/own-presence/status", Fixture, NULL, set_up, test_status, tear_down);
  g_test_add ("/own-presence/mixed", Fixture, NULL, set_up, test_mixed, tear_down);
  g_test_add ("/own-presence/one-account", Fixture, NULL, set_up, test_one_account, tear_down);
  g_test_add ("/own-presence/several-in-trouble", Fixture, NULL, set_up, test_several_in_trouble, tear_down);
  g_test_add ("/own-presence/store-trouble", Fixture, NULL, set_up, test_store_trouble, tear_down);
  return g_test_run ();
}
