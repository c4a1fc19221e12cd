/* Sleep and waking as logind tells them, and what is held, and let go, meanwhile. */
#include "desktop-sleep.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <poll.h>

#include "mock-service.h"

#define NAME "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"

static const char xml[] =
    "<node><interface name='org.freedesktop.login1.Manager'>"
    "<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='h' direction='out'/></method>"
    "<signal name='PrepareForSleep'><arg type='b'/></signal>"
    "</interface></node>";

typedef struct {
  GTestDBus             *dbus;
  GDBusConnection       *bus;       /* (owned) */
  DesktopSleep          *sleep;     /* (owned) */
  MockService           *logind;    /* (owned, nullable) */
  int                    pipe;      /* (owned) the other end of the inhibitor, -1: none was given */
  guint                  n_given, n_notified;
  gboolean               refuses, slow;
  GDBusMethodInvocation *asked;     /* (owned, nullable) while logind is slow */
} Sleep;

static void
give (Sleep                 *self,
      GDBusMethodInvocation *invocation)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int ends[2];
  g_autoptr (GError) error = NULL;

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, &error));
  if (self->pipe >= 0)
    close (self->pipe);
  self->pipe = ends[0];
  g_unix_fd_list_append (fds, ends[1], &error);
  g_assert_no_error (error);
  close (ends[1]);
  self->n_given++;
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0), fds);
}

static GVariant *
inhibit_cb (const char            *method,
            GVariant              *parameters,
            GDBusMethodInvocation *invocation,
            gboolean              *kept,
            gpointer               user_data)
{
  Sleep *self = user_data;
  const char *what, *who, *why, *mode;

  g_assert_cmpstr (method, ==, "Inhibit");
  g_variant_get (parameters, "(&s&s&s&s)", &what, &who, &why, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (who, ==, "Linnet");
  g_assert_cmpstr (why, !=, "");
  g_assert_cmpstr (mode, ==, "delay");
  if (self->refuses)
    return NULL;
  *kept = TRUE;
  if (self->slow)
    self->asked = invocation;
  else
    give (self, invocation);
  return NULL;
}

/* Whoever holds the other end of the pipe has not closed it. */
static gboolean
is_held (Sleep *self)
{
  struct pollfd end = { .fd = self->pipe, .events = POLLIN };

  g_assert_cmpint (self->pipe, >=, 0);
  return poll (&end, 1, 0) == 0;
}

static void
until_given (Sleep *self,
             guint  n)
{
  while (self->n_given < n)
    g_main_context_iteration (NULL, TRUE);
  /* The answer has left; the sleeper has to hear it. */
  mock_service_settle (self->bus);
}

static void
until_let_go (Sleep *self)
{
  while (is_held (self))
    g_main_context_iteration (NULL, FALSE);
}

static void
until_asleep (Sleep    *self,
              gboolean  asleep)
{
  while (desktop_sleep_get_asleep (self->sleep) != asleep)
    g_main_context_iteration (NULL, TRUE);
}

static void
prepare (Sleep    *self,
         gboolean  start)
{
  mock_service_tell (self->logind, "PrepareForSleep", g_variant_new ("(b)", start));
}

static void
notified_cb (Sleep *self)
{
  self->n_notified++;
}

static void
start_logind (Sleep *self)
{
  self->logind = mock_service_new (g_test_dbus_get_bus_address (self->dbus), NAME, PATH, xml, inhibit_cb, self);
}

static void
set_up (Sleep        *self,
        gconstpointer data)
{
  self->pipe = -1;
  self->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->dbus);
  self->bus = mock_service_connect (g_test_dbus_get_bus_address (self->dbus));
  self->sleep = desktop_sleep_new (self->bus);
  g_signal_connect_swapped (self->sleep, "notify::asleep", G_CALLBACK (notified_cb), self);
}

static void
tear_down (Sleep        *self,
           gconstpointer data)
{
  g_clear_object (&self->sleep);
  g_clear_pointer (&self->logind, mock_service_free);
  g_clear_object (&self->asked);
  if (self->pipe >= 0) {
    until_let_go (self);
    close (self->pipe);
  }
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
  g_test_dbus_down (self->dbus);
  g_clear_object (&self->dbus);
}

/* The next night is like the first one. */
static void
test_nights (Sleep        *self,
             gconstpointer data)
{
  start_logind (self);
  for (guint night = 1; night <= 3; night++) {
    until_given (self, night);
    g_assert_true (is_held (self));
    g_assert_false (desktop_sleep_get_asleep (self->sleep));
    desktop_sleep_ready (self->sleep);
    g_assert_true (is_held (self));

    prepare (self, TRUE);
    until_asleep (self, TRUE);
    g_assert_cmpuint (self->n_notified, ==, 2 * night - 1);
    g_assert_true (is_held (self));
    desktop_sleep_ready (self->sleep);
    g_assert_false (is_held (self));
    g_assert_true (desktop_sleep_get_asleep (self->sleep));

    prepare (self, FALSE);
    until_asleep (self, FALSE);
    g_assert_cmpuint (self->n_notified, ==, 2 * night);
  }
  until_given (self, 4);
}

