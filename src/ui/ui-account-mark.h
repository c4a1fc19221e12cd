/* Which account something belongs to: its initial on its colour, shown only where there are several. */
#pragma once

#include <gtk/gtk.h>

#include "chat-accounts.h"

G_BEGIN_DECLS

#define UI_TYPE_ACCOUNT_MARK (ui_account_mark_get_type ())
G_DECLARE_FINAL_TYPE (UiAccountMark, ui_account_mark, UI, ACCOUNT_MARK, GtkWidget)

GtkWidget *ui_account_mark_new         (void);
void       ui_account_mark_set_account (UiAccountMark *self,
                                        ChatAccount   *account);    /* (nullable) */

G_END_DECLS
