/* One account in the list of accounts: what it is doing, its switch, and a menu that moves it. */
#pragma once

#include <adwaita.h>

#include "chat-accounts.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNTS_ROW (ui_accounts_row_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountsRow, ui_accounts_row, UI, ACCOUNTS_ROW, AdwPreferencesRow)

/* Signals: "open"; "move" (ChatAccount, guint): that account shall stand at that position. */
GtkWidget   *ui_accounts_row_new         (ChatAccounts  *accounts,
                                          ChatAccount   *account) G_GNUC_WARN_UNUSED_RESULT;
ChatAccount *ui_accounts_row_get_account (UiAccountsRow *self);
void         ui_accounts_row_update      (UiAccountsRow *self);     /* of its place among the others */

G_END_DECLS
