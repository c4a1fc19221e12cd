/* What a message means for the store, whichever way it came: to be stored on the writer thread, then shown.
 *
 *   part_item_new     what it means → an item                 main loop, as messages come
 *   part_item_store   the item → a row                        writer thread
 *   part_items_show   rows → conversations, timelines         main loop
 *
 * Who may say what about whom is decided by the conversation an item is for, which is the sender's and nobody else's:
 * a receipt or an error of a third party finds no line there that it could change. */
#include "part-items.h"

#include <string.h>

#include "chat-core.h"

/* What a conversation gets from many items. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  GPtrArray        *rows;           /* (owned) of StoreMessageRow, borrowed */
  GArray           *are_new;        /* (owned) of gboolean */
} Share;

static void
share_free (gpointer data)
{
  Share *share = data;

  g_object_unref (share->conversation);
  g_ptr_array_unref (share->rows);
  g_array_unref (share->are_new);
  g_free (share);
}

/* What a message means */

/* Times only label. One from the future would stay the newest for ever, one from before 1970 is none. */
static gint64
label_time (ChatAccount *account, const XmppMessage *message)
{
  gint64 now = base_clock_real (xmpp_session_get_clock (chat_account_get_session (account)));

  return message->sent_at > 0 ? MIN (message->sent_at, now) : now;
}

static gboolean
is_own (ChatAccount *account, XmppJid *jid)
{
  return jid != NULL && xmpp_jid_equal (xmpp_jid_get_bare (jid), chat_account_get_jid (account));
}

/* A copy of what was sent elsewhere is ours, and in an archive what has our address; what we say to ourselves comes in
 * as well. */
static gboolean
is_outgoing (ChatAccount *account, const XmppMessage *message)
{
  return message->origin == XMPP_ORIGIN_CARBON_OUT || is_own (account, message->from);
}

static StoreMessageRow *
row_of (ChatAccount *account, XmppMessage *message)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->outgoing = is_outgoing (account, message);
  row->sender = g_strdup (xmpp_jid_get_text (row->outgoing ? chat_account_get_jid (account)
                                                           : xmpp_jid_get_bare (message->from)));
  row->stanza_id = g_strdup (message->id);
  row->origin_id = g_strdup (message->origin_id);
  row->archive_id = g_strdup (message->archive_id);
  row->sent_at = label_time (account, message);
  row->body = g_strdup (message->body);
  row->state = row->outgoing ? STORE_MESSAGE_SENT : STORE_MESSAGE_RECEIVED;
  row->asks_receipt = message->asks_receipt;
  return row;
}

static PartItem *
item_new (PartItemKind kind, XmppJid *peer, XmppMessage *message)
{
  PartItem *item = g_new0 (PartItem, 1);

  item->kind = kind;
  item->peer = xmpp_jid_ref (peer);
  item->message = xmpp_message_ref (message);
  return item;
}

/* What an archive says of an error was heard when it came, or is out of date. */
static PartItem *
read_error (XmppJid *peer, XmppMessage *message)
{
  PartItem *item;

  if (message->id == NULL || message->origin == XMPP_ORIGIN_CARBON_OUT || message->origin == XMPP_ORIGIN_ARCHIVE)
    return NULL;

  item = item_new (PART_ITEM_FAILED, peer, message);
  item->target = g_strdup (message->id);
  item->reason = g_strdup (message->error != NULL && message->error->domain == XMPP_STANZA_ERROR
                               ? xmpp_stanza_error_name (message->error->code)
                               : xmpp_stanza_error_name (XMPP_STANZA_ERROR_UNDEFINED_CONDITION));
  return item;
}

/* A copy of a receipt that we sent elsewhere says nothing about what we said. */
static PartItem *
read_mark (XmppJid *peer, gboolean outgoing, XmppMessage *message)
{
  PartItem *item;

  if (message->target.kind != XMPP_TARGET_STANZA || message->target.id == NULL || message->values == NULL
      || g_strcmp0 (message->values[0], "received") != 0 || outgoing)
    return NULL;

  item = item_new (PART_ITEM_ARRIVED, peer, message);
  item->target = g_strdup (message->target.id);
  return item;
}

