/* What is drawn of words that are made to deceive or to stall: group G and F10. The window is read, not looked at. */
#include "hostile-fixture.h"

#include "ui-add-contact.h"
#include "ui-message-body.h"
#include "ui-new-chat.h"

#define RLO "\xe2\x80\xae"
#define LRO "\xe2\x80\xad"
#define RLM "\xe2\x80\x8f"
#define RLI "\xe2\x81\xa7"
#define PDI "\xe2\x81\xa9"
#define ZWSP "\xe2\x80\x8b"
#define ACUTE "\xcc\x81"
#define LOOKALIKE "jul\xd1\x96" "et@capulet.example"   /* a Cyrillic letter in her name */
#define NAMESAKE "juliet@evil.example"
#define MIXED "\xd1\x80" "aris@verona.example"           /* another one in his */

#define MESSAGE(from, id, body) \
  "<message from='" from "' to='" OWN "' type='chat' id='" id "'><body>" body "</body></message>"
#define PUSH(item) "<iq type='set' id='p1' to='" OWN_FULL "'><query xmlns='jabber:iq:roster'>" item "</query></iq>"

/* The lines in which there is this word. */
static guint
count_lines (const char *text,
             const char *word)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += strstr (lines[i], word) != NULL;
  return n;
}

/* Whatever a label holds begins and ends in it: nothing is left open that would turn its neighbours round. */
static void
assert_closed (const char *shown)
{
  g_auto (GStrv) lines = g_strsplit (shown, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    int depth = 0;

    for (const char *p = lines[i]; *p != '\0'; p = g_utf8_next_char (p)) {
      gunichar c = g_utf8_get_char (p);

      g_assert_cmpuint (c, !=, 0x202d);
      g_assert_cmpuint (c, !=, 0x202e);
      depth += (c >= 0x2066 && c <= 0x2068) || c == 0x202a || c == 0x202b ? 1 : 0;
      depth -= c == 0x2069 || c == 0x202c ? 1 : 0;
      g_assert_cmpint (depth, >=, 0);
    }
    g_assert_cmpint (depth, ==, 0);
  }
}

static void
test_directions (Hostile *self)
{
  g_autoptr (GString) nested = g_string_new (NULL);
  g_autofree char *shown = NULL;
  g_autofree char *deep = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append (nested, RLI);
  deep = g_strdup_printf (MESSAGE (FLEET, "m4", "%smazed"), nested->str);
  hostile_feed (self, MESSAGE (FLEET, "m1", "abc" RLO "txt.exe") MESSAGE (FLEET, "m2", "left" LRO "open")
                      MESSAGE (FLEET, "m3", RLI "begun"));
  hostile_feed (self, deep);
  hostile_feed (self, PUSH ("<item jid='" NURSE "' name='" RLO "esruN" RLM ZWSP "' subscription='both'>"
                            "<group>" RLO "spuorG</group></item>")
                      "<presence from='" NURSE "/hall' to='" OWN_FULL "'><status>" RLO "away" RLI "</status></presence>"
                      "<presence from='" IAGO "' to='" OWN "' type='subscribe'><status>" RLO "dneirf" RLI "</status>"
                      "</presence>");
  fake_server_expect (self->ui.chat.server, "<iq type='result' id='p1'/>");
  hostile_canary (self);
  shown = hostile_shown (self);
  assert_closed (shown);
  g_assert_cmpuint (count_lines (shown, "abctxt.exe"), >, 0);
  g_assert_cmpuint (count_lines (shown, "mazed"), >, 0);
  g_assert_cmpuint (count_lines (shown, "esruN"), >, 0);
  g_assert_null (strstr (shown, "esruN" RLM));
  fake_server_expect_nothing (self->ui.chat.server);
}

/* Somebody calls himself like Juliet: the address is where one decides, and her conversation is hers alone. */
static void
test_names (Hostile *self)
{
  g_autofree char *shown = NULL;
  g_autoptr (ChatTimeline) juliet = NULL;

  hostile_feed (self, "<presence from='" IAGO "' to='" OWN "' type='subscribe'>"
                      "<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></presence>"
                      "<presence from='" LOOKALIKE "' to='" OWN "' type='subscribe'/>"
                      "<presence from='" NAMESAKE "' to='" OWN "' type='subscribe'/>"
                      "<presence from='" MIXED "' to='" OWN "' type='subscribe'/>"
                      MESSAGE (LOOKALIKE "/balcony", "m1", "Send gold")
                      "<message from='" FLEET "' to='" OWN "' type='chat' id='m2'><body>It is I</body>"
                      "<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></message>");
  hostile_canary (self);
  shown = hostile_shown (self);
  g_assert_cmpuint (count_lines (shown, IAGO), >, 0);
  g_assert_cmpuint (count_lines (shown, "This address only looks like the one of Juliet in your contact list."), ==, 2);
  g_assert_cmpuint (count_lines (shown, "This is not " JULIET " from your contact list"), ==, 1);
  g_assert_cmpuint (count_lines (shown, "Some letters in this address are from another alphabet"), ==, 1);
  g_assert_true (chat_knows (&self->ui.chat, LOOKALIKE));
  g_assert_cmpstr (chat_contact_get_name (chat_contact (&self->ui.chat, IAGO)), ==, "iago");
  g_assert_cmpstr (chat_contact_get_name (chat_contact (&self->ui.chat, LOOKALIKE)), !=, "Juliet");

  juliet = chat_open (&self->ui.chat, JULIET);
  chat_assert_bodies (juliet, "Good pilgrim " CANARY);
  fake_server_expect_nothing (self->ui.chat.server);
}

