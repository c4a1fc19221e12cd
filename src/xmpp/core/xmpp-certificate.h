/* A server's certificate as it was shown to us: what it says, and what is wrong with it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Immutable once made. */
typedef struct {
  GTlsCertificate      *certificate;   /* (owned) */
  GTlsCertificateFlags  errors;        /* 0: it proves the domain */
  char                 *domain;        /* (owned) what it had to prove, in A-label form */
  char                 *sha256;        /* (owned) of its DER form: 64 lower-case hexadecimal digits */
} XmppCertificate;                     /* refcounted */

#define XMPP_TYPE_CERTIFICATE (xmpp_certificate_get_type ())

GType            xmpp_certificate_get_type       (void);
XmppCertificate *xmpp_certificate_new            (GTlsCertificate       *certificate,
                                                  GTlsCertificateFlags   errors,
                                                  const char            *domain) G_GNUC_WARN_UNUSED_RESULT;
XmppCertificate *xmpp_certificate_ref            (XmppCertificate       *self);
void             xmpp_certificate_unref          (XmppCertificate       *self);
gboolean         xmpp_certificate_may_be_trusted (const XmppCertificate *self,
                                                  const char            *pin,          /* (nullable) XmppLogin's */
                                                  GTlsCertificateFlags   pin_errors);
char            *xmpp_certificate_dup_subject    (const XmppCertificate *self) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */
char            *xmpp_certificate_dup_issuer     (const XmppCertificate *self) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */
GStrv            xmpp_certificate_dup_names      (const XmppCertificate *self) G_GNUC_WARN_UNUSED_RESULT;   /* DNS names and IP addresses, never NULL */
GDateTime       *xmpp_certificate_dup_not_before (const XmppCertificate *self) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */
GDateTime       *xmpp_certificate_dup_not_after  (const XmppCertificate *self) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppCertificate, xmpp_certificate_unref)

G_END_DECLS
