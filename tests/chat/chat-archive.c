/* An archive for the server's side of a test: what was said, a page of it on request, and some ways to misbehave. */
#include "chat-archive.h"

#include <string.h>

#include "store-archives.h"

#define NS_MAM "urn:xmpp:mam:2"
#define NS_RSM "http://jabber.org/protocol/rsm"

/* Items keep their numbers when older ones expire. */
struct _Archive {
  GPtrArray *messages;   /* (owned) of char: XML */
  guint      first;      /* what is before it has expired */
  guint      max;
  guint      min;
};

typedef struct {
  char    *before;    /* (owned, nullable) */
  char    *after;     /* (owned, nullable) */
  gboolean from_end;
  guint    max;
} Ask;

static void
ask_clear (Ask *ask)
{
  g_free (ask->before);
  g_free (ask->after);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

Archive *
archive_new (void)
{
  Archive *self = g_new0 (Archive, 1);

  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->max = G_MAXUINT;
  return self;
}

void
archive_free (Archive *self)
{
  g_ptr_array_unref (self->messages);
  g_free (self);
}

guint
archive_add_raw (Archive *self, const char *message)
{
  g_ptr_array_add (self->messages, g_strdup (message));
  return self->messages->len - 1;
}

guint
archive_add (Archive *self, const char *from, const char *to, const char *id, const char *body)
{
  g_autofree char *message =
      g_strdup_printf ("<message xmlns='jabber:client' from='%s' to='%s' type='chat' id='%s'><body>%s</body>"
                       "<origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message>",
                       from, to, id, body, id);

  return archive_add_raw (self, message);
}

void
archive_fill (Archive *self, guint first, guint n)
{
  for (guint i = first; i < first + n; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);
    g_autofree char *body = g_strdup_printf ("%u", i);

    archive_add (self, JULIET "/balcony", OWN, id, body);
  }
}

void
archive_forget (Archive *self, guint n)
{
  self->first += n;
}

guint
archive_get_n (Archive *self)
{
  return self->messages->len;
}

void
archive_set_max (Archive *self, guint max)
{
  self->max = max;
}

void
archive_set_min (Archive *self, guint min)
{
  self->min = min;
}

char *
archive_item_id (Archive *self, guint i)
{
  return g_strdup_printf ("a-%u", i);
}

/* Returns FALSE when there is no such item any more. */
static gboolean
find_item (Archive *self, const char *id, guint *i)
{
  guint64 number;

  if (!g_str_has_prefix (id, "a-")
      || !g_ascii_string_to_unsigned (id + 2, 10, self->first, self->messages->len - 1, &number, NULL))
    return FALSE;
  *i = (guint) number;
  return TRUE;
}

static char *
stamp_of (guint i)
{
  g_autoptr (GDateTime) begin = g_date_time_new_utc (2025, 12, 1, 0, 0, 0);
  g_autoptr (GDateTime) at = g_date_time_add_seconds (begin, i);

  return g_date_time_format (at, "%Y-%m-%dT%H:%M:%SZ");
}

void
archive_deliver (Archive *self, Chat *chat, guint i)
{
  const char *message = self->messages->pdata[i];
  const char *end = strstr (message, "</message>");

  fake_server_send (chat->server, "%.*s<stanza-id xmlns='urn:xmpp:sid:0' by='" OWN "' id='a-%u'/></message>",
                    (int) (end - message), message, i);
}

static void
read_ask (const XmppNode *query, Ask *ask)
{
  const XmppNode *set = xmpp_node_find (query, "set", NS_RSM);
  const XmppNode *form = xmpp_node_find (query, "x", "jabber:x:data");
  const char *max;

  g_assert_nonnull (set);
  max = xmpp_node_find_text (set, "max", NULL);
  ask->max = max != NULL ? (guint) g_ascii_strtoull (max, NULL, 10) : G_MAXUINT;
  ask->before = g_strdup (xmpp_node_find_text (set, "before", NULL));
  ask->from_end = ask->before != NULL;
  if (ask->from_end && *ask->before == '\0')
    g_clear_pointer (&ask->before, g_free);
  for (XmppNode *field = form != NULL ? xmpp_node_get_first (form) : NULL; field != NULL;
       field = xmpp_node_get_next (field))
    if (g_strcmp0 (xmpp_node_get (field, "var"), "after-id") == 0)
      ask->after = g_strdup (xmpp_node_find_text (field, "value", NULL));
}

