/* From a domain to an open connection: SRV for xmpp and xmpps merged, proxies, both IPs, direct TLS
 * (RFC 6120 §3.2, XEP-0368). */
#pragma once

#include "xmpp-transport.h"

G_BEGIN_DECLS

#define XMPP_CONNECT_LOOKUP_TIMEOUT (15 * G_TIME_SPAN_SECOND)
#define XMPP_CONNECT_TCP_TIMEOUT    (15 * G_TIME_SPAN_SECOND)

extern const XmppConnector xmpp_connect_tcp;

G_END_DECLS
