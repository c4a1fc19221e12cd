/* The application: opens the store, makes the core, shows the window, and says goodbye before it ends.
 *
 *              activate           opened            loaded           last window closed          closed
 *   resting ────────────► opening ───────► loading ───────► running ───────────────────► leaving ───────► resting
 *                            │                │                                              │
 *                            └─── error ──────┴──► failed: a dialog, whose button closes the window
 *
 * From opening to resting the application is held, so that it ends only after every server was told goodbye. A window
 * asked for while leaving waits, and gets a core of its own afterwards.
 */
#include "ui-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "ui-account-actions.h"
#include "ui-attention.h"
#include "ui-show.h"
#include "ui-trouble.h"
#include "ui-window.h"

#define APPLICATION_ID "im.linnet.Linnet"

/* Status texts that are remembered. */
#define HISTORY_MAX 10

typedef enum {
  RESTING,
  OPENING,
  LOADING,
  RUNNING,
  FAILED,
  LEAVING,
} Phase;

struct _UiApplication {
  AdwApplication  parent_instance;

  ChatCoreSetup   setup;         /* its objects are owned; the tables are not */
  char           *database;      /* (owned) */
  GSettings      *settings;      /* (owned, nullable) from startup to shutdown */
  UiAttention    *attention;     /* (owned, nullable) likewise */
  GCancellable   *bus_wanted;    /* (owned, nullable) likewise: the system's bus, to hear of sleep */
  ChatCore       *core;          /* (owned, nullable) while loading, running, leaving */
  GCancellable   *cancellable;   /* (owned) of opening and loading */
  Phase           phase;
  guint           on_interrupt, on_terminate;   /* sources */
  gboolean        has_failed;    /* it could not start, at least once */
  gboolean        has_told;      /* that a damaged database was kept aside */
};

G_DEFINE_FINAL_TYPE (UiApplication, ui_application, ADW_TYPE_APPLICATION)

static UiWindow *
get_window (UiApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (UI_IS_WINDOW (l->data))
      return UI_WINDOW (l->data);
  return NULL;
}

/* --- from nothing to running --- */

static void
fail (UiApplication *self,
      UiWindow      *window,
      const GError  *error)
{
  g_autofree char *sentence = ui_trouble_sentence (error, self->database);

  g_message ("cannot start: %s", error->message);
  self->phase = FAILED;
  self->has_failed = TRUE;
  ui_window_show_failure (window, sentence);
}

static void
tell_kept_aside (UiApplication *self,
                 UiWindow      *window)
{
  const char *kept_aside = store_get_kept_aside (self->setup.store);
  GListModel *accounts = G_LIST_MODEL (chat_core_get_accounts (self->core));

  if (kept_aside != NULL && !self->has_told)
    ui_trouble_tell_kept_aside (GTK_WINDOW (window), kept_aside, g_list_model_get_n_items (accounts) > 0);
  self->has_told = TRUE;
}

static void start_leaving (UiApplication *self);

static void
core_loaded_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (UiApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  UiWindow *window = get_window (self);
  gboolean loaded = chat_core_load_finish (CHAT_CORE (source), result, &error);

  if (window == NULL || g_cancellable_is_cancelled (self->cancellable)) {
    start_leaving (self);
  } else if (!loaded) {
    fail (self, window, error);
  } else {
    self->phase = RUNNING;
    ui_attention_set_core (self->attention, self->core);
    ui_account_actions_add (GTK_APPLICATION (self), self->core);
    ui_window_set_core (window, self->core);
    tell_kept_aside (self, window);
  }
}

static void
load_core (UiApplication *self)
{
  g_autofree char *show = g_settings_get_string (self->settings, "show");
  g_autofree char *status = g_settings_get_string (self->settings, "status");

  self->phase = LOADING;
  self->core = chat_core_new (&self->setup);
  chat_core_set_presence (self->core, ui_show_from_id (show), *status != '\0' ? status : NULL);
  chat_core_load_async (self->core, self->cancellable, core_loaded_cb, g_object_ref (self));
}

static void
store_opened_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (UiApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  UiWindow *window = get_window (self);

  self->setup.store = store_open_finish (result, &error);
  if (window == NULL || g_cancellable_is_cancelled (self->cancellable))
    start_leaving (self);
  else if (self->setup.store == NULL)
    fail (self, window, error);
  else
    load_core (self);
}

static void
start (UiApplication *self)
{
  g_application_hold (G_APPLICATION (self));
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->phase = OPENING;
  if (self->setup.store != NULL)
    load_core (self);
  else
    store_open_async (self->database, self->cancellable, store_opened_cb, g_object_ref (self));
}

/* --- from running to nothing --- */

