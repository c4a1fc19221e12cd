/* One conversation: header, timeline, composer. */
#include "ui-chat-page.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "ui-avatar.h"
#include "ui-composer.h"
#include "ui-contact-menu.h"
#include "ui-contact-words.h"
#include "ui-request-strip.h"
#include "ui-show.h"
#include "ui-timeline-view.h"

struct _UiChatPage {
  GtkWidget         parent_instance;

  UiAvatar         *avatar;
  GtkLabel         *name;
  GtkLabel         *subtitle;
  GtkMenuButton    *menu;
  AdwBin           *banner_bin;
  UiRequestStrip   *strip;
  UiTimelineView   *timeline;
  GtkRevealer      *typing_revealer;
  GtkLabel         *typing;
  UiComposer       *composer;

  ChatConversation *conversation;   /* (owned, nullable) */
  GBindingGroup    *contact_bindings;
  GSignalGroup     *contact_signals;
  GSignalGroup     *conversation_signals;
  gboolean          folded;
};

enum { PROP_CONVERSATION = 1, PROP_FOLDED, PROP_BANNER, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiChatPage, ui_chat_page, GTK_TYPE_WIDGET)

static void
contact_notify_is_contact_cb (UiChatPage *self)
{
  g_autoptr (GMenuModel) model = ui_contact_menu_new (chat_conversation_get_contact (self->conversation), FALSE);

  gtk_menu_button_set_menu_model (self->menu, model);
}

/* "On the balcony · 2 devices", or how they are in one word. */
static void
contact_changed_cb (UiChatPage *self)
{
  ChatContact *contact = chat_conversation_get_contact (self->conversation);
  const char *status = chat_contact_get_status (contact);
  const char *show = ui_show_name (chat_contact_get_show (contact));
  guint devices = chat_contact_count_devices (contact);
  g_autofree char *address = ui_contact_address (contact);
  g_autofree char *line = NULL;

  if (!chat_contact_is_contact (contact))
    line = g_strdup (address);
  else if (status == NULL)
    line = g_strdup (chat_contact_is_asked (contact) ? _("Waiting for authorisation") : show);
  else
    line = g_strdup (status);
  if (devices > 1) {
    g_autofree char *whole = g_steal_pointer (&line);
    g_autofree char *said = base_text_isolate (whole);
    /* Translators: how many devices somebody is online with. */
    g_autofree char *count = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u device", "%u devices", devices),
                                              devices);

    line = g_strdup_printf ("%s · %s", said, count);
  }
  gtk_label_set_label (self->subtitle, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), address);
}

static void
conversation_notify_typing_cb (UiChatPage *self)
{
  gboolean typing = self->conversation != NULL && chat_conversation_get_typing (self->conversation);

  if (typing) {
    ChatContact *contact = chat_conversation_get_contact (self->conversation);
    g_autofree char *name = base_text_isolate (chat_contact_get_name (contact));
    g_autofree char *notice = g_strdup_printf (_("%s is typing…"), name);

    gtk_label_set_label (self->typing, notice);
  }
  gtk_revealer_set_reveal_child (self->typing_revealer, typing);
}

/* What is in view of an active window is read. */
static void
update_active (UiChatPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean looking = GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root))
                     && gtk_widget_get_mapped (GTK_WIDGET (self)) && ui_timeline_view_get_at_bottom (self->timeline);

  if (self->conversation != NULL)
    chat_conversation_set_active (self->conversation, looking);
}

static void
composer_sent_cb (UiChatPage *self)
{
  ui_timeline_view_scroll_to_bottom (self->timeline);
}

static void
ui_chat_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_chat_page_parent_class)->map (widget);
  update_active (UI_CHAT_PAGE (widget));
}

static void
ui_chat_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_chat_page_parent_class)->unmap (widget);
  update_active (UI_CHAT_PAGE (widget));
}

static void
ui_chat_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_chat_page_parent_class)->root (widget);
  if (GTK_IS_WINDOW (gtk_widget_get_root (widget)))
    g_signal_connect_object (gtk_widget_get_root (widget), "notify::is-active", G_CALLBACK (update_active), widget,
                             G_CONNECT_SWAPPED);
}

static void
ui_chat_page_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), update_active, widget);
  GTK_WIDGET_CLASS (ui_chat_page_parent_class)->unroot (widget);
}

