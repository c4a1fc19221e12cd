/* A server's certificate as rows: what is wrong with it, whose it is, who vouches, how long, its fingerprint. */
#pragma once

#include <adwaita.h>

#include "xmpp-certificate.h"

G_BEGIN_DECLS

#define UI_TYPE_CERTIFICATE_VIEW (ui_certificate_view_get_type ())
G_DECLARE_FINAL_TYPE (UiCertificateView, ui_certificate_view, UI, CERTIFICATE_VIEW, AdwBin)

GtkWidget *ui_certificate_view_new             (void);
void       ui_certificate_view_set_certificate (UiCertificateView *self,
                                                XmppCertificate   *certificate);
char      *ui_certificate_fingerprint          (const char        *sha256) G_GNUC_WARN_UNUSED_RESULT;   /* "A1 B2 …" */

G_END_DECLS
