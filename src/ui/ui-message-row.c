/* One message in the timeline: who, when, what, how far it has come, and what to do when it failed. */
#include "ui-message-row.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-avatar.h"
#include "ui-errors.h"
#include "ui-message-body.h"
#include "ui-time.h"
#include "ui-wrap-layout.h"

/* Characters of a message that a screen reader is given as the row's name; the text itself can be read in full. */
#define SPOKEN_CHARS 500

struct _UiMessageRow {
  GtkListBoxRow     parent_instance;

  ChatConversation *conversation;   /* (owned) */
  ChatMessage      *message;        /* (owned) */

  UiAvatar         *avatar;
  GtkWidget        *heading;
  GtkLabel         *sender;
  GtkLabel         *time;
  UiMessageBody    *body;
  GtkImage         *tick;
  GtkWidget        *failure;
  GtkLabel         *reason;
};

G_DEFINE_FINAL_TYPE (UiMessageRow, ui_message_row, GTK_TYPE_LIST_BOX_ROW)

typedef struct {
  const char *icon;   /* (nullable): nothing to show */
  const char *words;  /* untranslated */
} StateLook;

static const StateLook state_looks[] = {
  [STORE_MESSAGE_RECEIVED] = { NULL, NULL },
  [STORE_MESSAGE_PENDING] = { "tick-pending-symbolic", N_("Waiting to be sent") },
  [STORE_MESSAGE_FAILED] = { "tick-failed-symbolic", N_("Not sent") },
  [STORE_MESSAGE_SENT] = { "tick-sent-symbolic", N_("Sent") },
  [STORE_MESSAGE_DELIVERED] = { "tick-delivered-symbolic", N_("Delivered") },
  [STORE_MESSAGE_READ] = { "tick-read-symbolic", N_("Read") },
};

/* That nobody knows is not that it was not sent. */
static const StateLook *
look_of (ChatMessage *message)
{
  static const StateLook uncertain = { "tick-failed-symbolic", N_("Perhaps not sent") };

  if (chat_message_get_state (message) == STORE_MESSAGE_FAILED
      && g_strcmp0 (chat_message_get_error (message), CHAT_MESSAGE_UNCERTAIN) == 0)
    return &uncertain;
  return &state_looks[chat_message_get_state (message)];
}

static const char *
sender_name (UiMessageRow *self)
{
  XmppJid *own;

  if (!chat_message_is_outgoing (self->message))
    return chat_contact_get_name (chat_message_get_contact (self->message));
  own = chat_account_get_jid (chat_conversation_get_account (self->conversation));
  return xmpp_jid_get_local (own) != NULL ? xmpp_jid_get_local (own) : xmpp_jid_get_text (own);
}

/* "Juliet, 14:05, O Romeo, Romeo!, Delivered": what a screen reader says of the row. */
static void
update_accessible (UiMessageRow *self)
{
  const StateLook *look = look_of (self->message);
  g_autofree char *time = ui_time_clock (chat_message_get_sent_at (self->message));
  g_autofree char *line = base_text_line (chat_message_get_body (self->message), SPOKEN_CHARS);
  g_autofree char *spoken = NULL;

  if (look->words != NULL)
    /* Translators: sender, time, text and state of a message, for screen readers. */
    spoken = g_strdup_printf (_("%s, %s, %s, %s"), sender_name (self), time, line, _(look->words));
  else
    /* Translators: sender, time and text of a message, for screen readers. */
    spoken = g_strdup_printf (_("%s, %s, %s"), sender_name (self), time, line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
message_notify_state_cb (UiMessageRow *self)
{
  StoreMessageState state = chat_message_get_state (self->message);
  const StateLook *look = look_of (self->message);
  gboolean failed = state == STORE_MESSAGE_FAILED;

  gtk_widget_set_visible (GTK_WIDGET (self->tick), look->icon != NULL);
  if (look->icon != NULL) {
    gtk_image_set_from_icon_name (self->tick, look->icon);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->tick), _(look->words));
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->tick), GTK_ACCESSIBLE_PROPERTY_LABEL, _(look->words), -1);
  }
  if (state == STORE_MESSAGE_READ)
    gtk_widget_add_css_class (GTK_WIDGET (self->tick), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->tick), "accent");
  if (failed) {
    g_autofree char *sentence = ui_error_message (chat_message_get_error (self->message),
                                                  chat_contact_get_name (chat_message_get_contact (self->message)));

    gtk_label_set_label (self->reason, sentence);
    gtk_widget_add_css_class (GTK_WIDGET (self->tick), "error");
  } else {
    gtk_widget_remove_css_class (GTK_WIDGET (self->tick), "error");
  }
  gtk_widget_set_visible (self->failure, failed);
  update_accessible (self);
}

