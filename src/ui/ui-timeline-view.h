/* The messages of a conversation: under days and names, loaded as one scrolls, at the newest until one leaves it. */
#pragma once

#include <gtk/gtk.h>

#include "chat-conversation.h"

G_BEGIN_DECLS

#define UI_TYPE_TIMELINE_VIEW (ui_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (UiTimelineView, ui_timeline_view, UI, TIMELINE_VIEW, GtkWidget)

/* Property: "at-bottom" (read only, notified): the newest line is in view. */
GtkWidget *ui_timeline_view_new              (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_timeline_view_set_conversation (UiTimelineView   *self,
                                              ChatConversation *conversation);   /* (nullable) */
gboolean   ui_timeline_view_get_at_bottom    (UiTimelineView   *self);
void       ui_timeline_view_scroll_to_bottom (UiTimelineView   *self);

G_END_DECLS
