/* Hands the registries and what comes from the desktop down to the application, and runs it. */
#include <locale.h>

#include <glib/gi18n.h>

#include "chat-parts.h"
#include "desktop-secrets.h"
#include "net-websocket.h"
#include "ui-application.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

int
main (int    argc,
      char **argv)
{
  static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, &net_websocket, NULL };
  g_autofree char *database = g_build_filename (g_get_user_data_dir (), "linnet", "linnet.db", NULL);
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (UiApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Linnet");

  application = ui_application_new (
      &(ChatCoreSetup) { .secrets = secrets, .clock = clock, .features = xmpp_features, .connectors = connectors,
                         .parts = chat_parts },
      database);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  return ui_application_has_failed (application) ? EXIT_FAILURE : status;
}
