/* Plays a transcript of a real server on the fake one: says what that said, and wants to hear what that heard. */
#include "transcript.h"

#include <string.h>

#include "fake-scram.h"
#include "xmpp-ns.h"
#include "xmpp-reader.h"

#define DECLARATION "<?xml version='1.0'?>"

struct _Transcript {
  FakeServer       *server;        /* not owned */
  char            **lines;         /* (owned) */
  GHashTable       *values;        /* (owned) placeholder's name → what stands for it in this run */
  GRegex           *placeholder;   /* (owned) */
  GString          *saying;        /* (owned) by the server, since the client's last turn */
  FakeScramServer  *scram;         /* (owned, nullable) */
  gboolean          is_bound;
  gboolean          is_unmanaged;
};

Transcript *
transcript_new (const char *name,
                FakeServer *server)
{
  Transcript *self = g_new0 (Transcript, 1);
  g_autofree char *file = g_strdup_printf ("prosody-0.12-%s.txt", name);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "session", "transcripts", file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  self->server = server;
  self->lines = g_strsplit (text, "\n", -1);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->placeholder = g_regex_new ("\\{([a-z-]+)\\}", 0, 0, &error);
  g_assert_no_error (error);
  self->saying = g_string_new (NULL);
  g_hash_table_insert (self->values, g_strdup ("stamp"), g_strdup (TRANSCRIPT_STAMP));
  return self;
}

void
transcript_free (Transcript *self)
{
  g_strfreev (self->lines);
  g_hash_table_unref (self->values);
  g_regex_unref (self->placeholder);
  g_string_free (self->saying, TRUE);
  g_clear_pointer (&self->scram, fake_scram_server_free);
  g_free (self);
}

const char *
transcript_name_of (Transcript *self,
                    const char *value)
{
  GHashTableIter iter;
  gpointer name, known;

  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &known))
    if (g_strcmp0 (known, value) == 0)
      return name;
  return value;
}

/* -- from a line to what is said or wanted -- */

static gboolean
fill_in_wanted_cb (const GMatchInfo *match,
                   GString          *xml,
                   gpointer          user_data)
{
  Transcript *self = user_data;
  g_autofree char *name = g_match_info_fetch (match, 1);
  const char *value = g_hash_table_lookup (self->values, name);
  g_autofree char *escaped = g_markup_escape_text (value != NULL ? value : "*", -1);

  g_string_append (xml, escaped);
  return FALSE;
}

static gboolean
fill_in_said_cb (const GMatchInfo *match,
                 GString          *xml,
                 gpointer          user_data)
{
  Transcript *self = user_data;
  g_autofree char *name = g_match_info_fetch (match, 1);

  if (!g_hash_table_contains (self->values, name))
    g_hash_table_insert (self->values, g_strdup (name), g_strdup (name));
  return fill_in_wanted_cb (match, xml, self);
}

static char *
fill_in (Transcript         *self,
         const char         *line,
         GRegexEvalCallback  callback)
{
  g_autoptr (GError) error = NULL;
  char *xml = g_regex_replace_eval (self->placeholder, line, -1, 0, 0, callback, self, &error);

  g_assert_no_error (error);
  return xml;
}

/* -- what the client's words teach -- */

static void
learn_value (Transcript *self,
             const char *wanted,
             const char *came)
{
  g_autoptr (GMatchInfo) match = NULL;

  if (wanted == NULL || !g_regex_match (self->placeholder, wanted, G_REGEX_MATCH_ANCHORED, &match))
    return;
  g_hash_table_replace (self->values, g_match_info_fetch (match, 1), g_strdup (came));
}

/* Whatever has a placeholder for all of its value. One that is a part of it has been learned before. */
static void
learn (Transcript     *self,
       const XmppNode *wanted,
       const XmppNode *came)
{
  static const char *const attributes[] = { "id", "node", "ver" };

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++) {
    const char *value = xmpp_node_get (wanted, attributes[i]);

    if (value != NULL && strstr (value, "}#{") == NULL)
      learn_value (self, value, xmpp_node_get (came, attributes[i]));
  }
  for (XmppNode *child = xmpp_node_get_first (wanted); child != NULL; child = xmpp_node_get_next (child)) {
    XmppNode *found = xmpp_node_find (came, xmpp_node_get_name (child), xmpp_node_get_ns (child));

    if (found != NULL)
      learn (self, child, found);
  }
}

