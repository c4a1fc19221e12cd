/* Where messages are missing that the archive has: the line that says so, and that it moves nothing one reads. */
#include "ui-test.h"

#include "ui-message-row.h"
#include "ui-timeline-area.h"
#include "ui-timeline-header.h"
#include "ui-timeline-view.h"

#define BETWEEN "Loading what was said in between…"
#define EARLIER "Loading earlier messages…"
#define SINCE   "Loading what was said since…"
#define MISSING "Messages are missing here. They are loaded once the account is online."

typedef struct {
  Ui             *ui;
  GtkWidget      *view;
  UiTimelineArea *area;
  GtkListBox     *list;
  UiMessageRow   *row;   /* that must stay where it is */
  double          y;
} Look;

static ChatHistory *
history (Look *look)
{
  return chat_account_get_history (look->ui->chat.account);
}

static void
open_view (Look *look, Ui *ui)
{
  look->ui = ui;
  look->view = ui_timeline_view_new ();
  look->area = ui_find (look->view, UI_TYPE_TIMELINE_AREA);
  look->list = ui_timeline_area_get_list (look->area);
  ui_timeline_view_set_conversation (UI_TIMELINE_VIEW (look->view), ui->conversation);
  ui_show (ui, look->view, 600, 500);
  ui_settle (ui);
}

static guint
count_lines (Look *look)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_conversation_get_timeline (look->ui->conversation)));
}

static UiMessageRow *
row_at (Look *look, guint index)
{
  return UI_MESSAGE_ROW (gtk_list_box_get_row_at_index (look->list, (int) index));
}

/* What is said there, NULL: nothing is. */
static const char *
said_in (GtkWidget *gap)
{
  if (!gtk_widget_get_visible (gap))
    return NULL;
  g_assert_false (gtk_widget_get_focusable (gap));
  g_assert_true (gtk_widget_get_visible (ui_find_named (gap, "spinner"))
                 != gtk_widget_get_visible (ui_find_named (gap, "waiting")));
  return gtk_label_get_label (ui_find_named (gap, "sentence"));
}

static const char *
said_above (Look *look, guint index)
{
  GtkWidget *header = gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row_at (look, index)));

  return header != NULL ? said_in (ui_find (header, UI_TYPE_GAP)) : NULL;
}

static const char *
said_at_the_end (Look *look)
{
  return said_in (GTK_WIDGET (ui_timeline_area_get_gap (look->area)));
}

/* What closes sooner is not worth a line. */
static void
wait_for_line (Look *look)
{
  ui_settle (look->ui);
  g_assert_null (said_at_the_end (look));
  base_clock_advance (look->ui->chat.clock, G_TIME_SPAN_SECOND);
  ui_settle (look->ui);
}

static gboolean
has_day (Look *look, guint index)
{
  GtkWidget *header = gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row_at (look, index)));

  return header != NULL && ui_is_visible (header, "day");
}

/* A gap right before a line; what is missing is older than that. */
static void
miss_before (Look *look, guint index)
{
  ChatMessage *message = ui_message_row_get_message (row_at (look, index));
  ChatHistoryGap gap = { chat_message_get_position (message), chat_message_get_position (message) };

  chat_history_set_gaps (history (look), &gap, 1);
}

static void
miss_at_the_end (Look *look)
{
  ChatHistoryGap gap = { 1, G_MAXINT64 - 1 };

  chat_history_set_gaps (history (look), &gap, 1);
}

static void
test_between (Ui *ui, gconstpointer data)
{
  Look look = { 0 };

  open_view (&look, ui);
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  g_assert_null (said_above (&look, 4));
  miss_before (&look, 4);
  ui_settle (ui);
  g_assert_cmpstr (said_above (&look, 4), ==, BETWEEN);
  g_assert_false (has_day (&look, 4));
  g_assert_true (ui_is_visible (row_at (&look, 4), "heading"));
  g_assert_null (said_above (&look, 3));
  g_assert_null (said_above (&look, 5));
  g_assert_null (said_at_the_end (&look));

  /* It comes down, page by page. */
  miss_before (&look, 2);
  ui_settle (ui);
  g_assert_null (said_above (&look, 4));
  g_assert_cmpstr (said_above (&look, 2), ==, BETWEEN);
  chat_history_set_gaps (history (&look), NULL, 0);
  ui_settle (ui);
  g_assert_null (said_above (&look, 2));
  g_assert_null (gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row_at (&look, 2))));
}

/* With the day of the first line. */
static void
test_start (Ui *ui, gconstpointer data)
{
  Look look = { 0 };

  open_view (&look, ui);
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  miss_before (&look, 0);
  ui_settle (ui);
  g_assert_cmpstr (said_above (&look, 0), ==, EARLIER);
  g_assert_true (has_day (&look, 0));
  chat_history_set_gaps (history (&look), NULL, 0);
  ui_settle (ui);
  g_assert_null (said_above (&look, 0));
  g_assert_true (has_day (&look, 0));
}

