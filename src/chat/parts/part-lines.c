/* Own lines on their way into the store: one that was written, one that is to be tried again. For the parts.
 *
 * A line that is to leave as soon as it is stored is stored as tried, in the same commit: whatever happens in between,
 * nobody will think that it has certainly not left. */
#include "part-lines.h"

#include "chat-conversation-private.h"
#include "store-conversations.h"

typedef struct {
  gint64            account;      /* accounts.id */
  char             *jid;          /* (owned, nullable) whose conversation: the line is new */
  StoreMessageRow  *row;          /* (owned) the writer's while it is being stored; with an id if it is not new */
  gboolean          is_leaving;
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  store_message_row_free (line->row);
  g_free (line->jid);
  g_free (line);
}

/* A new one */

static gpointer
put_job (StoreDb *db, gpointer data, GError **error)
{
  Line *line = data;
  gboolean is_new;

  line->row->conversation = store_conversations_find_rows (db, line->account, CHAT_KIND_PERSON, line->jid, error);
  if (line->row->conversation == 0 || !store_messages_insert_rows (db, line->row, &is_new, error))
    return NULL;
  return part_lines_copy_row (line->row);
}

static void
put_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatConversation *conversation = g_task_get_source_object (task);
  StoreMessageRow *put = ((Line *) g_task_get_task_data (G_TASK (result)))->row;
  GError *error = NULL;
  StoreMessageRow *row = store_run_finish (STORE_STORE (source), result, &error);

  if (row != NULL) {
    chat_conversation_set_id (conversation, row->conversation);
    chat_conversation_take_row (conversation, row, TRUE);
    g_task_return_pointer (task, row, (GDestroyNotify) store_message_row_free);
    return;
  }

  put->id = 0;
  put->position = chat_conversation_next_position (conversation);
  put->state = STORE_MESSAGE_FAILED;
  put->error = g_strdup (CHAT_MESSAGE_NOT_STORED);
  chat_conversation_take_row (conversation, put, FALSE);
  g_task_return_error (task, error);
}

/* One that failed */

/* To mark one line is to mark all that wait: when this one leaves, the others are marked already, or are being read. */
static gpointer
again_job (StoreDb *db, gpointer data, GError **error)
{
  const Line *line = data;
  g_autoptr (StoreMessageRow) row =
      store_messages_state_rows (db, line->row->id, STORE_MESSAGE_PENDING, NULL, error);
  g_autoptr (GPtrArray) marked = NULL;

  if (row == NULL || !line->is_leaving)
    return g_steal_pointer (&row);
  marked = store_messages_try_rows (db, line->account, error);
  return marked != NULL ? g_steal_pointer (&row) : NULL;
}

static void
again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  StoreMessageRow *row = store_run_finish (STORE_STORE (source), result, &error);

  if (row == NULL) {
    g_task_return_error (task, error);
    return;
  }
  chat_conversation_take_row (g_task_get_source_object (task), row, FALSE);
  g_task_return_pointer (task, row, (GDestroyNotify) store_message_row_free);
}

/* Runs the job, unless nothing of the account goes to the store any more. */
static void
run_line (ChatConversation *conversation,
          Line *line,
          StoreJob job,
          GAsyncReadyCallback stored,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  ChatAccount *account = chat_conversation_get_account (conversation);
  Store *store = chat_account_get_store (account);
  g_autoptr (GTask) task = g_task_new (conversation, NULL, callback, user_data);

  g_task_set_source_tag (task, run_line);
  g_task_set_task_data (task, GINT_TO_POINTER (line->is_leaving), NULL);
  line->account = chat_account_get_id (account);
  if (store == NULL) {
    line_free (line);
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The account is going away");
    return;
  }
  store_run_async (store, job, line, line_free, (GDestroyNotify) store_message_row_free, NULL, stored,
                   g_steal_pointer (&task));
}

/**
 * part_lines_copy_row:
 * @row: a row
 *
 * Returns: (transfer full): another one with the same content
 */
StoreMessageRow *
part_lines_copy_row (const StoreMessageRow *row)
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

/**
 * part_lines_put_async:
 * @conversation: a conversation
 * @row: a line that was written in it; copied
 * @is_leaving: whether it is sent when it is stored, which is stored with it
 * @callback: called when it is stored and shown as such, or FAILED with %CHAT_MESSAGE_NOT_STORED
 * @user_data: for @callback
 *
 * Stores a new line.
 */
void
part_lines_put_async (ChatConversation *conversation,
                      const StoreMessageRow *row,
                      gboolean is_leaving,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Line *line = g_new0 (Line, 1);

  line->jid = g_strdup (xmpp_jid_get_text (chat_contact_get_jid (chat_conversation_get_contact (conversation))));
  line->row = part_lines_copy_row (row);
  line->row->position = 0;
  line->row->tried = line->is_leaving = is_leaving;
  run_line (conversation, line, put_job, put_cb, callback, user_data);
}

/**
 * part_lines_again_async:
 * @conversation: a conversation
 * @id: messages.id of a line in it that failed
 * @is_leaving: whether it is sent when it waits again, which is stored with it
 * @callback: called when it waits again and is shown as such, or why not
 * @user_data: for @callback
 *
 * Lets a line wait once more.
 */
void
part_lines_again_async (ChatConversation *conversation,
                        gint64 id,
                        gboolean is_leaving,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  Line *line = g_new0 (Line, 1);

  line->row = g_new0 (StoreMessageRow, 1);
  line->row->id = id;
  line->is_leaving = is_leaving;
  run_line (conversation, line, again_job, again_cb, callback, user_data);
}

/**
 * part_lines_finish:
 * @conversation: a conversation
 * @result: what either callback was given
 * @is_leaving: (out): what was said about that
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the line as it is now, or %NULL with %STORE_ERROR or %G_IO_ERROR_CANCELLED set
 */
StoreMessageRow *
part_lines_finish (ChatConversation *conversation, GAsyncResult *result, gboolean *is_leaving, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, conversation), NULL);

  *is_leaving = GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}
