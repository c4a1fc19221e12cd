/* SCRAM: the vectors of the RFCs, others computed independently, and servers that cheat. */
#include <locale.h>
#include <string.h>

#include "crypto-scram.h"

/* RFC 5802 §5, RFC 7677 §3; then, computed with another implementation: SHA-512, a bound channel with a name and a
 * password that need preparation, and the flag "y". */
typedef struct {
  CryptoScramHash hash;
  const char *name, *password, *gs2_header;
  gboolean    is_bound;   /* to the bytes 0 … 31 */
  const char *nonce;
  const char *client_first, *server_first, *client_final, *server_final;
} Vector;

static const Vector vectors[] = {
  { CRYPTO_SCRAM_SHA1, "user", "pencil", "n,,", FALSE, "fyko+d2lbbFgONRv9qkxdawL",
    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
  { CRYPTO_SCRAM_SHA256, "user", "pencil", "n,,", FALSE, "rOprNGfwEbeRWgbNEkqO",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
  { CRYPTO_SCRAM_SHA512, "user", "pencil", "n,,", FALSE, "rOprNGfwEbeRWgbNEkqO",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
    "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==" },
  { CRYPTO_SCRAM_SHA256, "ro=me,o", "ro\xcc\x81meo\xe3\x80\x80\xc3\xa9", "p=tls-exporter,,", TRUE, "clientnonce",
    "p=tls-exporter,,n=ro=3Dme=2Co,r=clientnonce",
    "r=clientnonceservernonce,s=c2FsdCBvZiB2ZXJvbmEhIQ==,i=10000",
    "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=clientnonceservernonce,"
    "p=izNpOycbs3UYFKzdR6NBK4Onn1YAzH5gcMUU7f8ZyRI=",
    "v=ww7Je4RQ4F0hAG33YIUYCuAg7lL4CVegwwf5nDzZ3wU=" },
  { CRYPTO_SCRAM_SHA1, "user", "pencil", "y,,", FALSE, "fyko+d2lbbFgONRv9qkxdawL",
    "y,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=BjZF5dV+EkD3YCb3pH3IP8riMGw=",
    "v=dsprQ5R2AGYt1kn4bQRwTAE0PTU=" },
};

static CryptoScram *
begin (const Vector *vector)
{
  g_autoptr (GByteArray) channel = g_byte_array_new ();
  g_autoptr (GBytes) binding = NULL;

  for (guint8 i = 0; i < 32; i++)
    g_byte_array_append (channel, &i, 1);
  binding = vector->is_bound ? g_bytes_new (channel->data, channel->len) : NULL;

  return crypto_scram_new (vector->hash, vector->name, vector->password, vector->gs2_header, binding, vector->nonce);
}

/* Goes on until the server's proof is what comes next. */
static CryptoScram *
prove (const Vector *vector)
{
  g_autoptr (CryptoScram) scram = begin (vector);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = crypto_scram_client_first (scram);
  g_autofree char *final = NULL;
  g_autoptr (GBytes) salted = NULL;

  g_assert_cmpstr (first, ==, vector->client_first);
  g_assert_true (crypto_scram_server_first (scram, vector->server_first, &error));
  g_assert_no_error (error);
  salted = crypto_scram_salt (scram, &error);
  g_assert_no_error (error);
  final = crypto_scram_client_final (scram, salted);
  g_assert_cmpstr (final, ==, vector->client_final);

  return g_steal_pointer (&scram);
}

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autoptr (CryptoScram) scram = prove (&vectors[i]);
    g_autoptr (GError) error = NULL;

    g_assert_true (crypto_scram_server_final (scram, vectors[i].server_final, &error));
    g_assert_no_error (error);
  }
}

