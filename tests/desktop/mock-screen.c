/* The services that tell whether anybody is at the computer: a screen saver, and GNOME's idle monitor. */
#include "mock-screen.h"

#define IDLE_WATCH   7
#define ACTIVE_WATCH 8

struct _MockScreen {
  MockService *service;   /* (owned) */
  gboolean     active;
  gboolean     has_idle_watch, has_active_watch;
};

static const char monitor_xml[] =
    "<node><interface name='org.gnome.Mutter.IdleMonitor'>"
    "<method name='AddIdleWatch'><arg type='t' direction='in'/><arg type='u' direction='out'/></method>"
    "<method name='AddUserActiveWatch'><arg type='u' direction='out'/></method>"
    "<signal name='WatchFired'><arg type='u'/></signal>"
    "</interface></node>";

static GVariant *
answer_cb (const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gboolean              *kept,
           gpointer               user_data)
{
  MockScreen *self = user_data;
  guint64 interval;

  if (g_str_equal (method, "GetActive"))
    return g_variant_new ("(b)", self->active);
  if (g_str_equal (method, "AddUserActiveWatch")) {
    self->has_active_watch = TRUE;
    return g_variant_new ("(u)", ACTIVE_WATCH);
  }
  g_assert_cmpstr (method, ==, "AddIdleWatch");
  g_variant_get (parameters, "(t)", &interval);
  g_assert_cmpuint (interval, ==, 5 * 60 * 1000);
  self->has_idle_watch = TRUE;
  return g_variant_new ("(u)", IDLE_WATCH);
}

MockScreen *
mock_screen_new_saver (const char *address,
                       const char *name,
                       gboolean    active)
{
  MockScreen *self = g_new0 (MockScreen, 1);
  g_autofree char *xml = g_strdup_printf ("<node><interface name='%s'>"
                                          "<method name='GetActive'><arg type='b' direction='out'/></method>"
                                          "<signal name='ActiveChanged'><arg type='b'/></signal>"
                                          "</interface></node>",
                                          name);
  g_autofree char *path = g_strconcat ("/", name, NULL);

  self->active = active;
  self->service = mock_service_new (address, name, g_strdelimit (path, ".", '/'), xml, answer_cb, self);
  return self;
}

MockScreen *
mock_screen_new_monitor (const char *address)
{
  MockScreen *self = g_new0 (MockScreen, 1);

  self->service = mock_service_new (address, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core",
                                    monitor_xml, answer_cb, self);
  return self;
}

void
mock_screen_free (MockScreen *self)
{
  mock_service_free (self->service);
  g_free (self);
}

void
mock_screen_set_active (MockScreen *self,
                        gboolean    active)
{
  self->active = active;
  mock_service_tell (self->service, "ActiveChanged", g_variant_new ("(b)", active));
}

gboolean
mock_screen_is_watched (MockScreen *self,
                        gboolean    idle)
{
  return idle ? self->has_idle_watch : self->has_active_watch;
}

/* An idle watch fires again the next time; the other one fires once. */
void
mock_screen_fire (MockScreen *self,
                  gboolean    idle)
{
  g_assert_true (mock_screen_is_watched (self, idle));
  if (!idle)
    self->has_active_watch = FALSE;
  mock_service_tell (self->service, "WatchFired", g_variant_new ("(u)", idle ? IDLE_WATCH : ACTIVE_WATCH));
}
