/* Where a session is in its life, and how far signing in has come, as types that properties can have. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  XMPP_SESSION_OFFLINE,
  XMPP_SESSION_CONNECTING,
  XMPP_SESSION_ONLINE,
  XMPP_SESSION_CLOSING,
} XmppSessionState;

#define XMPP_TYPE_SESSION_STATE (xmpp_session_state_get_type ())
#define XMPP_TYPE_STEP          (xmpp_step_get_type ())

GType xmpp_session_state_get_type (void);
GType xmpp_step_get_type          (void);   /* of XmppStep */

G_END_DECLS
