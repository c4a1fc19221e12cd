/* Where there are several accounts, everything says which one it belongs to: rows, composer, and what is begun anew. */
#include "ui-test.h"

#include "chat-account-settings.h"
#include "ui-account-choice.h"
#include "ui-account-mark.h"
#include "ui-composer.h"
#include "ui-contact-row.h"
#include "ui-conversation-row.h"
#include "ui-new-chat.h"

#define BENVOLIO "benvolio@montague.example"

typedef struct {
  Chat        chat;
  FakeServer *other;   /* (owned, nullable) Benvolio's */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  chat_set_up (&self->chat, NULL);
  chat_sign_in (&self->chat);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  chat_settle (&self->chat);
  chat_tear_down (&self->chat, NULL);
  g_clear_pointer (&self->other, fake_server_free);
}

static void
add_benvolio (Fixture *self)
{
  self->other = ui_sign_in_other (&self->chat, BENVOLIO, "<item jid='" NURSE "' name='Angelica' subscription='both'/>");
}

static void
remove_benvolio (Fixture *self)
{
  chat_accounts_remove (chat_core_get_accounts (self->chat.core), ui_account (&self->chat, BENVOLIO));
}

static void
assert_mark (gpointer widget, const char *initial, const char *words)   /* (nullable) initial: it is hidden */
{
  GtkWidget *mark = ui_find (widget, UI_TYPE_ACCOUNT_MARK);

  g_assert_cmpint (gtk_widget_get_visible (mark), ==, initial != NULL);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (mark), ==, words);
  if (initial != NULL)
    g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (gtk_widget_get_first_child (mark))), ==, initial);
}

static void
test_mark (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkWidget) mark = g_object_ref_sink (ui_account_mark_new ());
  g_autofree char *colour = NULL;
  guint other_colour;

  assert_mark (mark, NULL, NULL);
  ui_account_mark_set_account (UI_ACCOUNT_MARK (mark), self->chat.account);
  assert_mark (mark, NULL, NULL);
  add_benvolio (self);
  assert_mark (mark, "R", "Account romeo@montague.example");
  other_colour = (chat_account_get_colour (self->chat.account) + 1) % CHAT_ACCOUNT_N_COLOURS;
  chat_account_set_colour (self->chat.account, other_colour);
  colour = g_strdup_printf ("account-colour-%u", other_colour);
  g_assert_true (gtk_widget_has_css_class (mark, colour));
  chat_account_set_name (self->chat.account, "éternel <b>%s");
  assert_mark (mark, "É", "Account éternel <b>%s, romeo@montague.example");
  ui_account_mark_set_account (UI_ACCOUNT_MARK (mark), ui_account (&self->chat, BENVOLIO));
  assert_mark (mark, "B", "Account benvolio@montague.example");
  ui_account_mark_set_account (UI_ACCOUNT_MARK (mark), self->chat.account);
  remove_benvolio (self);
  assert_mark (mark, NULL, NULL);
  ui_account_mark_set_account (UI_ACCOUNT_MARK (mark), NULL);
}

/* In a list the row is wrapped into something without a name: here that is a box. */
static GtkWidget *
wrap (GtkWidget *row)
{
  GtkWidget *wrapper = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));

  gtk_box_append (GTK_BOX (wrapper), row);
  return wrapper;
}

static void
assert_spoken (GtkWidget *wrapper, const char *expected)
{
  gtk_test_accessible_assert_property (wrapper, GTK_ACCESSIBLE_PROPERTY_LABEL, expected);
}

static void
test_contact_row (Fixture *self, gconstpointer data)
{
  ChatConversations *conversations = chat_core_get_conversations (self->chat.core);
  GtkWidget *row = ui_contact_row_new (conversations);
  g_autoptr (GtkWidget) wrapper = wrap (row);
  guint refs = 0;

  ui_contact_row_set_contact (UI_CONTACT_ROW (row), chat_contact (&self->chat, JULIET));
  assert_spoken (wrapper, "Juliet, Offline");
  add_benvolio (self);
  assert_spoken (wrapper, "Juliet, Offline, Account romeo@montague.example");
  assert_mark (row, "R", "Account romeo@montague.example");
  chat_hear (&self->chat, JULIET "/balcony", "1", "Romeo!");
  chat_settle (&self->chat);
  assert_spoken (wrapper, "Juliet, Offline, 1 unread message, Account romeo@montague.example");

  /* Used again and again, as in a list that is scrolled: nothing stays behind. */
  for (guint i = 0; i < 1000; i++) {
    ui_contact_row_set_contact (UI_CONTACT_ROW (row), chat_contact (&self->chat, i % 2 == 0 ? JULIET : NURSE));
    ui_contact_row_set_contact (UI_CONTACT_ROW (row), NULL);
    if (i == 0)
      refs = G_OBJECT (self->chat.account)->ref_count;
  }
  g_assert_cmpuint (G_OBJECT (self->chat.account)->ref_count, ==, refs);
  assert_mark (row, NULL, NULL);
}

