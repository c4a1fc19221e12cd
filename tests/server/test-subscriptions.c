/* Two people on a real Prosody who do not know each other yet: they ask, answer, take back, rename, remove. Each has a
 * whole chat layer of their own; tests/lib/prosody.py starts the server around this program. */
#include "chat-contact-acts.h"
#include "chat-core.h"
#include "chat-parts.h"
#include "fake-server.h"
#include "memory-secrets.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

#define MERCUTIO "mercutio@montague.example"
#define BENVOLIO "benvolio@montague.example"
#define TYBALT   "tybalt@capulet.example"
#define NURSE    "nurse@capulet.example"
#define PASSWORD "By any other name"

/* Somebody at their own machine. */
typedef struct {
  Store       *store;     /* (owned) */
  ChatCore    *core;      /* (owned) */
  ChatAccount *account;   /* (owned) */
} Person;

static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };

static Person *
person_new (const char *address)
{
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (MemorySecrets) secrets = memory_secrets_new ();
  g_autoptr (GTlsDatabase) trust = g_tls_file_database_new (g_getenv ("LINNET_TEST_CA_FILE"), NULL);
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, NULL);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GError) error = NULL;
  ChatCoreSetup setup = { 0 };
  Person *self = g_new0 (Person, 1);

  store_open_async (":memory:", NULL, fake_result_cb, &opened);
  self->store = store_open_finish (fake_wait (&opened), &error);
  g_assert_no_error (error);

  setup.store = self->store;
  setup.secrets = DESKTOP_SECRETS (secrets);
  setup.clock = clock;
  setup.trust = trust;
  setup.features = xmpp_features;
  setup.connectors = connectors;
  setup.parts = chat_parts;
  self->core = chat_core_new (&setup);
  chat_core_load_async (self->core, NULL, fake_result_cb, &loaded);
  chat_core_load_finish (self->core, fake_wait (&loaded), &error);
  g_assert_no_error (error);

  login->host = g_strdup ("127.0.0.1");
  login->port = (guint16) g_ascii_strtoull (g_getenv ("LINNET_TEST_STARTTLS_PORT"), NULL, 10);
  login->security = XMPP_SECURITY_STARTTLS;
  self->account = chat_core_prepare_account (self->core, login, &error);
  g_assert_no_error (error);
  chat_account_sign_in_async (self->account, PASSWORD, NULL, fake_result_cb, &signed_in);
  chat_account_sign_in_finish (self->account, fake_wait (&signed_in), &error);
  g_assert_no_error (error);
  return self;
}

static void
person_free (Person *self)
{
  g_autoptr (GAsyncResult) closed = NULL;

  chat_core_close_async (self->core, NULL, fake_result_cb, &closed);
  chat_core_close_finish (self->core, fake_wait (&closed), NULL);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  g_clear_object (&self->store);
  fake_settle ();
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

static ChatContact *
contact (Person *self, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_account_get_contact (self->account, jid);
}

/* Waiting until it stands so between two people */

typedef struct {
  XmppSubscription  subscription;
  gboolean          is_asked, is_asking, is_online;
  ChatContact      *contact;
} Wanted;

static gboolean
is_so (gpointer data)
{
  const Wanted *wanted = data;

  return chat_contact_get_subscription (wanted->contact) == wanted->subscription
         && chat_contact_is_asked (wanted->contact) == wanted->is_asked
         && chat_contact_is_asking (wanted->contact) == wanted->is_asking
         && (chat_contact_get_show (wanted->contact) != XMPP_SHOW_OFFLINE) == wanted->is_online;
}

static void
await (Person *self, const char *address, Wanted wanted, const char *what)
{
  g_autofree char *line = g_strdup_printf ("%s as %s sees it: %s", address,
                                           xmpp_jid_get_text (chat_account_get_jid (self->account)), what);

  g_test_message ("%s", line);
  wanted.contact = contact (self, address);
  fake_wait_until (is_so, &wanted, line);
}

static gboolean
is_angelica (gpointer data)
{
  return g_str_equal (chat_contact_get_name (data), "Angelica");
}

static gboolean
is_gone (gpointer data)
{
  return !chat_contact_is_contact (data);
}

static void
unexpected_cb (GListModel *requests)
{
  g_assert_not_reached ();
}

static guint
count_requests (Person *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_requests (self->core)));
}

static void
add (Person *self, const char *address, const char *name, const char *text)
{
  const char *const groups[] = { "Verona", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_contact_add_async (contact (self, address), name, groups, text, TRUE, NULL, fake_result_cb, &result);
  chat_contact_add_finish (contact (self, address), fake_wait (&result), &error);
  g_assert_no_error (error);
}

static void
remove_contact (Person *self, const char *address)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_contact_remove_async (contact (self, address), NULL, fake_result_cb, &result);
  chat_contact_remove_finish (contact (self, address), fake_wait (&result), &error);
  g_assert_no_error (error);
  fake_wait_until (is_gone, contact (self, address), "the contact to be gone");
}

/* Prosody keeps consent, if it does not tell of it: whoever was added with a question and asks back is let in at once,
 * without being listed. */
