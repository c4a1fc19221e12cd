/* The contacts by groups: fold and unfold with a click or the arrow keys, open with a click or Enter. */
#include "ui-contacts-list.h"

#include "ui-contact-menu.h"
#include "ui-contact-row.h"
#include "ui-group-row.h"
#include "ui-open-selection.h"
#include "ui-requests.h"

struct _UiContactsList {
  AdwBin           parent_instance;

  ChatCore        *core;        /* (owned, nullable) */
  UiOpenSelection *selection;   /* (owned, nullable) over a GtkTreeListModel of groups and contacts */

  UiRequests      *requests;
  GtkStack        *stack;
  GtkListView     *view;
  GtkWidget       *menu;        /* (nullable) the popover of the contact it was last asked for */

  gboolean         at_top;      /* nobody has scrolled away from the first row */
  double           page_size;   /* of the list, in pixels, when that was last seen */
};

enum { OPEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiContactsList, ui_contacts_list, ADW_TYPE_BIN)

static GListModel *
group_children_cb (gpointer item,
                   gpointer user_data)
{
  return CHAT_IS_GROUP (item) ? g_object_ref (G_LIST_MODEL (item)) : NULL;
}

/* Rows of both kinds are used again; one that changes its kind gets another child. */
static void
factory_bind_cb (UiContactsList *self,
                 GtkListItem    *list_item)
{
  GtkTreeListRow *row = GTK_TREE_LIST_ROW (gtk_list_item_get_item (list_item));
  g_autoptr (GObject) item = gtk_tree_list_row_get_item (row);
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkWidget *child = gtk_tree_expander_get_child (expander);

  gtk_list_item_set_selectable (list_item, CHAT_IS_CONTACT (item));
  gtk_tree_expander_set_list_row (expander, row);
  if (CHAT_IS_GROUP (item)) {
    if (!UI_IS_GROUP_ROW (child))
      gtk_tree_expander_set_child (expander, child = ui_group_row_new ());
    ui_group_row_set_group (UI_GROUP_ROW (child), CHAT_GROUP (item));
  } else {
    if (!UI_IS_CONTACT_ROW (child))
      gtk_tree_expander_set_child (expander,
                                   child = ui_contact_row_new (chat_core_get_conversations (self->core)));
    ui_contact_row_set_contact (UI_CONTACT_ROW (child), CHAT_CONTACT (item));
  }
}

static void
factory_setup_cb (UiContactsList *self,
                  GtkListItem    *list_item)
{
  GtkWidget *expander = gtk_tree_expander_new ();

  gtk_tree_expander_set_indent_for_icon (GTK_TREE_EXPANDER (expander), FALSE);
  gtk_list_item_set_child (list_item, expander);
}

static void
factory_unbind_cb (UiContactsList *self,
                   GtkListItem    *list_item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (list_item));
  GtkWidget *child = gtk_tree_expander_get_child (expander);

  if (UI_IS_GROUP_ROW (child))
    ui_group_row_set_group (UI_GROUP_ROW (child), NULL);
  else
    ui_contact_row_set_contact (UI_CONTACT_ROW (child), NULL);
  gtk_tree_expander_set_list_row (expander, NULL);
}

static void
view_activate_cb (UiContactsList *self,
                  guint           position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autoptr (GObject) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  if (CHAT_IS_CONTACT (item))
    g_signal_emit (self, signals[OPEN], 0,
                   chat_conversations_ensure (chat_core_get_conversations (self->core), CHAT_CONTACT (item)));
  else if (row != NULL)
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

/* Returns: (transfer none) (nullable): the row that @widget is in, or is the list's wrapper of. */
static GtkTreeListRow *
get_row_of (UiContactsList *self,
            GtkWidget      *widget)
{
  while (widget != NULL && gtk_widget_get_parent (widget) != GTK_WIDGET (self->view))
    widget = gtk_widget_get_parent (widget);
  if (widget != NULL)
    widget = gtk_widget_get_first_child (widget);
  return GTK_IS_TREE_EXPANDER (widget) ? gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (widget)) : NULL;
}

