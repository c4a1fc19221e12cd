/* One account's life online: connects, keeps alive, sends, asks, and tells who listens.
 *
 * Here is what stays from one life to the next: the features, the questions under way, the counters, and those who
 * listen. How the session comes and goes is drawn in xmpp-session-life.c, how it knows what arrived in
 * xmpp-session-sm.c; what its users see of it is in xmpp-session-talk.c. */
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
  PROP_SUSPENDED,
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
void
xmpp_session_set_connection (XmppSession    *self,
                             XmppConnection *connection)
{
  if (self->connection == connection)
    return;
  g_clear_pointer (&self->connection, xmpp_connection_unref);
  self->connection = connection;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}

void
xmpp_session_set_state (XmppSession      *self,
                        XmppSessionState  state,
                        XmppStep          step)
{
  gboolean is_new_state = self->state != state, is_new_step = self->step != step;

  self->state = state;
  self->step = step;
  if (state != XMPP_SESSION_ONLINE)
    xmpp_session_set_connection (self, NULL);
  if (is_new_state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (is_new_step)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

/* Our server and our own devices may ask as much as they like. */
static gboolean
session_limits (XmppSession *self,
                XmppJid     *from)
{
  return from != NULL && self->account != NULL && !xmpp_jid_equal (from, xmpp_jid_get_server (self->account))
         && !xmpp_jid_equal_bare (from, self->account);
}

/* Answers a question: by whoever knows, or by saying no to it, or, when that was said often enough, not at all. Others
 * hear what a server says of a device that is not there: who guesses our address does not learn whether it is. */
static void
session_answer (XmppSession *self,
                XmppNode    *iq,
                gboolean     is_skipped)
{
  const char *from = xmpp_node_get (iq, "from");
  g_autoptr (XmppJid) sender = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  gboolean is_limited = session_limits (self, sender);
  g_autoptr (XmppNode) refusal = NULL;

  if (is_skipped || (is_limited && !xmpp_throttle_may_ask (self->throttle, sender)))
    refusal = xmpp_router_refuse (self->router, iq, XMPP_STANZA_ERROR_POLICY_VIOLATION);
  else
    refusal = xmpp_router_iq (self->router, iq);
  if (refusal != NULL && is_limited) {
    xmpp_node_free (refusal);
    refusal = xmpp_router_refuse (self->router, iq, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
  }
  if (refusal != NULL && (!is_limited || xmpp_throttle_may_refuse (self->throttle, sender)))
    xmpp_session_send (self, g_steal_pointer (&refusal));
}

static gboolean
is_answer (const XmppNode *iq)
{
  const char *type = xmpp_node_get (iq, "type");

  return g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0;
}

static void
session_route (XmppSession *self,
               XmppNode    *stanza)
{
  g_autoptr (XmppNode) owned = stanza;

  if (xmpp_node_is (owned, "message", NS_CLIENT)) {
    xmpp_router_message (self->router, owned);
  } else if (xmpp_node_is (owned, "presence", NS_CLIENT)) {
    xmpp_router_presence (self->router, owned);
  } else if (is_answer (owned)) {
    if (xmpp_iq_table_take (self->questions, owned))
      owned = NULL;
  } else {
    session_answer (self, owned, FALSE);
  }
}

static gboolean
is_stanza (const XmppNode *node)
{
  return xmpp_node_is (node, "message", NS_CLIENT) || xmpp_node_is (node, "presence", NS_CLIENT)
         || xmpp_node_is (node, "iq", NS_CLIENT);
}

/* Whatever comes passes here once, in the order of the stream: the one place where stanzas can be counted. */
void
xmpp_session_take (XmppSession *self,
                   XmppNode    *node)
{
  g_autoptr (XmppSession) keep = g_object_ref (self);
  g_autoptr (XmppNode) stanza = node;

  if (g_signal_has_handler_pending (self, signals[STANZA_IN], 0, FALSE))
    g_signal_emit (self, signals[STANZA_IN], 0, stanza);

  if (is_stanza (stanza)) {
    self->taking = xmpp_session_sm_receive (self);
    session_route (self, g_steal_pointer (&stanza));
    xmpp_session_sm_release (self, self->taking);
    self->taking = 0;
  } else {
    xmpp_session_sm_take (self, stanza);
  }
}

/* Nobody hears what was in it, but it was there: it is counted, and whoever waits for an answer gets one. */
void
xmpp_session_skip (XmppSession *self,
                   XmppNode    *start)
{
  g_autoptr (XmppSession) keep = g_object_ref (self);
  g_autoptr (XmppNode) owned = start;
  guint64 seq;

  g_debug ("passed over a stanza that breaks a limit");
  if (!is_stanza (owned))
    return;
  seq = xmpp_session_sm_receive (self);
  if (xmpp_node_is (owned, "iq", NS_CLIENT) && is_answer (owned)) {
    xmpp_error_add (owned, XMPP_STANZA_ERROR_POLICY_VIOLATION);
    if (xmpp_iq_table_take (self->questions, owned))
      owned = NULL;
  } else if (xmpp_node_is (owned, "iq", NS_CLIENT)) {
    session_answer (self, owned, TRUE);
  }
  xmpp_session_sm_release (self, seq);
}

static void
session_sink (XmppMessage *message,
              gpointer     user_data)
{
  message->seq = ((XmppSession *) user_data)->taking;
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
  case PROP_SUSPENDED:
    g_value_set_boolean (value, self->suspended);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
xmpp_session_dispose (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  xmpp_session_abort (self, NULL);
  G_OBJECT_CLASS (xmpp_session_parent_class)->dispose (object);
}

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  /* Features that are being detached may still ask for the state of others. */
  xmpp_router_free (self->router);
  xmpp_iq_table_free (self->questions);
  xmpp_session_sm_free (self->management);
  xmpp_throttle_free (self->throttle);
  base_clock_unref (self->clock);
  g_clear_pointer (&self->account, xmpp_jid_unref);
  g_clear_error (&self->error);
  g_clear_error (&self->lost);
  g_free (self->mechanism);
  g_free (self->binding);
  g_free (self->elsewhere);
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
  /**
   * XmppSession:suspended:
   *
   * Whether the link is lost and the session may be resumed on another one (XEP-0198 §5): what the server told us still
   * holds, and questions and messages under way wait.
   */
  properties[PROP_SUSPENDED] = g_param_spec_boolean ("suspended", NULL, NULL, FALSE, flags);
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
xmpp_session_put (XmppSession    *self,
                  const XmppNode *element,
                  GTask          *written)
{
  XmppLife *life = self->life;

  if (g_signal_has_handler_pending (self, signals[STANZA_OUT], 0, FALSE))
    g_signal_emit (self, signals[STANZA_OUT], 0, element);
  if (self->life == life && life != NULL) {
    xmpp_life_send (life, element, written);
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
  self->management = xmpp_session_sm_new (self);
  self->throttle = xmpp_throttle_new (clock);
  self->router = xmpp_router_new (self, features, session_sink, self);
  xmpp_router_attach (self->router);
  return self;
}
