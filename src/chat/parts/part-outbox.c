/* Lines on their way out: stored as pending, sent in order once online, ticked off or failed with the reason.
 *
 *   written ──► the store, as PENDING ──► online? ──► sent at once, one after another ──► the server has it: SENT
 *                  │    ▲                                   │
 *                  │    └─ the link ended ◄─────────────────┤
 *                  ▼       certainly not sent: it waits     │ perhaps sent: it waits, and is uncertain
 *     online ──► what waits is read ──► of its conversation nothing is uncertain ──► sent
 *                           └─────────► something is ──► part-settle asks the archive ──► SENT, sent again, or FAILED
 *
 * The store is what remembers: a line is marked as tried there before its bytes leave, so that after a crash, however
 * it came, what nobody knows of a line is known not to be known. What is kept here is only what happened since: the
 * lines whose confirmation is under way, which a session that is resumed sends again by itself, and those that are
 * marked but have certainly not left. Because the store's answers come in the order of its jobs, a line that is stored
 * while the pending ones are being read is either among them or announced after them: it is never sent twice and never
 * forgotten. Conversations do not wait for each other. */
#include "chat-conversation-private.h"

#include "chat-core.h"
#include "chat-part.h"
#include "part-lines.h"
#include "part-retry.h"
#include "part-settle.h"
#include "part-ticks.h"

#define MAX_AGE      G_TIME_SPAN_DAY
#define ABSENCES_MAX 10   /* times that a line is sent again by itself because the archive had it not */
#define PATIENCE     6    /* times that an archive is asked again which is not well, after a while each */

typedef enum {
  OUTBOX_OFFLINE,
  OUTBOX_LOADING,   /* what waits is being read */
  OUTBOX_ONLINE,
} OutboxState;

/* A conversation that is being settled: its lines wait until that is done; no other one's do. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  GPtrArray        *rows;           /* (owned) of StoreMessageRow, in order; tried: it is uncertain */
} Lane;

/* The outbox of one account. */
typedef struct {
  ChatAccount  *account;     /* (borrowed) */
  OutboxState   state;
  guint         life;        /* counts readings: what an earlier one answers late moves nothing on */
  GHashTable   *lanes;       /* (owned) ChatConversation → Lane */
  GQueue        unsettled;   /* of Lane, borrowed: the archive is asked about one conversation at a time, the first … */
  GCancellable *settling;    /* (owned, nullable) … which hangs on this */
  guint         n_unwell;    /* times in a row that it did not get on because the archive was not well */
  GHashTable   *flying;      /* (owned) set of gint64 messages.id: handed to the session, not confirmed yet */
  GHashTable   *certain;     /* (owned) set of gint64 messages.id: marked as tried, and has certainly not left */
  GHashTable   *asked;       /* (owned) set of gint64 messages.id: Retry was pressed, however old they are */
  GHashTable   *absences;    /* (owned) gint64 messages.id → how often the archive had it not after it was sent */
  GHashTable   *retrying;    /* (owned) set of gint64 messages.id: … and the store has not answered yet */
  PartTicks    *ticks;       /* (owned) */
  PartRetry    *retry;       /* (owned) */
} Outbox;

/* One line, or one lane, on its way through an asynchronous call. The outbox may be gone when it ends. */
typedef struct {
  ChatConversation *conversation;   /* (owned) */
  gint64            id;             /* messages.id of the line … */
  char             *stanza_id;      /* (owned, nullable) … and what it is sent with */
  guint             life;
} Trip;

typedef struct {
  gint64 account;   /* accounts.id */
  guint  life;
} Reading;

extern const ChatPart part_outbox;

static void read_pending (Outbox *self);
static void settle_next (Outbox *self);

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

  g_ptr_array_unref (lane->rows);
  g_object_unref (lane->conversation);
  g_free (lane);
}

static Trip *
trip_new (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  Trip *trip = g_new0 (Trip, 1);

  trip->conversation = g_object_ref (conversation);
  trip->id = row != NULL ? row->id : 0;
  trip->stanza_id = row != NULL ? g_strdup (row->stanza_id) : NULL;
  trip->life = self->life;
  return trip;
}

