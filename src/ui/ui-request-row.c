/* One who asks to see us: who it is, their words, and the answers one can give. */
#include "ui-request-row.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-account-mark.h"
#include "ui-answers.h"
#include "ui-avatar.h"
#include "ui-contact-words.h"

/* Lines of a stranger's words that are shown before one asks for more, which is by a click or Enter. */
#define FEW_LINES 3

struct _UiRequestRow {
  GtkListBoxRow  parent_instance;

  ChatContact   *contact;           /* (owned, nullable) */
  GSignalGroup  *contact_signals;

  UiAvatar      *avatar;
  GtkLabel      *address;
  UiAccountMark *mark;
  GtkLabel      *warning;
  GtkLabel      *words;
  UiAnswers     *answers;
};

G_DEFINE_FINAL_TYPE (UiRequestRow, ui_request_row, GTK_TYPE_LIST_BOX_ROW)

/* What they say of themselves proves nothing: the address comes first, and their words read as words. */
static void
contact_notify_cb (UiRequestRow *self)
{
  const char *words = chat_contact_get_request_text (self->contact);
  g_autofree char *warning = ui_contact_warning (self->contact);
  g_autofree char *address = ui_contact_address (self->contact);
  g_autofree char *isolated = base_text_isolate (address);
  /* Translators: %s is an address. */
  g_autofree char *spoken = g_strdup_printf (_("%s asks to see your status"), isolated);
  g_autofree char *more = g_strjoin (warning != NULL && words != NULL ? " " : "", warning != NULL ? warning : "",
                                     words != NULL ? words : "", NULL);

  gtk_label_set_label (self->address, address);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->address), address);
  gtk_label_set_label (self->warning, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), warning != NULL);
  gtk_label_set_label (self->words, words != NULL ? words : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), words);
  gtk_widget_set_visible (GTK_WIDGET (self->words), words != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, more, -1);
}

static void
ui_request_row_dispose (GObject *object)
{
  UiRequestRow *self = UI_REQUEST_ROW (object);

  g_clear_object (&self->contact_signals);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (ui_request_row_parent_class)->dispose (object);
}

static void
ui_request_row_class_init (UiRequestRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_request_row_dispose;

  g_type_ensure (UI_TYPE_ACCOUNT_MARK);
  g_type_ensure (UI_TYPE_ANSWERS);
  g_type_ensure (UI_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-request-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, address);
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, mark);
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, warning);
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, words);
  gtk_widget_class_bind_template_child (widget_class, UiRequestRow, answers);
}

static void
ui_request_row_init (UiRequestRow *self)
{
  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_notify_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_request_row_new:
 * @contact: somebody who asks to see us
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
ui_request_row_new (ChatContact *contact)
{
  UiRequestRow *self = g_object_new (UI_TYPE_REQUEST_ROW, NULL);

  self->contact = g_object_ref (contact);
  g_signal_group_set_target (self->contact_signals, contact);
  g_object_set (self->avatar, "text", chat_contact_get_name (contact), NULL);
  ui_account_mark_set_account (self->mark, chat_contact_get_account (contact));
  ui_answers_set_contact (self->answers, contact);
  contact_notify_cb (self);
  return GTK_WIDGET (self);
}

/**
 * ui_request_row_toggle_words:
 * @self: a row
 *
 * Shows all of their words, or only the beginning again.
 */
void
ui_request_row_toggle_words (UiRequestRow *self)
{
  gboolean all;

  g_return_if_fail (UI_IS_REQUEST_ROW (self));

  all = gtk_label_get_ellipsize (self->words) != PANGO_ELLIPSIZE_NONE;
  gtk_label_set_lines (self->words, all ? -1 : FEW_LINES);
  gtk_label_set_ellipsize (self->words, all ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
}
