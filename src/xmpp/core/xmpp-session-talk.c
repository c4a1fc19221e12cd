/* The session as its users see it: what it knows, and the verbs for talking through it. */
#include "xmpp-session.h"

#include "xmpp-ns.h"
#include "xmpp-session-private.h"

static gboolean
session_may_send (XmppSession *self,
                  GTask       *task)
{
  if (g_task_return_error_if_cancelled (task))
    return FALSE;
  if (self->state == XMPP_SESSION_ONLINE)
    return TRUE;
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
  return FALSE;
}

/* That somebody types is forgotten sooner than anybody could say whether it arrived. */
static gboolean
message_matters (const XmppMessage *message)
{
  return message->typing == XMPP_TYPING_UNCHANGED || message->body != NULL || message->act != XMPP_ACT_SAY;
}

/**
 * xmpp_session_get_state:
 * @self: a session
 *
 * Returns: where in its life it is
 */
XmppSessionState
xmpp_session_get_state (XmppSession *self)
{
  return self->state;
}

/**
 * xmpp_session_get_step:
 * @self: a session
 *
 * Returns: how far signing in has come; %XMPP_STEP_NONE when it is not going on
 */
XmppStep
xmpp_session_get_step (XmppSession *self)
{
  return self->step;
}

/**
 * xmpp_session_get_jid:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the full JID that the server bound, while online or closing
 */
XmppJid *
xmpp_session_get_jid (XmppSession *self)
{
  return self->jid;
}

/**
 * xmpp_session_get_account:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the account's bare JID, as the server writes it once it has said so; %NULL
 *   before the first attempt to connect
 */
XmppJid *
xmpp_session_get_account (XmppSession *self)
{
  return self->account;
}

/**
 * xmpp_session_get_error:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): why the last life ended; see #XmppSession:error
 */
const GError *
xmpp_session_get_error (XmppSession *self)
{
  return self->error;
}

/**
 * xmpp_session_get_mechanism:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the SASL mechanism of the last successful login since connecting began
 */
const char *
xmpp_session_get_mechanism (XmppSession *self)
{
  return self->mechanism;
}

/**
 * xmpp_session_get_binding:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the channel binding that the login used
 */
const char *
xmpp_session_get_binding (XmppSession *self)
{
  return self->binding;
}

/**
 * xmpp_session_get_connection:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): how it is connected; see #XmppSession:connection
 */
XmppConnection *
xmpp_session_get_connection (XmppSession *self)
{
  return self->connection;
}

/**
 * xmpp_session_get_clock:
 * @self: a session
 *
 * Returns: (transfer none): what all waiting is measured with
 */
BaseClock *
xmpp_session_get_clock (XmppSession *self)
{
  return self->clock;
}

/**
 * xmpp_session_get_feature_state:
 * @self: a session
 * @feature: a feature
 *
 * Returns: (transfer none) (nullable): what @feature keeps in this session; %NULL when it keeps nothing, or is not in
 *   the registry
 */
gpointer
xmpp_session_get_feature_state (XmppSession       *self,
                                const XmppFeature *feature)
{
  return xmpp_router_get_state (self->router, feature);
}

/**
 * xmpp_session_is_own:
 * @self: a session
 * @from: (nullable): a stanza's sender
 *
 * Whether our own account speaks: no sender at all, or our bare JID (RFC 6120 §8.1.2.1). Our server's domain and our
 * other devices are somebody else.
 *
 * Returns: whether @from is our account
 */
gboolean
xmpp_session_is_own (XmppSession *self,
                     const char  *from)
{
  return from == NULL || xmpp_jid_matches (self->account, from);
}

/**
 * xmpp_session_send:
 * @self: a session
 * @stanza: (transfer full): what to send
 *
 * Sends @stanza, after what was sent before it, and once more if the link is lost before it has arrived; drops it when
 * the session is not online, but for a message while it is suspended, which goes out once the session goes on. To an
 * available presence each feature adds what belongs there.
 */
