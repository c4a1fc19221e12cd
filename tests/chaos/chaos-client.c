/* Linnet without a window, for the proof that nothing is lost: it does what it is told on standard input, tells what
 * happens on standard output, and dies where it is told to.
 *
 *     chaos-client DATABASE ADDRESS PORT CA-FILE PASSWORD
 *
 * The server is on 127.0.0.1, with TLS from the first byte. Words on standard input, one a line: "send ADDRESS TEXT",
 * "try", "check", "attentive 0|1", "asleep 0|1", "die POINT N" (chaos-points.c) and "quit". On standard output:
 * "online cold|resumed|refused", "offline", "line TEXT STATE" when a line of ours is stored or has come further, and
 * "bye" once nothing is left to be stored. */
#include <stdio.h>
#include <stdlib.h>

#include <gio/gunixinputstream.h>
#include <unistd.h>

#include "chaos-points.h"
#include "chat-core.h"
#include "chat-parts.h"
#include "memory-secrets.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

typedef struct {
  const char       *address;
  const char       *password;
  guint16           port;
  GMainLoop        *loop;
  MemorySecrets    *secrets;     /* (owned) */
  GTlsDatabase     *trust;       /* (owned) */
  Store            *store;       /* (owned) */
  ChatCore         *core;        /* (owned) */
  ChatAccount      *account;     /* (owned) */
  GDataInputStream *orders;      /* (owned) */
  GHashTable       *timelines;   /* (owned) of ChatTimeline: every conversation is looked at */
  gboolean          is_online;
  gboolean          was_suspended;
} Client;

static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };

static void
tell (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static void
give_up (const char *what, const GError *error)
{
  fprintf (stderr, "%s: %s\n", what, error != NULL ? error->message : "no");
  exit (EXIT_FAILURE);
}

/* What the account does */

static void
account_notify_state_cb (Client *self)
{
  XmppSession *session = chat_account_get_session (self->account);
  gboolean is_online =
      chat_account_get_state (self->account) == CHAT_ACCOUNT_ONLINE && chat_account_get_id (self->account) != 0;

  if (is_online && !self->is_online)
    tell ("online %s", xmpp_session_is_resumed (session) ? "resumed" : self->was_suspended ? "refused" : "cold");
  else if (!is_online && self->is_online)
    tell ("offline");
  if (chat_account_get_state (self->account) == CHAT_ACCOUNT_STUCK)
    give_up ("The account is stuck", chat_account_get_error (self->account));
  if (is_online)
    self->was_suspended = FALSE;
  else if (xmpp_session_is_suspended (session))
    self->was_suspended = TRUE;
  self->is_online = is_online;
}

static void
watch_account (Client *self, ChatAccount *account)
{
  self->account = g_object_ref (account);
  g_signal_connect_swapped (account, "notify::state", G_CALLBACK (account_notify_state_cb), self);
  g_signal_connect_swapped (account, "notify::id", G_CALLBACK (account_notify_state_cb), self);
  g_signal_connect_swapped (chat_account_get_session (account), "notify::suspended",
                            G_CALLBACK (account_notify_state_cb), self);
  account_notify_state_cb (self);
}

/* Orders */

static ChatConversation *
find_conversation (Client *self, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  ChatConversation *conversation =
      chat_conversations_ensure (chat_core_get_conversations (self->core),
                                 chat_account_get_contact (self->account, jid));

  g_hash_table_add (self->timelines, chat_conversation_dup_timeline (conversation));
  return conversation;
}

static void
core_close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;

  chat_core_close_finish (CHAT_CORE (source), result, NULL);
  g_main_loop_quit (self->loop);
}

