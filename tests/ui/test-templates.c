/* Every widget can be made, and goes away when it is closed: nothing keeps a page alive. */
#include <adwaita.h>

#include "chat-test.h"
#include "ui-account-page.h"
#include "ui-account-row.h"
#include "ui-accounts-list.h"
#include "ui-accounts-row.h"
#include "ui-answers.h"
#include "ui-application.h"
#include "ui-avatar.h"
#include "ui-banner.h"
#include "ui-chat-page.h"
#include "ui-chats-list.h"
#include "ui-colour-choice.h"
#include "ui-composer.h"
#include "ui-connection-page.h"
#include "ui-contact-row.h"
#include "ui-contacts-list.h"
#include "ui-conversation-row.h"
#include "ui-fact-row.h"
#include "ui-field-note.h"
#include "ui-group-choice.h"
#include "ui-group-row.h"
#include "ui-login-options.h"
#include "ui-message-body.h"
#include "ui-message-row.h"
#include "ui-new-chat.h"
#include "ui-presence-button.h"
#include "ui-presence-menu.h"
#include "ui-request-row.h"
#include "ui-request-strip.h"
#include "ui-requests.h"
#include "ui-sidebar.h"
#include "ui-sign-in.h"
#include "ui-timeline-view.h"
#include "ui-window.h"

/* Each type that has a template, by its function: a type is known only once that was called. */
static GType (*const types[]) (void) = {
  ui_account_page_get_type,
  ui_account_row_get_type,
  ui_accounts_list_get_type,
  ui_accounts_row_get_type,
  ui_answers_get_type,
  ui_avatar_get_type,
  ui_banner_get_type,
  ui_chat_page_get_type,
  ui_chats_list_get_type,
  ui_colour_choice_get_type,
  ui_composer_get_type,
  ui_connection_page_get_type,
  ui_contact_row_get_type,
  ui_contacts_list_get_type,
  ui_conversation_row_get_type,
  ui_fact_row_get_type,
  ui_field_note_get_type,
  ui_group_choice_get_type,
  ui_group_row_get_type,
  ui_login_options_get_type,
  ui_message_body_get_type,
  ui_message_row_get_type,
  ui_presence_button_get_type,
  ui_presence_menu_get_type,
  ui_request_row_get_type,
  ui_request_strip_get_type,
  ui_requests_get_type,
  ui_sidebar_get_type,
  ui_sign_in_get_type,
  ui_timeline_view_get_type,
};

static void
run_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Frames are drawn for as long as something moves: what is waited for comes within them. */
static void
run_until_mapped (GtkWidget *widget)
{
  while (!gtk_widget_get_mapped (widget))
    g_main_context_iteration (NULL, TRUE);
  run_loop ();
}

static void
assert_gone (gpointer *weak)
{
  run_loop ();
  g_assert_null (*weak);
}

static void
test_type (gconstpointer data)
{
  GType type = GPOINTER_TO_SIZE (data);
  gpointer widget = g_object_ref_sink (g_object_new (type, NULL));
  gpointer weak = widget;

  g_object_add_weak_pointer (widget, &weak);
  g_object_unref (widget);
  assert_gone (&weak);
}

static void
test_shown (gconstpointer data)
{
  GType type = GPOINTER_TO_SIZE (data);
  GtkWidget *window = gtk_window_new ();
  gpointer weak_window = window, weak;
  GtkWidget *widget = g_object_new (type, NULL);

  weak = widget;
  g_object_add_weak_pointer (G_OBJECT (window), &weak_window);
  g_object_add_weak_pointer (G_OBJECT (widget), &weak);
  if (GTK_IS_LIST_BOX_ROW (widget)) {
    GtkWidget *list = gtk_list_box_new ();

    gtk_list_box_append (GTK_LIST_BOX (list), widget);
    gtk_window_set_child (GTK_WINDOW (window), list);
  } else {
    gtk_window_set_child (GTK_WINDOW (window), widget);
  }
  gtk_window_present (GTK_WINDOW (window));
  run_until_mapped (window);
  gtk_window_destroy (GTK_WINDOW (window));
  assert_gone (&weak);
  assert_gone (&weak_window);
}

static void
test_new_chat (Chat          *chat,
               gconstpointer  data)
{
  GtkWidget *dialog = ui_new_chat_new (NULL, chat->core, NULL);
  gpointer weak = dialog;

  g_object_add_weak_pointer (G_OBJECT (dialog), &weak);
  gtk_window_present (GTK_WINDOW (dialog));
  run_until_mapped (dialog);
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_gone (&weak);
}

static void
test_empty_window (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.linnet.Linnet");
  UiWindow *window = ui_window_new (NULL, settings);
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_present (GTK_WINDOW (window));
  run_until_mapped (GTK_WIDGET (window));
  gtk_window_destroy (GTK_WINDOW (window));
  assert_gone (&weak);
}

/* The whole window with everything in it, opened, used and closed; then nothing of the chat layer may be left either,
 * which chat_tear_down() finds out. */
static void
test_full_window (Chat          *chat,
                  gconstpointer  page)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.linnet.Linnet");
  UiWindow *window = ui_window_new (NULL, settings);
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  chat_sign_in (chat);
  ui_window_set_core (window, chat->core);
  ui_window_show_page (window, page);
  gtk_window_present (GTK_WINDOW (window));
  run_until_mapped (GTK_WIDGET (window));

  chat_hear_presence (chat, JULIET "/balcony", "<show>dnd</show><status>O Romeo</status>");
  chat_hear (chat, JULIET "/balcony", "1", "Good night, good night!");
  ui_window_open (window, chat_with (chat, JULIET));
  chat_settle (chat);
  ui_window_popup_presence (window);
  run_loop ();
  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, "Gone");
  chat_settle (chat);
  run_loop ();

  gtk_window_destroy (GTK_WINDOW (window));
  assert_gone (&weak);
}

/* Someone who is not signed in yet, and closes the window over it. */
static void
test_sign_in_window (Chat          *chat,
                     gconstpointer  data)
{
  g_autoptr (GSettings) settings = g_settings_new ("im.linnet.Linnet");
  UiWindow *window = ui_window_new (NULL, settings);
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  chat_load (chat);
  ui_window_set_core (window, chat->core);
  gtk_window_present (GTK_WINDOW (window));
  run_until_mapped (GTK_WIDGET (window));
  gtk_window_destroy (GTK_WINDOW (window));
  assert_gone (&weak);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/im/linnet/Linnet/icons");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GType type = types[i]();
    g_autofree char *made = g_strdup_printf ("/templates/made/%s", g_type_name (type));
    g_autofree char *shown = g_strdup_printf ("/templates/shown/%s", g_type_name (type));

    g_test_add_data_func (made, GSIZE_TO_POINTER (type), test_type);
    if (!g_type_is_a (type, GTK_TYPE_POPOVER))
      g_test_add_data_func (shown, GSIZE_TO_POINTER (type), test_shown);
  }
  g_test_add ("/templates/new-chat", Chat, NULL, chat_set_up, test_new_chat, chat_tear_down);
  g_test_add_func ("/templates/window/empty", test_empty_window);
  g_test_add ("/templates/window/chats", Chat, "chats", chat_set_up, test_full_window, chat_tear_down);
  g_test_add ("/templates/window/contacts", Chat, "contacts", chat_set_up, test_full_window, chat_tear_down);
  g_test_add ("/templates/window/sign-in", Chat, NULL, chat_set_up, test_sign_in_window, chat_tear_down);
  return g_test_run ();
}
