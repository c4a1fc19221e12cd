/* What GTK and libadwaita forget to tell a screen reader: that one types in an entry row, and what some buttons do. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void ui_voice_give (GtkWidget *widget);

G_END_DECLS
