/* The server's half of SCRAM (RFC 5802), honest or not; it shares nothing with the client's half. */

#include "fake-scram.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define SALT         "a grain of salt"
#define SERVER_NONCE "3rfcNHYJY1ZVvWVs7j"
#define MAX_DIGEST   64   /* bytes */

struct _FakeScramServer {
  gnutls_mac_algorithm_t  mac;
  gnutls_digest_algorithm_t digest;
  char      *password;       /* (owned) */
  GBytes    *binding;        /* (owned, nullable) */
  FakeScram  behaviour;
  guint      iterations;
  char      *gs2;            /* (owned, nullable) */
  char      *client_bare;    /* (owned, nullable) client-first without its gs2 header */
  char      *server_first;   /* (owned, nullable) */
  char      *signature;      /* (owned, nullable) the hash of an offer, as an attribute */
};

typedef struct {
  guint8 bytes[MAX_DIGEST];
} Digest;

FakeScramServer *
fake_scram_server_new (const char *mechanism,
                       const char *password,
                       GBytes     *binding,
                       FakeScram   behaviour,
                       guint       iterations)
{
  FakeScramServer *self = g_new0 (FakeScramServer, 1);

  if (g_str_has_prefix (mechanism, "SCRAM-SHA-512")) {
    self->mac = GNUTLS_MAC_SHA512;
    self->digest = GNUTLS_DIG_SHA512;
  } else if (g_str_has_prefix (mechanism, "SCRAM-SHA-256")) {
    self->mac = GNUTLS_MAC_SHA256;
    self->digest = GNUTLS_DIG_SHA256;
  } else {
    self->mac = GNUTLS_MAC_SHA1;
    self->digest = GNUTLS_DIG_SHA1;
  }
  self->password = g_strdup (password);
  self->binding = binding != NULL ? g_bytes_ref (binding) : NULL;
  self->behaviour = behaviour;
  self->iterations = iterations;
  return self;
}

void
fake_scram_server_free (FakeScramServer *self)
{
  g_free (self->password);
  g_clear_pointer (&self->binding, g_bytes_unref);
  g_free (self->gs2);
  g_free (self->client_bare);
  g_free (self->server_first);
  g_free (self->signature);
  g_free (self);
}

static gsize
digest_size (FakeScramServer *self)
{
  return gnutls_hmac_get_len (self->mac);
}

static Digest
hmac (FakeScramServer *self,
      const Digest    *key,
      const char      *text)
{
  Digest digest = { { 0 } };

  g_assert_cmpint (gnutls_hmac_fast (self->mac, key->bytes, digest_size (self), text, strlen (text), digest.bytes), ==,
                   0);
  return digest;
}

static Digest
hash (FakeScramServer *self,
      const Digest    *of)
{
  Digest digest = { { 0 } };

  g_assert_cmpint (gnutls_hash_fast (self->digest, of->bytes, digest_size (self), digest.bytes), ==, 0);
  return digest;
}

static Digest
salted_password (FakeScramServer *self)
{
  gnutls_datum_t password = { (guint8 *) self->password, (guint) strlen (self->password) };
  gnutls_datum_t salt = { (guint8 *) SALT, (guint) strlen (SALT) };
  Digest digest = { { 0 } };

  g_assert_cmpint (
      gnutls_pbkdf2 (self->mac, &password, &salt, self->iterations, digest.bytes, digest_size (self)), ==, 0);
  return digest;
}

/* The value of one attribute of a SCRAM message, "r" of "n=romeo,r=…". */
static char *
attribute (const char *message,
           char        name)
{
  g_auto (GStrv) parts = g_strsplit (message, ",", -1);

  for (gsize i = 0; parts[i] != NULL; i++) {
    if (parts[i][0] == name && parts[i][1] == '=')
      return g_strdup (parts[i] + 2);
  }
  return NULL;
}

void
fake_scram_server_sign (FakeScramServer *self,
                        const char      *offer)
{
  guint8 bytes[MAX_DIGEST];
  g_autofree char *text = NULL;

  g_assert_cmpint (gnutls_hash_fast (self->digest, offer, strlen (offer), bytes), ==, 0);
  text = g_base64_encode (bytes, digest_size (self));
  self->signature = g_strconcat (",x=to be ignored,h=", text, NULL);
}

