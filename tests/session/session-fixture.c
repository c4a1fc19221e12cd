/* A session, a fake server for it to talk to, and what it said: the fixture of the session's tests. */
#include "session-fixture.h"

#include "xmpp-ns.h"

static guint talks_detached;

static XmppVerdict
talk_read_cb (XmppSession *session,
              gpointer     state,
              XmppNode    *stanza,
              XmppNode    *payload,
              XmppMessage *message)
{
  if (message->body == NULL)
    message->body = g_strdup (xmpp_node_get_text (payload));
  return XMPP_TAKEN;
}

static XmppVerdict
talk_write_cb (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  if (message->body == NULL)
    return XMPP_REFUSE;
  xmpp_node_add_text (stanza, "body", NULL, message->body);
  return XMPP_PASS;
}

static XmppVerdict
talk_stored_cb (XmppSession *session,
                gpointer     state,
                XmppNode    *stanza,
                XmppNode    *payload,
                XmppMessage *message)
{
  XmppNode *thanks = xmpp_node_new ("message", NS_CLIENT);

  xmpp_node_set (thanks, "to", xmpp_jid_get_text (message->from));
  xmpp_node_set (thanks, "type", "headline");
  xmpp_session_send (session, thanks);
  return XMPP_PASS;
}

static XmppVerdict
talk_presence_cb (XmppSession *session,
                  gpointer     state,
                  XmppNode    *stanza,
                  XmppNode    *payload,
                  XmppMessage *message)
{
  g_autoptr (XmppPresence) presence = xmpp_presence_from_node (stanza);

  xmpp_session_emit_presence (session, presence);
  return XMPP_TAKEN;
}

static XmppVerdict
talk_presence_write_cb (XmppSession *session,
                        gpointer     state,
                        XmppNode    *stanza,
                        XmppNode    *payload,
                        XmppMessage *message)
{
  xmpp_node_add (stanza, "talks", "urn:test");
  return XMPP_PASS;
}

static XmppVerdict
talk_hello_cb (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  xmpp_session_iq_reply (session, stanza, xmpp_node_new ("hello", "urn:test"));
  return XMPP_TAKEN;
}

static void
talk_attach (XmppSession *session,
             gpointer     state)
{
  ((Talk *) state)->attached++;
}

static void
talk_online (XmppSession *session,
             gpointer     state)
{
  Talk *self = state;

  g_assert_nonnull (xmpp_session_get_jid (session));
  self->online++;
  if (self->abort_with != NULL)
    xmpp_session_abort (session, self->abort_with);
}

static void
talk_suspended (XmppSession *session,
                gpointer     state)
{
  g_assert_null (xmpp_session_get_jid (session));
  g_assert_true (xmpp_session_is_suspended (session));
  ((Talk *) state)->suspended++;
}

static void
talk_resumed (XmppSession *session,
              gpointer     state)
{
  g_assert_nonnull (xmpp_session_get_jid (session));
  g_assert_true (xmpp_session_is_resumed (session));
  ((Talk *) state)->resumed++;
}

static void
talk_check (XmppSession *session,
            gpointer     state)
{
  ((Talk *) state)->checked++;
}

static void
talk_offline (XmppSession *session,
              gpointer     state)
{
  g_assert_null (xmpp_session_get_jid (session));
  g_assert_false (xmpp_session_is_suspended (session));
  ((Talk *) state)->offline++;
}

static void
talk_detach (XmppSession *session,
             gpointer     state)
{
  talks_detached++;
  g_clear_error (&((Talk *) state)->abort_with);
}

static const XmppRoute talk_routes[] = {
  { XMPP_IQ_GET, "urn:test", "hello", talk_hello_cb },
  { XMPP_PRESENCE, NULL, NULL, talk_presence_cb },
  { XMPP_PRESENCE_WRITE, NULL, NULL, talk_presence_write_cb },
  { XMPP_MESSAGE_READ, NS_CLIENT, "body", talk_read_cb },
  { XMPP_MESSAGE_WRITE, NULL, NULL, talk_write_cb },
  { XMPP_MESSAGE_STORED, NULL, NULL, talk_stored_cb },
  { XMPP_ROUTE_END },
};

static const XmppFeature talk = {
  .name = "talk", .xep = "TEST", .routes = talk_routes, .state_size = sizeof (Talk),
  .attach = talk_attach, .online = talk_online, .suspended = talk_suspended, .resumed = talk_resumed,
  .check = talk_check, .offline = talk_offline, .detach = talk_detach,
};

const XmppFeature *const fixture_features[] = { &talk, NULL };
static const XmppConnector *const no_connectors[] = { NULL };

