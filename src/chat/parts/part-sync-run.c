/* Reads the gaps of one archive, newest first, each from its newest end to its oldest.
 *
 *   begin ──► ask_next ──► query_cb ──► take_page ──► store_next ──► page_stored_cb ──► ask_next, or done
 *                ▲            │             │              ▲               │
 *                │            │ failed      └─► ask_next   │               │ failed
 *                │            ▼  (one page may wait)       │               ▼
 *                └───── after a while                      └────────── part-retry
 *
 * The next page is asked for before the last is stored; while one is being stored at most one waits, and then none is
 * asked for. The store's gap row is the truth: whatever is lost on the way, what it has left is asked for again.
 * When a gap ends, and what to do when the archive has forgotten, is decided in part-sync-cursor.c. */
#include "part-sync-run.h"

#include "base-backoff.h"
#include "part-inbox.h"
#include "part-retry.h"
#include "part-sync-cursor.h"
#include "part-sync-page.h"
#include "xmpp-error.h"

/* What was said last is to be seen soon. */
#define FIRST_PAGE 50
#define PAGE       XMPP_MAM_PAGE_MAX

#define PAGES_MAX  2     /* one is being stored, one waits */

#define WAIT_FIRST   (5 * G_TIME_SPAN_SECOND)
#define WAIT_CEILING (5 * G_TIME_SPAN_MINUTE)

/* Counts its references: a call that is on its way holds one. */
struct _PartSyncRun {
  PartSyncCursor cursor;
  ChatAccount *account;       /* (borrowed, nullable) NULL: it is gone */
  XmppJid     *archive;       /* (owned, nullable) */
  ChatHistory *history;       /* (owned) */
  GPtrArray   *gaps;          /* (owned) of StoreGapRow, newest first, as they are stored */
  GQueue       pages;         /* of PartSyncPage, owned: the first is being stored, or could not be */
  GPtrArray   *marks;         /* (owned) of PartItem: the lines that they are about were not read yet */
  PartRetry   *retry;         /* (owned) */
  BaseBackoff  backoff;
  BaseClock   *clock;         /* (owned) */
  guint        timer;         /* until it asks again, 0: it does not wait */
  guint        session;       /* counts them: what an earlier one answers is out of date */
  guint        page_max;      /* messages in the next page … */
  guint        page_limit;    /* … and in any other of this session */
  guint        n_read;
  gint64       read_back_to;  /* µs since 1970 UTC, 0: not known */
  gboolean     is_begun;
  gboolean     is_online;
  gboolean     is_asking;
  gboolean     is_storing;
};

/* A question or a page under way. */
typedef struct {
  PartSyncRun  *run;       /* (owned) */
  ChatAccount  *account;   /* (owned) */
  PartSyncPage *page;      /* (owned, nullable) */
  guint         session;
} Trip;

static void ask_next (PartSyncRun *self);
static void store_next (PartSyncRun *self);

static void
run_clear (gpointer data)
{
  PartSyncRun *self = data;

  g_clear_pointer (&self->archive, xmpp_jid_unref);
  g_object_unref (self->history);
  g_ptr_array_unref (self->gaps);
  g_ptr_array_unref (self->marks);
  part_sync_cursor_clear (&self->cursor);
  base_clock_unref (self->clock);
}

static Trip *
trip_new (PartSyncRun *self, PartSyncPage *page)
{
  Trip *trip = g_new0 (Trip, 1);

  trip->run = g_rc_box_acquire (self);
  trip->account = g_object_ref (self->account);
  trip->page = page != NULL ? part_sync_page_ref (page) : NULL;
  trip->session = self->session;
  return trip;
}

