/* Ping (XEP-0199): answered, and asked when the server has been silent, so that a dead link is noticed. A server that
 * confirms what it has (XEP-0198) is asked for that instead.
 *
 *            INTERVAL               silent since?
 *   online ───────────► interval_cb ─── no ──► wait for the rest of the interval
 *              ▲                    └── yes ─► check ──► the server confirms: INTERVAL again, the session waits
 *              │    a message went, unconfirmed ──┴► ask ──► DEADLINE ──► deadline_cb ── heard something ──► the rest
 *              └──────────────── any answer, an error too ◄───┘                     └── silence ──► abort
 */
#include "xep-0199-ping.h"

#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

#define NS_PING "urn:xmpp:ping"

typedef struct {
  guint     timer;       /* 0: none. Runs while online: the interval, or after asking the deadline */
  gboolean  is_asking;
  guint     life;        /* counts connections: a late answer from an earlier one is no sign of life */
  gint64    heard_at;    /* monotonic µs; also: we asked */
} Ping;

static gboolean interval_cb (gpointer user_data);

static Ping *
ping_get (XmppSession *session)
{
  return xmpp_session_get_feature_state (session, &xep_0199_ping);
}

static gint64
ping_silence (XmppSession *session,
              const Ping  *self)
{
  return base_clock_monotonic (xmpp_session_get_clock (session)) - self->heard_at;
}

static void
ping_wait (XmppSession *session,
           Ping        *self,
           gint64       delay_us,
           GSourceFunc  callback)
{
  BaseClock *clock = xmpp_session_get_clock (session);

  if (self->timer != 0)
    base_clock_remove (clock, self->timer);
  self->timer = base_clock_add (clock, delay_us, callback, session, NULL);
}

static gboolean
deadline_cb (gpointer user_data)
{
  XmppSession *session = user_data;
  Ping *self = ping_get (session);
  gint64 silence = ping_silence (session, self);
  g_autoptr (GError) error = NULL;

  self->timer = 0;
  if (silence < XMPP_PING_DEADLINE) {
    ping_wait (session, self, XMPP_PING_DEADLINE - silence, deadline_cb);
    return G_SOURCE_REMOVE;
  }
  g_set_error (&error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT,
               "The server did not answer a ping within %d seconds",
               (int) (XMPP_PING_DEADLINE / G_TIME_SPAN_SECOND));
  xmpp_session_abort (session, error);
  return G_SOURCE_REMOVE;
}

static void
ping_server_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  Ping *self = ping_get (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (session, result, &error);

  if (self->life != GPOINTER_TO_UINT (user_data))
    return;
  /* "I do not know that" is as good a sign of life as a pong; what is no stanza is none, and the deadline goes on. */
  if (reply == NULL && error->domain != XMPP_STANZA_ERROR)
    return;

  self->is_asking = FALSE;
  self->heard_at = base_clock_monotonic (xmpp_session_get_clock (session));
  ping_wait (session, self, XMPP_PING_INTERVAL, interval_cb);
}

/* To our server: whether it is there is the question, not whether our account is. */
static XmppNode *
ping_new_question (XmppSession *session)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (xmpp_jid_get_server (xmpp_session_get_account (session))));
  xmpp_node_add (iq, "ping", NS_PING);
  return iq;
}

static gboolean
interval_cb (gpointer user_data)
{
  XmppSession *session = user_data;
  Ping *self = ping_get (session);
  gint64 silence = ping_silence (session, self);

  self->timer = 0;
  if (silence < XMPP_PING_INTERVAL) {
    ping_wait (session, self, XMPP_PING_INTERVAL - silence, interval_cb);
    return G_SOURCE_REMOVE;
  }

  ping_wait (session, self, XMPP_PING_INTERVAL, interval_cb);
  xmpp_session_check (session);
  return G_SOURCE_REMOVE;
}

static void
ping_check (XmppSession *session,
            gpointer     state)
{
  Ping *self = state;

  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  self->heard_at = base_clock_monotonic (xmpp_session_get_clock (session));
  ping_wait (session, self, XMPP_PING_DEADLINE, deadline_cb);
  xmpp_session_iq_async (session, ping_new_question (session), NULL, ping_server_cb, GUINT_TO_POINTER (self->life));
}

/* Asked for */

static void
ping_asked_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (session, result, &error);
  const gint64 *asked_at = g_task_get_task_data (task);

  if (reply == NULL && error->domain != XMPP_STANZA_ERROR)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, base_clock_monotonic (xmpp_session_get_clock (session)) - *asked_at);
}

/* Routes */

static XmppVerdict
ping_cb (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  if (!xmpp_roster_may_ask (session, stanza))
    return XMPP_REFUSE;
  xmpp_session_iq_reply (session, stanza, NULL);
  return XMPP_TAKEN;
}

static XmppVerdict
heard_cb (XmppSession *session,
          gpointer     state,
          XmppNode    *stanza,
          XmppNode    *payload,
          XmppMessage *message)
{
  ((Ping *) state)->heard_at = base_clock_monotonic (xmpp_session_get_clock (session));
  return XMPP_PASS;
}

/* Life */

static void
ping_online (XmppSession *session,
             gpointer     state)
{
  Ping *self = state;

  self->life++;
  self->heard_at = base_clock_monotonic (xmpp_session_get_clock (session));
  ping_wait (session, self, XMPP_PING_INTERVAL, interval_cb);
}

static void
ping_offline (XmppSession *session,
              gpointer     state)
{
  Ping *self = state;

  self->life++;
  self->is_asking = FALSE;
  if (self->timer != 0)
    base_clock_remove (xmpp_session_get_clock (session), self->timer);
  self->timer = 0;
}

static const char *const disco[] = { NS_PING, NULL };

static const XmppFeature *const needs[] = { &rfc_6121_roster, NULL };

static const XmppRoute routes[] = {
  { XMPP_IQ_GET, NS_PING, "ping", ping_cb },
  { XMPP_PRESENCE, NULL, NULL, heard_cb },
  { XMPP_MESSAGE_READ, NULL, NULL, heard_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0199_ping = {
  .name = "ping",
  .xep = "XEP-0199 2.0.1",
  .disco = disco,
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Ping),
  .online = ping_online,
  .suspended = ping_offline,
  .resumed = ping_online,
  .check = ping_check,
  .offline = ping_offline,
  .detach = ping_offline,
};

/**
 * xmpp_ping_async:
 * @session: a session
 * @cancellable: (nullable): to wait no longer
 * @callback: called when the answer is there, or none is to come
 * @user_data: for @callback
 *
 * Asks our server for a sign of life, whether it was silent or not.
 */
void
xmpp_ping_async (XmppSession         *session,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  gint64 now = base_clock_monotonic (xmpp_session_get_clock (session));

  g_task_set_source_tag (task, xmpp_ping_async);
  if (xmpp_session_get_state (session) != XMPP_SESSION_ONLINE) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }
  g_task_set_task_data (task, g_memdup2 (&now, sizeof now), g_free);
  xmpp_session_iq_async (session, ping_new_question (session), cancellable, ping_asked_cb, g_steal_pointer (&task));
}

/**
 * xmpp_ping_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error; those of xmpp_session_iq_finish() but for #XMPP_STANZA_ERROR: "I do not know that" is
 *   an answer too
 *
 * Returns: how long it took there and back, in µs, by the session's clock; -1 on error
 */
gint64
xmpp_ping_finish (XmppSession   *session,
                  GAsyncResult  *result,
                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
