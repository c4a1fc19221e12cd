/* Whether anybody is at the computer: the screen's lock and the desktop's idle time, from whoever tells. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DESKTOP_TYPE_IDLE (desktop_idle_get_type ())
G_DECLARE_FINAL_TYPE (DesktopIdle, desktop_idle, DESKTOP, IDLE, GObject)

#define DESKTOP_IDLE_AFTER (5 * G_TIME_SPAN_MINUTE)   /* without a touch */

/* Properties, notified: "locked", "idle" (gboolean; FALSE where nobody tells). */
DesktopIdle *desktop_idle_new        (GDBusConnection *session_bus) G_GNUC_WARN_UNUSED_RESULT;   /* (nullable) */
gboolean     desktop_idle_get_locked (DesktopIdle     *self);
gboolean     desktop_idle_get_idle   (DesktopIdle     *self);

G_END_DECLS
