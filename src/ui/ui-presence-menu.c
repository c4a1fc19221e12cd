/* The popover in which one says how one is there: presence, status text, and what each account is doing. */
#include "ui-presence-menu.h"

#include <glib/gi18n.h>

#include "ui-account-presence.h"
#include "ui-account-row.h"
#include "ui-show-list.h"
#include "ui-show.h"

/* What the menu leaves of the window's height, and the least that it takes of it. */
#define HEIGHT_LEFT  72
#define HEIGHT_LEAST 240

/* Earlier status texts offered beneath the entry; the settings keep some more. */
#define HISTORY_SHOWN 4

struct _UiPresenceMenu {
  GtkPopover         parent_instance;

  ChatCore          *core;       /* (owned, nullable) */
  UiAccountWatch    *watch;      /* (owned, nullable) */
  GSettings         *settings;   /* (owned, nullable) */

  GtkScrolledWindow *scroller;
  GtkStack          *pages;      /* "all", and "one" account */
  GtkWidget         *all_title;
  GtkWidget         *mixed;
  UiShowList        *shows;
  GtkEditable       *status;
  GtkWidget         *set_status;
  GtkWidget         *history;
  GtkListBox        *accounts;
  UiAccountPresence *one;
};

G_DEFINE_FINAL_TYPE (UiPresenceMenu, ui_presence_menu, GTK_TYPE_POPOVER)

/* The focus may not vanish with the page that has it, nor go into a menu that is closed: GTK 4.8 would never let go of
 * the menu. */
static void
show_all (UiPresenceMenu *self)
{
  gboolean focused = gtk_widget_get_mapped (GTK_WIDGET (self->one))
                     && gtk_widget_get_focus_child (GTK_WIDGET (self->one)) != NULL;

  gtk_stack_set_visible_child_name (self->pages, "all");
  if (focused)
    ui_show_list_focus (self->shows);
  ui_account_presence_set_account (self->one, NULL);
}

/* No tick while the accounts differ: none of the rows would be true. An account that is gone has no page. */
static void
presence_changed_cb (UiPresenceMenu *self)
{
  ChatAccounts *accounts = chat_core_get_accounts (self->core);
  gboolean mixed = ui_account_watch_get_mixed (self->watch);
  ChatAccount *shown = ui_account_presence_get_account (self->one);

  ui_show_list_set_current (self->shows,
                            mixed ? UI_SHOW_LIST_NONE : (int) ui_account_watch_get_show (self->watch));
  gtk_widget_set_visible (self->mixed, mixed);
  gtk_widget_set_visible (self->all_title, g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 1);
  if (shown != NULL && chat_accounts_find (accounts, chat_account_get_jid (shown)) != shown)
    show_all (self);
}

static void
show_chosen_cb (UiPresenceMenu *self,
                int             show)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.set-presence", "s", ui_show_id ((XmppShow) show));
  gtk_popover_popdown (GTK_POPOVER (self));
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
  int height = gtk_widget_get_height (GTK_WIDGET (gtk_widget_get_root (widget)));

  gtk_scrolled_window_set_max_content_height (self->scroller, MAX (HEIGHT_LEAST, height - HEIGHT_LEFT));
  show_all (self);
  if (self->core != NULL) {
    core_notify_status_cb (self);
    settings_changed_history_cb (self);
  }
  GTK_WIDGET_CLASS (ui_presence_menu_parent_class)->map (widget);
}

static void
accounts_row_activated_cb (UiPresenceMenu *self,
                           UiAccountRow   *row)
{
  ui_account_presence_set_account (self->one, ui_account_row_get_account (row));
  gtk_stack_set_visible_child_name (self->pages, "one");
  if (gtk_widget_get_mapped (GTK_WIDGET (self->one)))
    ui_account_presence_focus (self->one);
}

/* The arrow towards the text opens a row, as in every menu. */
static gboolean
accounts_key_pressed_cb (UiPresenceMenu *self,
                         guint           keyval,
                         guint           keycode,
                         GdkModifierType state)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->accounts));

  if (row == NULL || !gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row))
      || (state & gtk_accelerator_get_default_mod_mask ()) != 0
      || (keyval != (rtl ? GDK_KEY_Left : GDK_KEY_Right) && keyval != (rtl ? GDK_KEY_KP_Left : GDK_KEY_KP_Right)))
    return GDK_EVENT_PROPAGATE;
  accounts_row_activated_cb (self, UI_ACCOUNT_ROW (row));
  return GDK_EVENT_STOP;
}

static void
one_back_cb (UiPresenceMenu *self)
{
  ChatAccount *shown = ui_account_presence_get_account (self->one);
  GtkListBoxRow *row;
  guint i = 0;

  while ((row = gtk_list_box_get_row_at_index (self->accounts, (int) i)) != NULL
         && ui_account_row_get_account (UI_ACCOUNT_ROW (row)) != shown)
    i++;
  show_all (self);
  if (row != NULL && gtk_widget_get_mapped (GTK_WIDGET (row)))
    gtk_widget_grab_focus (GTK_WIDGET (row));
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

  g_type_ensure (UI_TYPE_ACCOUNT_PRESENCE);
  g_type_ensure (UI_TYPE_SHOW_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-presence-menu.ui");
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, scroller);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, pages);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, all_title);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, mixed);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, shows);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, status);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, set_status);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, history);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, accounts);
  gtk_widget_class_bind_template_child (widget_class, UiPresenceMenu, one);
  gtk_widget_class_bind_template_callback (widget_class, show_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, status_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, status_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, accounts_row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, accounts_key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, one_back_cb);
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
 * Changes go out as the actions "app.set-presence", "app.set-status" and "app.set-account-presence".
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
  g_signal_connect_object (core, "notify::status", G_CALLBACK (core_notify_status_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (watch, "changed", G_CALLBACK (presence_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::status-history", G_CALLBACK (settings_changed_history_cb), self,
                           G_CONNECT_SWAPPED);
  presence_changed_cb (self);
  core_notify_status_cb (self);
  settings_changed_history_cb (self);
}
