/* From what a message means to where it belongs: stored first, then shown, then confirmed.
 *
 *   inbox_take         what it means → an item                    main loop, as messages come
 *   inbox_flush        all items of the turn → one job            main loop, once nothing more is to be read
 *   store_items_job    rows, in the order of the stream           writer thread, one transaction
 *   inbox_stored_cb    rows → conversations → confirmations       main loop
 *
 * Who may say what about whom is decided by the conversation an item is for, which is the sender's and nobody else's:
 * a receipt or an error of a third party finds no line there that it could change. */
#include "chat-conversation-private.h"

#include "chat-core.h"
#include "chat-part.h"

/* A burst is stored in pieces, so that no job holds the writer up for long. */
#define BATCH_MAX 500

typedef enum {
  ITEM_SAY,      /* a new line */
  ITEM_ARRIVED,  /* a line of ours was received */
  ITEM_FAILED,   /* a line of ours came back */
} ItemKind;

typedef struct {
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
  ChatAccount *account;   /* (borrowed) */
  GPtrArray   *items;     /* (owned) of Item: what was collected */
  GHashTable  *peers;     /* (owned) set of XmppJid: who has a conversation because of what was taken here */
  guint        flush;     /* source, 0: none */
} Inbox;

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

/* One message that cannot be stored does not take the others with it. */
static gpointer
store_items_job (StoreDb *db, gpointer data, GError **error)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->items->len; i++) {
    Item *item = batch->items->pdata[i];
    g_autoptr (GError) problem = NULL;

    if (store_item (db, batch->account, item, &problem))
      continue;
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

static void
inbox_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  const Batch *batch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL || batch->error != NULL)
    g_warning ("A message could not be stored: %s", (error != NULL ? error : batch->error)->message);
  if (error != NULL || chat_account_get_core (account) == NULL)
    return;

  show_items (account, batch->items);
  for (guint i = 0; i < batch->items->len; i++) {
    const Item *item = batch->items->pdata[i];

    if (item->kind == ITEM_SAY && item->row != NULL)
      xmpp_session_stored (chat_account_get_session (account), item->message);
  }
}

/* Hands what was collected to the store, as one job. It has to wait while the account itself is not stored. */
static void
inbox_flush (Inbox *self)
{
  Store *store = chat_account_get_store (self->account);
  Batch *batch;

  if (self->items->len == 0 || store == NULL || chat_account_get_id (self->account) == 0)
    return;

  batch = g_new0 (Batch, 1);
  batch->account = chat_account_get_id (self->account);
  batch->items = g_steal_pointer (&self->items);
  self->items = g_ptr_array_new_with_free_func (item_free);
  store_run_async (store, store_items_job, batch, batch_free, NULL, NULL, inbox_stored_cb,
                   g_object_ref (self->account));
}

static gboolean
flush_cb (gpointer data)
{
  Inbox *self = data;

  self->flush = 0;
  inbox_flush (self);
  return G_SOURCE_REMOVE;
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
  g_hash_table_add (self->peers, xmpp_jid_ref (peer));
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

  g_ptr_array_add (self->items, item);
  if (self->items->len >= BATCH_MAX)
    inbox_flush (self);
  else if (self->flush == 0)
    self->flush = g_idle_add_full (G_PRIORITY_HIGH_IDLE, flush_cb, self, NULL);
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
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->peers = g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, NULL);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
}

static void
part_closed (ChatAccount *account, gpointer state)
{
  inbox_flush (state);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Inbox *self = state;

  inbox_flush (self);
  g_signal_handlers_disconnect_by_data (account, self);
  g_clear_handle_id (&self->flush, g_source_remove);
  g_clear_pointer (&self->items, g_ptr_array_unref);
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
