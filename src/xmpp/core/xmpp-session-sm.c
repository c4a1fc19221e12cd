/* Stream management of a session (XEP-0198): enabled, kept while the link is lost, and resumed.
 *
 *           <sm/> offered: <enable/>         <enabled/>
 *   OFF ────────────────────────► ENABLING ─────────────► ON ──the link is lost──► ON, suspended
 *    ▲                               │                   ▲ │                         │      │
 *    └──────────<failed/>────────────┴────the end────────│─┴──────the end, max───────┘      │
 *                                                        └────────────<resumed/>────────────┘
 *
 * The counting itself is xmpp-sm's; asking and answering on a link is xmpp-session-ack's. */
#include "xmpp-session-sm.h"

#include <string.h>

#include "xmpp-ns.h"

#define KEEP_FOR     (10 * G_TIME_SPAN_MINUTE)   /* how long a session can be resumed when the server does not say */
#define KEEP_MAX     (24 * G_TIME_SPAN_HOUR)
#define IN_VAIN_MAX  5                           /* times: what a server cannot bear ends each link it is sent on */
#define ID_MAX       4000                        /* bytes, XEP-0198 §5 */
#define LOCATION_MAX 512                         /* bytes */

/* What the server says */

static void
take_enabled (XmppSessionSm  *self,
              const XmppNode *enabled)
{
  const char *id = xmpp_node_get (enabled, "id");
  const char *resume = xmpp_node_get (enabled, "resume");
  const char *location = xmpp_node_get (enabled, "location");
  guint64 seconds;

  if (self->phase != SM_ENABLING)
    return;
  self->phase = SM_ON;
  self->is_asking = FALSE;
  xmpp_session_sm_stop_timer (self, &self->deadline);
  xmpp_sm_begin_in (self->counts, 0);
  self->told = xmpp_sm_get_handled (self->counts);
  if (id != NULL && *id != '\0' && strlen (id) <= ID_MAX
      && (g_strcmp0 (resume, "true") == 0 || g_strcmp0 (resume, "1") == 0))
    self->id = g_strdup (id);
  if (location != NULL && strlen (location) <= LOCATION_MAX)
    self->location = g_strdup (location);
  self->keep_for = KEEP_FOR;
  if (g_ascii_string_to_unsigned (xmpp_node_get (enabled, "max") != NULL ? xmpp_node_get (enabled, "max") : "", 10, 0,
                                  KEEP_MAX / G_TIME_SPAN_SECOND, &seconds, NULL))
    self->keep_for = (gint64) seconds * G_TIME_SPAN_SECOND;
  if (xmpp_sm_get_waiting (self->counts) > 0)
    xmpp_session_sm_ask (self);
}

/* The server answered what came before: what went out has been written, and nobody will say more of it. */
static void
take_failed (XmppSessionSm *self)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->phase != SM_ENABLING)
    return;
  self->phase = SM_OFF;
  self->is_asking = FALSE;
  xmpp_session_sm_stop_timer (self, &self->deadline);
  xmpp_sm_forget (self->counts, tasks);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

/* For the session's other files */

XmppSessionSm *
xmpp_session_sm_new (XmppSession *session)
{
  XmppSessionSm *self = g_new0 (XmppSessionSm, 1);

  self->session = session;
  self->counts = xmpp_sm_new ();
  return self;
}

void
xmpp_session_sm_free (XmppSessionSm *self)
{
  xmpp_session_sm_stop (self);
  xmpp_session_sm_stop_timer (self, &self->keeping);
  xmpp_sm_free (self->counts);
  g_free (self->id);
  g_free (self->location);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_free (self);
}

void
xmpp_session_sm_online (XmppSession    *session,
                        const XmppNode *features)
{
  XmppSessionSm *self = session->management;
  XmppNode *enable;
  g_autofree char *max = NULL;

  if (xmpp_node_find (features, "sm", NS_SM) == NULL)
    return;
  self->phase = SM_ENABLING;
  self->jid = xmpp_jid_ref (session->jid);
  xmpp_sm_begin_out (self->counts, 0);
  xmpp_session_sm_await_answer (self);
  enable = xmpp_node_new ("enable", NS_SM);
  max = g_strdup_printf ("%d", (int) (KEEP_FOR / G_TIME_SPAN_SECOND));
  xmpp_node_set (enable, "resume", "true");
  xmpp_node_set (enable, "max", max);
  xmpp_session_sm_put (self, enable);
}

void
xmpp_session_sm_prepare (XmppSession *session,
                         XmppLogin   *login)
{
  XmppSessionSm *self = session->management;

  login->resume = g_strdup (self->id);
  login->location = g_strdup (self->location);
}

/* What the link of before has brought may have been stored while this one was made: the server hears of all of it, or
 * it would send that again. */
guint32
xmpp_session_sm_tell (XmppSession *session)
{
  XmppSessionSm *self = session->management;

  self->h_told = xmpp_sm_get_h (self->counts);
  return self->h_told;
}

