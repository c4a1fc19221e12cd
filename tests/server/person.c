/* Somebody at a machine of their own. Where the server is, the environment says (tests/lib/servers.py); if it does not,
 * the server is found as the product finds it. */
#include "person.h"

#include <glib/gstdio.h>

#include "chat-parts.h"
#include "xmpp-connect.h"
#include "xmpp-features.h"

#define ROMEOS_PASSWORD "But soft! What light?"
#define PASSWORD        "By any other name"

static const XmppConnector *const connectors[] = { &xmpp_connect_tcp, NULL };

/* -- on and off -- */

static void
switch_on (Person *self)
{
  const char *ca_file = g_getenv ("LINNET_TEST_CA_FILE");
  g_autoptr (GTlsDatabase) trust = ca_file != NULL ? g_tls_file_database_new (ca_file, NULL) : NULL;
  g_autoptr (BaseClock) clock = base_clock_new ();
  g_autofree char *path = g_build_filename (self->folder, "linnet.db", NULL);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GError) error = NULL;

  store_open_async (path, NULL, fake_result_cb, &opened);
  self->store = store_open_finish (fake_wait (&opened), &error);
  g_assert_no_error (error);
  self->core = chat_core_new (&(ChatCoreSetup) { .store = self->store, .secrets = DESKTOP_SECRETS (self->secrets),
                                                 .clock = clock, .trust = trust, .features = xmpp_features,
                                                 .connectors = connectors, .parts = chat_parts });
  chat_core_load_async (self->core, NULL, fake_result_cb, &loaded);
  chat_core_load_finish (self->core, fake_wait (&loaded), &error);
  g_assert_no_error (error);
}

static void
switch_off (Person *self)
{
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;

  g_hash_table_remove_all (self->timelines);
  chat_core_close_async (self->core, NULL, fake_result_cb, &closed);
  chat_core_close_finish (self->core, fake_wait (&closed), NULL);
  g_clear_object (&self->account);
  g_clear_object (&self->core);
  store_close (self->store, &error);
  g_assert_no_error (error);
  g_clear_object (&self->store);
  fake_settle ();
}

static void
sign_in (Person *self)
{
  const char *port = g_getenv ("LINNET_TEST_STARTTLS_PORT");
  g_autoptr (XmppJid) jid = xmpp_jid_new (self->address, NULL);
  g_autoptr (XmppLogin) login = xmpp_login_new (jid, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (port != NULL) {
    login->host = g_strdup ("127.0.0.1");
    login->port = (guint16) g_ascii_strtoull (port, NULL, 10);
    login->security = XMPP_SECURITY_STARTTLS;
  }
  self->account = chat_core_prepare_account (self->core, login, &error);
  g_assert_no_error (error);
  chat_account_sign_in_async (self->account, g_str_equal (self->address, ROMEO) ? ROMEOS_PASSWORD : PASSWORD, NULL,
                              fake_result_cb, &result);
  chat_account_sign_in_finish (self->account, fake_wait (&result), &error);
  g_assert_no_error (error);
}

Person *
person_new (const char *address)
{
  g_autoptr (GError) error = NULL;
  Person *self = g_new0 (Person, 1);

  self->address = g_strdup (address);
  self->folder = g_dir_make_tmp ("linnet-person.XXXXXX", &error);
  g_assert_no_error (error);
  self->secrets = memory_secrets_new ();
  self->timelines = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  switch_on (self);
  sign_in (self);
  return self;
}

void
person_free (Person *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);

  if (self->core != NULL)
    switch_off (self);
  for (const char *name = g_dir_read_name (folder); name != NULL; name = g_dir_read_name (folder)) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
  g_hash_table_unref (self->timelines);
  g_clear_object (&self->secrets);
  g_free (self->folder);
  g_free (self->address);
  g_free (self);
}

static gboolean
is_online (gpointer data)
{
  return chat_account_get_state (data) == CHAT_ACCOUNT_ONLINE;
}

void
person_leave (Person *self)
{
  switch_off (self);
}

void
person_come_back (Person *self)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (self->address, NULL);

  switch_on (self);
  self->account = g_object_ref (chat_accounts_find (chat_core_get_accounts (self->core), jid));
  fake_wait_until (is_online, self->account, "the account to be online again");
}

/* -- acts -- */

ChatContact *
person_contact (Person *self, const char *address)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  return chat_account_get_contact (self->account, jid);
}

ChatConversation *
person_with (Person *self, const char *address)
{
  ChatConversation *conversation = chat_conversations_ensure (chat_core_get_conversations (self->core),
                                                              person_contact (self, address));

  if (chat_conversation_get_timeline (conversation) == NULL)
    g_hash_table_add (self->timelines, chat_conversation_dup_timeline (conversation));
  return conversation;
}

