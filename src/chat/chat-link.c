/* An account's way to be online, as the account sees it: what it stands at, and what may be wished from it.
 * What it does by itself is in chat-link-run.c, with a drawing; what it has the keyring do is in chat-link-secret.c. */
#include "chat-link-private.h"

#include "rfc-6121-presence.h"

static GParamSpec *props[CHAT_LINK_N_PROPS];

G_DEFINE_FINAL_TYPE (ChatLink, chat_link, G_TYPE_OBJECT)

static void
chat_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ChatLink *self = CHAT_LINK (object);

  switch (id) {
  case CHAT_LINK_STATE:
    g_value_set_int (value, self->state);
    break;
  case CHAT_LINK_STEP:
    g_value_set_int (value, chat_link_get_step (self));
    break;
  case CHAT_LINK_ERROR:
    g_value_set_boxed (value, self->error);
    break;
  case CHAT_LINK_NEXT_ATTEMPT:
    g_value_set_int64 (value, self->next_attempt);
    break;
  case CHAT_LINK_SHOW:
    g_value_set_int (value, self->show);
    break;
  case CHAT_LINK_STATUS:
    g_value_set_string (value, self->status);
    break;
  case CHAT_LINK_SECRET_ERROR:
    g_value_set_boxed (value, self->secret_error);
    break;
  case CHAT_LINK_CONNECTION:
    g_value_set_boxed (value, chat_link_get_connection (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
chat_link_finalize (GObject *object)
{
  ChatLink *self = CHAT_LINK (object);

  g_clear_pointer (&self->reconnect, xmpp_reconnect_free);
  g_clear_pointer (&self->clock, base_clock_unref);
  g_clear_pointer (&self->login, xmpp_login_free);
  g_clear_object (&self->session);
  g_clear_object (&self->secrets);
  g_clear_object (&self->attempt);
  g_clear_error (&self->error);
  g_clear_error (&self->secret_error);
  g_ptr_array_unref (self->closers);
  g_ptr_array_unref (self->forgetters);
  g_free (self->resource);
  g_free (self->mechanism);
  g_free (self->status);
  G_OBJECT_CLASS (chat_link_parent_class)->finalize (object);
}

static void
chat_link_class_init (ChatLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = chat_link_get_property;
  object_class->finalize = chat_link_finalize;

  props[CHAT_LINK_STATE] =
      g_param_spec_int ("state", NULL, NULL, CHAT_ACCOUNT_OFFLINE, CHAT_ACCOUNT_STUCK, CHAT_ACCOUNT_OFFLINE, flags);
  props[CHAT_LINK_STEP] = g_param_spec_int ("step", NULL, NULL, XMPP_STEP_NONE, XMPP_STEP_BIND, XMPP_STEP_NONE, flags);
  props[CHAT_LINK_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  props[CHAT_LINK_NEXT_ATTEMPT] = g_param_spec_int64 ("next-attempt", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[CHAT_LINK_SHOW] =
      g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_OFFLINE, flags);
  props[CHAT_LINK_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  props[CHAT_LINK_SECRET_ERROR] = g_param_spec_boxed ("secret-error", NULL, NULL, G_TYPE_ERROR, flags);
  props[CHAT_LINK_CONNECTION] = g_param_spec_boxed ("connection", NULL, NULL, XMPP_TYPE_CONNECTION, flags);
  g_object_class_install_properties (object_class, CHAT_LINK_N_PROPS, props);
}

static void
chat_link_init (ChatLink *self)
{
  self->closers = g_ptr_array_new_with_free_func (g_object_unref);
  self->forgetters = g_ptr_array_new_with_free_func (g_object_unref);
}

/* What its own state machine sets */

void
chat_link_notify (ChatLink *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
chat_link_set_error (ChatLink *self, GError **field, const GError *error, guint prop)
{
  if (*field == NULL && error == NULL)
    return;
  g_clear_error (field);
  *field = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

/* All that a state consists of changes before anybody is told of it. */
void
chat_link_set_state (ChatLink *self, ChatAccountState state, const GError *error)
{
  gint64 next = xmpp_reconnect_get_next (self->reconnect);

  g_object_freeze_notify (G_OBJECT (self));
  chat_link_set_error (self, &self->error, error, CHAT_LINK_ERROR);
  if (self->next_attempt != next) {
    self->next_attempt = next;
    g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_NEXT_ATTEMPT]);
  }
  if (self->state != state) {
    if (self->state == CHAT_ACCOUNT_ONLINE || state == CHAT_ACCOUNT_ONLINE)
      g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_CONNECTION]);
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_STATE]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_wanted (ChatLink *self, XmppShow show, const char *status)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->show != show) {
    self->show = show;
    g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_SHOW]);
  }
  if (g_strcmp0 (self->status, status) != 0) {
    g_free (self->status);
    self->status = g_strdup (status);
    g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_STATUS]);
  }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
sign_in_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  ChatLink *self = user_data;

  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
}

