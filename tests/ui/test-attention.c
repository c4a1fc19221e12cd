/* Who looks at Linnet: windows that come and go, a locked screen, a user who is idle, a computer that sleeps. */
#include <adwaita.h>

#include "chat-test.h"
#include "mock-screen.h"
#include "ui-attention.h"

static GtkApplication *application;

typedef struct {
  GDBusConnection *bus;         /* (owned) */
  UiAttention     *attention;   /* (owned) */
  GtkWidget       *window;      /* (owned) */
  MockScreen      *saver;       /* (owned) */
  MockScreen      *monitor;     /* (owned) */
  guint            n_notified;
} Attention;

static gboolean
is_attentive (Attention *self)
{
  gboolean attentive;

  g_object_get (self->attention, "attentive", &attentive, NULL);
  return attentive;
}

static void
until_attentive (Attention *self,
                 gboolean   attentive)
{
  while (is_attentive (self) != attentive)
    g_main_context_iteration (NULL, TRUE);
}

static void
notified_cb (Attention *self)
{
  self->n_notified++;
}

static GtkWidget *
add_window (void)
{
  GtkWidget *window = g_object_ref (gtk_window_new ());

  gtk_window_set_application (GTK_WINDOW (window), application);
  return window;
}

static void
set_up (Attention    *self,
        gconstpointer data)
{
  g_autoptr (DesktopIdle) idle = NULL;
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");

  self->bus = mock_service_connect (address);
  idle = desktop_idle_new (self->bus);
  self->window = add_window ();
  self->attention = ui_attention_new (application, idle);
  g_signal_connect_swapped (self->attention, "notify::attentive", G_CALLBACK (notified_cb), self);
  self->saver = mock_screen_new_saver (address, "org.gnome.ScreenSaver", FALSE);
  self->monitor = mock_screen_new_monitor (address);
  while (!mock_screen_is_watched (self->monitor, TRUE))
    g_main_context_iteration (NULL, TRUE);
  mock_service_settle (self->bus);
}

static void
tear_down (Attention    *self,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_assert_false (is_attentive (self));
  g_clear_object (&self->window);
  g_assert_finalize_object (g_steal_pointer (&self->attention));
  mock_screen_free (self->saver);
  mock_screen_free (self->monitor);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_clear_object (&self->bus);
}

static void
test_windows (Attention    *self,
              gconstpointer data)
{
  g_autoptr (GtkWidget) other = NULL;

  g_assert_false (is_attentive (self));
  gtk_window_present (GTK_WINDOW (self->window));
  until_attentive (self, TRUE);
  other = add_window ();
  gtk_window_present (GTK_WINDOW (other));
  gtk_widget_set_visible (self->window, FALSE);
  g_assert_true (is_attentive (self));
  gtk_window_destroy (GTK_WINDOW (other));
  until_attentive (self, FALSE);

  /* It is another surface when it comes again. */
  gtk_widget_unrealize (self->window);
  gtk_window_present (GTK_WINDOW (self->window));
  until_attentive (self, TRUE);
  g_assert_cmpuint (self->n_notified, ==, 3);
}

static void
test_minimised (Attention    *self,
                gconstpointer data)
{
  gtk_window_present (GTK_WINDOW (self->window));
  until_attentive (self, TRUE);
  gtk_window_minimize (GTK_WINDOW (self->window));
  until_attentive (self, FALSE);
  gtk_window_present (GTK_WINDOW (self->window));
  until_attentive (self, TRUE);
}

static void
test_locked_and_idle (Attention    *self,
                      gconstpointer data)
{
  gtk_window_present (GTK_WINDOW (self->window));
  until_attentive (self, TRUE);
  mock_screen_set_active (self->saver, TRUE);
  until_attentive (self, FALSE);
  mock_screen_fire (self->monitor, TRUE);
  while (!mock_screen_is_watched (self->monitor, FALSE))
    g_main_context_iteration (NULL, TRUE);
  mock_service_settle (self->bus);
  mock_screen_set_active (self->saver, FALSE);
  mock_service_settle (self->bus);
  g_assert_false (is_attentive (self));
  mock_screen_fire (self->monitor, FALSE);
  until_attentive (self, TRUE);
}

static GVariant *
inhibit_cb (const char            *method,
            GVariant              *parameters,
            GDBusMethodInvocation *invocation,
            gboolean              *kept,
            gpointer               user_data)
{
  ++*(guint *) user_data;
  return NULL;
}

/* A core is told, whenever it comes; where there is none, the computer sleeps all the same. */
static void
test_sleep (Attention    *self,
            gconstpointer data)
{
  static const char xml[] =
      "<node><interface name='org.freedesktop.login1.Manager'>"
      "<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
      "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='h' direction='out'/></method>"
      "</interface></node>";
  g_autoptr (DesktopSleep) sleep = desktop_sleep_new (self->bus);
  guint n_asked = 0;
  g_autoptr (MockService) logind =
      mock_service_new (g_getenv ("DBUS_SESSION_BUS_ADDRESS"), "org.freedesktop.login1", "/org/freedesktop/login1",
                        xml, inhibit_cb, &n_asked);
  Chat chat = { 0 };

  while (n_asked == 0)
    g_main_context_iteration (NULL, TRUE);
  ui_attention_set_sleep (self->attention, sleep);
  mock_service_tell (logind, "PrepareForSleep", g_variant_new ("(b)", TRUE));
  mock_service_settle (self->bus);
  g_assert_true (desktop_sleep_get_asleep (sleep));
  mock_service_tell (logind, "PrepareForSleep", g_variant_new ("(b)", FALSE));
  mock_service_settle (self->bus);

  chat_set_up (&chat, NULL);
  chat_sign_in (&chat);
  ui_attention_set_core (self->attention, chat.core);
  chat_assert_state (&chat, CHAT_ACCOUNT_ONLINE);
  mock_service_tell (logind, "PrepareForSleep", g_variant_new ("(b)", TRUE));
  mock_service_settle (self->bus);
  chat_settle (&chat);
  chat_assert_state (&chat, CHAT_ACCOUNT_WAITING);
  ui_attention_set_core (self->attention, NULL);
  chat_tear_down (&chat, NULL);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_test_add ("/attention/windows", Attention, NULL, set_up, test_windows, tear_down);
  g_test_add ("/attention/minimised", Attention, NULL, set_up, test_minimised, tear_down);
  g_test_add ("/attention/locked-and-idle", Attention, NULL, set_up, test_locked_and_idle, tear_down);
  g_test_add ("/attention/sleep", Attention, NULL, set_up, test_sleep, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
