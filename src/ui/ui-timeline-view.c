/* The messages of a conversation: under days and names, loaded as one scrolls, at the newest until one leaves it. */
#include "ui-timeline-view.h"

#include <adwaita.h>

#include "chat-core.h"
#include "ui-message-row.h"
#include "ui-time.h"
#include "ui-timeline-area.h"

/* Lines by one sender within this stand under one name. */
#define GROUP_US (5 * G_TIME_SPAN_MINUTE)

/* Who scrolls down to within this many px of the end has arrived. */
#define ARRIVED_PX 1.0

struct _UiTimelineView {
  GtkWidget         parent_instance;

  GtkWidget        *overlay;
  UiTimelineArea   *area;
  GtkWidget        *to_bottom;
  GtkWidget        *empty;

  ChatConversation *conversation;   /* (owned, nullable) */
  ChatTimeline     *timeline;       /* (owned, nullable) */
  BaseClock        *clock;          /* (owned, nullable) */
  gint64            today;          /* what the day headers count from, µs since 1970 UTC */
  guint             midnight;       /* the clock's timer that renews "Today" */
  int               heading;        /* -1: towards the start, 1: the end; 0: loaded what is there */
  gboolean          staying;        /* with the newest line, whatever comes */
  gboolean          at_bottom;      /* the newest line is in view */
};

enum { PROP_AT_BOTTOM = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiTimelineView, ui_timeline_view, GTK_TYPE_WIDGET)

/* --- days and names ----------------------------------------------------------------------------------------- */

static GtkWidget *
day_header_new (UiTimelineView *self,
                gint64          at)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *start = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  GtkWidget *end = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  g_autofree char *day = ui_time_day (at, self->today);
  GtkWidget *label = gtk_label_new (day);

  gtk_widget_add_css_class (box, "day");
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_set_hexpand (start, TRUE);
  gtk_widget_set_hexpand (end, TRUE);
  gtk_widget_set_valign (start, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), start);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), end);
  return box;
}

static void
update_header_cb (GtkListBoxRow *row,
                  GtkListBoxRow *before,
                  gpointer       user_data)
{
  ChatMessage *message = ui_message_row_get_message (UI_MESSAGE_ROW (row));
  ChatMessage *previous = before != NULL ? ui_message_row_get_message (UI_MESSAGE_ROW (before)) : NULL;
  gint64 at = chat_message_get_sent_at (message);
  gboolean new_day = previous == NULL || !ui_time_same_day (chat_message_get_sent_at (previous), at);

  gtk_list_box_row_set_header (row, new_day ? day_header_new (user_data, at) : NULL);
  ui_message_row_set_continues (UI_MESSAGE_ROW (row),
                                !new_day
                                && chat_message_is_outgoing (previous) == chat_message_is_outgoing (message)
                                && ABS (at - chat_message_get_sent_at (previous)) < GROUP_US);
}

static void
stop_clock (UiTimelineView *self)
{
  if (self->midnight != 0)
    base_clock_remove (self->clock, self->midnight);
  self->midnight = 0;
}