void
person_say (Person *self, const char *address, const char *body)
{
  chat_conversation_send (person_with (self, address), body);
}

void
person_add (Person *self, const char *address, const char *name, const char *text)
{
  const char *const groups[] = { "Verona", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_contact_add_async (person_contact (self, address), name, groups, text, TRUE, NULL, fake_result_cb, &result);
  chat_contact_add_finish (person_contact (self, address), fake_wait (&result), &error);
  g_assert_no_error (error);
}

static gboolean
is_gone (gpointer data)
{
  return !chat_contact_is_contact (data);
}

void
person_remove (Person *self, const char *address)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  chat_contact_remove_async (person_contact (self, address), NULL, fake_result_cb, &result);
  chat_contact_remove_finish (person_contact (self, address), fake_wait (&result), &error);
  g_assert_no_error (error);
  fake_wait_until (is_gone, person_contact (self, address), "the contact to be gone");
}

/* -- waiting until it is so -- */

static gboolean
stands_so (gpointer data)
{
  const Standing *wanted = data;

  return chat_contact_get_subscription (wanted->contact) == wanted->subscription
         && chat_contact_is_asked (wanted->contact) == wanted->is_asked
         && chat_contact_is_asking (wanted->contact) == wanted->is_asking
         && (chat_contact_get_show (wanted->contact) != XMPP_SHOW_OFFLINE) == wanted->is_online;
}

void
person_await (Person *self, const char *address, Standing wanted, const char *what)
{
  g_autofree char *line = g_strdup_printf ("%s as %s sees it: %s", address, self->address, what);

  g_test_message ("%s", line);
  wanted.contact = person_contact (self, address);
  fake_wait_until (stands_so, &wanted, line);
}

typedef struct {
  ChatContact *contact;
  XmppShow     show;
  const char  *status;
} Showing;

static gboolean
shows_so (gpointer data)
{
  const Showing *wanted = data;

  return chat_contact_get_show (wanted->contact) == wanted->show
         && g_strcmp0 (chat_contact_get_status (wanted->contact), wanted->status) == 0;
}

void
person_await_show (Person *self, const char *address, XmppShow show, const char *status)
{
  g_autofree char *line = g_strdup_printf ("%s to see %s in mood %d: %s", self->address, address, show, status);
  Showing wanted = { person_contact (self, address), show, status };

  fake_wait_until (shows_so, &wanted, line);
}

typedef struct {
  GListModel *timeline;
  GStrv       lines;
  char       *seen;     /* (owned, nullable) */
} Reading;

static void
write_line (GString *text, ChatMessage *message)
{
  static const char *const marks[] = {
    [STORE_MESSAGE_RECEIVED] = "<",  [STORE_MESSAGE_PENDING] = "?", [STORE_MESSAGE_FAILED] = "!",
    [STORE_MESSAGE_SENT] = ">", [STORE_MESSAGE_DELIVERED] = ">>", [STORE_MESSAGE_READ] = ">>",
  };
  StoreMessageState state = chat_message_get_state (message);

  g_string_append_printf (text, "%s %s", marks[state], chat_message_get_body (message));
  if (state == STORE_MESSAGE_FAILED)
    g_string_append_printf (text, " (%s)", chat_message_get_error (message));
  g_string_append_c (text, '\n');
}

static gboolean
reads_so (gpointer data)
{
  Reading *reading = data;
  g_autofree char *wanted = g_strjoinv ("\n", reading->lines);
  g_autoptr (GString) seen = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (reading->timeline); i++) {
    g_autoptr (ChatMessage) message = g_list_model_get_item (reading->timeline, i);

    write_line (seen, message);
  }
  if (g_strcmp0 (reading->seen, seen->str) != 0) {
    g_free (reading->seen);
    reading->seen = g_strdup (seen->str);
    g_test_message ("%s", seen->str);
  }
  return g_str_equal (seen->str, wanted);
}

void
person_await_lines (Person *self, const char *address, const char *line, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autofree char *what = g_strdup_printf ("what %s has of %s", self->address, address);
  Reading reading = { G_LIST_MODEL (chat_conversation_get_timeline (person_with (self, address))), NULL, NULL };
  va_list arguments;

  va_start (arguments, line);
  for (; line != NULL; line = va_arg (arguments, const char *))
    g_strv_builder_add (builder, line);
  va_end (arguments);
  g_strv_builder_add (builder, "");
  reading.lines = lines = g_strv_builder_end (builder);
  fake_wait_until (reads_so, &reading, what);
  g_free (reading.seen);
}

gboolean
person_is_on (const char *server)
{
  return g_strcmp0 (g_getenv ("LINNET_TEST_SERVER"), server) == 0;
}
