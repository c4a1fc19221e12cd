/* Acknowledgements: what we ask the server, and what we answer it (XEP-0198 §4).
 *
 *   we ask:       a message or question went ──this turn's end──► <r/> ──► <a/> ──more went since──► <r/>
 *                                                                   └──10 s of silence──► the link is dead
 *   we are asked: <r/> ──all that came by then is handled, or 5 s──► this turn's end ──► <a/>
 */
#include "xmpp-ns.h"
#include "xmpp-session-sm.h"

#define SILENCE_MAX   (10 * G_TIME_SPAN_SECOND)   /* after we asked: the link is dead */
#define ANSWER_WITHIN (5 * G_TIME_SPAN_SECOND)    /* Prosody gives a client up after 30 s without an answer */
#define TELL_AFTER    50                          /* stanzas handled and not told of: the server is told unasked */

static gint64
sm_now (XmppSessionSm *self)
{
  return base_clock_monotonic (self->session->clock);
}

void
xmpp_session_sm_stop_timer (XmppSessionSm *self,
                            guint         *timer)
{
  if (*timer != 0)
    base_clock_remove (self->session->clock, *timer);
  *timer = 0;
}

void
xmpp_session_sm_stop (XmppSessionSm *self)
{
  if (self->turn != NULL)
    g_source_destroy (self->turn);
  g_clear_pointer (&self->turn, g_source_unref);
  if (self->answering != NULL)
    g_source_destroy (self->answering);
  g_clear_pointer (&self->answering, g_source_unref);
  xmpp_session_sm_stop_timer (self, &self->deadline);
  xmpp_session_sm_stop_timer (self, &self->answer);
  self->is_asking = FALSE;
  self->is_asked = FALSE;
}

/* Behind the end of our stream nothing can be said. */
static gboolean
sm_may_speak (XmppSessionSm *self)
{
  return self->session->state == XMPP_SESSION_ONLINE || self->session->settling != 0;
}

void
xmpp_session_sm_put (XmppSessionSm *self,
                     XmppNode      *element)
{
  xmpp_session_put (self->session, element, NULL);
  xmpp_node_free (element);
}

void
xmpp_session_sm_hear (XmppSessionSm *self)
{
  self->alive_at = sm_now (self);
}

/* Asking */

static gboolean deadline_cb (gpointer user_data);

static void
sm_await (XmppSessionSm *self,
          gint64         delay_us)
{
  xmpp_session_sm_stop_timer (self, &self->deadline);
  self->deadline = base_clock_add (self->session->clock, delay_us, deadline_cb, self, NULL);
}

void
xmpp_session_sm_await_answer (XmppSessionSm *self)
{
  self->is_asking = TRUE;
  self->asked_for = xmpp_sm_get_sent (self->counts);
  xmpp_session_sm_hear (self);
  sm_await (self, SILENCE_MAX);
}

void
xmpp_session_sm_ask (XmppSessionSm *self)
{
  if (self->phase != SM_ON || self->is_asking || !sm_may_speak (self))
    return;
  xmpp_session_sm_await_answer (self);
  xmpp_session_sm_put (self, xmpp_node_new ("r", NS_SM));
}

