/* Which rows are one message: found again live, as a copy for another device, or in an archive, in any order.
 *
 *   same archive id                                    the archive vouches for it
 *   same sender and origin id                          his word, which counts for his own messages alone (XEP-0359)
 *   same sender, stanza id and text, and one of the    never the stanza id alone: anybody can repeat it
 *   two has neither id
 *
 * An own line that waits and is found again was sent. One that failed after it had its place came back with an error:
 * that it is found again says nothing new. */
#include "store-messages-private.h"

/* Rows with one stanza id that are looked at: who repeats it more often makes nobody search longer. */
#define MAX_ALIKE 20

/* Of which side is no parameter: SQLite would compile the statement anew each time to see whether an index fits. */
#define SELECT_ALIKE(outgoing) \
  "SELECT " STORE_MESSAGE_COLUMNS " FROM messages" \
  " WHERE conversation = ?1 AND stanza_id = ?2 AND outgoing = " outgoing \
  " ORDER BY position DESC LIMIT " G_STRINGIFY (MAX_ALIKE)

static StoreMessageRow *
select_by_archive (StoreDb *db, const StoreMessageRow *row, GError **error)
{
  g_autoptr (StoreStatement) select = store_db_prepare (
      db, "SELECT " STORE_MESSAGE_COLUMNS " FROM messages WHERE conversation = ?1 AND archive_id = ?2", error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, row->conversation);
  store_bind_text (select, 2, row->archive_id);
  return store_step (select, error) ? store_message_row_read (select) : NULL;
}

static StoreMessageRow *
select_by_origin (StoreDb *db, const StoreMessageRow *row, GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT " STORE_MESSAGE_COLUMNS " FROM messages"
                        " WHERE conversation = ?1 AND sender = ?2 AND origin_id = ?3",
                        error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, row->conversation);
  store_bind_text (select, 2, row->sender);
  store_bind_text (select, 3, row->origin_id);
  return store_step (select, error) ? store_message_row_read (select) : NULL;
}

static gboolean
is_alike (const StoreMessageRow *row, const StoreMessageRow *other)
{
  gboolean is_bare = row->origin_id == NULL && row->archive_id == NULL;
  gboolean other_is_bare = other->origin_id == NULL && other->archive_id == NULL;

  return (is_bare || other_is_bare) && g_strcmp0 (row->sender, other->sender) == 0
         && g_strcmp0 (row->body, other->body) == 0;
}

/* Of several the oldest. */
static StoreMessageRow *
select_by_stanza (StoreDb *db, const StoreMessageRow *row, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreMessageRow) oldest = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db, row->outgoing ? SELECT_ALIKE ("1") : SELECT_ALIKE ("0"), error);

  if (select == NULL)
    return NULL;
  store_bind_int (select, 1, row->conversation);
  store_bind_text (select, 2, row->stanza_id);
  while (store_step (select, &problem)) {
    g_autoptr (StoreMessageRow) other = store_message_row_read (select);

    if (is_alike (row, other) && (oldest == NULL || other->id < oldest->id)) {
      store_message_row_free (oldest);
      oldest = g_steal_pointer (&other);
    }
  }
  if (problem == NULL)
    return g_steal_pointer (&oldest);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static gboolean
learn_id (char **known, const char *id)
{
  if (*known != NULL || id == NULL)
    return FALSE;
  *known = g_strdup (id);
  return TRUE;
}

/* How much is known about what became of a line. An error that came back says more than that it was sent. */
static int
knowledge (StoreMessageState state, gboolean waits)
{
  switch (state) {
  case STORE_MESSAGE_FAILED:
    return waits ? 2 : 4;
  case STORE_MESSAGE_SENT:
    return 3;
  case STORE_MESSAGE_DELIVERED:
    return 5;
  case STORE_MESSAGE_READ:
    return 6;
  case STORE_MESSAGE_RECEIVED:
  case STORE_MESSAGE_PENDING:
  default:
    return state;
  }
}

static void
unite_states (StoreMessageRow *row, const StoreMessageRow *other)
{
  gboolean waits = store_message_row_waits (row), other_waits = store_message_row_waits (other);

  if (knowledge (other->state, other_waits) > knowledge (row->state, waits)) {
    row->state = other->state;
    g_free (row->error);
    row->error = g_strdup (other->error);
  }
  if (waits && !other_waits)
    row->position = other->position;
  row->tried = row->state < STORE_MESSAGE_SENT && (row->tried || other->tried);
}

