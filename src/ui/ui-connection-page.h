/* How an account is connected, for those who want to know: server, encryption, certificate, sign-in, features. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_CONNECTION_PAGE (ui_connection_page_get_type ())
G_DECLARE_FINAL_TYPE (UiConnectionPage, ui_connection_page, UI, CONNECTION_PAGE, AdwBin)

GtkWidget *ui_connection_page_new (ChatAccount *account);

G_END_DECLS
