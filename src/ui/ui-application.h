/* The application: opens the store, makes the core, shows the window, and says goodbye before it ends. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_APPLICATION (ui_application_get_type ())
G_DECLARE_FINAL_TYPE (UiApplication, ui_application, UI, APPLICATION, AdwApplication)

UiApplication *ui_application_new (const ChatCoreSetup *setup,                    /* without a store: that is opened here */
                                   const char          *database) G_GNUC_WARN_UNUSED_RESULT;   /* absolute path */
gboolean       ui_application_has_failed (UiApplication    *self);                    /* it could not start: an exit status */

G_END_DECLS
