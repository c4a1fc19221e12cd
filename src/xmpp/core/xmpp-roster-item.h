/* One entry of the roster (RFC 6121 §2.1.2), immutable once made. */
#pragma once

#include "xmpp-jid.h"

G_BEGIN_DECLS

typedef enum {
  XMPP_SUBSCRIPTION_NONE,
  XMPP_SUBSCRIPTION_TO,
  XMPP_SUBSCRIPTION_FROM,
  XMPP_SUBSCRIPTION_BOTH,
  XMPP_SUBSCRIPTION_REMOVE,   /* only in pushes: the item is gone */
} XmppSubscription;

typedef struct {
  XmppJid          *jid;            /* (owned) bare */
  char             *name;           /* (owned, nullable) UTF-8 */
  XmppSubscription  subscription;
  gboolean          ask;            /* we have asked to see their presence */
  gboolean          approved;       /* pre-approved, RFC 6121 §3.4 */
  char            **groups;         /* (owned) never NULL, no duplicates */
} XmppRosterItem;                   /* refcounted */

#define XMPP_TYPE_ROSTER_ITEM (xmpp_roster_item_get_type ())

GType             xmpp_roster_item_get_type      (void);
XmppRosterItem   *xmpp_roster_item_new           (XmppJid            *jid,
                                                  const char         *name,
                                                  XmppSubscription    subscription,
                                                  gboolean            ask,
                                                  gboolean            approved,
                                                  const char * const *groups) G_GNUC_WARN_UNUSED_RESULT;
XmppRosterItem   *xmpp_roster_item_ref           (XmppRosterItem     *self);
void              xmpp_roster_item_unref         (XmppRosterItem     *self);
const char       *xmpp_subscription_name         (XmppSubscription    subscription);
XmppSubscription  xmpp_subscription_from_name    (const char         *name);   /* unknown or NULL: NONE */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppRosterItem, xmpp_roster_item_unref)

G_END_DECLS
