/* One attempt to sign in: the password, from the keyring unless it is known, then the session. */
#pragma once

#include "desktop-secrets.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

void  chat_attempt_async  (XmppSession          *session,
                           DesktopSecrets       *secrets,    /* (nullable) the password is kept nowhere */
                           const XmppLogin      *login,      /* copied */
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data);
char *chat_attempt_finish (GAsyncResult         *result,     /* the password that worked; free with desktop_secrets_wipe */
                           gboolean             *by_secrets, /* (out) what failed is the keyring, or it has none */
                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
