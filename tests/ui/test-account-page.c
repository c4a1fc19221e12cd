/* The page of one account: what is decided there holds and is stored, what is wrong is said, and what the server is. */
#include "accounts-test.h"
#include "chat-account-settings.h"
#include "ui-account-page.h"
#include "ui-change-password.h"
#include "ui-fact-row.h"

/* --- name, colour, options --- */

static void
test_name (Accounts     *self,
           gconstpointer data)
{
  accounts_open (self);
  accounts_type (accounts_page (self), "name", "  Verona  ");
  g_signal_emit_by_name (ui_find_named (accounts_page (self), "name"), "apply");
  g_assert_cmpstr (chat_account_get_name (self->chat.account), ==, "Verona");
  g_assert_cmpstr (gtk_editable_get_text (ui_find_named (accounts_page (self), "name")), ==, "Verona");
  g_assert_cmpstr (adw_window_title_get_subtitle (ui_find_named (self->window, "title")), ==, "Verona");

  /* It is applied as well when one goes on without a word. */
  gtk_widget_grab_focus (ui_find_named (accounts_page (self), "name"));
  accounts_type (accounts_page (self), "name", "Mantua");
  gtk_widget_grab_focus (ui_find_named (accounts_page (self), "connection_row"));
  chat_settle (&self->chat);
  g_assert_cmpstr (chat_account_get_name (self->chat.account), ==, "Mantua");

  accounts_close (self);
  chat_restart (&self->chat);
  chat_set_server (&self->chat, TYBALT, NULL);
  chat_load (&self->chat);
  g_assert_cmpstr (chat_account_get_name (self->chat.account), ==, "Mantua");
}

static void
test_colour (Accounts     *self,
             gconstpointer data)
{
  GtkWidget *buttons[CHAT_ACCOUNT_N_COLOURS];
  GtkWidget *next;

  accounts_open (self);
  next = gtk_widget_get_first_child (ui_find_named (ui_find_named (accounts_page (self), "colour"), "colours"));
  for (guint i = 0; i < CHAT_ACCOUNT_N_COLOURS; i++) {
    gpointer button = buttons[i] = next;

    next = gtk_widget_get_next_sibling (next);
    g_assert_true (gtk_test_accessible_has_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL));
    gtk_check_button_set_active (button, TRUE);
    g_assert_cmpuint (chat_account_get_colour (self->chat.account), ==, i);
  }
  chat_account_set_colour (self->chat.account, 2);
  g_assert_null (next);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (buttons[2])));
}

static void
test_options (Accounts     *self,
              gconstpointer data)
{
  static const struct {
    const char *entry, *text;
    gboolean    changed, valid;
  } cases[] = {
    { "port", "0", TRUE, FALSE },
    { "port", "65536", TRUE, FALSE },
    { "port", "5222a", TRUE, FALSE },
    { "port", "", FALSE, TRUE },
    { "server", "not a server", TRUE, FALSE },
    { "server", "romeo@montague.example", TRUE, FALSE },
    { "server", "montague.example:5222", TRUE, FALSE },
    { "server", "xmpp.montague.example", TRUE, TRUE },
    { "server", "::1", TRUE, TRUE },
    { "server", " ", FALSE, TRUE },
    { "priority", "128", TRUE, FALSE },
    { "priority", "-129", TRUE, FALSE },
    { "priority", "1.5", TRUE, FALSE },
    { "priority", "-128", TRUE, TRUE },
    { "priority", "\xe2\x88\x92" "1", TRUE, TRUE },
    { "priority", "0", FALSE, TRUE },
    { "priority", "", FALSE, TRUE },
  };
  gpointer page;
  g_autoptr (XmppLogin) settings = NULL;

  accounts_open (self);
  page = accounts_page (self);
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "apply_group")));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s: %s", cases[i].entry, cases[i].text);
    accounts_type (page, cases[i].entry, cases[i].text);
    g_assert_cmpint (gtk_widget_get_visible (ui_find_named (page, "apply_group")), ==, cases[i].changed);
    g_assert_cmpint (gtk_widget_get_sensitive (ui_find_named (page, "apply")), ==, cases[i].valid);
  }

  /* With Enter it is said what is wrong; nothing has happened so far. */
  accounts_type (page, "port", "0");
  g_signal_emit_by_name (ui_find_named (page, "port"), "entry-activated");
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "port_note")));
  g_assert_true (accounts_has_focus (self, ui_find_named (page, "port")));
  accounts_type (page, "port", "");
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "port_note")));
  fake_server_expect_nothing (self->chat.server);

  accounts_type (page, "priority", "-1");
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "priority_note")));
  accounts_type (page, "resource", "balcony");
  ui_click (ui_find_named (page, "apply"));
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "apply_group")));
  g_assert_true (accounts_has_focus (self, ui_find_named (page, "options")));
  g_assert_cmpint (chat_account_get_priority (self->chat.account), ==, -1);
  settings = chat_account_dup_settings (self->chat.account);
  g_assert_cmpstr (settings->resource, ==, "balcony");
  g_assert_null (settings->host);
  fake_server_expect_end (self->chat.server);
}

