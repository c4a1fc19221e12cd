/* Every error has a sentence of its own, which says who it is about and holds nothing of the machines' words. */
#include "desktop-secrets.h"
#include "store.h"
#include "ui-account-words.h"
#include "ui-errors.h"
#include "ui-show.h"
#include "xmpp-error.h"

/* A sentence is whole, is no other's, and has nothing of the machines in it. */
static void
take (GHashTable *seen,
      char       *sentence)
{
  g_test_message ("%s", sentence);
  g_assert_nonnull (sentence);
  g_assert_true (g_str_has_suffix (sentence, "."));
  g_assert_null (strstr (sentence, "xyzzy"));
  g_assert_null (strchr (sentence, '{'));
  g_assert_null (strchr (sentence, '}'));
  g_assert_null (strstr (sentence, "JID"));
  g_assert_false (g_hash_table_contains (seen, sentence));
  g_hash_table_add (seen, sentence);
}

static void
take_sentence (GHashTable *seen,
               GQuark      domain,
               int         code)
{
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example", NULL);
  g_autoptr (GError) error = g_error_new_literal (domain, code, "xyzzy");
  g_autofree char *nobody = ui_error_sentence (error, NULL);

  g_assert_null (strchr (nobody, '{'));
  take (seen, ui_error_sentence (error, account));
}

/* The last code of each domain: one more must be the sentence for what nobody foresaw. */
static void
test_own_sentences (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const struct {
    GQuark domain;
    int    last;
  } domains[] = {
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NOT_XMPP },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_UNSUPPORTED_VERSION },
    { XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNEXPECTED_REQUEST },
    { STORE_ERROR, STORE_ERROR_NOT_FOUND },
    { XMPP_JID_ERROR, XMPP_JID_ERROR_BAD_RESOURCE },
  };
  g_autoptr (GError) unforeseen = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NXIO, "xyzzy");
  g_autofree char *general = ui_error_sentence (unforeseen, NULL);

  g_hash_table_add (seen, g_strdup (general));
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++) {
    g_autoptr (GError) beyond = NULL;
    g_autofree char *sentence = NULL;

    for (int code = 0; code <= domains[i].last; code++)
      take_sentence (seen, domains[i].domain, code);
    beyond = g_error_new_literal (domains[i].domain, domains[i].last + 1, "xyzzy");
    sentence = ui_error_sentence (beyond, NULL);
    g_assert_cmpstr (sentence, ==, general);
  }
  take_sentence (seen, G_IO_ERROR, G_IO_ERROR_EXISTS);
  take_sentence (seen, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  take_sentence (seen, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

/* What the keyring did not do is another sentence for each reason and each task. */
static void
test_keyring (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example", NULL);
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "xyzzy");
  g_autoptr (GError) beyond = g_error_new_literal (DESKTOP_SECRETS_ERROR, DESKTOP_SECRETS_ERROR_VANISHED + 1, "xyzzy");
  g_autofree char *for_foreign = ui_error_keyring (foreign, UI_KEYRING_KEEP, account);
  g_autofree char *for_beyond = ui_error_keyring (beyond, UI_KEYRING_KEEP, NULL);

  for (int code = DESKTOP_SECRETS_ERROR_ABSENT; code <= DESKTOP_SECRETS_ERROR_VANISHED; code++) {
    g_autoptr (GError) error = g_error_new_literal (DESKTOP_SECRETS_ERROR, code, "xyzzy");
    g_autofree char *plain = ui_error_sentence (error, account);
    char *given = ui_error_keyring (error, UI_KEYRING_GIVE, account);

    g_assert_cmpstr (plain, ==, given);
    take (seen, given);
    take (seen, ui_error_keyring (error, UI_KEYRING_KEEP, account));
    take (seen, ui_error_keyring (error, UI_KEYRING_FORGET, account));
  }
  g_assert_true (g_hash_table_contains (seen, "The keyring is locked. Unlock it and try again, or type the password of "
                                              "romeo@montague.example."));
  g_assert_true (g_hash_table_contains (seen, for_foreign));
  g_assert_null (strchr (for_beyond, '{'));
}

/* XEP-0077 §3.3: what a server says to a new password is not what it says to any other question. */
static void
test_password_change (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example", NULL);
  g_autoptr (GError) offline = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "xyzzy");

  for (int code = 0; code <= XMPP_STANZA_ERROR_UNEXPECTED_REQUEST; code++) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STANZA_ERROR, code, "xyzzy");

    take (seen, ui_error_password_change (error, account));
  }
  take (seen, ui_error_password_change (offline, account));
  g_assert_true (g_hash_table_contains (seen, "You are offline. Go online and try again."));
}

