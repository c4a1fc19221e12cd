/* The sign-in page against a fake server: what is checked as one types, the way online, errors in their places. */
#include "chat-account-settings.h"
#include "ui-certificate-dialog.h"
#include "ui-sign-in.h"
#include "ui-test.h"
#include "xmpp-error.h"

typedef struct {
  Chat       chat;
  GtkWidget *window;
  UiSignIn  *page;
  guint      done;
} Fixture;

static void
page_done_cb (Fixture *fixture)
{
  fixture->done++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  chat_set_up (&fixture->chat, NULL);
  chat_load (&fixture->chat);
  fixture->page = UI_SIGN_IN (ui_sign_in_new ());
  ui_sign_in_set_core (fixture->page, fixture->chat.core);
  g_signal_connect_swapped (fixture->page, "done", G_CALLBACK (page_done_cb), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gpointer page = fixture->page;

  g_object_add_weak_pointer (page, &page);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  chat_settle (&fixture->chat);
  g_assert_null (page);
  chat_tear_down (&fixture->chat, NULL);
}

static void
type (Fixture    *fixture,
      const char *entry,
      const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (ui_find_named (fixture->page, entry)), text);
}

static void
assert_typed (Fixture    *fixture,
              const char *entry,
              const char *text)
{
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (ui_find_named (fixture->page, entry))), ==, text);
}

static gboolean
may_sign_in (Fixture *fixture)
{
  return gtk_widget_get_sensitive (ui_find_named (fixture->page, "sign_in"));
}

static void
sign_in (Fixture *fixture)
{
  g_assert_true (may_sign_in (fixture));
  g_signal_emit_by_name (ui_find_named (fixture->page, "sign_in"), "clicked");
}

static void
assert_page (Fixture    *fixture,
             const char *name)
{
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (ui_find_named (fixture->page, "stack"))), ==, name);
}

/* The one entry with a sentence beneath it; (nullable): none. What is seen is also told to a screen reader. */
static void
assert_error (Fixture    *fixture,
              const char *wrong)
{
  static const char *const entries[] = { "address", "password", "server", "port", "resource", "priority" };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autofree char *name = g_strconcat (entries[i], "_note", NULL);
    GtkWidget *note = ui_find_named (fixture->page, name);
    GtkWidget *entry = ui_find_named (fixture->page, entries[i]);
    GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (entry));
    gboolean expected = g_strcmp0 (entries[i], wrong) == 0;

    g_test_message ("%s", entries[i]);
    g_assert_cmpint (gtk_widget_get_visible (note), ==, expected);
    g_assert_cmpint (gtk_widget_has_css_class (entry, "error"), ==, expected);
    if (expected) {
      const char *sentence = gtk_label_get_label (ui_find_named (note, "sentence"));

      g_assert_cmpstr (sentence, !=, "");
      gtk_test_accessible_assert_state (text, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
      gtk_test_accessible_assert_property (text, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence);
      g_assert_true (gtk_widget_has_focus (GTK_WIDGET (text))
                     || gtk_window_get_focus (GTK_WINDOW (fixture->window)) == GTK_WIDGET (text));
    }
  }
}

static guint
count_accounts (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (chat_core_get_accounts (fixture->chat.core)));
}

static void
test_address (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct {
    const char *text;
    gboolean    valid;
  } cases[] = {
    { "", FALSE },
    { "romeo", FALSE },
    { "romeo@", FALSE },
    { "@montague.example", FALSE },
    { "montague.example", FALSE },
    { "ro meo@montague.example", FALSE },
    { "romeo@monta gue.example", FALSE },
    { "romeo@montague.example", TRUE },
    { "  romeo@montague.example ", TRUE },
    { "romeo@montague.example/orchard", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    type (fixture, "address", cases[i].text);
    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (may_sign_in (fixture), ==, cases[i].valid);
    assert_error (fixture, NULL);
  }

  type (fixture, "address", "romeo@");
  g_signal_emit_by_name (ui_find_named (fixture->page, "address"), "entry-activated");
  assert_error (fixture, "address");
  type (fixture, "address", "romeo@m");
  assert_error (fixture, NULL);
}

static void
test_nothing_to_send (Fixture       *fixture,
                      gconstpointer  data)
{
  type (fixture, "address", OWN);
  sign_in (fixture);
  assert_error (fixture, "password");
  type (fixture, "password", FAKE_PASSWORD);
  assert_error (fixture, NULL);

  type (fixture, "port", "65536");
  sign_in (fixture);
  assert_error (fixture, "port");
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (ui_find_named (fixture->page, "expander"))));
  assert_page (fixture, "ready");
  fake_server_expect_nothing (fixture->chat.server);
}

static void
test_success (Fixture       *fixture,
              gconstpointer  data)
{
  type (fixture, "address", OWN "/orchard");
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  assert_page (fixture, "busy");
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
  g_assert_cmpuint (count_accounts (fixture), ==, 1);
  assert_typed (fixture, "password", "");
}

