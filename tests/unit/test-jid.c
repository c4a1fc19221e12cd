/* Addresses: the examples of RFC 7622 §3.5, what servers send, and what people type. */
#include <locale.h>
#include <string.h>

#include "xmpp-jid.h"

typedef struct {
  const char *text;
  const char *normal;   /* NULL: refused */
} Case;

static void
check (XmppJid   *(*parse) (const char *, GError **),
       const Case *cases,
       gsize       n_cases)
{
  for (gsize i = 0; i < n_cases; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppJid) jid = parse (cases[i].text, &error);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (jid != NULL ? xmpp_jid_get_text (jid) : NULL, ==, cases[i].normal);
    if (jid == NULL)
      g_assert_true (error->domain == XMPP_JID_ERROR);
    else
      g_assert_no_error (error);
  }
}

static void
test_rfc_good (void)
{
  static const Case cases[] = {
    { "juliet@example.com", "juliet@example.com" },
    { "juliet@example.com/foo", "juliet@example.com/foo" },
    { "juliet@example.com/foo bar", "juliet@example.com/foo bar" },
    { "juliet@example.com/foo@bar", "juliet@example.com/foo@bar" },
    { "foo\\20bar@example.com", "foo\\20bar@example.com" },
    { "fussball@example.com", "fussball@example.com" },
    { "fußball@example.com", "fußball@example.com" },
    { "π@example.com", "π@example.com" },
    { "Σ@example.com/foo", "σ@example.com/foo" },
    { "ς@example.com/foo", "ς@example.com/foo" },
    { "king@example.com/♚", "king@example.com/♚" },
    { "example.com", "example.com" },
    { "example.com/foobar", "example.com/foobar" },
    { "a.example.com/b@example.net", "a.example.com/b@example.net" },
  };

  check (xmpp_jid_new, cases, G_N_ELEMENTS (cases));
  check (xmpp_jid_new_typed, cases, G_N_ELEMENTS (cases));
}

static void
test_rfc_bad (void)
{
  static const Case cases[] = {
    { "\"juliet\"@example.com", NULL }, { "foo bar@example.com", NULL }, { "juliet@example.com/ foo", NULL },
    { "@example.com/", NULL },          { "henryⅣ@example.com", NULL },  { "♚@example.com", NULL },
    { "juliet@", NULL },                { "/foobar", NULL },
  };

  check (xmpp_jid_new_typed, cases, G_N_ELEMENTS (cases));
}

static void
test_typed (void)
{
  static const Case cases[] = {
    { " Romeo@Montague.Example\n", "romeo@montague.example" },
    { "ROMEO@MONTAGUE.EXAMPLE/Orchard", "romeo@montague.example/Orchard" },
    { "romeo@montague.example.", "romeo@montague.example" },
    { "İ@capulet.example", "i̇@capulet.example" },
    { "ｒｏｍｅｏ@montague.example", "romeo@montague.example" },
    { "e\xcc\x81tienne@montague.example", "\xc3\xa9tienne@montague.example" },
    { "romeo@BÜCHER.example", "romeo@bücher.example" },
    { "romeo@xn--bcher-kva.example", "romeo@bücher.example" },
    { "romeo@faß.example", "romeo@faß.example" },
    { "romeo@ex。test", "romeo@ex.test" },
    { "romeo@192.0.2.1", "romeo@192.0.2.1" },
    { "romeo@[2001:DB8:0::1]", "romeo@[2001:db8::1]" },
    { "שלום@montague.example", "שלום@montague.example" },
    { "juliet@capulet.example/\xc2\xa0x", "juliet@capulet.example/ x" },
    { "col·laborar@capulet.example", "col·laborar@capulet.example" },
    { "ro·meo@capulet.example", NULL },             /* the dot has its place between two "l" alone */
    { "", NULL },
    { "   ", NULL },
    { "romeo@@montague.example", NULL },
    { "romeo@montague@example", NULL },
    { "romeo@montague.example/", NULL },
    { "romeo@", NULL },
    { "@montague.example", NULL },
    { "romeo@.", NULL },
    { "romeo@mon tague.example", NULL },
    { "romeo@mon_tague.example", NULL },
    { "romeo@-montague.example", NULL },
    { "romeo@montague..example", NULL },
    { "romeo@😀.example", NULL },
    { "romeo@[::1", NULL },
    { "romeo@[montague.example]", NULL },
    { "romeo@[192.0.2.1]", NULL },
    { "ro'meo@montague.example", NULL },
    { "ro<meo@montague.example", NULL },
    { "ro:meo@montague.example", NULL },
    { "ro\xc2\xadmeo@montague.example", NULL },     /* soft hyphen */
    { "ro\xe2\x80\x8bmeo@montague.example", NULL }, /* space without width */
    { "ro\xe2\x80\xaemeo@montague.example", NULL }, /* override of direction */
    { "ﬁlippo@montague.example", NULL },            /* a ligature */
    { "שלוםa@montague.example", NULL },             /* both directions */
    { "٣۳@montague.example", NULL },                /* two kinds of Arabic digits */
    { "romeo\x01@montague.example", NULL },
    { "romeo@montague.example/a\tb", NULL },
    { "romeo@montague.example/a\x7f", NULL },
    { "romeo\xff@montague.example", NULL },
  };

  check (xmpp_jid_new_typed, cases, G_N_ELEMENTS (cases));
}

