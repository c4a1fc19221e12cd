/* Delayed delivery (XEP-0203): when it was really said, if somebody says so whom we may believe. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

#define NS_DELAY "urn:xmpp:delay"

extern const XmppFeature xep_0203_delay;

gint64 xmpp_delay_parse (XmppSession    *session,
                         const XmppNode *delay);    /* µs since 1970 UTC, never in the future; 0: no time */
gint64 xmpp_delay_find  (XmppSession    *session,
                         const XmppNode *stanza,
                         XmppJid        *also);     /* (nullable) whose stamps count besides our account's and server's */

G_END_DECLS
