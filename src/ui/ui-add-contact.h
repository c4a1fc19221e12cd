/* The dialog that adds a contact: address, name, groups, and words that go with the request. */
#pragma once

#include <adwaita.h>

#include "chat-core.h"

G_BEGIN_DECLS

#define UI_TYPE_ADD_CONTACT (ui_add_contact_get_type ())
G_DECLARE_FINAL_TYPE (UiAddContact, ui_add_contact, UI, ADD_CONTACT, AdwWindow)

GtkWidget *ui_add_contact_new (GtkWindow   *parent,     /* (nullable) */
                               ChatCore    *core,
                               ChatContact *contact);   /* (nullable) who is to be added, if that is known */
void       ui_add_contact_propose (UiAddContact *self,
                                   XmppJid      *jid);

G_END_DECLS
