/* One conversation: header, timeline, composer. */
#pragma once

#include <adwaita.h>

#include "chat-conversation.h"

G_BEGIN_DECLS

#define UI_TYPE_CHAT_PAGE (ui_chat_page_get_type ())
G_DECLARE_FINAL_TYPE (UiChatPage, ui_chat_page, UI, CHAT_PAGE, GtkWidget)

/* Properties: "conversation" (nullable), "folded" (shows the Back button; its action is "win.back"),
 * "banner" (nullable: a widget between header and timeline). */
GtkWidget        *ui_chat_page_new              (void) G_GNUC_WARN_UNUSED_RESULT;
void              ui_chat_page_set_conversation (UiChatPage        *self,
                                                 ChatConversation  *conversation);   /* (nullable) */
ChatConversation *ui_chat_page_get_conversation (UiChatPage        *self);           /* (transfer none) (nullable) */
void              ui_chat_page_set_banner       (UiChatPage        *self,
                                                 GtkWidget         *banner);         /* (nullable) */
void              ui_chat_page_focus_composer   (UiChatPage        *self);

G_END_DECLS
