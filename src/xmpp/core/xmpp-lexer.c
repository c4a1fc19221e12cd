/* Cuts a stream of characters into whole tags and pieces of text, so that no limit waits for a token to end.
 *
 *            ┌──────── & ───────► REFERENCE ──── ; ────┐
 *            │                                         ▼
 *   ───────► TEXT ◄──────────────────────────────────────────────────────┐
 *            │                                                           │
 *            └── < ──► MARKUP ─┬─ ? (first byte of all) ─► DECLARATION ─ ?> ─┤
 *                              ├─ ! ─► CDATA_OPEN ─ [CDATA[ ─► CDATA ─ ]]> ──┤
 *                              └─ else ─► TAG ◄─ ' " ─► VALUE                │
 *                                          └─────────── > ───────────────────┘
 *
 * A tag that is too much is told in parts, so that whoever passes over it need not keep it.
 *
 * It knows just enough XML to see where tokens end. Whether they are right is for the parser behind it. */
#include "xmpp-lexer.h"

#include <string.h>

#include "xmpp-error.h"

#define MAX_TAG         (256 * 1024)   /* bytes */
#define MAX_PART        4096           /* bytes of a tag that is too much, told at a time */
#define MAX_NAME        (32 * 1024)    /* bytes between two values of a tag; libxml2 gives up on names of 50000 */
#define MAX_ATTRIBUTES  256            /* of one tag, declared namespaces included; libxml2 compares each with each */
#define MAX_DECLARATION 1024           /* bytes */
#define MAX_REFERENCE   64             /* bytes; the names of the entities that there are have at most four letters */
#define MAX_CDATA       4096           /* bytes of a section before it is cut in two */
#define CDATA_OPEN_TAG  "<![CDATA["
#define CDATA_CLOSE_TAG "]]>"

typedef enum {
  IN_TEXT,
  IN_REFERENCE,
  IN_MARKUP,
  IN_DECLARATION,
  IN_CDATA_OPEN,
  IN_CDATA,
  IN_TAG,
  IN_VALUE,
} State;

struct _XmppLexer {
  gsize         max_value;      /* bytes */
  XmppTokenFunc func;
  gpointer      user_data;
  State         state;
  GString      *token;          /* (owned) what is not told yet of a token that is told in one piece */
  gboolean      is_started;     /* there was text or a tag before */
  char          quote;          /* IN_VALUE: what ends it */
  guint         n_attributes;   /* of this tag */
  gsize         start;          /* IN_TAG, IN_VALUE: where in token this value, or what is between two, begins */
  gboolean      is_too_much;    /* this tag breaks a limit, and is told in parts */
  guint         n_brackets;     /* IN_TEXT, IN_CDATA: how many ']' came last, at most 2 */
};

/**
 * xmpp_lexer_new:
 * @max_value: how long the value of an attribute may be, bytes
 * @func: is given each token
 * @user_data: for @func
 *
 * Returns: (transfer full): a lexer that waits for the first byte of a document
 */
XmppLexer *
xmpp_lexer_new (gsize         max_value,
                XmppTokenFunc func,
                gpointer      user_data)
{
  XmppLexer *self = g_new0 (XmppLexer, 1);

  self->max_value = max_value;
  self->func = func;
  self->user_data = user_data;
  self->token = g_string_new (NULL);

  return self;
}

/**
 * xmpp_lexer_free:
 * @self: (transfer full): a lexer
 */
void
xmpp_lexer_free (XmppLexer *self)
{
  g_string_free (self->token, TRUE);
  g_free (self);
}

/* Steps: each takes one byte, but for that in text; what a tag has between is taken before them. */

static gboolean
refuse (GError          **error,
        XmppStreamError   code,
        const char       *message)
{
  g_set_error_literal (error, XMPP_STREAM_ERROR, code, message);

  return FALSE;
}

static gboolean
end_token (XmppLexer *self,
           XmppToken  token)
{
  gboolean go_on = self->func (token, self->token->str, self->token->len, self->user_data);

  g_string_truncate (self->token, 0);
  self->state = IN_TEXT;
  self->n_brackets = 0;

  return go_on;
}

