/* Stanza forwarding (XEP-0297): the one message inside a wrapper. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

XmppNode *xmpp_forward_unwrap (XmppSession    *session,
                               const XmppNode *wrapper,
                               gint64         *stamp);   /* (out) µs since 1970 UTC, 0: not said */

G_END_DECLS
