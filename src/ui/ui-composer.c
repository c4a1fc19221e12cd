/* Where a message is written: Enter sends, Shift+Enter breaks the line, and nothing typed is ever lost. */
#include "ui-composer.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "chat-account.h"
#include "ui-account-mark.h"

struct _UiComposer {
  GtkWidget         parent_instance;

  GtkWidget        *strip;
  GtkLabel         *strip_label;
  GtkTextView      *text;
  GtkLabel         *placeholder;
  UiAccountMark    *mark;
  GtkMenuButton    *emoji_button;
  GtkButton        *send_button;
  GtkTextBuffer    *buffer;         /* (not owned) the text view's */

  ChatConversation *conversation;   /* (owned, nullable) */
  GSignalGroup     *account_signals;
  GSignalGroup     *contact_signals;
  gboolean          restoring;      /* a draft is being put back: that is not typing */
  gboolean          preediting;     /* an input method is composing: Enter belongs to it */
};

enum { SIGNAL_SENT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiComposer, ui_composer, GTK_TYPE_WIDGET)

static char *
dup_text (UiComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  }
  return TRUE;
}

static void
update_controls (UiComposer *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0' && !self->preediting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send", self->conversation != NULL && !is_blank (text));
}

/* Puts a text in as if the field had just been opened with it: there is nothing to undo before it. */
static void
restore_text (UiComposer *self,
              const char *text)
{
  self->restoring = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  self->restoring = FALSE;
  update_controls (self);
}

static void
buffer_changed_cb (UiComposer *self)
{
  g_autofree char *text = NULL;

  if (self->restoring)
    return;
  update_controls (self);
  if (self->conversation == NULL)
    return;
  text = dup_text (self);
  chat_conversation_set_draft (self->conversation, *text != '\0' ? text : NULL);
  chat_conversation_set_composing (self->conversation, *text != '\0');
}

static void
text_preedit_changed_cb (UiComposer *self,
                         const char *preedit)
{
  self->preediting = *preedit != '\0';
  update_controls (self);
}

static void
send_action_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  UiComposer *self = UI_COMPOSER (widget);
  g_autofree char *text = dup_text (self);

  if (self->conversation == NULL || is_blank (text))
    return;
  chat_conversation_send (self->conversation, text);
  restore_text (self, NULL);
  chat_conversation_set_draft (self->conversation, NULL);
  g_signal_emit (self, signals[SIGNAL_SENT], 0);
}

static gboolean
key_pressed_cb (UiComposer      *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  gboolean is_enter = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;

  if (!is_enter || self->preediting || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  return GDK_EVENT_STOP;
}

static void
emoji_picked_cb (UiComposer *self,
                 const char *emoji)
{
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_delete_selection (self->buffer, TRUE, TRUE);
  gtk_text_buffer_insert_at_cursor (self->buffer, emoji, -1);
  gtk_text_buffer_end_user_action (self->buffer);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

/* The chooser has a widget for each emoji, so it is made when it is wanted. */
static void
create_emoji_popup_cb (GtkMenuButton *button,
                       gpointer       user_data)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;
  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_object (chooser, "emoji-picked", G_CALLBACK (emoji_picked_cb), user_data, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, chooser);
}

static void
account_notify_state_cb (UiComposer *self)
{
  ChatAccount *account = self->conversation != NULL ? chat_conversation_get_account (self->conversation) : NULL;

  gtk_widget_set_visible (self->strip, account != NULL && chat_account_get_state (account) != CHAT_ACCOUNT_ONLINE);
}

/* With several accounts the field says as whom one writes; the mark knows of it. */
static void
update_placeholder (UiComposer *self)
{
  ChatContact *contact = self->conversation != NULL ? chat_conversation_get_contact (self->conversation) : NULL;
  g_autofree char *name = NULL;
  g_autofree char *words = NULL;

  if (contact == NULL)
    return;
  name = base_text_isolate (chat_contact_get_name (contact));
  if (gtk_widget_get_visible (GTK_WIDGET (self->mark)))
    /* Translators: the first is a person, the second the user's own address. */
    words = g_strdup_printf (_("Message %s as %s"), name,
                             xmpp_jid_get_text (
                                 chat_account_get_jid (chat_conversation_get_account (self->conversation))));
  else
    words = g_strdup_printf (_("Message %s"), name);
  gtk_label_set_label (self->placeholder, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
ui_composer_dispose (GObject *object)
{
  UiComposer *self = UI_COMPOSER (object);
  GtkWidget *child;

  g_clear_object (&self->account_signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->conversation);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_composer_parent_class)->dispose (object);
}

static void
ui_composer_class_init (UiComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_composer_dispose;

  /**
   * UiComposer::sent:
   *
   * A line was handed to the conversation.
   */
  signals[SIGNAL_SENT] =
      g_signal_new ("sent", UI_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, UiComposer, strip);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, strip_label);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, text);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, mark);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, UiComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, text_preedit_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_placeholder);
}

static void
ui_composer_init (UiComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->buffer = gtk_text_view_get_buffer (self->text);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_create_popup_func (self->emoji_button, create_emoji_popup_cb, self, NULL);

  self->account_signals = g_signal_group_new (CHAT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify::state", G_CALLBACK (account_notify_state_cb), self);
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify::name", G_CALLBACK (update_placeholder), self);
  update_controls (self);
}

/**
 * ui_composer_new:
 *
 * Makes a composer without a conversation.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_composer_new (void)
{
  return g_object_new (UI_TYPE_COMPOSER, NULL);
}

/**
 * ui_composer_set_conversation:
 * @self: a composer
 * @conversation: (nullable): where the lines go
 *
 * Shows the draft of @conversation. What was typed for the one before is its draft already.
 */
void
ui_composer_set_conversation (UiComposer       *self,
                              ChatConversation *conversation)
{
  g_return_if_fail (UI_IS_COMPOSER (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation != NULL)
    chat_conversation_set_composing (self->conversation, FALSE);
  gtk_text_view_reset_im_context (self->text);
  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->account_signals,
                             conversation != NULL ? chat_conversation_get_account (conversation) : NULL);
  g_signal_group_set_target (self->contact_signals,
                             conversation != NULL ? chat_conversation_get_contact (conversation) : NULL);
  ui_account_mark_set_account (self->mark, conversation != NULL ? chat_conversation_get_account (conversation) : NULL);
  account_notify_state_cb (self);
  restore_text (self, conversation != NULL ? chat_conversation_get_draft (conversation) : NULL);
  update_placeholder (self);
}

/**
 * ui_composer_focus:
 * @self: a composer
 *
 * Puts the cursor where one types.
 */
void
ui_composer_focus (UiComposer *self)
{
  g_return_if_fail (UI_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}
