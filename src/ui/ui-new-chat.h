/* The dialog that asks whom to write to. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_NEW_CHAT (ui_new_chat_get_type ())
G_DECLARE_FINAL_TYPE (UiNewChat, ui_new_chat, UI, NEW_CHAT, AdwMessageDialog)

/* Signal: "chosen" (XmppJid, bare; ChatAccount, to write from). */
GtkWidget *ui_new_chat_new (GtkWindow *parent,   /* (nullable) */
                            ChatCore  *core,
                            XmppJid   *jid) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