/* A name that changes is said at once, also where nothing else of the conversation has changed. */
static void
test_conversation_row (Fixture *self, gconstpointer data)
{
  GtkWidget *row = ui_conversation_row_new (self->chat.clock);
  g_autoptr (GtkWidget) wrapper = wrap (row);

  ui_conversation_row_set_conversation (UI_CONVERSATION_ROW (row), chat_with (&self->chat, JULIET));
  assert_spoken (wrapper, "Juliet");
  chat_push (&self->chat, "<item jid='" JULIET "' name='Sun' subscription='both'/>");
  chat_settle (&self->chat);
  assert_spoken (wrapper, "Sun");
  chat_conversation_set_draft (chat_with (&self->chat, JULIET), "It is the east");
  assert_spoken (wrapper, "Sun, Draft: It is the east");
  chat_conversation_set_draft (chat_with (&self->chat, JULIET), NULL);
  add_benvolio (self);
  assert_spoken (wrapper, "Sun, Account romeo@montague.example");
  assert_mark (row, "R", "Account romeo@montague.example");
  remove_benvolio (self);
  assert_spoken (wrapper, "Sun");
  ui_conversation_row_set_conversation (UI_CONVERSATION_ROW (row), NULL);
}

static void
test_composer (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkWidget) composer = g_object_ref_sink (ui_composer_new ());
  GtkLabel *placeholder = ui_find_named (composer, "placeholder");

  ui_composer_set_conversation (UI_COMPOSER (composer), chat_with (&self->chat, JULIET));
  g_assert_cmpstr (gtk_label_get_label (placeholder), ==, "Message Juliet");
  assert_mark (composer, NULL, NULL);
  add_benvolio (self);
  g_assert_cmpstr (gtk_label_get_label (placeholder), ==, "Message Juliet as romeo@montague.example");
  assert_mark (composer, "R", "Account romeo@montague.example");
  remove_benvolio (self);
  g_assert_cmpstr (gtk_label_get_label (placeholder), ==, "Message Juliet");
  ui_composer_set_conversation (UI_COMPOSER (composer), NULL);
}

static void
test_choice (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkWidget) choice = g_object_ref_sink (g_object_new (UI_TYPE_ACCOUNT_CHOICE, NULL));
  g_autoptr (GtkWidget) second = NULL;

  g_assert_null (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (choice)));
  ui_account_choice_set_core (UI_ACCOUNT_CHOICE (choice), self->chat.core);
  g_assert_false (gtk_widget_get_visible (choice));
  g_assert_true (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (choice)) == self->chat.account);
  add_benvolio (self);
  g_assert_true (gtk_widget_get_visible (choice));
  g_assert_true (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (choice)) == self->chat.account);

  chat_accounts_set_default (chat_core_get_accounts (self->chat.core), ui_account (&self->chat, BENVOLIO));
  second = g_object_ref_sink (g_object_new (UI_TYPE_ACCOUNT_CHOICE, NULL));
  ui_account_choice_set_core (UI_ACCOUNT_CHOICE (second), self->chat.core);
  g_assert_true (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (second)) == ui_account (&self->chat, BENVOLIO));

  /* What is switched off cannot be written from. */
  chat_account_set_enabled (ui_account (&self->chat, BENVOLIO), FALSE);
  g_assert_false (gtk_widget_get_visible (second));
  g_assert_true (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (second)) == self->chat.account);
  chat_account_set_enabled (self->chat.account, FALSE);
  g_assert_null (ui_account_choice_get_account (UI_ACCOUNT_CHOICE (second)));
}

typedef struct {
  XmppJid     *jid;       /* (owned, nullable) */
  ChatAccount *account;
} Chosen;

static void
chosen_cb (Chosen *chosen, XmppJid *jid, ChatAccount *account)
{
  g_assert_null (chosen->jid);
  chosen->jid = xmpp_jid_ref (jid);
  chosen->account = account;
}

static gboolean
can_chat (GtkWidget *dialog)
{
  return adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "chat");
}

static void
test_new_chat (Fixture *self, gconstpointer data)
{
  GtkWidget *dialog;
  GtkEditable *address;
  Chosen chosen = { 0 };

  add_benvolio (self);
  dialog = ui_new_chat_new (NULL, self->chat.core, NULL);
  g_signal_connect_swapped (dialog, "chosen", G_CALLBACK (chosen_cb), &chosen);
  address = ui_find_named (dialog, "address");
  gtk_editable_set_text (address, JULIET);
  g_assert_true (can_chat (dialog));
  gtk_editable_set_text (address, "ROMEO@montague.example");
  g_assert_false (can_chat (dialog));
  g_assert_nonnull (strstr (gtk_label_get_label (ui_find_named (dialog, "sentence")), "your own address"));

  /* The one account may write to the other. */
  adw_combo_row_set_selected (ui_find_named (dialog, "from"), 1);
  g_assert_true (can_chat (dialog));
  g_signal_emit_by_name (dialog, "response", "chat");
  g_assert_cmpstr (xmpp_jid_get_text (chosen.jid), ==, OWN);
  g_assert_true (chosen.account == ui_account (&self->chat, BENVOLIO));
  g_clear_pointer (&chosen.jid, xmpp_jid_unref);
  g_signal_emit_by_name (dialog, "response", "cancel");
  g_assert_null (chosen.jid);

  chat_account_set_enabled (self->chat.account, FALSE);
  chat_account_set_enabled (ui_account (&self->chat, BENVOLIO), FALSE);
  gtk_editable_set_text (address, JULIET);
  g_assert_false (can_chat (dialog));
  g_assert_nonnull (strstr (gtk_label_get_label (ui_find_named (dialog, "sentence")), "switched off"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

int
main (int argc, char **argv)
{
  ui_test_init (&argc, &argv);
#define ADD(path, test) g_test_add ("/account-mark/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("mark", test_mark);
  ADD ("contact-row", test_contact_row);
  ADD ("conversation-row", test_conversation_row);
  ADD ("composer", test_composer);
  ADD ("choice", test_choice);
  ADD ("new-chat", test_new_chat);
  return g_test_run ();
}
