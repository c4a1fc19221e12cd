/* Contacts of one account: the roster restored from the store, kept by the server, handed to the one roster of all. */
#include "chat-account-private.h"

#include "chat-core.h"
#include "chat-part.h"
#include "part-retry.h"
#include "rfc-6121-roster.h"
#include "store-roster.h"

/* The roster of one account. */
typedef struct {
  ChatAccount *account;   /* (borrowed) */
  PartRetry   *retry;     /* (owned) */
} Roster;

extern const ChatPart part_roster;

/* What the server said, on its way to the store. */
typedef struct {
  gint64     account;   /* accounts.id */
  GPtrArray *changed;   /* (owned) of StoreRosterRow */
  GStrv      removed;   /* (owned) */
  gboolean   whole;
  char      *version;   /* (owned, nullable) */
} Update;

static void
update_free (gpointer data)
{
  Update *update = data;

  g_ptr_array_unref (update->changed);
  g_strfreev (update->removed);
  g_free (update->version);
  g_free (update);
}

/* Restoring */

static XmppRosterItem *
item_of (const StoreRosterRow *row)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (row->jid, NULL);

  if (jid == NULL || row->subscription >= XMPP_SUBSCRIPTION_REMOVE)
    return NULL;
  return xmpp_roster_item_new (jid, row->name, row->subscription, row->ask, row->approved,
                               (const char *const *) row->groups);
}

static void
restore_roster (ChatAccount *account)
{
  const char *version;
  GPtrArray *rows = chat_account_get_stored_roster (account, &version);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_unref);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    XmppRosterItem *item = item_of (rows->pdata[i]);
    ChatContact *contact;

    if (item == NULL)
      continue;
    g_ptr_array_add (items, item);
    contact = chat_account_get_contact (account, item->jid);
    chat_contact_take_item (contact, item);
    g_ptr_array_add (contacts, contact);
  }
  if (items->len == 0)
    return;
  xmpp_roster_restore (chat_account_get_session (account), items, version);
  chat_roster_update_many (chat_core_get_roster (chat_account_get_core (account)), contacts);
}

/* Storing */

static StoreRosterRow *
row_of (const XmppRosterItem *item)
{
  StoreRosterRow *row = g_new0 (StoreRosterRow, 1);

  row->jid = g_strdup (xmpp_jid_get_text (item->jid));
  row->name = g_strdup (item->name);
  row->subscription = item->subscription;
  row->ask = item->ask;
  row->approved = item->approved;
  row->groups = g_strdupv (item->groups);
  return row;
}

static gpointer
store_roster_job (StoreDb *db, gpointer data, GError **error)
{
  const Update *update = data;

  store_roster_update_rows (db, update->account, update->changed, update->removed, update->whole, update->version,
                            error);
  return NULL;
}

/* The server tells a change once. So what could not be stored is stored again as a whole. */
static void
store_roster_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ChatAccount) account = user_data;
  Roster *self = chat_account_get_part_state (account, &part_roster);
  g_autoptr (GError) error = NULL;

  store_run_finish (STORE_STORE (source), result, &error);
  if (error == NULL)
    return;
  g_message ("The roster could not be stored: %s", error->message);
  if (self != NULL)
    part_retry_later (self->retry);
}

/* Rows and version are one job, so that the version never promises what is not there. */
static void
store_roster (Roster *self, GPtrArray *items, gboolean whole)
{
  ChatAccount *account = self->account;
  Store *store = chat_account_get_store (account);
  g_autoptr (GStrvBuilder) removed = g_strv_builder_new ();
  Update *update;

  /* An account that is being stored for the first time gets here again once it is, and so does what waits. */
  if (store == NULL || chat_account_get_id (account) == 0 || part_retry_is_waiting (self->retry))
    return;

  update = g_new0 (Update, 1);
  update->account = chat_account_get_id (account);
  update->whole = whole;
  update->version = g_strdup (xmpp_roster_get_version (chat_account_get_session (account)));
  update->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) store_roster_row_free);
  for (guint i = 0; i < items->len; i++) {
    const XmppRosterItem *item = items->pdata[i];

    if (item->subscription == XMPP_SUBSCRIPTION_REMOVE)
      g_strv_builder_add (removed, xmpp_jid_get_text (item->jid));
    else
      g_ptr_array_add (update->changed, row_of (item));
  }
  update->removed = g_strv_builder_end (removed);
  store_run_async (store, store_roster_job, update, update_free, NULL, NULL, store_roster_cb, g_object_ref (account));
}