/* "Today" is "Yesterday" when the day is over. A computer that slept finds out as soon as it is looked at. */
static gboolean
midnight_cb (gpointer user_data)
{
  UiTimelineView *self = user_data;
  gint64 now;

  stop_clock (self);
  if (self->clock == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  now = base_clock_real (self->clock);
  if (!ui_time_same_day (self->today, now)) {
    self->today = now;
    gtk_list_box_invalidate_headers (ui_timeline_area_get_list (self->area));
  }
  self->midnight = base_clock_add (self->clock, ui_time_left_of_day (now), midnight_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

/* --- place and loading -------------------------------------------------------------------------------------- */

static void
set_staying (UiTimelineView *self,
             gboolean        staying)
{
  gboolean at_end = self->timeline == NULL || chat_timeline_get_at_end (self->timeline);
  gboolean at_bottom = staying && at_end;

  if (self->staying != staying) {
    self->staying = staying;
    gtk_widget_set_visible (self->to_bottom, !staying);
    if (self->timeline != NULL)
      chat_timeline_set_following (self->timeline, staying);
  }
  /* While the newest lines are on their way there is nothing to go to. */
  ui_timeline_area_set_follow (self->area, at_bottom);
  if (self->at_bottom == at_bottom)
    return;
  self->at_bottom = at_bottom;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_BOTTOM]);
}

/* One page is loaded for a move towards an end of the window, or while the window has room. A full window drops at its
 * other end what it loads at this one, so it never loads by itself. */
static void
load_what_is_near (UiTimelineView *self)
{
  double page = ui_timeline_area_get_page (self->area);
  gboolean has_room = g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) < CHAT_TIMELINE_MAX;

  if (chat_timeline_get_loading (self->timeline))
    return;
  if (!chat_timeline_get_at_start (self->timeline) && (self->heading < 0 || has_room)
      && ui_timeline_area_count_above (self->area) < page)
    chat_timeline_load_older (self->timeline);
  else if (!chat_timeline_get_at_end (self->timeline) && (self->heading > 0 || has_room)
           && ui_timeline_area_count_below (self->area) < page)
    chat_timeline_load_newer (self->timeline);
  else
    return;
  self->heading = 0;
}

static void
area_scrolled_cb (UiTimelineView *self,
                  double          moved)
{
  if (self->timeline == NULL)
    return;
  self->heading = moved < 0 ? -1 : 1;
  set_staying (self, moved > 0 && chat_timeline_get_at_end (self->timeline)
                     && ui_timeline_area_count_below (self->area) <= ARRIVED_PX);
  load_what_is_near (self);
}

static void
area_placed_cb (UiTimelineView *self)
{
  if (self->timeline == NULL)
    return;
  set_staying (self, self->staying || (chat_timeline_get_at_end (self->timeline)
                                       && ui_timeline_area_count_below (self->area) <= 0));
  load_what_is_near (self);
}

static void
timeline_notify_at_end_cb (UiTimelineView *self)
{
  set_staying (self, self->staying);
}

/* Only once the store has said that there is nothing. */
static void
update_empty (UiTimelineView *self)
{
  gtk_widget_set_visible (self->empty, self->timeline != NULL && !chat_timeline_get_loading (self->timeline)
                                           && g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) == 0);
}

static void
to_bottom_clicked_cb (UiTimelineView *self)
{
  ui_timeline_view_scroll_to_bottom (self);
}

/* --- life cycle --------------------------------------------------------------------------------------------- */

static GtkWidget *
create_row_cb (gpointer item,
               gpointer user_data)
{
  return ui_message_row_new (UI_TIMELINE_VIEW (user_data)->conversation, CHAT_MESSAGE (item));
}

static void
ui_timeline_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_timeline_view_parent_class)->map (widget);
  midnight_cb (widget);
}

static void
ui_timeline_view_unmap (GtkWidget *widget)
{
  stop_clock (UI_TIMELINE_VIEW (widget));
  GTK_WIDGET_CLASS (ui_timeline_view_parent_class)->unmap (widget);
}

static void
ui_timeline_view_state_flags_changed (GtkWidget     *widget,
                                      GtkStateFlags  before)
{
  GTK_WIDGET_CLASS (ui_timeline_view_parent_class)->state_flags_changed (widget, before);
  midnight_cb (widget);
}

/* A scrolled window without anything in it would keep the focus from going on. */
static gboolean
ui_timeline_view_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  UiTimelineView *self = UI_TIMELINE_VIEW (widget);

  if (gtk_list_box_get_row_at_index (ui_timeline_area_get_list (self->area), 0) == NULL)
    return FALSE;
  return gtk_widget_child_focus (self->overlay, direction);
}

static void
ui_timeline_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_AT_BOTTOM:
    g_value_set_boolean (value, UI_TIMELINE_VIEW (object)->at_bottom);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_timeline_view_dispose (GObject *object)
{
  UiTimelineView *self = UI_TIMELINE_VIEW (object);

  if (self->overlay != NULL)
    ui_timeline_view_set_conversation (self, NULL);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_timeline_view_parent_class)->dispose (object);
}

