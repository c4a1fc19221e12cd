/* Message archives (XEP-0313): asking for pages, and believing only the archive that was asked. */
#pragma once

#include "xep-0059-rsm.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define NS_MAM "urn:xmpp:mam:2"

#define XMPP_MAM_PAGE_MAX 250   /* items in a page: a longer one is cut */

extern const XmppFeature xep_0313_mam;

/* What to ask for. */
typedef struct {
  XmppJid    *archive;    /* (nullable) whose archive: a room's; NULL: our account's */
  XmppJid    *with;       /* (nullable) only what was said with them */
  const char *after_id;   /* (nullable) only what is newer than this one, if the archive can say so (#extended) */
  XmppRsmAsk  page;
} XmppMamAsk;

/* A page, oldest first. */
typedef struct {
  GPtrArray   *messages;   /* (owned) of XmppMessage with origin ARCHIVE and archive_id; what said nothing is not in it */
  XmppRsmPage  page;
  gint64       first_at;   /* µs since 1970 UTC of the oldest item, 0: unknown */
  gboolean     complete;   /* nothing is left in the direction one pages */
  gboolean     is_cut;     /* more came than a page takes, and is left for the next */
} XmppMamPage;

void         xmpp_mam_query_async  (XmppSession          *session,
                                    const XmppMamAsk     *ask,          /* copied */
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
XmppMamPage *xmpp_mam_query_finish (XmppSession          *session,
                                    GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;   /* as xmpp_session_iq_finish() */
void         xmpp_mam_page_free    (XmppMamPage          *self);

/* Whether our account has an archive: asked of the server at each sign-in, known once this answers. */
void         xmpp_mam_find_async   (XmppSession          *session,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean     xmpp_mam_find_finish  (XmppSession          *session,
                                    GAsyncResult         *result,
                                    gboolean             *is_extended,  /* (out) it takes after_id */
                                    GError              **error);       /* FALSE without error: there is none */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppMamPage, xmpp_mam_page_free)

G_END_DECLS
