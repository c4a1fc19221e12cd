/* From an open transport to a bound resource, or to the session of before: the dialogue of stream features
 * (RFC 6120 §4.3), step by step.
 *
 *   ┌────────▶ OPEN ──<stream:features/>──▶ the next of the table of steps ──┬──▶ SECURE ─────────┐
 *   │           (our header, theirs)                                         ├──▶ AUTHENTICATE ───┤
 *   │                                                                        └──▶ BIND ──▶ done   │
 *   └──────────────────────────── a new stream ◀──────────────────────────────────────────────────┘
 *
 * The order of the steps is ours, not the server's: no login before TLS, no resource before login. A step whose feature
 * is not offered ends the way. Each OPEN and each step has its own time. Where a session can be resumed BIND asks for
 * that first (XEP-0198 §5), and binds when it is refused.
 */

#include "xmpp-negotiate.h"

#include "crypto-hash.h"
#include "xmpp-bind.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-sasl.h"
#include "xmpp-sm.h"

typedef struct {
  XmppStep     step;
  const char  *feature;
  const char  *ns;
  void       (*begin) (GTask *task, const XmppNode *feature);
  void       (*received) (GTask *task, const XmppNode *node);
  GQuark     (*missing_domain) (void);
  int          missing_code;
  const char  *missing;
} NegotiateStep;

typedef enum {
  RESUME_NOT_ASKED,
  RESUME_ASKED,
  RESUME_REFUSED,
  RESUME_DONE,
} Resume;

typedef struct {
  XmppTransport *transport;   /* not owned; NULL once the negotiation has ended */
  XmppLogin     *login;       /* (owned) */
  BaseClock     *clock;       /* (owned) */
  const XmppNegotiateEvents *events;
  gpointer       events_data;
  GCancellable  *inner;       /* (owned) of all that runs; ends with the negotiation */
  gulong         cancelled_handler;
  guint          timer;
  XmppStep       step;
  guint          next;        /* index of the step under way, or of the one that features are awaited for */
  gboolean       is_stranger; /* the server's header names another domain */
  XmppNode      *features;    /* (owned, nullable) of this stream */
  XmppSasl      *sasl;        /* (owned, nullable) */
  gboolean       sasl_busy;   /* it is our turn to speak */
  char          *request;     /* (owned, nullable) id of the iq that is waited for */
  gboolean       any_resource;   /* the wanted one was refused */
  XmppJid       *jid;         /* (owned, nullable) what was bound */
  Resume         resume;
  gboolean       has_h;
  guint32        h;           /* of the server's answer to <resume/> */
} Negotiation;

static void
negotiation_free (Negotiation *self)
{
  xmpp_login_free (self->login);
  base_clock_unref (self->clock);
  g_object_unref (self->inner);
  g_clear_pointer (&self->features, xmpp_node_free);
  g_clear_pointer (&self->sasl, xmpp_sasl_free);
  g_free (self->request);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self);
}

/* -- the end -- */

/* From here on the transport may be freed by its owner, or listened to by somebody else. */
static void
negotiation_leave (Negotiation *self)
{
  base_clock_remove (self->clock, self->timer);
  self->timer = 0;
  self->transport->events = NULL;
  self->transport->user_data = NULL;
  self->transport = NULL;
  g_cancellable_cancel (self->inner);
}

/* Drops the reference by which the negotiation has kept itself alive. */
static void
negotiate_end (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);

  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_handler);
  g_object_unref (task);
}

/* The server is told that nothing more comes, as far as it can still be told (RFC 6120 §4.4). */
static void
negotiate_fail (GTask  *task,
                GError *error)
{
  Negotiation *self = g_task_get_task_data (task);

  self->transport->klass->close (self->transport);
  negotiation_leave (self);
  g_task_return_error (task, error);
  negotiate_end (task);
}

G_GNUC_PRINTF (4, 5)
static void
negotiate_fail_new (GTask      *task,
                    GQuark      domain,
                    int         code,
                    const char *format,
                    ...)
{
  Negotiation *self = g_task_get_task_data (task);
  GError *error;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (domain, code, format, arguments);
  va_end (arguments);
  g_prefix_error (&error, "%s: ", xmpp_step_name (self->step));
  negotiate_fail (task, error);
}

/* The caller is told, and can listen itself, before this returns: nothing behind the last answer is lost. */
static void
negotiate_succeed (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);
  XmppNegotiated *negotiated = g_new0 (XmppNegotiated, 1);

  negotiated->jid = g_steal_pointer (&self->jid);
  negotiated->features = g_steal_pointer (&self->features);
  negotiated->mechanism = g_strdup (xmpp_sasl_get_mechanism (self->sasl));
  negotiated->binding = g_strdup (xmpp_sasl_get_binding (self->sasl));
  negotiated->offers_no_binding = xmpp_sasl_offers_no_binding (self->sasl);
  negotiated->resumed = self->resume == RESUME_DONE;
  negotiated->has_h = self->has_h;
  negotiated->h = self->h;
  negotiation_leave (self);
  g_task_return_pointer (task, negotiated, (GDestroyNotify) xmpp_negotiated_free);
  negotiate_end (task);
}

