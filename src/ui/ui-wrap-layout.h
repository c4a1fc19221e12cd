/* A layout for a few buttons: side by side, and beneath each other where there is no room for that. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_WRAP_LAYOUT (ui_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (UiWrapLayout, ui_wrap_layout, UI, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *ui_wrap_layout_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