static PartItem *
read_line (ChatAccount *account, XmppJid *peer, XmppMessage *message)
{
  PartItem *item;

  if (message->body == NULL || *message->body == '\0')
    return NULL;

  item = item_new (PART_ITEM_SAY, peer, message);
  item->row = row_of (account, message);
  return item;
}

/* With whom, for a message between us and somebody; NULL for one that is between others. */
static XmppJid *
peer_of (ChatAccount *account, gboolean outgoing, const XmppMessage *message)
{
  gboolean is_copy = message->origin == XMPP_ORIGIN_CARBON_OUT || message->origin == XMPP_ORIGIN_ARCHIVE;
  XmppJid *with = outgoing && is_copy ? message->to : message->from;

  if (with == NULL || message->from == NULL)
    return NULL;
  if (message->origin == XMPP_ORIGIN_ARCHIVE && !outgoing && message->to != NULL && !is_own (account, message->to))
    return NULL;
  return xmpp_jid_get_bare (with);
}

/**
 * part_item_new:
 * @account: whose message it is
 * @message: what came in, or was read from the account's archive
 *
 * Text becomes a line of its conversation, a receipt or an error changes one of ours; everything else, and what is for
 * a room, means nothing here. What changes a line is only worth storing where there is a conversation.
 *
 * Returns: (transfer full) (nullable): what it means
 */
PartItem *
part_item_new (ChatAccount *account, XmppMessage *message)
{
  gboolean outgoing = is_outgoing (account, message);
  XmppJid *peer = peer_of (account, outgoing, message);

  if (peer == NULL || message->type == XMPP_MESSAGE_GROUPCHAT)
    return NULL;
  if (message->type == XMPP_MESSAGE_ERROR)
    return read_error (peer, message);
  switch (message->act) {
  case XMPP_ACT_SAY:
    return read_line (account, peer, message);
  case XMPP_ACT_MARK:
    return read_mark (peer, outgoing, message);
  default:
    return NULL;
  }
}

/**
 * part_item_free:
 * @self: (transfer full): an item
 */
void
part_item_free (PartItem *self)
{
  xmpp_jid_unref (self->peer);
  xmpp_message_unref (self->message);
  store_message_row_free (self->row);
  g_free (self->target);
  g_free (self->reason);
  g_free (self);
}

/**
 * part_item_bytes:
 * @self: an item
 *
 * Returns: how long its text is
 */
gsize
part_item_bytes (const PartItem *self)
{
  return self->message->body != NULL ? strlen (self->message->body) : 0;
}

/**
 * part_item_is_lost:
 * @self: an item that was to be stored
 *
 * Returns: whether it is a line that the store will never take, whatever there is room for
 */
gboolean
part_item_is_lost (const PartItem *self)
{
  return self->kind == PART_ITEM_SAY && self->row == NULL;
}

/**
 * part_item_undo:
 * @self: an item whose job was undone
 *
 * Makes it as if it had not been tried.
 */
void
part_item_undo (PartItem *self)
{
  if (self->kind != PART_ITEM_SAY)
    g_clear_pointer (&self->row, store_message_row_free);
  else if (self->row != NULL)
    self->row->id = self->row->position = 0;
  self->is_new = FALSE;
}

/* The writer's half */

/* An archive is read backwards, so its receipts come before the lines they are for: one that finds no line, or one that
 * has not its place in the archive yet, comes again. */
