/* The moving part of the timeline: scrolls the list of messages so that what one looks at stays where it is. */
#pragma once

#include "ui-gap.h"

G_BEGIN_DECLS

#define UI_TYPE_TIMELINE_AREA (ui_timeline_area_get_type ())
G_DECLARE_FINAL_TYPE (UiTimelineArea, ui_timeline_area, UI, TIMELINE_AREA, GtkWidget)

/* A GtkScrollable. Signals: "scrolled" (double: px, negative towards the start), when somebody else has moved it;
 * "placed", once what was laid out anew is on the screen. */
GtkListBox *ui_timeline_area_get_list    (UiTimelineArea *self);   /* (transfer none) its rows are UiMessageRow */
UiGap      *ui_timeline_area_get_gap     (UiTimelineArea *self);   /* (transfer none) below the last row */
void        ui_timeline_area_set_follow  (UiTimelineArea *self,    /* the end stays in view, whatever comes */
                                          gboolean        follow);
double      ui_timeline_area_count_above (UiTimelineArea *self);   /* px between the start and what is in view */
double      ui_timeline_area_count_below (UiTimelineArea *self);   /* … and the end */
double      ui_timeline_area_get_page    (UiTimelineArea *self);   /* px in view */

G_END_DECLS
