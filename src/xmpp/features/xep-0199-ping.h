/* Ping (XEP-0199): answered, and asked when the server has been silent, so that a dead link is noticed. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

#define XMPP_PING_INTERVAL (45 * G_TIME_SPAN_SECOND)   /* silence before we ask */
#define XMPP_PING_DEADLINE (10 * G_TIME_SPAN_SECOND)   /* silence after we asked: the link is dead */

extern const XmppFeature xep_0199_ping;

void   xmpp_ping_async  (XmppSession          *session,   /* our server */
                         GCancellable         *cancellable,
                         GAsyncReadyCallback   callback,
                         gpointer              user_data);
gint64 xmpp_ping_finish (XmppSession          *session,
                         GAsyncResult         *result,
                         GError              **error);    /* µs there and back, -1 on error */

G_END_DECLS
