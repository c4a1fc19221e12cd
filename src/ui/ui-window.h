/* The main window: sidebar and conversation side by side, or one of them where there is no room for both. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_WINDOW (ui_window_get_type ())
G_DECLARE_FINAL_TYPE (UiWindow, ui_window, UI, WINDOW, AdwApplicationWindow)

/* Property: "content-shown" (folded, with the conversation in view: Back leads to the sidebar). */
UiWindow  *ui_window_new             (GtkApplication   *application,           /* (nullable) */
                                      GSettings        *settings) G_GNUC_WARN_UNUSED_RESULT;   /* (transfer none) */
void       ui_window_set_core        (UiWindow         *self,
                                      ChatCore         *core);
ChatCore  *ui_window_get_core        (UiWindow         *self);   /* (transfer none) (nullable) */
void       ui_window_open            (UiWindow         *self,
                                      ChatConversation *conversation);
void       ui_window_go_back         (UiWindow         *self);
void       ui_window_show_page       (UiWindow         *self,
                                      const char       *page);   /* "chats" or "contacts" */
void       ui_window_popup_presence  (UiWindow         *self);
void       ui_window_show_failure    (UiWindow         *self,
                                      const char       *sentence);   /* why nothing can begin, and what to do */

G_END_DECLS
