/* The whole of Linnet, from the stream to the pixels, under attack. */
#include "hostile-fixture.h"

#include <string.h>

#include "chat-conversations.h"
#include "store-db.h"

/* What is left behind of a session that was attacked, or was not. */
typedef struct {
  char *stored;
  char *shown;
} View;

/* --- life --- */

/* What came in may have to be read back from the store before it is laid out. */
static void
hostile_settle (Hostile *self)
{
  chat_settle (&self->ui.chat);
  ui_frames (&self->ui, 2);
  chat_settle (&self->ui.chat);
  ui_frames (&self->ui, 1);
}

static void
hostile_set_up (Hostile    *self,
                const char *abilities)
{
  Chat *chat = &self->ui.chat;

  /* What is on its way out of sight is still there to be read. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  chat_set_up (chat, NULL);
  if (abilities != NULL)
    fake_server_set_abilities (chat->server, abilities);
  self->settings = g_settings_new ("im.linnet.Linnet");
  g_settings_set_string (self->settings, "sidebar-page", "chats");
  self->ui.window = GTK_WIDGET (ui_window_new (NULL, self->settings));
  gtk_window_present (GTK_WINDOW (self->ui.window));
  chat_sign_in (chat);
  ui_window_set_core (UI_WINDOW (self->ui.window), chat->core);
  while (!gtk_widget_get_mapped (ui_find_named (self->ui.window, "leaflet")))
    g_main_context_iteration (NULL, TRUE);

  ui_window_open (UI_WINDOW (self->ui.window), chat_with (chat, JULIET));
  chat_conversation_send (chat_with (chat, JULIET), "Good pilgrim");
  self->own_id = chat_expect_body (chat, JULIET, "Good pilgrim");
  hostile_settle (self);
  chat_answer_pings (chat);
  fake_server_forget (chat->server);
}

static void
hostile_tear_down (Hostile *self)
{
  gpointer window = self->ui.window;

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  chat_settle (&self->ui.chat);
  g_assert_null (window);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, 0);
  g_settings_reset (self->settings, "sidebar-page");
  g_clear_object (&self->settings);
  g_clear_pointer (&self->own_id, g_free);
  chat_tear_down (&self->ui.chat, NULL);
}

/* --- what is said --- */

static char *
replace (const char *text,
         const char *word,
         const char *by)
{
  g_auto (GStrv) parts = g_strsplit (text, word, -1);

  return g_strjoinv (by, parts);
}

void
hostile_feed (Hostile    *self,
              const char *stanzas)
{
  g_autofree char *text = replace (stanzas, "{own}", self->own_id);

  fake_server_send (self->ui.chat.server, "%s", text);
  hostile_settle (self);
}

/* --- what is stored --- */

static char *
query_text (StoreDb    *db,
            const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (StoreStatement) statement = store_db_prepare (db, g_intern_string (sql), &error);

  g_assert_no_error (error);
  while (store_step (statement, &error)) {
    g_autofree char *line = store_column_text (statement, 0);

    g_string_append_printf (text, "%s\n", line);
  }
  g_assert_no_error (error);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Every column of every row, as SQLite would write it down. */
static gpointer
dump_job (StoreDb  *db,
          gpointer  data,
          GError  **error)
{
  g_autofree char *names = query_text (db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  g_auto (GStrv) tables = g_strsplit (names, "\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; tables[i] != NULL && *tables[i] != '\0'; i++) {
    g_autofree char *columns_sql =
        g_strdup_printf ("SELECT group_concat ('''%s.' || name || '='' || quote (\"' || name || '\")', ' || '' '' || ')"
                         " FROM pragma_table_info ('%s')", tables[i], tables[i]);
    g_autofree char *columns = query_text (db, columns_sql);
    g_autofree char *rows_sql = g_strdup_printf ("SELECT %s FROM \"%s\" ORDER BY 1", g_strchomp (columns), tables[i]);
    g_autofree char *rows = query_text (db, rows_sql);

    g_string_append (text, rows);
  }
  return g_string_free (text, FALSE);
}

char *
hostile_stored (Hostile *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  store_run_async (self->ui.chat.store, dump_job, NULL, NULL, g_free, NULL, fake_result_cb, &result);
  text = store_run_finish (self->ui.chat.store, fake_wait (&result), &error);
  g_assert_no_error (error);
  return replace (text, self->own_id, "{own}");
}

/* --- what is shown --- */

static void
add_words (GString    *text,
           const char *words)
{
  if (words != NULL && *words != '\0')
    g_string_append_printf (text, "  %s\n", words);
}

static void
add_texts (GString   *text,
           GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;

  add_words (text, gtk_widget_get_tooltip_text (widget));
  if (GTK_IS_LABEL (widget)) {
    add_words (text, gtk_label_get_text (GTK_LABEL (widget)));
  } else if (GTK_IS_INSCRIPTION (widget)) {
    add_words (text, gtk_inscription_get_text (GTK_INSCRIPTION (widget)));
  } else if (GTK_IS_TEXT (widget)) {
    add_words (text, gtk_editable_get_text (GTK_EDITABLE (widget)));
  } else if (GTK_IS_TEXT_VIEW (widget)) {
    g_autofree char *words = NULL;

    g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), "text", &words, NULL);
    add_words (text, words);
  } else if (GTK_IS_WINDOW (widget)) {
    add_words (text, gtk_window_get_title (GTK_WINDOW (widget)));
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    add_texts (text, child);
}

static void
add_windows (GString    *text,
             Hostile    *self,
             const char *when)
{
  GListModel *windows = gtk_window_get_toplevels ();

  hostile_settle (self);
  g_string_append_printf (text, "%s\n", when);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

    add_texts (text, window);
  }
}

void
hostile_canary (Hostile *self)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  hostile_feed (self, "<message from='" BALCONY "' to='" OWN "' type='chat' id='canary'><body>" CANARY "</body>"
                      "</message>");
  chat_assert_state (&self->ui.chat, CHAT_ACCOUNT_ONLINE);
  add_windows (shown, self, "then");
  if (strstr (shown->str, CANARY) == NULL)
    g_error ("the canary is not shown, but:\n%s", shown->str);
}

