/* How an account comes to be online and what it learns there: presence, signing in, being stored, telling the parts. */
#include "chat-account-private.h"

#include "chat-part.h"

/* Storing */

static gpointer
store_account_job (StoreDb *db, gpointer data, GError **error)
{
  gint64 id = store_accounts_put_rows (db, data, error);

  return id != 0 ? g_memdup2 (&id, sizeof id) : NULL;
}

static void
store_account (ChatAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  self->is_row_newer = FALSE;
  store_run_async (self->store, store_account_job, chat_account_copy_row (self->row),
                   (GDestroyNotify) store_account_row_free, g_free, NULL, callback, user_data);
}

static void
update_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *id = store_run_finish (STORE_STORE (source), result, &error);

  if (id == NULL)
    g_warning ("An account could not be stored: %s", error->message);
}

/**
 * chat_account_save:
 *
 * Stores what has changed. An account that has not signed in yet is stored with it when it has. When the store fails
 * the change holds until the program ends.
 */
void
chat_account_save (ChatAccount *self)
{
  self->is_row_newer = TRUE;
  if (self->row->id != 0 && chat_account_get_store (self) != NULL)
    store_account (self, update_account_cb, g_object_ref (self));
}

/* What this login used is remembered, so that a weaker one is noticed even after a restart; and the resource, so that
 * what is left of this session ends when the next one begins, even then. Returns whether there was anything new. */
static gboolean
learn_login (ChatAccount *self)
{
  const XmppLogin *login = chat_link_get_login (self->link);
  const char *mechanism = chat_link_get_mechanism (self->link);
  const char *resource = chat_link_get_resource (self->link);

  if (self->row->scram_seen == login->scram_seen && self->row->bound_seen == login->bound_seen
      && g_strcmp0 (self->row->mechanism, mechanism) == 0 && g_strcmp0 (self->row->bound_resource, resource) == 0)
    return FALSE;

  self->row->scram_seen = login->scram_seen;
  self->row->bound_seen = login->bound_seen;
  g_free (self->row->mechanism);
  self->row->mechanism = g_strdup (mechanism);
  g_free (self->row->bound_resource);
  self->row->bound_resource = g_strdup (resource);
  return TRUE;
}

/* What the server told us holds no longer. */
static void
account_ended (ChatAccount *self)
{
  if (!self->is_kept)
    return;
  self->is_kept = FALSE;
  for (guint i = 0; self->parts[i] != NULL; i++)
    if (self->parts[i]->ended != NULL)
      self->parts[i]->ended (self, self->states[i]);
}

static void
account_online (ChatAccount *self)
{
  gboolean is_news = learn_login (self);

  if (self->row->id != 0) {
    if (is_news)
      chat_account_save (self);
    chat_link_keep_password (self->link);
  }
  self->is_kept = TRUE;
  for (guint i = 0; self->parts[i] != NULL; i++)
    if (self->parts[i]->online != NULL)
      self->parts[i]->online (self, self->states[i]);
}

static void
account_offline (ChatAccount *self)
{
  for (guint i = 0; self->parts[i] != NULL; i++)
    if (self->parts[i]->offline != NULL)
      self->parts[i]->offline (self, self->states[i]);
  if (!xmpp_session_is_suspended (self->session))
    account_ended (self);
}

static void
link_changed_cb (ChatAccount *self, GParamSpec *pspec)
{
  gboolean is_online = chat_link_get_state (self->link) == CHAT_ACCOUNT_ONLINE;

  if (self->states == NULL)
    return;
  if (self->is_online != is_online) {
    self->is_online = is_online;
    if (is_online)
      account_online (self);
    else
      account_offline (self);
  }
  g_object_notify (G_OBJECT (self), pspec->name);
}

/* It might have been resumed: now it is, or will not be. */
static void
session_suspended_cb (ChatAccount *self)
{
  if (self->states != NULL && !xmpp_session_is_suspended (self->session) && !xmpp_session_is_resumed (self->session))
    account_ended (self);
}

