/* Where a session is in its life, and how far signing in has come, as types that properties can have. */
#include "xmpp-session-state.h"

#include "xmpp-negotiate.h"

GType
xmpp_session_state_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { XMPP_SESSION_OFFLINE, "XMPP_SESSION_OFFLINE", "offline" },
    { XMPP_SESSION_CONNECTING, "XMPP_SESSION_CONNECTING", "connecting" },
    { XMPP_SESSION_ONLINE, "XMPP_SESSION_ONLINE", "online" },
    { XMPP_SESSION_CLOSING, "XMPP_SESSION_CLOSING", "closing" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("XmppSessionState", values));
  return type;
}

GType
xmpp_step_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { XMPP_STEP_NONE, "XMPP_STEP_NONE", "none" },
    { XMPP_STEP_CONNECT, "XMPP_STEP_CONNECT", "connect" },
    { XMPP_STEP_OPEN, "XMPP_STEP_OPEN", "open" },
    { XMPP_STEP_SECURE, "XMPP_STEP_SECURE", "secure" },
    { XMPP_STEP_AUTHENTICATE, "XMPP_STEP_AUTHENTICATE", "authenticate" },
    { XMPP_STEP_BIND, "XMPP_STEP_BIND", "bind" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("XmppStep", values));
  return type;
}
