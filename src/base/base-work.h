/* Runs a pure function on bytes in a thread pool; the answer comes on the main loop. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef GBytes *(*BaseWorkFunc) (gpointer   data,
                                 GError   **error);

void    base_work_async  (BaseWorkFunc          func,
                          gpointer              data,
                          GDestroyNotify        destroy,
                          GCancellable         *cancellable,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data);
GBytes *base_work_finish (GAsyncResult         *result,
                          GError              **error);

G_END_DECLS
