/* Contacts in the main window: adding them, answering those who ask, and what the keyboard does in the list. */
#include "contacts-test.h"
#include "ui-add-contact.h"
#include "ui-chat-page.h"
#include "ui-contact-window.h"
#include "ui-contacts-list.h"
#include "ui-group-choice.h"
#include "ui-request-row.h"
#include "ui-request-strip.h"
#include "ui-requests.h"

/* --- adding --- */

/* The sentence beneath the address; "" for none. */
static const char *
note (gpointer dialog)
{
  return gtk_label_get_label (ui_find_named (ui_find_named (dialog, "note"), "sentence"));
}

static gpointer
open_dialog (Contacts *fixture)
{
  gpointer dialog;

  contacts_act (fixture, "add-contact", NULL);
  dialog = contacts_find_window (UI_TYPE_ADD_CONTACT);
  g_assert_nonnull (dialog);
  chat_settle (&fixture->chat);
  return dialog;
}

static void
test_add (Contacts *fixture, gconstpointer data)
{
  gpointer dialog = open_dialog (fixture);
  gpointer groups = ui_find (dialog, UI_TYPE_GROUP_CHOICE);
  XmppNode *set;

  g_assert_true (gtk_window_get_default_widget (dialog) == ui_find_named (dialog, "add"));
  g_assert_false (contacts_can_press (dialog, "add"));
  g_assert_false (ui_is_visible (dialog, "account_choice"));
  contacts_type (dialog, "address", " Paris@Verona.example ");
  g_assert_true (contacts_can_press (dialog, "add"));
  g_assert_false (ui_is_visible (dialog, "allow_row"));
  contacts_type (dialog, "name", "Count Paris");
  contacts_type (dialog, "words", "May I <see> you?");
  contacts_type (groups, "new_group", "Suitors");
  g_signal_emit_by_name (ui_find_named (groups, "new_group"), "apply");
  g_assert_cmpstr (adw_expander_row_get_subtitle (groups), ==, "Suitors");
  contacts_type (groups, "new_group", "Half typed");

  ui_click (ui_find_named (dialog, "add"));
  set = fake_server_expect (fixture->chat.server,
                            "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='" PARIS "' name='Count Paris'>"
                            "<group>Suitors</group><group>Half typed</group></item></query></iq>");
  g_assert_false (contacts_can_press (dialog, "add"));
  g_assert_true (gtk_spinner_get_spinning (ui_find_named (dialog, "spinner")));
  fake_server_reply (fixture->chat.server, set, NULL);
  fake_server_expect (fixture->chat.server,
                      "<presence type='subscribe' to='" PARIS "'><status>May I &lt;see&gt; you?</status></presence>");
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_ADD_CONTACT));
}

/* Where a consent can be given ahead it is, unless the user does not want that. */
static void
test_add_and_allow (Contacts *fixture, gconstpointer data)
{
  for (guint allow = 0; allow < 2; allow++) {
    gpointer dialog = open_dialog (fixture);
    XmppNode *set;

    contacts_type (dialog, "address", PARIS);
    g_assert_true (ui_is_visible (dialog, "allow_row"));
    g_assert_true (gtk_switch_get_active (ui_find_named (dialog, "allow")));
    gtk_switch_set_active (ui_find_named (dialog, "allow"), allow);
    ui_click (ui_find_named (dialog, "add"));
    set = fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
    fake_server_reply (fixture->chat.server, set, NULL);
    if (allow)
      fake_server_expect (fixture->chat.server, "<presence type='subscribed' to='" PARIS "'/>");
    fake_server_expect (fixture->chat.server, "<presence type='subscribe' to='" PARIS "'/>");
    chat_settle (&fixture->chat);
    fake_server_expect_nothing (fixture->chat.server);
  }
}

