/* Times and days as a reader expects them: "14:05", "Yesterday", "Monday", "12 March 2025". */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *ui_time_clock       (gint64 us) G_GNUC_WARN_UNUSED_RESULT;                 /* by the desktop's 12/24 hour setting's locale */
char     *ui_time_day         (gint64 us, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;  /* day headers */
char     *ui_time_date        (gint64 us) G_GNUC_WARN_UNUSED_RESULT;                 /* with the year */
char     *ui_time_short       (gint64 us, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;  /* sidebar: today the clock, else the day */
char     *ui_time_full        (gint64 us) G_GNUC_WARN_UNUSED_RESULT;                 /* tooltips */
gboolean  ui_time_same_day    (gint64 a_us, gint64 b_us);
gint64    ui_time_left_of_day (gint64 us);                                           /* µs */

G_END_DECLS
