/* From what a message means to where it belongs: stored first, then shown, then confirmed.
 *
 *   inbox_take         what it means → an item                    main loop, as messages come
 *   inbox_flush        all items of the turn → one job            main loop, once nothing more is to be read
 *   store_items_job    rows, in the order of the stream           writer thread, one transaction
 *   inbox_stored_cb    rows → conversations → confirmations       main loop
 *        │ └─ not everything was taken yet: inbox_flush
 *        └─ nothing could be stored: the items go back to where they were, and part-retry says when to try again
 *
 * Only one job is under way, so what could not be stored is never overtaken by what came later.
 *
 * Who may say what about whom is decided by the conversation an item is for, which is the sender's and nobody else's:
 * a receipt or an error of a third party finds no line there that it could change. */
#include "chat-conversation-private.h"

#include <string.h>

#include "chat-core.h"
#include "chat-part.h"
#include "part-retry.h"

/* A burst is stored in pieces, so that no job holds the writer up for long. */
#define BATCH_MAX 500

/* How much is kept while nothing can be stored: more than that is not taken, and not confirmed. */
#define KEPT_MAX       10000
#define KEPT_BYTES_MAX (32 * 1024 * 1024)

typedef enum {
  ITEM_SAY,      /* a new line */
  ITEM_ARRIVED,  /* a line of ours was received */
  ITEM_FAILED,   /* a line of ours came back */
} ItemKind;

typedef struct {
  guint64           number;   /* in the order of the stream */
  ItemKind          kind;
  XmppJid          *peer;     /* (owned) bare: whose conversation */
  XmppMessage      *message;  /* (owned) not touched by the writer */
  StoreMessageRow  *row;      /* (owned, nullable) SAY: what to store; then the row as it is, NULL: none */
  char             *target;   /* (owned, nullable) else: the id that the line was sent with */
  char             *reason;   /* (owned, nullable) FAILED: the error's name */
  gboolean          is_new;
} Item;

typedef struct {
  gint64     account;   /* accounts.id */
  GPtrArray *items;     /* (owned) of Item */
  GError    *error;     /* (owned, nullable) the first thing that went wrong with an item */
} Batch;

/* The inbox of one account. */
typedef struct {
  ChatAccount *account;       /* (borrowed) */
  GQueue       items;         /* of Item, owned, by their numbers: what was collected, or could not be stored */
  guint64      n_taken;       /* items, since the account was made */
  gsize        n_bytes;       /* of the texts in items */
  GHashTable  *peers;         /* (owned) set of XmppJid: who has a conversation because of what was taken here */
  PartRetry   *retry;         /* (owned) */
  guint        flush;         /* source, 0: none */
  gboolean     is_storing;    /* a batch is under way */
  gboolean     is_too_much;   /* what came last was not taken: that is said once */
} Inbox;

extern const ChatPart part_inbox;

static void flush_soon (Inbox *self);

/* What a conversation gets from a batch. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  GPtrArray        *rows;           /* (owned) of StoreMessageRow, borrowed */
  GArray           *are_new;        /* (owned) of gboolean */
} Share;

static void
item_free (gpointer data)
{
  Item *item = data;

  xmpp_jid_unref (item->peer);
  xmpp_message_unref (item->message);
  store_message_row_free (item->row);
  g_free (item->target);
  g_free (item->reason);
  g_free (item);
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_ptr_array_unref (batch->items);
  g_clear_error (&batch->error);
  g_free (batch);
}

static void
share_free (gpointer data)
{
  Share *share = data;

  g_object_unref (share->conversation);
  g_ptr_array_unref (share->rows);
  g_array_unref (share->are_new);
  g_free (share);
}

/* The writer's half */

