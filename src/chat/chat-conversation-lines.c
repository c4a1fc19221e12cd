/* The lines of a conversation: those that somebody looks at, those that were just written, and what the store says. */
#include "chat-conversation-private.h"

#include "chat-timeline-private.h"

/* Where lines stand that the store does not know yet: behind those that wait there, in order of writing. */
#define POSITION_UNSTORED (STORE_POSITION_PENDING + STORE_POSITION_PENDING / 2)

/* Returns the line's object if there is one, brought up to date. A line of ours that was not stored yet is known by
 * its origin id; from then on the store's key is enough. */
static ChatMessage *
update_message (ChatConversation *self, const StoreMessageRow *row, gboolean *was_unstored)
{
  ChatMessage *message = NULL;
  gint64 position;

  *was_unstored = FALSE;
  if (row->outgoing && row->origin_id != NULL)
    message = g_hash_table_lookup (self->unstored, row->origin_id);
  if (message != NULL)
    *was_unstored = TRUE;
  else if (self->timeline != NULL)
    message = chat_timeline_find (self->timeline, row->id);
  if (message == NULL)
    return NULL;

  g_object_ref (message);
  if (*was_unstored && row->id != 0)
    g_hash_table_remove (self->unstored, row->origin_id);
  position = chat_message_get_position (message);
  chat_message_update (message, row);
  if (self->timeline != NULL && position != row->position)
    chat_timeline_moved (self->timeline, message);
  return message;
}

/* Returns whether it is new to who looks at the conversation: a line that was written here was counted then. */
static gboolean
take_row (ChatConversation *self, const StoreMessageRow *row, gboolean is_new, GHashTable *unseen)
{
  gboolean was_unstored;
  g_autoptr (ChatMessage) message = update_message (self, row, &was_unstored);

  if (self->timeline != NULL && row->id != 0 && chat_timeline_find (self->timeline, row->id) == NULL) {
    ChatMessage *known = g_hash_table_lookup (unseen, &row->id);

    if (known != NULL)
      chat_message_update (known, row);
    else
      g_hash_table_insert (unseen, g_memdup2 (&row->id, sizeof row->id),
                           message != NULL ? g_object_ref (message) : chat_message_new (self->contact, row));
  }
  return is_new && !was_unstored;
}

/**
 * chat_conversation_dup_timeline:
 *
 * Returns: (transfer full): the timeline that everybody shares who looks at the conversation; it goes with the last
 *   of them
 */
ChatTimeline *
chat_conversation_dup_timeline (ChatConversation *self)
{
  ChatTimeline *timeline;
  GHashTableIter iter;
  gpointer message;

  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  if (self->timeline != NULL)
    return g_object_ref (self->timeline);

  timeline = chat_timeline_new (self->contact, self->id);
  g_hash_table_iter_init (&iter, self->unstored);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    chat_timeline_add (timeline, message);
  g_set_weak_pointer (&self->timeline, timeline);
  return timeline;
}

/**
 * chat_conversation_get_timeline:
 *
 * Returns: (transfer none) (nullable): the timeline, if somebody looks at it
 */
ChatTimeline *
chat_conversation_get_timeline (ChatConversation *self)
{
  g_return_val_if_fail (CHAT_IS_CONVERSATION (self), NULL);

  return self->timeline;
}

/**
 * chat_conversation_take_row:
 * @self: a conversation
 * @row: one of its lines, as the store knows it
 * @is_new: whether it was just inserted
 *
 * Shows what was stored: a new line, or how far a line has come.
 */
void
chat_conversation_take_row (ChatConversation *self, const StoreMessageRow *row, gboolean is_new)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  g_ptr_array_add (rows, (gpointer) row);
  chat_conversation_take_rows (self, rows, &is_new);
}

static int
compare_messages (gconstpointer a, gconstpointer b)
{
  gint64 one = chat_message_get_position (*(ChatMessage *const *) a);
  gint64 other = chat_message_get_position (*(ChatMessage *const *) b);

  return (one > other) - (one < other);
}

/* By their keys: a row may come twice, first said and then confirmed. */
static GHashTable *
unseen_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

static void
show_unseen (ChatConversation *self, GHashTable *unseen)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_sized_new (g_hash_table_size (unseen));
  GHashTableIter iter;
  gpointer message;

  if (self->timeline == NULL)
    return;
  g_hash_table_iter_init (&iter, unseen);
  while (g_hash_table_iter_next (&iter, NULL, &message))
    g_ptr_array_add (messages, message);
  g_ptr_array_sort (messages, compare_messages);
  chat_timeline_add_many (self->timeline, messages);
}

/**
 * chat_conversation_take_rows:
 * @self: a conversation
 * @rows: (element-type StoreMessageRow): lines of it, in the order in which they were stored
 * @are_new: (array): for each, whether it was just inserted
 *
 * Does the same for many, with one change of the timeline and of each property.
 */
void
chat_conversation_take_rows (ChatConversation *self, GPtrArray *rows, const gboolean *are_new)
{
  g_autoptr (GHashTable) unseen = unseen_new ();

  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < rows->len; i++)
    if (take_row (self, rows->pdata[i], are_new[i], unseen))
      chat_conversation_count (self, rows->pdata[i]);
  show_unseen (self, unseen);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_conversation_take_page:
 * @self: a conversation
 * @rows: (element-type StoreMessageRow): lines of it as they are now that a page of an archive was stored
 * @are_new: (array): for each, whether it was not known before
 * @summary: (nullable): what the store knows of the conversation after that; %NULL: nothing was said in the page
 * @is_history: whether what is new counts as read
 *
 * Shows what was said earlier where it belongs, and lines that have their place now; with one change of each property.
 */
void
chat_conversation_take_page (ChatConversation *self, GPtrArray *rows, const gboolean *are_new,
                             const StoreConversationRow *summary, gboolean is_history)
{
  g_autoptr (GHashTable) unseen = unseen_new ();
  guint n_late = 0;

  g_return_if_fail (CHAT_IS_CONVERSATION (self));

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];

    take_row (self, row, are_new[i], unseen);
    if (are_new[i] && !row->outgoing && !is_history && row->position > self->read_position)
      n_late++;
  }
  show_unseen (self, unseen);
  if (summary != NULL)
    chat_conversation_take_summary (self, summary, n_late);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * chat_conversation_next_position:
 *
 * Returns: where a line stands that is written now, until the store has found a place for it
 */
gint64
chat_conversation_next_position (ChatConversation *self)
{
  return POSITION_UNSTORED + (gint64) self->n_written++;
}

/**
 * chat_conversation_add_written:
 * @message: a line that was written just now
 *
 * Shows a line that is not stored yet, and moves the timeline to it.
 */
void
chat_conversation_add_written (ChatConversation *self, ChatMessage *message)
{
  g_hash_table_insert (self->unstored, g_strdup (chat_message_get_stanza_id (message)), g_object_ref (message));
  if (self->timeline != NULL) {
    chat_timeline_jump_to_end (self->timeline);
    chat_timeline_add (self->timeline, message);
  }

  chat_conversation_note_written (self, message);
}

/**
 * chat_conversation_forget:
 * @message: a line that is to be shown no more
 *
 * Takes a line out of the timeline, and out of those that are being stored.
 */
void
chat_conversation_forget (ChatConversation *self, ChatMessage *message)
{
  if (self->timeline != NULL)
    chat_timeline_remove (self->timeline, message);
  if (chat_message_get_id (message) == 0)
    g_hash_table_remove (self->unstored, chat_message_get_stanza_id (message));
}
