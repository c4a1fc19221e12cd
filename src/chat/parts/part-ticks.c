/* How far own lines have come, on its way into the store: in the order in which it became known. For the parts.
 *
 *   add ──► queue ──► one job for all that is there ──► shown
 *             ▲                │
 *             └── part-retry ◄─┘ all, when the disk is full or somebody has the file locked; else what was refused
 *
 * One job at a time takes all that came meanwhile, so that lines get their places in the order in which they were
 * confirmed, however quickly one follows another. */
#include "part-ticks.h"

#include "chat-conversation-private.h"
#include "part-retry.h"

struct _PartTicks {
  ChatAccount *account;     /* (borrowed, nullable) NULL: nobody waits for it any more */
  GQueue       queue;       /* of Tick, owned */
  GQueue       later;       /* of Tick, owned: what the store did not take, while it took others */
  GHashTable  *known;       /* (owned) set of messages.id: what is in a queue or in a job */
  PartRetry   *retry;       /* (owned) */
  gboolean     is_storing;
  gboolean     is_blocked;  /* the store takes nothing */
};

typedef struct {
  ChatConversation  *conversation;   /* (owned) not touched by the writer, who has its key */
  gint64             key;
  gint64             id;
  char              *stanza_id;      /* (owned) */
  StoreMessageState  state;
  const char        *reason;         /* (nullable) a constant */
  StoreMessageRow   *row;            /* (owned, nullable) as it is then */
  gboolean           is_refused;     /* the store did not take it */
} Tick;

/* What one job takes. */
typedef struct {
  PartTicks *ticks;   /* (owned) */
  GPtrArray *batch;   /* (owned) of Tick */
} Load;

static void store_soon (PartTicks *self);

static void
tick_free (gpointer data)
{
  Tick *tick = data;

  g_object_unref (tick->conversation);
  store_message_row_free (tick->row);
  g_free (tick->stanza_id);
  g_free (tick);
}

static void
ticks_clear (gpointer data)
{
  PartTicks *self = data;

  g_queue_clear_full (&self->queue, tick_free);
  g_queue_clear_full (&self->later, tick_free);
  g_hash_table_unref (self->known);
}

static void
load_free (gpointer data)
{
  Load *load = data;

  g_ptr_array_unref (load->batch);
  g_rc_box_release_full (load->ticks, ticks_clear);
  g_free (load);
}

/* A line may come back before the server says that it had it: then it stays failed. That it was sent gives it its place
 * nevertheless, by which it is known later as one that came back, and not as one that never left. */
static StoreMessageRow *
store_tick (StoreDb *db, const Tick *tick, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (StoreMessageRow) now = store_messages_find_own_rows (db, tick->key, tick->stanza_id, &problem);
  g_autoptr (StoreMessageRow) sent = NULL;

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (now == NULL || now->id != tick->id || now->state != STORE_MESSAGE_FAILED)
    return store_messages_state_rows (db, tick->id, tick->state, tick->reason, error);
  if (tick->state != STORE_MESSAGE_SENT)
    return g_steal_pointer (&now);
  sent = store_messages_state_rows (db, tick->id, STORE_MESSAGE_SENT, NULL, error);
  return sent != NULL ? store_messages_state_rows (db, tick->id, STORE_MESSAGE_FAILED, now->error, error) : NULL;
}

/* A line that cannot be changed does not hold up the others; when nothing can be stored at all, none is. One that is
 * gone needs nothing more. */
