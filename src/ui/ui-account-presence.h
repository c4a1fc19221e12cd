/* The page of the presence menu for one account: how it is seen, and what it is doing. */
#pragma once

#include <adwaita.h>

#include "chat-account.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_PRESENCE (ui_account_presence_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountPresence, ui_account_presence, UI, ACCOUNT_PRESENCE, AdwBin)

/* Signals: "back"; "done" when something was chosen, and the menu is not needed any more. */
void         ui_account_presence_set_account (UiAccountPresence *self,
                                              ChatAccount       *account);   /* (nullable) */
ChatAccount *ui_account_presence_get_account (UiAccountPresence *self);      /* (transfer none) (nullable) */
void         ui_account_presence_focus       (UiAccountPresence *self);

G_END_DECLS