/* Other software has other rules; what it made must come back to it as it is. */
static void
test_received (void)
{
  static const Case cases[] = {
    { "Romeo@Montague.Example/Orchard", "romeo@montague.example/Orchard" },
    { "♚@montague.example", "♚@montague.example" },
    { "henryⅣ@montague.example", "henryⅣ@montague.example" },
    { "chat@room_1.example", "chat@room_1.example" },
    { "juliet@capulet.example/ foo", "juliet@capulet.example/ foo" },
    { "juliet@capulet.example/👩‍👧", "juliet@capulet.example/👩‍👧" },
    { "tea@muc.capulet.example/a/b@c", "tea@muc.capulet.example/a/b@c" },
    { "romeo@😀.example", "romeo@😀.example" },
    { "montague.example.", "montague.example" },
    { "romeo@montague@example", NULL },
    { "@montague.example", NULL },
    { "romeo@", NULL },
    { "romeo@/orchard", NULL },
    { "romeo@montague.example/", NULL },
    { "/", NULL },
    { "@", NULL },
    { "", NULL },
    { NULL, NULL },
    { "ro\nmeo@montague.example", NULL },
    { "romeo@mon\x01tague.example", NULL },
    { "romeo@montague.example/\x01", NULL },
    { "romeo@montague.example/\xc2\x85", NULL },
    { "romeo\xc3@montague.example", NULL },
    { "romeo@montague.example/\xed\xa0\x80", NULL },
  };

  check (xmpp_jid_new, cases, G_N_ELEMENTS (cases));
}

static void
assert_code (const char   *text,
             XmppJidError  code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_jid_new_typed (text, &error));
  g_assert_error (error, XMPP_JID_ERROR, (int) code);
}

static void
test_codes (void)
{
  assert_code (NULL, XMPP_JID_ERROR_EMPTY);
  assert_code (" ", XMPP_JID_ERROR_EMPTY);
  assert_code ("ro meo@montague.example", XMPP_JID_ERROR_BAD_LOCAL);
  assert_code ("@montague.example", XMPP_JID_ERROR_BAD_LOCAL);
  assert_code ("romeo@", XMPP_JID_ERROR_BAD_DOMAIN);
  assert_code ("romeo@a..b", XMPP_JID_ERROR_BAD_DOMAIN);
  assert_code ("romeo@montague.example/", XMPP_JID_ERROR_BAD_RESOURCE);
}

static char *
with_parts (gsize local,
            gsize domain,
            gsize resource)
{
  g_autofree char *a = g_strnfill (local, 'a'), *b = g_strnfill (domain, 'b'), *c = g_strnfill (resource, 'c');

  return g_strconcat (a, "@", b, "/", c, NULL);
}

