/* In-band registration (XEP-0077): changing the password on the server (§3.3). */
#include "xep-0077-register.h"

#include "xmpp-ns.h"

#define NS_REGISTER "jabber:iq:register"

static void
change_password_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

const XmppFeature xep_0077_register = {
  .name = "register",
  .xep = "XEP-0077 2.4",
};

/**
 * xmpp_register_change_password_async:
 * @session: a session that is online, and so encrypted to a server that has proved its name (RFC 7590 §3)
 * @password: the new one, UTF-8, not empty: what a server does with an empty one is not worth finding out
 * @cancellable: (nullable): to wait no longer; the server may change it all the same
 * @callback: called with the server's answer
 * @user_data: for @callback
 *
 * Asks the account's own server to change the account's password (XEP-0077 §3.3). Nobody else's answer is heard.
 */
void
xmpp_register_change_password_async (XmppSession         *session,
                                     const char          *password,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  XmppJid *account = xmpp_session_get_account (session);
  XmppNode *iq, *query;

  g_return_if_fail (password != NULL && *password != '\0');

  g_task_set_source_tag (task, xmpp_register_change_password_async);
  if (account == NULL || xmpp_session_get_state (session) != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }

  iq = xmpp_node_new ("iq", NS_CLIENT);
  xmpp_node_set (iq, "type", "set");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (xmpp_jid_get_server (account)));
  query = xmpp_node_add (iq, "query", NS_REGISTER);
  xmpp_node_add_text (query, "username", NULL, xmpp_jid_get_local (account));
  xmpp_node_add_text (query, "password", NULL, password);
  xmpp_session_iq_async (session, iq, cancellable, change_password_cb, g_steal_pointer (&task));
}

/**
 * xmpp_register_change_password_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * With an error of #XMPP_STANZA_ERROR the old password holds: bad-request when the server wants to know more,
 * not-authorized when it thinks the connection not safe enough or wants a form filled in, which is not offered here,
 * not-allowed when it lets nobody change passwords, unexpected-request when it does not know the account. Without an
 * answer (%G_IO_ERROR_TIMED_OUT after %XMPP_IQ_TIMEOUT, %G_IO_ERROR_CANCELLED, or what ended the session) nobody knows
 * which one holds. With %G_IO_ERROR_NOT_CONNECTED it was not asked.
 *
 * Returns: TRUE when the new password holds
 */
gboolean
xmpp_register_change_password_finish (XmppSession   *session,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
