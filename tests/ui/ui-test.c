/* A window with one widget of the conversation page in it, over the whole chat layer; every frame can be looked at. */
#include "ui-test.h"

#include "store-accounts.h"

typedef struct {
  gint64           account, conversation;
  guint            first, n;      /* lines called "line 17" … */
  char            *body;          /* (owned, nullable) … or all like this */
  StoreMessageRow *row;           /* (owned, nullable) … or just this one */
  GPtrArray       *rows;          /* (owned) what was stored */
} Lines;

static void
lines_free (gpointer data)
{
  Lines *lines = data;

  g_clear_pointer (&lines->row, store_message_row_free);
  g_ptr_array_unref (lines->rows);
  g_free (lines->body);
  g_free (lines);
}

static Lines *
lines_new (void)
{
  Lines *lines = g_new0 (Lines, 1);

  lines->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_row_free);
  return lines;
}

static gpointer
run (Ui *ui, StoreJob job, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gpointer answer;

  store_run_async (ui->chat.store, job, data, destroy, NULL, NULL, fake_result_cb, &result);
  answer = store_run_finish (ui->chat.store, fake_wait (&result), &error);
  g_assert_no_error (error);
  return answer;
}

static StoreMessageRow *
new_row (gint64 conversation, const char *body, gint64 sent_at)
{
  StoreMessageRow *row = g_new0 (StoreMessageRow, 1);

  row->conversation = conversation;
  row->sender = g_strdup (JULIET);
  row->body = g_strdup (body);
  row->sent_at = sent_at;
  row->state = STORE_MESSAGE_RECEIVED;
  return row;
}

static void
insert (StoreDb *db, Lines *lines, StoreMessageRow *row)
{
  g_autoptr (GError) error = NULL;
  gboolean is_new = FALSE;

  store_messages_insert_rows (db, row, &is_new, &error);
  g_assert_no_error (error);
  g_assert_true (is_new);
  g_ptr_array_add (lines->rows, row);
}

/* The lines that are there at first: one in seven is long, one in five is ours, one comes each minute until NOW. */
static gpointer
begin_job (StoreDb *db, gpointer data, GError **error)
{
  Lines *lines = data;
  StoreAccountRow account = { .jid = (char *) OWN };
  gint64 id = store_accounts_put_rows (db, &account, error);

  lines->conversation = store_conversations_find_rows (db, id, CHAT_KIND_PERSON, JULIET, error);
  for (guint i = 0; i < lines->n; i++) {
    g_autofree char *body = g_strdup_printf ("line %u%s", i, i % 7 == 0 ? " my bounty is as boundless as the sea, "
                                                                          "my love as deep; the more I give to thee, "
                                                                          "the more I have, for both are infinite"
                                                                        : "");
    StoreMessageRow *row = new_row (lines->conversation, body, NOW - (lines->n - i) * G_TIME_SPAN_MINUTE);

    if (i % 5 == 0) {
      row->outgoing = TRUE;
      row->state = STORE_MESSAGE_DELIVERED;
    }
    insert (db, lines, row);
  }
  return NULL;
}

static gpointer
hear_job (StoreDb *db, gpointer data, GError **error)
{
  Lines *lines = data;

  for (guint i = 0; i < lines->n; i++)
    insert (db, lines, new_row (lines->conversation, lines->body, NOW + i * G_TIME_SPAN_SECOND));
  if (lines->row != NULL)
    insert (db, lines, g_steal_pointer (&lines->row));
  return NULL;
}

FakeServer *
ui_sign_in_other (Chat *chat, const char *address, const char *roster)
{
  g_autoptr (XmppLogin) login = fake_login (address);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ChatAccount) account = chat_core_prepare_account (chat->core, login, &error);
  FakeServer *server = fake_server_new (xmpp_jid_get_domain (login->jid));
  g_autofree char *full = g_strconcat (address, "/street", NULL);
  g_autofree char *payload = g_strdup_printf ("<query xmlns='jabber:iq:roster'>%s</query>", roster);

  g_assert_no_error (error);
  fake_server_set_secure (server);
  chat_set_server (chat, address, server);
  chat_account_sign_in_async (account, FAKE_PASSWORD, NULL, fake_result_cb, &result);
  fake_server_login (server, full);
  fake_server_welcome (server, payload);
  fake_server_find (server, "<presence/>");
  chat_account_sign_in_finish (account, fake_wait (&result), &error);
  g_assert_no_error (error);
  chat_settle (chat);
  fake_server_forget (server);
  return server;
}

ChatAccount *
ui_account (Chat *chat, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  ChatAccount *account = chat_accounts_find (chat_core_get_accounts (chat->core), jid);

  g_assert_nonnull (account);
  return account;
}

void
ui_test_init (int *argc, char ***argv)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  g_test_init (argc, argv, NULL);
  adw_init ();
  gtk_css_provider_load_from_resource (style, "/im/linnet/Linnet/style.css");
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/im/linnet/Linnet/icons");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
ui_set_up (Ui *ui, gconstpointer data)
{
  Lines *lines = lines_new ();

  chat_set_up (&ui->chat, NULL);
  lines->n = GPOINTER_TO_UINT (data);
  run (ui, begin_job, lines, lines_free);
  chat_load (&ui->chat);
  ui->conversation = g_object_ref (chat_with (&ui->chat, JULIET));
}