static void
test_length (void)
{
  static const struct {
    gsize    local, domain, resource;
    gboolean is_good;
  } cases[] = {
    { 1023, 9, 1023, TRUE },
    { 1024, 9, 1, FALSE },
    { 1, 9, 1024, FALSE },
    { 1, 1023, 1, TRUE },
    { 1, 1024, 1, FALSE },
    { 5000000, 9, 1, FALSE },
    { 1, 5000000, 1, FALSE },
    { 1, 9, 5000000, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = with_parts (cases[i].local, cases[i].domain, cases[i].resource);
    g_autoptr (GError) error = NULL;
    g_autoptr (XmppJid) jid = xmpp_jid_new (text, &error);

    g_assert_cmpint (jid != NULL, ==, cases[i].is_good);
    if (jid == NULL)
      g_assert_error (error, XMPP_JID_ERROR, XMPP_JID_ERROR_TOO_LONG);
  }
}

static void
test_parts (void)
{
  g_autoptr (XmppJid) full = xmpp_jid_new ("romeo@bücher.example/orchard", NULL);
  XmppJid *bare = xmpp_jid_get_bare (full);
  XmppJid *server = xmpp_jid_get_server (full);
  g_autofree char *ascii = xmpp_jid_ascii_domain (full);

  g_assert_cmpstr (xmpp_jid_get_local (full), ==, "romeo");
  g_assert_cmpstr (xmpp_jid_get_domain (full), ==, "bücher.example");
  g_assert_cmpstr (xmpp_jid_get_resource (full), ==, "orchard");
  g_assert_cmpstr (ascii, ==, "xn--bcher-kva.example");
  g_assert_false (xmpp_jid_is_bare (full));

  g_assert_cmpstr (xmpp_jid_get_text (bare), ==, "romeo@bücher.example");
  g_assert_cmpstr (xmpp_jid_get_local (bare), ==, "romeo");
  g_assert_null (xmpp_jid_get_resource (bare));
  g_assert_true (xmpp_jid_is_bare (bare));
  g_assert_true (xmpp_jid_get_bare (bare) == bare);

  g_assert_cmpstr (xmpp_jid_get_text (server), ==, "bücher.example");
  g_assert_null (xmpp_jid_get_local (server));
  g_assert_true (xmpp_jid_is_bare (server));
  g_assert_true (xmpp_jid_get_server (bare) == server);
  g_assert_true (xmpp_jid_get_server (server) == server);

  {
    g_autoptr (XmppJid) on_server = xmpp_jid_new ("capulet.example/announce", NULL);

    g_assert_null (xmpp_jid_get_local (on_server));
    g_assert_cmpstr (xmpp_jid_get_resource (on_server), ==, "announce");
    g_assert_true (xmpp_jid_get_bare (on_server) == xmpp_jid_get_server (on_server));
  }
}

/* The bare address stays when the full one goes. */
static void
test_sharing (void)
{
  XmppJid *full = xmpp_jid_new ("romeo@montague.example/orchard", NULL);
  g_autoptr (XmppJid) bare = xmpp_jid_ref (xmpp_jid_get_bare (full));
  g_autoptr (XmppJid) other = xmpp_jid_with_resource (bare, "balcony", NULL);
  g_autoptr (XmppJid) again = xmpp_jid_with_resource (full, "garden", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (xmpp_jid_get_bare (other) == bare);
  g_assert_true (xmpp_jid_get_bare (again) == bare);
  g_assert_cmpstr (xmpp_jid_get_text (again), ==, "romeo@montague.example/garden");
  xmpp_jid_unref (full);
  g_assert_cmpstr (xmpp_jid_get_text (bare), ==, "romeo@montague.example");

  g_assert_null (xmpp_jid_with_resource (bare, "", &error));
  g_assert_error (error, XMPP_JID_ERROR, XMPP_JID_ERROR_BAD_RESOURCE);
}

static void
test_equal (void)
{
  g_autoptr (XmppJid) full = xmpp_jid_new ("Romeo@montague.example/orchard", NULL);
  g_autoptr (XmppJid) same = xmpp_jid_new ("romeo@MONTAGUE.example/orchard", NULL);
  g_autoptr (XmppJid) other = xmpp_jid_new ("romeo@montague.example/Orchard", NULL);
  g_autoptr (XmppJid) stranger = xmpp_jid_new ("rοmeo@montague.example", NULL);   /* with a Greek omicron */
  g_autoptr (XmppJid) bare = xmpp_jid_new ("romeo@montague.example", NULL);

  g_assert_true (xmpp_jid_equal (full, same));
  g_assert_cmpuint (xmpp_jid_hash (full), ==, xmpp_jid_hash (same));
  g_assert_false (xmpp_jid_equal (full, other));
  g_assert_true (xmpp_jid_equal_bare (full, other));
  g_assert_true (xmpp_jid_equal_bare (full, bare));
  g_assert_false (xmpp_jid_equal (full, bare));
  g_assert_false (xmpp_jid_equal_bare (bare, stranger));
  g_assert_true (xmpp_jid_equal (NULL, NULL));
  g_assert_true (xmpp_jid_equal_bare (NULL, NULL));
  g_assert_false (xmpp_jid_equal (NULL, bare));
  g_assert_false (xmpp_jid_equal_bare (bare, NULL));
}

static void
test_matches (void)
{
  g_autoptr (XmppJid) full = xmpp_jid_new ("romeo@montague.example/orchard", NULL);
  g_autoptr (XmppJid) bare = xmpp_jid_new ("Romeo@montague.example", NULL);

  g_assert_true (xmpp_jid_matches (full, "romeo@montague.example/orchard"));
  g_assert_true (xmpp_jid_matches (full, "Romeo@MONTAGUE.example/orchard"));
  g_assert_false (xmpp_jid_matches (full, "romeo@montague.example/Orchard"));
  g_assert_false (xmpp_jid_matches (full, "romeo@montague.example"));
  g_assert_true (xmpp_jid_matches (bare, "romeo@montague.example"));
  g_assert_true (xmpp_jid_matches (bare, "ROMEO@montague.example"));
  g_assert_false (xmpp_jid_matches (bare, "romeo@montague.example/orchard"));
  g_assert_false (xmpp_jid_matches (bare, "romeo@montague.example/"));
  g_assert_false (xmpp_jid_matches (bare, "montague.example"));
  g_assert_false (xmpp_jid_matches (bare, "rοmeo@montague.example"));   /* with a Greek omicron */
  g_assert_false (xmpp_jid_matches (bare, ""));
  g_assert_false (xmpp_jid_matches (bare, "@"));
  g_assert_false (xmpp_jid_matches (bare, NULL));
  g_assert_false (xmpp_jid_matches (NULL, "romeo@montague.example"));
  g_assert_false (xmpp_jid_matches (NULL, NULL));
}

static void
test_ascii_domain (void)
{
  static const struct {
    const char *jid, *ascii;
  } cases[] = {
    { "romeo@montague.example", "montague.example" }, { "romeo@faß.example", "xn--fa-hia.example" },
    { "romeo@[2001:db8::1]", "2001:db8::1" },         { "romeo@192.0.2.1", "192.0.2.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppJid) jid = xmpp_jid_new (cases[i].jid, NULL);
    g_autofree char *ascii = xmpp_jid_ascii_domain (jid);

    g_assert_cmpstr (ascii, ==, cases[i].ascii);
  }
}

/* A domain that needs no mapping is the one that its capitals are mapped to, and refused where they are. */
static void
test_plain_domain (void)
{
  static const char *const pieces[] = { "a", "b", "7", "-", "--", ".", "x", "xn", "romeo", "sixteen-letters-" };

  for (int i = 0; i < 20000; i++) {
    g_autoptr (GString) plain = g_string_new ("q");
    g_autofree char *capitals = NULL;
    g_autoptr (XmppJid) jid = NULL, mapped = NULL;

    for (int n = g_test_rand_int_range (1, 24); n > 0; n--)
      g_string_append (plain, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    capitals = g_ascii_strup (plain->str, -1);
    jid = xmpp_jid_new_typed (plain->str, NULL);
    mapped = xmpp_jid_new_typed (capitals, NULL);
    g_test_message ("%s", plain->str);
    g_assert_cmpstr (jid != NULL ? xmpp_jid_get_text (jid) : NULL, ==,
                     mapped != NULL ? xmpp_jid_get_text (mapped) : NULL);
  }
}

/* Whatever comes, an accepted address is one that is accepted again and stays the same. */
static void
test_random (void)
{
  static const char *const pieces[] = {
    "a", "@", "/", ".", "ß", "Σ", "İ", "😀", "[", "]", ":", " ", "\xcc\x81", "-", "ＡＢ", "1",
  };

  for (int i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (XmppJid) jid = NULL;

    for (int n = g_test_rand_int_range (1, 10); n > 0; n--)
      g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    jid = (i % 2 != 0 ? xmpp_jid_new : xmpp_jid_new_typed) (text->str, NULL);
    if (jid != NULL) {
      g_autoptr (XmppJid) again = xmpp_jid_new (xmpp_jid_get_text (jid), NULL);
      g_autofree char *ascii = xmpp_jid_ascii_domain (jid);

      g_assert_cmpstr (xmpp_jid_get_text (jid), ==, again != NULL ? xmpp_jid_get_text (again) : text->str);
      g_assert_cmpint (strlen (ascii), >, 0);
    }
  }
}

static void
test_old_spelling (void)
{
  static const Case cases[] = {
    { "fußball@example.com", "fussball@example.com" },
    { "ﬀ@example.com/x", "ff@example.com" },
    { "romeo@example.com", "romeo@example.com" },
    { "example.com", "example.com" },
    /* Parts that cannot be prepared are kept as they are, also by this: "／" is no "/", nor "＠" an "@". */
    { "romeo／x♚@example.com", "romeo／x♚@example.com" },
    { "romeo＠evil.example♚@example.com", "romeo＠evil.example♚@example.com" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppJid) jid = xmpp_jid_new (cases[i].text, NULL);
    g_autoptr (XmppJid) old = xmpp_jid_old_spelling (jid);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (xmpp_jid_get_text (old), ==, cases[i].normal);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jid/rfc-good", test_rfc_good);
  g_test_add_func ("/jid/rfc-bad", test_rfc_bad);
  g_test_add_func ("/jid/typed", test_typed);
  g_test_add_func ("/jid/received", test_received);
  g_test_add_func ("/jid/codes", test_codes);
  g_test_add_func ("/jid/length", test_length);
  g_test_add_func ("/jid/parts", test_parts);
  g_test_add_func ("/jid/sharing", test_sharing);
  g_test_add_func ("/jid/equal", test_equal);
  g_test_add_func ("/jid/matches", test_matches);
  g_test_add_func ("/jid/ascii-domain", test_ascii_domain);
  g_test_add_func ("/jid/plain-domain", test_plain_domain);
  g_test_add_func ("/jid/old-spelling", test_old_spelling);
  g_test_add_func ("/jid/random", test_random);

  return g_test_run ();
}