/* Takes client-first, gives server-first as the behaviour has it. */
char *
fake_scram_server_first (FakeScramServer *self,
                         const char      *client_first)
{
  const char *comma = strchr (client_first, ',');
  const char *bare = comma != NULL ? strchr (comma + 1, ',') : NULL;
  g_autofree char *nonce = NULL;
  g_autofree char *salt = g_base64_encode ((const guchar *) SALT, strlen (SALT));

  if (bare == NULL)
    return NULL;
  self->gs2 = g_strndup (client_first, (gsize) (bare + 1 - client_first));
  self->client_bare = g_strdup (bare + 1);
  nonce = attribute (self->client_bare, 'r');
  if (nonce == NULL)
    return NULL;
  if (self->behaviour == FAKE_SCRAM_JUNK)
    return g_strdup ("to be, or not to be");
  self->server_first =
      g_strdup_printf ("%sr=%s%s,s=%s,i=%u%s", self->behaviour == FAKE_SCRAM_EXTENSION ? "m=unknown," : "",
                       self->behaviour == FAKE_SCRAM_FOREIGN_NONCE ? "x" : nonce,
                       self->behaviour == FAKE_SCRAM_NO_NONCE ? "" : SERVER_NONCE, salt, self->iterations,
                       self->signature != NULL ? self->signature : "");
  return g_strdup (self->server_first);
}

/* What c= must be: the gs2 header and, if it says p=, what the channel is bound to on this side. */
static char *
expected_binding (FakeScramServer *self)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  g_byte_array_append (data, (const guint8 *) self->gs2, (guint) strlen (self->gs2));
  if (g_str_has_prefix (self->gs2, "p=")) {
    g_assert_nonnull (self->binding);
    g_byte_array_append (data, g_bytes_get_data (self->binding, NULL), (guint) g_bytes_get_size (self->binding));
  }
  return g_base64_encode (data->data, data->len);
}

/* Takes client-final, checks its proof, binding and nonce, gives server-final. */
char *
fake_scram_server_final (FakeScramServer *self,
                         const char      *client_final)
{
  g_autofree char *without_proof = NULL;
  g_autofree char *message = NULL;
  g_autofree char *proof = attribute (client_final, 'p');
  g_autofree char *bound = attribute (client_final, 'c');
  g_autofree char *nonce = attribute (client_final, 'r');
  g_autofree char *sent_nonce = attribute (self->server_first, 'r');
  g_autofree char *expected = expected_binding (self);
  g_autofree char *client_proof = NULL;
  g_autofree char *signature_text = NULL;
  const char *proof_at = strstr (client_final, ",p=");
  Digest salted = salted_password (self);
  Digest client_key = hmac (self, &salted, "Client Key");
  Digest stored_key = hash (self, &client_key);
  Digest server_key = hmac (self, &salted, "Server Key");
  Digest signature;

  if (proof == NULL || proof_at == NULL || g_strcmp0 (bound, expected) != 0 || g_strcmp0 (nonce, sent_nonce) != 0)
    return NULL;
  without_proof = g_strndup (client_final, (gsize) (proof_at - client_final));
  message = g_strjoin (",", self->client_bare, self->server_first, without_proof, NULL);

  signature = hmac (self, &stored_key, message);
  for (gsize i = 0; i < digest_size (self); i++)
    signature.bytes[i] ^= client_key.bytes[i];
  client_proof = g_base64_encode (signature.bytes, digest_size (self));
  if (g_strcmp0 (proof, client_proof) != 0)
    return NULL;

  signature = hmac (self, &server_key, message);
  if (self->behaviour == FAKE_SCRAM_WRONG_PROOF)
    signature.bytes[0] ^= 1;
  signature_text = g_base64_encode (signature.bytes, digest_size (self));
  return g_strconcat ("v=", signature_text, NULL);
}

const char *
fake_scram_server_gs2 (FakeScramServer *self)
{
  return self->gs2;
}
