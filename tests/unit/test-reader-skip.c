/* Stanzas that break a limit, between others that do not: passed over, however the bytes are cut, in memory that does
 * not grow. */
#include <stdio.h>
#include <string.h>

#include "reader-fixture.h"

#define CALM  "stanza <m xmlns='jabber:client'/>\n"
#define PEAK  (96 * 1024 * 1024)   /* bytes that a stanza may cost while it comes, a sanitizer's own among them */
#define REST  (8 * 1024 * 1024)     /* bytes that may be left when many have come */

/* @start, @more so many times ("%u" counts them), @middle, @less as often as @more, @end. */
typedef struct {
  const char *start, *more, *middle, *less, *end;
  guint       times;
  const char *said;
} Case;

#define MESSAGE "skipped <message xmlns='jabber:client' from='a@b' id='1'/>\n"

static const Case cases[] = {
  /* Levels */
  { "<message from='a@b' id='1'>", "<a>", "", "</a>", "</message>", 256, MESSAGE },
  { "<message from='a@b' id='1'>", "<a>", "<c x='</a>'/><![CDATA[</a></m>]]>&#65;", "</a>", "</message>", 300, NULL },
  { "<message from='a@b' id='1'>", "<a>", "<b>&lt;/a&gt;</b><c x='>/'/><![CDATA[</a></m>]]>&#65;", "</a>", "</message>",
    300, MESSAGE },
  { "<iq type='get' from='a@b' to='c@d' id='1' other='x'><q xmlns='urn:q'/>", "<a>", "", "</a>", "</iq>", 300,
    "skipped <iq xmlns='jabber:client' to='c@d' from='a@b' type='get' id='1'/>\n" },
  { "<p:m xmlns:p='urn:p' id='1'>", "<p:a>", "", "</p:a >", "</p:m>", 300, "skipped <m xmlns='urn:p' id='1'/>\n" },
  /* Attributes, declared namespaces among them */
  { "<message from='a@b' id='1'><x", " a%u=''", "/>", "", "</message>", 257, MESSAGE },
  { "<message from='a@b' id='1'><x", " xmlns:p%u='u'", "><p1:y/></x>", "", "</message>", 300, MESSAGE },
  { "<message from='a@b' id='1'", " a%u='/>'", "><body>x</body>", "", "</message>", 300,
    "skipped <message xmlns='jabber:client'/>\n" },
  { "<iq\n", " a%u='>'", "", "", "/>", 300, "skipped <iq xmlns='jabber:client'/>\n" },
  { "<iqx", " a%u=''", "", "", "/>", 300, "skipped <skipped/>\n" },
  /* Long ones */
  { "<message from='a@b' id='1'><x y='", "1234567 ", "'/>", "", "</message>", 8193, MESSAGE },
  { "<presence id='", "1234567>", "'><x/>", "", "</presence>", 8193, "skipped <presence xmlns='jabber:client'/>\n" },
  { "<message from='a@b' id='1'><x ", "          ", "/>", "", "</message>", 30000, MESSAGE },
  { "<message from='a@b' id='1'><x></x", "          ", ">", "", "</message>", 30000, MESSAGE },
  { "<message from='a@b' id='1'><", "long", "/>", "", "</message>", 70000, MESSAGE },
  /* Names that the parser would give up on, though they are well-formed */
  { "<message from='a@b' id='1'><", "long", "/>", "", "</message>", 15000, MESSAGE },
  { "<message from='a@b' id='1'><x ", "long", "='1'/>", "", "</message>", 15000, MESSAGE },
  { "<message from='a@b' id='1'><x y='1' xmlns:", "long", "='u'/>", "", "</message>", 15000, MESSAGE },
  { "<", "long", "/>", "", "", 15000, "skipped <skipped/>\n" },
  /* Prefixes, one in each element */
  { "<message from='a@b' id='1'>", "<a xmlns:p='u'/>", "", "", "</message>", 1001, MESSAGE },
};

/* What costs most: its tree before the limit is met, or what follows it. */
static const Case large[] = {
  { "<message from='a@b' id='1'><body>", "Wherefore art thou?", "</body>", "", "</message>", 2000000, MESSAGE },
  { "<message from='a@b' id='1'>", "<a>", "", "</a>", "</message>", 200000, MESSAGE },
  { "<message from='a@b' id='1'>", "<a/>", "", "", "</message>", 2000000, MESSAGE },
  { "<message from='a@b' id='1'><x", " a%u=''", "/>", "", "</message>", 1000000, MESSAGE },
  { "<message from='a@b' id='1'><x a='", "Wherefore art thou?", "'/>", "", "</message>", 2000000, MESSAGE },
};

