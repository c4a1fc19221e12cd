/* The header of a group of contacts: its name, and how many of them are online. */
#include "ui-group-row.h"

#include <glib/gi18n.h>

struct _UiGroupRow {
  GtkWidget     parent_instance;

  ChatGroup    *group;           /* (owned, nullable) */
  GSignalGroup *group_signals;

  GtkLabel     *name;
  GtkLabel     *count;
};

G_DEFINE_FINAL_TYPE (UiGroupRow, ui_group_row, GTK_TYPE_WIDGET)

/* The list has wrapped the row into something without a name: that is what a screen reader comes to. */
static void
group_notify_cb (UiGroupRow *self)
{
  GtkWidget *wrapper = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *name = chat_group_get_name (self->group);
  guint online = chat_group_get_n_online (self->group), all = chat_group_get_n_items (self->group);
  /* Translators: how many contacts of a group are online, and how many there are. */
  g_autofree char *count = g_strdup_printf (_("%u of %u"), online, all);
  g_autofree char *words = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u of %u contact is online", "%u of %u contacts are online", all), online, all);

  /* Translators: the header above contacts that are in no group. */
  gtk_label_set_label (self->name, *name != '\0' ? name : _("No group"));
  gtk_label_set_label (self->count, count);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), words);
  if (wrapper != NULL) {
    g_autofree char *spoken = g_strjoin (", ", gtk_label_get_label (self->name), words, NULL);

    gtk_accessible_update_property (GTK_ACCESSIBLE (wrapper), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  }
}

static void
ui_group_row_dispose (GObject *object)
{
  UiGroupRow *self = UI_GROUP_ROW (object);
  GtkWidget *child;

  g_clear_object (&self->group_signals);
  g_clear_object (&self->group);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_group_row_parent_class)->dispose (object);
}

static void
ui_group_row_class_init (UiGroupRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_group_row_dispose;

  gtk_widget_class_set_css_name (widget_class, "group");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-group-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiGroupRow, name);
  gtk_widget_class_bind_template_child (widget_class, UiGroupRow, count);
}

static void
ui_group_row_init (UiGroupRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->group_signals = g_signal_group_new (CHAT_TYPE_GROUP);
  g_signal_group_connect_swapped (self->group_signals, "notify", G_CALLBACK (group_notify_cb), self);
}

/**
 * ui_group_row_new:
 *
 * Makes a header for no group yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_group_row_new (void)
{
  return g_object_new (UI_TYPE_GROUP_ROW, NULL);
}

/**
 * ui_group_row_set_group:
 * @self: a header
 * @group: (nullable): the group beneath it
 *
 * Shows another group; headers are used again as the list is scrolled.
 */
void
ui_group_row_set_group (UiGroupRow *self,
                        ChatGroup  *group)
{
  g_return_if_fail (UI_IS_GROUP_ROW (self));

  g_set_object (&self->group, group);
  g_signal_group_set_target (self->group_signals, group);
  if (group != NULL)
    group_notify_cb (self);
}
