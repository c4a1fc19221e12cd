/* Any service on a bus, with a connection of its own: it answers, tells and leaves as a test wants it to. */
#include "mock-service.h"

struct _MockService {
  GDBusConnection *bus;         /* (owned) */
  char            *path;        /* (owned) */
  char            *interface;   /* (owned) */
  guint            registration;
  MockAnswer       answer;
  gpointer         user_data;
};

static void
method_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  MockService *self = user_data;
  gboolean kept = FALSE;
  GVariant *reply = self->answer (method, parameters, invocation, &kept, self->user_data);

  if (kept)
    return;
  if (reply != NULL)
    g_dbus_method_invocation_return_value (invocation, reply);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.AccessDenied", "No");
}

GDBusConnection *
mock_service_connect (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static void
ask_bus (GDBusConnection *bus,
         const char      *method,
         GVariant        *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                   parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

MockService *
mock_service_new (const char *address,
                  const char *name,
                  const char *path,
                  const char *xml,
                  MockAnswer  answer,
                  gpointer    user_data)
{
  static const GDBusInterfaceVTable vtable = { method_cb, NULL, NULL, { NULL } };
  MockService *self = g_new0 (MockService, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);

  g_assert_no_error (error);
  self->bus = mock_service_connect (address);
  self->path = g_strdup (path);
  self->interface = g_strdup (node->interfaces[0]->name);
  self->answer = answer;
  self->user_data = user_data;
  self->registration =
      g_dbus_connection_register_object (self->bus, path, node->interfaces[0], &vtable, self, NULL, &error);
  g_assert_no_error (error);
  if (name != NULL)
    ask_bus (self->bus, "RequestName", g_variant_new ("(su)", name, 0));
  return self;
}

void
mock_service_free (MockService *self)
{
  g_dbus_connection_unregister_object (self->bus, self->registration);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  g_free (self->path);
  g_free (self->interface);
  g_free (self);
}

void
mock_service_tell (MockService *self,
                   const char  *signal,
                   GVariant    *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (self->bus, NULL, self->path, self->interface, signal, parameters, &error);
  g_assert_no_error (error);
  ask_bus (self->bus, "GetId", NULL);
}

/* A message comes after those that the bus had before it, and is then still to be handed on in the main loop. */
void
mock_service_settle (GDBusConnection *bus)
{
  ask_bus (bus, "GetId", NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
