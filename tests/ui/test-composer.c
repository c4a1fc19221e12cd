/* Writing: Enter sends, nothing typed is lost or ends up with somebody else, and one sees when nobody is reached. */
#include "ui-test.h"

#include "chat-account-private.h"
#include "ui-composer.h"

typedef struct {
  GtkWidget     *composer;
  GtkTextView   *text;
  GtkTextBuffer *buffer;
  GtkWidget     *send;
  guint          sent;
} Desk;

static void
sent_cb (Desk *desk)
{
  desk->sent++;
}

static void
open_desk (Desk *desk, Ui *ui)
{
  desk->composer = ui_composer_new ();
  desk->text = ui_find (desk->composer, GTK_TYPE_TEXT_VIEW);
  desk->buffer = gtk_text_view_get_buffer (desk->text);
  desk->send = ui_find_named (desk->composer, "send_button");
  desk->sent = 0;
  g_signal_connect_swapped (desk->composer, "sent", G_CALLBACK (sent_cb), desk);
  ui_composer_set_conversation (UI_COMPOSER (desk->composer), ui->conversation);
  ui_show (ui, desk->composer, 400, 200);
  ui_frames (ui, 2);
}

static void
type (Desk *desk, const char *text)
{
  gtk_text_buffer_insert_interactive_at_cursor (desk->buffer, text, -1, TRUE);
}

/* What the text view's own handler is asked before it inserts anything. Returns whether the key was taken. */
static gboolean
press (Desk *desk, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (desk->text));
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
        && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
      g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &taken);
  }
  return taken;
}

static void
assert_text (Desk *desk, const char *expected)
{
  g_autofree char *text = NULL;

  g_object_get (desk->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_enter_sends (Ui *ui, gconstpointer data)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter };
  Desk desk;

  open_desk (&desk, ui);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *line = g_strdup_printf ("line %u\nof two", i);
    g_autofree char *in_one = g_strdup_printf ("line %u of two", i);

    type (&desk, line);
    g_assert_cmpstr (chat_conversation_get_draft (ui->conversation), ==, line);
    g_assert_true (press (&desk, keys[i], 0));
    assert_text (&desk, "");
    g_assert_cmpuint (desk.sent, ==, i + 1);
    g_assert_cmpstr (chat_conversation_get_last_line (ui->conversation), ==, in_one);
    g_assert_null (chat_conversation_get_draft (ui->conversation));
    g_assert_false (gtk_text_buffer_get_can_undo (desk.buffer));
  }

  type (&desk, "by button");
  ui_click (desk.send);
  g_assert_cmpstr (chat_conversation_get_last_line (ui->conversation), ==, "by button");
  g_assert_cmpuint (desk.sent, ==, 4);
}

static void
test_other_enters (Ui *ui, gconstpointer data)
{
  Desk desk;

  open_desk (&desk, ui);
  type (&desk, "first");
  g_assert_false (press (&desk, GDK_KEY_Return, GDK_SHIFT_MASK));
  g_assert_false (press (&desk, GDK_KEY_KP_Enter, GDK_SHIFT_MASK | GDK_LOCK_MASK));
  g_assert_false (press (&desk, GDK_KEY_a, 0));
  type (&desk, "\nsecond");
  g_assert_cmpuint (desk.sent, ==, 0);
  g_assert_true (press (&desk, GDK_KEY_Return, GDK_LOCK_MASK));
  g_assert_cmpstr (chat_conversation_get_last_line (ui->conversation), ==, "first second");
}

static void
test_blank (Ui *ui, gconstpointer data)
{
  static const char *const blanks[] = { "", " ", "\n\n\n", " \t\n\302\240\342\200\203" };
  Desk desk;

  open_desk (&desk, ui);
  for (guint i = 0; i < G_N_ELEMENTS (blanks); i++) {
    gtk_text_buffer_set_text (desk.buffer, blanks[i], -1);
    g_assert_false (gtk_widget_is_sensitive (desk.send));
    g_assert_cmpint (ui_is_visible (desk.composer, "placeholder"), ==, *blanks[i] == '\0');
    g_assert_true (press (&desk, GDK_KEY_Return, 0));
    assert_text (&desk, blanks[i]);
  }
  g_assert_cmpuint (desk.sent, ==, 0);
  g_assert_null (chat_conversation_get_last_line (ui->conversation));
  type (&desk, "x");
  g_assert_true (gtk_widget_is_sensitive (desk.send));

  ui_composer_set_conversation (UI_COMPOSER (desk.composer), NULL);
  assert_text (&desk, "");
  type (&desk, "to nobody");
  g_assert_false (gtk_widget_is_sensitive (desk.send));
}