static gboolean
store_item (StoreDb *db, gint64 account, Item *item, GError **error)
{
  gint64 conversation =
      store_conversations_find_rows (db, account, CHAT_KIND_PERSON, xmpp_jid_get_text (item->peer), error);
  g_autoptr (StoreMessageRow) own = NULL;
  g_autoptr (GError) problem = NULL;

  if (conversation == 0)
    return FALSE;
  if (item->kind == ITEM_SAY) {
    item->row->conversation = conversation;
    return store_messages_insert_rows (db, item->row, &item->is_new, error);
  }

  own = store_messages_find_own_rows (db, conversation, item->target, &problem);
  if (own != NULL)
    item->row = store_messages_state_rows (
        db, own->id, item->kind == ITEM_ARRIVED ? STORE_MESSAGE_DELIVERED : STORE_MESSAGE_FAILED, item->reason,
        &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Whether what went wrong would go wrong with any other item as well. */
static gboolean
is_general (StoreDb *db, const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_FULL)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_BUSY)
         || g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT) || !store_db_in_progress (db);
}

/* One message that cannot be stored does not take the others with it; when none can be, none is. */
static gpointer
store_items_job (StoreDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->items->len; i++) {
    Item *item = batch->items->pdata[i];
    g_autoptr (GError) problem = NULL;

    if (store_item (db, batch->account, item, &problem))
      continue;
    if (is_general (db, problem)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    g_clear_pointer (&item->row, store_message_row_free);
    if (batch->error == NULL)
      batch->error = g_steal_pointer (&problem);
  }
  return NULL;
}

/* The main loop's half */

static Share *
share_of (GHashTable *by_conversation, GPtrArray *shares, ChatConversation *conversation)
{
  Share *share = g_hash_table_lookup (by_conversation, conversation);

  if (share == NULL) {
    share = g_new0 (Share, 1);
    share->conversation = g_object_ref (conversation);
    share->rows = g_ptr_array_new ();
    share->are_new = g_array_new (FALSE, FALSE, sizeof (gboolean));
    g_hash_table_insert (by_conversation, conversation, share);
    g_ptr_array_add (shares, share);
  }
  return share;
}

/* Each conversation is brought up to date as a whole before the next one. */
static void
show_items (ChatAccount *account, GPtrArray *items)
{
  ChatConversations *conversations = chat_core_get_conversations (chat_account_get_core (account));
  g_autoptr (GHashTable) by_conversation = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func (share_free);

  for (guint i = 0; i < items->len; i++) {
    const Item *item = items->pdata[i];
    ChatConversation *conversation;
    Share *share;

    if (item->row == NULL)
      continue;
    conversation = chat_conversations_ensure (conversations, chat_account_get_contact (account, item->peer));
    chat_conversation_set_id (conversation, item->row->conversation);
    /* What was there already is on the screen, or was there when it was said. */
    if (item->kind == ITEM_SAY && !item->is_new)
      continue;
    share = share_of (by_conversation, shares, conversation);
    g_ptr_array_add (share->rows, item->row);
    g_array_append_val (share->are_new, item->is_new);
  }

  for (guint i = 0; i < shares->len; i++) {
    const Share *share = shares->pdata[i];

    chat_conversation_take_rows (share->conversation, share->rows, (const gboolean *) share->are_new->data);
  }
}

static gsize
item_bytes (const Item *item)
{
  return item->message->body != NULL ? strlen (item->message->body) : 0;
}

/* What was not stored waits before everything that came later, as if it had not been tried, and behind what came back
 * before it. A message that the store will never take, whatever there is room for, waits no longer. */
static void
take_back (Inbox *self, GPtrArray *items)
{
  GList *later = self->items.head;
  gsize n;
  g_autofree gpointer *back = g_ptr_array_steal (items, &n);

  while (later != NULL && ((const Item *) later->data)->number < ((const Item *) back[0])->number)
    later = later->next;
  for (gsize i = 0; i < n; i++) {
    Item *item = back[i];

    if (item->kind == ITEM_SAY && item->row == NULL) {
      item_free (item);
      continue;
    }
    if (item->kind != ITEM_SAY)
      g_clear_pointer (&item->row, store_message_row_free);
    else
      item->row->id = item->row->position = 0;
    item->is_new = FALSE;
    self->n_bytes += item_bytes (item);
    g_queue_insert_before (&self->items, later, item);
  }
}

