/* What the rows of people have in common: whom they show, what is unread, and what a screen reader says of them. */
#include "ui-row.h"

#include <glib/gi18n.h>

/**
 * ui_row_bind_contact:
 * @name: what shows the contact's name
 * @avatar: what shows their picture and presence
 *
 * Returns: (transfer full): bindings that follow the #ChatContact which is their source
 */
GBindingGroup *
ui_row_bind_contact (GtkLabel *name,
                     UiAvatar *avatar)
{
  GBindingGroup *bindings = g_binding_group_new ();

  g_binding_group_bind (bindings, "name", name, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (bindings, "name", avatar, "text", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (bindings, "show", avatar, "show", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (bindings, "asked", avatar, "asked", G_BINDING_SYNC_CREATE);
  return bindings;
}

/**
 * ui_row_unread_words:
 * @unread: how many messages are unread
 *
 * Returns: (transfer full) (nullable): "2 unread messages", %NULL for none
 */
char *
ui_row_unread_words (guint unread)
{
  if (unread == 0)
    return NULL;
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u unread message", "%u unread messages", unread), unread);
}

/**
 * ui_row_set_unread:
 * @pill: what shows the number
 * @unread: how many messages are unread
 *
 * Shows the number, and nothing for none.
 */
void
ui_row_set_unread (GtkLabel *pill,
                   guint     unread)
{
  g_autofree char *count = g_strdup_printf ("%u", unread);
  g_autofree char *words = ui_row_unread_words (unread);

  gtk_widget_set_visible (GTK_WIDGET (pill), unread > 0);
  gtk_label_set_label (pill, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL, words != NULL ? words : "", -1);
}

/**
 * ui_row_set_spoken:
 * @row: the child of a list item
 * @words: (array length=n_words): what there is to say, in its order; what is %NULL or empty is left out
 * @n_words: how many there are
 *
 * Names the row for screen readers: the list has wrapped it into something without a name.
 */
void
ui_row_set_spoken (GtkWidget         *row,
                   const char *const *words,
                   guint              n_words)
{
  GtkWidget *wrapper = gtk_widget_get_parent (row);
  g_autoptr (GString) spoken = g_string_new (NULL);

  if (wrapper == NULL)
    return;
  for (guint i = 0; i < n_words; i++)
    if (words[i] != NULL && *words[i] != '\0') {
      if (spoken->len > 0)
        g_string_append (spoken, ", ");
      g_string_append (spoken, words[i]);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (wrapper), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str, -1);
}
