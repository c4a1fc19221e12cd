/* Three of the user's accounts at once, on two servers, for tests of the chat layer. */
#include "three-accounts.h"

#include "store-accounts.h"

static const struct {
  const char *jid, *full, *domain;
} own[THREE_N] = {
  { OWN, OWN_FULL, "montague.example" },
  { BENVOLIO, BENVOLIO "/street", "montague.example" },
  { TYBALT, TYBALT "/vault", "capulet.example" },
};

/* The next connection of an account reaches a new server. */
void
three_open_server (Three *self, guint i)
{
  g_clear_pointer (&self->servers[i], fake_server_free);
  self->servers[i] = fake_server_new (own[i].domain);
  fake_server_set_secure (self->servers[i]);
  chat_set_server (&self->chat, own[i].jid, self->servers[i]);
}

void
three_set_up (Three *self, gconstpointer data)
{
  chat_set_up (&self->chat, NULL);
  for (guint i = 0; i < THREE_N; i++)
    three_open_server (self, i);
  chat_load (&self->chat);
}

void
three_tear_down (Three *self, gconstpointer data)
{
  chat_tear_down (&self->chat, NULL);
  for (guint i = 0; i < THREE_N; i++)
    g_clear_pointer (&self->servers[i], fake_server_free);
}

ChatAccounts *
three_accounts (Three *self)
{
  return chat_core_get_accounts (self->chat.core);
}

ChatAccount *
three_account (Three *self, guint i)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (own[i].jid, NULL);
  ChatAccount *found = chat_accounts_find (three_accounts (self), jid);

  g_assert_nonnull (found);
  return found;
}

void
three_assert_states (Three *self, ChatAccountState romeo, ChatAccountState benvolio, ChatAccountState tybalt)
{
  const ChatAccountState states[] = { romeo, benvolio, tybalt };

  chat_settle (&self->chat);
  for (guint i = 0; i < THREE_N; i++)
    g_assert_cmpint (chat_account_get_state (three_account (self, i)), ==, states[i]);
}

void
three_play_login (Three *self, guint i, const char *presence)
{
  const char *roster = "<query xmlns='jabber:iq:roster'>" ROSTER "</query>";

  fake_server_login (self->servers[i], own[i].full);
  fake_server_welcome (self->servers[i], roster);
  fake_server_find (self->servers[i], presence);
  chat_settle (&self->chat);
  fake_server_forget (self->servers[i]);
}

void
three_play_goodbye (Three *self, guint i)
{
  fake_server_find (self->servers[i], "<presence type='unavailable'/>");
  fake_server_expect_end (self->servers[i]);
  fake_server_end (self->servers[i]);
  fake_server_expect_hang_up (self->servers[i]);
  chat_settle (&self->chat);
}

void
three_add (Three *self, guint i)
{
  g_autoptr (XmppLogin) login = fake_login (own[i].jid);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) prepared = chat_core_prepare_account (self->chat.core, login, &error);

  g_assert_no_error (error);
  chat_account_sign_in_async (prepared, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  three_play_login (self, i, "<presence/>");
  chat_account_sign_in_finish (prepared, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (&self->chat);
}

void
three_add_all (Three *self)
{
  for (guint i = 0; i < THREE_N; i++)
    three_add (self, i);
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE);
}

/* Everybody is met by a new server; nobody has signed in yet. */
void
three_restart (Three *self)
{
  for (guint i = 0; i < THREE_N; i++)
    three_open_server (self, i);
  chat_restart (&self->chat);
  chat_load (&self->chat);
  g_clear_object (&self->chat.account);
  chat_settle (&self->chat);
}

void
three_hear (Three *self, guint i, const char *from, const char *id, const char *body)
{
  fake_server_send (self->servers[i],
                    "<message from='%s/x' to='%s' type='chat' id='%s'><body>%s</body></message>", from, own[i].jid, id,
                    body);
  chat_settle (&self->chat);
}

ChatConversation *
three_talk (Three *self, guint i, const char *with)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (with, NULL);

  return chat_conversations_ensure (chat_core_get_conversations (self->chat.core),
                                    chat_account_get_contact (three_account (self, i), jid));
}

guint
three_count (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

/* Who is in the list, by local parts. */
void
three_assert_order (Three *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < three_count (three_accounts (self)); i++) {
    g_autoptr (ChatAccount) item = g_list_model_get_item (G_LIST_MODEL (three_accounts (self)), i);

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", xmpp_jid_get_local (chat_account_get_jid (item)));
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static gpointer
count_rows_job (StoreDb *db, gpointer data, GError **error)
{
  static const char *const tables[] = { "accounts", "conversations", "messages", "roster", "roster_groups" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", tables[i]);
    g_autoptr (StoreStatement) select = store_db_prepare (db, sql, error);

    g_assert_nonnull (select);
    g_assert_true (store_step (select, error));
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", store_column_int (select, 0));
  }
  return g_string_free (text, FALSE);
}

static gpointer
run_sql_job (StoreDb *db, gpointer data, GError **error)
{
  g_autoptr (StoreStatement) statement = store_db_prepare (db, data, error);

  g_assert_true (statement != NULL && store_step_done (statement, error));
  return NULL;
}

static char *
run_job (Three *self, StoreJob job, const char *sql)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  store_run_async (self->chat.store, job, (gpointer) sql, NULL, g_free, NULL, fake_result_cb, &result);
  text = store_run_finish (self->chat.store, fake_wait (&result), &error);
  g_assert_no_error (error);
  return text;
}

void
three_run_sql (Three *self, const char *sql)
{
  g_free (run_job (self, run_sql_job, sql));
}

void
three_assert_rows (Three *self, const char *expected)
{
  g_autofree char *text = run_job (self, count_rows_job, NULL);

  g_assert_cmpstr (text, ==, expected);
}
