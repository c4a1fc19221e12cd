/* What the two files of a session's stream management share. */
#pragma once

#include "xmpp-session-private.h"
#include "xmpp-sm.h"

G_BEGIN_DECLS

typedef enum {
  SM_OFF,
  SM_ENABLING,
  SM_ON,
} SmPhase;

struct _XmppSessionSm {
  XmppSession *session;       /* (not owned) */
  XmppSm      *counts;        /* (owned) */
  SmPhase      phase;

  char        *id;            /* (owned, nullable) NULL: this session cannot be resumed */
  char        *location;      /* (owned, nullable) where the server would rather be met */
  XmppJid     *jid;           /* (owned, nullable) full */
  gint64       keep_for;      /* µs */
  guint        keeping;       /* timer, while suspended */
  gboolean     is_stale;      /* it ran out while an attempt is under way */
  guint32      h_told;        /* by the attempt under way */
  guint64      resumed_at;    /* how many stanzas the server had confirmed when the session was last resumed */
  guint        in_vain;       /* how often in a row it was resumed, sent again what was lacking, and lost before that arrived */

  GSource     *turn;          /* (owned, nullable) something went in this turn of the main loop */
  gboolean     is_asking;     /* <r/> or <enable/> is not answered */
  guint64      asked_for;     /* stanzas sent by then */
  gint64       alive_at;      /* monotonic µs: we asked, or heard something */
  guint        deadline;      /* timer, while asking or while something waits */

  gboolean     is_asked;      /* an <r/> is not answered to the full */
  guint64      asked_about;   /* number of the last stanza before it */
  GSource     *answering;     /* (owned, nullable) what is handled is told when this turn of the main loop ends */
  guint64      told;          /* number of the last stanza that the server knows to be handled */
  guint        answer;        /* timer */
};

/* xmpp-session-ack.c */
void      xmpp_session_sm_stop_timer   (XmppSessionSm  *self,
                                        guint          *timer);
void      xmpp_session_sm_stop         (XmppSessionSm  *self);      /* the link is gone: nobody asks or answers */
void      xmpp_session_sm_put          (XmppSessionSm  *self,
                                        XmppNode       *element);   /* (transfer full) */
void      xmpp_session_sm_hear         (XmppSessionSm  *self);      /* the link lives */
void      xmpp_session_sm_await_answer (XmppSessionSm  *self);      /* the server was asked something */
void      xmpp_session_sm_ask          (XmppSessionSm  *self);
void      xmpp_session_sm_ask_soon     (XmppSessionSm  *self);      /* when this turn of the main loop ends */
void      xmpp_session_sm_answer       (XmppSessionSm  *self);
void      xmpp_session_sm_handled      (XmppSessionSm  *self);      /* more is handled than before */
void      xmpp_session_sm_take_request (XmppSessionSm  *self);
void      xmpp_session_sm_take_ack     (XmppSessionSm  *self,
                                        const XmppNode *ack);
XmppNode *xmpp_session_sm_new_refusal  (XmppSessionSm  *self,
                                        guint32         h) G_GNUC_WARN_UNUSED_RESULT;   /* the server cannot have so many */

G_END_DECLS
