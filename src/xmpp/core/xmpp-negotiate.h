/* From an open transport to a bound resource, or to the session of before: the dialogue of stream features (RFC 6120
 * §4.3), step by step. */
#pragma once

#include "base-clock.h"
#include "xmpp-transport.h"

G_BEGIN_DECLS

#define XMPP_NEGOTIATE_STEP_TIMEOUT (20 * G_TIME_SPAN_SECOND)

typedef enum {
  XMPP_STEP_NONE,
  XMPP_STEP_CONNECT,        /* finding and reaching the server */
  XMPP_STEP_OPEN,           /* stream header and features */
  XMPP_STEP_SECURE,         /* STARTTLS */
  XMPP_STEP_AUTHENTICATE,
  XMPP_STEP_BIND,
} XmppStep;

/* What the negotiation brought home. */
typedef struct {
  XmppJid  *jid;            /* (owned, nullable) the full JID that the server bound; NULL: resumed */
  XmppNode *features;       /* (owned) <stream:features/> after login */
  char     *mechanism;      /* (owned) "SCRAM-SHA-256-PLUS" */
  char     *binding;        /* (owned, nullable) "tls-exporter" */
  gboolean  offers_no_binding;   /* the server has proven that it does not offer one (XEP-0474) */
  gboolean  resumed;        /* the session of before goes on */
  gboolean  has_h;          /* always when resumed; when that was refused the server may still know … */
  guint32   h;              /* … how many of that session's stanzas it has handled */
} XmppNegotiated;

/* Whom the negotiation tells and asks. */
typedef struct {
  void    (*step)    (XmppStep step, gpointer user_data);   /* at each new step */
  guint32 (*handled) (gpointer user_data);                  /* with resume: what is handled of it, when that is written */
} XmppNegotiateEvents;

void            xmpp_negotiate_async  (XmppTransport         *transport,     /* not owned; its events are the negotiation's until it ends */
                                       const XmppLogin       *login,
                                       BaseClock             *clock,
                                       const XmppNegotiateEvents *events,    /* static */
                                       gpointer               events_data,
                                       GCancellable          *cancellable,
                                       GAsyncReadyCallback    callback,
                                       gpointer               user_data);
XmppNegotiated *xmpp_negotiate_finish (GAsyncResult          *result,
                                       GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void            xmpp_negotiated_free  (XmppNegotiated        *self);
const char     *xmpp_step_name        (XmppStep               step);   /* for messages and logs, untranslated */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppNegotiated, xmpp_negotiated_free)

G_END_DECLS
