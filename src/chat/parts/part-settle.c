/* Lines that were handed to a stream which died: what became of them, asked of the archive. For the parts.
 *
 *   find the archive ──► a page, newest first ──► the store: what is in it is SENT ──► nothing is left: done
 *          │                   ▲     │                      │
 *          │                   └─────┼── an older one ◄─────┤ not far enough back
 *          │ there is none           │ it refuses           ▼ as far as where the oldest of them can be
 *          │                         │                 does it keep what is said with them?
 *          ▼                         ▼                   │ no, or it does not say    │ yes
 *        nobody knows: FAILED, and the user decides ◄────┘                           └─► not sent: to be sent again
 *
 * That a line is in the archive is proof, that it is not proves something only if it would be there. An end of the
 * connection proves nothing: all of this is begun again when we are back, and after a while when the archive is not
 * well. Only what we said to this contact counts, whatever ids others put on theirs. */
#include "part-settle.h"

#include "chat-conversation-private.h"
#include "part-lines.h"
#include "store-messages-settle.h"
#include "xep-0313-mam.h"
#include "xep-0441-mam-prefs.h"

#define FIRST_PAGE 50   /* a line that was just sent stands near the end … */
#define PAGES_MAX  20   /* … and if not within so many pages, nobody finds out */

typedef struct {
  ChatAccount  *account;       /* (owned) */
  GPtrArray    *rows;          /* (owned) of StoreMessageRow: what is still open */
  gboolean      is_patient;    /* what an archive says that is not well does not count */
  char         *before;        /* (owned, nullable) the archive's id of the oldest item that was read */
  guint         n_pages;
  gint64        first;         /* messages.id of the oldest line */
} Settling;

/* A page on its way to the store. */
typedef struct {
  gint64        conversation;  /* conversations.id */
  gint64        first;
  XmppMamPage  *page;          /* (owned) only read */
  GArray       *seen;          /* (owned) of StoreSeen, newest first, borrowed from the page */
  gboolean      is_reached;    /* what is older need not be read */
} Page;

/* What the archive does not tell of. */
typedef struct {
  GPtrArray    *rows;          /* (owned) of StoreMessageRow */
  gboolean      is_absent;     /* they were not sent; else nobody knows */
  GPtrArray    *changed;       /* (owned) of StoreMessageRow: those that are not PENDING any more */
  GPtrArray    *again;         /* (owned) of StoreMessageRow: those that are, to be sent */
} Rest;

static void ask_page (GTask *task);

static GPtrArray *
row_array_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
}

static void
settling_free (gpointer data)
{
  Settling *settling = data;

  g_object_unref (settling->account);
  g_ptr_array_unref (settling->rows);
  g_free (settling->before);
  g_free (settling);
}

static void
page_free (gpointer data)
{
  Page *page = data;

  g_array_unref (page->seen);
  xmpp_mam_page_free (page->page);
  g_free (page);
}

static void
rest_free (gpointer data)
{
  Rest *rest = data;

  g_ptr_array_unref (rest->rows);
  g_ptr_array_unref (rest->changed);
  g_clear_pointer (&rest->again, g_ptr_array_unref);
  g_free (rest);
}

/* Whether it may answer in a while (RFC 6120 §8.3.3): a server that was just started says so, for one. */
static gboolean
is_unwell (const GError *error)
{
  return g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR)
         || g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT);
}

