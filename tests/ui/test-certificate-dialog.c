/* A certificate that proves nothing: what is shown of it, and that nobody trusts one by mistake. */
#include "ui-test.h"

#include "chat-account-settings.h"
#include "ui-account-actions.h"
#include "ui-certificate-dialog.h"
#include "ui-certificate-view.h"
#include "xmpp-error.h"

#define UNKNOWN G_TLS_CERTIFICATE_UNKNOWN_CA

static XmppCertificate *
new_certificate (const char *name, GTlsCertificateFlags errors)
{
  g_autofree char *file = g_strconcat (name, ".pem", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "lib", file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return xmpp_certificate_new (certificate, errors, "montague.example");
}

static const char *
label (gpointer widget, const char *name)
{
  return gtk_label_get_label (ui_find_named (widget, name));
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

/* --- the view --- */

static void
test_view (void)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", UNKNOWN);
  g_autoptr (GtkWidget) view = g_object_ref_sink (ui_certificate_view_new ());
  g_autofree char *sha256 = fake_sha256 ("self-signed");
  g_autofree char *fingerprint = ui_certificate_fingerprint (sha256);

  ui_certificate_view_set_certificate (UI_CERTIFICATE_VIEW (view), certificate);
  g_assert_nonnull (strstr (label (view, "subject"), "Tests' self-signed server"));
  g_assert_nonnull (strstr (label (view, "issuer"), "Tests' self-signed server"));
  g_assert_cmpstr (label (view, "names"), ==, "montague.example\ncapulet.example");
  g_assert_true (g_str_has_prefix (label (view, "not_before"), "1 January 2020 ("));
  g_assert_true (g_str_has_suffix (label (view, "not_before"), "years ago)"));
  g_assert_nonnull (strstr (label (view, "not_after"), "December 2099 (in "));
  g_assert_cmpstr (label (view, "fingerprint"), ==, fingerprint);
  g_assert_cmpuint (strlen (fingerprint), ==, 32 * 3 - 1);
  g_assert_cmpuint (count_children (ui_find_named (view, "faults")), ==, 1);
  g_assert_true (gtk_label_get_selectable (ui_find_named (view, "fingerprint")));
}

/* One sentence for each thing that is wrong, and one where nothing is. */
static void
test_faults (void)
{
  static const GTlsCertificateFlags flags[] = {
    G_TLS_CERTIFICATE_UNKNOWN_CA, G_TLS_CERTIFICATE_BAD_IDENTITY, G_TLS_CERTIFICATE_NOT_ACTIVATED,
    G_TLS_CERTIFICATE_EXPIRED,    G_TLS_CERTIFICATE_REVOKED,      G_TLS_CERTIFICATE_INSECURE,
    G_TLS_CERTIFICATE_GENERIC_ERROR, 0,
  };
  g_autoptr (GtkWidget) view = g_object_ref_sink (ui_certificate_view_new ());
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (XmppCertificate) all = new_certificate ("self-signed", G_TLS_CERTIFICATE_VALIDATE_ALL);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", flags[i]);
    GtkWidget *faults = ui_find_named (view, "faults");

    ui_certificate_view_set_certificate (UI_CERTIFICATE_VIEW (view), certificate);
    g_assert_cmpuint (count_children (faults), ==, 1);
    g_assert_null (strchr (gtk_label_get_label (ui_find (faults, GTK_TYPE_LABEL)), '{'));
    g_assert_true (g_hash_table_add (seen, g_strdup (gtk_label_get_label (ui_find (faults, GTK_TYPE_LABEL)))));
  }
  g_assert_true (g_hash_table_contains (seen, "It does not list montague.example among its names."));
  ui_certificate_view_set_certificate (UI_CERTIFICATE_VIEW (view), all);
  g_assert_cmpuint (count_children (ui_find_named (view, "faults")), ==, G_N_ELEMENTS (flags) - 1);
}