static GtkTreeListRow *
get_focused_row (UiContactsList *self)
{
  return get_row_of (self, gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
}

/* Returns: (transfer full) (nullable): the contact that a row shows */
static ChatContact *
dup_contact (GtkTreeListRow *row)
{
  g_autoptr (GObject) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return CHAT_IS_CONTACT (item) ? CHAT_CONTACT (g_steal_pointer (&item)) : NULL;
}

/* --- the menu of a contact --- */

/* The popover belongs to the list and not to a row: rows are used again while it is open. */
static void
popup_menu (UiContactsList     *self,
            ChatContact        *contact,
            const GdkRectangle *place)
{
  g_autoptr (GMenuModel) model = ui_contact_menu_new (contact, TRUE);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), place);
  g_signal_connect_object (self->menu, "closed", G_CALLBACK (gtk_widget_grab_focus), self->view, G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
popup_menu_at (UiContactsList *self,
               double          x,
               double          y)
{
  GtkTreeListRow *row = get_row_of (self, gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT));
  g_autoptr (ChatContact) contact = dup_contact (row);
  graphene_point_t point = GRAPHENE_POINT_INIT (x, y);

  if (contact != NULL
      && gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &point, &point))
    popup_menu (self, contact, &(GdkRectangle) { (int) point.x, (int) point.y, 1, 1 });
}

static void
click_pressed_cb (UiContactsList  *self,
                  int              n_press,
                  double           x,
                  double           y,
                  GtkGestureClick *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu_at (self, x, y);
}

static void
long_press_pressed_cb (UiContactsList      *self,
                       double               x,
                       double               y,
                       GtkGestureLongPress *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu_at (self, x, y);
}

/* At the row that has the keyboard. */
static void
popup_menu_at_focus (UiContactsList *self,
                     ChatContact    *contact)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    popup_menu (self, contact,
                &(GdkRectangle) { (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                                  (int) bounds.size.height });
}

/* --- the keyboard --- */

/* Menu, Shift+F10 and Delete on a contact. */
static gboolean
contact_key_pressed (UiContactsList  *self,
                     ChatContact     *contact,
                     guint            keyval,
                     GdkModifierType  state)
{
  if (keyval == GDK_KEY_Menu || (keyval == GDK_KEY_F10 && state == GDK_SHIFT_MASK))
    popup_menu_at_focus (self, contact);
  else if (state == 0 && (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete))
    gtk_widget_activate_action_variant (GTK_WIDGET (self), "win.remove-contact", ui_contact_menu_target (contact));
  else
    return FALSE;
  return TRUE;
}

/* Scrolls to @row and gives it the focus. */
static void
focus_row (UiContactsList *self,
           GtkTreeListRow *row)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u",
                              gtk_tree_list_row_get_position (row));
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    GtkWidget *expander = gtk_widget_get_first_child (item);

    if (GTK_IS_TREE_EXPANDER (expander) && gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (expander)) == row) {
      gtk_widget_grab_focus (expander);
      return;
    }
  }
}

/* The arrow towards the text unfolds a group, the one away from it folds it; on a contact it leads to the group. */
static gboolean
view_key_pressed_cb (UiContactsList *self,
                     guint           keyval,
                     guint           keycode,
                     GdkModifierType state)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean left = keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left;
  gboolean right = keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right;
  GtkTreeListRow *row = get_focused_row (self);
  g_autoptr (GtkTreeListRow) parent = row != NULL ? gtk_tree_list_row_get_parent (row) : NULL;
  g_autoptr (ChatContact) contact = dup_contact (row);

  if (contact != NULL
      && contact_key_pressed (self, contact, keyval, state & gtk_accelerator_get_default_mod_mask ()))
    return GDK_EVENT_STOP;
  if (row == NULL || (!left && !right) || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (left == rtl || parent == NULL)
    gtk_tree_list_row_set_expanded (row, left == rtl);
  else
    focus_row (self, parent);
  return GDK_EVENT_STOP;
}

static void
roster_items_changed_cb (UiContactsList *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_roster (self->core))) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
}

