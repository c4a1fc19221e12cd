/* One message: hostile text stays text, long text stays cheap, each state is said with tick, words and what to do. */
#include "ui-test.h"

#include "ui-message-body.h"
#include "ui-message-row.h"
#include "ui-timeline-view.h"

#define LINE_PX 40   /* no line of text is higher */

static GtkLabel *
show (Ui *ui, const char *text)
{
  GtkWidget *body;

  if (ui->window == NULL)
    ui_show (ui, ui_message_body_new (), 400, 300);
  body = gtk_window_get_child (GTK_WINDOW (ui->window));
  ui_message_body_set_text (UI_MESSAGE_BODY (body), text);
  ui_frames (ui, 2);
  return ui_find (body, GTK_TYPE_LABEL);
}

static int
height_of (GtkLabel *label)
{
  int height;

  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_VERTICAL, 400, &height, NULL, NULL, NULL);
  return height;
}

static void
test_links (Ui *ui, gconstpointer data)
{
  g_assert_cmpstr (gtk_label_get_label (show (ui, "See https://verona.example/?a=1&b=2.")), ==,
                   "See <a href=\"https://verona.example/?a=1&amp;b=2\">https://verona.example/?a=1&amp;b=2</a>.");
  g_assert_cmpstr (gtk_label_get_label (show (ui, "no.link javascript:alert(1)")), ==, "no.link javascript:alert(1)");
}

/* What looks like markup is what was written. A link leads where it says. */
static void
test_hostile (Ui *ui, gconstpointer data)
{
  static const char *const texts[] = {
    "<b>bold</b> & <i>more",
    "&lt;b&gt; &amp; &#x41; &nonsense;",
    "<span size='1000000'>big</span>",
    "<a href=\"https://evil.example\">https://good.example</a>",
    "https://evil.example/\"><b>x</b>",
    "%s %n {name} $1 \\n",
    "]]></span><!-- -->",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    GtkLabel *label = show (ui, texts[i]);

    g_assert_cmpstr (gtk_label_get_text (label), ==, texts[i]);
    g_assert_null (strstr (gtk_label_get_label (label), "<b>"));
    g_assert_null (strstr (gtk_label_get_label (label), "<span"));
    g_assert_null (strstr (gtk_label_get_label (label), "evil.example\">https://good"));
  }
  g_assert_cmpstr (gtk_label_get_text (show (ui, "gpj.\342\200\256exe\007")), ==, "gpj.exe");
  g_assert_cmpstr (gtk_label_get_text (show (ui, "left\342\201\247right")), ==, "left\342\201\247right\342\201\251");
  g_assert_cmpstr (gtk_label_get_text (show (ui, "if:\n\tthen")), ==, "if:\n    then");
  g_assert_cmpstr (gtk_label_get_text (show (ui, NULL)), ==, "");
}

static void
assert_styled (GtkLabel *label, PangoAttrType type, guint start, guint end)
{
  g_autoptr (PangoAttrList) all = pango_attr_list_copy (gtk_label_get_attributes (label));
  GSList *attributes = pango_attr_list_get_attributes (all);
  gboolean found = FALSE;

  for (GSList *at = attributes; at != NULL; at = at->next) {
    PangoAttribute *attribute = at->data;

    found = found || (attribute->klass->type == type && attribute->start_index == start && attribute->end_index == end);
  }
  g_assert_true (found);
  g_slist_free_full (attributes, (GDestroyNotify) pango_attribute_destroy);
}

/* What is styled is still what was written. */
static void
test_styling (Ui *ui, gconstpointer data)
{
  const char *text = "*a* _b_ ~c~ `d` <b> https://verona.example/*e*\n```\nf\n```";
  GtkLabel *label = show (ui, text);

  g_assert_cmpstr (gtk_label_get_text (label), ==, text);
  assert_styled (label, PANGO_ATTR_WEIGHT, 0, 3);
  assert_styled (label, PANGO_ATTR_STYLE, 4, 7);
  assert_styled (label, PANGO_ATTR_STRIKETHROUGH, 8, 11);
  assert_styled (label, PANGO_ATTR_FAMILY, 12, 15);
  assert_styled (label, PANGO_ATTR_FAMILY, (guint) (strchr (text, '\n') + 1 - text), (guint) strlen (text));
}

