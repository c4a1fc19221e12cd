/* Two people on a real server talk: moods, lines both ways, what the other device hears, and what comes out of the
 * archive. tests/lib/servers.py starts the server around this program. */
#include "person.h"

static void
test_moods (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);
  g_autoptr (Person) balcony = NULL;

  person_await_show (romeo, JULIET, XMPP_SHOW_AVAILABLE, NULL);
  person_await_show (juliet, ROMEO, XMPP_SHOW_AVAILABLE, NULL);
  chat_core_set_presence (juliet->core, XMPP_SHOW_AWAY, "I hear some noise within");
  person_await_show (romeo, JULIET, XMPP_SHOW_AWAY, "I hear some noise within");
  balcony = person_new (JULIET);
  person_await_show (romeo, JULIET, XMPP_SHOW_AVAILABLE, NULL);
  g_assert_cmpuint (chat_contact_count_devices (person_contact (romeo, JULIET)), ==, 2);
  person_leave (balcony);
  person_await_show (romeo, JULIET, XMPP_SHOW_AWAY, "I hear some noise within");
  person_leave (juliet);
  person_await_show (romeo, JULIET, XMPP_SHOW_OFFLINE, NULL);
}

/* Prosody keeps receipts in the archive, ejabberd does not. */
static const char *
from_archive (const char *delivered)
{
  return person_is_on ("prosody") ? delivered : delivered + strlen (">");
}

/* Whoever is asked for a receipt gives one to who may know that they are there; the other devices have it all too. */
static void
test_devices (void)
{
  g_autoptr (Person) desk = person_new (ROMEO);
  g_autoptr (Person) phone = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);
  g_autoptr (Person) balcony = person_new (JULIET);

  person_await_show (desk, JULIET, XMPP_SHOW_AVAILABLE, NULL);
  person_await_show (juliet, ROMEO, XMPP_SHOW_AVAILABLE, NULL);
  person_say (desk, JULIET, "Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;");
  person_await_lines (desk, JULIET, ">> Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;", NULL);
  person_await_lines (juliet, ROMEO, "< Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;", NULL);
  person_say (juliet, ROMEO, "What satisfaction canst thou have tonight?");
  person_await_lines (phone, JULIET, ">> Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;",
                      "< What satisfaction canst thou have tonight?", NULL);
  person_await_lines (desk, JULIET, ">> Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;",
                      "< What satisfaction canst thou have tonight?", NULL);
  person_await_lines (balcony, ROMEO, "< Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;",
                      ">> What satisfaction canst thou have tonight?", NULL);

  /* On a device that was never here, it is all in the archive. */
  person_leave (phone);
  person_free (g_steal_pointer (&phone));
  phone = person_new (ROMEO);
  person_await_lines (phone, JULIET, from_archive (">> Wilt thou <leave> me so unsatisfied? “ä𝄞” &amp;"),
                      "< What satisfaction canst thou have tonight?", NULL);
}

/* What was said to somebody who was away comes once, in its order, and before what is said from then on, whether the
 * server keeps it for the next device that comes, in the archive or in both. */
static void
test_away (void)
{
  g_autoptr (Person) mercutio = person_new (MERCUTIO);
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) elsewhere = NULL;

  person_say (mercutio, ROMEO, "one");
  person_await_lines (romeo, MERCUTIO, "< one", NULL);
  person_leave (romeo);
  person_await_show (mercutio, ROMEO, XMPP_SHOW_OFFLINE, NULL);
  person_say (mercutio, ROMEO, "two");
  person_say (mercutio, ROMEO, "three");
  person_await_lines (mercutio, ROMEO, ">> one", "> two", "> three", NULL);

  /* Another device has answered meanwhile. */
  elsewhere = person_new (ROMEO);
  person_await_lines (elsewhere, MERCUTIO, "< one", "< two", "< three", NULL);
  person_say (elsewhere, MERCUTIO, "four");
  person_await_lines (elsewhere, MERCUTIO, "< one", "< two", "< three", ">> four", NULL);
  person_leave (elsewhere);

  person_come_back (romeo);
  person_say (mercutio, ROMEO, "five");
  person_await_lines (romeo, MERCUTIO, "< one", "< two", "< three", from_archive (">> four"), "< five", NULL);
  fake_settle ();
  person_await_lines (romeo, MERCUTIO, "< one", "< two", "< three", from_archive (">> four"), "< five", NULL);
}

static void
test_nobody (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);

  person_say (romeo, "rosaline@capulet.example", "Dost thou not hear?");
  person_await_lines (romeo, "rosaline@capulet.example", "! Dost thou not hear? (service-unavailable)", NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/talk/moods", test_moods);
  g_test_add_func ("/server/talk/devices", test_devices);
  g_test_add_func ("/server/talk/away", test_away);
  g_test_add_func ("/server/talk/nobody", test_nobody);
  return g_test_run ();
}