static void
confirm_items (ChatAccount *account, GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++) {
    const Item *item = items->pdata[i];

    if (item->kind == ITEM_SAY && item->row != NULL)
      xmpp_session_stored (chat_account_get_session (account), item->message);
  }
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
    self->is_storing = FALSE;
  if (error != NULL) {
    g_message ("%u messages could not be stored: %s", batch->items->len, error->message);
    if (self != NULL) {
      take_back (self, batch->items);
      part_retry_later (self->retry);
    }
    return;
  }
  if (chat_account_get_core (account) == NULL)
    return;

  show_items (account, batch->items);
  confirm_items (account, batch->items);
  /* What was said to whoever listens may have ended the account. */
  self = chat_account_get_part_state (account, &part_inbox);
  if (self != NULL)
    flush_soon (self);
}

static void
store_batch (Inbox *self, Store *store, guint n)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->account = chat_account_get_id (self->account);
  batch->items = g_ptr_array_new_full (n, item_free);
  for (guint i = 0; i < n; i++) {
    Item *item = g_queue_pop_head (&self->items);

    self->n_bytes -= item_bytes (item);
    g_ptr_array_add (batch->items, item);
  }
  self->is_storing = TRUE;
  store_run_async (store, store_items_job, batch, batch_free, NULL, NULL, inbox_stored_cb,
                   g_object_ref (self->account));
}

/* Hands what was collected to the store, as one job. It has to wait while the account itself is not stored. */
static void
inbox_flush (Inbox *self)
{
  Store *store = chat_account_get_store (self->account);

  if (self->items.length > 0 && store != NULL && chat_account_get_id (self->account) != 0 && !self->is_storing
      && !part_retry_is_waiting (self->retry))
    store_batch (self, store, MIN (self->items.length, BATCH_MAX));
}

/* The last chance: nobody waits for an answer. */
static void
inbox_flush_all (Inbox *self)
{
  Store *store = chat_account_get_store (self->account);

  if (self->items.length > 0 && store != NULL && chat_account_get_id (self->account) != 0)
    store_batch (self, store, self->items.length);
}

static void
retry_cb (gpointer data)
{
  inbox_flush (data);
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
  if (self->items.length >= BATCH_MAX)
    inbox_flush (self);
  else if (self->items.length > 0 && self->flush == 0)
    self->flush = g_idle_add_full (G_PRIORITY_HIGH_IDLE, flush_cb, self, NULL);
}

/* What a message means */

/* Times only label. One from the future would stay the newest for ever, one from before 1970 is none. */
static gint64
label_time (Inbox *self, const XmppMessage *message)
{
  gint64 now = base_clock_real (xmpp_session_get_clock (chat_account_get_session (self->account)));

  return message->sent_at > 0 ? MIN (message->sent_at, now) : now;
}

static StoreMessageRow *
row_of (Inbox *self, XmppMessage *message)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->outgoing = message->origin == XMPP_ORIGIN_CARBON_OUT;
  row->sender = g_strdup (xmpp_jid_get_text (row->outgoing ? chat_account_get_jid (self->account)
                                                           : xmpp_jid_get_bare (message->from)));
  row->stanza_id = g_strdup (message->id);
  row->origin_id = g_strdup (message->origin_id);
  row->archive_id = g_strdup (message->archive_id);
  row->sent_at = label_time (self, message);
  row->body = g_strdup (message->body);
  row->state = row->outgoing ? STORE_MESSAGE_SENT : STORE_MESSAGE_RECEIVED;
  row->asks_receipt = message->asks_receipt;
  return row;
}

/* Whether there is a conversation with @peer, or will be once what was taken is stored. */
static gboolean
has_conversation (Inbox *self, XmppJid *peer)
{
  ChatConversations *conversations = chat_core_get_conversations (chat_account_get_core (self->account));
  ChatContact *contact = chat_account_find_contact (self->account, peer);

  return g_hash_table_contains (self->peers, peer)
         || (contact != NULL && chat_conversations_find (conversations, contact) != NULL);
}

static Item *
item_new (ItemKind kind, XmppJid *peer, XmppMessage *message)
{
  Item *item = g_new0 (Item, 1);

  item->kind = kind;
  item->peer = xmpp_jid_ref (peer);
  item->message = xmpp_message_ref (message);
  return item;
}