static void
test_long_word (Ui *ui, gconstpointer data)
{
  g_autofree char *word = g_strnfill (1024 * 1024, 'o');
  GtkLabel *label = show (ui, word);

  g_assert_cmpuint (strlen (gtk_label_get_text (label)), <, 5000);
  g_assert_true (g_str_has_suffix (gtk_label_get_text (label), "o…"));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (label)), <=, 400);
  ui_click (ui_find_button (ui->window, "Show more"));
  ui_frames (ui, 2);
  g_assert_cmpuint (strlen (gtk_label_get_text (label)), >, 15000);
  g_assert_cmpuint (strlen (gtk_label_get_text (label)), <, 17000);
  g_assert_true (g_str_has_suffix (gtk_label_get_text (label), "o…"));

  /* What is new begins from the beginning. */
  show (ui, "short");
  g_assert_false (ui_is_visible (ui->window, "more"));
  g_assert_cmpstr (gtk_label_get_text (label), ==, "short");
}

/* What is written from the right stands on the right, and the other way round. */
static void
test_edges (Ui *ui, gconstpointer data)
{
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "juliet שלום")), ==, 0);
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "שלום juliet")), ==, 1);
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "12:00")), ==, 0);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "juliet")), ==, 1);
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "שלום")), ==, 0);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_assert_cmpfloat (gtk_label_get_xalign (show (ui, "שלום")), ==, 1);
}

/* All of what is too long for one label can be read, part by part, and none of it twice. */
static void
test_parts (Ui *ui, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) read = g_string_new (NULL);
  GtkLabel *label;

  for (guint i = 0; text->len < 40000; i++)
    g_string_append_printf (text, "%uü ", i);
  label = show (ui, text->str);
  g_assert_true (g_str_has_prefix (text->str, "0ü 1ü"));
  ui_click (ui_find_button (ui->window, "Show more"));
  for (;;) {
    const char *part = gtk_label_get_text (label);

    ui_frames (ui, 2);
    g_assert_cmpuint (strlen (part), <, 17000);
    g_assert_true (g_str_has_prefix (part, "…") == (read->len > 0));
    g_string_append (read, part + (read->len > 0 ? strlen ("…") : 0));
    if (!g_str_has_suffix (read->str, "…"))
      break;
    g_string_truncate (read, read->len - strlen ("…"));
    ui_click (ui_find_button (ui->window, "Show next part"));
  }
  g_assert_cmpstr (read->str, ==, text->str);
  ui_click (ui_find_button (ui->window, "Show first part"));
  g_assert_true (g_str_has_prefix (gtk_label_get_text (label), "0ü 1ü"));
}

/* No script and no picture takes so long that one would wait for it; ui_frames has a deadline. */
static void
test_long_words (Ui *ui, gconstpointer data)
{
  static const char *const letters[] = { "漢", "ا", "क्ष", "o\314\201", "🌹", "👩‍👩‍👧", "\342\201\246", "=", "a b", "\t",
                                         "*a* ", "*_~`a`~_* ", "> " };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    gint64 start;

    while (text->len < 100000)
      g_string_append (text, letters[i]);
    start = g_get_monotonic_time ();
    show (ui, text->str);
    ui_click (ui_find_button (ui->window, "Show more"));
    ui_frames (ui, 2);
    g_test_message ("%s: %" G_GINT64_FORMAT " ms", letters[i], (g_get_monotonic_time () - start) / 1000);
    g_assert_cmpint (gtk_widget_get_width (ui->window), ==, 400);
  }
}