static void
rest (UiApplication *self)
{
  self->phase = RESTING;
  g_clear_object (&self->core);
  if (get_window (self) != NULL)
    start (self);
  g_application_release (G_APPLICATION (self));
}

static void
core_closed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (UiApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!chat_core_close_finish (CHAT_CORE (source), result, &error))
    g_warning ("not everything was put away: %s", error->message);
  rest (self);
}

static void
start_leaving (UiApplication *self)
{
  self->phase = LEAVING;
  ui_attention_set_core (self->attention, NULL);
  ui_account_actions_remove (GTK_APPLICATION (self));
  if (self->core != NULL)
    chat_core_close_async (self->core, NULL, core_closed_cb, g_object_ref (self));
  else
    rest (self);
}

/* What is under way answers first; its callback then finds no window and leaves. */
static void
ui_application_window_removed (GtkApplication *application,
                               GtkWindow      *window)
{
  UiApplication *self = UI_APPLICATION (application);

  GTK_APPLICATION_CLASS (ui_application_parent_class)->window_removed (application, window);
  if (get_window (self) != NULL)
    return;
  if (self->phase == RUNNING || self->phase == FAILED)
    start_leaving (self);
  else if (self->phase == OPENING || self->phase == LOADING)
    g_cancellable_cancel (self->cancellable);
}

/* --- actions --- */

static void
quit_activate_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  g_autolist (GtkWindow) windows = g_list_copy_deep (gtk_application_get_windows (GTK_APPLICATION (user_data)),
                                                    (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_destroy (GTK_WINDOW (l->data));
}

static void
about_activate_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  adw_show_about_window (GTK_WINDOW (get_window (UI_APPLICATION (user_data))), "application-name", "Linnet",
                         "application-icon", APPLICATION_ID, "version", LINNET_VERSION, "developer-name",
                         _("The Linnet developers"), "comments", _("Talk to people over XMPP"), "license-type",
                         GTK_LICENSE_GPL_3_0,
                         /* Translators: your names and e-mail addresses, one on each line. */
                         "translator-credits", _("translator-credits"), NULL);
}

static void
set_presence_activate_cb (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  UiApplication *self = UI_APPLICATION (user_data);
  XmppShow show = ui_show_from_id (g_variant_get_string (parameter, NULL));

  if (self->core == NULL)
    return;
  g_settings_set_string (self->settings, "show", ui_show_id (show));
  chat_core_set_presence (self->core, show, chat_core_get_status (self->core));
}

/* Puts @status before the other remembered ones. */
static void
remember_status (UiApplication *self,
                 const char    *status)
{
  g_auto (GStrv) remembered = g_settings_get_strv (self->settings, "status-history");
  g_autoptr (GPtrArray) history = g_ptr_array_new ();

  g_ptr_array_add (history, (gpointer) status);
  for (guint i = 0; remembered[i] != NULL && history->len < HISTORY_MAX; i++)
    if (g_strcmp0 (remembered[i], status) != 0)
      g_ptr_array_add (history, remembered[i]);
  g_ptr_array_add (history, NULL);
  g_settings_set_strv (self->settings, "status-history", (const char *const *) history->pdata);
}

static void
set_status_activate_cb (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  UiApplication *self = UI_APPLICATION (user_data);
  g_autofree char *status = g_strstrip (g_variant_dup_string (parameter, NULL));

  if (self->core == NULL)
    return;
  if (*status != '\0')
    remember_status (self, status);
  g_settings_set_string (self->settings, "status", status);
  chat_core_set_presence (self->core, chat_core_get_show (self->core), *status != '\0' ? status : NULL);
}

static gboolean
signalled_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);
  return G_SOURCE_CONTINUE;
}

/* --- the desktop --- */

/* Where there is no such bus nothing tells of sleep. It is shared, and its end is not ours. */
static void
system_bus_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (UiApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  g_autoptr (DesktopSleep) sleep = NULL;

  if (bus == NULL)
    g_debug ("sleep will not be noticed: %s", error->message);
  else
    g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (bus == NULL || self->attention == NULL)
    return;
  sleep = desktop_sleep_new (bus);
  ui_attention_set_sleep (self->attention, sleep);
}

static void
follow_desktop (UiApplication *self)
{
  g_autoptr (DesktopIdle) idle = desktop_idle_new (g_application_get_dbus_connection (G_APPLICATION (self)));

  self->attention = ui_attention_new (GTK_APPLICATION (self), idle);
  self->bus_wanted = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, self->bus_wanted, system_bus_cb, g_object_ref (self));
}

/* --- life cycle --- */

