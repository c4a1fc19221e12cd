/* What the files of the session share. */
#pragma once

#include "xmpp-iq.h"
#include "xmpp-life.h"
#include "xmpp-router.h"
#include "xmpp-session-state.h"

G_BEGIN_DECLS

struct _XmppSession {
  GObject parent_instance;

  const XmppConnector *const *connectors;
  BaseClock        *clock;
  XmppRouter       *router;
  XmppIqTable      *questions;

  XmppSessionState  state;
  XmppStep          step;
  XmppLife         *life;           /* (owned, nullable) NULL: offline */
  XmppJid          *jid;            /* (owned, nullable) full, while online or closing */
  XmppJid          *account;        /* (owned, nullable) bare */
  GError           *error;          /* (owned, nullable) why the last life ended */
  char             *mechanism;      /* (owned, nullable) */
  char             *binding;        /* (owned, nullable) */
  XmppConnection   *connection;     /* (owned, nullable) while online */
  GTask            *connecting;     /* (owned, nullable) */
  GPtrArray        *closing;        /* (owned) GTasks that wait for the end */
};

/* Hands a stanza to the stream; the session is online. */
void xmpp_session_transmit (XmppSession *self,
                            XmppNode    *stanza,     /* (transfer none) */
                            GTask       *written);   /* (transfer full) (nullable) */

G_END_DECLS
