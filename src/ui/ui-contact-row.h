/* One contact in the list: picture with presence, name, one line of status, and what is unread. */
#pragma once

#include <gtk/gtk.h>

#include "chat-conversations.h"

G_BEGIN_DECLS

#define UI_TYPE_CONTACT_ROW (ui_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (UiContactRow, ui_contact_row, UI, CONTACT_ROW, GtkWidget)

GtkWidget *ui_contact_row_new         (ChatConversations *conversations) G_GNUC_WARN_UNUSED_RESULT;
void       ui_contact_row_set_contact (UiContactRow      *self,
                                       ChatContact       *contact);   /* (nullable) */

G_END_DECLS
