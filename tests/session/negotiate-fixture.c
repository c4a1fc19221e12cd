/* A client that negotiates with a fake server, and the ways in which that can end. */

#include "negotiate-fixture.h"

#include <string.h>

#define BYTE_BY_BYTE GSIZE_TO_POINTER (1)

void
negotiate_set_up (Fixture       *fixture,
                  gconstpointer  chunk)
{
  fixture->server = fake_server_new ("montague.example");
  fake_server_set_chunks (fixture->server, GPOINTER_TO_SIZE (chunk));
  fixture->login = fake_login (ROMEO);
  fixture->clock = base_clock_new_manual (0);
  fixture->cancellable = g_cancellable_new ();
  fixture->steps = g_string_new (NULL);
}

void
negotiate_tear_down (Fixture       *fixture,
                     gconstpointer  chunk)
{
  g_clear_pointer (&fixture->transport, xmpp_transport_free);
  g_clear_object (&fixture->result);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_clear_pointer (&fixture->login, xmpp_login_free);
  g_clear_pointer (&fixture->clock, base_clock_unref);
  g_clear_object (&fixture->cancellable);
  g_string_free (g_steal_pointer (&fixture->steps), TRUE);
  fake_settle ();
}

void
negotiate_add (const char  *path,
               void       (*test) (Fixture *fixture, gconstpointer chunk))
{
  g_autofree char *whole = g_strconcat ("/", path, "/whole", NULL);
  g_autofree char *bytes = g_strconcat ("/", path, "/byte-by-byte", NULL);

  g_test_add (whole, Fixture, NULL, negotiate_set_up, test, negotiate_tear_down);
  g_test_add (bytes, Fixture, BYTE_BY_BYTE, negotiate_set_up, test, negotiate_tear_down);
}

static void
step_cb (XmppStep step,
         gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->steps, "%d ", step);
}

static guint32
handled_cb (gpointer user_data)
{
  return ((Fixture *) user_data)->handled;
}

const XmppNegotiateEvents negotiate_events = { step_cb, handled_cb };

void
negotiate_begin (Fixture *fixture)
{
  fixture->transport = xmpp_stream_new (fake_server_get_client_io (fixture->server), FALSE);
  xmpp_negotiate_async (fixture->transport, fixture->login, fixture->clock, &negotiate_events, fixture,
                        fixture->cancellable, fake_result_cb, &fixture->result);
}

void
negotiate_play (Fixture *fixture,
                Stage    stage)
{
  FakeServer *server = fixture->server;
  g_autofree char *mechanisms = fake_server_mechanisms (server);

  if (stage >= STAGE_STARTTLS)
    fake_server_open (server, WITH_STARTTLS);
  if (stage == STAGE_STARTTLS)
    fake_server_expect (server, WITH_STARTTLS);
  if (stage == STAGE_PROCEED)
    fake_server_proceed (server, "");
  if (stage >= STAGE_SECURE)
    fake_server_secure (server);
  if (stage >= STAGE_AUTH)
    fake_server_open (server, mechanisms);
  if (stage == STAGE_AUTH)
    fake_server_expect (server, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  if (stage == STAGE_RESPONSE) {
    fake_server_set_scram (server, FAKE_SCRAM_DESERTED, 4096);
    fake_server_authenticate (server);
    fake_server_expect (server, "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  }
  if (stage >= STAGE_SIGNED_IN)
    g_assert_true (fake_server_authenticate (server));
  if (stage >= STAGE_BIND)
    fake_server_open (server, WITH_BIND "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>");
  if (stage == STAGE_BIND)
    fake_server_expect (server, "<iq type='set'>" WITH_BIND "</iq>");
  if (stage >= STAGE_SESSION) {
    fake_server_bind (server, ROMEO_FULL);
    fake_server_expect (server, "<iq type='set'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
  }

  if (stage == STAGE_NOTHING || stage == STAGE_HEADER || stage == STAGE_SECURE || stage == STAGE_SIGNED_IN)
    fake_server_expect (server, "<stream:stream version='1.0'/>");
  if (stage == STAGE_HEADER)
    fake_server_send (server, "<stream:stream xmlns='jabber:client' version='1.0' "
                              "xmlns:stream='http://etherx.jabber.org/streams' from='montague.example' id='s1'>");
}

void
negotiate_secure (Fixture *fixture)
{
  negotiate_begin (fixture);
  fake_server_open (fixture->server, WITH_STARTTLS);
  fake_server_secure (fixture->server);
}

XmppNegotiated *
negotiate_succeed (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  XmppNegotiated *negotiated = xmpp_negotiate_finish (fake_wait (&fixture->result), &error);

  g_assert_no_error (error);
  g_assert_nonnull (negotiated);
  return negotiated;
}

void
negotiate_fail (Fixture    *fixture,
                GQuark      domain,
                int         code,
                const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_negotiate_finish (fake_wait (&fixture->result), &error));
  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  if (words != NULL)
    g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strstr (error->message, FAKE_PASSWORD));
}