/* Somebody changes his mind: what is held is held still. */
static void
test_not_ready (Sleep        *self,
                gconstpointer data)
{
  start_logind (self);
  until_given (self, 1);
  prepare (self, TRUE);
  until_asleep (self, TRUE);
  prepare (self, FALSE);
  until_asleep (self, FALSE);
  mock_service_settle (self->bus);
  g_assert_true (is_held (self));
  g_assert_cmpuint (self->n_given, ==, 1);
}

static void
test_absent (Sleep        *self,
             gconstpointer data)
{
  g_autoptr (DesktopSleep) nowhere = desktop_sleep_new (NULL);

  mock_service_settle (self->bus);
  desktop_sleep_ready (self->sleep);
  desktop_sleep_ready (nowhere);
  g_assert_false (desktop_sleep_get_asleep (self->sleep));
  g_assert_false (desktop_sleep_get_asleep (nowhere));
  g_assert_cmpuint (self->n_notified, ==, 0);
}

/* Nobody who has gone can say that the night is over. */
static void
test_vanishing (Sleep        *self,
                gconstpointer data)
{
  start_logind (self);
  until_given (self, 1);
  prepare (self, TRUE);
  until_asleep (self, TRUE);
  g_clear_pointer (&self->logind, mock_service_free);
  until_asleep (self, FALSE);
  until_let_go (self);

  start_logind (self);
  until_given (self, 2);
  g_assert_true (is_held (self));
  prepare (self, TRUE);
  until_asleep (self, TRUE);
  desktop_sleep_ready (self->sleep);
  until_let_go (self);
}

/* Without an inhibitor it is at least known. */
static void
test_refused (Sleep        *self,
              gconstpointer data)
{
  self->refuses = TRUE;
  start_logind (self);
  mock_service_settle (self->bus);
  while (!desktop_sleep_get_asleep (self->sleep)) {
    prepare (self, TRUE);
    mock_service_settle (self->bus);
  }
  desktop_sleep_ready (self->sleep);
  prepare (self, FALSE);
  until_asleep (self, FALSE);
  g_assert_cmpuint (self->n_given, ==, 0);
}

/* What is given too late is given back at once. */
static void
test_slow (Sleep        *self,
           gconstpointer data)
{
  self->slow = TRUE;
  start_logind (self);
  while (self->asked == NULL)
    g_main_context_iteration (NULL, TRUE);
  prepare (self, TRUE);
  until_asleep (self, TRUE);
  desktop_sleep_ready (self->sleep);
  give (self, g_steal_pointer (&self->asked));
  until_let_go (self);
}

/* … also when nobody is left to take it. */
static void
test_slow_for_nobody (Sleep        *self,
                      gconstpointer data)
{
  self->slow = TRUE;
  start_logind (self);
  while (self->asked == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&self->sleep);
  give (self, g_steal_pointer (&self->asked));
  until_let_go (self);
}

static void
test_stranger (Sleep        *self,
               gconstpointer data)
{
  g_autoptr (MockService) stranger =
      mock_service_new (g_test_dbus_get_bus_address (self->dbus), NULL, PATH, xml, inhibit_cb, self);

  start_logind (self);
  until_given (self, 1);
  mock_service_tell (stranger, "PrepareForSleep", g_variant_new ("(b)", TRUE));
  mock_service_settle (self->bus);
  g_assert_false (desktop_sleep_get_asleep (self->sleep));
  mock_service_tell (self->logind, "PrepareForSleep", g_variant_new ("(s)", "now"));
  mock_service_settle (self->bus);
  g_assert_false (desktop_sleep_get_asleep (self->sleep));

  prepare (self, TRUE);
  until_asleep (self, TRUE);
  mock_service_tell (stranger, "PrepareForSleep", g_variant_new ("(b)", FALSE));
  mock_service_settle (self->bus);
  g_assert_true (desktop_sleep_get_asleep (self->sleep));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sleep/nights", Sleep, NULL, set_up, test_nights, tear_down);
  g_test_add ("/sleep/not-ready", Sleep, NULL, set_up, test_not_ready, tear_down);
  g_test_add ("/sleep/absent", Sleep, NULL, set_up, test_absent, tear_down);
  g_test_add ("/sleep/vanishing", Sleep, NULL, set_up, test_vanishing, tear_down);
  g_test_add ("/sleep/refused", Sleep, NULL, set_up, test_refused, tear_down);
  g_test_add ("/sleep/slow", Sleep, NULL, set_up, test_slow, tear_down);
  g_test_add ("/sleep/slow-for-nobody", Sleep, NULL, set_up, test_slow_for_nobody, tear_down);
  g_test_add ("/sleep/stranger", Sleep, NULL, set_up, test_stranger, tear_down);
  return g_test_run ();
}