static void
ui_chat_page_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  UiChatPage *self = UI_CHAT_PAGE (object);

  switch (prop_id) {
  case PROP_CONVERSATION:
    g_value_set_object (value, self->conversation);
    break;
  case PROP_FOLDED:
    g_value_set_boolean (value, self->folded);
    break;
  case PROP_BANNER:
    g_value_set_object (value, adw_bin_get_child (self->banner_bin));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_chat_page_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  UiChatPage *self = UI_CHAT_PAGE (object);

  switch (prop_id) {
  case PROP_CONVERSATION:
    ui_chat_page_set_conversation (self, g_value_get_object (value));
    break;
  case PROP_FOLDED:
    self->folded = g_value_get_boolean (value);
    break;
  case PROP_BANNER:
    ui_chat_page_set_banner (self, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_chat_page_dispose (GObject *object)
{
  UiChatPage *self = UI_CHAT_PAGE (object);
  GtkWidget *child;

  if (self->conversation != NULL)
    chat_conversation_set_active (self->conversation, FALSE);
  g_clear_object (&self->contact_bindings);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->conversation);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_chat_page_parent_class)->dispose (object);
}

static void
ui_chat_page_class_init (UiChatPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_chat_page_get_property;
  object_class->set_property = ui_chat_page_set_property;
  object_class->dispose = ui_chat_page_dispose;
  widget_class->map = ui_chat_page_map;
  widget_class->unmap = ui_chat_page_unmap;
  widget_class->root = ui_chat_page_root;
  widget_class->unroot = ui_chat_page_unroot;

  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, CHAT_TYPE_CONVERSATION,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLDED] =
      g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BANNER] =
      g_param_spec_object ("banner", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (UI_TYPE_AVATAR);
  g_type_ensure (UI_TYPE_COMPOSER);
  g_type_ensure (UI_TYPE_REQUEST_STRIP);
  g_type_ensure (UI_TYPE_TIMELINE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-chat-page.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, name);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, subtitle);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, menu);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, banner_bin);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, strip);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, timeline);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, typing_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, typing);
  gtk_widget_class_bind_template_child (widget_class, UiChatPage, composer);
  gtk_widget_class_bind_template_callback (widget_class, composer_sent_cb);
}

static void
ui_chat_page_init (UiChatPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->contact_bindings = g_binding_group_new ();
  g_binding_group_bind (self->contact_bindings, "name", self->name, "label", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "name", self->avatar, "text", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "show", self->avatar, "show", G_BINDING_SYNC_CREATE);
  g_binding_group_bind (self->contact_bindings, "asked", self->avatar, "asked", G_BINDING_SYNC_CREATE);

  self->contact_signals = g_signal_group_new (CHAT_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (contact_changed_cb), self);
  g_signal_group_connect_swapped (self->contact_signals, "notify::is-contact",
                                  G_CALLBACK (contact_notify_is_contact_cb), self);
  self->conversation_signals = g_signal_group_new (CHAT_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "notify::typing",
                                  G_CALLBACK (conversation_notify_typing_cb), self);

  g_signal_connect_object (self->timeline, "notify::at-bottom", G_CALLBACK (update_active), self, G_CONNECT_SWAPPED);
}

/**
 * ui_chat_page_new:
 *
 * Makes a page that shows no conversation yet.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_chat_page_new (void)
{
  return g_object_new (UI_TYPE_CHAT_PAGE, NULL);
}

/**
 * ui_chat_page_set_conversation:
 * @self: a page
 * @conversation: (nullable): what to show
 *
 * Shows @conversation from its newest message.
 */
void
ui_chat_page_set_conversation (UiChatPage       *self,
                               ChatConversation *conversation)
{
  ChatContact *contact = conversation != NULL ? chat_conversation_get_contact (conversation) : NULL;

  g_return_if_fail (UI_IS_CHAT_PAGE (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation != NULL)
    chat_conversation_set_active (self->conversation, FALSE);
  g_set_object (&self->conversation, conversation);
  g_binding_group_set_source (self->contact_bindings, contact);
  g_signal_group_set_target (self->contact_signals, contact);
  g_signal_group_set_target (self->conversation_signals, conversation);
  ui_timeline_view_set_conversation (self->timeline, conversation);
  ui_composer_set_conversation (self->composer, conversation);
  ui_request_strip_set_contact (self->strip, contact);
  conversation_notify_typing_cb (self);
  if (conversation != NULL) {
    contact_changed_cb (self);
    contact_notify_is_contact_cb (self);
  }
  update_active (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

/**
 * ui_chat_page_get_conversation:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): what it shows
 */
ChatConversation *
ui_chat_page_get_conversation (UiChatPage *self)
{
  g_return_val_if_fail (UI_IS_CHAT_PAGE (self), NULL);

  return self->conversation;
}

/**
 * ui_chat_page_set_banner:
 * @self: a page
 * @banner: (nullable): something that concerns the whole conversation
 *
 * Puts @banner between the header and the timeline.
 */
void
ui_chat_page_set_banner (UiChatPage *self,
                         GtkWidget  *banner)
{
  g_return_if_fail (UI_IS_CHAT_PAGE (self));

  adw_bin_set_child (self->banner_bin, banner);
}

/**
 * ui_chat_page_focus_composer:
 * @self: a page
 *
 * Puts the cursor where one types.
 */
void
ui_chat_page_focus_composer (UiChatPage *self)
{
  g_return_if_fail (UI_IS_CHAT_PAGE (self));

  ui_composer_focus (self->composer);
}