static void
test_many_lines (Ui *ui, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GtkLabel *label;
  int start, end;

  for (guint i = 0; i < 50000; i++)
    g_string_append (text, "o\n");
  label = show (ui, text->str);
  g_assert_cmpint (height_of (label), <, 40 * LINE_PX);
  ui_click (ui_find_button (ui->window, "Show more"));
  ui_frames (ui, 2);
  g_assert_cmpint (height_of (label), >, 41 * 10);
  g_assert_cmpint (height_of (label), <, 1000 * LINE_PX);
  g_assert_false (gtk_label_get_selection_bounds (label, &start, &end));

  /* Forty lines are no more than forty. */
  g_string_truncate (text, 40 * 2 - 1);
  label = show (ui, text->str);
  g_assert_cmpstr (gtk_label_get_text (label), ==, text->str);
  g_assert_false (ui_is_visible (ui->window, "more"));
  g_string_append (text, "\no");
  label = show (ui, text->str);
  g_assert_true (g_str_has_suffix (gtk_label_get_text (label), "o…"));
  g_assert_true (ui_is_visible (ui->window, "more"));
}

static void
test_emoji (Ui *ui, gconstpointer data)
{
  int big = height_of (show (ui, "🌹❤️"));

  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (show (ui, "🌹")), "big-emoji"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (show (ui, " 🌹 🌹 🌹\n")), "big-emoji"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (show (ui, "🌹🌹🌹🌹")), "big-emoji"));
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (show (ui, "7")), "big-emoji"));
  g_assert_cmpint (height_of (show (ui, "a 🌹")), <, big);
}

/* --- rows --------------------------------------------------------------------------------------------------- */

static UiMessageRow *
open_rows (Ui *ui, int width)
{
  GtkWidget *view = ui_timeline_view_new ();

  ui_timeline_view_set_conversation (UI_TIMELINE_VIEW (view), ui->conversation);
  ui_show (ui, view, width, 400);
  ui_settle (ui);
  return ui_find (view, UI_TYPE_MESSAGE_ROW);
}

static void
assert_tick (UiMessageRow *row, const char *icon, const char *words)
{
  GtkImage *tick = ui_find_named (row, "tick");
  g_autofree char *spoken = g_strdup_printf ("romeo, 12:00, Neither, fair saint, %s", words);

  g_assert_true (gtk_widget_is_visible (GTK_WIDGET (tick)));
  g_assert_cmpstr (gtk_image_get_icon_name (tick), ==, icon);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (GTK_WIDGET (tick)), ==, words);
  gtk_test_accessible_assert_property (tick, GTK_ACCESSIBLE_PROPERTY_LABEL, words);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, spoken);
}

static void
test_states (Ui *ui, gconstpointer data)
{
  UiMessageRow *row;
  gint64 id;

  chat_conversation_send (ui->conversation, "Neither, fair saint");
  chat_settle (&ui->chat);
  row = open_rows (ui, 600);
  id = chat_message_get_id (ui_message_row_get_message (row));
  assert_tick (row, "tick-pending-symbolic", "Waiting to be sent");
  g_assert_false (ui_is_visible (row, "failure"));
  ui_set_state (ui, id, STORE_MESSAGE_SENT, NULL);
  row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  assert_tick (row, "tick-sent-symbolic", "Sent");
  ui_set_state (ui, id, STORE_MESSAGE_DELIVERED, NULL);
  assert_tick (row, "tick-delivered-symbolic", "Delivered");
  g_assert_false (gtk_widget_has_css_class (ui_find_named (row, "tick"), "accent"));
  ui_set_state (ui, id, STORE_MESSAGE_READ, NULL);
  assert_tick (row, "tick-read-symbolic", "Read");
  g_assert_true (gtk_widget_has_css_class (ui_find_named (row, "tick"), "accent"));
}

static void
test_incoming (Ui *ui, gconstpointer data)
{
  UiMessageRow *row;

  ui_add_line (ui, FALSE, STORE_MESSAGE_RECEIVED, NOW, "<i>Ay</i> me");
  row = open_rows (ui, 600);
  g_assert_false (ui_is_visible (row, "tick"));
  g_assert_false (ui_is_visible (row, "failure"));
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (row, "sender")), ==, "juliet");
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (row, "time")), ==, "12:00");
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "juliet, 12:00, <i>Ay</i> me");
}

