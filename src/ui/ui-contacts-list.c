/* The contacts by groups: fold and unfold with a click or the arrow keys, open with a click or Enter. */
#include "ui-contacts-list.h"

#include "ui-contact-row.h"
#include "ui-group-row.h"
#include "ui-open-selection.h"

struct _UiContactsList {
  AdwBin           parent_instance;

  ChatCore        *core;        /* (owned, nullable) */
  UiOpenSelection *selection;   /* (owned, nullable) over a GtkTreeListModel of groups and contacts */

  GtkStack        *stack;
  GtkListView     *view;
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

static GtkTreeListRow *
get_focused_row (UiContactsList *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if (focus != NULL && !GTK_IS_TREE_EXPANDER (focus))
    focus = gtk_widget_get_first_child (focus);
  return GTK_IS_TREE_EXPANDER (focus) ? gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (focus)) : NULL;
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

/* Tab leads out of the list and not to the next row: there may be thousands. */
static gboolean
ui_contacts_list_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (ui_contacts_list_parent_class)->focus (widget, direction);
}

static void
ui_contacts_list_dispose (GObject *object)
{
  UiContactsList *self = UI_CONTACTS_LIST (object);

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

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-contacts-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiContactsList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiContactsList, view);
  gtk_widget_class_bind_template_callback (widget_class, view_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_key_pressed_cb);
}

static void
ui_contacts_list_init (UiContactsList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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
