/* Ping (XEP-0199): answered, and asked when the server has been silent, so that a dead link is noticed. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

#define XMPP_PING_INTERVAL (60 * G_TIME_SPAN_SECOND)   /* silence before we ask */
#define XMPP_PING_DEADLINE (15 * G_TIME_SPAN_SECOND)   /* silence after we asked: the link is dead */

extern const XmppFeature xep_0199_ping;

G_END_DECLS