void
xmpp_session_send (XmppSession *self,
                   XmppNode    *stanza)
{
  g_autoptr (XmppNode) owned = stanza;

  if (self->suspended && xmpp_node_is (owned, "message", NS_CLIENT))
    xmpp_session_sm_keep (self, g_steal_pointer (&owned));
  if (self->state != XMPP_SESSION_ONLINE || owned == NULL)
    return;
  if (xmpp_node_is (owned, "presence", NS_CLIENT) && xmpp_node_get (owned, "type") == NULL)
    xmpp_router_compose_presence (self->router, owned);
  xmpp_session_sm_send (self, g_steal_pointer (&owned), NULL, !xmpp_node_is (stanza, "presence", NS_CLIENT));
}

/**
 * xmpp_session_send_message_async:
 * @self: a session
 * @message: what to say; gets a random id when it has none
 * @cancellable: (nullable): has no effect any more once the stanza waits to be written
 * @callback: called when it has arrived at the server, or will not, or nobody knows
 * @user_data: for @callback
 *
 * Composes @message and sends it. A server that confirms what it has (XEP-0198) does so before @callback is called, be
 * it on another link: a session that is suspended keeps @message. Otherwise that its bytes have left has to do.
 */
void
xmpp_session_send_message_async (XmppSession         *self,
                                 XmppMessage         *message,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppNode) stanza = NULL;

  g_task_set_source_tag (task, xmpp_session_send_message_async);
  if (!session_may_send (self, task))
    return;
  if ((stanza = xmpp_router_compose (self->router, message)) == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "A feature kept the message back");
    return;
  }
  g_task_set_check_cancellable (task, FALSE);
  xmpp_session_sm_send (self, g_steal_pointer (&stanza), g_steal_pointer (&task), message_matters (message));
}

/**
 * xmpp_session_send_message_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Errors are %G_IO_ERROR_NOT_CONNECTED when the server certainly has it not, %XMPP_CONNECT_ERROR_CLOSED when the
 * session ended before anybody could know, %G_IO_ERROR_CANCELLED, and %G_IO_ERROR_PERMISSION_DENIED when a feature
 * would not let the message out (nothing to encrypt it with).
 *
 * Returns: whether the server has the message, as far as it says so
 */
