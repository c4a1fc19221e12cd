/* Text from outside, made fit to be shown: names, one-line previews, bodies, sort keys. */
#include "base-text.h"

#include <string.h>

#define MAX_NAME   128   /* characters */
#define MAX_MARKS  4     /* combining marks on one character; more are there only to reach into other lines */
#define MAX_NESTED 16    /* directions open inside each other in one paragraph */

#define ZWNJ 0x200c
#define ZWJ  0x200d
#define PDF  0x202c
#define LRO  0x202d
#define RLO  0x202e
#define FSI  0x2068
#define PDI  0x2069

static char *
make_valid (const char *text)
{
  return g_utf8_make_valid (text != NULL ? text : "", -1);
}

static gboolean
is_direction (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* What takes no room, but for the joiners: spaces without width, fillers, tags, what annotates. */
static gboolean
is_invisible (gunichar c)
{
  switch (c) {
  case 0x00ad:
  case 0x034f:
  case 0x115f:
  case 0x1160:
  case 0x17b4:
  case 0x17b5:
  case 0x200b:
  case 0x2800:
  case 0x3164:
  case 0xfeff:
  case 0xffa0:
    return TRUE;
  default:
    return (c >= 0x180b && c <= 0x180f) || (c >= 0x2060 && c <= 0x2065) || (c >= 0x206a && c <= 0x206f)
           || (c >= 0xfff0 && c <= 0xfffb) || (c >= 0x1bca0 && c <= 0x1bca3) || (c >= 0x1d173 && c <= 0x1d17a)
           || (c >= 0xe0000 && c <= 0xe0fff);
  }
}

static gboolean
is_variation (gunichar c)
{
  return c >= 0xfe00 && c <= 0xfe0f;
}

/* Joiners shape Arabic, Indic scripts and emoji; between other characters they would only make two names look alike. A
 * variation selector is for symbols. */
static gboolean
is_useful_after (gunichar c,
                 gunichar before,
                 gunichar after)
{
  if (c == ZWJ || c == ZWNJ)
    return before >= 0x0600 && after >= 0x0600 && before != ZWJ && before != ZWNJ && !is_direction (after)
           && !is_invisible (after);

  return before != 0 && !g_unichar_isalpha (before) && !is_variation (before);
}

/* Counts the marks on one character; @n_marks is kept over characters without width. */
static gboolean
is_one_mark_too_many (gunichar  c,
                      guint    *n_marks)
{
  if (g_unichar_ismark (c))
    return ++(*n_marks) > MAX_MARKS;
  if (g_unichar_type (c) != G_UNICODE_FORMAT)
    *n_marks = 0;

  return FALSE;
}

/* Appends what is visible of @text in one line, at most @max_chars of it. Returns whether that was all. */
static gboolean
append_line (GString    *out,
             const char *text,
             gsize       max_chars)
{
  gsize n_chars = 0;
  gunichar before = 0;
  guint n_marks = MAX_MARKS;   /* there is nothing yet that a mark could stand on */
  gboolean space = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR || c == 0x2028 || c == 0x2029) {
      space = n_chars > 0;
      continue;
    }
    if (g_unichar_type (c) == G_UNICODE_CONTROL || is_direction (c) || is_invisible (c))
      continue;
    if ((c == ZWJ || c == ZWNJ || is_variation (c))
        && (space || !is_useful_after (c, before, g_utf8_get_char (g_utf8_next_char (p)))))
      continue;
    if (is_one_mark_too_many (c, &n_marks))
      continue;

    if (n_chars + (space ? 2 : 1) > max_chars)
      return FALSE;
    if (space)
      g_string_append_c (out, ' ');
    g_string_append_unichar (out, c);
    n_chars += space ? 2 : 1;
    space = FALSE;
    before = c;
  }

  return TRUE;
}

/**
 * base_text_name:
 * @text: (nullable): what somebody calls himself, his group or his device
 *
 * Makes a name fit for a label next to others: one line, trimmed, no control characters, nothing that changes the
 * direction of what stands around it, nothing without width but what joins letters or emoji, at most four combining
 * marks on a character, at most 128 characters.
 *
 * Returns: (transfer full): the name, UTF-8; "" when nothing is left
 */
char *
base_text_name (const char *text)
{
  g_autofree char *valid = make_valid (text);
  GString *name = g_string_new (NULL);

  append_line (name, valid, MAX_NAME);

  return g_string_free (name, FALSE);
}

/**
 * base_text_line:
 * @text: (nullable): any text
 * @max_chars: how many characters may be shown, at least 1
 *
 * Returns: (transfer full): the text in one line, made safe as by base_text_name(); what is longer ends with "…"
 */
char *
base_text_line (const char *text,
                gsize       max_chars)
{
  g_autofree char *valid = make_valid (text);
  GString *line = g_string_new (NULL);

  g_return_val_if_fail (max_chars > 0, g_string_free (line, FALSE));

  if (!append_line (line, valid, max_chars)) {
    g_string_truncate (line, 0);
    append_line (line, valid, max_chars - 1);
    g_string_append (line, "…");
  }

  return g_string_free (line, FALSE);
}

/* What is open in a paragraph. An override is pushed too, so that what closes it does not close something else. */
typedef struct {
  gunichar closers[MAX_NESTED];   /* PDF, PDI, or 0 for an override, which is not shown */
  guint    n_open;
  guint    n_shown;               /* those that are not 0 */
  guint    n_too_deep;
} Directions;

