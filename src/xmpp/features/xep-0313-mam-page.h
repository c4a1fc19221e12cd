/* A page of an archive (XEP-0313) that is coming in: what belongs to it, and when it is too much. */
#pragma once

#include "xep-0313-mam.h"

G_BEGIN_DECLS

typedef struct _XmppMamQuery XmppMamQuery;

XmppMamQuery *xmpp_mam_query_new         (XmppSession        *session,
                                          XmppJid            *archive,      /* (nullable) */
                                          gboolean            is_backward) G_GNUC_WARN_UNUSED_RESULT;
void          xmpp_mam_query_free        (XmppMamQuery       *self);
const char   *xmpp_mam_query_get_id      (const XmppMamQuery *self);
XmppJid      *xmpp_mam_query_get_archive (const XmppMamQuery *self);    /* (transfer none) (nullable) NULL: our account's */
gboolean      xmpp_mam_query_take        (XmppMamQuery       *self,
                                          XmppSession        *session,
                                          const char         *from,     /* (nullable) who says it */
                                          const XmppNode     *result);  /* FALSE: it is nobody's word */
XmppMamPage  *xmpp_mam_query_end         (XmppMamQuery       *self,
                                          const XmppNode     *answer,
                                          GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