static gpointer
store_ticks_job (StoreDb *db, gpointer data, GError **error)
{
  const Load *load = data;

  for (guint i = 0; i < load->batch->len; i++) {
    Tick *tick = load->batch->pdata[i];
    g_autoptr (GError) problem = NULL;

    tick->row = store_tick (db, tick, &problem);
    if (problem != NULL && part_retry_may_help (db, problem)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    tick->is_refused = problem != NULL && !g_error_matches (problem, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  }
  return NULL;
}

/* Nothing of it was stored. */
static void
take_back (PartTicks *self, GPtrArray *batch)
{
  for (guint i = batch->len; i > 0; i--) {
    Tick *tick = batch->pdata[i - 1];

    g_clear_pointer (&tick->row, store_message_row_free);
    g_queue_push_head (&self->queue, tick);
  }
  g_ptr_array_set_free_func (batch, NULL);
  g_ptr_array_set_size (batch, 0);
}

static void
take_tick (PartTicks *self, Tick *tick)
{
  if (tick->is_refused) {
    tick->is_refused = FALSE;
    g_queue_push_tail (&self->later, tick);
    return;
  }
  g_hash_table_remove (self->known, &tick->id);
  if (tick->row != NULL)
    chat_conversation_take_row (tick->conversation, tick->row, FALSE);
  tick_free (tick);
}

static void
ticks_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Load *load = g_task_get_task_data (G_TASK (result));
  PartTicks *self = load->ticks;
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  self->is_storing = FALSE;
  if (error != NULL) {
    g_message ("How far messages have come could not be stored: %s", error->message);
    self->is_blocked = TRUE;
    take_back (self, load->batch);
  } else {
    g_ptr_array_set_free_func (load->batch, NULL);
    for (guint i = 0; i < load->batch->len; i++)
      take_tick (self, load->batch->pdata[i]);
    g_ptr_array_set_size (load->batch, 0);
  }
  if (self->account == NULL)
    return;
  if (self->is_blocked || !g_queue_is_empty (&self->later))
    part_retry_later (self->retry);
  store_soon (self);
}

static void
store_now (PartTicks *self)
{
  Store *store = chat_account_get_store (self->account);
  Load *load;

  if (store == NULL || g_queue_is_empty (&self->queue))
    return;
  load = g_new0 (Load, 1);
  load->ticks = g_rc_box_acquire (self);
  load->batch = g_ptr_array_new_full (self->queue.length, tick_free);
  while (!g_queue_is_empty (&self->queue))
    g_ptr_array_add (load->batch, g_queue_pop_head (&self->queue));
  self->is_storing = TRUE;
  store_run_async (store, store_ticks_job, load, load_free, NULL, NULL, ticks_stored_cb, NULL);
}

static void
store_soon (PartTicks *self)
{
  if (!self->is_storing && !self->is_blocked)
    store_now (self);
}

static void
store_again_cb (gpointer data)
{
  PartTicks *self = data;
  Tick *tick;

  self->is_blocked = FALSE;
  while ((tick = g_queue_pop_tail (&self->later)) != NULL)
    g_queue_push_head (&self->queue, tick);
  store_soon (self);
}

/**
 * part_ticks_new:
 * @account: (not owned): whose lines
 *
 * Returns: (transfer full): what stores how far they have come
 */
PartTicks *
part_ticks_new (ChatAccount *account)
{
  PartTicks *self = g_rc_box_new0 (PartTicks);

  self->account = account;
  g_queue_init (&self->queue);
  g_queue_init (&self->later);
  self->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->retry = part_retry_new (account, store_again_cb, self);
  return self;
}

/**
 * part_ticks_add:
 * @self: ticks
 * @conversation: one of the account's
 * @id: messages.id of an own line in it
 * @stanza_id: that it was sent with
 * @state: how far it has come
 * @reason: (nullable): why, with %STORE_MESSAGE_FAILED; a constant
 *
 * Stores it, after all that was added before, and shows it then. A line that failed meanwhile stays so.
 */
void
part_ticks_add (PartTicks *self,
                ChatConversation *conversation,
                gint64 id,
                const char *stanza_id,
                StoreMessageState state,
                const char *reason)
{
  Tick *tick = g_new0 (Tick, 1);

  tick->conversation = g_object_ref (conversation);
  tick->key = chat_conversation_get_id (conversation);
  tick->id = id;
  tick->stanza_id = g_strdup (stanza_id);
  tick->state = state;
  tick->reason = reason;
  g_queue_push_tail (&self->queue, tick);
  g_hash_table_add (self->known, g_memdup2 (&id, sizeof id));
  store_soon (self);
}

/**
 * part_ticks_knows:
 * @self: ticks
 * @id: messages.id of an own line
 *
 * Returns: whether it has come further than the store knows
 */
gboolean
part_ticks_knows (PartTicks *self, gint64 id)
{
  return g_hash_table_contains (self->known, &id);
}

/**
 * part_ticks_flush:
 * @self: ticks
 *
 * Hands all there is to the store at once, whatever it said before: nobody will ask again.
 */
void
part_ticks_flush (PartTicks *self)
{
  store_again_cb (self);
  store_now (self);
}

/**
 * part_ticks_free:
 * @self: (transfer full) (nullable): ticks
 *
 * Stores nothing any more but what is on its way.
 */
void
part_ticks_free (PartTicks *self)
{
  if (self == NULL)
    return;

  self->account = NULL;
  g_clear_pointer (&self->retry, part_retry_free);
  g_rc_box_release_full (self, ticks_clear);
}
