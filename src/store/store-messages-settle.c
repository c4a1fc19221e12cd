/* Own lines of which nobody knows what became of them: what a conversation's archive says.
 *
 * A line that the archive holds was sent. It goes to where it stands among its neighbours there, but passes no other
 * own line. When they are in a gap that was not read yet it goes into it, so that what is read later finds room on both
 * sides; and what came in after the archive was asked stands behind it. */
#include "store-messages-settle.h"

#include "store-messages-private.h"

/* A page of the archive, and how far up it was gone through. */
typedef struct {
  StoreDb         *db;
  gint64           conversation;
  const StoreSeen *seen;
  gsize            n_seen;
  gint64           before;   /* the lowest place that was met on the way, STORE_POSITION_PENDING: none yet */
} Page;

static gboolean
find_seen (const Page *page, gsize i, StoreMessageRow *said, StoreMessageRow **same, GError **error)
{
  *said = (StoreMessageRow) {
    .conversation = page->conversation,
    .sender = (char *) page->seen[i].sender,
    .origin_id = (char *) page->seen[i].origin_id,
    .archive_id = (char *) page->seen[i].archive_id,
  };
  return store_messages_find_same (page->db, said, same, error);
}

/* The place of the next older message on the page that has one; 0 when there is none. */
static gboolean
find_older (const Page *page, gsize i, gint64 *place, GError **error)
{
  *place = 0;
  while (++i < page->n_seen && *place == 0) {
    StoreMessageRow said;
    g_autoptr (StoreMessageRow) same = NULL;

    if (!find_seen (page, i, &said, &same, error))
      return FALSE;
    if (same != NULL && !store_message_row_waits (same))
      *place = same->position;
  }
  return TRUE;
}

/* The neighbours in a conversation: the highest place below a position, 0: none, and the lowest above another one,
 * STORE_POSITION_PENDING: none. */
static gboolean
select_neighbours (StoreDb *db, gint64 conversation, gint64 below, gint64 above, gint64 *lower, gint64 *upper,
                   GError **error)
{
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT (SELECT max (position) FROM messages WHERE conversation = ?1 AND position < ?2),"
                        " (SELECT min (position) FROM messages WHERE conversation = ?1 AND position > ?3)",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, conversation);
  store_bind_int (select, 2, below);
  store_bind_int (select, 3, above);
  if (!store_step (select, error))
    return FALSE;
  *lower = store_column_int (select, 0);
  *upper = store_column_int (select, 1);
  if (*upper == 0 || *upper > STORE_POSITION_PENDING)
    *upper = STORE_POSITION_PENDING;
  return TRUE;
}

/* The lowest gap of the account's own archive that has room between two positions; 0, 0: none. */
static gboolean
select_gap (StoreDb *db, gint64 conversation, gint64 low, gint64 high, gint64 *gap_low, gint64 *gap_high,
            GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreStatement) select =
      store_db_prepare (db,
                        "SELECT g.low, g.high FROM conversations c JOIN accounts o ON o.id = c.account"
                        " JOIN archives a ON a.account = o.id AND a.jid = o.jid JOIN gaps g ON g.archive = a.id"
                        " WHERE c.id = ?1 AND g.high > ?2 + 1 AND g.low < ?3 - 1 ORDER BY g.high LIMIT 1",
                        error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, conversation);
  store_bind_int (select, 2, low);
  store_bind_int (select, 3, high);
  *gap_low = *gap_high = 0;
  if (store_step (select, &problem)) {
    *gap_low = store_column_int (select, 0);
    *gap_high = store_column_int (select, 1);
  }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* The last position that was given out before a line was handed to a stream for the first time; 0: it never was. */
static gboolean
select_tried (StoreDb *db, gint64 id, gint64 *tried, GError **error)
{
  g_autoptr (StoreStatement) select = store_db_prepare (db, "SELECT tried FROM messages WHERE id = ?1", error);

  if (select == NULL)
    return FALSE;
  store_bind_int (select, 1, id);
  if (!store_step (select, error))
    return FALSE;
  *tried = MAX (store_column_int (select, 0) - 1, 0);
  return TRUE;
}

/* The session in which the line was tried has ended, and the next one began with a gap: it is in there, or before what
 * came in since. A gap may have grown over more sessions than that. */
