/* One attempt to sign in: the password, from the keyring unless it is known, then the session. */
#include "chat-attempt.h"

typedef struct {
  XmppSession *session;      /* (owned) */
  XmppLogin   *login;        /* (owned) */
  gboolean     by_secrets;   /* the keyring is asked */
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_object_unref (attempt->session);
  xmpp_login_free (attempt->login);
  g_free (attempt);
}

static void
connect_session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Attempt *attempt = g_task_get_task_data (task);
  GError *error = NULL;

  if (xmpp_session_connect_finish (XMPP_SESSION (source), result, &error))
    g_task_return_pointer (task, g_strdup (attempt->login->password), (GDestroyNotify) desktop_secrets_wipe);
  else
    g_task_return_error (task, error);
}

static void
connect_session (GTask *task)
{
  Attempt *attempt = g_task_get_task_data (task);

  attempt->by_secrets = FALSE;
  xmpp_session_connect_async (attempt->session, attempt->login, NULL, g_task_get_cancellable (task),
                              connect_session_cb, g_object_ref (task));
}

static void
lookup_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *password = desktop_secrets_lookup_finish (DESKTOP_SECRETS (source), result, &error);

  if (g_task_return_error_if_cancelled (task)) {
    desktop_secrets_wipe (password);
  } else if (error != NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else if (password == NULL) {
    g_task_return_new_error (task, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, "No password is kept");
  } else {
    attempt->login->password = password;
    connect_session (task);
  }
}

/**
 * chat_attempt_async:
 * @session: a session that is offline
 * @secrets: (nullable): where passwords are kept; %NULL: this one is kept nowhere
 * @login: how to sign in; without a password, the keyring is asked
 * @cancellable: (nullable): gives it up
 * @callback: called when the session is online, or why not
 * @user_data: for @callback
 *
 * Signs in once.
 */
void
chat_attempt_async (XmppSession *session,
                    DesktopSecrets *secrets,
                    const XmppLogin *login,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->session = g_object_ref (session);
  attempt->login = xmpp_login_copy (login);
  g_task_set_task_data (task, attempt, attempt_free);
  g_task_set_source_tag (task, chat_attempt_async);
  /* Whoever asks has to know what became of the session, cancelled or not. */
  g_task_set_check_cancellable (task, FALSE);

  if (login->password != NULL) {
    connect_session (task);
    return;
  }
  attempt->by_secrets = TRUE;
  if (secrets == NULL) {
    g_task_return_new_error (task, XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, "The password is asked for each time");
    return;
  }
  desktop_secrets_lookup_async (secrets, xmpp_jid_get_text (login->jid), cancellable, lookup_password_cb,
                                g_object_ref (task));
}

/**
 * chat_attempt_finish:
 * @result: what the callback was given
 * @by_secrets: (out): whether it ended at the keyring, which failed or has no password
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the password that worked, or %NULL with an error set: the keyring's,
 *   %XMPP_AUTH_ERROR, among them NO_PASSWORD, %XMPP_CONNECT_ERROR, %XMPP_STREAM_ERROR or %G_IO_ERROR_CANCELLED
 */
char *
chat_attempt_finish (GAsyncResult *result, gboolean *by_secrets, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, chat_attempt_async), NULL);

  *by_secrets = ((Attempt *) g_task_get_task_data (G_TASK (result)))->by_secrets;
  return g_task_propagate_pointer (G_TASK (result), error);
}