static gboolean
negotiate_cancelled_idle_cb (gpointer user_data)
{
  GTask *task = user_data;

  g_task_return_error_if_cancelled (task);
  negotiate_end (task);
  return G_SOURCE_REMOVE;
}

/* Runs inside g_cancellable_cancel(): the transport is let go at once, the caller hears of it later. */
static void
negotiate_cancelled_cb (GCancellable *cancellable,
                        gpointer      user_data)
{
  GTask *task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GSource) idle = NULL;

  if (self->transport == NULL)
    return;
  negotiation_leave (self);
  idle = g_idle_source_new ();
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, negotiate_cancelled_idle_cb, task, NULL);
  g_source_attach (idle, g_task_get_context (task));
}

static gboolean
negotiate_timeout_cb (gpointer user_data)
{
  GTask *task = user_data;
  Negotiation *self = g_task_get_task_data (task);

  self->timer = 0;
  negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT, "the server does not answer");
  return G_SOURCE_REMOVE;
}

/* -- help for the steps -- */

/* FALSE: whoever was told ended the negotiation. */
static gboolean
negotiate_enter (GTask    *task,
                 XmppStep  step)
{
  Negotiation *self = g_task_get_task_data (task);

  g_debug ("negotiation: %s", xmpp_step_name (step));
  self->step = step;
  base_clock_remove (self->clock, self->timer);
  self->timer = base_clock_add (self->clock, XMPP_NEGOTIATE_STEP_TIMEOUT, negotiate_timeout_cb, task, NULL);
  self->events->step (step, self->events_data);
  return self->transport != NULL;
}

static void
negotiate_send (GTask    *task,
                XmppNode *node)
{
  Negotiation *self = g_task_get_task_data (task);

  self->transport->klass->send (self->transport, node, NULL);
  xmpp_node_free (node);
}

/* Our own address goes into the header only where nobody else can read it. */
static void
negotiate_open (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);
  XmppJid *jid = self->login->jid;

  g_clear_pointer (&self->features, xmpp_node_free);
  if (negotiate_enter (task, XMPP_STEP_OPEN))
    self->transport->klass->open (self->transport, xmpp_jid_get_server (jid),
                                  self->transport->klass->is_secure (self->transport) ? jid : NULL);
}

static void
negotiate_step_done (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);

  self->next++;
  negotiate_open (task);
}

/* -- SECURE (RFC 6120 §5.4) -- */

static void
secure_begin (GTask          *task,
              const XmppNode *feature)
{
  negotiate_send (task, xmpp_node_new ("starttls", NS_TLS));
}

static void
secure_done_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (self->transport == NULL)
    return;
  if (self->transport->klass->secure_finish (self->transport, result, &error))
    negotiate_step_done (task);
  else
    negotiate_fail (task, g_steal_pointer (&error));
}

static void
secure_received (GTask          *task,
                 const XmppNode *node)
{
  Negotiation *self = g_task_get_task_data (task);

  if (xmpp_node_is (node, "proceed", NS_TLS))
    self->transport->klass->secure_async (self->transport, self->login, self->inner, secure_done_cb,
                                          g_object_ref (task));
  else
    negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_TLS, "the server refuses STARTTLS");
}

/* -- AUTHENTICATE (RFC 6120 §6.4) -- */

static void
authenticate_begin (GTask          *task,
                    const XmppNode *feature)
{
  Negotiation *self = g_task_get_task_data (task);
  XmppTransport *transport = self->transport;
  g_autoptr (GError) error = NULL;

  self->sasl = xmpp_sasl_new (self->login, feature, xmpp_node_find (self->features, "sasl-channel-binding", NS_SASL_CB),
                              transport->klass->get_tls (transport), transport->klass->is_secure (transport), &error);
  if (self->sasl != NULL)
    negotiate_send (task, xmpp_sasl_start (self->sasl));
  else
    negotiate_fail (task, g_steal_pointer (&error));
}

static void
authenticate_step_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  XmppNode *answer;

  if (self->transport == NULL)
    return;
  self->sasl_busy = FALSE;
  if (!xmpp_sasl_step_finish (self->sasl, result, &answer, &error))
    negotiate_fail (task, g_steal_pointer (&error));
  else if (answer != NULL)
    negotiate_send (task, answer);
  else
    negotiate_step_done (task);
}

