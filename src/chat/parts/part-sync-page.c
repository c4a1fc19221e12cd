/* One page of an archive on its way from the server to the store and the screen: its rows, and how far the gap is read
 * with them, are one transaction. */
#include "part-sync-page.h"

#include "part-inbox.h"
#include "part-retry.h"

#define MARKS_MAX 1000   /* that wait for the lines that they are about */

static void
page_clear (gpointer data)
{
  PartSyncPage *self = data;

  store_gap_row_free (self->gap);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->summaries);
  g_clear_error (&self->error);
  g_free (self->first_id);
}

/* How many messages at the beginning of a page are older than the gap. Most are known, and have their place; but a
 * server that tells live in another order than its archive has it may have told the newest before one that was lost. */
static guint
count_past (const XmppMamPage *page, const char *after_id)
{
  guint i = page->messages->len;

  while (after_id != NULL && i > 0
         && g_strcmp0 (((const XmppMessage *) page->messages->pdata[i - 1])->archive_id, after_id) != 0)
    i--;
  return after_id != NULL ? i : 0;
}

/**
 * part_sync_page_new:
 * @account: whose archive it is
 * @gap: the gap it was asked for
 * @page: what the server answered
 *
 * Returns: (transfer full): what it means for the store
 */
PartSyncPage *
part_sync_page_new (ChatAccount *account, const StoreGapRow *gap, const XmppMamPage *page)
{
  PartSyncPage *self = g_rc_box_new0 (PartSyncPage);
  guint n_past = count_past (page, gap->after_id);

  self->account = chat_account_get_id (account);
  self->gap_id = gap->id;
  self->items = g_ptr_array_new_full (page->messages->len, (GDestroyNotify) part_item_free);
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) part_item_free);
  self->summaries = g_ptr_array_new_with_free_func ((GDestroyNotify) store_conversation_row_free);
  self->first_id = g_strdup (page->page.first);
  self->first_at = page->first_at;
  self->inbox_number = part_inbox_get_taken (account);
  self->n_messages = page->messages->len;
  for (guint i = 0; i < page->messages->len; i++) {
    PartItem *item = part_item_new (account, page->messages->pdata[i]);

    if (item == NULL)
      continue;
    item->is_past = i < n_past;
    g_ptr_array_add (item->kind == PART_ITEM_SAY ? self->items : self->marks, item);
  }
  return self;
}

PartSyncPage *
part_sync_page_ref (PartSyncPage *self)
{
  return g_rc_box_acquire (self);
}

void
part_sync_page_unref (PartSyncPage *self)
{
  g_rc_box_release_full (self, page_clear);
}

/**
 * part_sync_gap_copy:
 * @gap: a gap
 *
 * Returns: (transfer full): a copy of it
 */
StoreGapRow *
part_sync_gap_copy (const StoreGapRow *gap)
{
  StoreGapRow *copy = g_memdup2 (gap, sizeof *gap);

  copy->after_id = g_strdup (gap->after_id);
  copy->before_id = g_strdup (gap->before_id);
  return copy;
}

static gboolean
has_line_of (const PartSyncPage *self, XmppJid *peer)
{
  for (guint i = 0; i < self->items->len; i++)
    if (xmpp_jid_equal (((const PartItem *) self->items->pdata[i])->peer, peer))
      return TRUE;
  return FALSE;
}

/**
 * part_sync_page_take_marks:
 * @self: a page that is to be stored
 * @account: whose it is
 * @marks: (element-type PartItem): what newer pages said of lines that were not met yet
 *
 * Takes those that may be about a line in this page, and leaves those that are about nobody who has said anything: who
 * only confirms has no conversation, and gets none.
 */
void
part_sync_page_take_marks (PartSyncPage *self, ChatAccount *account, GPtrArray *marks)
{
  g_ptr_array_extend_and_steal (marks, self->marks);
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) part_item_free);
  for (guint i = marks->len; i > 0; i--) {
    PartItem *mark = marks->pdata[i - 1];

    if (part_items_has_conversation (account, mark->peer) || has_line_of (self, mark->peer))
      g_ptr_array_add (self->marks, g_ptr_array_steal_index_fast (marks, i - 1));
  }
}

