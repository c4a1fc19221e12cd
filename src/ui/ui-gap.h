/* The quiet line where messages are missing that the archive still has: where they belong, and whether they come. */
#pragma once

#include <adwaita.h>

#include "chat-account.h"

G_BEGIN_DECLS

#define UI_TYPE_GAP (ui_gap_get_type ())
G_DECLARE_FINAL_TYPE (UiGap, ui_gap, UI, GAP, AdwBin)

typedef enum {
  UI_GAP_NONE,      /* nothing is missing: the line hides itself */
  UI_GAP_START,     /* before everything that is shown */
  UI_GAP_BETWEEN,
  UI_GAP_END,       /* after everything */
} UiGapPlace;

GtkWidget *ui_gap_new (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_gap_set (UiGap       *self,
                       UiGapPlace   place,
                       ChatAccount *account);   /* whose archive has them */

G_END_DECLS
