/* How soon after the network's return the first new message is there, on a real Prosody: resumed and not resumed.
 *
 *   servers.py prosody bench-recover [ROUNDS]     100 each unless told
 *
 * Romeo's link is cut. Juliet says something, which the server takes. Then the network is back: from here on it is
 * measured until the line stands in Romeo's conversation, stored. */
#include <locale.h>
#include <stdlib.h>

#include "bench-loop.h"
#include "chat-core.h"
#include "chat-parts.h"
#include "fake-server.h"
#include "memory-secrets.h"
#include "xmpp-connect.h"
#include "xmpp-error.h"
#include "xmpp-features.h"

#define ROMEO  "romeo@montague.example"
#define JULIET "juliet@capulet.example"

/* As tests/lib/verona.py has them. */
#define ROMEO_PASSWORD  "But soft! What light?"
#define JULIET_PASSWORD "By any other name"

typedef struct {
  Store            *store;          /* (owned) */
  ChatCore         *core;           /* (owned) */
  ChatAccount      *account;        /* (owned) */
  ChatConversation *conversation;   /* (borrowed) with the other */
  ChatTimeline     *timeline;       /* (owned) */
} Person;

static void
person_sign_in (Person *self, const char *address, const char *password, const char *other)
{
  static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (MemorySecrets) secrets = memory_secrets_new ();
  g_autoptr (GTlsDatabase) trust = g_tls_file_database_new (g_getenv ("LINNET_TEST_CA_FILE"), NULL);
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL), friend = xmpp_jid_new (other, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, NULL);
  g_autoptr (GAsyncResult) opened = NULL, loaded = NULL, signed_in = NULL;
  g_autoptr (GError) error = NULL;
  ChatCoreSetup setup = {
    .secrets = DESKTOP_SECRETS (secrets), .clock = clock, .trust = trust, .features = xmpp_features,
    .connectors = connectors, .parts = chat_parts,
  };

  store_open_async (":memory:", NULL, fake_result_cb, &opened);
  setup.store = self->store = store_open_finish (fake_wait (&opened), &error);
  g_assert_no_error (error);
  self->core = chat_core_new (&setup);
  chat_core_load_async (self->core, NULL, fake_result_cb, &loaded);
  chat_core_load_finish (self->core, fake_wait (&loaded), &error);
  g_assert_no_error (error);

  login->host = g_strdup ("127.0.0.1");
  login->port = (guint16) g_ascii_strtoull (g_getenv ("LINNET_TEST_DIRECT_TLS_PORT"), NULL, 10);
  login->security = XMPP_SECURITY_DIRECT_TLS;
  self->account = chat_core_prepare_account (self->core, login, &error);
  g_assert_no_error (error);
  chat_account_sign_in_async (self->account, password, NULL, fake_result_cb, &signed_in);
  chat_account_sign_in_finish (self->account, fake_wait (&signed_in), &error);
  g_assert_no_error (error);
  self->conversation = chat_conversations_ensure (chat_core_get_conversations (self->core),
                                                  chat_account_get_contact (self->account, friend));
  self->timeline = chat_conversation_dup_timeline (self->conversation);
}

static void
person_leave (Person *self)
{
  g_autoptr (GAsyncResult) closed = NULL;

  chat_core_close_async (self->core, NULL, fake_result_cb, &closed);
  chat_core_close_finish (self->core, fake_wait (&closed), NULL);
  g_clear_object (&self->timeline);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  g_clear_object (&self->store);
}

static ChatMessage *
last_line (Person *self)
{
  g_autoptr (ChatMessage) message = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->timeline));

  if (n > 0)
    message = g_list_model_get_item (G_LIST_MODEL (self->timeline), n - 1);
  return message;
}

static gboolean
has_heard (Person *self, const char *line)
{
  ChatMessage *message = last_line (self);

  return message != NULL && g_str_equal (chat_message_get_body (message), line);
}

/* The server has it: from then on it is its to deliver. */
static void
say (Person *self, const char *line)
{
  chat_conversation_send (self->conversation, line);
  while (!has_heard (self, line) || chat_message_get_state (last_line (self)) < STORE_MESSAGE_SENT)
    g_main_context_iteration (NULL, TRUE);
}

/* Milliseconds from the network's return. */
static double
recover (Person *romeo, Person *juliet, gboolean resumes, guint number)
{
  XmppSession *session = chat_account_get_session (romeo->account);
  g_autoptr (GError) lost =
      g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The connection was lost");
  g_autofree char *line = g_strdup_printf ("%s %u", resumes ? "Resumed" : "Not resumed", number);
  gint64 back_at;
  double ms;

  xmpp_session_abort (session, resumes ? lost : NULL);
  say (juliet, line);

  back_at = g_get_monotonic_time ();
  chat_core_try_now (romeo->core);
  while (!has_heard (romeo, line))
    g_main_context_iteration (NULL, TRUE);
  ms = (g_get_monotonic_time () - back_at) / 1000.0;
  if (xmpp_session_is_resumed (session) != resumes)
    g_error ("%s: it was not so", line);
  while (chat_history_get_state (chat_account_get_history (romeo->account)) == CHAT_HISTORY_READING)
    g_main_context_iteration (NULL, TRUE);
  return ms;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static void
measure (Person *romeo, Person *juliet, gboolean resumes, guint rounds)
{
  g_autofree double *ms = g_new (double, rounds);

  bench_loop_reset ();
  for (guint i = 0; i < rounds; i++)
    ms[i] = recover (romeo, juliet, resumes, i);
  qsort (ms, rounds, sizeof *ms, compare);
  g_print ("network back → first new message, %s: p50 %.1f ms, p99 %.1f ms; longest block %.1f ms\n",
           resumes ? "resumed" : "not resumed", ms[rounds / 2], ms[rounds * 99 / 100],
           bench_loop_longest () / 1000.0);
}

int
main (int argc, char *argv[])
{
  guint rounds = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 100;
  Person romeo = { 0 }, juliet = { 0 };

  if (g_getenv ("LINNET_TEST_CA_FILE") == NULL || rounds == 0) {
    g_printerr ("Run this beside a server: tests/bench/run.sh session\n");
    return 2;
  }
  setlocale (LC_ALL, "");
  bench_loop_watch ();
  person_sign_in (&romeo, ROMEO, ROMEO_PASSWORD, JULIET);
  person_sign_in (&juliet, JULIET, JULIET_PASSWORD, ROMEO);
  measure (&romeo, &juliet, TRUE, rounds);
  measure (&romeo, &juliet, FALSE, rounds);
  person_leave (&romeo);
  person_leave (&juliet);
  return 0;
}
