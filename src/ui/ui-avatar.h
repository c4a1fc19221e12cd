/* A person's picture with their presence at its corner: shape and colour both say it. */
#pragma once

#include <adwaita.h>

#include "xmpp-presence.h"

G_BEGIN_DECLS

#define UI_TYPE_AVATAR (ui_avatar_get_type ())
G_DECLARE_FINAL_TYPE (UiAvatar, ui_avatar, UI, AVATAR, GtkWidget)

/* Properties: "text" (the name), "size" (px), "show" (int XmppShow), "show-badge", "asked" (subscription pending),
 * "trouble" (an error badge). */
GtkWidget *ui_avatar_new (int size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
