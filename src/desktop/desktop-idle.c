/* Whether anybody is at the computer: the screen's lock and the desktop's idle time, from whoever tells.
 *
 * A desktop has one or the other of these services, or none; each is followed from when its name is owned until it is
 * not, and only the owner is listened to. GNOME's idle monitor fires a watch each time the user has been idle for so
 * long, and another one, asked for then, once when the user is back.
 */
#include "desktop-idle.h"

typedef struct {
  const char *name;     /* on the bus, and of the interface */
  const char *path;
  const char *signal;
} Service;

static const Service services[] = {
  { "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "ActiveChanged" },
  { "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "ActiveChanged" },
  { "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "WatchFired" },
};

#define N_SAVERS 2
#define MONITOR  2

typedef struct {
  DesktopIdle   *idle;            /* (not owned) whose it is */
  const Service *service;
  guint          watch;
  char          *owner;           /* (owned, nullable) its unique name, while it is there */
  guint          subscription;
  GCancellable  *cancellable;     /* (owned, nullable) of what it is asked, while it is there */
  gboolean       told;            /* the screen is locked; or nobody touches anything */
  guint          idle_watch, active_watch;   /* the monitor's, 0: none */
} Peer;

struct _DesktopIdle {
  GObject          parent_instance;

  GDBusConnection *bus;           /* (owned, nullable) */
  Peer             peers[G_N_ELEMENTS (services)];
  gboolean         locked;
};

enum { PROP_LOCKED = 1, PROP_IDLE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (DesktopIdle, desktop_idle, G_TYPE_OBJECT)

static gboolean
is_monitor (Peer *peer)
{
  return peer == &peer->idle->peers[MONITOR];
}

static void
tell (Peer     *peer,
      gboolean  told)
{
  DesktopIdle *self = peer->idle;
  gboolean locked = FALSE;

  if (peer->told == told)
    return;
  peer->told = told;
  for (guint i = 0; i < N_SAVERS; i++)
    locked = locked || self->peers[i].told;
  if (is_monitor (peer)) {
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IDLE]);
  } else if (self->locked != locked) {
    self->locked = locked;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
  }
}

/* --- asking --- */

static void
ask (Peer                *peer,
     const char          *method,
     GVariant            *parameters,   /* (nullable) */
     const char          *reply_type,
     GAsyncReadyCallback  callback)
{
  g_dbus_connection_call (peer->idle->bus, peer->owner, peer->service->path, peer->service->name, method, parameters,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, peer->cancellable,
                          callback, peer);
}

/* Returns NULL where there is no answer. The peer of a call that was cancelled may be gone, and @user_data with it. */
static GVariant *
answer (GObject      *source,
        GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("no answer about idleness: %s", error->message);
  return reply;
}

static void
active_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GVariant) reply = answer (source, result);
  gboolean active;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(b)", &active);
  tell (user_data, active);
}

static void
idle_watch_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GVariant) reply = answer (source, result);

  if (reply != NULL)
    g_variant_get (reply, "(u)", &((Peer *) user_data)->idle_watch);
}

/* Without it nobody would say that the user is back. */
static void
active_watch_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GVariant) reply = answer (source, result);
  Peer *peer = user_data;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(u)", &peer->active_watch);
  tell (peer, TRUE);
}

/* --- hearing --- */

static void
watch_fired (Peer  *peer,
             guint  id)
{
  if (id == 0)
    return;
  if (id == peer->idle_watch && peer->active_watch == 0) {
    ask (peer, "AddUserActiveWatch", NULL, "(u)", active_watch_cb);
  } else if (id == peer->active_watch) {
    peer->active_watch = 0;
    tell (peer, FALSE);
  }
}

static void
service_signal_cb (GDBusConnection *bus,
                   const char      *sender,
                   const char      *path,
                   const char      *interface,
                   const char      *signal,
                   GVariant        *parameters,
                   gpointer         user_data)
{
  Peer *peer = user_data;
  gboolean active;
  guint id;

  if (is_monitor (peer) && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(u)"))) {
    g_variant_get (parameters, "(u)", &id);
    watch_fired (peer, id);
  } else if (!is_monitor (peer) && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)"))) {
    g_variant_get (parameters, "(b)", &active);
    tell (peer, active);
  }
}

/* --- coming and going --- */

