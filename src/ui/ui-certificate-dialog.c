/* The dialog that shows a certificate which proves nothing, and asks whether to trust it all the same. */
#include "ui-certificate-dialog.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-certificate-view.h"
#include "ui-voice.h"

struct _UiCertificateDialog {
  AdwWindow          parent_instance;

  XmppCertificate   *certificate;   /* (owned) */

  GtkLabel          *heading;
  GtkLabel          *explanation;
  GtkWidget         *before;
  GtkLabel          *before_fingerprint;
  GtkLabel          *now_fingerprint;
  UiCertificateView *view;
};

enum { TRUSTED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiCertificateDialog, ui_certificate_dialog, ADW_TYPE_WINDOW)

/* Why it is asked. */
typedef enum {
  REASON_NEW,         /* nothing was trusted here before */
  REASON_CHANGED,     /* another one was */
  REASON_VOUCHED,     /* another one was, but authorities vouch for this one */
  REASON_EXPIRED,     /* this one was, and has expired since */
  REASON_WORSE,       /* this one was, and something else is wrong with it now */
} Reason;

static const struct {
  const char *heading, *explanation;
} words[] = {
  [REASON_NEW] = {
    N_("The server could not prove that it is {domain}"),
    N_("Somebody may be standing between you and the server. It may also be a server whose owner made its certificate "
       "without an authority. Nothing was sent to it: neither your password nor a message.\n\nAsk whoever runs the "
       "server, by another way than this one, for the fingerprint of its certificate. If it is not the same, do not "
       "connect."),
  },
  [REASON_CHANGED] = {
    N_("The certificate of {domain} has changed"),
    N_("It is not the one that you trusted until now. The server may have got a new one, or somebody may be standing "
       "between you and the server. Nothing was sent to it: neither your password nor a message.\n\nAsk whoever runs "
       "the server, by another way than this one, for the fingerprint of its certificate. If it is not the same, do "
       "not connect."),
  },
  [REASON_VOUCHED] = {
    N_("The certificate of {domain} has changed"),
    N_("It is not the one that you trusted until now, but authorities that this computer trusts vouch for it. Nothing "
       "was sent to it: neither your password nor a message.\n\nIf whoever runs the server has got a certificate from "
       "an authority, this is it. When you trust it, Linnet trusts this server as it does every other: whenever "
       "authorities vouch for it."),
  },
  [REASON_EXPIRED] = {
    N_("The certificate that you trusted for {domain} has expired"),
    N_("It is the same as before, but its time is over, and its owner may have lost hold of it since. Nothing was sent "
       "to the server: neither your password nor a message.\n\nAsk whoever runs the server for a new certificate. If "
       "you have to connect before that, you can trust this one although it has expired."),
  },
  [REASON_WORSE] = {
    N_("Something is wrong with the certificate that you trusted for {domain}"),
    N_("It is the same as before, but what is wrong with it now was not when you trusted it. Nothing was sent to the "
       "server: neither your password nor a message.\n\nAsk whoever runs the server what has happened before you trust "
       "it again."),
  },
};

static Reason
get_reason (const XmppCertificate *certificate,
            const char            *pin)   /* (nullable) */
{
  if (pin == NULL)
    return REASON_NEW;
  if (g_ascii_strcasecmp (pin, certificate->sha256) != 0)
    return certificate->errors == 0 ? REASON_VOUCHED : REASON_CHANGED;
  return (certificate->errors & G_TLS_CERTIFICATE_EXPIRED) != 0 ? REASON_EXPIRED : REASON_WORSE;
}

static void
trust_clicked_cb (UiCertificateDialog *self)
{
  g_signal_emit (self, signals[TRUSTED], 0);
  gtk_window_close (GTK_WINDOW (self));
}

static void
ui_certificate_dialog_finalize (GObject *object)
{
  g_clear_pointer (&UI_CERTIFICATE_DIALOG (object)->certificate, xmpp_certificate_unref);
  G_OBJECT_CLASS (ui_certificate_dialog_parent_class)->finalize (object);
}

static void
ui_certificate_dialog_class_init (UiCertificateDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ui_certificate_dialog_finalize;

  signals[TRUSTED] =
      g_signal_new ("trusted", UI_TYPE_CERTIFICATE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_CERTIFICATE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-certificate-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, before);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, before_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, now_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateDialog, view);
  gtk_widget_class_bind_template_callback (widget_class, trust_clicked_cb);
}

static void
ui_certificate_dialog_init (UiCertificateDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_certificate_dialog_new:
 * @parent: (nullable): the window it belongs to
 * @certificate: what the server showed
 * @pin: (nullable): the fingerprint of the certificate that was trusted until now
 *
 * Makes the dialog. Neither Return nor Escape trusts anything: that takes a tick and a button of its own.
 *
 * Returns: (transfer none): the dialog, owned by the toolkit until it is closed
 */
GtkWidget *
ui_certificate_dialog_new (GtkWindow       *parent,
                           XmppCertificate *certificate,
                           const char      *pin)
{
  UiCertificateDialog *self = g_object_new (UI_TYPE_CERTIFICATE_DIALOG, "transient-for", parent, NULL);
  Reason reason = get_reason (certificate, pin);
  g_autofree char *domain = base_text_line (certificate->domain, 253);
  g_auto (GStrv) pieces = g_strsplit (_(words[reason].heading), "{domain}", 2);
  g_autofree char *heading = g_strjoinv (domain, pieces);

  self->certificate = xmpp_certificate_ref (certificate);
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->explanation, _(words[reason].explanation));
  if (reason == REASON_CHANGED || reason == REASON_VOUCHED) {
    g_autofree char *before = ui_certificate_fingerprint (pin);
    g_autofree char *now = ui_certificate_fingerprint (certificate->sha256);

    gtk_label_set_label (self->before_fingerprint, before);
    gtk_label_set_label (self->now_fingerprint, now);
    gtk_widget_set_visible (self->before, TRUE);
  }
  ui_certificate_view_set_certificate (self->view, certificate);
  return GTK_WIDGET (self);
}

/**
 * ui_certificate_dialog_get_certificate:
 * @self: a dialog
 *
 * Returns: (transfer none): the certificate that it asks about
 */
XmppCertificate *
ui_certificate_dialog_get_certificate (UiCertificateDialog *self)
{
  g_return_val_if_fail (UI_IS_CERTIFICATE_DIALOG (self), NULL);

  return self->certificate;
}
