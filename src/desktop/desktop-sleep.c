/* When the computer goes to sleep and wakes: logind's PrepareForSleep, with a moment to say goodbye in.
 *
 *           appeared         inhibitor given          PrepareForSleep (TRUE)            ready: it is given back
 *   absent ──────────► asking ──────────► awake, holding ──────────► asleep, holding ──────────► asleep, letting go
 *                        ▲                                                                               │
 *                        └────────────────────── PrepareForSleep (FALSE) ────────────────────────────────┘
 *
 * Whoever goes away is absent, from everywhere, and then nobody sleeps. An inhibitor of the kind "delay" holds logind
 * up for a few seconds only (InhibitDelayMaxSec), so nothing that is forgotten here keeps a computer awake.
 */
#include "desktop-sleep.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define NAME      "org.freedesktop.login1"
#define PATH      "/org/freedesktop/login1"
#define INTERFACE "org.freedesktop.login1.Manager"

struct _DesktopSleep {
  GObject          parent_instance;

  GDBusConnection *bus;            /* (owned, nullable) */
  guint            watch;
  char            *owner;          /* (owned, nullable) logind's unique name: only it may say when to sleep */
  guint            subscription;
  GCancellable    *cancellable;    /* (owned, nullable) while an inhibitor is asked for */
  int              inhibitor;      /* (owned) file descriptor, -1: none */
  gboolean         asleep;
  gboolean         ready;          /* to sleep, this time */
};

enum { PROP_ASLEEP = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (DesktopSleep, desktop_sleep, G_TYPE_OBJECT)

/* --- the inhibitor --- */

static void
let_go (DesktopSleep *self)
{
  if (self->inhibitor >= 0)
    g_close (self->inhibitor, NULL);
  self->inhibitor = -1;
}

/* Whoever has let the call be cancelled may be gone. */
static void
inhibit_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  DesktopSleep *self = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 handle;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (reply == NULL) {
    g_debug ("sleep will not be delayed: %s", error->message);
    return;
  }
  g_variant_get (reply, "(h)", &handle);
  if (fds != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (fds))
    self->inhibitor = g_unix_fd_list_get (fds, handle, NULL);
  if (self->asleep && self->ready)
    let_go (self);
}

static void
inhibit (DesktopSleep *self)
{
  if (self->inhibitor >= 0 || self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  g_dbus_connection_call_with_unix_fd_list (
      self->bus, self->owner, PATH, INTERFACE, "Inhibit",
      /* Translators: why Linnet delays that the computer goes to sleep, for a moment. */
      g_variant_new ("(ssss)", "sleep", "Linnet", _("Leaves its servers in good order"), "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, self->cancellable, inhibit_cb, self);
}

/* --- what logind says --- */

static void
set_asleep (DesktopSleep *self,
            gboolean      asleep)
{
  if (self->asleep == asleep)
    return;
  self->asleep = asleep;
  self->ready = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASLEEP]);
}

static void
prepare_for_sleep_cb (GDBusConnection *bus,
                      const char      *sender,
                      const char      *path,
                      const char      *interface,
                      const char      *signal,
                      GVariant        *parameters,
                      gpointer         user_data)
{
  DesktopSleep *self = user_data;
  gboolean asleep;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &asleep);
  if (!asleep)
    inhibit (self);
  set_asleep (self, asleep);
}

static void
forget_logind (DesktopSleep *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_pointer (&self->owner, g_free);
  let_go (self);
}

static void
logind_appeared_cb (GDBusConnection *bus,
                    const char      *name,
                    const char      *owner,
                    gpointer         user_data)
{
  DesktopSleep *self = user_data;

  forget_logind (self);
  self->owner = g_strdup (owner);
  self->subscription = g_dbus_connection_signal_subscribe (bus, owner, INTERFACE, "PrepareForSleep", PATH, NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self, NULL);
  inhibit (self);
}

/* Without logind nobody would say that the computer has woken. */
static void
logind_vanished_cb (GDBusConnection *bus,
                    const char      *name,
                    gpointer         user_data)
{
  DesktopSleep *self = user_data;

  forget_logind (self);
  set_asleep (self, FALSE);
}

/* --- life cycle --- */

static void
desktop_sleep_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_ASLEEP:
    g_value_set_boolean (value, DESKTOP_SLEEP (object)->asleep);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
desktop_sleep_dispose (GObject *object)
{
  DesktopSleep *self = DESKTOP_SLEEP (object);

  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  forget_logind (self);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (desktop_sleep_parent_class)->dispose (object);
}

static void
desktop_sleep_class_init (DesktopSleepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = desktop_sleep_get_property;
  object_class->dispose = desktop_sleep_dispose;

  properties[PROP_ASLEEP] =
      g_param_spec_boolean ("asleep", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
desktop_sleep_init (DesktopSleep *self)
{
  self->inhibitor = -1;
}

/**
 * desktop_sleep_new:
 * @bus: (nullable): the system's bus
 *
 * Follows logind, whenever it is there, and delays sleep until desktop_sleep_ready()
 * (systemd's "Inhibitor Locks" and org.freedesktop.login1).
 *
 * Returns: (transfer full): what tells of sleep; where there is no logind it never does
 */
DesktopSleep *
desktop_sleep_new (GDBusConnection *bus)
{
  DesktopSleep *self = g_object_new (DESKTOP_TYPE_SLEEP, NULL);

  if (bus != NULL) {
    self->bus = g_object_ref (bus);
    self->watch = g_bus_watch_name_on_connection (bus, NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, logind_appeared_cb,
                                                  logind_vanished_cb, self, NULL);
  }
  return self;
}

/**
 * desktop_sleep_get_asleep:
 * @self: what tells of sleep
 *
 * Returns: %TRUE from when the computer is about to sleep until it has woken
 */
gboolean
desktop_sleep_get_asleep (DesktopSleep *self)
{
  g_return_val_if_fail (DESKTOP_IS_SLEEP (self), FALSE);

  return self->asleep;
}

/**
 * desktop_sleep_ready:
 * @self: what tells of sleep
 *
 * Delays sleep no longer, this time: everything that had to be done before it is done. Awake it does nothing.
 */
void
desktop_sleep_ready (DesktopSleep *self)
{
  g_return_if_fail (DESKTOP_IS_SLEEP (self));

  if (!self->asleep)
    return;
  self->ready = TRUE;
  let_go (self);
}
