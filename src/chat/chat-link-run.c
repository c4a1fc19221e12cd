/* What a link does by itself: attempts, what comes of them, and when to try again.
 *
 *                       wanted, sign_in                      bound
 *    OFFLINE ───────────────────────────► CONNECTING ──────────────────► ONLINE
 *       ▲ ▲ ▲                              │  ▲    ▲                       │
 *       │ │ └── first sign-in failed ──────┤  │    │                       │ the link died
 *       │ │                                │  │    │ its time, Try now     │
 *       │ └── not wanted, from anywhere    │  │    └──────── WAITING ◄─────┤ waiting may help
 *       │                                  │  │                 ▲          │
 *       │                                  │  │ sign_in, Try now│          │
 *       │                          failed  └──┼─────────────────┤          │
 *       └ closed by us                        └──── STUCK ◄─────┴──────────┘ a person must act
 *
 * While the computer is about to sleep, what would be CONNECTING is WAITING, without a time.
 *
 * One attempt is: the password, from the keyring unless it was typed; then the session connects. What an attempt
 * answers after it was given up is not listened to any more. With another login (chat_link_restart) it goes from
 * ONLINE, WAITING and STUCK to CONNECTING, from ONLINE after a goodbye. */
#include "chat-link-private.h"

#include "chat-attempt.h"
#include "rfc-6121-presence.h"

#define PATIENCE (2 * G_TIME_SPAN_SECOND)   /* with an attempt, when the network changes; twice as much the next time */

/* An attempt that is under way. */
typedef struct {
  ChatLink     *link;          /* (owned) */
  GCancellable *cancellable;   /* (owned) tells it from the link's present one */
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->cancellable);
  g_object_unref (attempt->link);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/* Who waits for the attempt is told once, whichever way it ends. */
static void
answer_sign_in (ChatLink *self, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->sign_in);

  if (task == NULL)
    return;
  g_cancellable_disconnect (g_task_get_cancellable (task), self->sign_in_handler);
  self->sign_in_handler = 0;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
chat_link_give_up (ChatLink *self)
{
  g_autoptr (GCancellable) attempt = g_steal_pointer (&self->attempt);

  if (attempt != NULL)
    g_cancellable_cancel (attempt);
}

/**
 * chat_link_end_session:
 *
 * Lets the session end if it is online, or waits to be resumed: what comes next is another one.
 */
void
chat_link_end_session (ChatLink *self)
{
  if (xmpp_session_get_state (self->session) == XMPP_SESSION_ONLINE || xmpp_session_is_suspended (self->session))
    xmpp_session_close_async (self->session, NULL, NULL, NULL);
}

/* How an attempt, or what came of it, ends */

/* Returns whether there will be another attempt. Who sleeps has none planned: waking is the time for it. */
static gboolean
plan_next (ChatLink *self, const GError *error)
{
  gboolean may_pass = xmpp_reconnect_failed (self->reconnect, error);

  self->patience = PATIENCE;
  /* Whoever has taken the resource may keep it, unless the user has chosen it for this device. */
  if (g_error_matches (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT))
    g_clear_pointer (&self->resource, g_free);
  if (may_pass && self->is_asleep)
    xmpp_reconnect_stop (self->reconnect);
  return may_pass;
}

static void
link_stuck (ChatLink *self, const GError *error)
{
  /* What the server did not take is not worth keeping; the keyring may know better by the next time. */
  if (g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED))
    chat_link_set_password (self, NULL, FALSE);
  chat_link_set_state (self, CHAT_ACCOUNT_STUCK, error);
}

static void
link_failed (ChatLink *self, const GError *error, gboolean by_secrets)
{
  if (!self->proven) {
    chat_link_set_password (self, NULL, FALSE);
    chat_link_set_state (self, CHAT_ACCOUNT_OFFLINE, NULL);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_autoptr (GError) reason =
        g_error_new_literal (XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, "Signing in was given up");

    chat_link_set_password (self, NULL, FALSE);
    link_stuck (self, reason);
  } else if (by_secrets || !plan_next (self, error)) {
    link_stuck (self, error);
  } else {
    chat_link_set_state (self, CHAT_ACCOUNT_WAITING, error);
  }
  answer_sign_in (self, error);
}

