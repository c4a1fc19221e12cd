/* One account's life online: connects, keeps alive, sends, asks, and tells who listens.
 *
 *                connect                  online
 *   OFFLINE ───────────────► CONNECTING ──────────► ONLINE
 *      ▲ ▲                        │                  │  │ close
 *      │ └──────── failed, cancelled, aborted ───────┘  ▼
 *      └─────────────────────────────────────────── CLOSING
 *                 the server's end, 2 s, aborted
 *
 * What can go wrong on the way in and out is xmpp-life's; here is what stays from one life to the next: the features,
 * the questions under way, and those who listen. */
#include "xmpp-session.h"

#include "xmpp-ns.h"
#include "xmpp-session-private.h"

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STATE,
  PROP_STEP,
  PROP_JID,
  PROP_ERROR,
  PROP_CONNECTION,
  N_PROPS
};

enum {
  MESSAGE,
  PRESENCE,
  ROSTER_CHANGED,
  SUBSCRIPTION_REQUEST,
  STANZA_IN,
  STANZA_OUT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* There is something to show of the connection as long as the session is online. */
static void
session_set_connection (XmppSession    *self,
                        XmppConnection *connection)
{
  if (self->connection == connection)
    return;
  g_clear_pointer (&self->connection, xmpp_connection_unref);
  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}

static void
session_set_state (XmppSession      *self,
                   XmppSessionState  state,
                   XmppStep          step)
{
  gboolean is_new_state = self->state != state, is_new_step = self->step != step;

  self->state = state;
  self->step = step;
  if (state != XMPP_SESSION_ONLINE)
    session_set_connection (self, NULL);
  if (is_new_state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (is_new_step)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

/* The one way offline. Whoever is told of it, be it by a failed question, a feature, a property or a task, finds the
 * session ready to connect again. */
static void
session_end (XmppSession  *self,
             const GError *error)
{
  g_autoptr (XmppSession) keep = g_object_ref (self);
  g_autoptr (GTask) connecting = g_steal_pointer (&self->connecting);
  g_autoptr (GPtrArray) closing = g_steal_pointer (&self->closing);
  g_autoptr (GError) reason = error != NULL ? g_error_copy (error) : NULL;

  if (reason != NULL)
    g_debug ("offline: %s %d", g_quark_to_string (reason->domain), reason->code);
  self->closing = g_ptr_array_new_with_free_func (g_object_unref);
  if (reason == NULL)
    reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The session was closed");

  g_object_freeze_notify (G_OBJECT (self));
  session_set_state (self, XMPP_SESSION_OFFLINE, XMPP_STEP_NONE);
  g_clear_pointer (&self->life, xmpp_life_free);
  if (self->jid != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JID]);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  if (error != NULL && !g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    self->error = g_error_copy (reason);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  }
  xmpp_iq_table_close (self->questions, reason);
  xmpp_router_offline (self->router);
  g_object_thaw_notify (G_OBJECT (self));

  if (connecting != NULL)
    g_task_return_error (connecting, g_steal_pointer (&reason));
  for (guint i = 0; i < closing->len; i++)
    g_task_return_boolean (closing->pdata[i], TRUE);
}

static void
session_step_cb (XmppStep step,
                 gpointer user_data)
{
  g_debug ("signing in: %s", xmpp_step_name (step));
  session_set_state (user_data, XMPP_SESSION_CONNECTING, step);
}

static void
session_online_cb (const XmppNegotiated *negotiated,
                   gpointer              user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  g_autoptr (GTask) connecting = NULL;
  XmppConnection *connection;

  g_object_freeze_notify (G_OBJECT (self));
  self->jid = xmpp_jid_ref (negotiated->jid);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JID]);
  xmpp_jid_unref (self->account);
  self->account = xmpp_jid_ref (xmpp_jid_get_bare (self->jid));
  self->mechanism = g_strdup (negotiated->mechanism);
  self->binding = g_strdup (negotiated->binding);
  connection = xmpp_life_describe (self->life);
  connection->mechanism = g_strdup (negotiated->mechanism);
  connection->binding = g_strdup (negotiated->binding);
  session_set_connection (self, connection);
  session_set_state (self, XMPP_SESSION_ONLINE, XMPP_STEP_NONE);
  xmpp_router_features (self->router, negotiated->features);
  if (self->state == XMPP_SESSION_ONLINE)
    xmpp_router_online (self->router, self->jid);
  connecting = self->state == XMPP_SESSION_ONLINE ? g_steal_pointer (&self->connecting) : NULL;
  g_object_thaw_notify (G_OBJECT (self));

