/* PRECIS: the examples of RFC 8265. */
#include <locale.h>

#include "base-precis.h"

typedef struct {
  const char *text, *prepared;
} Case;

/* RFC 8265 §3.5 and §3.2; then contexts, widths and directions. */
static void
test_username (void)
{
  static const Case cases[] = {
    { "juliet@example.com", "juliet@example.com" },
    { "fussball", "fussball" },
    { "fu\xc3\x9f" "ball", "fu\xc3\x9f" "ball" },
    { "\xcf\x80", "\xcf\x80" },
    { "\xce\xa3", "\xcf\x83" },
    { "\xcf\x83", "\xcf\x83" },
    { "\xcf\x82", "\xcf\x82" },
    { "foo bar", NULL },
    { "", NULL },
    { "henry\xe2\x85\xa3", NULL },
    { "\xe2\x99\x9a", NULL },
    { "ROMEO", "romeo" },
    { "ＲＯＭＥＯ", "romeo" },
    { "ｶﾞ", "ガ" },
    { "I", "i" },
    { "\xc4\xb0", "i\xcc\x87" },
    { "e\xcc\x81", "\xc3\xa9" },
    { "\xe2\x84\xa6", "\xcf\x89" },       /* OHM SIGN is an omega */
    { "l\xc2\xb7l", "l\xc2\xb7l" },
    { "l\xc2\xb7", NULL },
    { "\xc2\xb7l", NULL },
    { "\xcd\xb5\xce\xb1", "\xcd\xb5\xce\xb1" },
    { "\xcd\xb5" "a", NULL },
    { "ג\xd7\xb3", "ג\xd7\xb3" },
    { "\xd7\xb3", NULL },
    { "カ・", "カ・" },
    { "a・", NULL },
    { "क्\xe2\x80\x8dष", "क्\xe2\x80\x8dष" },
    { "a\xe2\x80\x8d" "b", NULL },
    { "\xe2\x80\x8d", NULL },
    { "م٠١", "م٠١" },
    { "م۰۱", "م۰۱" },
    { "م٠۱", NULL },
    { "\xd9\x80م", NULL },                /* TATWEEL */
    { "م1", "م1" },
    { "1م", NULL },
    { "مa", NULL },
    { "aم", NULL },
    { "م-", NULL },
    { "\xe1\x84\x80", NULL },             /* an old Hangul letter alone */
    { "\xe1\x84\x80\xe1\x85\xa1", "가" },
    { "a\xef\xb8\x8f", NULL },
    { "a\xe2\x80\x8b", NULL },
    { "a\xe2\x80\xae", NULL },
    { "a\x7f", NULL },
    { "a\tb", NULL },
    { "\xee\x80\x80", NULL },             /* private use */
    { "\xf3\xaf\xbf\xbf", NULL },
    { "\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *prepared = base_precis_username (cases[i].text);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (prepared, ==, cases[i].prepared);
    if (prepared != NULL) {
      g_autofree char *again = base_precis_username (prepared);

      g_assert_cmpstr (again, ==, prepared);
    }
  }
}

/* RFC 8265 §4.3. */
static void
test_opaque (void)
{
  static const Case cases[] = {
    { "correct horse battery staple", "correct horse battery staple" },
    { "Correct Horse Battery Staple", "Correct Horse Battery Staple" },
    { "\xcf\x80\xc3\x9f\xc3\xa5", "\xcf\x80\xc3\x9f\xc3\xa5" },
    { "Jack of \xe2\x99\xa6s", "Jack of \xe2\x99\xa6s" },
    { "foo\xe1\x9a\x80" "bar", "foo bar" },
    { "", NULL },
    { "my cat is a \x09" "by", NULL },
    { "\xc2\xa0\xe3\x80\x80", "  " },
    { "ＡＢ", "ＡＢ" },
    { "a\xcc\x8a", "\xc3\xa5" },
    { "a\xe2\x80\x8b", NULL },
    { "👩\xe2\x80\x8d👧", NULL },
    { "\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *prepared = base_precis_opaque (cases[i].text);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (prepared, ==, cases[i].prepared);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/precis/username", test_username);
  g_test_add_func ("/precis/opaque", test_opaque);

  return g_test_run ();
}