static void
test_failure (Ui *ui, gconstpointer data)
{
  ChatTimeline *timeline;
  UiMessageRow *row;
  gint64 id;

  chat_conversation_send (ui->conversation, "Neither, fair saint");
  chat_settle (&ui->chat);
  row = open_rows (ui, 600);
  timeline = chat_conversation_get_timeline (ui->conversation);
  id = chat_message_get_id (ui_message_row_get_message (row));
  ui_set_state (ui, id, STORE_MESSAGE_FAILED, "too-old");
  row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  assert_tick (row, "tick-failed-symbolic", "Not sent");
  g_assert_true (ui_is_visible (row, "failure"));
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (row, "reason")), ==,
                   "This message waited for more than a day and was not sent.");

  /* Where nobody knows, neither does the window. */
  ui_set_state (ui, id, STORE_MESSAGE_PENDING, NULL);
  ui_set_state (ui, id, STORE_MESSAGE_FAILED, "uncertain");
  row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  assert_tick (row, "tick-failed-symbolic", "Perhaps not sent");
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (row, "reason")), ==,
                   "This message may not have been sent: the connection ended before the server confirmed it. If you "
                   "try again, juliet may get it twice.");

  ui_click (ui_find_button (row, "Retry"));
  ui_settle (ui);
  row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  assert_tick (row, "tick-pending-symbolic", "Waiting to be sent");
  g_assert_false (ui_is_visible (row, "failure"));

  ui_set_state (ui, id, STORE_MESSAGE_FAILED, "<b>made up</b>");
  row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (row, "reason")), ==,
                   "This message could not be delivered to juliet.");
  ui_click (ui_find_button (row, "Delete"));
  ui_settle (ui);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 0);
}

/* The tick stands beside the last line's end, on its height, and never outside of the row. */
static void
assert_beside_last_line (Ui *ui)
{
  GtkWidget *row = ui_find (ui->window, UI_TYPE_MESSAGE_ROW);
  GtkLabel *label = ui_find (ui_message_row_get_body (UI_MESSAGE_ROW (row)), GTK_TYPE_LABEL);
  GtkWidget *tick = ui_find_named (row, "tick");
  PangoLayout *layout = gtk_label_get_layout (label);
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  gboolean from_right = gtk_widget_get_direction (row) == GTK_TEXT_DIR_RTL;
  graphene_rect_t at, in_row;
  PangoRectangle line;
  int x, y;

  while (pango_layout_iter_next_line (iter))
    ;
  pango_layout_iter_get_line_extents (iter, NULL, &line);
  pango_layout_iter_free (iter);
  pango_extents_to_pixels (&line, NULL);
  gtk_label_get_layout_offsets (label, &x, &y);
  g_assert_true (gtk_widget_compute_bounds (tick, GTK_WIDGET (label), &at));
  g_assert_true (gtk_widget_compute_bounds (tick, row, &in_row));
  if (from_right)
    g_assert_cmpfloat_with_epsilon (at.origin.x + at.size.width, x + line.x - 6, 1);
  else
    g_assert_cmpfloat_with_epsilon (at.origin.x, x + line.x + line.width + 6, 1);
  g_assert_cmpfloat_with_epsilon (at.origin.y + at.size.height / 2, y + line.y + line.height / 2.0, 1);
  g_assert_cmpfloat (in_row.origin.x, >=, 0);
  g_assert_cmpfloat (in_row.origin.x + in_row.size.width, <=, gtk_widget_get_width (row));
}

static void
test_tick_place (Ui *ui, gconstpointer data)
{
  static const char *const texts[] = {
    "Short",
    "With love’s light wings did I o’er-perch these walls; for stony limits cannot hold love out, and what love can do",
    "שלום",
    "One line\nand another",
    "ooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo",
  };

  chat_conversation_send (ui->conversation, "Neither, fair saint");
  chat_settle (&ui->chat);
  open_rows (ui, 360);
  for (guint direction = GTK_TEXT_DIR_LTR; direction <= GTK_TEXT_DIR_RTL; direction++) {
    gtk_widget_set_default_direction (direction);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      ui_message_body_set_text (ui_find (ui->window, UI_TYPE_MESSAGE_BODY), texts[i]);
      ui_frames (ui, 2);
      assert_beside_last_line (ui);
    }
  }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* --- days and names ----------------------------------------------------------------------------------------- */

