/* A row that states one thing: what it is called, and its value, which can be selected and copied. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define UI_TYPE_FACT_ROW (ui_fact_row_get_type ())
G_DECLARE_FINAL_TYPE (UiFactRow, ui_fact_row, UI, FACT_ROW, AdwPreferencesRow)

/* The name is the row's "title"; without a value the row is hidden. */
void        ui_fact_row_set_value (UiFactRow  *self,
                                   const char *value);   /* (nullable) */
const char *ui_fact_row_get_value (UiFactRow  *self);    /* (nullable) */

G_END_DECLS
