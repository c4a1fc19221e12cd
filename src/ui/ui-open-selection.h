/* A selection model in which the selected row is the open conversation: walking through the list changes nothing. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_OPEN_SELECTION (ui_open_selection_get_type ())
G_DECLARE_FINAL_TYPE (UiOpenSelection, ui_open_selection, UI, OPEN_SELECTION, GObject)

UiOpenSelection *ui_open_selection_new      (GListModel      *model) G_GNUC_WARN_UNUSED_RESULT;   /* (transfer full) */
void             ui_open_selection_set_item (UiOpenSelection *self,
                                             gpointer         item);   /* (nullable) borrowed: compared, never used */

G_END_DECLS