static void
test_end (Ui *ui, gconstpointer data)
{
  Look look = { 0 };

  open_view (&look, ui);
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  miss_at_the_end (&look);
  ui_settle (ui);
  chat_history_set_gaps (history (&look), NULL, 0);
  base_clock_advance (ui->chat.clock, G_TIME_SPAN_SECOND);
  miss_at_the_end (&look);
  wait_for_line (&look);
  g_assert_cmpstr (said_at_the_end (&look), ==, SINCE);
  g_assert_null (said_above (&look, count_lines (&look) - 1));
  g_assert_true (ui_timeline_view_get_at_bottom (UI_TIMELINE_VIEW (look.view)));

  /* What comes meanwhile is newer than what is missing. */
  miss_before (&look, count_lines (&look) - 1);
  ui_settle (ui);
  g_assert_null (said_at_the_end (&look));
  g_assert_cmpstr (said_above (&look, count_lines (&look) - 1), ==, BETWEEN);
}

static void
test_nothing_known (Ui *ui, gconstpointer data)
{
  Look look = { 0 };

  open_view (&look, ui);
  g_assert_true (ui_is_visible (look.view, "empty"));
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  miss_at_the_end (&look);
  ui_settle (ui);
  g_assert_false (ui_is_visible (look.view, "empty"));
  g_assert_cmpstr (said_at_the_end (&look), ==, EARLIER);
  ui_hear (ui, 1, "Good night, good night");
  ui_settle (ui);
  g_assert_cmpstr (said_at_the_end (&look), ==, SINCE);
  chat_history_set_gaps (history (&look), NULL, 0);
  ui_settle (ui);
  g_assert_null (said_at_the_end (&look));
}

/* It says whether they come. */
static void
test_words (Ui *ui, gconstpointer data)
{
  Look look = { 0 };

  open_view (&look, ui);
  miss_before (&look, 4);
  ui_settle (ui);
  g_assert_cmpstr (said_above (&look, 4), ==, MISSING);
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  ui_settle (ui);
  g_assert_cmpstr (said_above (&look, 4), ==, BETWEEN);
  chat_history_set_state (history (&look), CHAT_HISTORY_WAITING);
  ui_settle (ui);
  g_assert_cmpstr (said_above (&look, 4), ==, MISSING);
}

static void
line_stays_cb (gpointer data)
{
  Look *look = data;

  g_assert_cmpfloat (ui_y (ui_message_row_get_body (look->row), look->area), ==, look->y);
}

/* In each frame the line that is read stays where it is, wherever something is missing. */
static void
test_stays (Ui *ui, gconstpointer data)
{
  Look look = { 0 };
  GtkAdjustment *adjustment;
  guint n;
  gulong probe;

  open_view (&look, ui);
  chat_history_set_state (history (&look), CHAT_HISTORY_READING);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (look.area));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 900);
  ui_settle (ui);
  n = count_lines (&look);
  for (guint i = 0; i < n && look.row == NULL; i++)
    if (ui_y (row_at (&look, i), look.area) > 0)
      look.row = row_at (&look, i);
  g_assert_nonnull (look.row);
  look.y = ui_y (ui_message_row_get_body (look.row), look.area);

  probe = ui_probe (ui, line_stays_cb, &look);
  for (guint i = 1; i < n; i += 7) {
    miss_before (&look, i);
    ui_frames (ui, 2);
  }
  miss_before (&look, (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (look.row)));
  ui_frames (ui, 2);
  miss_at_the_end (&look);
  wait_for_line (&look);
  g_assert_cmpstr (said_at_the_end (&look), ==, SINCE);
  chat_history_set_state (history (&look), CHAT_HISTORY_WAITING);
  ui_frames (ui, 2);
  chat_history_set_gaps (history (&look), NULL, 0);
  ui_settle (ui);
  ui_probe_end (ui, probe);
}

/* Narrow, and read from right to left: nothing is cut off, nothing makes the window wider. */
static void
test_narrow (Ui *ui, gconstpointer data)
{
  Look look = { 0 };
  GtkWidget *gap;
  int minimum;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  open_view (&look, ui);
  miss_before (&look, 4);
  gtk_window_set_default_size (GTK_WINDOW (ui->window), 360, 500);
  ui_settle (ui);
  gtk_widget_measure (look.view, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  gap = ui_find (gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row_at (&look, 4))), UI_TYPE_GAP);
  g_assert_cmpint (gtk_widget_get_width (gap), <=, 360);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (ui_find_named (gap, "sentence"))));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, n, test) g_test_add ("/gaps/" path, Ui, GUINT_TO_POINTER (n), ui_set_up, test, ui_tear_down)
  ADD ("between", 8, test_between);
  ADD ("start", 8, test_start);
  ADD ("end", 8, test_end);
  ADD ("nothing-known", 0, test_nothing_known);
  ADD ("words", 8, test_words);
  ADD ("stays", 150, test_stays);
  ADD ("narrow", 8, test_narrow);
  return g_test_run ();
}
