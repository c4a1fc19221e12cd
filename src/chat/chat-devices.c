/* The devices that one person is online with (RFC 6121 §4.7.2), of which one speaks for them. */
#include "chat-devices.h"

#include "base-text.h"

/* Whoever controls an address controls how many resources it shows. Nobody has this many devices. */
#define DEVICES_MAX  64
#define STATUS_CHARS 256

typedef struct {
  char     *resource;   /* (owned) "" for a presence of the bare address */
  char     *status;     /* (owned, nullable) one line */
  XmppShow  show;
  int       priority;   /* -128…127 */
} Device;

struct _ChatDevices {
  GArray *devices;   /* (owned) of Device */
};

static void
device_clear (gpointer data)
{
  Device *device = data;

  g_free (device->resource);
  g_free (device->status);
}

/* The highest priority wins, so a device that does not want messages (negative) only shows when there is no other. */
static const Device *
best_device (const ChatDevices *self)
{
  const Device *best = NULL;

  for (guint i = 0; i < self->devices->len; i++) {
    const Device *device = &g_array_index (self->devices, Device, i);

    if (best == NULL || device->priority > best->priority
        || (device->priority == best->priority && device->show > best->show))
      best = device;
  }
  return best;
}

static void
add_device (ChatDevices *self, const char *resource, XmppPresence *presence)
{
  g_autofree char *line = presence->status != NULL ? base_text_line (presence->status, STATUS_CHARS) : NULL;
  Device device = { .show = presence->show, .priority = presence->priority };

  if (self->devices->len >= DEVICES_MAX)
    return;
  device.resource = g_strdup (resource);
  if (line != NULL && *line != '\0')
    device.status = g_steal_pointer (&line);
  g_array_append_val (self->devices, device);
}

static void
remove_device (ChatDevices *self, const char *resource)
{
  for (guint i = self->devices->len; i > 0; i--)
    if (g_str_equal (g_array_index (self->devices, Device, i - 1).resource, resource))
      g_array_remove_index (self->devices, i - 1);
}

/**
 * chat_devices_new:
 *
 * Returns: (transfer full): no devices
 */
ChatDevices *
chat_devices_new (void)
{
  ChatDevices *self = g_new0 (ChatDevices, 1);

  self->devices = g_array_new (FALSE, FALSE, sizeof (Device));
  g_array_set_clear_func (self->devices, device_clear);
  return self;
}

/**
 * chat_devices_free:
 * @self: (transfer full): somebody's devices
 */
void
chat_devices_free (ChatDevices *self)
{
  g_array_unref (self->devices);
  g_free (self);
}

/**
 * chat_devices_take:
 * @self: somebody's devices
 * @presence: what one of them says: %XMPP_PRESENCE_AVAILABLE or %XMPP_PRESENCE_UNAVAILABLE
 *
 * An unavailable presence of the bare address speaks for every device (RFC 6121 §4.5.3).
 */
void
chat_devices_take (ChatDevices *self, XmppPresence *presence)
{
  const char *resource = xmpp_jid_get_resource (presence->from);

  if (presence->type == XMPP_PRESENCE_UNAVAILABLE && resource == NULL) {
    chat_devices_clear (self);
    return;
  }
  remove_device (self, resource != NULL ? resource : "");
  if (presence->type == XMPP_PRESENCE_AVAILABLE)
    add_device (self, resource != NULL ? resource : "", presence);
}

/**
 * chat_devices_clear:
 * @self: somebody's devices
 *
 * Forgets them all.
 */
void
chat_devices_clear (ChatDevices *self)
{
  g_array_set_size (self->devices, 0);
}

/**
 * chat_devices_count:
 * @self: somebody's devices
 *
 * Returns: how many are online
 */
guint
chat_devices_count (const ChatDevices *self)
{
  return self->devices->len;
}

/**
 * chat_devices_get_show:
 * @self: somebody's devices
 *
 * Returns: how reachable they are on the device that can be reached best; %XMPP_SHOW_OFFLINE without one
 */
XmppShow
chat_devices_get_show (const ChatDevices *self)
{
  const Device *best = best_device (self);

  return best != NULL ? best->show : XMPP_SHOW_OFFLINE;
}

/**
 * chat_devices_get_status:
 * @self: somebody's devices
 *
 * Returns: (transfer none) (nullable): what that device says about itself: one line, fit to be shown
 */
const char *
chat_devices_get_status (const ChatDevices *self)
{
  const Device *best = best_device (self);

  return best != NULL ? best->status : NULL;
}
