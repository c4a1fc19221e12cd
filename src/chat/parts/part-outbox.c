/* Lines on their way out: stored as pending, sent in order once online, ticked off or failed with the reason.
 *
 *          written ──► the store, as PENDING
 *                          │
 *     online ──► the store's pending lines ──► lanes, one per conversation ──► session ──► SENT, in the store
 *                          │                      ▲  one line at a time           │
 *       written, retried ──┘ (while online)       └── the stream died: it waits in the store for the next online
 *
 * The store is what remembers; the lanes are only what it said since the account came online. Because its answers
 * come in the order of its jobs, a line that is stored while the pending ones are being read is either among them or
 * announced after them: it is never sent twice and never forgotten. What the store could not be told, because the disk
 * is full or somebody else has it locked, is told later (part-retry); such a line is not sent again meanwhile. */
#include "chat-conversation-private.h"

#include "chat-core.h"
#include "chat-part.h"
#include "part-retry.h"

#define MAX_AGE G_TIME_SPAN_DAY

typedef enum {
  OUTBOX_OFFLINE,
  OUTBOX_LOADING,   /* the pending lines are being read */
  OUTBOX_ONLINE,
} OutboxState;

/* The lines of one conversation; no other one waits for them. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  GQueue            rows;           /* of StoreMessageRow, owned: the first is being sent */
  gboolean          sending;
} Lane;

/* The outbox of one account. */
typedef struct {
  ChatAccount *account;    /* (borrowed) */
  OutboxState  state;
  guint        life;       /* counts connections: what an earlier one answers late moves nothing on */
  GHashTable  *lanes;      /* (owned) ChatConversation → Lane */
  GHashTable  *asked;      /* (owned) set of gint64 messages.id: Retry was pressed, however old they are */
  GQueue       untold;     /* of Untold, owned */
  PartRetry   *retry;      /* (owned) */
} Outbox;

/* One line on its way through an asynchronous call. The outbox may be gone when it ends. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  StoreMessageRow  *row;            /* (owned, nullable) */
  guint             life;
} Trip;

/* A row is the writer's while it is being stored; the main loop gets it back with the answer. */
typedef struct {
  gint64            account;    /* accounts.id */
  char             *jid;        /* (owned) */
  StoreMessageRow  *row;        /* (owned) */
} Put;

typedef struct {
  gint64             id;
  StoreMessageState  state;
  const char        *reason;    /* (nullable) a constant */
} Step;

/* How far a line has come, which the store does not know yet. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  Step              step;
} Untold;

typedef struct {
  gint64 account;   /* accounts.id */
  guint  life;
} Reading;

extern const ChatPart part_outbox;

static void send_next (Outbox *self, Lane *lane);

/* Returns NULL when it is gone. */
static Outbox *
outbox_of (ChatConversation *conversation)
{
  return chat_account_get_part_state (chat_conversation_get_account (conversation), &part_outbox);
}

static void
lane_free (gpointer data)
{
  Lane *lane = data;

  g_queue_clear_full (&lane->rows, (GDestroyNotify) store_message_row_free);
  g_object_unref (lane->conversation);
  g_free (lane);
}

static void
put_free (gpointer data)
{
  Put *put = data;

  store_message_row_free (put->row);
  g_free (put->jid);
  g_free (put);
}

static void
untold_free (gpointer data)
{
  Untold *untold = data;

  g_object_unref (untold->conversation);
  g_free (untold);
}

static Trip *
trip_new (Outbox *self, ChatConversation *conversation)
{
  Trip *trip = g_new0 (Trip, 1);

  trip->conversation = g_object_ref (conversation);
  trip->life = self->life;
  return trip;
}

