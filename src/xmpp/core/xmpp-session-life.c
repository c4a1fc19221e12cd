/* How a session comes and goes, and comes back.
 *
 *                connect                  bound: features .online, or resumed: .resumed
 *   OFFLINE ───────────────► CONNECTING ──────────────────► ONLINE
 *    ▲ ▲ ▲                        │                          │  │ close
 *    │ │ └ failed, cancelled, aborted                        │  ▼
 *    │ └────────────────────────────── the link is lost ─────┘ CLOSING: nothing half done, </stream:stream>
 *    └────────────────────────────────────────────────────────────┘ the server's end, 2 s, aborted
 *
 * Beside the state runs what the server told us, and what we told it:
 *
 *   nothing ──.online──► holds ──lost, managed: .suspended──► suspended ──.resumed──► holds
 *      ▲                   │                                     │
 *      └─────.offline──────┴───── closed, aborted for good ──────┴── refused, too late, another account, a stream error
 *
 * What can go wrong on the way in and out is xmpp-life's. */
#include "xmpp-session.h"

#include "xmpp-ns.h"
#include "xmpp-session-private.h"

#define MAX_REDIRECTS  5
#define SETTLE_TIMEOUT (XMPP_LIFE_CLOSE_TIMEOUT / 2)   /* of a polite end: for what is half done */

static void
session_set_suspended (XmppSession *self,
                       gboolean     suspended)
{
  if (self->suspended == suspended)
    return;
  self->suspended = suspended;
  g_object_notify (G_OBJECT (self), "suspended");
}

/* What the server told us holds no more, and what we told it is as certain as it will ever be. */
static void
session_forget (XmppSession   *self,
                const GError  *reason,
                const guint32 *h)
{
  g_autoptr (GError) told = g_error_copy (reason);

  g_clear_error (&self->lost);
  session_set_suspended (self, FALSE);
  xmpp_iq_table_close (self->questions, told);
  xmpp_router_offline (self->router);
  xmpp_session_sm_end (self, h);
}

/* A server that sends us elsewhere once we are online is followed by the next attempt, unless it does so again and
 * again: then that one asks the domain (RFC 6120 §4.9.3.19). */
static void
session_note_redirect (XmppSession  *self,
                       const GError *reason)
{
  const char *host = xmpp_error_get_other_host (reason);

  g_clear_pointer (&self->elsewhere, g_free);
  self->redirects = host != NULL ? self->redirects + 1 : 0;
  if (self->redirects <= MAX_REDIRECTS)
    self->elsewhere = g_strdup (host);
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
  gboolean goes_on = error != NULL && self->state != XMPP_SESSION_CLOSING && xmpp_session_sm_may_resume (self, error);
  gboolean is_lost = goes_on && self->state == XMPP_SESSION_ONLINE;
  gboolean was_online = self->state == XMPP_SESSION_ONLINE;

  if (reason != NULL)
    g_debug ("offline: %s %d", g_quark_to_string (reason->domain), reason->code);
  self->closing = g_ptr_array_new_with_free_func (g_object_unref);
  if (reason == NULL)
    reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The session was closed");
  if (self->state == XMPP_SESSION_CONNECTING)
    xmpp_session_sm_avoid (self);
  if (was_online)
    session_note_redirect (self, reason);
  if (self->settling != 0)
    base_clock_remove (self->clock, self->settling);
  self->settling = 0;

  g_object_freeze_notify (G_OBJECT (self));
  xmpp_session_set_state (self, XMPP_SESSION_OFFLINE, XMPP_STEP_NONE);
  g_clear_pointer (&self->life, xmpp_life_free);
  if (self->jid != NULL)
    g_object_notify (G_OBJECT (self), "jid");
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  if (error != NULL && !g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    self->error = g_error_copy (reason);
    g_object_notify (G_OBJECT (self), "error");
  }
  if (is_lost) {
    self->lost = g_error_copy (reason);
    xmpp_session_sm_suspend (self);
    session_set_suspended (self, TRUE);
    xmpp_router_suspended (self->router);
  } else if (!goes_on) {
    session_forget (self, reason, NULL);
  }
  g_object_thaw_notify (G_OBJECT (self));

  if (connecting != NULL)
    g_task_return_error (connecting, g_steal_pointer (&reason));
  for (guint i = 0; i < closing->len; i++)
    g_task_return_boolean (closing->pdata[i], TRUE);
}