static void
test_addresses (Contacts *fixture, gconstpointer data)
{
  static const struct {
    const char *text, *note;
    gboolean    can_add, can_show;
  } cases[] = {
    { "", "", FALSE, FALSE },
    { "paris", "An address looks like juliet@capulet.example.", FALSE, FALSE },
    { "paris@", "", FALSE, FALSE },
    { "verona.example", "An address looks like juliet@capulet.example.", FALSE, FALSE },
    { "pa ris@verona.example", "The part before the @ contains something that no address may. Check it.", FALSE,
      FALSE },
    { "paris@ver ona", "The part after the @ is not a server's name. Check it.", FALSE, FALSE },
    { OWN, "This is your own address.", FALSE, FALSE },
    { OWN "/orchard", "This is your own address.", FALSE, FALSE },
    { JULIET, "Juliet is in your contact list already.", FALSE, TRUE },
    { PARIS, "", TRUE, FALSE },
    { PARIS "/tomb", "", TRUE, FALSE },
  };
  gpointer dialog = open_dialog (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].text);
    contacts_type (dialog, "address", cases[i].text);
    g_assert_cmpstr (note (dialog), ==, cases[i].note);
    g_assert_cmpint (contacts_can_press (dialog, "add"), ==, cases[i].can_add);
    g_assert_cmpint (ui_is_visible (dialog, "show"), ==, cases[i].can_show);
  }

  /* Who becomes a contact while one types can be shown, which closes the dialog. */
  contacts_push (fixture, "<item jid='" PARIS "' subscription='none'/>");
  contacts_type (dialog, "address", PARIS);
  g_assert_false (contacts_can_press (dialog, "add"));
  ui_click (ui_find_named (dialog, "show"));
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_ADD_CONTACT));
  g_assert_nonnull (contacts_find_window (UI_TYPE_CONTACT_WINDOW));
}

/* What was typed stays, and it can be tried again. */
static void
test_add_refused (Contacts *fixture, gconstpointer data)
{
  gpointer dialog = open_dialog (fixture);
  XmppNode *set;

  contacts_type (dialog, "address", PARIS);
  contacts_type (dialog, "name", "Count");
  ui_click (ui_find_named (dialog, "add"));
  set = fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  fake_server_reply_error (fixture->chat.server, set, "cancel", "not-allowed");
  chat_settle (&fixture->chat);
  g_assert_true (ui_is_visible (dialog, "trouble"));
  g_assert_cmpstr (contacts_words (dialog, "trouble"), ==, "The server allows nobody to do this. Ask whoever runs it.");
  g_assert_cmpstr (gtk_editable_get_text (ui_find_named (dialog, "name")), ==, "Count");
  g_assert_true (contacts_can_press (dialog, "add"));

  ui_click (ui_find_named (dialog, "add"));
  g_assert_false (ui_is_visible (dialog, "trouble"));
  fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  g_assert_true (ui_is_visible (dialog, "trouble"));
  g_assert_cmpstr (gtk_editable_get_text (ui_find_named (dialog, "address")), ==, PARIS);
  g_assert_false (contacts_can_press (dialog, "add"));
  contacts_press (dialog, "Escape");
}

static void
test_add_offline (Contacts *fixture, gconstpointer data)
{
  gpointer dialog = open_dialog (fixture);

  contacts_type (dialog, "address", PARIS);
  g_assert_true (contacts_can_press (dialog, "add"));
  contacts_go_offline (fixture);
  g_assert_false (contacts_can_press (dialog, "add"));
  g_assert_true (ui_is_visible (dialog, "trouble"));
  g_assert_nonnull (strstr (contacts_words (dialog, "trouble"), OWN));
}

/* Closed while the server is being asked: nothing of it is left, whenever the answer comes. */
static void
test_add_given_up (Contacts *fixture, gconstpointer data)
{
  gpointer dialog = open_dialog (fixture);
  XmppNode *set;

  g_object_add_weak_pointer (dialog, &dialog);
  contacts_type (dialog, "address", PARIS);
  ui_click (ui_find_named (dialog, "add"));
  set = fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'/></iq>");
  contacts_press (dialog, "Escape");
  chat_settle (&fixture->chat);
  g_assert_null (dialog);
  fake_server_reply (fixture->chat.server, set, NULL);
  chat_settle (&fixture->chat);
}

/* --- those who ask --- */

static GtkListBox *
request_list (Contacts *fixture)
{
  return ui_find_named (ui_find (fixture->window, UI_TYPE_REQUESTS), "list");
}

static gpointer
request_row (Contacts *fixture, guint position)
{
  return gtk_list_box_get_row_at_index (request_list (fixture), position);
}

