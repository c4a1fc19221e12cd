/* Brings a database to this version's schema, one sql/NNN.sql after the other, and refuses one from the future. */
#include "store-schema.h"

#include "store-resources.h"

static GBytes *
load_step (int version)
{
  g_autofree char *path = g_strdup_printf ("/im/linnet/store/sql/%03d.sql", version);

  return g_resource_lookup_data (store_resources_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gboolean
read_version (StoreDb *db, int *version, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) statement = store_db_prepare (db, "PRAGMA user_version", error);

  if (statement == NULL)
    return FALSE;
  if (!store_step (statement, &problem)) {
    if (problem == NULL)
      g_set_error_literal (&problem, STORE_ERROR, STORE_ERROR_CORRUPT, "The database has no version");
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  *version = (int) store_column_int (statement, 0);
  return TRUE;
}

/* The version belongs to the same transaction as the step: a step is done whole or not at all. */
static gboolean
take_step (StoreDb *db, int version, GError **error)
{
  g_autoptr (GBytes) step = load_step (version);
  g_autofree char *done = g_strdup_printf ("PRAGMA user_version = %d", version);

  if (!store_db_begin (db, error))
    return FALSE;
  if (!store_db_exec (db, g_bytes_get_data (step, NULL), error)
      || !store_db_exec (db, done, error)
      || !store_db_commit (db, error)) {
    g_prefix_error (error, "Schema step %d: ", version);
    store_db_rollback (db);
    return FALSE;
  }
  g_debug ("schema step %d taken", version);
  return TRUE;
}

/**
 * store_schema_version:
 *
 * Returns: the newest step there is, as a number; the steps are numbered from 1 without a gap
 */
int
store_schema_version (void)
{
  static gsize newest;

  if (g_once_init_enter (&newest)) {
    int version = 0;

    for (;;) {
      g_autoptr (GBytes) step = load_step (version + 1);

      if (step == NULL)
        break;
      version++;
    }
    g_once_init_leave (&newest, version);
  }
  return (int) newest;
}

/**
 * store_schema_upgrade:
 * @db: a connection
 * @error: return location for an error
 *
 * Takes every schema step that @db has not had, each in a transaction of its own, and makes @db writable. A
 * database made by a newer version is refused before anything is written to it.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set: %STORE_ERROR_FUTURE, %STORE_ERROR_CORRUPT for what is not a
 *   database of ours, or what SQLite said
 */
gboolean
store_schema_upgrade (StoreDb *db, GError **error)
{
  int version = 0;

  g_assert (store_db_is_mine (db));

  if (!read_version (db, &version, error))
    return FALSE;
  if (version > store_schema_version ()) {
    g_set_error (error, STORE_ERROR, STORE_ERROR_FUTURE, "The database has schema %d, this version knows %d", version,
                 store_schema_version ());
    return FALSE;
  }
  if (version < 0 || (version == 0 && !store_db_is_empty (db))) {
    g_set_error_literal (error, STORE_ERROR, STORE_ERROR_CORRUPT, "The database was made by another program");
    return FALSE;
  }

  if (!store_db_accept (db, error))
    return FALSE;
  while (version < store_schema_version ())
    if (!take_step (db, ++version, error))
      return FALSE;
  return TRUE;
}
