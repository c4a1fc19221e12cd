/* SCRAM (RFC 5802, 7677, SHA-512) and its -PLUS forms as pure functions on text: no IO, no main loop.
 *
 *   NEW ── client_first ──► ASKED ── server_first ──► SALTED ── client_final ──► PROVED ── server_final ──► DONE
 *                                                       │
 *                                                      salt: slow, reads only, may run elsewhere
 *
 * A message at any other time is an error. */
#include "crypto-scram.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "base-saslprep.h"
#include "base-text.h"
#include "crypto-hash.h"

#define MAX_KEY     64            /* bytes, of SHA-512 */
#define MAX_MESSAGE (16 * 1024)   /* bytes; a server's message has about 150 */
#define NONCE_BYTES 24
#define MAX_REASON  100           /* characters of a server's own words that are worth showing */

typedef enum {
  NEW,
  ASKED,
  SALTED,
  PROVED,
  DONE,
} State;

struct _CryptoScram {
  State                      state;
  gnutls_mac_algorithm_t     mac;
  gnutls_digest_algorithm_t  digest;
  gsize                      key_length;        /* bytes */

  char                      *username;          /* (owned) escaped */
  char                      *password;          /* (owned, nullable) prepared; NULL: it cannot be */
  char                      *gs2_header;        /* (owned) "n,,", "y,,", "p=tls-exporter,," */
  GBytes                    *channel_binding;   /* (owned, nullable) */
  char                      *nonce;             /* (owned) ours */
  char                      *offer;             /* (owned, nullable) what the server has offered, for its signature */
  gboolean                   is_offer_signed;   /* it says that it has offered that */

  char                      *server_first;      /* (owned, nullable) */
  char                      *full_nonce;        /* (owned, nullable) ours and theirs */
  guchar                    *salt;              /* (owned, nullable) */
  gsize                      salt_length;       /* bytes */
  guint                      iterations;
  guint8                     server_signature[MAX_KEY];   /* what the server must say to prove itself */
};

G_DEFINE_QUARK (crypto-scram-error-quark, crypto_scram_error)

static void
wipe_string (char *text)
{
  if (text != NULL)
    gnutls_memset (text, 0, strlen (text));
  g_free (text);
}

/* RFC 5802 §5.1: a comma would end the name, and "=" begins an escape. */
static char *
escape_username (const char *username)
{
  GString *escaped = g_string_new (username);

  g_string_replace (escaped, "=", "=3D", 0);
  g_string_replace (escaped, ",", "=2C", 0);

  return g_string_free (escaped, FALSE);
}

/**
 * crypto_scram_new:
 * @hash: the hash of the mechanism
 * @username: the account's name, prepared
 * @password: the password as it was typed
 * @gs2_header: "p=tls-exporter,,", "y,," or "n,,", RFC 5802 §7; @channel_binding goes with the first
 * @channel_binding: (nullable): what binds to the TLS channel
 * @nonce: (nullable): printable ASCII without comma; %NULL makes a random one
 *
 * Returns: (transfer full): an exchange that has not begun
 */
CryptoScram *
crypto_scram_new (CryptoScramHash  hash,
                  const char      *username,
                  const char      *password,
                  const char      *gs2_header,
                  GBytes          *channel_binding,
                  const char      *nonce)
{
  static const struct {
    gnutls_mac_algorithm_t    mac;
    gnutls_digest_algorithm_t digest;
  } algorithms[] = {
    [CRYPTO_SCRAM_SHA1] = { GNUTLS_MAC_SHA1, GNUTLS_DIG_SHA1 },
    [CRYPTO_SCRAM_SHA256] = { GNUTLS_MAC_SHA256, GNUTLS_DIG_SHA256 },
    [CRYPTO_SCRAM_SHA512] = { GNUTLS_MAC_SHA512, GNUTLS_DIG_SHA512 },
  };
  CryptoScram *self;

  g_return_val_if_fail ((guint) hash < G_N_ELEMENTS (algorithms), NULL);
  g_return_val_if_fail ((*gs2_header == 'p') == (channel_binding != NULL), NULL);

  self = g_new0 (CryptoScram, 1);
  self->mac = algorithms[hash].mac;
  self->digest = algorithms[hash].digest;
  self->key_length = gnutls_hash_get_len (self->digest);
  self->username = escape_username (username);
  self->password = base_saslprep (password);
  self->gs2_header = g_strdup (gs2_header);
  self->channel_binding = channel_binding != NULL ? g_bytes_ref (channel_binding) : NULL;
  self->nonce = nonce != NULL ? g_strdup (nonce) : crypto_scram_make_nonce ();

  return self;
}