static void
collect_cb (XmppNode *stanza,
            gpointer  user_data)
{
  g_ptr_array_add (user_data, xmpp_node_copy (stanza));
}

/* Who listens to what goes out may end the session meanwhile. */
static void
sm_send_again (XmppSessionSm *self)
{
  g_autoptr (GPtrArray) stanzas = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_free);

  xmpp_sm_each (self->counts, collect_cb, stanzas);
  for (guint i = 0; i < stanzas->len && self->phase == SM_ON; i++)
    xmpp_session_put (self->session, stanzas->pdata[i], NULL);
}

static guint64
count_confirmed (const XmppSessionSm *self)
{
  return xmpp_sm_get_sent (self->counts) - xmpp_sm_get_waiting (self->counts);
}

gboolean
xmpp_session_sm_resume (XmppSession  *session,
                        guint32       h,
                        GPtrArray    *tasks,
                        XmppNode    **refusal)
{
  XmppSessionSm *self = session->management;

  xmpp_session_sm_stop_timer (self, &self->keeping);
  self->is_stale = FALSE;
  if (xmpp_sm_ack (self->counts, h, tasks) == XMPP_SM_TOO_HIGH) {
    *refusal = xmpp_session_sm_new_refusal (self, h);
    return FALSE;
  }
  if (count_confirmed (self) != self->resumed_at)
    self->in_vain = 0;
  self->resumed_at = count_confirmed (self);
  xmpp_sm_begin_in (self->counts, self->h_told);
  self->told = xmpp_sm_get_handled (self->counts);
  sm_send_again (self);
  if (xmpp_sm_get_waiting (self->counts) > 0)
    xmpp_session_sm_ask_soon (self);
  return TRUE;
}

/* A stream error for which the server will have ended the session too, and what comes again would come to the same. */
static gboolean
error_is_final (const GError *error)
{
  static const XmppStreamError passing[] = {
    XMPP_STREAM_ERROR_CONNECTION_TIMEOUT, XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR,
    XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED, XMPP_STREAM_ERROR_RESET, XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT,
    XMPP_STREAM_ERROR_SEE_OTHER_HOST, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (passing); i++)
    if (g_error_matches (error, XMPP_STREAM_ERROR, (int) passing[i]))
      return FALSE;
  return error->domain == XMPP_STREAM_ERROR;
}

/* Whether this resumption has brought nothing of what was sent again across. */
static gboolean
was_in_vain (const XmppSessionSm *self)
{
  return self->session->resumed && xmpp_sm_get_waiting (self->counts) > 0
         && count_confirmed (self) == self->resumed_at;
}

gboolean
xmpp_session_sm_may_resume (XmppSession  *session,
                            const GError *error)
{
  XmppSessionSm *self = session->management;
  gboolean is_hopeless = session->state == XMPP_SESSION_ONLINE && self->in_vain + 1 >= IN_VAIN_MAX
                         && was_in_vain (self);

  return self->phase == SM_ON && self->id != NULL && !self->is_stale && !is_hopeless && !error_is_final (error);
}

static gboolean
keep_too_long_cb (gpointer user_data)
{
  XmppSessionSm *self = user_data;

  self->keeping = 0;
  if (self->session->state == XMPP_SESSION_OFFLINE)
    xmpp_session_over (self->session);
  else
    self->is_stale = TRUE;
  return G_SOURCE_REMOVE;
}

void
xmpp_session_sm_suspend (XmppSession *session)
{
  XmppSessionSm *self = session->management;

  self->in_vain = was_in_vain (self) ? self->in_vain + 1 : 0;
  xmpp_session_sm_stop (self);
  self->keeping = base_clock_add (session->clock, self->keep_for, keep_too_long_cb, self, NULL);
}

void
xmpp_session_sm_avoid (XmppSession *session)
{
  g_clear_pointer (&session->management->location, g_free);
}

/* Tells who waits: what the server has, what it certainly has not, and what nobody knows. A server that has forgotten
 * what it confirmed may have forgotten more. */
void
xmpp_session_sm_end (XmppSession   *session,
                     const guint32 *h)
{
  XmppSessionSm *self = session->management;
  g_autoptr (GPtrArray) arrived = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) rest = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean is_known = h != NULL && xmpp_sm_ack (self->counts, *h, arrived) == XMPP_SM_FINE;

  xmpp_session_sm_stop (self);
  xmpp_session_sm_stop_timer (self, &self->keeping);
  xmpp_sm_forget (self->counts, rest);
  self->phase = SM_OFF;
  self->is_stale = FALSE;
  self->in_vain = 0;
  self->resumed_at = 0;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->jid, xmpp_jid_unref);

  for (guint i = 0; i < arrived->len; i++)
    g_task_return_boolean (arrived->pdata[i], TRUE);
  for (guint i = 0; i < rest->len; i++)
    if (is_known)
      g_task_return_new_error (rest->pdata[i], G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "The server never got this");
    else
      g_task_return_new_error (rest->pdata[i], XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED,
                               "The session ended before the server confirmed this");
}