/* Rows are made while the list is laid out. */
static GtkWidget *
wait_for_rows (Contacts *fixture)
{
  GtkWidget *view = ui_find_named (ui_find (fixture->window, UI_TYPE_CONTACTS_LIST), "view");

  while (gtk_widget_get_first_child (view) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return view;
}

static void
test_requests (Contacts *fixture, gconstpointer data)
{
  gpointer section = ui_find (fixture->window, UI_TYPE_REQUESTS);
  XmppNode *set;

  wait_for_rows (fixture);
  g_assert_false (gtk_widget_get_visible (section));
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->window, "dot_wide")));
  contacts_hear_request (fixture, PARIS, "<status>&lt;b&gt;Let me in</status>");
  contacts_hear_request (fixture, MERCUTIO, "");
  contacts_hear_request (fixture, "tybalt@capulet.example", "");
  g_assert_true (gtk_widget_is_visible (section));
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->window, "dot_wide")));
  g_assert_cmpstr (contacts_words (section, "count"), ==, "3");
  g_assert_cmpstr (contacts_words (request_row (fixture, 0), "address"), ==, PARIS);
  g_assert_cmpstr (contacts_words (request_row (fixture, 0), "words"), ==, "<b>Let me in");
  g_assert_false (gtk_label_get_use_markup (ui_find_named (request_row (fixture, 0), "words")));
  g_assert_false (ui_is_visible (request_row (fixture, 1), "words"));

  /* The keyboard goes on with the next one. */
  gtk_widget_grab_focus (ui_find_button (request_row (fixture, 0), "_Deny"));
  ui_click (ui_find_button (request_row (fixture, 0), "_Deny"));
  fake_server_expect (fixture->chat.server, "<presence type='unsubscribed' to='" PARIS "'/>");
  chat_settle (&fixture->chat);
  g_assert_cmpstr (contacts_words (section, "count"), ==, "2");
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == request_row (fixture, 0));

  gtk_widget_activate_action (ui_find_named (request_row (fixture, 0), "accept_and_add"), "answer.accept", NULL);
  fake_server_expect (fixture->chat.server, "<presence type='subscribed' to='" MERCUTIO "'/>");
  chat_settle (&fixture->chat);
  fake_server_expect_nothing (fixture->chat.server);
  g_assert_cmpstr (contacts_words (section, "count"), ==, "1");

  gtk_widget_activate_action (ui_find_named (request_row (fixture, 0), "accept_and_add"), "answer.accept-and-add",
                              NULL);
  set = fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'>"
                                                  "<item jid='tybalt@capulet.example'/></query></iq>");
  fake_server_reply (fixture->chat.server, set, NULL);
  fake_server_expect (fixture->chat.server, "<presence type='subscribed' to='tybalt@capulet.example'/>");
  fake_server_expect (fixture->chat.server, "<presence type='subscribe' to='tybalt@capulet.example'/>");
  chat_settle (&fixture->chat);
  g_assert_false (gtk_widget_get_visible (section));
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->window, "dot_wide")));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (fixture->window)),
                                         wait_for_rows (fixture)));
}

/* Who is a contact already is only accepted; offline nobody can be. */
static void
test_request_of_contact (Contacts *fixture, gconstpointer data)
{
  gpointer row;

  contacts_push (fixture, "<item jid='" JULIET "' name='Juliet' subscription='to'/>");
  contacts_hear_request (fixture, JULIET, "");
  row = request_row (fixture, 0);
  g_assert_false (ui_is_visible (row, "accept_and_add"));
  g_assert_true (contacts_can_press (row, "accept"));
  contacts_go_offline (fixture);
  if (request_row (fixture, 0) != NULL)
    g_assert_false (contacts_can_press (request_row (fixture, 0), "accept"));
}