gboolean
xmpp_session_send_message_finish (XmppSession   *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * xmpp_session_iq_async:
 * @self: a session
 * @iq: (transfer full): a question of type get or set; gets a random id when it has none
 * @cancellable: (nullable): to wait no longer
 * @callback: called exactly once, with the answer or the reason why there is none
 * @user_data: for @callback
 *
 * Asks whom @iq is addressed to, or our own account. A session that is suspended goes on waiting for the answer.
 */
void
xmpp_session_iq_async (XmppSession         *self,
                       XmppNode            *iq,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (XmppNode) question = iq;

  g_task_set_source_tag (task, xmpp_session_iq_async);
  if (session_may_send (self, task)
      && xmpp_iq_table_add (self->questions, question, self->jid, XMPP_IQ_TIMEOUT, g_steal_pointer (&task)) != NULL)
    xmpp_session_sm_send (self, g_steal_pointer (&question), NULL, TRUE);
}

/**
 * xmpp_session_iq_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Errors are an #XMPP_STANZA_ERROR when that was the answer, %G_IO_ERROR_TIMED_OUT after %XMPP_IQ_TIMEOUT,
 * %G_IO_ERROR_CANCELLED, %G_IO_ERROR_NOT_CONNECTED, and what ended the session (%G_IO_ERROR_CLOSED after a polite end).
 *
 * Returns: (transfer full): the reply, of type result, from whom we asked
 */
XmppNode *
xmpp_session_iq_finish (XmppSession   *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_session_iq_reply:
 * @self: a session
 * @iq: a question to us
 * @payload: (transfer full) (nullable): the answer; %NULL: done
 *
 * Answers @iq with a result.
 */
void
xmpp_session_iq_reply (XmppSession    *self,
                       const XmppNode *iq,
                       XmppNode       *payload)
{
  XmppNode *reply = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (reply, "type", "result");
  xmpp_node_set (reply, "id", xmpp_node_get (iq, "id"));
  xmpp_node_set (reply, "to", xmpp_node_get (iq, "from"));
  if (payload != NULL)
    xmpp_node_adopt (reply, payload);
  xmpp_session_send (self, reply);
}

/**
 * xmpp_session_stored:
 * @self: a session
 * @message: what came by #XmppSession::message and is committed to disk
 *
 * Lets features confirm @message to its sender.
 */
void
xmpp_session_stored (XmppSession *self,
                     XmppMessage *message)
{
  xmpp_router_stored (self->router, message);
}

/**
 * xmpp_session_send_element:
 * @self: a session
 * @element: (transfer full): what is no stanza, such as a hint for the server
 *
 * Sends @element, after what was sent before it; drops it when the session is not online. Neither side counts it, so
 * nobody sends it again: what it said has to be said anew after a resumption (XEP-0198 §2).
 */
void
xmpp_session_send_element (XmppSession *self,
                           XmppNode    *element)
{
  g_autoptr (XmppNode) owned = element;

  if (self->state == XMPP_SESSION_ONLINE)
    xmpp_session_put (self, owned, NULL);
}

/**
 * xmpp_session_read_inner:
 * @self: a session
 * @message: what an archive that was asked has kept; the calling feature has vouched for it
 * @stamp: when it was sent, in µs since 1970 UTC; 0: unknown
 * @archive_id: what it is called in the archive
 * @into: (element-type XmppMessage): gets what @message says and what it acts on; nothing when it does neither
 *
 * Understands @message as if it had come by itself, but for wrappers, which are dropped; nobody hears of it but the
 * caller.
 */
void
xmpp_session_read_inner (XmppSession *self,
                         XmppNode    *message,
                         gint64       stamp,
                         const char  *archive_id,
                         GPtrArray   *into)
{
  xmpp_router_read_inner (self->router, message, stamp, archive_id, into);
}

/**
 * xmpp_session_inner:
 * @self: a session
 * @message: what was inside a wrapper that the calling feature has vouched for
 * @origin: how it came
 * @stamp: when it was sent, in µs since 1970 UTC; 0: unknown
 *
 * Takes @message as if it had come by itself, but for wrappers: one in another is dropped.
 */
void
xmpp_session_inner (XmppSession *self,
                    XmppNode    *message,
                    XmppOrigin   origin,
                    gint64       stamp)
{
  xmpp_router_inner (self->router, message, origin, stamp);
}

/**
 * xmpp_session_get_disco:
 * @self: a session
 *
 * Returns: (transfer container) (element-type utf8): what we advertise, sorted by bytes and unique; the strings live as
 *   long as @self
 */
GPtrArray *
xmpp_session_get_disco (XmppSession *self)
{
  return xmpp_router_disco (self->router);
}

/**
 * xmpp_session_emit_presence:
 * @self: a session
 * @presence: somebody's
 *
 * Emits #XmppSession::presence.
 */
void
xmpp_session_emit_presence (XmppSession  *self,
                            XmppPresence *presence)
{
  g_signal_emit_by_name (self, "presence", presence);
}

/**
 * xmpp_session_emit_roster:
 * @self: a session
 * @items: (element-type XmppRosterItem): what changed
 * @whole: whether @items is all there is
 *
 * Emits #XmppSession::roster-changed.
 */
void
xmpp_session_emit_roster (XmppSession *self,
                          GPtrArray   *items,
                          gboolean     whole)
{
  g_signal_emit_by_name (self, "roster-changed", items, whole);
}

/**
 * xmpp_session_emit_subscription_request:
 * @self: a session
 * @presence: of type subscribe or unsubscribe
 *
 * Emits #XmppSession::subscription-request.
 */
void
xmpp_session_emit_subscription_request (XmppSession  *self,
                                        XmppPresence *presence)
{
  g_signal_emit_by_name (self, "subscription-request", presence);
}
