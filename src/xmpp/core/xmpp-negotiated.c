/* What a negotiation brings home, and what its steps are called. */
#include "xmpp-negotiate.h"

/**
 * xmpp_negotiated_free:
 * @self: (transfer full): the result of a negotiation
 */
void
xmpp_negotiated_free (XmppNegotiated *self)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->features, xmpp_node_free);
  g_free (self->mechanism);
  g_free (self->binding);
  g_free (self);
}

/**
 * xmpp_step_name:
 * @step: a step on the way to a session
 *
 * Returns: what it is called in messages and logs, untranslated
 */
const char *
xmpp_step_name (XmppStep step)
{
  static const char *const names[] = {
    [XMPP_STEP_NONE] = "Nothing",
    [XMPP_STEP_CONNECT] = "Connecting",
    [XMPP_STEP_OPEN] = "Opening the stream",
    [XMPP_STEP_SECURE] = "TLS",
    [XMPP_STEP_AUTHENTICATE] = "Login",
    [XMPP_STEP_BIND] = "Binding",
  };

  return names[step];
}
