/* The archive of a real server: its names for live lines are those it has in its pages, which are read backwards, and
 * it keeps what its preferences say. ejabberd's is not an extended one. tests/lib/servers.py starts the server around
 * this program. */
#include "fake-server.h"
#include "rfc-6121-presence.h"
#include "xep-0313-mam.h"
#include "xep-0441-mam-prefs.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

#define MERCUTIO "mercutio@montague.example"
#define BENVOLIO "benvolio@montague.example"
#define TYBALT   "tybalt@capulet.example"
#define PASSWORD "By any other name"
#define LINES    5

typedef struct {
  XmppSession *session;    /* (owned) */
  GPtrArray   *messages;   /* (owned) of XmppMessage: what came live */
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
}

static Person *
person_new (const char *address)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, PASSWORD);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Person *self = g_new0 (Person, 1);

  login->host = g_strdup ("127.0.0.1");
  login->port = (guint16) g_ascii_strtoull (g_getenv ("LINNET_TEST_STARTTLS_PORT"), NULL, 10);
  login->security = XMPP_SECURITY_STARTTLS;
  login->trust = g_tls_file_database_new (g_getenv ("LINNET_TEST_CA_FILE"), NULL);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  self->session = xmpp_session_new (xmpp_features, connectors, clock);
  g_signal_connect (self->session, "message", G_CALLBACK (message_cb), self);
  xmpp_presence_set_own (self->session, XMPP_SHOW_AVAILABLE, NULL, 0);
  xmpp_session_connect_async (self->session, login, NULL, NULL, fake_result_cb, &result);
  xmpp_session_connect_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
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
  g_ptr_array_unref (self->messages);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

static gboolean
is_on_prosody (void)
{
  return g_strcmp0 (g_getenv ("LINNET_TEST_SERVER"), "prosody") == 0;
}

static gboolean
find (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_extended, is_there;

  xmpp_mam_find_async (self->session, NULL, fake_result_cb, &result);
  is_there = xmpp_mam_find_finish (self->session, fake_wait (&result), &is_extended, &error);
  g_assert_no_error (error);
  g_assert_true (is_there);
  return is_extended;
}

static gboolean
wait_is_over (gpointer data)
{
  const Wait *wait = data;

  return wait->person->messages->len >= wait->wanted;
}

/* Says so many lines, and waits until they have come. */
static void
say (Person     *from,
     Person     *to,
     const char *address,
     guint       count)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  Wait wait = { to, to->messages->len + count };

  for (guint i = 0; i < count; i++) {
    g_autoptr (XmppMessage) message = xmpp_message_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    message->type = XMPP_MESSAGE_CHAT;
    message->to = xmpp_jid_ref (jid);
    message->body = g_strdup_printf ("line %u", i);
    xmpp_session_send_message_async (from->session, message, NULL, fake_result_cb, &result);
    xmpp_session_send_message_finish (from->session, fake_wait (&result), &error);
    g_assert_no_error (error);
  }
  fake_wait_until (wait_is_over, &wait, "the lines");
}

static XmppMamPage *
query (Person           *self,
       const XmppMamAsk *ask)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  XmppMamPage *page;

  xmpp_mam_query_async (self->session, ask, NULL, fake_result_cb, &result);
  page = xmpp_mam_query_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
  return page;
}

/* The page is these of the live lines. */
static void
assert_page (Person      *self,
             XmppMamPage *page,
             guint        first,
             guint        count,
             gboolean     is_complete)
{
  g_assert_cmpuint (page->messages->len, ==, count);
  g_assert_cmpint (page->complete, ==, is_complete);
  for (guint i = 0; i < count; i++) {
    const XmppMessage *live = g_ptr_array_index (self->messages, first + i);
    const XmppMessage *kept = g_ptr_array_index (page->messages, i);

    g_assert_nonnull (live->archive_id);
    g_assert_cmpstr (kept->archive_id, ==, live->archive_id);
    g_assert_cmpstr (kept->id, ==, live->id);
    g_assert_cmpstr (kept->body, ==, live->body);
    g_assert_true (xmpp_jid_equal (kept->from, live->from));
    g_assert_cmpint (kept->origin, ==, XMPP_ORIGIN_ARCHIVE);
    g_assert_cmpint (kept->sent_at, >, 0);
  }
  if (count > 0) {
    g_assert_cmpstr (page->page.first, ==, ((XmppMessage *) page->messages->pdata[0])->archive_id);
    g_assert_cmpstr (page->page.last, ==, ((XmppMessage *) page->messages->pdata[count - 1])->archive_id);
    g_assert_cmpint (page->first_at, ==, ((XmppMessage *) page->messages->pdata[0])->sent_at);
  }
}

