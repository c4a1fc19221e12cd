/* Message carbons (XEP-0280): copies of what our other devices hear and say, from our own bare JID only. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0280_carbons;

gboolean xmpp_carbons_are_on (XmppSession *session);   /* what is said to us or by us comes here, on whatever device */

G_END_DECLS
