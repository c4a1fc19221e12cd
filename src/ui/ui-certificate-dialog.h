/* The dialog that shows a certificate which proves nothing, and asks whether to trust it all the same. */
#pragma once

#include <adwaita.h>

#include "xmpp-certificate.h"

G_BEGIN_DECLS

#define UI_TYPE_CERTIFICATE_DIALOG (ui_certificate_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UiCertificateDialog, ui_certificate_dialog, UI, CERTIFICATE_DIALOG, AdwWindow)

/* Signal: "trusted" when the user says so, and only then. */
GtkWidget       *ui_certificate_dialog_new             (GtkWindow           *parent,      /* (nullable) */
                                                        XmppCertificate     *certificate,
                                                        const char          *pin);        /* (nullable) of the one trusted until now */
XmppCertificate *ui_certificate_dialog_get_certificate (UiCertificateDialog *self);       /* (transfer none) */

G_END_DECLS
