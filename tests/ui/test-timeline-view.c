/* The timeline, frame by frame: it stays with the newest line, or with the one that is read, whatever else happens. */
#include "ui-test.h"

#include "ui-message-row.h"
#include "ui-timeline-area.h"
#include "ui-timeline-view.h"

/* What is looked at in every frame. */
typedef struct {
  Ui             *ui;
  GtkWidget      *view;
  UiTimelineArea *area;
  GtkListBox     *list;
  GtkAdjustment  *adjustment;
  ChatMessage    *message;   /* (owned, nullable) the line that must stay where it is */
  double          y;         /* … its text's upper edge in the view */
  guint           frames;
} Look;

static GtkListBoxRow *
row_at (Look *look, int index)
{
  return gtk_list_box_get_row_at_index (look->list, index);
}

static guint
count_rows (Look *look)
{
  guint n = 0;

  while (row_at (look, (int) n) != NULL)
    n++;
  return n;
}

static UiMessageRow *
row_of (Look *look, ChatMessage *message)
{
  for (int i = 0; row_at (look, i) != NULL; i++)
    if (ui_message_row_get_message (UI_MESSAGE_ROW (row_at (look, i))) == message)
      return UI_MESSAGE_ROW (row_at (look, i));
  return NULL;
}

static const char *
body_at (Look *look, int index)
{
  return chat_message_get_body (ui_message_row_get_message (UI_MESSAGE_ROW (row_at (look, index))));
}

static double
text_y (Look *look, UiMessageRow *row)
{
  return ui_y (ui_message_row_get_body (row), look->area);
}

static double
page (Look *look)
{
  return gtk_widget_get_height (GTK_WIDGET (look->area));
}

static void
check_rows (Look *look)
{
  g_assert_cmpuint (count_rows (look), <=, CHAT_TIMELINE_MAX);
  look->frames++;
}

/* The newest line is in view as a whole, and nothing but the list's own padding is below it. */
static void
newest_in_view_cb (gpointer data)
{
  Look *look = data;
  guint n = count_rows (look);
  GtkListBoxRow *row = n > 0 ? row_at (look, (int) n - 1) : NULL;
  double end;

  check_rows (look);
  if (row == NULL)
    return;
  end = ui_y (row, look->area) + gtk_widget_get_height (GTK_WIDGET (row));
  g_assert_cmpfloat (end, <=, page (look));
  g_assert_cmpfloat (end, >=, page (look) - 24);
}

static void
line_stays_cb (gpointer data)
{
  Look *look = data;
  UiMessageRow *row = row_of (look, look->message);

  check_rows (look);
  g_assert_nonnull (row);
  g_assert_cmpfloat (text_y (look, row), ==, look->y);
}

/* The topmost line that is in view. */
static void
remember_line (Look *look)
{
  for (int i = 0; row_at (look, i) != NULL; i++) {
    UiMessageRow *row = UI_MESSAGE_ROW (row_at (look, i));

    if (ui_y (row, look->area) + gtk_widget_get_height (GTK_WIDGET (row)) > 0) {
      g_set_object (&look->message, ui_message_row_get_message (row));
      look->y = text_y (look, row);
      return;
    }
  }
  g_assert_not_reached ();
}

static void
scroll_by (Look *look, double px)
{
  gtk_adjustment_set_value (look->adjustment, gtk_adjustment_get_value (look->adjustment) + px);
}

static void
open_view (Look *look, Ui *ui)
{
  look->ui = ui;
  look->view = ui_timeline_view_new ();
  look->area = ui_find (look->view, UI_TYPE_TIMELINE_AREA);
  look->list = ui_timeline_area_get_list (look->area);
  look->adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (look->area));
  ui_timeline_view_set_conversation (UI_TIMELINE_VIEW (look->view), ui->conversation);
  ui_show (ui, look->view, 600, 500);
}

static void
look_end (Look *look)
{
  g_clear_object (&look->message);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_end)

static gboolean
at_bottom (Look *look)
{
  gboolean property;

  g_object_get (look->view, "at-bottom", &property, NULL);
  g_assert_cmpint (property, ==, ui_timeline_view_get_at_bottom (UI_TIMELINE_VIEW (look->view)));
  return property;
}

static void
scroll_up (Look *look, double px)
{
  scroll_by (look, -px);
  ui_settle (look->ui);
  g_assert_false (at_bottom (look));
  g_assert_true (ui_is_visible (look->view, "to_bottom"));
  remember_line (look);
}

