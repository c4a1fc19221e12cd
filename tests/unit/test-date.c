/* XEP-0082 dates, and texts that only look like one. */
#include "base-date.h"

static void
test_parse (void)
{
  static const struct {
    const char *text;
    gint64      us;
  } cases[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1969-07-21T02:56:15Z", G_GINT64_CONSTANT (-14159025000000) },
    { "1969-07-20T21:56:15-05:00", G_GINT64_CONSTANT (-14159025000000) },
    { "2002-09-10T23:41:07Z", G_GINT64_CONSTANT (1031701267000000) },
    { "2002-09-10T23:41:07.1Z", G_GINT64_CONSTANT (1031701267100000) },
    { "2002-09-10T23:41:07.123456Z", G_GINT64_CONSTANT (1031701267123456) },
    { "2002-09-10T23:41:07.12345678901234567890Z", G_GINT64_CONSTANT (1031701267123456) },
    { "2002-09-11T05:11:07+05:30", G_GINT64_CONSTANT (1031701267000000) },
    { "2000-02-29T00:00:00Z", G_GINT64_CONSTANT (951782400000000) },
    { "2016-12-31T23:59:60Z", G_GINT64_CONSTANT (1483228800000000) },
    { "0001-01-01T00:00:00Z", G_GINT64_CONSTANT (-62135596800000000) },
    { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799000000) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 us = 42;

    g_test_message ("%s", cases[i].text);
    g_assert_true (base_date_parse (cases[i].text, &us));
    g_assert_cmpint (us, ==, cases[i].us);
  }
}

static void
test_refuse (void)
{
  static const char *const cases[] = {
    "",
    "yesterday",
    "2002-09-10",
    "2002-09-10T23:41:07",
    "2002-09-10 23:41:07Z",
    "20020910T23:41:07",
    "2002-09-10T23:41Z",
    "2002-09-10T23:41:07.Z",
    "2002-09-10T23:41:07,5Z",
    "2002-09-10T23:41:07z",
    "2002-09-10T23:41:07Zx",
    "2002-09-10T23:41:07+01",
    "2002-09-10T23:41:07+01:0",
    "2002-09-10T23:41:07+01:60",
    "2002-09-10T23:41:07+15:00",
    "2002-09-10T23:41:07+01:00Z",
    "2002-09-10T24:00:00Z",
    "2002-09-10T23:60:00Z",
    "2002-09-10T23:59:61Z",
    "2002-13-10T23:41:07Z",
    "2002-00-10T23:41:07Z",
    "2002-02-29T00:00:00Z",
    "2002-04-31T00:00:00Z",
    "2002-04-00T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "-2002-09-10T23:41:07Z",
    "12002-09-10T23:41:07Z",
    " 2002-09-10T23:41:07Z",
    "2002-09-10T+3:41:07Z",
    "2002-9-10T23:41:07Z",
    "２００２-09-10T23:41:07Z",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 us = 42;

    g_test_message ("%s", cases[i]);
    g_assert_false (base_date_parse (cases[i], &us));
    g_assert_cmpint (us, ==, 42);
  }
}

static void
test_format (void)
{
  static const struct {
    gint64      us;
    const char *text;
  } cases[] = {
    { 0, "1970-01-01T00:00:00Z" },
    { 1000, "1970-01-01T00:00:00.001Z" },
    { 1, "1970-01-01T00:00:00.000001Z" },
    { -1, "1969-12-31T23:59:59.999999Z" },
    { -G_USEC_PER_SEC, "1969-12-31T23:59:59Z" },
    { G_GINT64_CONSTANT (1031701267120000), "2002-09-10T23:41:07.120Z" },
    { G_MININT64, "0001-01-01T00:00:00Z" },
    { G_MAXINT64, "9999-12-31T23:59:59Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = base_date_format (cases[i].us);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_there_and_back (void)
{
  for (int i = 0; i < 10000; i++) {
    gint64 second = (gint64) g_test_rand_double_range (-62135596800.0, 253402300799.0);
    gint64 us = second * G_USEC_PER_SEC + g_test_rand_int_range (0, G_USEC_PER_SEC);
    g_autofree char *text = base_date_format (us);
    gint64 again;

    g_assert_true (base_date_parse (text, &again));
    g_assert_cmpint (again, ==, us);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/date/parse", test_parse);
  g_test_add_func ("/date/refuse", test_refuse);
  g_test_add_func ("/date/format", test_format);
  g_test_add_func ("/date/there-and-back", test_there_and_back);

  return g_test_run ();
}