/**
 * chat_link_new:
 * @session: a session that is offline
 * @secrets: where passwords are kept
 * @clock: what waits are measured with
 * @login: how to sign in
 * @resource: (nullable): what the server bound last, and is asked for again unless @login names one: so a stream that
 *   the server still believes in dies before a new one begins
 * @proven: whether it has worked before; else a failure ends in OFFLINE and nothing is tried again
 * @asks_password: whether the password is never looked up and never kept
 *
 * Returns: (transfer full): a link that is not wanted yet
 */
ChatLink *
chat_link_new (XmppSession *session,
               DesktopSecrets *secrets,
               BaseClock *clock,
               const XmppLogin *login,
               const char *resource,
               gboolean proven,
               gboolean asks_password)
{
  ChatLink *self = g_object_new (CHAT_TYPE_LINK, NULL);

  self->session = g_object_ref (session);
  self->secrets = g_object_ref (secrets);
  self->login = xmpp_login_copy (login);
  self->resource = g_strdup (resource);
  self->proven = proven;
  self->asks_password = asks_password;
  chat_link_set_password (self, NULL, FALSE);
  chat_link_watch (self, clock);
  return self;
}

const XmppLogin *
chat_link_get_login (ChatLink *self)
{
  return self->login;
}

const char *
chat_link_get_mechanism (ChatLink *self)
{
  return self->mechanism;
}

const char *
chat_link_get_resource (ChatLink *self)
{
  return self->resource;
}

ChatAccountState
chat_link_get_state (ChatLink *self)
{
  return self->state;
}

XmppStep
chat_link_get_step (ChatLink *self)
{
  return self->state == CHAT_ACCOUNT_CONNECTING ? xmpp_session_get_step (self->session) : XMPP_STEP_NONE;
}

const GError *
chat_link_get_error (ChatLink *self)
{
  return self->error;
}

const GError *
chat_link_get_secret_error (ChatLink *self)
{
  return self->secret_error;
}

gint64
chat_link_get_next_attempt (ChatLink *self)
{
  return self->next_attempt;
}

XmppShow
chat_link_get_show (ChatLink *self)
{
  return self->show;
}

const char *
chat_link_get_status (ChatLink *self)
{
  return self->status;
}

XmppConnection *
chat_link_get_connection (ChatLink *self)
{
  return self->state == CHAT_ACCOUNT_ONLINE ? xmpp_session_get_connection (self->session) : NULL;
}

/**
 * chat_link_is_exposed:
 *
 * Returns: whether it is online without the channel binding that it had before, and nobody has said why: someone with
 *   a certificate of the server's name may be in between
 */
gboolean
chat_link_is_exposed (ChatLink *self)
{
  return self->state == CHAT_ACCOUNT_ONLINE && self->is_exposed;
}

/**
 * chat_link_accept_exposure:
 *
 * Takes it from now on that there is no channel binding.
 */
void
chat_link_accept_exposure (ChatLink *self)
{
  self->is_exposed = FALSE;
  self->login->bound_seen = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), props[CHAT_LINK_CONNECTION]);
}

static gboolean
set_text (char **field, const char *text)
{
  if (g_strcmp0 (*field, text) == 0)
    return FALSE;
  g_free (*field);
  *field = g_strdup (text);
  return TRUE;
}

/**
 * chat_link_set_login:
 * @login: how to sign in from the next attempt on; only resource, host, port, security and pin are taken from it
 *
 * Returns: whether anything of it is new
 */
gboolean
chat_link_set_login (ChatLink *self, const XmppLogin *login)
{
  gboolean is_news = self->login->port != login->port || self->login->security != login->security
                     || self->login->pin_errors != login->pin_errors;

  self->login->port = login->port;
  self->login->security = login->security;
  self->login->pin_errors = login->pin_errors;
  is_news |= set_text (&self->login->host, login->host);
  is_news |= set_text (&self->login->pin, login->pin);
  if (set_text (&self->login->resource, login->resource)) {
    g_clear_pointer (&self->resource, g_free);
    is_news = TRUE;
  }
  return is_news;
}

/**
 * chat_link_restart:
 *
 * Connects anew when it is to be online: what is under way is given up, what is online is closed politely first, and
 * what waits or is stuck tries again. Nothing is resumed. Who waits for a sign-in waits for the new attempt.
 */
void
chat_link_restart (ChatLink *self)
{
  if (self->show == XMPP_SHOW_OFFLINE || self->state == CHAT_ACCOUNT_OFFLINE)
    return;

  chat_link_give_up (self);
  chat_link_end_session (self);
  chat_link_begin (self);
}

/**
 * chat_link_set_priority:
 * @priority: of our presence, -128…127
 *
 * Changes it: at once while online, else with the next sign-in.
 */
void
chat_link_set_priority (ChatLink *self, int priority)
{
  if (self->priority == priority)
    return;
  self->priority = priority;
  if (self->state == CHAT_ACCOUNT_ONLINE && self->show != XMPP_SHOW_OFFLINE)
    xmpp_presence_set_own (self->session, self->show, self->status, priority);
}

