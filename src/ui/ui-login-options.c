/* The connection options of an account as a group of rows: server, port, security, device name, priority. */
#include "ui-login-options.h"

#include <glib/gi18n.h>

#include "ui-field-note.h"
#include "ui-voice.h"

#define MIN_PRIORITY G_MININT8
#define MAX_PRIORITY G_MAXINT8

/* Entries that may be wrong, each with a note beneath it. */
enum { SERVER, PORT, RESOURCE, PRIORITY, N_ENTRIES };

static const char *const entry_names[N_ENTRIES] = { "server", "port", "resource", "priority" };

/* What was typed, when nothing of it is wrong. */
typedef struct {
  char         *server;     /* (owned, nullable) */
  guint16       port;       /* 0: the usual one */
  XmppSecurity  security;
  char         *resource;   /* (owned, nullable) */
  int           priority;
} Typed;

struct _UiLoginOptions {
  AdwPreferencesGroup  parent_instance;

  AdwExpanderRow      *expander;
  GtkEditable         *entries[N_ENTRIES];
  UiFieldNote         *notes[N_ENTRIES];
  AdwComboRow         *security;
};

enum { CHANGED, ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiLoginOptions, ui_login_options, ADW_TYPE_PREFERENCES_GROUP)

static void
typed_clear (Typed *typed)
{
  g_free (typed->server);
  g_free (typed->resource);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* Without the spaces around it; NULL for nothing. */
static char *
dup_text (UiLoginOptions *self,
          guint           entry)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entries[entry])));

  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

/* --- each entry: FALSE when what stands there is none; leaves its default alone when nothing does --- */

static gboolean
read_server (UiLoginOptions *self,
             char          **server)
{
  g_autofree char *text = dup_text (self, SERVER);
  g_autoptr (XmppJid) jid = NULL;

  if (text != NULL && !g_hostname_is_ip_address (text)) {
    jid = xmpp_jid_new_typed (text, NULL);
    if (jid == NULL || xmpp_jid_get_local (jid) != NULL || !xmpp_jid_is_bare (jid))
      return FALSE;
  }
  *server = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
read_port (UiLoginOptions *self,
           guint16        *port)
{
  g_autofree char *text = dup_text (self, PORT);
  guint64 number = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint16) number;
  return TRUE;
}

static gboolean
read_resource (UiLoginOptions *self,
               char          **resource)
{
  g_autofree char *text = dup_text (self, RESOURCE);
  g_autofree char *address = g_strconcat ("localhost/", text, NULL);
  g_autoptr (XmppJid) jid = text != NULL ? xmpp_jid_new_typed (address, NULL) : NULL;

  if (text != NULL && jid == NULL)
    return FALSE;
  *resource = g_steal_pointer (&text);
  return TRUE;
}

/* A true minus sign is what the sentences here write, so it may be typed as well. */
static gboolean
read_priority (UiLoginOptions *self,
               int            *priority)
{
  static const char minus[] = "\xe2\x88\x92";
  g_autofree char *text = dup_text (self, PRIORITY);
  g_autofree char *ascii = NULL;
  gint64 number = 0;

  if (text != NULL && g_str_has_prefix (text, minus))
    ascii = g_strconcat ("-", text + strlen (minus), NULL);
  else
    ascii = g_strdup (text);
  if (ascii != NULL && !g_ascii_string_to_signed (ascii, 10, MIN_PRIORITY, MAX_PRIORITY, &number, NULL))
    return FALSE;
  *priority = (int) number;
  return TRUE;
}

/* Returns the entry that is wrong, N_ENTRIES when none is. */
static guint
read_typed (UiLoginOptions *self,
            Typed          *typed)
{
  typed->security = (XmppSecurity) adw_combo_row_get_selected (self->security);
  if (!read_server (self, &typed->server))
    return SERVER;
  if (!read_port (self, &typed->port))
    return PORT;
  if (!read_resource (self, &typed->resource))
    return RESOURCE;
  if (!read_priority (self, &typed->priority))
    return PRIORITY;
  return N_ENTRIES;
}

static const char *
wrong_sentence (guint entry)
{
  switch (entry) {
  case SERVER:
    return _("This is not a server's name. Check it, or leave it empty.");
  case PORT:
    return _("A port is a number from 1 to 65535. Check it, or leave it empty.");
  case RESOURCE:
    return _("This name contains something that no device's name may. Check it, or leave it empty.");
  case PRIORITY:
  default:
    return _("A priority is a whole number from −128 to 127. Check it, or leave it empty.");
  }
}

static void
show_wrong (UiLoginOptions *self,
            guint           entry,
            const char     *sentence)
{
  adw_expander_row_set_expanded (self->expander, TRUE);
  ui_field_note_show_error (self->notes[entry], sentence);
}

