/* The page on which one signs in: address, password, and everything else under "Connection options". */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_SIGN_IN (ui_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (UiSignIn, ui_sign_in, UI, SIGN_IN, AdwBin)

/* Signal: "done": the account is online. */
GtkWidget *ui_sign_in_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_sign_in_embed       (UiSignIn    *self);      /* in a window that has a header bar and says what the page is for */
void       ui_sign_in_focus       (UiSignIn    *self);
void       ui_sign_in_set_core    (UiSignIn    *self,
                                   ChatCore    *core);      /* for a new account */
void       ui_sign_in_set_account (UiSignIn    *self,
                                   ChatAccount *account);   /* instead: for one that needs its password typed */

G_END_DECLS
