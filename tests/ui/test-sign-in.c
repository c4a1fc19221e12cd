/* The sign-in page against a fake server: what is checked as one types, the way online, errors in their places. */
#include "ui-sign-in.h"
#include "ui-test.h"

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

/* The one entry with a sentence beneath it; (nullable): none. */
static void
assert_error (Fixture    *fixture,
              const char *wrong)
{
  static const char *const entries[] = { "address", "password", "server", "port" };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autofree char *row = g_strconcat (entries[i], "_error", NULL);
    g_autofree char *sentence = g_strconcat (entries[i], "_sentence", NULL);
    gboolean expected = g_strcmp0 (entries[i], wrong) == 0;

    g_assert_cmpint (gtk_widget_get_visible (ui_find_named (fixture->page, row)), ==, expected);
    g_assert_cmpint (gtk_widget_has_css_class (ui_find_named (fixture->page, entries[i]), "error"), ==, expected);
    if (expected)
      g_assert_cmpstr (gtk_label_get_label (ui_find_named (fixture->page, sentence)), !=, "");
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
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (ui_find_named (fixture->page, "options"))));
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
  g_assert_false (gtk_widget_get_visible (ui_find_named (fixture->page, "options_group")));
  type (fixture, "password", FAKE_PASSWORD);
  sign_in (fixture);
  chat_play_login (&fixture->chat, ROSTER);
  chat_settle (&fixture->chat);
  g_assert_cmpuint (fixture->done, ==, 1);
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
  return g_test_run ();
}
