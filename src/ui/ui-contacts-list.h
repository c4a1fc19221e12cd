/* The contacts by groups: fold and unfold with a click or the arrow keys, open with a click or Enter. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_CONTACTS_LIST (ui_contacts_list_get_type ())
G_DECLARE_FINAL_TYPE (UiContactsList, ui_contacts_list, UI, CONTACTS_LIST, AdwBin)

/* Signal: "open" (ChatConversation). */
GtkWidget *ui_contacts_list_new      (void) G_GNUC_WARN_UNUSED_RESULT;
void       ui_contacts_list_set_core (UiContactsList   *self,
                                      ChatCore         *core);
void       ui_contacts_list_set_open (UiContactsList   *self,
                                      ChatConversation *conversation);   /* (nullable) the row to show as selected */

G_END_DECLS
