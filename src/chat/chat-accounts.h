/* The accounts, in the user's order: a GListModel of ChatAccount.
 * Property, notified: "default" (ChatAccount, nullable). */
#pragma once

#include "chat-types.h"
#include "xmpp-jid.h"

G_BEGIN_DECLS

ChatAccounts *chat_accounts_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void          chat_accounts_add    (ChatAccounts *self,
                                    ChatAccount  *account);
void          chat_accounts_remove (ChatAccounts *self,
                                    ChatAccount  *account);
void          chat_accounts_move   (ChatAccounts *self,      /* the new order is stored */
                                    ChatAccount  *account,
                                    guint         position);
ChatAccount  *chat_accounts_get_default (ChatAccounts *self);   /* (transfer none) (nullable) the chosen one, else the first enabled, else the first */
void          chat_accounts_set_default (ChatAccounts *self,    /* stored */
                                    ChatAccount  *account);
ChatAccount  *chat_accounts_find   (ChatAccounts *self,
                                    XmppJid      *jid);   /* (transfer none) (nullable) */

G_END_DECLS