/* Looking at a conversation changes what is unread; the list of them is looked at first. */
char *
hostile_shown (Hostile *self)
{
  UiWindow *window = UI_WINDOW (self->ui.window);
  GListModel *conversations = G_LIST_MODEL (chat_core_get_conversations (self->ui.chat.core));
  GString *text = g_string_new (NULL);

  add_windows (text, self, "chats");
  ui_window_show_page (window, "contacts");
  add_windows (text, self, "contacts");
  ui_window_show_page (window, "chats");
  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++) {
    g_autoptr (ChatConversation) conversation = g_list_model_get_item (conversations, i);
    ChatContact *contact = chat_conversation_get_contact (conversation);

    ui_window_open (window, conversation);
    add_windows (text, self, xmpp_jid_get_text (chat_contact_get_jid (contact)));
  }
  ui_window_open (window, chat_with (&self->ui.chat, JULIET));
  hostile_settle (self);
  return g_string_free (text, FALSE);
}

/* --- comparing --- */

static void
add_missing (GString    *text,
             const char *mark,
             char      **lines,
             char      **others)
{
  for (guint i = 0; lines[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) others, lines[i]))
      g_string_append_printf (text, "\n%s %s", mark, lines[i]);
}

void
hostile_assert_same (const char *expected,
                     const char *actual,
                     const char *what)
{
  g_auto (GStrv) wanted = g_strsplit (expected, "\n", -1);
  g_auto (GStrv) got = g_strsplit (actual, "\n", -1);
  g_autoptr (GString) difference = g_string_new (NULL);

  if (g_str_equal (expected, actual))
    return;
  add_missing (difference, "-", wanted, got);
  add_missing (difference, "+", got, wanted);
  g_error ("the attack changed what is %s:%s", what,
           difference->len > 0 ? difference->str : "\n(the same lines in another order, or another number)");
}

static void
view_clear (View *self)
{
  g_free (self->stored);
  g_free (self->shown);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (View, view_clear)

/* A session of its own in which this is said, and then the canary. */
static void
view_fill (View         *view,
           const Attack *attack,
           const char   *stanzas,
           gboolean      answered)
{
  Hostile self = { 0 };
  FakeServer *server;

  hostile_set_up (&self, attack->abilities);
  server = self.ui.chat.server;
  if (attack->before != NULL) {
    hostile_feed (&self, attack->before);
    fake_server_forget (server);
  }
  if (stanzas != NULL)
    hostile_feed (&self, stanzas);
  for (guint i = 0; answered && i < G_N_ELEMENTS (attack->answers) && attack->answers[i] != NULL; i++)
    fake_server_expect (server, attack->answers[i]);
  fake_server_expect_nothing (server);

  hostile_canary (&self);
  view->stored = hostile_stored (&self);
  view->shown = hostile_shown (&self);
  fake_server_expect_nothing (server);
  hostile_tear_down (&self);
}

/* What a session looks like in which nothing happened is looked at once. */
static void
run_attack (gconstpointer data)
{
  static View peace;
  const Attack *attack = data;
  gboolean is_plain = attack->before == NULL && attack->same_as == NULL && attack->abilities == NULL;
  g_auto (View) own = { 0 };
  g_auto (View) attacked = { 0 };
  const View *expected = is_plain ? &peace : &own;

  if (!is_plain)
    view_fill (&own, attack, attack->same_as, FALSE);
  else if (peace.stored == NULL)
    view_fill (&peace, attack, NULL, FALSE);
  view_fill (&attacked, attack, attack->attack, TRUE);

  hostile_assert_same (expected->stored, attacked.stored, "stored");
  hostile_assert_same (expected->shown, attacked.shown, "shown");
  if (attack->never != NULL) {
    g_assert_null (strstr (attacked.stored, attack->never));
    g_assert_null (strstr (attacked.shown, attack->never));
  }
}

/* An attack that had an effect would be found, in the store and in the window. */
static void
run_calibration (void)
{
  static const Attack none = { 0 };
  g_auto (View) peace = { 0 };
  g_auto (View) heard = { 0 };

  view_fill (&peace, &none, NULL, FALSE);
  view_fill (&heard, &none, "<message from='" FLEET "' to='" OWN_FULL "' type='chat'><body>Thieves!</body></message>",
             FALSE);
  g_assert_null (strstr (peace.stored, "Thieves!"));
  g_assert_nonnull (strstr (heard.stored, "Thieves!"));
  g_assert_null (strstr (peace.shown, "Thieves!"));
  g_assert_nonnull (strstr (heard.shown, "Thieves!"));
  g_assert_nonnull (strstr (heard.shown, "Good pilgrim"));
  g_assert_nonnull (strstr (heard.stored, "'{own}'"));
}

static void
run_test (gconstpointer data)
{
  void (*test) (Hostile *self) = data;
  Hostile self = { 0 };

  hostile_set_up (&self, NULL);
  test (&self);
  hostile_tear_down (&self);
}

void
hostile_add (const Attack *attacks,
             gsize         n)
{
  g_test_add_func ("/hostile/would-be-found", run_calibration);
  for (gsize i = 0; i < n; i++)
    g_test_add_data_func (attacks[i].path, &attacks[i], run_attack);
}

void
hostile_add_test (const char *path,
                  void      (*test) (Hostile *self))
{
  g_test_add_data_func (path, test, run_test);
}
