/* What a real Prosody said, said again: each transcript is played whole, byte by byte and in pieces of any size. */
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "fake-server.h"
#include "rfc-6121-presence.h"
#include "rfc-6121-roster.h"
#include "transcript.h"
#include "xep-0115-caps.h"
#include "xep-0199-ping.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"
#include "xmpp-reader.h"

#define NOW   (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)   /* 2023-11-14T22:13:20Z */
#define SEED  1597
#define OWN   "romeo@montague.example/orchard"
#define PHONE "romeo@montague.example/phone"

/* One play, and what the session must have told by its end. */
typedef struct {
  const char   *name;
  gboolean      is_direct;     /* TLS from the first byte, through the real connector */
  gboolean      is_wrong;      /* the password */
  const char   *version;       /* (nullable) of the roster that is known already */
  const char   *seen;
  GQuark      (*domain) (void);   /* (nullable) of the error it ends with */
  int           code;
} Play;

static const Play plays[] = {
  {
    .name = "starttls",
    .seen =
      "online " OWN " SCRAM-SHA-256\n"
      "roster 1: juliet@capulet.example Juliet both (Capulets)\n"
      "presence " OWN " available 0: With love’s light wings\n"
      "presence juliet@capulet.example unavailable\n"
      "message mercutio@montague.example/street → romeo@montague.example: Romeo! humours! madman! passion! lover!"
        " (id mercutio-id, en, at 1699992000)\n"
      "presence " PHONE " available -1\n"
      "roster 2: + benvolio@montague.example Benvolio none (Friends)\n"
      "presence juliet@capulet.example/balcony away 5: Come, gentle night\n"
      "message juliet@capulet.example/balcony → " OWN " (id typing-id, known, typing composing)\n"
      "message juliet@capulet.example/balcony → " OWN ": How camest thou hither, tell me, and wherefore?"
        " (id juliet-id, en, known, wants a receipt, typing active)\n"
      "message juliet@capulet.example/balcony → " OWN " (id their-receipt-id, known, received romeo-id)\n"
      "message juliet@capulet.example/balcony → " PHONE ": If they do see thee, they will murder thee."
        " (id to-phone-id, en, known, heard elsewhere, wants a receipt, typing active)\n"
      "message " PHONE " → juliet@capulet.example/balcony: I have night’s cloak to hide me from their eyes."
        " (id from-phone-id, en, said elsewhere, wants a receipt)\n"
      "answer: error service-unavailable\n"
      "message rosaline@capulet.example → " OWN " (id bounced-id, error service-unavailable)\n"
      "presence juliet@capulet.example/balcony unavailable\n"
      "presence " PHONE " unavailable\n"
      "presence " OWN " unavailable\n"
      "offline\n",
  },
  {
    .name = "direct-tls", .is_direct = TRUE, .version = "1",
    .seen =
      "online " OWN " SCRAM-SHA-1\n"
      "presence " OWN " available 0: With love’s light wings\n"
      "presence juliet@capulet.example unavailable\n"
      "presence " OWN " unavailable\n"
      "offline\n",
  },
  {
    .name = "wrong-password", .is_wrong = TRUE,
    .seen = "offline\n",
    .domain = xmpp_auth_error_quark, .code = XMPP_AUTH_ERROR_NOT_AUTHORIZED,
  },
  {
    .name = "conflict",
    .seen =
      "online " OWN " SCRAM-SHA-256\n"
      "roster 1: juliet@capulet.example Juliet both (Capulets)\n"
      "offline\n",
    .domain = xmpp_stream_error_quark, .code = XMPP_STREAM_ERROR_CONFLICT,
  },
  {
    .name = "shutdown",
    .seen =
      "online " OWN " SCRAM-SHA-256\n"
      "roster 1: juliet@capulet.example Juliet both (Capulets)\n"
      "offline\n",
    .domain = xmpp_stream_error_quark, .code = XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN,
  },
};

typedef struct {
  FakeServer   *server;
  Transcript   *transcript;
  BaseClock    *clock;
  XmppSession  *session;
  GString      *seen;
  GAsyncResult *connected;   /* (owned, nullable) */
  GAsyncResult *sent;        /* (owned, nullable) */
  GAsyncResult *closed;      /* (owned, nullable) */
} Fixture;