/* What this login has used is what the next one may not fall below, unless the server proves that it does not offer it
 * any more (XEP-0474 §6). */
static void
learn_login (ChatLink *self)
{
  const char *mechanism = xmpp_session_get_mechanism (self->session);
  const XmppConnection *connection = xmpp_session_get_connection (self->session);

  g_free (self->mechanism);
  self->mechanism = g_strdup (mechanism);
  if (mechanism != NULL && g_str_has_prefix (mechanism, "SCRAM-"))
    self->login->scram_seen = TRUE;
  if (xmpp_session_get_binding (self->session) != NULL || connection->offers_no_binding)
    self->login->bound_seen = xmpp_session_get_binding (self->session) != NULL;
  self->is_exposed = self->login->bound_seen && xmpp_session_get_binding (self->session) == NULL;

  g_free (self->resource);
  self->resource = g_strdup (xmpp_jid_get_resource (xmpp_session_get_jid (self->session)));
}

static void
link_online (ChatLink *self)
{
  /* It has done what it was for; what it answers later is the password that worked. */
  g_clear_object (&self->attempt);
  xmpp_reconnect_online (self->reconnect);
  self->patience = PATIENCE;
  self->proven = TRUE;
  self->password_works = self->login->password != NULL;
  learn_login (self);
  chat_link_set_state (self, CHAT_ACCOUNT_ONLINE, NULL);
  answer_sign_in (self, NULL);
}

static void
link_died (ChatLink *self)
{
  const GError *error = xmpp_session_get_error (self->session);
  g_autoptr (GError) reason = NULL;

  if (self->show == XMPP_SHOW_OFFLINE) {
    chat_link_set_state (self, CHAT_ACCOUNT_OFFLINE, NULL);
    return;
  }

  if (error != NULL)
    reason = g_error_copy (error);
  else
    reason = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The server said goodbye");
  if (plan_next (self, reason))
    chat_link_set_state (self, CHAT_ACCOUNT_WAITING, reason);
  else
    link_stuck (self, reason);
}

/* An attempt */

static void
attempt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Attempt) attempt = user_data;
  ChatLink *self = attempt->link;
  g_autoptr (GError) error = NULL;
  gboolean by_secrets;
  char *password = chat_attempt_finish (result, &by_secrets, &error);

  if (password != NULL && self->login->password == NULL) {
    chat_link_set_password (self, password, FALSE);
    chat_link_set_error (self, &self->secret_error, NULL, CHAT_LINK_SECRET_ERROR);
  }
  desktop_secrets_wipe (password);
  if (attempt->cancellable != self->attempt || error == NULL)
    return;

  g_clear_object (&self->attempt);
  if (by_secrets && !g_error_matches (error, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD))
    chat_link_set_error (self, &self->secret_error, error, CHAT_LINK_SECRET_ERROR);
  link_failed (self, error, by_secrets);
}

/* Waits for what is left of the session's last life; then session_state_cb() comes back here. */
void
chat_link_begin (ChatLink *self)
{
  g_autoptr (XmppLogin) login = NULL;
  Attempt *attempt;

  xmpp_reconnect_stop (self->reconnect);
  if (self->is_asleep) {
    g_autoptr (GError) reason =
        g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The computer goes to sleep");

    chat_link_set_state (self, CHAT_ACCOUNT_WAITING, reason);
    return;
  }
  chat_link_set_state (self, CHAT_ACCOUNT_CONNECTING, NULL);
  if (self->attempt != NULL || xmpp_session_get_state (self->session) != XMPP_SESSION_OFFLINE)
    return;

  /* The resource of before, so that a stream the server still believes in dies before this one begins. */
  login = xmpp_login_copy (self->login);
  if (login->resource == NULL)
    login->resource = g_strdup (self->resource);
  xmpp_presence_set_own (self->session, self->show, self->status, self->priority);

  self->begun = base_clock_monotonic (self->clock);
  self->attempt = g_cancellable_new ();
  attempt = g_new0 (Attempt, 1);
  attempt->link = g_object_ref (self);
  attempt->cancellable = g_object_ref (self->attempt);
  if (self->sign_in != NULL && g_cancellable_is_cancelled (g_task_get_cancellable (self->sign_in)))
    g_cancellable_cancel (self->attempt);
  chat_attempt_async (self->session, self->asks_password ? NULL : self->secrets, login, self->attempt, attempt_cb,
                      attempt);
}