static void
test_drafts (Ui *ui, gconstpointer data)
{
  ChatConversation *nurse = chat_with (&ui->chat, NURSE);
  Desk desk;

  open_desk (&desk, ui);
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (desk.composer, "placeholder")), ==, "Message juliet");
  type (&desk, "for Juliet's eyes");
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), nurse);
  assert_text (&desk, "");
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (desk.composer, "placeholder")), ==, "Message nurse");
  g_assert_false (gtk_text_buffer_get_can_undo (desk.buffer));
  g_assert_false (gtk_text_buffer_get_can_redo (desk.buffer));
  gtk_text_buffer_undo (desk.buffer);
  assert_text (&desk, "");
  type (&desk, "for the Nurse");
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), ui->conversation);
  assert_text (&desk, "for Juliet's eyes");
  g_assert_false (gtk_text_buffer_get_can_undo (desk.buffer));
  type (&desk, " only");
  g_assert_true (gtk_text_buffer_get_can_undo (desk.buffer));
  gtk_text_buffer_undo (desk.buffer);
  gtk_text_buffer_undo (desk.buffer);
  assert_text (&desk, "for Juliet's eyes");
  g_assert_cmpstr (chat_conversation_get_draft (nurse), ==, "for the Nurse");

  /* Who opens the conversation again finds the draft. */
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), NULL);
  g_assert_cmpstr (chat_conversation_get_draft (ui->conversation), ==, "for Juliet's eyes");
}

static void
typed_cb (ChatAccount *account, ChatConversation *conversation, int typed, GString *said)
{
  g_string_append_c (said, typed == CHAT_TYPED_SOMETHING ? '+' : typed == CHAT_TYPED_SENT ? '!' : '-');
}

/* They are told of what is typed, not of what is put back. */
static void
test_typing (Ui *ui, gconstpointer data)
{
  ChatConversation *nurse = chat_with (&ui->chat, NURSE);
  g_autoptr (GString) said = g_string_new (NULL);
  gulong handler;
  Desk desk;

  chat_conversation_set_draft (nurse, "a draft");
  handler = g_signal_connect (chat_conversation_get_account (nurse), "typed", G_CALLBACK (typed_cb), said);
  open_desk (&desk, ui);
  type (&desk, "a");
  type (&desk, "b");
  gtk_text_buffer_set_text (desk.buffer, "", -1);
  g_assert_cmpstr (said->str, ==, "++-");
  type (&desk, "c");
  press (&desk, GDK_KEY_Return, 0);
  g_assert_cmpstr (said->str, ==, "++-+!");
  g_string_truncate (said, 0);
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), nurse);
  g_assert_null (strchr (said->str, '+'));
  g_signal_handler_disconnect (chat_conversation_get_account (nurse), handler);
}

static void
test_preedit (Ui *ui, gconstpointer data)
{
  Desk desk;

  open_desk (&desk, ui);
  type (&desk, "half");
  g_signal_emit_by_name (desk.text, "preedit-changed", "ni");
  g_assert_false (press (&desk, GDK_KEY_Return, 0));
  g_assert_cmpuint (desk.sent, ==, 0);
  g_signal_emit_by_name (desk.text, "preedit-changed", "");
  g_assert_true (press (&desk, GDK_KEY_Return, 0));
  g_assert_cmpuint (desk.sent, ==, 1);

  g_assert_true (ui_is_visible (desk.composer, "placeholder"));
  g_signal_emit_by_name (desk.text, "preedit-changed", "ni");
  g_assert_false (ui_is_visible (desk.composer, "placeholder"));
  g_signal_emit_by_name (desk.text, "preedit-changed", "");
  g_assert_true (ui_is_visible (desk.composer, "placeholder"));
}

