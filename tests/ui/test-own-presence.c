/* How the window says that we are there or not: the presence button, its menu, and the banner. */
#include "ui-banner.h"
#include "ui-presence-button.h"
#include "ui-test.h"
#include "xmpp-error.h"

typedef struct {
  Chat       chat;
  GSettings *settings;   /* (owned) */
  GtkWidget *window;
  GtkWidget *presence;
  GtkWidget *banner;
} Fixture;

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
  ui_presence_button_set_core (UI_PRESENCE_BUTTON (fixture->presence), fixture->chat.core, fixture->settings);
  ui_banner_set_core (UI_BANNER (fixture->banner), fixture->chat.core);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  chat_set_up (&fixture->chat, NULL);
  fixture->settings = g_settings_new ("im.linnet.Linnet");
  open_window (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "status-history");
  g_clear_object (&fixture->settings);
  chat_settle (&fixture->chat);
  chat_tear_down (&fixture->chat, NULL);
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

static void
assert_tick (Fixture    *fixture,
             const char *ticked)   /* (nullable): none */
{
  static const char *const ids[] = { "available", "chat", "away", "xa", "dnd", "offline" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *tick = g_strconcat (ids[i], "_tick", NULL);

    g_assert_cmpint (gtk_widget_get_visible (ui_find_named (fixture->presence, tick)), ==,
                     g_strcmp0 (ids[i], ticked) == 0);
  }
}

static void
test_shows (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct {
    XmppShow    show;
    const char *id, *words;
  } cases[] = {
    { XMPP_SHOW_CHAT, "chat", "Your presence: Free to chat" },
    { XMPP_SHOW_AWAY, "away", "Your presence: Away" },
    { XMPP_SHOW_XA, "xa", "Your presence: Extended away" },
    { XMPP_SHOW_DND, "dnd", "Your presence: Do not disturb" },
    { XMPP_SHOW_AVAILABLE, "available", "Your presence: Available" },
  };

  chat_sign_in (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_tick (fixture, "available");
  assert_no_banner (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    chat_core_set_presence (fixture->chat.core, cases[i].show, NULL);
    assert_presence (fixture, cases[i].words);
    assert_tick (fixture, cases[i].id);
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
  assert_tick (fixture, "offline");
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
  assert_banner (fixture, "montague.example", "Try now");

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
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "The keyring is locked");

  memory_secrets_fail (fixture->chat.secrets, error);
  chat_sign_in (&fixture->chat);
  assert_presence (fixture, "Your presence: Available");
  assert_banner (fixture, "keyring", "Dismiss");
  gtk_widget_activate_action (fixture->banner, "banner.dismiss", NULL);
  assert_no_banner (fixture);
}

/* At the next start the account cannot sign in by itself: the password has to be typed, and the banner says so. */
static void
test_keyring_is_away (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "There is no keyring");

  chat_sign_in (&fixture->chat);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  memory_secrets_fail (fixture->chat.secrets, error);
  chat_restart (&fixture->chat);
  open_window (fixture);
  chat_load (&fixture->chat);
  chat_settle (&fixture->chat);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_STUCK);
  assert_banner (fixture, "The keyring cannot be opened. Type the password of romeo@montague.example", "Enter password…");
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
  g_test_add ("/own-presence/status", Fixture, NULL, set_up, test_status, tear_down);
  return g_test_run ();
}
