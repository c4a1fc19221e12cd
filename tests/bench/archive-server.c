/* A server in a process of its own that keeps an archive and answers at once: what is left is what a client costs.
 *
 * It lets everybody in, knows one account and confirms whatever it is sent. The archive is made up: item n is the n-th
 * line that one of the people said, and its id is its number. */
#include "archive-server.h"

#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xmpp-reader.h"

#define FULL ARCHIVE_OWN "/orchard"

typedef struct {
  int       fd;
  guint     messages, people;
  guint     streams;    /* headers seen */
  guint     handled;    /* stanzas since <enable/> */
  gboolean  is_managed;
} Server;

static void
say (Server *self, const char *text, gssize length)
{
  gsize left = length >= 0 ? (gsize) length : strlen (text);

  while (left > 0) {
    gssize n = write (self->fd, text, left);

    if (n <= 0)
      _exit (0);
    text += n;
    left -= n;
  }
}

G_GNUC_PRINTF (2, 3)
static void
sayf (Server *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  say (self, text, -1);
}

guint
archive_server_first (guint end)
{
  return end > ARCHIVE_PAGE ? end - ARCHIVE_PAGE : 0;
}

static void
append_item (GString *page, guint number, guint people, const char *query)
{
  g_autofree char *friend = g_strdup_printf ("friend%u@capulet.example", number % people);
  g_autoptr (GDateTime) start = g_date_time_new_utc (2026, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) said = g_date_time_add_seconds (start, number);
  g_autofree char *stamp = g_date_time_format (said, "%Y-%m-%dT%H:%M:%SZ");
  gboolean is_ours = number % 3 == 0;

  g_string_append_printf (
      page,
      "<message to='" FULL "'><result xmlns='urn:xmpp:mam:2' queryid='%s' id='%u'>"
      "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='%s'/>"
      "<message xmlns='jabber:client' type='chat' id='line-%u' from='%s/phone' to='%s'><body>Two households, both alike in dignity, in fair Verona: line %u of many.</body>"
      "<origin-id xmlns='urn:xmpp:sid:0' id='line-%u'/><active xmlns='http://jabber.org/protocol/chatstates'/>"
      "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
      "<stanza-id xmlns='urn:xmpp:sid:0' by='%s' id='%u'/></message></forwarded></result></message>",
      query, number, stamp, number, is_ours ? ARCHIVE_OWN : friend, is_ours ? friend : ARCHIVE_OWN, number, number,
      ARCHIVE_OWN, number);
}

char *
archive_server_page (guint messages, guint people, guint end, const char *query, const char *iq)
{
  GString *page = g_string_new (NULL);
  guint first = archive_server_first (end);

  for (guint i = first; i < end; i++)
    append_item (page, i, people, query);
  g_string_append_printf (page, "<iq type='result' id='%s' to='" FULL "'><fin xmlns='urn:xmpp:mam:2' complete='%s'>"
                                "<set xmlns='http://jabber.org/protocol/rsm'><first>%u</first><last>%u</last>"
                                "<count>%u</count></set></fin></iq>",
                          iq, first == 0 ? "true" : "false", first, end - 1, messages);
  return g_string_free (page, FALSE);
}

static void
answer_archive (Server *self, const XmppNode *query, const char *iq)
{
  const XmppNode *set = xmpp_node_find (query, "set", "http://jabber.org/protocol/rsm");
  const char *before = set != NULL ? xmpp_node_find_text (set, "before", NULL) : NULL;
  guint end = before != NULL && *before != '\0' ? g_ascii_strtoull (before, NULL, 10) : self->messages;
  g_autofree char *page =
      archive_server_page (self->messages, self->people, end, xmpp_node_get (query, "queryid"), iq);

  say (self, page, -1);
}

