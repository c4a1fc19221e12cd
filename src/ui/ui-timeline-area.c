/* The moving part of the timeline: scrolls the list of messages so that what one looks at stays where it is.
 *
 *      lower ─┬──────────┐  older pages, a growing message: the start moves up
 *             │          │
 *      value ─┼──────────┤ ┐
 *             │ anchors  │ │ page      what is in view keeps its numbers
 *             ├──────────┤ ┘
 *             │          │
 *      upper ─┴──────────┘  new lines: the end moves down
 *
 * The adjustment's numbers belong to messages: while rows come and go around it, a message keeps its number, and so
 * does the value. What has just been scrolled goes on undisturbed, be it a finger, a wheel or a fling that is running
 * out. Only when the end is followed it is the end that keeps its number, and the messages move. All of this happens in
 * the layout itself, before anything is drawn; so no frame shows anything else.
 */
#include "ui-timeline-area.h"

#include <adwaita.h>

#include "ui-message-row.h"

/* A message in view: should it go, the next one is held instead. */
typedef struct {
  ChatMessage *message;   /* (owned) */
  double       place;     /* of its text's upper edge, in the adjustment's numbers */
} Anchor;

struct _UiTimelineArea {
  GtkWidget      parent_instance;

  GtkWidget     *clamp;
  GtkListBox    *list;
  UiGap         *gap;
  GtkAdjustment *adjustments[2];   /* (owned, nullable) by GtkOrientation */
  GtkAdjustment *page;             /* (owned) tells the list how far Page Up and Page Down go */
  GtkRoot       *root;             /* (not owned, nullable) whose focus is watched */

  GArray        *anchors;          /* (owned) of Anchor, top down */
  double         value;            /* the last one known */
  guint          placed;           /* source */
  gboolean       follow;
  gboolean       placing;          /* the adjustment moves because of us */
};

enum { PROP_HADJUSTMENT = 1, PROP_VADJUSTMENT, PROP_HSCROLL_POLICY, PROP_VSCROLL_POLICY };
enum { SIGNAL_SCROLLED, SIGNAL_PLACED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (UiTimelineArea, ui_timeline_area, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static GtkAdjustment *
vertical (UiTimelineArea *self)
{
  return self->adjustments[GTK_ORIENTATION_VERTICAL];
}

/* --- place -------------------------------------------------------------------------------------------------- */

static void
anchor_clear (gpointer data)
{
  g_object_unref (((Anchor *) data)->message);
}

static UiMessageRow *
next_row (GtkWidget *widget)
{
  while (widget != NULL && !UI_IS_MESSAGE_ROW (widget))
    widget = gtk_widget_get_next_sibling (widget);
  return widget != NULL ? UI_MESSAGE_ROW (widget) : NULL;
}

/* Of a row's text, below the whole list's upper edge. A name above it comes and goes with what stands before. */
static double
text_place (UiTimelineArea *self,
            UiMessageRow   *row)
{
  graphene_point_t place = GRAPHENE_POINT_INIT (0, 0);

  if (!gtk_widget_compute_point (ui_message_row_get_body (row), self->clamp, &place, &place))
    return 0;
  return place.y;
}

static UiMessageRow *
find_row (UiTimelineArea *self,
          ChatMessage    *message)
{
  UiMessageRow *row = next_row (gtk_widget_get_first_child (GTK_WIDGET (self->list)));

  while (row != NULL && ui_message_row_get_message (row) != message)
    row = next_row (gtk_widget_get_next_sibling (GTK_WIDGET (row)));
  return row;
}

/* Of a row's lower edge. */
static double
row_end (UiTimelineArea *self,
         UiMessageRow   *row)
{
  graphene_point_t place = GRAPHENE_POINT_INIT (0, (float) gtk_widget_get_height (GTK_WIDGET (row)));

  if (!gtk_widget_compute_point (GTK_WIDGET (row), self->clamp, &place, &place))
    return 0;
  return place.y;
}

static void
remember_anchors (UiTimelineArea *self)
{
  double lower = gtk_adjustment_get_lower (vertical (self));
  double end = self->value + gtk_adjustment_get_page_size (vertical (self));
  UiMessageRow *row = next_row (gtk_widget_get_first_child (GTK_WIDGET (self->list)));

  g_array_set_size (self->anchors, 0);
  while (row != NULL && lower + row_end (self, row) <= self->value)
    row = next_row (gtk_widget_get_next_sibling (GTK_WIDGET (row)));
  for (; row != NULL; row = next_row (gtk_widget_get_next_sibling (GTK_WIDGET (row)))) {
    Anchor anchor = { ui_message_row_get_message (row), lower + text_place (self, row) };

    if (anchor.place > end)
      break;
    g_object_ref (anchor.message);
    g_array_append_val (self->anchors, anchor);
  }
}

/* The number of the list's upper edge, now that its rows have new places. */
static double
find_lower (UiTimelineArea *self,
            int             content)
{
  for (guint i = 0; i < self->anchors->len && !self->follow; i++) {
    const Anchor *anchor = &g_array_index (self->anchors, Anchor, i);
    UiMessageRow *row = find_row (self, anchor->message);

    if (row != NULL)
      return anchor->place - text_place (self, row);
  }
  return gtk_adjustment_get_upper (vertical (self)) - content;
}

static gboolean
placed_cb (gpointer user_data)
{
  UiTimelineArea *self = user_data;

  self->placed = 0;
  g_signal_emit (self, signals[SIGNAL_PLACED], 0);
  return G_SOURCE_REMOVE;
}

static void
set_numbers (UiTimelineArea *self,
             int             width,
             int             height,
             int             content)
{
  GtkAdjustment *horizontal = self->adjustments[GTK_ORIENTATION_HORIZONTAL];
  double lower = find_lower (self, content);
  double value = self->follow ? lower + content - height : self->value;

  self->placing = TRUE;
  gtk_adjustment_configure (vertical (self), value, lower, lower + content, height * 0.1, height * 0.9, height);
  gtk_adjustment_configure (horizontal, 0, 0, width, width * 0.1, width * 0.9, width);
  gtk_adjustment_set_page_increment (self->page, height * 0.9);
  self->placing = FALSE;
  self->value = gtk_adjustment_get_value (vertical (self));
}

static void
ui_timeline_area_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (widget);
  graphene_point_t origin;
  int content;

  gtk_widget_measure (self->clamp, GTK_ORIENTATION_VERTICAL, width, &content, NULL, NULL, NULL);
  content = MAX (content, height);

  /* First the rows find their places, then the whole of them its own; the second is a translation and costs nothing. */
  gtk_widget_allocate (self->clamp, width, content, -1, NULL);
  set_numbers (self, width, height, content);
  origin = GRAPHENE_POINT_INIT (0, (float) round (gtk_adjustment_get_lower (vertical (self)) - self->value));
  gtk_widget_allocate (self->clamp, width, content, -1, gsk_transform_translate (NULL, &origin));
  remember_anchors (self);

  if (self->placed == 0)
    self->placed = g_idle_add_full (G_PRIORITY_HIGH_IDLE, placed_cb, self, NULL);
}

static void
ui_timeline_area_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    gtk_widget_measure (UI_TIMELINE_AREA (widget)->clamp, orientation, -1, minimum, natural, NULL, NULL);
}

