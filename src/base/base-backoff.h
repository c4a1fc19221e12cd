/* How long to wait before the next attempt: doubling, with jitter, up to a ceiling. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 first_us, ceiling_us;
  guint  attempts;
} BaseBackoff;

void   base_backoff_init  (BaseBackoff *self,
                           gint64       first_us,
                           gint64       ceiling_us);
gint64 base_backoff_next  (BaseBackoff *self);
void   base_backoff_reset (BaseBackoff *self);

G_END_DECLS