static void
ui_timeline_view_class_init (UiTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_timeline_view_get_property;
  object_class->dispose = ui_timeline_view_dispose;
  widget_class->map = ui_timeline_view_map;
  widget_class->unmap = ui_timeline_view_unmap;
  widget_class->focus = ui_timeline_view_focus;
  widget_class->state_flags_changed = ui_timeline_view_state_flags_changed;

  properties[PROP_AT_BOTTOM] =
      g_param_spec_boolean ("at-bottom", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (UI_TYPE_TIMELINE_AREA);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiTimelineView, overlay);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineView, area);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineView, to_bottom);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineView, empty);
  gtk_widget_class_bind_template_callback (widget_class, area_scrolled_cb);
  gtk_widget_class_bind_template_callback (widget_class, area_placed_cb);
  gtk_widget_class_bind_template_callback (widget_class, to_bottom_clicked_cb);
}

static void
ui_timeline_view_init (UiTimelineView *self)
{
  self->staying = self->at_bottom = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (ui_timeline_area_get_list (self->area), update_header_cb, self, NULL);
}

/**
 * ui_timeline_view_new:
 *
 * Makes an empty view.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_timeline_view_new (void)
{
  return g_object_new (UI_TYPE_TIMELINE_VIEW, NULL);
}

/**
 * ui_timeline_view_set_conversation:
 * @self: a view
 * @conversation: (nullable): whose messages to show
 *
 * Shows the newest messages of @conversation.
 */
void
ui_timeline_view_set_conversation (UiTimelineView   *self,
                                   ChatConversation *conversation)
{
  GtkListBox *list;
  ChatCore *core;

  g_return_if_fail (UI_IS_TIMELINE_VIEW (self));

  if (self->conversation == conversation)
    return;
  list = ui_timeline_area_get_list (self->area);
  gtk_list_box_bind_model (list, NULL, NULL, NULL, NULL);
  set_staying (self, TRUE);
  stop_clock (self);
  if (self->timeline != NULL) {
    g_signal_handlers_disconnect_by_func (self->timeline, timeline_notify_at_end_cb, self);
    g_signal_handlers_disconnect_by_func (self->timeline, update_empty, self);
  }
  g_clear_object (&self->timeline);
  g_clear_pointer (&self->clock, base_clock_unref);
  g_set_object (&self->conversation, conversation);
  update_empty (self);
  if (conversation == NULL)
    return;

  core = chat_account_get_core (chat_conversation_get_account (conversation));
  if (core != NULL) {
    self->clock = base_clock_ref (chat_core_get_clock (core));
    self->today = base_clock_real (self->clock);
  }
  self->timeline = chat_conversation_dup_timeline (conversation);
  g_signal_connect_object (self->timeline, "notify::at-end", G_CALLBACK (timeline_notify_at_end_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "notify::loading", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "items-changed", G_CALLBACK (update_empty), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (list, G_LIST_MODEL (self->timeline), create_row_cb, self, NULL);
  set_staying (self, TRUE);
  update_empty (self);
  midnight_cb (self);
}

/**
 * ui_timeline_view_get_at_bottom:
 * @self: a view
 *
 * Returns: %TRUE while the newest line is in view
 */
gboolean
ui_timeline_view_get_at_bottom (UiTimelineView *self)
{
  g_return_val_if_fail (UI_IS_TIMELINE_VIEW (self), FALSE);

  return self->at_bottom;
}

/**
 * ui_timeline_view_scroll_to_bottom:
 * @self: a view
 *
 * Goes to the newest line and stays with it.
 */
void
ui_timeline_view_scroll_to_bottom (UiTimelineView *self)
{
  g_return_if_fail (UI_IS_TIMELINE_VIEW (self));

  if (self->timeline == NULL)
    return;
  if (!chat_timeline_get_at_end (self->timeline))
    chat_timeline_jump_to_end (self->timeline);
  set_staying (self, TRUE);
}
