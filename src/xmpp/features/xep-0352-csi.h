/* Client state indication (XEP-0352): tells the server whether anybody looks, so that it holds back what can wait. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0352_csi;

void xmpp_csi_set_active (XmppSession *session,
                          gboolean     active);   /* at first TRUE; said again after each sign-in and resumption */

G_END_DECLS