  /* A feature may have ended the session just now; then the task has heard of that. */
  if (connecting != NULL)
    g_task_return_boolean (connecting, TRUE);
}

/* Every stanza passes here once, in the order of the stream: the one place where they can be counted. */
static void
session_take (XmppNode *node,
              gpointer  user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  g_autoptr (XmppNode) stanza = node;
  const char *type = xmpp_node_get (stanza, "type");

  if (g_signal_has_handler_pending (self, signals[STANZA_IN], 0, FALSE))
    g_signal_emit (self, signals[STANZA_IN], 0, stanza);

  if (xmpp_node_is (stanza, "message", NS_CLIENT)) {
    xmpp_router_message (self->router, stanza);
  } else if (xmpp_node_is (stanza, "presence", NS_CLIENT)) {
    xmpp_router_presence (self->router, stanza);
  } else if (xmpp_node_is (stanza, "iq", NS_CLIENT)) {
    if (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0) {
      if (xmpp_iq_table_take (self->questions, stanza))
        stanza = NULL;
    } else {
      XmppNode *refusal = xmpp_router_iq (self->router, stanza);

      if (refusal != NULL)
        xmpp_session_send (self, refusal);
    }
  }
}

static void
session_ended_cb (const GError *error,
                  gpointer      user_data)
{
  session_end (user_data, error);
}

static const XmppLifeEvents life_events = {
  session_step_cb,
  session_online_cb,
  session_take,
  session_ended_cb,
};

static void
session_sink (XmppMessage *message,
              gpointer     user_data)
{
  g_signal_emit (user_data, signals[MESSAGE], 0, message);
}

static void
xmpp_session_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  XmppSession *self = XMPP_SESSION (object);

  switch (property_id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_STEP:
    g_value_set_enum (value, self->step);
    break;
  case PROP_JID:
    g_value_set_boxed (value, self->jid);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  case PROP_CONNECTION:
    g_value_set_boxed (value, self->connection);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
xmpp_session_dispose (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  if (self->state != XMPP_SESSION_OFFLINE)
    session_end (self, NULL);
  G_OBJECT_CLASS (xmpp_session_parent_class)->dispose (object);
}

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  /* Features that are being detached may still ask for the state of others. */
  xmpp_router_free (self->router);
  xmpp_iq_table_free (self->questions);
  base_clock_unref (self->clock);
  g_clear_pointer (&self->account, xmpp_jid_unref);
  g_clear_error (&self->error);
  g_free (self->mechanism);
  g_free (self->binding);
  g_clear_pointer (&self->connection, xmpp_connection_unref);
  g_ptr_array_unref (self->closing);
  G_OBJECT_CLASS (xmpp_session_parent_class)->finalize (object);
}

