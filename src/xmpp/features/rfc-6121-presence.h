/* Presence (RFC 6121 §3, §4): ours to everybody, theirs to us, and subscription requests. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature rfc_6121_presence;

void xmpp_presence_set_own      (XmppSession      *session,   /* remembered; sent now, or once online */
                                 XmppShow          show,      /* not OFFLINE: for that the session is closed */
                                 const char       *status,    /* (nullable) */
                                 int               priority);
void xmpp_presence_send_subscription (XmppSession      *session,
                                 XmppJid          *jid,
                                 XmppPresenceType  type,      /* SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED */
                                 const char       *text);     /* (nullable) words that go with a SUBSCRIBE */
gboolean xmpp_presence_can_approve_ahead (XmppSession *session);   /* RFC 6121 §3.4: the server announced it */

G_END_DECLS
