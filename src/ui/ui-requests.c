/* Above the contacts: who asks to see us, and how many they are. */
#include "ui-requests.h"

#include <glib/gi18n.h>

#include "ui-request-row.h"

struct _UiRequests {
  AdwBin        parent_instance;

  ChatRequests *requests;     /* (owned, nullable) */
  gboolean      had_focus;    /* while rows go: the keyboard was in one of them */

  GtkExpander  *expander;
  GtkLabel     *count;
  GtkListBox   *list;
};

G_DEFINE_FINAL_TYPE (UiRequests, ui_requests, ADW_TYPE_BIN)

static GtkWidget *
create_row_cb (gpointer item,
               gpointer user_data)
{
  return ui_request_row_new (CHAT_CONTACT (item));
}

static void
list_row_activated_cb (UiRequests   *self,
                       UiRequestRow *row)
{
  ui_request_row_toggle_words (row);
}

static void
update_count (UiRequests *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->requests));
  g_autofree char *count = g_strdup_printf ("%u", n);
  g_autofree char *words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u request", "%u requests", n), n);

  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  gtk_label_set_label (self->count, count);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* Runs before the rows change. */
static void
requests_will_change_cb (UiRequests *self,
                         guint       position,
                         guint       removed)
{
  self->had_focus = FALSE;
  for (guint i = 0; i < removed; i++) {
    GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) (position + i));

    self->had_focus = self->had_focus
                      || (gtk_widget_get_state_flags (GTK_WIDGET (row)) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
  }
}

/* Runs after they have changed: whoever answers one after the other goes on with the next, or with the one above, and
 * in the end with what is beneath. */
static void
requests_changed_cb (UiRequests *self,
                     guint       position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->requests));

  update_count (self);
  if (!self->had_focus)
    return;
  self->had_focus = FALSE;
  if (n > 0)
    gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, MIN (position, n - 1))));
  else
    gtk_widget_child_focus (gtk_widget_get_next_sibling (GTK_WIDGET (self)), GTK_DIR_TAB_FORWARD);
}

static void
ui_requests_dispose (GObject *object)
{
  UiRequests *self = UI_REQUESTS (object);

  if (self->requests != NULL) {
    g_signal_handlers_disconnect_by_data (self->requests, self);
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  }
  g_clear_object (&self->requests);
  G_OBJECT_CLASS (ui_requests_parent_class)->dispose (object);
}

static void
ui_requests_class_init (UiRequestsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_requests_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-requests.ui");
  gtk_widget_class_bind_template_child (widget_class, UiRequests, expander);
  gtk_widget_class_bind_template_child (widget_class, UiRequests, count);
  gtk_widget_class_bind_template_child (widget_class, UiRequests, list);
  gtk_widget_class_bind_template_callback (widget_class, list_row_activated_cb);
}

static void
ui_requests_init (UiRequests *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_requests_set_requests:
 * @self: the section, not given any before
 * @requests: who asks
 *
 * Shows a row for each.
 */
void
ui_requests_set_requests (UiRequests   *self,
                          ChatRequests *requests)
{
  g_return_if_fail (UI_IS_REQUESTS (self));
  g_return_if_fail (self->requests == NULL);

  self->requests = g_object_ref (requests);
  g_signal_connect_swapped (requests, "items-changed", G_CALLBACK (requests_will_change_cb), self);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (requests), create_row_cb, NULL, NULL);
  g_signal_connect_swapped (requests, "items-changed", G_CALLBACK (requests_changed_cb), self);
  update_count (self);
}
