/* The arithmetic of stream management (XEP-0198): what came and is handled, what went and is not confirmed. */
#pragma once

#include <gio/gio.h>

#include "xmpp-node.h"

G_BEGIN_DECLS

typedef struct _XmppSm XmppSm;

typedef enum {
  XMPP_SM_FINE,       /* some, all or none of what waits is confirmed */
  XMPP_SM_STALE,      /* it was confirmed before: nothing changes */
  XMPP_SM_TOO_HIGH,   /* more than was ever sent: nothing changes, and the server is confused */
} XmppSmVerdict;

XmppSm       *xmpp_sm_new          (void) G_GNUC_WARN_UNUSED_RESULT;
void          xmpp_sm_free         (XmppSm         *self);

/* In: stanzas have a number that never comes again; h is counted from where the server began. */
void          xmpp_sm_begin_in     (XmppSm         *self,
                                    guint64         already);   /* what the server's count of its own says: 0 in a new session */
guint64       xmpp_sm_receive      (XmppSm         *self);      /* the next stanza's number; it is held once */
void          xmpp_sm_hold         (XmppSm         *self,
                                    guint64         seq);
gboolean      xmpp_sm_release      (XmppSm         *self,
                                    guint64         seq);       /* TRUE: more is handled now */
guint64       xmpp_sm_get_received (XmppSm         *self);      /* the last stanza's number */
guint64       xmpp_sm_get_handled  (XmppSm         *self);      /* of the last one that, with all before it, is held no more */
guint32       xmpp_sm_get_h        (XmppSm         *self);      /* … as the server counts */

/* Out: each stanza waits until the server says that it has it. */
void          xmpp_sm_begin_out    (XmppSm         *self,
                                    guint64         already);   /* nothing waits; 0 in a new session */
void          xmpp_sm_send         (XmppSm         *self,
                                    XmppNode       *stanza,     /* (transfer full) */
                                    GTask          *task);      /* (transfer full) (nullable) for who waits to hear of it */
XmppSmVerdict xmpp_sm_ack          (XmppSm         *self,
                                    guint32         h,
                                    GPtrArray      *tasks);     /* gets those of what is confirmed, in order; owns them */
void          xmpp_sm_forget       (XmppSm         *self,
                                    GPtrArray      *tasks);     /* gets those of all that waits, which is dropped */
void          xmpp_sm_each         (XmppSm         *self,
                                    void          (*call) (XmppNode *stanza, gpointer user_data),
                                    gpointer        user_data);   /* what waits, in order */
guint64       xmpp_sm_get_sent     (XmppSm         *self);
guint         xmpp_sm_get_waiting  (XmppSm         *self);      /* how many stanzas … */
guint         xmpp_sm_get_awaited  (XmppSm         *self);      /* … and how many of them somebody waits to hear of */

gboolean      xmpp_sm_parse_h      (const char     *text,       /* (nullable) */
                                    guint32        *h);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSm, xmpp_sm_free)

G_END_DECLS
