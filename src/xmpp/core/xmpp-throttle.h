/* How many questions others may have answered: so many at once, then so many a second. */
#pragma once

#include "base-clock.h"
#include "xmpp-jid.h"

G_BEGIN_DECLS

#define XMPP_THROTTLE_QUESTIONS 30    /* of one account at once, then QUESTIONS_RATE a second */
#define XMPP_THROTTLE_QUESTIONS_RATE 5
#define XMPP_THROTTLE_REFUSALS 50     /* to one server's people at once, then REFUSALS_RATE a second */
#define XMPP_THROTTLE_REFUSALS_RATE 5
#define XMPP_THROTTLE_TOTAL 100       /* refusals in all at once, then TOTAL_RATE a second */
#define XMPP_THROTTLE_TOTAL_RATE 10
#define XMPP_THROTTLE_MAX 1000        /* accounts, and servers, that are remembered */

typedef struct _XmppThrottle XmppThrottle;

XmppThrottle *xmpp_throttle_new        (BaseClock          *clock) G_GNUC_WARN_UNUSED_RESULT;
void          xmpp_throttle_free       (XmppThrottle       *self);
gboolean      xmpp_throttle_may_ask    (XmppThrottle       *self,
                                        XmppJid            *from);
gboolean      xmpp_throttle_may_refuse (XmppThrottle       *self,
                                        XmppJid            *from);
guint         xmpp_throttle_get_size   (const XmppThrottle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppThrottle, xmpp_throttle_free)

G_END_DECLS
