/* One contact in the list: picture with presence, name, one line of status, and what is unread. */
#include "ui-contact-row.h"

#include <glib/gi18n.h>

#include "ui-account-mark.h"
#include "ui-avatar.h"
#include "ui-contact-words.h"
#include "ui-row.h"
#include "ui-show.h"

struct _UiContactRow {
  GtkWidget          parent_instance;

  ChatConversations *conversations;       /* (owned) */
  ChatContact       *contact;             /* (owned, nullable) */
  GBindingGroup     *contact_bindings;
  GSignalGroup      *contact_signals;
  GSignalGroup      *conversation_signals;

  UiAvatar          *avatar;
  GtkLabel          *name;
  GtkLabel          *line;
  GtkLabel          *unread;
  UiAccountMark     *mark;
};

G_DEFINE_FINAL_TYPE (UiContactRow, ui_contact_row, GTK_TYPE_WIDGET)

static guint
get_unread (UiContactRow *self)
{
  g_autoptr (ChatConversation) conversation = g_signal_group_dup_target (self->conversation_signals);

  return conversation != NULL ? chat_conversation_get_unread (conversation) : 0;
}

static void
update_spoken (UiContactRow *self)
{
  g_autofree char *unread = ui_row_unread_words (get_unread (self));

  if (self->contact != NULL) {
    const char *const words[] = {
      chat_contact_get_name (self->contact),
      ui_show_name (chat_contact_get_show (self->contact)),
      unread != NULL ? unread : chat_contact_get_status (self->contact),
      gtk_widget_get_tooltip_text (GTK_WIDGET (self->mark)),
    };

    ui_row_set_spoken (GTK_WIDGET (self), words, G_N_ELEMENTS (words));
  }
}

static void
contact_notify_cb (UiContactRow *self)
{
  const char *status = chat_contact_get_status (self->contact);
  const char *show = ui_show_name (chat_contact_get_show (self->contact));
  g_autofree char *address = ui_contact_address (self->contact);
  const char *line = chat_contact_is_asked (self->contact) ? _("Waiting for authorisation") : show;
  g_autofree char *tooltip = status != NULL ? g_strdup_printf ("%s\n%s\n%s", address, show, status)
                                            : g_strdup_printf ("%s\n%s", address, line);

  gtk_label_set_label (self->line, status != NULL ? status : line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  update_spoken (self);
}

static void
conversation_notify_unread_cb (UiContactRow *self)
{
  ui_row_set_unread (self->unread, get_unread (self));
  update_spoken (self);
}

/* A contact gets a conversation when it is opened, or with the first line said. */
static void
conversations_items_changed_cb (UiContactRow *self)
{
  ChatConversation *conversation =
      self->contact != NULL ? chat_conversations_find (self->conversations, self->contact) : NULL;

  g_signal_group_set_target (self->conversation_signals, conversation);
  conversation_notify_unread_cb (self);
}

static void
ui_contact_row_dispose (GObject *object)
{
  UiContactRow *self = UI_CONTACT_ROW (object);
  GtkWidget *child;

  g_clear_object (&self->contact_bindings);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->contact);
  g_clear_object (&self->conversations);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_contact_row_parent_class)->dispose (object);
}

static void
ui_contact_row_class_init (UiContactRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_contact_row_dispose;

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  g_type_ensure (UI_TYPE_AVATAR);
  gtk_widget_class_set_css_name (widget_class, "contact");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-contact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiContactRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiContactRow, name);
  gtk_widget_class_bind_template_child (widget_class, UiContactRow, line);
  gtk_widget_class_bind_template_child (widget_class, UiContactRow, unread);
  gtk_widget_class_bind_template_child (widget_class, UiContactRow, mark);
  gtk_widget_class_bind_template_callback (widget_class, update_spoken);
}

static void
ui_contact_row_init (UiContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->contact_bindings = ui_row_bind_contact (self->name, self->avatar);
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_notify_cb), self);
  self->conversation_signals = g_signal_group_new (CHAT_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::unread",
                                  G_CALLBACK (conversation_notify_unread_cb), self);
}

/**
 * ui_contact_row_new:
 * @conversations: where a contact's unread messages are counted
 *
 * Makes a row for no contact yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_contact_row_new (ChatConversations *conversations)
{
  UiContactRow *self = g_object_new (UI_TYPE_CONTACT_ROW, NULL);

  self->conversations = g_object_ref (conversations);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (conversations_items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * ui_contact_row_set_contact:
 * @self: a row
 * @contact: (nullable): whom to show
 *
 * Shows somebody else; rows are used again as the list is scrolled.
 */
void
ui_contact_row_set_contact (UiContactRow *self,
                            ChatContact  *contact)
{
  g_return_if_fail (UI_IS_CONTACT_ROW (self));

  g_set_object (&self->contact, contact);
  g_binding_group_set_source (self->contact_bindings, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  ui_account_mark_set_account (self->mark, contact != NULL ? chat_contact_get_account (contact) : NULL);
  if (contact != NULL)
    contact_notify_cb (self);
  conversations_items_changed_cb (self);
}
