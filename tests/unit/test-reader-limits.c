/* The stream reader at its limits, over a long time, and ended by what it calls. Each limit is met while the thing is
 * not finished: nobody has to wait for the end of what never ends. */
#include <libxml/parser.h>
#include <malloc.h>
#include <string.h>

#include "reader-fixture.h"
#include "xmpp-node.h"

#define THIRTY_TWO "0123456789abcdef0123456789abcdef"
#define HALF_KIB THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO \
  THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO
#define FOUR_KIB HALF_KIB HALF_KIB HALF_KIB HALF_KIB HALF_KIB HALF_KIB HALF_KIB HALF_KIB

/* What libxml2 has from malloc(), so that a test can see whether it grows. */
static gsize xml_bytes, xml_peak;

static void
count (gssize by)
{
  xml_bytes += by;
  xml_peak = MAX (xml_peak, xml_bytes);
}

static void
counting_free (void *block)
{
  count (-(gssize) malloc_usable_size (block));
  free (block);
}

static void *
counting_malloc (size_t size)
{
  void *block = malloc (size);

  count ((gssize) malloc_usable_size (block));

  return block;
}

static void *
counting_realloc (void  *block,
                  size_t size)
{
  gssize before = (gssize) malloc_usable_size (block);
  void *bigger = realloc (block, size);

  count ((gssize) malloc_usable_size (bigger) - before);

  return bigger;
}

static char *
counting_strdup (const char *text)
{
  return memcpy (counting_malloc (strlen (text) + 1), text, strlen (text) + 1);
}

static void
assert_error (Listener   *listener,
              const char *name)
{
  g_autofree char *line = g_strdup_printf ("error %s\n", name);
  const char *last = strstr (listener->said->str, "error ");

  g_assert_cmpstr (last, ==, line);
}

/* Feeds @more again and again. Returns how many bytes it took until the reader refused, 0: it took all @most. */
static gsize
feed_endless (Listener   *listener,
              const char *start,
              const char *more,
              gsize       most)
{
  g_autoptr (GString) chunk = g_string_new (NULL);
  gsize fed = 0;

  while (chunk->len < 4096)
    g_string_append (chunk, more);
  g_assert_true (feed_text (listener, start));
  while (fed < most) {
    fed += chunk->len;
    if (!feed (listener, chunk->str, chunk->len))
      return fed;
  }

  return 0;
}

static void
test_endless (void)
{
  static const struct {
    const char *start, *more, *error;
    gsize       least, most;
  } cases[] = {
    { STREAM "<m a='", "x", "policy-violation", XMPP_READER_MAX_ATTRIBUTE, XMPP_READER_MAX_ATTRIBUTE + 4096 },
    { STREAM "<m><n a=\"", "é", "policy-violation", XMPP_READER_MAX_ATTRIBUTE, XMPP_READER_MAX_ATTRIBUTE + 4096 },
    { "<stream:stream a='", "&#65;", "policy-violation", XMPP_READER_MAX_ATTRIBUTE,
      XMPP_READER_MAX_ATTRIBUTE + 4096 },
    { STREAM "<m xmlns='", "x", "policy-violation", XMPP_READER_MAX_ATTRIBUTE, XMPP_READER_MAX_ATTRIBUTE + 4096 },
    { STREAM "<", "x", "policy-violation", 32 * 1024 - 16, 40 * 1024 },
    { STREAM "<m></", "x", "policy-violation", 32 * 1024 - 16, 40 * 1024 },
    { STREAM "<m ", " ", "policy-violation", 32 * 1024 - 16, 40 * 1024 },
    { "<", "x", "policy-violation", 32 * 1024 - 16, 40 * 1024 },
    { "<?xml ", " ", "policy-violation", 1000, 4096 },
    { STREAM "<m ", "x='' ", "policy-violation", 256, 8192 },
    { STREAM "<m ", "x='" FOUR_KIB "' ", "policy-violation", 250 * 1024, 264 * 1024 },
    { STREAM "<m>&", "x", "restricted-xml", 0, 4096 },
    { STREAM "<m>&#", "0", "restricted-xml", 0, 4096 },
    { STREAM "<m>", "x", "policy-violation", XMPP_READER_MAX_STANZA - 4096, XMPP_READER_MAX_STANZA + 4096 },
    { STREAM "<m>", "&#000000000000000000000000000000000065;", "policy-violation", XMPP_READER_MAX_STANZA - 4096, XMPP_READER_MAX_STANZA + 4096 },
    { STREAM "<m><![CDATA[", "]]", "policy-violation", XMPP_READER_MAX_STANZA - 65536, XMPP_READER_MAX_STANZA },
    { STREAM "<m><![CDATA[", "]]é>", "policy-violation", XMPP_READER_MAX_STANZA - 65536, XMPP_READER_MAX_STANZA },
    { STREAM "<m>", "<a/>", "policy-violation", 1000 * 1000, XMPP_READER_MAX_STANZA },
    { STREAM "<m>", "<a b='' c='' d=''/>", "policy-violation", 1000 * 1000, XMPP_READER_MAX_STANZA },
    { STREAM "<m>", "<a xmlns:p='u'/>", "policy-violation", 1000, 32 * 1024 },
    { STREAM "<m>", "<a>", "policy-violation", XMPP_READER_MAX_DEPTH * 3 - 6, 4096 },
    { STREAM, "<a>", "policy-violation", XMPP_READER_MAX_DEPTH * 3 - 6, 4096 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Listener) listener = listener_new ();
    gsize taken;

    g_test_message ("%s%s…", cases[i].start, cases[i].more);
    taken = feed_endless (listener, cases[i].start, cases[i].more, 2 * XMPP_READER_MAX_STANZA);
    assert_error (listener, cases[i].error);
    g_assert_cmpuint (taken, >=, cases[i].least);
    g_assert_cmpuint (taken, <=, cases[i].most + 4096);
    g_assert_cmpuint (listener->n_stanzas, ==, 0);
  }

  /* Between stanzas nothing is kept, so there is no end. */
  {
    g_autoptr (Listener) listener = listener_new ();

    g_assert_cmpuint (feed_endless (listener, STREAM, " \n", 3 * XMPP_READER_MAX_STANZA), ==, 0);
    g_assert_true (feed_text (listener, "<m/>"));
    g_assert_cmpuint (listener->n_stanzas, ==, 1);
  }
}

