/* The screen's lock and the desktop's idle time, as their services tell them, come, go, and as others say it is. */
#include "desktop-idle.h"

#include "mock-screen.h"

#define GNOME       "org.gnome.ScreenSaver"
#define FREEDESKTOP "org.freedesktop.ScreenSaver"

typedef struct {
  GTestDBus       *dbus;
  GDBusConnection *bus;    /* (owned) */
  DesktopIdle     *idle;   /* (owned) */
  guint            n_locked, n_idle;
} Idle;

static const char *
address (Idle *self)
{
  return g_test_dbus_get_bus_address (self->dbus);
}

static void
until_locked (Idle     *self,
              gboolean  locked)
{
  while (desktop_idle_get_locked (self->idle) != locked)
    g_main_context_iteration (NULL, TRUE);
}

static void
until_idle (Idle     *self,
            gboolean  idle)
{
  while (desktop_idle_get_idle (self->idle) != idle)
    g_main_context_iteration (NULL, TRUE);
}

static void
until_watched (MockScreen *monitor,
               gboolean    idle)
{
  while (!mock_screen_is_watched (monitor, idle))
    g_main_context_iteration (NULL, TRUE);
}

static void
locked_cb (Idle *self)
{
  self->n_locked++;
}

static void
idle_cb (Idle *self)
{
  self->n_idle++;
}

static void
set_up (Idle         *self,
        gconstpointer data)
{
  self->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->dbus);
  self->bus = mock_service_connect (address (self));
  self->idle = desktop_idle_new (self->bus);
  g_signal_connect_swapped (self->idle, "notify::locked", G_CALLBACK (locked_cb), self);
  g_signal_connect_swapped (self->idle, "notify::idle", G_CALLBACK (idle_cb), self);
}

static void
tear_down (Idle         *self,
           gconstpointer data)
{
  g_clear_object (&self->idle);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
  g_test_dbus_down (self->dbus);
  g_clear_object (&self->dbus);
}

static void
test_absent (Idle         *self,
             gconstpointer data)
{
  g_autoptr (DesktopIdle) nowhere = desktop_idle_new (NULL);

  mock_service_settle (self->bus);
  g_assert_false (desktop_idle_get_locked (self->idle));
  g_assert_false (desktop_idle_get_idle (self->idle));
  g_assert_false (desktop_idle_get_locked (nowhere));
  g_assert_false (desktop_idle_get_idle (nowhere));
  g_assert_cmpuint (self->n_locked + self->n_idle, ==, 0);
}

static void
test_locked (Idle         *self,
             gconstpointer data)
{
  g_autoptr (MockScreen) saver = mock_screen_new_saver (address (self), data, TRUE);

  until_locked (self, TRUE);
  mock_screen_set_active (saver, FALSE);
  until_locked (self, FALSE);
  mock_screen_set_active (saver, TRUE);
  until_locked (self, TRUE);
  g_assert_cmpuint (self->n_locked, ==, 3);

  /* Nobody knows any more. */
  g_clear_pointer (&saver, mock_screen_free);
  until_locked (self, FALSE);
  saver = mock_screen_new_saver (address (self), data, TRUE);
  until_locked (self, TRUE);
  g_assert_false (desktop_idle_get_idle (self->idle));
}

/* Where there are two, one of them is enough. */
static void
test_two_savers (Idle         *self,
                 gconstpointer data)
{
  g_autoptr (MockScreen) gnome = mock_screen_new_saver (address (self), GNOME, TRUE);
  g_autoptr (MockScreen) other = mock_screen_new_saver (address (self), FREEDESKTOP, FALSE);

  until_locked (self, TRUE);
  mock_screen_set_active (other, TRUE);
  mock_screen_set_active (gnome, FALSE);
  mock_service_settle (self->bus);
  g_assert_true (desktop_idle_get_locked (self->idle));
  g_assert_cmpuint (self->n_locked, ==, 1);
  mock_screen_set_active (other, FALSE);
  until_locked (self, FALSE);
}

