/* What the account makes of the network, of sleep and of being looked at: when it tries, and what it gives up. */
#include "managed.h"

#include "xmpp-error.h"

static void
network_changes (void)
{
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
}

/* The network */

/* The way may be another one: the link has to show that it lives. */
static void
test_check (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  managed_ack (self, self->n_out);
  fake_server_forget (chat->server);
  network_changes ();
  fake_server_expect (chat->server, "<r xmlns='" NS_SM "'/>");
  managed_ack (self, self->n_out);
  base_clock_advance (chat->clock, 11 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);

  network_changes ();
  fake_server_find (chat->server, "<r xmlns='" NS_SM "'/>");
  base_clock_advance (chat->clock, 11 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  managed_new_server (self);
  network_changes ();
  managed_play_resumption (self, self->n_out);
}

/* After an outage nobody waits for a dead link to be found out: the session goes on over another one at once. */
static void
test_outage (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  managed_ack (self, self->n_out);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", FALSE);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);

  managed_new_server (self);
  network_changes ();
  managed_play_resumption (self, self->n_out);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  network_changes ();
  fake_server_find (chat->server, "<r xmlns='" NS_SM "'/>");
}

static GError *
portal (const XmppLogin *login)
{
  return g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "The hotel's certificate");
}

/* A hotel answers in the server's place until it is paid: then the network changes, and all is well. */
static void
test_captive_portal (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  managed_lose (self);
  chat_set_gate (chat, portal);
  network_changes ();
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  network_changes ();
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_STUCK);
  chat_set_gate (chat, NULL);
  network_changes ();
  managed_play_resumption (self, self->n_out);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AVAILABLE);
}

static void
hear_conflict (Chat *chat)
{
  fake_server_send (chat->server, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                  "</stream:stream>");
  chat_settle (chat);
}

/* A conflict is nobody's network. Whoever took the resource keeps it; who does so again and again is not fought. */
static void
test_conflict (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  for (guint i = 0; i < 3; i++) {
    hear_conflict (chat);
    network_changes ();
    chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
    base_clock_advance (chat->clock, 14 * G_TIME_SPAN_SECOND);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_WAITING);

    managed_new_server (self);
    base_clock_advance (chat->clock, G_TIME_SPAN_MINUTE);
    fake_server_login (chat->server, OWN_FULL);
    chat_settle (chat);
    chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
  }
  hear_conflict (chat);
  network_changes ();
  chat_assert_stuck (chat, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);
}

/* An attempt that hangs on a dead way is begun anew on the living one. */
static void
test_begun_anew (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (FakeServer) dead = NULL;

  managed_sign_in (self);
  managed_lose (self);
  chat_account_try_now (chat->account);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  base_clock_advance (chat->clock, 2 * G_TIME_SPAN_SECOND);
  dead = g_steal_pointer (&chat->server);
  managed_new_server (self);
  network_changes ();
  managed_play_resumption (self, self->n_out);
  fake_server_expect_hang_up (dead);
}

/* A network that tells of each of its changes does not keep an attempt from coming to its end: not while it is young,
 * and not once the server has answered. */