/* It may say anything of itself: it is text, in its own direction, and not at any length. */
static void
test_hostile (void)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ("hostile", UNKNOWN);
  g_autoptr (GtkWidget) view = g_object_ref_sink (ui_certificate_view_new ());
  g_auto (GStrv) lines = NULL;

  ui_certificate_view_set_certificate (UI_CERTIFICATE_VIEW (view), certificate);
  g_assert_null (strstr (label (view, "subject"), "\342\200\256"));
  lines = g_strsplit (label (view, "names"), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 21);
  g_assert_cmpstr (lines[0], !=, "montague.example");
  g_assert_true (g_str_has_prefix (lines[20], "and "));
  g_assert_false (gtk_label_get_use_markup (ui_find_named (view, "subject")));
  g_assert_false (gtk_label_get_use_markup (ui_find_named (view, "names")));
}

/* --- the dialog --- */

typedef struct {
  GtkWidget *dialog;   /* (nullable) gone once it is closed */
  guint      trusted;
} Question;

static void
trusted_cb (Question *question)
{
  question->trusted++;
}

static void
open_dialog (Question *question, XmppCertificate *certificate, const char *pin)
{
  question->trusted = 0;
  question->dialog = ui_certificate_dialog_new (NULL, certificate, pin);
  g_object_add_weak_pointer (G_OBJECT (question->dialog), (gpointer *) &question->dialog);
  g_signal_connect_swapped (question->dialog, "trusted", G_CALLBACK (trusted_cb), question);
  gtk_window_present (GTK_WINDOW (question->dialog));
  fake_settle ();
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
expect_gone (Question *question)
{
  fake_wait_until (is_gone, &question->dialog, "the dialog to close");
}

/* What Return does: first it asks the widget with the focus, and then the window. */
static void
press_return (Question *question)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (question->dialog));

  if (GTK_IS_BUTTON (focus) || GTK_IS_CHECK_BUTTON (focus))
    gtk_widget_activate (focus);
  else
    g_signal_emit_by_name (question->dialog, "activate-default");
}

static void
test_return_trusts_nothing (void)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", UNKNOWN);
  Question question;

  open_dialog (&question, certificate, NULL);
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (question.dialog)) == ui_find_named (question.dialog, "cancel"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (question.dialog)) == ui_find_named (question.dialog, "cancel"));
  g_assert_false (gtk_widget_is_sensitive (ui_find_named (question.dialog, "trust")));
  press_return (&question);
  expect_gone (&question);
  g_assert_cmpuint (question.trusted, ==, 0);

  /* Not even after the tick. */
  open_dialog (&question, certificate, NULL);
  gtk_check_button_set_active (ui_find_named (question.dialog, "compared"), TRUE);
  g_assert_true (gtk_widget_is_sensitive (ui_find_named (question.dialog, "trust")));
  g_signal_emit_by_name (question.dialog, "activate-default");
  expect_gone (&question);
  g_assert_cmpuint (question.trusted, ==, 0);
}

static void
test_closing_trusts_nothing (void)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", UNKNOWN);
  Question question;

  open_dialog (&question, certificate, NULL);
  gtk_widget_activate_action (question.dialog, "window.close", NULL);
  expect_gone (&question);
  g_assert_cmpuint (question.trusted, ==, 0);
}

static void
test_trust (void)
{
  g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", UNKNOWN);
  GtkCheckButton *compared;
  Question question;

  open_dialog (&question, certificate, NULL);
  compared = ui_find_named (question.dialog, "compared");
  gtk_check_button_set_active (compared, TRUE);
  gtk_check_button_set_active (compared, FALSE);
  g_assert_false (gtk_widget_is_sensitive (ui_find_named (question.dialog, "trust")));
  gtk_check_button_set_active (compared, TRUE);
  ui_click (ui_find_named (question.dialog, "trust"));
  expect_gone (&question);
  g_assert_cmpuint (question.trusted, ==, 1);
}

