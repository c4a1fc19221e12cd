/* Where a server may be reached, in the order to try: the merged SRV records of a domain (RFC 2782, XEP-0368). */
#pragma once

#include "xmpp-connection.h"

G_BEGIN_DECLS

#define XMPP_ENDPOINTS_MAX 16   /* tried at most, however long the DNS answer is */

typedef struct {
  char     *host;       /* (owned) */
  char     *proxy;      /* (owned, nullable) URI of the proxy to go through, which resolves host */
  guint16   port;
  guint16   priority;
  guint16   weight;
  gboolean  direct;     /* TLS from the first byte */
  XmppFound found;      /* how */
} XmppEndpoint;

XmppEndpoint *xmpp_endpoint_new    (const char   *host,
                                    guint16       port,
                                    gboolean      direct,
                                    XmppFound     found) G_GNUC_WARN_UNUSED_RESULT;
XmppEndpoint *xmpp_endpoint_parse  (const char   *text,
                                    guint16       usual_port) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) that is no place */
void          xmpp_endpoint_free   (XmppEndpoint *self);
void          xmpp_endpoints_add   (GPtrArray    *endpoints,
                                    GList        *targets,      /* of GSrvTarget */
                                    gboolean      direct);
void          xmpp_endpoints_order (GPtrArray    *endpoints,
                                    GRand        *random);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppEndpoint, xmpp_endpoint_free)

G_END_DECLS