/* Two rows turn out to be one message, known by its origin id here and by its archive id there: the older one stays.
 * Two that say they have another origin id, or were said by another, are not. */
static gboolean
unite (StoreDb *db, StoreMessageRow **same, StoreMessageRow *other, GError **error)
{
  g_autoptr (StoreMessageRow) younger = other;
  g_autoptr (StoreStatement) remove = NULL;

  if ((*same)->origin_id != NULL || (*same)->outgoing != younger->outgoing
      || !g_str_equal ((*same)->sender, younger->sender))
    return TRUE;
  if ((*same)->id > younger->id) {
    StoreMessageRow *older = g_steal_pointer (&younger);

    younger = *same;
    *same = older;
  }

  remove = store_db_prepare (db, "DELETE FROM messages WHERE id = ?1", error);
  if (remove == NULL)
    return FALSE;
  store_bind_int (remove, 1, younger->id);
  if (!store_step_done (remove, error))
    return FALSE;
  learn_id (&(*same)->stanza_id, younger->stanza_id);
  learn_id (&(*same)->origin_id, younger->origin_id);
  learn_id (&(*same)->archive_id, younger->archive_id);
  unite_states (*same, younger);
  return store_messages_update_row (db, *same, error);
}

/**
 * store_messages_find_same:
 * @db: the connection
 * @row: a message; its id is not looked at
 * @same: (out) (transfer full) (nullable): the row that is the same message, as it is there, or %NULL
 * @error: return location for an error
 *
 * Finds a message again. If two rows turn out to be it, they are made one.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_find_same (StoreDb *db, const StoreMessageRow *row, StoreMessageRow **same, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreMessageRow) by_archive = NULL;
  g_autoptr (StoreMessageRow) by_origin = NULL;

  *same = NULL;
  if (row->archive_id != NULL)
    by_archive = select_by_archive (db, row, &problem);
  if (row->origin_id != NULL && problem == NULL)
    by_origin = select_by_origin (db, row, &problem);

  if (problem == NULL && by_archive != NULL) {
    *same = g_steal_pointer (&by_archive);
    if (by_origin != NULL && by_origin->id != (*same)->id
        && !unite (db, same, g_steal_pointer (&by_origin), &problem))
      g_clear_pointer (same, store_message_row_free);
  } else if (problem == NULL && by_origin != NULL) {
    *same = g_steal_pointer (&by_origin);
  } else if (problem == NULL && row->stanza_id != NULL) {
    *same = select_by_stanza (db, row, &problem);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* An id that another row has already stays with that one. */
static gboolean
learn_ids (StoreDb *db, StoreMessageRow *same, const StoreMessageRow *row, gboolean *learned, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreMessageRow) holder = NULL;

  *learned = learn_id (&same->stanza_id, row->stanza_id);
  *learned |= learn_id (&same->archive_id, row->archive_id);
  if (same->origin_id == NULL && row->origin_id != NULL && g_str_equal (same->sender, row->sender)) {
    holder = select_by_origin (db, row, &problem);
    if (holder == NULL && problem == NULL)
      *learned |= learn_id (&same->origin_id, row->origin_id);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
says_more (const StoreMessageRow *row, const StoreMessageRow *known)
{
  return known->outgoing && row->outgoing && row->state >= STORE_MESSAGE_SENT
         && knowledge (row->state, FALSE) > knowledge (known->state, store_message_row_waits (known));
}

/**
 * store_messages_put_same:
 * @db: the connection
 * @row: a message that was there; becomes what it is there now
 * @same: (transfer full): what store_messages_find_same() found for it
 * @place: where it goes if it is an own line that waited and @row says that it was sent; unused otherwise
 * @error: return location for an error
 *
 * Adds to a message what is new about it: ids that were not known, and a state further on. What was known stays, and
 * so does the place of what has one.
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
store_messages_put_same (StoreDb *db, StoreMessageRow *row, StoreMessageRow *same, gint64 place, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  gboolean learned = FALSE;
  StoreMessageRow swapped;

  if (!learn_ids (db, known, row, &learned, error))
    return FALSE;
  if (says_more (row, known)) {
    known->state = row->state;
    known->tried = FALSE;
    g_clear_pointer (&known->error, g_free);
    if (store_message_row_waits (known))
      known->position = place;
    learned = TRUE;
  }
  if (learned && !store_messages_update_row (db, known, error))
    return FALSE;

  swapped = *row;
  *row = *known;
  *known = swapped;
  return TRUE;
}
