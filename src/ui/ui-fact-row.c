/* A row that states one thing: what it is called, and its value, which can be selected and copied. */
#include "ui-fact-row.h"

#include <glib/gi18n.h>

struct _UiFactRow {
  AdwPreferencesRow  parent_instance;

  GtkLabel          *value;
};

G_DEFINE_FINAL_TYPE (UiFactRow, ui_fact_row, ADW_TYPE_PREFERENCES_ROW)

static void
ui_fact_row_class_init (UiFactRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-fact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiFactRow, value);
}

static void
ui_fact_row_init (UiFactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_fact_row_set_value:
 * @self: a row
 * @value: (nullable): plain text, from anybody; %NULL hides the row
 *
 * States it. A selection in it stays as long as the value does.
 */
void
ui_fact_row_set_value (UiFactRow  *self,
                       const char *value)
{
  g_autofree char *spoken = NULL;

  g_return_if_fail (UI_IS_FACT_ROW (self));

  /* Translators: what something is called, and what it is. */
  spoken = g_strdup_printf (_("%s: %s"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)),
                            value != NULL ? value : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  if (g_strcmp0 (value != NULL ? value : "", gtk_label_get_label (self->value)) != 0)
    gtk_label_set_label (self->value, value != NULL ? value : "");
  gtk_widget_set_visible (GTK_WIDGET (self), value != NULL);
}

/**
 * ui_fact_row_get_value:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what it states
 */
const char *
ui_fact_row_get_value (UiFactRow *self)
{
  g_return_val_if_fail (UI_IS_FACT_ROW (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self)) ? gtk_label_get_label (self->value) : NULL;
}
