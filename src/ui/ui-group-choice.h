/* The row in which one chooses the groups that somebody is in: those there are, and new ones by typing. */
#pragma once

#include <adwaita.h>

#include "chat-roster.h"

G_BEGIN_DECLS

#define UI_TYPE_GROUP_CHOICE (ui_group_choice_get_type ())
G_DECLARE_FINAL_TYPE (UiGroupChoice, ui_group_choice, UI, GROUP_CHOICE, AdwExpanderRow)

/* Signal: "changed": the user has chosen something else. */
GtkWidget  *ui_group_choice_new        (void) G_GNUC_WARN_UNUSED_RESULT;
void        ui_group_choice_set_groups (UiGroupChoice      *self,
                                        ChatRoster         *roster,    /* the groups there are */
                                        const char *const  *groups);   /* the chosen ones */
char      **ui_group_choice_dup_groups (UiGroupChoice      *self) G_GNUC_WARN_UNUSED_RESULT;   /* with what is being typed; never NULL */

G_END_DECLS