/* What is asked depends on what was trusted before. */
static void
test_reasons (void)
{
  g_autofree char *own = fake_sha256 ("self-signed");
  g_autofree char *other = fake_sha256 ("self-signed-other");
  const struct {
    const char           *pin, *heading, *explanation;
    GTlsCertificateFlags  errors;
    gboolean              compares;
  } cases[] = {
    { NULL, "could not prove that it is montague.example", "without an authority", UNKNOWN, FALSE },
    { other, "certificate of montague.example has changed", "not the one that you trusted", UNKNOWN, TRUE },
    { other, "certificate of montague.example has changed", "authorities that this computer trusts vouch", 0, TRUE },
    { own, "has expired", "its time is over", UNKNOWN | G_TLS_CERTIFICATE_EXPIRED, FALSE },
    { own, "Something is wrong", "was not when you trusted it", UNKNOWN | G_TLS_CERTIFICATE_REVOKED, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (XmppCertificate) certificate = new_certificate ("self-signed", cases[i].errors);
    Question question;

    open_dialog (&question, certificate, cases[i].pin);
    g_assert_nonnull (strstr (label (question.dialog, "heading"), cases[i].heading));
    g_assert_nonnull (strstr (label (question.dialog, "explanation"), cases[i].explanation));
    g_assert_nonnull (strstr (label (question.dialog, "explanation"), "Nothing was sent"));
    g_assert_cmpint (ui_is_visible (question.dialog, "before"), ==, cases[i].compares);
    if (cases[i].compares) {
      g_autofree char *before = ui_certificate_fingerprint (cases[i].pin);
      g_autofree char *now = ui_certificate_fingerprint (own);

      g_assert_cmpstr (label (question.dialog, "before_fingerprint"), ==, before);
      g_assert_cmpstr (label (question.dialog, "now_fingerprint"), ==, now);
      g_assert_cmpstr (before, !=, now);
    }
    gtk_window_close (GTK_WINDOW (question.dialog));
    expect_gone (&question);
  }
}

/* --- the whole way: an account that is stuck, the action, the tick, the pin --- */

static XmppCertificate *shown;   /* what the server shows at the gate */

/* As the session does it: what is pinned, and is no worse than it was, passes. */
static GError *
gate (const XmppLogin *login)
{
  if (g_strcmp0 (login->pin, shown->sha256) == 0 && (shown->errors & ~login->pin_errors) == 0)
    return NULL;
  return login->pin == NULL && shown->errors == 0 ? NULL : xmpp_error_new_certificate (shown, "xyzzy");
}

/* One for all tests: it is known on the session's bus until the program ends. */
static GtkApplication *application;

typedef struct {
  Chat       chat;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  chat_set_up (&self->chat, NULL);
  chat_sign_in (&self->chat);
  self->window = gtk_application_window_new (application);
  gtk_window_present (GTK_WINDOW (self->window));
  ui_account_actions_add (application, self->chat.core);
  shown = new_certificate ("self-signed", UNKNOWN);
  chat_set_gate (&self->chat, gate);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  ui_account_actions_remove (application);
  gtk_window_destroy (GTK_WINDOW (self->window));
  chat_settle (&self->chat);
  chat_tear_down (&self->chat, NULL);
  g_clear_pointer (&shown, xmpp_certificate_unref);
}

static void
get_stuck (Fixture *self)
{
  if (chat_account_get_state (self->chat.account) == CHAT_ACCOUNT_ONLINE)
    fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  chat_new_server (&self->chat);
  chat_account_try_now (self->chat.account);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_STUCK);
}

static void
activate (Fixture *self, const char *action, const char *address)
{
  g_action_group_activate_action (G_ACTION_GROUP (application), action, g_variant_new_string (address));
  fake_settle ();
}