static void
xmpp_session_class_init (XmppSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  /* Listeners borrow what they are shown; copying a stanza for each would be dear. */
  const GType message = XMPP_TYPE_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;
  const GType presence = XMPP_TYPE_PRESENCE | G_SIGNAL_TYPE_STATIC_SCOPE;
  const GType node = XMPP_TYPE_NODE | G_SIGNAL_TYPE_STATIC_SCOPE;
  const GType items = G_TYPE_PTR_ARRAY | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->get_property = xmpp_session_get_property;
  object_class->dispose = xmpp_session_dispose;
  object_class->finalize = xmpp_session_finalize;

  /**
   * XmppSession:state:
   *
   * Where in its life the session is.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, XMPP_TYPE_SESSION_STATE, XMPP_SESSION_OFFLINE,
                                              flags);
  /**
   * XmppSession:step:
   *
   * How far signing in has come; %XMPP_STEP_NONE when it is not going on.
   */
  properties[PROP_STEP] = g_param_spec_enum ("step", NULL, NULL, XMPP_TYPE_STEP, XMPP_STEP_NONE, flags);
  /**
   * XmppSession:jid: (nullable)
   *
   * The full #XmppJid that the server bound, while online.
   */
  properties[PROP_JID] = g_param_spec_boxed ("jid", NULL, NULL, XMPP_TYPE_JID, flags);
  /**
   * XmppSession:error: (nullable)
   *
   * Why the last life ended, as a #GError; %NULL from the next attempt on, and after an end that was asked for.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  /**
   * XmppSession:connection: (nullable)
   *
   * How the session is connected, as an #XmppConnection, while it is online.
   */
  properties[PROP_CONNECTION] = g_param_spec_boxed ("connection", NULL, NULL, XMPP_TYPE_CONNECTION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * XmppSession::message:
   * @message: an #XmppMessage
   *
   * Somebody said something, or acted on what was said.
   */
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, message);
  /**
   * XmppSession::presence:
   * @presence: an #XmppPresence of type available, unavailable or error
   *
   * Somebody came, went or changed, perhaps an own other device.
   */
  signals[PRESENCE] = g_signal_new ("presence", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, presence);
  /**
   * XmppSession::roster-changed:
   * @items: (element-type XmppRosterItem): what changed; removed ones have %XMPP_SUBSCRIPTION_REMOVE
   * @whole: whether @items is all there is
   *
   * The roster came from the server, or an item of it did.
   */
  signals[ROSTER_CHANGED] = g_signal_new ("roster-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 2, items, G_TYPE_BOOLEAN);
  /**
   * XmppSession::subscription-request:
   * @presence: an #XmppPresence from a bare address, of type subscribe or unsubscribe
   *
   * Somebody wants to see our presence, or does not want to any more.
   */
  signals[SUBSCRIPTION_REQUEST] = g_signal_new ("subscription-request", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1, presence);
  /**
   * XmppSession::stanza-in:
   * @stanza: an #XmppNode, exactly as it came, hostile ones too
   *
   * For a console: what the server sends once the session is online.
   */
  signals[STANZA_IN] = g_signal_new ("stanza-in", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, node);
  /**
   * XmppSession::stanza-out:
   * @stanza: an #XmppNode
   *
   * For a console: what we send once the session is online.
   */
  signals[STANZA_OUT] = g_signal_new ("stanza-out", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, node);
}

static void
xmpp_session_init (XmppSession *self)
{
  self->closing = g_ptr_array_new_with_free_func (g_object_unref);
}

void
xmpp_session_transmit (XmppSession *self,
                       XmppNode    *stanza,
                       GTask       *written)
{
  if (g_signal_has_handler_pending (self, signals[STANZA_OUT], 0, FALSE))
    g_signal_emit (self, signals[STANZA_OUT], 0, stanza);
  if (self->state == XMPP_SESSION_ONLINE) {
    xmpp_life_send (self->life, stanza, written);
  } else if (written != NULL) {
    g_task_return_new_error (written, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    g_object_unref (written);
  }
}

/**
 * xmpp_session_new:
 * @features: the registry of features, %NULL-ended; static
 * @connectors: the ways to a server, in the order in which they are tried, %NULL-ended; static
 * @clock: what all waiting is measured with
 *
 * Returns: (transfer full): a session that is offline
 */
XmppSession *
xmpp_session_new (const XmppFeature   *const *features,
                  const XmppConnector *const *connectors,
                  BaseClock                  *clock)
{
  XmppSession *self = g_object_new (XMPP_TYPE_SESSION, NULL);

  self->connectors = connectors;
  self->clock = base_clock_ref (clock);
  self->questions = xmpp_iq_table_new (clock);
  self->router = xmpp_router_new (self, features, session_sink, self);
  xmpp_router_attach (self->router);
  return self;
}

/**
 * xmpp_session_connect_async:
 * @self: a session
 * @login: who signs in, and how; copied
 * @io: (nullable): a connection that is there already, not secure; %NULL: the connectors are tried
 * @cancellable: (nullable): ends the attempt at once; without effect when the session is online
 * @callback: called when the session is online, or is not going to be
 * @user_data: for @callback
 *
 * Signs in: reaches a server, secures the connection, proves who we are, binds a resource (RFC 6120). A session leads
 * one life at a time: unless it is offline this fails with %G_IO_ERROR_PENDING and changes nothing.
 */
void
xmpp_session_connect_async (XmppSession         *self,
                            const XmppLogin     *login,
                            GIOStream           *io,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_session_connect_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->state != XMPP_SESSION_OFFLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "The session is not offline");
    return;
  }
  if (io == NULL && *self->connectors == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "There is no way to connect");
    return;
  }

  self->connecting = g_steal_pointer (&task);
  g_clear_pointer (&self->account, xmpp_jid_unref);
  self->account = xmpp_jid_ref (xmpp_jid_get_bare (login->jid));
  g_clear_pointer (&self->mechanism, g_free);
  g_clear_pointer (&self->binding, g_free);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->error != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_clear_error (&self->error);
  session_set_state (self, XMPP_SESSION_CONNECTING, XMPP_STEP_CONNECT);
  self->life = xmpp_life_new (self->connectors, login, io, self->clock, cancellable, &life_events, self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * xmpp_session_connect_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Errors are an #XMPP_CONNECT_ERROR when no server was reached or the link did not hold (with the certificate, when
 * that was refused: xmpp_error_get_certificate()), an #XMPP_AUTH_ERROR when the login failed, an #XMPP_STREAM_ERROR
 * when either side refused the stream, an #XMPP_STANZA_ERROR when no resource was bound, and %G_IO_ERROR_CANCELLED,
 * %G_IO_ERROR_CLOSED (by xmpp_session_close_async()) or %G_IO_ERROR_PENDING.
 *
 * Returns: %TRUE when the session came online
 */
