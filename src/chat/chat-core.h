/* The one root object: owns the store, the accounts, the conversations and the roster. */
#pragma once

#include "chat-account.h"
#include "chat-accounts.h"
#include "chat-conversations.h"
#include "chat-requests.h"
#include "chat-roster.h"
#include "chat-setup.h"

G_BEGIN_DECLS

/* Properties: "accounts", "conversations", "roster", "requests" (GListModel), "show" (XmppShow, of all accounts),
 * "status". */
ChatCore          *chat_core_new               (const ChatCoreSetup  *setup) G_GNUC_WARN_UNUSED_RESULT;
void               chat_core_load_async        (ChatCore             *self,      /* accounts, conversations, rosters; then signs in */
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean           chat_core_load_finish       (ChatCore             *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void               chat_core_close_async       (ChatCore             *self,      /* says goodbye everywhere; then the store is at rest */
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean           chat_core_close_finish      (ChatCore             *self,
                                                GAsyncResult         *result,
                                                GError              **error);
ChatAccount       *chat_core_prepare_account   (ChatCore             *self,      /* not in the list until it has signed in once */
                                                const XmppLogin      *login,     /* its password is not used */
                                                GError              **error) G_GNUC_WARN_UNUSED_RESULT;   /* G_IO_ERROR_EXISTS */
void               chat_core_remove_account_async (ChatCore          *self,      /* goodbye; rows, messages and password go */
                                                ChatAccount          *account,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean           chat_core_remove_account_finish (ChatCore         *self,
                                                GAsyncResult         *result,
                                                GError              **error);    /* STORE_ERROR: it is still there; DESKTOP_SECRETS_ERROR: it is gone, its password is not */
void               chat_core_set_presence      (ChatCore             *self,      /* all enabled accounts; OFFLINE closes them */
                                                XmppShow              show,
                                                const char           *status);   /* (nullable) */
XmppShow           chat_core_get_show          (ChatCore             *self);
const char        *chat_core_get_status        (ChatCore             *self);     /* (nullable) */
void               chat_core_try_now           (ChatCore             *self);     /* every account that waits */
void               chat_core_set_attentive     (ChatCore             *self,      /* at first TRUE: somebody looks at it (XEP-0352) */
                                                gboolean              attentive);
void               chat_core_set_asleep        (ChatCore             *self,      /* TRUE: every link is given up, to be resumed after it */
                                                gboolean              asleep);
ChatAccounts      *chat_core_get_accounts      (ChatCore             *self);     /* (transfer none) */
ChatConversations *chat_core_get_conversations (ChatCore             *self);
ChatRoster        *chat_core_get_roster        (ChatCore             *self);
ChatRequests      *chat_core_get_requests      (ChatCore             *self);
Store             *chat_core_get_store         (ChatCore             *self);
BaseClock         *chat_core_get_clock         (ChatCore             *self);

G_END_DECLS
