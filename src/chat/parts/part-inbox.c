/* What comes in from the stream: stored first, then shown, then confirmed.
 *
 *   inbox_take         what it means → an entry                   main loop, as messages come
 *   inbox_flush        all entries of the turn → one job          main loop, once nothing more is to be read
 *   store_batch_job    rows, in the order of the stream           writer thread, one transaction
 *   inbox_stored_cb    rows → conversations → confirmations       main loop
 *        │ └─ not everything was taken yet: inbox_flush
 *        └─ nothing could be stored: the entries go back to where they were, and part-retry says when to try again
 *
 * Only one job is under way, so what could not be stored is never overtaken by what came later. The first entry of each
 * session opens the account's archive in the store: what is said from then on stands behind what the archive still has.
 *
 * A message is held from the moment it comes until it is committed and shown, so the server does not hear before that
 * we have it (XEP-0198). One that there is no room for is held for ever: it comes again. */
#include "part-inbox.h"

#include "chat-core.h"
#include "chat-part.h"
#include "part-items.h"
#include "part-retry.h"
#include "xep-0280-carbons.h"

/* A burst is stored in pieces, so that no job holds the writer up for long. */
#define BATCH_MAX 500

/* How much is kept while nothing can be stored: more than that is not taken, and not confirmed. */
#define KEPT_MAX       10000
#define KEPT_BYTES_MAX (32 * 1024 * 1024)

typedef struct {
  guint64    number;   /* in the order of the stream */
  guint      life;     /* which session it came in */
  PartItem  *item;     /* (owned, nullable) NULL: the session begins */
  GPtrArray *gaps;     /* (owned, nullable) of StoreGapRow, once it has begun */
} Entry;

typedef struct {
  gint64      account;     /* accounts.id */
  char       *jid;         /* (owned) whose archive it is */
  gint64      now;         /* µs since 1970 UTC */
  GPtrArray  *entries;     /* (owned) of Entry */
  const char *newest_id;   /* (borrowed, nullable) of the last message that the archive has as well */
  GError     *error;       /* (owned, nullable) the first thing that went wrong with an entry */
} Batch;

/* The inbox of one account. */
typedef struct {
  ChatAccount *account;       /* (borrowed) */
  GQueue       entries;       /* of Entry, owned, by their numbers: what was collected, or could not be stored */
  guint64      n_taken;       /* entries, since the account was made */
  gsize        n_bytes;       /* of the texts in entries */
  guint        life;          /* counts sessions */
  GHashTable  *peers;         /* (owned) set of XmppJid: who has a conversation because of what was taken here */
  PartRetry   *retry;         /* (owned) */
  const PartInboxListener *listener;   /* (nullable) */
  guint        flush;         /* source, 0: none */
  gboolean     has_begun;     /* the session's first entry is made */
  gboolean     has_missed;    /* something of this session was not taken */
  guint64      storing;       /* number of the first entry of the batch that is under way, 0: none is */
} Inbox;

extern const ChatPart part_inbox;

static void flush_soon (Inbox *self);

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->item, part_item_free);
  g_clear_pointer (&entry->gaps, g_ptr_array_unref);
  g_free (entry);
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->entries);
  g_clear_error (&batch->error);
  g_free (batch->jid);
  g_free (batch);
}

/* The writer's half */

static gboolean
store_entry (StoreDb *db, const Batch *batch, Entry *entry, GError **error)
{
  if (entry->item != NULL)
    return part_item_store (db, batch->account, NULL, entry->item, error);

  entry->gaps = store_archives_open_rows (db, batch->account, batch->jid, batch->now, error);
  return entry->gaps != NULL;
}

/* One message that cannot be stored does not take the others with it; when none can be, none is. */
static gpointer
store_batch_job (StoreDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->entries->len; i++) {
    Entry *entry = batch->entries->pdata[i];
    g_autoptr (GError) problem = NULL;

    if (store_entry (db, batch, entry, &problem))
      continue;
    if (part_retry_may_help (db, problem)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    if (entry->item != NULL)
      g_clear_pointer (&entry->item->row, store_message_row_free);
    if (batch->error == NULL)
      batch->error = g_steal_pointer (&problem);
  }
  if (batch->newest_id != NULL)
    store_archives_newest_rows (db, batch->account, batch->jid, batch->newest_id, error);
  return NULL;
}

