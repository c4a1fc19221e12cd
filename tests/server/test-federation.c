/* Romeo's server is a Prosody, Juliet's an ejabberd, and each finds the other by its name: they meet, talk, are away
 * and ask for people who are not there. test_federation.py starts the servers around this program. */
#include "person.h"

#define NOBODY_OF_CAPULETS  "rosaline@capulet.example"
#define NOBODY_OF_MONTAGUES "rosaline@montague.example"
#define NOWHERE             "rosaline@mantua.example"

static void
test_meet (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);

  person_add (romeo, JULIET, "Juliet", "If I profane with my unworthiest hand");
  person_await (juliet, ROMEO, (Standing) { .is_asking = TRUE }, "asking");
  g_assert_cmpstr (chat_contact_get_request_text (person_contact (juliet, ROMEO)), ==,
                   "If I profane with my unworthiest hand");
  chat_contact_allow (person_contact (juliet, ROMEO));
  person_await (romeo, JULIET, (Standing) { XMPP_SUBSCRIPTION_TO, .is_online = TRUE }, "allowed");
  chat_core_set_presence (juliet->core, XMPP_SHOW_AWAY, "Good pilgrim");
  person_await_show (romeo, JULIET, XMPP_SHOW_AWAY, "Good pilgrim");

  /* Prosody keeps what Romeo has allowed ahead. */
  person_add (juliet, ROMEO, "Romeo", NULL);
  person_await (juliet, ROMEO, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  person_await (romeo, JULIET, (Standing) { XMPP_SUBSCRIPTION_BOTH, .is_online = TRUE }, "both");
  chat_core_set_presence (romeo->core, XMPP_SHOW_DND, "Have not saints lips?");
  person_await_show (juliet, ROMEO, XMPP_SHOW_DND, "Have not saints lips?");
  person_leave (romeo);
  person_await_show (juliet, ROMEO, XMPP_SHOW_OFFLINE, NULL);
}

static void
test_talk (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);
  g_autoptr (Person) balcony = person_new (JULIET);
  g_autoptr (Person) orchard = NULL;

  person_await_show (romeo, JULIET, XMPP_SHOW_AVAILABLE, NULL);
  person_await_show (juliet, ROMEO, XMPP_SHOW_AVAILABLE, NULL);
  person_say (romeo, JULIET, "one");
  person_await_lines (romeo, JULIET, ">> one", NULL);
  person_await_lines (juliet, ROMEO, "< one", NULL);
  person_say (juliet, ROMEO, "two");
  person_await_lines (juliet, ROMEO, "< one", ">> two", NULL);
  person_await_lines (romeo, JULIET, ">> one", "< two", NULL);
  person_await_lines (balcony, ROMEO, "< one", ">> two", NULL);

  orchard = person_new (ROMEO);
  person_await_lines (orchard, JULIET, ">> one", "< two", NULL);

  /* She goes to sleep; what he says is there when she wakes. */
  person_leave (balcony);
  person_leave (juliet);
  person_await_show (romeo, JULIET, XMPP_SHOW_OFFLINE, NULL);
  person_say (romeo, JULIET, "three");
  person_await_lines (romeo, JULIET, ">> one", "< two", "> three", NULL);
  person_come_back (juliet);
  person_await_lines (juliet, ROMEO, "< one", ">> two", "< three", NULL);
  person_come_back (balcony);
  person_await_lines (balcony, ROMEO, "< one", ">> two", "< three", NULL);
}

static void
fail_to_say (Person *self, const char *address, const char *line)
{
  person_say (self, address, "Dost thou not hear?");
  person_await_lines (self, address, line, NULL);
}

static void
test_nobody (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);

  fail_to_say (romeo, NOBODY_OF_CAPULETS, "! Dost thou not hear? (service-unavailable)");
  fail_to_say (juliet, NOBODY_OF_MONTAGUES, "! Dost thou not hear? (service-unavailable)");
}

static void
test_nowhere (void)
{
  g_autoptr (Person) romeo = person_new (ROMEO);
  g_autoptr (Person) juliet = person_new (JULIET);

  fail_to_say (romeo, NOWHERE, "! Dost thou not hear? (remote-server-not-found)");
  fail_to_say (juliet, NOWHERE, "! Dost thou not hear? (remote-server-not-found)");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/federation/meet", test_meet);
  g_test_add_func ("/server/federation/talk", test_talk);
  g_test_add_func ("/server/federation/nobody", test_nobody);
  g_test_add_func ("/server/federation/nowhere", test_nowhere);
  return g_test_run ();
}
