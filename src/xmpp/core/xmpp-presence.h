/* Somebody's availability (RFC 6121 §4) as a struct. */
#pragma once

#include "xmpp-jid.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

typedef enum {
  XMPP_PRESENCE_AVAILABLE,
  XMPP_PRESENCE_UNAVAILABLE,
  XMPP_PRESENCE_SUBSCRIBE,
  XMPP_PRESENCE_SUBSCRIBED,
  XMPP_PRESENCE_UNSUBSCRIBE,
  XMPP_PRESENCE_UNSUBSCRIBED,
  XMPP_PRESENCE_PROBE,
  XMPP_PRESENCE_ERROR,
} XmppPresenceType;

typedef enum {           /* in order of reachability, least first */
  XMPP_SHOW_OFFLINE,     /* not a <show/> at all: unavailable */
  XMPP_SHOW_XA,
  XMPP_SHOW_AWAY,
  XMPP_SHOW_DND,
  XMPP_SHOW_AVAILABLE,   /* available without <show/> */
  XMPP_SHOW_CHAT,
} XmppShow;

typedef struct {
  XmppPresenceType  type;
  XmppShow          show;
  int               priority;   /* -128…127 */
  XmppJid          *from;       /* (owned, nullable) */
  char             *status;     /* (owned, nullable) UTF-8 */
  gint64            stamp;      /* µs since 1970 UTC by XEP-0203, 0: now */
  GError           *error;      /* (owned, nullable) XMPP_STANZA_ERROR */
} XmppPresence;                 /* refcounted */

#define XMPP_TYPE_PRESENCE (xmpp_presence_get_type ())

GType         xmpp_presence_get_type  (void);
XmppPresence *xmpp_presence_new       (XmppPresenceType    type,
                                       XmppShow            show,
                                       const char         *status) G_GNUC_WARN_UNUSED_RESULT;
XmppPresence *xmpp_presence_ref       (XmppPresence       *self);
void          xmpp_presence_unref     (XmppPresence       *self);
XmppPresence *xmpp_presence_from_node (const XmppNode     *stanza) G_GNUC_WARN_UNUSED_RESULT;   /* NULL when 'from' is no address */
XmppNode     *xmpp_presence_to_node   (const XmppPresence *self) G_GNUC_WARN_UNUSED_RESULT;
const char   *xmpp_show_name          (XmppShow            show);   /* "away"; NULL for AVAILABLE and OFFLINE */
XmppShow      xmpp_show_from_name     (const char         *name);   /* unknown: AVAILABLE */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppPresence, xmpp_presence_unref)

G_END_DECLS
