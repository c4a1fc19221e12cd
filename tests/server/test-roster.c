/* The roster of a real server: whole the first time, by its changes on the other device and after coming back.
 * tests/lib/servers.py starts the server around this program. */
#include "person.h"
#include "rfc-6121-roster.h"

#define N_PEOPLE 9   /* Romeo's, in verona.py */

typedef struct {
  ChatContact *contact;
  const char  *name;
  const char  *group;
} Wanted;

static guint
count_contacts (Person *self)
{
  g_autoptr (GPtrArray) items = xmpp_roster_get_items (chat_account_get_session (self->account));

  return items->len;
}

static gboolean
is_named (gpointer data)
{
  const Wanted *wanted = data;

  return g_str_equal (chat_contact_get_name (wanted->contact), wanted->name)
         && g_strcmp0 (chat_contact_get_groups (wanted->contact)[0], wanted->group) == 0;
}

static void
await_name (Person *self, const char *address, const char *name, const char *group)
{
  fake_wait_until (is_named, &(Wanted) { person_contact (self, address), name, group }, name);
}

static void
rename_contact (Person *self, const char *address, const char *name, const char *group)
{
  const char *const groups[] = { group, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_contact_change_async (person_contact (self, address), name, groups, NULL, fake_result_cb, &result);
  chat_contact_change_finish (person_contact (self, address), fake_wait (&result), &error);
  g_assert_no_error (error);
}

static void
test_whole (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);

  await_name (romeo, JULIET, "Juliet", "Capulets");
  await_name (romeo, BENVOLIO, "Benvolio", "Friends");
  g_assert_cmpuint (count_contacts (romeo), ==, N_PEOPLE);
  g_assert_cmpint (chat_contact_get_subscription (person_contact (romeo, JULIET)), ==, XMPP_SUBSCRIPTION_BOTH);
}

static void
test_push (void)
{
  g_autoptr (Person) desk = person_new (ROMEO);
  g_autoptr (Person) phone = person_new (ROMEO);

  await_name (desk, JULIET, "Juliet", "Capulets");
  await_name (phone, JULIET, "Juliet", "Capulets");
  rename_contact (phone, JULIET, "Meine Schöne <3 & ♥", "Ein & <alles>");
  await_name (desk, JULIET, "Meine Schöne <3 & ♥", "Ein & <alles>");
  rename_contact (desk, JULIET, "Juliet", "Capulets");
  await_name (phone, JULIET, "Juliet", "Capulets");
}

static void
whole_roster_cb (XmppSession *session, GPtrArray *items, gboolean whole, guint *n_whole)
{
  *n_whole += whole;
}

static gboolean
is_on_one_device (gpointer contact)
{
  return chat_contact_count_devices (contact) == 1;
}

static gboolean
is_on_two_devices (gpointer contact)
{
  return chat_contact_count_devices (contact) == 2;
}

/* Gone is who is gone for others: until then the server may still have something to tell. */
static void
leave_home (Person *self, Person *witness)
{
  fake_wait_until (is_on_two_devices, person_contact (witness, self->address), "both devices");
  chat_core_set_presence (self->core, XMPP_SHOW_OFFLINE, NULL);
  person_await_show (self, JULIET, XMPP_SHOW_OFFLINE, NULL);
  fake_wait_until (is_on_one_device, person_contact (witness, self->address), "one device to be gone");
}

static void
come_home (Person *self)
{
  chat_core_set_presence (self->core, XMPP_SHOW_AVAILABLE, NULL);
  person_await_show (self, JULIET, XMPP_SHOW_AVAILABLE, NULL);
}

/* Whoever knows the roster is not told it again. If anything has changed, both servers tell all of it. */
static void
test_versions (void)
{
  g_autoptr (Person) desk = person_new (ROMEO);
  g_autoptr (Person) phone = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);
  XmppSession *session = chat_account_get_session (desk->account);
  g_autofree char *version = NULL;
  guint n_whole = 0;

  await_name (desk, JULIET, "Juliet", "Capulets");
  person_await_show (desk, JULIET, XMPP_SHOW_AVAILABLE, NULL);
  version = g_strdup (xmpp_roster_get_version (session));
  g_assert_nonnull (version);
  g_signal_connect (session, "roster-changed", G_CALLBACK (whole_roster_cb), &n_whole);
  leave_home (desk, juliet);
  come_home (desk);
  g_assert_cmpstr (xmpp_roster_get_version (session), ==, version);
  g_assert_cmpuint (n_whole, ==, 0);

  leave_home (desk, juliet);
  rename_contact (phone, JULIET, "Rosaline", "Sweethearts");
  come_home (desk);
  await_name (desk, JULIET, "Rosaline", "Sweethearts");
  g_assert_cmpstr (xmpp_roster_get_version (session), !=, version);
  g_assert_cmpuint (n_whole, ==, 1);
  g_assert_cmpuint (count_contacts (desk), ==, N_PEOPLE);
  g_signal_handlers_disconnect_by_data (session, &n_whole);

  /* And what is stored is good for the next start. */
  person_leave (desk);
  person_leave (phone);
  person_come_back (desk);
  await_name (desk, JULIET, "Rosaline", "Sweethearts");
  person_come_back (phone);
  await_name (phone, JULIET, "Rosaline", "Sweethearts");
  rename_contact (phone, JULIET, "Juliet", "Capulets");
  await_name (desk, JULIET, "Juliet", "Capulets");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/roster/whole", test_whole);
  g_test_add_func ("/server/roster/push", test_push);
  g_test_add_func ("/server/roster/versions", test_versions);
  return g_test_run ();
}