/* The main loop's half */

static gsize
entry_bytes (const Entry *entry)
{
  return entry->item != NULL ? part_item_bytes (entry->item) : 0;
}

static void
release_entry (Inbox *self, const Entry *entry)
{
  if (entry->item != NULL)
    xmpp_session_release (chat_account_get_session (self->account), entry->item->message);
}

/* What was not stored waits before everything that came later, as if it had not been tried, and behind what came back
 * before it. A message that the store will never take, whatever there is room for, waits no longer. */
static void
take_back (Inbox *self, GPtrArray *entries)
{
  GList *later = self->entries.head;
  gsize n;
  g_autofree gpointer *back = g_ptr_array_steal (entries, &n);

  while (later != NULL && ((const Entry *) later->data)->number < ((const Entry *) back[0])->number)
    later = later->next;
  for (gsize i = 0; i < n; i++) {
    Entry *entry = back[i];

    if (entry->item != NULL && part_item_is_lost (entry->item)) {
      release_entry (self, entry);
      entry_free (entry);
      continue;
    }
    if (entry->item != NULL)
      part_item_undo (entry->item);
    g_clear_pointer (&entry->gaps, g_ptr_array_unref);
    self->n_bytes += entry_bytes (entry);
    g_queue_insert_before (&self->entries, later, entry);
  }
}

static void
show_entries (ChatAccount *account, GPtrArray *entries)
{
  g_autoptr (GPtrArray) items = g_ptr_array_sized_new (entries->len);

  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];

    if (entry->item != NULL)
      g_ptr_array_add (items, entry->item);
  }
  part_items_show (account, items);
}

/* Whoever is told that a message arrived, or that its session has begun, may end the account. */
static void
confirm_entries (ChatAccount *account, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = entries->pdata[i];
    Inbox *self = chat_account_get_part_state (account, &part_inbox);

    if (self == NULL)
      return;
    if (entry->item == NULL) {
      if (entry->life == self->life && entry->gaps != NULL && self->listener != NULL)
        self->listener->opened (account, g_steal_pointer (&entry->gaps));
      continue;
    }
    if (entry->item->kind == PART_ITEM_SAY && entry->item->row != NULL)
      xmpp_session_stored (chat_account_get_session (account), entry->item->message);
    self = chat_account_get_part_state (account, &part_inbox);
    if (self != NULL)
      release_entry (self, entry);
  }
}

static void
tell_stored (Inbox *self)
{
  if (self->listener != NULL)
    self->listener->stored (self->account);
}

/* There is room again for what there was no room for. On another link the server says it once more, because we never
 * confirmed it, or else it is in the archive. */
static void
get_missed (Inbox *self)
{
  XmppSession *session = chat_account_get_session (self->account);
  g_autoptr (GError) error = NULL;

  if (!self->has_missed || self->entries.length > 0 || xmpp_session_get_state (session) != XMPP_SESSION_ONLINE)
    return;
  error = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "There was no room for messages");
  xmpp_session_abort (session, error);
}

static void
inbox_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  const Batch *batch = g_task_get_task_data (G_TASK (result));
  Inbox *self = chat_account_get_part_state (account, &part_inbox);
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (batch->error != NULL)
    g_warning ("A message could not be stored: %s", batch->error->message);
  if (self != NULL)
    self->storing = 0;
  if (error != NULL) {
    g_message ("%u messages could not be stored: %s", batch->entries->len, error->message);
    if (self != NULL) {
      take_back (self, batch->entries);
      part_retry_later (self->retry);
    }
    return;
  }
  if (chat_account_get_core (account) == NULL)
    return;

  show_entries (account, batch->entries);
  confirm_entries (account, batch->entries);
  self = chat_account_get_part_state (account, &part_inbox);
  if (self != NULL) {
    flush_soon (self);
    tell_stored (self);
    get_missed (self);
  }
}