static char *
build (const Case *this)
{
  GString *text = g_string_new (this->start);
  const char *number = strstr (this->more, "%u");

  for (guint i = 0; i < this->times; i++) {
    if (number == NULL) {
      g_string_append (text, this->more);
    } else {
      g_string_append_len (text, this->more, number - this->more);
      g_string_append_printf (text, "%u%s", i, number + 2);
    }
  }
  g_string_append (text, this->middle);
  for (guint i = 0; i < this->times; i++)
    g_string_append (text, this->less);
  g_string_append (text, this->end);

  return g_string_free (text, FALSE);
}

/* Cut into pieces of @most bytes, or of random ones up to that. */
static char *
read_in_pieces (const char *bytes,
                gsize       most,
                gboolean    is_random)
{
  g_autoptr (Listener) listener = listener_new_patient ();
  gsize length = strlen (bytes);
  gboolean go_on = TRUE;

  while (length > 0 && go_on) {
    gsize wanted = is_random ? (gsize) g_test_rand_int_range (1, (gint32) most + 1) : most;
    gsize step = MIN (length, wanted);
    g_autofree char *piece = g_memdup2 (bytes, step);

    go_on = feed (listener, piece, step);
    bytes += step;
    length -= step;
  }

  return g_strdup (listener->said->str);
}

static void
assert_reads (const char *bytes,
              const char *expected)
{
  static const gsize random[] = { 7, 80, 5000 };
  g_autofree char *whole = read_in_pieces (bytes, strlen (bytes), FALSE);
  g_autofree char *single = read_in_pieces (bytes, 1, FALSE);

  g_assert_cmpstr (whole, ==, expected);
  g_assert_cmpstr (single, ==, expected);
  for (gsize i = 0; i < G_N_ELEMENTS (random); i++) {
    g_autofree char *cut = read_in_pieces (bytes, random[i], TRUE);

    g_assert_cmpstr (cut, ==, expected);
  }
}

static void
test_skipped (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *stanza = build (&cases[i]);
    g_autofree char *stream = g_strconcat (STREAM "<m/>", stanza, " ", stanza, "<m/></stream:stream>", NULL);
    g_autofree char *expected = NULL;

    g_test_message ("%u times %s in %s", cases[i].times, cases[i].more, cases[i].start);
    if (cases[i].said != NULL)
      expected = g_strconcat (OPENED CALM, cases[i].said, cases[i].said, CALM "closed\n", NULL);
    else
      expected = g_strdup (OPENED CALM "error not-well-formed\n");
    assert_reads (stream, expected);
  }
}

/* What RFC 6120 forbids is forbidden there, too, and what nothing can be made of is no stanza. */
static void
test_hostile_inside (void)
{
  static const struct {
    const char *inside, *error;
  } rows[] = {
    { "<!-- x -->", "restricted-xml" },
    { "<!DOCTYPE x>", "restricted-xml" },
    { "<?x y?>", "restricted-xml" },
    { "<a b='<'/>", "not-well-formed" },
    { "x & y", "not-well-formed" },
    { "<b>]]></b>", "not-well-formed" },
    { "<<b/>", "not-well-formed" },
    { "\xc0\xbc", "unsupported-encoding" },
    { "<b c='\xed\xa0\x80'/>", "unsupported-encoding" },
  };
  const Case deep = { STREAM "<message>", "<a>", "", "", "", 300, NULL };
  g_autofree char *start = build (&deep);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *stream = g_strconcat (start, rows[i].inside, NULL);
    g_autofree char *expected = g_strdup_printf (OPENED "error %s\n", rows[i].error);
    g_autofree char *shown = g_utf8_make_valid (rows[i].inside, -1);

    g_test_message ("%s", shown);
    assert_reads (stream, expected);
  }
}