static int
ui_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  UiApplication *self = UI_APPLICATION (application);
  g_autofree char *ca_file = NULL;
  g_autofree char *absolute = NULL;
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("Linnet %s\n", LINNET_VERSION);
    return EXIT_SUCCESS;
  }
  if (g_variant_dict_lookup (options, "ca-file", "^ay", &ca_file)) {
    absolute = g_canonicalize_filename (ca_file, NULL);
    self->setup.trust = g_tls_file_database_new (absolute, &error);
    if (self->setup.trust == NULL) {
      g_printerr ("%s: %s\n", absolute, error->message);
      return EXIT_FAILURE;
    }
  }
  return -1;
}

static void
ui_application_startup (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);

  G_APPLICATION_CLASS (ui_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (APPLICATION_ID);
  self->settings = g_settings_new (APPLICATION_ID);
  follow_desktop (self);
  self->on_interrupt = g_unix_signal_add (SIGINT, signalled_cb, self);
  self->on_terminate = g_unix_signal_add (SIGTERM, signalled_cb, self);
}

static void
ui_application_activate (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);
  UiWindow *window = get_window (self);

  if (!ui_trouble_has_fonts ()) {
    g_printerr ("%s\n", _("Linnet cannot show any text, because no fonts are installed. Install one first."));
    self->has_failed = TRUE;
    return;
  }
  if (window == NULL)
    window = ui_window_new (GTK_APPLICATION (self), self->settings);
  gtk_window_present (GTK_WINDOW (window));
  if (self->phase == RESTING)
    start (self);
}

static void
ui_application_shutdown (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->on_interrupt, g_source_remove);
  g_clear_handle_id (&self->on_terminate, g_source_remove);
  if (self->setup.store != NULL && !store_close (self->setup.store, &error))
    g_warning ("the store was not closed: %s", error->message);
  g_cancellable_cancel (self->bus_wanted);
  g_clear_object (&self->bus_wanted);
  g_clear_object (&self->attention);
  g_clear_object (&self->settings);
  G_APPLICATION_CLASS (ui_application_parent_class)->shutdown (application);
}

static void
ui_application_finalize (GObject *object)
{
  UiApplication *self = UI_APPLICATION (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->setup.store);
  g_clear_object (&self->setup.secrets);
  g_clear_object (&self->setup.trust);
  g_clear_pointer (&self->setup.clock, base_clock_unref);
  g_free (self->database);
  G_OBJECT_CLASS (ui_application_parent_class)->finalize (object);
}

static void
ui_application_class_init (UiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ui_application_finalize;
  application_class->handle_local_options = ui_application_handle_local_options;
  application_class->startup = ui_application_startup;
  application_class->activate = ui_application_activate;
  application_class->shutdown = ui_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = ui_application_window_removed;
}

static void
ui_application_init (UiApplication *self)
{
  static const GOptionEntry options[] = {
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      N_("Trust only the certificate authorities in this file (for private servers)"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { 0 },
  };
  static const GActionEntry actions[] = {
    { "quit", quit_activate_cb, NULL, NULL, NULL, { 0 } },
    { "about", about_activate_cb, NULL, NULL, NULL, { 0 } },
    { "set-presence", set_presence_activate_cb, "s", NULL, NULL, { 0 } },
    { "set-status", set_status_activate_cb, "s", NULL, NULL, { 0 } },
  };
  static const struct {
    const char *action, *keys[2];
  } accels[] = {
    { "app.quit", { "<Control>q", NULL } },
    { "app.show-accounts", { "<Control><Shift>a", NULL } },
    { "window.close", { "<Control>w", NULL } },
    { "win.new-chat", { "<Control>n", NULL } },
    { "win.add-contact", { "<Control><Shift>c", NULL } },
    { "win.show-page::chats", { "<Alt>1", NULL } },
    { "win.show-page::contacts", { "<Alt>2", NULL } },
    { "win.show-presence", { "<Control>p", NULL } },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, (const char **) accels[i].keys);
}

/**
 * ui_application_new:
 * @setup: what the core is made from; its store is %NULL, and its clock and secrets are taken a reference to
 * @database: absolute path of the file that holds everything but passwords
 *
 * Returns: (transfer full): the application, to be run
 */
UiApplication *
ui_application_new (const ChatCoreSetup *setup,
                    const char          *database)
{
  UiApplication *self =
      g_object_new (UI_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags", G_APPLICATION_DEFAULT_FLAGS, NULL);

  self->setup = *setup;
  g_object_ref (self->setup.secrets);
  base_clock_ref (self->setup.clock);
  self->database = g_strdup (database);
  return self;
}

/**
 * ui_application_has_failed:
 * @self: the application, after it has run
 *
 * Returns: whether it could not start, as the user was told in a dialog
 */
gboolean
ui_application_has_failed (UiApplication *self)
{
  g_return_val_if_fail (UI_IS_APPLICATION (self), FALSE);

  return self->has_failed;
}