/**
 * chat_link_set_presence:
 * @show: how to be seen; %XMPP_SHOW_OFFLINE closes the session politely
 * @status: (nullable): with which words
 *
 * Connects, sends the presence, or goes offline, whatever it takes. A link that is stuck stays so: somebody has to
 * do something about it first. One that was never online waits to be signed in.
 */
void
chat_link_set_presence (ChatLink *self, XmppShow show, const char *status)
{
  set_wanted (self, show, status);
  if (show == XMPP_SHOW_OFFLINE) {
    chat_link_go_offline (self);
    return;
  }

  switch (self->state) {
  case CHAT_ACCOUNT_OFFLINE:
    if (self->proven)
      chat_link_begin (self);
    break;
  case CHAT_ACCOUNT_WAITING:
    xmpp_reconnect_now (self->reconnect);
    break;
  case CHAT_ACCOUNT_CONNECTING:
  case CHAT_ACCOUNT_ONLINE:
    if (xmpp_session_get_state (self->session) == XMPP_SESSION_CLOSING)
      chat_link_begin (self);
    else
      xmpp_presence_set_own (self->session, show, status, self->priority);
    break;
  case CHAT_ACCOUNT_STUCK:
    break;
  }
}

/**
 * chat_link_try_now:
 *
 * Tries again at once, if there is something to try again.
 */
void
chat_link_try_now (ChatLink *self)
{
  if (self->state == CHAT_ACCOUNT_WAITING)
    xmpp_reconnect_now (self->reconnect);
  else if (self->state == CHAT_ACCOUNT_STUCK)
    chat_link_begin (self);
}

/**
 * chat_link_set_asleep:
 * @asleep: whether the computer is about to sleep
 *
 * With %TRUE gives up what there is of a connection, in a way that lets the session be resumed, and tries nothing:
 * what was begun now would break off half way. With %FALSE whatever was wanted is tried at once.
 */
void
chat_link_set_asleep (ChatLink *self, gboolean asleep)
{
  g_autoptr (GError) reason =
      g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The computer goes to sleep");

  if (self->is_asleep == asleep)
    return;
  self->is_asleep = asleep;
  if (!asleep) {
    if (self->state == CHAT_ACCOUNT_WAITING)
      xmpp_reconnect_now (self->reconnect);
  } else if (self->state == CHAT_ACCOUNT_ONLINE) {
    xmpp_session_abort (self->session, reason);
  } else if (self->state == CHAT_ACCOUNT_CONNECTING || self->state == CHAT_ACCOUNT_WAITING) {
    chat_link_give_up (self);
    chat_link_begin (self);
  }
}

/**
 * chat_link_sign_in_async:
 * @password: one that was just typed
 * @cancellable: (nullable): gives the attempt up
 * @callback: called when it is online, or why not
 * @user_data: for @callback
 *
 * Signs in with a password. What was under way is given up for it. A link that is online already has nothing to do.
 */
void
chat_link_sign_in_async (ChatLink *self,
                         const char *password,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_link_sign_in_async);
  if (self->sign_in != NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "Signing in is under way already");
    return;
  }
  if (self->state == CHAT_ACCOUNT_ONLINE && self->show != XMPP_SHOW_OFFLINE) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->show == XMPP_SHOW_OFFLINE)
    set_wanted (self, XMPP_SHOW_AVAILABLE, self->status);
  chat_link_set_password (self, password, TRUE);
  chat_link_give_up (self);
  self->sign_in = g_steal_pointer (&task);
  chat_link_begin (self);
  if (cancellable != NULL)
    self->sign_in_handler = g_cancellable_connect (cancellable, G_CALLBACK (sign_in_cancelled_cb), self, NULL);
}

/**
 * chat_link_sign_in_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when it is online; %FALSE with %XMPP_AUTH_ERROR, %XMPP_CONNECT_ERROR, %XMPP_STREAM_ERROR or
 *   %G_IO_ERROR set
 */
gboolean
chat_link_sign_in_finish (ChatLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_link_disprove:
 *
 * Goes offline and forgets that it has worked, because the account could not be stored.
 */
void
chat_link_disprove (ChatLink *self)
{
  self->proven = FALSE;
  chat_link_set_password (self, NULL, FALSE);
  chat_link_set_presence (self, XMPP_SHOW_OFFLINE, self->status);
}

/**
 * chat_link_close_async:
 * @cancellable: (nullable): stops waiting
 * @callback: called when the session is offline, which takes 2 s at most
 * @user_data: for @callback
 *
 * Goes offline politely.
 */
void
chat_link_close_async (ChatLink *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_link_close_async);
  chat_link_set_presence (self, XMPP_SHOW_OFFLINE, self->status);
  if (xmpp_session_get_state (self->session) == XMPP_SESSION_OFFLINE)
    g_task_return_boolean (task, TRUE);
  else
    g_ptr_array_add (self->closers, g_steal_pointer (&task));
}

/**
 * chat_link_close_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_CANCELLED set
 */
gboolean
chat_link_close_finish (ChatLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