/* -- what the session tells -- */

static const char *
show_word (const XmppPresence *presence)
{
  if (presence->type == XMPP_PRESENCE_UNAVAILABLE)
    return "unavailable";
  g_assert_cmpint (presence->type, ==, XMPP_PRESENCE_AVAILABLE);
  return xmpp_show_name (presence->show) != NULL ? xmpp_show_name (presence->show) : "available";
}

static void
presence_cb (XmppSession  *session,
             XmppPresence *presence,
             gpointer      user_data)
{
  GString *seen = ((Fixture *) user_data)->seen;

  g_string_append_printf (seen, "presence %s %s", xmpp_jid_get_text (presence->from), show_word (presence));
  if (presence->type == XMPP_PRESENCE_AVAILABLE)
    g_string_append_printf (seen, " %d", presence->priority);
  if (presence->status != NULL)
    g_string_append_printf (seen, ": %s", presence->status);
  g_string_append_c (seen, '\n');
}

static void
message_cb (XmppSession *session,
            XmppMessage *message,
            gpointer     user_data)
{
  static const char *const typing[] = { NULL, "active", "composing", "paused", "inactive", "gone" };
  static const char *const origins[] = { NULL, "heard elsewhere", "said elsewhere" };
  Fixture *self = user_data;
  GString *seen = self->seen;

  g_string_append_printf (seen, "message %s → %s", xmpp_jid_get_text (message->from), xmpp_jid_get_text (message->to));
  if (message->body != NULL)
    g_string_append_printf (seen, ": %s", message->body);
  g_string_append_printf (seen, " (id %s", transcript_name_of (self->transcript, message->id));
  if (message->lang != NULL)
    g_string_append_printf (seen, ", %s", message->lang);
  if (message->sent_at != 0)
    g_string_append_printf (seen, ", at %" G_GINT64_FORMAT, message->sent_at / G_USEC_PER_SEC);
  if (xmpp_disco_info_has (xmpp_caps_lookup (session, message->from), "urn:xmpp:receipts"))
    g_string_append (seen, ", known");
  if (origins[message->origin] != NULL)
    g_string_append_printf (seen, ", %s", origins[message->origin]);
  if (message->asks_receipt)
    g_string_append (seen, ", wants a receipt");
  if (message->act == XMPP_ACT_MARK)
    g_string_append_printf (seen, ", %s %s", message->values[0], transcript_name_of (self->transcript, message->target.id));
  if (typing[message->typing] != NULL)
    g_string_append_printf (seen, ", typing %s", typing[message->typing]);
  if (message->error != NULL)
    g_string_append_printf (seen, ", error %s", xmpp_stanza_error_name (message->error->code));
  g_string_append (seen, ")\n");

  if (message->body != NULL)
    xmpp_session_stored (session, message);
}

static void
roster_changed_cb (XmppSession *session,
                   GPtrArray   *items,
                   gboolean     whole,
                   gpointer     user_data)
{
  GString *seen = ((Fixture *) user_data)->seen;

  g_string_append_printf (seen, "roster %s:%s", xmpp_roster_get_version (session), whole ? "" : " +");
  for (guint i = 0; i < items->len; i++) {
    const XmppRosterItem *item = items->pdata[i];
    g_autofree char *groups = g_strjoinv (" ", item->groups);

    g_string_append_printf (seen, "%s %s %s %s (%s)", i > 0 ? "," : "", xmpp_jid_get_text (item->jid), item->name,
                            xmpp_subscription_name (item->subscription), groups);
  }
  g_string_append_c (seen, '\n');
}

static void
state_notify_cb (XmppSession *session,
                 GParamSpec  *pspec,
                 gpointer     user_data)
{
  GString *seen = ((Fixture *) user_data)->seen;

  if (xmpp_session_get_state (session) == XMPP_SESSION_ONLINE)
    g_string_append_printf (seen, "online %s %s\n", xmpp_jid_get_text (xmpp_session_get_jid (session)),
                            xmpp_session_get_mechanism (session));
  else if (xmpp_session_get_state (session) == XMPP_SESSION_OFFLINE)
    g_string_append (seen, "offline\n");
}

