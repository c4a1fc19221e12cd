/* The whole chat layer over a fake server, a database in memory, a keyring in memory and a clock that stands still. */
#include "chat-test.h"

#include "chat-parts.h"
#include "store-db.h"
#include "xmpp-error.h"
#include "xmpp-features.h"
#include "xmpp-stream.h"

/* A connector has no data of its own: what it reaches are the servers of the test that runs. */
static FakeServer *reachable;
static GHashTable *own_servers;   /* (owned, nullable) an account's bare address → its FakeServer */
static ChatGate gate;

static void
connect_async (const XmppLogin *login, BaseClock *clock, GCancellable *cancellable, GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  FakeServer *server = own_servers != NULL ? g_hash_table_lookup (own_servers, xmpp_jid_get_text (login->jid)) : NULL;
  GError *error = gate != NULL ? gate (login) : NULL;

  if (server == NULL)
    server = reachable;
  if (error != NULL)
    g_task_return_error (task, error);
  else if (server == NULL)
    g_task_return_new_error (task, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, "There is no server");
  else
    g_task_return_pointer (task, xmpp_stream_new (fake_server_get_client_io (server), TRUE),
                           (GDestroyNotify) xmpp_transport_free);
}

static XmppTransport *
connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static const XmppConnector connector = { "fake", connect_async, connect_finish };
static const XmppConnector *const connectors[] = { &connector, NULL };

static void
make_core (Chat *chat)
{
  ChatCoreSetup setup = { 0 };

  setup.store = chat->store;
  setup.secrets = DESKTOP_SECRETS (chat->secrets);
  setup.clock = chat->clock;
  setup.features = xmpp_features;
  setup.connectors = connectors;
  setup.parts = chat_parts;
  chat->core = chat_core_new (&setup);
}

void
chat_set_up (Chat *chat, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat->clock = base_clock_new_manual (NOW);
  chat->secrets = memory_secrets_new ();
  store_open_async (":memory:", NULL, fake_result_cb, &result);
  chat->store = store_open_finish (fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_new_server (chat);
  make_core (chat);
}

/* Whatever happened in a test, nothing of it outlives the core but what somebody else holds. */
void
chat_end_core (Chat *chat)
{
  gpointer core = chat->core;
  gpointer account = chat->account;
  gpointer session = NULL;
  gpointer conversations = chat_core_get_conversations (chat->core);
  gpointer roster = chat_core_get_roster (chat->core);
  gpointer requests = chat_core_get_requests (chat->core);

  g_object_add_weak_pointer (core, &core);
  g_object_add_weak_pointer (conversations, &conversations);
  g_object_add_weak_pointer (roster, &roster);
  g_object_add_weak_pointer (requests, &requests);
  if (account != NULL) {
    session = chat_account_get_session (account);
    g_object_add_weak_pointer (account, &account);
    g_object_add_weak_pointer (session, &session);
  }

  g_clear_object (&chat->account);
  g_clear_object (&chat->core);
  chat_settle (chat);
  g_assert_null (core);
  g_assert_null (conversations);
  g_assert_null (roster);
  g_assert_null (requests);
  g_assert_null (account);
  g_assert_null (session);
}

void
chat_tear_down (Chat *chat, gconstpointer data)
{
  chat_end_core (chat);
  reachable = NULL;
  gate = NULL;
  g_clear_pointer (&own_servers, g_hash_table_unref);
  g_clear_pointer (&chat->server, fake_server_free);
  g_clear_object (&chat->store);
  g_clear_object (&chat->secrets);
  g_clear_pointer (&chat->clock, base_clock_unref);
}

static gpointer
nothing_job (StoreDb *db, gpointer data, GError **error)
{
  return NULL;
}

/* What the writer answers may give the loop something to do that gives the writer something to do; the longest such
 * chain is a message: stored, shown, its read mark stored. */
void
chat_settle (Chat *chat)
{
  fake_settle ();
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GAsyncResult) result = NULL;

    store_run_async (chat->store, nothing_job, NULL, NULL, NULL, NULL, fake_result_cb, &result);
    fake_wait (&result);
    fake_settle ();
  }
}

static gpointer
exec_job (StoreDb *db, gpointer data, GError **error)
{
  store_db_exec (db, data, error);
  return NULL;
}

