/* Nothing is left of an account that was removed, whatever it was doing at the time and whoever still holds it. */
#include "three-accounts.h"

#include "chat-account-settings.h"

static void
begin_removal (Three *self, guint i, GAsyncResult **result)
{
  chat_core_remove_account_async (self->chat.core, three_account (self, i), NULL, fake_result_cb, result);
}

static void
end_removal (Three *self, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = chat_core_remove_account_finish (self->chat.core, fake_wait (result), &error);

  if (domain != 0)
    g_assert_error (error, domain, code);
  else
    g_assert_no_error (error);
  g_assert_cmpint (ok, ==, domain == 0);
  g_clear_object (result);
}

static void
test_remove (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (Watch) conversations = watch_new (chat_core_get_conversations (self->chat.core));
  g_autoptr (Watch) list = watch_new (three_accounts (self));

  three_add_all (self);
  for (guint i = 0; i < THREE_N; i++) {
    three_hear (self, i, JULIET, "1", "Good night");
    three_hear (self, i, MERCUTIO, "2", "A plague!");
  }
  fake_server_send (self->servers[THREE_ROMEO], "<presence type='subscribe' from='" MERCUTIO "'/>");
  fake_server_send (self->servers[THREE_TYBALT], "<presence type='subscribe' from='" MERCUTIO "'/>");
  chat_settle (&self->chat);
  g_assert_cmpuint (three_count (chat_core_get_requests (self->chat.core)), ==, 2);
  three_assert_rows (self, "3 6 6 6 9");

  begin_removal (self, THREE_ROMEO, &result);
  three_hear (self, THREE_ROMEO, JULIET, "3", "Good night!");
  three_play_goodbye (self, THREE_ROMEO);
  end_removal (self, &result, 0, 0);
  chat_settle (&self->chat);

  three_assert_order (self, "benvolio tybalt");
  three_assert_rows (self, "2 4 4 4 6");
  g_assert_cmpuint (three_count (chat_core_get_conversations (self->chat.core)), ==, 4);
  g_assert_cmpuint (three_count (chat_core_get_requests (self->chat.core)), ==, 1);
  for (guint i = 0; i < three_count (chat_core_get_roster (self->chat.core)); i++) {
    g_autoptr (ChatGroup) group = g_list_model_get_item (G_LIST_MODEL (chat_core_get_roster (self->chat.core)), i);

    for (guint j = 0; j < three_count (group); j++) {
      g_autoptr (ChatContact) contact = g_list_model_get_item (G_LIST_MODEL (group), j);

      g_assert_true (chat_contact_get_account (contact) == three_account (self, THREE_BENVOLIO)
                     || chat_contact_get_account (contact) == three_account (self, THREE_TYBALT));
    }
  }
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
  g_assert_nonnull (memory_secrets_get (self->chat.secrets, BENVOLIO));
  watch_take (conversations);
  watch_take (list);
  g_assert_cmpint (chat_account_get_state (three_account (self, THREE_TYBALT)), ==, CHAT_ACCOUNT_ONLINE);

  g_clear_pointer (&conversations, watch_free);
  g_clear_pointer (&list, watch_free);
  three_restart (self);
  three_assert_order (self, "benvolio tybalt");
  fake_server_expect_nothing (self->servers[THREE_ROMEO]);
  three_open_server (self, THREE_ROMEO);
  three_add (self, THREE_ROMEO);
  three_assert_order (self, "benvolio tybalt romeo");
}