/**
 * crypto_scram_free:
 * @self: (transfer full): an exchange
 *
 * Overwrites the password first.
 */
void
crypto_scram_free (CryptoScram *self)
{
  wipe_string (self->password);
  g_free (self->username);
  g_free (self->gs2_header);
  g_clear_pointer (&self->channel_binding, g_bytes_unref);
  g_free (self->nonce);
  g_free (self->offer);
  g_free (self->server_first);
  g_free (self->full_nonce);
  g_free (self->salt);
  gnutls_memset (self, 0, sizeof *self);
  g_free (self);
}

/**
 * crypto_scram_set_offer:
 * @self: a new exchange
 * @offer: (nullable): what has come as the server's offer, in the form of XEP-0474 §5.1; %NULL: it is not known
 *
 * Has the server's hash of what it has offered compared with this, where it sends one.
 */
void
crypto_scram_set_offer (CryptoScram *self,
                        const char  *offer)
{
  g_free (self->offer);
  self->offer = g_strdup (offer);
}

/**
 * crypto_scram_is_offer_signed:
 * @self: an exchange that took the server's first message
 *
 * Returns: whether the server says that it has offered what has come; as true as its last message will prove
 */
gboolean
crypto_scram_is_offer_signed (CryptoScram *self)
{
  return self->is_offer_signed;
}

/* Steps */

static gboolean
refuse (GError           **error,
        CryptoScramError   code,
        const char        *message)
{
  g_set_error_literal (error, CRYPTO_SCRAM_ERROR, code, message);

  return FALSE;
}

/* The value of the attribute @name when it is the one at @at, which moves on to the next. */
static char *
take_attribute (const char **at,
                char         name)
{
  const char *start = *at;
  gsize length;

  if (start[0] != name || start[1] != '=')
    return NULL;

  length = strcspn (start + 2, ",");
  *at = start + 2 + length;
  if (**at == ',')
    (*at)++;

  return g_strndup (start + 2, length);
}

/* Strict base64, unlike g_base64_decode(), which skips what it does not know. */
static guchar *
decode_base64 (const char *text,
               gsize      *length)
{
  g_autofree guchar *bytes = g_base64_decode (text, length);
  g_autofree char *again = g_base64_encode (bytes, *length);

  return *length > 0 && strcmp (again, text) == 0 ? g_steal_pointer (&bytes) : NULL;
}

/* RFC 5802 §7: posit-number: without leading zeroes. */
static gboolean
read_iterations (const char *text,
                 guint      *iterations)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &number, NULL) || *text == '0')
    return FALSE;
  *iterations = (guint) number;

  return TRUE;
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isgraph (*text) || *text == ',')
      return FALSE;

  return TRUE;
}

/* Optional extensions may follow what we know and mean nothing to us; a mandatory one may not hide among them. */
static gboolean
has_mandatory_extension (const char *message)
{
  return g_str_has_prefix (message, "m=") || strstr (message, ",m=") != NULL;
}

/* XEP-0474 §5.2, with the optional attributes that begin at @at. FALSE: another offer was signed than has come. */
static gboolean
check_offer (CryptoScram *self,
             const char  *at)
{
  guint8 hash[MAX_KEY];
  g_autofree char *expected = NULL;
  g_auto (GStrv) extensions = g_strsplit (at, ",", -1);

  if (self->offer == NULL)
    return TRUE;
  gnutls_hash_fast (self->digest, self->offer, strlen (self->offer), hash);
  expected = g_base64_encode (hash, self->key_length);
  for (gsize i = 0; extensions[i] != NULL; i++) {
    if (!g_str_has_prefix (extensions[i], "h="))
      continue;
    if (!g_str_equal (extensions[i] + 2, expected))
      return FALSE;
    self->is_offer_signed = TRUE;
  }

  return TRUE;
}

static void
hmac (CryptoScram  *self,
      const guint8 *key,
      const char   *text,
      guint8        out[MAX_KEY])
{
  /* It fails only for algorithms that do not exist. */
  if (gnutls_hmac_fast (self->mac, key, self->key_length, text, strlen (text), out) < 0)
    g_error ("GnuTLS has no HMAC for a SCRAM mechanism");
}

static char *
first_bare (CryptoScram *self)
{
  return g_strdup_printf ("n=%s,r=%s", self->username, self->nonce);
}

