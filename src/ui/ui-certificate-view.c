/* A server's certificate as rows: what is wrong with it, whose it is, who vouches, how long, its fingerprint. */
#include "ui-certificate-view.h"

#include <glib/gi18n.h>

#include "base-text.h"

/* What a certificate says of itself is shown up to here: it may say anything, at any length. */
#define MAX_CHARS 300
#define MAX_NAMES 20

/* Two fingerprints are compared line by line. */
#define DIGITS_IN_LINE 16

struct _UiCertificateView {
  AdwBin            parent_instance;

  GtkBox           *faults;
  GtkLabel         *subject;
  GtkLabel         *names;
  GtkLabel         *issuer;
  GtkLabel         *not_before;
  GtkLabel         *not_after;
  GtkLabel         *fingerprint;
  GtkWidget        *copy;
};

G_DEFINE_FINAL_TYPE (UiCertificateView, ui_certificate_view, ADW_TYPE_BIN)

/* In the order in which they matter. */
static const struct {
  GTlsCertificateFlags  flag;
  const char           *sentence;
} faults[] = {
  { G_TLS_CERTIFICATE_REVOKED, N_("It has been withdrawn by whoever issued it: do not trust it.") },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, N_("It does not list {domain} among its names.") },
  { G_TLS_CERTIFICATE_UNKNOWN_CA, N_("No authority that this computer trusts vouches for it.") },
  { G_TLS_CERTIFICATE_EXPIRED, N_("It has expired.") },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_("It is not valid yet. Check this computer's date and time.") },
  { G_TLS_CERTIFICATE_INSECURE, N_("It is made in a way that is no longer safe.") },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, N_("It was not made for a server, or could not be checked.") },
};

static void
add_fault (UiCertificateView *self,
           const char        *icon_name,
           const char        *sentence)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon_name, "valign", GTK_ALIGN_START, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", sentence, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "xalign", 0.0, "hexpand", TRUE, "selectable", TRUE, NULL);

  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (self->faults, box);
}

static void
show_faults (UiCertificateView     *self,
             const XmppCertificate *certificate)
{
  g_autofree char *domain = base_text_line (certificate->domain, MAX_CHARS);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->faults))) != NULL)
    gtk_box_remove (self->faults, child);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((certificate->errors & faults[i].flag) != 0) {
      g_auto (GStrv) pieces = g_strsplit (_(faults[i].sentence), "{domain}", 2);
      g_autofree char *sentence = g_strjoinv (domain, pieces);

      add_fault (self, "dialog-warning-symbolic", sentence);
    }
  if (certificate->errors == 0)
    add_fault (self, "emblem-ok-symbolic", _("Authorities that this computer trusts vouch for it."));
}

/* @words: (nullable): it says nothing. */
static void
show_words (GtkLabel   *label,
            const char *words)
{
  g_autofree char *line = base_text_line (words, MAX_CHARS);

  gtk_label_set_label (label, *line != '\0' ? line : _("Not given"));
}

static void
show_names (UiCertificateView     *self,
            const XmppCertificate *certificate)
{
  g_auto (GStrv) names = xmpp_certificate_dup_names (certificate);
  guint n = g_strv_length (names);
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, MAX_NAMES); i++) {
    g_autofree char *name = base_text_line (names[i], MAX_CHARS);

    g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", name);
  }
  if (n > MAX_NAMES) {
    g_string_append_c (lines, '\n');
    g_string_append_printf (lines, g_dngettext (GETTEXT_PACKAGE, "and %u more", "and %u more", n - MAX_NAMES),
                            n - MAX_NAMES);
  }
  gtk_label_set_label (self->names, lines->len > 0 ? lines->str : _("None"));
  g_string_free (lines, TRUE);
}