void
xmpp_session_over (XmppSession *self)
{
  g_autoptr (XmppSession) keep = g_object_ref (self);
  g_autoptr (GError) reason = g_steal_pointer (&self->lost);

  session_forget (self, reason, NULL);
}

void
xmpp_session_refuse (XmppSession *self,
                     XmppNode    *stream_error)
{
  g_autoptr (XmppNode) owned = stream_error;
  g_autoptr (GError) error = xmpp_error_from_stream_node (owned);

  xmpp_session_put (self, owned, NULL);
  if (self->life == NULL)
    return;
  xmpp_life_close (self->life, XMPP_LIFE_CLOSE_TIMEOUT);
  session_end (self, error);
}

/* Coming */

static void
session_step_cb (XmppStep step,
                 gpointer user_data)
{
  g_debug ("signing in: %s", xmpp_step_name (step));
  xmpp_session_set_state (user_data, XMPP_SESSION_CONNECTING, step);
}

/* Takes what is said of the link and of who we are on it. */
static void
session_begin (XmppSession          *self,
               const XmppNegotiated *negotiated,
               XmppJid              *jid)
{
  XmppConnection *connection = xmpp_life_describe (self->life);

  self->jid = xmpp_jid_ref (jid);
  g_object_notify (G_OBJECT (self), "jid");
  xmpp_jid_unref (self->account);
  self->account = xmpp_jid_ref (xmpp_jid_get_bare (jid));
  self->mechanism = g_strdup (negotiated->mechanism);
  self->binding = g_strdup (negotiated->binding);
  connection->mechanism = g_strdup (negotiated->mechanism);
  connection->binding = g_strdup (negotiated->binding);
  connection->offers_no_binding = negotiated->offers_no_binding;
  xmpp_session_set_connection (self, connection);
  self->resumed = negotiated->resumed;
  xmpp_session_set_state (self, XMPP_SESSION_ONLINE, XMPP_STEP_NONE);
}

/* FALSE: somebody who was told that the session of before is over has ended this one too. */
static gboolean
session_is_still (XmppSession *self,
                  XmppLife    *life)
{
  return self->life == life && self->state == XMPP_SESSION_CONNECTING;
}

