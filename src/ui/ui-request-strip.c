/* The strip above a conversation with somebody who asks to see us, or who is no contact yet. */
#include "ui-request-strip.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account.h"
#include "ui-answers.h"
#include "ui-contact-menu.h"
#include "ui-contact-words.h"
#include "ui-voice.h"

struct _UiRequestStrip {
  AdwBin        parent_instance;

  ChatContact  *contact;           /* (owned, nullable) */
  GSignalGroup *contact_signals;

  GtkLabel     *sentence;
  GtkLabel     *warning;
  GtkLabel     *words;
  UiAnswers    *answers;
  GtkWidget    *add;
};

G_DEFINE_FINAL_TYPE (UiRequestStrip, ui_request_strip, ADW_TYPE_BIN)

static void
contact_notify_cb (UiRequestStrip *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  const char *words = chat_contact_get_request_text (self->contact);
  gboolean is_self =
      account != NULL && xmpp_jid_equal (chat_account_get_jid (account), chat_contact_get_jid (self->contact));
  gboolean is_asking = chat_contact_is_asking (self->contact);
  g_autofree char *warning = is_self ? NULL : ui_contact_warning (self->contact);
  g_autofree char *shown = ui_contact_address (self->contact);
  g_autofree char *address = base_text_isolate (shown);
  /* Translators: %s is an address. */
  g_autofree char *sentence = g_strdup_printf (is_asking ? _("%s asks to see your status.")
                                                         : _("%s is not in your contact list."),
                                               address);

  gtk_widget_set_visible (GTK_WIDGET (self), !is_self && (is_asking || !chat_contact_is_contact (self->contact)));
  gtk_label_set_label (self->sentence, sentence);
  gtk_label_set_label (self->warning, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), warning != NULL);
  gtk_label_set_label (self->words, is_asking && words != NULL ? words : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), is_asking && words != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->answers), is_asking);
  gtk_widget_set_visible (self->add, !is_asking);
}

static void
ui_request_strip_dispose (GObject *object)
{
  UiRequestStrip *self = UI_REQUEST_STRIP (object);

  g_clear_object (&self->contact_signals);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (ui_request_strip_parent_class)->dispose (object);
}

static void
ui_request_strip_class_init (UiRequestStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_request_strip_dispose;

  g_type_ensure (UI_TYPE_ANSWERS);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-request-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, UiRequestStrip, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiRequestStrip, warning);
  gtk_widget_class_bind_template_child (widget_class, UiRequestStrip, words);
  gtk_widget_class_bind_template_child (widget_class, UiRequestStrip, answers);
  gtk_widget_class_bind_template_child (widget_class, UiRequestStrip, add);
}

static void
ui_request_strip_init (UiRequestStrip *self)
{
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_notify_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_request_strip_set_contact:
 * @self: a strip
 * @contact: (nullable): with whom the conversation is
 *
 * Shows what there is to be answered or done about @contact, or nothing.
 */
void
ui_request_strip_set_contact (UiRequestStrip *self,
                              ChatContact    *contact)
{
  g_return_if_fail (UI_IS_REQUEST_STRIP (self));

  g_set_object (&self->contact, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  ui_answers_set_contact (self->answers, contact);
  if (contact == NULL) {
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
    return;
  }
  ui_contact_menu_set_action (self->add, "win.add-this-contact", contact);
  contact_notify_cb (self);
}
