/* The stream reader under good and hostile XML, whole and cut anywhere. */
#include <locale.h>
#include <string.h>

#include "reader-fixture.h"

/* Cut into pieces of @most bytes, or of random ones up to that. */
static char *
read_in_pieces (const char *bytes,
                gsize       length,
                gsize       most,
                gboolean    is_random)
{
  g_autoptr (Listener) listener = listener_new ();
  gboolean go_on = TRUE;

  while (length > 0 && go_on) {
    gsize wanted = is_random ? (gsize) g_test_rand_int_range (1, (gint32) most + 1) : most;
    gsize step = MIN (length, wanted);
    /* A copy of its own, so that the address sanitizer sees a step over its end. */
    g_autofree char *piece = g_memdup2 (bytes, step);

    go_on = feed (listener, piece, step);
    bytes += step;
    length -= step;
  }

  return g_strdup (listener->said->str);
}

static void
assert_reads (const char *bytes,
              gsize       length,
              const char *expected)
{
  g_autofree char *whole = read_in_pieces (bytes, length, length, FALSE);
  g_autofree char *single = read_in_pieces (bytes, length, 1, FALSE);

  g_test_message ("%s", bytes);
  g_assert_cmpstr (whole, ==, expected);
  g_assert_cmpstr (single, ==, expected);
  for (int i = 0; i < 30; i++) {
    g_autofree char *random = read_in_pieces (bytes, length, i < 20 ? 7 : 80, TRUE);

    g_assert_cmpstr (random, ==, expected);
  }
}

