/* Catching up: after each new sign-in, what was said meanwhile is read from the account's archive (XEP-0313).
 *
 *   online ──► is there an archive? ──┐ no: what was opened for it is forgotten
 *   inbox ──► opened, with its gaps ──┼─ yes: part-sync-run reads the gaps
 *   our presence is out ──────────────┘
 *
 * The inbox opens the archive in the store, before it stores anything that was said in the session; meanwhile the
 * server is asked. What is said to us after our presence comes to us, and what was said before is in the archive by
 * then: asked any earlier it might not have it yet, and nobody would ever bring it. After a resumption nothing is
 * opened, and reading goes on where it was. */
#include "base-backoff.h"
#include "chat-part.h"
#include "part-inbox.h"
#include "part-sync-run.h"
#include "rfc-6121-presence.h"
#include "xep-0313-mam.h"

#define WAIT_FIRST   (5 * G_TIME_SPAN_SECOND)
#define WAIT_CEILING (5 * G_TIME_SPAN_MINUTE)

typedef enum {
  ARCHIVE_UNKNOWN,
  ARCHIVE_ASKED,
  ARCHIVE_ABSENT,
  ARCHIVE_PLAIN,
  ARCHIVE_EXTENDED,
} Archive;

/* What one account has to catch up with. */
typedef struct {
  ChatAccount *account;   /* (borrowed) */
  PartSyncRun *run;       /* (owned) */
  GPtrArray   *gaps;      /* (owned, nullable) of StoreGapRow, newest first: opened, and not begun to be read */
  Archive      archive;   /* of this session */
  BaseBackoff  backoff;
  guint        timer;     /* until it is asked again, 0: it does not wait */
  guint        session;   /* counts them */
} Sync;

/* An answer on its way. */
typedef struct {
  ChatAccount *account;   /* (owned) */
  guint        session;
} Trip;

/* Whose archive, for a job. */
typedef struct {
  gint64  account;   /* accounts.id */
  char   *jid;       /* (owned) */
} Owner;

extern const ChatPart part_sync;

static void find_archive (Sync *self);

static Trip *
trip_new (Sync *self)
{
  Trip *trip = g_new0 (Trip, 1);

  trip->account = g_object_ref (self->account);
  trip->session = self->session;
  return trip;
}

static void
trip_free (Trip *trip)
{
  g_object_unref (trip->account);
  g_free (trip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Trip, trip_free)

/* Returns NULL when it is gone, or in another session. */
static Sync *
sync_of (const Trip *trip)
{
  Sync *self = chat_account_get_part_state (trip->account, &part_sync);

  return self != NULL && self->session == trip->session ? self : NULL;
}

static Owner *
owner_new (Sync *self)
{
  Owner *owner = g_new0 (Owner, 1);

  owner->account = chat_account_get_id (self->account);
  owner->jid = g_strdup (xmpp_jid_get_text (chat_account_get_jid (self->account)));
  return owner;
}

static void
owner_free (gpointer data)
{
  Owner *owner = data;

  g_free (owner->jid);
  g_free (owner);
}

static gpointer
forget_archive_job (StoreDb *db, gpointer data, GError **error)
{
  const Owner *owner = data;

  store_archives_forget_rows (db, owner->account, owner->jid, error);
  return NULL;
}

static void
forget_archive_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error != NULL)
    g_message ("An archive that is not there could not be forgotten: %s", error->message);
}

static void
forget_archive (Sync *self)
{
  Store *store = chat_account_get_store (self->account);
  ChatHistory *history = chat_account_get_history (self->account);

  if (store != NULL)
    store_run_async (store, forget_archive_job, owner_new (self), owner_free, NULL, NULL, forget_archive_cb, NULL);
  chat_history_set_gaps (history, NULL, 0);
  chat_history_set_state (history, CHAT_HISTORY_ABSENT);
  chat_history_set_current (history, TRUE);
}

/* Once it is known whether there is an archive, and which gaps it has, and nothing can fall behind it any more. */
static void
begin (Sync *self)
{
  if (self->gaps == NULL)
    return;
  if (self->archive == ARCHIVE_ABSENT) {
    g_clear_pointer (&self->gaps, g_ptr_array_unref);
    forget_archive (self);
  } else if ((self->archive == ARCHIVE_PLAIN || self->archive == ARCHIVE_EXTENDED)
             && xmpp_presence_is_out (chat_account_get_session (self->account))) {
    part_sync_run_begin (self->run, g_steal_pointer (&self->gaps), self->archive == ARCHIVE_EXTENDED);
  }
}

static gboolean
timer_cb (gpointer data)
{
  Sync *self = data;

  self->timer = 0;
  find_archive (self);
  return G_SOURCE_REMOVE;
}