static void
test_opens_at_the_end (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  probe = ui_probe (ui, newest_in_view_cb, &look);
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_cmpuint (look.frames, >, 0);
  g_assert_cmpstr (body_at (&look, (int) count_rows (&look) - 1), ==, "line 599");
  g_assert_true (at_bottom (&look));
  g_assert_false (ui_is_visible (look.view, "to_bottom"));
}

/* Fewer lines than fill the window stand at its lower edge. */
static void
test_few_lines (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  probe = ui_probe (ui, newest_in_view_cb, &look);
  ui_settle (ui);
  g_assert_cmpuint (count_rows (&look), ==, 3);
  ui_hear (ui, 1, "Good night, good night");
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_true (at_bottom (&look));
}

static void
test_nothing_yet (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  g_assert_cmpuint (count_rows (&look), ==, 0);
  g_assert_true (at_bottom (&look));
  g_assert_true (gtk_widget_get_visible (ui_find_named (look.view, "empty")));
  probe = ui_probe (ui, newest_in_view_cb, &look);
  ui_hear (ui, 1, "Good night, good night");
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_cmpuint (count_rows (&look), ==, 1);
  g_assert_false (gtk_widget_get_visible (ui_find_named (look.view, "empty")));
}

static void
test_follows (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  probe = ui_probe (ui, newest_in_view_cb, &look);
  for (guint i = 0; i < 40; i++) {
    ui_hear (ui, 1 + i % 3, "O Romeo, Romeo%s", i % 4 == 0 ? ",\nwherefore\nart thou\nRomeo?" : "");
    ui_frames (ui, 1);
  }
  ui_hear (ui, 500, "a burst");
  ui_frames (ui, 1);
  g_assert_cmpuint (count_rows (&look), ==, CHAT_TIMELINE_MAX);
  ui_hear (ui, 1, "and one");
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_cmpstr (body_at (&look, (int) count_rows (&look) - 1), ==, "and one");
  g_assert_true (at_bottom (&look));
}

static void
test_stays_while_lines_come (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  scroll_up (&look, 300);
  probe = ui_probe (ui, line_stays_cb, &look);
  for (guint i = 0; i < 20; i++) {
    ui_hear (ui, 1, "line %u", i);
    ui_frames (ui, 1);
  }
  ui_hear (ui, 500, "a burst");
  ui_settle (ui);
  ui_hear (ui, 7, "some more");
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_false (at_bottom (&look));

  probe = ui_probe (ui, newest_in_view_cb, &look);
  g_signal_handler_block (gtk_widget_get_frame_clock (ui->window), probe);
  ui_click (ui_find_named (look.view, "to_bottom"));
  ui_settle (ui);
  g_signal_handler_unblock (gtk_widget_get_frame_clock (ui->window), probe);
  ui_hear (ui, 1, "followed again");
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_cmpstr (body_at (&look, (int) count_rows (&look) - 1), ==, "followed again");
  g_assert_true (at_bottom (&look));
  g_assert_false (ui_is_visible (look.view, "to_bottom"));
}

/* Up to the first line and down to the last in small steps: each frame shows the line exactly that much lower. */
static void
test_loads_what_is_near (Ui *ui, gconstpointer data)
{
  const double step = 151;
  g_auto (Look) look = { 0 };
  ChatTimeline *timeline;
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  timeline = chat_conversation_get_timeline (ui->conversation);
  probe = ui_probe (ui, line_stays_cb, &look);
  for (int direction = -1; direction <= 1; direction += 2) {
    for (;;) {
      double room = direction < 0 ? ui_timeline_area_count_above (look.area) : ui_timeline_area_count_below (look.area);

      if (room == 0)
        break;
      g_signal_handler_block (gtk_widget_get_frame_clock (ui->window), probe);
      remember_line (&look);
      scroll_by (&look, direction * MIN (step, room));
      look.y -= direction * MIN (step, room);
      g_signal_handler_unblock (gtk_widget_get_frame_clock (ui->window), probe);
      ui_frames (ui, 1);
      chat_settle (&ui->chat);
    }
    if (direction < 0) {
      g_assert_true (chat_timeline_get_at_start (timeline));
      g_assert_false (chat_timeline_get_at_end (timeline));
      g_assert_cmpstr (body_at (&look, 1), ==, "line 1");
    }
  }
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_true (chat_timeline_get_at_end (timeline));
  g_assert_cmpstr (body_at (&look, (int) count_rows (&look) - 1), ==, "line 599");
  g_assert_true (at_bottom (&look));
}

