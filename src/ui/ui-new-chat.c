/* The dialog that asks whom to write to. */
#include "ui-new-chat.h"

#include <glib/gi18n.h>

#include "ui-errors.h"

struct _UiNewChat {
  AdwMessageDialog  parent_instance;

  GtkEditable      *address;
  GtkLabel         *sentence;
};

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiNewChat, ui_new_chat, ADW_TYPE_MESSAGE_DIALOG)

/* A person's address; while it is being typed the part after the @ is not wrong, only missing. */
static XmppJid *
parse_address (UiNewChat  *self,
               GError    **error)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  g_autoptr (XmppJid) jid = xmpp_jid_new_typed (text, error);

  if (jid == NULL || xmpp_jid_get_local (jid) == NULL)
    return NULL;
  return xmpp_jid_ref (xmpp_jid_get_bare (jid));
}

static void
address_changed_cb (UiNewChat *self)
{
  const char *text = gtk_editable_get_text (self->address);
  const char *at = strchr (text, '@');
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);
  g_autofree char *sentence = NULL;

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "chat", jid != NULL);
  if (error != NULL && at != NULL && at[1] != '\0')
    sentence = ui_error_sentence (error, NULL);
  else if (*text != '\0' && at == NULL)
    sentence = g_strdup (_("An address looks like juliet@capulet.example."));
  gtk_label_set_label (self->sentence, sentence != NULL ? sentence : "");
  if (error != NULL && sentence != NULL && at != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->sentence), "error");
}

static void
response_cb (UiNewChat  *self,
             const char *response)
{
  g_autoptr (XmppJid) jid = parse_address (self, NULL);

  if (g_strcmp0 (response, "chat") == 0 && jid != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, jid);
}

static void
ui_new_chat_class_init (UiNewChatClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_NEW_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  XMPP_TYPE_JID);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-new-chat.ui");
  gtk_widget_class_bind_template_child (widget_class, UiNewChat, address);
  gtk_widget_class_bind_template_child (widget_class, UiNewChat, sentence);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
ui_new_chat_init (UiNewChat *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_new_chat_new:
 * @parent: (nullable): the window it belongs to
 *
 * Makes the dialog; "chosen" comes with a valid address, and only then.
 *
 * Returns: (transfer none): the dialog, owned by the toolkit until it is closed
 */
GtkWidget *
ui_new_chat_new (GtkWindow *parent)
{
  return g_object_new (UI_TYPE_NEW_CHAT, "transient-for", parent, NULL);
}