/* There is no end to patience but one. */
static void
test_endless (void)
{
  static const struct {
    const char *start, *more;
  } rows[] = {
    { STREAM "<m>", "Wherefore art thou Romeo?" },
    { STREAM "<m>", "<a>" },
    { STREAM "<m><a b='", "Deny thy father and refuse thy name." },
    { STREAM "<m><a ", "b='' " },
    { STREAM "<", "m" },
    { STREAM "<m><![CDATA[", "]]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Listener) listener = listener_new_patient ();
    g_autoptr (GString) chunk = g_string_new (NULL);
    gsize fed = 0;

    g_test_message ("%s%s…", rows[i].start, rows[i].more);
    while (chunk->len < 16384)
      g_string_append (chunk, rows[i].more);
    g_assert_true (feed_text (listener, rows[i].start));
    while (feed (listener, chunk->str, chunk->len))
      fed += chunk->len;
    g_assert_cmpuint (fed, >=, XMPP_READER_MAX_SKIPPED - 2 * 65536);
    g_assert_cmpuint (fed, <=, XMPP_READER_MAX_SKIPPED + 2 * 65536);
    g_assert_cmpstr (listener->said->str, ==, OPENED "error policy-violation\n");
  }

  /* The stream's own start tag is nothing to pass over. */
  {
    const Case header = { "<stream:stream", " a%u=''", ">", "", "", 257, NULL };
    g_autofree char *text = build (&header);

    assert_reads (text, "error policy-violation\n");
  }
}

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *stanza = build (&cases[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) strict_error = NULL;
    gboolean is_skipped = FALSE;
    g_autoptr (XmppNode) start = xmpp_reader_parse_stanza (stanza, -1, &is_skipped, &error);

    g_test_message ("%u times %s in %s", cases[i].times, cases[i].more, cases[i].start);
    g_assert_null (xmpp_reader_parse (stanza, -1, &strict_error));
    g_assert_cmpint (start == NULL, ==, error != NULL);
    if (cases[i].said == NULL)
      continue;
    g_assert_no_error (error);
    g_assert_true (is_skipped);
    g_assert_null (xmpp_node_get_first (start));
  }
}

/* Memory, in a process of its own. */

/* @name is a line of /proc's. Returns bytes. */
static gsize
read_memory (const char *name)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, name);
  g_assert_nonnull (line);

  return (gsize) g_ascii_strtoull (line + strlen (name) + strspn (line + strlen (name), ": \t"), NULL, 10) * 1024;
}

static void
forget_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  g_assert_nonnull (file);
  fputs ("5", file);
  fclose (file);
}

static void
test_memory_inside (void)
{
  g_autoptr (Listener) listener = listener_new_patient ();

  g_assert_true (feed_text (listener, STREAM));
  for (gsize i = 0; i < G_N_ELEMENTS (large); i++) {
    g_autofree char *stanza = build (&large[i]);
    gsize length = strlen (stanza), before, peak, after_first = 0;

    forget_peak ();
    before = read_memory ("VmRSS");
    for (guint round = 0; round < 4; round++) {
      for (gsize fed = 0; fed < length; fed += 16384)
        g_assert_true (feed (listener, stanza + fed, MIN (length - fed, 16384)));
      if (round == 0)
        after_first = read_memory ("VmRSS");
    }
    peak = read_memory ("VmHWM");
    g_assert_cmpuint (listener->n_skipped, ==, 4 * (i + 1));
    g_print ("%s%s: %u bytes, %u KiB at most, %d KiB more after four than after one\n", large[i].start, large[i].more,
             (guint) length, (guint) ((peak - MIN (peak, before)) / 1024),
             (int) (((gssize) read_memory ("VmRSS") - (gssize) after_first) / 1024));
    g_assert_cmpuint (peak, <=, before + PEAK);
    g_assert_cmpuint (read_memory ("VmRSS"), <=, after_first + REST);
  }
  g_assert_cmpuint (listener->n_stanzas, ==, 0);
  g_assert_true (feed_text (listener, "<m/>"));
  g_assert_cmpuint (listener->n_stanzas, ==, 1);
}

static void
test_memory (void)
{
  g_autofree char *options = NULL;

  /* What was freed must not be kept back as a trap for those who use it nevertheless. */
  options = g_strconcat (g_getenv ("ASAN_OPTIONS") != NULL ? g_getenv ("ASAN_OPTIONS") : "", ":quarantine_size_mb=1",
                         NULL);
  g_setenv ("ASAN_OPTIONS", options, TRUE);
  g_test_trap_subprocess ("/reader-skip/memory/subprocess/inside", 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*KiB at most*");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reader-skip/skipped", test_skipped);
  g_test_add_func ("/reader-skip/hostile-inside", test_hostile_inside);
  g_test_add_func ("/reader-skip/endless", test_endless);
  g_test_add_func ("/reader-skip/parse", test_parse);
  g_test_add_func ("/reader-skip/memory", test_memory);
  g_test_add_func ("/reader-skip/memory/subprocess/inside", test_memory_inside);

  return g_test_run ();
}