static void
authenticate_received (GTask          *task,
                       const XmppNode *node)
{
  Negotiation *self = g_task_get_task_data (task);
  gboolean is_sasl = xmpp_node_is (node, "challenge", NS_SASL) || xmpp_node_is (node, "success", NS_SASL)
                     || xmpp_node_is (node, "failure", NS_SASL);

  if (!is_sasl || self->sasl_busy) {
    negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP,
                        "the server says what does not belong into a login");
    return;
  }
  self->sasl_busy = TRUE;
  xmpp_sasl_step_async (self->sasl, node, self->inner, authenticate_step_cb, g_object_ref (task));
}

/* -- BIND (RFC 6120 §7.6, RFC 3921 §3) -- */

static void
bind_begin (GTask          *task,
            const XmppNode *feature)
{
  Negotiation *self = g_task_get_task_data (task);

  if (self->resume == RESUME_NOT_ASKED && self->login->resume != NULL
      && xmpp_node_find (self->features, "sm", NS_SM) != NULL) {
    self->resume = RESUME_ASKED;
    negotiate_send (task, xmpp_bind_resume (self->login->resume, self->events->handled (self->events_data)));
    return;
  }
  g_free (self->request);
  self->request = crypto_random_id ();
  negotiate_send (task, xmpp_bind_request (self->request, self->any_resource ? NULL : self->login->resource));
}

static void
bind_resume_received (GTask          *task,
                      const XmppNode *node)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (xmpp_node_is (node, "failed", NS_SM)) {
    self->resume = RESUME_REFUSED;
    self->has_h = xmpp_sm_parse_h (xmpp_node_get (node, "h"), &self->h);
    bind_begin (task, NULL);
  } else if (!xmpp_node_is (node, "resumed", NS_SM)) {
    return;
  } else if (xmpp_bind_resumed (node, self->login->resume, &self->h, &error)) {
    self->resume = RESUME_DONE;
    self->has_h = TRUE;
    negotiate_succeed (task);
  } else {
    negotiate_send (task, xmpp_error_to_stream_node (error));
    g_prefix_error (&error, "%s: ", xmpp_step_name (XMPP_STEP_BIND));
    negotiate_fail (task, g_steal_pointer (&error));
  }
}

static void
bind_take_address (GTask          *task,
                   const XmppNode *iq)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->jid = xmpp_bind_result (iq, self->login->jid, &error);
  if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT) && self->login->resource != NULL
      && !self->any_resource) {
    self->any_resource = TRUE;
    bind_begin (task, NULL);
  } else if (error != NULL) {
    g_prefix_error (&error, "%s: ", xmpp_step_name (XMPP_STEP_BIND));
    negotiate_fail (task, g_steal_pointer (&error));
  } else if (xmpp_bind_wants_session (self->features)) {
    g_free (self->request);
    self->request = crypto_random_id ();
    negotiate_send (task, xmpp_bind_session (self->request));
  } else {
    negotiate_succeed (task);
  }
}

static void
bind_received (GTask          *task,
               const XmppNode *node)
{
  Negotiation *self = g_task_get_task_data (task);

  if (self->resume == RESUME_ASKED) {
    bind_resume_received (task, node);
    return;
  }
  if (!xmpp_node_is (node, "iq", NS_CLIENT) || !xmpp_bind_may_answer (node, self->request, self->login->jid))
    return;
  if (self->jid == NULL) {
    bind_take_address (task, node);
  } else if (g_strcmp0 (xmpp_node_get (node, "type"), "error") == 0) {
    GError *error = xmpp_error_from_stanza (node);

    g_prefix_error (&error, "%s: ", xmpp_step_name (XMPP_STEP_BIND));
    negotiate_fail (task, error);
  } else {
    negotiate_succeed (task);
  }
}

/* -- the steps, in the order in which they are gone through -- */

static const NegotiateStep steps[] = {
  { XMPP_STEP_SECURE, "starttls", NS_TLS, secure_begin, secure_received,
    xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NO_TLS, "the server does not offer STARTTLS" },
  { XMPP_STEP_AUTHENTICATE, "mechanisms", NS_SASL, authenticate_begin, authenticate_received,
    xmpp_auth_error_quark, XMPP_AUTH_ERROR_NO_MECHANISM, "the server offers no way to sign in" },
  { XMPP_STEP_BIND, "bind", NS_BIND, bind_begin, bind_received,
    xmpp_connect_error_quark, XMPP_CONNECT_ERROR_NOT_XMPP, "the server offers no resource binding" },
};

static void
negotiate_take_features (GTask    *task,
                         XmppNode *features)
{
  Negotiation *self = g_task_get_task_data (task);
  const NegotiateStep *step = &steps[self->next];
  const XmppNode *feature = xmpp_node_find (features, step->feature, step->ns);

  self->features = features;
  if (!negotiate_enter (task, step->step))
    return;
  if (feature != NULL)
    step->begin (task, feature);
  else
    negotiate_fail_new (task, step->missing_domain (), step->missing_code, "%s", step->missing);
}