static void
test_strip (Contacts *fixture, gconstpointer data)
{
  UiChatPage *page = ui_find_named (fixture->window, "chat_page");
  GtkWidget *strip = ui_find (page, UI_TYPE_REQUEST_STRIP);

  ui_window_open (fixture->window, chat_with (&fixture->chat, JULIET));
  g_assert_false (gtk_widget_get_visible (strip));
  ui_window_open (fixture->window, chat_with (&fixture->chat, PARIS));
  g_assert_true (gtk_widget_get_visible (strip));
  g_assert_true (gtk_widget_get_visible (ui_find_named (strip, "add")));
  g_assert_cmpstr (contacts_words (strip, "sentence"), ==, PARIS " is not in your contact list.");

  contacts_hear_request (fixture, PARIS, "<status>It is I</status>");
  g_assert_cmpstr (contacts_words (strip, "sentence"), ==, PARIS " asks to see your status.");
  g_assert_cmpstr (contacts_words (strip, "words"), ==, "It is I");
  g_assert_false (gtk_widget_get_visible (ui_find_named (strip, "add")));
  ui_click (ui_find_button (strip, "_Deny"));
  fake_server_expect (fixture->chat.server, "<presence type='unsubscribed' to='" PARIS "'/>");
  g_assert_true (gtk_widget_get_visible (ui_find_named (strip, "add")));

  /* With somebody known from the beginning only the rest is asked for. */
  contacts_act (fixture, "add-this-contact", PARIS);
  g_assert_cmpstr (gtk_editable_get_text (ui_find_named (contacts_find_window (UI_TYPE_ADD_CONTACT), "address")), ==, PARIS);
  g_assert_true (contacts_can_press (contacts_find_window (UI_TYPE_ADD_CONTACT), "add"));
  contacts_press (contacts_find_window (UI_TYPE_ADD_CONTACT), "Escape");
  contacts_push (fixture, "<item jid='" PARIS "' subscription='none' ask='subscribe'/>");
  g_assert_false (gtk_widget_get_visible (strip));

  ui_window_open (fixture->window, chat_with (&fixture->chat, OWN));
  g_assert_false (gtk_widget_get_visible (strip));
}

/* --- the list --- */

/* Whom one only looks at is no chat; whom one writes to is. */
static void
test_chats (Contacts *fixture, gconstpointer data)
{
  GListModel *conversations = G_LIST_MODEL (chat_core_get_conversations (fixture->chat.core));

  contacts_act (fixture, "open-chat", JULIET);
  g_assert_true (ui_chat_page_get_conversation (ui_find_named (fixture->window, "chat_page"))
                 == chat_with (&fixture->chat, JULIET));
  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, 0);
  chat_conversation_set_draft (chat_with (&fixture->chat, JULIET), "But soft");
  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, 1);
  chat_conversation_send (chat_with (&fixture->chat, NURSE), "Peter!");
  g_assert_cmpuint (g_list_model_get_n_items (conversations), ==, 2);
  chat_settle (&fixture->chat);
}

static gboolean
press_key (GtkWidget *view, guint keyval, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  gboolean handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
      g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &handled);
  }
  return handled;
}

static void
test_keys (Contacts *fixture, gconstpointer data)
{
  gpointer list = ui_find (fixture->window, UI_TYPE_CONTACTS_LIST);
  GtkWidget *view = wait_for_rows (fixture);
  gpointer row, dialog;

  row = gtk_widget_get_next_sibling (gtk_widget_get_first_child (view));   /* Juliet, beneath her group */
  gtk_widget_grab_focus (row);

  g_assert_true (press_key (view, GDK_KEY_Menu, 0));
  g_assert_true (gtk_widget_get_visible (ui_find (list, GTK_TYPE_POPOVER_MENU)));
  gtk_popover_popdown (ui_find (list, GTK_TYPE_POPOVER_MENU));
  gtk_widget_grab_focus (row);
  g_assert_true (press_key (view, GDK_KEY_F10, GDK_SHIFT_MASK));
  gtk_popover_popdown (ui_find (list, GTK_TYPE_POPOVER_MENU));

  gtk_widget_grab_focus (row);
  g_assert_true (press_key (view, GDK_KEY_Delete, 0));
  dialog = contacts_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  gtk_window_destroy (dialog);

  /* A group is nobody. */
  gtk_widget_grab_focus (gtk_widget_get_first_child (view));
  g_assert_false (press_key (view, GDK_KEY_Delete, 0));
  g_assert_false (press_key (view, GDK_KEY_Menu, 0));
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, ahead, test) \
  g_test_add ("/contacts/" path, Contacts, GINT_TO_POINTER (ahead), contacts_set_up, test, contacts_tear_down)
  ADD ("add/valid", FALSE, test_add);
  ADD ("add/and-allow", TRUE, test_add_and_allow);
  ADD ("add/addresses", FALSE, test_addresses);
  ADD ("add/refused", FALSE, test_add_refused);
  ADD ("add/offline", FALSE, test_add_offline);
  ADD ("add/given-up", FALSE, test_add_given_up);
  ADD ("requests/answers", FALSE, test_requests);
  ADD ("requests/of-contact", FALSE, test_request_of_contact);
  ADD ("requests/strip", FALSE, test_strip);
  ADD ("list/chats", FALSE, test_chats);
  ADD ("list/keys", FALSE, test_keys);
  return g_test_run ();
}
