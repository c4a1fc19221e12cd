/* A server's certificate as it was shown to us: what it says, and what is wrong with it. */
#include "xmpp-certificate.h"

#include "base-text.h"
#include "crypto-x509.h"

/* What a certificate says of itself is written by whoever made it; so much of it can be worth showing. */
#define MAX_TEXT  300   /* characters of a name */
#define MAX_NAMES 100

G_DEFINE_BOXED_TYPE (XmppCertificate, xmpp_certificate, xmpp_certificate_ref, xmpp_certificate_unref)

static void
certificate_clear (gpointer data)
{
  XmppCertificate *self = data;

  g_object_unref (self->certificate);
  g_free (self->domain);
  g_free (self->sha256);
}

/* A NUL inside a name, which has misled programs before, becomes a visible mark. */
static char *
make_fit (const char *text,
          gssize      length)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, length) : NULL;
  g_autofree char *line = base_text_line (valid, MAX_TEXT);

  return *line != '\0' ? g_steal_pointer (&line) : NULL;
}

/**
 * xmpp_certificate_new:
 * @certificate: what a server has shown
 * @errors: what GIO finds wrong with it
 * @domain: what it had to prove, in A-label form
 *
 * Returns: (transfer full): an immutable record of it, which any thread may use
 */
XmppCertificate *
xmpp_certificate_new (GTlsCertificate      *certificate,
                      GTlsCertificateFlags  errors,
                      const char           *domain)
{
  XmppCertificate *self = g_atomic_rc_box_new0 (XmppCertificate);
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  self->certificate = g_object_ref (certificate);
  self->errors = errors | (der != NULL ? crypto_x509_check_server (der->data, der->len) : 0);
  self->domain = g_strdup (domain);
  self->sha256 = der != NULL ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len) : g_strdup ("");

  return self;
}

/**
 * xmpp_certificate_ref:
 * @self: a certificate
 *
 * Returns: (transfer full): the same
 */
XmppCertificate *
xmpp_certificate_ref (XmppCertificate *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * xmpp_certificate_unref:
 * @self: (transfer full): a certificate
 */
void
xmpp_certificate_unref (XmppCertificate *self)
{
  g_atomic_rc_box_release_full (self, certificate_clear);
}

/**
 * xmpp_certificate_may_be_trusted:
 * @self: what a server has shown
 * @pin: (nullable): the SHA-256 of the one certificate to trust
 * @pin_errors: what was wrong with that one when the user said so
 *
 * The one place where it is decided whether a server has proven who it is. Without a pin, nothing may be wrong with
 * its certificate. With one, it has to be that certificate, whatever authorities say about others, and nothing may be
 * wrong with it that was not wrong when it was pinned: one that has expired since asks again.
 *
 * Depends on nothing but its arguments, so any thread may ask.
 *
 * Returns: whether it may be
 */
gboolean
xmpp_certificate_may_be_trusted (const XmppCertificate *self,
                                 const char            *pin,
                                 GTlsCertificateFlags   pin_errors)
{
  if (pin == NULL)
    return self->errors == G_TLS_CERTIFICATE_NO_FLAGS;

  return *self->sha256 != '\0' && g_str_equal (self->sha256, pin) && (self->errors & ~pin_errors) == 0;
}

/**
 * xmpp_certificate_dup_subject:
 * @self: a certificate
 *
 * Returns: (transfer full) (nullable): the distinguished name of whom it is for, as it claims, fit to be shown
 */
char *
xmpp_certificate_dup_subject (const XmppCertificate *self)
{
  g_autofree char *name = g_tls_certificate_get_subject_name (self->certificate);

  return make_fit (name, -1);
}

/**
 * xmpp_certificate_dup_issuer:
 * @self: a certificate
 *
 * Returns: (transfer full) (nullable): the distinguished name of who made it, as it claims, fit to be shown
 */
char *
xmpp_certificate_dup_issuer (const XmppCertificate *self)
{
  g_autofree char *name = g_tls_certificate_get_issuer_name (self->certificate);

  return make_fit (name, -1);
}

/**
 * xmpp_certificate_dup_names:
 * @self: a certificate
 *
 * Returns: (transfer full): the DNS names, then the IP addresses that it is for, fit to be shown; at most a hundred
 */
GStrv
xmpp_certificate_dup_names (const XmppCertificate *self)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (self->certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (self->certificate);
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names != NULL && i < names->len && all->len < MAX_NAMES; i++) {
    gsize length = 0;
    const char *bytes = g_bytes_get_data (names->pdata[i], &length);
    char *name = make_fit (bytes, (gssize) length);

    if (name != NULL)
      g_ptr_array_add (all, name);
  }
  for (guint i = 0; addresses != NULL && i < addresses->len && all->len < MAX_NAMES; i++)
    g_ptr_array_add (all, g_inet_address_to_string (addresses->pdata[i]));
  g_ptr_array_add (all, NULL);

  return (GStrv) g_ptr_array_free (all, FALSE);
}

/**
 * xmpp_certificate_dup_not_before:
 * @self: a certificate
 *
 * Returns: (transfer full) (nullable): from when on it is valid
 */
GDateTime *
xmpp_certificate_dup_not_before (const XmppCertificate *self)
{
  return g_tls_certificate_get_not_valid_before (self->certificate);
}

/**
 * xmpp_certificate_dup_not_after:
 * @self: a certificate
 *
 * Returns: (transfer full) (nullable): until when it is valid
 */
GDateTime *
xmpp_certificate_dup_not_after (const XmppCertificate *self)
{
  return g_tls_certificate_get_not_valid_after (self->certificate);
}
