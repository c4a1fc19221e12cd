/* The presences to choose from, with a tick at the one that is set. */
#include "ui-show-list.h"

#include "ui-show.h"

/* Indexed by XmppShow. */
#define N_SHOWS (XMPP_SHOW_CHAT + 1)

struct _UiShowList {
  AdwBin     parent_instance;

  int        current;   /* an XmppShow, or UI_SHOW_LIST_NONE */

  GtkWidget *items[N_SHOWS], *ticks[N_SHOWS];
};

enum { CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiShowList, ui_show_list, ADW_TYPE_BIN)

/* As people look for them: here first, then away, then not at all. */
static const XmppShow order[] = {
  XMPP_SHOW_AVAILABLE, XMPP_SHOW_CHAT, XMPP_SHOW_AWAY, XMPP_SHOW_XA, XMPP_SHOW_DND, XMPP_SHOW_OFFLINE,
};

static void
item_clicked_cb (UiShowList *self,
                 GtkWidget  *item)
{
  for (guint show = 0; show < N_SHOWS; show++)
    if (self->items[show] == item)
      g_signal_emit (self, signals[CHOSEN], 0, (int) show);
}

static void
add_item (UiShowList *self,
          GtkBox     *box,
          XmppShow    show)
{
  GtkWidget *item = g_object_new (GTK_TYPE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_MENU_ITEM_RADIO, NULL);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", ui_show_icon (show), "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", ui_show_name (show), "xalign", 0.0, "hexpand", TRUE, NULL);
  GtkWidget *tick = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic", "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_widget_add_css_class (icon, "presence");
  gtk_widget_add_css_class (icon, ui_show_id (show));
  gtk_box_append (GTK_BOX (content), icon);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), tick);
  gtk_button_set_child (GTK_BUTTON (item), content);
  gtk_widget_add_css_class (item, "flat");
  gtk_widget_add_css_class (item, "menu-item");
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, ui_show_name (show), -1);
  g_signal_connect_object (item, "clicked", G_CALLBACK (item_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (box, item);
  self->items[show] = item;
  self->ticks[show] = tick;
}

static void
ui_show_list_class_init (UiShowListClass *klass)
{
  signals[CHOSEN] =
      g_signal_new ("chosen", UI_TYPE_SHOW_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
ui_show_list_init (UiShowList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    add_item (self, GTK_BOX (box), order[i]);
  adw_bin_set_child (ADW_BIN (self), box);
  ui_show_list_set_current (self, UI_SHOW_LIST_NONE);
}

/**
 * ui_show_list_set_current:
 * @self: a list
 * @show: the presence that is set, an #XmppShow; %UI_SHOW_LIST_NONE where none of them would be true
 *
 * Moves the tick. Nothing is emitted.
 */
void
ui_show_list_set_current (UiShowList *self,
                          int         show)
{
  g_return_if_fail (UI_IS_SHOW_LIST (self));

  self->current = show;
  for (int i = 0; i < N_SHOWS; i++) {
    gtk_widget_set_visible (self->ticks[i], i == show);
    gtk_accessible_update_state (GTK_ACCESSIBLE (self->items[i]), GTK_ACCESSIBLE_STATE_CHECKED,
                                 i == show ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
  }
}

/**
 * ui_show_list_get_current:
 * @self: a list
 *
 * Returns: the presence with the tick, or %UI_SHOW_LIST_NONE
 */
int
ui_show_list_get_current (UiShowList *self)
{
  g_return_val_if_fail (UI_IS_SHOW_LIST (self), UI_SHOW_LIST_NONE);

  return self->current;
}

/**
 * ui_show_list_focus:
 * @self: a list
 *
 * Gives the focus to the presence that is set, or to the first.
 */
void
ui_show_list_focus (UiShowList *self)
{
  g_return_if_fail (UI_IS_SHOW_LIST (self));

  gtk_widget_grab_focus (self->items[self->current != UI_SHOW_LIST_NONE ? self->current : (int) order[0]]);
}