/* Returns FALSE when it was the last one. */
static gboolean
obey (Client *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);

  if (n == 3 && g_str_equal (words[0], "send"))
    chat_conversation_send (find_conversation (self, words[1]), words[2]);
  else if (n == 3 && g_str_equal (words[0], "die"))
    chaos_points_arm (words[1], (guint) g_ascii_strtoull (words[2], NULL, 10));
  else if (n == 2 && g_str_equal (words[0], "attentive"))
    chat_core_set_attentive (self->core, g_str_equal (words[1], "1"));
  else if (n == 2 && g_str_equal (words[0], "asleep"))
    chat_core_set_asleep (self->core, g_str_equal (words[1], "1"));
  else if (n == 1 && g_str_equal (words[0], "try"))
    chat_core_try_now (self->core);
  else if (n == 1 && g_str_equal (words[0], "check"))
    xmpp_session_check (chat_account_get_session (self->account));
  else if (n == 1 && g_str_equal (words[0], "quit"))
    return FALSE;
  else
    give_up (line, NULL);
  return TRUE;
}

static void read_order (Client *self);

/* Nobody tells us anything any more: as if it were told to quit. */
static void
order_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line != NULL && obey (self, line))
    read_order (self);
  else
    chat_core_close_async (self->core, NULL, core_close_cb, self);
}

static void
read_order (Client *self)
{
  g_data_input_stream_read_line_async (self->orders, G_PRIORITY_DEFAULT, NULL, order_read_cb, self);
}

/* Beginning */

static void
account_signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!chat_account_sign_in_finish (CHAT_ACCOUNT (source), result, &error))
    give_up ("Signing in for the first time", error);
}

static void
sign_in (Client *self, XmppJid *jid)
{
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, NULL);
  g_autoptr (ChatAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  login->host = g_strdup ("127.0.0.1");
  login->port = self->port;
  login->security = XMPP_SECURITY_DIRECT_TLS;
  account = chat_core_prepare_account (self->core, login, &error);
  if (account == NULL)
    give_up ("A new account", error);
  watch_account (self, account);
  chat_account_sign_in_async (account, self->password, NULL, account_signed_in_cb, self);
}

static void
core_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autoptr (XmppJid) jid = xmpp_jid_new (self->address, NULL);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GError) error = NULL;
  ChatAccount *account;

  if (!chat_core_load_finish (CHAT_CORE (source), result, &error))
    give_up ("Loading", error);
  account = chat_accounts_find (chat_core_get_accounts (self->core), jid);
  if (account != NULL)
    watch_account (self, account);
  else
    sign_in (self, jid);

  self->orders = g_data_input_stream_new (input);
  read_order (self);
}

static void
store_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *self = user_data;
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (GError) error = NULL;

  self->store = store_open_finish (result, &error);
  if (self->store == NULL)
    give_up ("Opening the database", error);
  if (store_get_kept_aside (self->store) != NULL)
    give_up ("The database was damaged", NULL);
  self->core = chat_core_new (
      &(ChatCoreSetup) { .store = self->store, .secrets = DESKTOP_SECRETS (self->secrets), .clock = clock,
                         .trust = self->trust, .features = xmpp_features, .connectors = connectors,
                         .parts = chat_parts });
  chat_core_load_async (self->core, NULL, core_loaded_cb, self);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Client self = { .loop = loop };

  if (argc != 6)
    give_up ("chaos-client DATABASE ADDRESS PORT CA-FILE PASSWORD", NULL);
  self.address = argv[2];
  self.port = (guint16) g_ascii_strtoull (argv[3], NULL, 10);
  self.password = argv[5];
  self.trust = g_tls_file_database_new (argv[4], &error);
  if (self.trust == NULL)
    give_up ("The authority", error);
  self.secrets = memory_secrets_new ();
  memory_secrets_set (self.secrets, self.address, self.password);
  self.timelines = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);

  store_open_async (argv[1], NULL, store_opened_cb, &self);
  g_main_loop_run (loop);

  g_hash_table_unref (self.timelines);
  g_signal_handlers_disconnect_by_data (self.account, &self);
  g_signal_handlers_disconnect_by_data (chat_account_get_session (self.account), &self);
  g_clear_object (&self.account);
  g_clear_object (&self.core);
  g_clear_object (&self.orders);
  store_close (self.store, &error);
  g_clear_object (&self.store);
  g_clear_object (&self.secrets);
  g_clear_object (&self.trust);
  if (error != NULL)
    give_up ("Closing the database", error);
  tell ("bye");
  return EXIT_SUCCESS;
}
