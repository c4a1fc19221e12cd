/* What strangers' host-meta documents can be made to say, and the JSON under it. */
#include "net-host-meta.h"
#include "net-json.h"

#define RELATION "urn:xmpp:alt-connections:websocket"
#define XRD(body) "<?xml version='1.0' encoding='utf-8'?>" \
                  "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>" body "</XRD>"
#define LINK(href) "<Link rel='" RELATION "' href='" href "'/>"
#define MEMBER(href) "{\"rel\":\"" RELATION "\",\"href\":\"" href "\"}"

typedef struct {
  const char *document;
  const char *expected;   /* with spaces between */
} Case;

static void
assert_links (GStrv (*read) (GBytes *document, const char *relation), const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GBytes) document = g_bytes_new_static (cases[i].document, strlen (cases[i].document));
    g_auto (GStrv) links = read (document, RELATION);
    g_autofree char *joined = g_strjoinv (" ", links);

    g_test_message ("document %" G_GSIZE_FORMAT, i);
    g_assert_cmpstr (joined, ==, cases[i].expected);
  }
}

static void
test_xrd (void)
{
  static const Case cases[] = {
    { XRD (LINK ("wss://web.example/ws")), "wss://web.example/ws" },
    { XRD ("<!-- ours --><Subject>x</Subject>" LINK ("wss://a.example/1") LINK ("wss://b.example:5281/2")),
      "wss://a.example/1 wss://b.example:5281/2" },
    { XRD ("<Link rel='urn:xmpp:alt-connections:xbosh' href='https://web.example/bosh'/>"), "" },
    { XRD ("<Link href='wss://web.example/ws'/><Link rel='" RELATION "'/>"), "" },
    { XRD (LINK ("ws://web.example/ws")), "" },
    { XRD (LINK ("https://web.example/ws")), "" },
    { XRD (LINK ("wss://romeo:secret@web.example/ws")), "" },
    { XRD (LINK ("wss:///ws")), "" },
    { XRD (LINK ("/ws")), "" },
    { XRD (LINK ("wss://[::1/ws")), "" },
    { XRD (LINK ("javascript:alert(1)")), "" },
    { XRD ("<Property>" LINK ("wss://web.example/ws") "</Property>"), "" },
    { LINK ("wss://web.example/ws"), "" },
    { "<Other>" LINK ("wss://web.example/ws") "</Other>", "" },
    { XRD (LINK ("wss://web.example/ws") "<Link"), "" },
    { "<XRD>" LINK ("wss://web.example/ws"), "" },
    { "<!DOCTYPE XRD [<!ENTITY e 'wss://evil.example/'>]>" XRD (LINK ("&e;")), "" },
    { XRD (LINK ("wss://web.example/&#x0;")), "" },
    { XRD (LINK ("wss://web.example/\xff")), "" },
    { "", "" },
    { "{}", "" },
    { XRD (LINK ("wss://1.example/") LINK ("wss://2.example/") LINK ("wss://3.example/") LINK ("wss://4.example/")
           LINK ("wss://5.example/") LINK ("wss://6.example/") LINK ("wss://7.example/") LINK ("wss://8.example/")
           LINK ("wss://9.example/")),
      "wss://1.example/ wss://2.example/ wss://3.example/ wss://4.example/ wss://5.example/ wss://6.example/"
      " wss://7.example/ wss://8.example/" },
  };

  assert_links (net_host_meta_read_xrd, cases, G_N_ELEMENTS (cases));
}

