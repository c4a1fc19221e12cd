/* Whether somebody looks at Linnet, and whether the computer sleeps: the core is told. */
#pragma once

#include <gtk/gtk.h>

#include "chat-core.h"
#include "desktop-idle.h"
#include "desktop-sleep.h"

G_BEGIN_DECLS

#define UI_TYPE_ATTENTION (ui_attention_get_type ())
G_DECLARE_FINAL_TYPE (UiAttention, ui_attention, UI, ATTENTION, GObject)

/* Property: "attentive" (read only, notified): a window is in view, the screen is not locked, and the user not idle. */
UiAttention *ui_attention_new       (GtkApplication *application,
                                     DesktopIdle    *idle) G_GNUC_WARN_UNUSED_RESULT;
void         ui_attention_set_sleep (UiAttention    *self,    /* once, when the system's bus is there */
                                     DesktopSleep   *sleep);
void         ui_attention_set_core  (UiAttention    *self,
                                     ChatCore       *core);   /* (nullable): nobody to tell */

G_END_DECLS
