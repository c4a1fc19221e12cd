/* Changes of the contact list that may fail: what went wrong is told in the window that they were asked for in. */
#pragma once

#include <adwaita.h>

#include "chat-contact.h"

G_BEGIN_DECLS

/* The window has an action "toasts.add", which is told a sentence. */
void ui_contact_accept_and_add (GtkWindow      *window,
                                ChatContact    *contact);
void ui_contact_ask_removal    (GtkWindow      *window,      /* in a dialog; only its yes removes */
                                ChatContact    *contact);
void ui_contact_tell_error     (GtkWidget      *window,
                                ChatContact    *contact,
                                const GError   *error);
void ui_toasts_add             (AdwToastOverlay *overlay,    /* for whoever has such an action */
                                const char      *sentence);

G_END_DECLS
