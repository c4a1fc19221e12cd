/* Writes a conversation's draft and read mark to the store, one job at a time.
 *
 * A draft changes with every key. While one is being written, only the last of those that follow is kept for the
 * next job, so a fast writer on a slow disk makes no queue. */
#include "chat-keeper.h"

#include "chat-account.h"
#include "store-conversations.h"
#include "store-messages.h"

/* One job. */
typedef struct {
  gint64    account;
  char     *jid;             /* (owned) */
  gboolean  with_draft;
  char     *draft;           /* (owned, nullable) */
  gint64    read_position;   /* 0: leave it */
} Save;

/* Counts its references: a job that is on its way holds one. */
struct _ChatKeeper {
  ChatContact *contact;         /* (owned) */
  gboolean     is_stored;       /* the conversation is */
  gboolean     saving;
  gboolean     draft_changed;
  char        *draft;           /* (owned, nullable) */
  gint64       read_position;   /* 0: nothing new */
};

static void save_next (ChatKeeper *self);

static void
save_free (gpointer data)
{
  Save *save = data;

  g_free (save->jid);
  g_free (save->draft);
  g_free (save);
}

static void
keeper_clear (gpointer data)
{
  ChatKeeper *self = data;

  g_object_unref (self->contact);
  g_free (self->draft);
}

static gpointer
save_job (StoreDb *db, gpointer data, GError **error)
{
  const Save *save = data;
  gint64 id = store_conversations_find_rows (db, save->account, CHAT_KIND_PERSON, save->jid, error);

  if (id == 0)
    return NULL;
  if (save->with_draft && !store_conversations_draft_rows (db, id, save->draft, error))
    return NULL;
  if (save->read_position != 0)
    store_conversations_read_rows (db, id, save->read_position, error);
  return NULL;
}

/* What could not be stored goes with what changes next, if it is not out of date by then. */
static void
keep (ChatKeeper *self, Save *save)
{
  if (save->with_draft && !self->draft_changed) {
    self->draft_changed = TRUE;
    self->draft = g_steal_pointer (&save->draft);
  }
  self->read_position = MAX (self->read_position, save->read_position);
}

static void
save_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatKeeper) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean changed = self->draft_changed || self->read_position != 0;

  store_run_finish (STORE_STORE (source), result, &error);
  self->saving = FALSE;
  if (error == NULL) {
    self->is_stored = TRUE;
  } else {
    g_message ("A draft or read mark could not be stored: %s", error->message);
    keep (self, g_task_get_task_data (G_TASK (result)));
  }
  if (changed)
    save_next (self);
}

static void
save_next (ChatKeeper *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  Store *store = account != NULL ? chat_account_get_store (account) : NULL;
  Save *save;

  if (self->saving || store == NULL || !(self->draft_changed || self->read_position != 0))
    return;

  save = g_new0 (Save, 1);
  save->account = chat_account_get_id (account);
  save->jid = g_strdup (xmpp_jid_get_text (chat_contact_get_jid (self->contact)));
  save->with_draft = self->draft_changed;
  save->draft = g_steal_pointer (&self->draft);
  save->read_position = self->read_position;
  self->draft_changed = FALSE;
  self->read_position = 0;
  self->saving = TRUE;
  store_run_async (store, save_job, save, save_free, NULL, NULL, save_cb, g_rc_box_acquire (self));
}

/**
 * chat_keeper_new:
 * @contact: with whom the conversation is whose draft and read mark to keep
 * @is_stored: whether the store knows it
 *
 * Returns: (transfer full): a keeper
 */
ChatKeeper *
chat_keeper_new (ChatContact *contact, gboolean is_stored)
{
  ChatKeeper *self = g_rc_box_new0 (ChatKeeper);

  self->contact = g_object_ref (contact);
  self->is_stored = is_stored;
  return self;
}

/**
 * chat_keeper_free:
 * @self: (transfer full): a keeper
 */
void
chat_keeper_free (ChatKeeper *self)
{
  g_rc_box_release_full (self, keeper_clear);
}

/**
 * chat_keeper_draft:
 * @self: a keeper
 * @draft: (nullable): what is typed and not sent
 *
 * Stores a draft. A conversation that is not stored yet is stored with it, but not for the lack of one.
 */
void
chat_keeper_draft (ChatKeeper *self, const char *draft)
{
  if (draft == NULL && !self->saving && !self->is_stored)
    return;

  g_free (self->draft);
  self->draft = g_strdup (draft);
  self->draft_changed = TRUE;
  save_next (self);
}

/**
 * chat_keeper_read:
 * @self: a keeper
 * @position: the last line that was read; 0 for all there are
 *
 * Stores up to where the conversation was read.
 */
void
chat_keeper_read (ChatKeeper *self, gint64 position)
{
  self->read_position = position != 0 ? MAX (self->read_position, position) : STORE_POSITION_PENDING - 1;
  save_next (self);
}