static gboolean
store_mark (StoreDb *db, gint64 conversation, PartItem *item, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreMessageRow) own = store_messages_find_own_rows (db, conversation, item->target, &problem);
  gboolean is_early = item->message->origin == XMPP_ORIGIN_ARCHIVE && own != NULL
                      && own->position >= STORE_POSITION_PENDING;

  if (own != NULL && !is_early)
    item->row = store_messages_state_rows (
        db, own->id, item->kind == PART_ITEM_ARRIVED ? STORE_MESSAGE_DELIVERED : STORE_MESSAGE_FAILED, item->reason,
        &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/**
 * part_item_store:
 * @db: the connection
 * @account: accounts.id
 * @gap: (nullable): where a line out of an archive belongs; %NULL: at the end
 * @item: what to store; its row is as it is in the store then, %NULL if nothing was changed
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with %STORE_ERROR set
 */
gboolean
part_item_store (StoreDb *db, gint64 account, StoreGapRow *gap, PartItem *item, GError **error)
{
  gint64 conversation =
      store_conversations_find_rows (db, account, CHAT_KIND_PERSON, xmpp_jid_get_text (item->peer), error);

  if (conversation == 0)
    return FALSE;
  if (item->kind != PART_ITEM_SAY)
    return store_mark (db, conversation, item, error);

  item->row->conversation = conversation;
  return gap != NULL ? store_archives_insert_rows (db, gap, item->row, &item->is_new, error)
                     : store_messages_insert_rows (db, item->row, &item->is_new, error);
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

/* What was there already may be known better now: an own line that waited was sent. */
static GPtrArray *
share_out (ChatAccount *account, GPtrArray *items)
{
  ChatConversations *conversations = chat_core_get_conversations (chat_account_get_core (account));
  g_autoptr (GHashTable) by_conversation = g_hash_table_new (NULL, NULL);
  GPtrArray *shares = g_ptr_array_new_with_free_func (share_free);

  for (guint i = 0; i < items->len; i++) {
    const PartItem *item = items->pdata[i];
    ChatConversation *conversation;
    Share *share;

    if (item->row == NULL)
      continue;
    conversation = chat_conversations_ensure (conversations, chat_account_get_contact (account, item->peer));
    chat_conversation_set_id (conversation, item->row->conversation);
    share = share_of (by_conversation, shares, conversation);
    g_ptr_array_add (share->rows, item->row);
    g_array_append_val (share->are_new, item->is_new);
  }
  return shares;
}

/**
 * part_items_has_conversation:
 * @account: an account
 * @peer: somebody
 *
 * Returns: whether there is a conversation with @peer
 */
gboolean
part_items_has_conversation (ChatAccount *account, XmppJid *peer)
{
  ChatConversations *conversations = chat_core_get_conversations (chat_account_get_core (account));
  ChatContact *contact = chat_account_find_contact (account, peer);

  return contact != NULL && chat_conversations_find (conversations, contact) != NULL;
}

/**
 * part_items_show:
 * @account: an account whose core is there
 * @items: (element-type PartItem): what was stored, in the order of the stream
 *
 * Brings each conversation up to date as a whole before the next one.
 */
void
part_items_show (ChatAccount *account, GPtrArray *items)
{
  g_autoptr (GPtrArray) shares = share_out (account, items);

  for (guint i = 0; i < shares->len; i++) {
    const Share *share = shares->pdata[i];

    chat_conversation_take_rows (share->conversation, share->rows, (const gboolean *) share->are_new->data);
  }
}

/**
 * part_items_show_page:
 * @account: an account whose core is there
 * @items: (element-type PartItem): what was stored of a page, oldest first
 * @summaries: (element-type StoreConversationRow): what the store says now of the conversations they are in
 * @is_history: whether what is new counts as read
 *
 * Does the same for what was said earlier.
 */
void
part_items_show_page (ChatAccount *account, GPtrArray *items, GPtrArray *summaries, gboolean is_history)
{
  g_autoptr (GPtrArray) shares = share_out (account, items);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < summaries->len; i++) {
    StoreConversationRow *summary = summaries->pdata[i];

    g_hash_table_insert (by_id, &summary->id, summary);
  }
  for (guint i = 0; i < shares->len; i++) {
    const Share *share = shares->pdata[i];
    gint64 id = chat_conversation_get_id (share->conversation);

    chat_conversation_take_page (share->conversation, share->rows, (const gboolean *) share->are_new->data,
                                 g_hash_table_lookup (by_id, &id), is_history);
  }
}