static char *
fill (const char *piece,
      guint       n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

/* Shapes that cost a layout dear. What is too long is cut, and the canary is not kept waiting. */
static void
test_bombs (Hostile *self)
{
  static const struct { const char *piece; guint n; } bombs[] = {
    { "a", 128 * 1024 }, { ACUTE, 100000 }, { "\xf0\x9f\x98\x80", 10000 }, { "ay\n", 50000 }, { "&gt; ", 10000 },
    { RLI "a", 20000 }, { "\xef\xb7\xba", 20000 },
  };
  g_autofree char *shown = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bombs); i++) {
    g_autofree char *text = fill (bombs[i].piece, bombs[i].n);
    g_autofree char *stanza = g_strdup_printf (MESSAGE (BALCONY, "m%u", "Ay %s"), i, text);

    hostile_feed (self, stanza);
  }
  hostile_canary (self);
  shown = hostile_shown (self);
  lines = g_strsplit (shown, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 32 * 1024);
  fake_server_expect_nothing (self->ui.chat.server);
}

/* Returns the window of a type that is open beside the main one, or NULL. */
static GtkWidget *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    if (g_type_is_a (G_OBJECT_TYPE (window), type))
      return window;
  }
  return NULL;
}

/* What a link asks for is never done; the dialog that opens has nothing but the address in it. */
static void
test_links (Hostile *self)
{
  static const struct { const char *uri; GType (*type) (void); } links[] = {
    { "xmpp:" IAGO "?message;body=I%20am%20Romeo", ui_new_chat_get_type },
    { "XMPP:" IAGO, ui_new_chat_get_type },
    { "xmpp:" IAGO "?subscribe", ui_add_contact_get_type },
    { "xmpp:" IAGO "?roster;name=Juliet;group=Friends", ui_add_contact_get_type },
    { "xmpp:" JULIET "?remove", adw_message_dialog_get_type },
    { "xmpp:" JULIET "?unsubscribe", adw_message_dialog_get_type },
    { "xmpp:" TRAP "?join", adw_message_dialog_get_type },
    { "xmpp:" IAGO "?register", adw_message_dialog_get_type },
    { "xmpp:iago@evil..example", adw_message_dialog_get_type },
    { "xmpp:%ff@evil.example", adw_message_dialog_get_type },
  };
  GtkWidget *label;

  hostile_feed (self, MESSAGE (BALCONY, "m1", "xmpp:" IAGO "?message;body=I%20am%20Romeo"));
  label = ui_find (ui_find (self->ui.window, UI_TYPE_MESSAGE_BODY), GTK_TYPE_LABEL);
  for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
    gboolean handled = FALSE;
    GtkWidget *dialog;

    g_test_message ("%s", links[i].uri);
    g_signal_emit_by_name (label, "activate-link", links[i].uri, &handled);
    g_assert_true (handled);
    dialog = find_window (links[i].type ());
    g_assert_nonnull (dialog);
    if (!ADW_IS_MESSAGE_DIALOG (dialog) || UI_IS_NEW_CHAT (dialog))
      g_assert_cmpstr (gtk_editable_get_text (ui_find_named (dialog, "address")), ==, IAGO);
    if (UI_IS_ADD_CONTACT (dialog))
      g_assert_cmpstr (gtk_editable_get_text (ui_find_named (dialog, "name")), ==, "");
    fake_server_expect_nothing (self->ui.chat.server);
    gtk_window_destroy (GTK_WINDOW (dialog));
  }
  g_assert_false (chat_knows (&self->ui.chat, IAGO));
  hostile_canary (self);
  fake_server_expect_nothing (self->ui.chat.server);
}

int
main (int    argc,
      char **argv)
{
  ui_test_init (&argc, &argv);
  hostile_add_test ("/hostile/f10", test_links);
  hostile_add_test ("/hostile/g01", test_directions);
  hostile_add_test ("/hostile/g02", test_names);
  hostile_add_test ("/hostile/g05", test_bombs);
  return g_test_run ();
}
