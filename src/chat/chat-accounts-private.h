/* The list of accounts, for the core only: what a new account gets. */
#pragma once

#include "chat-accounts.h"

G_BEGIN_DECLS

gint64 chat_accounts_next_position (ChatAccounts *self);
guint  chat_accounts_next_colour   (ChatAccounts *self);

G_END_DECLS
