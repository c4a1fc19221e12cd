/* Finds the links in a text (RFC 3986, RFC 5122, RFC 6068) without looking twice, so that no text takes long. */
#include "base-text.h"

#include <string.h>

#define MAX_HOST 255   /* bytes of a domain name or an address literal */

/* How far the text was looked at; both are ahead of what is asked about, or to be found anew. */
typedef struct {
  const char *run_end;   /* the next character that no link has */
  const char *mark;      /* the next of "@/?#" before it, else run_end */
} Scan;

/* Finds the end of the host or address that a link goes to. NULL: there is none. */
typedef const char *(*FindTarget) (const Scan *scan, const char *at);

typedef struct {
  const char *prefix;
  FindTarget  find_target;
} Scheme;

static gboolean
is_host_char (gunichar c)
{
  return c == '-' || c == '.' || c == '_' || g_unichar_isalnum (c) || g_unichar_ismark (c);
}

/* Moves behind a domain name or an IPv6 address in brackets. */
static gboolean
take_host (const char **at,
           const char  *end)
{
  const char *p = *at;
  const char *limit = end - p > MAX_HOST ? p + MAX_HOST : end;

  if (p < limit && *p == '[') {
    p++;
    while (p < limit && (g_ascii_isxdigit (*p) || *p == ':' || *p == '.'))
      p++;
    if (p == limit || *p != ']' || p - *at < 3)
      return FALSE;
    *at = p + 1;
    return TRUE;
  }

  if (p == limit || !g_unichar_isalnum (g_utf8_get_char (p)))
    return FALSE;
  while (p < limit && is_host_char (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  if (limit < end && p >= limit)
    return FALSE;
  *at = p;

  return TRUE;
}

/* A host, perhaps with a port. A user's name before it is there only to look like one, so that is not a link. */
static const char *
find_web_target (const Scan *scan,
                 const char *at)
{
  if (*scan->mark == '@' || !take_host (&at, scan->run_end))
    return NULL;
  if (at[0] == ':' && g_ascii_isdigit (at[1]))
    for (at++; g_ascii_isdigit (*at);)
      at++;

  return at;
}

static const char *
find_mail_target (const Scan *scan,
                  const char *at)
{
  const char *host = scan->mark + 1;

  return *scan->mark == '@' && scan->mark > at && take_host (&host, scan->run_end) ? host : NULL;
}

/* An address, or a domain that looks like one: in "xmpp:good" there is none. */
static const char *
find_xmpp_target (const Scan *scan,
                  const char *at)
{
  const char *host = at;

  if (*scan->mark == '@')
    return find_mail_target (scan, at);
  if (!take_host (&at, scan->run_end))
    return NULL;

  return *host == '[' || memchr (host, '.', at - host - 1) != NULL ? at : NULL;
}

static const Scheme schemes[] = {
  { "https://", find_web_target },
  { "http://", find_web_target },
  { "xmpp:", find_xmpp_target },
  { "mailto:", find_mail_target },
};

static gboolean
ends_link (gunichar c)
{
  switch (g_unichar_type (c)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_FORMAT:
  case G_UNICODE_SPACE_SEPARATOR:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return TRUE;
  default:
    return c < 0x80 && strchr ("<>\"`{}|\\^", (int) c) != NULL;
  }
}

/* Where the path, query or fragment at @at ends, punctuation included: at a character that no link has, or at a bracket
 * that was opened before it. */
static const char *
find_end (const char *at)
{
  guint n_round = 0, n_square = 0;

  for (; *at != '\0'; at = g_utf8_next_char (at)) {
    if (ends_link (g_utf8_get_char (at)))
      break;
    if (*at == '(')
      n_round++;
    else if (*at == '[')
      n_square++;
    else if ((*at == ')' && n_round-- == 0) || (*at == ']' && n_square-- == 0))
      break;
  }

  return at;
}

/* What ends a sentence is not part of the link in it. */
static const char *
strip_punctuation (const char *start,
                   const char *end)
{
  while (end > start) {
    const char *last = g_utf8_prev_char (end);
    gunichar c = g_utf8_get_char (last);

    if (c < 0x80 ? strchr (".,;:!?'*~([", (int) c) == NULL : !g_unichar_ispunct (c))
      break;
    end = last;
  }

  return end;
}

static const Scheme *
find_scheme (const char *at)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (at, schemes[i].prefix, strlen (schemes[i].prefix)) == 0)
      return &schemes[i];

  return NULL;
}

static void
look_ahead (Scan       *scan,
            const char *at)
{
  if (scan->run_end < at)
    for (scan->run_end = at; *scan->run_end != '\0' && !ends_link (g_utf8_get_char (scan->run_end));)
      scan->run_end = g_utf8_next_char (scan->run_end);

  if (scan->mark < at)
    for (scan->mark = at; scan->mark < scan->run_end && strchr ("@/?#", *scan->mark) == NULL;)
      scan->mark++;
}

/**
 * base_text_links:
 * @text: (nullable): any text
 *
 * Finds links with the schemes https, http, xmpp and mailto, and no others: what is clicked is handed to the desktop.
 * A link has a host or an address; it ends before white space, punctuation that ends a sentence, and brackets that are
 * not its own. A web link with a user name in it is not taken for one.
 *
 * Returns: (transfer full) (element-type BaseTextLink): the links in order, by bytes of @text
 */
GArray *
base_text_links (const char *text)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (BaseTextLink));
  gunichar before = ' ';
  const char *at = text;
  Scan scan = { text, text };

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return links;

  while (*at != '\0') {
    gboolean may_start = !g_unichar_isalnum (before) && (before >= 0x80 || strchr ("+-._", (int) before) == NULL);
    const Scheme *scheme = may_start ? find_scheme (at) : NULL;

    if (scheme != NULL) {
      const char *start = at + strlen (scheme->prefix);
      const char *end;

      look_ahead (&scan, start);
      end = scheme->find_target (&scan, start);
      if (end != NULL) {
        BaseTextLink link = { .start = at - text };

        if (*end != '\0' && strchr ("/?#", *end) != NULL)
          end = find_end (end);
        end = strip_punctuation (start, end);
        link.end = end - text;
        g_array_append_val (links, link);
        before = ' ';
        at = end;
        continue;
      }
    }

    before = g_utf8_get_char (at);
    at = g_utf8_next_char (at);
  }

  return links;
}
