/* A link to a real server that is lost and comes back: nothing is lost, nothing comes twice, and what is held comes
 * again. tests/lib/servers.py starts the server around this program. */
#include "fake-server.h"
#include "rfc-6121-presence.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

#define MERCUTIO "mercutio@montague.example"
#define BENVOLIO "benvolio@montague.example"
#define PASSWORD "By any other name"

typedef struct {
  XmppSession *session;    /* (owned) */
  XmppLogin   *login;      /* (owned) */
  GPtrArray   *messages;   /* (owned) of XmppMessage */
  gboolean     holds;
} Person;

typedef struct {
  Person *person;
  guint   wanted;
} Wait;

static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };

static void
message_cb (XmppSession *session,
            XmppMessage *message,
            Person      *self)
{
  g_ptr_array_add (self->messages, xmpp_message_ref (message));
  if (self->holds)
    xmpp_session_hold (session, message);
}

static void
person_connect (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_session_connect_async (self->session, self->login, NULL, NULL, fake_result_cb, &result);
  xmpp_session_connect_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
}

static gboolean
is_managed (gpointer data)
{
  return xmpp_session_is_managed (((Person *) data)->session);
}

static Person *
person_new (const char *address)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  Person *self = g_new0 (Person, 1);

  self->login = xmpp_login_new (jid, PASSWORD);
  self->login->host = g_strdup ("127.0.0.1");
  self->login->port = (guint16) g_ascii_strtoull (g_getenv ("LINNET_TEST_STARTTLS_PORT"), NULL, 10);
  self->login->security = XMPP_SECURITY_STARTTLS;
  self->login->trust = g_tls_file_database_new (g_getenv ("LINNET_TEST_CA_FILE"), NULL);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  self->session = xmpp_session_new (xmpp_features, connectors, clock);
  g_signal_connect (self->session, "message", G_CALLBACK (message_cb), self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  person_connect (self);
  fake_wait_until (is_managed, self, "stream management");
  return self;
}

static void
person_free (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  xmpp_session_close_async (self->session, NULL, fake_result_cb, &result);
  xmpp_session_close_finish (self->session, fake_wait (&result), NULL);
  g_clear_object (&result);
  fake_settle ();
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_assert_finalize_object (self->session);
  xmpp_login_free (self->login);
  g_ptr_array_unref (self->messages);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

static void
lose_link (Person *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "the cable");

  xmpp_session_abort (self->session, error);
  g_assert_true (xmpp_session_is_suspended (self->session));
}

static void
resume (Person *self)
{
  person_connect (self);
  g_assert_true (xmpp_session_is_resumed (self->session));
}

static void
say (Person        *from,
     const char    *address,
     const char    *body,
     GAsyncResult **result)
{
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  message->type = XMPP_MESSAGE_CHAT;
  message->to = xmpp_jid_new (address, NULL);
  message->body = g_strdup (body);
  xmpp_session_send_message_async (from->session, message, NULL, fake_result_cb, result);
}

static void
assert_arrived (Person        *from,
                GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_session_send_message_finish (from->session, fake_wait (result), &error));
  g_assert_no_error (error);
  g_clear_object (result);
}

static gboolean
has_heard (gpointer data)
{
  const Wait *wait = data;

  return wait->person->messages->len >= wait->wanted;
}

/* All that came, in order, and nothing else. */
static void
assert_heard (Person     *self,
              const char *bodies)
{
  g_auto (GStrv) wanted = g_strsplit (bodies, " ", -1);
  Wait wait = { self, g_strv_length (wanted) };
  g_autoptr (GString) heard = g_string_new (NULL);

  fake_wait_until (has_heard, &wait, bodies);
  fake_settle ();
  for (guint i = 0; i < self->messages->len; i++)
    g_string_append_printf (heard, "%s%s", i > 0 ? " " : "", ((XmppMessage *) self->messages->pdata[i])->body);
  g_assert_cmpstr (heard->str, ==, bodies);
}

static void
test_lost_and_found (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) benvolio = person_new (BENVOLIO);
  g_autofree char *address = g_strdup (xmpp_jid_get_text (xmpp_session_get_jid (mercutio->session)));
  GAsyncResult *ours = NULL, *lost = NULL, *theirs = NULL;

  say (mercutio, BENVOLIO, "a", &ours);
  assert_arrived (mercutio, &ours);
  say (benvolio, address, "1", &theirs);
  assert_arrived (benvolio, &theirs);
  assert_heard (mercutio, "1");

  for (guint round = 0; round < 3; round++) {
    say (mercutio, BENVOLIO, "b", &lost);
    lose_link (mercutio);
    say (benvolio, address, "2", &theirs);
    assert_arrived (benvolio, &theirs);
    g_assert_null (lost);
    resume (mercutio);
    assert_arrived (mercutio, &lost);
  }
  assert_heard (mercutio, "1 2 2 2");
  assert_heard (benvolio, "a b b b");
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_session_get_jid (mercutio->session)), ==, address);
}

/* What was not handled when the link was lost is said again, and once it is handled no more. */
static void
test_held (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) benvolio = person_new (BENVOLIO);
  g_autofree char *address = g_strdup (xmpp_jid_get_text (xmpp_session_get_jid (mercutio->session)));
  GAsyncResult *theirs = NULL;

  mercutio->holds = TRUE;
  say (benvolio, address, "1", &theirs);
  assert_arrived (benvolio, &theirs);
  say (benvolio, address, "2", &theirs);
  assert_arrived (benvolio, &theirs);
  assert_heard (mercutio, "1 2");
  xmpp_session_release (mercutio->session, mercutio->messages->pdata[0]);
  mercutio->holds = FALSE;
  lose_link (mercutio);
  resume (mercutio);
  assert_heard (mercutio, "1 2 2");
  xmpp_session_release (mercutio->session, mercutio->messages->pdata[1]);
  lose_link (mercutio);
  resume (mercutio);
  say (benvolio, address, "3", &theirs);
  assert_arrived (benvolio, &theirs);
  assert_heard (mercutio, "1 2 2 3");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/lost-and-found", test_lost_and_found);
  g_test_add_func ("/resume/held", test_held);
  return g_test_run ();
}
