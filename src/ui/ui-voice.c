/* What GTK and libadwaita forget to tell a screen reader: that one types in an entry row, and what some buttons do. */
#include "ui-voice.h"

#include <adwaita.h>

/* GTK 4.8 gives the button both its label with the mark of the access key, "_Cancel", and what the label shows. */
static void
button_notify_label_cb (GtkWidget *button)
{
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
button_notify_tooltip_cb (GtkWidget *button)
{
  const char *tooltip = gtk_widget_get_tooltip_text (button);

  if (tooltip != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
}

static void
give_button (GtkWidget *button,
             gboolean   is_in_entry)
{
  if (gtk_button_get_use_underline (GTK_BUTTON (button))) {
    g_signal_connect (button, "notify::label", G_CALLBACK (button_notify_label_cb), NULL);
    button_notify_label_cb (button);
  } else if (is_in_entry) {
    g_signal_connect (button, "notify::tooltip-text", G_CALLBACK (button_notify_tooltip_cb), NULL);
    button_notify_tooltip_cb (button);
  }
}

static void
row_notify_title_cb (AdwPreferencesRow *row,
                     GParamSpec        *pspec,
                     GtkAccessible     *text)
{
  gtk_accessible_update_property (text, GTK_ACCESSIBLE_PROPERTY_LABEL, adw_preferences_row_get_title (row), -1);
}

/* The focus is on the text inside of the row, which is no part of what a screen reader is told of. */
static void
give_entry_row (AdwEntryRow *row)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));

  g_object_set (text, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
  g_signal_connect_object (row, "notify::title", G_CALLBACK (row_notify_title_cb), text, 0);
  row_notify_title_cb (ADW_PREFERENCES_ROW (row), NULL, GTK_ACCESSIBLE (text));
}

static void
give (GtkWidget *widget,
      gboolean   is_in_entry)
{
  if (GTK_IS_BUTTON (widget)) {
    give_button (widget, is_in_entry);
    return;
  }
  if (ADW_IS_ENTRY_ROW (widget)) {
    GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (widget));

    /* A part that has been given its voice already is in something greater now. */
    if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (text)) == GTK_ACCESSIBLE_ROLE_TEXT_BOX)
      return;
    give_entry_row (ADW_ENTRY_ROW (widget));
    is_in_entry = TRUE;
  }
  if (GTK_IS_MENU_BUTTON (widget) && ADW_IS_SPLIT_BUTTON (gtk_widget_get_parent (widget)))
    button_notify_tooltip_cb (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    give (child, is_in_entry);
}

/**
 * ui_voice_give:
 * @widget: a widget that was not shown yet, such as one that has just got its template
 *
 * Mends what a screen reader would be told of @widget and everything in it: an #AdwEntryRow says when it has the focus,
 * the buttons inside of it and the arrow of an #AdwSplitButton are called what their tooltips say, and the underscores
 * of access keys are not read.
 */
void
ui_voice_give (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  give (widget, FALSE);
}