static void
trip_free (Trip *trip)
{
  g_object_unref (trip->conversation);
  g_free (trip->stanza_id);
  g_free (trip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trip, trip_free)

static GHashTable *
id_set_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* Returns whether it was not in there. */
static gboolean
id_set_add (GHashTable *set, gint64 id)
{
  return g_hash_table_add (set, g_memdup2 (&id, sizeof id));
}

/* Sending */

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

/* An end that certainly came before the line left leaves it as it was; any other end makes it uncertain, for which
 * nothing need be done: it is marked. In either case it waits in the store until we are online again. */
static void
send_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Outbox *self = outbox_of (trip->conversation);
  g_autoptr (GError) error = NULL;
  gboolean is_sent = xmpp_session_send_message_finish (XMPP_SESSION (source), result, &error);

  if (self == NULL)
    return;
  g_hash_table_remove (self->flying, &trip->id);
  if (is_sent) {
    g_hash_table_remove (self->asked, &trip->id);
    g_hash_table_remove (self->absences, &trip->id);
    part_ticks_add (self->ticks, trip->conversation, trip->id, trip->stanza_id, STORE_MESSAGE_SENT, NULL);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)) {
    part_ticks_add (self->ticks, trip->conversation, trip->id, trip->stanza_id, STORE_MESSAGE_FAILED,
                    CHAT_MESSAGE_KEPT_BACK);
  } else {
    g_debug ("a message was not confirmed: %s", error->message);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED)
        || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      id_set_add (self->certain, trip->id);
    /* What waits was read already for the next life, without this one. */
    if (trip->life != self->life && self->state != OUTBOX_OFFLINE)
      read_pending (self);
  }
}

static void
send_row (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  g_autoptr (XmppMessage) message = NULL;

  if (is_too_old (self, row)) {
    part_ticks_add (self->ticks, conversation, row->id, row->stanza_id, STORE_MESSAGE_FAILED, CHAT_MESSAGE_TOO_OLD);
    return;
  }
  id_set_add (self->flying, row->id);
  message = compose (conversation, row);
  xmpp_session_send_message_async (chat_account_get_session (self->account), message,
                                   chat_account_get_cancellable (self->account), send_message_cb,
                                   trip_new (self, conversation, row));
}

/* Whoever is behind a conversation's uncertain lines waits with them. */
static void
send_or_queue (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  Lane *lane = g_hash_table_lookup (self->lanes, conversation);

  if (lane == NULL)
    send_row (self, conversation, row);
  else
    g_ptr_array_add (lane->rows, part_lines_copy_row (row));
}

/* Settling */

/* A line for which the server ends the session each time would go round for ever: when it has done so for a while, the
 * user decides. */
static void
send_absent_row (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->absences, &row->id)) + 1;

  if (n > ABSENCES_MAX) {
    g_hash_table_remove (self->absences, &row->id);
    part_ticks_add (self->ticks, conversation, row->id, row->stanza_id, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN);
    return;
  }
  g_hash_table_replace (self->absences, g_memdup2 (&row->id, sizeof row->id), GUINT_TO_POINTER (n));
  send_row (self, conversation, row);
}

static void
settle_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Outbox *self = outbox_of (trip->conversation);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) again = part_settle_finish (CHAT_CONVERSATION (source), result, &error);
  g_autoptr (GHashTable) absent = NULL;
  Lane *lane;

  if (self == NULL || trip->life != self->life)
    return;
  if (again == NULL) {
    g_debug ("what became of messages could not be settled: %s", error->message);
    if (error->domain == XMPP_STANZA_ERROR)
      self->n_unwell++;
    part_retry_later (self->retry);
    return;
  }

  self->n_unwell = 0;
  absent = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < again->len; i++)
    g_hash_table_add (absent, &((StoreMessageRow *) again->pdata[i])->id);
  lane = g_queue_pop_head (&self->unsettled);
  g_hash_table_steal (self->lanes, trip->conversation);
  for (guint i = 0; i < lane->rows->len; i++) {
    const StoreMessageRow *row = lane->rows->pdata[i];

    if (!row->tried)
      send_row (self, lane->conversation, row);
    else if (g_hash_table_contains (absent, &row->id))
      send_absent_row (self, lane->conversation, row);
    else
      g_hash_table_remove (self->asked, &row->id);
  }
  lane_free (lane);
  settle_next (self);
}

