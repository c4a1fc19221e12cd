/* The dialog that changes an account's password on its server. */
#pragma once

#include <adwaita.h>

#include "chat-account.h"

G_BEGIN_DECLS

#define UI_TYPE_CHANGE_PASSWORD (ui_change_password_get_type ())
G_DECLARE_FINAL_TYPE (UiChangePassword, ui_change_password, UI, CHANGE_PASSWORD, AdwWindow)

/* Signal: "changed": the server has taken it. */
GtkWidget *ui_change_password_new (GtkWindow   *parent,    /* (nullable) */
                                   ChatAccount *account);

G_END_DECLS