static void
changed_cb (UiLoginOptions *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
priority_changed_cb (UiLoginOptions *self)
{
  int priority = 0;
  gboolean negative = read_priority (self, &priority) && priority < 0;

  ui_field_note_set_hint (self->notes[PRIORITY],
                          negative ? _("With a negative priority, messages to your address go to your other devices "
                                       "only.")
                                   : NULL);
  changed_cb (self);
}

static void
entry_activated_cb (UiLoginOptions *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
ui_login_options_class_init (UiLoginOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHANGED] =
      g_signal_new ("changed", UI_TYPE_LOGIN_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] =
      g_signal_new ("activated", UI_TYPE_LOGIN_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_FIELD_NOTE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-login-options.ui");
  for (guint entry = 0; entry < N_ENTRIES; entry++) {
    g_autofree char *note = g_strconcat (entry_names[entry], "_note", NULL);
    gssize offset = (gssize) (entry * sizeof (gpointer));

    gtk_widget_class_bind_template_child_full (widget_class, entry_names[entry], FALSE,
                                               G_STRUCT_OFFSET (UiLoginOptions, entries) + offset);
    gtk_widget_class_bind_template_child_full (widget_class, note, FALSE,
                                               G_STRUCT_OFFSET (UiLoginOptions, notes) + offset);
  }
  gtk_widget_class_bind_template_child (widget_class, UiLoginOptions, expander);
  gtk_widget_class_bind_template_child (widget_class, UiLoginOptions, security);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, priority_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
}

static void
ui_login_options_init (UiLoginOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_login_options_new:
 *
 * Makes the rows, with nothing in them.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_login_options_new (void)
{
  return g_object_new (UI_TYPE_LOGIN_OPTIONS, NULL);
}

/**
 * ui_login_options_set_login:
 * @self: the options
 * @login: whose server, port, security and resource are shown
 * @priority: from -128 to 127; 0, the default, is shown as nothing
 *
 * Shows what an account has.
 */
void
ui_login_options_set_login (UiLoginOptions  *self,
                            const XmppLogin *login,
                            int              priority)
{
  g_autofree char *port = NULL;
  g_autofree char *number = NULL;

  g_return_if_fail (UI_IS_LOGIN_OPTIONS (self));
  g_return_if_fail (login != NULL);

  if (login->host != NULL && login->port != 0)
    port = g_strdup_printf ("%u", login->port);
  if (priority != 0)
    number = g_strdup_printf ("%d", priority);
  gtk_editable_set_text (self->entries[SERVER], login->host != NULL ? login->host : "");
  gtk_editable_set_text (self->entries[PORT], port != NULL ? port : "");
  adw_combo_row_set_selected (self->security, login->host != NULL ? login->security : XMPP_SECURITY_STARTTLS);
  gtk_editable_set_text (self->entries[RESOURCE], login->resource != NULL ? login->resource : "");
  gtk_editable_set_text (self->entries[PRIORITY], number != NULL ? number : "");
}

/**
 * ui_login_options_read_login:
 * @self: the options
 * @login: whose resource, host, port and security become what was typed; its address is read
 * @priority: (out): the priority, from -128 to 127
 *
 * A port or direct TLS without a server means: the server that the address names.
 *
 * Returns: %FALSE when something cannot be; it is then said beneath its entry, and @login is as it was
 */
gboolean
ui_login_options_read_login (UiLoginOptions *self,
                             XmppLogin      *login,
                             int            *priority)
{
  g_auto (Typed) typed = { 0 };
  guint wrong;

  g_return_val_if_fail (UI_IS_LOGIN_OPTIONS (self), FALSE);
  g_return_val_if_fail (login != NULL && login->jid != NULL, FALSE);

  wrong = read_typed (self, &typed);
  if (wrong != N_ENTRIES) {
    show_wrong (self, wrong, wrong_sentence (wrong));
    return FALSE;
  }
  if (typed.server == NULL && (typed.port != 0 || typed.security == XMPP_SECURITY_DIRECT_TLS))
    typed.server = xmpp_jid_ascii_domain (login->jid);
  g_free (login->host);
  login->host = g_steal_pointer (&typed.server);
  login->port = typed.port;
  login->security = typed.security;
  g_free (login->resource);
  login->resource = g_steal_pointer (&typed.resource);
  *priority = typed.priority;
  return TRUE;
}

/**
 * ui_login_options_is_valid:
 * @self: the options
 *
 * Returns: whether ui_login_options_read_login() would read them; nothing is said about it
 */
gboolean
ui_login_options_is_valid (UiLoginOptions *self)
{
  g_auto (Typed) typed = { 0 };

  g_return_val_if_fail (UI_IS_LOGIN_OPTIONS (self), FALSE);

  return read_typed (self, &typed) == N_ENTRIES;
}

/**
 * ui_login_options_is_manual:
 * @self: the options
 *
 * Returns: whether a server or a port was typed
 */
gboolean
ui_login_options_is_manual (UiLoginOptions *self)
{
  g_autofree char *server = NULL;
  g_autofree char *port = NULL;

  g_return_val_if_fail (UI_IS_LOGIN_OPTIONS (self), FALSE);

  server = dup_text (self, SERVER);
  port = dup_text (self, PORT);
  return server != NULL || port != NULL;
}

/**
 * ui_login_options_show_error:
 * @self: the options
 * @sentence: why the server could not be used
 *
 * Says it beneath the server.
 */
void
ui_login_options_show_error (UiLoginOptions *self,
                             const char     *sentence)
{
  g_return_if_fail (UI_IS_LOGIN_OPTIONS (self));

  show_wrong (self, SERVER, sentence);
}
