/* The accounts in their order: what each is doing, on or off, up or down. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNTS_LIST (ui_accounts_list_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountsList, ui_accounts_list, UI, ACCOUNTS_LIST, AdwBin)

/* Signals: "open" (ChatAccount), "add". */
void ui_accounts_list_set_core (UiAccountsList *self,
                                ChatCore       *core);
void ui_accounts_list_focus    (UiAccountsList *self,
                                ChatAccount    *account);   /* (nullable) its row, else the first */

G_END_DECLS
