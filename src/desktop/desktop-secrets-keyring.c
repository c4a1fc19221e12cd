/* Passwords in the system's keyring: the Secret Service, or the sandbox's secret portal, through libsecret. */
#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "desktop-secrets.h"

#define DESKTOP_TYPE_KEYRING (desktop_keyring_get_type ())
G_DECLARE_FINAL_TYPE (DesktopKeyring, desktop_keyring, DESKTOP, KEYRING, GObject)

struct _DesktopKeyring {
  GObject parent;
};

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

/* Only what a caller can act on is told apart: no keyring, a locked one, cancelled, and the rest. */
static void
return_error (GTask *task, GError *problem)
{
  GIOErrorEnum code = G_IO_ERROR_FAILED;

  g_dbus_error_strip_remote_error (problem);
  if (problem->domain == G_IO_ERROR && problem->code == G_IO_ERROR_CANCELLED)
    code = G_IO_ERROR_CANCELLED;
  else if (g_error_matches (problem, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    code = G_IO_ERROR_PERMISSION_DENIED;
  else if (problem->domain == G_DBUS_ERROR || problem->domain == G_IO_ERROR)
    code = G_IO_ERROR_NOT_CONNECTED;
  g_task_return_new_error (task, G_IO_ERROR, code, "The keyring: %s", problem->message);
  g_error_free (problem);
}

static GTask *
new_task (DesktopSecrets *self,
          gpointer tag,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

static void
lookup_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *locked_page = secret_password_lookup_nonpageable_finish (result, &error);

  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (locked_page), (GDestroyNotify) desktop_secrets_wipe);
  secret_password_free (locked_page);
}

static void
keyring_lookup_async (DesktopSecrets *self,
                      const char *account,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = new_task (self, keyring_lookup_async, cancellable, callback, user_data);

  secret_password_lookup (&schema, cancellable, lookup_cb, task, "account", account, NULL);
}

static char *
keyring_lookup_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_error (task, error);
}

static void
keyring_store_async (DesktopSecrets *self,
                     const char *account,
                     const char *password,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = new_task (self, keyring_store_async, cancellable, callback, user_data);
  /* Translators: the name of an entry in the system's keyring; %s is an address like romeo@montague.example. */
  g_autofree char *label = g_strdup_printf (_("Linnet password of %s"), account);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, cancellable, store_cb, task,
                         "account", account, NULL);
}

static gboolean
keyring_finish (DesktopSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
clear_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
keyring_clear_async (DesktopSecrets *self,
                     const char *account,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = new_task (self, keyring_clear_async, cancellable, callback, user_data);

  secret_password_clear (&schema, cancellable, clear_cb, task, "account", account, NULL);
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
