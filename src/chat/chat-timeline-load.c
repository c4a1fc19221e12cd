/* Where the pages of a timeline come from.
 *
 * One load runs at a time. Answers of the store come in the order of its jobs, and a new row is announced by the
 * answer of the job that stored it; so when a page arrives whose end is the end of the history, everything stored
 * before it is in it, and everything stored after it is still to be announced. */
#include "chat-timeline-private.h"

#include "chat-account.h"
#include "chat-message-private.h"

/* One page, on its way. */
typedef struct {
  ChatTimelineLoad  kind;
  gint64            conversation;   /* conversations.id */
  gint64            position;
  guint             serial;
} Load;

/* Returns NULL when the account is gone, or going. */
static Store *
get_store (ChatTimeline *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);

  return account != NULL ? chat_account_get_store (account) : NULL;
}

static gpointer
load_page_job (StoreDb *db, gpointer data, GError **error)
{
  const Load *load = data;
  guint n = CHAT_TIMELINE_PAGE + 1;

  /* The one row too many tells whether there are more. */
  return load->kind == CHAT_TIMELINE_NEWER
             ? store_messages_after_rows (db, load->conversation, load->position, n, error)
             : store_messages_before_rows (db, load->conversation, load->position, n, error);
}

/* The objects of @rows, those that are there already kept as they are. */
static GPtrArray *
messages_of (ChatTimeline *self, GPtrArray *rows)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];
    ChatMessage *message = chat_message_find (self->items, row->id);

    if (message == NULL)
      message = chat_message_find (self->held, row->id);
    if (message != NULL)
      chat_message_update (message, row);
    g_ptr_array_add (messages, message != NULL ? g_object_ref (message) : chat_message_new (self->contact, row));
  }
  return messages;
}

static void
take_newest (ChatTimeline *self, GPtrArray *rows)
{
  g_autoptr (GPtrArray) messages = NULL;
  gboolean is_all = rows->len <= CHAT_TIMELINE_PAGE;
  guint n_before = self->items->len;

  if (!is_all)
    g_ptr_array_remove_index (rows, 0);
  messages = messages_of (self, rows);
  for (guint i = 0; i < self->held->len; i++) {
    ChatMessage *message = self->held->pdata[i];
    guint place = chat_message_place (messages, chat_message_get_position (message));

    /* What an archive brought meanwhile may be older than the page. */
    if (!g_ptr_array_find (messages, message, NULL) && (place > 0 || is_all))
      g_ptr_array_insert (messages, (int) place, g_object_ref (message));
  }
  g_ptr_array_set_size (self->held, 0);
  if (messages->len > CHAT_TIMELINE_MAX) {
    g_ptr_array_remove_range (messages, 0, messages->len - CHAT_TIMELINE_MAX);
    is_all = FALSE;
  }

  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&messages);
  self->replacing = FALSE;
  chat_timeline_set_flag (self, &self->at_start, is_all, CHAT_TIMELINE_AT_START);
  chat_timeline_set_flag (self, &self->at_end, TRUE, CHAT_TIMELINE_AT_END);
  if (n_before > 0 || self->items->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->items->len);
}

/* A line may have come into the window while the page with it was on its way. */
static GPtrArray *
new_messages_of (ChatTimeline *self, GPtrArray *rows)
{
  g_autoptr (GPtrArray) messages = messages_of (self, rows);
  GPtrArray *unknown = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < messages->len; i++)
    if (!g_ptr_array_find (self->items, messages->pdata[i], NULL))
      g_ptr_array_add (unknown, g_object_ref (messages->pdata[i]));
  return unknown;
}