static void
test_jrd (void)
{
  static const Case cases[] = {
    { "{\"links\":[" MEMBER ("wss://web.example/ws") "]}", "wss://web.example/ws" },
    { " {\"subject\":\"x\", \"links\" : [ {\"rel\":\"other\"}, 7, null, " MEMBER ("wss:\\/\\/b.example\\u002fws") "]} ",
      "wss://b.example/ws" },
    { "{\"links\":[" MEMBER ("ws://web.example/ws") "]}", "" },
    { "{\"links\":{\"0\":" MEMBER ("wss://web.example/ws") "}}", "" },
    { "{\"links\":[{\"rel\":\"" RELATION "\",\"href\":7}]}", "" },
    { "[" MEMBER ("wss://web.example/ws") "]", "" },
    { "{\"links\":[" MEMBER ("wss://web.example/ws") "]} x", "" },
    { "{\"links\":[" MEMBER ("wss://web.example/ws") ",]}", "" },
    { "{\"links\":[" MEMBER ("wss://web.example/ws"), "" },
    { "", "" },
    { "\"links\"", "" },
  };

  assert_links (net_host_meta_read_jrd, cases, G_N_ELEMENTS (cases));
}

static void
test_long_link (void)
{
  g_autofree char *path = g_strnfill (4096, 'a');
  g_autofree char *text = g_strdup_printf ("{\"links\":[" MEMBER ("wss://a.example/%s") "]}", path);
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));
  g_auto (GStrv) links = net_host_meta_read_jrd (document, RELATION);

  g_assert_cmpuint (g_strv_length (links), ==, 0);
}

static void
test_json (void)
{
  static const struct { const char *text, *printed; } good[] = {
    { "null", "@mv nothing" },
    { " true ", "true" },
    { "false", "false" },
    { "0", "0.0" },
    { "-0.5e+2", "-50.0" },
    { "12E-1", "1.2" },
    { "\"\"", "''" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'\"\\\\/\\b\\f\\n\\r\\t'" },
    { "\"\\u00e9\\ud83c\\udf39\"", "'é🌹'" },
    { "[]", "@av []" },
    { "[1,[true],\"a\"]", "[<1.0>, <[<true>]>, <'a'>]" },
    { "{}", "@a{sv} {}" },
    { "{\"a\":1,\"b\":{\"c\":null}}", "{'a': <1.0>, 'b': <{'c': <@mv nothing>}>}" },
  };
  static const char *const bad[] = {
    "", " ", "nul", "nulll", "True", "01", "-", "1.", ".5", "1e", "+1", "0x10", "NaN", "Infinity", "'a'", "\"", "\"a",
    "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u0000\"", "\"\\ud83c\"", "\"\\ud83c\\u0041\"", "\"\\udf39\"", "\"a\nb\"",
    "\"\xff\"", "\xef\xbb\xbf{}", "[", "]", "[1", "[1,", "[1,]", "[,]", "[1 2]", "{", "}", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "[]]", "{} {}", "/**/1", "\"\\",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) value = net_json_parse (good[i].text, strlen (good[i].text), &error);
    g_autofree char *printed = NULL;

    g_test_message ("%s", good[i].text);
    g_assert_no_error (error);
    printed = g_variant_print (value, TRUE);
    g_assert_cmpstr (printed, ==, good[i].printed);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    /* A copy of just this length, so that reading past the end is found. */
    gsize length = strlen (bad[i]);
    g_autofree char *exact = g_memdup2 (bad[i], length);
    g_autoptr (GError) error = NULL;

    g_test_message ("bad %u", i);
    g_assert_null (net_json_parse (exact, length, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_json_depth (void)
{
  for (guint depth = NET_JSON_MAX_DEPTH - 1; depth <= 60000; depth += depth < NET_JSON_MAX_DEPTH + 1 ? 1 : 10000) {
    g_autofree char *open = g_strnfill (depth, '[');
    g_autofree char *close = g_strnfill (depth, ']');
    g_autofree char *text = g_strconcat (open, close, NULL);
    g_autoptr (GVariant) value = net_json_parse (text, strlen (text), NULL);

    g_assert_cmpint (value != NULL, ==, depth <= NET_JSON_MAX_DEPTH);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-meta/xrd", test_xrd);
  g_test_add_func ("/host-meta/jrd", test_jrd);
  g_test_add_func ("/host-meta/long-link", test_long_link);
  g_test_add_func ("/host-meta/json", test_json);
  g_test_add_func ("/host-meta/json-depth", test_json_depth);
  return g_test_run ();
}
