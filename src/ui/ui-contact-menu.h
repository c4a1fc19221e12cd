/* The menu of one contact: in the list, and in the header of a conversation. */
#pragma once

#include <gtk/gtk.h>

#include "chat-contact.h"

G_BEGIN_DECLS

GMenuModel *ui_contact_menu_new        (ChatContact  *contact,
                                        gboolean      with_chat) G_GNUC_WARN_UNUSED_RESULT;   /* "Open chat" comes first */
GVariant   *ui_contact_menu_target     (ChatContact  *contact);      /* (transfer floating) "(ss)": what the "win." actions are told */
void        ui_contact_menu_set_action (GtkWidget    *button,
                                        const char   *action,
                                        ChatContact  *contact);

G_END_DECLS