static void
test_store_trouble (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  static const StoreError codes[] = { STORE_ERROR_FULL, STORE_ERROR_BUSY, STORE_ERROR_CORRUPT, STORE_ERROR_FAILED };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GError) error = g_error_new_literal (STORE_ERROR, (int) codes[i], "xyzzy");

    take (seen, ui_error_store_trouble (error));
  }
}

/* Whoever has named a server by hand is told of that one, and of the place where it is named. */
static void
test_by_hand (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example", NULL);
  static const XmppConnectError hosts[] = {
    XMPP_CONNECT_ERROR_LOOKUP, XMPP_CONNECT_ERROR_NAME_UNKNOWN, XMPP_CONNECT_ERROR_UNREACHABLE,
    XMPP_CONNECT_ERROR_NOT_XMPP, XMPP_CONNECT_ERROR_TLS, XMPP_CONNECT_ERROR_TIMEOUT,
  };
  const UiErrorAbout about = { .account = account, .server = "{address}.chat.example" };
  g_autoptr (GError) proof =
      g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, "xyzzy");
  g_autofree char *unproven = ui_error_sentence_about (proof, &about);

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_CONNECT_ERROR, (int) hosts[i], "xyzzy");
    char *sentence = ui_error_sentence_about (error, &about);

    g_test_message ("%s", sentence);
    g_assert_nonnull (strstr (sentence, "\xe2\x81\xa8{address}.chat.example\xe2\x81\xa9"));
    g_assert_null (strstr (sentence, "montague"));
    g_assert_null (strchr (strchr (sentence, '}') + 1, '{'));
    g_assert_true (g_hash_table_add (seen, sentence));
  }
  /* The certificate has to prove the address's domain, whatever was connected to. */
  g_assert_nonnull (strstr (unproven, "it is montague.example"));
}

/* Nobody is asked to try again where Linnet does. */
static void
test_retried (void)
{
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example", NULL);
  const UiErrorAbout about = { .account = account, .retried = TRUE };
  const UiErrorAbout at = { .account = account, .retried = TRUE, .again = "16:55" };

  for (int code = 0; code <= XMPP_STREAM_ERROR_UNSUPPORTED_VERSION; code++) {
    g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, code, "xyzzy");
    g_autofree char *sentence = ui_error_sentence_about (error, &about);

    g_autofree char *timed = ui_error_sentence_about (error, &at);

    g_assert_true (g_str_has_suffix (sentence, " Linnet tries again by itself."));
    g_assert_true (g_str_has_suffix (timed, " Linnet tries again by itself at 16:55."));
    g_assert_null (strstr (sentence, "Try again"));
  }
}

static void
test_names_the_server (void)
{
  g_autoptr (XmppJid) account = xmpp_jid_new ("romeo@montague.example/orchard", NULL);
  g_autoptr (GError) server = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, "");
  g_autoptr (GError) address = g_error_new_literal (XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NO_PASSWORD, "");
  g_autofree char *one = ui_error_sentence (server, account);
  g_autofree char *other = ui_error_sentence (address, account);

  g_assert_nonnull (strstr (one, " montague.example"));
  g_assert_nonnull (strstr (other, "romeo@montague.example."));
  g_assert_null (strstr (other, "orchard"));
}