static Item *
read_error (Inbox *self, XmppJid *peer, XmppMessage *message)
{
  Item *item;

  if (message->id == NULL || message->origin == XMPP_ORIGIN_CARBON_OUT || !has_conversation (self, peer))
    return NULL;

  item = item_new (ITEM_FAILED, peer, message);
  item->target = g_strdup (message->id);
  item->reason = g_strdup (message->error != NULL && message->error->domain == XMPP_STANZA_ERROR
                               ? xmpp_stanza_error_name (message->error->code)
                               : xmpp_stanza_error_name (XMPP_STANZA_ERROR_UNDEFINED_CONDITION));
  return item;
}

/* A copy of a receipt that we sent elsewhere says nothing about what we said. */
static Item *
read_mark (Inbox *self, XmppJid *peer, XmppMessage *message)
{
  Item *item;

  if (message->target.kind != XMPP_TARGET_STANZA || message->target.id == NULL || message->values == NULL
      || g_strcmp0 (message->values[0], "received") != 0)
    return NULL;
  if (message->origin == XMPP_ORIGIN_CARBON_OUT || !has_conversation (self, peer))
    return NULL;

  item = item_new (ITEM_ARRIVED, peer, message);
  item->target = g_strdup (message->target.id);
  return item;
}

static Item *
read_line (Inbox *self, XmppJid *peer, XmppMessage *message)
{
  Item *item;

  if (message->body == NULL || *message->body == '\0')
    return NULL;

  item = item_new (ITEM_SAY, peer, message);
  item->row = row_of (self, message);
  return item;
}

static Item *
read_message (Inbox *self, XmppMessage *message)
{
  XmppJid *with = message->origin == XMPP_ORIGIN_CARBON_OUT ? message->to : message->from;
  XmppJid *peer;

  if (with == NULL || message->type == XMPP_MESSAGE_GROUPCHAT || chat_account_get_core (self->account) == NULL)
    return NULL;

  peer = xmpp_jid_get_bare (with);
  if (message->type == XMPP_MESSAGE_ERROR)
    return read_error (self, peer, message);
  switch (message->act) {
  case XMPP_ACT_SAY:
    return read_line (self, peer, message);
  case XMPP_ACT_MARK:
    return read_mark (self, peer, message);
  default:
    return NULL;
  }
}

/* Text becomes a line of its conversation, a receipt or an error changes one of ours; everything else, and what is for
 * a room, means nothing here. */
static void
inbox_take (ChatAccount *account, gpointer state, ChatContact *contact, XmppMessage *message)
{
  Inbox *self = state;
  Item *item = read_message (self, message);

  if (item == NULL)
    return;
  if (part_retry_is_waiting (self->retry)
      && (self->items.length >= KEPT_MAX || self->n_bytes + item_bytes (item) > KEPT_BYTES_MAX)) {
    if (!self->is_too_much)
      g_message ("Too many messages wait to be stored");
    self->is_too_much = TRUE;
    item_free (item);
    return;
  }

  self->is_too_much = FALSE;
  item->number = ++self->n_taken;
  if (item->kind == ITEM_SAY)
    g_hash_table_add (self->peers, xmpp_jid_ref (item->peer));
  g_queue_push_tail (&self->items, item);
  self->n_bytes += item_bytes (item);
  flush_soon (self);
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
  g_queue_init (&self->items);
  self->peers = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, NULL);
  self->retry = part_retry_new (account, retry_cb, self);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
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
  if (self->items.length > 0)
    g_message ("%u messages were never stored", self->items.length);
  g_signal_handlers_disconnect_by_data (account, self);
  g_clear_handle_id (&self->flush, g_source_remove);
  g_clear_pointer (&self->retry, part_retry_free);
  g_queue_clear_full (&self->items, item_free);
  g_clear_pointer (&self->peers, g_hash_table_unref);
}

const ChatPart part_inbox = {
  .name = "inbox",
  .state_size = sizeof (Inbox),
  .attach = part_attach,
  .message = inbox_take,
  .closed = part_closed,
  .detach = part_detach,
};