/* For chat_account_new() */
void
chat_account_follow_link (ChatAccount *self)
{
  g_signal_connect_object (self->session, "notify::suspended", G_CALLBACK (session_suspended_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->link, "notify", G_CALLBACK (link_changed_cb), self, G_CONNECT_SWAPPED);
}

/* Presence */

/**
 * chat_account_apply_presence:
 *
 * Wants what is to be wanted: nothing while the account is disabled or being removed, else its own presence, if it has
 * one, else that of all accounts.
 */
void
chat_account_apply_presence (ChatAccount *self)
{
  gboolean has_own = self->row->own_show >= 0;
  XmppShow show = has_own ? (XmppShow) self->row->own_show : self->common_show;

  if (!self->row->enabled || self->is_leaving)
    show = XMPP_SHOW_OFFLINE;
  chat_link_set_presence (self->link, show, has_own ? self->row->own_status : self->common_status);
}

static void
set_own_presence (ChatAccount *self, int show, const char *status)
{
  char *copy;

  if (self->row->own_show == show && g_strcmp0 (self->row->own_status, status) == 0)
    return;

  copy = g_strdup (status);
  g_free (self->row->own_status);
  self->row->own_status = copy;
  self->row->own_show = show;
  chat_account_save (self);
}

/**
 * chat_account_follow_presence:
 * @self: an account
 * @show: how to be seen with all accounts
 * @status: (nullable): with which words
 * @ends_own: whether a presence of its own does not count any more
 *
 * Takes note of the presence of all accounts, and follows it unless it has its own or is disabled.
 */
void
chat_account_follow_presence (ChatAccount *self, XmppShow show, const char *status, gboolean ends_own)
{
  g_autofree char *copy = g_strdup (status);

  self->common_show = show;
  g_free (self->common_status);
  self->common_status = g_steal_pointer (&copy);
  if (ends_own)
    set_own_presence (self, -1, NULL);
  chat_account_apply_presence (self);
}

/**
 * chat_account_is_following:
 * @self: an account
 * @show: how to be seen with all accounts
 * @status: (nullable): with which words
 *
 * Returns: whether that is what it was told last
 */
gboolean
chat_account_is_following (ChatAccount *self, XmppShow show, const char *status)
{
  return self->common_show == show && g_strcmp0 (self->common_status, status) == 0;
}

/* Signing in for the first time, or with a new password */

static void
store_new_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatAccount *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autofree gint64 *id = store_run_finish (STORE_STORE (source), result, &error);

  if (id == NULL) {
    chat_link_disprove (self->link);
    g_task_return_error (task, error);
    return;
  }

  self->row->id = *id;
  if (self->is_row_newer)
    chat_account_save (self);
  chat_link_keep_password (self->link);
  g_object_notify (G_OBJECT (self), "id");
  g_task_return_boolean (task, TRUE);
}

static void
sign_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!chat_link_sign_in_finish (self->link, result, &error)) {
    if (self->row->id == 0)
      chat_link_disprove (self->link);
    g_task_return_error (task, error);
  } else if (self->row->id != 0) {
    g_task_return_boolean (task, TRUE);
  } else {
    learn_login (self);
    store_account (self, store_new_account_cb, g_object_ref (task));
  }
}

/* Who signs in wants to be seen with this account, whatever holds for the others. */
static void
want_online (ChatAccount *self)
{
  set_own_presence (self, XMPP_SHOW_AVAILABLE, chat_link_get_status (self->link));
  if (!self->row->enabled) {
    self->row->enabled = TRUE;
    chat_account_save (self);
    g_object_notify (G_OBJECT (self), "enabled");
  }
}

/**
 * chat_account_get_state:
 * @self: an account
 *
 * Returns: what it is doing about being online
 */
ChatAccountState
chat_account_get_state (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), CHAT_ACCOUNT_OFFLINE);

  return chat_link_get_state (self->link);
}

/**
 * chat_account_get_step:
 * @self: an account
 *
 * Returns: how far an attempt has come, while it is connecting
 */
XmppStep
chat_account_get_step (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), XMPP_STEP_NONE);

  return chat_link_get_step (self->link);
}

/**
 * chat_account_get_error:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): why it waits or is stuck: the keyring's error, %XMPP_AUTH_ERROR,
 *   %XMPP_CONNECT_ERROR, %XMPP_STREAM_ERROR or %G_IO_ERROR
 */
const GError *
chat_account_get_error (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return chat_link_get_error (self->link);
}

/**
 * chat_account_get_secret_error:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): why the keyring could not give or keep the password
 */
const GError *
chat_account_get_secret_error (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return chat_link_get_secret_error (self->link);
}

/**
 * chat_account_is_stuck_by_secrets:
 * @self: an account
 *
 * Returns: whether it rests because the keyring gave no answer, so that nobody knows what is kept there
 */
gboolean
chat_account_is_stuck_by_secrets (ChatAccount *self)
{
  const GError *error = chat_account_get_error (self);

  return chat_link_get_state (self->link) == CHAT_ACCOUNT_STUCK && error != NULL
         && error->domain == DESKTOP_SECRETS_ERROR;
}

