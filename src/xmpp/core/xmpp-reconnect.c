/* When to try again: back-off with jitter; the network's return may hasten an attempt, nothing forbids one.
 *
 *              failed, may pass                 its time comes, network-changed, now
 *   attempt ───────────────────────► waiting ─────────────────────────────────────────► attempt
 *    │ ▲ │ failed, a person must act    │ stop
 *    │ │ ├─────────────────────────► at rest ◄──┘        (now: an attempt from here too; so does network-changed when
 *    │ │ │                                                it was the network's word that made it hopeless)
 *    │ │ └── online: the next failure begins again with the shortest wait, but for a server that soon hangs up
 *    └─┘ network-changed: whoever connects, or is online, is told that the way may be another one
 */
#include "xmpp-reconnect.h"

#include "base-backoff.h"

#define FIRST_WAIT    (1 * G_TIME_SPAN_SECOND)
#define LONGEST_WAIT  (5 * G_TIME_SPAN_MINUTE)
#define CONFLICT_WAIT (15 * G_TIME_SPAN_SECOND)   /* for the other one to come to rest */
#define MAX_CONFLICTS 3                           /* in a row; after that a person has to say who stays */
#define STEADY        (1 * G_TIME_SPAN_MINUTE)    /* who was online for so long begins anew */
#define SHORT_LIFE    (5 * G_TIME_SPAN_SECOND)    /* a link that was lost as soon as that … */
#define SHORT_LIVES   10                          /* … may be that of a bad network, but not so often in a row */

struct _XmppReconnect {
  BaseClock         *clock;
  BaseBackoff        backoff;
  XmppReconnectFunc  attempt;
  XmppReconnectWay   way_changed;
  gpointer           user_data;
  GNetworkMonitor   *monitor;   /* (owned) */
  gulong             monitor_handler;
  guint              timer;     /* 0: none planned */
  gint64             next_us;   /* monotonic */
  gint64             online_us;        /* monotonic: since when it is online */
  gboolean           is_online;
  guint              conflicts;        /* in a row */
  guint              short_lives;      /* in a row */
  gboolean           is_away;          /* the monitor has said that there is no network */
  gboolean           is_conflict;      /* another client has our place: another network changes nothing */
  gboolean           may_be_network;   /* at rest, but in another network it may be different */
};

static void
reconnect_attempt (XmppReconnect *self)
{
  xmpp_reconnect_stop (self);
  self->attempt (self->user_data);
}

static gboolean
reconnect_timer_cb (gpointer user_data)
{
  XmppReconnect *self = user_data;

  self->timer = 0;
  reconnect_attempt (self);
  return G_SOURCE_REMOVE;
}

/* What the monitor says is a hint: "no network" is sometimes wrong (a namespace, a VPN), and forbids nothing. */
static void
network_changed_cb (GNetworkMonitor *monitor,
                    gboolean         available,
                    gpointer         user_data)
{
  XmppReconnect *self = user_data;

  gboolean was_away = self->is_away;

  self->is_away = !available;
  if (!available || self->is_conflict)
    return;
  if (self->timer != 0 || self->may_be_network) {
    g_debug ("the network changed: trying again now");
    xmpp_reconnect_now (self);
  } else {
    base_backoff_reset (&self->backoff);
    self->way_changed (was_away, self->user_data);
  }
}

/* Before the server has proven who it is, whoever stands on the way can say all this: a hotel that wants to be paid
 * first answers in every server's place. */
static gboolean
error_may_be_network (const GError *error)
{
  if (error->domain == XMPP_CONNECT_ERROR)
    return error->code == XMPP_CONNECT_ERROR_CERTIFICATE || error->code == XMPP_CONNECT_ERROR_NO_TLS
           || error->code == XMPP_CONNECT_ERROR_NO_SERVICE;
  return g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_UNKNOWN)
         || g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_HOST_GONE);
}

/* Whether the same attempt can end differently without a person doing something about it. */
static gboolean
error_may_pass (const GError *error)
{
  if (error->domain == XMPP_AUTH_ERROR) {
    switch ((XmppAuthError) error->code) {
    case XMPP_AUTH_ERROR_NOT_AUTHORIZED:
    case XMPP_AUTH_ERROR_ACCOUNT_DISABLED:
    case XMPP_AUTH_ERROR_CREDENTIALS_EXPIRED:
    case XMPP_AUTH_ERROR_NO_MECHANISM:
    case XMPP_AUTH_ERROR_DOWNGRADE:
    case XMPP_AUTH_ERROR_INCORRECT_ENCODING:   /* the password cannot be prepared */
    case XMPP_AUTH_ERROR_TAMPERED:
    case XMPP_AUTH_ERROR_SERVER_UNPROVEN:
    case XMPP_AUTH_ERROR_OTHER_ACCOUNT:
    case XMPP_AUTH_ERROR_OTHER_SPELLING:
    case XMPP_AUTH_ERROR_NO_PASSWORD:
      return FALSE;
    default:
      return TRUE;
    }
  }
  return !error_may_be_network (error);
}

/* Whether there was something about us that the server did not bear. */
static gboolean
error_is_about_us (const GError *error)
{
  return error->domain == XMPP_STREAM_ERROR && error->code != XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN
         && error->code != XMPP_STREAM_ERROR_CONNECTION_TIMEOUT;
}

/* A server that hangs up as soon as we are online, as on a stanza that it cannot bear, would be asked once a second, if
 * being online counted for much. */