XmppJid *
xmpp_session_sm_get_jid (XmppSession *session)
{
  return session->management->jid;
}

void
xmpp_session_sm_send (XmppSession *session,
                      XmppNode    *stanza,
                      GTask       *task,
                      gboolean     matters)
{
  XmppSessionSm *self = session->management;
  g_autoptr (XmppNode) owned = stanza;
  gboolean may_ask = task != NULL || self->phase != SM_OFF;

  if (self->phase == SM_OFF) {
    xmpp_session_put (session, owned, task);
  } else {
    xmpp_sm_send (self->counts, xmpp_node_copy (owned), task);
    xmpp_session_put (session, owned, NULL);
  }
  if (matters && may_ask && session->state == XMPP_SESSION_ONLINE)
    xmpp_session_sm_ask_soon (self);
}

void
xmpp_session_sm_keep (XmppSession *session,
                      XmppNode    *stanza)
{
  xmpp_sm_send (session->management->counts, stanza, NULL);
}

guint64
xmpp_session_sm_receive (XmppSession *session)
{
  XmppSessionSm *self = session->management;

  xmpp_session_sm_hear (self);
  return xmpp_sm_receive (self->counts);
}

void
xmpp_session_sm_release (XmppSession *session,
                         guint64      seq)
{
  if (xmpp_sm_release (session->management->counts, seq))
    xmpp_session_sm_handled (session->management);
}

void
xmpp_session_sm_take (XmppSession    *session,
                      const XmppNode *element)
{
  XmppSessionSm *self = session->management;

  xmpp_session_sm_hear (self);
  if (xmpp_node_is (element, "r", NS_SM))
    xmpp_session_sm_take_request (self);
  else if (xmpp_node_is (element, "a", NS_SM))
    xmpp_session_sm_take_ack (self, element);
  else if (xmpp_node_is (element, "enabled", NS_SM))
    take_enabled (self, element);
  else if (xmpp_node_is (element, "failed", NS_SM))
    take_failed (self);
}

gboolean
xmpp_session_sm_settle (XmppSession *session)
{
  XmppSessionSm *self = session->management;

  if (self->phase != SM_ON)
    return TRUE;
  if (xmpp_sm_get_awaited (self->counts) > 0)
    xmpp_session_sm_ask (self);
  return xmpp_sm_get_awaited (self->counts) == 0
         && xmpp_sm_get_handled (self->counts) == xmpp_sm_get_received (self->counts);
}

void
xmpp_session_sm_farewell (XmppSession *session)
{
  XmppSessionSm *self = session->management;

  if (self->phase == SM_ON)
    xmpp_session_sm_answer (self);
  xmpp_session_sm_stop (self);
}

/* Public */

/**
 * xmpp_session_is_suspended:
 * @self: a session
 *
 * Returns: whether the link is lost and the session may be resumed; see #XmppSession:suspended
 */
gboolean
xmpp_session_is_suspended (XmppSession *self)
{
  return self->suspended;
}

/**
 * xmpp_session_is_resumed:
 * @self: a session
 *
 * Returns: whether it is online, and goes on with what was before the link was lost (XEP-0198 §5)
 */
gboolean
xmpp_session_is_resumed (XmppSession *self)
{
  return self->state == XMPP_SESSION_ONLINE && self->resumed;
}

/**
 * xmpp_session_is_managed:
 * @self: a session
 *
 * Returns: whether the server confirms what it has (XEP-0198 §4), while online or suspended
 */
gboolean
xmpp_session_is_managed (XmppSession *self)
{
  return self->management->phase == SM_ON;
}

/**
 * xmpp_session_check:
 * @self: a session
 *
 * Finds out whether the link still lives: when the server is silent for ten seconds from now on, it is lost, with
 * %XMPP_CONNECT_ERROR_TIMEOUT. Does nothing when not online.
 */
void
xmpp_session_check (XmppSession *self)
{
  if (self->state != XMPP_SESSION_ONLINE)
    return;
  if (self->management->phase == SM_OFF)
    xmpp_router_check (self->router);
  else
    xmpp_session_sm_ask (self->management);
}

/**
 * xmpp_session_hold:
 * @self: a session
 * @message: what came by #XmppSession::message
 *
 * Keeps the server from being told that the stanza of @message is handled, until xmpp_session_release() was called as
 * often as this. Must be called before the signal returns; does nothing for a message that came in no stanza of its
 * own.
 */
void
xmpp_session_hold (XmppSession *self,
                   XmppMessage *message)
{
  xmpp_sm_hold (self->management->counts, message->seq);
}

/**
 * xmpp_session_release:
 * @self: a session
 * @message: what was held
 *
 * Takes one hold back: @message is where it cannot be lost any more, or is not worth keeping. May be called at any
 * time, also when the session that @message came in is long over.
 */
void
xmpp_session_release (XmppSession *self,
                      XmppMessage *message)
{
  xmpp_session_sm_release (self, message->seq);
}
