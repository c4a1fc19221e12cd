/* Text from outside: names that pretend, towers of marks, bombs, and what is a link in a sentence. */
#include <locale.h>
#include <string.h>

#include "base-text.h"

#define FSI "\xe2\x81\xa8"
#define LRE "\xe2\x80\xaa"
#define LRI "\xe2\x81\xa6"
#define LRM "\xe2\x80\x8e"
#define PDF "\xe2\x80\xac"
#define PDI "\xe2\x81\xa9"
#define RLI "\xe2\x81\xa7"
#define RLM "\xe2\x80\x8f"
#define RLO "\xe2\x80\xae"
#define ZWJ "\xe2\x80\x8d"
#define ZWSP "\xe2\x80\x8b"
#define ACUTE "\xcc\x81"

typedef struct {
  const char *text, *expected;
} Case;

static void
test_name (void)
{
  static const Case cases[] = {
    { NULL, "" },
    { "", "" },
    { "Juliet", "Juliet" },
    { "  Juliet \t Capulet\n", "Juliet Capulet" },
    { "Juliet\xc2\xa0\xe3\x80\x80" "Capulet", "Juliet Capulet" },
    { "Juliet\xe2\x80\xa8" "Capulet\xe2\x80\xa9", "Juliet Capulet" },
    { "Juli\x01" "et\x7f\xc2\x9f", "Juliet" },
    { " \n\t" ZWSP RLO, "" },
    { "Bob" RLM, "Bob" },
    { RLO "boB" PDF, "boB" },
    { LRI "a" FSI "b" RLI "c" PDI PDI PDI "\xd8\x9c", "abc" },
    { "Ro" ZWSP "me" ZWJ "o\xef\xbb\xbf\xc2\xad\xe2\x81\xa0", "Romeo" },
    { "a " ZWSP " b", "a b" },
    { ZWSP " a", "a" },
    { "Bob\xef\xb8\x8f", "Bob" },
    { "\xe3\x85\xa4\xe2\xa0\x80", "" },                          /* a Hangul filler and an empty Braille cell */
    { "❤\xef\xb8\x8f", "❤\xef\xb8\x8f" },
    { "👩" ZWJ "👧", "👩" ZWJ "👧" },
    { "क्" ZWJ "ष", "क्" ZWJ "ष" },
    { "👩" ZWJ ZWJ "👧", "👩" ZWJ "👧" },
    { ZWJ "👩" ZWJ, "👩" },
    { ACUTE ACUTE "x", "x" },
    { "e" ACUTE ACUTE ACUTE ACUTE, "e" ACUTE ACUTE ACUTE ACUTE },
    { "e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x" ACUTE, "e" ACUTE ACUTE ACUTE ACUTE "x" ACUTE },
    { "e" ACUTE ACUTE ACUTE ACUTE ZWSP ACUTE, "e" ACUTE ACUTE ACUTE ACUTE },
    { "<b>Bob</b> & co.", "<b>Bob</b> & co." },
    { "\xff" "a", "\xef\xbf\xbd" "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = base_text_name (cases[i].text);
    g_autofree char *again = base_text_name (name);

    g_test_message ("%s", cases[i].expected);
    g_assert_cmpstr (name, ==, cases[i].expected);
    g_assert_cmpstr (again, ==, name);
  }
}

/* What could turn the rest of a sentence round is shut in; what could not stays as it is. */
static void
test_isolate (void)
{
  static const Case cases[] = {
    { "Juliet", "Juliet" },
    { "juliet@capulet.example", "juliet@capulet.example" },
    { "Juliet 2", "Juliet 2" },
    { "", FSI PDI },
    { "2 Juliet", FSI "2 Juliet" PDI },
    { "Juliet!", FSI "Juliet!" PDI },
    { "(Juliet", FSI "(Juliet" PDI },
    { "שלום", FSI "שלום" PDI },
    { "a שלום b", FSI "a שלום b" PDI },
    { "Jülie", FSI "Jülie" PDI },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *isolated = base_text_isolate (cases[i].text);

    g_assert_cmpstr (isolated, ==, cases[i].expected);
  }
}

static void
test_direction (void)
{
  g_assert_cmpint (base_text_direction (NULL), ==, 0);
  g_assert_cmpint (base_text_direction ("12:00 — 👩!\n"), ==, 0);
  g_assert_cmpint (base_text_direction ("1 juliet שלום"), ==, 1);
  g_assert_cmpint (base_text_direction ("ромео"), ==, 1);
  g_assert_cmpint (base_text_direction ("(1) שלום juliet"), ==, -1);
  g_assert_cmpint (base_text_direction ("٣ سلام"), ==, -1);
  g_assert_cmpint (base_text_direction ("!" RLM "a"), ==, -1);
}

static void
test_skeleton (void)
{
  static const Case alike[] = {
    { "juliet@capulet.example", "jul\xd1\x96" "et@capulet.example" },
    { "alice", "\xd0\xb0lice" },
    { "Juliet", "JULIÉT" },
    { "Juliet", "ju1iet" },
    { "romeo", "r0meo" },
    { "modern", "rnodem" },
    { "paypal", "раураl" },
    { "ﬁne", "fine" },
    { "Ｂｏｂ", "bob" },
    { "", NULL },
  };
  static const Case different[] = {
    { "juliet", "julietta" }, { "romeo", "rome" }, { "ромео", "romeo" }, { "דוד", "דור" }, { "नर्स", "नस" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (alike); i++) {
    g_autofree char *one = base_text_skeleton (alike[i].text);
    g_autofree char *other = base_text_skeleton (alike[i].expected);

    g_assert_cmpstr (one, ==, other);
  }
  for (guint i = 0; i < G_N_ELEMENTS (different); i++) {
    g_autofree char *one = base_text_skeleton (different[i].text);
    g_autofree char *other = base_text_skeleton (different[i].expected);

    g_assert_cmpstr (one, !=, other);
  }
}

static void
test_deceives (void)
{
  static const char *const honest[] = {
    NULL, "", "juliet@capulet.example", "jülïet", "ромео@монтекки.example", "ромео-romeo", "Ромео Montague",
    "東京tokyo", "ロミオとジュリエット君", "한국漢", "माधव", "2ромео", "שלום.example", "e\xcc\x81", "👩 juliet",
  };
  static const char *const deceptive[] = {
    "jul\xd1\x96" "et@capulet.example", "\xd0\xb0lice", "juliet@c\xd0\xb0pulet.example", "раурау@bank.example",
    "αlice", "romeo@ορο.example", "שaלום", "東京токио", "ԁо",
  };

  for (guint i = 0; i < G_N_ELEMENTS (honest); i++)
    g_assert_false (base_text_deceives (honest[i]));
  for (guint i = 0; i < G_N_ELEMENTS (deceptive); i++) {
    g_test_message ("%s", deceptive[i]);
    g_assert_true (base_text_deceives (deceptive[i]));
  }
  g_assert_false (base_text_deceives ("\xff"));
}

static void
test_name_length (void)
{
  g_autofree char *long_name = g_strnfill (100000, 'x');
  g_autofree char *name = base_text_name (long_name);
  g_autoptr (GString) marks = g_string_new ("a");
  g_autofree char *cut = NULL;

  g_assert_cmpuint (strlen (name), ==, 128);
  for (int i = 0; i < 100000; i++)
    g_string_append (marks, ACUTE);
  cut = base_text_name (marks->str);
  g_assert_cmpstr (cut, ==, "a" ACUTE ACUTE ACUTE ACUTE);
}

static void
test_line (void)
{
  static const struct {
    const char *text;
    gsize       max_chars;
    const char *line;
  } cases[] = {
    { "But soft! What light", 100, "But soft! What light" },
    { "But soft! What light", 20, "But soft! What light" },
    { "But soft! What light", 19, "But soft! What lig…" },
    { "But soft! What light", 10, "But soft!…" },
    { "But soft! What light", 11, "But soft!…" },
    { "But\nsoft!\n\n", 9, "But soft!" },
    { "ééééé", 5, "ééééé" },
    { "ééééé", 4, "ééé…" },
    { "ab", 1, "…" },
    { "a", 1, "a" },
    { "", 1, "" },
    { NULL, 5, "" },
    { RLO "ab\x01" PDF, 2, "ab" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = base_text_line (cases[i].text, cases[i].max_chars);

    g_assert_cmpstr (line, ==, cases[i].line);
  }
}

static void
test_body (void)
{
  static const Case cases[] = {
    { NULL, "" },
    { "", "" },
    { " But soft!\n\tWhat light ", " But soft!\n\tWhat light " },
    { "a\r\nb\rc\xe2\x80\xa8" "d\xe2\x80\xa9" "e\xc2\x85" "f", "a\nb\nc\nd\ne\nf" },
    { "a\x01\x08\x1b[31mb\x7f\xc2\x9b", "a[31mb" },
    { "👩" ZWJ "👧 " LRM RLM "x", "👩" ZWJ "👧 " LRM RLM "x" },
    { LRI "x" PDI, LRI "x" PDI },
    { LRI "x", LRI "x" PDI },
    { LRE "x", LRE "x" PDF },
    { LRI LRE FSI "x", LRI LRE FSI "x" PDI PDF PDI },
    { LRI "x\ny", LRI "x" PDI "\ny" },
    { "x" PDI PDF "y", "xy" },
    { LRI "x" PDF "y" PDI, LRI "xy" PDI },
    { LRE "x" PDI "y" PDF, LRE "xy" PDF },
    { LRI LRE "x" PDI "y", LRI LRE "x" PDF PDI "y" },
    { "abc" RLO "txt.exe", "abctxt.exe" },
    { LRE RLO "x" PDF "y" PDF "z", LRE "xy" PDF "z" },
    { "e" ACUTE ACUTE ACUTE ACUTE ACUTE, "e" ACUTE ACUTE ACUTE ACUTE },
    { ACUTE "x", "x" },
    { "\n" ACUTE "x", "\n" ACUTE "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *body = base_text_body (cases[i].text, 1000);

    g_test_message ("case %u", i);
    g_assert_cmpstr (body, ==, cases[i].expected);
  }
}

/* Nested a hundred times, and what is too deep closes nothing that is not. */
static void
test_body_nested (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *body = NULL;
  int depth = 0, deepest = 0;

  for (int i = 0; i < 100; i++)
    g_string_append (text, RLI);
  g_string_append (text, "x");
  for (int i = 0; i < 99; i++)
    g_string_append (text, PDI);
  g_string_append (text, "y");

  body = base_text_body (text->str, 10000);
  for (const char *p = body; *p != '\0'; p = g_utf8_next_char (p)) {
    depth += g_str_has_prefix (p, RLI) ? 1 : g_str_has_prefix (p, PDI) ? -1 : 0;
    deepest = MAX (deepest, depth);
    g_assert_cmpint (depth, >=, 0);
    if (*p == 'y')
      g_assert_cmpint (depth, ==, 1);
  }
  g_assert_cmpint (depth, ==, 0);
  g_assert_cmpint (deepest, ==, 16);
}

/* However it is cut: valid, short enough, and closed. */
static void
test_body_cut (void)
{
  static const char *const pieces[] = { "a", "é", "😀", LRI, LRE, PDI, PDF, RLO, "\n", ACUTE };

  for (int i = 0; i < 3000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *body = NULL;
    g_autofree char *again = NULL;
    gsize max_bytes = (gsize) g_test_rand_int_range (0, 60);

    for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
      g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    body = base_text_body (text->str, max_bytes);
    g_assert_cmpuint (strlen (body), <=, max_bytes);
    g_assert_true (g_utf8_validate (body, -1, NULL));
    again = base_text_body (body, 1000);
    g_assert_cmpstr (again, ==, body);
  }
}

static void
test_sort_key (void)
{
  g_autofree char *lower = base_text_sort_key ("benvolio");
  g_autofree char *upper = base_text_sort_key ("BENVOLIO");
  g_autofree char *later = base_text_sort_key ("Mercutio");
  g_autofree char *none = base_text_sort_key (NULL);
  g_autofree char *broken = base_text_sort_key ("\xff");

  g_assert_cmpstr (lower, ==, upper);
  g_assert_cmpstr (upper, <, later);
  g_assert_cmpstr (none, <=, lower);
  g_assert_nonnull (broken);
}

static void
test_emoji (void)
{
  static const struct {
    const char *text;
    guint       n_graphemes;   /* 0: not only emoji */
  } cases[] = {
    { "😀", 1 },
    { "😀😀 😀\n", 3 },
    { "❤\xef\xb8\x8f", 1 },
    { "👍\xf0\x9f\x8f\xbd", 1 },
    { "👩" ZWJ "❤\xef\xb8\x8f" ZWJ "👩", 1 },
    { "👩\xf0\x9f\x8f\xbd" ZWJ "🚀", 1 },
    { "🇩🇪", 1 },
    { "🇩🇪🇫🇷", 2 },
    { "1\xef\xb8\x8f\xe2\x83\xa3", 1 },
    { "#\xe2\x83\xa3", 1 },
    { "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf", 1 },
    { "⌚", 1 },
    { "☎\xef\xb8\x8f", 1 },
    { "☝\xf0\x9f\x8f\xbd", 1 },
    { NULL, 0 },
    { "", 0 },
    { " ", 0 },
    { "1", 0 },
    { "12", 0 },
    { "a😀", 0 },
    { "😀a", 0 },
    { "❤", 0 },
    { "™", 0 },
    { "→", 0 },
    { "🇩", 0 },
    { "🇩🇪🇫", 0 },
    { "\xef\xb8\x8f", 0 },
    { ZWJ, 0 },
    { "👩" ZWJ, 0 },
    { "👩" ZWJ "a", 0 },
    { "😀" RLO, 0 },
    { "♚", 0 },
    { "\xff", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].text != NULL ? cases[i].text : "NULL");
    g_assert_cmpint (base_text_is_emoji (cases[i].text, 3), ==, cases[i].n_graphemes > 0);
    if (cases[i].n_graphemes > 0) {
      g_assert_true (base_text_is_emoji (cases[i].text, cases[i].n_graphemes));
      g_assert_false (base_text_is_emoji (cases[i].text, cases[i].n_graphemes - 1));
    }
  }
}

/* The links of a text, with "|" between them. */
static char *
links_of (const char *text)
{
  g_autoptr (GArray) links = base_text_links (text);
  GString *found = g_string_new (NULL);
  gsize before = 0;

  for (guint i = 0; i < links->len; i++) {
    const BaseTextLink *link = &g_array_index (links, BaseTextLink, i);

    g_assert_cmpuint (link->start, >=, before);
    g_assert_cmpuint (link->end, >, link->start);
    g_assert_cmpuint (link->end, <=, strlen (text));
    g_string_append_printf (found, "%s%.*s", i > 0 ? "|" : "", (int) (link->end - link->start), text + link->start);
    before = link->end;
  }

  return g_string_free (found, FALSE);
}

static void
test_links (void)
{
  static const Case cases[] = {
    { NULL, "" },
    { "", "" },
    { "https://montague.example", "https://montague.example" },
    { "see https://montague.example/a?b=c#d.", "https://montague.example/a?b=c#d" },
    { "http://a.example, https://b.example; HTTPS://C.example!", "http://a.example|https://b.example|HTTPS://C.example" },
    { "https://a.example/x...", "https://a.example/x" },
    { "https://a.example?!", "https://a.example" },
    { "(https://en.example/wiki/Romeo_(play))", "https://en.example/wiki/Romeo_(play)" },
    { "(see https://a.example/x)", "https://a.example/x" },
    { "[text](https://a.example/x)", "https://a.example/x" },
    { "https://a.example/[x]]", "https://a.example/[x]" },
    { "<https://a.example/x>", "https://a.example/x" },
    { "\"https://a.example/x\"", "https://a.example/x" },
    { "'https://a.example/x'", "https://a.example/x" },
    { "*https://a.example/x*", "https://a.example/x" },
    { "„https://a.example/x“", "https://a.example/x" },
    { "https://a.example/x。", "https://a.example/x" },
    { "https://a.example/x…", "https://a.example/x" },
    { "https://a.example/x\nhttps://b.example", "https://a.example/x|https://b.example" },
    { "https://a.example/x\xc2\xa0y", "https://a.example/x" },
    { "https://a.example/a_b_", "https://a.example/a_b_" },
    { "https://bücher.example/ä", "https://bücher.example/ä" },
    { "https://a.example:8443/x", "https://a.example:8443/x" },
    { "https://a.example:", "https://a.example" },
    { "https://[2001:db8::1]:80/x", "https://[2001:db8::1]:80/x" },
    { "https://192.0.2.1", "https://192.0.2.1" },
    { "https://localhost/x", "https://localhost/x" },
    { "https://a.example.", "https://a.example" },
    { "xmpp:romeo@montague.example", "xmpp:romeo@montague.example" },
    { "xmpp:tea@muc.capulet.example?join.", "xmpp:tea@muc.capulet.example?join" },
    { "xmpp:montague.example", "xmpp:montague.example" },
    { "mailto:romeo@montague.example?subject=x", "mailto:romeo@montague.example?subject=x" },
    { "x:https://a.example", "https://a.example" },
    /* no host, no address */
    { "https://", "" },
    { "https:// a.example", "" },
    { "https:///x", "" },
    { "https://.example", "" },
    { "https://-a.example", "" },
    { "https://:80/", "" },
    { "https://[::1", "" },
    { "https://[]", "" },
    { "https://?x", "" },
    { "xmpp:", "" },
    { "I like xmpp: it is xmpp:good", "" },
    { "xmpp:end. Next", "" },
    { "xmpp:@montague.example", "" },
    { "mailto:", "" },
    { "mailto:romeo", "" },
    { "mailto:@montague.example", "" },
    { "mailto:romeo@", "" },
    /* other schemes, or none */
    { "javascript:alert(1) file:///etc/passwd ftp://a.example data:text/html,x tel:1 vbscript:x", "" },
    { "www.a.example a.example romeo@montague.example", "" },
    { "xhttps://a.example _https://b.example é" "https://c.example shttp://d.example", "" },
    { "javascript:https://a.example", "https://a.example" },
    /* what wants to look like another host */
    { "https://bank.example@evil.example/", "" },
    { "https://bank.example:x@evil.example/", "" },
    { "https://bank.example:80@evil.example/", "" },
    { "https://bank.example\xe2\x81\x84path.evil.example", "https://bank.example" },
    { "https://bank.example\\@evil.example/", "https://bank.example" },
    { "https://a.example/" RLO "x", "https://a.example/" },
    { "https://a" ZWSP ".example", "https://a" },
    { "\xff https://a.example", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *found = links_of (cases[i].text);

    g_test_message ("%s", cases[i].text != NULL ? cases[i].text : "NULL");
    g_assert_cmpstr (found, ==, cases[i].expected);
  }
}

/* What takes a careless search the square of its length. */
static void
test_links_linear (void)
{
  static const char *const pieces[] = {
    "https://", "mailto:", "xmpp:", "mailto:a", "(", "https://a.example(", "a", "h", "https://a.example ", "xmpp:a@", "[",
    "https://[", "…", "https://a.example/…",
  };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GArray) links = NULL;
    double once;

    while (text->len < 100 * 1000)
      g_string_append (text, pieces[i]);
    g_test_timer_start ();
    g_array_unref (base_text_links (text->str));
    once = g_test_timer_elapsed ();

    while (text->len < 1600 * 1000)
      g_string_append (text, pieces[i]);
    g_test_timer_start ();
    links = base_text_links (text->str);
    g_test_message ("%s: %.3f s, then %.3f s", pieces[i], once, g_test_timer_elapsed ());
    /* Sixteen times as much may take sixteen times as long, and some more; not 256 times. */
    g_assert_cmpfloat (g_test_timer_last (), <, 0.5 + 100 * once);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text/name", test_name);
  g_test_add_func ("/text/name-length", test_name_length);
  g_test_add_func ("/text/isolate", test_isolate);
  g_test_add_func ("/text/direction", test_direction);
  g_test_add_func ("/text/skeleton", test_skeleton);
  g_test_add_func ("/text/deceives", test_deceives);
  g_test_add_func ("/text/line", test_line);
  g_test_add_func ("/text/body", test_body);
  g_test_add_func ("/text/body-nested", test_body_nested);
  g_test_add_func ("/text/body-cut", test_body_cut);
  g_test_add_func ("/text/sort-key", test_sort_key);
  g_test_add_func ("/text/emoji", test_emoji);
  g_test_add_func ("/text/links", test_links);
  g_test_add_func ("/text/links-linear", test_links_linear);

  return g_test_run ();
}