static void
trip_free (Trip *trip)
{
  g_clear_pointer (&trip->page, part_sync_page_unref);
  g_rc_box_release_full (trip->run, run_clear);
  g_object_unref (trip->account);
  g_free (trip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trip, trip_free)

/* Gaps */

static guint
find_gap (PartSyncRun *self, gint64 id)
{
  guint i = 0;

  while (i < self->gaps->len && ((const StoreGapRow *) self->gaps->pdata[i])->id != id)
    i++;
  return i;
}

static const StoreGapRow *
get_gap (PartSyncRun *self, gint64 id)
{
  guint i = find_gap (self, id);

  return i < self->gaps->len ? self->gaps->pdata[i] : NULL;
}

static void
show_gaps (PartSyncRun *self)
{
  g_autofree ChatHistoryGap *gaps = g_new0 (ChatHistoryGap, MAX (self->gaps->len, 1));

  for (guint i = 0; i < self->gaps->len; i++) {
    const StoreGapRow *gap = self->gaps->pdata[i];

    gaps[i].low = gap->low;
    gaps[i].high = gap->high;
  }
  chat_history_set_gaps (self->history, gaps, self->gaps->len);
}

static gboolean
is_waiting (PartSyncRun *self)
{
  return self->timer != 0 || part_retry_is_waiting (self->retry);
}

static void
show_state (PartSyncRun *self)
{
  gboolean has_work = self->cursor.gap != 0 || self->pages.length > 0;

  /* That there is no archive holds until the server says something else. */
  if (!self->is_begun && chat_history_get_state (self->history) == CHAT_HISTORY_ABSENT)
    return;
  if (!self->is_begun || !self->is_online || !has_work)
    chat_history_set_state (self->history, CHAT_HISTORY_IDLE);
  else
    chat_history_set_state (self->history, is_waiting (self) ? CHAT_HISTORY_WAITING : CHAT_HISTORY_READING);
}

/* Nobody waits any longer for what was said last: it is here, or it is not to be had for now. That holds also when the
 * link was lost meanwhile, and the session goes on. */
static void
show_current (PartSyncRun *self)
{
  if (self->is_begun)
    chat_history_set_current (self->history, TRUE);
}

/* From one gap to the next older one. */
static void
go_to_next_gap (PartSyncRun *self)
{
  guint next = find_gap (self, self->cursor.gap) + 1;

  part_sync_cursor_set (&self->cursor, next < self->gaps->len ? self->gaps->pdata[next] : NULL);
}

/* Storing */

static void
retry_cb (gpointer data)
{
  PartSyncRun *self = data;

  store_next (self);
  ask_next (self);
  show_state (self);
}

static void
note_page (PartSyncRun *self, PartSyncPage *page)
{
  guint i = find_gap (self, page->gap_id);

  if (page->is_last) {
    g_ptr_array_remove_index (self->gaps, i);
  } else {
    store_gap_row_free (self->gaps->pdata[i]);
    self->gaps->pdata[i] = part_sync_gap_copy (page->gap);
  }
  self->n_read += page->n_messages;
  if (page->first_at != 0)
    self->read_back_to = self->read_back_to != 0 ? MIN (self->read_back_to, page->first_at) : page->first_at;
  chat_history_set_progress (self->history, self->n_read, self->read_back_to);
  show_gaps (self);
}

static void
page_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  PartSyncRun *self = trip->run;
  g_autoptr (GError) error = NULL;
  gboolean is_current = trip->session == self->session;

  store_run_finish (STORE_STORE (source), result, &error);
  self->is_storing = FALSE;
  if (error != NULL) {
    g_message ("A page of an archive could not be stored: %s", error->message);
    part_sync_page_undo (trip->page);
    if (self->account != NULL) {
      part_retry_later (self->retry);
      show_state (self);
    }
    if (self->account != NULL && is_current)
      show_current (self);
    return;
  }

  if (is_current) {
    part_sync_page_unref (g_queue_pop_head (&self->pages));
    part_sync_page_give_marks (trip->page, self->marks);
    note_page (self, trip->page);
  }
  if (chat_account_get_core (trip->account) != NULL)
    part_sync_page_show (trip->page, trip->account);
  /* Who sees it may have ended the account. */
  if (self->account == NULL)
    return;
  store_next (self);
  ask_next (self);
  show_state (self);
  if (is_current)
    show_current (self);
}

/* What came in before a page stands behind it: the inbox stores that first, or the page would find it a place.
 *
 * A page whose job is under way when its session ends is stored, or not: the next session asks for what is left. */