/* Where a message is missing that came before it, an archive id says nothing about what is known; nor does it without
 * copies of what our other devices hear and say. Nor does that of one the server has kept for a while: what came after
 * it may be in the archive only. */
static const char *
newest_id_of (Inbox *self, GPtrArray *entries)
{
  if (!xmpp_carbons_are_on (chat_account_get_session (self->account)))
    return NULL;
  for (guint i = entries->len; i > 0 && !self->has_missed; i--) {
    const Entry *entry = entries->pdata[i - 1];

    if (entry->item != NULL && entry->item->message->archive_id != NULL && entry->item->message->sent_at == 0)
      return entry->item->message->archive_id;
  }
  return NULL;
}

static void
store_batch (Inbox *self, Store *store, guint n)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->account = chat_account_get_id (self->account);
  batch->jid = g_strdup (xmpp_jid_get_text (chat_account_get_jid (self->account)));
  batch->now = base_clock_real (xmpp_session_get_clock (chat_account_get_session (self->account)));
  batch->entries = g_ptr_array_new_full (n, entry_free);
  for (guint i = 0; i < n; i++) {
    Entry *entry = g_queue_pop_head (&self->entries);

    self->n_bytes -= entry_bytes (entry);
    g_ptr_array_add (batch->entries, entry);
  }
  batch->newest_id = newest_id_of (self, batch->entries);
  self->storing = ((const Entry *) batch->entries->pdata[0])->number;
  store_run_async (store, store_batch_job, batch, batch_free, NULL, NULL, inbox_stored_cb,
                   g_object_ref (self->account));
}

/* Hands what was collected to the store, as one job. It has to wait while the account itself is not stored. */
static void
inbox_flush (Inbox *self)
{
  Store *store = chat_account_get_store (self->account);

  if (self->entries.length > 0 && store != NULL && chat_account_get_id (self->account) != 0 && self->storing == 0
      && !part_retry_is_waiting (self->retry))
    store_batch (self, store, MIN (self->entries.length, BATCH_MAX));
}

/* The last chance: nobody waits for an answer. */
static void
inbox_flush_all (Inbox *self)
{
  Store *store = chat_account_get_store (self->account);

  if (self->entries.length > 0 && store != NULL && chat_account_get_id (self->account) != 0)
    store_batch (self, store, self->entries.length);
}

static void
retry_cb (gpointer data)
{
  Inbox *self = data;

  inbox_flush (self);
  tell_stored (self);
}

static gboolean
flush_cb (gpointer data)
{
  Inbox *self = data;

  self->flush = 0;
  inbox_flush (self);
  return G_SOURCE_REMOVE;
}

/* Once nothing more is to be read, or when there is enough for a job. */
static void
flush_soon (Inbox *self)
{
  if (self->entries.length >= BATCH_MAX)
    inbox_flush (self);
  else if (self->entries.length > 0 && self->flush == 0)
    self->flush = g_idle_add_full (G_PRIORITY_HIGH_IDLE, flush_cb, self, NULL);
}

/* Taking */

static void
add_entry (Inbox *self, PartItem *item)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->number = ++self->n_taken;
  entry->life = self->life;
  entry->item = item;
  g_queue_push_tail (&self->entries, entry);
  self->n_bytes += entry_bytes (entry);
  flush_soon (self);
}

/* Messages may come in the same read as the answer that says that we are online. */
static void
inbox_begin (Inbox *self)
{
  if (self->has_begun)
    return;
  self->has_begun = TRUE;
  add_entry (self, NULL);
}