/* How far @days are from today, in the largest unit that still says something. */
static char *
days_away (gint64 days)
{
  guint n = (guint) ABS (days);

  if (days == 0)
    return g_strdup (_("today"));
  if (n < 60)
    return g_strdup_printf (days > 0 ? g_dngettext (GETTEXT_PACKAGE, "in %u day", "in %u days", n)
                                     : g_dngettext (GETTEXT_PACKAGE, "%u day ago", "%u days ago", n),
                            n);
  if (n < 730)
    return g_strdup_printf (days > 0 ? g_dngettext (GETTEXT_PACKAGE, "in %u month", "in %u months", n / 30)
                                     : g_dngettext (GETTEXT_PACKAGE, "%u month ago", "%u months ago", n / 30),
                            n / 30);
  return g_strdup_printf (days > 0 ? g_dngettext (GETTEXT_PACKAGE, "in %u year", "in %u years", n / 365)
                                   : g_dngettext (GETTEXT_PACKAGE, "%u year ago", "%u years ago", n / 365),
                          n / 365);
}

static void
show_date (GtkLabel  *label,
           GDateTime *date)   /* (nullable) */
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) local = date != NULL ? g_date_time_to_local (date) : NULL;
  g_autofree char *day = local != NULL ? g_date_time_format (local, _("%-d %B %Y")) : NULL;
  g_autofree char *away = NULL;
  g_autofree char *both = NULL;

  if (day == NULL) {
    gtk_label_set_label (label, _("Not given"));
    return;
  }
  away = days_away (g_date_time_difference (local, now) / G_TIME_SPAN_DAY);
  /* Translators: a date, and how far away it is: "12 March 2026 (in 3 months)". */
  both = g_strdup_printf (_("%s (%s)"), day, away);
  gtk_label_set_label (label, both);
}

static void
set_copied (UiCertificateView *self,
            gboolean           copied)
{
  const char *words = copied ? _("Copied") : _("Copy the fingerprint");

  gtk_button_set_icon_name (GTK_BUTTON (self->copy), copied ? "object-select-symbolic" : "edit-copy-symbolic");
  gtk_widget_set_tooltip_text (self->copy, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
copy_clicked_cb (UiCertificateView *self)
{
  g_autofree char *line = g_strdelimit (g_strdup (gtk_label_get_label (self->fingerprint)), "\n", ' ');

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), line);
  set_copied (self, TRUE);
}

static void
ui_certificate_view_class_init (UiCertificateViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-certificate-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, faults);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, subject);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, names);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, issuer);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, not_before);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, not_after);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, UiCertificateView, copy);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
ui_certificate_view_init (UiCertificateView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_certificate_view_new:
 *
 * Makes a view of no certificate yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_certificate_view_new (void)
{
  return g_object_new (UI_TYPE_CERTIFICATE_VIEW, NULL);
}

/**
 * ui_certificate_view_set_certificate:
 * @self: a view
 * @certificate: what to show
 *
 * What the certificate says may be hostile: it is shown as text, in one line each, and not at any length.
 */
void
ui_certificate_view_set_certificate (UiCertificateView *self,
                                     XmppCertificate   *certificate)
{
  g_autofree char *subject = xmpp_certificate_dup_subject (certificate);
  g_autofree char *issuer = xmpp_certificate_dup_issuer (certificate);
  g_autoptr (GDateTime) not_before = xmpp_certificate_dup_not_before (certificate);
  g_autoptr (GDateTime) not_after = xmpp_certificate_dup_not_after (certificate);
  g_autofree char *fingerprint = ui_certificate_fingerprint (certificate->sha256);

  g_return_if_fail (UI_IS_CERTIFICATE_VIEW (self));

  show_faults (self, certificate);
  show_words (self->subject, subject);
  show_names (self, certificate);
  show_words (self->issuer, issuer);
  show_date (self->not_before, not_before);
  show_date (self->not_after, not_after);
  gtk_label_set_label (self->fingerprint, fingerprint);
  set_copied (self, FALSE);
}

/**
 * ui_certificate_fingerprint:
 * @sha256: hexadecimal digits
 *
 * Returns: (transfer full): the digits as they are compared by eye and by ear: capitals, in groups of two,
 *   eight of them in a line
 */
char *
ui_certificate_fingerprint (const char *sha256)
{
  GString *grouped = g_string_new (NULL);

  for (guint i = 0; sha256[i] != '\0'; i++) {
    if (i > 0 && i % 2 == 0)
      g_string_append_c (grouped, i % DIGITS_IN_LINE == 0 ? '\n' : ' ');
    g_string_append_c (grouped, g_ascii_toupper (sha256[i]));
  }
  return g_string_free (grouped, FALSE);
}
