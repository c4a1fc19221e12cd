/* The window of one contact: who sees whom in words and by buttons, name and groups, removing, and being offline. */
#include "contacts-test.h"
#include "ui-add-contact.h"
#include "ui-contact-window.h"
#include "ui-group-choice.h"

static gpointer
open_contact (Contacts *fixture, const char *jid)
{
  gpointer window;

  contacts_act (fixture, "show-contact", jid);
  window = contacts_find_window (UI_TYPE_CONTACT_WINDOW);
  g_assert_nonnull (window);
  chat_settle (&fixture->chat);
  return window;
}

/* The labels of the buttons that can be seen, in order. */
static char *
list_steps (gpointer window)
{
  static const char *const places[] = {
    "ask", "ask_again", "take_back", "stop_seeing", "allow", "deny", "allow_ahead", "withdraw", "stop_showing",
  };
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (gtk_widget_get_visible (ui_find_named (window, places[i])))
      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", places[i]);
  return g_string_free (list, FALSE);
}

/* RFC 6121 appendix A.1: all nine, and what was allowed ahead (§3.4). */
static void
test_states (Contacts *fixture, gconstpointer data)
{
  static const struct {
    const char *attributes;
    gboolean    asking;
    const char *seeing, *showing, *steps;
  } cases[] = {
    { "subscription='none'", FALSE, "No", "No", "ask allow_ahead" },
    { "subscription='none' ask='subscribe'", FALSE, "Asked, not answered yet", "No",
      "ask_again take_back allow_ahead" },
    { "subscription='none'", TRUE, "No", "They ask to see it", "ask allow deny" },
    { "subscription='none' ask='subscribe'", TRUE, "Asked, not answered yet", "They ask to see it",
      "ask_again take_back allow deny" },
    { "subscription='to'", FALSE, "Yes", "No", "stop_seeing allow_ahead" },
    { "subscription='to'", TRUE, "Yes", "They ask to see it", "stop_seeing allow deny" },
    { "subscription='from'", FALSE, "No", "Yes", "ask stop_showing" },
    { "subscription='from' ask='subscribe'", FALSE, "Asked, not answered yet", "Yes",
      "ask_again take_back stop_showing" },
    { "subscription='both'", FALSE, "Yes", "Yes", "stop_seeing stop_showing" },
    { "subscription='none' approved='true'", FALSE, "No", "Allowed in advance: as soon as they ask", "ask withdraw" },
    { "subscription='to' approved='true'", FALSE, "Yes", "Allowed in advance: as soon as they ask",
      "stop_seeing withdraw" },
  };
  gpointer window;

  contacts_push (fixture, "<item jid='" PARIS "' subscription='none'/>");
  window = open_contact (fixture, PARIS);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *item = g_strdup_printf ("<item jid='" PARIS "' %s/>", cases[i].attributes);
    g_autofree char *steps = NULL;

    g_test_message ("%s%s", cases[i].attributes, cases[i].asking ? ", asking" : "");
    contacts_push (fixture, item);
    chat_contact_take_request (chat_contact (&fixture->chat, PARIS), cases[i].asking, NULL);
    steps = list_steps (window);
    g_assert_cmpstr (contacts_words (window, "seeing"), ==, cases[i].seeing);
    g_assert_cmpstr (contacts_words (window, "showing"), ==, cases[i].showing);
    g_assert_cmpstr (steps, ==, cases[i].steps);
  }
}