/**
 * part_sync_page_give_marks:
 * @self: a page that was stored
 * @marks: (element-type PartItem): what waits
 *
 * Gives back those that are about no line that is stored. There is an end to how many are kept.
 */
void
part_sync_page_give_marks (PartSyncPage *self, GPtrArray *marks)
{
  for (guint i = self->marks->len; i > 0; i--) {
    const PartItem *mark = self->marks->pdata[i - 1];

    if (mark->row == NULL)
      g_ptr_array_add (marks, g_ptr_array_steal_index (self->marks, i - 1));
  }
  if (marks->len > MARKS_MAX)
    g_ptr_array_remove_range (marks, 0, marks->len - MARKS_MAX);
}

/* The writer's half */

/* One message that cannot be stored does not take the others with it. */
static gboolean
store_item (StoreDb *db, PartSyncPage *self, PartItem *item, GError **error)
{
  g_autoptr (GError) problem = NULL;

  self->gap->is_past = item->is_past;
  if (part_item_store (db, self->account, self->gap, item, &problem))
    return TRUE;
  if (part_retry_may_help (db, problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  g_clear_pointer (&item->row, store_message_row_free);
  if (self->error == NULL)
    self->error = g_steal_pointer (&problem);
  return TRUE;
}

static gboolean
summarise (StoreDb *db, PartSyncPage *self, GError **error)
{
  g_autoptr (GHashTable) done = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < self->items->len; i++) {
    const PartItem *item = self->items->pdata[i];
    StoreConversationRow *summary;

    if (item->row == NULL || !g_hash_table_add (done, &item->row->conversation))
      continue;
    summary = store_conversations_get_rows (db, item->row->conversation, error);
    if (summary == NULL)
      return FALSE;
    g_ptr_array_add (self->summaries, summary);
  }
  return TRUE;
}

/**
 * part_sync_page_job:
 * @db: the connection
 * @data: a #PartSyncPage whose gap is set
 * @error: return location for an error
 *
 * Stores the lines of a page from the newest to the oldest, as a gap is read, then what is said of lines of ours, then
 * how far the gap is read.
 *
 * Returns: %NULL, with %STORE_ERROR set when it is undone
 */
gpointer
part_sync_page_job (StoreDb *db, gpointer data, GError **error)
{
  PartSyncPage *self = data;

  for (guint i = self->items->len; i > 0; i--)
    if (!store_item (db, self, self->items->pdata[i - 1], error))
      return NULL;
  for (guint i = 0; i < self->marks->len; i++)
    if (!store_item (db, self, self->marks->pdata[i], error))
      return NULL;
  if (store_archives_page_rows (db, self->gap, self->first_id, self->is_last, error))
    summarise (db, self, error);
  return NULL;
}

/* The main loop's half */

/**
 * part_sync_page_undo:
 * @self: a page whose job was undone
 *
 * Makes it as if it had not been tried.
 */
void
part_sync_page_undo (PartSyncPage *self)
{
  g_clear_pointer (&self->gap, store_gap_row_free);
  g_ptr_array_set_size (self->summaries, 0);
  for (guint i = self->items->len; i > 0; i--) {
    PartItem *item = self->items->pdata[i - 1];

    if (part_item_is_lost (item))
      g_ptr_array_remove_index (self->items, i - 1);
    else
      part_item_undo (item);
  }
  for (guint i = 0; i < self->marks->len; i++)
    part_item_undo (self->marks->pdata[i]);
}

/**
 * part_sync_page_show:
 * @self: a page that was stored
 * @account: whose it is; its core is there
 *
 * Shows what was in it.
 */
void
part_sync_page_show (PartSyncPage *self, ChatAccount *account)
{
  g_autoptr (GPtrArray) items = g_ptr_array_sized_new (self->items->len + self->marks->len);

  if (self->error != NULL)
    g_warning ("A message of an archive could not be stored: %s", self->error->message);
  g_ptr_array_extend (items, self->items, NULL, NULL);
  g_ptr_array_extend (items, self->marks, NULL, NULL);
  part_items_show_page (account, items, self->summaries, self->gap->is_history);
}
