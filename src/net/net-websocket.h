/* Framed XMPP over WebSocket (RFC 7395), found through XEP-0156: the second transport. */
#pragma once

#include "xmpp-transport.h"

G_BEGIN_DECLS

extern const XmppConnector net_websocket;

G_END_DECLS
