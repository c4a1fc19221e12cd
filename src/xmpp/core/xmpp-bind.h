/* Resource binding (RFC 6120 §7), the session request that old servers still want after it (RFC 3921 §3), and going on
 * with the session of before instead (XEP-0198 §5). */
#pragma once

#include "xmpp-jid.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

XmppNode *xmpp_bind_request       (const char      *id,
                                   const char      *resource) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) the server chooses */
gboolean  xmpp_bind_may_answer    (const XmppNode  *iq,
                                   const char      *id,
                                   XmppJid         *account);
XmppJid  *xmpp_bind_result        (const XmppNode  *iq,
                                   XmppJid         *account,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  xmpp_bind_wants_session (const XmppNode  *features);
XmppNode *xmpp_bind_session       (const char      *id) G_GNUC_WARN_UNUSED_RESULT;
XmppNode *xmpp_bind_resume        (const char      *previous,
                                   guint32          h) G_GNUC_WARN_UNUSED_RESULT;
gboolean  xmpp_bind_resumed       (const XmppNode  *resumed,
                                   const char      *previous,
                                   guint32         *h,
                                   GError         **error);

G_END_DECLS