static void
reconnect_cb (gpointer user_data)
{
  ChatLink *self = user_data;

  if (self->state == CHAT_ACCOUNT_WAITING || self->state == CHAT_ACCOUNT_STUCK)
    chat_link_begin (self);
}

/* An attempt that nobody answers does not wait for a way that leads nowhere to be given up. One that has only just
 * begun goes on, and so does one that has come further: one change is told many times, and a network that never comes
 * to rest would let no attempt end. */
static gboolean
is_reaching_in_vain (ChatLink *self)
{
  return self->state == CHAT_ACCOUNT_CONNECTING && xmpp_session_get_state (self->session) == XMPP_SESSION_CONNECTING
         && xmpp_session_get_step (self->session) <= XMPP_STEP_OPEN
         && base_clock_monotonic (self->clock) - self->begun >= self->patience;
}

/* What is connected may hang on an address that is ours no more, and would notice late. After an outage that is likely,
 * and resuming the session takes less time than finding out. */
static void
way_changed_cb (gboolean was_away, gpointer user_data)
{
  ChatLink *self = user_data;

  if (self->state == CHAT_ACCOUNT_ONLINE && was_away && xmpp_session_is_managed (self->session)) {
    g_autoptr (GError) lost =
        g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The network was away for a while");

    xmpp_session_abort (self->session, lost);
    chat_link_try_now (self);
  } else if (self->state == CHAT_ACCOUNT_ONLINE) {
    xmpp_session_check (self->session);
  } else if (is_reaching_in_vain (self)) {
    self->patience *= 2;
    chat_link_give_up (self);
    chat_link_begin (self);
  }
}

static void
answer_closers (ChatLink *self)
{
  g_autoptr (GPtrArray) closers = g_steal_pointer (&self->closers);

  self->closers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < closers->len; i++)
    g_task_return_boolean (closers->pdata[i], TRUE);
}

static void
session_state_cb (ChatLink *self)
{
  XmppSessionState state = xmpp_session_get_state (self->session);

  if (state == XMPP_SESSION_ONLINE && self->state == CHAT_ACCOUNT_CONNECTING)
    link_online (self);
  else if (state == XMPP_SESSION_ONLINE && self->is_asleep)
    xmpp_session_abort (self->session, self->error);   /* it was given up too late … */
  else if (state == XMPP_SESSION_ONLINE)
    xmpp_session_close_async (self->session, NULL, NULL, NULL);   /* … and is wanted no more */
  if (state != XMPP_SESSION_OFFLINE)
    return;

  if (self->state == CHAT_ACCOUNT_ONLINE)
    link_died (self);
  else if (self->state == CHAT_ACCOUNT_CONNECTING && self->attempt == NULL)
    chat_link_begin (self);
  answer_closers (self);
}

static void
session_step_cb (ChatLink *self)
{
  chat_link_notify (self, CHAT_LINK_STEP);
}

/**
 * chat_link_watch:
 * @clock: what waits are measured with
 *
 * Begins to follow the session.
 */
void
chat_link_watch (ChatLink *self, BaseClock *clock)
{
  self->clock = base_clock_ref (clock);
  self->patience = PATIENCE;
  self->reconnect = xmpp_reconnect_new (clock, reconnect_cb, way_changed_cb, self);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (session_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::step", G_CALLBACK (session_step_cb), self, G_CONNECT_SWAPPED);
}

/* An account that is online stays so until the goodbye is said; one that might come back does not any more. A password
 * that is to be asked for each time is forgotten with it. */
void
chat_link_go_offline (ChatLink *self)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Signing in was given up");

  xmpp_reconnect_stop (self->reconnect);
  chat_link_give_up (self);
  if (self->asks_password)
    chat_link_set_password (self, NULL, FALSE);
  if (self->state != CHAT_ACCOUNT_ONLINE)
    chat_link_set_state (self, CHAT_ACCOUNT_OFFLINE, NULL);
  chat_link_end_session (self);
  answer_sign_in (self, cancelled);
}
