/* The main window: sidebar and conversation side by side, or one of them where there is no room for both. */
#include "ui-window.h"

#include <glib/gi18n.h>

#include "ui-banner.h"
#include "ui-chat-page.h"
#include "ui-contact-changes.h"
#include "ui-sidebar.h"
#include "ui-sign-in.h"
#include "ui-voice.h"
#include "ui-window-actions.h"
#include "ui-window-contacts.h"

struct _UiWindow {
  AdwApplicationWindow  parent_instance;

  ChatCore             *core;       /* (owned, nullable) */
  GSettings            *settings;   /* (owned) */

  AdwToastOverlay      *toasts;
  GtkStack             *pages;
  GtkWidget            *loading;    /* (nullable) the page until there is a core */
  GtkWidget            *sign_in;    /* (nullable) the page while there is no account */
  AdwLeaflet           *leaflet;
  UiSidebar            *sidebar;
  GtkStack             *content;
  UiBanner             *empty_banner;
  UiBanner             *chat_banner;
  UiChatPage           *chat_page;
};

enum { PROP_CONTENT_SHOWN = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

static void
leaflet_notify_cb (UiWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT_SHOWN]);
}

static gboolean
is_content_shown (UiWindow *self)
{
  return self->leaflet != NULL && adw_leaflet_get_folded (self->leaflet)
         && adw_leaflet_get_visible_child (self->leaflet) == GTK_WIDGET (self->content);
}

/* The page is not needed again; hidden it would still be read out. */
static void
sign_in_done_cb (UiWindow *self)
{
  gtk_stack_remove (self->pages, self->sign_in);
  self->sign_in = NULL;
}

static void
show_sign_in (UiWindow *self)
{
  if (self->sign_in == NULL) {
    self->sign_in = ui_sign_in_new ();
    ui_sign_in_set_core (UI_SIGN_IN (self->sign_in), self->core);
    g_signal_connect_object (self->sign_in, "done", G_CALLBACK (sign_in_done_cb), self, G_CONNECT_SWAPPED);
    gtk_stack_add_child (self->pages, self->sign_in);
  }
  gtk_stack_set_visible_child (self->pages, self->sign_in);
  ui_sign_in_focus (UI_SIGN_IN (self->sign_in));
}

/* What an account said goes with it. */
static void
close_orphan (UiWindow *self)
{
  ChatConversation *conversation = ui_chat_page_get_conversation (self->chat_page);

  if (conversation == NULL || chat_account_get_core (chat_conversation_get_account (conversation)) != NULL)
    return;
  ui_chat_page_set_conversation (self->chat_page, NULL);
  ui_sidebar_set_open (self->sidebar, NULL);
  gtk_stack_set_visible_child_name (self->content, "empty");
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ui_sidebar_focus (self->sidebar);
}

/* Without an account there is nothing to see but the page that makes one. */
static void
accounts_items_changed_cb (UiWindow *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (self->core))) == 0;

  close_orphan (self);
  ui_window_enable_actions (self, !empty);
  if (empty) {
    show_sign_in (self);
  } else if (gtk_stack_get_visible_child (self->pages) != GTK_WIDGET (self->leaflet)) {
    gtk_stack_set_visible_child (self->pages, GTK_WIDGET (self->leaflet));
    ui_sidebar_focus (self->sidebar);
  }
}

static gboolean
close_cb (gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (user_data));
  return G_SOURCE_REMOVE;
}

/* The dialog is about to close itself and must not go away with the window before it has. */
static void
failure_response_cb (UiWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, close_cb, g_object_ref (self), g_object_unref);
}

static void
toasts_add_cb (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  ui_toasts_add (UI_WINDOW (widget)->toasts, g_variant_get_string (parameter, NULL));
}

static void
ui_window_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CONTENT_SHOWN:
    g_value_set_boolean (value, is_content_shown (UI_WINDOW (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_window_dispose (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);

  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), NULL);
  g_clear_object (&self->core);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ui_window_parent_class)->dispose (object);
}