/* What is just as large as it may be is read. */
static void
test_just_fits (void)
{
  g_autoptr (Listener) listener = listener_new ();
  g_autofree char *value = g_strnfill (XMPP_READER_MAX_ATTRIBUTE, 'x');
  g_autofree char *text = g_strnfill (XMPP_READER_MAX_STANZA - strlen ("<m></m>"), 'y');
  g_autofree char *with_value = g_strdup_printf ("<m a='%s'/>", value);
  g_autofree char *with_too_much = g_strdup_printf ("<m a='%sx'/>", value);
  g_autofree char *with_text = g_strdup_printf ("<m>%s</m>", text);
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new ("<m");

  for (int i = 0; i < XMPP_READER_MAX_DEPTH - 1; i++)
    g_string_append (deep, "<a>");
  for (int i = 0; i < XMPP_READER_MAX_DEPTH - 1; i++)
    g_string_append (deep, "</a>");
  for (int i = 0; i < 256; i++)
    g_string_append_printf (wide, " a%d=''", i);
  g_string_append (wide, "/>");

  g_assert_true (feed_text (listener, STREAM));
  for (guint round = 1; round <= 2; round++) {
    g_assert_true (feed_text (listener, with_value));
    g_assert_true (feed_text (listener, with_text));
    g_assert_true (feed_text (listener, deep->str));
    g_assert_true (feed_text (listener, wide->str));
    g_assert_cmpuint (listener->n_stanzas, ==, 4 * round);
  }
  g_assert_false (feed_text (listener, with_too_much));
  assert_error (listener, "policy-violation");
}

/* libxml2 never forgets a name; the reader makes it. */
static void
test_endless_names (void)
{
  g_autoptr (Listener) listener = listener_new ();
  g_autofree char *filler = g_strnfill (1000, 'n');
  gsize named = 0;

  g_assert_true (feed_text (listener, STREAM));
  xml_peak = xml_bytes;
  for (guint i = 0; named < 6 * XMPP_READER_MAX_NAMES; i++) {
    g_autofree char *stanza = g_strdup_printf ("<stream:%s%u xmlns:p%u='urn:%u' p%u:a%u='1'/>", filler, i, i, i, i, i);
    g_autofree char *expected = g_strdup_printf (
        "<%s%u xmlns='http://etherx.jabber.org/streams' xmlns:ns0='urn:%u' ns0:a%u='1'/>", filler, i, i, i);

    g_string_truncate (listener->said, 0);
    if (!feed_text (listener, stanza))
      g_error ("%s", listener->said->str);
    g_assert_cmpstr (listener->last, ==, expected);
    named += strlen (filler);
  }
  g_assert_cmpuint (xml_peak, <, 4 * XMPP_READER_MAX_NAMES);

  /* The stream still has its depth and its end. */
  g_string_truncate (listener->said, 0);
  g_assert_true (feed_text (listener, "<m/></stream:stream>"));
  g_assert_cmpstr (listener->said->str, ==, "stanza <m xmlns='jabber:client'/>\nclosed\n");
}