/* What a touch screen does after the finger has left it: each frame sets a number of its own, wherever the list is. */
typedef struct {
  GtkAdjustment *adjustment;
  double         position, speed;
} Fling;

static gboolean
fling_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Fling *fling = data;

  fling->position -= fling->speed;
  fling->speed *= 0.97;
  gtk_adjustment_set_value (fling->adjustment, fling->position);
  return fling->speed > 1;
}

typedef struct {
  Look   *look;
  Fling  *fling;
  double  sum;   /* of the line's place and the fling's: what stays the same */
  guint   frames;
} FlingProbe;

static void
moves_with_fling_cb (gpointer data)
{
  FlingProbe *probe = data;
  UiMessageRow *row = row_of (probe->look, probe->look->message);

  if (row == NULL)
    return;
  g_assert_cmpfloat_with_epsilon (text_y (probe->look, row) + probe->fling->position, probe->sum, 1.01);
  probe->frames++;
}

static void
test_goes_on_flinging (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  Fling fling = { .speed = 90 };
  FlingProbe state = { &look, &fling };
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  scroll_up (&look, 200);
  fling.adjustment = look.adjustment;
  fling.position = gtk_adjustment_get_value (look.adjustment);
  state.sum = look.y + fling.position;
  gtk_widget_add_tick_callback (look.view, fling_cb, &fling, NULL);
  probe = ui_probe (ui, moves_with_fling_cb, &state);
  while (fling.speed > 1)
    ui_frames (ui, 1);
  ui_probe_end (ui, probe);
  g_assert_cmpuint (state.frames, >, 50);
  g_assert_cmpuint (count_rows (&look), >, 100);
}

static void
test_stays_while_one_grows (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  GtkListBoxRow *long_row = NULL;
  gulong probe;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "%u bottles\n", i);
  open_view (&look, ui);
  ui_settle (ui);
  ui_hear (ui, 1, "%s", text->str);
  ui_hear (ui, 40, "below it");
  ui_settle (ui);
  probe = ui_probe (ui, newest_in_view_cb, &look);
  for (int i = 0; long_row == NULL; i++)
    if (g_str_has_prefix (body_at (&look, i), "0 bottles"))
      long_row = row_at (&look, i);
  ui_click (ui_find_button (long_row, "Show more"));
  ui_settle (ui);
  ui_probe_end (ui, probe);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (long_row)), >, 5000);

  /* The same, read from further up. */
  ui_hear (ui, 1, "%s", text->str);
  ui_hear (ui, 40, "below it");
  ui_settle (ui);
  scroll_up (&look, 100);
  probe = ui_probe (ui, line_stays_cb, &look);
  for (int i = (int) count_rows (&look) - 1; i > 0; i--)
    if (g_str_has_prefix (body_at (&look, i), "0 bottles")) {
      ui_click (ui_find_button (row_at (&look, i), "Show more"));
      break;
    }
  ui_settle (ui);
  ui_probe_end (ui, probe);
}

static void
test_stays_while_resized (Ui *ui, gconstpointer data)
{
  static const int sizes[][2] = { { 400, 500 }, { 360, 640 }, { 900, 300 }, { 1100, 700 }, { 600, 500 } };
  g_auto (Look) look = { 0 };
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  probe = ui_probe (ui, newest_in_view_cb, &look);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gtk_window_set_default_size (GTK_WINDOW (ui->window), sizes[i][0], sizes[i][1]);
    ui_frames (ui, 8);
  }
  ui_probe_end (ui, probe);
  g_assert_true (at_bottom (&look));

  scroll_up (&look, 700);
  probe = ui_probe (ui, line_stays_cb, &look);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gtk_window_set_default_size (GTK_WINDOW (ui->window), sizes[i][0], sizes[i][1]);
    ui_frames (ui, 8);
    g_assert_cmpint (gtk_widget_get_width (look.view), ==, sizes[i][0]);
  }
  ui_probe_end (ui, probe);
}