static void
answer_question (Server *self, const XmppNode *iq)
{
  const XmppNode *payload = xmpp_node_get_first (iq);
  const char *id = xmpp_node_get (iq, "id");
  const char *type = xmpp_node_get (iq, "type");

  if (g_strcmp0 (type, "get") != 0 && g_strcmp0 (type, "set") != 0)
    return;
  if (xmpp_node_is (payload, "bind", "urn:ietf:params:xml:ns:xmpp-bind"))
    sayf (self, "<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" FULL "</jid></bind>"
                "</iq>", id);
  else if (xmpp_node_is (payload, "query", "urn:xmpp:mam:2") && g_strcmp0 (type, "set") == 0)
    answer_archive (self, payload, id);
  else if (xmpp_node_is (payload, "query", "http://jabber.org/protocol/disco#info"))
    sayf (self, "<iq type='result' id='%s' from='%s'><query xmlns='http://jabber.org/protocol/disco#info'>"
                "<identity category='server' type='im'/><feature var='urn:xmpp:mam:2'/><feature var='urn:xmpp:sid:0'/>"
                "</query></iq>", id, xmpp_node_get (iq, "to") != NULL ? xmpp_node_get (iq, "to") : ARCHIVE_OWN);
  else if (xmpp_node_is (payload, "query", "jabber:iq:roster"))
    sayf (self, "<iq type='result' id='%s'><query xmlns='jabber:iq:roster'/></iq>", id);
  else
    sayf (self, "<iq type='result' id='%s' from='%s'/>", id,
          xmpp_node_get (iq, "to") != NULL ? xmpp_node_get (iq, "to") : ARCHIVE_OWN);
}

/* -- what the client says -- */

static void
opened_cb (XmppNode *header, gpointer data)
{
  Server *self = data;

  say (self, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
             " version='1.0' from='montague.example' id='verona'>", -1);
  if (self->streams++ == 0)
    say (self, "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
               "</mechanisms></stream:features>", -1);
  else
    say (self, "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>"
               "</stream:features>", -1);
}

static void
stanza_cb (XmppNode *stanza, gpointer data)
{
  Server *self = data;
  g_autoptr (XmppNode) owned = stanza;

  if (xmpp_node_is (stanza, "auth", "urn:ietf:params:xml:ns:xmpp-sasl")) {
    say (self, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", -1);
  } else if (xmpp_node_is (stanza, "enable", "urn:xmpp:sm:3")) {
    self->is_managed = TRUE;
    say (self, "<enabled xmlns='urn:xmpp:sm:3' id='balcony' resume='true'/>", -1);
  } else if (xmpp_node_is (stanza, "r", "urn:xmpp:sm:3")) {
    sayf (self, "<a xmlns='urn:xmpp:sm:3' h='%u'/>", self->handled);
  } else if (g_strcmp0 (xmpp_node_get_ns (stanza), "jabber:client") == 0) {
    self->handled += self->is_managed;
    if (xmpp_node_is (stanza, "iq", "jabber:client"))
      answer_question (self, stanza);
  }
}

static void
closed_cb (gpointer data)
{
  Server *self = data;

  say (self, "</stream:stream>", -1);
  _exit (0);
}

/* <success/> is followed by a new stream, and its parser knows nothing of the old one. */
static void
serve (Server *self)
{
  static const XmppReaderEvents events = { opened_cb, stanza_cb, closed_cb };
  XmppReader *reader = xmpp_reader_new (&events, self);
  char bytes[16 * 1024];
  gssize n;

  while ((n = read (self->fd, bytes, sizeof bytes)) > 0) {
    if (self->streams == 1 && g_strstr_len (bytes, n, "<?xml") != NULL)
      xmpp_reader_reset (reader);
    if (!xmpp_reader_feed (reader, bytes, n, NULL))
      break;
  }
  _exit (0);
}

GSocket *
archive_server_start (guint messages, guint people)
{
  int ends[2];
  pid_t child;

  g_assert (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  child = fork ();
  g_assert (child >= 0);
  if (child == 0) {
    Server server = { .fd = ends[0], .messages = messages, .people = people };

    close (ends[1]);
    serve (&server);
  }
  close (ends[0]);
  return g_socket_new_from_fd (ends[1], NULL);
}
