/* Two people on a real server who do not know each other yet: they ask, answer, take back, rename, remove. Each has a
 * whole chat layer of their own; tests/lib/servers.py starts the server around this program. */
#include "person.h"

static gboolean
is_angelica (gpointer data)
{
  return g_str_equal (chat_contact_get_name (data), "Angelica");
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

/* Where the server keeps consent, whoever was added with a question and asks back is let in at once, without being
 * listed; ejabberd keeps none, and there they are asked. */
static void
test_accept (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) nurse = person_new (NURSE);
  gboolean keeps_consent = person_is_on ("prosody");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (chat_contact_can_allow_ahead (person_contact (mercutio, NURSE)), ==, keeps_consent);
  person_add (mercutio, NURSE, "Nurse", "God ye good den, fair gentlewoman");
  person_await (mercutio, NURSE, (Standing) { .is_asked = TRUE }, "asked");
  person_await (nurse, MERCUTIO, (Standing) { .is_asking = TRUE }, "asking");
  g_assert_cmpstr (chat_contact_get_request_text (person_contact (nurse, MERCUTIO)), ==,
                   "God ye good den, fair gentlewoman");
  g_assert_cmpuint (count_requests (nurse), ==, 1);

  if (keeps_consent)
    g_signal_connect (chat_core_get_requests (mercutio->core), "items-changed", G_CALLBACK (unexpected_cb), NULL);
  person_add (nurse, MERCUTIO, NULL, NULL);
  if (!keeps_consent) {
    person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_TO, .is_asking = TRUE, .is_online = TRUE }, "asking");
    chat_contact_allow (person_contact (mercutio, NURSE));
  }
  person_await (nurse, MERCUTIO, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  g_assert_cmpuint (count_requests (nurse), ==, 0);
  g_assert_cmpstr (chat_contact_get_name (person_contact (mercutio, NURSE)), ==, "Nurse");
  g_assert_cmpstr (chat_contact_get_groups (person_contact (mercutio, NURSE))[0], ==, "Verona");

  /* A name, and half of it back, and all of it. */
  chat_contact_change_async (person_contact (mercutio, NURSE), "Angelica", NULL, NULL, fake_result_cb, &result);
  g_assert_true (chat_contact_change_finish (person_contact (mercutio, NURSE), fake_wait (&result), &error));
  fake_wait_until (is_angelica, person_contact (mercutio, NURSE), "the new name");
  g_assert_null (chat_contact_get_groups (person_contact (mercutio, NURSE))[0]);
  chat_contact_stop_seeing (person_contact (mercutio, NURSE));
  person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_FROM }, "not seen any more");
  person_await (nurse, MERCUTIO, (Standing) { XMPP_SUBSCRIPTION_TO, .is_online = TRUE }, "not seeing any more");
  chat_contact_ask (person_contact (mercutio, NURSE), NULL);
  person_await (nurse, MERCUTIO, (Standing) { XMPP_SUBSCRIPTION_TO, .is_asking = TRUE, .is_online = TRUE },
                "asking again");
  chat_contact_allow (person_contact (nurse, MERCUTIO));
  person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "seen again");
  person_await (nurse, MERCUTIO, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "seeing again");
  chat_contact_refuse (person_contact (nurse, MERCUTIO));
  person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_FROM }, "shut out");
  person_remove (nurse, MERCUTIO);
  person_await (mercutio, NURSE, (Standing) { XMPP_SUBSCRIPTION_NONE }, "removed");
  g_assert_true (chat_contact_is_contact (person_contact (mercutio, NURSE)));
  person_remove (mercutio, NURSE);
}

/* ejabberd forgets a question that is taken back, but does not tell who was asked until they come home again. */
static void
await_taken_back (Person *asked, const char *who)
{
  if (person_is_on ("ejabberd")) {
    person_leave (asked);
    person_come_back (asked);
  }
  person_await (asked, who, (Standing) { .is_asking = FALSE }, "taken back");
}

static void
test_refuse_and_cancel (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) tybalt = person_new (TYBALT);

  chat_contact_ask (person_contact (tybalt, MERCUTIO), "A word with one of you");
  person_await (tybalt, MERCUTIO, (Standing) { .is_asked = TRUE }, "asked");
  person_await (mercutio, TYBALT, (Standing) { .is_asking = TRUE }, "asking");
  chat_contact_refuse (person_contact (mercutio, TYBALT));
  g_assert_cmpuint (count_requests (mercutio), ==, 0);
  person_await (tybalt, MERCUTIO, (Standing) { .is_asked = FALSE }, "refused");

  chat_contact_ask (person_contact (tybalt, MERCUTIO), NULL);
  person_await (tybalt, MERCUTIO, (Standing) { .is_asked = TRUE }, "asked again");
  person_await (mercutio, TYBALT, (Standing) { .is_asking = TRUE }, "asking again");
  chat_contact_stop_seeing (person_contact (tybalt, MERCUTIO));
  person_await (tybalt, MERCUTIO, (Standing) { .is_asked = FALSE }, "taken back");
  await_taken_back (mercutio, TYBALT);
  g_assert_cmpuint (count_requests (mercutio), ==, 0);
  person_remove (tybalt, MERCUTIO);

  /* Removed while it was still open. */
  chat_contact_ask (person_contact (tybalt, MERCUTIO), NULL);
  person_await (tybalt, MERCUTIO, (Standing) { .is_asked = TRUE }, "asked once more");
  person_await (mercutio, TYBALT, (Standing) { .is_asking = TRUE }, "asking once more");
  person_remove (tybalt, MERCUTIO);
  await_taken_back (mercutio, TYBALT);
}

/* Asked while nobody is at home: the server keeps it, and asks at every coming home until there is an answer. */
static void
test_away (void)
{
  Person *benvolio = NULL;
  g_autoptr (Person) nurse = person_new (NURSE);
  g_autoptr (Person) elsewhere = NULL;

  chat_contact_ask (person_contact (nurse, BENVOLIO), "Where is Romeo?");
  person_await (nurse, BENVOLIO, (Standing) { .is_asked = TRUE }, "asked");
  for (guint i = 0; i < 2; i++) {
    benvolio = person_new (BENVOLIO);
    person_await (benvolio, NURSE, (Standing) { .is_asking = TRUE }, "asking");
    g_assert_cmpuint (count_requests (benvolio), ==, 1);
    person_free (benvolio);
  }

  /* On two devices: the answer on one is seen on the other. */
  benvolio = person_new (BENVOLIO);
  elsewhere = person_new (BENVOLIO);
  person_await (benvolio, NURSE, (Standing) { .is_asking = TRUE }, "asking");
  person_await (elsewhere, NURSE, (Standing) { .is_asking = TRUE }, "asking there too");
  chat_contact_allow (person_contact (elsewhere, NURSE));
  person_await (benvolio, NURSE, (Standing) { XMPP_SUBSCRIPTION_FROM }, "answered there");
  g_assert_cmpuint (count_requests (benvolio), ==, 0);
  person_await (nurse, BENVOLIO, (Standing) { XMPP_SUBSCRIPTION_TO, .is_online = TRUE }, "allowed");
  person_remove (nurse, BENVOLIO);
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
