/* The user's locale as a language tag: only what is one, and English for what is none. */
#include "xmpp-language.h"

static void
test_language (void)
{
  static const struct {
    const char *locale;
    const char *tag;
  } rows[] = {
    { "de", "de" },
    { "de_AT.UTF-8", "de-AT" },
    { "ca_ES@valencia", "ca-ES" },
    { "zh_Hans_CN.UTF-8", "zh-Hans-CN" },
    { "sr_RS.UTF-8@latin", "sr-RS" },
    { "de:fr", "de" },
    { "C", "en" },
    { "POSIX", "en" },
    { "d'e", "en" },
    { "<de/>", "en" },
    { "../../etc", "en" },
    { "1234", "en" },
    { "e", "en" },
    { "aaaaaaaaaa_bbbbbbbbbb_cccccccccc_dddddddddd", "en" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *tag = NULL;

    g_setenv ("LANGUAGE", rows[i].locale, TRUE);
    tag = xmpp_language ();
    g_test_message ("%s", rows[i].locale);
    g_assert_cmpstr (tag, ==, rows[i].tag);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language", test_language);
  return g_test_run ();
}