static void
test_steps (Contacts *fixture, gconstpointer data)
{
  static const struct {
    const char *attributes;
    gboolean    asking;
    const char *button, *type;
  } cases[] = {
    { "subscription='none'", FALSE, "ask", "subscribe" },
    { "subscription='none' ask='subscribe'", FALSE, "ask_again", "subscribe" },
    { "subscription='none' ask='subscribe'", FALSE, "take_back", "unsubscribe" },
    { "subscription='to'", FALSE, "stop_seeing", "unsubscribe" },
    { "subscription='none'", TRUE, "allow", "subscribed" },
    { "subscription='none'", TRUE, "deny", "unsubscribed" },
    { "subscription='none'", FALSE, "allow_ahead", "subscribed" },
    { "subscription='none' approved='true'", FALSE, "withdraw", "unsubscribed" },
    { "subscription='from'", FALSE, "stop_showing", "unsubscribed" },
  };
  gpointer window;

  contacts_push (fixture, "<item jid='" PARIS "' subscription='none'/>");
  window = open_contact (fixture, PARIS);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *item = g_strdup_printf ("<item jid='" PARIS "' %s/>", cases[i].attributes);
    g_autofree char *pattern = g_strdup_printf ("<presence type='%s' to='" PARIS "'/>", cases[i].type);

    g_test_message ("%s", cases[i].button);
    contacts_push (fixture, item);
    chat_contact_take_request (chat_contact (&fixture->chat, PARIS), cases[i].asking, NULL);
    fake_server_forget (fixture->chat.server);
    ui_click (ui_find_named (window, cases[i].button));
    fake_server_expect (fixture->chat.server, pattern);
    chat_settle (&fixture->chat);
    fake_server_expect_nothing (fixture->chat.server);
  }
}

/* The button that was pressed goes; the one in its place has the keyboard. */
static void
test_step_focus (Contacts *fixture, gconstpointer data)
{
  gpointer window = open_contact (fixture, JULIET);

  gtk_widget_grab_focus (ui_find_named (window, "stop_seeing"));
  ui_click (ui_find_named (window, "stop_seeing"));
  contacts_push (fixture, "<item jid='" JULIET "' name='Juliet' subscription='from'/>");
  g_assert_true (gtk_root_get_focus (window) == ui_find_named (window, "ask"));
}

static void
test_rename (Contacts *fixture, gconstpointer data)
{
  gpointer window, entry;
  XmppNode *set;

  contacts_act (fixture, "rename-contact", NURSE);
  window = contacts_find_window (UI_TYPE_CONTACT_WINDOW);
  entry = ui_find_named (window, "name");
  chat_settle (&fixture->chat);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "Nurse");
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (window), entry));
  contacts_type (window, "name", "  Angelica <i> ");
  g_signal_emit_by_name (entry, "apply");
  set = fake_server_expect (fixture->chat.server,
                            "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='" NURSE "'"
                            " name='Angelica &lt;i&gt;'><group>Capulets</group><group>Friends</group></item></query>"
                            "</iq>");
  contacts_push (fixture, "<item jid='" NURSE "' name='Angelica &lt;i&gt;' subscription='both'><group>Capulets</group>"
                 "<group>Friends</group></item>");
  fake_server_reply (fixture->chat.server, set, NULL);
  chat_settle (&fixture->chat);
  g_assert_cmpstr (contacts_words (window, "heading"), ==, "Angelica <i>");
  g_assert_false (gtk_label_get_use_markup (ui_find_named (window, "heading")));
}

/* Checks and unchecks; what the server refuses is not shown as if it were so. */
static void
test_groups (Contacts *fixture, gconstpointer data)
{
  gpointer window = open_contact (fixture, JULIET);
  gpointer groups = ui_find (window, UI_TYPE_GROUP_CHOICE);
  XmppNode *set;

  g_assert_cmpstr (adw_expander_row_get_subtitle (groups), ==, "Capulets");
  contacts_type (groups, "new_group", "Loves & <b>");
  g_signal_emit_by_name (ui_find_named (groups, "new_group"), "apply");
  set = fake_server_expect (fixture->chat.server,
                            "<iq type='set'><query xmlns='jabber:iq:roster'><item jid='" JULIET "' name='Juliet'>"
                            "<group>Capulets</group><group>Loves &amp; &lt;b&gt;</group></item></query></iq>");
  g_assert_cmpstr (adw_expander_row_get_subtitle (groups), ==, "Capulets, Loves & <b>");
  fake_server_reply_error (fixture->chat.server, set, "modify", "not-acceptable");
  chat_settle (&fixture->chat);
  g_assert_cmpstr (adw_expander_row_get_subtitle (groups), ==, "Capulets");
}