static gboolean
find_upper (const Page *page, gsize i, gint64 tried, gint64 *upper, GError **error)
{
  gint64 from, lower, gap_low, gap_high;

  *upper = STORE_POSITION_PENDING;
  if (!find_older (page, i, &from, error))
    return FALSE;
  from = MAX (from, tried);
  if (!select_gap (page->db, page->conversation, from, STORE_POSITION_PENDING, &gap_low, &gap_high, error))
    return FALSE;
  if (gap_high > 0)
    *upper = from > 0 ? MIN (gap_high, MAX (gap_low, from) + STORE_GAP_INTERVAL) : gap_high;
  return gap_high > 0 || from == 0
         || select_neighbours (page->db, page->conversation, from, from, &lower, upper, error);
}

/* Finds the place of a line that waits, by where it stands on the page and when it was tried; but above what was
 * written before it, and below what was written after it. */
static gint64
find_place (const Page *page, gsize i, const StoreMessageRow *line, GError **error)
{
  gint64 lower, tried, upper, ignored, older, younger, gap_low, gap_high;

  if (!select_tried (page->db, line->id, &tried, error)
      || !store_messages_own_neighbours (page->db, line, &older, &younger, error)
      || !find_upper (page, i, tried, &upper, error))
    return 0;
  upper = MIN (upper, page->before);
  if (upper <= older
      && !select_neighbours (page->db, page->conversation, older, older, &ignored, &upper, error))
    return 0;
  upper = MIN (upper, younger);
  if (!select_neighbours (page->db, page->conversation, upper, upper, &lower, &ignored, error))
    return 0;
  if (tried < upper - 1)
    lower = MAX (lower, tried);
  if (!select_gap (page->db, page->conversation, lower, upper, &gap_low, &gap_high, error))
    return 0;
  if (gap_high > 0) {
    lower = MAX (lower, gap_low);
    upper = MIN (upper, gap_high);
  }
  return store_messages_place_between (page->db, lower, upper, error);
}

static gboolean
settle (Page *page, gsize i, const StoreMessageRow *said, StoreMessageRow *same, GPtrArray *settled, GError **error)
{
  g_autoptr (StoreMessageRow) known = same;
  g_autoptr (StoreMessageRow) row = g_new0 (StoreMessageRow, 1);
  gboolean waits = store_message_row_waits (known);
  gint64 place = waits ? find_place (page, i, known, error) : known->position;

  if (place == 0)
    return FALSE;
  row->outgoing = known->outgoing;
  row->state = known->outgoing ? STORE_MESSAGE_SENT : STORE_MESSAGE_RECEIVED;
  row->conversation = said->conversation;
  row->sender = g_strdup (said->sender);
  row->origin_id = g_strdup (said->origin_id);
  row->archive_id = g_strdup (said->archive_id);
  if (!store_messages_put_same (page->db, row, g_steal_pointer (&known), place, error))
    return FALSE;
  page->before = MIN (page->before, row->position);
  if (waits)
    g_ptr_array_add (settled, g_steal_pointer (&row));
  return TRUE;
}

/**
 * store_messages_settle_rows:
 * @db: the connection
 * @conversation: a conversation
 * @seen: (array length=n_seen): what a page of the archive holds of it, newest first
 * @n_seen: how many
 * @first_uncertain: the id of the oldest line in question
 * @reached_known: (out): whether something on the page was stored here before that line was written: it cannot be on
 *   an older page
 * @error: return location for an error
 *
 * Finds the own lines that wait, or failed while they did, on a page of the archive. They become SENT, learn the
 * archive's id, and stand where they stand there. What is not stored yet is left to the reading of gaps.
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the lines that were found, as they are now,
 *   newest first, or %NULL with %STORE_ERROR set
 */
GPtrArray *
store_messages_settle_rows (StoreDb *db, gint64 conversation, const StoreSeen *seen, gsize n_seen,
                            gint64 first_uncertain, gboolean *reached_known, GError **error)
{
  g_autoptr (GPtrArray) settled = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  Page page = { db, conversation, seen, n_seen, STORE_POSITION_PENDING };

  g_assert (store_db_is_mine (db));

  *reached_known = FALSE;
  for (gsize i = 0; i < n_seen; i++) {
    StoreMessageRow said;
    g_autoptr (StoreMessageRow) same = NULL;

    if (!find_seen (&page, i, &said, &same, error))
      return NULL;
    if (same == NULL)
      continue;
    *reached_known |= same->id < first_uncertain;
    if (!settle (&page, i, &said, g_steal_pointer (&same), settled, error))
      return NULL;
  }
  return g_steal_pointer (&settled);
}