static void
ui_window_class_init (UiWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_window_get_property;
  object_class->dispose = ui_window_dispose;

  properties[PROP_CONTENT_SHOWN] =
      g_param_spec_boolean ("content-shown", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (UI_TYPE_BANNER);
  g_type_ensure (UI_TYPE_CHAT_PAGE);
  g_type_ensure (UI_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, loading);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, content);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, empty_banner);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, chat_banner);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, chat_page);
  gtk_widget_class_bind_template_callback (widget_class, leaflet_notify_cb);
  gtk_widget_class_bind_template_callback (widget_class, ui_window_open);

  gtk_widget_class_install_action (widget_class, "toasts.add", "s", toasts_add_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.back", NULL);
}

static void
ui_window_init (UiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ui_window_add_contact_actions (self);
  ui_window_add_actions (self);
}

/**
 * ui_window_new:
 * @application: (nullable): the application it belongs to
 * @settings: where size, page and status texts are remembered
 *
 * Makes a window that is blank until ui_window_set_core().
 *
 * Returns: (transfer none): the window, owned by the toolkit until it is closed
 */
UiWindow *
ui_window_new (GtkApplication *application,
               GSettings      *settings)
{
  UiWindow *self = g_object_new (UI_TYPE_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  return self;
}

/**
 * ui_window_set_core:
 * @self: a window, not given a core before
 * @core: what to show
 */
void
ui_window_set_core (UiWindow *self,
                    ChatCore *core)
{
  g_return_if_fail (UI_IS_WINDOW (self));
  g_return_if_fail (self->core == NULL);

  self->core = g_object_ref (core);
  ui_sidebar_set_core (self->sidebar, core, self->settings);
  ui_banner_set_core (self->empty_banner, core);
  ui_banner_set_core (self->chat_banner, core);
  g_signal_connect_object (chat_core_get_accounts (core), "items-changed", G_CALLBACK (accounts_items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_items_changed_cb (self);
  gtk_stack_remove (self->pages, self->loading);
  self->loading = NULL;
}

/**
 * ui_window_get_core:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): what it shows
 */
ChatCore *
ui_window_get_core (UiWindow *self)
{
  g_return_val_if_fail (UI_IS_WINDOW (self), NULL);

  return self->core;
}

/**
 * ui_window_open:
 * @self: a window
 * @conversation: what to open
 *
 * Shows @conversation, ready to be typed into. It is closed when its account is removed.
 */
void
ui_window_open (UiWindow         *self,
                ChatConversation *conversation)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  ui_chat_page_set_conversation (self->chat_page, conversation);
  ui_sidebar_set_open (self->sidebar, conversation);
  gtk_stack_set_visible_child_name (self->content, "chat");
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->content));
  ui_chat_page_focus_composer (self->chat_page);
}

/**
 * ui_window_go_back:
 * @self: a window
 *
 * From the conversation to the sidebar, where only one of them has room.
 */
void
ui_window_go_back (UiWindow *self)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  if (is_content_shown (self)) {
    adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
    ui_sidebar_focus (self->sidebar);
  }
}

/**
 * ui_window_show_page:
 * @self: a window
 * @page: "chats" or "contacts"
 *
 * Shows one of the sidebar's lists.
 */
void
ui_window_show_page (UiWindow   *self,
                     const char *page)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  g_object_set (self->sidebar, "page", page, NULL);
}

/**
 * ui_window_popup_presence:
 * @self: a window
 *
 * Opens the presence menu.
 */
void
ui_window_popup_presence (UiWindow *self)
{
  g_return_if_fail (UI_IS_WINDOW (self));

  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->sidebar));
  ui_sidebar_popup_presence (self->sidebar);
}

/**
 * ui_window_show_failure:
 * @self: a window
 * @sentence: why Linnet cannot work at all, and what to do
 *
 * Says so; with the dialog's only button the window closes.
 */
void
ui_window_show_failure (UiWindow   *self,
                        const char *sentence)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Linnet cannot start"), sentence);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "quit", _("_Quit"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "quit");
  g_signal_connect_object (dialog, "response", G_CALLBACK (failure_response_cb), self, G_CONNECT_SWAPPED);
  ui_voice_give (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}
