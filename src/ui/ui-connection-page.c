/* How an account is connected, for those who want to know: server, encryption, certificate, sign-in, features. */
#include "ui-connection-page.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account-settings.h"
#include "chat-server-info.h"
#include "ui-account-words.h"
#include "ui-certificate-view.h"
#include "ui-fact-row.h"
#include "ui-remedy.h"

/* What a certificate says of itself is copied up to here. */
#define MAX_CHARS 300

struct _UiConnectionPage {
  AdwBin             parent_instance;

  ChatAccount       *account;       /* (owned) */
  XmppConnection    *connection;    /* (owned, nullable) the one that is shown */
  GCancellable      *cancellable;   /* (owned, nullable) while the server is asked */

  GtkStack          *stack;
  AdwStatusPage     *offline;
  GtkButton         *remedy;
  AdwToastOverlay   *toasts;
  GtkWidget         *server_group, *encryption_group, *sign_in_group, *certificate_group, *features_group;
  UiFactRow         *host, *port, *found, *transport, *proxy, *software, *round_trip;
  UiFactRow         *direct, *tls_version, *cipher, *backend;
  UiFactRow         *mechanism, *binding, *keyring;
  UiFactRow         *trust;
  UiCertificateView *certificate;
  AdwExpanderRow    *features;
  UiFactRow         *feature_names;
};

G_DEFINE_FINAL_TYPE (UiConnectionPage, ui_connection_page, ADW_TYPE_BIN)

/* --- in words --- */

static const char *
found_sentence (XmppFound found)
{
  switch (found) {
  case XMPP_FOUND_SRV:
    return _("The address's domain names it (SRV record)");
  case XMPP_FOUND_BY_HAND:
    return _("The connection options name it");
  case XMPP_FOUND_HOST_META:
    return _("The domain's web server names it (host-meta)");
  case XMPP_FOUND_GIVEN:
    return _("The connection was handed over");
  case XMPP_FOUND_DOMAIN:
  default:
    return _("It is the address's domain itself");
  }
}

static const char *
transport_name (const char *transport)
{
  if (g_strcmp0 (transport, "tcp") == 0)
    return _("TCP");
  if (g_strcmp0 (transport, "websocket") == 0)
    return _("WebSocket");
  return transport;
}

static const char *
keyring_sentence (ChatAccount *account)
{
  if (chat_account_get_asks_password (account))
    return _("Asked for each time");
  if (chat_account_get_secret_error (account) != NULL)
    return _("The keyring did not keep it");
  return _("Kept in the keyring");
}

/* --- what the server says of itself --- */

static void
show_round_trip (UiConnectionPage *self,
                 gint64            round_trip)
{
  g_autofree char *text = NULL;

  if (round_trip < 0)
    text = g_strdup (_("The server did not answer"));
  else
    /* Translators: milliseconds. */
    text = g_strdup_printf (_("%.1f ms"), (double) round_trip / 1000);
  ui_fact_row_set_value (self->round_trip, text);
}

static void
show_features (UiConnectionPage *self,
               char            **features)
{
  guint n_features = g_strv_length (features);
  g_autofree char *names = g_strjoinv ("\n", features);
  /* Translators: what a server can do. */
  g_autofree char *count = g_strdup_printf (ngettext ("%u feature", "%u features", n_features), n_features);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->features), count);
  ui_fact_row_set_value (self->feature_names, names);
  gtk_widget_set_visible (self->features_group, n_features > 0);
}

static void
server_info_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (UiConnectionPage) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatServerInfo) info = chat_server_info_finish (CHAT_ACCOUNT (source), result, &error);

  g_weak_ref_clear (weak);
  if (self == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  show_round_trip (self, info != NULL ? info->round_trip : -1);
  if (info != NULL) {
    ui_fact_row_set_value (self->software, info->software);
    show_features (self, info->features);
  }
}

