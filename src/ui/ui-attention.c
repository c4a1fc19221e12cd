/* Whether somebody looks at Linnet, and whether the computer sleeps: the core is told. */
#include "ui-attention.h"

struct _UiAttention {
  GObject         parent_instance;

  GtkApplication *application;   /* (not owned, nullable) which owns this */
  DesktopIdle    *idle;          /* (owned) */
  DesktopSleep   *sleep;         /* (owned, nullable) */
  ChatCore       *core;          /* (owned, nullable) */
  gboolean        attentive;
};

enum { PROP_ATTENTIVE = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiAttention, ui_attention, G_TYPE_OBJECT)

/* --- who looks --- */

static gboolean
is_in_view (GtkWidget *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));

  return gtk_widget_get_mapped (window) && GDK_IS_TOPLEVEL (surface)
         && (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
}

static void
update (UiAttention *self)
{
  gboolean attentive = FALSE;

  for (GList *l = gtk_application_get_windows (self->application); l != NULL && !attentive; l = l->next)
    attentive = is_in_view (l->data);
  attentive = attentive && !desktop_idle_get_locked (self->idle) && !desktop_idle_get_idle (self->idle);
  if (self->attentive == attentive)
    return;
  self->attentive = attentive;
  if (self->core != NULL)
    chat_core_set_attentive (self->core, attentive);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ATTENTIVE]);
}

static void
window_realize_cb (UiAttention *self,
                   GtkWidget   *window)
{
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (window)), "notify::state", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static void
window_added_cb (UiAttention *self,
                 GtkWidget   *window)
{
  g_signal_connect_object (window, "realize", G_CALLBACK (window_realize_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "map", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "unmap", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_realized (window))
    window_realize_cb (self, window);
  update (self);
}

/* --- sleep --- */

/* Nothing delays sleep where there is no core. */
static void
sleep_notify_asleep_cb (UiAttention *self)
{
  gboolean asleep = desktop_sleep_get_asleep (self->sleep);

  if (self->core != NULL)
    chat_core_set_asleep (self->core, asleep);
  if (asleep)
    desktop_sleep_ready (self->sleep);
}

/* --- life cycle --- */

static void
ui_attention_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_ATTENTIVE:
    g_value_set_boolean (value, UI_ATTENTION (object)->attentive);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_attention_finalize (GObject *object)
{
  UiAttention *self = UI_ATTENTION (object);

  g_clear_weak_pointer (&self->application);
  g_clear_object (&self->core);
  g_clear_object (&self->sleep);
  g_clear_object (&self->idle);
  G_OBJECT_CLASS (ui_attention_parent_class)->finalize (object);
}

static void
ui_attention_class_init (UiAttentionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_attention_get_property;
  object_class->finalize = ui_attention_finalize;

  properties[PROP_ATTENTIVE] =
      g_param_spec_boolean ("attentive", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_attention_init (UiAttention *self)
{
}

/**
 * ui_attention_new:
 * @application: whose windows may be looked at; it is not kept alive
 * @idle: whether anybody is at the computer
 *
 * Follows the windows that there are, and those that come.
 *
 * Returns: (transfer full): what tells a core
 */
UiAttention *
ui_attention_new (GtkApplication *application,
                  DesktopIdle    *idle)
{
  UiAttention *self = g_object_new (UI_TYPE_ATTENTION, NULL);

  g_set_weak_pointer (&self->application, application);
  self->idle = g_object_ref (idle);
  g_signal_connect_object (idle, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-added", G_CALLBACK (window_added_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-removed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    window_added_cb (self, l->data);
  return self;
}

/**
 * ui_attention_set_sleep:
 * @self: what tells a core
 * @sleep: when the computer sleeps
 *
 * Before each sleep the core gives its links up, and only then the computer may sleep.
 */
void
ui_attention_set_sleep (UiAttention  *self,
                        DesktopSleep *sleep)
{
  g_return_if_fail (UI_IS_ATTENTION (self));
  g_return_if_fail (self->sleep == NULL);

  self->sleep = g_object_ref (sleep);
  g_signal_connect_object (sleep, "notify::asleep", G_CALLBACK (sleep_notify_asleep_cb), self, G_CONNECT_SWAPPED);
  if (desktop_sleep_get_asleep (sleep))
    sleep_notify_asleep_cb (self);
}

/**
 * ui_attention_set_core:
 * @self: what tells a core
 * @core: (nullable): whom to tell from now on
 *
 * Tells @core at once how things are.
 */
void
ui_attention_set_core (UiAttention *self,
                       ChatCore    *core)
{
  g_return_if_fail (UI_IS_ATTENTION (self));

  if (!g_set_object (&self->core, core) || core == NULL)
    return;
  chat_core_set_attentive (core, self->attentive);
  chat_core_set_asleep (core, self->sleep != NULL && desktop_sleep_get_asleep (self->sleep));
}
