/* The roster (RFC 6121 §2): fetched with versioning, kept by pushes, changed on request. */
#pragma once

#include "xmpp-roster-item.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define NS_ROSTER "jabber:iq:roster"

#define XMPP_ROSTER_MAX_GROUP 1023   /* bytes of a group's name */

extern const XmppFeature rfc_6121_roster;

/* Once in each life online: the roster has come, or will not come. */
typedef void (*XmppRosterSettled) (XmppSession *session, gpointer user_data);

void            xmpp_roster_restore       (XmppSession          *session,    /* before connecting: what the store knows */
                                           GPtrArray            *items,      /* of XmppRosterItem, borrowed */
                                           const char           *version);   /* (nullable) */
const char     *xmpp_roster_get_version   (XmppSession          *session);   /* (nullable) */
GPtrArray      *xmpp_roster_get_items     (XmppSession          *session) G_GNUC_WARN_UNUSED_RESULT;
XmppRosterItem *xmpp_roster_find          (XmppSession          *session,
                                           XmppJid              *jid);       /* (transfer none) (nullable); by the bare JID */
gboolean        xmpp_roster_sees_us       (XmppSession          *session,
                                           XmppJid              *jid);       /* subscription from or both, or our own account */
gboolean        xmpp_roster_may_ask       (XmppSession          *session,
                                           const XmppNode       *stanza);    /* its sender sees us, or is our own server */
void            xmpp_roster_set_listener  (XmppSession          *session,
                                           XmppRosterSettled     settled,
                                           gpointer              user_data);
void            xmpp_roster_set_async     (XmppSession          *session,
                                           XmppRosterItem       *item,       /* jid, name and groups count */
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean        xmpp_roster_set_finish    (XmppSession          *session,
                                           GAsyncResult         *result,
                                           GError              **error);
void            xmpp_roster_remove_async  (XmppSession          *session,
                                           XmppJid              *jid,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean        xmpp_roster_remove_finish (XmppSession          *session,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
