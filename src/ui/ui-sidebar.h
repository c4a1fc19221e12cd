/* The side of the window with my presence, the chats and the contacts. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_SIDEBAR (ui_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (UiSidebar, ui_sidebar, UI, SIDEBAR, AdwBin)

/* Properties: "folded" (it is the whole window), "page" ("chats" or "contacts"). Signal: "open" (ChatConversation). */
GtkWidget *ui_sidebar_new            (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_sidebar_set_core       (UiSidebar        *self,
                                      ChatCore         *core,
                                      GSettings        *settings);
void       ui_sidebar_set_open       (UiSidebar        *self,
                                      ChatConversation *conversation);   /* (nullable) the row to show as selected */
void       ui_sidebar_focus          (UiSidebar        *self);
void       ui_sidebar_popup_presence (UiSidebar        *self);

G_END_DECLS
