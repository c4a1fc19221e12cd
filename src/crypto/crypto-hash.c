/* Digests by their XEP-0300 names, and random identifiers. */
#include "crypto-hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define MAX_DIGEST 64   /* bytes */
#define ID_BYTES   18   /* 144 bits, 24 characters */

static const struct {
  const char                *name;
  gnutls_digest_algorithm_t  algorithm;
} hashes[] = {
  { "sha-1", GNUTLS_DIG_SHA1 },         { "sha-256", GNUTLS_DIG_SHA256 },     { "sha-512", GNUTLS_DIG_SHA512 },
  { "sha3-256", GNUTLS_DIG_SHA3_256 },  { "sha3-512", GNUTLS_DIG_SHA3_512 },
};

/* Returns the length of the digest, 0 when there is no such hash. */
static gsize
digest (const char *name,
        const void *bytes,
        gsize       length,
        guint8      out[MAX_DIGEST])
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_strcmp0 (name, hashes[i].name) == 0 && gnutls_hash_fast (hashes[i].algorithm, bytes, length, out) == 0)
      return gnutls_hash_get_len (hashes[i].algorithm);

  return 0;
}

/**
 * crypto_hash_digest:
 * @name: (nullable): a name from XEP-0300 §5, like "sha-256"
 * @bytes: what to hash
 *
 * Returns: (transfer full) (nullable): the digest; %NULL when the hash is not known
 */
GBytes *
crypto_hash_digest (const char *name,
                    GBytes     *bytes)
{
  guint8 out[MAX_DIGEST];
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  gsize out_length = digest (name, data, length, out);

  return out_length > 0 ? g_bytes_new (out, out_length) : NULL;
}

/**
 * crypto_hash_base64:
 * @name: (nullable): a name from XEP-0300 §5, like "sha-1"
 * @text: what to hash
 * @length: its bytes, or -1 when it ends with NUL
 *
 * Returns: (transfer full) (nullable): the digest in base64; %NULL when the hash is not known
 */
char *
crypto_hash_base64 (const char *name,
                    const char *text,
                    gssize      length)
{
  guint8 out[MAX_DIGEST];
  gsize out_length = digest (name, text, length < 0 ? strlen (text) : (gsize) length, out);

  return out_length > 0 ? g_base64_encode (out, out_length) : NULL;
}

/**
 * crypto_random:
 * @bytes: (out caller-allocated) (array length=length): filled with random bytes fit for keys
 * @length: how many
 *
 * Ends the program when the system has no randomness: nothing that needs it may go on without.
 */
void
crypto_random (guint8 *bytes,
               gsize   length)
{
  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, length) != 0)
    g_error ("The system gives no random numbers");
}

/**
 * crypto_random_id:
 *
 * Returns: (transfer full): 24 ASCII letters, digits, "-" and "_" that nobody can guess, for the ids of stanzas
 */
char *
crypto_random_id (void)
{
  guint8 bytes[ID_BYTES];
  g_autofree char *id = NULL;

  crypto_random (bytes, sizeof bytes);
  id = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (id, "+", '-');
  g_strdelimit (id, "/", '_');

  return g_steal_pointer (&id);
}
