/* In-band registration (XEP-0077): changing the password on the server (§3.3). */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0077_register;

void     xmpp_register_change_password_async  (XmppSession          *session,
                                               const char           *password,   /* the new one, UTF-8 */
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean xmpp_register_change_password_finish (XmppSession          *session,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