/* An open page and a dialog outlive the account: whatever they do with it, nothing happens and nothing breaks. */
static void
test_remove_held (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GAsyncResult) changed = NULL;
  g_autoptr (ChatAccount) held = NULL;
  g_autoptr (ChatConversation) page = NULL;
  g_autoptr (ChatTimeline) timeline = NULL;
  g_autoptr (XmppLogin) login = NULL;
  g_autoptr (GError) error = NULL;

  three_add_all (self);
  for (guint i = 0; i < 120; i++) {
    g_autofree char *id = g_strdup_printf ("m%u", i);

    three_hear (self, THREE_ROMEO, JULIET, id, "Good night");
  }
  held = g_object_ref (three_account (self, THREE_ROMEO));
  page = g_object_ref (three_talk (self, THREE_ROMEO, JULIET));
  timeline = chat_conversation_dup_timeline (page);
  chat_settle (&self->chat);
  chat_conversation_set_draft (page, "Parting is such sweet");
  chat_conversation_set_composing (page, TRUE);

  begin_removal (self, THREE_ROMEO, &result);
  chat_conversation_send (page, "Parting is such sweet sorrow");
  three_play_goodbye (self, THREE_ROMEO);
  chat_conversation_set_draft (page, "sorrow");
  chat_timeline_load_older (timeline);
  end_removal (self, &result, 0, 0);

  chat_conversation_send (page, "that I shall say good night");
  chat_conversation_set_draft (page, "till it be morrow");
  chat_conversation_set_composing (page, TRUE);
  chat_conversation_set_active (page, TRUE);
  chat_timeline_load_older (timeline);
  chat_timeline_jump_to_end (timeline);
  chat_account_try_now (held);
  chat_account_set_presence (held, XMPP_SHOW_AVAILABLE, NULL);
  chat_account_set_enabled (held, FALSE);
  chat_account_set_enabled (held, TRUE);
  chat_account_set_name (held, "Gone");
  chat_account_set_priority (held, 5);
  chat_account_set_asks_password (held, TRUE);
  login = chat_account_dup_settings (held);
  login->port = 5223;
  chat_account_set_settings (held, login);
  chat_account_trust (held, NULL);
  chat_account_sign_in_async (held, "guess", NULL, fake_result_cb, &signed_in);
  g_assert_false (chat_account_sign_in_finish (held, fake_wait (&signed_in), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  chat_account_change_password_async (held, "new", NULL, fake_result_cb, &changed);
  g_assert_false (chat_account_change_password_finish (held, fake_wait (&changed), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  chat_core_set_presence (self->chat.core, XMPP_SHOW_AWAY, NULL);
  three_open_server (self, THREE_ROMEO);
  base_clock_advance (self->chat.clock, G_TIME_SPAN_HOUR);
  chat_settle (&self->chat);

  g_assert_cmpint (chat_account_get_state (held), ==, CHAT_ACCOUNT_OFFLINE);
  g_assert_null (chat_account_get_core (held));
  g_assert_null (chat_account_get_store (held));
  g_assert_null (chat_account_get_connection (held));
  g_assert_true (chat_conversation_get_account (page) == held);
  fake_server_expect_nothing (self->servers[THREE_ROMEO]);
  three_assert_rows (self, "2 0 0 4 6");
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
}

/* Whatever it is doing at the time. */
static void
test_remove_busy (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) signed_in = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) tybalt = NULL;

  three_add_all (self);
  tybalt = g_object_ref (three_account (self, THREE_TYBALT));
  for (guint i = 0; i < THREE_N; i++)
    fake_server_hang_up (self->servers[i]);
  chat_settle (&self->chat);
  three_open_server (self, THREE_BENVOLIO);
  chat_account_try_now (three_account (self, THREE_BENVOLIO));
  fake_server_expect (self->servers[THREE_BENVOLIO], "<stream:stream/>");
  three_open_server (self, THREE_TYBALT);
  chat_account_sign_in_async (tybalt, FAKE_PASSWORD, NULL, fake_result_cb, &signed_in);
  fake_server_expect (self->servers[THREE_TYBALT], "<stream:stream/>");
  three_assert_states (self, CHAT_ACCOUNT_WAITING, CHAT_ACCOUNT_CONNECTING, CHAT_ACCOUNT_CONNECTING);

  for (guint i = 0; i < THREE_N; i++) {
    begin_removal (self, i, &result);
    end_removal (self, &result, 0, 0);
  }
  g_assert_false (chat_account_sign_in_finish (tybalt, fake_wait (&signed_in), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  three_assert_order (self, "");
  three_assert_rows (self, "0 0 0 0 0");
  base_clock_advance (self->chat.clock, G_TIME_SPAN_HOUR);
  chat_settle (&self->chat);
  three_restart (self);
  three_assert_order (self, "");
}

static void
test_remove_twice (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  three_add_all (self);
  begin_removal (self, THREE_ROMEO, &first);
  begin_removal (self, THREE_ROMEO, &second);
  end_removal (self, &second, G_IO_ERROR, G_IO_ERROR_PENDING);
  /* Nothing that is chosen for all keeps it from going. */
  chat_core_set_presence (self->chat.core, XMPP_SHOW_AWAY, NULL);
  three_play_goodbye (self, THREE_ROMEO);
  end_removal (self, &first, 0, 0);
  three_assert_order (self, "benvolio tybalt");
}

/* The server keeps silent, and the program ends meanwhile. */
static void
test_remove_silent (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  three_add_all (self);
  begin_removal (self, THREE_ROMEO, &result);
  fake_server_expect_end (self->servers[THREE_ROMEO]);
  base_clock_advance (self->chat.clock, 2 * G_TIME_SPAN_SECOND);
  end_removal (self, &result, 0, 0);
  three_assert_order (self, "benvolio tybalt");
}

static void
test_remove_not_stored (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  three_add_all (self);
  three_hear (self, THREE_ROMEO, JULIET, "1", "Good night");
  three_run_sql (self, "CREATE TRIGGER stay BEFORE DELETE ON accounts BEGIN SELECT RAISE (ABORT, 'no'); END");
  begin_removal (self, THREE_ROMEO, &result);
  three_play_goodbye (self, THREE_ROMEO);
  end_removal (self, &result, STORE_ERROR, STORE_ERROR_FAILED);

  /* It is as it was, and comes back by itself. */
  three_open_server (self, THREE_ROMEO);
  base_clock_advance (self->chat.clock, G_TIME_SPAN_SECOND * 5);
  three_assert_order (self, "romeo benvolio tybalt");
  g_assert_nonnull (memory_secrets_get (self->chat.secrets, OWN));
  three_play_login (self, THREE_ROMEO, "<presence/>");
  three_assert_states (self, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE, CHAT_ACCOUNT_ONLINE);
  three_hear (self, THREE_ROMEO, JULIET, "2", "Good night!");
  three_assert_rows (self, "3 1 2 6 9");
}

static void
test_remove_not_forgotten (Three *self, gconstpointer data)
{
  static const DesktopSecretsError codes[] = { DESKTOP_SECRETS_ERROR_LOCKED, DESKTOP_SECRETS_ERROR_REFUSED,
                                               DESKTOP_SECRETS_ERROR_VANISHED };
  g_autoptr (GAsyncResult) result = NULL;

  three_add_all (self);
  for (guint i = 0; i < THREE_N; i++) {
    memory_secrets_break (self->chat.secrets, codes[i]);
    begin_removal (self, i, &result);
    three_play_goodbye (self, i);
    end_removal (self, &result, DESKTOP_SECRETS_ERROR, codes[i]);
  }
  three_assert_order (self, "");
  three_assert_rows (self, "0 0 0 0 0");
}

/* The keyring is still busy keeping the password of an account that goes: what is there last is nothing. */
static void
test_remove_while_keeping (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  memory_secrets_hold (self->chat.secrets, TRUE);
  three_add (self, THREE_ROMEO);
  begin_removal (self, THREE_ROMEO, &result);
  three_play_goodbye (self, THREE_ROMEO);
  g_assert_null (result);
  three_assert_order (self, "");
  memory_secrets_hold (self->chat.secrets, FALSE);
  end_removal (self, &result, 0, 0);
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
}

/* … but not when the account was added again before the keyring came to that. */
static void
test_remove_again (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  memory_secrets_hold (self->chat.secrets, TRUE);
  three_add (self, THREE_ROMEO);
  begin_removal (self, THREE_ROMEO, &result);
  three_play_goodbye (self, THREE_ROMEO);
  three_open_server (self, THREE_ROMEO);
  three_add (self, THREE_ROMEO);
  memory_secrets_hold (self->chat.secrets, FALSE);
  end_removal (self, &result, 0, 0);
  chat_settle (&self->chat);
  g_assert_cmpstr (memory_secrets_get (self->chat.secrets, OWN), ==, FAKE_PASSWORD);
}

/* Somebody removes an account and quits at once: it is removed to the end, password and all. */
static void
test_remove_and_quit (Three *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;

  three_add (self, THREE_ROMEO);
  memory_secrets_hold (self->chat.secrets, TRUE);
  begin_removal (self, THREE_ROMEO, &result);
  chat_core_close_async (self->chat.core, NULL, fake_result_cb, &closed);
  three_play_goodbye (self, THREE_ROMEO);
  three_assert_order (self, "");
  g_assert_null (closed);

  memory_secrets_hold (self->chat.secrets, FALSE);
  chat_core_close_finish (self->chat.core, fake_wait (&closed), &error);
  g_assert_no_error (error);
  end_removal (self, &result, 0, 0);
  g_assert_null (memory_secrets_get (self->chat.secrets, OWN));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Three *, gconstpointer);
  } tests[] = {
    { "/accounts/remove", test_remove },
    { "/accounts/remove/held", test_remove_held },
    { "/accounts/remove/busy", test_remove_busy },
    { "/accounts/remove/twice", test_remove_twice },
    { "/accounts/remove/silent", test_remove_silent },
    { "/accounts/remove/not-stored", test_remove_not_stored },
    { "/accounts/remove/not-forgotten", test_remove_not_forgotten },
    { "/accounts/remove/while-keeping", test_remove_while_keeping },
    { "/accounts/remove/again", test_remove_again },
    { "/accounts/remove/and-quit", test_remove_and_quit },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Three, NULL, three_set_up, tests[i].test, three_tear_down);
  return g_test_run ();
}
