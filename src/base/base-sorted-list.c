/* A GListModel that keeps its items sorted and moves one item when its sort key changed. */
#include "base-sorted-list.h"

struct _BaseSortedList {
  GObject          parent_instance;

  GType            item_type;
  GCompareDataFunc compare;
  gpointer         user_data;
  GDestroyNotify   destroy;    /* (nullable) */
  GSequence       *items;      /* (owned) of (owned) GObject */
  GHashTable      *places;     /* (owned) (borrowed) item → (borrowed) GSequenceIter */
};

static void base_sorted_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BaseSortedList, base_sorted_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, base_sorted_list_model_init))

static GType
base_sorted_list_get_item_type (GListModel *model)
{
  return BASE_SORTED_LIST (model)->item_type;
}

static guint
base_sorted_list_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (BASE_SORTED_LIST (model)->items);
}

static gpointer
base_sorted_list_get_item (GListModel *model,
                           guint       position)
{
  BaseSortedList *self = BASE_SORTED_LIST (model);

  if (position >= base_sorted_list_get_n_items (model))
    return NULL;

  return g_object_ref (g_sequence_get (g_sequence_get_iter_at_pos (self->items, (int) position)));
}

static void
base_sorted_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = base_sorted_list_get_item_type;
  iface->get_n_items = base_sorted_list_get_n_items;
  iface->get_item = base_sorted_list_get_item;
}

static void
base_sorted_list_finalize (GObject *object)
{
  BaseSortedList *self = BASE_SORTED_LIST (object);

  g_hash_table_unref (self->places);
  g_sequence_free (self->items);
  if (self->destroy != NULL)
    self->destroy (self->user_data);

  G_OBJECT_CLASS (base_sorted_list_parent_class)->finalize (object);
}

static void
base_sorted_list_class_init (BaseSortedListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = base_sorted_list_finalize;
}

static void
base_sorted_list_init (BaseSortedList *self)
{
  self->items = g_sequence_new (g_object_unref);
  self->places = g_hash_table_new (NULL, NULL);
}

/**
 * base_sorted_list_new:
 * @item_type: the type of the items, a #GObject
 * @compare: the order; an item may change its place in it only if base_sorted_list_moved() is called before anything
 *   else is done to the list
 * @user_data: for @compare
 * @destroy: (nullable): called on @user_data with the end of the list
 *
 * Returns: (transfer full): an empty list
 */
BaseSortedList *
base_sorted_list_new (GType             item_type,
                      GCompareDataFunc  compare,
                      gpointer          user_data,
                      GDestroyNotify    destroy)
{
  BaseSortedList *self;

  g_return_val_if_fail (g_type_is_a (item_type, G_TYPE_OBJECT), NULL);

  self = g_object_new (BASE_TYPE_SORTED_LIST, NULL);
  self->item_type = item_type;
  self->compare = compare;
  self->user_data = user_data;
  self->destroy = destroy;

  return self;
}

/* Puts @item in its place without telling anybody. */
static guint
insert (BaseSortedList *self,
        gpointer        item)
{
  GSequenceIter *place = g_sequence_insert_sorted (self->items, g_object_ref (item), self->compare, self->user_data);

  g_hash_table_insert (self->places, item, place);

  return (guint) g_sequence_iter_get_position (place);
}

/**
 * base_sorted_list_add:
 * @self: a list
 * @item: (transfer none): an item that is not in it
 */
void
base_sorted_list_add (BaseSortedList *self,
                      gpointer        item)
{
  g_return_if_fail (g_type_is_a (G_OBJECT_TYPE (item), self->item_type));
  g_return_if_fail (!g_hash_table_contains (self->places, item));

  g_list_model_items_changed (G_LIST_MODEL (self), insert (self, item), 0, 1);
}

/**
 * base_sorted_list_remove:
 * @self: a list
 * @item: (transfer none): an item; its sort key must not matter any more
 *
 * Returns: whether it was in the list
 */
gboolean
base_sorted_list_remove (BaseSortedList *self,
                         gpointer        item)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, item);
  guint position;

  if (place == NULL)
    return FALSE;

  position = (guint) g_sequence_iter_get_position (place);
  g_hash_table_remove (self->places, item);
  g_sequence_remove (place);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);

  return TRUE;
}

/**
 * base_sorted_list_moved:
 * @self: a list
 * @item: (transfer none): one of its items, whose sort key may have changed
 *
 * Moves the item to its new place. When that is another one, one change is announced: the range from the one to the
 * other. An item that is not in the list is ignored.
 */
void
base_sorted_list_moved (BaseSortedList *self,
                        gpointer        item)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, item);
  GSequenceIter *before, *after;
  int from, to;

  if (place == NULL)
    return;

  /* Among equals it stays where it is. */
  before = g_sequence_iter_prev (place);
  after = g_sequence_iter_next (place);
  if ((before == place || self->compare (g_sequence_get (before), item, self->user_data) <= 0)
      && (g_sequence_iter_is_end (after) || self->compare (item, g_sequence_get (after), self->user_data) <= 0))
    return;

  from = g_sequence_iter_get_position (place);
  g_sequence_sort_changed (place, self->compare, self->user_data);
  to = g_sequence_iter_get_position (place);
  if (from != to)
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) MIN (from, to), (guint) ABS (from - to) + 1,
                                (guint) ABS (from - to) + 1);
}

/**
 * base_sorted_list_find:
 * @self: a list
 * @item: (transfer none): an item
 * @position: (out) (optional): its position
 *
 * Takes O(log n).
 *
 * Returns: whether the item is in the list
 */
gboolean
base_sorted_list_find (BaseSortedList *self,
                       gpointer        item,
                       guint          *position)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, item);

  if (place == NULL)
    return FALSE;
  if (position != NULL)
    *position = (guint) g_sequence_iter_get_position (place);

  return TRUE;
}

/**
 * base_sorted_list_splice:
 * @self: a list
 * @items: (transfer none) (element-type GObject): items; those that are in the list already are left alone
 *
 * Adds all, and announces one change: the range from the first new item to the last.
 */
void
base_sorted_list_splice (BaseSortedList *self,
                         GPtrArray      *items)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new ();
  int first = G_MAXINT, last = -1;

  for (guint i = 0; i < items->len; i++) {
    gpointer item = g_ptr_array_index (items, i);

    if (!g_hash_table_contains (self->places, item)) {
      insert (self, item);
      g_ptr_array_add (places, g_hash_table_lookup (self->places, item));
    }
  }

  for (guint i = 0; i < places->len; i++) {
    int position = g_sequence_iter_get_position (g_ptr_array_index (places, i));

    first = MIN (first, position);
    last = MAX (last, position);
  }

  if (places->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), (guint) first, (guint) (last - first) + 1 - places->len,
                                (guint) (last - first) + 1);
}

/**
 * base_sorted_list_clear:
 * @self: a list
 *
 * Removes all items with one change.
 */
void
base_sorted_list_clear (BaseSortedList *self)
{
  guint n_items = base_sorted_list_get_n_items (G_LIST_MODEL (self));

  if (n_items == 0)
    return;

  g_hash_table_remove_all (self->places);
  g_sequence_remove_range (g_sequence_get_begin_iter (self->items), g_sequence_get_end_iter (self->items));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_items, 0);
}