/* What is typed next takes the place of all that is there, and goes on doing so while the page comes to rest. */
static void
assert_selected (Fixture    *fixture,
                 const char *entry)
{
  GtkEditable *editable = GTK_EDITABLE (ui_find_named (fixture->page, entry));
  int start, end;

  g_assert_true (gtk_editable_get_selection_bounds (editable, &start, &end));
  g_assert_cmpint (start, ==, 0);
  g_assert_cmpint (end, ==, (int) g_utf8_strlen (gtk_editable_get_text (editable), -1));
}

static void
test_wrong_password (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *mechanisms = fake_server_mechanisms (fixture->chat.server);

  type (fixture, "address", OWN);
  type (fixture, "password", "What's in a name?");
  sign_in (fixture);
  fake_server_open (fixture->chat.server, mechanisms);
  g_assert_false (fake_server_authenticate (fixture->chat.server));
  chat_settle (&fixture->chat);

  assert_page (fixture, "ready");
  assert_error (fixture, "password");
  assert_typed (fixture, "address", OWN);
  assert_typed (fixture, "password", "What's in a name?");
  assert_selected (fixture, "password");
  g_assert_cmpuint (fixture->done, ==, 0);
  g_assert_cmpuint (count_accounts (fixture), ==, 0);

  /* And right at the second attempt. */
  chat_new_server (&fixture->chat);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  assert_page (fixture, "busy");
  g_signal_emit_by_name (ui_find_named (fixture->page, "cancel"), "clicked");
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");
  assert_error (fixture, NULL);
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->page, "general_sentence")));
  assert_typed (fixture, "address", OWN);
  assert_typed (fixture, "password", FAKE_PASSWORD);
  g_assert_cmpuint (count_accounts (fixture), ==, 0);
}

static void
test_hung_up (Fixture       *fixture,
              gconstpointer  data)
{
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");
  assert_error (fixture, NULL);
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->page, "general_sentence")));
}

/* Closing the window over a page that is busy ends the attempt: tear_down() finds what is left. */
static void
test_closed_while_busy (Fixture       *fixture,
                        gconstpointer  data)
{
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  assert_page (fixture, "busy");
}

static void
test_password_only (Fixture       *fixture,
                    gconstpointer  data)
{
  chat_prepare (&fixture->chat);
  ui_sign_in_set_account (fixture->page, fixture->chat.account);
  assert_typed (fixture, "address", OWN);
  g_assert_false (gtk_widget_get_sensitive (ui_find_named (fixture->page, "address")));
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->page, "options")));
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
}

/* --- certificates --- */

static XmppCertificate *
new_certificate (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "lib", "self-signed.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return xmpp_certificate_new (certificate, G_TLS_CERTIFICATE_UNKNOWN_CA, "montague.example");
}

/* Lets nobody through but who trusts that certificate, with what is wrong with it. */
static GError *
refuse_unpinned (const XmppLogin *login)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ();

  if (g_strcmp0 (login->pin, certificate->sha256) == 0 && login->pin_errors == certificate->errors)
    return NULL;
  return xmpp_error_new_certificate (certificate, "not proven");
}

static gpointer
open_certificate_dialog (Fixture *fixture)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->page, "show_certificate")));
  ui_click (ui_find_named (fixture->page, "show_certificate"));
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (UI_IS_CERTIFICATE_DIALOG (window))
      return window;
  }
  g_assert_not_reached ();
}

static void
test_certificate (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ();
  gpointer dialog;

  chat_set_gate (&fixture->chat, refuse_unpinned);
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");
  assert_error (fixture, NULL);
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->page, "general_sentence")));

  /* To look is not to trust. */
  dialog = open_certificate_dialog (fixture);
  gtk_window_close (dialog);
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");
  fake_server_expect_nothing (fixture->chat.server);

  dialog = open_certificate_dialog (fixture);
  g_signal_emit_by_name (dialog, "trusted");
  gtk_window_close (dialog);
  assert_page (fixture, "busy");
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
  chat_load (&fixture->chat);
  g_assert_cmpstr (chat_account_get_pin (fixture->chat.account), ==, certificate->sha256);
}

/* What was trusted for one address says nothing about another one. */
static void
test_certificate_of_another (Fixture       *fixture,
                             gconstpointer  data)
{
  gpointer dialog;

  chat_set_gate (&fixture->chat, refuse_unpinned);
  type (fixture, "address", "benvolio@montague.example");
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_settle (&fixture->chat);
  dialog = open_certificate_dialog (fixture);
  chat_set_gate (&fixture->chat, NULL);
  g_clear_pointer (&fixture->chat.server, fake_server_free);
  chat_new_server (&fixture->chat);
  fake_server_hang_up (fixture->chat.server);
  g_signal_emit_by_name (dialog, "trusted");
  gtk_window_close (dialog);
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");

  chat_set_gate (&fixture->chat, refuse_unpinned);
  type (fixture, "address", OWN);
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->page, "show_certificate")));
  sign_in (fixture);
  chat_settle (&fixture->chat);
  g_assert_true (gtk_widget_get_visible (ui_find_named (fixture->page, "show_certificate")));
  g_assert_cmpuint (fixture->done, ==, 0);
}