void
ui_tear_down (Ui *ui, gconstpointer data)
{
  gpointer window = ui->window, conversation = ui->conversation;
  gpointer child = window != NULL ? gtk_window_get_child (window) : NULL;

  if (window != NULL) {
    g_object_add_weak_pointer (window, &window);
    g_object_add_weak_pointer (child, &child);
    gtk_window_destroy (window);
    g_clear_object (&ui->window);
    chat_settle (&ui->chat);
    g_assert_null (window);
    g_assert_null (child);
  }
  g_assert_null (chat_conversation_get_timeline (ui->conversation));
  g_object_add_weak_pointer (conversation, &conversation);
  g_clear_object (&ui->conversation);
  chat_tear_down (&ui->chat, NULL);
  g_assert_null (conversation);
}

void
ui_show (Ui *ui, GtkWidget *child, int width, int height)
{
  ui->window = g_object_ref (gtk_window_new ());
  gtk_window_set_default_size (GTK_WINDOW (ui->window), width, height);
  gtk_window_set_child (GTK_WINDOW (ui->window), child);
  gtk_window_present (GTK_WINDOW (ui->window));
}

static void
after_paint_cb (GdkFrameClock *clock, guint *left)
{
  if (*left > 0)
    --*left;
}

static gboolean
has_painted (gpointer left)
{
  return *(guint *) left == 0;
}

static gboolean
keep_painting_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
ui_frames (Ui *ui, guint n)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (ui->window);
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &n);
  guint tick = gtk_widget_add_tick_callback (ui->window, keep_painting_cb, NULL, NULL);

  fake_wait_until (has_painted, &n, "a frame");
  gtk_widget_remove_tick_callback (ui->window, tick);
  g_signal_handler_disconnect (clock, handler);
}

void
ui_settle (Ui *ui)
{
  for (guint i = 0; i < 3; i++) {
    chat_settle (&ui->chat);
    ui_frames (ui, 2);
  }
}

gulong
ui_probe (Ui *ui, UiProbe probe, gpointer data)
{
  return g_signal_connect_swapped (gtk_widget_get_frame_clock (ui->window), "after-paint", G_CALLBACK (probe), data);
}

void
ui_probe_end (Ui *ui, gulong probe)
{
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (ui->window), probe);
}

void
ui_hear (Ui *ui, guint n, const char *format, ...)
{
  Lines *lines = lines_new ();
  g_autofree gboolean *are_new = g_new (gboolean, n);
  va_list args;

  va_start (args, format);
  lines->body = g_strdup_vprintf (format, args);
  va_end (args);
  lines->n = n;
  lines->conversation = chat_conversation_get_id (ui->conversation);
  for (guint i = 0; i < n; i++)
    are_new[i] = TRUE;
  run (ui, hear_job, lines, NULL);
  chat_conversation_take_rows (ui->conversation, lines->rows, are_new);
  lines_free (lines);
}

gint64
ui_add_line (Ui *ui, gboolean outgoing, StoreMessageState state, gint64 sent_at, const char *body)
{
  Lines *lines = lines_new ();
  gint64 id;

  lines->row = new_row (chat_conversation_get_id (ui->conversation), body, sent_at);
  lines->row->outgoing = outgoing;
  lines->row->state = state;
  run (ui, hear_job, lines, NULL);
  id = ((StoreMessageRow *) lines->rows->pdata[0])->id;
  lines_free (lines);
  return id;
}

typedef struct {
  gint64             id;
  StoreMessageState  state;
  const char        *reason;
} Step;

static gpointer
step_job (StoreDb *db, gpointer data, GError **error)
{
  const Step *step = data;

  return store_messages_state_rows (db, step->id, step->state, step->reason, error);
}

void
ui_set_state (Ui *ui, gint64 id, StoreMessageState state, const char *reason)
{
  Step step = { id, state, reason };
  g_autoptr (StoreMessageRow) row = run (ui, step_job, &step, NULL);

  chat_conversation_take_row (ui->conversation, row, FALSE);
}

/* --- finding ------------------------------------------------------------------------------------------------ */

static gpointer
find (GtkWidget *widget, gboolean (*fits) (GtkWidget *widget, gconstpointer what), gconstpointer what)
{
  if (fits (widget, what))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    gpointer found = find (child, fits, what);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
is_of_type (GtkWidget *widget, gconstpointer what)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), *(const GType *) what);
}

static gboolean
is_named (GtkWidget *widget, gconstpointer what)
{
  return g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), what) == 0;
}

static gboolean
is_button (GtkWidget *widget, gconstpointer what)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), what) == 0;
}

gpointer
ui_find (gpointer widget, GType type)
{
  gpointer found = find (widget, is_of_type, &type);

  g_assert_nonnull (found);
  return found;
}

gpointer
ui_find_named (gpointer widget, const char *name)
{
  gpointer found = find (widget, is_named, name);

  g_assert_nonnull (found);
  return found;
}

GtkWidget *
ui_find_button (gpointer widget, const char *label)
{
  GtkWidget *found = find (widget, is_button, label);

  g_assert_nonnull (found);
  return found;
}

gboolean
ui_is_visible (gpointer widget, const char *name)
{
  return gtk_widget_is_visible (ui_find_named (widget, name));
}

void
ui_click (GtkWidget *button)
{
  g_assert_true (gtk_widget_is_visible (button));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

double
ui_y (gpointer widget, gpointer in)
{
  graphene_point_t point = GRAPHENE_POINT_INIT (0, 0);

  g_assert_true (gtk_widget_compute_point (widget, in, &point, &point));
  return point.y;
}