static void
answer_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);

  g_assert_null (answer);
  g_assert_true (error->domain == XMPP_STANZA_ERROR);
  g_string_append_printf (((Fixture *) user_data)->seen, "answer: error %s\n", xmpp_stanza_error_name (error->code));
}

/* -- what the session says only when it is told to -- */

static void
tell_presence (Fixture        *self,
               const XmppNode *line)
{
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, xmpp_node_find_text (line, "status", NULL), 0);
}

static void
tell_message (Fixture        *self,
              const XmppNode *line)
{
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_new (xmpp_node_get (line, "to"), NULL);
  message->body = g_strdup (xmpp_node_find_text (line, "body", NULL));
  message->asks_receipt = TRUE;
  message->typing = XMPP_TYPING_ACTIVE;
  g_clear_object (&self->sent);
  xmpp_session_send_message_async (self->session, message, NULL, fake_result_cb, &self->sent);
  g_assert_true (xmpp_session_send_message_finish (self->session, fake_wait (&self->sent), NULL));
  /* Where nothing is confirmed, the link is tried when something was said. */
  fake_server_reply (self->server, fake_server_find (self->server, "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"),
                     NULL);
  fake_settle ();
}

static void
tell_question (Fixture        *self,
               const XmppNode *line)
{
  XmppNode *iq = xmpp_node_copy (line);

  xmpp_node_set (iq, "id", NULL);
  xmpp_session_iq_async (self->session, iq, NULL, answer_cb, self);
}

static void
tell_time (Fixture        *self,
           const XmppNode *line)
{
  base_clock_advance (self->clock, XMPP_PING_INTERVAL);
}

static void
tell_end (Fixture        *self,
          const XmppNode *line)
{
  xmpp_session_close_async (self->session, NULL, fake_result_cb, &self->closed);
}

static const struct {
  const char *pattern;
  void      (*tell) (Fixture *self, const XmppNode *line);
} orders[] = {
  { "<presence xmlns='jabber:client'><status>*</status></presence>", tell_presence },
  { "<message xmlns='jabber:client'><body>*</body></message>", tell_message },
  { "<iq xmlns='jabber:client'><query xmlns='urn:example:unknown'/></iq>", tell_question },
  { "<iq xmlns='jabber:client'><ping xmlns='urn:xmpp:ping'/></iq>", tell_time },
  { "<presence xmlns='jabber:client' type='unavailable'/>", tell_end },
};

/* -- playing -- */

static void
tell_cb (const XmppNode *line,
         gpointer        user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppNode) pattern = xmpp_reader_parse (orders[i].pattern, -1, &error);

    g_assert_no_error (error);
    if (xmpp_node_covers (pattern, line))
      orders[i].tell (user_data, line);
  }
}

/* The roster as it is in the transcripts, known from an earlier time. */
static void
remember_roster (Fixture    *self,
                 const char *version)
{
  static const char *const groups[] = { "Capulets", NULL };
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_roster_item_unref);
  g_autoptr (XmppJid) jid = xmpp_jid_new ("juliet@capulet.example", NULL);

  g_ptr_array_add (items, xmpp_roster_item_new (jid, "Juliet", XMPP_SUBSCRIPTION_BOTH, FALSE, FALSE, groups));
  xmpp_roster_restore (self->session, items, version);
}

/* Over TCP, so that the real connector makes the TLS. */
static void
connect_directly (Fixture   *self,
                  XmppLogin *login)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) accepted = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, any_port, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &address,
                                 &error);
  g_assert_no_error (error);
  login->host = g_strdup ("127.0.0.1");
  login->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  login->security = XMPP_SECURITY_DIRECT_TLS;
  g_socket_listener_accept_async (listener, NULL, fake_result_cb, &accepted);
  xmpp_session_connect_async (self->session, login, NULL, NULL, fake_result_cb, &self->connected);
  connection = g_socket_listener_accept_finish (listener, fake_wait (&accepted), NULL, &error);
  g_assert_no_error (error);
  /* Single bytes must leave at once. */
  g_assert_true (g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL));
  self->server = fake_server_new_for_io ("montague.example", G_IO_STREAM (connection));
}