/* A stanza may consist of names that nobody has met before. */
static void
test_new_names (void)
{
  g_autoptr (Listener) listener = listener_new ();
  g_autoptr (GString) stanza = g_string_new ("<m>");
  g_autofree char *filler = g_strnfill (30 * 1024, 'n');

  for (guint i = 0; stanza->len + strlen (filler) + strlen ("</m>") + 16 <= XMPP_READER_MAX_STANZA; i++)
    g_string_append_printf (stanza, "<%s%u/>", filler, i);
  g_string_append (stanza, "</m>");

  g_assert_true (feed_text (listener, STREAM));
  g_assert_true (feed_text (listener, stanza->str));
  g_assert_true (feed_text (listener, "<m/>"));
  g_assert_cmpuint (listener->n_stanzas, ==, 2);
}

static void
test_endless_stanzas (void)
{
  g_autoptr (Listener) listener = listener_new ();
  g_autofree char *stanza = g_strdup_printf ("<message><body>%s</body></message>", g_test_get_path ());
  gsize after_first;

  g_assert_true (feed_text (listener, STREAM));
  g_assert_true (feed_text (listener, stanza));
  after_first = xml_bytes;
  for (int i = 0; i < 20000; i++) {
    g_string_truncate (listener->said, 0);
    g_assert_true (feed_text (listener, stanza));
  }
  g_assert_cmpuint (xml_bytes, <=, after_first + 64 * 1024);
}

/* Events that end the reader while it is at work. */

typedef struct {
  XmppReader *reader;
  GString    *said;
  gboolean    frees;
  const char *at;   /* the name of the element to do it at */
} Ender;

static void
end_it (Ender      *ender,
        const char *name)
{
  g_string_append_printf (ender->said, "%s ", name);
  if (strcmp (name, ender->at) != 0)
    return;
  if (ender->frees)
    xmpp_reader_free (g_steal_pointer (&ender->reader));
  else
    xmpp_reader_reset (ender->reader);
}

static void
ender_opened_cb (XmppNode *header,
                 gpointer  user_data)
{
  end_it (user_data, xmpp_node_get_name (header));
}

static void
ender_stanza_cb (XmppNode *stanza,
                 gpointer  user_data)
{
  end_it (user_data, xmpp_node_get_name (stanza));
  xmpp_node_free (stanza);
}

static void
ender_closed_cb (gpointer user_data)
{
  end_it (user_data, "closed");
}

static void
test_end_inside (void)
{
  static const XmppReaderEvents ender_events = { ender_opened_cb, ender_stanza_cb, ender_closed_cb };
  static const struct {
    const char *at, *said;
  } cases[] = {
    { "stream", "stream " },
    { "proceed", "stream proceed " },
    { "closed", "stream proceed success closed " },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    Ender ender = { .said = g_string_new (NULL), .frees = i % 2 != 0, .at = cases[i / 2].at };
    g_autoptr (GError) error = NULL;

    ender.reader = xmpp_reader_new (&ender_events, &ender);
    /* What stands behind is dropped, however bad it is. */
    g_assert_true (xmpp_reader_feed (ender.reader, BYTES (STREAM "<proceed/><success/></stream:stream>\xff\0<<"),
                                     &error));
    g_assert_no_error (error);
    g_assert_cmpstr (ender.said->str, ==, cases[i / 2].said);

    if (!ender.frees) {
      g_string_truncate (ender.said, 0);
      ender.at = "nothing";
      g_assert_true (xmpp_reader_feed (ender.reader, BYTES ("<?xml version='1.0'?>" STREAM "<features/>"), &error));
      g_assert_cmpstr (ender.said->str, ==, "stream features ");
    }
    g_clear_pointer (&ender.reader, xmpp_reader_free);
    g_string_free (ender.said, TRUE);
  }
}

static void
test_reset (void)
{
  g_autoptr (Listener) listener = listener_new ();

  g_assert_true (feed_text (listener, STREAM "<message><bo"));
  xmpp_reader_reset (listener->reader);
  g_string_truncate (listener->said, 0);
  g_assert_true (feed_text (listener, STREAM "<m/>"));
  g_assert_cmpstr (listener->said->str, ==, OPENED "stanza <m xmlns='jabber:client'/>\n");

  /* An error stays until then. */
  g_string_truncate (listener->said, 0);
  g_assert_false (feed_text (listener, "<!-- -->"));
  g_assert_false (feed_text (listener, "<m/>"));
  g_assert_cmpstr (listener->said->str, ==, "error restricted-xml\nerror restricted-xml\n");
  xmpp_reader_reset (listener->reader);
  g_assert_true (feed_text (listener, STREAM));
}

int
main (int    argc,
      char **argv)
{
  xmlMemSetup (counting_free, counting_malloc, counting_realloc, counting_strdup);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reader-limits/endless", test_endless);
  g_test_add_func ("/reader-limits/just-fits", test_just_fits);
  g_test_add_func ("/reader-limits/endless-names", test_endless_names);
  g_test_add_func ("/reader-limits/new-names", test_new_names);
  g_test_add_func ("/reader-limits/endless-stanzas", test_endless_stanzas);
  g_test_add_func ("/reader-limits/end-inside", test_end_inside);
  g_test_add_func ("/reader-limits/reset", test_reset);

  return g_test_run ();
}