static void
settle_next (Outbox *self)
{
  Lane *lane = g_queue_peek_head (&self->unsettled);
  g_autoptr (GPtrArray) uncertain = g_ptr_array_new ();

  if (lane == NULL)
    return;
  for (guint i = 0; i < lane->rows->len; i++)
    if (((const StoreMessageRow *) lane->rows->pdata[i])->tried)
      g_ptr_array_add (uncertain, lane->rows->pdata[i]);
  g_clear_object (&self->settling);
  self->settling = g_cancellable_new ();
  part_settle_async (lane->conversation, uncertain, self->n_unwell < PATIENCE, self->settling, settle_cb,
                     trip_new (self, lane->conversation, NULL));
}

static void
open_lane (Outbox *self, ChatConversation *conversation)
{
  Lane *lane = g_new0 (Lane, 1);

  lane->conversation = g_object_ref (conversation);
  lane->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  g_hash_table_insert (self->lanes, conversation, lane);
  g_queue_push_tail (&self->unsettled, lane);
}

/* They are marked as tried, and have not left for all that. */
static void
note_untried (Outbox *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    if (!((const StoreMessageRow *) rows->pdata[i])->tried)
      id_set_add (self->certain, ((const StoreMessageRow *) rows->pdata[i])->id);
}

/* What stood in line and is certain is so the next time. What is being found out is begun again then. */
static void
forget_lanes (Outbox *self)
{
  GHashTableIter iter;
  gpointer lane;

  g_cancellable_cancel (self->settling);
  g_clear_object (&self->settling);
  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    note_untried (self, ((Lane *) lane)->rows);
  g_queue_clear (&self->unsettled);
  g_hash_table_remove_all (self->lanes);
}

/* What the user does */

/* A line that was stored as tried leaves now, or has certainly not left. */
static void
line_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ChatConversation *conversation = CHAT_CONVERSATION (source);
  Outbox *self = outbox_of (conversation);
  gboolean is_leaving;
  g_autoptr (GError) error = NULL;
  g_autoptr (StoreMessageRow) row = part_lines_finish (conversation, result, &is_leaving, &error);

  if (row == NULL) {
    g_message ("A message could not be stored: %s", error->message);
    return;
  }
  if (self == NULL || row->state != STORE_MESSAGE_PENDING)
    return;
  row->tried = FALSE;
  if (is_leaving && self->state == OUTBOX_ONLINE)
    send_or_queue (self, conversation, row);
  else
    id_set_add (self->certain, row->id);
}

/* Only what is stored is sent: at once, or when the account is online again. */
static void
line_written_cb (Outbox *self, ChatConversation *conversation, const StoreMessageRow *row)
{
  part_lines_put_async (conversation, row, self->state != OUTBOX_OFFLINE, line_stored_cb, NULL);
}

static void
line_waits_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree gint64 *id = user_data;
  Outbox *self = outbox_of (CHAT_CONVERSATION (source));

  if (self != NULL)
    g_hash_table_remove (self->retrying, id);
  line_stored_cb (source, result, NULL);
}

/* The line waits again, and is sent when its turn comes, however old it is and whatever became of it before: that is
 * what the user wants. A second press before the first is stored wants nothing more. */
static void
line_retried_cb (Outbox *self, ChatConversation *conversation, gint64 id)
{
  if (!id_set_add (self->retrying, id))
    return;
  id_set_add (self->asked, id);
  part_lines_again_async (conversation, id, self->state != OUTBOX_OFFLINE, line_waits_cb,
                          g_memdup2 (&id, sizeof id));
}

/* Reading what waits */

