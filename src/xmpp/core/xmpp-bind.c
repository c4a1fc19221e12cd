/* Resource binding (RFC 6120 §7), and the session request that old servers still want after it (RFC 3921 §3). */

#include "xmpp-bind.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"

/**
 * xmpp_bind_request:
 * @id: for the iq
 * @resource: (nullable): the resource to ask for; %NULL leaves it to the server
 *
 * Returns: (transfer full): the request to bind a resource
 */
XmppNode *
xmpp_bind_request (const char *id,
                   const char *resource)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);
  XmppNode *bind = xmpp_node_add (iq, "bind", NS_BIND);

  xmpp_node_set (iq, "type", "set");
  xmpp_node_set (iq, "id", id);
  if (resource != NULL)
    xmpp_node_add_text (bind, "resource", NS_BIND, resource);
  return iq;
}

/**
 * xmpp_bind_result:
 * @iq: the server's answer to the request
 * @account: the bare JID that signed in
 * @error: %XMPP_STANZA_ERROR if the server refused, %XMPP_AUTH_ERROR_OTHER_ACCOUNT if it bound something that is not a
 *   full JID of @account
 *
 * Which resource was bound is the server's choice; whose it is, is not.
 *
 * Returns: (transfer full): the full JID of this connection, or %NULL
 */
XmppJid *
xmpp_bind_result (const XmppNode *iq,
                  XmppJid        *account,
                  GError        **error)
{
  const XmppNode *bind = xmpp_node_find (iq, "bind", NS_BIND);
  const char *text = bind != NULL ? xmpp_node_find_text (bind, "jid", NS_BIND) : NULL;
  g_autoptr (XmppJid) jid = NULL;

  if (g_strcmp0 (xmpp_node_get (iq, "type"), "error") == 0) {
    g_propagate_error (error, xmpp_error_from_stanza (iq));
    return NULL;
  }
  if (text != NULL)
    jid = xmpp_jid_new (text, NULL);
  if (jid == NULL || xmpp_jid_is_bare (jid)) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT,
                 "the server did not say which address it bound");
    return NULL;
  }
  if (!xmpp_jid_equal_bare (jid, account)) {
    g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_ACCOUNT,
                 "the server bound an address of another account");
    return NULL;
  }
  return g_steal_pointer (&jid);
}

/**
 * xmpp_bind_wants_session:
 * @features: the stream features after login
 *
 * Returns: whether the server wants the session request of RFC 3921 before anything else
 */
gboolean
xmpp_bind_wants_session (const XmppNode *features)
{
  const XmppNode *session = xmpp_node_find (features, "session", NS_SESSION);

  return session != NULL && xmpp_node_find (session, "optional", NS_SESSION) == NULL;
}

/**
 * xmpp_bind_session:
 * @id: for the iq
 *
 * Returns: (transfer full): the session request of RFC 3921
 */
XmppNode *
xmpp_bind_session (const char *id)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  xmpp_node_set (iq, "id", id);
  xmpp_node_add (iq, "session", NS_SESSION);
  return iq;
}