static void
forget_owner (Peer *peer)
{
  g_cancellable_cancel (peer->cancellable);
  g_clear_object (&peer->cancellable);
  if (peer->subscription != 0)
    g_dbus_connection_signal_unsubscribe (peer->idle->bus, peer->subscription);
  peer->subscription = peer->idle_watch = peer->active_watch = 0;
  g_clear_pointer (&peer->owner, g_free);
}

static void
service_appeared_cb (GDBusConnection *bus,
                     const char      *name,
                     const char      *owner,
                     gpointer         user_data)
{
  Peer *peer = user_data;

  forget_owner (peer);
  peer->owner = g_strdup (owner);
  peer->cancellable = g_cancellable_new ();
  peer->subscription =
      g_dbus_connection_signal_subscribe (bus, owner, peer->service->name, peer->service->signal, peer->service->path,
                                          NULL, G_DBUS_SIGNAL_FLAGS_NONE, service_signal_cb, peer, NULL);
  if (is_monitor (peer))
    ask (peer, "AddIdleWatch", g_variant_new ("(t)", (guint64) (DESKTOP_IDLE_AFTER / G_TIME_SPAN_MILLISECOND)), "(u)",
         idle_watch_cb);
  else
    ask (peer, "GetActive", NULL, "(b)", active_cb);
}

static void
service_vanished_cb (GDBusConnection *bus,
                     const char      *name,
                     gpointer         user_data)
{
  Peer *peer = user_data;

  forget_owner (peer);
  tell (peer, FALSE);
}

/* --- life cycle --- */

static void
desktop_idle_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  DesktopIdle *self = DESKTOP_IDLE (object);

  switch (prop_id) {
  case PROP_LOCKED:
    g_value_set_boolean (value, self->locked);
    break;
  case PROP_IDLE:
    g_value_set_boolean (value, desktop_idle_get_idle (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
desktop_idle_dispose (GObject *object)
{
  DesktopIdle *self = DESKTOP_IDLE (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->peers); i++) {
    g_clear_handle_id (&self->peers[i].watch, g_bus_unwatch_name);
    forget_owner (&self->peers[i]);
  }
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (desktop_idle_parent_class)->dispose (object);
}

static void
desktop_idle_class_init (DesktopIdleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = desktop_idle_get_property;
  object_class->dispose = desktop_idle_dispose;

  properties[PROP_LOCKED] =
      g_param_spec_boolean ("locked", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IDLE] =
      g_param_spec_boolean ("idle", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
desktop_idle_init (DesktopIdle *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->peers); i++) {
    self->peers[i].idle = self;
    self->peers[i].service = &services[i];
  }
}

/**
 * desktop_idle_new:
 * @session_bus: (nullable): the user's bus
 *
 * Follows the services that tell, as they come and go; none is started for it.
 *
 * Returns: (transfer full): what tells whether anybody is there
 */
DesktopIdle *
desktop_idle_new (GDBusConnection *session_bus)
{
  DesktopIdle *self = g_object_new (DESKTOP_TYPE_IDLE, NULL);

  if (session_bus == NULL)
    return self;
  self->bus = g_object_ref (session_bus);
  for (guint i = 0; i < G_N_ELEMENTS (self->peers); i++)
    self->peers[i].watch = g_bus_watch_name_on_connection (session_bus, services[i].name,
                                                           G_BUS_NAME_WATCHER_FLAGS_NONE, service_appeared_cb,
                                                           service_vanished_cb, &self->peers[i], NULL);
  return self;
}

/**
 * desktop_idle_get_locked:
 * @self: what tells whether anybody is there
 *
 * Returns: whether the screen is locked, or its saver runs; %FALSE where nobody tells
 */
gboolean
desktop_idle_get_locked (DesktopIdle *self)
{
  g_return_val_if_fail (DESKTOP_IS_IDLE (self), FALSE);

  return self->locked;
}

/**
 * desktop_idle_get_idle:
 * @self: what tells whether anybody is there
 *
 * Returns: whether nobody has touched anything for %DESKTOP_IDLE_AFTER; %FALSE where nobody tells
 */
gboolean
desktop_idle_get_idle (DesktopIdle *self)
{
  g_return_val_if_fail (DESKTOP_IS_IDLE (self), FALSE);

  return self->peers[MONITOR].told;
}
