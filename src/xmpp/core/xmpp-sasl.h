/* SASL for XMPP (RFC 6120 §6): the conversation that signs in. */
#pragma once

#include "xmpp-login.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

typedef struct _XmppSasl XmppSasl;

XmppSasl *xmpp_sasl_new     (const XmppLogin  *login,
                             const XmppNode   *mechanisms,     /* the feature */
                             const XmppNode   *bindings,       /* (nullable) XEP-0440's feature */
                             GTlsConnection   *tls,            /* (nullable) */
                             gboolean          is_secure,
                             GError          **error) G_GNUC_WARN_UNUSED_RESULT;   /* XMPP_AUTH_ERROR */
void      xmpp_sasl_free    (XmppSasl         *self);
XmppNode *xmpp_sasl_start   (XmppSasl         *self) G_GNUC_WARN_UNUSED_RESULT;    /* <auth/> */
/* A <challenge/>, <success/> or <failure/>. The answer comes later (PBKDF2 runs in the pool). */
void      xmpp_sasl_step_async  (XmppSasl             *self,
                                 const XmppNode       *node,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
gboolean  xmpp_sasl_step_finish (XmppSasl             *self,
                                 GAsyncResult         *result,
                                 XmppNode            **answer,   /* (out) (transfer full) (nullable): to send; NULL with TRUE: signed in */
                                 GError              **error);
const char *xmpp_sasl_get_mechanism (XmppSasl *self);
const char *xmpp_sasl_get_binding   (XmppSasl *self);   /* (nullable) */
gboolean    xmpp_sasl_offers_no_binding (XmppSasl *self);   /* and nobody in between has taken it out */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSasl, xmpp_sasl_free)

G_END_DECLS
