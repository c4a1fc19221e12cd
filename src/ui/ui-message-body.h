/* A message's words: selectable, with links one can follow, cut where they would burst the window. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_MESSAGE_BODY (ui_message_body_get_type ())
G_DECLARE_FINAL_TYPE (UiMessageBody, ui_message_body, UI, MESSAGE_BODY, GtkWidget)

/* Properties: "text" (nullable) what was said, as it came; "end" (nullable): a small widget beside the end of the last
 * line. */
GtkWidget *ui_message_body_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_message_body_set_text (UiMessageBody *self,
                                     const char    *text);

G_END_DECLS
