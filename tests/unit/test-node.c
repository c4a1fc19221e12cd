/* The element tree: built, asked, compared, and written so that nothing from outside breaks out of its place. */
#include <locale.h>
#include <string.h>

#include "xmpp-node.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

static void
assert_written (const XmppNode *node,
                const char     *parent_ns,
                const char     *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  xmpp_node_write (node, parent_ns, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_build (void)
{
  g_autoptr (XmppNode) message = xmpp_node_new ("message", NS_CLIENT);
  XmppNode *body, *request, *found;

  xmpp_node_set (message, "to", "romeo@montague.example");
  xmpp_node_set (message, "type", "chat");
  xmpp_node_set_ns (message, NS_XML, "lang", "en");
  body = xmpp_node_add_text (message, "body", NULL, "Wherefore art thou?");
  request = xmpp_node_add (message, "request", "urn:xmpp:receipts");

  g_assert_cmpstr (xmpp_node_get (message, "to"), ==, "romeo@montague.example");
  g_assert_null (xmpp_node_get (message, "lang"));
  g_assert_cmpstr (xmpp_node_get_with_ns (message, NS_XML, "lang"), ==, "en");
  g_assert_null (xmpp_node_get (message, "from"));
  g_assert_cmpstr (xmpp_node_get_ns (body), ==, NS_CLIENT);
  g_assert_true (xmpp_node_get_parent (body) == message);
  g_assert_true (xmpp_node_get_first (message) == body);
  g_assert_true (xmpp_node_get_next (body) == request);
  g_assert_null (xmpp_node_get_next (request));
  g_assert_cmpstr (xmpp_node_get_text (request), ==, "");

  found = xmpp_node_find (message, "request", "urn:xmpp:receipts");
  g_assert_true (found == request);
  g_assert_null (xmpp_node_find (message, "request", NULL));
  g_assert_cmpstr (xmpp_node_find_text (message, "body", NULL), ==, "Wherefore art thou?");
  g_assert_null (xmpp_node_find_text (message, "subject", NULL));

  assert_written (message, NS_CLIENT,
                  "<message to='romeo@montague.example' type='chat' xml:lang='en'><body>Wherefore art thou?</body>"
                  "<request xmlns='urn:xmpp:receipts'/></message>");

  xmpp_node_set (message, "type", NULL);
  xmpp_node_set (message, "to", "tybalt@capulet.example");
  xmpp_node_remove (message, body);
  assert_written (message, NULL,
                  "<message xmlns='jabber:client' to='tybalt@capulet.example' xml:lang='en'>"
                  "<request xmlns='urn:xmpp:receipts'/></message>");

  xmpp_node_remove (message, request);
  g_assert_null (xmpp_node_get_first (message));

  xmpp_node_set (message, "from", NULL);
  xmpp_node_set_ns (message, NS_XML, "lang", NULL);
  xmpp_node_set (message, "to", NULL);
  assert_written (message, NS_CLIENT, "<message/>");
  xmpp_node_set (message, "id", "balcony");
  assert_written (message, NS_CLIENT, "<message id='balcony'/>");
}

static void
test_siblings (void)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", "jabber:iq:roster");
  XmppNode *item;
  guint n_items = 0;

  for (int i = 0; i < 3; i++) {
    xmpp_node_add (query, "item", NULL);
    xmpp_node_add (query, "item", "urn:other");
  }
  for (item = xmpp_node_find (query, "item", NULL); item != NULL; item = xmpp_node_find_next (item, "item", NULL))
    n_items++;
  g_assert_cmpuint (n_items, ==, 3);

  /* The middle, the end and the beginning go; the rest stays linked. */
  xmpp_node_remove (query, xmpp_node_get_next (xmpp_node_get_first (query)));
  for (item = xmpp_node_get_first (query); xmpp_node_get_next (item) != NULL; item = xmpp_node_get_next (item))
    ;
  xmpp_node_remove (query, item);
  xmpp_node_remove (query, xmpp_node_get_first (query));
  assert_written (query, "jabber:iq:roster", "<query><item/><item xmlns='urn:other'/><item/></query>");
}

static void
test_text_in_pieces (void)
{
  g_autoptr (XmppNode) body = xmpp_node_new ("body", NULL);

  xmpp_node_append_text (body, "but soft", -1);
  xmpp_node_append_text (body, ", what light …", 6);
  g_assert_cmpstr (xmpp_node_get_text (body), ==, "but soft, what");
}

/* What a stranger may choose: values, text, and namespaces. */
static void
test_escape (void)
{
  g_autoptr (XmppNode) node = xmpp_node_new ("a", "urn:'/><evil xmlns='x");
  g_autoptr (XmppNode) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  xmpp_node_set (node, "v", "'/><evil x=\"&lt;\" y='\t\r\n");
  xmpp_node_set_ns (node, "urn:\"'<&>", "n", "<![CDATA[");
  xmpp_node_append_text (node, "</a><evil/>]]>&amp; \r\n\t \"'", -1);

  written = xmpp_node_to_string (node);
  g_assert_null (strstr (written, "<evil"));
  again = xmpp_reader_parse (written, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_node_get_ns (again), ==, xmpp_node_get_ns (node));
  g_assert_cmpstr (xmpp_node_get (again, "v"), ==, xmpp_node_get (node, "v"));
  g_assert_cmpstr (xmpp_node_get_with_ns (again, "urn:\"'<&>", "n"), ==, "<![CDATA[");
  g_assert_cmpstr (xmpp_node_get_text (again), ==, xmpp_node_get_text (node));
  g_assert_null (xmpp_node_get_first (again));
}

static void
test_characters_without_xml (void)
{
  static const struct {
    const char *text, *written;
  } cases[] = {
    { "a\001b", "a\357\277\275b" },
    { "\177", "\177" },
    { "\357\277\276", "\357\277\275" },              /* U+FFFE */
    { "\355\240\200", "\357\277\275\357\277\275\357\277\275" },   /* half a surrogate pair */
    { "x\303", "x\357\277\275" },                    /* cut off */
    { "\300\274", "\357\277\275\357\277\275" },      /* an overlong "<" */
    { "\360\237\230\200", "\360\237\230\200" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppNode) node = xmpp_node_new ("a", NULL);
    g_autofree char *in_text = g_strdup_printf ("<a>%s</a>", cases[i].written);
    g_autofree char *in_value = g_strdup_printf ("<a v='%s'/>", cases[i].written);
    g_autoptr (XmppNode) other = xmpp_node_new ("a", NULL);

    xmpp_node_append_text (node, cases[i].text, -1);
    assert_written (node, NULL, in_text);
    xmpp_node_set (other, "v", cases[i].text);
    assert_written (other, NULL, in_value);
  }
}

static void
test_bad_names (void)
{
  static const char *const names[] = { "", "a b", "a>", "a/", "a'", "a=", "x:a", "a\n", "a&b" };
  g_autoptr (XmppNode) node = xmpp_node_new ("a", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_test_expect_message ("linnet-core", G_LOG_LEVEL_CRITICAL, "*is_name*");
    g_assert_null (xmpp_node_new (names[i], NULL));
    g_test_expect_message ("linnet-core", G_LOG_LEVEL_CRITICAL, "*is_name*");
    xmpp_node_set (node, names[i], "v");
  }
  g_test_expect_message ("linnet-core", G_LOG_LEVEL_CRITICAL, "*xmlns*");
  xmpp_node_set (node, "xmlns", "urn:other");
  g_test_assert_expected_messages ();
  assert_written (node, NULL, "<a/>");
}

static void
test_namespaces (void)
{
  g_autoptr (XmppNode) outer = xmpp_node_new ("a", "urn:a");
  XmppNode *inner = xmpp_node_add (outer, "b", "urn:b");

  xmpp_node_add (inner, "c", "urn:b");
  xmpp_node_add (inner, "d", "urn:a");
  xmpp_node_adopt (inner, xmpp_node_new ("e", NULL));
  assert_written (outer, "urn:a", "<a><b xmlns='urn:b'><c/><d xmlns='urn:a'/><e xmlns=''/></b></a>");

  xmpp_node_set_ns (outer, "urn:x", "p", "1");
  xmpp_node_set_ns (outer, "urn:y", "p", "2");
  xmpp_node_set (outer, "p", "3");
  g_assert_cmpstr (xmpp_node_get_with_ns (outer, "urn:x", "p"), ==, "1");
  g_assert_cmpstr (xmpp_node_get_with_ns (outer, "urn:y", "p"), ==, "2");
  g_assert_cmpstr (xmpp_node_get (outer, "p"), ==, "3");
  xmpp_node_remove (outer, inner);
  assert_written (outer, "urn:a", "<a xmlns:ns0='urn:x' ns0:p='1' xmlns:ns1='urn:y' ns1:p='2' p='3'/>");
}

static void
test_covers (void)
{
  static const struct {
    const char *pattern, *node;
    gboolean    covers;
  } cases[] = {
    { "<a/>", "<a x='1'><b/>text</a>", TRUE },
    { "<a xmlns='urn:1'/>", "<a xmlns='urn:2'/>", FALSE },
    { "<a/>", "<b/>", FALSE },
    { "<a x='1'/>", "<a/>", FALSE },
    { "<a x='1'/>", "<a x='2'/>", FALSE },
    { "<a x='*'/>", "<a x='2'/>", TRUE },
    { "<a x='*'/>", "<a/>", FALSE },
    { "<a>text</a>", "<a>text</a>", TRUE },
    { "<a>text</a>", "<a>other</a>", FALSE },
    { "<a>*</a>", "<a>other</a>", TRUE },
    { "<a><b y='1'/></a>", "<a><c/><b/><b y='1'/></a>", TRUE },
    { "<a><b y='1'/></a>", "<a><b/><b y='2'/></a>", FALSE },
    { "<a><b><c/></b></a>", "<a><b/><b><c/></b></a>", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppNode) pattern = xmpp_reader_parse (cases[i].pattern, -1, NULL);
    g_autoptr (XmppNode) node = xmpp_reader_parse (cases[i].node, -1, NULL);

    g_test_message ("%s in %s", cases[i].pattern, cases[i].node);
    g_assert_cmpint (xmpp_node_covers (pattern, node), ==, cases[i].covers);
  }
}

static void
test_copy (void)
{
  static const char xml[] = "<a xmlns='urn:a' x='1' xml:lang='de'>text<b y='2'><c/></b><d xmlns='urn:d'>more</d></a>";
  g_autoptr (XmppNode) node = xmpp_reader_parse (xml, -1, NULL);
  g_autoptr (XmppNode) copy = g_boxed_copy (XMPP_TYPE_NODE, node);

  xmpp_node_set (node, "x", "changed");
  xmpp_node_remove (node, xmpp_node_get_first (node));
  assert_written (copy, NULL, xml);

  /* What is taken from a tree is a root of its own. */
  {
    g_autoptr (XmppNode) part = xmpp_node_copy (xmpp_node_get_first (copy));

    g_assert_null (xmpp_node_get_parent (part));
    g_assert_null (xmpp_node_get_next (part));
    assert_written (part, "urn:a", "<b y='2'><c/></b>");
  }
}

static void
test_free_deep (void)
{
  XmppNode *root = xmpp_node_new ("a", NULL);
  XmppNode *at = root;

  for (int i = 0; i < 300000; i++) {
    xmpp_node_add (at, "b", NULL);
    at = xmpp_node_add (at, "a", NULL);
  }
  xmpp_node_free (root);
}

/* Names are shared while they are used, and gone with the last element that is called so. */
static void
test_interned (void)
{
  g_autoptr (XmppNode) one = xmpp_node_new ("wherefore", "urn:one");
  g_autoptr (XmppNode) other = xmpp_node_new ("wherefore", "urn:one");

  g_assert_true (xmpp_node_get_name (one) == xmpp_node_get_name (other));
  g_assert_true (xmpp_node_get_ns (one) == xmpp_node_get_ns (other));
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/node/build", test_build);
  g_test_add_func ("/node/siblings", test_siblings);
  g_test_add_func ("/node/text-in-pieces", test_text_in_pieces);
  g_test_add_func ("/node/escape", test_escape);
  g_test_add_func ("/node/characters-without-xml", test_characters_without_xml);
  g_test_add_func ("/node/bad-names", test_bad_names);
  g_test_add_func ("/node/namespaces", test_namespaces);
  g_test_add_func ("/node/covers", test_covers);
  g_test_add_func ("/node/copy", test_copy);
  g_test_add_func ("/node/free-deep", test_free_deep);
  g_test_add_func ("/node/interned", test_interned);

  return g_test_run ();
}