static void
trip_free (Trip *trip)
{
  store_message_row_free (trip->row);
  g_object_unref (trip->conversation);
  g_free (trip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trip, trip_free)

static StoreMessageRow *
row_copy (const StoreMessageRow *row)
{
  StoreMessageRow *copy = g_memdup2 (row, sizeof *row);

  copy->sender = g_strdup (row->sender);
  copy->stanza_id = g_strdup (row->stanza_id);
  copy->origin_id = g_strdup (row->origin_id);
  copy->archive_id = g_strdup (row->archive_id);
  copy->body = g_strdup (row->body);
  copy->error = g_strdup (row->error);
  return copy;
}

/* How far a line has come */

static void
keep_step (Outbox *self, ChatConversation *conversation, const Step *step)
{
  Untold *untold = g_new0 (Untold, 1);

  untold->conversation = g_object_ref (conversation);
  untold->step = *step;
  g_queue_push_tail (&self->untold, untold);
  part_retry_later (self->retry);
}

static gboolean
is_untold (Outbox *self, gint64 id)
{
  for (GList *l = self->untold.head; l != NULL; l = l->next)
    if (((const Untold *) l->data)->step.id == id)
      return TRUE;
  return FALSE;
}

static gpointer
step_job (StoreDb *db, gpointer data, GError **error)
{
  const Step *step = data;

  return store_messages_state_rows (db, step->id, step->state, step->reason, error);
}

static void
step_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Outbox *self = outbox_of (trip->conversation);
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) row = store_run_finish (STORE_STORE (source), result, &error);

  if (row != NULL) {
    chat_conversation_take_row (trip->conversation, row, FALSE);
  } else if (!g_error_matches (error, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
    g_message ("How far a message has come could not be stored: %s", error->message);
    if (self != NULL)
      keep_step (self, trip->conversation, g_task_get_task_data (G_TASK (result)));
  }
}

static void
run_step (Outbox *self,
          ChatConversation *conversation,
          gint64 id,
          StoreMessageState state,
          const char *reason,
          GAsyncReadyCallback callback)
{
  Store *store = chat_account_get_store (self->account);
  Step *step;

  if (store == NULL)
    return;
  step = g_new0 (Step, 1);
  step->id = id;
  step->state = state;
  step->reason = reason;
  store_run_async (store, step_job, step, g_free, (GDestroyNotify) store_message_row_free, NULL, callback,
                   trip_new (self, conversation));
}

static void
tell_untold (Outbox *self)
{
  GQueue untold = self->untold;

  g_queue_init (&self->untold);
  for (GList *l = untold.head; l != NULL; l = l->next) {
    const Untold *one = l->data;

    run_step (self, one->conversation, one->step.id, one->step.state, one->step.reason, step_cb);
  }
  g_queue_clear_full (&untold, untold_free);
}

/* Sending */

static Lane *
ensure_lane (Outbox *self, ChatConversation *conversation)
{
  Lane *lane = g_hash_table_lookup (self->lanes, conversation);

  if (lane == NULL) {
    lane = g_new0 (Lane, 1);
    lane->conversation = g_object_ref (conversation);
    g_queue_init (&lane->rows);
    g_hash_table_insert (self->lanes, conversation, lane);
  }
  return lane;
}

static gboolean
is_too_old (Outbox *self, const StoreMessageRow *row)
{
  gint64 now = base_clock_real (xmpp_session_get_clock (chat_account_get_session (self->account)));

  return now - row->sent_at > MAX_AGE && !g_hash_table_contains (self->asked, &row->id);
}

static XmppMessage *
compose (ChatConversation *conversation, const StoreMessageRow *row)
{
  XmppMessage *message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_ref (chat_contact_get_jid (chat_conversation_get_contact (conversation)));
  message->id = g_strdup (row->stanza_id);
  message->origin_id = g_strdup (row->origin_id);
  message->body = g_strdup (row->body);
  message->asks_receipt = row->asks_receipt;
  message->typing = XMPP_TYPING_ACTIVE;
  return message;
}

