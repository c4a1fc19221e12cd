/* What stands above a message in the timeline: that messages are missing before it, and which day it is from. */
#pragma once

#include "ui-gap.h"

G_BEGIN_DECLS

#define UI_TYPE_TIMELINE_HEADER (ui_timeline_header_get_type ())
G_DECLARE_FINAL_TYPE (UiTimelineHeader, ui_timeline_header, UI, TIMELINE_HEADER, AdwBin)

GtkWidget *ui_timeline_header_new     (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_timeline_header_set_day (UiTimelineHeader *self,
                                       const char       *day);       /* (nullable): the same as above */
void       ui_timeline_header_set_gap (UiTimelineHeader *self,
                                       UiGapPlace        place,
                                       ChatAccount      *account);

G_END_DECLS
