/* The row in which one chooses which account something goes out from; it shows only where there are several. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_CHOICE (ui_account_choice_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountChoice, ui_account_choice, UI, ACCOUNT_CHOICE, AdwComboRow)

void         ui_account_choice_set_core    (UiAccountChoice *self,      /* enabled accounts; chosen is the default one */
                                            ChatCore        *core);
ChatAccount *ui_account_choice_get_account (UiAccountChoice *self);     /* (transfer none) (nullable) */

G_END_DECLS
