/* One contact: name, groups, who sees whom in words with the buttons that change it, and how to remove them. */
#pragma once

#include <adwaita.h>

#include "chat-contact.h"

G_BEGIN_DECLS

#define UI_TYPE_CONTACT_WINDOW (ui_contact_window_get_type ())
G_DECLARE_FINAL_TYPE (UiContactWindow, ui_contact_window, UI, CONTACT_WINDOW, AdwWindow)

GtkWidget *ui_contact_window_new       (GtkWindow        *parent,    /* (nullable) */
                                        ChatContact      *contact);
void       ui_contact_window_edit_name (UiContactWindow  *self);     /* puts the cursor there */

G_END_DECLS
