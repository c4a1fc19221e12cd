/* What an account's server is: its software, what it can do, and how far away it is. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

typedef struct {
  char    *software;     /* (owned, nullable) "Prosody 0.12.3": what it says of itself, fit to be shown */
  char   **features;     /* (owned) of the server and of the account there, sorted, without duplicates; never NULL */
  gint64   round_trip;   /* µs there and back, -1: no answer */
} ChatServerInfo;

void            chat_server_info_async  (ChatAccount          *account,   /* online */
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
ChatServerInfo *chat_server_info_finish (ChatAccount          *account,
                                         GAsyncResult         *result,
                                         GError              **error) G_GNUC_WARN_UNUSED_RESULT;   /* G_IO_ERROR_NOT_CONNECTED, CANCELLED */
void            chat_server_info_free   (ChatServerInfo       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatServerInfo, chat_server_info_free)

G_END_DECLS
