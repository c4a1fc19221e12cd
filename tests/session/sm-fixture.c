/* A managed session (XEP-0198): signed in, cut off, back again. */
#include "sm-fixture.h"

void
sm_sign_in (Fixture    *fixture,
            const char *enabled)
{
  fake_server_set_features (fixture->server, FAKE_SM);
  fixture_sign_in (fixture);
  fake_server_manage (fixture->server, enabled);
  fake_settle ();
  g_assert_true (xmpp_session_is_managed (fixture->session));
  g_assert_false (xmpp_session_is_resumed (fixture->session));
}

void
sm_send (Fixture       *fixture,
         const char    *body,
         GAsyncResult **result)
{
  g_autoptr (XmppMessage) message = fixture_new_message (body);

  xmpp_session_send_message_async (fixture->session, message, NULL, fake_result_cb, result);
}

void
sm_assert_sent (Fixture       *fixture,
                GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_session_send_message_finish (fixture->session, fake_wait (result), &error));
  g_assert_no_error (error);
  g_clear_object (result);
}

void
sm_assert_failed (Fixture       *fixture,
                  GAsyncResult **result,
                  GQuark         domain,
                  int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (xmpp_session_send_message_finish (fixture->session, fake_wait (result), &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

void
sm_lose (Fixture *fixture)
{
  fake_server_hang_up (fixture->server);
  fake_wait_until (fixture_is_offline, fixture, "the end");
  fixture_assert_states (fixture, "offline ");
  g_assert_true (xmpp_session_is_suspended (fixture->session));
  g_assert_error (xmpp_session_get_error (fixture->session), XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED);
  fixture_new_server (fixture);
  fake_server_set_features (fixture->server, FAKE_SM);
}

XmppNode *
sm_come_back (Fixture       *fixture,
              GAsyncResult **result)
{
  fixture_connect (fixture, NULL, result);
  return fake_server_reopen (fixture->server);
}

void
sm_resume (Fixture *fixture,
           guint32  h)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sm_come_back (fixture, &result);
  fake_server_resume (fixture->server, "ours", h);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), &error));
  g_assert_no_error (error);
  fixture_assert_states (fixture, "connecting online ");
  g_assert_true (xmpp_session_is_resumed (fixture->session));
  g_assert_false (xmpp_session_is_suspended (fixture->session));
}

void
sm_pass (Fixture *fixture,
         gint64   by)
{
  base_clock_advance (fixture->clock, by);
  fake_settle ();
}
