/* Reads links to an XMPP address (RFC 5122, XEP-0147) into plain values; what they suggest is for the user to decide.
 *
 *   xmpp: //guest@example.com/ support@example.com/desk ? message ; subject=Hello;body=… # part
 *         authority, passed over  address                 action    pairs                 fragment, passed over
 *
 * It is cut at its delimiters first and decoded after, so that an encoded delimiter is only a character. */
#include "xmpp-uri.h"

#include <string.h>

#define SCHEME    "xmpp:"
#define MAX_PAIRS 64

struct _XmppUri {
  XmppJid    *jid;      /* (owned) */
  char       *action;   /* (owned, nullable) */
  GHashTable *values;   /* (owned) key → value, of texts */
};

/* A part of the link: [start, end). */
typedef struct {
  const char *start, *end;
} Part;

G_DEFINE_QUARK (xmpp-uri-error-quark, xmpp_uri_error)

/**
 * xmpp_uri_free:
 * @self: (transfer full): a link
 */
void
xmpp_uri_free (XmppUri *self)
{
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->values, g_hash_table_unref);
  g_free (self->action);
  g_free (self);
}

static gboolean
refuse (GError       **error,
        XmppUriError   code,
        const char    *message)
{
  g_set_error_literal (error, XMPP_URI_ERROR, code, message);
  return FALSE;
}

/* Cuts what is before the first of @delimiters off @rest, which then begins with the delimiter, or is empty. */
static Part
cut (Part       *rest,
     const char *delimiters)
{
  Part part = { rest->start, rest->start };

  while (part.end < rest->end && strchr (delimiters, *part.end) == NULL)
    part.end++;
  rest->start = part.end;
  return part;
}

static gboolean
take (Part       *rest,
      const char *prefix)
{
  gsize length = strlen (prefix);

  if ((gsize) (rest->end - rest->start) < length || g_ascii_strncasecmp (rest->start, prefix, length) != 0)
    return FALSE;
  rest->start += length;
  return TRUE;
}

static gboolean
has_control (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)) && strchr ("\t\r\n", *text) == NULL)
      return TRUE;
  return FALSE;
}

/* Of encoded controls only those that a text of several lines has are let through. */
static char *
decode (const Part  *part,
        GError     **error)
{
  g_autofree char *text = g_uri_unescape_segment (part->start, part->end, NULL);

  if (text == NULL || !g_utf8_validate (text, -1, NULL) || has_control (text)) {
    refuse (error, XMPP_URI_ERROR_BAD_TEXT, "The link is not encoded as it must be");
    return NULL;
  }
  return g_steal_pointer (&text);
}

static gboolean
has_edge_space (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && (g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1]));
}

/* RFC 5122 §2.2: a node before "@", a host, and a resource behind "/". The delimiters count as they stand in the link;
 * an encoded one would make another address of it, and is refused by the rules of the part, but in a resource. */
static XmppJid *
read_address (Part     path,
              GError **error)
{
  Part bare = cut (&path, "/");
  Part node = cut (&bare, "@");
  gboolean has_node = take (&bare, "@"), has_resource = take (&path, "/");
  g_autofree char *local = has_node ? decode (&node, error) : NULL;
  g_autofree char *domain = NULL;
  g_autofree char *resource = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (XmppJid) jid = NULL;

  if (has_node && local == NULL)
    return NULL;
  domain = decode (has_node ? &bare : &node, error);
  resource = domain != NULL && has_resource ? decode (&path, error) : NULL;
  if (domain == NULL || (has_resource && resource == NULL))
    return NULL;

  text = local != NULL ? g_strconcat (local, "@", domain, NULL) : g_strdup (domain);
  if (strpbrk (domain, "@/") != NULL || (local != NULL && strpbrk (local, "@/") != NULL) || has_edge_space (text)) {
    refuse (error, XMPP_URI_ERROR_BAD_ADDRESS, "There is no valid address in the link");
    return NULL;
  }

  jid = xmpp_jid_new_typed (text, &reason);
  if (jid != NULL && resource != NULL) {
    g_autoptr (XmppJid) bare_jid = g_steal_pointer (&jid);

    jid = xmpp_jid_with_resource (bare_jid, resource, &reason);
  }
  if (jid == NULL)
    refuse (error, XMPP_URI_ERROR_BAD_ADDRESS, reason->message);

  return g_steal_pointer (&jid);
}