static void
send_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Outbox *self = outbox_of (trip->conversation);
  Lane *lane;
  g_autoptr (GError) error = NULL;
  gboolean is_sent = xmpp_session_send_message_finish (XMPP_SESSION (source), result, &error);

  if (self == NULL)
    return;
  if (is_sent) {
    g_hash_table_remove (self->asked, &trip->row->id);
    run_step (self, trip->conversation, trip->row->id, STORE_MESSAGE_SENT, NULL, step_cb);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)) {
    run_step (self, trip->conversation, trip->row->id, STORE_MESSAGE_FAILED, CHAT_MESSAGE_KEPT_BACK, step_cb);
  } else {
    /* The stream is dying. The line stays the first of its lane until we are offline, and waits in the store. */
    g_debug ("a message was not sent: %s", error->message);
    return;
  }

  lane = trip->life == self->life ? g_hash_table_lookup (self->lanes, trip->conversation) : NULL;
  if (lane != NULL) {
    lane->sending = FALSE;
    store_message_row_free (g_queue_pop_head (&lane->rows));
    send_next (self, lane);
  }
}

static void
send_next (Outbox *self, Lane *lane)
{
  g_autoptr (XmppMessage) message = NULL;
  StoreMessageRow *row;
  Trip *trip;

  while ((row = g_queue_peek_head (&lane->rows)) != NULL && is_too_old (self, row)) {
    run_step (self, lane->conversation, row->id, STORE_MESSAGE_FAILED, CHAT_MESSAGE_TOO_OLD, step_cb);
    store_message_row_free (g_queue_pop_head (&lane->rows));
  }
  if (row == NULL) {
    g_hash_table_remove (self->lanes, lane->conversation);
    return;
  }

  lane->sending = TRUE;
  message = compose (lane->conversation, row);
  trip = trip_new (self, lane->conversation);
  trip->row = row_copy (row);
  xmpp_session_send_message_async (chat_account_get_session (self->account), message,
                                   chat_account_get_cancellable (self->account), send_message_cb, trip);
}

static void
enqueue (ChatConversation *conversation, const StoreMessageRow *row)
{
  Outbox *self = outbox_of (conversation);
  Lane *lane;

  if (self == NULL || self->state != OUTBOX_ONLINE || row->state != STORE_MESSAGE_PENDING)
    return;
  lane = ensure_lane (self, conversation);
  g_queue_push_tail (&lane->rows, row_copy (row));
  if (!lane->sending)
    send_next (self, lane);
}

/* What the user does */

static gpointer
put_job (StoreDb *db, gpointer data, GError **error)
{
  const Put *put = data;
  gboolean is_new;

  put->row->conversation = store_conversations_find_rows (db, put->account, CHAT_KIND_PERSON, put->jid, error);
  if (put->row->conversation != 0)
    store_messages_insert_rows (db, put->row, &is_new, error);
  return NULL;
}

static void
put_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  StoreMessageRow *row = ((Put *) g_task_get_task_data (G_TASK (result)))->row;
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL) {
    g_message ("A message could not be stored: %s", error->message);
    row->id = 0;
    row->position = chat_conversation_next_position (trip->conversation);
    row->state = STORE_MESSAGE_FAILED;
    row->error = g_strdup (CHAT_MESSAGE_NOT_STORED);
    chat_conversation_take_row (trip->conversation, row, FALSE);
    return;
  }

  chat_conversation_set_id (trip->conversation, row->conversation);
  chat_conversation_take_row (trip->conversation, row, TRUE);
  enqueue (trip->conversation, row);
}

/* Only what is stored is sent: at once, or when the account is online again. */
static void
line_written_cb (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  Store *store = chat_account_get_store (self->account);
  Put *put;

  if (store == NULL)
    return;
  put = g_new0 (Put, 1);
  put->account = chat_account_get_id (self->account);
  put->jid = g_strdup (xmpp_jid_get_text (chat_contact_get_jid (chat_conversation_get_contact (conversation))));
  put->row = row_copy (row);
  put->row->position = 0;
  store_run_async (store, put_job, put, put_free, NULL, NULL, put_cb, trip_new (self, conversation));
}

static void
retry_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) row = store_run_finish (STORE_STORE (source), result, &error);

  if (row == NULL) {
    g_message ("A message could not be tried again: %s", error->message);
    return;
  }
  chat_conversation_take_row (trip->conversation, row, FALSE);
  enqueue (trip->conversation, row);
}

/* The line waits again, and is sent when its turn comes, however old it is. */
static void
line_retried_cb (Outbox *self, ChatConversation *conversation, gint64 id)
{
  g_hash_table_add (self->asked, g_memdup2 (&id, sizeof id));
  run_step (self, conversation, id, STORE_MESSAGE_PENDING, NULL, retry_cb);
}

