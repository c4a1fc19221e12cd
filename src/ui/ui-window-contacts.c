/* What can be done about one contact from the main window: the "win." actions that are told two addresses. */
#include "ui-window-contacts.h"

#include "ui-add-contact.h"
#include "ui-contact-changes.h"
#include "ui-contact-window.h"

/* Returns: (transfer none) (nullable): whom @target names, unless they are unknown by now. */
static ChatContact *
find_contact (UiWindow *self,
              GVariant *target)
{
  ChatCore *core = ui_window_get_core (self);
  const char *own_address, *address;
  g_autoptr (XmppJid) own_jid = NULL;
  g_autoptr (XmppJid) jid = NULL;
  ChatAccount *account;

  g_variant_get (target, "(&s&s)", &own_address, &address);
  own_jid = xmpp_jid_new (own_address, NULL);
  jid = xmpp_jid_new (address, NULL);
  if (core == NULL || own_jid == NULL || jid == NULL)
    return NULL;
  account = chat_accounts_find (chat_core_get_accounts (core), own_jid);
  return account != NULL ? chat_account_find_contact (account, jid) : NULL;
}

static void
add_contact_activate_cb (GSimpleAction *action,
                         GVariant      *parameter,
                         gpointer       user_data)
{
  ChatCore *core = ui_window_get_core (UI_WINDOW (user_data));

  if (core != NULL)
    gtk_window_present (GTK_WINDOW (ui_add_contact_new (GTK_WINDOW (user_data), core, NULL)));
}

static void
add_this_contact_activate_cb (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  ChatContact *contact = find_contact (UI_WINDOW (user_data), parameter);

  if (contact != NULL)
    gtk_window_present (GTK_WINDOW (ui_add_contact_new (GTK_WINDOW (user_data),
                                                        ui_window_get_core (UI_WINDOW (user_data)), contact)));
}

static void
open_chat_activate_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  UiWindow *self = UI_WINDOW (user_data);
  ChatContact *contact = find_contact (self, parameter);

  if (contact != NULL)
    ui_window_open (self, chat_conversations_ensure (chat_core_get_conversations (ui_window_get_core (self)),
                                                     contact));
}

static void
show_contact_activate_cb (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  ChatContact *contact = find_contact (UI_WINDOW (user_data), parameter);

  if (contact != NULL)
    gtk_window_present (GTK_WINDOW (ui_contact_window_new (GTK_WINDOW (user_data), contact)));
}

static void
rename_contact_activate_cb (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  ChatContact *contact = find_contact (UI_WINDOW (user_data), parameter);
  GtkWidget *window;

  if (contact == NULL)
    return;
  window = ui_contact_window_new (GTK_WINDOW (user_data), contact);
  gtk_window_present (GTK_WINDOW (window));
  ui_contact_window_edit_name (UI_CONTACT_WINDOW (window));
}

static void
remove_contact_activate_cb (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  ChatContact *contact = find_contact (UI_WINDOW (user_data), parameter);

  if (contact != NULL && chat_contact_is_contact (contact))
    ui_contact_ask_removal (GTK_WINDOW (user_data), contact);
}

/**
 * ui_window_add_contact_actions:
 * @self: a window
 *
 * Adds the actions; those that are told whom they are about do nothing about somebody who is unknown.
 */
void
ui_window_add_contact_actions (UiWindow *self)
{
  static const GActionEntry entries[] = {
    { "add-contact", add_contact_activate_cb, NULL, NULL, NULL, { 0 } },
    { "add-this-contact", add_this_contact_activate_cb, "(ss)", NULL, NULL, { 0 } },
    { "open-chat", open_chat_activate_cb, "(ss)", NULL, NULL, { 0 } },
    { "show-contact", show_contact_activate_cb, "(ss)", NULL, NULL, { 0 } },
    { "rename-contact", rename_contact_activate_cb, "(ss)", NULL, NULL, { 0 } },
    { "remove-contact", remove_contact_activate_cb, "(ss)", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
