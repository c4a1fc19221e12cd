/* Result sets: what is asked for, and what of the answer is believed. */
#include "xep-0059-rsm.h"

static void
assert_written (XmppRsmAsk  ask,
                const char *wanted)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", "urn:test");
  g_autofree char *text = NULL;

  xmpp_rsm_write (query, &ask);
  text = xmpp_node_to_string (query);
  g_assert_cmpstr (text, ==, wanted);
}

static void
write_set (void)
{
#define SET(inside) "<query xmlns='urn:test'><set xmlns='" NS_RSM "'>" inside "</set></query>"
  assert_written ((XmppRsmAsk) { 50, NULL, NULL }, SET ("<max>50</max>"));
  assert_written ((XmppRsmAsk) { 0, NULL, NULL }, SET ("<max>0</max>"));
  assert_written ((XmppRsmAsk) { 50, "", NULL }, SET ("<max>50</max><before/>"));
  assert_written ((XmppRsmAsk) { 50, "28482-<&", NULL }, SET ("<max>50</max><before>28482-&lt;&amp;</before>"));
  assert_written ((XmppRsmAsk) { 50, NULL, "28482" }, SET ("<max>50</max><after>28482</after>"));
  assert_written ((XmppRsmAsk) { 50, "a", "b" }, SET ("<max>50</max><before>a</before>"));
#undef SET
}

/* An answer with these texts in its <set/>; NULL: no such element. */
static XmppNode *
answer (const char *first,
        const char *last,
        const char *count)
{
  XmppNode *fin = xmpp_node_new ("fin", "urn:test");
  XmppNode *set = xmpp_node_add (fin, "set", NS_RSM);

  if (first != NULL)
    xmpp_node_set (xmpp_node_add_text (set, "first", NULL, first), "index", "0");
  if (last != NULL)
    xmpp_node_add_text (set, "last", NULL, last);
  if (count != NULL)
    xmpp_node_add_text (set, "count", NULL, count);
  return fin;
}

static void
assert_read (const char *first,
             const char *last,
             const char *count,
             const char *wanted_first,
             const char *wanted_last,
             gint64      wanted_count)
{
  g_autoptr (XmppNode) fin = answer (first, last, count);
  XmppRsmPage page;

  g_assert_true (xmpp_rsm_read (fin, &page));
  g_assert_cmpstr (page.first, ==, wanted_first);
  g_assert_cmpstr (page.last, ==, wanted_last);
  g_assert_cmpint (page.count, ==, wanted_count);
  xmpp_rsm_page_clear (&page);
  g_assert_null (page.first);
  xmpp_rsm_page_clear (&page);
}

static void
read_set (void)
{
  static const char *const counts[] = {
    "", " ", "-1", "+1", "1.0", "1e3", "0x10", "4294967296", "18446744073709551616", "many", "1 ", "\331\241",
  };
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autofree char *too_long = g_strnfill (1025, 'x');

  assert_read ("a", "b", "17", "a", "b", 17);
  assert_read (NULL, NULL, "0", NULL, NULL, 0);
  assert_read ("a", NULL, NULL, "a", NULL, -1);
  assert_read ("", "", "4294967295", NULL, NULL, G_MAXUINT32);
  assert_read (longest, too_long, NULL, longest, NULL, -1);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    assert_read ("a", "b", counts[i], "a", "b", -1);
}

static void
no_set (void)
{
  g_autoptr (XmppNode) fin = xmpp_node_new ("fin", "urn:test");
  XmppRsmPage page = { (char *) 1, (char *) 1, 1 };

  xmpp_node_add_text (xmpp_node_add (fin, "set", "urn:other"), "first", NS_RSM, "a");
  g_assert_false (xmpp_rsm_read (fin, &page));
  g_assert_null (page.first);
  g_assert_null (page.last);
  g_assert_cmpint (page.count, ==, -1);
  xmpp_rsm_page_clear (&page);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rsm/write", write_set);
  g_test_add_func ("/rsm/read", read_set);
  g_test_add_func ("/rsm/no-set", no_set);
  return g_test_run ();
}