static void
contact_notify_name_cb (UiMessageRow *self)
{
  gtk_label_set_label (self->sender, sender_name (self));
  g_object_set (self->avatar, "text", sender_name (self), NULL);
  update_accessible (self);
}

static void
retry_clicked_cb (UiMessageRow *self)
{
  chat_conversation_retry (self->conversation, self->message);
}

static void
delete_clicked_cb (UiMessageRow *self)
{
  chat_conversation_delete (self->conversation, self->message);
}

/* Text that is marked with the mouse is copied by its label, which has the focus then. */
static gboolean
copy_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  UiMessageRow *self = UI_MESSAGE_ROW (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), chat_message_get_body (self->message));
  return GDK_EVENT_STOP;
}

static void
show_message (UiMessageRow *self)
{
  ChatContact *contact = chat_message_get_contact (self->message);
  gint64 sent_at = chat_message_get_sent_at (self->message);
  g_autofree char *time = ui_time_clock (sent_at);
  g_autofree char *full = ui_time_full (sent_at);

  gtk_label_set_label (self->time, time);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->time), full);
  ui_message_body_set_text (self->body, chat_message_get_body (self->message));
  if (chat_message_is_outgoing (self->message))
    gtk_widget_add_css_class (GTK_WIDGET (self), "outgoing");

  g_signal_connect_object (contact, "notify::name", G_CALLBACK (contact_notify_name_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->message, "notify::state", G_CALLBACK (message_notify_state_cb), self,
                           G_CONNECT_SWAPPED);
  contact_notify_name_cb (self);
  message_notify_state_cb (self);
}

static void
ui_message_row_dispose (GObject *object)
{
  UiMessageRow *self = UI_MESSAGE_ROW (object);

  g_clear_object (&self->message);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ui_message_row_parent_class)->dispose (object);
}

static void
ui_message_row_class_init (UiMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_message_row_dispose;

  g_type_ensure (UI_TYPE_AVATAR);
  g_type_ensure (UI_TYPE_MESSAGE_BODY);
  g_type_ensure (UI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, heading);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, sender);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, time);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, tick);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, failure);
  gtk_widget_class_bind_template_child (widget_class, UiMessageRow, reason);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_clicked_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Insert, GDK_CONTROL_MASK, copy_key_cb, NULL);
}

static void
ui_message_row_init (UiMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_message_row_new:
 * @conversation: where it was said
 * @message: what was said
 *
 * Makes the row for one message; it follows the message's state by itself.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
ui_message_row_new (ChatConversation *conversation,
                    ChatMessage      *message)
{
  UiMessageRow *self = g_object_new (UI_TYPE_MESSAGE_ROW, NULL);

  self->conversation = g_object_ref (conversation);
  self->message = g_object_ref (message);
  show_message (self);
  return GTK_WIDGET (self);
}

/**
 * ui_message_row_get_message:
 * @self: a row
 *
 * Returns: (transfer none): the message it shows
 */
ChatMessage *
ui_message_row_get_message (UiMessageRow *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_ROW (self), NULL);

  return self->message;
}

/**
 * ui_message_row_get_body:
 * @self: a row
 *
 * Returns: (transfer none): the widget with what was said; the name above it comes and goes
 */
GtkWidget *
ui_message_row_get_body (UiMessageRow *self)
{
  g_return_val_if_fail (UI_IS_MESSAGE_ROW (self), NULL);

  return GTK_WIDGET (self->body);
}

/**
 * ui_message_row_set_continues:
 * @self: a row
 * @continues: whether the row above is by the same sender and hardly older
 *
 * Rows that continue show neither name nor avatar; their place stays free, so the texts stand in one column.
 */
void
ui_message_row_set_continues (UiMessageRow *self,
                              gboolean      continues)
{
  g_return_if_fail (UI_IS_MESSAGE_ROW (self));

  gtk_widget_set_visible (self->heading, !continues);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), !continues);
  if (continues)
    gtk_widget_add_css_class (GTK_WIDGET (self), "continues");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "continues");
}
