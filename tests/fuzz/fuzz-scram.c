/* Fuzzes SCRAM: a line that is the server's first message, one that is its last. A server that does not know what we
 * know never passes for one that does, whatever it says; one that does passes. */
#include <string.h>

#include "crypto-scram.h"
#include "fuzz.h"

#define NONCE "fyko+d2lbbFgONRv9qkxdawL"
#define BARE  "n=romeo,r=" NONCE

static const struct { CryptoScramHash hash; GChecksumType type; gsize size; } hashes[] = {
  { CRYPTO_SCRAM_SHA1, G_CHECKSUM_SHA1, 20 },
  { CRYPTO_SCRAM_SHA256, G_CHECKSUM_SHA256, 32 },
  { CRYPTO_SCRAM_SHA512, G_CHECKSUM_SHA512, 64 },
};

static void
hmac (GChecksumType  type,
      const guint8  *key,
      gsize          size,
      const char    *text,
      guint8        *out)
{
  g_autoptr (GHmac) self = g_hmac_new (type, key, size);

  g_hmac_update (self, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (self, out, &size);
}

/* RFC 5802 §3, once more. */
static char *
make_verifier (guint       index,
               GBytes     *salted,
               const char *server_first,
               const char *client_final)
{
  guint8 key[64], signature[64];
  gsize size = hashes[index].size;
  const char *proof = g_strrstr (client_final, ",p=");
  g_autofree char *without_proof = g_strndup (client_final, (gsize) (proof - client_final));
  g_autofree char *auth_message = g_strdup_printf ("%s,%s,%s", BARE, server_first, without_proof);

  hmac (hashes[index].type, g_bytes_get_data (salted, NULL), size, "Server Key", key);
  hmac (hashes[index].type, key, size, auth_message, signature);
  return g_base64_encode (signature, size);
}

static void
converse (guint       index,
          const char *offer,
          const char *server_first,
          const char *server_final,
          gboolean    is_honest)
{
  static const guint8 zeros[64];
  g_autoptr (CryptoScram) scram = crypto_scram_new (hashes[index].hash, "romeo", "wherefore", "n,,", NULL, NONCE);
  g_autofree char *client_first = NULL;
  g_autofree char *client_final = NULL;
  g_autofree char *verifier = NULL;
  g_autofree char *honest = NULL;
  g_autoptr (GBytes) salted = g_bytes_new_static (zeros, hashes[index].size);
  g_autoptr (GError) error = NULL;
  gboolean is_proven;

  crypto_scram_set_offer (scram, offer);
  client_first = crypto_scram_client_first (scram);
  g_assert_cmpstr (client_first, ==, "n,," BARE);
  if (!crypto_scram_server_first (scram, server_first, &error)) {
    g_assert_true (error->domain == CRYPTO_SCRAM_ERROR);
    return;
  }

  /* Not what the password would give, which takes long; for what is looked for here any key is as good. */
  client_final = crypto_scram_client_final (scram, salted);
  verifier = make_verifier (index, salted, server_first, client_final);
  honest = g_strconcat ("v=", verifier, NULL);
  is_proven = crypto_scram_server_final (scram, is_honest ? honest : server_final, &error);
  g_assert_true (is_proven == (error == NULL));
  g_assert_true (is_proven || !is_honest);
  if (is_proven && !is_honest)
    g_assert_nonnull (strstr (server_final, verifier));
  crypto_scram_is_offer_signed (scram);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size);
  guint n_lines = g_strv_length (lines);

  for (guint i = 0; i < G_N_ELEMENTS (hashes) && n_lines > 0; i++) {
    converse (i, "SCRAM-SHA-1\x1eSCRAM-SHA-256", lines[0], n_lines > 1 ? lines[1] : "", FALSE);
    converse (i, "SCRAM-SHA-1\x1eSCRAM-SHA-256", lines[0], "", TRUE);
  }
  return 0;
}
