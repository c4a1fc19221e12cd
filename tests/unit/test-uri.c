/* Links to XMPP addresses: the examples of RFC 5122 and XEP-0147, and hostile ones. */
#include <string.h>

#include "xmpp-uri.h"

typedef struct {
  const char *text;
  const char *jid;
  const char *action;
} Case;

static void
check (const Case *cases,
       gsize       n_cases)
{
  for (gsize i = 0; i < n_cases; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (cases[i].text, &error);

    g_test_message ("%s", cases[i].text);
    g_assert_no_error (error);
    g_assert_cmpstr (xmpp_jid_get_text (xmpp_uri_get_jid (uri)), ==, cases[i].jid);
    g_assert_cmpstr (xmpp_uri_get_action (uri), ==, cases[i].action);
  }
}

static void
check_value (const char *text,
             const char *key,
             const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (text, &error);

  g_test_message ("%s", text);
  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_uri_get_value (uri, key), ==, value);
}

static void
check_refused (const char   *text,
               XmppUriError  code)
{
  g_autofree char *shown = g_utf8_make_valid (text != NULL ? text : "(none)", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_new_from_string (text, &error);

  g_test_message ("%.80s", shown);
  g_assert_null (uri);
  g_assert_error (error, XMPP_URI_ERROR, (int) code);
}

/* RFC 5122 §2.2 to §2.8 */
static void
test_addresses (void)
{
  static const Case cases[] = {
    { "xmpp:node@example.com", "node@example.com", NULL },
    { "xmpp:guest@example.com", "guest@example.com", NULL },
    { "XMPP:guest@example.com", "guest@example.com", NULL },
    { "xmpp:example.com", "example.com", NULL },
    { "xmpp:guest@example.com#part", "guest@example.com", NULL },
    { "xmpp:guest@example.com?", "guest@example.com", NULL },
    { "xmpp://guest@example.com/support@example.com?message", "support@example.com", "message" },
    { "xmpp://guest@example.com/support@example.com/desk", "support@example.com/desk", NULL },
    { "xmpp:example-node@example.com/some-resource", "example-node@example.com/some-resource", NULL },
    { "xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com",
      "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com", NULL },
    { "xmpp:node@example.com/repulsive%20!%23%22$%25&'()*+,-.%2F:;%3C=%3E%3F%40%5B%5C%5D%5E_%60%7B%7C%7D~resource",
      "node@example.com/repulsive !#\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~resource", NULL },
    { "xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze", "jiři@čechy.example/v Praze", NULL },
    { "xmpp:jiři@čechy.example/v Praze", "jiři@čechy.example/v Praze", NULL },
    { "xmpp:romeo@[2001:db8::1]?message", "romeo@[2001:db8::1]", "message" },
    { "xmpp:Romeo@Montague.Example", "romeo@montague.example", NULL },
  };

  check (cases, G_N_ELEMENTS (cases));
}

/* XEP-0147 §3 and the registry that it makes */
static void
test_actions (void)
{
  static const Case cases[] = {
    { "xmpp:romeo@montague.example?message", "romeo@montague.example", "message" },
    { "xmpp:romeo@montague.example?roster", "romeo@montague.example", "roster" },
    { "xmpp:romeo@montague.example?remove", "romeo@montague.example", "remove" },
    { "xmpp:romeo@montague.example?subscribe", "romeo@montague.example", "subscribe" },
    { "xmpp:romeo@montague.example?unsubscribe", "romeo@montague.example", "unsubscribe" },
    { "xmpp:coven@chat.shakespeare.example?join;password=cauldronburn", "coven@chat.shakespeare.example", "join" },
    { "xmpp:romeo@montague.example?mess%61ge#part", "romeo@montague.example", "message" },
    { "xmpp:pubsub.shakespeare.example?;node=the-coven-node", "pubsub.shakespeare.example", NULL },
    { "xmpp:romeo@montague.example?omemo-sid-123=abc;omemo-sid-4=def", "romeo@montague.example", NULL },
    { "xmpp:romeo@montague.example?что", "romeo@montague.example", "что" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_values (void)
{
  const char *message = "xmpp:romeo@montague.example?message;subject=Test%20Message;body=Here%27s%20a%20test%20message";

  check_value (message, "subject", "Test Message");
  check_value (message, "body", "Here's a test message");
  check_value (message, "Body", NULL);
  check_value (message, "thread", NULL);
  check_value ("xmpp:romeo@montague.example?roster;name=Romeo%20Montague;group=Friends", "group", "Friends");
  check_value ("xmpp:romeo@montague.example?roster;preauth=1tMF;name=Romeo+Montague", "name", "Romeo+Montague");
  check_value ("xmpp:coven@chat.shakespeare.example?invite;jid=hecate@shakespeare.example;jid=bard@shakespeare.example",
               "jid", "hecate@shakespeare.example");
  check_value ("xmpp:romeo@montague.example?omemo-sid-123=abc;omemo-sid-4=def", "omemo-sid-123", "abc");
  check_value ("xmpp:romeo@montague.example?message;body=a=b", "body", "a=b");
  check_value ("xmpp:romeo@montague.example?message;body=a%3Bb%23c%26d", "body", "a;b#c&d");
  check_value ("xmpp:romeo@montague.example?message;body=one%0D%0Atwo", "body", "one\r\ntwo");
  check_value ("xmpp:romeo@montague.example?message;body=", "body", "");
  check_value ("xmpp:romeo@montague.example?message;body=%25%32%30", "body", "%20");
  check_value ("xmpp:romeo@montague.example?message;;body=x;", "body", "x");
  check_value ("xmpp:romeo@montague.example?message;body=x#;body=y", "body", "x");
  check_value ("xmpp:romeo@montague.example#?message;body=x", "body", NULL);
}

static void
test_not_xmpp (void)
{
  static const char *const texts[] = {
    NULL, "", "x", "xmpp", "romeo@montague.example", "https://montague.example/", "xmppx:romeo@montague.example",
    " xmpp:romeo@montague.example", "javascript:alert(1)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_refused (texts[i], XMPP_URI_ERROR_NOT_XMPP);
}

/* A delimiter that is encoded must not move the border between the parts: this would be another address than the one
 * that is read in the link. */
static void
test_bad_addresses (void)
{
  static const char *const texts[] = {
    "xmpp:", "xmpp:?message", "xmpp:#", "xmpp:@", "xmpp:romeo@", "xmpp:@montague.example", "xmpp:/orchard",
    "xmpp:romeo@montague.example/", "xmpp://romeo@montague.example", "xmpp://", "xmpp:///", "xmpp://romeo@x.example/",
    "xmpp:romeo%40montague.example@capulet.example", "xmpp:romeo@montague.example%2Forchard",
    "xmpp:romeo%2F@montague.example", "xmpp:montague.example%40capulet.example", "xmpp:romeo@evil@montague.example",
    "xmpp:%20romeo@montague.example", "xmpp: romeo@montague.example", "xmpp:romeo@montague.example%20",
    "xmpp:ro meo@montague.example", "xmpp:romeo@mon tague.example", "xmpp:rom%3Ceo@montague.example",
    "xmpp:romeo@montague.example%0A", "xmpp:romeo@montague.example%09", "xmpp:romeo@..",
    "xmpp:romeo@montague.example/a%0Ab",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_refused (texts[i], XMPP_URI_ERROR_BAD_ADDRESS);
}

static void
test_bad_texts (void)
{
  static const char *const texts[] = {
    "xmpp:romeo%@montague.example", "xmpp:romeo%4@montague.example", "xmpp:romeo%zz@montague.example",
    "xmpp:romeo%00@montague.example", "xmpp:romeo@montague.example%00", "xmpp:romeo@montague.example/%00",
    "xmpp:romeo@montague.example?message;body=%00", "xmpp:romeo@montague.example?message;body=%1B%5B31m",
    "xmpp:romeo@montague.example?message;body=%7F", "xmpp:romeo@montague.example?message;body=%C2%85",
    "xmpp:romeo@montague.example?message;body=%FF", "xmpp:romeo@montague.example?message;body=%C0%80",
    "xmpp:romeo@montague.example?message;body=%ED%A0%80", "xmpp:romeo@montague.example?message;body=\xff",
    "xmpp:romeo@montague.example?message;body=%", "xmpp:romeo@montague.example?message;bo%dy=x",
    "xmpp:romeo@montague.example?mess%ge", "xmpp:romeo@montague.example?message;body=a\nb", "xmpp:ro\tmeo@x.example",
    "xmpp:rom\xc3@montague.example",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    check_refused (texts[i], XMPP_URI_ERROR_BAD_TEXT);
}

static void
test_bad_queries (void)
{
  check_refused ("xmpp:romeo@montague.example?message;body", XMPP_URI_ERROR_BAD_QUERY);
  check_refused ("xmpp:romeo@montague.example?message;=x", XMPP_URI_ERROR_BAD_QUERY);
  check_refused ("xmpp:romeo@montague.example?=x", XMPP_URI_ERROR_BAD_QUERY);
}

static char *
make_link (const char *repeated,
           guint       times)
{
  GString *text = g_string_new ("xmpp:romeo@montague.example?message");

  for (guint i = 0; i < times; i++)
    g_string_append (text, repeated);
  return g_string_free (text, FALSE);
}

static void
test_limits (void)
{
  g_autofree char *many = make_link (";a=b", 64);
  g_autofree char *too_many = make_link (";a=b", 65);
  g_autofree char *empty = make_link (";", 65);
  g_autofree char *long_one = make_link ("x", XMPP_URI_MAX_BYTES);
  g_autofree char *just = g_strndup (long_one, XMPP_URI_MAX_BYTES);
  g_autofree char *over = g_strndup (long_one, XMPP_URI_MAX_BYTES + 1);

  check_value (many, "a", "b");
  check_refused (too_many, XMPP_URI_ERROR_TOO_LONG);
  check_refused (empty, XMPP_URI_ERROR_TOO_LONG);
  check_value (just, "a", NULL);
  check_refused (over, XMPP_URI_ERROR_TOO_LONG);
  check_refused (long_one, XMPP_URI_ERROR_TOO_LONG);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uri/addresses", test_addresses);
  g_test_add_func ("/uri/actions", test_actions);
  g_test_add_func ("/uri/values", test_values);
  g_test_add_func ("/uri/not-xmpp", test_not_xmpp);
  g_test_add_func ("/uri/bad-addresses", test_bad_addresses);
  g_test_add_func ("/uri/bad-texts", test_bad_texts);
  g_test_add_func ("/uri/bad-queries", test_bad_queries);
  g_test_add_func ("/uri/limits", test_limits);

  return g_test_run ();
}
