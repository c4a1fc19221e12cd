/* SASLprep: the examples of RFC 4013 §3, what people type on their keyboards, and what can be no password. */
#include <locale.h>

#include "base-saslprep.h"

static void
test_prepared (void)
{
  static const struct { const char *text, *prepared; } cases[] = {
    { "I\xc2\xadX", "IX" },
    { "user", "user" },
    { "USER", "USER" },
    { "\xc2\xaa", "a" },
    { "\xe2\x85\xa8", "IX" },
    { "correct horse ", "correct horse " },
    { "a\xc2\xa0" "b\xe3\x80\x80", "a b " },
    { "\xc2\xb5\xc2\xb2", "\xce\xbc" "2" },
    { "\xc2\xb4", " \xcc\x81" },
    { "wait\xe2\x80\xa6", "wait..." },
    { "ro\xcc\x81meo", "r\xc3\xb3meo" },
    { "ＡＢ", "AB" },
    { "пароль", "пароль" },
    { "\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4" },
    { "👩\xe2\x80\x8d👧", "👩👧" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *prepared = base_saslprep (cases[i].text);
    g_autofree char *again = base_saslprep (prepared);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (prepared, ==, cases[i].prepared);
    g_assert_cmpstr (again, ==, prepared);
  }
}

static void
test_refused (void)
{
  static const char *const cases[] = {
    "", "\xc2\xad", "\x07", "pen\ncil", "pen\x7f" "cil", "pen\xc2\x85" "cil", "\xff", "pencil\xc3",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *prepared = base_saslprep (cases[i]);

    g_assert_null (prepared);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/saslprep/prepared", test_prepared);
  g_test_add_func ("/saslprep/refused", test_refused);

  return g_test_run ();
}
