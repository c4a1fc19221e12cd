/* What a certificate is good for, where GIO does not look. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GTlsCertificateFlags crypto_x509_check_server (const guint8 *der,
                                               gsize         length);   /* bytes */

G_END_DECLS
