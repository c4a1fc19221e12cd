/* A selection model in which the selected row is the open conversation: walking through the list changes nothing.
 *
 * GtkSingleSelection would select what the arrow keys or, with single clicks, even the pointer pass over, and opening a
 * conversation tells the other side that it was read. So selecting is refused here, and the list's activation opens. */
#include "ui-open-selection.h"

struct _UiOpenSelection {
  GObject     parent_instance;

  GListModel *model;   /* (owned) its items, or what their GtkTreeListRows hold */
  gpointer    item;    /* (not owned, nullable) the open one */
};

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiOpenSelection, ui_open_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL, selection_model_init))

static GType
ui_open_selection_get_item_type (GListModel *list)
{
  return g_list_model_get_item_type (UI_OPEN_SELECTION (list)->model);
}

static guint
ui_open_selection_get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (UI_OPEN_SELECTION (list)->model);
}

static gpointer
ui_open_selection_get_item (GListModel *list,
                            guint       position)
{
  return g_list_model_get_item (UI_OPEN_SELECTION (list)->model, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ui_open_selection_get_item_type;
  iface->get_n_items = ui_open_selection_get_n_items;
  iface->get_item = ui_open_selection_get_item;
}

static gboolean
ui_open_selection_is_selected (GtkSelectionModel *model,
                               guint              position)
{
  UiOpenSelection *self = UI_OPEN_SELECTION (model);
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  if (GTK_IS_TREE_LIST_ROW (item)) {
    g_autoptr (GObject) held = gtk_tree_list_row_get_item (GTK_TREE_LIST_ROW (item));

    return held != NULL && (gpointer) held == self->item;
  }
  return item != NULL && (gpointer) item == self->item;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = ui_open_selection_is_selected;
}

static void
model_items_changed_cb (UiOpenSelection *self,
                        guint            position,
                        guint            removed,
                        guint            added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
ui_open_selection_dispose (GObject *object)
{
  UiOpenSelection *self = UI_OPEN_SELECTION (object);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_func (self->model, model_items_changed_cb, self);
  G_OBJECT_CLASS (ui_open_selection_parent_class)->dispose (object);
}

static void
ui_open_selection_finalize (GObject *object)
{
  g_clear_object (&UI_OPEN_SELECTION (object)->model);
  G_OBJECT_CLASS (ui_open_selection_parent_class)->finalize (object);
}

static void
ui_open_selection_class_init (UiOpenSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_open_selection_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_open_selection_finalize;
}

static void
ui_open_selection_init (UiOpenSelection *self)
{
}

/**
 * ui_open_selection_new:
 * @model: (transfer full): what to list
 *
 * Makes a selection over @model in which nothing is open.
 *
 * Returns: (transfer full): the model
 */
UiOpenSelection *
ui_open_selection_new (GListModel *model)
{
  UiOpenSelection *self = g_object_new (UI_TYPE_OPEN_SELECTION, NULL);

  self->model = model;
  g_signal_connect_object (model, "items-changed", G_CALLBACK (model_items_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ui_open_selection_set_item:
 * @self: a selection
 * @item: (nullable): the item that is open; every row that holds it is shown as selected
 */
void
ui_open_selection_set_item (UiOpenSelection *self,
                            gpointer         item)
{
  guint n_items;

  g_return_if_fail (UI_IS_OPEN_SELECTION (self));

  if (self->item == item)
    return;
  self->item = item;
  n_items = g_list_model_get_n_items (self->model);
  if (n_items > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), 0, n_items);
}
