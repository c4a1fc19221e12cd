/* Archive preferences (XEP-0441): whose messages our account's archive keeps. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

#define NS_MAM_PREFS "urn:xmpp:mam:2"   /* XEP-0441 §2: the archive's own namespace */

typedef enum {
  XMPP_MAM_KEEP_ALWAYS,
  XMPP_MAM_KEEP_ROSTER,   /* of contacts only */
  XMPP_MAM_KEEP_NEVER,
} XmppMamKeep;

void     xmpp_mam_prefs_get_async  (XmppSession          *session,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
void     xmpp_mam_prefs_find_async (XmppSession          *session,
                                    XmppJid              *with,         /* exceptions are counted */
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,     /* → xmpp_mam_prefs_get_finish() */
                                    gpointer              user_data);
gboolean xmpp_mam_prefs_get_finish (XmppSession          *session,
                                    GAsyncResult         *result,
                                    XmppMamKeep          *keep,         /* (out) by default, or with whom was asked about */
                                    GError              **error);       /* XMPP_STANZA_ERROR: the archive has no preferences */
void     xmpp_mam_prefs_set_async  (XmppSession          *session,      /* exceptions stay as they are */
                                    XmppMamKeep           keep,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean xmpp_mam_prefs_set_finish (XmppSession          *session,
                                    GAsyncResult         *result,
                                    GError              **error);

G_END_DECLS
