/* The page: who it is, what is read, where the keyboard goes, and that nothing is left of it when it is closed. */
#include "ui-test.h"

#include "ui-chat-page.h"
#include "ui-composer.h"
#include "ui-message-row.h"
#include "ui-timeline-area.h"
#include "ui-timeline-view.h"

static UiChatPage *
open_page (Ui *ui)
{
  UiChatPage *page = UI_CHAT_PAGE (ui_chat_page_new ());

  ui_chat_page_set_conversation (page, ui->conversation);
  ui_show (ui, GTK_WIDGET (page), 600, 500);
  ui_settle (ui);
  return page;
}

static const char *
words (UiChatPage *page, const char *name)
{
  return gtk_label_get_label (ui_find_named (page, name));
}

static void
set_up_online (Ui *ui, gconstpointer data)
{
  chat_set_up (&ui->chat, NULL);
  chat_sign_in (&ui->chat);
  ui->conversation = g_object_ref (chat_with (&ui->chat, JULIET));
}

static void
test_header (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);

  g_assert_cmpstr (words (page, "name"), ==, "Juliet");
  g_assert_cmpstr (words (page, "subtitle"), ==, "Offline");
  chat_hear_presence (&ui->chat, JULIET "/balcony", "<show>chat</show><status>On the &lt;b&gt;balcony</status>");
  chat_settle (&ui->chat);
  g_assert_cmpstr (words (page, "subtitle"), ==, "On the <b>balcony");
  chat_hear_presence (&ui->chat, JULIET "/garden", "");
  chat_settle (&ui->chat);
  g_assert_true (g_str_has_suffix (words (page, "subtitle"), " · 2 devices"));

  fake_server_send (ui->chat.server, "<iq type='set' id='push'><query xmlns='jabber:iq:roster'>"
                                     "<item jid='" JULIET "' name='Juliet C.' subscription='both'/></query></iq>");
  chat_settle (&ui->chat);
  g_assert_cmpstr (words (page, "name"), ==, "Juliet C.");
  g_assert_cmpstr (words (page, "placeholder"), ==, "Message \xe2\x81\xa8Juliet C.\xe2\x81\xa9");

  ui_chat_page_set_conversation (page, chat_with (&ui->chat, MERCUTIO));
  g_assert_cmpstr (words (page, "name"), ==, "mercutio");
  g_assert_cmpstr (words (page, "subtitle"), ==, MERCUTIO);
  chat_hear_presence (&ui->chat, JULIET "/balcony", NULL);
  chat_settle (&ui->chat);
  g_assert_cmpstr (words (page, "name"), ==, "mercutio");
  ui_chat_page_set_conversation (page, NULL);
}

static void
test_typing_notice (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  GtkRevealer *revealer = ui_find_named (page, "typing_revealer");

  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  chat_conversation_set_typing (ui->conversation, TRUE);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpstr (words (page, "typing"), ==, "juliet is typing…");
  ui_settle (ui);
  g_assert_true (ui_timeline_view_get_at_bottom (ui_find (page, UI_TYPE_TIMELINE_VIEW)));
  ui_chat_page_set_conversation (page, chat_with (&ui->chat, NURSE));
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  ui_chat_page_set_conversation (page, ui->conversation);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  chat_conversation_set_typing (ui->conversation, FALSE);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
}

static gboolean
is_active (gpointer window)
{
  return gtk_window_is_active (window);
}

static gboolean
is_looked_at (ChatConversation *conversation)
{
  gboolean active;

  g_object_get (conversation, "active", &active, NULL);
  return active;
}

/* Read is what is in view of an active window. */
static void
test_reading (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  ChatConversation *nurse = chat_with (&ui->chat, NURSE);
  GtkScrollable *area = ui_find (page, UI_TYPE_TIMELINE_AREA);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (area);

  fake_wait_until (is_active, ui->window, "an active window");
  ui_settle (ui);
  g_assert_true (is_looked_at (ui->conversation));
  ui_hear (ui, 3, "seen");
  g_assert_cmpuint (chat_conversation_get_unread (ui->conversation), ==, 0);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 300);
  ui_settle (ui);
  g_assert_false (is_looked_at (ui->conversation));
  ui_hear (ui, 3, "not seen");
  g_assert_cmpuint (chat_conversation_get_unread (ui->conversation), ==, 3);
  ui_click (ui_find_named (page, "to_bottom"));
  ui_settle (ui);
  g_assert_cmpuint (chat_conversation_get_unread (ui->conversation), ==, 0);

  ui_chat_page_set_conversation (page, nurse);
  g_assert_false (is_looked_at (ui->conversation));
  g_assert_true (is_looked_at (nurse));
  gtk_widget_set_visible (GTK_WIDGET (page), FALSE);
  g_assert_false (is_looked_at (nurse));
  gtk_widget_set_visible (GTK_WIDGET (page), TRUE);
  g_assert_true (is_looked_at (nurse));
}