static void
reconnect_judge_past (XmppReconnect *self,
                      const GError  *error)
{
  gint64 life = base_clock_monotonic (self->clock) - self->online_us;
  gboolean was_steady = self->is_online && life >= STEADY;

  if (self->is_online)
    self->short_lives = life < SHORT_LIFE ? self->short_lives + 1 : 0;
  if (was_steady || (self->is_online && !error_is_about_us (error) && self->short_lives <= SHORT_LIVES))
    base_backoff_reset (&self->backoff);
  if (was_steady)
    self->conflicts = 0;
}

/* Another client took our resource, will lose it to us, and we to it: not for ever. */
static gboolean
reconnect_is_fight (XmppReconnect *self,
                    const GError  *error)
{
  if (!g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT))
    return FALSE;
  if (++self->conflicts <= MAX_CONFLICTS)
    return FALSE;
  self->conflicts = 0;
  return TRUE;
}

/**
 * xmpp_reconnect_new:
 * @clock: what waits are measured with
 * @attempt: called when it is time to connect; may be called while a connection is being made, when
 *   xmpp_reconnect_now() is
 * @way_changed: called when the network changed and nothing waits for it: what is connected, or being connected, may
 *   hang on a way that is none any more
 * @user_data: for both
 *
 * Returns: (transfer full): one that plans nothing yet
 */
XmppReconnect *
xmpp_reconnect_new (BaseClock         *clock,
                    XmppReconnectFunc  attempt,
                    XmppReconnectWay   way_changed,
                    gpointer           user_data)
{
  XmppReconnect *self = g_new0 (XmppReconnect, 1);

  self->clock = base_clock_ref (clock);
  self->attempt = attempt;
  self->way_changed = way_changed;
  self->user_data = user_data;
  base_backoff_init (&self->backoff, FIRST_WAIT, LONGEST_WAIT);
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->monitor_handler = g_signal_connect (self->monitor, "network-changed", G_CALLBACK (network_changed_cb), self);
  return self;
}

/**
 * xmpp_reconnect_free:
 * @self: (transfer full): what to free; a planned attempt does not happen
 */
void
xmpp_reconnect_free (XmppReconnect *self)
{
  xmpp_reconnect_stop (self);
  g_clear_signal_handler (&self->monitor_handler, self->monitor);
  g_object_unref (self->monitor);
  base_clock_unref (self->clock);
  g_free (self);
}

/**
 * xmpp_reconnect_failed:
 * @self: a reconnect
 * @error: why the attempt, or the session that was online, ended
 *
 * Plans the next attempt, 1 s to 5 min from now, if @error may pass by itself. If it may be the network that is to
 * blame, as with a certificate that is not the server's, nothing is planned, but a change of the network is worth an
 * attempt. A conflict is answered with longer waits, and not more than three times in a row.
 *
 * Returns: %FALSE when trying again cannot help: nothing is planned, a person must act
 */
gboolean
xmpp_reconnect_failed (XmppReconnect *self,
                       const GError  *error)
{
  gint64 wait_us;

  reconnect_judge_past (self, error);
  xmpp_reconnect_stop (self);
  self->may_be_network = error_may_be_network (error);
  if (!error_may_pass (error) || reconnect_is_fight (self, error))
    return FALSE;

  wait_us = base_backoff_next (&self->backoff);
  self->is_conflict = g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);
  if (self->is_conflict)
    wait_us = MAX (wait_us, CONFLICT_WAIT * self->conflicts);
  self->next_us = base_clock_monotonic (self->clock) + wait_us;
  self->timer = base_clock_add (self->clock, wait_us, reconnect_timer_cb, self, NULL);
  g_debug ("trying again in %.1f s", (double) wait_us / G_TIME_SPAN_SECOND);
  return TRUE;
}

/**
 * xmpp_reconnect_online:
 * @self: a reconnect
 *
 * The session is online. Past failures are forgotten with its end, unless that is the server's word against us
 * and comes within a minute, or whatever it is comes within five seconds for more than ten times in a row.
 */
void
xmpp_reconnect_online (XmppReconnect *self)
{
  xmpp_reconnect_stop (self);
  self->is_online = TRUE;
  self->online_us = base_clock_monotonic (self->clock);
}

/**
 * xmpp_reconnect_stop:
 * @self: a reconnect
 *
 * Drops the planned attempt, if there is one; the network's change brings none either. To be called also when the
 * session is closed, or an attempt is made that was not planned.
 */
void
xmpp_reconnect_stop (XmppReconnect *self)
{
  if (self->timer != 0)
    base_clock_remove (self->clock, self->timer);
  self->timer = 0;
  self->next_us = 0;
  self->is_online = FALSE;
  self->may_be_network = FALSE;
  self->is_conflict = FALSE;
}

/**
 * xmpp_reconnect_now:
 * @self: a reconnect
 *
 * Makes the attempt at once, unless the session is online, and lets the waits begin with the shortest again.
 */
void
xmpp_reconnect_now (XmppReconnect *self)
{
  if (self->is_online)
    return;
  base_backoff_reset (&self->backoff);
  reconnect_attempt (self);
}

/**
 * xmpp_reconnect_get_next:
 * @self: a reconnect
 *
 * Returns: when the next attempt is due, in monotonic µs of the clock; 0: none is planned
 */
gint64
xmpp_reconnect_get_next (XmppReconnect *self)
{
  return self->next_us;
}