/* A limit below what there is means: no page more. */
static void
exec (Chat *chat, const char *sql)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  store_run_async (chat->store, exec_job, (gpointer) sql, NULL, NULL, NULL, fake_result_cb, &result);
  store_run_finish (chat->store, fake_wait (&result), &error);
  g_assert_no_error (error);
}

void
chat_set_room (Chat *chat, gboolean room)
{
  exec (chat, room ? "PRAGMA max_page_count = 100000" : "PRAGMA max_page_count = 1");
}

void
chat_set_bound (Chat *chat)
{
  exec (chat, "UPDATE accounts SET bound_seen = 1");
}

/* Pages that are not full have room for a short line still; this one needs a page of its own. */
char *
chat_long_line (const char *word)
{
  return g_strdup_printf ("%-6000s.", word);
}

void
chat_load (Chat *chat)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (OWN, NULL);
  ChatAccount *account;

  chat_core_load_async (chat->core, NULL, fake_result_cb, &result);
  chat_core_load_finish (chat->core, fake_wait (&result), &error);
  g_assert_no_error (error);
  account = chat_accounts_find (chat_core_get_accounts (chat->core), jid);
  g_set_object (&chat->account, account);
}

void
chat_new_server (Chat *chat)
{
  g_clear_pointer (&chat->server, fake_server_free);
  chat->server = fake_server_new ("montague.example");
  fake_server_set_secure (chat->server);
  fake_server_set_features (chat->server, "<ver xmlns='urn:xmpp:features:rosterver'/>");
  if (chat->abilities != NULL)
    fake_server_set_abilities (chat->server, chat->abilities);
  reachable = chat->server;
}

void
chat_set_server (Chat *chat, const char *account, FakeServer *server)
{
  if (own_servers == NULL)
    own_servers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (own_servers, g_strdup (account), server);
}

void
chat_set_gate (Chat *chat, ChatGate new_gate)
{
  gate = new_gate;
}