/* The server's turn in SCRAM follows from the client's. Whom it does not believe it answers with what the line says. */
static void
learn_scram (Transcript     *self,
             const XmppNode *came)
{
  gboolean is_first = xmpp_node_is (came, "auth", NS_SASL);
  gsize length;
  g_autofree guchar *data = NULL;
  g_autofree char *said = NULL;
  g_autofree char *answer = NULL;

  if (!is_first && !xmpp_node_is (came, "response", NS_SASL))
    return;
  data = g_base64_decode (xmpp_node_get_text (came), &length);
  said = g_strndup ((const char *) data, length);
  if (is_first) {
    self->scram = fake_scram_server_new (xmpp_node_get (came, "mechanism"), FAKE_PASSWORD, NULL, FAKE_SCRAM_HONEST, 4096);
    answer = fake_scram_server_first (self->scram, said);
  } else {
    answer = fake_scram_server_final (self->scram, said);
  }
  if (answer != NULL)
    g_hash_table_insert (self->values, g_strdup (is_first ? "server-first" : "server-final"),
                         g_base64_encode ((const guchar *) answer, strlen (answer)));
}

/* -- playing -- */

static void
play_saying (Transcript *self)
{
  if (self->saying->len > 0)
    fake_server_send (self->server, "%s", self->saying->str);
  g_string_truncate (self->saying, 0);
}

static void
play_tls (Transcript *self)
{
  if (self->saying->len > 0)
    g_assert_true (fake_server_proceed_with (self->server, self->saying->str));
  else
    g_assert_true (fake_server_handshake (self->server));
  g_string_truncate (self->saying, 0);
}

static void
play_server (Transcript *self,
             const char *line)
{
  g_autofree char *xml = fill_in (self, line, fill_in_said_cb);

  g_string_append (self->saying, xml);
}

/* A stanza, or a stream's header without what would make it one. */
static char *
client_xml (const char *line)
{
  if (!g_str_has_prefix (line, DECLARATION))
    return g_strdup (line);
  return g_strdup_printf ("%.*s/>", (int) (strlen (line) - strlen (DECLARATION ">")), line + strlen (DECLARATION));
}

/* On the way in every word has its place; later, the client may say in any order what it says by itself. */
static void
play_client (Transcript     *self,
             const char     *line,
             TranscriptTell  tell,
             gpointer        user_data)
{
  g_autofree char *xml = client_xml (line);
  g_autofree char *document = g_strdup_printf ("<x xmlns='" NS_CLIENT "'>%s</x>", xml);
  g_autofree char *pattern = NULL;
  g_autoptr (XmppNode) root = NULL;
  g_autoptr (GError) error = NULL;
  const XmppNode *wanted;
  const XmppNode *came;

  root = xmpp_reader_parse (document, -1, &error);
  g_assert_no_error (error);
  wanted = xmpp_node_get_first (root);
  tell (wanted, user_data);

  pattern = fill_in (self, xml, fill_in_wanted_cb);
  came = (self->is_bound ? fake_server_find : fake_server_expect) (self->server, pattern);
  learn (self, wanted, came);
  learn_scram (self, came);
  if (xmpp_node_find (came, "bind", NS_BIND) != NULL)
    self->is_bound = TRUE;
}

/* In the transcripts nothing is confirmed: what our client asks for right after binding it does not get. */
static void
play_unmanaged (Transcript *self)
{
  if (!self->is_bound || self->is_unmanaged)
    return;
  self->is_unmanaged = TRUE;
  fake_server_expect (self->server, "<enable xmlns='" NS_SM "'/>");
  fake_server_send (self->server, "<failed xmlns='" NS_SM "'><feature-not-implemented xmlns='" NS_STANZAS "'/></failed>");
}

void
transcript_play (Transcript     *self,
                 TranscriptTell  tell,
                 gpointer        user_data)
{
  guint turns = 0;

  for (char **line = self->lines; *line != NULL; line++) {
    if (**line == '\0' || **line == '#')
      continue;
    g_test_message ("%.120s", *line);
    if (g_str_has_prefix (*line, "S: ")) {
      play_server (self, *line + 3);
      continue;
    }
    if (g_str_equal (*line, "TLS")) {
      play_tls (self);
      continue;
    }
    g_assert_true (g_str_has_prefix (*line, "C: "));
    play_saying (self);
    play_unmanaged (self);
    if (g_str_equal (*line + 3, "</stream:stream>"))
      fake_server_expect_end (self->server);
    else
      play_client (self, *line + 3, tell, user_data);
    turns++;
  }
  play_saying (self);
  g_assert_cmpuint (turns, >, 0);
}