/* That it is trusted makes the account try again by itself; the page gives that up for an attempt of its own. */
static GError *
refuse_unpinned_and_first (const XmppLogin *login)
{
  static gboolean is_second;
  GError *error = refuse_unpinned (login);

  if (error != NULL)
    return error;
  is_second = !is_second;
  return is_second ? g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, "given up") : NULL;
}

/* An account of the list whose server shows another certificate all at once. */
static void
test_certificate_of_known (Fixture       *fixture,
                           gconstpointer  data)
{
  gpointer dialog;

  chat_sign_in (&fixture->chat);
  chat_set_gate (&fixture->chat, refuse_unpinned_and_first);
  fake_server_hang_up (fixture->chat.server);
  chat_settle (&fixture->chat);
  chat_account_try_now (fixture->chat.account);
  chat_settle (&fixture->chat);
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_STUCK);
  ui_sign_in_set_account (fixture->page, fixture->chat.account);
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_settle (&fixture->chat);
  assert_page (fixture, "ready");
  g_assert_null (chat_account_get_pin (fixture->chat.account));

  dialog = open_certificate_dialog (fixture);
  chat_new_server (&fixture->chat);
  g_signal_emit_by_name (dialog, "trusted");
  gtk_window_close (dialog);
  chat_play_login (&fixture->chat, NULL);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
  g_assert_nonnull (chat_account_get_pin (fixture->chat.account));
  chat_assert_state (&fixture->chat, CHAT_ACCOUNT_ONLINE);
}

/* --- the rest of the form --- */

static GError *
refuse_all (const XmppLogin *login)
{
  return g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, "nobody is there");
}

static void
test_server_by_hand (Fixture       *fixture,
                     gconstpointer  data)
{
  const char *sentence;

  chat_set_gate (&fixture->chat, refuse_all);
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  type (fixture, "server", "vault.capulet.example");
  sign_in (fixture);
  chat_settle (&fixture->chat);
  assert_error (fixture, "server");
  sentence = gtk_label_get_label (ui_find_named (ui_find_named (fixture->page, "server_note"), "sentence"));
  g_assert_nonnull (strstr (sentence, "vault.capulet.example"));
}

static void
test_not_remembered (Fixture       *fixture,
                     gconstpointer  data)
{
  type (fixture, "address", OWN);
  type (fixture, "password", FAKE_PASSWORD);
  gtk_switch_set_active (ui_find_named (fixture->page, "remember"), FALSE);
  sign_in (fixture);
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
  g_assert_null (memory_secrets_get (fixture->chat.secrets, OWN));
}

static GtkWidget *
find_shown_button (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_shown_button (child);
  return found;
}

/* The button that shows the password is called what it does. */
static void
test_eye (Fixture       *fixture,
          gconstpointer  data)
{
  GtkWidget *eye = find_shown_button (ui_find_named (fixture->page, "password"));

  g_assert_nonnull (eye);
  gtk_test_accessible_assert_property (eye, GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_widget_get_tooltip_text (eye));
  g_signal_emit_by_name (eye, "clicked");
  gtk_test_accessible_assert_property (eye, GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_widget_get_tooltip_text (eye));
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  g_test_add ("/sign-in/address", Fixture, NULL, set_up, test_address, tear_down);
  g_test_add ("/sign-in/nothing-to-send", Fixture, NULL, set_up, test_nothing_to_send, tear_down);
  g_test_add ("/sign-in/success", Fixture, NULL, set_up, test_success, tear_down);
  g_test_add ("/sign-in/wrong-password", Fixture, NULL, set_up, test_wrong_password, tear_down);
  g_test_add ("/sign-in/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/sign-in/hung-up", Fixture, NULL, set_up, test_hung_up, tear_down);
  g_test_add ("/sign-in/closed-while-busy", Fixture, NULL, set_up, test_closed_while_busy, tear_down);
  g_test_add ("/sign-in/password-only", Fixture, NULL, set_up, test_password_only, tear_down);
  g_test_add ("/sign-in/certificate", Fixture, NULL, set_up, test_certificate, tear_down);
  g_test_add ("/sign-in/certificate-of-another", Fixture, NULL, set_up, test_certificate_of_another, tear_down);
  g_test_add ("/sign-in/certificate-of-known", Fixture, NULL, set_up, test_certificate_of_known, tear_down);
  g_test_add ("/sign-in/server-by-hand", Fixture, NULL, set_up, test_server_by_hand, tear_down);
  g_test_add ("/sign-in/not-remembered", Fixture, NULL, set_up, test_not_remembered, tear_down);
  g_test_add ("/sign-in/eye", Fixture, NULL, set_up, test_eye, tear_down);
  return g_test_run ();
}
