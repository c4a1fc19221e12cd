/* One conversation in the list: with whom, when and what was said last, and what is unread. */
#include "ui-conversation-row.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-account-mark.h"
#include "ui-avatar.h"
#include "ui-contact-words.h"
#include "ui-row.h"
#include "ui-show.h"
#include "ui-time.h"

/* Characters of a draft that are looked at for its one line. */
#define DRAFT_CHARS 100

struct _UiConversationRow {
  GtkWidget         parent_instance;

  BaseClock        *clock;                 /* (owned) */
  ChatConversation *conversation;          /* (owned, nullable) */
  GSignalGroup     *conversation_signals;
  GBindingGroup    *contact_bindings;
  GSignalGroup     *contact_signals;

  UiAvatar         *avatar;
  GtkLabel         *name;
  GtkLabel         *time;
  GtkLabel         *draft;
  GtkLabel         *line;
  GtkLabel         *unread;
  UiAccountMark    *mark;
};

G_DEFINE_FINAL_TYPE (UiConversationRow, ui_conversation_row, GTK_TYPE_WIDGET)

/* What they are typing goes before what is typed here, and that before what was said. */
static void
update_line (UiConversationRow *self)
{
  const char *draft = chat_conversation_get_draft (self->conversation);
  const char *last = chat_conversation_get_last_line (self->conversation);
  gboolean typing = chat_conversation_get_typing (self->conversation);
  gboolean drafted = !typing && draft != NULL && *draft != '\0';
  g_autofree char *own = last != NULL ? base_text_isolate (last) : NULL;
  g_autofree char *line = NULL;

  if (typing)
    line = g_strdup (_("Typing…"));
  else if (drafted)
    line = base_text_line (draft, DRAFT_CHARS);
  else if (last != NULL && chat_conversation_get_last_outgoing (self->conversation))
    /* Translators: the last line of a conversation was the user's own. */
    line = g_strdup_printf (_("You: %s"), own);
  else
    line = g_strdup (last != NULL ? last : "");

  gtk_widget_set_visible (GTK_WIDGET (self->draft), drafted);
  gtk_widget_set_visible (GTK_WIDGET (self->line), *line != '\0');
  gtk_label_set_label (self->line, line);
  gtk_widget_set_css_classes (GTK_WIDGET (self->line),
                              (const char *[]) { "caption", typing ? "highlight" : "secondary", NULL });
}

static void
update_spoken (UiConversationRow *self)
{
  gboolean drafted = gtk_widget_get_visible (GTK_WIDGET (self->draft));

  if (self->conversation != NULL) {
    g_autofree char *unread = ui_row_unread_words (chat_conversation_get_unread (self->conversation));
    g_autofree char *line = g_strjoin (drafted ? " " : "", drafted ? gtk_label_get_label (self->draft) : "",
                                       gtk_label_get_label (self->line), NULL);
    const char *const words[] = {
      chat_contact_get_name (chat_conversation_get_contact (self->conversation)),
      gtk_label_get_label (self->time),
      line,
      unread,
      gtk_widget_get_tooltip_text (GTK_WIDGET (self->mark)),
    };

    ui_row_set_spoken (GTK_WIDGET (self), words, G_N_ELEMENTS (words));
  }
}

static void
contact_notify_cb (UiConversationRow *self)
{
  ChatContact *contact = chat_conversation_get_contact (self->conversation);
  g_autofree char *address = ui_contact_address (contact);
  g_autofree char *tooltip = g_strdup_printf ("%s\n%s", address, ui_show_name (chat_contact_get_show (contact)));

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  update_spoken (self);
}

static void
conversation_notify_cb (UiConversationRow *self)
{
  guint unread = chat_conversation_get_unread (self->conversation);
  gint64 at = chat_conversation_get_last_activity (self->conversation);
  g_autofree char *time = at > 0 ? ui_time_short (at, base_clock_real (self->clock)) : NULL;
  g_autofree char *full = at > 0 ? ui_time_full (at) : NULL;

  update_line (self);
  gtk_label_set_label (self->time, time != NULL ? time : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->time), full);
  ui_row_set_unread (self->unread, unread);
  if (unread > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "heading");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "heading");
  update_spoken (self);
}

static void
ui_conversation_row_dispose (GObject *object)
{
  UiConversationRow *self = UI_CONVERSATION_ROW (object);
  GtkWidget *child;

  g_clear_object (&self->contact_bindings);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->clock, base_clock_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_conversation_row_parent_class)->dispose (object);
}

static void
ui_conversation_row_class_init (UiConversationRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_conversation_row_dispose;

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  g_type_ensure (UI_TYPE_AVATAR);
  gtk_widget_class_set_css_name (widget_class, "conversation");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-conversation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, name);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, time);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, draft);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, line);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, unread);
  gtk_widget_class_bind_template_child (widget_class, UiConversationRow, mark);
  gtk_widget_class_bind_template_callback (widget_class, update_spoken);
}

static void
ui_conversation_row_init (UiConversationRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->contact_bindings = ui_row_bind_contact (self->name, self->avatar);
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_notify_cb), self);
  self->conversation_signals = g_signal_group_new (CHAT_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify", G_CALLBACK (conversation_notify_cb), self);
}

/**
 * ui_conversation_row_new:
 * @clock: what tells today from yesterday
 *
 * Makes a row for no conversation yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_conversation_row_new (BaseClock *clock)
{
  UiConversationRow *self = g_object_new (UI_TYPE_CONVERSATION_ROW, NULL);

  self->clock = base_clock_ref (clock);
  return GTK_WIDGET (self);
}

/**
 * ui_conversation_row_set_conversation:
 * @self: a row
 * @conversation: (nullable): what to show
 *
 * Shows another conversation; rows are used again as the list is scrolled.
 */
void
ui_conversation_row_set_conversation (UiConversationRow *self,
                                      ChatConversation  *conversation)
{
  ChatContact *contact = conversation != NULL ? chat_conversation_get_contact (conversation) : NULL;

  g_return_if_fail (UI_IS_CONVERSATION_ROW (self));

  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, conversation);
  g_binding_group_set_source (self->contact_bindings, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  ui_account_mark_set_account (self->mark,
                               conversation != NULL ? chat_conversation_get_account (conversation) : NULL);
  if (conversation != NULL) {
    conversation_notify_cb (self);
    contact_notify_cb (self);
  }
}