/* --- password --- */

static void
test_asks_password (Accounts     *self,
                    gconstpointer data)
{
  GError error = { DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED, (char *) "locked" };
  gpointer page;

  accounts_open (self);
  page = accounts_page (self);
  g_assert_cmpstr (memory_secrets_get (self->chat.secrets, OWN), ==, FAKE_PASSWORD);
  gtk_switch_set_active (ui_find_named (page, "asks"), TRUE);
  chat_settle (&self->chat);
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "keyring_row")));

  /* A keyring that does not open says so, and can be asked once more. */
  memory_secrets_fail (self->chat.secrets, &error);
  gtk_switch_set_active (ui_find_named (page, "asks"), FALSE);
  chat_settle (&self->chat);
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "keyring_row")));
  g_assert_cmpstr (accounts_label (page, "keyring_sentence"), !=, "");
  memory_secrets_fail (self->chat.secrets, NULL);
  ui_click (ui_find_named (page, "keyring_retry"));
  chat_settle (&self->chat);
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "keyring_row")));
  g_assert_cmpstr (memory_secrets_get (self->chat.secrets, OWN), ==, FAKE_PASSWORD);
}

/* What is wrong may be wrong in the settings, which are here, or was the server's fault: then it is tried again. */
static void
test_remedy (Accounts     *self,
             gconstpointer data)
{
  gpointer page = accounts_open (self);

  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "remedy")));
  fake_server_send (self->chat.server, "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                       "</stream:error></stream:stream>");
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_STUCK);
  g_assert_cmpstr (gtk_button_get_label (ui_find_named (page, "remedy")), ==, "Try now");
  g_assert_cmpstr (gtk_actionable_get_action_name (ui_find_named (page, "remedy")), ==, "app.try-account");
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "remedy")));
}

/* Less protection than before is said, until somebody knows why. */
static void
test_exposure (Accounts     *self,
               gconstpointer data)
{
  gpointer page;

  g_assert_false (gtk_widget_get_visible (ui_find_named (accounts_open (self), "exposure_row")));
  accounts_close (self);
  chat_accounts_remove (accounts_list (self), accounts_get (self, TYBALT));
  chat_set_bound (&self->chat);
  chat_restart (&self->chat);
  chat_load (&self->chat);
  chat_play_login (&self->chat, NULL);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);

  self->window = g_object_ref (ui_accounts_window_new (NULL, self->chat.core));
  gtk_window_present (GTK_WINDOW (self->window));
  page = accounts_open (self);
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "exposure_row")));
  g_assert_nonnull (strstr (accounts_label (page, "exposure_sentence"), "montague.example is less protected"));
  gtk_widget_grab_focus (ui_find_named (page, "exposure_accept"));
  ui_click (ui_find_named (page, "exposure_accept"));
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "exposure_row")));
  g_assert_true (accounts_has_focus (self, ui_find_named (page, "state_row")));
  g_assert_false (chat_account_is_exposed (self->chat.account));
}

