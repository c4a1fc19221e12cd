/* Presence (RFC 6121 §3, §4): ours to everybody, theirs to us, and subscription requests. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature rfc_6121_presence;

/* Our first presence of a session has gone out: from here on what is said to us comes to us. */
typedef void (*XmppPresenceOut) (XmppSession *session, gpointer user_data);

void xmpp_presence_set_own      (XmppSession      *session,   /* remembered; sent now, or once online */
                                 XmppShow          show,      /* not OFFLINE: for that the session is closed */
                                 const char       *status,    /* (nullable) */
                                 int               priority);
void xmpp_presence_send_subscription (XmppSession      *session,
                                 XmppJid          *jid,
                                 XmppPresenceType  type,      /* SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED */
                                 const char       *text);     /* (nullable) words that go with a SUBSCRIBE */
gboolean xmpp_presence_is_out   (XmppSession      *session);  /* the server was told that we are here */
void xmpp_presence_set_listener (XmppSession      *session,
                                 XmppPresenceOut   out,       /* (nullable) */
                                 gpointer          user_data);
gboolean xmpp_presence_can_approve_ahead (XmppSession *session);   /* RFC 6121 §3.4: the server announced it */

G_END_DECLS
