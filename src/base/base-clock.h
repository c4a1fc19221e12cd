/* Time as the rest of the program sees it: a system clock, or one a test moves by hand. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _BaseClock BaseClock;

#define BASE_TYPE_CLOCK (base_clock_get_type ())

GType      base_clock_get_type   (void);
BaseClock *base_clock_new        (void) G_GNUC_WARN_UNUSED_RESULT;
BaseClock *base_clock_new_manual (gint64          real_us) G_GNUC_WARN_UNUSED_RESULT;
BaseClock *base_clock_ref        (BaseClock      *self);
void       base_clock_unref      (BaseClock      *self);
gint64     base_clock_real       (BaseClock      *self);
gint64     base_clock_monotonic  (BaseClock      *self);
guint      base_clock_add        (BaseClock      *self,
                                  gint64          delay_us,
                                  GSourceFunc     callback,
                                  gpointer        user_data,
                                  GDestroyNotify  destroy);
void       base_clock_remove     (BaseClock      *self,
                                  guint           timer);
void       base_clock_advance    (BaseClock      *self,
                                  gint64          by_us);
void       base_clock_jump       (BaseClock      *self,
                                  gint64          by_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BaseClock, base_clock_unref)

G_END_DECLS
