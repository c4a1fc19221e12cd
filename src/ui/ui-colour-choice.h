/* The choice of an account's colour: eight of them, each with its name. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define UI_TYPE_COLOUR_CHOICE (ui_colour_choice_get_type ())
G_DECLARE_FINAL_TYPE (UiColourChoice, ui_colour_choice, UI, COLOUR_CHOICE, AdwPreferencesRow)

/* Property, notified: "colour" (guint, below CHAT_ACCOUNT_N_COLOURS). */
G_END_DECLS