static void
test_pages (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) benvolio = person_new (BENVOLIO);
  g_autoptr (XmppJid) with = xmpp_jid_new (MERCUTIO, NULL);
  g_autoptr (XmppJid) without = xmpp_jid_new (TYBALT, NULL);
  g_autoptr (XmppMamPage) newest = NULL;
  g_autoptr (XmppMamPage) middle = NULL;
  g_autoptr (XmppMamPage) oldest = NULL;
  g_autoptr (XmppMamPage) later = NULL;
  g_autoptr (XmppMamPage) theirs = NULL;
  g_autoptr (XmppMamPage) nobodys = NULL;
  const gboolean is_extended = is_on_prosody ();
  const XmppMessage *third;

  g_assert_cmpint (find (benvolio), ==, is_extended);
  say (mercutio, benvolio, BENVOLIO, LINES);

  newest = query (benvolio, &(XmppMamAsk) { .page = { 2, "", NULL } });
  assert_page (benvolio, newest, 3, 2, FALSE);
  middle = query (benvolio, &(XmppMamAsk) { .page = { 2, newest->page.first, NULL } });
  assert_page (benvolio, middle, 1, 2, FALSE);
  oldest = query (benvolio, &(XmppMamAsk) { .page = { 2, middle->page.first, NULL } });
  assert_page (benvolio, oldest, 0, 1, TRUE);

  third = g_ptr_array_index (benvolio->messages, 2);
  later = query (benvolio, &(XmppMamAsk) { .after_id = third->archive_id, .page = { 50, "", NULL } });
  assert_page (benvolio, later, is_extended ? 3 : 0, is_extended ? 2 : LINES, TRUE);
  theirs = query (benvolio, &(XmppMamAsk) { .with = with, .page = { 50, "", NULL } });
  assert_page (benvolio, theirs, 0, LINES, TRUE);
  nobodys = query (benvolio, &(XmppMamAsk) { .with = without, .page = { 50, "", NULL } });
  assert_page (benvolio, nobodys, 0, 0, TRUE);
}

/* An unknown after_id is nothing to go by: read backwards, Prosody's own storage knows no end for it, and no error.
 * ejabberd does not mind an unknown line to end before, either. */
static void
test_unknown (void)
{
  g_autoptr (Person) benvolio = person_new (BENVOLIO);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppMamPage) newest = NULL;
  g_autoptr (XmppMamPage) all = NULL;

  g_assert_cmpint (find (benvolio), ==, is_on_prosody ());
  xmpp_mam_query_async (benvolio->session, &(XmppMamAsk) { .page = { 50, "no such line", NULL } }, NULL, fake_result_cb,
                        &result);
  newest = xmpp_mam_query_finish (benvolio->session, fake_wait (&result), &error);
  if (is_on_prosody ())
    g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
  else
    g_assert_no_error (error);
  g_assert_cmpint (newest == NULL, ==, error != NULL);
  g_clear_error (&error);
  g_clear_object (&result);

  all = query (benvolio, &(XmppMamAsk) { .after_id = "no such line", .page = { 50, "", NULL } });
  g_assert_cmpuint (all->messages->len, ==, LINES);
  g_assert_true (all->complete);
}

static XmppMamKeep
get_keep (Person *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  XmppMamKeep keep = XMPP_MAM_KEEP_ROSTER;

  xmpp_mam_prefs_get_async (self->session, NULL, fake_result_cb, &result);
  xmpp_mam_prefs_get_finish (self->session, fake_wait (&result), &keep, &error);
  g_assert_no_error (error);
  return keep;
}

static void
set_keep (Person      *self,
          XmppMamKeep  keep)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  xmpp_mam_prefs_set_async (self->session, keep, NULL, fake_result_cb, &result);
  xmpp_mam_prefs_set_finish (self->session, fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_keep (self), ==, keep);
}

static void
test_preferences (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) tybalt = person_new (TYBALT);
  g_autoptr (XmppMamPage) none = NULL;
  g_autoptr (XmppMamPage) one = NULL;

  g_assert_cmpint (get_keep (mercutio), ==, XMPP_MAM_KEEP_ALWAYS);
  set_keep (tybalt, XMPP_MAM_KEEP_NEVER);
  say (mercutio, tybalt, TYBALT, 1);
  none = query (tybalt, &(XmppMamAsk) { .page = { 50, "", NULL } });
  g_assert_cmpuint (none->messages->len, ==, 0);
  set_keep (tybalt, XMPP_MAM_KEEP_ALWAYS);
  say (mercutio, tybalt, TYBALT, 1);
  one = query (tybalt, &(XmppMamAsk) { .page = { 50, "", NULL } });
  assert_page (tybalt, one, 1, 1, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/archive/pages", test_pages);
  g_test_add_func ("/archive/unknown", test_unknown);
  g_test_add_func ("/archive/preferences", test_preferences);
  return g_test_run ();
}