static void
take_older (ChatTimeline *self, GPtrArray *rows)
{
  g_autoptr (GPtrArray) messages = NULL;
  gboolean is_all = rows->len <= CHAT_TIMELINE_PAGE;
  guint total;

  if (!is_all)
    g_ptr_array_remove_index (rows, 0);
  messages = new_messages_of (self, rows);
  total = self->items->len + messages->len;

  chat_timeline_set_flag (self, &self->at_start, is_all, CHAT_TIMELINE_AT_START);
  if (total > CHAT_TIMELINE_MAX) {
    chat_timeline_set_flag (self, &self->at_end, FALSE, CHAT_TIMELINE_AT_END);
    chat_timeline_trim_end (self, total - CHAT_TIMELINE_MAX);
  }
  chat_timeline_insert_run (self, 0, messages->pdata, messages->len);
}

static void
take_newer (ChatTimeline *self, GPtrArray *rows)
{
  g_autoptr (GPtrArray) messages = NULL;
  gboolean is_all = rows->len <= CHAT_TIMELINE_PAGE;

  if (!is_all)
    g_ptr_array_remove_index (rows, rows->len - 1);
  messages = new_messages_of (self, rows);

  chat_timeline_set_flag (self, &self->at_end, is_all, CHAT_TIMELINE_AT_END);
  chat_timeline_add_run (self, self->items->len, messages->pdata, messages->len, FALSE);
}

static void
take_page (ChatTimeline *self, ChatTimelineLoad kind, GPtrArray *rows)
{
  g_object_freeze_notify (G_OBJECT (self));
  chat_timeline_set_flag (self, &self->loading, FALSE, CHAT_TIMELINE_LOADING);
  switch (kind) {
  case CHAT_TIMELINE_NEWEST:
    take_newest (self, rows);
    break;
  case CHAT_TIMELINE_OLDER:
    take_older (self, rows);
    break;
  case CHAT_TIMELINE_NEWER:
    take_newer (self, rows);
    break;
  }
  g_object_thaw_notify (G_OBJECT (self));
}

/* The window may have lost lines at the end that the page was to go on from. */
static gboolean
still_fits (ChatTimeline *self, const Load *load)
{
  guint edge = load->kind == CHAT_TIMELINE_OLDER ? 0 : self->items->len - 1;

  return load->kind == CHAT_TIMELINE_NEWEST
         || (self->items->len > 0 && chat_message_get_position (self->items->pdata[edge]) == load->position);
}

static void
load_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatTimeline) self = user_data;
  const Load *load = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_run_finish (STORE_STORE (source), result, &error);

  if (load->serial != self->serial || get_store (self) == NULL)
    return;
  if (rows == NULL) {
    g_warning ("Messages could not be read: %s", error->message);
    self->replacing = FALSE;
    chat_timeline_set_flag (self, &self->loading, FALSE, CHAT_TIMELINE_LOADING);
    return;
  }
  if (still_fits (self, load)) {
    take_page (self, load->kind, rows);
    return;
  }
  chat_timeline_set_flag (self, &self->loading, FALSE, CHAT_TIMELINE_LOADING);
  if (load->kind == CHAT_TIMELINE_OLDER)
    chat_timeline_load_older (self);
  else
    chat_timeline_load_newer (self);
}

/**
 * chat_timeline_load:
 * @kind: which page
 * @position: from where on
 *
 * Asks the store for a page; what another load would still answer is not wanted any more.
 */
void
chat_timeline_load (ChatTimeline *self, ChatTimelineLoad kind, gint64 position)
{
  Store *store = get_store (self);
  Load *load;

  if (store == NULL)
    return;

  self->serial++;
  self->replacing = kind == CHAT_TIMELINE_NEWEST;
  chat_timeline_set_flag (self, &self->loading, TRUE, CHAT_TIMELINE_LOADING);

  load = g_new0 (Load, 1);
  load->kind = kind;
  load->conversation = self->conversation;
  load->position = position;
  load->serial = self->serial;
  store_run_async (store, load_page_job, load, g_free, (GDestroyNotify) g_ptr_array_unref, NULL, load_page_cb,
                   g_object_ref (self));
}