static gpointer
read_pending_job (StoreDb *db, gpointer data, GError **error)
{
  const Reading *reading = data;

  return store_messages_try_rows (db, reading->account, error);
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

/* What is under way, and what was heard of but is not stored yet, is nothing that waits. */
static gboolean
is_waiting (Outbox *self, const StoreMessageRow *row)
{
  return !g_hash_table_contains (self->flying, &row->id) && !part_ticks_knows (self->ticks, row->id);
}

/* Nothing of a conversation goes out before all of it that is uncertain is settled. */
static void
take_pending (Outbox *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) by_id = conversations_by_id (self->account);

  for (guint i = 0; i < rows->len; i++) {
    StoreMessageRow *row = rows->pdata[i];
    ChatConversation *conversation = g_hash_table_lookup (by_id, &row->conversation);

    if (g_hash_table_remove (self->certain, &row->id))
      row->tried = FALSE;
    if (row->tried && is_waiting (self, row) && conversation != NULL
        && !g_hash_table_contains (self->lanes, conversation))
      open_lane (self, conversation);
  }
  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];
    ChatConversation *conversation = g_hash_table_lookup (by_id, &row->conversation);

    if (conversation != NULL && is_waiting (self, row))
      send_or_queue (self, conversation, row);
  }
  settle_next (self);
}

static void
read_pending_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  const Reading *reading = g_task_get_task_data (G_TASK (result));
  Outbox *self = chat_account_get_part_state (account, &part_outbox);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_run_finish (STORE_STORE (source), result, &error);

  if (self == NULL)
    return;
  if (reading->life != self->life || self->state != OUTBOX_LOADING) {
    if (rows != NULL)
      note_untried (self, rows);
    return;
  }
  if (rows == NULL) {
    g_message ("What waits to be sent could not be read: %s", error->message);
    self->state = OUTBOX_OFFLINE;
    part_retry_later (self->retry);
    return;
  }
  self->state = OUTBOX_ONLINE;
  take_pending (self, rows);
}

/* An account that is being stored for the first time gets here again once it is. What others said before waits to be
 * read first, so that what is sent now stands behind it, here as in the archive. */
static void
read_pending (Outbox *self)
{
  Store *store = chat_account_get_store (self->account);
  Reading *reading;

  if (store == NULL || chat_account_get_id (self->account) == 0
      || !chat_history_is_current (chat_account_get_history (self->account)))
    return;

  forget_lanes (self);
  self->state = OUTBOX_LOADING;
  reading = g_new0 (Reading, 1);
  reading->account = chat_account_get_id (self->account);
  reading->life = ++self->life;
  store_run_async (store, read_pending_job, reading, g_free, (GDestroyNotify) g_ptr_array_unref, NULL,
                   read_pending_cb, g_object_ref (self->account));
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
  account_stored_cb (data);
}

static void
history_notify_current_cb (Outbox *self)
{
  if (self->state == OUTBOX_OFFLINE)
    account_stored_cb (self);
}

static void
part_attach (ChatAccount *account, gpointer state)
{
  Outbox *self = state;

  self->account = account;
  self->lanes = g_hash_table_new_full (NULL, NULL, NULL, lane_free);
  g_queue_init (&self->unsettled);
  self->flying = id_set_new ();
  self->certain = id_set_new ();
  self->asked = id_set_new ();
  self->absences = id_set_new ();
  self->retrying = id_set_new ();
  self->ticks = part_ticks_new (account);
  self->retry = part_retry_new (account, store_again_cb, self);
  g_signal_connect_swapped (account, "written", G_CALLBACK (line_written_cb), self);
  g_signal_connect_swapped (account, "retried", G_CALLBACK (line_retried_cb), self);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
  g_signal_connect_swapped (chat_account_get_history (account), "notify::is-current",
                            G_CALLBACK (history_notify_current_cb), self);
}

/* Also after a resumption, for what was written meanwhile. */
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
  forget_lanes (self);
}

static void
part_closed (ChatAccount *account, gpointer state)
{
  part_ticks_flush (((Outbox *) state)->ticks);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Outbox *self = state;

  g_signal_handlers_disconnect_by_data (account, self);
  g_signal_handlers_disconnect_by_data (chat_account_get_history (account), self);
  g_cancellable_cancel (self->settling);
  g_clear_object (&self->settling);
  g_queue_clear (&self->unsettled);
  g_clear_pointer (&self->lanes, g_hash_table_unref);
  g_clear_pointer (&self->flying, g_hash_table_unref);
  g_clear_pointer (&self->certain, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_hash_table_unref);
  g_clear_pointer (&self->absences, g_hash_table_unref);
  g_clear_pointer (&self->retrying, g_hash_table_unref);
  g_clear_pointer (&self->ticks, part_ticks_free);
  g_clear_pointer (&self->retry, part_retry_free);
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