static void
play_welcome (Chat *chat, const char *roster)
{
  XmppNode *enable;

  fake_server_welcome (chat->server, roster);
  enable = fake_server_find (chat->server, "<iq type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
  fake_server_reply (chat->server, enable, NULL);
}

void
chat_play_login (Chat *chat, const char *roster)
{
  g_autofree char *payload =
      roster != NULL ? g_strdup_printf ("<query xmlns='jabber:iq:roster' ver='v1'>%s</query>", roster) : NULL;

  fake_server_login (chat->server, OWN_FULL);
  play_welcome (chat, payload);
  fake_server_find (chat->server, "<presence/>");
}

void
chat_prepare (Chat *chat)
{
  g_autoptr (XmppLogin) login = fake_login (OWN);
  g_autoptr (GError) error = NULL;

  g_clear_object (&chat->account);
  chat->account = chat_core_prepare_account (chat->core, login, &error);
  g_assert_no_error (error);
}

void
chat_sign_in (Chat *chat)
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
  fake_server_forget (chat->server);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

void
chat_come_back (Chat *chat)
{
  fake_server_login (chat->server, OWN_FULL);
  play_welcome (chat, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

void
chat_lose_link (Chat *chat)
{
  fake_server_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_new_server (chat);
  chat_account_try_now (chat->account);
}

void
chat_assert_stuck (Chat *chat, GQuark domain, int code)
{
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  g_assert_error (chat_account_get_error (chat->account), domain, code);
  base_clock_advance (chat->clock, G_TIME_SPAN_DAY);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
}

void
chat_restart (Chat *chat)
{
  chat_end_core (chat);
  chat_new_server (chat);
  make_core (chat);
}

void
chat_assert_state (Chat *chat, ChatAccountState state)
{
  g_assert_cmpint (chat_account_get_state (chat->account), ==, state);
}

ChatContact *
chat_contact (Chat *chat, const char *jid)
{
  g_autoptr (XmppJid) parsed = xmpp_jid_new (jid, NULL);

  return chat_account_get_contact (chat->account, parsed);
}

ChatConversation *
chat_with (Chat *chat, const char *jid)
{
  return chat_conversations_ensure (chat_core_get_conversations (chat->core), chat_contact (chat, jid));
}

gboolean
chat_knows (Chat *chat, const char *jid)
{
  g_autoptr (XmppJid) parsed = xmpp_jid_new (jid, NULL);
  ChatContact *contact = chat_account_find_contact (chat->account, parsed);

  return contact != NULL && chat_conversations_find (chat_core_get_conversations (chat->core), contact) != NULL;
}

ChatTimeline *
chat_open (Chat *chat, const char *jid)
{
  ChatTimeline *timeline = chat_conversation_dup_timeline (chat_with (chat, jid));

  chat_settle (chat);
  g_assert_false (chat_timeline_get_loading (timeline));
  return timeline;
}

void
chat_hear (Chat *chat, const char *from, const char *id, const char *body)
{
  fake_server_send (chat->server,
                    "<message from='%s' to='" OWN "' type='chat' id='%s'><body>%s</body>"
                    "<origin-id xmlns='urn:xmpp:sid:0' id='%s'/></message>",
                    from, id, body, id);
}

void
chat_hear_presence (Chat *chat, const char *from, const char *content)
{
  fake_server_send (chat->server, "<presence from='%s' to='" OWN_FULL "'%s>%s</presence>", from,
                    content == NULL ? " type='unavailable'" : "", content == NULL ? "" : content);
}

void
chat_hear_request (Chat *chat, const char *from, const char *words)
{
  g_autofree char *status = words != NULL ? g_markup_printf_escaped ("<status>%s</status>", words) : g_strdup ("");

  fake_server_send (chat->server, "<presence from='%s' to='" OWN "' type='subscribe'>%s</presence>", from, status);
}

void
chat_push (Chat *chat, const char *item)
{
  fake_server_send (chat->server, "<iq type='set' id='p1'><query xmlns='jabber:iq:roster'>%s</query></iq>", item);
  fake_server_expect (chat->server, "<iq type='result' id='p1'/>");
}

void
chat_answer_pings (Chat *chat)
{
  XmppNode *ping;

  fake_settle ();
  while ((ping = fake_server_look (chat->server, "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>")) != NULL)
    fake_server_reply (chat->server, ping, NULL);
  fake_settle ();
}

void
chat_expect_nothing (Chat *chat)
{
  chat_answer_pings (chat);
  fake_server_expect_nothing (chat->server);
}

void
chat_expect_only (Chat *chat, const char *pattern)
{
  fake_server_expect (chat->server, pattern);
  chat_expect_nothing (chat);
}

void
chat_assert_requests (Chat *chat, const char *expected)
{
  GListModel *requests = G_LIST_MODEL (chat_core_get_requests (chat->core));
  g_autoptr (GString) text = g_string_new (NULL);

  fake_settle ();
  for (guint i = 0; i < g_list_model_get_n_items (requests); i++) {
    g_autoptr (ChatContact) contact = g_list_model_get_item (requests, i);

    g_assert_true (chat_contact_is_asking (contact));
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", xmpp_jid_get_local (chat_contact_get_jid (contact)));
  }
  g_assert_cmpstr (text->str, ==, expected);
}

char *
chat_expect_body (Chat *chat, const char *to, const char *body)
{
  g_autofree char *pattern = g_strdup_printf ("<message to='%s' type='chat' id='*'><body>%s</body></message>", to, body);

  return g_strdup (xmpp_node_get (fake_server_find (chat->server, pattern), "id"));
}

char *
chat_bodies (ChatTimeline *timeline)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (timeline)); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", chat_message_get_body (chat_line (timeline, i)));
  return g_string_free (text, FALSE);
}

ChatMessage *
chat_line (ChatTimeline *timeline, guint position)
{
  g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (timeline), position);

  g_assert_nonnull (message);
  return message;
}

/* Watching lists */

static void
watch_compare (Watch *self)
{
  g_assert_cmpuint (g_list_model_get_n_items (self->model), ==, self->items->len);
  for (guint i = 0; i < self->items->len; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

    g_assert_true (item == self->items->pdata[i]);
  }
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Watch *self)
{
  g_assert_cmpuint (position + removed, <=, self->items->len);
  g_assert_cmpuint (removed + added, >, 0);
  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, position + i, g_list_model_get_item (model, position + i));
  if (CHAT_IS_TIMELINE (model))
    g_assert_cmpuint (self->items->len, <=, CHAT_TIMELINE_MAX);
  self->n++;
}

Watch *
watch_new (gpointer model)
{
  Watch *self = g_new0 (Watch, 1);

  self->model = g_object_ref (model);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (self->items, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  return self;
}

guint
watch_take (Watch *self)
{
  guint n = self->n;

  watch_compare (self);
  self->n = 0;
  return n;
}

void
watch_free (Watch *self)
{
  watch_compare (self);
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_object_unref (self->model);
  g_ptr_array_unref (self->items);
  g_free (self);
}
