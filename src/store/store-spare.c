/* A spare copy of the accounts beside the database, so that a damaged one takes none along. No password, ever.
 *
 * It is a key file, linnet.db-accounts, with a group for each account in the user's order. The roster's version is not
 * in it: it belongs to rows that are gone when the copy is needed. */
#include "store-spare.h"

#include <string.h>

/* More than that no hand has set up: a file that is larger is not ours. */
#define MAX_BYTES    (1024 * 1024)
#define MAX_ACCOUNTS 1000

typedef enum {
  TEXT,
  NUMBER,
  FLAG,
} Kind;

/* Every field that is kept. */
static const struct {
  const char *key;
  Kind        kind;
  gsize       offset;
} fields[] = {
  { "address", TEXT, G_STRUCT_OFFSET (StoreAccountRow, jid) },
  { "resource", TEXT, G_STRUCT_OFFSET (StoreAccountRow, resource) },
  { "host", TEXT, G_STRUCT_OFFSET (StoreAccountRow, host) },
  { "port", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, port) },
  { "security", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, security) },
  { "enabled", FLAG, G_STRUCT_OFFSET (StoreAccountRow, enabled) },
  { "mechanism", TEXT, G_STRUCT_OFFSET (StoreAccountRow, mechanism) },
  { "scram-seen", FLAG, G_STRUCT_OFFSET (StoreAccountRow, scram_seen) },
  { "bound-seen", FLAG, G_STRUCT_OFFSET (StoreAccountRow, bound_seen) },
  { "name", TEXT, G_STRUCT_OFFSET (StoreAccountRow, name) },
  { "colour", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, colour) },
  { "priority", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, priority) },
  { "ask-password", FLAG, G_STRUCT_OFFSET (StoreAccountRow, ask_password) },
  { "pin", TEXT, G_STRUCT_OFFSET (StoreAccountRow, pin) },
  { "pin-errors", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, pin_errors) },
  { "own-show", NUMBER, G_STRUCT_OFFSET (StoreAccountRow, own_show) },
  { "own-status", TEXT, G_STRUCT_OFFSET (StoreAccountRow, own_status) },
  { "default", FLAG, G_STRUCT_OFFSET (StoreAccountRow, is_default) },
  { "bound-resource", TEXT, G_STRUCT_OFFSET (StoreAccountRow, bound_resource) },
};
G_STATIC_ASSERT (sizeof (guint) == sizeof (int) && sizeof (gboolean) == sizeof (int));

static char *
spare_path (const char *path)
{
  return g_strconcat (path, "-accounts", NULL);
}

static void
write_account (GKeyFile *file, const char *group, const StoreAccountRow *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    gconstpointer field = G_STRUCT_MEMBER_P (row, fields[i].offset);

    if (fields[i].kind == NUMBER)
      g_key_file_set_integer (file, group, fields[i].key, *(const int *) field);
    else if (fields[i].kind == FLAG)
      g_key_file_set_boolean (file, group, fields[i].key, *(const gboolean *) field);
    else if (*(char *const *) field != NULL)
      g_key_file_set_string (file, group, fields[i].key, *(char *const *) field);
  }
}

/* What is missing or junk is as in a new account; the table has the last word on what it takes. */
static StoreAccountRow *
read_account (GKeyFile *file, const char *group)
{
  StoreAccountRow *row = g_new0 (StoreAccountRow, 1);

  row->own_show = -1;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    gpointer field = G_STRUCT_MEMBER_P (row, fields[i].offset);

    if (!g_key_file_has_key (file, group, fields[i].key, NULL))
      continue;
    if (fields[i].kind == NUMBER)
      *(int *) field = g_key_file_get_integer (file, group, fields[i].key, NULL);
    else if (fields[i].kind == FLAG)
      *(gboolean *) field = g_key_file_get_boolean (file, group, fields[i].key, NULL);
    else
      *(char **) field = g_key_file_get_string (file, group, fields[i].key, NULL);
  }
  return row;
}

/* A key file that is no regular file, or too large, is not read at all. */
static char *
read_bytes (const char *path, gsize *length)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (
      file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, NULL, NULL);
  char *bytes = NULL;

  if (info == NULL || g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR
      || g_file_info_get_size (info) > MAX_BYTES)
    return NULL;
  return g_file_get_contents (path, &bytes, length, NULL) ? bytes : NULL;
}

/**
 * store_spare_save:
 * @db: the connection
 * @path: the database's file
 * @error: return location for an error
 *
 * Copies the accounts into the file beside the database, for its owner alone (0600). It is replaced as a whole or not
 * at all, and not written when it says the same already.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR or %G_FILE_ERROR set
 */
gboolean
store_spare_save (StoreDb *db, const char *path, GError **error)
{
  g_autoptr (GPtrArray) rows = store_accounts_load_rows (db, error);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *spare = spare_path (path);
  g_autofree char *bytes = NULL;
  g_autofree char *before = NULL;
  gsize length = 0, length_before = 0;

  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *group = g_strdup_printf ("account %u", i + 1);

    write_account (file, group, rows->pdata[i]);
  }
  g_key_file_set_comment (file, NULL, NULL, " The accounts of Linnet, in case that linnet.db is damaged.", NULL);
  bytes = g_key_file_to_data (file, &length, NULL);
  before = read_bytes (spare, &length_before);
  if (before != NULL && length == length_before && memcmp (bytes, before, length) == 0)
    return TRUE;
  return g_file_set_contents_full (spare, bytes, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/**
 * store_spare_load:
 * @path: the database's file
 *
 * Reads the copy. It may be anything, for it is a file; what it says is only fit to be put into the table, which
 * refuses what no account can be.
 *
 * Returns: (transfer full) (element-type StoreAccountRow) (nullable): the accounts in their order, without ids, or
 *   %NULL when there is no copy that could be read
 */
GPtrArray *
store_spare_load (const char *path)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_account_row_free);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *spare = spare_path (path);
  gsize length = 0;
  g_autofree char *bytes = read_bytes (spare, &length);
  g_auto (GStrv) groups = NULL;

  if (bytes == NULL || !g_key_file_load_from_data (file, bytes, length, G_KEY_FILE_NONE, NULL))
    return NULL;

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL && rows->len < MAX_ACCOUNTS; i++) {
    g_autoptr (StoreAccountRow) row = NULL;

    if (!g_str_has_prefix (groups[i], "account "))
      continue;
    row = read_account (file, groups[i]);
    row->position = rows->len;
    if (row->jid != NULL)
      g_ptr_array_add (rows, g_steal_pointer (&row));
  }
  return g_steal_pointer (&rows);
}
