/* A Secret Service that misbehaves as it is told to, on a bus of its own. */
#include "mock-keyring.h"

#define ROOT       "/org/freedesktop/secrets"
#define SESSION    ROOT "/session/mock"
#define COLLECTION ROOT "/collection/mock"
#define ENTRY      COLLECTION "/1"
#define DEFAULT    ROOT "/aliases/default"
#define PROMPT     ROOT "/prompt/mock"

struct _MockKeyring {
  GDBusConnection *bus;        /* (owned) */
  char            *password;   /* (owned, nullable) */
  MockMood         mood;
  gboolean         locked;
};

static const char xml[] =
    "<node>"
    "<interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
    "<method name='Unlock'><arg type='ao' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>"
    "<arg type='a{o(oayays)}' direction='out'/></method>"
    "<property name='Collections' type='ao' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Collection'>"
    "<method name='CreateItem'><arg type='a{sv}' direction='in'/><arg type='(oayays)' direction='in'/>"
    "<arg type='b' direction='in'/><arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Item'>"
    "<method name='Delete'><arg type='o' direction='out'/></method>"
    "<method name='GetSecret'><arg type='o' direction='in'/><arg type='(oayays)' direction='out'/></method>"
    "<property name='Locked' type='b' access='read'/>"
    "<property name='Attributes' type='a{ss}' access='read'/>"
    "<property name='Label' type='s' access='read'/>"
    "<property name='Type' type='s' access='read'/>"
    "<property name='Created' type='t' access='read'/>"
    "<property name='Modified' type='t' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Prompt'>"
    "<method name='Prompt'><arg type='s' direction='in'/></method>"
    "<method name='Dismiss'/>"
    "<signal name='Completed'><arg type='b'/><arg type='v'/></signal>"
    "</interface>"
    "</node>";

static GVariant *
paths (const char *path)
{
  return path != NULL ? g_variant_new_objv (&path, 1) : g_variant_new_objv (NULL, 0);
}

static GVariant *
secret (MockKeyring *self)
{
  return g_variant_new ("(o@ay@ays)", SESSION, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->password, strlen (self->password), 1),
                        "text/plain");
}

static void
open_session (GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autofree char *algorithm = NULL;

  g_variant_get (parameters, "(sv)", &algorithm, NULL);
  if (g_str_equal (algorithm, "plain"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(vo)", g_variant_new_string (""), SESSION));
  else
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.NotSupported", algorithm);
}

static void
search_items (MockKeyring *self, GDBusMethodInvocation *invocation)
{
  const char *unlocked = self->password != NULL && !self->locked ? ENTRY : NULL;
  const char *locked = self->password != NULL && self->locked ? ENTRY : NULL;

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@ao@ao)", paths (unlocked), paths (locked)));
}

static void
create_item (MockKeyring *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) value = NULL;

  if (self->locked) {
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.Secret.Error.IsLocked", "Locked");
    return;
  }
  g_variant_get (parameters, "(@a{sv}(o@ay@ays)b)", NULL, NULL, NULL, &value, NULL, NULL);
  g_free (self->password);
  self->password = g_strndup (g_variant_get_data (value), g_variant_get_size (value));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(oo)", ENTRY, "/"));
}

static void
prompt (MockKeyring *self, GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
  if (self->mood == MOCK_LEAVING_AT_PROMPT) {
    g_dbus_connection_close (self->bus, NULL, NULL, NULL);
    return;
  }
  self->locked = self->mood != MOCK_UNLOCKED;
  g_dbus_connection_emit_signal (self->bus, NULL, PROMPT, "org.freedesktop.Secret.Prompt", "Completed",
                                 g_variant_new ("(bv)", self->locked, paths (self->locked ? NULL : ENTRY)), NULL);
}

static void
method_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  MockKeyring *self = user_data;

  if (g_str_equal (method, "OpenSession")) {
    open_session (parameters, invocation);
  } else if (self->mood == MOCK_LEAVING) {
    g_object_unref (invocation);
    g_dbus_connection_close (self->bus, NULL, NULL, NULL);
  } else if (self->mood == MOCK_REFUSING) {
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.AccessDenied", "No");
  } else if (g_str_equal (method, "SearchItems")) {
    search_items (self, invocation);
  } else if (g_str_equal (method, "Unlock")) {
    g_dbus_method_invocation_return_value (
        invocation, self->locked ? g_variant_new ("(@aoo)", paths (NULL), PROMPT)
                                 : g_variant_new ("(@aoo)", paths (ENTRY), "/"));
  } else if (g_str_equal (method, "GetSecrets")) {
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{o(oayays)}"));
    g_variant_builder_add (&builder, "{o@(oayays)}", ENTRY, secret (self));
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{o(oayays)})", &builder));
  } else if (g_str_equal (method, "GetSecret")) {
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@(oayays))", secret (self)));
  } else if (g_str_equal (method, "CreateItem")) {
    create_item (self, parameters, invocation);
  } else if (g_str_equal (method, "Delete")) {
    g_clear_pointer (&self->password, g_free);
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/"));
  } else if (g_str_equal (method, "Prompt")) {
    prompt (self, invocation);
  } else {
    g_dbus_method_invocation_return_value (invocation, NULL);
  }
}

static GVariant *
property_cb (GDBusConnection *connection,
             const char *sender,
             const char *path,
             const char *interface,
             const char *name,
             GError **error,
             gpointer user_data)
{
  MockKeyring *self = user_data;

  if (g_str_equal (name, "Collections"))
    return paths (COLLECTION);
  if (g_str_equal (name, "Locked"))
    return g_variant_new_boolean (self->locked);
  if (g_str_equal (name, "Attributes"))
    return g_variant_new_parsed ("{'account': 'romeo@montague.example', 'xdg:schema': 'im.linnet.Password'}");
  if (g_str_equal (name, "Created") || g_str_equal (name, "Modified"))
    return g_variant_new_uint64 (0);
  return g_variant_new_string (name);
}

static void
export (MockKeyring *self, GDBusNodeInfo *node, const char *path, const char *interface)
{
  static const GDBusInterfaceVTable vtable = { method_cb, property_cb, NULL, { NULL } };
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (self->bus, path, g_dbus_node_info_lookup_interface (node, interface), &vtable,
                                     self, NULL, &error);
  g_assert_no_error (error);
}

MockKeyring *
mock_keyring_new (const char *address, MockMood mood)
{
  MockKeyring *self = g_new0 (MockKeyring, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  g_autoptr (GVariant) owned = NULL;

  g_assert_no_error (error);
  self->mood = mood;
  self->locked = mood == MOCK_UNLOCKED || mood == MOCK_DISMISSED || mood == MOCK_LEAVING_AT_PROMPT;
  self->password = g_strdup ("a rose");
  self->bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);
  g_assert_no_error (error);
  export (self, node, ROOT, "org.freedesktop.Secret.Service");
  export (self, node, DEFAULT, "org.freedesktop.Secret.Collection");
  export (self, node, ENTRY, "org.freedesktop.Secret.Item");
  export (self, node, PROMPT, "org.freedesktop.Secret.Prompt");
  owned = g_dbus_connection_call_sync (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return self;
}

void
mock_keyring_free (MockKeyring *self)
{
  if (!g_dbus_connection_is_closed (self->bus))
    g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  g_free (self->password);
  g_free (self);
}

const char *
mock_keyring_get_password (MockKeyring *self)
{
  return self->password;
}