static void
state_notify_cb (XmppSession *session,
                 GParamSpec  *pspec,
                 gpointer     user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GEnumClass) states = g_type_class_ref (XMPP_TYPE_SESSION_STATE);
  XmppSessionState state = XMPP_SESSION_OFFLINE;

  g_object_get (session, "state", &state, NULL);
  g_assert_cmpint (state, ==, xmpp_session_get_state (session));
  g_string_append_printf (fixture->states, "%s ", g_enum_get_value (states, state)->value_nick);
}

void
fixture_message_cb (XmppSession *session,
                    XmppMessage *message,
                    gpointer     user_data)
{
  Fixture *fixture = user_data;

  g_ptr_array_add (fixture->messages, xmpp_message_ref (message));
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->clock = base_clock_new_manual (0);
  fixture->server = fake_server_new ("montague.example");
  fixture->login = fake_login ("romeo@montague.example");
  fixture->states = g_string_new (NULL);
  fixture->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  fixture->session = xmpp_session_new (fixture_features, no_connectors, fixture->clock);
  g_signal_connect (fixture->session, "notify::state", G_CALLBACK (state_notify_cb), fixture);
  g_signal_connect (fixture->session, "message", G_CALLBACK (fixture_message_cb), fixture);
  if (data != NULL)
    fake_server_set_chunks (fixture->server, GPOINTER_TO_SIZE (data));
}

/* Every test ends here, so in every test the session must die when its owner lets go of it. */
void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  guint detached = talks_detached;

  g_object_add_weak_pointer (G_OBJECT (fixture->session), (gpointer *) &fixture->session);
  g_object_unref (fixture->session);
  fake_settle ();
  g_assert_null (fixture->session);
  g_assert_cmpuint (talks_detached, ==, detached + 1);
  xmpp_login_free (fixture->login);
  fake_server_free (fixture->server);
  g_string_free (fixture->states, TRUE);
  g_ptr_array_unref (fixture->messages);
  base_clock_unref (fixture->clock);
}

Talk *
fixture_talk (Fixture *fixture)
{
  return xmpp_session_get_feature_state (fixture->session, &talk);
}

void
fixture_assert_states (Fixture    *fixture,
                       const char *states)
{
  g_assert_cmpstr (fixture->states->str, ==, states);
  g_string_truncate (fixture->states, 0);
}

void
fixture_connect (Fixture       *fixture,
                 GCancellable  *cancellable,
                 GAsyncResult **result)
{
  GIOStream *io = fake_server_get_client_io (fixture->server);

  xmpp_session_connect_async (fixture->session, fixture->login, io, cancellable, fake_result_cb, result);
}

void
fixture_assert_connect_error (Fixture       *fixture,
                              GAsyncResult **result,
                              GQuark         domain,
                              int            code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (xmpp_session_connect_finish (fixture->session, fake_wait (result), &error));
  g_assert_error (error, domain, code);
  g_clear_object (result);
}

void
fixture_sign_in (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_connect (fixture, NULL, &result);
  fake_server_login (fixture->server, OWN);
  g_assert_true (xmpp_session_connect_finish (fixture->session, fake_wait (&result), &error));
  g_assert_no_error (error);
  fixture_assert_states (fixture, "connecting online ");
}

void
fixture_new_server (Fixture *fixture)
{
  fake_server_free (fixture->server);
  fixture->server = fake_server_new ("montague.example");
}

gboolean
fixture_is_offline (gpointer data)
{
  return xmpp_session_get_state (((Fixture *) data)->session) == XMPP_SESSION_OFFLINE;
}

static gboolean
has_message (gpointer data)
{
  return ((Fixture *) data)->messages->len > 0;
}

XmppMessage *
fixture_wait_message (Fixture *fixture)
{
  XmppMessage *message;

  fake_wait_until (has_message, fixture, "a message");
  message = g_ptr_array_steal_index (fixture->messages, 0);
  return message;
}

/* The session is alive: what the server says is heard. */
void
fixture_assert_alive (Fixture *fixture)
{
  g_autoptr (XmppMessage) canary = NULL;

  fake_server_send (fixture->server, "<message from='" JULIET "' type='chat'><body>tweet</body></message>");
  canary = fixture_wait_message (fixture);
  g_assert_cmpstr (canary->body, ==, "tweet");
}

XmppNode *
fixture_new_iq (const char *to)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", to);
  xmpp_node_add (iq, "query", "urn:test");
  return iq;
}

XmppMessage *
fixture_new_message (const char *body)
{
  XmppMessage *message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_new ("juliet@capulet.example", NULL);
  message->body = g_strdup (body);
  return message;
}
