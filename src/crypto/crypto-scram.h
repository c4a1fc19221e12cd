/* SCRAM (RFC 5802, 7677, SHA-512) and its -PLUS forms as pure functions on text: no IO, no main loop. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  CRYPTO_SCRAM_SHA1,
  CRYPTO_SCRAM_SHA256,
  CRYPTO_SCRAM_SHA512,
} CryptoScramHash;

typedef enum {
  CRYPTO_SCRAM_ERROR_BAD_MESSAGE,   /* the server's message is not SCRAM */
  CRYPTO_SCRAM_ERROR_BAD_NONCE,     /* its nonce does not begin with ours, or adds nothing */
  CRYPTO_SCRAM_ERROR_ITERATIONS,    /* too few or too many iterations asked for */
  CRYPTO_SCRAM_ERROR_EXTENSION,     /* a mandatory extension we do not know */
  CRYPTO_SCRAM_ERROR_REJECTED,      /* e= in server-final */
  CRYPTO_SCRAM_ERROR_SIGNATURE,     /* the server does not know the password either */
  CRYPTO_SCRAM_ERROR_OFFER,         /* it has offered something else than what has come (XEP-0474) */
  CRYPTO_SCRAM_ERROR_PASSWORD,      /* the password cannot be prepared (RFC 4013) */
} CryptoScramError;

#define CRYPTO_SCRAM_ERROR (crypto_scram_error_quark ())
#define CRYPTO_SCRAM_MIN_ITERATIONS 4096
#define CRYPTO_SCRAM_MAX_ITERATIONS 1000000

typedef struct _CryptoScram CryptoScram;

GQuark       crypto_scram_error_quark  (void);
CryptoScram *crypto_scram_new          (CryptoScramHash   hash,
                                        const char       *username,
                                        const char       *password,
                                        const char       *gs2_header,
                                        GBytes           *channel_binding,
                                        const char       *nonce) G_GNUC_WARN_UNUSED_RESULT;
void         crypto_scram_free         (CryptoScram      *self);
void         crypto_scram_set_offer    (CryptoScram      *self,
                                        const char       *offer);        /* (nullable) */
gboolean     crypto_scram_is_offer_signed (CryptoScram   *self);
char        *crypto_scram_client_first (CryptoScram      *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean     crypto_scram_server_first (CryptoScram      *self,
                                        const char       *message,
                                        GError          **error);
GBytes      *crypto_scram_salt         (CryptoScram      *self,
                                        GError          **error) G_GNUC_WARN_UNUSED_RESULT;
char        *crypto_scram_client_final (CryptoScram      *self,
                                        GBytes           *salted_password) G_GNUC_WARN_UNUSED_RESULT;
gboolean     crypto_scram_server_final (CryptoScram      *self,
                                        const char       *message,
                                        GError          **error);
char        *crypto_scram_make_nonce   (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoScram, crypto_scram_free)

G_END_DECLS