/* Whether the archive, or the server, has spoken. Everything else is the end of the connection, or may pass. */
static gboolean
is_answer (GTask *task, const GError *error)
{
  const Settling *settling = g_task_get_task_data (task);

  if (settling->is_patient && is_unwell (error))
    return FALSE;
  return error->domain == XMPP_STANZA_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Returns NULL when nobody waits any more, and says so. */
static Store *
store_for (GTask *task)
{
  const Settling *settling = g_task_get_task_data (task);
  Store *store = chat_account_get_store (settling->account);

  if (g_task_return_error_if_cancelled (task))
    return NULL;
  if (store == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The account is going away");
  return store;
}

static void
show_rows (ChatConversation *conversation, GPtrArray *rows)
{
  g_autofree gboolean *are_new = g_new0 (gboolean, MAX (rows->len, 1));

  if (rows->len > 0)
    chat_conversation_take_rows (conversation, rows, are_new);
}

/* What is left */

static gpointer
store_rest_job (StoreDb *db, gpointer data, GError **error)
{
  Rest *rest = data;

  for (guint i = 0; i < rest->rows->len; i++) {
    const StoreMessageRow *row = rest->rows->pdata[i];
    g_autoptr (GError) problem = NULL;
    g_autoptr (StoreMessageRow) now =
        store_messages_find_own_rows (db, row->conversation, row->stanza_id, &problem);

    if (now != NULL && now->id == row->id && now->state == STORE_MESSAGE_PENDING && !rest->is_absent) {
      g_clear_pointer (&now, store_message_row_free);
      now = store_messages_state_rows (db, row->id, STORE_MESSAGE_FAILED, CHAT_MESSAGE_UNCERTAIN, &problem);
    }
    if (problem != NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
    if (now != NULL && now->id == row->id) {
      GPtrArray *rows = now->state == STORE_MESSAGE_PENDING ? rest->again : rest->changed;

      g_ptr_array_add (rows, g_steal_pointer (&now));
    }
  }
  return NULL;
}

static void
store_rest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rest *rest = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  show_rows (g_task_get_source_object (task), rest->changed);
  g_task_return_pointer (task, g_steal_pointer (&rest->again), (GDestroyNotify) g_ptr_array_unref);
}

static void
decide_rest (GTask *task, gboolean is_absent)
{
  Settling *settling = g_task_get_task_data (task);
  Store *store = store_for (task);
  Rest *rest;

  if (store == NULL)
    return;
  rest = g_new0 (Rest, 1);
  rest->rows = g_ptr_array_ref (settling->rows);
  rest->is_absent = is_absent;
  rest->changed = row_array_new ();
  rest->again = row_array_new ();
  store_run_async (store, store_rest_job, rest, rest_free, NULL, NULL, store_rest_cb, g_object_ref (task));
}

/* Whether what is not there would be there. */
static void
prefs_come_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatConversation *conversation = g_task_get_source_object (task);
  XmppMamKeep keep = XMPP_MAM_KEEP_NEVER;
  g_autoptr (GError) error = NULL;

  if (xmpp_mam_prefs_get_finish (XMPP_SESSION (source), result, &keep, &error))
    decide_rest (task, keep == XMPP_MAM_KEEP_ALWAYS
                           || (keep == XMPP_MAM_KEEP_ROSTER
                               && chat_contact_is_contact (chat_conversation_get_contact (conversation))));
  else if (is_answer (task, error))   /* who cannot be told what to keep keeps everything */
    decide_rest (task, error->domain == XMPP_STANZA_ERROR && !is_unwell (error));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Pages */

static gpointer
store_page_job (StoreDb *db, gpointer data, GError **error)
{
  Page *page = data;

  return store_messages_settle_rows (db, page->conversation, (const StoreSeen *) page->seen->data, page->seen->len,
                                     page->first, &page->is_reached, error);
}

static void
remove_found (GPtrArray *rows, GPtrArray *found)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < found->len; i++)
    g_hash_table_add (ids, &((StoreMessageRow *) found->pdata[i])->id);
  for (guint i = rows->len; i > 0; i--)
    if (g_hash_table_contains (ids, &((StoreMessageRow *) rows->pdata[i - 1])->id))
      g_ptr_array_remove_index (rows, i - 1);
}

static void
store_page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatConversation *conversation = g_task_get_source_object (task);
  Settling *settling = g_task_get_task_data (task);
  const Page *page = g_task_get_task_data (G_TASK (result));
  XmppSession *session = chat_account_get_session (settling->account);
  GError *error = NULL;
  g_autoptr (GPtrArray) found = store_run_finish (STORE_STORE (source), result, &error);

  if (found == NULL) {
    g_task_return_error (task, error);
    return;
  }
  show_rows (conversation, found);
  remove_found (settling->rows, found);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (settling->rows->len == 0)
    g_task_return_pointer (task, row_array_new (), (GDestroyNotify) g_ptr_array_unref);
  else if (page->is_reached || page->page->complete)
    xmpp_mam_prefs_find_async (session, chat_contact_get_jid (chat_conversation_get_contact (conversation)),
                               g_task_get_cancellable (task), prefs_come_cb, g_object_ref (task));
  else if (++settling->n_pages == PAGES_MAX)
    decide_rest (task, FALSE);
  else
    ask_page (task);
}

/* What somebody else said, or we to somebody else, has no business here, whatever the archive was asked. A line of ours
 * without an origin id has the stanza's, which is the same. */
