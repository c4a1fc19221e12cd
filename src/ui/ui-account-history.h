/* What an account's archive still has for us, and whose messages it keeps: a group of an account's page. */
#pragma once

#include <adwaita.h>

#include "chat-account.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_HISTORY (ui_account_history_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountHistory, ui_account_history, UI, ACCOUNT_HISTORY, AdwPreferencesGroup)

void ui_account_history_set_account (UiAccountHistory *self,
                                     ChatAccount      *account);   /* once */

G_END_DECLS
