/* Removing an account: the question that says what is lost, and what came of it. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

/* Called when the removal begins (running) and when it has ended. */
typedef void (*UiAccountRemovalFunc) (gboolean running,
                                      gpointer user_data);

void ui_account_removal_ask (GtkWidget            *widget,      /* in whose window it is asked; nothing is called once it is gone */
                             ChatCore             *core,
                             ChatAccount          *account,
                             UiAccountRemovalFunc  func);

G_END_DECLS
