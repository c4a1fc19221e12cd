/* The dialog that asks whom to write to. */
#include "ui-new-chat.h"

#include <glib/gi18n.h>

#include "ui-account-choice.h"
#include "ui-errors.h"
#include "ui-voice.h"

struct _UiNewChat {
  AdwMessageDialog  parent_instance;

  UiAccountChoice  *from;
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

static gboolean
is_own_address (UiNewChat *self,
                XmppJid   *jid)
{
  ChatAccount *account = ui_account_choice_get_account (self->from);

  return account != NULL && xmpp_jid_equal (jid, chat_account_get_jid (account));
}

static void
changed_cb (UiNewChat *self)
{
  const char *text = gtk_editable_get_text (self->address);
  const char *at = strchr (text, '@');
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = parse_address (self, &error);
  gboolean own = jid != NULL && is_own_address (self, jid);
  gboolean none = ui_account_choice_get_account (self->from) == NULL;
  g_autofree char *sentence = NULL;

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "chat", jid != NULL && !own && !none);
  if (none)
    sentence = g_strdup (_("Your accounts are switched off. Switch one on first."));
  else if (own)
    sentence = g_strdup (_("This is your own address. Type somebody else’s."));
  else if (error != NULL && at != NULL && at[1] != '\0')
    sentence = ui_error_sentence (error, NULL);
  else if (*text != '\0' && at == NULL)
    sentence = g_strdup (_("An address looks like juliet@capulet.example."));
  gtk_label_set_label (self->sentence, sentence != NULL ? sentence : "");
  if (own || (error != NULL && sentence != NULL && at != NULL))
    gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->sentence), "error");
}

static void
response_cb (UiNewChat  *self,
             const char *response)
{
  g_autoptr (XmppJid) jid = parse_address (self, NULL);
  ChatAccount *account = ui_account_choice_get_account (self->from);

  if (g_strcmp0 (response, "chat") == 0 && jid != NULL && account != NULL && !is_own_address (self, jid))
    g_signal_emit (self, signals[CHOSEN], 0, jid, account);
}

static void
ui_new_chat_class_init (UiNewChatClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_NEW_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  XMPP_TYPE_JID, CHAT_TYPE_ACCOUNT);

  g_type_ensure (UI_TYPE_ACCOUNT_CHOICE);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-new-chat.ui");
  gtk_widget_class_bind_template_child (widget_class, UiNewChat, from);
  gtk_widget_class_bind_template_child (widget_class, UiNewChat, address);
  gtk_widget_class_bind_template_child (widget_class, UiNewChat, sentence);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, response_cb);
}

static void
ui_new_chat_init (UiNewChat *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_new_chat_new:
 * @parent: (nullable): the window it belongs to
 * @core: from whose accounts one may write
 * @jid: (nullable): to whom, as a proposal
 *
 * Makes the dialog; "chosen" comes with a valid address of somebody else, and only then.
 *
 * Returns: (transfer none): the dialog, owned by the toolkit until it is closed
 */
GtkWidget *
ui_new_chat_new (GtkWindow *parent,
                 ChatCore  *core,
                 XmppJid   *jid)
{
  UiNewChat *self = g_object_new (UI_TYPE_NEW_CHAT, "transient-for", parent, NULL);

  ui_account_choice_set_core (self->from, core);
  if (jid != NULL)
    gtk_editable_set_text (self->address, xmpp_jid_get_text (xmpp_jid_get_bare (jid)));
  changed_cb (self);
  return GTK_WIDGET (self);
}