static void
directions_open (Directions *self,
                 GString    *out,
                 gunichar    c)
{
  gunichar closer = c >= 0x2066 ? PDI : c == LRO || c == RLO ? 0 : PDF;

  if (self->n_open == MAX_NESTED) {
    self->n_too_deep++;
    return;
  }
  self->closers[self->n_open++] = closer;
  if (closer != 0) {
    self->n_shown++;
    g_string_append_unichar (out, c);
  }
}

/* UAX #9: a PDF closes the innermost if that is no isolate; a PDI closes an isolate and all that is open in it. */
static void
directions_close (Directions *self,
                  GString    *out,
                  gunichar    closer)
{
  guint at = self->n_open;

  if (self->n_too_deep > 0) {
    self->n_too_deep--;
    return;
  }

  if (closer == PDF && at > 0 && self->closers[at - 1] != PDI)
    at--;
  while (closer == PDI && at > 0 && self->closers[--at] != PDI)
    ;
  if (at == self->n_open || (closer == PDI && self->closers[at] != PDI))
    return;

  while (self->n_open > at) {
    gunichar open = self->closers[--self->n_open];

    if (open != 0) {
      self->n_shown--;
      g_string_append_unichar (out, open);
    }
  }
}

static void
directions_close_all (Directions *self,
                      GString    *out)
{
  while (self->n_open > 0) {
    gunichar open = self->closers[--self->n_open];

    if (open != 0)
      g_string_append_unichar (out, open);
  }
  self->n_shown = self->n_too_deep = 0;
}

/**
 * base_text_body:
 * @text: (nullable): what somebody wrote
 * @max_bytes: how much of it may be shown
 *
 * Makes a text fit for a label of its own: no control characters but tabs and line breaks, no forced direction, every
 * other change of direction closed in its own line, at most four combining marks on a character, and not longer than
 * @max_bytes.
 *
 * Returns: (transfer full): the text, UTF-8
 */
char *
base_text_body (const char *text,
                gsize       max_bytes)
{
  g_autofree char *valid = make_valid (text);
  GString *out = g_string_new (NULL);
  Directions directions = { .n_open = 0 };
  guint n_marks = MAX_MARKS;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean opens = (c >= 0x202a && c <= RLO && c != PDF) || (c >= 0x2066 && c < PDI);

    if (c == 0x2028 || c == 0x2029 || c == 0x0085 || (c == '\r' && p[1] != '\n'))
      c = '\n';
    if (g_unichar_type (c) == G_UNICODE_CONTROL && c != '\n' && c != '\t')
      continue;
    if (is_one_mark_too_many (c, &n_marks))
      continue;

    /* Room for this one, and for closing it and what is open. */
    if (out->len + (gsize) (g_utf8_next_char (p) - p) + 3 * (directions.n_shown + (opens ? 1 : 0)) > max_bytes)
      break;

    if (opens) {
      directions_open (&directions, out, c);
    } else if (c == PDF || c == PDI) {
      directions_close (&directions, out, c);
    } else {
      if (c == '\n')
        directions_close_all (&directions, out);
      g_string_append_unichar (out, c);
    }
  }
  directions_close_all (&directions, out);

  return g_string_free (out, FALSE);
}

/* Blocks that are kept for what is written from the right (UAX #9, DerivedBidiClass). */
static gboolean
is_from_right (gunichar c)
{
  return c == 0x200f || c == 0x061c || (c >= 0x0590 && c <= 0x08ff) || (c >= 0xfb1d && c <= 0xfdff)
         || (c >= 0xfe70 && c <= 0xfefe) || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

/**
 * base_text_direction:
 * @text: (nullable): any text, UTF-8
 *
 * Returns: how the first letter runs: 1 to the right, -1 to the left, 0 when there is none
 */
int
base_text_direction (const char *text)
{
  for (const char *p = text; p != NULL && *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalpha (c) || c == 0x200e || c == 0x200f || c == 0x061c)
      return is_from_right (c) ? -1 : 1;
  }

  return 0;
}

/* Begins and ends with a Latin letter or, there, a digit, and has nothing in it that takes its direction from what
 * stands around: in a sentence of any direction it reads the same (UAX #9). */
static gboolean
is_settled (const char *text)
{
  const char *p = text;

  if (!g_ascii_isalpha (*p))
    return FALSE;
  while (*p >= ' ' && *p <= '~')
    p++;

  return *p == '\0' && g_ascii_isalnum (p[-1]);
}

/**
 * base_text_isolate:
 * @text: a name, an address or a line, as from base_text_name() or base_text_line()
 *
 * Puts @text into an isolate (UAX #9), unless it reads the same without.
 *
 * Returns: (transfer full): @text with a direction of its own, so that it mixes up no sentence that it stands in
 */
char *
base_text_isolate (const char *text)
{
  GString *isolated = g_string_new (text);

  if (!is_settled (text)) {
    g_string_prepend_unichar (isolated, FSI);
    g_string_append_unichar (isolated, PDI);
  }

  return g_string_free (isolated, FALSE);
}

/**
 * base_text_sort_key:
 * @text: (nullable): a name
 *
 * Returns: (transfer full): bytes that strcmp() sorts as the user's language sorts names, capitals or not
 */
char *
base_text_sort_key (const char *text)
{
  g_autofree char *valid = make_valid (text);
  g_autofree char *folded = g_utf8_casefold (valid, -1);

  return g_utf8_collate_key (folded, -1);
}
