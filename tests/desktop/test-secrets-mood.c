/* What a keyring that is absent, locked, unwilling or gone makes of a look-up, of keeping and of forgetting. */
#include <libsecret/secret.h>

#include "desktop-secrets.h"
#include "mock-keyring.h"

#define ROMEO "romeo@montague.example"

static GTestDBus *bus;

typedef struct {
  char     *password;   /* (owned, nullable) */
  GError   *error;      /* (owned, nullable) */
  gboolean  done;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->password, desktop_secrets_wipe);
  g_clear_error (&answer->error);
  answer->done = FALSE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
wait_for (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
lookup_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->password = desktop_secrets_lookup_finish (DESKTOP_SECRETS (source), result, &answer->error);
  answer->done = TRUE;
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  desktop_secrets_store_finish (DESKTOP_SECRETS (source), result, &answer->error);
  answer->done = TRUE;
}

static void
clear_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  desktop_secrets_clear_finish (DESKTOP_SECRETS (source), result, &answer->error);
  answer->done = TRUE;
}

static void
look_up (Answer *answer)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();

  answer_clear (answer);
  desktop_secrets_lookup_async (secrets, ROMEO, NULL, lookup_cb, answer);
  wait_for (answer);
}

static void
keep (Answer *answer, const char *password)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();

  answer_clear (answer);
  desktop_secrets_store_async (secrets, ROMEO, password, NULL, store_cb, answer);
  wait_for (answer);
  g_assert_true (answer->error == NULL || strstr (answer->error->message, password) == NULL);
}

static void
forget (Answer *answer)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();

  answer_clear (answer);
  desktop_secrets_clear_async (secrets, ROMEO, NULL, clear_cb, answer);
  wait_for (answer);
}

/* libsecret remembers the service it has talked to. */
static MockKeyring *
begin (MockMood mood)
{
  secret_service_disconnect ();
  return mock_keyring_new (g_test_dbus_get_bus_address (bus), mood);
}

static void
test_absent (void)
{
  g_auto (Answer) answer = { 0 };

  secret_service_disconnect ();
  look_up (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  keep (&answer, "wherefore");
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  forget (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
}

/* What the others are measured by: the same one, when it is well. */
static void
test_open (gconstpointer mood)
{
  g_autoptr (MockKeyring) keyring = begin (GPOINTER_TO_INT (mood));
  g_auto (Answer) answer = { 0 };

  look_up (&answer);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.password, ==, "a rose");
  keep (&answer, "wherefore");
  g_assert_no_error (answer.error);
  g_assert_cmpstr (mock_keyring_get_password (keyring), ==, "wherefore");
  forget (&answer);
  g_assert_no_error (answer.error);
  g_assert_null (mock_keyring_get_password (keyring));
  look_up (&answer);
  g_assert_no_error (answer.error);
  g_assert_null (answer.password);
}

static void
test_keep_unlocks (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_UNLOCKED);
  g_auto (Answer) answer = { 0 };

  keep (&answer, "wherefore");
  g_assert_no_error (answer.error);
  g_assert_cmpstr (mock_keyring_get_password (keyring), ==, "wherefore");
}

static void
test_forget_unlocks (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_UNLOCKED);
  g_auto (Answer) answer = { 0 };

  forget (&answer);
  g_assert_no_error (answer.error);
  g_assert_null (mock_keyring_get_password (keyring));
}

static void
test_locked (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_DISMISSED);
  g_auto (Answer) answer = { 0 };

  look_up (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  keep (&answer, "wherefore");
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  forget (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_LOCKED);
  g_assert_cmpstr (mock_keyring_get_password (keyring), ==, "a rose");
}

static void
test_refused (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_REFUSING);
  g_auto (Answer) answer = { 0 };

  look_up (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_REFUSED);
  keep (&answer, "wherefore");
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_REFUSED);
  forget (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_REFUSED);
}

static void
test_vanished (gconstpointer mood)
{
  static void (*const acts[]) (Answer *) = { look_up, forget };

  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++) {
    g_autoptr (MockKeyring) keyring = begin (GPOINTER_TO_INT (mood));
    g_auto (Answer) answer = { 0 };

    acts[i] (&answer);
    g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED);
    g_assert_null (answer.password);
  }
}

static void
test_vanished_keeping (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_LEAVING);
  g_auto (Answer) answer = { 0 };

  keep (&answer, "wherefore");
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED);
}

static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return strstr (message, "g_task_return_error: assertion 'error != NULL'") == NULL;
}

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  if (is_fatal (domain, level, message, NULL))
    g_log_default_handler (domain, level, message, NULL);
  else
    ++*(guint *) user_data;
}

/* libsecret complains of itself there, sooner or later, and forgets the call. */
static void
test_vanished_at_prompt (void)
{
  guint n = 0;
  guint handler = g_log_set_handler ("GLib-GIO", G_LOG_LEVEL_CRITICAL | G_LOG_FLAG_FATAL, log_cb, &n);

  g_test_log_set_fatal_handler (is_fatal, NULL);
  test_vanished (GINT_TO_POINTER (MOCK_LEAVING_AT_PROMPT));
  while (n < 2)
    g_main_context_iteration (NULL, TRUE);
  g_log_remove_handler ("GLib-GIO", handler);
}

/* Trying again asks whoever is there then. */
static void
test_back (void)
{
  g_autoptr (MockKeyring) keyring = begin (MOCK_LEAVING);
  g_auto (Answer) answer = { 0 };

  look_up (&answer);
  g_assert_error (answer.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED);
  g_clear_pointer (&keyring, mock_keyring_free);
  keyring = mock_keyring_new (g_test_dbus_get_bus_address (bus), MOCK_OPEN);
  look_up (&answer);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.password, ==, "a rose");
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  g_test_add_func ("/secrets/mood/absent", test_absent);
  g_test_add_data_func ("/secrets/mood/open", GINT_TO_POINTER (MOCK_OPEN), test_open);
  g_test_add_data_func ("/secrets/mood/unlocked", GINT_TO_POINTER (MOCK_UNLOCKED), test_open);
  g_test_add_func ("/secrets/mood/unlocked/keep", test_keep_unlocks);
  g_test_add_func ("/secrets/mood/unlocked/forget", test_forget_unlocks);
  g_test_add_func ("/secrets/mood/locked", test_locked);
  g_test_add_func ("/secrets/mood/refused", test_refused);
  g_test_add_data_func ("/secrets/mood/vanished", GINT_TO_POINTER (MOCK_LEAVING), test_vanished);
  g_test_add_func ("/secrets/mood/vanished/keeping", test_vanished_keeping);
  g_test_add_func ("/secrets/mood/vanished/at-prompt", test_vanished_at_prompt);
  g_test_add_func ("/secrets/mood/back", test_back);
  status = g_test_run ();
  secret_service_disconnect ();
  /* Not down, not freed: that waits for the end of a connection which libsecret has forgotten. */
  g_test_dbus_stop (bus);
  return status;
}
