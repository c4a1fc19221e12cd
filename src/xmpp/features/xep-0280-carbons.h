/* Message carbons (XEP-0280): copies of what our other devices hear and say, from our own bare JID only. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0280_carbons;

G_END_DECLS
