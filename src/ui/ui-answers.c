/* The answers that one can give to somebody who asks to see us. */
#include "ui-answers.h"

#include "chat-account.h"
#include "chat-contact-acts.h"
#include "ui-contact-changes.h"
#include "ui-contact-words.h"
#include "ui-voice.h"
#include "ui-wrap-layout.h"

struct _UiAnswers {
  AdwBin        parent_instance;

  ChatContact  *contact;           /* (owned, nullable) */
  GSignalGroup *contact_signals;
  GSignalGroup *account_signals;

  GtkWidget    *accept_and_add;
  GtkWidget    *accept;
};

G_DEFINE_FINAL_TYPE (UiAnswers, ui_answers, ADW_TYPE_BIN)

/* Who is a contact already needs not be added. */
static void
contact_notify_is_contact_cb (UiAnswers *self)
{
  gboolean is_contact = chat_contact_is_contact (self->contact);

  gtk_widget_set_visible (self->accept_and_add, !is_contact);
  gtk_widget_set_visible (self->accept, is_contact);
}

/* An answer that is given offline would be lost. */
static void
account_notify_state_cb (UiAnswers *self)
{
  ChatAccount *account = chat_contact_get_account (self->contact);
  g_autofree char *sentence = account != NULL ? ui_contact_offline_sentence (account) : NULL;
  gboolean can_act = chat_contact_can_act (self->contact);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "answer.accept", can_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "answer.accept-and-add", can_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "answer.deny", can_act);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), sentence);
}

/* With the answer the buttons may go, and the contact with them. */
static void
answer_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  g_autoptr (ChatContact) contact = UI_ANSWERS (widget)->contact != NULL
                                        ? g_object_ref (UI_ANSWERS (widget)->contact) : NULL;

  if (contact == NULL)
    return;
  if (g_str_equal (action, "answer.accept"))
    chat_contact_allow (contact);
  else if (g_str_equal (action, "answer.deny"))
    chat_contact_refuse (contact);
  else
    ui_contact_accept_and_add (GTK_WINDOW (gtk_widget_get_root (widget)), contact);
}

static void
ui_answers_dispose (GObject *object)
{
  UiAnswers *self = UI_ANSWERS (object);

  g_clear_object (&self->contact_signals);
  g_clear_object (&self->account_signals);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (ui_answers_parent_class)->dispose (object);
}

static void
ui_answers_class_init (UiAnswersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_answers_dispose;

  gtk_widget_class_install_action (widget_class, "answer.accept", NULL, answer_cb);
  gtk_widget_class_install_action (widget_class, "answer.accept-and-add", NULL, answer_cb);
  gtk_widget_class_install_action (widget_class, "answer.deny", NULL, answer_cb);
  g_type_ensure (UI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-answers.ui");
  gtk_widget_class_bind_template_child (widget_class, UiAnswers, accept_and_add);
  gtk_widget_class_bind_template_child (widget_class, UiAnswers, accept);
}

static void
ui_answers_init (UiAnswers *self)
{
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify::is-contact",
                                  G_CALLBACK (contact_notify_is_contact_cb), self);
  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::state", G_CALLBACK (account_notify_state_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_voice_give (GTK_WIDGET (self));
}

/**
 * ui_answers_set_contact:
 * @self: the answers
 * @contact: (nullable): who asks
 */
void
ui_answers_set_contact (UiAnswers   *self,
                        ChatContact *contact)
{
  g_return_if_fail (UI_IS_ANSWERS (self));

  g_set_object (&self->contact, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  g_signal_group_set_target (self->account_signals, contact != NULL ? chat_contact_get_account (contact) : NULL);
  if (contact == NULL)
    return;
  contact_notify_is_contact_cb (self);
  account_notify_state_cb (self);
}
