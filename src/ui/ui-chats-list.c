/* The conversations, the last active first. */
#include "ui-chats-list.h"

#include "ui-conversation-row.h"
#include "ui-open-selection.h"

struct _UiChatsList {
  AdwBin              parent_instance;

  ChatCore           *core;        /* (owned, nullable) */
  UiOpenSelection    *selection;   /* (owned, nullable) */
  GtkListItemFactory *factory;     /* (owned, nullable) */
  guint               midnight;    /* timer of the core's clock, 0: none */

  GtkStack           *stack;
  GtkListView        *view;
};

enum { OPEN, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiChatsList, ui_chats_list, ADW_TYPE_BIN)

static void
factory_setup_cb (UiChatsList *self,
                  GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, ui_conversation_row_new (chat_core_get_clock (self->core)));
}

static void
factory_bind_cb (UiChatsList *self,
                 GtkListItem *list_item)
{
  ui_conversation_row_set_conversation (UI_CONVERSATION_ROW (gtk_list_item_get_child (list_item)),
                                        gtk_list_item_get_item (list_item));
}

static void
factory_unbind_cb (UiChatsList *self,
                   GtkListItem *list_item)
{
  ui_conversation_row_set_conversation (UI_CONVERSATION_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
view_activate_cb (UiChatsList *self,
                  guint        position)
{
  g_autoptr (ChatConversation) conversation = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (conversation != NULL)
    g_signal_emit (self, signals[OPEN], 0, conversation);
}

static void
conversations_items_changed_cb (UiChatsList *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
}

/* From the clock's present to the next day of the user's calendar, in µs. */
static gint64
until_midnight (BaseClock *clock)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (base_clock_real (clock) / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_to_local (utc);
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight =
      g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                             g_date_time_get_day_of_month (tomorrow), 0, 0, 0);

  return MAX (g_date_time_difference (midnight, now), G_TIME_SPAN_MINUTE);
}

/* What was a time of day is "Yesterday" now: the factory is set anew, so that every row in view is bound again. */
static gboolean
midnight_cb (gpointer user_data)
{
  UiChatsList *self = UI_CHATS_LIST (user_data);
  BaseClock *clock = chat_core_get_clock (self->core);

  self->midnight = base_clock_add (clock, until_midnight (clock), midnight_cb, self, NULL);
  gtk_list_view_set_factory (self->view, NULL);
  gtk_list_view_set_factory (self->view, self->factory);
  return G_SOURCE_REMOVE;
}

/* Tab leads out of the list and not to the next row: there may be thousands. */
static gboolean
ui_chats_list_focus (GtkWidget        *widget,
                     GtkDirectionType  direction)
{
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;

  if (tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (ui_chats_list_parent_class)->focus (widget, direction);
}

static void
ui_chats_list_dispose (GObject *object)
{
  UiChatsList *self = UI_CHATS_LIST (object);

  if (self->midnight != 0)
    base_clock_remove (chat_core_get_clock (self->core), self->midnight);
  self->midnight = 0;
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->factory);
  g_clear_object (&self->selection);
  g_clear_object (&self->core);
  G_OBJECT_CLASS (ui_chats_list_parent_class)->dispose (object);
}

static void
ui_chats_list_class_init (UiChatsListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_chats_list_dispose;
  widget_class->focus = ui_chats_list_focus;

  signals[OPEN] = g_signal_new ("open", UI_TYPE_CHATS_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                CHAT_TYPE_CONVERSATION);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-chats-list.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChatsList, stack);
  gtk_widget_class_bind_template_child (widget_class, UiChatsList, view);
  gtk_widget_class_bind_template_callback (widget_class, view_activate_cb);
}

static void
ui_chats_list_init (UiChatsList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_chats_list_new:
 *
 * Makes a list that is empty until ui_chats_list_set_core().
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_chats_list_new (void)
{
  return g_object_new (UI_TYPE_CHATS_LIST, NULL);
}

/**
 * ui_chats_list_set_core:
 * @self: a list, not given a core before
 * @core: whose conversations to show
 */
void
ui_chats_list_set_core (UiChatsList *self,
                        ChatCore    *core)
{
  BaseClock *clock;

  g_return_if_fail (UI_IS_CHATS_LIST (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  self->selection = ui_open_selection_new (g_object_ref (G_LIST_MODEL (chat_core_get_conversations (core))));

  self->factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (self->factory, "setup", G_CALLBACK (factory_setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->factory, "bind", G_CALLBACK (factory_bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->factory, "unbind", G_CALLBACK (factory_unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->view, self->factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));

  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (conversations_items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  conversations_items_changed_cb (self);

  clock = chat_core_get_clock (core);
  self->midnight = base_clock_add (clock, until_midnight (clock), midnight_cb, self, NULL);
}

/**
 * ui_chats_list_set_open:
 * @self: a list
 * @conversation: (nullable): the conversation that is open, to be shown as selected
 */
void
ui_chats_list_set_open (UiChatsList      *self,
                        ChatConversation *conversation)
{
  g_return_if_fail (UI_IS_CHATS_LIST (self));

  if (self->selection != NULL)
    ui_open_selection_set_item (self->selection, conversation);
}
