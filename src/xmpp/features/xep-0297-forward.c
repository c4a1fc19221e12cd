/* Stanza forwarding (XEP-0297): the one message inside a wrapper. Who may wrap is for the wrapper's feature to say. */
#include "xep-0297-forward.h"

#include "xep-0203-delay.h"
#include "xmpp-ns.h"

#define NS_FORWARD "urn:xmpp:forward:0"

/**
 * xmpp_forward_unwrap:
 * @session: a session
 * @wrapper: the parent of a <forwarded/>, by somebody whose word counts
 * @stamp: (out): when it was said, µs since 1970 UTC; 0 when the wrapper does not say
 *
 * Returns: (transfer none) (nullable): the message inside; NULL unless there is exactly one and no other stanza
 */
XmppNode *
xmpp_forward_unwrap (XmppSession    *session,
                     const XmppNode *wrapper,
                     gint64         *stamp)
{
  XmppNode *forwarded = xmpp_node_find (wrapper, "forwarded", NS_FORWARD);
  XmppNode *delay;
  XmppNode *message = NULL;

  *stamp = 0;
  if (forwarded == NULL || xmpp_node_find_next (forwarded, "forwarded", NS_FORWARD) != NULL)
    return NULL;

  for (XmppNode *child = xmpp_node_get_first (forwarded); child != NULL; child = xmpp_node_get_next (child)) {
    if (g_strcmp0 (xmpp_node_get_ns (child), NS_CLIENT) != 0)
      continue;
    if (message != NULL || !xmpp_node_is (child, "message", NS_CLIENT))
      return NULL;
    message = child;
  }

  delay = xmpp_node_find (forwarded, "delay", NS_DELAY);
  if (message != NULL && delay != NULL)
    *stamp = xmpp_delay_parse (session, delay);
  return message;
}