gboolean
xmpp_session_connect_finish (XmppSession   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
session_close_cancelled_cb (GCancellable *cancellable,
                            gpointer      user_data)
{
  GTask *task = user_data;

  if (!g_task_get_completed (task))
    session_end (g_task_get_source_object (task), NULL);
  return G_SOURCE_REMOVE;
}

static void
source_destroy (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/**
 * xmpp_session_close_async:
 * @self: a session
 * @cancellable: (nullable): to wait no longer for the server
 * @callback: called when the session is offline
 * @user_data: for @callback
 *
 * Says good-bye: <presence type='unavailable'/> (RFC 6121 §4.5.1), the end of our stream (RFC 6120 §4.4), and at most
 * %XMPP_LIFE_CLOSE_TIMEOUT for the server's. What still comes in is heard. An attempt to connect is given up at once.
 */
void
xmpp_session_close_async (XmppSession         *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  XmppNode *unavailable;

  g_task_set_source_tag (task, xmpp_session_close_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->state == XMPP_SESSION_OFFLINE) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  g_ptr_array_add (self->closing, g_object_ref (task));
  if (cancellable != NULL) {
    GSource *cancelled = g_cancellable_source_new (cancellable);

    g_source_set_callback (cancelled, G_SOURCE_FUNC (session_close_cancelled_cb), task, NULL);
    g_source_attach (cancelled, g_task_get_context (task));
    g_task_set_task_data (task, cancelled, source_destroy);
  }
  if (self->state == XMPP_SESSION_CONNECTING) {
    session_end (self, NULL);
  } else if (self->state == XMPP_SESSION_ONLINE) {
    unavailable = xmpp_node_new ("presence", NS_CLIENT);
    xmpp_node_set (unavailable, "type", "unavailable");
    xmpp_session_send (self, unavailable);
    if (self->state != XMPP_SESSION_ONLINE)   /* a listener of stanza-out was faster */
      return;
    xmpp_life_close (self->life);
    session_set_state (self, XMPP_SESSION_CLOSING, XMPP_STEP_NONE);
  }
}

/**
 * xmpp_session_close_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Returns: %TRUE; closing cannot fail
 */
gboolean
xmpp_session_close_finish (XmppSession   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * xmpp_session_abort:
 * @self: a session
 * @error: (nullable): why; what waits is told a copy of it, and #XmppSession:error holds one. %NULL: nothing is wrong,
 *   what waits is told %G_IO_ERROR_CLOSED
 *
 * Ends the session at once and without a word: the link is dead, or to be treated so.
 */
void
xmpp_session_abort (XmppSession  *self,
                    const GError *error)
{
  if (self->state != XMPP_SESSION_OFFLINE)
    session_end (self, error);
}