static void
store_next (PartSyncRun *self)
{
  PartSyncPage *page = g_queue_peek_head (&self->pages);
  Store *store = chat_account_get_store (self->account);

  if (page == NULL || store == NULL || self->is_storing || part_retry_is_waiting (self->retry)
      || !part_inbox_has_stored (self->account, page->inbox_number))
    return;

  page->gap = part_sync_gap_copy (get_gap (self, page->gap_id));
  if (page->is_from_end) {
    g_clear_pointer (&page->gap->before_id, g_free);
    page->gap->lowest = 0;
  }
  part_sync_page_take_marks (page, self->account, self->marks);
  self->is_storing = TRUE;
  store_run_async (store, part_sync_page_job, part_sync_page_ref (page), (GDestroyNotify) part_sync_page_unref, NULL,
                   NULL, page_stored_cb, trip_new (self, page));
}

/* Asking */

static gboolean
timer_cb (gpointer data)
{
  PartSyncRun *self = data;

  self->timer = 0;
  ask_next (self);
  show_state (self);
  return G_SOURCE_REMOVE;
}

static void
take_page (PartSyncRun *self, const XmppMamPage *answer)
{
  const StoreGapRow *gap = get_gap (self, self->cursor.gap);
  PartSyncPage *page = part_sync_page_new (self->account, gap, answer);

  page->is_from_end = self->cursor.before == NULL;
  page->is_last = part_sync_cursor_take (&self->cursor, gap, answer);
  g_queue_push_tail (&self->pages, page);
  if (page->is_last)
    go_to_next_gap (self);
  store_next (self);
  ask_next (self);
}

/* The archive was asked for something that it has no longer. Where no other way to ask is left, what would have been
 * there is gone. Returns FALSE when it was asked for nothing but its end. */
static gboolean
ask_otherwise (PartSyncRun *self)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();
  const XmppMamPage nothing = { .messages = messages, .complete = TRUE };

  if (part_sync_cursor_fall_back (&self->cursor, get_gap (self, self->cursor.gap)))
    ask_next (self);
  else if (self->cursor.before != NULL)
    take_page (self, &nothing);
  else
    return FALSE;
  return TRUE;
}

static void
wait_a_while (PartSyncRun *self)
{
  self->timer = base_clock_add (self->clock, base_backoff_next (&self->backoff), timer_cb, self, NULL);
}

static void
query_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  PartSyncRun *self = trip->run;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppMamPage) page = xmpp_mam_query_finish (XMPP_SESSION (source), result, &error);

  if (self->account == NULL || trip->session != self->session)
    return;

  self->is_asking = FALSE;
  if (page != NULL) {
    base_backoff_reset (&self->backoff);
    /* What was cut off is sent once more: of messages that are so long, fewer are asked for. */
    if (page->is_cut)
      self->page_limit = MAX (self->page_limit / 2, 1);
    self->page_max = self->page_limit;
    take_page (self, page);
  } else if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION) && self->page_max > 1) {
    /* The archive will not say so much at once. */
    self->page_max = self->page_limit = self->page_max / 2;
    ask_next (self);
  } else if (g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND) && ask_otherwise (self)) {
    base_backoff_reset (&self->backoff);
  } else if (self->is_online) {
    g_message ("An archive did not answer: %s", error->message);
    wait_a_while (self);
    show_current (self);
  }
  show_state (self);
}

static void
ask_next (PartSyncRun *self)
{
  const StoreGapRow *gap = get_gap (self, self->cursor.gap);
  XmppMamAsk ask;

  if (gap == NULL || !self->is_begun || !self->is_online || self->is_asking || is_waiting (self)
      || self->pages.length >= PAGES_MAX)
    return;

  part_sync_cursor_ask (&self->cursor, gap, &ask);
  ask.archive = self->archive;
  ask.page.max = self->page_max;
  self->is_asking = TRUE;
  xmpp_mam_query_async (chat_account_get_session (self->account), &ask, chat_account_get_cancellable (self->account),
                        query_cb, trip_new (self, NULL));
}

/* Life */

/**
 * part_sync_run_new:
 * @account: (not owned): whose session to ask with
 * @archive: (nullable): whose archive; %NULL: the account's
 * @history: where to say how far reading has come
 *
 * Returns: (transfer full): what reads an archive, once it is told to begin
 */
