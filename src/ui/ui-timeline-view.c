/* The messages of a conversation: under days and names, loaded as one scrolls, at the newest until one leaves it. */
#include "ui-timeline-view.h"

#include <adwaita.h>

#include "chat-core.h"
#include "ui-message-row.h"
#include "ui-time.h"
#include "ui-timeline-area.h"
#include "ui-timeline-header.h"

/* Lines by one sender within this stand under one name. */
#define GROUP_US (5 * G_TIME_SPAN_MINUTE)

/* Who scrolls down to within this many px of the end has arrived. */
#define ARRIVED_PX 1.0

/* A gap at the end that closes sooner is not worth a line. */
#define GAP_DELAY_US (G_TIME_SPAN_SECOND / 2)

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
  guint             late;           /* … that shows that the end is still open */
  int               heading;        /* -1: towards the start, 1: the end; 0: loaded what is there */
  gboolean          staying;        /* with the newest line, whatever comes */
  gboolean          at_bottom;      /* the newest line is in view */
};

enum { PROP_AT_BOTTOM = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiTimelineView, ui_timeline_view, GTK_TYPE_WIDGET)

/* --- days, names and gaps ----------------------------------------------------------------------------------- */

static ChatAccount *
get_account (UiTimelineView *self)
{
  return chat_conversation_get_account (self->conversation);
}

/* A header that stays goes on turning its wheel. */
static void
update_header (UiTimelineView *self,
               GtkListBoxRow  *row,
               gboolean        new_day,
               gboolean        gap)
{
  gint64 at = chat_message_get_sent_at (ui_message_row_get_message (UI_MESSAGE_ROW (row)));
  g_autofree char *day = new_day ? ui_time_day (at, self->today) : NULL;
  GtkWidget *header = gtk_list_box_row_get_header (row);
  UiGapPlace place = gtk_list_box_row_get_index (row) == 0 ? UI_GAP_START : UI_GAP_BETWEEN;

  if (!new_day && !gap) {
    gtk_list_box_row_set_header (row, NULL);
    return;
  }
  if (header == NULL) {
    header = ui_timeline_header_new ();
    gtk_list_box_row_set_header (row, header);
  }
  ui_timeline_header_set_day (UI_TIMELINE_HEADER (header), day);
  ui_timeline_header_set_gap (UI_TIMELINE_HEADER (header), gap ? place : UI_GAP_NONE, get_account (self));
}

static void
update_header_cb (GtkListBoxRow *row,
                  GtkListBoxRow *before,
                  gpointer       user_data)
{
  UiTimelineView *self = user_data;
  ChatMessage *message = ui_message_row_get_message (UI_MESSAGE_ROW (row));
  ChatMessage *previous = before != NULL ? ui_message_row_get_message (UI_MESSAGE_ROW (before)) : NULL;
  gint64 at = chat_message_get_sent_at (message);
  gboolean new_day = previous == NULL || !ui_time_same_day (chat_message_get_sent_at (previous), at);
  gboolean gap = chat_timeline_has_gap (self->timeline, (guint) gtk_list_box_row_get_index (row));

  update_header (self, row, new_day, gap);
  ui_message_row_set_continues (UI_MESSAGE_ROW (row),
                                !new_day && !gap
                                && chat_message_is_outgoing (previous) == chat_message_is_outgoing (message)
                                && ABS (at - chat_message_get_sent_at (previous)) < GROUP_US);
}

static void
stop_timer (UiTimelineView *self,
            guint          *timer)
{
  if (*timer != 0)
    base_clock_remove (self->clock, *timer);
  *timer = 0;
}

static void update_end (UiTimelineView *self);

static gboolean
late_cb (gpointer user_data)
{
  UiTimelineView *self = user_data;

  stop_timer (self, &self->late);
  gtk_widget_set_visible (GTK_WIDGET (ui_timeline_area_get_gap (self->area)), TRUE);
  update_end (self);
  return G_SOURCE_REMOVE;
}

/* At each sign-in the end is open for a moment: lines that move up for that would come right back. */
static gboolean
waits_for_end (UiTimelineView *self)
{
  ChatAccountState state = chat_account_get_state (get_account (self));
  gboolean soon = state == CHAT_ACCOUNT_ONLINE || state == CHAT_ACCOUNT_CONNECTING
                  || chat_history_get_state (chat_account_get_history (get_account (self))) == CHAT_HISTORY_READING;

  if (self->clock == NULL || !soon || gtk_widget_get_visible (GTK_WIDGET (ui_timeline_area_get_gap (self->area))))
    return FALSE;
  if (self->late == 0)
    self->late = base_clock_add (self->clock, GAP_DELAY_US, late_cb, self, NULL);
  return TRUE;
}

/* That there is nothing is said once the store has said so, and the archive has no more. */
static void
update_end (UiTimelineView *self)
{
  guint n = self->timeline != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) : 0;
  gboolean gap = self->timeline != NULL && chat_timeline_has_gap (self->timeline, n);
  UiGapPlace place = n > 0 ? UI_GAP_END : UI_GAP_START;

  if (gap && n > 0 && waits_for_end (self))
    return;
  stop_timer (self, &self->late);
  ui_gap_set (ui_timeline_area_get_gap (self->area), gap ? place : UI_GAP_NONE,
              self->conversation != NULL ? get_account (self) : NULL);
  gtk_widget_set_visible (self->empty,
                          self->timeline != NULL && !chat_timeline_get_loading (self->timeline) && n == 0 && !gap);
}

static void
update_gaps (UiTimelineView *self)
{
  gtk_list_box_invalidate_headers (ui_timeline_area_get_list (self->area));
  update_end (self);
}

/* "Today" is "Yesterday" when the day is over. A computer that slept finds out as soon as it is looked at. */
static gboolean
midnight_cb (gpointer user_data)
{
  UiTimelineView *self = user_data;
  gint64 now;

  if (self->clock == NULL)
    return G_SOURCE_REMOVE;
  stop_timer (self, &self->midnight);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
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
  update_end (self);
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
  stop_timer (UI_TIMELINE_VIEW (widget), &UI_TIMELINE_VIEW (widget)->midnight);
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
  stop_timer (self, &self->midnight);
  stop_timer (self, &self->late);
  if (self->timeline != NULL) {
    g_signal_handlers_disconnect_by_func (self->timeline, timeline_notify_at_end_cb, self);
    g_signal_handlers_disconnect_by_func (self->timeline, update_end, self);
    g_signal_handlers_disconnect_by_func (self->timeline, update_gaps, self);
    g_signal_handlers_disconnect_by_func (get_account (self), update_gaps, self);
    g_signal_handlers_disconnect_by_func (chat_account_get_history (get_account (self)), update_gaps, self);
  }
  g_clear_object (&self->timeline);
  g_clear_pointer (&self->clock, base_clock_unref);
  g_set_object (&self->conversation, conversation);
  update_end (self);
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
  g_signal_connect_object (self->timeline, "notify::loading", G_CALLBACK (update_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "items-changed", G_CALLBACK (update_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "gaps-changed", G_CALLBACK (update_gaps), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->timeline, "notify::at-start", G_CALLBACK (update_gaps), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_account (self), "notify::state", G_CALLBACK (update_gaps), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chat_account_get_history (get_account (self)), "notify::state", G_CALLBACK (update_gaps),
                           self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (list, G_LIST_MODEL (self->timeline), create_row_cb, self, NULL);
  set_staying (self, TRUE);
  update_end (self);
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
