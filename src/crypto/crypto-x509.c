/* What a certificate is good for, where GIO does not look: a server's name stands among its alternative names, and its
 * authority meant it for a server. */
#include "crypto-x509.h"

#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#define ALTERNATIVE_NAMES "2.5.29.17"   /* RFC 5280 §4.2.1.6 */

static gboolean
names_have_server (gnutls_subject_alt_names_t names)
{
  unsigned int type;
  gnutls_datum_t name;

  for (unsigned int i = 0; gnutls_subject_alt_names_get (names, i, &type, &name, NULL) >= 0; i++)
    if (type == GNUTLS_SAN_DNSNAME || type == GNUTLS_SAN_IPADDRESS)
      return TRUE;
  return FALSE;
}

/* GnuTLS takes the common name where there is no other; that was never more than a custom (RFC 9525 §6.3). */
static gboolean
has_server_name (gnutls_x509_crt_t certificate)
{
  gnutls_subject_alt_names_t names;
  gnutls_datum_t extension = { NULL, 0 };
  gboolean has = FALSE;

  if (gnutls_x509_crt_get_extension_by_oid2 (certificate, ALTERNATIVE_NAMES, 0, &extension, NULL) < 0)
    return FALSE;
  if (gnutls_subject_alt_names_init (&names) >= 0) {
    has = gnutls_x509_ext_import_subject_alt_names (&extension, names, 0) >= 0 && names_have_server (names);
    gnutls_subject_alt_names_deinit (names);
  }
  gnutls_free (extension.data);
  return has;
}

/**
 * crypto_x509_check_server:
 * @der: (array length=length): a certificate in DER; untrusted
 * @length: of @der, in bytes
 *
 * Finds what GIO lets pass: a name that stands only in the subject (%G_TLS_CERTIFICATE_BAD_IDENTITY), and a certificate
 * that is meant for something else than a server (%G_TLS_CERTIFICATE_GENERIC_ERROR, RFC 5280 §4.2.1.12), or cannot be
 * read at all.
 *
 * Returns: what is wrong with it, as far as that goes
 */
GTlsCertificateFlags
crypto_x509_check_server (const guint8 *der,
                          gsize         length)
{
  gnutls_datum_t data = { (unsigned char *) der, (unsigned int) length };
  gnutls_x509_crt_t certificate;
  GTlsCertificateFlags flags = G_TLS_CERTIFICATE_NO_FLAGS;

  if (gnutls_x509_crt_init (&certificate) < 0)
    return G_TLS_CERTIFICATE_GENERIC_ERROR;
  if (gnutls_x509_crt_import (certificate, &data, GNUTLS_X509_FMT_DER) < 0) {
    flags = G_TLS_CERTIFICATE_GENERIC_ERROR;
  } else {
    if (!has_server_name (certificate))
      flags |= G_TLS_CERTIFICATE_BAD_IDENTITY;
    if (gnutls_x509_crt_check_key_purpose (certificate, GNUTLS_KP_TLS_WWW_SERVER, 0) == 0)
      flags |= G_TLS_CERTIFICATE_GENERIC_ERROR;
  }
  gnutls_x509_crt_deinit (certificate);

  return flags;
}
