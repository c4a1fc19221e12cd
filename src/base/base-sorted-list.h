/* A GListModel that keeps its items sorted and moves one item when its sort key changed. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BASE_TYPE_SORTED_LIST (base_sorted_list_get_type ())
G_DECLARE_FINAL_TYPE (BaseSortedList, base_sorted_list, BASE, SORTED_LIST, GObject)

BaseSortedList *base_sorted_list_new    (GType             item_type,
                                         GCompareDataFunc  compare,
                                         gpointer          user_data,
                                         GDestroyNotify    destroy) G_GNUC_WARN_UNUSED_RESULT;
void            base_sorted_list_add    (BaseSortedList   *self,
                                         gpointer          item);
gboolean        base_sorted_list_remove (BaseSortedList   *self,
                                         gpointer          item);
void            base_sorted_list_moved  (BaseSortedList   *self,
                                         gpointer          item);
gboolean        base_sorted_list_find   (BaseSortedList   *self,
                                         gpointer          item,
                                         guint            *position);
void            base_sorted_list_splice (BaseSortedList   *self,
                                         GPtrArray        *items);
void            base_sorted_list_clear  (BaseSortedList   *self);

G_END_DECLS