/**
 * chat_account_get_next_attempt:
 * @self: an account
 *
 * Returns: when it tries again, in monotonic µs of the core's clock, while it waits; else 0
 */
gint64
chat_account_get_next_attempt (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), 0);

  return chat_link_get_next_attempt (self->link);
}

/**
 * chat_account_get_show:
 * @self: an account
 *
 * Returns: how the user wants to be seen
 */
XmppShow
chat_account_get_show (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), XMPP_SHOW_OFFLINE);

  return chat_link_get_show (self->link);
}

/**
 * chat_account_get_status:
 * @self: an account
 *
 * Returns: (nullable): with which words
 */
const char *
chat_account_get_status (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return chat_link_get_status (self->link);
}

/**
 * chat_account_get_connection:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): how it is connected, while it is online
 */
XmppConnection *
chat_account_get_connection (ChatAccount *self)
{
  g_return_val_if_fail (CHAT_IS_ACCOUNT (self), NULL);

  return chat_link_get_connection (self->link);
}

/**
 * chat_account_sign_in_async:
 * @self: an account
 * @password: what was just typed, UTF-8
 * @cancellable: (nullable): gives it up
 * @callback: called when it is online and stored, or why not
 * @user_data: for @callback
 *
 * Signs in with a password. An account that has worked is stored and listed, its password goes into the keyring; if
 * the keyring fails, "secret-error" says so. One that has not worked stays unlisted and OFFLINE. An account that is
 * listed already gets a new password in the same way. One that is not wanted online is from then on.
 */
void
chat_account_sign_in_async (ChatAccount *self,
                            const char *password,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (CHAT_IS_ACCOUNT (self));
  g_return_if_fail (password != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, chat_account_sign_in_async);
  if (chat_account_is_gone (self)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The account is being removed");
    return;
  }
  if (chat_link_get_show (self->link) == XMPP_SHOW_OFFLINE)
    want_online (self);

  /* Once it is stored it has happened, whatever was wished meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  chat_link_sign_in_async (self->link, password, cancellable, sign_in_cb, g_steal_pointer (&task));
}

/**
 * chat_account_sign_in_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %XMPP_AUTH_ERROR, %XMPP_CONNECT_ERROR, %XMPP_STREAM_ERROR, %STORE_ERROR,
 *   %G_IO_ERROR_CANCELLED or %G_IO_ERROR_PENDING set
 */
gboolean
chat_account_sign_in_finish (ChatAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * chat_account_set_presence:
 * @self: an account
 * @show: how to be seen; %XMPP_SHOW_OFFLINE says goodbye and stays away
 * @status: (nullable): with which words
 *
 * Gives this account a presence of its own, over restarts, until one is chosen for all accounts. The account does
 * what it takes. A disabled one stays offline.
 */
void
chat_account_set_presence (ChatAccount *self, XmppShow show, const char *status)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  if (chat_account_is_gone (self))
    return;
  set_own_presence (self, show, status);
  chat_account_apply_presence (self);
}

/**
 * chat_account_try_now:
 * @self: an account
 *
 * Tries again at once when it waits or is stuck. Unless the password is known the keyring is asked again.
 */
void
chat_account_try_now (ChatAccount *self)
{
  g_return_if_fail (CHAT_IS_ACCOUNT (self));

  if (!chat_account_is_gone (self))
    chat_link_try_now (self->link);
}

/**
 * chat_account_set_asleep:
 * @asleep: whether the computer is about to sleep
 *
 * With %TRUE it loses its link at once, and stays without until %FALSE; its session may be resumed then.
 */
void
chat_account_set_asleep (ChatAccount *self, gboolean asleep)
{
  if (!chat_account_is_gone (self))
    chat_link_set_asleep (self->link, asleep);
}

static void
close_link_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  for (guint i = 0; self->states != NULL && self->parts[i] != NULL; i++)
    if (self->parts[i]->closed != NULL)
      self->parts[i]->closed (self, self->states[i]);
  if (chat_link_close_finish (self->link, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * chat_account_close_async:
 * @self: an account
 * @cancellable: (nullable): stops waiting
 * @callback: called when it is offline, which takes 2 s at most
 * @user_data: for @callback
 *
 * Says goodbye. What came in until then is on its way to the store.
 */
void
chat_account_close_async (ChatAccount *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, chat_account_close_async);
  chat_link_close_async (self->link, cancellable, close_link_cb, g_steal_pointer (&task));
}

/**
 * chat_account_close_finish:
 * @self: an account
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %G_IO_ERROR_CANCELLED set
 */
gboolean
chat_account_close_finish (ChatAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