static void
session_bound (XmppSession          *self,
               const XmppNegotiated *negotiated)
{
  XmppLife *life = self->life;

  if (self->suspended) {
    g_autoptr (GError) reason = g_steal_pointer (&self->lost);

    session_forget (self, reason, negotiated->has_h ? &negotiated->h : NULL);
    if (!session_is_still (self, life))
      return;
  }

  g_object_freeze_notify (G_OBJECT (self));
  session_begin (self, negotiated, negotiated->jid);
  xmpp_session_sm_online (self, negotiated->features);
  xmpp_router_features (self->router, negotiated->features);
  if (self->state == XMPP_SESSION_ONLINE)
    xmpp_router_online (self->router, self->jid);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What the server lacks goes out again before anybody can say anything new. */
static void
session_resumed (XmppSession          *self,
                 const XmppNegotiated *negotiated)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  XmppNode *refusal = NULL;
  XmppLife *life = self->life;
  gboolean is_fine = xmpp_session_sm_resume (self, negotiated->h, tasks, &refusal);

  if (!session_is_still (self, life)) {
    g_clear_pointer (&refusal, xmpp_node_free);
  } else if (!is_fine) {
    xmpp_session_refuse (self, refusal);
  } else {
    g_clear_error (&self->lost);
    g_object_freeze_notify (G_OBJECT (self));
    session_begin (self, negotiated, xmpp_session_sm_get_jid (self));
    session_set_suspended (self, FALSE);
    xmpp_router_resumed (self->router, self->jid);
    g_object_thaw_notify (G_OBJECT (self));
  }
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static guint32
session_handled_cb (gpointer user_data)
{
  return xmpp_session_sm_tell (user_data);
}

static void
session_online_cb (const XmppNegotiated *negotiated,
                   gpointer              user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  g_autoptr (GTask) connecting = NULL;

  if (negotiated->resumed)
    session_resumed (self, negotiated);
  else
    session_bound (self, negotiated);

  /* A feature may have ended the session just now; then the task has heard of that. */
  connecting = self->state == XMPP_SESSION_ONLINE ? g_steal_pointer (&self->connecting) : NULL;
  if (connecting != NULL)
    g_task_return_boolean (connecting, TRUE);
}

static void
session_stanza_cb (XmppNode *stanza,
                   gpointer  user_data)
{
  xmpp_session_take (user_data, stanza);
}

static void
session_skipped_cb (XmppNode *start,
                    gpointer  user_data)
{
  xmpp_session_skip (user_data, start);
}

static void
session_ended_cb (const GError *error,
                  gpointer      user_data)
{
  session_end (user_data, error);
}

static const XmppLifeEvents life_events = {
  session_step_cb,
  session_handled_cb,
  session_online_cb,
  session_stanza_cb,
  session_ended_cb,
  session_skipped_cb,
};

/* Going */

static void
session_say_good_bye (XmppSession *self)
{
  if (self->settling != 0)
    base_clock_remove (self->clock, self->settling);
  self->settling = 0;
  xmpp_session_sm_farewell (self);
  if (self->state == XMPP_SESSION_CLOSING)
    xmpp_life_close (self->life, self->close_until - base_clock_monotonic (self->clock));
}

static gboolean
session_settle_too_long_cb (gpointer user_data)
{
  XmppSession *self = user_data;

  self->settling = 0;
  session_say_good_bye (self);
  return G_SOURCE_REMOVE;
}

void
xmpp_session_settled (XmppSession *self)
{
  if (self->settling != 0)
    session_say_good_bye (self);
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
 *
 * A session that is suspended is resumed (XEP-0198 §5): xmpp_session_is_resumed() tells. When the server refuses that,
 * or @login is for another account, the session of before is over and a new one begins.
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
  g_autoptr (XmppLogin) own = xmpp_login_copy (login);

  g_task_set_source_tag (task, xmpp_session_connect_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->state == XMPP_SESSION_OFFLINE && self->suspended
      && !xmpp_jid_equal_bare (login->jid, xmpp_session_sm_get_jid (self)))
    xmpp_session_over (self);
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
    g_object_notify (G_OBJECT (self), "error");
  g_clear_error (&self->error);
  xmpp_session_set_state (self, XMPP_SESSION_CONNECTING, XMPP_STEP_CONNECT);
  if (self->suspended)
    xmpp_session_sm_prepare (self, own);
  if (self->elsewhere != NULL && own->host == NULL) {
    g_free (own->location);
    own->location = g_steal_pointer (&self->elsewhere);
  }
  if (io != NULL)
    g_clear_pointer (&own->location, g_free);
  self->life = xmpp_life_new (self->connectors, own, io, self->clock, cancellable, &life_events, self);
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

/**
 * xmpp_session_close_async:
 * @self: a session
 * @cancellable: (nullable): to wait no longer for the server
 * @callback: called when the session is offline
 * @user_data: for @callback
 *
 * Says good-bye: <presence type='unavailable'/> (RFC 6121 §4.5.1); once nothing is held any more and the server has
 * what was said, or after a second, the end of our stream (RFC 6120 §4.4) with a last word on what was handled
 * (XEP-0198 §4) before it; and waits for the server's end, until two seconds have gone by. What still comes in is
 * heard. An attempt to connect is given up at once, and a session that is suspended is over.
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
    xmpp_session_abort (self, NULL);
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
    self->close_until = base_clock_monotonic (self->clock) + XMPP_LIFE_CLOSE_TIMEOUT;
    self->settling = base_clock_add (self->clock, SETTLE_TIMEOUT, session_settle_too_long_cb, self, NULL);
    xmpp_session_set_state (self, XMPP_SESSION_CLOSING, XMPP_STEP_NONE);
    if (self->state == XMPP_SESSION_CLOSING && xmpp_session_sm_settle (self))
      xmpp_session_settled (self);
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
 * Ends the session's link at once and without a word: it is dead, or to be treated so. With an @error a session that
 * can be resumed is suspended by that, and what waits goes on waiting; with %NULL it is over for good, also when it was
 * suspended before.
 */
void
xmpp_session_abort (XmppSession  *self,
                    const GError *error)
{
  if (self->state != XMPP_SESSION_OFFLINE) {
    session_end (self, error);
  } else if (self->suspended && error == NULL) {
    g_autoptr (GError) reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The session was closed");

    session_forget (self, reason, NULL);
  }
}