static gboolean
deadline_cb (gpointer user_data)
{
  XmppSessionSm *self = user_data;
  gint64 silence = sm_now (self) - self->alive_at;
  g_autoptr (GError) error = NULL;

  self->deadline = 0;
  if (!self->is_asking) {
    xmpp_session_sm_ask (self);
  } else if (silence < SILENCE_MAX) {
    sm_await (self, SILENCE_MAX - silence);
  } else {
    g_set_error (&error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT, "The server was silent for %d seconds",
                 (int) (SILENCE_MAX / G_TIME_SPAN_SECOND));
    xmpp_session_abort (self->session, error);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
turn_ended_cb (gpointer user_data)
{
  XmppSessionSm *self = user_data;
  g_autoptr (XmppSession) keep = g_object_ref (self->session);

  g_clear_pointer (&self->turn, g_source_unref);
  if (self->phase == SM_OFF)
    xmpp_session_check (self->session);
  else if (xmpp_sm_get_waiting (self->counts) > 0)
    xmpp_session_sm_ask (self);
  return G_SOURCE_REMOVE;
}

static GSource *
sm_add_turn (XmppSessionSm *self,
             GSourceFunc    ended)
{
  GSource *turn = g_idle_source_new ();

  g_source_set_priority (turn, G_PRIORITY_DEFAULT);
  g_source_set_callback (turn, ended, self, NULL);
  g_source_attach (turn, g_main_context_get_thread_default ());
  return turn;
}

/* What goes in one turn of the main loop is asked for once. */
void
xmpp_session_sm_ask_soon (XmppSessionSm *self)
{
  if (self->turn == NULL)
    self->turn = sm_add_turn (self, turn_ended_cb);
}

/* Answering */

void
xmpp_session_sm_answer (XmppSessionSm *self)
{
  g_autofree char *h = g_strdup_printf ("%" G_GUINT32_FORMAT, xmpp_sm_get_h (self->counts));
  XmppNode *answer = xmpp_node_new ("a", NS_SM);

  xmpp_node_set (answer, "h", h);
  self->told = xmpp_sm_get_handled (self->counts);
  if (self->told >= self->asked_about) {
    self->is_asked = FALSE;
    xmpp_session_sm_stop_timer (self, &self->answer);
  }
  xmpp_session_sm_put (self, answer);
}

static gboolean
answering_cb (gpointer user_data)
{
  XmppSessionSm *self = user_data;

  g_clear_pointer (&self->answering, g_source_unref);
  if (self->phase == SM_ON && sm_may_speak (self))
    xmpp_session_sm_answer (self);
  return G_SOURCE_REMOVE;
}

/* A server that asks a thousand times in one turn of the main loop gets one answer. */
static void
sm_answer_soon (XmppSessionSm *self)
{
  if (self->answering == NULL)
    self->answering = sm_add_turn (self, answering_cb);
}

/* The rest is told once it is handled, without another limit. */
static gboolean
answer_now_cb (gpointer user_data)
{
  XmppSessionSm *self = user_data;

  self->answer = 0;
  xmpp_session_sm_answer (self);
  return G_SOURCE_REMOVE;
}

void
xmpp_session_sm_handled (XmppSessionSm *self)
{
  guint64 handled = xmpp_sm_get_handled (self->counts);

  if (self->phase != SM_ON || !sm_may_speak (self))
    return;
  if (self->is_asked && handled >= self->asked_about)
    sm_answer_soon (self);
  else if (!self->is_asked && handled - self->told >= TELL_AFTER)
    xmpp_session_sm_answer (self);
  if (self->session->settling != 0 && xmpp_session_sm_settle (self->session))
    xmpp_session_settled (self->session);
}

/* Listening */

void
xmpp_session_sm_take_request (XmppSessionSm *self)
{
  if (self->phase != SM_ON || !sm_may_speak (self))
    return;
  self->is_asked = TRUE;
  self->asked_about = xmpp_sm_get_received (self->counts);
  if (xmpp_sm_get_handled (self->counts) >= self->asked_about)
    sm_answer_soon (self);
  else if (self->answer == 0)
    self->answer = base_clock_add (self->session->clock, ANSWER_WITHIN, answer_now_cb, self, NULL);
}

XmppNode *
xmpp_session_sm_new_refusal (XmppSessionSm *self,
                             guint32        h)
{
  XmppNode *error = xmpp_node_new ("error", NS_STREAM);
  XmppNode *detail;
  g_autofree char *handled = g_strdup_printf ("%" G_GUINT32_FORMAT, h);
  g_autofree char *sent = g_strdup_printf ("%" G_GUINT32_FORMAT, (guint32) xmpp_sm_get_sent (self->counts));

  xmpp_node_add (error, "undefined-condition", NS_STREAMS);
  detail = xmpp_node_add (error, "handled-count-too-high", NS_SM);
  xmpp_node_set (detail, "h", handled);
  xmpp_node_set (detail, "send-count", sent);
  return error;
}

void
xmpp_session_sm_take_ack (XmppSessionSm  *self,
                          const XmppNode *ack)
{
  g_autoptr (XmppSession) keep = g_object_ref (self->session);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  guint32 h;

  if (self->phase != SM_ON || !xmpp_sm_parse_h (xmpp_node_get (ack, "h"), &h))
    return;
  if (xmpp_sm_ack (self->counts, h, tasks) == XMPP_SM_TOO_HIGH) {
    xmpp_session_refuse (self->session, xmpp_session_sm_new_refusal (self, h));
    return;
  }

  self->is_asking = FALSE;
  xmpp_session_sm_stop_timer (self, &self->deadline);
  if (xmpp_sm_get_sent (self->counts) != self->asked_for)
    xmpp_session_sm_ask (self);
  else if (xmpp_sm_get_waiting (self->counts) > 0)
    sm_await (self, SILENCE_MAX);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
  xmpp_session_sm_handled (self);
}