static void
test_restless (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  managed_lose (self);
  chat_account_try_now (chat->account);
  for (guint i = 0; i < 19; i++) {
    chat_settle (chat);
    network_changes ();
    base_clock_advance (chat->clock, 100 * G_TIME_SPAN_MILLISECOND);
  }
  fake_server_open (chat->server, "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                                  "<mechanism>SCRAM-SHA-256</mechanism></mechanisms>");
  fake_server_expect (chat->server, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  for (guint i = 0; i < 15; i++) {
    chat_settle (chat);
    network_changes ();
    base_clock_advance (chat->clock, G_TIME_SPAN_SECOND);
  }
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  fake_server_expect_nothing (chat->server);

  /* Only the user can say that it is enough. */
  chat_account_set_presence (chat->account, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
}

/* Sleep */

static void
test_sleep (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (FakeServer) first = NULL;

  managed_sign_in (self);
  timeline = chat_open (chat, JULIET);
  chat_hear_presence (chat, JULIET "/balcony", "");
  chat_settle (chat);
  chat_core_set_asleep (chat->core, TRUE);
  fake_server_expect_hang_up (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  g_assert_cmpint (managed_show_of (self, JULIET), ==, XMPP_SHOW_AVAILABLE);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), ==, 0);

  /* Nothing is tried, whatever happens in the last moment before it sleeps, or the first after it woke. */
  first = g_steal_pointer (&chat->server);
  managed_new_server (self);
  chat_conversation_send (chat_with (chat, JULIET), "one");
  network_changes ();
  chat_core_try_now (chat->core);
  base_clock_advance (chat->clock, 29 * G_TIME_SPAN_SECOND);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  fake_server_expect_nothing (chat->server);

  chat_core_set_asleep (chat->core, FALSE);
  managed_play_resumption (self, self->n_out);
  managed_assert_said (self, "one ");
  base_clock_advance (chat->clock, 2 * G_TIME_SPAN_SECOND);   /* nothing of the sleep is left */
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_ONLINE);
}

/* It was to sleep, and did not: after a while that is noticed. */
static void
test_sleepless (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_core_set_asleep (chat->core, TRUE);
  chat_settle (chat);
  managed_new_server (self);
  g_test_expect_message ("linnet-chat", G_LOG_LEVEL_MESSAGE, "*did not sleep*");
  base_clock_advance (chat->clock, 30 * G_TIME_SPAN_SECOND);
  g_test_assert_expected_messages ();
  managed_play_resumption (self, self->n_out);
}

/* Sleep while connecting, while waiting, and while somebody has gone on purpose. */
static void
test_sleep_anywhere (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;
  g_autoptr (FakeServer) dead = NULL;

  managed_sign_in (self);
  managed_lose (self);
  chat_core_set_asleep (chat->core, TRUE);
  g_assert_cmpint (chat_account_get_next_attempt (chat->account), ==, 0);
  chat_core_set_asleep (chat->core, FALSE);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_CONNECTING);
  dead = g_steal_pointer (&chat->server);
  chat_core_set_asleep (chat->core, TRUE);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  fake_server_expect_hang_up (dead);
  managed_new_server (self);
  chat_core_set_asleep (chat->core, FALSE);
  managed_play_resumption (self, self->n_out);

  chat_core_set_presence (chat->core, XMPP_SHOW_OFFLINE, NULL);
  fake_server_expect_end (chat->server);
  fake_server_end (chat->server);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);
  managed_new_server (self);
  chat_core_set_asleep (chat->core, TRUE);
  chat_core_set_asleep (chat->core, FALSE);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_OFFLINE);

  /* Wanted while it sleeps: done when it wakes. */
  chat_core_set_asleep (chat->core, TRUE);
  chat_core_set_presence (chat->core, XMPP_SHOW_AVAILABLE, NULL);
  chat_settle (chat);
  chat_assert_state (chat, CHAT_ACCOUNT_WAITING);
  chat_core_set_asleep (chat->core, FALSE);
  managed_play_login (self);
}

/* Attention */

static void
test_attention (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  managed_sign_in (self);
  chat_core_set_attentive (chat->core, TRUE);   /* as it was */
  fake_server_expect_nothing (chat->server);
  chat_core_set_attentive (chat->core, FALSE);
  fake_server_expect (chat->server, "<inactive xmlns='urn:xmpp:csi:0'/>");
  managed_lose (self);
  chat_account_try_now (chat->account);
  managed_play_resumption (self, self->n_out);
  fake_server_find (chat->server, "<inactive xmlns='urn:xmpp:csi:0'/>");
  chat_core_set_attentive (chat->core, TRUE);
  fake_server_find (chat->server, "<active xmlns='urn:xmpp:csi:0'/>");
}

/* An account that is added, or loaded, while nobody looks. */
static void
test_attention_later (Managed *self, gconstpointer data)
{
  Chat *chat = &self->chat;

  chat_core_set_attentive (chat->core, FALSE);
  fake_server_set_features (chat->server, "<ver xmlns='urn:xmpp:features:rosterver'/><csi xmlns='urn:xmpp:csi:0'/>");
  chat_load (chat);
  chat_prepare (chat);
  {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    chat_account_sign_in_async (chat->account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
    chat_play_login (chat, ROSTER);
    fake_server_find (chat->server, "<inactive xmlns='urn:xmpp:csi:0'/>");
    chat_account_sign_in_finish (chat->account, fake_wait (&result), &error);
    g_assert_no_error (error);
  }

  chat_restart (chat);
  fake_server_set_features (chat->server, "<ver xmlns='urn:xmpp:features:rosterver'/><csi xmlns='urn:xmpp:csi:0'/>");
  chat_core_set_attentive (chat->core, FALSE);
  chat_load (chat);
  chat_play_login (chat, NULL);
  fake_server_find (chat->server, "<inactive xmlns='urn:xmpp:csi:0'/>");
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Managed *, gconstpointer);
  } tests[] = {
    { "/network/check", test_check },
    { "/network/outage", test_outage },
    { "/network/captive-portal", test_captive_portal },
    { "/network/conflict", test_conflict },
    { "/network/begun-anew", test_begun_anew },
    { "/network/restless", test_restless },
    { "/network/sleep", test_sleep },
    { "/network/sleepless", test_sleepless },
    { "/network/sleep-anywhere", test_sleep_anywhere },
    { "/network/attention", test_attention },
    { "/network/attention-later", test_attention_later },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Managed, NULL, managed_set_up, tests[i].test, managed_tear_down);
  return g_test_run ();
}
