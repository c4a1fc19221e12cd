/* Asks the server to change the roster (RFC 6121 §2.3 to §2.5); that it did comes back as a push. */
#include <string.h>

#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

static void
change_roster_cb (GObject      *source,
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

static XmppNode *
change_new (XmppJid   *jid,
            XmppNode **item)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  *item = xmpp_node_add (xmpp_node_add (iq, "query", NS_ROSTER), "item", NULL);
  xmpp_node_set (*item, "jid", xmpp_jid_get_text (xmpp_jid_get_bare (jid)));
  return iq;
}

/**
 * xmpp_roster_set_async:
 * @session: a session
 * @item: its jid, name and groups are what the server shall keep
 * @cancellable: (nullable): to give up waiting
 * @callback: called when the answer is there
 * @user_data: for the callback
 *
 * Adds or changes a contact (RFC 6121 §2.3, §2.4). The change itself comes as a push, like one by another device.
 */
void
xmpp_roster_set_async (XmppSession         *session,
                       XmppRosterItem      *item,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  g_autoptr (XmppNode) iq = NULL;
  XmppNode *node;

  g_task_set_source_tag (task, xmpp_roster_set_async);

  iq = change_new (item->jid, &node);
  if (item->name != NULL && *item->name != '\0')
    xmpp_node_set (node, "name", item->name);
  for (char **group = item->groups; *group != NULL; group++) {
    if (strlen (*group) > XMPP_ROSTER_MAX_GROUP) {
      g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ACCEPTABLE,
                               "A group's name has more than %d bytes", XMPP_ROSTER_MAX_GROUP);
      return;
    }
    if (**group != '\0')
      xmpp_node_add_text (node, "group", NULL, *group);
  }
  xmpp_session_iq_async (session, g_steal_pointer (&iq), cancellable, change_roster_cb, g_steal_pointer (&task));
}

/**
 * xmpp_roster_set_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Returns: TRUE when the server keeps it; else XMPP_STANZA_ERROR with its reason, not-acceptable for a group's name
 *   that is too long, or the iq's error
 */
gboolean
xmpp_roster_set_finish (XmppSession   *session,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * xmpp_roster_remove_async:
 * @session: a session
 * @jid: bare or full
 * @cancellable: (nullable): to give up waiting
 * @callback: called when the answer is there
 * @user_data: for the callback
 *
 * Removes a contact, and with it both subscriptions (RFC 6121 §2.5).
 */
void
xmpp_roster_remove_async (XmppSession         *session,
                          XmppJid             *jid,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  XmppNode *node;
  XmppNode *iq = change_new (jid, &node);

  g_task_set_source_tag (task, xmpp_roster_remove_async);
  xmpp_node_set (node, "subscription", xmpp_subscription_name (XMPP_SUBSCRIPTION_REMOVE));
  xmpp_session_iq_async (session, iq, cancellable, change_roster_cb, g_steal_pointer (&task));
}

/**
 * xmpp_roster_remove_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Returns: TRUE when the contact is gone; else XMPP_STANZA_ERROR with the server's reason, or the iq's error
 */
gboolean
xmpp_roster_remove_finish (XmppSession   *session,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