static char *
final_without_proof (CryptoScram *self)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_autofree char *encoded = NULL;

  g_byte_array_append (input, (const guint8 *) self->gs2_header, strlen (self->gs2_header));
  if (self->channel_binding != NULL)
    g_byte_array_append (input, g_bytes_get_data (self->channel_binding, NULL),
                         (guint) g_bytes_get_size (self->channel_binding));
  encoded = g_base64_encode (input->data, input->len);

  return g_strdup_printf ("c=%s,r=%s", encoded, self->full_nonce);
}

static void
free_secret (gpointer data)
{
  gnutls_memset (data, 0, MAX_KEY);
  g_free (data);
}

/* Public */

/**
 * crypto_scram_client_first:
 * @self: a new exchange
 *
 * Returns: (transfer full): the client-first-message, RFC 5802 §7
 */
char *
crypto_scram_client_first (CryptoScram *self)
{
  g_autofree char *bare = first_bare (self);

  g_return_val_if_fail (self->state == NEW, NULL);

  self->state = ASKED;

  return g_strconcat (self->gs2_header, bare, NULL);
}

/**
 * crypto_scram_server_first:
 * @self: an exchange whose first message was sent
 * @message: the server-first-message, RFC 5802 §7; untrusted
 * @error: return location for a #GError
 *
 * Returns: whether it may be answered; %FALSE with #CRYPTO_SCRAM_ERROR BAD_MESSAGE, BAD_NONCE, ITERATIONS (outside of
 *   CRYPTO_SCRAM_MIN_ITERATIONS … CRYPTO_SCRAM_MAX_ITERATIONS), EXTENSION or OFFER
 */
gboolean
crypto_scram_server_first (CryptoScram  *self,
                           const char   *message,
                           GError      **error)
{
  const char *at = message;
  g_autofree char *nonce = NULL;
  g_autofree char *salt_text = NULL;
  g_autofree char *iterations_text = NULL;
  g_autofree guchar *salt = NULL;
  gsize salt_length;
  guint iterations;

  if (self->state != ASKED || strlen (message) > MAX_MESSAGE)
    return refuse (error, CRYPTO_SCRAM_ERROR_BAD_MESSAGE, "The server's first message is out of place");
  if (has_mandatory_extension (message))
    return refuse (error, CRYPTO_SCRAM_ERROR_EXTENSION, "The server wants an extension of SCRAM that is not known");

  nonce = take_attribute (&at, 'r');
  salt_text = nonce != NULL ? take_attribute (&at, 's') : NULL;
  iterations_text = salt_text != NULL ? take_attribute (&at, 'i') : NULL;
  salt = iterations_text != NULL ? decode_base64 (salt_text, &salt_length) : NULL;
  if (salt == NULL || !read_iterations (iterations_text, &iterations))
    return refuse (error, CRYPTO_SCRAM_ERROR_BAD_MESSAGE, "The server's first message is not SCRAM");

  if (!g_str_has_prefix (nonce, self->nonce) || strlen (nonce) == strlen (self->nonce) || !is_printable (nonce))
    return refuse (error, CRYPTO_SCRAM_ERROR_BAD_NONCE, "The server's nonce does not continue ours");
  if (iterations < CRYPTO_SCRAM_MIN_ITERATIONS || iterations > CRYPTO_SCRAM_MAX_ITERATIONS)
    return refuse (error, CRYPTO_SCRAM_ERROR_ITERATIONS, iterations < CRYPTO_SCRAM_MIN_ITERATIONS
                       ? "The server wants too few iterations to keep the password safe"
                       : "The server wants too many iterations");
  if (!check_offer (self, at))
    return refuse (error, CRYPTO_SCRAM_ERROR_OFFER, "What the server offers was changed on its way");

  self->server_first = g_strdup (message);
  self->full_nonce = g_steal_pointer (&nonce);
  self->salt = g_steal_pointer (&salt);
  self->salt_length = salt_length;
  self->iterations = iterations;
  self->state = SALTED;

  return TRUE;
}

/**
 * crypto_scram_salt:
 * @self: an exchange that took the server's first message
 * @error: return location for a #GError
 *
 * The slow part: PBKDF2 over the password. It only reads @self, so it may run in another thread while nobody else
 * touches @self.
 *
 * Returns: (transfer full) (nullable): the SaltedPassword of RFC 5802 §3, overwritten when it is freed; %NULL with
 *   #CRYPTO_SCRAM_ERROR_PASSWORD when the password cannot be prepared (RFC 4013)
 */