static void
assert_refused (const char       *server_first,
                CryptoScramError  code)
{
  g_autoptr (CryptoScram) scram =
      crypto_scram_new (CRYPTO_SCRAM_SHA256, "romeo", "pencil", "n,,", NULL, "clientnonce");
  g_autofree char *first = crypto_scram_client_first (scram);
  g_autoptr (GError) error = NULL;

  g_test_message ("%.200s", server_first);
  g_assert_nonnull (first);
  g_assert_false (crypto_scram_server_first (scram, server_first, &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, (int) code);
}

static void
test_bad_messages (void)
{
  static const char *const messages[] = {
    "",
    "junk",
    "r=",
    "r=clientnoncex",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92",
    "r=clientnoncex,i=4096,s=QSXCR+Q6sek8bf92",
    "s=QSXCR+Q6sek8bf92,r=clientnoncex,i=4096",
    "r=clientnoncex,s=,i=4096",
    "r=clientnoncex,s=!!!!,i=4096",
    "r=clientnoncex,s=QSXCR+Q6sek8bf9,i=4096",
    "r=clientnoncex,s=QSXC R+Q6sek8bf92,i=4096",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4096x",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i= 4096",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=+4096",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=04096",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=-1",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=0",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=0x1000",
    "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=99999999999999999999",
    "e=other-error",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
  };
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *huge = g_strdup_printf ("r=clientnonce%s,s=QSXCR+Q6sek8bf92,i=4096", filler);

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    assert_refused (messages[i], CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
  assert_refused (huge, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
}

static void
test_bad_nonce (void)
{
  assert_refused ("r=clientnonce,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=clientnonc,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=servernonce,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=xclientnonce,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=Clientnoncex,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=clientnonce x,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=clientnonce\x01,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
  assert_refused ("r=clientnonceé,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_BAD_NONCE);
}

/* Too few give the password away to who listens at the next server; too many, or none, stop or kill the client. */
static void
test_iterations (void)
{
  g_autoptr (CryptoScram) scram =
      crypto_scram_new (CRYPTO_SCRAM_SHA256, "romeo", "pencil", "n,,", NULL, "clientnonce");
  g_autofree char *first = crypto_scram_client_first (scram);

  assert_refused ("r=clientnoncex,s=QSXCR+Q6sek8bf92,i=1", CRYPTO_SCRAM_ERROR_ITERATIONS);
  assert_refused ("r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4095", CRYPTO_SCRAM_ERROR_ITERATIONS);
  assert_refused ("r=clientnoncex,s=QSXCR+Q6sek8bf92,i=1000001", CRYPTO_SCRAM_ERROR_ITERATIONS);
  assert_refused ("r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4294967295", CRYPTO_SCRAM_ERROR_ITERATIONS);

  g_assert_nonnull (first);
  g_assert_true (crypto_scram_server_first (scram, "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=1000000", NULL));
}

/* The example of XEP-0474 §5.3, and what comes of it when the offer was another one. */
static void
test_offer (void)
{
  static const struct {
    const char *offer;   /* (nullable) nothing is compared */
    const char *end;
    int         code;    /* -1: it may be answered */
    gboolean    is_signed;
  } rows[] = {
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point",
      ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", -1, TRUE },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point",
      ",x=1,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=,d=2", -1, TRUE },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point", "", -1, FALSE },
    { NULL, ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", -1, FALSE },
    { "SCRAM-SHA-1", ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", CRYPTO_SCRAM_ERROR_OFFER, FALSE },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS", ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", CRYPTO_SCRAM_ERROR_OFFER, FALSE },
    { "SCRAM-SHA-1", ",h=", CRYPTO_SCRAM_ERROR_OFFER, FALSE },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point",
      ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=,h=AAAA", CRYPTO_SCRAM_ERROR_OFFER, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (CryptoScram) scram =
        crypto_scram_new (CRYPTO_SCRAM_SHA1, "user", "pencil", "n,,", NULL, "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6");
    g_autofree char *first = crypto_scram_client_first (scram);
    g_autofree char *message = g_strconcat ("r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6a09117a6-ac50-4f2f-93f1-93799c2bddf6,"
                                            "s=QSXCR+Q6sek8bf92,i=4096", rows[i].end, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (first);
    crypto_scram_set_offer (scram, rows[i].offer);
    g_assert_cmpint (crypto_scram_server_first (scram, message, &error), ==, rows[i].code == -1);
    if (rows[i].code == -1)
      g_assert_cmpint (crypto_scram_is_offer_signed (scram), ==, rows[i].is_signed);
    else
      g_assert_error (error, CRYPTO_SCRAM_ERROR, rows[i].code);
  }
}

static void
test_extensions (void)
{
  g_autoptr (CryptoScram) scram =
      crypto_scram_new (CRYPTO_SCRAM_SHA256, "romeo", "pencil", "n,,", NULL, "clientnonce");
  g_autofree char *first = crypto_scram_client_first (scram);

  assert_refused ("m=ext,r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4096", CRYPTO_SCRAM_ERROR_EXTENSION);
  assert_refused ("r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4096,m=ext", CRYPTO_SCRAM_ERROR_EXTENSION);

  /* An optional one is no reason. */
  g_assert_nonnull (first);
  g_assert_true (crypto_scram_server_first (scram, "r=clientnoncex,s=QSXCR+Q6sek8bf92,i=4096,x=y", NULL));
}

static void
test_server_final (void)
{
  static const struct {
    const char       *message;
    CryptoScramError  code;
  } cases[] = {
    { "", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "junk", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "v=", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "v=rmF9pqV8S7suAoZWja4dJRkFsKQ", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "V=rmF9pqV8S7suAoZWja4dJRkFsKQ=", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "x=y,v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", CRYPTO_SCRAM_ERROR_BAD_MESSAGE },
    { "v=smF9pqV8S7suAoZWja4dJRkFsKQ=", CRYPTO_SCRAM_ERROR_SIGNATURE },
    { "v=rmF9pqV8S7suAoZWja4dJRkFsKU=", CRYPTO_SCRAM_ERROR_SIGNATURE },
    { "v=rmE=", CRYPTO_SCRAM_ERROR_SIGNATURE },
    { "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", CRYPTO_SCRAM_ERROR_SIGNATURE },
    { "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", CRYPTO_SCRAM_ERROR_SIGNATURE },
    { "e=invalid-proof", CRYPTO_SCRAM_ERROR_REJECTED },
    { "e=invalid-proof,v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", CRYPTO_SCRAM_ERROR_REJECTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CryptoScram) scram = prove (&vectors[0]);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].message);
    g_assert_false (crypto_scram_server_final (scram, cases[i].message, &error));
    g_assert_error (error, CRYPTO_SCRAM_ERROR, (int) cases[i].code);

    /* There is one attempt. */
    g_clear_error (&error);
    g_assert_false (crypto_scram_server_final (scram, vectors[0].server_final, &error));
    g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
  }
}

static void
test_rejected_text (void)
{
  g_autoptr (CryptoScram) scram = prove (&vectors[0]);
  g_autoptr (GError) error = NULL;

  g_assert_false (crypto_scram_server_final (scram, "e=no\n\xe2\x80\xaeway", &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_REJECTED);
  g_assert_nonnull (strstr (error->message, "no way"));
}

/* A server that says the last thing first has proved nothing. */
static void
test_out_of_order (void)
{
  g_autoptr (CryptoScram) scram = begin (&vectors[0]);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;

  g_assert_false (crypto_scram_server_first (scram, vectors[0].server_first, &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  first = crypto_scram_client_first (scram);
  g_assert_false (crypto_scram_server_final (scram, vectors[0].server_final, &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  g_assert_true (crypto_scram_server_first (scram, vectors[0].server_first, &error));
  g_assert_false (crypto_scram_server_first (scram, vectors[0].server_first, &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
  g_clear_error (&error);
  /* Zeroes are what the proof is compared with before there is one. */
  g_assert_false (crypto_scram_server_final (scram, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", &error));
  g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_BAD_MESSAGE);
}

static void
test_passwords (void)
{
  static const char *const bad[] = { "", "pen\ncil", "pen\x7f" "cil", "pen\xc2\x85" "cil", "\xff", "pencil\xc3" };
  static const char *const good[] = { " ", "pencil ", "p👩‍👧", "пароль", "\xef\xac\x81" };

  for (guint i = 0; i < G_N_ELEMENTS (bad) + G_N_ELEMENTS (good); i++) {
    gboolean is_good = i >= G_N_ELEMENTS (bad);
    const char *password = is_good ? good[i - G_N_ELEMENTS (bad)] : bad[i];
    g_autoptr (CryptoScram) scram = crypto_scram_new (CRYPTO_SCRAM_SHA1, "romeo", password, "n,,", NULL, "abc");
    g_autofree char *first = crypto_scram_client_first (scram);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) salted = NULL;

    g_assert_true (crypto_scram_server_first (scram, "r=abcd,s=QSXCR+Q6sek8bf92,i=4096", NULL));
    salted = crypto_scram_salt (scram, &error);
    if (is_good)
      g_assert_no_error (error);
    else
      g_assert_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_PASSWORD);
    g_assert_cmpint (salted != NULL, ==, is_good);
  }
}

static GBytes *
salt (const char *password)
{
  g_autoptr (CryptoScram) scram = crypto_scram_new (CRYPTO_SCRAM_SHA1, "romeo", password, "n,,", NULL, "abc");
  g_autofree char *first = crypto_scram_client_first (scram);

  g_assert_true (crypto_scram_server_first (scram, "r=abcd,s=QSXCR+Q6sek8bf92,i=4096", NULL));

  return crypto_scram_salt (scram, NULL);
}

/* RFC 5802 §2.2: a server has hashed what SASLprep makes of a password. */
static void
test_prepared_password (void)
{
  g_autoptr (GBytes) typed = salt ("\xc2\xb5m\xc2\xb2\xe2\x80\xa6");
  g_autoptr (GBytes) prepared = salt ("\xce\xbcm2...");
  g_autoptr (GBytes) other = salt ("\xce\xbcm2");

  g_assert_true (g_bytes_equal (typed, prepared));
  g_assert_false (g_bytes_equal (typed, other));
}

static void
test_nonces (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++) {
    char *nonce = crypto_scram_make_nonce ();

    g_assert_cmpuint (strlen (nonce), >=, 24);
    for (const char *p = nonce; *p != '\0'; p++)
      g_assert_true (g_ascii_isgraph (*p) && *p != ',');
    g_assert_true (g_hash_table_add (seen, nonce));
  }

  {
    g_autoptr (CryptoScram) scram = crypto_scram_new (CRYPTO_SCRAM_SHA1, "romeo", "x", "n,,", NULL, NULL);
    g_autoptr (CryptoScram) other = crypto_scram_new (CRYPTO_SCRAM_SHA1, "romeo", "x", "n,,", NULL, NULL);
    g_autofree char *first = crypto_scram_client_first (scram);
    g_autofree char *other_first = crypto_scram_client_first (other);

    g_assert_cmpstr (first, !=, other_first);
  }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scram/vectors", test_vectors);
  g_test_add_func ("/scram/bad-messages", test_bad_messages);
  g_test_add_func ("/scram/bad-nonce", test_bad_nonce);
  g_test_add_func ("/scram/iterations", test_iterations);
  g_test_add_func ("/scram/offer", test_offer);
  g_test_add_func ("/scram/extensions", test_extensions);
  g_test_add_func ("/scram/server-final", test_server_final);
  g_test_add_func ("/scram/rejected-text", test_rejected_text);
  g_test_add_func ("/scram/out-of-order", test_out_of_order);
  g_test_add_func ("/scram/passwords", test_passwords);
  g_test_add_func ("/scram/prepared-password", test_prepared_password);
  g_test_add_func ("/scram/nonces", test_nonces);

  return g_test_run ();
}