/* -- what the transport tells -- */

/* RFC 6120 §4.7.1, §4.7.5. A wrong name is held against the server only when it goes on: a stream error says more. */
static void
transport_opened_cb (XmppTransport *transport,
                     XmppNode      *header,
                     gpointer       user_data)
{
  GTask *task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  const char *version = xmpp_node_get (header, "version");
  const char *from = xmpp_node_get (header, "from");

  if (version == NULL || g_ascii_strtoull (version, NULL, 10) < 1) {
    negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP, "the server does not speak XMPP 1.0");
    return;
  }
  self->is_stranger = FALSE;
  if (from != NULL) {
    g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);

    self->is_stranger = !xmpp_jid_equal (jid, xmpp_jid_get_server (self->login->jid));
  }
}

static void
transport_received_cb (XmppTransport *transport,
                       XmppNode      *node,
                       gpointer       user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  g_autoptr (XmppNode) owned = node;
  Negotiation *self = g_task_get_task_data (task);

  if (xmpp_node_is (node, "error", NS_STREAM)) {
    GError *error = xmpp_error_from_stream_node (node);

    g_prefix_error (&error, "%s: ", xmpp_step_name (self->step));
    negotiate_fail (task, error);
  } else if (self->features != NULL) {
    steps[self->next].received (task, node);
  } else if (!xmpp_node_is (node, "features", NS_STREAM)) {
    negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP,
                        "the server does not begin with its features");
  } else if (self->is_stranger) {
    negotiate_fail_new (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP, "the server answers for another domain");
  } else {
    negotiate_take_features (task, g_steal_pointer (&owned));
  }
}

static void
transport_closed_cb (XmppTransport *transport,
                     gpointer       user_data)
{
  negotiate_fail_new (user_data, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "the server ended the stream");
}

static void
transport_failed_cb (XmppTransport *transport,
                     const GError  *error,
                     gpointer       user_data)
{
  GTask *task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  GError *copy = g_error_copy (error);

  g_prefix_error (&copy, "%s: ", xmpp_step_name (self->step));
  negotiate_fail (task, copy);
}

static const XmppTransportEvents transport_events = {
  .opened = transport_opened_cb,
  .received = transport_received_cb,
  .closed = transport_closed_cb,
  .failed = transport_failed_cb,
};

/* -- public -- */

/**
 * xmpp_negotiate_async:
 * @transport: a new transport
 * @login: who signs in
 * @clock: measures each step's time
 * @events: whom to tell and to ask; static
 * @events_data: for @events
 * @cancellable: (nullable): ends the negotiation. When g_cancellable_cancel() has returned, @transport may be freed
 * @callback: called on the main loop; what it sets as the transport's events hears all that follows
 * @user_data: for @callback
 *
 * Negotiates a stream up to a bound resource: TLS if @transport is not secure yet, login, binding; or, where @login
 * names a session to go on with and the server agrees, up to that one.
 */
void
xmpp_negotiate_async (XmppTransport        *transport,
                      const XmppLogin      *login,
                      BaseClock            *clock,
                      const XmppNegotiateEvents *events,
                      gpointer              events_data,
                      GCancellable         *cancellable,
                      GAsyncReadyCallback   callback,
                      gpointer              user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Negotiation *self = g_new0 (Negotiation, 1);

  g_task_set_source_tag (task, xmpp_negotiate_async);
  g_task_set_task_data (task, self, (GDestroyNotify) negotiation_free);
  self->transport = transport;
  self->login = xmpp_login_copy (login);
  self->clock = base_clock_ref (clock);
  self->events = events;
  self->events_data = events_data;
  self->inner = g_cancellable_new ();
  self->next = transport->klass->is_secure (transport) ? 1 : 0;
  transport->events = &transport_events;
  transport->user_data = task;
  if (cancellable != NULL)
    self->cancelled_handler = g_cancellable_connect (cancellable, G_CALLBACK (negotiate_cancelled_cb), task, NULL);
  if (self->transport != NULL)
    negotiate_open (task);
}

/**
 * xmpp_negotiate_finish:
 * @result: what the callback was given
 * @error: %XMPP_CONNECT_ERROR, %XMPP_AUTH_ERROR, %XMPP_STREAM_ERROR, %XMPP_STANZA_ERROR or %G_IO_ERROR_CANCELLED; the
 *   message begins with the step
 *
 * Returns: (transfer full): what came of it, or %NULL
 */
XmppNegotiated *
xmpp_negotiate_finish (GAsyncResult *result,
                       GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
