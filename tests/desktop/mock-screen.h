/* The services that tell whether anybody is at the computer: a screen saver, and GNOME's idle monitor. */
#pragma once

#include "mock-service.h"

G_BEGIN_DECLS

typedef struct _MockScreen MockScreen;

MockScreen *mock_screen_new_saver   (const char *address,
                                     const char *name,        /* "org.gnome.ScreenSaver" … */
                                     gboolean    active) G_GNUC_WARN_UNUSED_RESULT;
MockScreen *mock_screen_new_monitor (const char *address) G_GNUC_WARN_UNUSED_RESULT;
void        mock_screen_free        (MockScreen *self);
void        mock_screen_set_active  (MockScreen *self,        /* the saver tells so */
                                     gboolean    active);
gboolean    mock_screen_is_watched  (MockScreen *self,        /* by an idle watch, or by one for whoever comes back */
                                     gboolean    idle);
void        mock_screen_fire        (MockScreen *self,        /* such a watch */
                                     gboolean    idle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockScreen, mock_screen_free)

G_END_DECLS
