/* Where the chaos client can be made to die: between two steps of the product, which knows nothing of it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void chaos_points_arm (const char *point,   /* one of those in chaos-points.c */
                       guint       count);  /* it dies when it gets there for the count-th time from now on */

G_END_DECLS