/* What changes a line is only worth storing where there is a conversation, or will be once what was taken is stored. */
static PartItem *
read_message (Inbox *self, XmppMessage *message)
{
  g_autoptr (PartItem) item = NULL;

  if (chat_account_get_core (self->account) == NULL)
    return NULL;

  item = part_item_new (self->account, message);
  if (item == NULL
      || (item->kind != PART_ITEM_SAY && !g_hash_table_contains (self->peers, item->peer)
          && !part_items_has_conversation (self->account, item->peer)))
    return NULL;
  return g_steal_pointer (&item);
}

static gboolean
has_room (Inbox *self, const PartItem *item)
{
  return !part_retry_is_waiting (self->retry)
         || (self->entries.length < KEPT_MAX && self->n_bytes + part_item_bytes (item) <= KEPT_BYTES_MAX);
}

static void
inbox_take (ChatAccount *account, gpointer state, ChatContact *contact, XmppMessage *message)
{
  Inbox *self = state;
  PartItem *item = read_message (self, message);

  if (item == NULL)
    return;
  xmpp_session_hold (chat_account_get_session (account), message);
  inbox_begin (self);
  if (!has_room (self, item)) {
    if (!self->has_missed)
      g_message ("Too many messages wait to be stored");
    self->has_missed = TRUE;
    part_item_free (item);
    return;
  }

  if (item->kind == PART_ITEM_SAY)
    g_hash_table_add (self->peers, xmpp_jid_ref (item->peer));
  add_entry (self, item);
}

/**
 * part_inbox_set_listener:
 * @account: an account
 * @listener: (nullable): who is told from now on; static
 */
void
part_inbox_set_listener (ChatAccount *account, const PartInboxListener *listener)
{
  Inbox *self = chat_account_get_part_state (account, &part_inbox);

  if (self != NULL)
    self->listener = listener;
}

/**
 * part_inbox_get_taken:
 * @account: an account
 *
 * Returns: the number of the last message that was taken
 */
guint64
part_inbox_get_taken (ChatAccount *account)
{
  const Inbox *self = chat_account_get_part_state (account, &part_inbox);

  return self != NULL ? self->n_taken : 0;
}

/**
 * part_inbox_has_stored:
 * @account: an account
 * @number: of a message that was taken
 *
 * Returns: whether that one and all before it are stored
 */
gboolean
part_inbox_has_stored (ChatAccount *account, guint64 number)
{
  const Inbox *self = chat_account_get_part_state (account, &part_inbox);

  if (self == NULL)
    return TRUE;
  if (self->storing == 0 && self->entries.length == 0)
    return TRUE;
  return number < (self->storing != 0 ? self->storing : ((const Entry *) self->entries.head->data)->number);
}

/* Life */

static void
account_stored_cb (Inbox *self)
{
  inbox_flush (self);
}

static void
part_attach (ChatAccount *account, gpointer state)
{
  Inbox *self = state;

  self->account = account;
  g_queue_init (&self->entries);
  self->peers = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, NULL);
  self->retry = part_retry_new (account, retry_cb, self);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
}

static void
part_online (ChatAccount *account, gpointer state)
{
  Inbox *self = state;

  self->has_missed = FALSE;
  inbox_begin (self);
}

static void
part_ended (ChatAccount *account, gpointer state)
{
  Inbox *self = state;

  self->life++;
  self->has_begun = FALSE;
  self->has_missed = FALSE;
}

static void
part_closed (ChatAccount *account, gpointer state)
{
  inbox_flush_all (state);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Inbox *self = state;

  inbox_flush_all (self);
  if (self->entries.length > 0)
    g_message ("%u messages were never stored", self->entries.length);
  g_signal_handlers_disconnect_by_data (account, self);
  g_clear_handle_id (&self->flush, g_source_remove);
  g_clear_pointer (&self->retry, part_retry_free);
  g_queue_clear_full (&self->entries, entry_free);
  g_clear_pointer (&self->peers, g_hash_table_unref);
}

const ChatPart part_inbox = {
  .name = "inbox",
  .state_size = sizeof (Inbox),
  .attach = part_attach,
  .online = part_online,
  .message = inbox_take,
  .ended = part_ended,
  .closed = part_closed,
  .detach = part_detach,
};