static void
test_change_password (Accounts     *self,
                      gconstpointer data)
{
  const char *pattern = "<iq type='set'><query xmlns='jabber:iq:register'><password>Juliet</password></query></iq>";
  gpointer dialog, change;

  accounts_open (self);
  g_signal_emit_by_name (ui_find_named (accounts_page (self), "change_row"), "activated");
  dialog = accounts_find_window (UI_TYPE_CHANGE_PASSWORD);
  g_assert_nonnull (dialog);
  change = ui_find_named (dialog, "change");
  g_assert_false (gtk_widget_get_sensitive (change));
  accounts_type (dialog, "first", "Juliet");
  accounts_type (dialog, "second", "Jul");
  g_assert_false (gtk_widget_get_sensitive (change));
  g_assert_false (gtk_widget_get_visible (ui_find_named (dialog, "note")));
  accounts_type (dialog, "second", "Jux");
  g_assert_true (gtk_widget_get_visible (ui_find_named (dialog, "note")));
  accounts_type (dialog, "second", "Juliet");
  g_assert_false (gtk_widget_get_visible (ui_find_named (dialog, "note")));

  ui_click (change);
  g_assert_true (gtk_widget_get_visible (ui_find_named (dialog, "progress")));
  g_assert_false (gtk_widget_get_sensitive (change));
  fake_server_reply_error (self->chat.server, fake_server_find (self->chat.server, pattern), "cancel",
                           "not-allowed");
  chat_settle (&self->chat);
  g_assert_false (gtk_widget_get_visible (ui_find_named (dialog, "progress")));
  g_assert_true (gtk_widget_get_visible (ui_find_named (dialog, "sentence")));
  g_assert_cmpstr (gtk_editable_get_text (ui_find_named (dialog, "second")), ==, "Juliet");
  g_assert_cmpstr (memory_secrets_get (self->chat.secrets, OWN), ==, FAKE_PASSWORD);

  g_object_add_weak_pointer (dialog, &dialog);
  ui_click (change);
  fake_server_reply (self->chat.server, fake_server_find (self->chat.server, pattern), NULL);
  chat_settle (&self->chat);
  g_assert_null (dialog);
  g_assert_cmpstr (memory_secrets_get (self->chat.secrets, OWN), ==, "Juliet");
  ui_find (accounts_page (self), ADW_TYPE_TOAST_OVERLAY);
}

/* Escape closes it, and what was typed goes nowhere. */
static void
test_change_password_closed (Accounts     *self,
                             gconstpointer data)
{
  gpointer dialog;

  accounts_open (self);
  g_signal_emit_by_name (ui_find_named (accounts_page (self), "change_row"), "activated");
  dialog = accounts_find_window (UI_TYPE_CHANGE_PASSWORD);
  g_object_add_weak_pointer (dialog, &dialog);
  accounts_type (dialog, "first", "Juliet");
  accounts_press (dialog, GDK_KEY_Escape, 0);
  chat_settle (&self->chat);
  g_assert_null (dialog);
  fake_server_expect_nothing (self->chat.server);
}

/* --- the connection --- */

static void
answer_server_info (Accounts *self)
{
  FakeServer *server = self->chat.server;

  fake_server_reply (server, fake_server_find (server, "<iq type='get' to='montague.example'>"
                                                       "<query xmlns='jabber:iq:version'/></iq>"),
                     "<query xmlns='jabber:iq:version'><name>Verona</name><version>1.2</version></query>");
  fake_server_reply (server, fake_server_find (server, "<iq type='get' to='montague.example'>"
                                                       "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"),
                     "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im'/>"
                     "<feature var='urn:xmpp:&lt;b&gt;bold'/></query>");
  fake_server_reply (server, fake_server_find (server, "<iq type='get' to='" OWN "'>"
                                                       "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"),
                     "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='account' "
                     "type='registered'/><feature var='vcard-temp'/></query>");
  fake_server_reply (server, fake_server_find (server, "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"), NULL);
  chat_settle (&self->chat);
}

