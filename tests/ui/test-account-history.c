/* What the page of an account says of its archive, and the choice of what the server keeps. */
#include "accounts-test.h"

#include "ui-account-history.h"

#define GET  "<iq type='get'><prefs xmlns='urn:xmpp:mam:2'/></iq>"
#define SET  "<iq type='set'><prefs xmlns='urn:xmpp:mam:2'/></iq>"
#define PREFS(keep) \
  "<prefs xmlns='urn:xmpp:mam:2' default='" keep "'><always><jid>" JULIET "</jid></always><never/></prefs>"

static ChatHistory *
history (Accounts *self)
{
  return chat_account_get_history (self->chat.account);
}

static gpointer
group (Accounts *self)
{
  return ui_find (accounts_page (self), UI_TYPE_ACCOUNT_HISTORY);
}

static guint
selected (Accounts *self)
{
  return adw_combo_row_get_selected (ui_find_named (group (self), "keep_row"));
}

static void
assert_keep (Accounts   *self,
             guint       expected,
             const char *reason)   /* (nullable): it can be chosen */
{
  gpointer row = ui_find_named (group (self), "keep_row");
  const char *subtitle;

  chat_settle (&self->chat);
  subtitle = adw_action_row_get_subtitle (row);
  g_assert_cmpstr (subtitle != NULL ? subtitle : "", ==, reason != NULL ? reason : "");
  g_assert_cmpint (gtk_widget_get_sensitive (row), ==, reason == NULL);
  g_assert_cmpuint (selected (self), ==, expected);
}

static const char *
sentence (Accounts *self)
{
  return accounts_label (group (self), "sentence");
}

/* The page, where the server has an archive; what is asked there is not answered yet. */
static void
open_with_archive (Accounts *self)
{
  chat_history_set_state (history (self), CHAT_HISTORY_IDLE);
  accounts_open (self);
}

static void
answer (Accounts   *self,
        const char *pattern,
        const char *payload)
{
  fake_server_reply (self->chat.server, fake_server_find (self->chat.server, pattern), payload);
  chat_settle (&self->chat);
}

static void
test_words (Accounts     *self,
            gconstpointer data)
{
  ChatHistoryGap gap = { 1, 2 };

  open_with_archive (self);
  g_assert_cmpstr (sentence (self), ==, "Up to date");
  chat_history_set_state (history (self), CHAT_HISTORY_READING);
  chat_history_set_progress (history (self), 0, 0);
  g_assert_cmpstr (sentence (self), ==, "Loading…");
  chat_history_set_progress (history (self), 1, 0);
  g_assert_cmpstr (sentence (self), ==, "Loading, 1 message so far");
  chat_history_set_progress (history (self), 1240, NOW);
  g_assert_cmpstr (sentence (self), ==, "Loading, 1240 messages so far, back to 1 January 2026");
  chat_history_set_state (history (self), CHAT_HISTORY_WAITING);
  g_assert_cmpstr (sentence (self), ==, "Waiting for the server");
  chat_history_set_state (history (self), CHAT_HISTORY_ABSENT);
  g_assert_cmpstr (sentence (self), ==, "The server keeps no archive");

  chat_history_set_state (history (self), CHAT_HISTORY_IDLE);
  fake_server_hang_up (self->chat.server);
  chat_settle (&self->chat);
  chat_history_set_state (history (self), CHAT_HISTORY_IDLE);
  chat_history_set_gaps (history (self), &gap, 1);
  g_assert_cmpstr (sentence (self), ==, "Messages are missing. They are loaded once the account is online.");
  chat_history_set_gaps (history (self), NULL, 0);
  g_assert_cmpstr (sentence (self), ==, "Brought up to date once the account is online");
}

static void
test_keep (Accounts     *self,
           gconstpointer data)
{
  open_with_archive (self);
  assert_keep (self, GTK_INVALID_LIST_POSITION, "Asking the server…");
  answer (self, GET, PREFS ("roster"));
  assert_keep (self, 1, NULL);
  fake_server_expect_nothing (self->chat.server);

  adw_combo_row_set_selected (ui_find_named (group (self), "keep_row"), 2);
  answer (self, GET, PREFS ("roster"));
  answer (self, SET, PREFS ("never"));
  assert_keep (self, 2, NULL);
  g_assert_false (ui_is_visible (group (self), "problem_row"));
  fake_server_expect_nothing (self->chat.server);
}

