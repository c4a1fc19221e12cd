/* Entity capabilities (XEP-0115): ours into each presence; others' asked once per hash, verified, remembered. */
#pragma once

#include "xep-0030-disco.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0115_caps;

char                *xmpp_caps_hash   (const XmppDiscoInfo *info) G_GNUC_WARN_UNUSED_RESULT;   /* SHA-1, base64; §5.1 */
const XmppDiscoInfo *xmpp_caps_lookup (XmppSession         *session,
                                       XmppJid             *full);   /* (nullable): not known (yet) */

G_END_DECLS
