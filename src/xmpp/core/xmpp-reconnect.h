/* When to try again: back-off with jitter; the network's return may hasten an attempt, nothing forbids one. */
#pragma once

#include "base-clock.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

typedef struct _XmppReconnect XmppReconnect;

/* Called when it is time to connect. */
typedef void (*XmppReconnectFunc) (gpointer user_data);

/* Called when the network changed and nothing waits for it; was_away: for a while there was none. */
typedef void (*XmppReconnectWay) (gboolean was_away, gpointer user_data);

XmppReconnect *xmpp_reconnect_new      (BaseClock         *clock,
                                        XmppReconnectFunc  attempt,
                                        XmppReconnectWay   way_changed,
                                        gpointer           user_data) G_GNUC_WARN_UNUSED_RESULT;
void           xmpp_reconnect_free     (XmppReconnect     *self);
gboolean       xmpp_reconnect_failed   (XmppReconnect     *self,
                                        const GError      *error);   /* FALSE: trying again cannot help, a person must act */
void           xmpp_reconnect_online   (XmppReconnect     *self);    /* it worked: forget the past */
void           xmpp_reconnect_stop     (XmppReconnect     *self);
void           xmpp_reconnect_now      (XmppReconnect     *self);    /* "Try now", network back, awake again */
gint64         xmpp_reconnect_get_next (XmppReconnect     *self);    /* monotonic µs of the next attempt, 0: none planned */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppReconnect, xmpp_reconnect_free)

G_END_DECLS