static void
connect_by_starttls (Fixture   *self,
                     XmppLogin *login)
{
  self->server = fake_server_new ("montague.example");
  xmpp_session_connect_async (self->session, login, fake_server_get_client_io (self->server), NULL, fake_result_cb,
                              &self->connected);
}

static gboolean
is_offline (gpointer data)
{
  return xmpp_session_get_state (((Fixture *) data)->session) == XMPP_SESSION_OFFLINE;
}

static void
assert_same_lines (const char *text,
                   const char *wanted)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_auto (GStrv) wanted_lines = g_strsplit (wanted, "\n", -1);

  for (gsize i = 0; lines[i] != NULL || wanted_lines[i] != NULL; i++)
    g_assert_cmpstr (lines[i], ==, wanted_lines[i]);
}

static void
run_play (const Play *play,
          gsize       chunk,
          gboolean    is_random)
{
  static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };
  g_autoptr (XmppLogin) login = fake_login ("romeo@montague.example");
  g_autoptr (GError) error = NULL;
  Fixture self = { 0 };
  gboolean came_in;

  self.clock = base_clock_new_manual (NOW);
  self.session = xmpp_session_new (xmpp_features, connectors, self.clock);
  self.seen = g_string_new (NULL);
  g_signal_connect (self.session, "message", G_CALLBACK (message_cb), &self);
  g_signal_connect (self.session, "presence", G_CALLBACK (presence_cb), &self);
  g_signal_connect (self.session, "roster-changed", G_CALLBACK (roster_changed_cb), &self);
  g_signal_connect (self.session, "notify::state", G_CALLBACK (state_notify_cb), &self);

  login->resource = g_strdup ("orchard");
  if (play->is_wrong) {
    g_free (login->password);
    login->password = g_strdup ("a rose by any other name");
  }
  if (play->version != NULL)
    remember_roster (&self, play->version);
  if (play->is_direct)
    connect_directly (&self, login);
  else
    connect_by_starttls (&self, login);
  if (is_random)
    fake_server_set_random_chunks (self.server, chunk, SEED);
  else
    fake_server_set_chunks (self.server, chunk);

  self.transcript = transcript_new (play->name, self.server);
  transcript_play (self.transcript, tell_cb, &self);

  fake_wait_until (is_offline, &self, "the end of the session");
  came_in = xmpp_session_connect_finish (self.session, fake_wait (&self.connected), &error);
  g_assert_true (came_in == !play->is_wrong);
  if (play->domain != NULL)
    g_assert_error (xmpp_session_get_error (self.session), play->domain (), play->code);
  else
    g_assert_no_error (xmpp_session_get_error (self.session));
  if (self.closed != NULL)
    g_assert_true (xmpp_session_close_finish (self.session, self.closed, NULL));
  /* It has said nothing but what the transcript has. */
  fake_server_expect_nothing (self.server);
  assert_same_lines (self.seen->str, play->seen);

  g_signal_handlers_disconnect_by_data (self.session, &self);
  g_clear_object (&self.connected);
  g_clear_object (&self.sent);
  g_clear_object (&self.closed);
  fake_settle ();
  g_assert_finalize_object (self.session);
  transcript_free (self.transcript);
  fake_server_free (self.server);
  base_clock_unref (self.clock);
  g_string_free (self.seen, TRUE);
}

static void
test_whole (gconstpointer data)
{
  run_play (data, 0, FALSE);
}

static void
test_bytes (gconstpointer data)
{
  run_play (data, 1, FALSE);
}

static void
test_pieces (gconstpointer data)
{
  run_play (data, 200, TRUE);
}

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; GTestDataFunc test; } ways[] = {
    { "whole", test_whole }, { "bytes", test_bytes }, { "pieces", test_pieces },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (plays); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (ways); j++) {
      g_autofree char *path = g_strdup_printf ("/transcript/%s/%s", plays[i].name, ways[j].name);

      g_test_add_data_func (path, &plays[i], ways[j].test);
    }
  return g_test_run ();
}