static void
find_archive_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Sync *self = sync_of (trip);
  g_autoptr (GError) error = NULL;
  gboolean is_extended = FALSE;
  gboolean is_there = xmpp_mam_find_finish (XMPP_SESSION (source), result, &is_extended, &error);

  if (self == NULL)
    return;
  if (error == NULL) {
    self->archive = !is_there ? ARCHIVE_ABSENT : is_extended ? ARCHIVE_EXTENDED : ARCHIVE_PLAIN;
    begin (self);
    return;
  }

  g_message ("Whether there is an archive is not known: %s", error->message);
  self->archive = ARCHIVE_UNKNOWN;
  if (xmpp_session_get_state (XMPP_SESSION (source)) == XMPP_SESSION_ONLINE) {
    chat_history_set_state (chat_account_get_history (self->account), CHAT_HISTORY_WAITING);
    chat_history_set_current (chat_account_get_history (self->account), TRUE);
    self->timer = base_clock_add (xmpp_session_get_clock (XMPP_SESSION (source)), base_backoff_next (&self->backoff),
                                  timer_cb, self, NULL);
  }
}

static void
find_archive (Sync *self)
{
  if (self->archive != ARCHIVE_UNKNOWN || self->timer != 0)
    return;
  self->archive = ARCHIVE_ASKED;
  xmpp_mam_find_async (chat_account_get_session (self->account), chat_account_get_cancellable (self->account),
                       find_archive_cb, trip_new (self));
}

static gpointer
load_gaps_job (StoreDb *db, gpointer data, GError **error)
{
  const Owner *owner = data;

  return store_archives_gaps_rows (db, owner->account, owner->jid, error);
}

/* What an earlier run of the program left unread is shown before anything is known of the server. */
static void
load_gaps_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Trip) trip = user_data;
  Sync *self = sync_of (trip);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) gaps = store_run_finish (STORE_STORE (source), result, &error);

  if (gaps == NULL)
    g_message ("What is left of an archive could not be read: %s", error->message);
  else if (self != NULL)
    part_sync_run_show (self->run, g_steal_pointer (&gaps));
}

/* Everything that is said in the session now stands behind the newest gap. */
static void
inbox_opened_cb (ChatAccount *account, GPtrArray *gaps)
{
  Sync *self = chat_account_get_part_state (account, &part_sync);

  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  self->gaps = gaps;
  begin (self);
}

/* A page may have waited for what came in before it. */
static void
inbox_stored_cb (ChatAccount *account)
{
  Sync *self = chat_account_get_part_state (account, &part_sync);

  part_sync_run_store (self->run);
}

static void
presence_out_cb (XmppSession *session, gpointer user_data)
{
  begin (user_data);
}

static const PartInboxListener listener = { inbox_opened_cb, inbox_stored_cb };

static void
stop_waiting (Sync *self)
{
  base_clock_remove (xmpp_session_get_clock (chat_account_get_session (self->account)), self->timer);
  self->timer = 0;
}

static void
part_attach (ChatAccount *account, gpointer state)
{
  Sync *self = state;

  self->account = account;
  self->run = part_sync_run_new (account, NULL, chat_account_get_history (account));
  base_backoff_init (&self->backoff, WAIT_FIRST, WAIT_CEILING);
  part_inbox_set_listener (account, &listener);
  xmpp_presence_set_listener (chat_account_get_session (account), presence_out_cb, self);
  if (chat_account_get_id (account) != 0)
    store_run_async (chat_account_get_store (account), load_gaps_job, owner_new (self), owner_free,
                     (GDestroyNotify) g_ptr_array_unref, NULL, load_gaps_cb, trip_new (self));
}

static void
part_online (ChatAccount *account, gpointer state)
{
  Sync *self = state;

  if (xmpp_session_is_resumed (chat_account_get_session (account)))
    part_sync_run_go_on (self->run);
  find_archive (self);
}

static void
part_offline (ChatAccount *account, gpointer state)
{
  Sync *self = state;

  stop_waiting (self);
  part_sync_run_pause (self->run);
}

static void
part_ended (ChatAccount *account, gpointer state)
{
  Sync *self = state;

  self->session++;
  self->archive = ARCHIVE_UNKNOWN;
  base_backoff_reset (&self->backoff);
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  part_sync_run_end (self->run);
  chat_history_set_current (chat_account_get_history (account), FALSE);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Sync *self = state;

  xmpp_presence_set_listener (chat_account_get_session (account), NULL, NULL);
  stop_waiting (self);
  g_clear_pointer (&self->gaps, g_ptr_array_unref);
  g_clear_pointer (&self->run, part_sync_run_free);
}

const ChatPart part_sync = {
  .name = "sync",
  .state_size = sizeof (Sync),
  .attach = part_attach,
  .online = part_online,
  .offline = part_offline,
  .ended = part_ended,
  .detach = part_detach,
};
