/* The conversations, the last active first. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_CHATS_LIST (ui_chats_list_get_type ())
G_DECLARE_FINAL_TYPE (UiChatsList, ui_chats_list, UI, CHATS_LIST, AdwBin)

/* Signal: "open" (ChatConversation). */
GtkWidget *ui_chats_list_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_chats_list_set_core (UiChatsList      *self,
                                   ChatCore         *core);
void       ui_chats_list_set_open (UiChatsList      *self,
                                   ChatConversation *conversation);   /* (nullable) the row to show as selected */

G_END_DECLS
