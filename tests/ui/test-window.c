/* The window as a whole: which page it shows, folded and unfolded, what its actions do, and whom one may write to. */
#include "ui-chat-page.h"
#include "ui-new-chat.h"
#include "ui-sidebar.h"
#include "ui-test.h"
#include "ui-window.h"

typedef struct {
  Chat       chat;
  GSettings *settings;   /* (owned) */
  UiWindow  *window;
} Fixture;

/* @data: the window's width. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  chat_set_up (&fixture->chat, NULL);
  fixture->settings = g_settings_new ("im.linnet.Linnet");
  g_settings_set_int (fixture->settings, "window-width", GPOINTER_TO_INT (data));
  fixture->window = ui_window_new (NULL, fixture->settings);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gpointer window = fixture->window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  chat_settle (&fixture->chat);
  g_assert_null (window);
  g_settings_reset (fixture->settings, "window-width");
  g_settings_reset (fixture->settings, "sidebar-page");
  g_clear_object (&fixture->settings);
  chat_tear_down (&fixture->chat, NULL);
}

static gboolean
can_go_back (Fixture *fixture)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "back");
}

static void
activate (Fixture    *fixture,
          const char *action,
          const char *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action,
                                  parameter != NULL ? g_variant_new_string (parameter) : NULL);
}

static GtkWidget *
shown_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child (GTK_STACK (ui_find_named (fixture->window, "pages")));
}

/* The list is laid out over some frames, and folds while it is. */
static void
wait_until_folded (Fixture  *fixture,
                   gboolean  folded)
{
  AdwLeaflet *leaflet = ui_find_named (fixture->window, "leaflet");

  while (!gtk_widget_get_mapped (GTK_WIDGET (leaflet)) || adw_leaflet_get_folded (leaflet) != folded)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  g_assert_false (UI_IS_SIDEBAR (shown_page (fixture)));
  chat_load (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  g_assert_nonnull (ui_find_named (shown_page (fixture), "sign_in"));
  chat_sign_in (&fixture->chat);
  g_assert_true (ADW_IS_LEAFLET (shown_page (fixture)));
}

static void
test_wide (Fixture       *fixture,
           gconstpointer  data)
{
  GtkStack *content;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  wait_until_folded (fixture, FALSE);
  content = ui_find_named (fixture->window, "content");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (content), ==, "empty");
  g_assert_false (can_go_back (fixture));

  ui_window_open (fixture->window, chat_with (&fixture->chat, JULIET));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (content), ==, "chat");
  g_assert_true (ui_chat_page_get_conversation (ui_find_named (fixture->window, "chat_page"))
                 == chat_with (&fixture->chat, JULIET));
  g_assert_false (can_go_back (fixture));
}

static int
sidebar_width (Fixture *fixture)
{
  int natural;

  chat_settle (&fixture->chat);
  gtk_widget_measure (ui_find_named (fixture->window, "sidebar"), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL,
                      NULL);
  return natural;
}

/* What others say, and how they are called, makes nothing wider. */
static void
test_sidebar_width (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *long_word = g_strnfill (2000, 'W');
  int width;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  width = sidebar_width (fixture);
  chat_hear (&fixture->chat, JULIET "/balcony", "w1", long_word);
  chat_hear_request (&fixture->chat, "tybalt@capulet.example", long_word);
  g_assert_cmpint (sidebar_width (fixture), ==, width);
  ui_window_open (fixture->window, chat_with (&fixture->chat, JULIET));
  g_assert_cmpint (sidebar_width (fixture), ==, width);
}

static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  AdwLeaflet *leaflet;
  GtkWidget *sidebar;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  wait_until_folded (fixture, TRUE);
  leaflet = ui_find_named (fixture->window, "leaflet");
  sidebar = ui_find_named (fixture->window, "sidebar");
  g_assert_true (adw_leaflet_get_visible_child (leaflet) == sidebar);
  g_assert_false (can_go_back (fixture));

  ui_window_open (fixture->window, chat_with (&fixture->chat, JULIET));
  g_assert_true (adw_leaflet_get_visible_child (leaflet) != sidebar);
  g_assert_true (can_go_back (fixture));
  activate (fixture, "back", NULL);
  g_assert_true (adw_leaflet_get_visible_child (leaflet) == sidebar);
  g_assert_false (can_go_back (fixture));

  ui_window_open (fixture->window, chat_with (&fixture->chat, NURSE));
  activate (fixture, "show-page", "chats");
  g_assert_true (adw_leaflet_get_visible_child (leaflet) == sidebar);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (ui_find_named (sidebar, "stack")), ==, "chats");
}

static void
test_page_is_remembered (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autofree char *page = NULL;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  activate (fixture, "show-page", "chats");
  page = g_settings_get_string (fixture->settings, "sidebar-page");
  g_assert_cmpstr (page, ==, "chats");
}

static UiNewChat *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (UI_IS_NEW_CHAT (window))
      return UI_NEW_CHAT (window);
  }
  return NULL;
}

static void
test_new_chat (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct {
    const char *text;
    gboolean    valid;
  } cases[] = {
    { "", FALSE },
    { "mercutio", FALSE },
    { "mercutio@", FALSE },
    { "verona.example", FALSE },
    { "mer cutio@verona.example", FALSE },
    { MERCUTIO, TRUE },
  };
  UiNewChat *dialog;
  ChatConversation *opened;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  activate (fixture, "new-chat", NULL);
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gtk_editable_set_text (GTK_EDITABLE (ui_find_named (dialog, "address")), cases[i].text);
    g_assert_cmpint (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "chat"), ==,
                     cases[i].valid);
  }

  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "chat");
  opened = ui_chat_page_get_conversation (ui_find_named (fixture->window, "chat_page"));
  g_assert_true (opened == chat_with (&fixture->chat, MERCUTIO));
  if (find_dialog () != NULL)
    gtk_window_destroy (GTK_WINDOW (find_dialog ()));
}

/* Nobody can write into a conversation that is no more. */
static void
test_account_removed (Fixture       *fixture,
                      gconstpointer  data)
{
  UiChatPage *page = ui_find_named (fixture->window, "chat_page");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_sign_in (&fixture->chat);
  ui_window_set_core (fixture->window, fixture->chat.core);
  ui_window_open (fixture->window, chat_with (&fixture->chat, MERCUTIO));
  chat_core_remove_account_async (fixture->chat.core, fixture->chat.account, NULL, fake_result_cb, &result);
  fake_server_expect_end (fixture->chat.server);
  fake_server_end (fixture->chat.server);
  chat_core_remove_account_finish (fixture->chat.core, fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_null (ui_chat_page_get_conversation (page));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (ui_find_named (fixture->window, "content")), ==, "empty");
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  g_test_add ("/window/pages", Fixture, GINT_TO_POINTER (1024), set_up, test_pages, tear_down);
  g_test_add ("/window/wide", Fixture, GINT_TO_POINTER (1024), set_up, test_wide, tear_down);
  g_test_add ("/window/sidebar-width", Fixture, GINT_TO_POINTER (1024), set_up, test_sidebar_width, tear_down);
  g_test_add ("/window/narrow", Fixture, GINT_TO_POINTER (400), set_up, test_narrow, tear_down);
  g_test_add ("/window/page-is-remembered", Fixture, GINT_TO_POINTER (1024), set_up, test_page_is_remembered,
              tear_down);
  g_test_add ("/window/new-chat", Fixture, GINT_TO_POINTER (1024), set_up, test_new_chat, tear_down);
  g_test_add ("/window/account-removed", Fixture, GINT_TO_POINTER (400), set_up, test_account_removed, tear_down);
  return g_test_run ();
}