/* Reading what waits */

static gpointer
load_pending_job (StoreDb *db, gpointer data, GError **error)
{
  const Reading *reading = data;

  return store_messages_pending_rows (db, reading->account, error);
}

static GHashTable *
conversations_by_id (ChatAccount *account)
{
  GListModel *conversations = G_LIST_MODEL (chat_core_get_conversations (chat_account_get_core (account)));
  GHashTable *by_id = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++) {
    g_autoptr (ChatConversation) conversation = g_list_model_get_item (conversations, i);
    gint64 id = chat_conversation_get_id (conversation);

    if (id != 0 && chat_conversation_get_account (conversation) == account)
      g_hash_table_insert (by_id, g_memdup2 (&id, sizeof id), g_steal_pointer (&conversation));
  }
  return by_id;
}

static void
load_pending_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  const Reading *reading = g_task_get_task_data (G_TASK (result));
  Outbox *self = chat_account_get_part_state (account, &part_outbox);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_run_finish (STORE_STORE (source), result, &error);
  g_autoptr (GHashTable) by_id = NULL;

  if (self == NULL || reading->life != self->life || self->state != OUTBOX_LOADING)
    return;
  if (rows == NULL) {
    g_message ("What waits to be sent could not be read: %s", error->message);
    self->state = OUTBOX_OFFLINE;
    part_retry_later (self->retry);
    return;
  }

  self->state = OUTBOX_ONLINE;
  by_id = conversations_by_id (account);
  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];
    ChatConversation *conversation = g_hash_table_lookup (by_id, &row->conversation);

    if (conversation != NULL && !is_untold (self, row->id))
      enqueue (conversation, row);
  }
}

/* An account that is being stored for the first time gets here again once it is. */
static void
read_pending (Outbox *self)
{
  Store *store = chat_account_get_store (self->account);
  Reading *reading;

  if (self->state != OUTBOX_OFFLINE || store == NULL || chat_account_get_id (self->account) == 0)
    return;

  self->state = OUTBOX_LOADING;
  reading = g_new0 (Reading, 1);
  reading->account = chat_account_get_id (self->account);
  reading->life = ++self->life;
  store_run_async (store, load_pending_job, reading, g_free, (GDestroyNotify) g_ptr_array_unref, NULL,
                   load_pending_cb, g_object_ref (self->account));
}

/* Life */

static void
account_stored_cb (Outbox *self)
{
  if (chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE)
    read_pending (self);
}

static void
store_again_cb (gpointer data)
{
  Outbox *self = data;

  tell_untold (self);
  account_stored_cb (self);
}

static void
part_attach (ChatAccount *account, gpointer state)
{
  Outbox *self = state;

  self->account = account;
  self->lanes = g_hash_table_new_full (NULL, NULL, NULL, lane_free);
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->untold);
  self->retry = part_retry_new (account, store_again_cb, self);
  g_signal_connect_swapped (account, "written", G_CALLBACK (line_written_cb), self);
  g_signal_connect_swapped (account, "retried", G_CALLBACK (line_retried_cb), self);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
}

static void
part_online (ChatAccount *account, gpointer state)
{
  read_pending (state);
}

/* What was not sent waits in the store. */
static void
part_offline (ChatAccount *account, gpointer state)
{
  Outbox *self = state;

  self->state = OUTBOX_OFFLINE;
  self->life++;
  g_hash_table_remove_all (self->lanes);
}

static void
part_closed (ChatAccount *account, gpointer state)
{
  tell_untold (state);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Outbox *self = state;

  g_signal_handlers_disconnect_by_data (account, self);
  g_clear_pointer (&self->lanes, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_clear_pointer (&self->retry, part_retry_free);
  g_queue_clear_full (&self->untold, untold_free);
}

const ChatPart part_outbox = {
  .name = "outbox",
  .state_size = sizeof (Outbox),
  .attach = part_attach,
  .online = part_online,
  .offline = part_offline,
  .closed = part_closed,
  .detach = part_detach,
};
