/* The popover in which one says how one is there: presence, status text, and what each account is doing. */
#include "ui-presence-menu.h"

#include <glib/gi18n.h>

#include "ui-account-row.h"
#include "ui-errors.h"

/* Earlier status texts offered beneath the entry; the settings keep some more. */
#define HISTORY_SHOWN 4

/* Indexed by XmppShow. */
#define N_SHOWS (XMPP_SHOW_CHAT + 1)

struct _UiPresenceMenu {
  GtkPopover      parent_instance;

  ChatCore       *core;       /* (owned, nullable) */
  UiAccountWatch *watch;      /* (owned, nullable) */
  GSettings      *settings;   /* (owned, nullable) */

  GtkWidget      *items[N_SHOWS], *ticks[N_SHOWS];
  GtkEditable    *status;
  GtkWidget      *set_status;
  GtkWidget      *history;
  GtkListBox     *accounts;
};

G_DEFINE_FINAL_TYPE (UiPresenceMenu, ui_presence_menu, GTK_TYPE_POPOVER)

/* No tick while the accounts differ: none of the rows would be true. */
static void
presence_changed_cb (UiPresenceMenu *self)
{
  gboolean mixed = ui_account_watch_get_mixed (self->watch);

  for (guint show = 0; show < N_SHOWS; show++) {
    gboolean current = !mixed && chat_core_get_show (self->core) == (XmppShow) show;

    gtk_widget_set_visible (self->ticks[show], current);
    gtk_accessible_update_state (GTK_ACCESSIBLE (self->items[show]), GTK_ACCESSIBLE_STATE_CHECKED,
                                 current ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  }
}

static void
status_changed_cb (UiPresenceMenu *self)
{
  const char *current = self->core != NULL ? chat_core_get_status (self->core) : NULL;

  gtk_widget_set_sensitive (self->set_status,
                            g_strcmp0 (gtk_editable_get_text (self->status), current != NULL ? current : "") != 0);
}

static void
core_notify_status_cb (UiPresenceMenu *self)
{
  const char *status = chat_core_get_status (self->core);

  gtk_editable_set_text (self->status, status != NULL ? status : "");
  status_changed_cb (self);
}

static void
set_status (UiPresenceMenu *self,
            const char     *status)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.set-status", "s", status);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
status_activate_cb (UiPresenceMenu *self)
{
  set_status (self, gtk_editable_get_text (self->status));
}

static void
remembered_clicked_cb (UiPresenceMenu *self,
                       GtkButton      *button)
{
  set_status (self, gtk_label_get_label (GTK_LABEL (gtk_button_get_child (button))));
}

static GtkWidget *
remembered_new (UiPresenceMenu *self,
                const char     *status)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = gtk_label_new (status);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, status);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "menu-item");
  g_signal_connect_object (button, "clicked", G_CALLBACK (remembered_clicked_cb), self, G_CONNECT_SWAPPED);
  return button;
}

static void
settings_changed_history_cb (UiPresenceMenu *self)
{
  g_auto (GStrv) remembered = g_settings_get_strv (self->settings, "status-history");
  const char *current = chat_core_get_status (self->core);
  GtkWidget *child;
  guint shown = 0;

  while ((child = gtk_widget_get_first_child (self->history)) != NULL)
    gtk_box_remove (GTK_BOX (self->history), child);
  for (guint i = 0; remembered[i] != NULL && shown < HISTORY_SHOWN; i++)
    if (g_strcmp0 (remembered[i], current) != 0) {
      gtk_box_append (GTK_BOX (self->history), remembered_new (self, remembered[i]));
      shown++;
    }
  gtk_widget_set_visible (self->history, shown > 0);
}

/* What was typed and not set is forgotten, so that the entry always shows what others read. */
static void
ui_presence_menu_map (GtkWidget *widget)
{
  UiPresenceMenu *self = UI_PRESENCE_MENU (widget);

  if (self->core != NULL) {
    core_notify_status_cb (self);
    settings_changed_history_cb (self);
  }
  GTK_WIDGET_CLASS (ui_presence_menu_parent_class)->map (widget);
}

static GtkWidget *
account_row_new_cb (gpointer item,
                    gpointer user_data)
{
  return ui_account_row_new (CHAT_ACCOUNT (item));
}

static void
ui_presence_menu_dispose (GObject *object)
{
  UiPresenceMenu *self = UI_PRESENCE_MENU (object);

  gtk_popover_set_child (GTK_POPOVER (self), NULL);
  g_clear_object (&self->settings);
  g_clear_object (&self->watch);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_presence_menu_parent_class)->dispose (object);
}

static void
ui_presence_menu_class_init (UiPresenceMenuClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_presence_menu_dispose;
  widget_class->map = ui_presence_menu_map;

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-presence-menu.ui");
  for (guint show = 0; show < N_SHOWS; show++) {
    const char *id = ui_show_id ((XmppShow) show);
    g_autofree char *tick = g_strconcat (id, "_tick", NULL);

    gtk_widget_class_bind_template_child_full (widget_class, id, FALSE,
                                               G_STRUCT_OFFSET (UiPresenceMenu, items)
                                                   + (gssize) (show * sizeof (GtkWidget *)));
    gtk_widget_class_bind_template_child_full (widget_class, tick, FALSE,
                                               G_STRUCT_OFFSET (UiPresenceMenu, ticks)
                                                   + (gssize) (show * sizeof (GtkWidget *)));
  }
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, status);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, set_status);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, history);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, accounts);
  gtk_widget_class_bind_template_callback (widget_class, status_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, status_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, gtk_popover_popdown);
}

static void
ui_presence_menu_init (UiPresenceMenu *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_presence_menu_new:
 *
 * Makes a menu that is empty until ui_presence_menu_set_core().
 *
 * Returns: (transfer floating): the popover
 */
GtkWidget *
ui_presence_menu_new (void)
{
  return g_object_new (UI_TYPE_PRESENCE_MENU, NULL);
}

/**
 * ui_presence_menu_set_core:
 * @self: a menu, not given a core before
 * @core: whose presence it sets
 * @watch: the watch over the accounts of @core
 * @settings: where earlier status texts are remembered
 *
 * Changes go out as the actions "app.set-presence" and "app.set-status".
 */
void
ui_presence_menu_set_core (UiPresenceMenu *self,
                           ChatCore       *core,
                           UiAccountWatch *watch,
                           GSettings      *settings)
{
  g_return_if_fail (UI_IS_PRESENCE_MENU (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  self->watch = g_object_ref (watch);
  self->settings = g_object_ref (settings);
  gtk_list_box_bind_model (self->accounts, G_LIST_MODEL (chat_core_get_accounts (core)), account_row_new_cb, NULL,
                           NULL);
  g_signal_connect_object (core, "notify::show", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (core, "notify::status", G_CALLBACK (core_notify_status_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (watch, "changed", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::status-history", G_CALLBACK (settings_changed_history_cb), self,
                           G_CONNECT_SWAPPED);
  presence_changed_cb (self);
  core_notify_status_cb (self);
  settings_changed_history_cb (self);
}