static void
test_good (void)
{
  static const struct {
    const char *xml, *said;
  } cases[] = {
    { STREAM, OPENED },
    { "<?xml version='1.0'?>" STREAM, OPENED },
    { "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n" STREAM "\n", OPENED },
    { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" STREAM, OPENED },
    { STREAM "</stream:stream>", OPENED "closed\n" },
    { STREAM "</stream:stream>\xff<junk", OPENED "closed\n" },
    { "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'/>",
      OPENED "closed\n" },
    { "<stream xmlns='http://etherx.jabber.org/streams' version='1.0'><a xmlns='jabber:client'/>",
      OPENED "stanza <a xmlns='jabber:client'/>\n" },
    { STREAM " \n\t<presence/> ", OPENED "stanza <presence xmlns='jabber:client'/>\n" },
    { STREAM "<a/><b/><c></c>",
      OPENED "stanza <a xmlns='jabber:client'/>\nstanza <b xmlns='jabber:client'/>\n"
             "stanza <c xmlns='jabber:client'/>\n" },
    { STREAM "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
      OPENED "stanza <features xmlns='http://etherx.jabber.org/streams'>"
             "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></features>\n" },
    { STREAM "<m  to = 'a'  id=\"b\"\n xml:lang='de' ><body >x</body ></m >",
      OPENED "stanza <m xmlns='jabber:client' to='a' id='b' xml:lang='de'><body>x</body></m>\n" },
    { STREAM "<m a='x>y' b=\"it's\" c='&lt;&quot;&apos;&amp;&#65;&#x1F600;'/>",
      OPENED "stanza <m xmlns='jabber:client' a='x&gt;y' b='it&apos;s' c='&lt;\"&apos;&amp;A😀'/>\n" },
    { STREAM "<m>&lt;b&gt; &amp;amp; &#x41;&#66; héllo 😀</m>",
      OPENED "stanza <m xmlns='jabber:client'>&lt;b&gt; &amp;amp; AB héllo 😀</m>\n" },
    { STREAM "<m><![CDATA[<b>&amp;]] ]>]]]>x<![CDATA[]]></m>",
      OPENED "stanza <m xmlns='jabber:client'>&lt;b&gt;&amp;amp;]] ]&gt;]x</m>\n" },
    { STREAM "<m>a\r\nb\rc&#13;</m>", OPENED "stanza <m xmlns='jabber:client'>a\nb\nc&#13;</m>\n" },
    { STREAM "<m>a<x/>b<y/>c</m>", OPENED "stanza <m xmlns='jabber:client'>abc<x/><y/></m>\n" },
    { STREAM "<m xmlns:p='urn:p' p:a='1' a='2'><p:q/></m>",
      OPENED "stanza <m xmlns='jabber:client' xmlns:ns0='urn:p' ns0:a='1' a='2'><q xmlns='urn:p'/></m>\n" },
    /* A namespace is any text: a stranger's must not end our stream. */
    { STREAM "<m xmlns='vcard-temp'><x xmlns='%'/><x xmlns='a b'/><x xmlns='ü'/><x xmlns='::'/></m>",
      OPENED "stanza <m xmlns='vcard-temp'><x xmlns='%'/><x xmlns='a b'/><x xmlns='ü'/><x xmlns='::'/></m>\n" },
    { STREAM "<m xml:lang='!' xml:space='odd' xml:id='1'/>",
      OPENED "stanza <m xmlns='jabber:client' xml:lang='!' xml:space='odd' xml:id='1'/>\n" },
    { STREAM "<m xmlns=''/>", OPENED "stanza <m/>\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_reads (cases[i].xml, strlen (cases[i].xml), cases[i].said);
}

typedef struct {
  const char *xml, *said;
} Hostile;

static void
check_hostile (const Hostile *cases,
               gsize          n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    assert_reads (cases[i].xml, strlen (cases[i].xml), cases[i].said);
}

static void
test_restricted (void)
{
  static const Hostile cases[] = {
    { "<!DOCTYPE x>" STREAM, "error restricted-xml\n" },
    { "<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'>" STREAM, "error restricted-xml\n" },
    { "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]>" STREAM "<m>&b;</m>",
      "error restricted-xml\n" },
    { STREAM "<!ENTITY a 'b'>", OPENED "error restricted-xml\n" },
    { STREAM "<m><!DOCTYPE x></m>", OPENED "error restricted-xml\n" },
    { "<!-- x -->" STREAM, "error restricted-xml\n" },
    { STREAM "<!-- x --><m/>", OPENED "error restricted-xml\n" },
    { STREAM "<a/><m>x<!-- x --></m>", OPENED "stanza <a xmlns='jabber:client'/>\nerror restricted-xml\n" },
    { STREAM "<m><!", OPENED },
    { STREAM "<m><!-", OPENED "error restricted-xml\n" },
    { STREAM "<m><![INCLUDE[", OPENED "error restricted-xml\n" },
    { "<?php x?>" STREAM, "error restricted-xml\n" },
    { "<?xml-stylesheet href='x'?>" STREAM, "error restricted-xml\n" },
    { "<?xml version='1.0'?><?a b?>" STREAM, "error restricted-xml\n" },
    { "\n<?xml version='1.0'?>" STREAM, "error restricted-xml\n" },
    { STREAM "<?xml version='1.0'?>", OPENED "error restricted-xml\n" },
    { STREAM "<m><?x y?></m>", OPENED "error restricted-xml\n" },
    { STREAM "<m>&foo;</m>", OPENED "error restricted-xml\n" },
    { STREAM "<m a='&foo;'/>", OPENED "error restricted-xml\n" },
    { "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='&x;'>",
      "error restricted-xml\n" },
  };

  check_hostile (cases, G_N_ELEMENTS (cases));
}

static void
test_malformed (void)
{
  static const Hostile cases[] = {
    { "x", "error not-well-formed\n" },
    { " x" STREAM, "error not-well-formed\n" },
    { "\xef\xbb\xbf" STREAM, "error not-well-formed\n" },   /* U+FEFF is no byte order mark in XMPP */
    { "<![CDATA[x]]>" STREAM, "error not-well-formed\n" },
    { "<?xml version='1.0' encoding?>" STREAM, "error not-well-formed\n" },
    { "<?xml?>" STREAM, "error not-well-formed\n" },
    { "</stream:stream>", "error not-well-formed\n" },
    { STREAM "<m><body></m>", OPENED "error not-well-formed\n" },
    { STREAM "</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m></n>", OPENED "error not-well-formed\n" },
    { STREAM "<m></m x='1'>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='1' a='2'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m a=1/>", OPENED "error not-well-formed\n" },
    { STREAM "<m a/>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='1'b='2'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='<'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m <n/>", OPENED "error not-well-formed\n" },
    { STREAM "< m/>", OPENED "error not-well-formed\n" },
    { STREAM "<1/>", OPENED "error not-well-formed\n" },
    { STREAM "<>", OPENED "error not-well-formed\n" },
    { STREAM "</>", OPENED "error not-well-formed\n" },
    { STREAM "<m/ >", OPENED "error not-well-formed\n" },
    { STREAM "<m>a & b</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>a &", OPENED },
    { STREAM "<m>a &&", OPENED "error not-well-formed\n" },
    { STREAM "<m>&<", OPENED "error not-well-formed\n" },
    { STREAM "<m>&;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='&'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m>a]]>b</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>&#0;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>&#1;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>&#xD800;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>&#x110000;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>&#xFFFFFFFFFF;</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='&#0;'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m>\x01</m>", OPENED "error not-well-formed\n" },
    { STREAM "<m a='\x01'/>", OPENED "error not-well-formed\n" },
    { STREAM "<m><![CDATA[\x01]]></m>", OPENED "error not-well-formed\n" },
    { STREAM "<m>\xef\xbf\xbe</m>", OPENED "error not-well-formed\n" },   /* U+FFFE */
    { STREAM "hi<m/>", OPENED "error bad-format\n" },
    { STREAM "&#65;", OPENED "error bad-format\n" },
    { STREAM "<m/><![CDATA[x]]>", OPENED "stanza <m xmlns='jabber:client'/>\nerror bad-format\n" },
  };

  check_hostile (cases, G_N_ELEMENTS (cases));
}

static void
test_namespaces (void)
{
  static const Hostile cases[] = {
    { STREAM "<foo:bar/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m><foo:bar/></m>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m foo:bar='1'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:a='urn:x' xmlns:b='urn:x' a:x='1' b:x='2'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:xml='urn:x'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:xmlns='urn:x'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:x='http://www.w3.org/XML/1998/namespace'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns='http://www.w3.org/2000/xmlns/'/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:a=''/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<stream:a:b/>", OPENED "error bad-namespace-prefix\n" },
    { STREAM "<m xmlns:p='urn:p'/><p:q/>",
      OPENED "stanza <m xmlns='jabber:client'/>\nerror bad-namespace-prefix\n" },
    { "<stream:stream>", "error bad-namespace-prefix\n" },
    { "<stream>", "error invalid-namespace\n" },
    { "<a>", "error invalid-namespace\n" },
    { "<stream xmlns='urn:other'>", "error invalid-namespace\n" },
    { "<other xmlns='http://etherx.jabber.org/streams'>", "error invalid-namespace\n" },
    { "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>",
      "error invalid-namespace\n" },
    { "<html><body>", "error invalid-namespace\n" },
  };

  check_hostile (cases, G_N_ELEMENTS (cases));
}

static void
test_encoding (void)
{
  static const struct {
    const char *xml;
    gsize       length;
    const char *said;
  } cases[] = {
    { BYTES ("<?xml version='1.0' encoding='ISO-8859-1'?>" STREAM "<m>\xe9</m>"), "error unsupported-encoding\n" },
    { BYTES ("<?xml version='1.0' encoding='ISO-8859-1'?>" STREAM "<m/>"), "error unsupported-encoding\n" },
    { BYTES ("<?xml version='1.0' encoding='US-ASCII'?>" STREAM), "error unsupported-encoding\n" },
    { BYTES ("<?xml version='1.0' encoding='UTF-7'?>" STREAM), "error unsupported-encoding\n" },
    { BYTES ("<?xml version='1.0' encoding='UTF-16'?>" STREAM), "error unsupported-encoding\n" },
    { BYTES ("<?xml version='1.0' encoding='rot13'?>" STREAM), "error unsupported-encoding\n" },
    { BYTES ("\xff\xfe<\0s\0"), "error unsupported-encoding\n" },
    { BYTES ("\xfe\xff\0<\0s"), "error unsupported-encoding\n" },
    { BYTES ("<\0?\0x\0m\0l\0"), "error unsupported-encoding\n" },
    { BYTES ("\0<\0?\0x\0m"), "error unsupported-encoding\n" },
    { BYTES ("\x4c\x6f\xa7\x94\x93"), "error not-well-formed\n" },   /* EBCDIC */
    { BYTES (STREAM "<m>\xff</m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m>\x80</m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m>\xe2</m>"), OPENED "error unsupported-encoding\n" },             /* swallows no tag */
    { BYTES (STREAM "<m>\xe2\x82</m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m>\xf0\x9f\x98<a/></m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m>\xc0\xbc/m></m>"), OPENED "error unsupported-encoding\n" },      /* overlong "<" */
    { BYTES (STREAM "<m>\xe0\x80\xbc</m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m>\xed\xa0\x80</m>"), OPENED "error unsupported-encoding\n" },     /* a surrogate */
    { BYTES (STREAM "<m>\xf4\x90\x80\x80</m>"), OPENED "error unsupported-encoding\n" }, /* beyond U+10FFFF */
    { BYTES (STREAM "<m>\xe2\0</m>"), OPENED "error unsupported-encoding\n" },           /* nothing more would come of it */
    { BYTES (STREAM "<m>\xf0\x9f\0</m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m a='\xc3'/>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m\xc3 a='x'/>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m><![CDATA[\xc3]]></m>"), OPENED "error unsupported-encoding\n" },
    { BYTES (STREAM "<m/>\xc3\x28"), OPENED "stanza <m xmlns='jabber:client'/>\nerror unsupported-encoding\n" },
    { BYTES (STREAM "<m>a\0b</m>"), OPENED "error not-well-formed\n" },
    { BYTES (STREAM "<m/>\0"), OPENED "stanza <m xmlns='jabber:client'/>\nerror not-well-formed\n" },
    { BYTES (STREAM "<m>\xe2\x82\xac</m>"), OPENED "stanza <m xmlns='jabber:client'>€</m>\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_reads (cases[i].xml, cases[i].length, cases[i].said);
}

/* What is ASCII is judged eight bytes at a time: what is not is found wherever it stands among them. */
static void
test_encoding_anywhere (void)
{
  static const struct {
    const char *bytes;
    gsize       length;
    const char *error;   /* NULL: it is a character */
  } cases[] = {
    { BYTES ("é"), NULL },
    { BYTES ("€😀é"), NULL },
    { BYTES ("\x7f"), NULL },
    { BYTES ("\xff"), "unsupported-encoding" },
    { BYTES ("\x80"), "unsupported-encoding" },
    { BYTES ("\xc0\x80"), "unsupported-encoding" },
    { BYTES ("\xe2\x82"), "unsupported-encoding" },
    { BYTES ("\0"), "not-well-formed" },
    { BYTES ("\0\x01"), "not-well-formed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint before = 0; before < 17; before++)
      for (guint after = 0; after < 17; after++) {
        g_autoptr (GString) xml = g_string_new (STREAM "<m>");
        g_autofree char *said = NULL;

        g_string_append_printf (xml, "%.*s", (int) before, "abcdefghijklmnopq");
        g_string_append_len (xml, cases[i].bytes, (gssize) cases[i].length);
        g_string_append_printf (xml, "%.*s</m>", (int) after, "abcdefghijklmnopq");
        if (cases[i].error != NULL)
          said = g_strdup_printf (OPENED "error %s\n", cases[i].error);
        else
          said = g_strdup_printf (OPENED "stanza <m xmlns='jabber:client'>%s\n", xml->str + strlen (STREAM "<m>"));
        assert_reads (xml->str, xml->len, said);
      }
}

/* A stanza is there with its last byte, not with the next one. */
static void
test_last_byte (void)
{
  static const char *const stanzas[] = {
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls' />",
    "<message><body>x</body></message>",
    "<message a='/>'></message>",
    "<stream:features/>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++) {
    g_autoptr (Listener) listener = listener_new ();
    const char *last = stanzas[i] + strlen (stanzas[i]) - 1;

    feed (listener, STREAM, strlen (STREAM) - 1);
    g_assert_cmpstr (listener->said->str, ==, "");
    feed_text (listener, ">");
    g_assert_cmpstr (listener->said->str, ==, OPENED);
    for (const char *p = stanzas[i]; p < last; p++)
      feed (listener, p, 1);
    g_assert_cmpuint (listener->n_stanzas, ==, 0);
    feed (listener, last, 1);
    g_assert_cmpuint (listener->n_stanzas, ==, 1);
  }
}

/* A long section is cut into several on its way; nobody may notice. */
static void
test_long_cdata (void)
{
  for (int i = 0; i < 40; i++) {
    g_autoptr (Listener) listener = listener_new ();
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (XmppNode) stanza = NULL;
    g_autofree char *xml = NULL;

    while (text->len < 30000)
      g_string_append (text, (const char *[]){ "]", "]]", ">", "é", "x" }[g_test_rand_int_range (0, 5)]);
    g_string_replace (text, "]]>", "]] >", 0);
    xml = g_strdup_printf ("<m><![CDATA[%s]]></m>", text->str);

    g_assert_true (feed_text (listener, STREAM));
    g_assert_true (feed_text (listener, xml));
    stanza = xmpp_reader_parse (listener->last, -1, NULL);
    g_assert_cmpstr (xmpp_node_get_text (stanza), ==, text->str);
  }
}

/* Random documents, and random damage to them: every cut of the same bytes is read the same. */
static void
test_random (void)
{
  static const char *const pieces[] = {
    "<a>", "</a>", "<b x='1'>", "</b>", "<c/>", "text", "&amp;", "&#65;", "&", ";", "<![CDATA[", "]]>", "]", "'", "\"",
    "<", ">", "/", "é", "\xc3", "😀", " ", "\n", "\r", "<p:q xmlns:p='urn:p'>", "</p:q>", "<!--", "<?x?>", "=", "x:",
    "<stream:e/>", "</stream:stream>", "&lt;", "<a x='>' y=\"'\"/>",
  };

  for (int i = 0; i < 700; i++) {
    g_autoptr (GString) xml = g_string_new (STREAM);
    g_autofree char *whole = NULL;

    for (int n = g_test_rand_int_range (1, 20); n > 0; n--) {
      /* Mostly good pieces, else nothing gets far. */
      int most = g_test_rand_int_range (0, 4) == 0 ? (int) G_N_ELEMENTS (pieces) : 8;

      g_string_append (xml, pieces[g_test_rand_int_range (0, most)]);
    }
    whole = read_in_pieces (xml->str, xml->len, xml->len, FALSE);
    for (gsize most = 1; most < 20; most += 6) {
      g_autofree char *cut = read_in_pieces (xml->str, xml->len, most, most > 1);

      if (strcmp (cut, whole) != 0)
        g_test_message ("%s", xml->str);
      g_assert_cmpstr (cut, ==, whole);
    }
  }
}

static void
test_parse (void)
{
  static const struct {
    const char *xml, *node;
  } cases[] = {
    { "<a/>", "<a/>" },
    { "<a></a>", "<a></a>" },
    { "<?xml version='1.0'?>\n<a x='1'><b>text</b></a>\n", "<a x='1'><b>text</b></a>" },
    { "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='montague.example'/>",
      "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='montague.example'/>" },
    { "", NULL },
    { " ", NULL },
    { "text", NULL },
    { "<a>", NULL },
    { "<a", NULL },
    { "<a/><b/>", NULL },
    { "<a/>text", NULL },
    { "<a/>&#65;", NULL },
    { "<a/><", NULL },
    { "<a/>&", NULL },
    { "<a/>\xc3", NULL },
    { "<a/><!-- -->", NULL },
    { "<!DOCTYPE a><a/>", NULL },
    { "<p:a/>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppNode) node = xmpp_reader_parse (cases[i].xml, -1, &error);
    g_autofree char *text = node != NULL ? xmpp_node_to_string (node) : NULL;

    g_test_message ("%s", cases[i].xml);
    g_assert_cmpint (node == NULL, ==, error != NULL);
    if (g_strcmp0 (cases[i].node, "<a></a>") == 0)
      g_assert_cmpstr (text, ==, "<a/>");
    else
      g_assert_cmpstr (text, ==, cases[i].node);
  }

  /* Only so many bytes are looked at. */
  {
    g_autoptr (XmppNode) node = xmpp_reader_parse ("<a/><b/>", 4, NULL);

    g_assert_nonnull (node);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reader/good", test_good);
  g_test_add_func ("/reader/restricted", test_restricted);
  g_test_add_func ("/reader/malformed", test_malformed);
  g_test_add_func ("/reader/namespaces", test_namespaces);
  g_test_add_func ("/reader/encoding", test_encoding);
  g_test_add_func ("/reader/encoding-anywhere", test_encoding_anywhere);
  g_test_add_func ("/reader/last-byte", test_last_byte);
  g_test_add_func ("/reader/long-cdata", test_long_cdata);
  g_test_add_func ("/reader/random", test_random);
  g_test_add_func ("/reader/parse", test_parse);

  return g_test_run ();
}