static void
test_fields (void)
{
  const struct {
    GQuark       domain;
    int          code;
    gboolean     manual;
    UiErrorField field;
  } cases[] = {
    { XMPP_JID_ERROR, XMPP_JID_ERROR_BAD_LOCAL, FALSE, UI_FIELD_ADDRESS },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, FALSE, UI_FIELD_ADDRESS },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NAME_UNKNOWN, TRUE, UI_FIELD_SERVER },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, FALSE, UI_FIELD_NONE },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE, TRUE, UI_FIELD_SERVER },
    { XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CERTIFICATE, TRUE, UI_FIELD_NONE },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_NOT_AUTHORIZED, FALSE, UI_FIELD_PASSWORD },
    { XMPP_AUTH_ERROR, XMPP_AUTH_ERROR_DOWNGRADE, FALSE, UI_FIELD_NONE },
    { G_IO_ERROR, G_IO_ERROR_EXISTS, FALSE, UI_FIELD_ADDRESS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "");

    g_assert_cmpint (ui_error_field (error, cases[i].manual), ==, cases[i].field);
  }
}

/* The reason is a word from the network: only those we know mean anything. */
static void
test_messages (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *none = ui_error_message (NULL, "Juliet");
  g_autofree char *unknown = ui_error_message ("%s%n<b>{name}</b>", "Juliet");
  g_autofree char *hostile = ui_error_message ("forbidden", "{name} %s <b>");

  g_assert_nonnull (strstr (none, "Juliet"));
  g_assert_cmpstr (unknown, ==, none);
  g_assert_nonnull (strstr (hostile, "{name} %s <b>"));
  for (int code = 0; code <= XMPP_STANZA_ERROR_UNEXPECTED_REQUEST; code++) {
    g_autofree char *sentence = ui_error_message (xmpp_stanza_error_name ((XmppStanzaError) code), "Juliet");

    g_assert_nonnull (strstr (sentence, "Juliet"));
    if (g_strcmp0 (sentence, none) != 0) {
      g_assert_false (g_hash_table_contains (seen, sentence));
      g_hash_table_add (seen, g_steal_pointer (&sentence));
    }
  }
  g_assert_cmpuint (g_hash_table_size (seen), >=, 12);
}

static void
test_shows (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) icons = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (XmppShow show = XMPP_SHOW_OFFLINE; show <= XMPP_SHOW_CHAT; show++) {
    g_assert_true (g_hash_table_add (names, (gpointer) ui_show_name (show)));
    g_assert_true (g_hash_table_add (icons, (gpointer) ui_show_icon (show)));
    g_assert_true (g_hash_table_add (ids, (gpointer) ui_show_id (show)));
    g_assert_cmpint (ui_show_from_id (ui_show_id (show)), ==, show);
  }
  g_assert_cmpint (ui_show_from_id ("xyzzy"), ==, XMPP_SHOW_AVAILABLE);
}

static void
test_steps (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (XmppStep step = XMPP_STEP_NONE; step <= XMPP_STEP_BIND; step++)
    g_assert_true (g_hash_table_add (seen, (gpointer) ui_step_sentence (step)));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/errors/own-sentences", test_own_sentences);
  g_test_add_func ("/errors/keyring", test_keyring);
  g_test_add_func ("/errors/password-change", test_password_change);
  g_test_add_func ("/errors/store-trouble", test_store_trouble);
  g_test_add_func ("/errors/by-hand", test_by_hand);
  g_test_add_func ("/errors/retried", test_retried);
  g_test_add_func ("/errors/names-the-server", test_names_the_server);
  g_test_add_func ("/errors/fields", test_fields);
  g_test_add_func ("/errors/messages", test_messages);
  g_test_add_func ("/errors/shows", test_shows);
  g_test_add_func ("/errors/steps", test_steps);
  return g_test_run ();
}