PartSyncRun *
part_sync_run_new (ChatAccount *account, XmppJid *archive, ChatHistory *history)
{
  PartSyncRun *self = g_rc_box_new0 (PartSyncRun);

  self->account = account;
  self->archive = archive != NULL ? xmpp_jid_ref (archive) : NULL;
  self->history = g_object_ref (history);
  self->gaps = g_ptr_array_new_with_free_func ((GDestroyNotify) store_gap_row_free);
  self->marks = g_ptr_array_new_with_free_func ((GDestroyNotify) part_item_free);
  part_sync_cursor_init (&self->cursor);
  g_queue_init (&self->pages);
  self->retry = part_retry_new (account, retry_cb, self);
  self->clock = base_clock_ref (xmpp_session_get_clock (chat_account_get_session (account)));
  base_backoff_init (&self->backoff, WAIT_FIRST, WAIT_CEILING);
  return self;
}

static void
stop_waiting (PartSyncRun *self)
{
  base_clock_remove (self->clock, self->timer);
  self->timer = 0;
}

/**
 * part_sync_run_show:
 * @self: a run
 * @gaps: (transfer full) (element-type StoreGapRow): all gaps of the archive, newest first
 *
 * Shows what is not read yet, without reading it.
 */
void
part_sync_run_show (PartSyncRun *self, GPtrArray *gaps)
{
  g_ptr_array_unref (self->gaps);
  self->gaps = gaps;
  show_gaps (self);
}

/**
 * part_sync_run_begin:
 * @self: a run
 * @gaps: (transfer full) (element-type StoreGapRow): all gaps of the archive, newest first
 * @is_extended: whether the archive can be asked for what came after a message (urn:xmpp:mam:2#extended)
 *
 * Reads the gaps, in the session that has just begun. What an earlier one still answers does not count.
 */
void
part_sync_run_begin (PartSyncRun *self, GPtrArray *gaps, gboolean is_extended)
{
  part_sync_run_end (self);
  part_sync_run_show (self, gaps);
  self->cursor.is_extended = is_extended;
  self->is_begun = TRUE;
  self->is_online = xmpp_session_get_state (chat_account_get_session (self->account)) == XMPP_SESSION_ONLINE;
  self->n_read = 0;
  self->read_back_to = 0;
  chat_history_set_progress (self->history, 0, 0);
  base_backoff_reset (&self->backoff);
  part_sync_cursor_set (&self->cursor, self->gaps->len > 0 ? self->gaps->pdata[0] : NULL);
  ask_next (self);
  show_state (self);
  if (self->gaps->len == 0)
    show_current (self);
}

/**
 * part_sync_run_pause:
 * @self: a run
 *
 * Asks for nothing more for now. What was asked for may still be answered, if the session is resumed.
 */
void
part_sync_run_pause (PartSyncRun *self)
{
  if (!self->is_begun)
    return;
  self->is_online = FALSE;
  stop_waiting (self);
  show_state (self);
}

/**
 * part_sync_run_go_on:
 * @self: a run
 *
 * The session was resumed: goes on where it was.
 */
void
part_sync_run_go_on (PartSyncRun *self)
{
  if (!self->is_begun)
    return;
  self->is_online = TRUE;
  stop_waiting (self);
  base_backoff_reset (&self->backoff);
  ask_next (self);
  show_state (self);
}

/**
 * part_sync_run_store:
 * @self: a run
 *
 * Stores a page that waited for what came in before it.
 */
void
part_sync_run_store (PartSyncRun *self)
{
  store_next (self);
}

/**
 * part_sync_run_end:
 * @self: a run
 *
 * Forgets what was asked for, and what was read and is not being stored.
 */
void
part_sync_run_end (PartSyncRun *self)
{
  self->session++;
  self->is_begun = FALSE;
  self->is_online = FALSE;
  self->is_asking = FALSE;
  self->page_max = FIRST_PAGE;
  self->page_limit = PAGE;
  stop_waiting (self);
  part_sync_cursor_set (&self->cursor, NULL);
  g_queue_clear_full (&self->pages, (GDestroyNotify) part_sync_page_unref);
  g_ptr_array_set_size (self->marks, 0);
  show_state (self);
}

/**
 * part_sync_run_free:
 * @self: (transfer full): a run
 *
 * Stops reading.
 */
void
part_sync_run_free (PartSyncRun *self)
{
  part_sync_run_end (self);
  self->account = NULL;
  g_clear_pointer (&self->retry, part_retry_free);
  g_rc_box_release_full (self, run_clear);
}
