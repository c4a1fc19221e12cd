/* Passwords in a real Secret Service: kept, replaced, told apart, forgotten; and what is said when there is none. */
#include <libsecret/secret.h>

#include "desktop-secrets.h"

#define ROMEO "romeo@montague.example"
#define JULIET "juliet@capulet.example"

typedef struct {
  gboolean  done;
  char     *password;
  GError   *error;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->password, desktop_secrets_wipe);
  g_clear_error (&answer->error);
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

  g_assert_cmpint (desktop_secrets_store_finish (DESKTOP_SECRETS (source), result, &answer->error), ==,
                   answer->error == NULL);
  answer->done = TRUE;
}

static void
clear_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  g_assert_cmpint (desktop_secrets_clear_finish (DESKTOP_SECRETS (source), result, &answer->error), ==,
                   answer->error == NULL);
  answer->done = TRUE;
}

static void
assert_kept (DesktopSecrets *secrets, const char *account, const char *expected)
{
  g_auto (Answer) answer = { 0 };

  desktop_secrets_lookup_async (secrets, account, NULL, lookup_cb, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (answer.password, ==, expected);
}

static void
keep (DesktopSecrets *secrets, const char *account, const char *password)
{
  g_auto (Answer) answer = { 0 };

  desktop_secrets_store_async (secrets, account, password, NULL, store_cb, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
}

static void
forget (DesktopSecrets *secrets, const char *account)
{
  g_auto (Answer) answer = { 0 };

  desktop_secrets_clear_async (secrets, account, NULL, clear_cb, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
}

static void
test_kept (void)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();
  g_autofree char *wall = g_strnfill (1024, 'x');

  assert_kept (secrets, ROMEO, NULL);
  keep (secrets, ROMEO, "a rose by any other name");
  keep (secrets, JULIET, "wherefore art thou");
  assert_kept (secrets, ROMEO, "a rose by any other name");
  assert_kept (secrets, JULIET, "wherefore art thou");

  keep (secrets, ROMEO, "Röslein 🌹");
  assert_kept (secrets, ROMEO, "Röslein 🌹");
  keep (secrets, ROMEO, wall);
  assert_kept (secrets, ROMEO, wall);
  assert_kept (secrets, "ROMEO@montague.example", NULL);

  forget (secrets, ROMEO);
  assert_kept (secrets, ROMEO, NULL);
  assert_kept (secrets, JULIET, "wherefore art thou");
  forget (secrets, ROMEO);
  forget (secrets, JULIET);
}

/* What everybody who looks into the keyring reads without unlocking anything. */
static void
test_label (void)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) attributes = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GError) error = NULL;
  GList *items;

  keep (secrets, ROMEO, "a rose");
  g_hash_table_insert (wanted, (gpointer) "account", (gpointer) ROMEO);
  items = secret_service_search_sync (NULL, NULL, wanted, SECRET_SEARCH_ALL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_length (items), ==, 1);

  label = secret_item_get_label (items->data);
  g_assert_cmpstr (label, ==, "Linnet password of " ROMEO);
  attributes = secret_item_get_attributes (items->data);
  g_assert_cmpuint (g_hash_table_size (attributes), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (attributes, "account"), ==, ROMEO);
  g_assert_cmpstr (g_hash_table_lookup (attributes, "xdg:schema"), ==, "im.linnet.Password");

  g_list_free_full (items, g_object_unref);
  forget (secrets, ROMEO);
  secret_service_disconnect ();
}

static void
test_cancelled (void)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) looked = { 0 };
  g_auto (Answer) kept = { 0 };
  g_auto (Answer) forgotten = { 0 };

  desktop_secrets_lookup_async (secrets, ROMEO, cancellable, lookup_cb, &looked);
  desktop_secrets_store_async (secrets, ROMEO, "a rose", cancellable, store_cb, &kept);
  desktop_secrets_clear_async (secrets, ROMEO, cancellable, clear_cb, &forgotten);
  g_cancellable_cancel (cancellable);
  wait_for (&looked);
  wait_for (&kept);
  wait_for (&forgotten);
  g_assert_error (looked.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (kept.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (forgotten.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_absent (void)
{
  g_autoptr (DesktopSecrets) secrets = desktop_secrets_new_keyring ();
  g_auto (Answer) looked = { 0 };
  g_auto (Answer) kept = { 0 };
  g_auto (Answer) forgotten = { 0 };

  desktop_secrets_lookup_async (secrets, ROMEO, NULL, lookup_cb, &looked);
  wait_for (&looked);
  g_assert_error (looked.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  g_assert_null (looked.password);
  desktop_secrets_store_async (secrets, ROMEO, "a rose", NULL, store_cb, &kept);
  wait_for (&kept);
  g_assert_error (kept.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
  g_assert_null (strstr (kept.error->message, "rose"));
  desktop_secrets_clear_async (secrets, ROMEO, NULL, clear_cb, &forgotten);
  wait_for (&forgotten);
  g_assert_error (forgotten.error, DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_ABSENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/keyring/kept", test_kept);
  g_test_add_func ("/secrets/keyring/label", test_label);
  g_test_add_func ("/secrets/keyring/cancelled", test_cancelled);
  g_test_add_func ("/secrets/absent", test_absent);
  return g_test_run ();
}
