/* My picture with my presence, and the menu behind it. */
#include "ui-presence-button.h"

#include <glib/gi18n.h>

#include "ui-account-watch.h"
#include "ui-avatar.h"
#include "ui-presence-menu.h"
#include "ui-show.h"

struct _UiPresenceButton {
  AdwBin          parent_instance;

  ChatCore       *core;    /* (owned, nullable) */
  UiAccountWatch *watch;   /* (owned, nullable) */

  GtkMenuButton  *button;
  UiAvatar       *avatar;
  UiPresenceMenu *menu;
};

G_DEFINE_FINAL_TYPE (UiPresenceButton, ui_presence_button, ADW_TYPE_BIN)

static const char *
presence_words (UiPresenceButton *self)
{
  XmppShow wanted = ui_account_watch_get_show (self->watch);

  if (wanted == XMPP_SHOW_OFFLINE)
    return ui_show_name (wanted);
  if (ui_account_watch_get_online (self->watch))
    return ui_account_watch_get_mixed (self->watch) ? _("Mixed") : ui_show_name (wanted);
  return ui_account_watch_get_troubled (self->watch) != NULL ? _("Not connected") : _("Connecting…");
}

static char *
presence_sentence (UiPresenceButton *self)
{
  guint troubled = ui_account_watch_count_troubled (self->watch);
  g_autofree char *presence = g_strdup_printf (_("Your presence: %s"), presence_words (self));
  g_autofree char *but = NULL;

  if (troubled == 0 || !ui_account_watch_get_online (self->watch))
    return g_steal_pointer (&presence);
  but = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u account is not connected", "%u accounts are not connected",
                                      troubled),
                         troubled);
  return g_strjoin ("\n", presence, but, NULL);
}

static void
presence_changed_cb (UiPresenceButton *self)
{
  GListModel *accounts = G_LIST_MODEL (chat_core_get_accounts (self->core));
  g_autoptr (ChatAccount) first = g_list_model_get_item (accounts, 0);
  g_autofree char *sentence = presence_sentence (self);
  gboolean online = ui_account_watch_get_online (self->watch);

  if (first != NULL) {
    XmppJid *jid = chat_account_get_jid (first);

    g_object_set (self->avatar, "text",
                  xmpp_jid_get_local (jid) != NULL ? xmpp_jid_get_local (jid) : xmpp_jid_get_text (jid), NULL);
  }
  g_object_set (self->avatar, "show", online ? (int) ui_account_watch_get_show (self->watch) : XMPP_SHOW_OFFLINE,
                "trouble", ui_account_watch_count_troubled (self->watch) > 0, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

/* GTK 4.8 never lets go of a popover that was open when its button went away. */
static void
ui_presence_button_dispose (GObject *object)
{
  UiPresenceButton *self = UI_PRESENCE_BUTTON (object);

  if (self->button != NULL)
    gtk_menu_button_popdown (self->button);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->watch);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_presence_button_parent_class)->dispose (object);
}

static void
ui_presence_button_class_init (UiPresenceButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_presence_button_dispose;

  g_type_ensure (UI_TYPE_AVATAR);
  g_type_ensure (UI_TYPE_PRESENCE_MENU);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-presence-button.ui");
  gtk_widget_class_bind_template_child (widget_class, UiPresenceButton, button);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceButton, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceButton, menu);
}

static void
ui_presence_button_init (UiPresenceButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_presence_button_set_core:
 * @self: a button, not given a core before
 * @core: whose presence it shows and sets
 * @settings: where earlier status texts are remembered
 */
void
ui_presence_button_set_core (UiPresenceButton *self,
                             ChatCore         *core,
                             GSettings        *settings)
{
  g_return_if_fail (UI_IS_PRESENCE_BUTTON (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  self->watch = ui_account_watch_new (core);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
  ui_presence_menu_set_core (self->menu, core, self->watch, settings);
  presence_changed_cb (self);
}

/**
 * ui_presence_button_popup:
 * @self: a button
 *
 * Opens the menu, as a click does.
 */
void
ui_presence_button_popup (UiPresenceButton *self)
{
  g_return_if_fail (UI_IS_PRESENCE_BUTTON (self));

  gtk_menu_button_popup (self->button);
}
