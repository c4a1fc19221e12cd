/* XMPP in the frames of an open WebSocket (RFC 7395): the transport that net-websocket reaches a server with. */
#pragma once

#include <libsoup/soup.h>

#include "xmpp-transport.h"

G_BEGIN_DECLS

#define NS_FRAMING "urn:ietf:params:xml:ns:xmpp-framing"

XmppTransport *net_frames_new (SoupWebsocketConnection *socket,
                               const XmppConnection    *connection) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