static void
stop_asking (UiConnectionPage *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ask_server (UiConnectionPage *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  stop_asking (self);
  self->cancellable = g_cancellable_new ();
  g_weak_ref_init (weak, self);
  ui_fact_row_set_value (self->round_trip, _("Measuring…"));
  chat_server_info_async (self->account, self->cancellable, server_info_cb, weak);
}

static void
measure_activated_cb (UiConnectionPage *self)
{
  ask_server (self);
}

/* --- what the connection is --- */

static void
show_connection (UiConnectionPage     *self,
                 const XmppConnection *connection)
{
  gboolean encrypted = connection->tls_version != NULL || connection->cipher != NULL;
  g_autofree char *port = connection->port != 0 ? g_strdup_printf ("%u", connection->port) : NULL;

  ui_fact_row_set_value (self->host, connection->host);
  ui_fact_row_set_value (self->port, port);
  ui_fact_row_set_value (self->found, found_sentence (connection->found));
  ui_fact_row_set_value (self->transport, transport_name (connection->transport));
  ui_fact_row_set_value (self->proxy, connection->proxied ? _("Through the proxy of the system settings") : _("None"));
  ui_fact_row_set_value (self->software, NULL);
  ui_fact_row_set_value (self->direct, connection->direct ? _("From the start (direct TLS)")
                                                          : _("After a greeting (STARTTLS)"));
  ui_fact_row_set_value (self->tls_version, connection->tls_version);
  ui_fact_row_set_value (self->cipher, connection->cipher);
  ui_fact_row_set_value (self->backend, connection->backend);
  gtk_widget_set_visible (self->encryption_group, encrypted);
  ui_fact_row_set_value (self->mechanism, connection->mechanism);
  ui_fact_row_set_value (self->binding, connection->binding != NULL ? connection->binding : _("None"));
  ui_fact_row_set_value (self->trust, connection->pinned ? _("You chose to trust this certificate")
                                                         : _("A certificate authority vouches for it"));
  gtk_widget_set_visible (self->certificate_group, connection->certificate != NULL);
  if (connection->certificate != NULL)
    ui_certificate_view_set_certificate (self->certificate, connection->certificate);
  gtk_widget_set_visible (self->features_group, FALSE);
}

static void
show_offline (UiConnectionPage *self)
{
  g_autofree char *sentence = ui_account_sentence (self->account);
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_status_page_set_description (self->offline, escaped);
  ui_remedy_show (self->remedy, self->account);
}

static void
account_notify_cb (UiConnectionPage *self)
{
  XmppConnection *connection = chat_account_get_connection (self->account);

  ui_fact_row_set_value (self->keyring, keyring_sentence (self->account));
  if (connection == NULL)
    show_offline (self);
  if (connection == self->connection)
    return;

  stop_asking (self);
  g_clear_pointer (&self->connection, xmpp_connection_unref);
  if (connection != NULL) {
    self->connection = xmpp_connection_ref (connection);
    show_connection (self, connection);
    ask_server (self);
  }
  gtk_stack_set_visible_child_name (self->stack, connection != NULL ? "online" : "offline");
}

/* --- all of it as text --- */

static void
append_facts (GString   *text,
              GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    const char *value = UI_IS_FACT_ROW (child) ? ui_fact_row_get_value (UI_FACT_ROW (child)) : NULL;

    if (value != NULL)
      g_string_append_printf (text, "%s: %s\n", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (child)), value);
    else if (!UI_IS_FACT_ROW (child))
      append_facts (text, child);
  }
}

static void
append_certificate (GString               *text,
                    const XmppCertificate *certificate)
{
  g_autofree char *subject = xmpp_certificate_dup_subject (certificate);
  g_autofree char *issuer = xmpp_certificate_dup_issuer (certificate);
  g_autofree char *subject_line = base_text_line (subject, MAX_CHARS);
  g_autofree char *issuer_line = base_text_line (issuer, MAX_CHARS);
  g_autofree char *fingerprint = ui_certificate_fingerprint (certificate->sha256);

  if (*subject_line != '\0')
    g_string_append_printf (text, "%s: %s\n", _("Subject"), subject_line);
  if (*issuer_line != '\0')
    g_string_append_printf (text, "%s: %s\n", _("Issuer"), issuer_line);
  g_string_append_printf (text, "%s: %s\n", _("SHA-256 fingerprint"), fingerprint);
}

static void
append_group (UiConnectionPage *self,
              GString          *text,
              GtkWidget        *group)
{
  if (!gtk_widget_get_visible (group))
    return;
  g_string_append_printf (text, "\n%s\n", adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)));
  append_facts (text, group);
  if (group == self->certificate_group)
    append_certificate (text, self->connection->certificate);
}

static void
copy_clicked_cb (UiConnectionPage *self)
{
  GtkWidget *const groups[] = { self->server_group, self->encryption_group, self->sign_in_group,
                                self->certificate_group, self->features_group };
  g_autoptr (GString) text = g_string_new (xmpp_jid_get_text (chat_account_get_jid (self->account)));

  g_string_append_c (text, '\n');
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    append_group (self, text, groups[i]);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

/* --- life cycle --- */

static void
ui_connection_page_dispose (GObject *object)
{
  UiConnectionPage *self = UI_CONNECTION_PAGE (object);

  stop_asking (self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->connection, xmpp_connection_unref);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ui_connection_page_parent_class)->dispose (object);
}

static void
ui_connection_page_class_init (UiConnectionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_connection_page_dispose;

  g_type_ensure (UI_TYPE_CERTIFICATE_VIEW);
  g_type_ensure (UI_TYPE_FACT_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-connection-page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, stack);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, offline);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, remedy);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, server_group);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, encryption_group);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, sign_in_group);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, certificate_group);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, features_group);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, host);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, port);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, found);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, transport);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, proxy);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, software);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, round_trip);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, direct);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, tls_version);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, cipher);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, backend);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, mechanism);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, binding);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, keyring);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, trust);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, certificate);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, features);
  gtk_widget_class_bind_template_child (widget_class, UiConnectionPage, feature_names);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, measure_activated_cb);
}

static void
ui_connection_page_init (UiConnectionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_connection_page_new:
 * @account: the account whose connection is shown
 *
 * Makes a page that follows @account; offline it says why. The server is asked what it is whenever it is a new
 * connection, and again when the user wants it measured.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_connection_page_new (ChatAccount *account)
{
  UiConnectionPage *self = g_object_new (UI_TYPE_CONNECTION_PAGE, NULL);

  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), self, G_CONNECT_SWAPPED);
  account_notify_cb (self);
  return GTK_WIDGET (self);
}