static void
test_idle (Idle         *self,
           gconstpointer data)
{
  g_autoptr (MockScreen) monitor = mock_screen_new_monitor (address (self));

  for (guint i = 1; i <= 2; i++) {
    until_watched (monitor, TRUE);
    mock_service_settle (self->bus);
    mock_screen_fire (monitor, TRUE);
    until_idle (self, TRUE);
    g_assert_true (mock_screen_is_watched (monitor, FALSE));
    g_assert_cmpuint (self->n_idle, ==, 2 * i - 1);
    mock_screen_fire (monitor, FALSE);
    until_idle (self, FALSE);
    g_assert_cmpuint (self->n_idle, ==, 2 * i);
  }
  g_assert_cmpuint (self->n_locked, ==, 0);
}

static void
test_monitor_vanishes (Idle         *self,
                       gconstpointer data)
{
  g_autoptr (MockScreen) monitor = mock_screen_new_monitor (address (self));

  for (guint i = 0; i < 2; i++) {
    until_watched (monitor, TRUE);
    mock_service_settle (self->bus);
    mock_screen_fire (monitor, TRUE);
    until_idle (self, TRUE);
    g_clear_pointer (&monitor, mock_screen_free);
    until_idle (self, FALSE);
    monitor = mock_screen_new_monitor (address (self));
  }
}

static GVariant *
refuse_cb (const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gboolean              *kept,
           gpointer               user_data)
{
  return NULL;
}

/* Whoever does not own the name, and whoever does not know what it says. */
static void
test_stranger (Idle         *self,
               gconstpointer data)
{
  const char *xml = "<node><interface name='" GNOME "'><method name='GetActive'><arg type='b' direction='out'/></method>"
                    "</interface></node>";
  g_autoptr (MockService) stranger =
      mock_service_new (address (self), NULL, "/org/gnome/ScreenSaver", xml, refuse_cb, NULL);
  g_autoptr (MockService) saver =
      mock_service_new (address (self), GNOME, "/org/gnome/ScreenSaver", xml, refuse_cb, NULL);
  g_autoptr (MockScreen) other = mock_screen_new_saver (address (self), FREEDESKTOP, TRUE);

  until_locked (self, TRUE);
  mock_screen_set_active (other, FALSE);
  until_locked (self, FALSE);
  mock_service_tell (stranger, "ActiveChanged", g_variant_new ("(b)", TRUE));
  mock_service_tell (saver, "ActiveChanged", g_variant_new ("(s)", "yes"));
  mock_service_settle (self->bus);
  g_assert_false (desktop_idle_get_locked (self->idle));

  /* It refused to answer, but may tell. */
  mock_service_tell (saver, "ActiveChanged", g_variant_new ("(b)", TRUE));
  until_locked (self, TRUE);
}

/* What is answered comes to nobody. */
static void
test_gone_meanwhile (Idle         *self,
                     gconstpointer data)
{
  g_autoptr (MockScreen) monitor = mock_screen_new_monitor (address (self));
  g_autoptr (MockScreen) saver = mock_screen_new_saver (address (self), GNOME, TRUE);

  until_watched (monitor, TRUE);
  g_clear_object (&self->idle);
  mock_service_settle (self->bus);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/idle/absent", Idle, NULL, set_up, test_absent, tear_down);
  g_test_add ("/idle/locked/gnome", Idle, GNOME, set_up, test_locked, tear_down);
  g_test_add ("/idle/locked/freedesktop", Idle, FREEDESKTOP, set_up, test_locked, tear_down);
  g_test_add ("/idle/two-savers", Idle, NULL, set_up, test_two_savers, tear_down);
  g_test_add ("/idle/idle", Idle, NULL, set_up, test_idle, tear_down);
  g_test_add ("/idle/monitor-vanishes", Idle, NULL, set_up, test_monitor_vanishes, tear_down);
  g_test_add ("/idle/stranger", Idle, NULL, set_up, test_stranger, tear_down);
  g_test_add ("/idle/gone-meanwhile", Idle, NULL, set_up, test_gone_meanwhile, tear_down);
  return g_test_run ();
}