static gboolean
read_pair (XmppUri  *self,
           Part      pair,
           GError  **error)
{
  Part name = cut (&pair, "=");
  gboolean has_value = take (&pair, "=");
  g_autofree char *key = decode (&name, error);
  g_autofree char *value = key != NULL ? decode (&pair, error) : NULL;

  if (value == NULL)
    return FALSE;
  if (!has_value || *key == '\0')
    return refuse (error, XMPP_URI_ERROR_BAD_QUERY, "What the link asks for has no value");
  if (!g_hash_table_contains (self->values, key))
    g_hash_table_insert (self->values, g_steal_pointer (&key), g_steal_pointer (&value));

  return TRUE;
}

/* Its first piece is the action, unless that is a pair already: RFC 5122 does not allow this, but other clients hand
 * out fingerprints so. */
static gboolean
read_query (XmppUri  *self,
            Part      query,
            GError  **error)
{
  Part first = cut (&query, ";");

  if (memchr (first.start, '=', first.end - first.start) != NULL) {
    if (!read_pair (self, first, error))
      return FALSE;
  } else if (first.end > first.start) {
    self->action = decode (&first, error);
    if (self->action == NULL)
      return FALSE;
  }

  for (guint n_pairs = 0; take (&query, ";"); n_pairs++) {
    Part pair = cut (&query, ";");

    if (n_pairs == MAX_PAIRS)
      return refuse (error, XMPP_URI_ERROR_TOO_LONG, "The link asks for too much");
    if (pair.end > pair.start && !read_pair (self, pair, error))
      return FALSE;
  }

  return TRUE;
}

/* Takes the scheme off what may be a link at all. */
static gboolean
take_scheme (Part    *link,
             GError **error)
{
  if (link->end - link->start > XMPP_URI_MAX_BYTES)
    return refuse (error, XMPP_URI_ERROR_TOO_LONG, "The link is too long");
  if (!take (link, SCHEME))
    return refuse (error, XMPP_URI_ERROR_NOT_XMPP, "This is not a link to an XMPP address");
  for (const char *p = link->start; p < link->end; p++)
    if (g_ascii_iscntrl (*p))
      return refuse (error, XMPP_URI_ERROR_BAD_TEXT, "There is a control character in the link");

  return TRUE;
}

/* Public */

/**
 * xmpp_uri_new_from_string:
 * @text: (nullable): a link, as IRI or URI; untrusted
 * @error: return location for a #GError
 *
 * Reads a link, and does nothing else. Which account of ours is to follow it, its authority, is passed over, because
 * that is for the user to say; a link that has nothing else has no address. Percent-encoding is undone everywhere. The
 * address is normalised as if somebody had typed it. A "+" in a value is a plus.
 *
 * Returns: (transfer full) (nullable): the link, or %NULL with an error of #XMPP_URI_ERROR
 */
XmppUri *
xmpp_uri_new_from_string (const char  *text,
                          GError     **error)
{
  g_autoptr (XmppUri) self = NULL;
  const char *link = text != NULL ? text : "";
  Part rest = { link, link + strnlen (link, XMPP_URI_MAX_BYTES + 1) };
  Part path;

  if (!take_scheme (&rest, error))
    return NULL;

  path = cut (&rest, "?#");
  if (take (&path, "//")) {
    cut (&path, "/");
    take (&path, "/");
  }

  self = g_new0 (XmppUri, 1);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->jid = read_address (path, error);
  if (self->jid == NULL)
    return NULL;
  if (take (&rest, "?") && !read_query (self, cut (&rest, "#"), error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * xmpp_uri_get_jid:
 * @self: a link
 *
 * Returns: (transfer none): whom it leads to
 */
XmppJid *
xmpp_uri_get_jid (const XmppUri *self)
{
  return self->jid;
}

/**
 * xmpp_uri_get_action:
 * @self: a link
 *
 * Returns: (transfer none) (nullable): what it suggests to do there, the query type of RFC 5122 §2.5, like "message",
 *   "roster", "subscribe", "remove" or "join" (XEP-0147 §3); any text, as a stranger may have written it
 */
const char *
xmpp_uri_get_action (const XmppUri *self)
{
  return self->action;
}

/**
 * xmpp_uri_get_value:
 * @self: a link
 * @key: the name of a value, like "body"; case matters
 *
 * Returns: (transfer none) (nullable): the value, the first if there are several: UTF-8 without control characters
 *   other than tabs and line breaks, and without a limit of its own; a stranger may have written it
 */
const char *
xmpp_uri_get_value (const XmppUri *self,
                    const char    *key)
{
  return g_hash_table_lookup (self->values, key);
}
