/* The menu of one contact: in the list, and in the header of a conversation. */
#include "ui-contact-menu.h"

#include <glib/gi18n.h>

#include "chat-account.h"

static void
append (GMenu       *section,
        const char  *label,
        const char  *action,
        ChatContact *contact)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, ui_contact_menu_target (contact));
  g_menu_append_item (section, item);
}

/**
 * ui_contact_menu_new:
 * @contact: somebody whose account is still there
 * @with_chat: whether the conversation with them can be opened from it
 *
 * Returns: (transfer full): the menu, whose actions are those of the main window
 */
GMenuModel *
ui_contact_menu_new (ChatContact *contact,
                     gboolean     with_chat)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  if (with_chat)
    append (section, _("_Open chat"), "win.open-chat", contact);
  append (section, _("Contact _details…"), "win.show-contact", contact);
  if (chat_contact_is_contact (contact)) {
    append (section, _("Re_name…"), "win.rename-contact", contact);
    append (section, _("Re_move…"), "win.remove-contact", contact);
  } else {
    append (section, _("_Add to contacts…"), "win.add-this-contact", contact);
  }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}

/**
 * ui_contact_menu_target:
 * @contact: somebody whose account is still there
 *
 * Returns: (transfer floating): what the actions about one contact are told: the account's address and the contact's
 */
GVariant *
ui_contact_menu_target (ChatContact *contact)
{
  return g_variant_new ("(ss)", xmpp_jid_get_text (chat_account_get_jid (chat_contact_get_account (contact))),
                        xmpp_jid_get_text (chat_contact_get_jid (contact)));
}

/**
 * ui_contact_menu_set_action:
 * @button: a button or a menu button's item
 * @action: an action of the main window
 * @contact: whom it is about
 *
 * Makes @button do something about @contact.
 */
void
ui_contact_menu_set_action (GtkWidget   *button,
                            const char  *action,
                            ChatContact *contact)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), ui_contact_menu_target (contact));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}