static void
send_item (Archive *self, Chat *chat, const char *query_id, guint i)
{
  g_autofree char *stamp = stamp_of (i);

  fake_server_send (chat->server,
                    "<message from='" OWN "' to='" OWN_FULL "'><result xmlns='" NS_MAM "' queryid='%s' id='a-%u'>"
                    "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='%s'/>%s</forwarded>"
                    "</result></message>",
                    query_id, i, stamp, (const char *) self->messages->pdata[i]);
}

gboolean
archive_reply (Archive *self, Chat *chat, XmppNode *iq)
{
  const XmppNode *query = xmpp_node_find (iq, "query", NS_MAM);
  guint first = self->first, end = self->messages->len, from;
  g_auto (Ask) ask = { 0 };
  g_autofree char *fin = NULL;
  guint i = 0;

  read_ask (query, &ask);
  g_assert_true (ask.from_end);
  if ((ask.before != NULL && !find_item (self, ask.before, &end))
      || (ask.after != NULL && !find_item (self, ask.after, &i))) {
    fake_server_reply_error (chat->server, iq, "cancel", "item-not-found");
    return TRUE;
  }
  if (ask.after != NULL)
    first = i + 1;
  end = MAX (end, first);
  from = end - MIN (end - first, MAX (MIN (ask.max, self->max), self->min));
  for (i = from; i < end; i++)
    send_item (self, chat, xmpp_node_get (query, "queryid"), i);
  fin = from < end ? g_strdup_printf ("<fin xmlns='" NS_MAM "'%s><set xmlns='" NS_RSM "'><first>a-%u</first>"
                                      "<last>a-%u</last></set></fin>",
                                      from == first ? " complete='true'" : "", from, end - 1)
                   : g_strdup ("<fin xmlns='" NS_MAM "' complete='true'><set xmlns='" NS_RSM "'/></fin>");
  fake_server_reply (chat->server, iq, fin);
  return from > first;
}

gboolean
archive_answer (Archive *self, Chat *chat)
{
  gboolean is_more = archive_reply (self, chat, fake_server_find (chat->server, ARCHIVE_QUERY));

  chat_settle (chat);
  return is_more;
}

guint
archive_answer_all (Archive *self, Chat *chat)
{
  XmppNode *query;
  guint n = 0;

  chat_settle (chat);
  while ((query = fake_server_look (chat->server, ARCHIVE_QUERY)) != NULL) {
    archive_reply (self, chat, query);
    chat_settle (chat);
    n++;
  }
  return n;
}

void
archive_sign_in (Chat *chat)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_load (chat);
  chat_prepare (chat);
  chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  chat_play_login (chat, ROSTER);
  chat_account_sign_in_finish (chat->account, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

void
archive_come_back (Chat *chat)
{
  chat_lose_link (chat);
  chat_play_login (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

void
sync_set_up (Sync *sync, gconstpointer abilities)
{
  chat_set_up (&sync->chat, NULL);
  sync->chat.abilities = abilities;
  chat_new_server (&sync->chat);
  sync->archive = archive_new ();
}

void
sync_tear_down (Sync *sync, gconstpointer data)
{
  chat_tear_down (&sync->chat, NULL);
  archive_free (sync->archive);
}

void
sync_begin (Sync *sync)
{
  archive_sign_in (&sync->chat);
  g_assert_false (archive_answer (sync->archive, &sync->chat));
  fake_server_forget (sync->chat.server);
  sync_assert_history (&sync->chat, CHAT_HISTORY_IDLE);
  sync_assert_gaps (&sync->chat, 0);
}

void
sync_assert_history (Chat *chat, ChatHistoryState state)
{
  g_assert_cmpint (chat_history_get_state (chat_account_get_history (chat->account)), ==, state);
}

static gpointer
count_gaps_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) gaps = store_archives_gaps_rows (db, 1, OWN, error);

  return GUINT_TO_POINTER (gaps->len);
}

void
sync_assert_gaps (Chat *chat, guint n)
{
  g_autoptr (GAsyncResult) result = NULL;

  store_run_async (chat->store, count_gaps_job, NULL, NULL, NULL, NULL, fake_result_cb, &result);
  g_assert_cmpuint (GPOINTER_TO_UINT (store_run_finish (chat->store, fake_wait (&result), NULL)), ==, n);
}

void
sync_assert_numbers (ChatTimeline *timeline, guint first, guint n)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, n);
  for (guint i = 0; i < n; i++) {
    g_autofree char *body = g_strdup_printf ("%u", first + i);

    g_assert_cmpstr (chat_message_get_body (chat_line (timeline, i)), ==, body);
  }
}