static const char *
fact (gpointer    page,
      const char *name)
{
  return ui_fact_row_get_value (ui_find_named (page, name));
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_copied (gpointer text)
{
  return *(char **) text != NULL;
}

static void
test_connection (Accounts     *self,
                 gconstpointer data)
{
  g_autofree char *text = NULL;
  gpointer page;

  accounts_open (self);
  g_signal_emit_by_name (ui_find_named (accounts_page (self), "connection_row"), "activated");
  page = accounts_page (self);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (ui_find_named (page, "stack")), ==, "online");
  g_assert_cmpstr (fact (page, "round_trip"), ==, "Measuring…");
  answer_server_info (self);
  g_assert_cmpstr (fact (page, "software"), ==, "Verona 1.2");
  g_assert_cmpstr (fact (page, "feature_names"), ==, "urn:xmpp:<b>bold\nvcard-temp");
  g_assert_cmpstr (fact (page, "mechanism"), !=, NULL);
  g_assert_cmpstr (fact (page, "binding"), ==, "None");
  g_assert_cmpstr (fact (page, "round_trip"), !=, "Measuring…");

  ui_click (ui_find_named (page, "copy"));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->window), NULL, copied_cb, &text);
  fake_wait_until (is_copied, &text, "what was copied");
  g_assert_nonnull (strstr (text, OWN));
  g_assert_nonnull (strstr (text, "Verona 1.2"));
  g_assert_nonnull (strstr (text, "urn:xmpp:<b>bold"));

  g_signal_emit_by_name (ui_find_named (page, "measure"), "activated");
  g_assert_cmpstr (fact (page, "round_trip"), ==, "Measuring…");

  fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (ui_find_named (page, "stack")), ==, "offline");
  g_assert_cmpstr (adw_status_page_get_description (ui_find_named (page, "offline")), !=, "");
}

/* What was asked is answered after the page has gone. */
static void
test_connection_closed (Accounts     *self,
                        gconstpointer data)
{
  accounts_open (self);
  g_signal_emit_by_name (ui_find_named (accounts_page (self), "connection_row"), "activated");
  gtk_widget_activate_action (self->window, "accounts.back", NULL);
  answer_server_info (self);
  accounts_assert_page (self, UI_TYPE_ACCOUNT_PAGE);
}

/* --- certificate --- */

static void
test_pin (Accounts     *self,
          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "lib", "self-signed.pem", NULL);
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (XmppCertificate) certificate = NULL;
  gpointer page;

  g_assert_no_error (error);
  certificate = xmpp_certificate_new (tls, G_TLS_CERTIFICATE_UNKNOWN_CA, "montague.example");
  accounts_open (self);
  page = accounts_page (self);
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "pin_group")));
  chat_account_trust (self->chat.account, certificate);
  g_assert_true (gtk_widget_get_visible (ui_find_named (page, "pin_group")));
  g_assert_cmpuint (strlen (fact (page, "pin")), ==, 64 + 31);

  g_signal_emit_by_name (ui_find_named (page, "forget_row"), "activated");
  accounts_respond (self, "_Cancel");
  g_assert_nonnull (chat_account_get_pin (self->chat.account));
  g_signal_emit_by_name (ui_find_named (page, "forget_row"), "activated");
  accounts_respond (self, "_Forget");
  g_assert_null (chat_account_get_pin (self->chat.account));
  g_assert_false (gtk_widget_get_visible (ui_find_named (page, "pin_group")));
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  g_test_add ("/account-page/name", Accounts, NULL, accounts_set_up, test_name, accounts_tear_down);
  g_test_add ("/account-page/colour", Accounts, NULL, accounts_set_up, test_colour, accounts_tear_down);
  g_test_add ("/account-page/options", Accounts, NULL, accounts_set_up, test_options, accounts_tear_down);
  g_test_add ("/account-page/remedy", Accounts, NULL, accounts_set_up, test_remedy, accounts_tear_down);
  g_test_add ("/account-page/exposure", Accounts, NULL, accounts_set_up, test_exposure, accounts_tear_down);
  g_test_add ("/account-page/asks-password", Accounts, NULL, accounts_set_up, test_asks_password, accounts_tear_down);
  g_test_add ("/account-page/change-password", Accounts, NULL, accounts_set_up, test_change_password,
              accounts_tear_down);
  g_test_add ("/account-page/change-password-closed", Accounts, NULL, accounts_set_up, test_change_password_closed,
              accounts_tear_down);
  g_test_add ("/account-page/connection", Accounts, NULL, accounts_set_up, test_connection, accounts_tear_down);
  g_test_add ("/account-page/connection-closed", Accounts, NULL, accounts_set_up, test_connection_closed,
              accounts_tear_down);
  g_test_add ("/account-page/pin", Accounts, NULL, accounts_set_up, test_pin, accounts_tear_down);
  return g_test_run ();
}
