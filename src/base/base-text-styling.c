/* Finds what is styled in a text (XEP-0393) in one pass, so that no text takes long.
 *
 *   line ──► quotes: each '>' opens a level, or goes on with it; a level with no '>' on this line is closed
 *      └───► preformatted block, from "```" to "```" or to the end of the quote it is in
 *      └───► else spans, which never leave their line */
#include "base-text-styling.h"

#include <string.h>

#define MAX_QUOTES 16   /* quotes in each other; a deeper '>' is a character like others */

static const char signs[] = { '*', '_', '~', '`' };
static const BaseStyle sign_styles[] = { BASE_STYLE_STRONG, BASE_STYLE_EMPHASIS, BASE_STYLE_STRIKE, BASE_STYLE_PRE };

typedef struct {
  const char *text;
  GArray     *found;                /* (element-type BaseStyled) */
  guint       quotes[MAX_QUOTES];   /* those that are open, by their place in @found */
  guint       n_quotes;
  guint       pre;                  /* the same for the preformatted block … */
  gboolean    is_pre;               /* … if the line before is in one; it is in all quotes that are open */
} Parser;

static guint
add (Parser     *self,
     BaseStyle   style,
     const char *start,
     const char *end)
{
  BaseStyled styled = { style, (gsize) (start - self->text), (gsize) (end - self->text) };

  g_array_append_val (self->found, styled);
  return self->found->len - 1;
}

static void
extend (Parser     *self,
        guint       index,
        const char *end)
{
  g_array_index (self->found, BaseStyled, index).end = (gsize) (end - self->text);
}

/* --- spans -------------------------------------------------------------------------------------------------- */

static int
find_sign (char c)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (signs[i] == c)
      return (int) i;

  return -1;
}

static gboolean
is_space (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR || c == 0x0b || c == 0x85
         || c == 0x2028 || c == 0x2029;
}

/* Moves @at to the next sign that may close what was opened before it, or to @end. */
static void
find_closer (const char **at,
             const char  *after,
             const char  *end,
             char         sign)
{
  if (*at > after)
    return;
  for (*at = after + 1; *at < end; (*at)++)
    if (**at == sign && !is_space (g_utf8_get_char (g_utf8_prev_char (*at))))
      return;
}

/* A span ends at the first sign that can end it, so that no other of its kind is inside: at most four are open. */
static void
parse_spans (Parser     *self,
             const char *start,
             const char *end)
{
  const char *closers[G_N_ELEMENTS (signs)];     /* the next of each sign, never looked for twice */
  const char *open_ends[G_N_ELEMENTS (signs)] = { NULL };   /* where those that are open end, the innermost last */
  guint n_open = 0;
  gboolean may_open = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    closers[i] = start;

  for (const char *p = start; p < end;) {
    const char *next = g_utf8_next_char (p);
    const char *limit = n_open > 0 ? open_ends[n_open - 1] : end;
    int sign = find_sign (*p);

    if (n_open > 0 && p == limit) {
      n_open--;
      may_open = FALSE;
    } else if (sign < 0 || !may_open) {
      may_open = is_space (g_utf8_get_char (p));
    } else {
      const char *closer;

      find_closer (&closers[sign], p, end, *p);
      closer = closers[sign];
      if (next < end && closer == next) {
        /* Nothing is between these two: neither is a sign. */
        next = closer + 1 < limit ? closer + 1 : limit;
        may_open = FALSE;
      } else if (closer >= limit || is_space (g_utf8_get_char (next))) {
        may_open = FALSE;
      } else {
        add (self, sign_styles[sign], p, closer + 1);
        if (sign_styles[sign] == BASE_STYLE_PRE) {
          next = closer + 1;
          may_open = FALSE;
        } else {
          open_ends[n_open++] = closer;
        }
      }
    }
    p = next;
  }
}

/* --- blocks ------------------------------------------------------------------------------------------------- */

/* Moves behind a '>' and the one white space that belongs to it. */
static gboolean
take_quote (const char **at,
            const char  *end)
{
  if (*at == end || **at != '>')
    return FALSE;
  (*at)++;
  if (*at < end && is_space (g_utf8_get_char (*at)))
    *at = g_utf8_next_char (*at);

  return TRUE;
}

static void
parse_line (Parser     *self,
            const char *start,
            const char *end)
{
  guint most = self->is_pre ? self->n_quotes : MAX_QUOTES;
  const char *at = start;
  guint n_quotes = 0;

  for (const char *sign = at; n_quotes < most && take_quote (&at, end); sign = at, n_quotes++) {
    if (n_quotes < self->n_quotes)
      extend (self, self->quotes[n_quotes], end);
    else
      self->quotes[n_quotes] = add (self, BASE_STYLE_QUOTE, sign, end);
  }
  self->is_pre = self->is_pre && n_quotes == self->n_quotes;
  self->n_quotes = n_quotes;

  if (self->is_pre) {
    extend (self, self->pre, end);
    self->is_pre = end - at != 3 || memcmp (at, "```", 3) != 0;
  } else if (end - at >= 3 && memcmp (at, "```", 3) == 0) {
    self->pre = add (self, BASE_STYLE_PRE_BLOCK, at, end);
    self->is_pre = TRUE;
  } else {
    parse_spans (self, at, end);
  }
}

/**
 * base_text_styling:
 * @text: (nullable): any text
 *
 * Finds what is styled in @text, as XEP-0393 has it. Spans do not leave their line; quotes in each other are counted up
 * to 16. Pieces are in each other or apart, and never overlap otherwise. They hold the signs that made them, for these
 * are to be seen like the rest.
 *
 * Returns: (transfer full) (element-type BaseStyled): what is styled, in the order of where it starts, the outer first
 */
GArray *
base_text_styling (const char *text)
{
  Parser parser = { .text = text, .found = g_array_new (FALSE, FALSE, sizeof (BaseStyled)) };

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return parser.found;

  for (const char *line = text; line != NULL;) {
    const char *newline = strchr (line, '\n');

    parse_line (&parser, line, newline != NULL ? newline : line + strlen (line));
    line = newline != NULL ? newline + 1 : NULL;
  }

  return parser.found;
}
