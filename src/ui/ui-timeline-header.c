/* What stands above a message in the timeline: that messages are missing before it, and which day it is from. */
#include "ui-timeline-header.h"

struct _UiTimelineHeader {
  AdwBin     parent_instance;

  UiGap     *gap;
  GtkWidget *day;
  GtkLabel  *day_name;
};

G_DEFINE_FINAL_TYPE (UiTimelineHeader, ui_timeline_header, ADW_TYPE_BIN)

static void
ui_timeline_header_class_init (UiTimelineHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_GAP);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-timeline-header.ui");
  gtk_widget_class_bind_template_child (widget_class, UiTimelineHeader, gap);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineHeader, day);
  gtk_widget_class_bind_template_child (widget_class, UiTimelineHeader, day_name);
}

static void
ui_timeline_header_init (UiTimelineHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_timeline_header_new:
 *
 * Makes an empty header.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_timeline_header_new (void)
{
  return g_object_new (UI_TYPE_TIMELINE_HEADER, NULL);
}

/**
 * ui_timeline_header_set_day:
 * @self: a header
 * @day: (nullable): "Yesterday"; %NULL when the message above is of the same day
 *
 * Shows the day.
 */
void
ui_timeline_header_set_day (UiTimelineHeader *self,
                            const char       *day)
{
  g_return_if_fail (UI_IS_TIMELINE_HEADER (self));

  gtk_label_set_label (self->day_name, day != NULL ? day : "");
  gtk_widget_set_visible (self->day, day != NULL);
}

/**
 * ui_timeline_header_set_gap:
 * @self: a header
 * @place: where messages are missing, if any are
 * @account: whose archive has them
 *
 * Shows that they are, as ui_gap_set() does.
 */
void
ui_timeline_header_set_gap (UiTimelineHeader *self,
                            UiGapPlace        place,
                            ChatAccount      *account)
{
  g_return_if_fail (UI_IS_TIMELINE_HEADER (self));

  ui_gap_set (self->gap, place, account);
}