static void
test_emoji (Ui *ui, gconstpointer data)
{
  GtkTextIter start, end;
  GtkMenuButton *button;
  GtkPopover *chooser;
  Desk desk;

  open_desk (&desk, ui);
  button = ui_find_named (desk.composer, "emoji_button");
  g_assert_null (gtk_menu_button_get_popover (button));
  type (&desk, "a rose by");
  gtk_text_buffer_get_iter_at_offset (desk.buffer, &start, 2);
  gtk_text_buffer_get_iter_at_offset (desk.buffer, &end, 6);
  gtk_text_buffer_select_range (desk.buffer, &start, &end);
  for (guint i = 0; i < 2; i++) {
    gtk_menu_button_popup (button);
    ui_frames (ui, 2);
    chooser = gtk_menu_button_get_popover (button);
    g_assert_true (GTK_IS_EMOJI_CHOOSER (chooser));
    g_signal_emit_by_name (chooser, "emoji-picked", "🌹");
    gtk_menu_button_popdown (button);
    g_assert_true (gtk_root_get_focus (GTK_ROOT (ui->window)) == GTK_WIDGET (desk.text));
  }
  assert_text (&desk, "a 🌹🌹 by");
  gtk_text_buffer_undo (desk.buffer);
  gtk_text_buffer_undo (desk.buffer);
  assert_text (&desk, "a rose by");
}

static gboolean
is_not_online (gpointer data)
{
  return chat_account_get_state (((Chat *) data)->account) != CHAT_ACCOUNT_ONLINE;
}

static void
set_up_online (Ui *ui, gconstpointer data)
{
  chat_set_up (&ui->chat, NULL);
  chat_sign_in (&ui->chat);
  ui->conversation = g_object_ref (chat_with (&ui->chat, JULIET));
}

static void
test_offline_strip (Ui *ui, gconstpointer data)
{
  Desk desk;

  open_desk (&desk, ui);
  g_assert_false (ui_is_visible (desk.composer, "strip"));
  fake_server_hang_up (ui->chat.server);
  fake_wait_until (is_not_online, &ui->chat, "being offline");
  g_assert_true (ui_is_visible (desk.composer, "strip"));
  type (&desk, "it can wait");
  g_assert_true (press (&desk, GDK_KEY_Return, 0));
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), NULL);
  g_assert_false (ui_is_visible (desk.composer, "strip"));
  ui_composer_set_conversation (UI_COMPOSER (desk.composer), ui->conversation);
  g_assert_true (ui_is_visible (desk.composer, "strip"));

  chat_new_server (&ui->chat);
  chat_account_try_now (ui->chat.account);
  chat_play_login (&ui->chat, NULL);
  g_free (chat_expect_body (&ui->chat, JULIET, "it can wait"));
  g_assert_false (ui_is_visible (desk.composer, "strip"));
}

/* The field grows with what is typed, up to a limit. */
static void
test_grows (Ui *ui, gconstpointer data)
{
  int one, three;
  Desk desk;

  open_desk (&desk, ui);
  type (&desk, "one");
  ui_frames (ui, 3);
  one = gtk_widget_get_height (gtk_widget_get_parent (GTK_WIDGET (desk.text)));
  type (&desk, "\ntwo\nthree");
  ui_frames (ui, 3);
  three = gtk_widget_get_height (gtk_widget_get_parent (GTK_WIDGET (desk.text)));
  g_assert_cmpint (three, >, one);
  for (guint i = 0; i < 100; i++)
    type (&desk, "\nmore");
  ui_frames (ui, 3);
  g_assert_cmpint (gtk_widget_get_height (gtk_widget_get_parent (GTK_WIDGET (desk.text))), <=, 168);
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, test) g_test_add ("/composer/" path, Ui, GUINT_TO_POINTER (0), ui_set_up, test, ui_tear_down)
  ADD ("enter-sends", test_enter_sends);
  ADD ("other-enters", test_other_enters);
  ADD ("blank", test_blank);
  ADD ("drafts", test_drafts);
  ADD ("typing", test_typing);
  ADD ("preedit", test_preedit);
  ADD ("emoji", test_emoji);
  ADD ("grows", test_grows);
  g_test_add ("/composer/offline-strip", Ui, NULL, set_up_online, test_offline_strip, ui_tear_down);
  return g_test_run ();
}