static void
see_message (GArray *seen, XmppJid *own, XmppJid *peer, const XmppMessage *message)
{
  gboolean is_ours;
  StoreSeen one = { 0 };

  if (message->from == NULL || message->to == NULL || message->type == XMPP_MESSAGE_ERROR)
    return;
  is_ours = xmpp_jid_equal_bare (message->from, own) && xmpp_jid_equal_bare (message->to, peer);
  if (!is_ours && !xmpp_jid_equal_bare (message->from, peer))
    return;
  one.archive_id = message->archive_id;
  one.sender = xmpp_jid_get_text (is_ours ? own : peer);
  one.origin_id = message->origin_id != NULL || !is_ours ? message->origin_id : message->id;
  g_array_append_val (seen, one);
}

static void
page_comes_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ChatConversation *conversation = g_task_get_source_object (task);
  Settling *settling = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppMamPage) answer = xmpp_mam_query_finish (XMPP_SESSION (source), result, &error);
  Store *store;
  Page *page;

  if (answer == NULL && is_answer (task, error)) {
    g_debug ("the archive does not tell what became of messages: %s", error->message);
    decide_rest (task, FALSE);
    return;
  }
  if (answer == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if ((store = store_for (task)) == NULL)
    return;

  g_free (settling->before);
  settling->before = g_strdup (answer->page.first);
  page = g_new0 (Page, 1);
  page->conversation = chat_conversation_get_id (conversation);
  page->first = settling->first;
  page->seen = g_array_new (FALSE, FALSE, sizeof (StoreSeen));
  for (guint i = answer->messages->len; i > 0; i--)
    see_message (page->seen, chat_account_get_jid (settling->account),
                 chat_contact_get_jid (chat_conversation_get_contact (conversation)), answer->messages->pdata[i - 1]);
  page->page = g_steal_pointer (&answer);
  store_run_async (store, store_page_job, page, page_free, (GDestroyNotify) g_ptr_array_unref, NULL, store_page_cb,
                   g_object_ref (task));
}

static void
ask_page (GTask *task)
{
  ChatConversation *conversation = g_task_get_source_object (task);
  const Settling *settling = g_task_get_task_data (task);
  XmppMamAsk ask = { 0 };

  ask.with = chat_contact_get_jid (chat_conversation_get_contact (conversation));
  ask.page.max = settling->n_pages == 0 ? FIRST_PAGE : XMPP_MAM_PAGE_MAX;
  ask.page.before = settling->before != NULL ? settling->before : "";
  xmpp_mam_query_async (chat_account_get_session (settling->account), &ask, g_task_get_cancellable (task),
                        page_comes_cb, g_object_ref (task));
}

static void
archive_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  gboolean is_extended;
  g_autoptr (GError) error = NULL;

  if (xmpp_mam_find_finish (XMPP_SESSION (source), result, &is_extended, &error))
    ask_page (task);
  else if (error == NULL || is_answer (task, error))
    decide_rest (task, FALSE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * part_settle_async:
 * @conversation: a conversation
 * @rows: (element-type StoreMessageRow): own lines of it that are PENDING and may have been sent; copied
 * @is_patient: whether nothing is decided when the archive is not well just now
 * @cancellable: (nullable): gives it up; what was found out holds
 * @callback: called when nothing is left to find out
 * @user_data: for @callback
 *
 * Finds out what became of lines whose stream ended before the server confirmed them. What is found is SENT, and what
 * nobody can know FAILED with %CHAT_MESSAGE_UNCERTAIN, in the store and on the screen.
 */
void
part_settle_async (ChatConversation *conversation,
                   GPtrArray *rows,
                   gboolean is_patient,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (conversation, cancellable, callback, user_data);
  Settling *settling = g_new0 (Settling, 1);

  settling->account = g_object_ref (chat_conversation_get_account (conversation));
  settling->rows = row_array_new ();
  settling->is_patient = is_patient;
  settling->first = G_MAXINT64;
  for (guint i = 0; i < rows->len; i++) {
    const StoreMessageRow *row = rows->pdata[i];

    g_ptr_array_add (settling->rows, part_lines_copy_row (row));
    settling->first = MIN (settling->first, row->id);
  }
  g_task_set_source_tag (task, part_settle_async);
  g_task_set_task_data (task, settling, settling_free);
  xmpp_mam_find_async (chat_account_get_session (settling->account), cancellable, archive_found_cb,
                       g_steal_pointer (&task));
}

/**
 * part_settle_finish:
 * @conversation: a conversation
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type StoreMessageRow) (nullable): the lines that were not sent, as they are now, to
 *   be sent again; %NULL with %STORE_ERROR set, with what ended the session, or with %XMPP_STANZA_ERROR when an
 *   archive that is not well is to be asked again in a while
 */
GPtrArray *
part_settle_finish (ChatConversation *conversation, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, conversation), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
