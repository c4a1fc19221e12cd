/* How long the main loop was kept from looking for something to do: the time between two polls. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void   bench_loop_watch   (void);   /* the default context, from now on */
void   bench_loop_reset   (void);
gint64 bench_loop_longest (void);   /* µs, since the reset */

G_END_DECLS
