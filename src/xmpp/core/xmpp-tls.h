/* TLS on top of a connection: who must be at the other end, and what binds a login to this very channel. */
#pragma once

#include "xmpp-connection.h"
#include "xmpp-login.h"

G_BEGIN_DECLS

#define XMPP_TLS_TIMEOUT (15 * G_TIME_SPAN_SECOND)   /* of a handshake */

/* A channel binding that works on this connection and that the server announced. */
typedef struct {
  const char *name;   /* "tls-exporter" */
  GBytes     *data;   /* (owned) */
} XmppBinding;

void            xmpp_tls_handshake_async  (GIOStream            *base,
                                           const XmppLogin      *login,
                                           gboolean              direct,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GTlsConnection *xmpp_tls_handshake_finish (GAsyncResult         *result,
                                           XmppConnection       *connection,   /* (nullable) where to note what protects it */
                                           GError              **error);   /* XMPP_CONNECT_ERROR TLS, CERTIFICATE, TIMEOUT */
void            xmpp_tls_watch_pin        (GObject              *connection,   /* emits "accept-certificate" */
                                           const XmppLogin      *login);
GError         *xmpp_tls_refuse           (XmppCertificate      *certificate,  /* (nullable) */
                                           const char           *name) G_GNUC_WARN_UNUSED_RESULT;
char           *xmpp_tls_describe_flags   (GTlsCertificateFlags  flags) G_GNUC_WARN_UNUSED_RESULT;
gboolean        xmpp_tls_get_binding      (GTlsConnection       *tls,
                                           GStrv                 announced,   /* (nullable) XEP-0440's list */
                                           XmppBinding          *binding);
void            xmpp_binding_clear        (XmppBinding          *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (XmppBinding, xmpp_binding_clear)

G_END_DECLS
