/* Who asks to see us, over all accounts, in order of arrival: a GListModel of ChatContact. */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

#define CHAT_REQUESTS_MAX 200   /* of one account: the server asks again for those behind them, at the next sign-in */

ChatRequests *chat_requests_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void          chat_requests_update (ChatRequests *self,       /* "asking" has changed */
                                    ChatContact  *contact);

G_END_DECLS