static void
store_whole_roster (Roster *self)
{
  g_autoptr (GPtrArray) items = xmpp_roster_get_items (chat_account_get_session (self->account));

  store_roster (self, items, TRUE);
}

static void
account_stored_cb (Roster *self)
{
  store_whole_roster (self);
}

static void
retry_cb (gpointer data)
{
  store_whole_roster (data);
}

/* What the server says */

/* Who is in the roster no more because all of it came and they were not there. */
static void
take_absent (ChatAccount *account, GPtrArray *items, GPtrArray *changed)
{
  g_autoptr (GPtrArray) contacts = chat_account_list_contacts (account);
  g_autoptr (GHashTable) present = g_hash_table_new (xmpp_jid_hash, xmpp_jid_equal);

  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (present, ((XmppRosterItem *) items->pdata[i])->jid);
  for (guint i = 0; i < contacts->len; i++) {
    ChatContact *contact = contacts->pdata[i];

    if (!chat_contact_is_contact (contact) || g_hash_table_contains (present, chat_contact_get_jid (contact)))
      continue;
    chat_contact_take_item (contact, NULL);
    g_ptr_array_add (changed, contact);
  }
}

static void
roster_changed_cb (ChatAccount *account, GPtrArray *items, gboolean whole)
{
  Roster *self = chat_account_get_part_state (account, &part_roster);
  ChatCore *core = chat_account_get_core (account);
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();

  if (core == NULL || self == NULL)
    return;

  if (whole)
    take_absent (account, items, changed);
  for (guint i = 0; i < items->len; i++) {
    XmppRosterItem *item = items->pdata[i];
    gboolean is_gone = item->subscription == XMPP_SUBSCRIPTION_REMOVE;
    ChatContact *contact =
        is_gone ? chat_account_find_contact (account, item->jid) : chat_account_get_contact (account, item->jid);

    if (contact == NULL)
      continue;
    chat_contact_take_item (contact, is_gone ? NULL : item);
    g_ptr_array_add (changed, contact);
  }
  chat_roster_update_many (chat_core_get_roster (core), changed);
  store_roster (self, items, whole);
}

/* Our own other devices are not somebody else, and strangers who show themselves are nobody yet. What is said while an
 * old session ends for another one nobody would take back. */
static void
presence_cb (ChatAccount *account, XmppPresence *presence)
{
  ChatContact *contact;

  if (chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE)
    return;
  if (presence->from == NULL || xmpp_jid_equal_bare (presence->from, chat_account_get_jid (account)))
    return;
  contact = chat_account_find_contact (account, presence->from);
  if (contact != NULL)
    chat_contact_take_presence (contact, presence);
}

/* Life */

static void
part_attach (ChatAccount *account, gpointer state)
{
  Roster *self = state;
  XmppSession *session = chat_account_get_session (account);

  self->account = account;
  self->retry = part_retry_new (account, retry_cb, self);
  restore_roster (account);
  g_signal_connect_object (session, "roster-changed", G_CALLBACK (roster_changed_cb), account, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "presence", G_CALLBACK (presence_cb), account, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_stored_cb), self);
}

/* Nobody tells us any more who comes and goes; that they are all gone is one change for the roster. As long as the
 * session may go on it is told then, and what we know is what they know of each other. */
static void
part_ended (ChatAccount *account, gpointer state)
{
  g_autoptr (GPtrArray) contacts = chat_account_list_contacts (account);

  for (guint i = 0; i < contacts->len; i++)
    chat_contact_forget_presence (contacts->pdata[i]);
}

/* The last chance. */
static void
part_closed (ChatAccount *account, gpointer state)
{
  Roster *self = state;

  if (part_retry_is_waiting (self->retry))
    part_retry_now (self->retry);
}

static void
part_detach (ChatAccount *account, gpointer state)
{
  Roster *self = state;

  g_signal_handlers_disconnect_by_data (account, self);
  g_clear_pointer (&self->retry, part_retry_free);
}

const ChatPart part_roster = {
  .name = "roster",
  .state_size = sizeof (Roster),
  .attach = part_attach,
  .ended = part_ended,
  .closed = part_closed,
  .detach = part_detach,
};
