/* Digests against published ones, and identifiers that do not repeat. */
#include <string.h>

#include "crypto-hash.h"

/* FIPS 180-4 and FIPS 202 examples: of "abc". */
static void
test_digests (void)
{
  static const struct {
    const char *name, *hex;
  } cases[] = {
    { "sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { "sha-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "sha-512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
    { "sha3-256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
    { "sha3-512", "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
                  "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0" },
  };
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) digest = crypto_hash_digest (cases[i].name, abc);
    g_autoptr (GString) hex = g_string_new (NULL);
    gsize length;
    const guint8 *bytes = g_bytes_get_data (digest, &length);

    for (gsize k = 0; k < length; k++)
      g_string_append_printf (hex, "%02x", bytes[k]);
    g_assert_cmpstr (hex->str, ==, cases[i].hex);
  }
}

static void
test_unknown (void)
{
  static const char *const names[] = { NULL, "", "md5", "SHA-1", "sha1", "sha-224", "blake2b-256" };
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_assert_null (crypto_hash_digest (names[i], abc));
    g_assert_null (crypto_hash_base64 (names[i], "abc", 3));
  }
}

/* The "simple" example of XEP-0115 §5.2. */
static void
test_base64 (void)
{
  static const char text[] = "client/pc//Exodus 0.9.1<http://jabber.org/protocol/caps<"
                             "http://jabber.org/protocol/disco#info<http://jabber.org/protocol/disco#items<"
                             "http://jabber.org/protocol/muc<";
  g_autofree char *whole = crypto_hash_base64 ("sha-1", text, -1);
  g_autofree char *empty = crypto_hash_base64 ("sha-1", text, 0);

  g_assert_cmpstr (whole, ==, "QgayPKawpkPSDYmwT/WM94uAlu0=");
  g_assert_cmpstr (empty, ==, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
}

static void
test_random (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint8 bytes[4096] = { 0 };
  guint n_of_each[256] = { 0 };

  for (int i = 0; i < 1000; i++) {
    char *id = crypto_random_id ();

    g_assert_cmpuint (strlen (id), ==, 24);
    for (const char *p = id; *p != '\0'; p++)
      g_assert_true (g_ascii_isalnum (*p) || *p == '-' || *p == '_');
    g_assert_true (g_hash_table_add (seen, id));
  }

  /* Expected are 16 of each; 80 has a chance below 2⁻¹⁰⁰. */
  crypto_random (bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_assert_cmpuint (++n_of_each[bytes[i]], <, 80);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/hash/digests", test_digests);
  g_test_add_func ("/hash/unknown", test_unknown);
  g_test_add_func ("/hash/base64", test_base64);
  g_test_add_func ("/hash/random", test_random);

  return g_test_run ();
}
