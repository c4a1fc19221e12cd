/* The order in which a domain's SRV records are tried: priorities kept, weights drawn, both services as one. */

#include "xmpp-endpoints.h"

static GPtrArray *
endpoints_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_endpoint_free);
}

static void
add (GPtrArray  *endpoints,
     const char *host,
     guint16     port,
     guint16     priority,
     guint16     weight,
     gboolean    direct)
{
  GList *targets = g_list_append (NULL, g_srv_target_new (host, port, priority, weight));

  xmpp_endpoints_add (endpoints, targets, direct);
  g_resolver_free_targets (targets);
}

static const XmppEndpoint *
at (GPtrArray *endpoints,
    guint      index)
{
  return g_ptr_array_index (endpoints, index);
}

static void
test_priorities (void)
{
  g_autoptr (GPtrArray) endpoints = endpoints_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  add (endpoints, "third.example", 5222, 20, 100, FALSE);
  add (endpoints, "second.example", 5222, 10, 0, FALSE);
  add (endpoints, "first.example", 443, 5, 0, TRUE);
  add (endpoints, "fourth.example", 443, 30, 0, TRUE);
  xmpp_endpoints_order (endpoints, random);
  g_assert_cmpstr (at (endpoints, 0)->host, ==, "first.example");
  g_assert_true (at (endpoints, 0)->direct);
  g_assert_cmpuint (at (endpoints, 0)->port, ==, 443);
  g_assert_cmpstr (at (endpoints, 1)->host, ==, "second.example");
  g_assert_false (at (endpoints, 1)->direct);
  g_assert_cmpstr (at (endpoints, 2)->host, ==, "third.example");
  g_assert_cmpstr (at (endpoints, 3)->host, ==, "fourth.example");
}

/* Of weights 0, 10 and 30 in one priority, over both services: about a quarter and three quarters come first, and the
 * weightless one now and then. */
static void
test_weights (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint first[3] = { 0 };

  for (guint i = 0; i < 4000; i++) {
    g_autoptr (GPtrArray) endpoints = endpoints_new ();

    add (endpoints, "a", 1, 5, 30, FALSE);
    add (endpoints, "b", 1, 5, 0, FALSE);
    add (endpoints, "c", 1, 5, 10, TRUE);
    xmpp_endpoints_order (endpoints, random);
    g_assert_cmpuint (endpoints->len, ==, 3);
    first[at (endpoints, 0)->host[0] - 'a']++;
  }
  g_assert_cmpuint (first[0], >, 2700);
  g_assert_cmpuint (first[0], <, 3200);
  g_assert_cmpuint (first[2], >, 750);
  g_assert_cmpuint (first[2], <, 1200);
  g_assert_cmpuint (first[1], >, 20);
  g_assert_cmpuint (first[1], <, 250);
}

static void
test_extremes (void)
{
  g_autoptr (GPtrArray) endpoints = endpoints_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  xmpp_endpoints_order (endpoints, random);
  g_assert_cmpuint (endpoints->len, ==, 0);

  add (endpoints, "", 5222, 0, 0, FALSE);
  add (endpoints, ".", 5222, 0, 0, TRUE);
  add (endpoints, "host.example", 0, 0, 0, TRUE);
  g_assert_cmpuint (endpoints->len, ==, 0);

  for (guint i = 0; i < 3000; i++)
    add (endpoints, "many.example", 5222, i % 2 == 0 ? 0 : 65535, 65535, FALSE);
  xmpp_endpoints_order (endpoints, random);
  g_assert_cmpuint (endpoints->len, ==, XMPP_ENDPOINTS_MAX);
  g_assert_cmpuint (at (endpoints, XMPP_ENDPOINTS_MAX - 1)->priority, ==, 0);
}

/* A place that a server names (RFC 6120 §4.9.3.19), or something else that it says. */
static void
test_parse (void)
{
  static const struct {
    const char *text;
    const char *host;   /* NULL: no place */
    guint16     port;
  } cases[] = {
    { "node7.example", "node7.example", 5222 },
    { "node7.example:5299", "node7.example", 5299 },
    { "192.0.2.7:1", "192.0.2.7", 1 },
    { "[2001:db8::7]", "2001:db8::7", 5222 },
    { "[2001:db8::7]:9222", "2001:db8::7", 9222 },
    { "b\u00fccher.example:65535", "b\u00fccher.example", 65535 },
    { "" }, { ":" }, { ":5222" }, { "host:" }, { "host:0" }, { "host:65536" }, { "host:-1" }, { "host: 5" }, { "host:xmpp" },
    { "host:5222:5222" }, { "2001:db8::7" }, { "[]" }, { "[" }, { "[host]:5" }, { "[::1" }, { "[::1]5" }, { "[::1]:" },
    { "a b" }, { "a/b:5" }, { "a@b" }, { "a%b" }, { "a\nb" }, { "-a" }, { ".a" }, { "a?b" }, { "a_b" },
  };
  g_autofree char *long_name = g_strnfill (5000, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    XmppEndpoint *endpoint = xmpp_endpoint_parse (cases[i].text, 5222);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (endpoint != NULL, ==, cases[i].host != NULL);
    if (endpoint != NULL) {
      g_assert_cmpstr (endpoint->host, ==, cases[i].host);
      g_assert_cmpuint (endpoint->port, ==, cases[i].port);
      g_assert_false (endpoint->direct);
    }
    g_clear_pointer (&endpoint, xmpp_endpoint_free);
  }
  g_assert_null (xmpp_endpoint_parse (long_name, 5222));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoints/priorities", test_priorities);
  g_test_add_func ("/endpoints/weights", test_weights);
  g_test_add_func ("/endpoints/extremes", test_extremes);
  g_test_add_func ("/endpoints/parse", test_parse);
  return g_test_run ();
}