static void
adjustment_value_changed_cb (UiTimelineArea *self)
{
  double moved = gtk_adjustment_get_value (vertical (self)) - self->value;

  if (self->placing)
    return;
  self->value += moved;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_SCROLLED], 0, moved);
}

static void
set_adjustment (UiTimelineArea *self,
                GtkOrientation  orientation,
                GtkAdjustment  *adjustment)
{
  if (self->adjustments[orientation] != NULL)
    g_signal_handlers_disconnect_by_func (self->adjustments[orientation], adjustment_value_changed_cb, self);
  g_set_object (&self->adjustments[orientation], adjustment);
  if (adjustment != NULL && orientation == GTK_ORIENTATION_VERTICAL) {
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (adjustment_value_changed_cb), self,
                             G_CONNECT_SWAPPED);
    self->value = gtk_adjustment_get_value (adjustment);
  }
}

/* --- focus -------------------------------------------------------------------------------------------------- */

/* What the keyboard goes to is scrolled into view. A click is in view already and moves nothing. */
static void
root_notify_focus_widget_cb (UiTimelineArea *self)
{
  GtkWidget *focus = gtk_root_get_focus (self->root);
  double page = gtk_adjustment_get_page_size (vertical (self));
  graphene_rect_t bounds;
  double above, below;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))
      || !gtk_window_get_focus_visible (GTK_WINDOW (self->root))
      || !gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    return;
  above = -bounds.origin.y;
  below = bounds.origin.y + bounds.size.height - page;
  if (above > 0 && below < 0)
    gtk_adjustment_set_value (vertical (self), self->value - MIN (above, -below));
  else if (below > 0 && above < 0)
    gtk_adjustment_set_value (vertical (self), self->value + MIN (below, -above));
}

static void
ui_timeline_area_root (GtkWidget *widget)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (widget);

  GTK_WIDGET_CLASS (ui_timeline_area_parent_class)->root (widget);
  self->root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (self->root))
    g_signal_connect_object (self->root, "notify::focus-widget", G_CALLBACK (root_notify_focus_widget_cb), self,
                             G_CONNECT_SWAPPED);
}

static void
ui_timeline_area_unroot (GtkWidget *widget)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (widget);

  g_signal_handlers_disconnect_by_func (self->root, root_notify_focus_widget_cb, self);
  self->root = NULL;
  GTK_WIDGET_CLASS (ui_timeline_area_parent_class)->unroot (widget);
}

/* Tab goes through what is in one row and then on to what follows the list; the arrow keys go from row to row. Who
 * comes into the list comes to the lowest row in view. */
