/* One account: what it is doing, its name and colour, password, connection options, and how to remove it. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_PAGE (ui_account_page_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountPage, ui_account_page, UI, ACCOUNT_PAGE, AdwBin)

/* Signals: "show-connection", "removed". */
GtkWidget *ui_account_page_new (ChatCore    *core,
                                ChatAccount *account);

G_END_DECLS