static void
test_refused (Accounts     *self,
              gconstpointer data)
{
  open_with_archive (self);
  answer (self, GET, PREFS ("always"));
  adw_combo_row_set_selected (ui_find_named (group (self), "keep_row"), 2);
  answer (self, GET, PREFS ("always"));
  fake_server_reply_error (self->chat.server, fake_server_find (self->chat.server, SET), "cancel", "not-allowed");
  assert_keep (self, 0, NULL);
  g_assert_true (ui_is_visible (group (self), "problem_row"));
  g_assert_cmpstr (accounts_label (group (self), "problem"), ==,
                   "The server keeps messages as before. The server allows nobody to do this. Ask whoever runs it.");

  /* The next choice is another matter. */
  adw_combo_row_set_selected (ui_find_named (group (self), "keep_row"), 1);
  g_assert_false (ui_is_visible (group (self), "problem_row"));
  answer (self, GET, PREFS ("always"));
  answer (self, SET, PREFS ("roster"));
  assert_keep (self, 1, NULL);
}

static void
test_unsupported (Accounts     *self,
                  gconstpointer data)
{
  open_with_archive (self);
  fake_server_reply_error (self->chat.server, fake_server_find (self->chat.server, GET), "cancel",
                           "feature-not-implemented");
  assert_keep (self, GTK_INVALID_LIST_POSITION, "The server does not let you choose");
}

/* Nobody is asked about what there is not. */
static void
test_no_archive (Accounts     *self,
                 gconstpointer data)
{
  chat_history_set_state (history (self), CHAT_HISTORY_ABSENT);
  accounts_open (self);
  chat_settle (&self->chat);
  g_assert_cmpstr (sentence (self), ==, "The server keeps no archive");
  g_assert_false (ui_is_visible (group (self), "keep_row"));
  fake_server_expect_nothing (self->chat.server);

  chat_history_set_state (history (self), CHAT_HISTORY_IDLE);
  g_assert_true (ui_is_visible (group (self), "keep_row"));
  assert_keep (self, GTK_INVALID_LIST_POSITION, "Asking the server…");
}

static void
test_offline (Accounts     *self,
              gconstpointer data)
{
  open_with_archive (self);
  answer (self, GET, PREFS ("always"));
  assert_keep (self, 0, NULL);
  fake_server_hang_up (self->chat.server);
  assert_keep (self, GTK_INVALID_LIST_POSITION, "Possible while the account is online");
}

static void
come_back_with_archive (Accounts *self)
{
  chat_lose_link (&self->chat);
  chat_come_back (&self->chat);
  fake_server_forget (self->chat.server);
  chat_history_set_state (history (self), CHAT_HISTORY_IDLE);
}

/* The link is lost before the server has confirmed what was chosen: that is not forgotten. */
static void
test_lost (Accounts     *self,
           gconstpointer data)
{
  open_with_archive (self);
  answer (self, GET, PREFS ("always"));
  adw_combo_row_set_selected (ui_find_named (group (self), "keep_row"), 2);
  come_back_with_archive (self);
  assert_keep (self, GTK_INVALID_LIST_POSITION, "Asking the server…");
  answer (self, GET, PREFS ("always"));
  assert_keep (self, 2, NULL);
  answer (self, GET, PREFS ("always"));
  answer (self, SET, PREFS ("never"));
  assert_keep (self, 2, NULL);

  /* What was confirmed is not chosen again, whatever somebody else has chosen since. */
  come_back_with_archive (self);
  answer (self, GET, PREFS ("roster"));
  assert_keep (self, 1, NULL);
  g_assert_false (ui_is_visible (group (self), "problem_row"));
}

/* The page goes before the server has confirmed what was chosen: that is chosen all the same. */
static void
test_chosen_and_closed (Accounts     *self,
                        gconstpointer data)
{
  open_with_archive (self);
  answer (self, GET, PREFS ("always"));
  adw_combo_row_set_selected (ui_find_named (group (self), "keep_row"), 2);
  accounts_close (self);
  answer (self, GET, PREFS ("always"));
  answer (self, SET, PREFS ("never"));
}

/* What the server keeps is answered after the page has gone. */
static void
test_closed (Accounts     *self,
             gconstpointer data)
{
  open_with_archive (self);
  accounts_close (self);
  answer (self, GET, PREFS ("always"));
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, test) g_test_add ("/account-history/" path, Accounts, NULL, accounts_set_up, test, accounts_tear_down)
  ADD ("words", test_words);
  ADD ("keep", test_keep);
  ADD ("refused", test_refused);
  ADD ("unsupported", test_unsupported);
  ADD ("no-archive", test_no_archive);
  ADD ("offline", test_offline);
  ADD ("lost", test_lost);
  ADD ("chosen-and-closed", test_chosen_and_closed);
  ADD ("closed", test_closed);
  return g_test_run ();
}