/* Sending from further up goes to the line that was sent. */
static void
test_sending (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  UiTimelineArea *area = ui_find (page, UI_TYPE_TIMELINE_AREA);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (area));
  ChatTimeline *timeline = chat_conversation_get_timeline (ui->conversation);
  GtkTextView *text = ui_find (page, GTK_TYPE_TEXT_VIEW);
  ChatMessage *last;

  for (guint i = 0; i < 2; i++) {
    /* At first a little further up, then so far that the newest lines are not there. */
    do {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 700);
      ui_settle (ui);
    } while (i == 1 && chat_timeline_get_at_end (timeline));
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (text), "So thrive my soul", -1);
    gtk_widget_activate_action (ui_find (page, UI_TYPE_COMPOSER), "composer.send", NULL);
    ui_settle (ui);
    g_assert_true (chat_timeline_get_at_end (timeline));
    g_assert_true (ui_timeline_view_get_at_bottom (ui_find (page, UI_TYPE_TIMELINE_VIEW)));
    g_assert_cmpfloat (ui_timeline_area_count_below (area), ==, 0);
    last = chat_line (timeline, g_list_model_get_n_items (G_LIST_MODEL (timeline)) - 1);
    g_assert_cmpstr (chat_message_get_body (last), ==, "So thrive my soul");
  }
}

static gpointer
focus_after (Ui *ui, GtkDirectionType direction)
{
  g_signal_emit_by_name (ui->window, "move-focus", direction);
  return gtk_root_get_focus (GTK_ROOT (ui->window));
}

static void
test_focus (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  GtkWidget *text = ui_find (page, GTK_TYPE_TEXT_VIEW);
  GtkListBox *list = ui_timeline_area_get_list (ui_find (page, UI_TYPE_TIMELINE_AREA));
  gpointer focus;

  ui_chat_page_focus_composer (page);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (ui->window)) == text);
  focus = focus_after (ui, GTK_DIR_TAB_BACKWARD);
  g_assert_true (UI_IS_MESSAGE_ROW (focus));
  g_assert_true (focus == gtk_list_box_get_row_at_index (list, 19));

  /* Through what is in the row, and with the next step out. */
  focus = focus_after (ui, GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_widget_get_ancestor (focus, UI_TYPE_MESSAGE_ROW)
                 == GTK_WIDGET (gtk_list_box_get_row_at_index (list, 19)));
  g_assert_true (focus_after (ui, GTK_DIR_TAB_FORWARD) == text);

  /* Without lines the list is no stop. */
  ui_chat_page_set_conversation (page, chat_with (&ui->chat, NURSE));
  ui_chat_page_focus_composer (page);
  focus = focus_after (ui, GTK_DIR_TAB_BACKWARD);
  g_assert_true (focus != text);
  g_assert_false (gtk_widget_is_ancestor (focus, ui_find (page, UI_TYPE_TIMELINE_VIEW)));
}

static void
test_banner (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  GtkWidget *banner = gtk_label_new ("Something");

  ui_chat_page_set_banner (page, banner);
  g_assert_true (gtk_widget_is_ancestor (banner, GTK_WIDGET (page)));
  ui_chat_page_set_banner (page, NULL);
  g_object_set (page, "folded", TRUE, NULL);
  g_assert_true (ui_is_visible (page, "back"));
  g_object_set (page, "folded", FALSE, NULL);
  g_assert_false (ui_is_visible (page, "back"));
}

/* Whatever was going on, the page goes when it is closed; ui_tear_down looks whether it did. */
static void
test_closing (Ui *ui, gconstpointer data)
{
  UiChatPage *page = open_page (ui);
  ChatConversation *nurse = chat_with (&ui->chat, NURSE);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (ui_find (page, UI_TYPE_TIMELINE_AREA));

  for (guint i = 0; i < 10; i++) {
    ui_chat_page_set_conversation (page, i % 3 == 2 ? NULL : i % 3 == 1 ? nurse : ui->conversation);
    if (i % 2 == 0)
      ui_frames (ui, 1);
  }
  g_assert_null (chat_conversation_get_timeline (nurse));
  chat_conversation_set_typing (ui->conversation, TRUE);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (ui_find (page, GTK_TYPE_TEXT_VIEW)), "half a li", -1);
  ui_frames (ui, 2);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_lower (adjustment));
  ui_hear (ui, 1, "while it loads");
  gtk_window_destroy (GTK_WINDOW (ui->window));
  g_assert_false (is_looked_at (ui->conversation));
  g_assert_cmpstr (chat_conversation_get_draft (ui->conversation), ==, "half a li");
  ui_hear (ui, 1, "when it is gone");
  base_clock_advance (ui->chat.clock, G_TIME_SPAN_DAY);
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, n, test) g_test_add ("/chat-page/" path, Ui, GUINT_TO_POINTER (n), ui_set_up, test, ui_tear_down)
  g_test_add ("/chat-page/header", Ui, NULL, set_up_online, test_header, ui_tear_down);
  ADD ("typing-notice", 60, test_typing_notice);
  ADD ("reading", 60, test_reading);
  ADD ("sending", 600, test_sending);
  ADD ("focus", 20, test_focus);
  ADD ("banner", 5, test_banner);
  ADD ("closing", 200, test_closing);
  return g_test_run ();
}
