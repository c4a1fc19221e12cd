/* Where a message is written: Enter sends, Shift+Enter breaks the line, and nothing typed is ever lost. */
#pragma once

#include <gtk/gtk.h>

#include "chat-conversation.h"

G_BEGIN_DECLS

#define UI_TYPE_COMPOSER (ui_composer_get_type ())
G_DECLARE_FINAL_TYPE (UiComposer, ui_composer, UI, COMPOSER, GtkWidget)

/* Signal: "sent", after a line was handed to the conversation. */
GtkWidget *ui_composer_new              (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_composer_set_conversation (UiComposer       *self,
                                         ChatConversation *conversation);   /* (nullable) */
void       ui_composer_focus            (UiComposer       *self);

G_END_DECLS
