/* The side of the window with my presence, the chats and the contacts. */
#include "ui-sidebar.h"

#include <glib/gi18n.h>

#include "ui-banner.h"
#include "ui-chats-list.h"
#include "ui-contacts-list.h"
#include "ui-presence-button.h"

#define WIDTH 320   /* px, beside a conversation */

struct _UiSidebar {
  AdwBin            parent_instance;

  gboolean          folded;

  UiPresenceButton *presence;
  UiBanner         *banner;
  GtkStack         *stack;
  UiChatsList      *chats;
  UiContactsList   *contacts;
  GtkWidget        *contacts_wide;      /* the switch to them, in the header bar … */
  GtkWidget        *contacts_narrow;    /* … and beneath it where that is too narrow */
  GtkWidget        *dot_wide;
  GtkWidget        *dot_narrow;
};

enum { PROP_FOLDED = 1, PROP_PAGE, N_PROPS };
enum { OPEN, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSidebar, ui_sidebar, ADW_TYPE_BIN)

static void
list_open_cb (UiSidebar        *self,
              ChatConversation *conversation)
{
  g_signal_emit (self, signals[OPEN], 0, conversation);
}

static void
stack_notify_visible_child_cb (UiSidebar *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* A dot for the eyes, a number for the ears. */
static void
requests_items_changed_cb (UiSidebar  *self,
                           guint       position,
                           guint       removed,
                           guint       added,
                           GListModel *requests)
{
  guint n = g_list_model_get_n_items (requests);
  g_autofree char *words =
      n > 0 ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Contacts, %u request", "Contacts, %u requests", n), n)
            : g_strdup (_("Contacts"));

  gtk_widget_set_visible (self->dot_wide, n > 0);
  gtk_widget_set_visible (self->dot_narrow, n > 0);
  gtk_widget_set_tooltip_text (self->contacts_wide, n > 0 ? words : NULL);
  gtk_widget_set_tooltip_text (self->contacts_narrow, n > 0 ? words : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->contacts_wide), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->contacts_narrow), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
ui_sidebar_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  UiSidebar *self = UI_SIDEBAR (object);

  switch (prop_id) {
  case PROP_FOLDED:
    g_value_set_boolean (value, self->folded);
    break;
  case PROP_PAGE:
    g_value_set_string (value, gtk_stack_get_visible_child_name (self->stack));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_sidebar_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  UiSidebar *self = UI_SIDEBAR (object);

  switch (prop_id) {
  case PROP_FOLDED:
    self->folded = g_value_get_boolean (value);
    break;
  case PROP_PAGE:
    gtk_stack_set_visible_child_name (self->stack, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_sidebar_class_init (UiSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_sidebar_get_property;
  object_class->set_property = ui_sidebar_set_property;
  properties[PROP_FOLDED] =
      g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "chats", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[OPEN] = g_signal_new ("open", UI_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                CHAT_TYPE_CONVERSATION);

  g_type_ensure (UI_TYPE_BANNER);
  g_type_ensure (UI_TYPE_CHATS_LIST);
  g_type_ensure (UI_TYPE_CONTACTS_LIST);
  g_type_ensure (UI_TYPE_PRESENCE_BUTTON);
  gtk_widget_class_install_property_action (widget_class, "sidebar.page", "page");
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, presence);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, banner);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, chats);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, contacts);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, contacts_wide);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, contacts_narrow);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, dot_wide);
  gtk_widget_class_bind_template_child (widget_class, UiSidebar, dot_narrow);
  gtk_widget_class_bind_template_callback (widget_class, list_open_cb);
}

/* As wide as it is, whatever is listed, and whichever conversation is open: what others are called decides nothing. */
static void
sidebar_measure_cb (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, WIDTH);
}

static void
sidebar_allocate_cb (GtkWidget *widget,
                     int        width,
                     int        height,
                     int        baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
ui_sidebar_init (UiSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self),
                                 gtk_custom_layout_new (NULL, sidebar_measure_cb, sidebar_allocate_cb));
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (stack_notify_visible_child_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ui_sidebar_new:
 *
 * Makes a sidebar that is empty until ui_sidebar_set_core().
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_sidebar_new (void)
{
  return g_object_new (UI_TYPE_SIDEBAR, NULL);
}

/**
 * ui_sidebar_set_core:
 * @self: a sidebar, not given a core before
 * @core: what to show
 * @settings: where the page and earlier status texts are remembered
 */
void
ui_sidebar_set_core (UiSidebar *self,
                     ChatCore  *core,
                     GSettings *settings)
{
  GListModel *requests;

  g_return_if_fail (UI_IS_SIDEBAR (self));

  requests = G_LIST_MODEL (chat_core_get_requests (core));
  g_signal_connect_object (requests, "items-changed", G_CALLBACK (requests_items_changed_cb), self, G_CONNECT_SWAPPED);
  requests_items_changed_cb (self, 0, 0, 0, requests);
  ui_chats_list_set_core (self->chats, core);
  ui_contacts_list_set_core (self->contacts, core);
  ui_banner_set_core (self->banner, core);
  ui_presence_button_set_core (self->presence, core, settings);
  g_settings_bind (settings, "sidebar-page", self, "page", G_SETTINGS_BIND_DEFAULT);
}

/**
 * ui_sidebar_set_open:
 * @self: a sidebar
 * @conversation: (nullable): the conversation that is open, to be shown as selected in both lists
 */
void
ui_sidebar_set_open (UiSidebar        *self,
                     ChatConversation *conversation)
{
  g_return_if_fail (UI_IS_SIDEBAR (self));

  ui_chats_list_set_open (self->chats, conversation);
  ui_contacts_list_set_open (self->contacts, conversation);
}

/**
 * ui_sidebar_focus:
 * @self: a sidebar
 *
 * Puts the keyboard into the list that is shown.
 */
void
ui_sidebar_focus (UiSidebar *self)
{
  g_return_if_fail (UI_IS_SIDEBAR (self));

  gtk_widget_child_focus (gtk_stack_get_visible_child (self->stack), GTK_DIR_TAB_FORWARD);
}

/**
 * ui_sidebar_popup_presence:
 * @self: a sidebar
 *
 * Opens the presence menu, as a click on one's own picture does.
 */
void
ui_sidebar_popup_presence (UiSidebar *self)
{
  g_return_if_fail (UI_IS_SIDEBAR (self));

  ui_presence_button_popup (self->presence);
}