static gboolean
step_reference (XmppLexer  *self,
                char        c,
                GError    **error)
{
  g_string_append_c (self->token, c);
  if (c == ';')
    return end_token (self, XMPP_TOKEN_TEXT);
  if (!g_ascii_isalnum (c) && strchr ("#_-.:", c) == NULL && (guchar) c < 0x80)
    return refuse (error, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "There is a bare ampersand");
  if (self->token->len > MAX_REFERENCE)
    return refuse (error, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a reference to an entity");

  return TRUE;
}

/* Its last byte stays for the next time: with the one that ends the tag it says whether the element is empty. */
static gboolean
tell_part (XmppLexer *self)
{
  gsize length = self->token->len - 1;
  gboolean go_on = self->func (XMPP_TOKEN_TAG_PART, self->token->str, length, self->user_data);

  g_string_erase (self->token, 0, (gssize) length);
  self->is_too_much = TRUE;

  return go_on;
}

/* How many more bytes this tag may have before a step must look at its length. */
static gsize
get_room (const XmppLexer *self)
{
  gsize max;

  if (self->is_too_much)
    max = MAX_PART;
  else if (self->state == IN_VALUE)
    max = self->start + self->max_value;
  else
    max = MIN (MAX_TAG, self->start + MAX_NAME);

  return max > self->token->len ? max - self->token->len : 0;
}

/* Takes at once what only makes a tag longer, which nearly all bytes of a stream do. Returns how many bytes. */
static gsize
take_plain (XmppLexer  *self,
            const char *text,
            const char *end)
{
  gsize max = MIN (get_room (self), (gsize) (end - text)), n = 0;

  if (self->state == IN_VALUE) {
    const char *quote = memchr (text, self->quote, max);
    const char *tag = memchr (text, '<', quote != NULL ? (gsize) (quote - text) : max);

    n = tag != NULL ? (gsize) (tag - text) : quote != NULL ? (gsize) (quote - text) : max;
  } else {
    while (n < max && text[n] != '>' && text[n] != '\'' && text[n] != '"' && text[n] != '<')
      n++;
  }
  g_string_append_len (self->token, text, (gssize) n);

  return n;
}

static gboolean
step_tag (XmppLexer  *self,
          char        c,
          GError    **error)
{
  g_string_append_c (self->token, c);

  switch (c) {
  case '>':
    return end_token (self, self->is_too_much ? XMPP_TOKEN_TAG_REST : XMPP_TOKEN_TAG);
  case '<':
    return refuse (error, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "A tag begins inside another");
  case '\'':
  case '"':
    self->n_attributes++;
    self->state = IN_VALUE;
    self->quote = c;
    self->start = self->token->len;
    break;
  default:
    break;
  }

  if (self->is_too_much ? self->token->len > MAX_PART
                        : self->token->len > MAX_TAG || self->token->len - self->start > MAX_NAME
                          || self->n_attributes > MAX_ATTRIBUTES)
    return tell_part (self);

  return TRUE;
}

static gboolean
step_value (XmppLexer  *self,
            char        c,
            GError    **error)
{
  g_string_append_c (self->token, c);
  if (c == self->quote) {
    self->state = IN_TAG;
    self->start = self->token->len;
  } else if (c == '<') {
    return refuse (error, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "A tag begins inside an attribute");
  } else if (self->is_too_much ? self->token->len > MAX_PART
                               : self->token->len - self->start > self->max_value) {
    return tell_part (self);
  }

  return TRUE;
}

/* RFC 6120 §11.1: a comment, a document type or a processing instruction is refused where it begins. */
static gboolean
step_markup (XmppLexer  *self,
             char        c,
             GError    **error)
{
  gboolean is_first = !self->is_started;

  self->is_started = TRUE;
  if (c == '?' && is_first) {
    self->state = IN_DECLARATION;
  } else if (c == '?') {
    return refuse (error, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a processing instruction");
  } else if (c == '!') {
    self->state = IN_CDATA_OPEN;
  } else {
    self->state = IN_TAG;
    self->start = 0;
    self->n_attributes = 0;
    self->is_too_much = FALSE;
    return step_tag (self, c, error);
  }

  g_string_append_c (self->token, c);

  return TRUE;
}

static gboolean
step_declaration (XmppLexer  *self,
                  char        c,
                  GError    **error)
{
  g_string_append_c (self->token, c);
  if (c == '>' && self->token->str[self->token->len - 2] == '?')
    return end_token (self, XMPP_TOKEN_DECLARATION);
  if (self->token->len > MAX_DECLARATION)
    return refuse (error, XMPP_STREAM_ERROR_POLICY_VIOLATION, "The XML declaration is too long");

  return TRUE;
}

static gboolean
step_cdata_open (XmppLexer  *self,
                 char        c,
                 GError    **error)
{
  if (c != CDATA_OPEN_TAG[self->token->len])
    return refuse (error, XMPP_STREAM_ERROR_RESTRICTED_XML, "There is a comment or a document type");

  g_string_append_c (self->token, c);
  if (self->token->len == strlen (CDATA_OPEN_TAG)) {
    self->state = IN_CDATA;
    self->n_brackets = 0;
  }

  return TRUE;
}

/* A parser may wait for the end of a section with all that is in it. So a long one is cut into several that mean the
 * same; brackets at the cut go to the next, they may be the first of its end. */
static gboolean
cut_cdata (XmppLexer *self)
{
  guint n_brackets = self->n_brackets;

  g_string_truncate (self->token, self->token->len - n_brackets);
  g_string_append (self->token, CDATA_CLOSE_TAG);
  if (!end_token (self, XMPP_TOKEN_TEXT))
    return FALSE;

  g_string_append (self->token, CDATA_OPEN_TAG);
  g_string_append_len (self->token, CDATA_CLOSE_TAG, n_brackets);
  self->n_brackets = n_brackets;
  self->state = IN_CDATA;

  return TRUE;
}

static gboolean
step_cdata (XmppLexer *self,
            char       c)
{
  gboolean is_end = c == '>' && self->n_brackets == 2;
  gboolean is_between = ((guchar) c & 0xc0) != 0x80;

  if (self->token->len > MAX_CDATA && is_between && !is_end && !cut_cdata (self))
    return FALSE;

  g_string_append_c (self->token, c);
  self->n_brackets = c == ']' ? MIN (self->n_brackets + 1, 2) : 0;

  return is_end ? end_token (self, XMPP_TOKEN_TEXT) : TRUE;
}

/* Text is not held back: what there is of it is one token. @at moves behind it. */
static gboolean
step_text (XmppLexer   *self,
           const char **at,
           const char  *end,
           GError     **error)
{
  const char *start = *at, *p = start;

  for (; p < end && *p != '<' && *p != '&' && (*p != '>' || self->n_brackets < 2); p++)
    self->n_brackets = *p == ']' ? MIN (self->n_brackets + 1, 2) : 0;
  *at = p;
  self->is_started = self->is_started || p > start;

  if (p > start && !self->func (XMPP_TOKEN_TEXT, start, p - start, self->user_data))
    return FALSE;
  if (p == end)
    return TRUE;
  if (*p == '>')
    return refuse (error, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "A CDATA section ends that did not begin");

  self->state = *p == '<' ? IN_MARKUP : IN_REFERENCE;
  g_string_append_c (self->token, *p);
  *at = p + 1;

  return TRUE;
}

/* Public */

/**
 * xmpp_lexer_feed:
 * @self: a lexer
 * @text: valid UTF-8, of whole characters
 * @length: bytes of @text
 * @error: return location for a #GError of #XMPP_STREAM_ERROR
 *
 * What RFC 6120 §11.1 forbids is refused at the byte that breaks it. From the byte on that breaks a limit of one tag
 * (its length, that of its names and of its values, how many it has), that tag is told in parts.
 *
 * Returns: %FALSE with an error set, or without one when the token function said to stop; do not feed on then
 */
gboolean
xmpp_lexer_feed (XmppLexer   *self,
                 const char  *text,
                 gsize        length,
                 GError     **error)
{
  const char *end = text + length;
  gboolean go_on = TRUE;

  while (text < end && go_on) {
    switch (self->state) {
    case IN_TEXT:
      go_on = step_text (self, &text, end, error);
      break;
    case IN_REFERENCE:
      go_on = step_reference (self, *text++, error);
      break;
    case IN_MARKUP:
      go_on = step_markup (self, *text++, error);
      break;
    case IN_DECLARATION:
      go_on = step_declaration (self, *text++, error);
      break;
    case IN_CDATA_OPEN:
      go_on = step_cdata_open (self, *text++, error);
      break;
    case IN_CDATA:
      go_on = step_cdata (self, *text++);
      break;
    case IN_TAG:
      text += take_plain (self, text, end);
      if (text < end)
        go_on = step_tag (self, *text++, error);
      break;
    case IN_VALUE:
      text += take_plain (self, text, end);
      if (text < end)
        go_on = step_value (self, *text++, error);
      break;
    default:
      g_assert_not_reached ();
    }
  }

  return go_on;
}

/**
 * xmpp_lexer_is_idle:
 * @self: a lexer
 *
 * Returns: whether everything fed has been told, and no tag, reference or section is open
 */
gboolean
xmpp_lexer_is_idle (const XmppLexer *self)
{
  return self->state == IN_TEXT;
}
