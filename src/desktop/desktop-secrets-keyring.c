/* Passwords in the system's keyring: the Secret Service, or the sandbox's secret portal, through libsecret.
 *
 * No call hangs for ever: each of libsecret's own calls ends after D-Bus's 25 s at the latest. Only a prompt waits for
 * as long as its owner likes; he sees it. A service that goes away while it prompts is noticed here, because libsecret
 * (0.20.5) forgets the call then and never answers. */
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "desktop-secrets.h"

#define DESKTOP_TYPE_KEYRING (desktop_keyring_get_type ())
G_DECLARE_FINAL_TYPE (DesktopKeyring, desktop_keyring, DESKTOP, KEYRING, GObject)

#define SERVICE "org.freedesktop.secrets"

struct _DesktopKeyring {
  GObject parent;
};

/* One call. It counts its references: libsecret has one, and so has what watches the service. */
typedef struct {
  GTask    *task;       /* (owned, nullable) until it is answered */
  char     *account;    /* (owned) */
  guint     watch;
  gboolean  was_there;  /* the service, since the call began */
} Call;

static void desktop_keyring_secrets_init (DesktopSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DesktopKeyring, desktop_keyring, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DESKTOP_TYPE_SECRETS, desktop_keyring_secrets_init))

static const SecretSchema schema = {
  "im.linnet.Password", SECRET_SCHEMA_NONE,
  {
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

/* What the bus or the service says, in the words of whoever has to act on it. */
static DesktopSecretsError
code_of (const GError *problem)
{
  if (problem->domain == SECRET_ERROR)
    return problem->code == SECRET_ERROR_IS_LOCKED ? DESKTOP_SECRETS_ERROR_LOCKED : DESKTOP_SECRETS_ERROR_REFUSED;

  if (problem->domain == G_DBUS_ERROR) {
    switch (problem->code) {
    case G_DBUS_ERROR_NO_REPLY:            /* it was there when it was asked */
    case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
    case G_DBUS_ERROR_TIMEOUT:
    case G_DBUS_ERROR_TIMED_OUT:
    case G_DBUS_ERROR_DISCONNECTED:
    case G_DBUS_ERROR_UNKNOWN_OBJECT:      /* another one answers, which knows nothing of before */
      return DESKTOP_SECRETS_ERROR_VANISHED;
    case G_DBUS_ERROR_SERVICE_UNKNOWN:
    case G_DBUS_ERROR_NO_SERVER:
    case G_DBUS_ERROR_NO_NETWORK:
    case G_DBUS_ERROR_BAD_ADDRESS:
    case G_DBUS_ERROR_FILE_NOT_FOUND:
    case G_DBUS_ERROR_SPAWN_EXEC_FAILED:
    case G_DBUS_ERROR_SPAWN_FORK_FAILED:
    case G_DBUS_ERROR_SPAWN_CHILD_EXITED:
    case G_DBUS_ERROR_SPAWN_CHILD_SIGNALED:
    case G_DBUS_ERROR_SPAWN_FAILED:
    case G_DBUS_ERROR_SPAWN_SETUP_FAILED:
    case G_DBUS_ERROR_SPAWN_CONFIG_INVALID:
    case G_DBUS_ERROR_SPAWN_SERVICE_INVALID:
    case G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND:
    case G_DBUS_ERROR_SPAWN_PERMISSIONS_INVALID:
    case G_DBUS_ERROR_SPAWN_FILE_INVALID:
      return DESKTOP_SECRETS_ERROR_ABSENT;
    default:
      return DESKTOP_SECRETS_ERROR_REFUSED;
    }
  }

  if (problem->domain == G_IO_ERROR) {
    switch (problem->code) {
    case G_IO_ERROR_CANCELLED:             /* not by us: a prompt was dismissed */
      return DESKTOP_SECRETS_ERROR_LOCKED;
    case G_IO_ERROR_CLOSED:
    case G_IO_ERROR_BROKEN_PIPE:
    case G_IO_ERROR_TIMED_OUT:
      return DESKTOP_SECRETS_ERROR_VANISHED;
    case G_IO_ERROR_DBUS_ERROR:            /* an error of the service's own */
    case G_IO_ERROR_PERMISSION_DENIED:
      return DESKTOP_SECRETS_ERROR_REFUSED;
    default:
      return DESKTOP_SECRETS_ERROR_ABSENT; /* there is no bus */
    }
  }
  return DESKTOP_SECRETS_ERROR_REFUSED;
}

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->task);
  g_free (call->account);
}

static void
call_unref (gpointer data)
{
  g_rc_box_release_full (data, call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

/* Returns NULL for a call that was answered already, because the service went away. */
static GTask *
call_end (Call *call)
{
  g_clear_handle_id (&call->watch, g_bus_unwatch_name);
  return g_steal_pointer (&call->task);
}

static void
call_failed (Call *call, GError *problem)
{
  DesktopSecretsError code = code_of (problem);
  g_autoptr (GTask) task = call_end (call);

  if (code == DESKTOP_SECRETS_ERROR_ABSENT && call->was_there)
    code = DESKTOP_SECRETS_ERROR_VANISHED;
  if (task != NULL && !g_task_return_error_if_cancelled (task)) {
    g_dbus_error_strip_remote_error (problem);
    g_task_return_new_error (task, DESKTOP_SECRETS_ERROR, code, "The keyring: %s", problem->message);
  }
  g_error_free (problem);
}

static void
call_done (Call *call)
{
  g_autoptr (GTask) task = call_end (call);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
call_locked (Call *call)
{
  call_failed (call, g_error_new_literal (SECRET_ERROR, SECRET_ERROR_IS_LOCKED, "It stays locked"));
}

static void
service_appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  ((Call *) user_data)->was_there = TRUE;
}

/* It is also told of a service that has not been started yet. */
static void
service_vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Call *call = user_data;

  if (call->was_there)
    call_failed (call, g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY, "It went away"));
}

