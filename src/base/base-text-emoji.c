/* Whether a text is nothing but a few emoji (UTS #51), which are drawn larger than text. */
#include "base-text.h"

#define ZWJ       0x200d
#define EMOJI_VS  0xfe0f
#define KEYCAP    0x20e3
#define TAG_FIRST 0xe0020
#define TAG_END   0xe007f

typedef struct {
  gunichar first, last;
} Range;

/* Emoji that are pictures without being asked to, in blocks where letters and arrows are not. */
static const Range pictures[] = {
  { 0x231a, 0x231b },   { 0x23e9, 0x23ec },   { 0x23f0, 0x23f0 },   { 0x23f3, 0x23f3 },   { 0x25fd, 0x25fe },
  { 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x267f, 0x267f },   { 0x2693, 0x2693 },   { 0x26a1, 0x26a1 },
  { 0x26aa, 0x26ab },   { 0x26bd, 0x26be },   { 0x26c4, 0x26c5 },   { 0x26ce, 0x26ce },   { 0x26d4, 0x26d4 },
  { 0x26ea, 0x26ea },   { 0x26f2, 0x26f3 },   { 0x26f5, 0x26f5 },   { 0x26fa, 0x26fa },   { 0x26fd, 0x26fd },
  { 0x2705, 0x2705 },   { 0x270a, 0x270b },   { 0x2728, 0x2728 },   { 0x274c, 0x274c },   { 0x274e, 0x274e },
  { 0x2753, 0x2755 },   { 0x2757, 0x2757 },   { 0x2795, 0x2797 },   { 0x27b0, 0x27b0 },   { 0x27bf, 0x27bf },
  { 0x2b1b, 0x2b1c },   { 0x2b50, 0x2b50 },   { 0x2b55, 0x2b55 },   { 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf },
  { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a }, { 0x1f201, 0x1f202 }, { 0x1f21a, 0x1f21a }, { 0x1f22f, 0x1f22f },
  { 0x1f232, 0x1f23a }, { 0x1f250, 0x1f251 }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f7e0, 0x1f7eb },
  { 0x1f7f0, 0x1f7f0 }, { 0x1f90c, 0x1f9ff }, { 0x1fa70, 0x1faff },
};

static gboolean
is_picture (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (c >= pictures[i].first && c <= pictures[i].last)
      return TRUE;

  return FALSE;
}

/* Symbols that become pictures when U+FE0F follows. */
static gboolean
is_symbol (gunichar c)
{
  if (c == 0x00a9 || c == 0x00ae || c == 0x203c || c == 0x2049 || c == 0x2139 || c == 0x3030 || c == 0x303d)
    return TRUE;

  return (c >= 0x2100 && c <= 0x2bff && g_unichar_type (c) != G_UNICODE_UNASSIGNED) || c == 0x3297 || c == 0x3299
         || (c >= 0x1f170 && c <= 0x1f189) || c == 0x1f237;
}

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static gboolean
take (const char **at,
      gunichar     first,
      gunichar     last)
{
  gunichar c = g_utf8_get_char (*at);

  if (c < first || c > last)
    return FALSE;
  *at = g_utf8_next_char (*at);

  return TRUE;
}

/* One picture with its skin tone or its tags, without what is joined to it. */
static gboolean
take_element (const char **at)
{
  gunichar c = g_utf8_get_char (*at);
  gunichar after = c != 0 ? g_utf8_get_char (g_utf8_next_char (*at)) : 0;

  if (!is_picture (c) && !(is_symbol (c) && (after == EMOJI_VS || (after >= 0x1f3fb && after <= 0x1f3ff))))
    return FALSE;

  *at = g_utf8_next_char (*at);
  take (at, EMOJI_VS, EMOJI_VS);
  take (at, 0x1f3fb, 0x1f3ff);
  while (take (at, TAG_FIRST, TAG_END))
    ;

  return TRUE;
}

static gboolean
take_emoji (const char **at)
{
  const char *p = *at;

  if (is_regional (g_utf8_get_char (p))) {
    p = g_utf8_next_char (p);
    if (!is_regional (g_utf8_get_char (p)))
      return FALSE;
    *at = g_utf8_next_char (p);
    return TRUE;
  }

  if (g_ascii_isdigit (*p) || *p == '#' || *p == '*') {
    p++;
    take (&p, EMOJI_VS, EMOJI_VS);
    if (!take (&p, KEYCAP, KEYCAP))
      return FALSE;
    *at = p;
    return TRUE;
  }

  do {
    if (!take_element (&p))
      return FALSE;
  } while (take (&p, ZWJ, ZWJ));
  *at = p;

  return TRUE;
}

/**
 * base_text_is_emoji:
 * @text: (nullable): any text
 * @max_graphemes: how many emoji there may be; a flag or a family is one
 *
 * Returns: whether @text has between 1 and @max_graphemes emoji and white space, and nothing else
 */
gboolean
base_text_is_emoji (const char *text,
                    guint       max_graphemes)
{
  guint n_emoji = 0;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  while (*text != '\0') {
    if (g_unichar_isspace (g_utf8_get_char (text)))
      text = g_utf8_next_char (text);
    else if (!take_emoji (&text) || ++n_emoji > max_graphemes)
      return FALSE;
  }

  return n_emoji > 0;
}