/* Tab leads out of the list and not to the next row: there may be thousands. Above it are only the requests. */
static gboolean
ui_contacts_list_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  UiContactsList *self = UI_CONTACTS_LIST (widget);

  if (gtk_widget_get_focus_child (GTK_WIDGET (self->view)) != NULL) {
    if (direction == GTK_DIR_TAB_FORWARD)
      return FALSE;
    if (direction == GTK_DIR_TAB_BACKWARD)
      return gtk_widget_child_focus (GTK_WIDGET (self->requests), direction);
  }
  return GTK_WIDGET_CLASS (ui_contacts_list_parent_class)->focus (widget, direction);
}

/* --- the place in the list --- */

static gboolean
scroll_to_top_cb (gpointer user_data)
{
  gtk_adjustment_set_value (GTK_ADJUSTMENT (user_data), 0);
  return G_SOURCE_REMOVE;
}

/* GTK 4.8 keeps a row in the middle where it is when the list gets less room, as it does when somebody asks: whoever
 * was at the top would be there no more. While the adjustment tells of the change it has yet to get its new value. */
static void
adjustment_changed_cb (UiContactsList *self,
                       GtkAdjustment  *adjustment)
{
  double page_size = gtk_adjustment_get_page_size (adjustment);

  if (self->page_size == page_size)
    return;
  self->page_size = page_size;
  if (self->at_top)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, scroll_to_top_cb, g_object_ref (adjustment), g_object_unref);
}

static void
adjustment_value_changed_cb (UiContactsList *self,
                             GtkAdjustment  *adjustment)
{
  self->at_top = gtk_adjustment_get_value (adjustment) <= 0;
}

static void
ui_contacts_list_dispose (GObject *object)
{
  UiContactsList *self = UI_CONTACTS_LIST (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_contacts_list_parent_class)->dispose (object);
}

static void
ui_contacts_list_class_init (UiContactsListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_contacts_list_dispose;
  widget_class->focus = ui_contacts_list_focus;

  signals[OPEN] = g_signal_new ("open", UI_TYPE_CONTACTS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                CHAT_TYPE_CONVERSATION);

  g_type_ensure (UI_TYPE_REQUESTS);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-contacts-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiContactsList, requests);
  gtk_widget_class_bind_template_child (widget_class, UiContactsList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiContactsList, view);
  gtk_widget_class_bind_template_callback (widget_class, view_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, click_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_press_pressed_cb);
}

static void
ui_contacts_list_init (UiContactsList *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  self->at_top = TRUE;
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (adjustment_value_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ui_contacts_list_new:
 *
 * Makes a list that is empty until ui_contacts_list_set_core().
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_contacts_list_new (void)
{
  return g_object_new (UI_TYPE_CONTACTS_LIST, NULL);
}

/**
 * ui_contacts_list_set_core:
 * @self: a list, not given a core before
 * @core: whose roster to show
 *
 * Shows every group, unfolded.
 */
void
ui_contacts_list_set_core (UiContactsList *self,
                           ChatCore       *core)
{
  GListModel *roster;
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (UI_IS_CONTACTS_LIST (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  ui_requests_set_requests (self->requests, chat_core_get_requests (core));
  roster = G_LIST_MODEL (chat_core_get_roster (core));
  self->selection = ui_open_selection_new (G_LIST_MODEL (
      gtk_tree_list_model_new (g_object_ref (roster), FALSE, TRUE, group_children_cb, NULL, NULL)));

  g_signal_connect_object (factory, "setup", G_CALLBACK (factory_setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (factory_bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (factory_unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));

  g_signal_connect_object (roster, "items-changed", G_CALLBACK (roster_items_changed_cb), self, G_CONNECT_SWAPPED);
  roster_items_changed_cb (self);
}

/**
 * ui_contacts_list_set_open:
 * @self: a list
 * @conversation: (nullable): the conversation that is open
 *
 * Shows the contact of @conversation as selected, in each group it is in.
 */
void
ui_contacts_list_set_open (UiContactsList   *self,
                           ChatConversation *conversation)
{
  g_return_if_fail (UI_IS_CONTACTS_LIST (self));

  if (self->selection != NULL)
    ui_open_selection_set_item (self->selection,
                                conversation != NULL ? chat_conversation_get_contact (conversation) : NULL);
}
