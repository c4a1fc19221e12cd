/* Service discovery (XEP-0030): what we answer, and what we ask others. */
#pragma once

#include "xmpp-session.h"

G_BEGIN_DECLS

#define NS_DISCO_INFO  "http://jabber.org/protocol/disco#info"
#define NS_DISCO_ITEMS "http://jabber.org/protocol/disco#items"

#define XMPP_DISCO_MAX_SIZE (64 * 1024)   /* bytes of a description: what is remembered for others must not be endless */

extern const XmppFeature xep_0030_disco;

/* Once in each life online: our server and account have said what they can, or will not. */
typedef void (*XmppDiscoSettled) (XmppSession *session, gpointer user_data);

/* Somebody's answer. */
typedef struct {
  char **identities;   /* (owned) "category/type/lang/name", sorted */
  char **features;     /* (owned) sorted */
  char **forms;        /* (owned) XEP-0128 forms, each in XEP-0115 §5.1's string form, sorted */
} XmppDiscoInfo;

void            xmpp_disco_info_async  (XmppSession          *session,
                                        XmppJid              *jid,
                                        const char           *node,      /* (nullable) */
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
XmppDiscoInfo  *xmpp_disco_info_finish (XmppSession          *session,
                                        GAsyncResult         *result,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void            xmpp_disco_info_free   (XmppDiscoInfo        *self);
gboolean        xmpp_disco_info_has    (const XmppDiscoInfo  *self,
                                        const char           *feature);
XmppDiscoInfo  *xmpp_disco_info_parse  (const XmppNode       *query,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;
XmppDiscoInfo  *xmpp_disco_info_own    (XmppSession          *session) G_GNUC_WARN_UNUSED_RESULT;
XmppNode       *xmpp_disco_info_write  (const XmppDiscoInfo  *self,
                                        const char           *node) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) node */
gboolean        xmpp_disco_server_has  (XmppSession          *session,
                                        const char           *feature);   /* our server's, asked at sign-in */
gboolean        xmpp_disco_account_has (XmppSession          *session,
                                        const char           *feature);   /* our bare JID's, asked at sign-in */
const GError   *xmpp_disco_get_account_error (XmppSession    *session);   /* (nullable) why that is not known */
gboolean        xmpp_disco_is_settled  (XmppSession          *session);   /* both have answered, or will not */
void            xmpp_disco_add_listener (XmppSession         *session,    /* from attach; called in this order */
                                        XmppDiscoSettled      settled,
                                        gpointer              user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppDiscoInfo, xmpp_disco_info_free)

G_END_DECLS
