/* Signs in, prints the roster, then echoes what people say: the session layer through its signals alone, without GTK.
 *
 *   example ADDRESS [HOST PORT starttls|direct CA-FILE [PIN]]
 *
 * The password is the first line of standard input. Without a HOST the server is found by the address, and the system
 * says whom to trust. PIN is the SHA-256 of the one certificate to trust, whoever has issued it. */
#include <glib-unix.h>
#include <stdio.h>

#include "rfc-6121-presence.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"
#include "xmpp-session.h"

static GMainLoop *loop;
static int status = 1;

static void
session_roster_changed_cb (XmppSession *session, GPtrArray *items, gboolean whole)
{
  for (guint i = 0; i < items->len; i++) {
    const XmppRosterItem *item = items->pdata[i];
    g_autofree char *groups = g_strjoinv (", ", item->groups);

    printf ("contact %s \"%s\" (%s) %s\n", xmpp_jid_get_text (item->jid), item->name, groups,
            xmpp_subscription_name (item->subscription));
  }
}

static void
session_presence_cb (XmppSession *session, XmppPresence *presence)
{
  printf ("presence %s %d %s\n", xmpp_jid_get_text (presence->from), presence->show, presence->status);
}

static void
session_message_cb (XmppSession *session, XmppMessage *message)
{
  g_autoptr (XmppMessage) echo = xmpp_message_new ();

  if (message->type != XMPP_MESSAGE_CHAT || message->body == NULL)
    return;
  printf ("message %s %s\n", xmpp_jid_get_text (message->from), message->body);
  xmpp_session_stored (session, message);
  echo->type = XMPP_MESSAGE_CHAT;
  echo->to = xmpp_jid_ref (message->from);
  echo->id = g_uuid_string_random ();
  echo->body = g_strdup (message->body);
  xmpp_session_send_message_async (session, echo, NULL, NULL, NULL);
}

static void
print_connection (const XmppConnection *connection)
{
  static const char *const found[] = { [XMPP_FOUND_DOMAIN] = "domain", [XMPP_FOUND_SRV] = "srv",
                                       [XMPP_FOUND_BY_HAND] = "hand" };

  printf ("by %s %u %s %s %s %s\n", connection->host, connection->port, connection->direct ? "direct" : "starttls",
          found[connection->found], connection->tls_version,
          connection->binding != NULL ? connection->binding : "unbound");
}

static void
session_connect_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  g_autoptr (GError) error = NULL;

  if (xmpp_session_connect_finish (session, result, &error)) {
    print_connection (xmpp_session_get_connection (session));
    printf ("online %s %s\n", xmpp_jid_get_text (xmpp_session_get_jid (session)), xmpp_session_get_mechanism (session));
    return;
  }
  g_printerr ("%s %d %s\n", g_quark_to_string (error->domain), error->code, error->message);
  g_main_loop_quit (loop);
}

static void
session_close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  status = xmpp_session_close_finish (XMPP_SESSION (source), result, NULL) ? 0 : 1;
  g_main_loop_quit (loop);
}

static gboolean
terminate_cb (gpointer session)
{
  xmpp_session_close_async (session, NULL, session_close_cb, NULL);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autoptr (XmppSession) session = xmpp_session_new (xmpp_features, connectors, clock);
  g_autoptr (XmppJid) jid = argc == 2 || argc == 6 || argc == 7 ? xmpp_jid_new_typed (argv[1], NULL) : NULL;
  g_autoptr (XmppLogin) login = NULL;
  char password[1024] = "";

  if (jid == NULL || fgets (password, sizeof password, stdin) == NULL)
    return 2;
  login = xmpp_login_new (jid, g_strchomp (password));
  if (argc > 2) {
    login->host = g_strdup (argv[2]);
    login->port = (guint16) g_ascii_strtoull (argv[3], NULL, 10);
    login->security = g_str_equal (argv[4], "direct") ? XMPP_SECURITY_DIRECT_TLS : XMPP_SECURITY_STARTTLS;
    login->trust = g_tls_file_database_new (argv[5], NULL);
    login->pin = g_strdup (argv[6]);
    login->pin_errors = G_TLS_CERTIFICATE_UNKNOWN_CA;
  }

  setvbuf (stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (session, "roster-changed", G_CALLBACK (session_roster_changed_cb), NULL);
  g_signal_connect (session, "presence", G_CALLBACK (session_presence_cb), NULL);
  g_signal_connect (session, "message", G_CALLBACK (session_message_cb), NULL);
  g_unix_signal_add (SIGTERM, terminate_cb, session);
  xmpp_presence_set_own (session, XMPP_SHOW_AVAILABLE, "Listening", 0);
  xmpp_session_connect_async (session, login, NULL, NULL, session_connect_cb, NULL);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  return status;
}
