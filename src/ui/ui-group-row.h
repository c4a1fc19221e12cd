/* The header of a group of contacts: its name, and how many of them are online. */
#pragma once

#include <gtk/gtk.h>

#include "chat-roster.h"

G_BEGIN_DECLS

#define UI_TYPE_GROUP_ROW (ui_group_row_get_type ())
G_DECLARE_FINAL_TYPE (UiGroupRow, ui_group_row, UI, GROUP_ROW, GtkWidget)

GtkWidget *ui_group_row_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_group_row_set_group (UiGroupRow *self,
                                   ChatGroup  *group);   /* (nullable) */

G_END_DECLS