static void
assert_day (Ui *ui, int index, const char *day)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (ui_find (ui->window, GTK_TYPE_LIST_BOX), index);
  GtkWidget *header = gtk_list_box_row_get_header (row);

  if (day == NULL) {
    g_assert_null (header);
    return;
  }
  g_assert_nonnull (header);
  g_assert_cmpstr (gtk_label_get_label (ui_find_named (header, "day_name")), ==, day);
}

static void
assert_named (Ui *ui, int index, gboolean named)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (ui_find (ui->window, GTK_TYPE_LIST_BOX), index);

  g_assert_cmpint (gtk_widget_get_visible (ui_find_named (row, "heading")), ==, named);
  g_assert_cmpint (gtk_widget_get_visible (ui_find_named (row, "avatar")), ==, named);
}

static void
test_days_and_names (Ui *ui, gconstpointer data)
{
  ui_add_line (ui, FALSE, STORE_MESSAGE_RECEIVED, NOW - 400 * G_TIME_SPAN_DAY, "a");
  ui_add_line (ui, FALSE, STORE_MESSAGE_RECEIVED, NOW - 2 * G_TIME_SPAN_DAY, "b");
  ui_add_line (ui, FALSE, STORE_MESSAGE_RECEIVED, NOW - G_TIME_SPAN_DAY, "c");
  ui_add_line (ui, FALSE, STORE_MESSAGE_RECEIVED, NOW - G_TIME_SPAN_DAY + 4 * G_TIME_SPAN_MINUTE, "d");
  ui_add_line (ui, TRUE, STORE_MESSAGE_SENT, NOW - G_TIME_SPAN_DAY + 5 * G_TIME_SPAN_MINUTE, "e");
  ui_add_line (ui, TRUE, STORE_MESSAGE_SENT, NOW - G_TIME_SPAN_DAY + 11 * G_TIME_SPAN_MINUTE, "f");
  ui_add_line (ui, TRUE, STORE_MESSAGE_SENT, NOW, "g");
  open_rows (ui, 600);
  assert_day (ui, 0, "27 November 2024");
  assert_day (ui, 1, "Tuesday");
  assert_day (ui, 2, "Yesterday");
  for (int i = 3; i < 6; i++)
    assert_day (ui, i, NULL);
  assert_day (ui, 6, "Today");
  assert_named (ui, 2, TRUE);
  assert_named (ui, 3, FALSE);
  assert_named (ui, 4, TRUE);
  assert_named (ui, 5, TRUE);
  assert_named (ui, 6, TRUE);

  /* NOW is noon. */
  base_clock_advance (ui->chat.clock, 12 * G_TIME_SPAN_HOUR - G_TIME_SPAN_SECOND);
  assert_day (ui, 6, "Today");
  base_clock_advance (ui->chat.clock, 2 * G_TIME_SPAN_SECOND);
  assert_day (ui, 6, "Yesterday");
  assert_day (ui, 2, "Wednesday");
  base_clock_advance (ui->chat.clock, 24 * G_TIME_SPAN_HOUR);
  assert_day (ui, 6, "Thursday");
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, test) g_test_add ("/message/" path, Ui, GUINT_TO_POINTER (0), ui_set_up, test, ui_tear_down)
  ADD ("links", test_links);
  ADD ("hostile", test_hostile);
  ADD ("styling", test_styling);
  ADD ("long-word", test_long_word);
  ADD ("edges", test_edges);
  ADD ("parts", test_parts);
  ADD ("long-words", test_long_words);
  ADD ("many-lines", test_many_lines);
  ADD ("emoji", test_emoji);
  ADD ("states", test_states);
  ADD ("incoming", test_incoming);
  ADD ("failure", test_failure);
  ADD ("tick-place", test_tick_place);
  ADD ("days-and-names", test_days_and_names);
  return g_test_run ();
}
