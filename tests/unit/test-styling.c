/* Message styling (XEP-0393): the examples of the specification, what is styled nowhere, and what must not take
 * long. */
#include <string.h>

#include "base-text-styling.h"

typedef struct {
  const char *text;
  const char *expected;   /* the pieces found, each after its letter, with a '|' after each */
} Case;

static char *
describe (const char *text)
{
  static const char letters[] = "SETPBQ";   /* by BaseStyle */
  g_autoptr (GArray) found = base_text_styling (text);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++) {
    const BaseStyled *styled = &g_array_index (found, BaseStyled, i);

    g_string_append_c (out, letters[styled->style]);
    g_string_append_len (out, text + styled->start, (gssize) (styled->end - styled->start));
    g_string_append_c (out, '|');
  }
  return g_string_free (out, FALSE);
}

static void
assert_cases (const Case *cases,
              gsize       n)
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *found = describe (cases[i].text);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (found, ==, cases[i].expected);
  }
}

static void
test_spans (void)
{
  static const Case cases[] = {
    { "plain span", "" },
    { "*strong span*", "S*strong span*|" },
    { "plain _emphasis_ plain", "E_emphasis_|" },
    { "`pre` plain *strong*", "P`pre`|S*strong*|" },
    { "*strong*plain*", "S*strong*|" },
    { "* plain *strong*", "S*strong*|" },
    { "Two spans, both *alike in dignity*", "S*alike in dignity*|" },
    { "The full title is _Twelfth Night, or What You Will_ but\n_most_ people shorten it.",
      "E_Twelfth Night, or What You Will_|E_most_|" },
    { "Everyone ~dis~likes cake.", "T~dis~|" },
    { "This is `*monospace*`", "P`*monospace*`|" },
    { "This is *`monospace and bold`*", "S*`monospace and bold`*|P`monospace and bold`|" },
    { "*_~all~_*", "S*_~all~_*|E_~all~_|T~all~|" },
    { "*a _b c_ d*", "S*a _b c_ d*|E_b c_|" },
    { "*a _b* c_", "S*a _b*|" },
    { "*a `b*` c*", "S*a `b*|" },
    { "*love* *fate*", "S*love*|S*fate*|" },
    { "\xc2\xa0*a*", "S*a*|" },
    { "*❤ ü*", "S*❤ ü*|" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_nothing (void)
{
  static const char *const texts[] = {
    "", "*", "**", "***", "****", "not strong*", "*not strong", "*not \n strong*", "*not *strong", "* not*", "*not *",
    "**not**", "*\xc2\xa0not*", "*not\xe3\x80\x80*", "snake_case_name", "2*3*4", "(*not*)", "*_not_", "_", "*`", "``",
    " ```", " > not", "There are three blocks in this body, one per line,\nbut there is no *formatting\nas spans* may "
    "not escape blocks.",
  };
  static const char *const invalid[] = { NULL, "*not* \xff", "\xc2*not*" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *found = describe (texts[i]);

    g_test_message ("%s", texts[i]);
    g_assert_cmpstr (found, ==, "");
  }
  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++) {
    g_autoptr (GArray) found = base_text_styling (invalid[i]);

    g_assert_cmpuint (found->len, ==, 0);
  }
}

static void
test_blocks (void)
{
  static const Case cases[] = {
    { "```ignored\n(println \"Hello, *world*!\")\n```\n\n*plain*",
      "B```ignored\n(println \"Hello, *world*!\")\n```|S*plain*|" },
    { "> ```\n> (println \"Hello, world!\")\n\nThe entire blockquote", "Q> ```\n> (println \"Hello, world!\")|"
                                                                         "B```\n> (println \"Hello, world!\")|" },
    { "> That that is, is.\n\nSaid the old hermit of Prague.", "Q> That that is, is.|" },
    { ">> That that is, is.\n> Said the old hermit of Prague.\n\nWho?",
      "Q>> That that is, is.\n> Said the old hermit of Prague.|Q> That that is, is.|" },
    { "```\nnever closed\n````\n``` \n*a*", "B```\nnever closed\n````\n``` \n*a*|" },
    { "```\n> a\n```\n> b", "B```\n> a\n```|Q> b|" },
    { "> ```\n>> a\n> ```\n> *b*", "Q> ```\n>> a\n> ```\n> *b*|B```\n>> a\n> ```|S*b*|" },
    { "> *a\n> b*", "Q> *a\n> b*|" },
    { "> > a\n>  > b", "Q> > a\n>  > b|Q> a|" },
    { ">", "Q>|" },
    { "> *a*\n", "Q> *a*|S*a*|" },
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A megabyte of what could be taken for the beginning of something. */
static void
test_cost (void)
{
  static const char *const pieces[] = { "*", "*a ", "_*a ", "*a _b ~c ", "*a* ", "> ", ">", ">\n", "```\n", "`", "_a",
                                        "*_~`a`~_* " };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GArray) found = NULL;
    gint64 start;

    while (text->len < 1024 * 1024)
      g_string_append (text, pieces[i]);
    start = g_get_monotonic_time ();
    found = base_text_styling (text->str);
    g_test_message ("%s %u %" G_GINT64_FORMAT " ms", pieces[i], found->len, (g_get_monotonic_time () - start) / 1000);
    g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
    g_assert_cmpuint (found->len, <=, text->len / 2);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/styling/spans", test_spans);
  g_test_add_func ("/styling/nothing", test_nothing);
  g_test_add_func ("/styling/blocks", test_blocks);
  g_test_add_func ("/styling/cost", test_cost);
  return g_test_run ();
}
