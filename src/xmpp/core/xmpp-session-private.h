/* What the files of the session share. */
#pragma once

#include "xmpp-iq.h"
#include "xmpp-life.h"
#include "xmpp-router.h"
#include "xmpp-session-state.h"
#include "xmpp-session.h"
#include "xmpp-throttle.h"

G_BEGIN_DECLS

typedef struct _XmppSessionSm XmppSessionSm;

struct _XmppSession {
  GObject parent_instance;

  const XmppConnector *const *connectors;
  BaseClock        *clock;
  XmppRouter       *router;
  XmppIqTable      *questions;
  XmppSessionSm    *management;
  XmppThrottle     *throttle;       /* of what others ask */

  XmppSessionState  state;
  XmppStep          step;
  XmppLife         *life;           /* (owned, nullable) NULL: offline */
  XmppJid          *jid;            /* (owned, nullable) full, while online or closing */
  XmppJid          *account;        /* (owned, nullable) bare */
  GError           *error;          /* (owned, nullable) why the last life ended */
  char             *mechanism;      /* (owned, nullable) */
  char             *binding;        /* (owned, nullable) */
  char             *elsewhere;      /* (owned, nullable) "host:port" where the server wants to be met next */
  guint             redirects;      /* how many lives in a row have ended so */
  XmppConnection   *connection;     /* (owned, nullable) while online */
  GTask            *connecting;     /* (owned, nullable) */
  GPtrArray        *closing;        /* (owned) GTasks that wait for the end */
  guint             settling;       /* timer: while closing, until nothing of ours or theirs is half done */
  gint64            close_until;    /* monotonic µs, while closing */

  gboolean          suspended;
  gboolean          resumed;        /* with ONLINE: this life goes on with the last one */
  GError           *lost;           /* (owned, nullable) while suspended: why */
  guint64           taking;         /* number of the stanza that is being taken; 0: none */
};

/* xmpp-session.c */
void     xmpp_session_set_state      (XmppSession      *self,
                                      XmppSessionState  state,
                                      XmppStep          step);
void     xmpp_session_set_connection (XmppSession      *self,
                                      XmppConnection   *connection);   /* (transfer full) (nullable) */
void     xmpp_session_take           (XmppSession      *self,
                                      XmppNode         *node);         /* (transfer full) */
void     xmpp_session_skip           (XmppSession      *self,          /* a stanza broke a limit */
                                      XmppNode         *start);        /* (transfer full) all there is of it */
void     xmpp_session_put            (XmppSession      *self,          /* on the link, uncounted */
                                      const XmppNode   *element,
                                      GTask            *written);      /* (transfer full) (nullable) */

/* xmpp-session-life.c */
void     xmpp_session_over           (XmppSession      *self);         /* suspended: it will not be resumed any more */
void     xmpp_session_refuse         (XmppSession      *self,          /* the server broke the rules: tells it so, and ends */
                                      XmppNode         *stream_error); /* (transfer full) */
void     xmpp_session_settled        (XmppSession      *self);         /* nothing is half done (any more) */

/* xmpp-session-sm.c */
XmppSessionSm *xmpp_session_sm_new   (XmppSession      *session) G_GNUC_WARN_UNUSED_RESULT;
void     xmpp_session_sm_free        (XmppSessionSm    *self);
void     xmpp_session_sm_online      (XmppSession      *session,       /* a resource was bound */
                                      const XmppNode   *features);
void     xmpp_session_sm_prepare     (XmppSession      *session,       /* suspended: to be resumed by this login */
                                      XmppLogin        *login);
guint32  xmpp_session_sm_tell        (XmppSession      *session);      /* what is handled, as the server hears of it now */
gboolean xmpp_session_sm_resume      (XmppSession      *session,       /* sends again what the server lacks */
                                      guint32           h,
                                      GPtrArray        *tasks,         /* gets those of what it has */
                                      XmppNode        **refusal);      /* (out) (transfer full) FALSE: a stream error */
gboolean xmpp_session_sm_may_resume  (XmppSession      *session,       /* now that the link, or an attempt, ended so */
                                      const GError     *error);
void     xmpp_session_sm_suspend     (XmppSession      *session);
void     xmpp_session_sm_avoid       (XmppSession      *session);      /* where the server would rather be met did not work */
void     xmpp_session_sm_end         (XmppSession      *session,
                                      const guint32    *h);            /* (nullable) what the server says it has handled */
XmppJid *xmpp_session_sm_get_jid     (XmppSession      *session);      /* (transfer none) (nullable) what is bound */
void     xmpp_session_sm_send        (XmppSession      *session,
                                      XmppNode         *stanza,        /* (transfer full) */
                                      GTask            *task,          /* (transfer full) (nullable) */
                                      gboolean          matters);      /* whether it arrived is worth a question */
void     xmpp_session_sm_keep        (XmppSession      *session,       /* suspended: is sent if it goes on */
                                      XmppNode         *stanza);       /* (transfer full) */
guint64  xmpp_session_sm_receive     (XmppSession      *session);      /* a stanza came; released once it was taken */
void     xmpp_session_sm_release     (XmppSession      *session,
                                      guint64           seq);
void     xmpp_session_sm_take        (XmppSession      *session,
                                      const XmppNode   *element);      /* what is no stanza */
gboolean xmpp_session_sm_settle      (XmppSession      *session);      /* TRUE: nothing is half done; else asks for the rest */
void     xmpp_session_sm_farewell    (XmppSession      *session);      /* the last word before the stream's end */

G_END_DECLS
