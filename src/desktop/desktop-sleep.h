/* When the computer goes to sleep and wakes: logind's PrepareForSleep, with a moment to say goodbye in. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DESKTOP_TYPE_SLEEP (desktop_sleep_get_type ())
G_DECLARE_FINAL_TYPE (DesktopSleep, desktop_sleep, DESKTOP, SLEEP, GObject)

/* Property, notified: "asleep" (gboolean). At first sleeping is still delayed: until desktop_sleep_ready(). */
DesktopSleep *desktop_sleep_new        (GDBusConnection *bus) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) the system's */
gboolean      desktop_sleep_get_asleep (DesktopSleep    *self);   /* never, where nobody tells */
void          desktop_sleep_ready      (DesktopSleep    *self);   /* we are: it may sleep now */

G_END_DECLS
