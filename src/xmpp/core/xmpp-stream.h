/* XML over any GIOStream: the transport for TCP, and for tests a socket pair. */
#pragma once

#include "xmpp-transport.h"

G_BEGIN_DECLS

XmppTransport *xmpp_stream_new           (GIOStream            *io,
                                          gboolean              is_secure) G_GNUC_WARN_UNUSED_RESULT;
XmppTransport *xmpp_stream_new_connected (GIOStream            *io,
                                          gboolean              is_secure,
                                          const XmppConnection *connection) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
