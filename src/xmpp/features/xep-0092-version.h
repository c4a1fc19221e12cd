/* Software version (XEP-0092): ours for those who see us, and what others say theirs is. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

extern const XmppFeature xep_0092_version;

/* What somebody says of themselves: claims, fit to be shown. */
typedef struct {
  char *name;      /* (owned, nullable) */
  char *version;   /* (owned, nullable) */
  char *os;        /* (owned, nullable) */
} XmppVersion;

void         xmpp_version_ask_async  (XmppSession          *session,
                                      XmppJid              *jid,        /* full, or a server */
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
XmppVersion *xmpp_version_ask_finish (XmppSession          *session,
                                      GAsyncResult         *result,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void         xmpp_version_free       (XmppVersion          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppVersion, xmpp_version_free)

G_END_DECLS
