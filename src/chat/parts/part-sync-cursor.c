/* Where reading the gaps of an archive has come: what to ask for next, and when there is nothing left to ask for.
 *
 * A gap ends when the archive says that nothing is left, when the message is met that was known before it, or when a
 * page leads nowhere: it is empty, or begins where an earlier one began. So no server keeps us going round. */
#include "part-sync-cursor.h"

/**
 * part_sync_cursor_init:
 * @self: (out caller-allocates): a cursor that has nothing to ask for
 */
void
part_sync_cursor_init (PartSyncCursor *self)
{
  *self = (PartSyncCursor) { .seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
}

/**
 * part_sync_cursor_clear:
 * @self: a cursor
 *
 * Frees what it owns.
 */
void
part_sync_cursor_clear (PartSyncCursor *self)
{
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->before, g_free);
}

/**
 * part_sync_cursor_set:
 * @self: a cursor
 * @gap: (nullable): what to read now; %NULL: nothing
 */
void
part_sync_cursor_set (PartSyncCursor *self, const StoreGapRow *gap)
{
  g_free (self->before);
  self->gap = gap != NULL ? gap->id : 0;
  self->before = gap != NULL ? g_strdup (gap->before_id) : NULL;
  self->ignores_after = self->ignores_before = FALSE;
  g_hash_table_remove_all (self->seen);
}

static gboolean
uses_after (const PartSyncCursor *self, const StoreGapRow *gap)
{
  return gap->after_id != NULL && self->is_extended && !self->ignores_after;
}

/**
 * part_sync_cursor_ask:
 * @self: a cursor
 * @gap: the gap that it stands in
 * @ask: (out caller-allocates): which page to ask for; lives as long as the two others stay as they are
 */
void
part_sync_cursor_ask (const PartSyncCursor *self, const StoreGapRow *gap, XmppMamAsk *ask)
{
  *ask = (XmppMamAsk) {
    .after_id = uses_after (self, gap) ? gap->after_id : NULL,
    .page = { .before = self->before != NULL ? self->before : "" },
  };
}

static gboolean
has_message (const XmppMamPage *page, const char *id)
{
  if (g_strcmp0 (page->page.first, id) == 0 || g_strcmp0 (page->page.last, id) == 0)
    return TRUE;
  for (guint i = 0; i < page->messages->len; i++)
    if (g_strcmp0 (((const XmppMessage *) page->messages->pdata[i])->archive_id, id) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_last (PartSyncCursor *self, const StoreGapRow *gap, const XmppMamPage *page)
{
  if (page->complete || page->page.first == NULL)
    return TRUE;
  if (gap->after_id != NULL && has_message (page, gap->after_id))
    return TRUE;
  return g_strcmp0 (page->page.first, self->before) == 0
         || !g_hash_table_add (self->seen, g_strdup (page->page.first));
}

/**
 * part_sync_cursor_take:
 * @self: a cursor
 * @gap: the gap that it stands in
 * @page: what was answered
 *
 * Moves on to the page before this one.
 *
 * Returns: whether there is none in this gap
 */
gboolean
part_sync_cursor_take (PartSyncCursor *self, const StoreGapRow *gap, const XmppMamPage *page)
{
  if (is_last (self, gap, page))
    return TRUE;
  g_free (self->before);
  self->before = g_strdup (page->page.first);
  return FALSE;
}

/**
 * part_sync_cursor_fall_back:
 * @self: a cursor
 * @gap: the gap that it stands in
 *
 * The archive does not know a message by which it was asked: it expires what is old. The first time the gap is read
 * without knowing where it begins, the second time from the archive's end.
 *
 * Returns: %FALSE when there is no other way to ask
 */
gboolean
part_sync_cursor_fall_back (PartSyncCursor *self, const StoreGapRow *gap)
{
  if (uses_after (self, gap)) {
    self->ignores_after = TRUE;
    return TRUE;
  }
  if (self->before == NULL || self->ignores_before)
    return FALSE;
  self->ignores_before = TRUE;
  g_clear_pointer (&self->before, g_free);
  g_hash_table_remove_all (self->seen);
  return TRUE;
}