static gboolean
ui_timeline_area_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (widget);
  GtkWidget *focused = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  UiMessageRow *row = NULL;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (GTK_WIDGET (self->list), direction);
  if (focused != NULL)
    return gtk_widget_child_focus (focused, direction);
  for (guint i = self->anchors->len; i > 0 && row == NULL; i--)
    row = find_row (self, g_array_index (self->anchors, Anchor, i - 1).message);
  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* --- life cycle --------------------------------------------------------------------------------------------- */

static void
ui_timeline_area_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (object);

  switch (prop_id) {
  case PROP_HADJUSTMENT:
    g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
    break;
  case PROP_VADJUSTMENT:
    g_value_set_object (value, vertical (self));
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    g_value_set_enum (value, GTK_SCROLL_MINIMUM);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_timeline_area_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (object);

  switch (prop_id) {
  case PROP_HADJUSTMENT:
    set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
    break;
  case PROP_VADJUSTMENT:
    set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
    break;
  case PROP_HSCROLL_POLICY:
  case PROP_VSCROLL_POLICY:
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_timeline_area_dispose (GObject *object)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (object);

  g_clear_handle_id (&self->placed, g_source_remove);
  set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, NULL);
  set_adjustment (self, GTK_ORIENTATION_VERTICAL, NULL);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_timeline_area_parent_class)->dispose (object);
}

static void
ui_timeline_area_finalize (GObject *object)
{
  UiTimelineArea *self = UI_TIMELINE_AREA (object);

  g_array_unref (self->anchors);
  g_object_unref (self->page);
  G_OBJECT_CLASS (ui_timeline_area_parent_class)->finalize (object);
}

static void
ui_timeline_area_class_init (UiTimelineAreaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_timeline_area_get_property;
  object_class->set_property = ui_timeline_area_set_property;
  object_class->dispose = ui_timeline_area_dispose;
  object_class->finalize = ui_timeline_area_finalize;
  widget_class->measure = ui_timeline_area_measure;
  widget_class->size_allocate = ui_timeline_area_size_allocate;
  widget_class->root = ui_timeline_area_root;
  widget_class->unroot = ui_timeline_area_unroot;
  widget_class->focus = ui_timeline_area_focus;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  /**
   * UiTimelineArea::scrolled:
   * @moved: how far, in px; negative towards the start
   *
   * The view was moved by somebody else: the user, with whatever device.
   */
  signals[SIGNAL_SCROLLED] = g_signal_new ("scrolled", UI_TYPE_TIMELINE_AREA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_DOUBLE);

  /**
   * UiTimelineArea::placed:
   *
   * Everything was laid out anew and is on the screen. Widgets may be changed again.
   */
  signals[SIGNAL_PLACED] = g_signal_new ("placed", UI_TYPE_TIMELINE_AREA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_GAP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-timeline-area.ui");
  gtk_widget_class_bind_template_child (widget_class, UiTimelineArea, clamp);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineArea, list);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineArea, gap);
}

static void
ui_timeline_area_init (UiTimelineArea *self)
{
  self->anchors = g_array_new (FALSE, FALSE, sizeof (Anchor));
  g_array_set_clear_func (self->anchors, anchor_clear);
  self->page = g_object_ref_sink (gtk_adjustment_new (0, 0, 0, 0, 0, 0));
  self->follow = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_adjustment (self->list, self->page);
}

/**
 * ui_timeline_area_get_list:
 * @self: an area
 *
 * Returns: (transfer none): the list to bind to a model, with rows that are #UiMessageRow
 */
GtkListBox *
ui_timeline_area_get_list (UiTimelineArea *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_AREA (self), NULL);

  return self->list;
}

/**
 * ui_timeline_area_get_gap:
 * @self: an area
 *
 * Returns: (transfer none): the line below the last message
 */
UiGap *
ui_timeline_area_get_gap (UiTimelineArea *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_AREA (self), NULL);

  return self->gap;
}

/**
 * ui_timeline_area_set_follow:
 * @self: an area
 * @follow: whether the end is what stays in view
 *
 * Goes to the end and stays there, or stays where it is.
 */
void
ui_timeline_area_set_follow (UiTimelineArea *self,
                             gboolean        follow)
{
  g_return_if_fail (UI_IS_TIMELINE_AREA (self));

  if (self->follow == follow)
    return;
  self->follow = follow;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * ui_timeline_area_count_above:
 * @self: an area
 *
 * Returns: how many px of the list are above what is in view
 */
double
ui_timeline_area_count_above (UiTimelineArea *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_AREA (self), 0);

  return self->value - gtk_adjustment_get_lower (vertical (self));
}

/**
 * ui_timeline_area_count_below:
 * @self: an area
 *
 * Returns: how many px of the list are below what is in view
 */
double
ui_timeline_area_count_below (UiTimelineArea *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_AREA (self), 0);

  return gtk_adjustment_get_upper (vertical (self)) - self->value - ui_timeline_area_get_page (self);
}

/**
 * ui_timeline_area_get_page:
 * @self: an area
 *
 * Returns: how many px of the list are in view
 */
double
ui_timeline_area_get_page (UiTimelineArea *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_AREA (self), 0);

  return gtk_adjustment_get_page_size (vertical (self));
}
