/* How a session is connected: where to, how that was found, and what protects it. */
#pragma once

#include "xmpp-certificate.h"

G_BEGIN_DECLS

typedef enum {
  XMPP_FOUND_DOMAIN,      /* no SRV record: the domain itself */
  XMPP_FOUND_SRV,
  XMPP_FOUND_BY_HAND,     /* the account names it */
  XMPP_FOUND_HOST_META,   /* XEP-0156 */
  XMPP_FOUND_GIVEN,       /* the connection was handed over ready */
} XmppFound;

/* Immutable once a session shows it. */
typedef struct {
  const char      *transport;     /* static: "tcp", "websocket" */
  char            *host;          /* (owned, nullable) */
  guint16          port;          /* 0: not known */
  XmppFound        found;
  gboolean         proxied;
  gboolean         direct;        /* TLS from the first byte */
  char            *tls_version;   /* (owned, nullable) "TLS 1.3" */
  char            *cipher;        /* (owned, nullable) as the backend names it */
  char            *backend;       /* (owned, nullable) "GnuTLS" */
  XmppCertificate *certificate;   /* (owned, nullable) */
  gboolean         pinned;        /* trusted because the user said so */
  char            *mechanism;     /* (owned, nullable) "SCRAM-SHA-256-PLUS" */
  char            *binding;       /* (owned, nullable) "tls-exporter" */
  gboolean         offers_no_binding;   /* the server has proven that it does not offer one (XEP-0474) */
} XmppConnection;                 /* refcounted */

#define XMPP_TYPE_CONNECTION (xmpp_connection_get_type ())

GType           xmpp_connection_get_type (void);
XmppConnection *xmpp_connection_new      (const char     *transport) G_GNUC_WARN_UNUSED_RESULT;   /* static */
XmppConnection *xmpp_connection_ref      (XmppConnection *self);
void            xmpp_connection_unref    (XmppConnection *self);
XmppConnection *xmpp_connection_copy     (const XmppConnection *self) G_GNUC_WARN_UNUSED_RESULT;   /* its own, to be added to */
void            xmpp_connection_set_host (XmppConnection *self,
                                          const char     *host,
                                          guint16         port);
void            xmpp_connection_set_tls  (XmppConnection      *self,
                                          GTlsProtocolVersion  version,
                                          const char          *cipher,        /* (nullable) */
                                          XmppCertificate     *certificate,
                                          gboolean             pinned);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppConnection, xmpp_connection_unref)

G_END_DECLS
