/* What can be done about one account from any window: the "app." actions that are told its address. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

/* "app.show-accounts", "app.add-account"; with the account's address as target: "app.show-account",
 * "app.show-certificate", "app.enter-password", "app.try-account"; with address and presence:
 * "app.set-account-presence". */
void ui_account_actions_add (GtkApplication *application,
                             ChatCore       *core);
void ui_account_actions_remove (GtkApplication *application);

G_END_DECLS