static void
test_accept (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) nurse = person_new (NURSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (chat_contact_can_allow_ahead (contact (mercutio, NURSE)));
  add (mercutio, NURSE, "Nurse", "God ye good den, fair gentlewoman");
  await (mercutio, NURSE, (Wanted) { .is_asked = TRUE }, "asked");
  await (nurse, MERCUTIO, (Wanted) { .is_asking = TRUE }, "asking");
  g_assert_cmpstr (chat_contact_get_request_text (contact (nurse, MERCUTIO)), ==, "God ye good den, fair gentlewoman");
  g_assert_cmpuint (count_requests (nurse), ==, 1);

  g_signal_connect (chat_core_get_requests (mercutio->core), "items-changed", G_CALLBACK (unexpected_cb), NULL);
  add (nurse, MERCUTIO, NULL, NULL);
  await (nurse, MERCUTIO, (Wanted) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  await (mercutio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  g_assert_cmpuint (count_requests (nurse), ==, 0);
  g_assert_cmpstr (chat_contact_get_name (contact (mercutio, NURSE)), ==, "Nurse");
  g_assert_cmpstr (chat_contact_get_groups (contact (mercutio, NURSE))[0], ==, "Verona");

  /* A name, and half of it back, and all of it. */
  chat_contact_change_async (contact (mercutio, NURSE), "Angelica", NULL, NULL, fake_result_cb, &result);
  g_assert_true (chat_contact_change_finish (contact (mercutio, NURSE), fake_wait (&result), &error));
  fake_wait_until (is_angelica, contact (mercutio, NURSE), "the new name");
  g_assert_null (chat_contact_get_groups (contact (mercutio, NURSE))[0]);
  chat_contact_stop_seeing (contact (mercutio, NURSE));
  await (mercutio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_FROM }, "not seen any more");
  await (nurse, MERCUTIO, (Wanted) { XMPP_SUBSCRIPTION_TO, .is_online = TRUE }, "not seeing any more");
  chat_contact_ask (contact (mercutio, NURSE), NULL);
  await (nurse, MERCUTIO, (Wanted) { XMPP_SUBSCRIPTION_TO, .is_asking = TRUE, .is_online = TRUE }, "asking again");
  chat_contact_allow (contact (nurse, MERCUTIO));
  await (mercutio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "seen again");
  await (nurse, MERCUTIO, (Wanted) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "seeing again");
  chat_contact_refuse (contact (nurse, MERCUTIO));
  await (mercutio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_FROM }, "shut out");
  remove_contact (nurse, MERCUTIO);
  await (mercutio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_NONE }, "removed");
  g_assert_true (chat_contact_is_contact (contact (mercutio, NURSE)));
  remove_contact (mercutio, NURSE);
}

static void
test_refuse_and_cancel (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) tybalt = person_new (TYBALT);

  chat_contact_ask (contact (tybalt, MERCUTIO), "A word with one of you");
  await (tybalt, MERCUTIO, (Wanted) { .is_asked = TRUE }, "asked");
  await (mercutio, TYBALT, (Wanted) { .is_asking = TRUE }, "asking");
  chat_contact_refuse (contact (mercutio, TYBALT));
  g_assert_cmpuint (count_requests (mercutio), ==, 0);
  await (tybalt, MERCUTIO, (Wanted) { .is_asked = FALSE }, "refused");

  chat_contact_ask (contact (tybalt, MERCUTIO), NULL);
  await (tybalt, MERCUTIO, (Wanted) { .is_asked = TRUE }, "asked again");
  await (mercutio, TYBALT, (Wanted) { .is_asking = TRUE }, "asking again");
  chat_contact_stop_seeing (contact (tybalt, MERCUTIO));
  await (tybalt, MERCUTIO, (Wanted) { .is_asked = FALSE }, "taken back");
  await (mercutio, TYBALT, (Wanted) { .is_asking = FALSE }, "taken back");
  g_assert_cmpuint (count_requests (mercutio), ==, 0);
  remove_contact (tybalt, MERCUTIO);

  /* Removed while it was still open. */
  chat_contact_ask (contact (tybalt, MERCUTIO), NULL);
  await (tybalt, MERCUTIO, (Wanted) { .is_asked = TRUE }, "asked once more");
  await (mercutio, TYBALT, (Wanted) { .is_asking = TRUE }, "asking once more");
  remove_contact (tybalt, MERCUTIO);
  await (mercutio, TYBALT, (Wanted) { .is_asking = FALSE }, "removed");
}

/* Asked while nobody is at home: the server keeps it, and asks at every coming home until there is an answer. */
static void
test_away (void)
{
  Person *benvolio = NULL;
  g_autoptr (Person) nurse = person_new (NURSE);
  g_autoptr (Person) elsewhere = NULL;

  chat_contact_ask (contact (nurse, BENVOLIO), "Where is Romeo?");
  await (nurse, BENVOLIO, (Wanted) { .is_asked = TRUE }, "asked");
  for (guint i = 0; i < 2; i++) {
    benvolio = person_new (BENVOLIO);
    await (benvolio, NURSE, (Wanted) { .is_asking = TRUE }, "asking");
    g_assert_cmpuint (count_requests (benvolio), ==, 1);
    person_free (benvolio);
  }

  /* On two devices: the answer on one is seen on the other. */
  benvolio = person_new (BENVOLIO);
  elsewhere = person_new (BENVOLIO);
  await (benvolio, NURSE, (Wanted) { .is_asking = TRUE }, "asking");
  await (elsewhere, NURSE, (Wanted) { .is_asking = TRUE }, "asking there too");
  chat_contact_allow (contact (elsewhere, NURSE));
  await (benvolio, NURSE, (Wanted) { XMPP_SUBSCRIPTION_FROM }, "answered there");
  g_assert_cmpuint (count_requests (benvolio), ==, 0);
  await (nurse, BENVOLIO, (Wanted) { XMPP_SUBSCRIPTION_TO, .is_online = TRUE }, "allowed");
  remove_contact (nurse, BENVOLIO);
  person_free (benvolio);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/subscriptions/accept", test_accept);
  g_test_add_func ("/server/subscriptions/refuse-and-cancel", test_refuse_and_cancel);
  g_test_add_func ("/server/subscriptions/away", test_away);
  return g_test_run ();
}