static Call *
call_new (DesktopSecrets *self,
          gpointer tag,
          const char *account,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  Call *call = g_rc_box_new0 (Call);

  call->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (call->task, tag);
  call->account = g_strdup (account);
  call->watch = g_bus_watch_name (G_BUS_TYPE_SESSION, SERVICE, G_BUS_NAME_WATCHER_FLAGS_NONE, service_appeared_cb,
                                  service_vanished_cb, g_rc_box_acquire (call), call_unref);
  return call;
}

/* Whether there is an entry that stayed locked. The sandbox's entries are never. */
static gboolean
has_locked (GList *entries)
{
  for (GList *l = entries; l != NULL; l = l->next)
    if (SECRET_IS_ITEM (l->data) && secret_item_get_locked (l->data))
      return TRUE;
  return FALSE;
}

/* Looking up */

static void
call_found (Call *call, const char *password)
{
  g_autoptr (GTask) task = call_end (call);

  if (task != NULL)
    g_task_return_pointer (task, g_strdup (password), (GDestroyNotify) desktop_secrets_wipe);
}

static void
lookup_search_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;
  GList *entries = secret_password_search_finish (result, &error);

  if (error != NULL)
    call_failed (call, error);
  else if (has_locked (entries))
    call_locked (call);
  else
    call_found (call, NULL);
  g_list_free_full (entries, g_object_unref);
}

/* Nothing is what one also gets when the prompt to unlock the keyring was dismissed. */
static void
lookup_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;
  char *locked_page = secret_password_lookup_nonpageable_finish (result, &error);

  if (error != NULL)
    call_failed (call, error);
  else if (locked_page != NULL)
    call_found (call, locked_page);
  else if (call->task != NULL)
    secret_password_search (&schema, SECRET_SEARCH_ALL, g_task_get_cancellable (call->task), lookup_search_cb,
                            g_rc_box_acquire (call), "account", call->account, NULL);
  secret_password_free (locked_page);
}

static void
keyring_lookup_async (DesktopSecrets *self,
                      const char *account,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Call *call = call_new (self, keyring_lookup_async, account, cancellable, callback, user_data);

  secret_password_lookup (&schema, cancellable, lookup_cb, call, "account", account, NULL);
}

static char *
keyring_lookup_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Keeping */

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    call_done (call);
  else
    call_failed (call, error);
}

static void
keyring_store_async (DesktopSecrets *self,
                     const char *account,
                     const char *password,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  Call *call = call_new (self, keyring_store_async, account, cancellable, callback, user_data);
  /* Translators: the name of an entry in the system's keyring; %s is an address like romeo@montague.example. */
  g_autofree char *label = g_strdup_printf (_("Linnet password of %s"), account);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, cancellable, store_cb, call,
                         "account", account, NULL);
}

static gboolean
keyring_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Forgetting */

static void
clear_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    call_failed (call, error);
  else
    call_done (call);
}

/* What is locked would be passed over in silence, so it is unlocked first. */
static void
clear_unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  GError *error = NULL;
  GList *entries = secret_password_search_finish (result, &error);

  if (error != NULL)
    call_failed (call, error);
  else if (has_locked (entries))
    call_locked (call);
  else if (entries == NULL)
    call_done (call);
  else if (call->task != NULL)
    secret_password_clear (&schema, g_task_get_cancellable (call->task), clear_cb, g_rc_box_acquire (call), "account",
                           call->account, NULL);
  g_list_free_full (entries, g_object_unref);
}

static void
keyring_clear_async (DesktopSecrets *self,
                     const char *account,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  Call *call = call_new (self, keyring_clear_async, account, cancellable, callback, user_data);

  secret_password_search (&schema, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK, cancellable, clear_unlocked_cb, call,
                          "account", account, NULL);
}

static void
desktop_keyring_secrets_init (DesktopSecretsInterface *iface)
{
  iface->lookup_async = keyring_lookup_async;
  iface->lookup_finish = keyring_lookup_finish;
  iface->store_async = keyring_store_async;
  iface->store_finish = keyring_finish;
  iface->clear_async = keyring_clear_async;
  iface->clear_finish = keyring_finish;
}

static void
desktop_keyring_class_init (DesktopKeyringClass *klass)
{
}

static void
desktop_keyring_init (DesktopKeyring *self)
{
}

/**
 * desktop_secrets_new_keyring:
 *
 * Makes the keeper that uses the system's keyring. Nothing is asked of it before the first call.
 *
 * Returns: (transfer full): the keeper
 */
DesktopSecrets *
desktop_secrets_new_keyring (void)
{
  return g_object_new (DESKTOP_TYPE_KEYRING, NULL);
}
