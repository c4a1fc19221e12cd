/* The namespaces that the core itself speaks; every feature names its own. */
#pragma once

#define NS_CLIENT   "jabber:client"
#define NS_STREAM   "http://etherx.jabber.org/streams"
#define NS_STREAMS  "urn:ietf:params:xml:ns:xmpp-streams"
#define NS_STANZAS  "urn:ietf:params:xml:ns:xmpp-stanzas"
#define NS_TLS      "urn:ietf:params:xml:ns:xmpp-tls"
#define NS_SASL     "urn:ietf:params:xml:ns:xmpp-sasl"
#define NS_SASL_CB  "urn:xmpp:sasl-cb:0"
#define NS_BIND     "urn:ietf:params:xml:ns:xmpp-bind"
#define NS_SM       "urn:xmpp:sm:3"
#define NS_SESSION  "urn:ietf:params:xml:ns:xmpp-session"
#define NS_XML      "http://www.w3.org/XML/1998/namespace"
