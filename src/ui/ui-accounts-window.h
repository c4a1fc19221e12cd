/* The window of the accounts: the list, and a page for each. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNTS_WINDOW (ui_accounts_window_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountsWindow, ui_accounts_window, UI, ACCOUNTS_WINDOW, AdwWindow)

GtkWidget *ui_accounts_window_new          (GtkWindow        *parent,     /* (nullable) */
                                            ChatCore         *core);
void       ui_accounts_window_show_account (UiAccountsWindow *self,
                                            ChatAccount      *account);
void       ui_accounts_window_add_account  (UiAccountsWindow *self);      /* shows the page that signs in */

G_END_DECLS
