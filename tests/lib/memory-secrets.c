/* A keyring that lives in memory, and fails when it is told to. */
#include "memory-secrets.h"

struct _MemorySecrets {
  GObject     parent;
  GHashTable *passwords;   /* (owned) account → password, both owned */
  GError     *error;       /* (owned, nullable) */
};

static void secrets_init (DesktopSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MemorySecrets, memory_secrets, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DESKTOP_TYPE_SECRETS, secrets_init))

static void
lookup_async (DesktopSecrets *secrets,
              const char *account,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  MemorySecrets *self = MEMORY_SECRETS (secrets);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->error != NULL)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_pointer (task, g_strdup (g_hash_table_lookup (self->passwords, account)), g_free);
}

static char *
lookup_finish (DesktopSecrets *secrets, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
store_async (DesktopSecrets *secrets,
             const char *account,
             const char *password,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  MemorySecrets *self = MEMORY_SECRETS (secrets);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->error != NULL) {
    g_task_return_error (task, g_error_copy (self->error));
    return;
  }
  memory_secrets_set (self, account, password);
  g_task_return_boolean (task, TRUE);
}

static void
clear_async (DesktopSecrets *secrets,
             const char *account,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  store_async (secrets, account, NULL, cancellable, callback, user_data);
}

static gboolean
change_finish (DesktopSecrets *secrets, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
secrets_init (DesktopSecretsInterface *iface)
{
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
  iface->store_async = store_async;
  iface->store_finish = change_finish;
  iface->clear_async = clear_async;
  iface->clear_finish = change_finish;
}

static void
memory_secrets_finalize (GObject *object)
{
  MemorySecrets *self = MEMORY_SECRETS (object);

  g_hash_table_unref (self->passwords);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (memory_secrets_parent_class)->finalize (object);
}

static void
memory_secrets_class_init (MemorySecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = memory_secrets_finalize;
}

static void
memory_secrets_init (MemorySecrets *self)
{
  self->passwords = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

MemorySecrets *
memory_secrets_new (void)
{
  return g_object_new (MEMORY_TYPE_SECRETS, NULL);
}

void
memory_secrets_set (MemorySecrets *self, const char *account, const char *password)
{
  if (password != NULL)
    g_hash_table_insert (self->passwords, g_strdup (account), g_strdup (password));
  else
    g_hash_table_remove (self->passwords, account);
}

const char *
memory_secrets_get (MemorySecrets *self, const char *account)
{
  return g_hash_table_lookup (self->passwords, account);
}

void
memory_secrets_fail (MemorySecrets *self, const GError *error)
{
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}