static void
test_remove (Contacts *fixture, gconstpointer data)
{
  gpointer window = open_contact (fixture, JULIET), dialog;
  XmppNode *set;

  gtk_widget_activate_action (window, "contact.remove", NULL);
  dialog = contacts_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (dialog), JULIET));
  adw_message_dialog_response (dialog, "cancel");
  gtk_window_destroy (dialog);
  chat_settle (&fixture->chat);
  fake_server_expect_nothing (fixture->chat.server);

  gtk_widget_activate_action (window, "contact.remove", NULL);
  dialog = contacts_find_window (ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_response (dialog, "remove");
  gtk_window_destroy (dialog);
  set = fake_server_expect (fixture->chat.server, "<iq type='set'><query xmlns='jabber:iq:roster'>"
                                                  "<item jid='" JULIET "' subscription='remove'/></query></iq>");
  contacts_push (fixture, "<item jid='" JULIET "' subscription='remove'/>");
  fake_server_reply (fixture->chat.server, set, NULL);
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_CONTACT_WINDOW));
}

static void
test_window_offline (Contacts *fixture, gconstpointer data)
{
  gpointer window = open_contact (fixture, JULIET);

  g_assert_false (ui_is_visible (window, "offline"));
  g_assert_true (contacts_can_press (window, "stop_seeing"));
  contacts_go_offline (fixture);
  g_assert_true (ui_is_visible (window, "offline"));
  g_assert_nonnull (strstr (contacts_words (window, "offline"), OWN));
  g_assert_false (contacts_can_press (window, "stop_seeing"));
  g_assert_false (contacts_can_press (window, "remove"));
  g_assert_false (gtk_widget_is_sensitive (ui_find_named (window, "name")));
  contacts_press (window, "Escape");
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_CONTACT_WINDOW));
}

/* Somebody who is no contact can be added from there. */
static void
test_stranger (Contacts *fixture, gconstpointer data)
{
  gpointer window;

  chat_with (&fixture->chat, PARIS);
  window = open_contact (fixture, PARIS);
  g_assert_false (ui_is_visible (window, "entry"));
  g_assert_false (ui_is_visible (window, "remove"));
  g_assert_true (contacts_can_press (window, "add"));
  gtk_widget_activate_action (window, "contact.add", NULL);
  g_assert_true (gtk_window_get_transient_for (contacts_find_window (UI_TYPE_ADD_CONTACT)) == window);
  contacts_push (fixture, "<item jid='" PARIS "' subscription='none'/>");
  g_assert_true (ui_is_visible (window, "entry"));
  g_assert_false (ui_is_visible (window, "add"));

  /* Nobody is shown who is not known. */
  contacts_press (contacts_find_window (UI_TYPE_ADD_CONTACT), "Escape");
  contacts_press (window, "Escape");
  contacts_act (fixture, "show-contact", "nobody@nowhere.example");
  contacts_act (fixture, "remove-contact", MERCUTIO);
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_CONTACT_WINDOW));
  g_assert_null (contacts_find_window (ADW_TYPE_MESSAGE_DIALOG));
}

/* The window of somebody goes with the account, also if they are no contact. */
static void
test_account_removed (Contacts *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  contacts_hear_request (fixture, PARIS, "");
  open_contact (fixture, PARIS);
  chat_core_remove_account_async (fixture->chat.core, fixture->chat.account, NULL, fake_result_cb, &result);
  fake_server_expect_end (fixture->chat.server);
  fake_server_end (fixture->chat.server);
  chat_core_remove_account_finish (fixture->chat.core, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (&fixture->chat);
  g_assert_null (contacts_find_window (UI_TYPE_CONTACT_WINDOW));
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, ahead, test) \
  g_test_add ("/contact-window/" path, Contacts, GINT_TO_POINTER (ahead), contacts_set_up, test, contacts_tear_down)
  ADD ("states", TRUE, test_states);
  ADD ("steps", TRUE, test_steps);
  ADD ("step-focus", FALSE, test_step_focus);
  ADD ("rename", FALSE, test_rename);
  ADD ("groups", FALSE, test_groups);
  ADD ("remove", FALSE, test_remove);
  ADD ("offline", FALSE, test_window_offline);
  ADD ("stranger", FALSE, test_stranger);
  ADD ("account-removed", FALSE, test_account_removed);
  return g_test_run ();
}
