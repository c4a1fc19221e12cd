/* A keyring that lives in memory, and fails or keeps silent when it is told to. */
#include "memory-secrets.h"

struct _MemorySecrets {
  GObject     parent;
  GHashTable *passwords;   /* (owned) account → password, both owned */
  GQueue      calls;       /* of Call, owned: what is held */
  GError     *error;       /* (owned, nullable) */
  guint       n_lookups;
  gboolean    holding;
};

/* What is asked of it. */
typedef struct {
  GTask    *task;       /* (owned) */
  char     *account;    /* (owned) */
  char     *password;   /* (owned, nullable) */
  gboolean  writes;
} Call;

static void secrets_init (DesktopSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MemorySecrets, memory_secrets, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DESKTOP_TYPE_SECRETS, secrets_init))

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->task);
  g_free (call->account);
  g_free (call->password);
  g_free (call);
}

static void
answer (MemorySecrets *self, const Call *call)
{
  if (self->error != NULL) {
    g_task_return_error (call->task, g_error_copy (self->error));
  } else if (!call->writes) {
    g_task_return_pointer (call->task, g_strdup (g_hash_table_lookup (self->passwords, call->account)), g_free);
  } else {
    memory_secrets_set (self, call->account, call->password);
    g_task_return_boolean (call->task, TRUE);
  }
}

static void
take_call (MemorySecrets *self, GTask *task, const char *account, const char *password, gboolean writes)
{
  Call *call = g_new0 (Call, 1);

  call->task = task;
  call->account = g_strdup (account);
  call->password = g_strdup (password);
  call->writes = writes;
  g_queue_push_tail (&self->calls, call);
  memory_secrets_hold (self, self->holding);
}

static void
lookup_async (DesktopSecrets *secrets,
              const char *account,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  MemorySecrets *self = MEMORY_SECRETS (secrets);

  self->n_lookups++;
  take_call (self, g_task_new (self, cancellable, callback, user_data), account, NULL, FALSE);
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

  take_call (self, g_task_new (self, cancellable, callback, user_data), account, password, TRUE);
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

  g_queue_clear_full (&self->calls, call_free);
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

void
memory_secrets_break (MemorySecrets *self, DesktopSecretsError code)
{
  g_autoptr (GError) error = g_error_new_literal (DESKTOP_SECRETS_ERROR, code, "The keyring of the test");

  memory_secrets_fail (self, error);
}

void
memory_secrets_hold (MemorySecrets *self, gboolean holding)
{
  self->holding = holding;
  while (!self->holding && !g_queue_is_empty (&self->calls)) {
    Call *call = g_queue_pop_head (&self->calls);

    answer (self, call);
    call_free (call);
  }
}

guint
memory_secrets_take_lookups (MemorySecrets *self)
{
  guint n = self->n_lookups;

  self->n_lookups = 0;
  return n;
}
