/* One account in the presence menu: its name, its state in words, and the step that may mend it. */
#pragma once

#include <adwaita.h>

#include "chat-account.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_ROW (ui_account_row_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountRow, ui_account_row, UI, ACCOUNT_ROW, GtkListBoxRow)

GtkWidget   *ui_account_row_new         (ChatAccount  *account) G_GNUC_WARN_UNUSED_RESULT;
ChatAccount *ui_account_row_get_account (UiAccountRow *self);   /* (transfer none) */

G_END_DECLS