GBytes *
crypto_scram_salt (CryptoScram  *self,
                   GError      **error)
{
  gnutls_datum_t password, salt = { self->salt, (unsigned int) self->salt_length };
  guint8 *salted;

  g_return_val_if_fail (self->state == SALTED, NULL);

  if (self->password == NULL) {
    refuse (error, CRYPTO_SCRAM_ERROR_PASSWORD, "The password is empty or has control characters in it");
    return NULL;
  }

  password.data = (unsigned char *) self->password;
  password.size = (unsigned int) strlen (self->password);
  salted = g_malloc0 (MAX_KEY);
  if (gnutls_pbkdf2 (self->mac, &password, &salt, self->iterations, salted, self->key_length) < 0)
    g_error ("GnuTLS has no PBKDF2 for a SCRAM mechanism");

  return g_bytes_new_with_free_func (salted, self->key_length, free_secret, salted);
}

/**
 * crypto_scram_client_final:
 * @self: an exchange that took the server's first message
 * @salted_password: what crypto_scram_salt() made
 *
 * Returns: (transfer full): the client-final-message with our proof, RFC 5802 §7
 */
char *
crypto_scram_client_final (CryptoScram *self,
                           GBytes      *salted_password)
{
  g_autofree char *bare = first_bare (self);
  g_autofree char *without_proof = NULL;
  g_autofree char *auth_message = NULL;
  g_autofree char *proof = NULL;
  guint8 client_key[MAX_KEY], stored_key[MAX_KEY], server_key[MAX_KEY], signature[MAX_KEY];
  const guint8 *salted = g_bytes_get_data (salted_password, NULL);

  g_return_val_if_fail (self->state == SALTED && g_bytes_get_size (salted_password) == self->key_length, NULL);

  without_proof = final_without_proof (self);
  auth_message = g_strdup_printf ("%s,%s,%s", bare, self->server_first, without_proof);

  hmac (self, salted, "Client Key", client_key);
  gnutls_hash_fast (self->digest, client_key, self->key_length, stored_key);
  hmac (self, stored_key, auth_message, signature);
  for (gsize i = 0; i < self->key_length; i++)
    signature[i] ^= client_key[i];
  proof = g_base64_encode (signature, self->key_length);

  hmac (self, salted, "Server Key", server_key);
  hmac (self, server_key, auth_message, self->server_signature);

  gnutls_memset (client_key, 0, sizeof client_key);
  gnutls_memset (stored_key, 0, sizeof stored_key);
  gnutls_memset (server_key, 0, sizeof server_key);
  self->state = PROVED;

  return g_strdup_printf ("%s,p=%s", without_proof, proof);
}

/**
 * crypto_scram_server_final:
 * @self: an exchange whose last message was sent
 * @message: the server-final-message, RFC 5802 §7; untrusted
 * @error: return location for a #GError
 *
 * Returns: whether the server has proved that it knows the password's hash; %FALSE with #CRYPTO_SCRAM_ERROR
 *   BAD_MESSAGE, REJECTED or SIGNATURE
 */
gboolean
crypto_scram_server_final (CryptoScram  *self,
                           const char   *message,
                           GError      **error)
{
  const char *at = message;
  g_autofree char *reason = NULL;
  g_autofree char *verifier = NULL;
  g_autofree guchar *signature = NULL;
  gsize length;

  if (self->state != PROVED || strlen (message) > MAX_MESSAGE)
    return refuse (error, CRYPTO_SCRAM_ERROR_BAD_MESSAGE, "The server's last message is out of place");

  self->state = DONE;
  reason = take_attribute (&at, 'e');
  if (reason != NULL) {
    g_autofree char *shown = base_text_line (reason, MAX_REASON);

    g_set_error (error, CRYPTO_SCRAM_ERROR, CRYPTO_SCRAM_ERROR_REJECTED, "The server refused: %s", shown);
    return FALSE;
  }

  verifier = take_attribute (&at, 'v');
  signature = verifier != NULL ? decode_base64 (verifier, &length) : NULL;
  if (signature == NULL)
    return refuse (error, CRYPTO_SCRAM_ERROR_BAD_MESSAGE, "The server's last message is not SCRAM");
  if (length != self->key_length || gnutls_memcmp (signature, self->server_signature, length) != 0)
    return refuse (error, CRYPTO_SCRAM_ERROR_SIGNATURE, "The server could not prove that it knows the password");

  return TRUE;
}

/**
 * crypto_scram_make_nonce:
 *
 * Returns: (transfer full): 32 random characters fit for a nonce
 */
char *
crypto_scram_make_nonce (void)
{
  guint8 bytes[NONCE_BYTES];

  crypto_random (bytes, sizeof bytes);

  return g_base64_encode (bytes, sizeof bytes);
}