/* (nullable) */
static GtkWidget *
find_dialog (Fixture *self)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (UI_IS_CERTIFICATE_DIALOG (l->data))
      return l->data;
  return NULL;
}

static void
trust (Fixture *self)
{
  GtkWidget *dialog = find_dialog (self);

  gtk_check_button_set_active (ui_find_named (dialog, "compared"), TRUE);
  ui_click (ui_find_named (dialog, "trust"));
  chat_settle (&self->chat);
  g_assert_null (find_dialog (self));
}

static void
test_pins (Fixture *self, gconstpointer data)
{
  g_autofree char *sha256 = fake_sha256 ("self-signed");
  g_autofree char *other = fake_sha256 ("self-signed-other");
  GtkWidget *dialog;

  activate (self, "show-certificate", OWN);
  g_assert_null (find_dialog (self));
  get_stuck (self);
  activate (self, "show-certificate", "nobody@verona.example");
  activate (self, "show-certificate", "not an address@@");
  g_assert_null (find_dialog (self));

  activate (self, "show-certificate", OWN);
  dialog = find_dialog (self);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (dialog)) == GTK_WINDOW (self->window));
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (dialog)));
  activate (self, "show-certificate", OWN);
  g_assert_true (find_dialog (self) == dialog);
  gtk_window_close (GTK_WINDOW (dialog));
  chat_settle (&self->chat);
  g_assert_null (chat_account_get_pin (self->chat.account));
  chat_assert_state (&self->chat, CHAT_ACCOUNT_STUCK);

  activate (self, "show-certificate", OWN);
  trust (self);
  chat_play_login (&self->chat, NULL);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);
  g_assert_cmpstr (chat_account_get_pin (self->chat.account), ==, sha256);

  /* Another one: it is asked again. */
  xmpp_certificate_unref (shown);
  shown = new_certificate ("self-signed-other", UNKNOWN);
  get_stuck (self);
  activate (self, "show-certificate", OWN);
  g_assert_true (ui_is_visible (find_dialog (self), "before"));
  trust (self);
  chat_play_login (&self->chat, NULL);
  chat_settle (&self->chat);
  g_assert_cmpstr (chat_account_get_pin (self->chat.account), ==, other);

  /* One that authorities vouch for: from then on they are trusted, and nothing is pinned. */
  xmpp_certificate_unref (shown);
  shown = new_certificate ("good", 0);
  get_stuck (self);
  activate (self, "show-certificate", OWN);
  trust (self);
  chat_play_login (&self->chat, NULL);
  chat_settle (&self->chat);
  chat_assert_state (&self->chat, CHAT_ACCOUNT_ONLINE);
  g_assert_null (chat_account_get_pin (self->chat.account));
}

/* With the core goes every question about its accounts. */
static void
test_goes_with_the_core (Fixture *self, gconstpointer data)
{
  get_stuck (self);
  activate (self, "show-certificate", OWN);
  g_assert_nonnull (find_dialog (self));
  ui_account_actions_remove (application);
  g_assert_null (find_dialog (self));
  g_assert_false (g_action_group_has_action (G_ACTION_GROUP (application), "show-certificate"));
  ui_account_actions_remove (application);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  ui_test_init (&argc, &argv);
  application = gtk_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/certificate/view", test_view);
  g_test_add_func ("/certificate/faults", test_faults);
  g_test_add_func ("/certificate/hostile", test_hostile);
  g_test_add_func ("/certificate/return-trusts-nothing", test_return_trusts_nothing);
  g_test_add_func ("/certificate/closing-trusts-nothing", test_closing_trusts_nothing);
  g_test_add_func ("/certificate/trust", test_trust);
  g_test_add_func ("/certificate/reasons", test_reasons);
  g_test_add ("/certificate/pins", Fixture, NULL, set_up, test_pins, tear_down);
  g_test_add ("/certificate/goes-with-the-core", Fixture, NULL, set_up, test_goes_with_the_core, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
