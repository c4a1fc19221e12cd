/* Resource binding (RFC 6120 §7), the session request that old servers still want after it (RFC 3921 §3), and going on
 * with the session of before instead (XEP-0198 §5). */

#include "xmpp-bind.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-sm.h"

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
 * xmpp_bind_may_answer:
 * @iq: what came
 * @id: of the request
 * @account: the bare JID that signed in
 *
 * Nobody but the server can speak to an address that is not bound yet.
 *
 * Returns: whether @iq is the answer to a request
 */
gboolean
xmpp_bind_may_answer (const XmppNode *iq,
                      const char     *id,
                      XmppJid        *account)
{
  const char *type = xmpp_node_get (iq, "type");
  const char *from = xmpp_node_get (iq, "from");
  g_autoptr (XmppJid) jid = from != NULL ? xmpp_jid_new (from, NULL) : NULL;

  return (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0)
         && g_strcmp0 (xmpp_node_get (iq, "id"), id) == 0
         && (from == NULL || xmpp_jid_equal_bare (jid, account) || xmpp_jid_equal (jid, xmpp_jid_get_server (account)));
}

/**
 * xmpp_bind_result:
 * @iq: the server's answer to the request
 * @account: the bare JID that signed in
 * @error: %XMPP_STANZA_ERROR if the server refused, %XMPP_AUTH_ERROR_OTHER_ACCOUNT if it bound something that is not a
 *   full JID of @account, %XMPP_AUTH_ERROR_OTHER_SPELLING if that is how an older server writes @account
 *
 * Which resource was bound is the server's choice; whose it is, is not. An address in the spelling of RFC 6122 is to
 * RFC 7622 another one, which rosters, archives and contacts would name: it is for the user to sign in with that.
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
    g_autoptr (XmppJid) old = xmpp_jid_old_spelling (account);

    if (xmpp_jid_equal_bare (jid, old)) {
      g_set_error (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_OTHER_SPELLING,
                   "the server writes the address as %s", xmpp_jid_get_text (old));
      return NULL;
    }
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

/**
 * xmpp_bind_resume:
 * @previous: what the server calls the session of before
 * @h: how many of its stanzas we have handled
 *
 * Returns: (transfer full): the request to go on with that session
 */
XmppNode *
xmpp_bind_resume (const char *previous,
                  guint32     h)
{
  XmppNode *resume = xmpp_node_new ("resume", NS_SM);
  g_autofree char *handled = g_strdup_printf ("%" G_GUINT32_FORMAT, h);

  xmpp_node_set (resume, "previd", previous);
  xmpp_node_set (resume, "h", handled);
  return resume;
}

/**
 * xmpp_bind_resumed:
 * @resumed: the server's <resumed/>
 * @previous: what it calls the session that was asked for
 * @h: (out): how many of our stanzas it has handled
 * @error: %XMPP_STREAM_ERROR_UNDEFINED_CONDITION if it goes on with another session, or does not say how far it came
 *
 * Returns: whether the session of before goes on
 */
gboolean
xmpp_bind_resumed (const XmppNode *resumed,
                   const char     *previous,
                   guint32        *h,
                   GError        **error)
{
  if (g_strcmp0 (xmpp_node_get (resumed, "previd"), previous) == 0
      && xmpp_sm_parse_h (xmpp_node_get (resumed, "h"), h))
    return TRUE;
  g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNDEFINED_CONDITION,
                       "the server resumed a session that was not asked for");
  return FALSE;
}