/* The line that holds the place goes away: the next one holds it. */
static void
test_stays_when_the_anchor_goes (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  ChatTimeline *timeline;
  gulong probe;

  open_view (&look, ui);
  ui_settle (ui);
  timeline = chat_conversation_get_timeline (ui->conversation);
  scroll_up (&look, 300);
  probe = ui_probe (ui, line_stays_cb, &look);
  for (int i = 0; row_at (&look, i) != NULL; i++)
    if (row_at (&look, i + 1) == GTK_LIST_BOX_ROW (row_of (&look, look.message))) {
      chat_timeline_remove (timeline, ui_message_row_get_message (UI_MESSAGE_ROW (row_at (&look, i))));
      break;
    }
  ui_settle (ui);
  ui_probe_end (ui, probe);
}

static void
test_slow_fingers (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };

  open_view (&look, ui);
  ui_settle (ui);
  for (guint i = 0; i < 10; i++) {
    scroll_by (&look, -0.25);
    ui_frames (ui, 2);
  }
  g_assert_false (at_bottom (&look));
  g_assert_cmpfloat_with_epsilon (ui_timeline_area_count_below (look.area), 2.5, 0.01);
  scroll_by (&look, 1.75);
  ui_frames (ui, 2);
  g_assert_true (at_bottom (&look));
  g_assert_cmpfloat (ui_timeline_area_count_below (look.area), ==, 0);
}

static GtkWidget *
get_focus (Ui *ui)
{
  return gtk_root_get_focus (GTK_ROOT (ui->window));
}

static void
move_cursor (Look *look, GtkMovementStep step, int count)
{
  g_signal_emit_by_name (look->list, "move-cursor", step, count, FALSE, FALSE);
  ui_frames (look->ui, 2);
}

static void
assert_focus_in_view (Look *look)
{
  GtkWidget *focus = get_focus (look->ui);

  g_assert_true (UI_IS_MESSAGE_ROW (focus));
  g_assert_cmpfloat (ui_y (focus, look->area), >=, 0);
  g_assert_cmpfloat (ui_y (focus, look->area) + gtk_widget_get_height (focus), <=, page (look));
}

static void
test_keyboard (Ui *ui, gconstpointer data)
{
  g_auto (Look) look = { 0 };
  int last;

  open_view (&look, ui);
  ui_settle (ui);
  gtk_window_set_focus_visible (GTK_WINDOW (ui->window), TRUE);
  last = (int) count_rows (&look) - 1;
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (look.area), GTK_DIR_TAB_FORWARD));
  g_assert_true (get_focus (ui) == GTK_WIDGET (row_at (&look, last)));

  for (int i = 1; i < 30; i++) {
    move_cursor (&look, GTK_MOVEMENT_DISPLAY_LINES, -1);
    g_assert_true (get_focus (ui) == GTK_WIDGET (row_at (&look, last - i)));
    assert_focus_in_view (&look);
  }
  g_assert_false (at_bottom (&look));
  move_cursor (&look, GTK_MOVEMENT_PAGES, 1);
  assert_focus_in_view (&look);
  g_assert_true (get_focus (ui) != GTK_WIDGET (row_at (&look, last - 28)));
  move_cursor (&look, GTK_MOVEMENT_BUFFER_ENDS, 1);
  g_assert_true (get_focus (ui) == GTK_WIDGET (row_at (&look, last)));

  /* Into the row, and then out of the list. */
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (look.area), GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_is_ancestor (get_focus (ui), GTK_WIDGET (row_at (&look, last))));
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (look.area), GTK_DIR_TAB_FORWARD));
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, n, test) g_test_add ("/timeline-view/" path, Ui, GUINT_TO_POINTER (n), ui_set_up, test, ui_tear_down)
  ADD ("opens-at-the-end", 600, test_opens_at_the_end);
  ADD ("few-lines", 3, test_few_lines);
  ADD ("nothing-yet", 0, test_nothing_yet);
  ADD ("follows", 120, test_follows);
  ADD ("stays-while-lines-come", 180, test_stays_while_lines_come);
  ADD ("loads-what-is-near", 600, test_loads_what_is_near);
  ADD ("goes-on-flinging", 600, test_goes_on_flinging);
  ADD ("stays-while-one-grows", 60, test_stays_while_one_grows);
  ADD ("stays-while-resized", 120, test_stays_while_resized);
  ADD ("stays-when-the-anchor-goes", 120, test_stays_when_the_anchor_goes);
  ADD ("slow-fingers", 120, test_slow_fingers);
  ADD ("keyboard", 120, test_keyboard);
  return g_test_run ();
}
