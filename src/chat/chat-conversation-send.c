/* What the user does in a conversation: saying something, trying again, giving up. */
#include "chat-conversation-private.h"

#include <string.h>

#include "chat-account-private.h"
#include "crypto-hash.h"

static StoreMessageRow *
own_row (ChatConversation *self, const char *id, const char *body, gint64 sent_at)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->position = chat_conversation_next_position (self);
  row->outgoing = TRUE;
  row->sender = g_strdup (xmpp_jid_get_text (chat_account_get_jid (chat_conversation_get_account (self))));
  row->stanza_id = g_strdup (id);
  row->origin_id = g_strdup (id);
  row->sent_at = sent_at;
  row->body = g_strdup (body);
  row->state = STORE_MESSAGE_PENDING;
  row->asks_receipt = TRUE;
  return row;
}

static gpointer
remove_message_job (StoreDb *db, gpointer data, GError **error)
{
  const StoreMessageRow *row = data;

  if (!store_messages_remove_rows (db, row->id, error))
    return NULL;
  return store_messages_before_rows (db, row->conversation, G_MAXINT64, 1, error);
}

static void
remove_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatConversation) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = store_run_finish (STORE_STORE (source), result, &error);

  if (rows != NULL)
    chat_conversation_take_last (self, rows->len > 0 ? rows->pdata[0] : NULL);
  else
    g_warning ("A message could not be removed: %s", error->message);
}

/**
 * chat_conversation_send:
 * @self: a conversation
 * @body: what to say, UTF-8
 *
 * Shows a line, stores it and sends it: at once when the account is online, else when it is. Line breaks at its end
 * are dropped; of a text that is nothing else nothing comes.
 */
void
chat_conversation_send (ChatConversation *self, const char *body)
{
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autoptr (ChatMessage) message = NULL;
  g_autoptr (StoreMessageRow) row = NULL;
  ChatAccount *account;
  gsize length;

  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (g_utf8_validate (body, -1, NULL));

  account = chat_conversation_get_account (self);
  length = strlen (body);
  while (length > 0 && strchr ("\r\n", body[length - 1]) != NULL)
    length--;
  if (length == 0 || chat_account_get_store (account) == NULL)
    return;

  text = g_strndup (body, length);
  id = crypto_random_id ();
  row = own_row (self, id, text, base_clock_real (xmpp_session_get_clock (chat_account_get_session (account))));
  message = chat_message_new (chat_conversation_get_contact (self), row);
  chat_conversation_add_written (self, message);
  chat_account_emit_typed (account, self, CHAT_TYPED_SENT);
  chat_account_emit_written (account, self, row);
}

/**
 * chat_conversation_retry:
 * @self: a conversation
 * @message: one of its lines
 *
 * Tries again to send a line that failed; it goes behind everything that was said since.
 */
void
chat_conversation_retry (ChatConversation *self, ChatMessage *message)
{
  g_autoptr (StoreMessageRow) row = NULL;
  ChatAccount *account;

  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  account = chat_conversation_get_account (self);
  if (chat_message_get_state (message) != STORE_MESSAGE_FAILED)
    return;
  if (chat_message_get_id (message) != 0) {
    chat_account_emit_retried (account, self, chat_message_get_id (message));
    return;
  }

  /* It could not even be stored. */
  row = own_row (self, chat_message_get_stanza_id (message), chat_message_get_body (message),
                 chat_message_get_sent_at (message));
  chat_conversation_take_row (self, row, FALSE);
  chat_account_emit_written (account, self, row);
}

/**
 * chat_conversation_delete:
 * @self: a conversation
 * @message: one of its lines
 *
 * Forgets a line that failed, here and nowhere else.
 */
void
chat_conversation_delete (ChatConversation *self, ChatMessage *message)
{
  g_autoptr (ChatMessage) keep = NULL;
  Store *store;
  StoreMessageRow *row;

  g_return_if_fail (CHAT_IS_CONVERSATION (self));
  g_return_if_fail (CHAT_IS_MESSAGE (message));

  store = chat_account_get_store (chat_conversation_get_account (self));
  if (chat_message_get_state (message) != STORE_MESSAGE_FAILED || store == NULL)
    return;

  keep = g_object_ref (message);
  chat_conversation_forget (self, message);
  if (chat_message_get_id (message) == 0)
    return;

  row = g_new0 (StoreMessageRow, 1);
  row->id = chat_message_get_id (message);
  row->conversation = chat_conversation_get_id (self);
  store_run_async (store, remove_message_job, row, (GDestroyNotify) store_message_row_free,
                   (GDestroyNotify) g_ptr_array_unref, NULL, remove_message_cb, g_object_ref (self));
}
