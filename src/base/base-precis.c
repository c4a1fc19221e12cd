/* PRECIS (RFC 8264, 8265): names in the one form in which they are compared. */
#include "base-precis.h"

#include <string.h>

typedef enum {
  DISALLOWED,
  IDENTIFIER,   /* valid in the IdentifierClass and in the FreeformClass */
  FREEFORM,     /* valid in the FreeformClass alone */
  CONTEXT,      /* depends on what stands around it */
} Category;

typedef struct {
  gunichar first, last;
} Range;

/* RFC 8264 §9.6: exceptions that are valid; their general category would say otherwise for the last three. */
static const Range allowed_exceptions[] = {
  { 0x00df, 0x00df }, { 0x03c2, 0x03c2 }, { 0x06fd, 0x06fe }, { 0x0f0b, 0x0f0b }, { 0x3007, 0x3007 },
};

/* RFC 8264 §9.6: exceptions that are not; §9.9 old Hangul jamo; §9.13 default ignorables that are letters or marks. */
static const Range refused_exceptions[] = {
  { 0x0640, 0x0640 }, { 0x07fa, 0x07fa }, { 0x302e, 0x302f }, { 0x3031, 0x3035 }, { 0x303b, 0x303b },
  { 0x1100, 0x11ff }, { 0xa960, 0xa97c }, { 0xd7b0, 0xd7fb },
  { 0x034f, 0x034f }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
  { 0xffa0, 0xffa0 }, { 0xe0100, 0xe01ef },
};

/* RFC 8264 §9.6 and §9.8: CONTEXTO and CONTEXTJ. */
static const Range contextual[] = {
  { 0x00b7, 0x00b7 }, { 0x0375, 0x0375 }, { 0x05f3, 0x05f4 }, { 0x30fb, 0x30fb },
  { 0x0660, 0x0669 }, { 0x06f0, 0x06f9 }, { 0x200c, 0x200d },
};

static gboolean
is_in (gunichar     c,
       const Range *ranges,
       gsize        n_ranges)
{
  for (gsize i = 0; i < n_ranges; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;

  return FALSE;
}

/* RFC 8264 §9.17 for text that is in NFC already, where only compatibility mappings are left. */
static gboolean
has_compat (gunichar c)
{
  gunichar compat[G_UNICHAR_MAX_DECOMPOSITION_LENGTH], canonical[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n_compat = g_unichar_fully_decompose (c, TRUE, compat, G_N_ELEMENTS (compat));
  gsize n_canonical = g_unichar_fully_decompose (c, FALSE, canonical, G_N_ELEMENTS (canonical));

  return n_compat != n_canonical || memcmp (compat, canonical, n_compat * sizeof (gunichar)) != 0;
}

/* RFC 8264 §8: the order of the questions matters. */
static Category
categorise (gunichar c)
{
  if (c > 0x20 && c < 0x7f)
    return IDENTIFIER;
  if (is_in (c, allowed_exceptions, G_N_ELEMENTS (allowed_exceptions)))
    return IDENTIFIER;
  if (is_in (c, contextual, G_N_ELEMENTS (contextual)))
    return CONTEXT;
  if (is_in (c, refused_exceptions, G_N_ELEMENTS (refused_exceptions)))
    return DISALLOWED;

  switch (g_unichar_type (c)) {
  case G_UNICODE_UPPERCASE_LETTER:
  case G_UNICODE_LOWERCASE_LETTER:
  case G_UNICODE_OTHER_LETTER:
  case G_UNICODE_MODIFIER_LETTER:
  case G_UNICODE_DECIMAL_NUMBER:
  case G_UNICODE_NON_SPACING_MARK:
  case G_UNICODE_SPACING_MARK:
    return has_compat (c) ? FREEFORM : IDENTIFIER;
  case G_UNICODE_TITLECASE_LETTER:
  case G_UNICODE_LETTER_NUMBER:
  case G_UNICODE_OTHER_NUMBER:
  case G_UNICODE_ENCLOSING_MARK:
  case G_UNICODE_SPACE_SEPARATOR:
  case G_UNICODE_MATH_SYMBOL:
  case G_UNICODE_CURRENCY_SYMBOL:
  case G_UNICODE_MODIFIER_SYMBOL:
  case G_UNICODE_OTHER_SYMBOL:
  case G_UNICODE_CONNECT_PUNCTUATION:
  case G_UNICODE_DASH_PUNCTUATION:
  case G_UNICODE_OPEN_PUNCTUATION:
  case G_UNICODE_CLOSE_PUNCTUATION:
  case G_UNICODE_INITIAL_PUNCTUATION:
  case G_UNICODE_FINAL_PUNCTUATION:
  case G_UNICODE_OTHER_PUNCTUATION:
    return FREEFORM;
  default:
    return DISALLOWED;
  }
}

static gboolean
has_digits (const char *text,
            gunichar    first)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) >= first && g_utf8_get_char (p) <= first + 9)
      return TRUE;

  return FALSE;
}

static gboolean
has_japanese (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (p));

    if (script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA || script == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  }

  return FALSE;
}

/* RFC 5892 appendix A. The joiners are allowed after a virama; the second half of the rule for the non-joiner needs
 * joining types, which GLib does not have, and allows more: refusing it is on the safe side. */
static gboolean
fits_context (const char *text,
              const char *at)
{
  gunichar c = g_utf8_get_char (at);
  gunichar before = at > text ? g_utf8_get_char (g_utf8_prev_char (at)) : 0;
  gunichar after = g_utf8_get_char (g_utf8_next_char (at));

  switch (c) {
  case 0x00b7:
    return before == 'l' && after == 'l';
  case 0x0375:
    return after != 0 && g_unichar_get_script (after) == G_UNICODE_SCRIPT_GREEK;
  case 0x05f3:
  case 0x05f4:
    return before != 0 && g_unichar_get_script (before) == G_UNICODE_SCRIPT_HEBREW;
  case 0x30fb:
    return has_japanese (text);
  case 0x200c:
  case 0x200d:
    return before != 0 && g_unichar_combining_class (before) == 9;
  default:
    return !has_digits (text, c < 0x06f0 ? 0x06f0 : 0x0660);
  }
}

static gboolean
is_of_class (const char *text,
             Category    class)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    Category category = categorise (g_utf8_get_char (p));

    if (category == CONTEXT ? !fits_context (text, p) : category == DISALLOWED || category > class)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)
         || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

/* The Bidi Rule (RFC 5893 §2) by the blocks that Unicode keeps for scripts written from right to left: such a name
 * begins with one of their letters, has no letters of other scripts, and ends with a letter or digit. */
static gboolean
keeps_bidi_rule (const char *text)
{
  gboolean right = FALSE, left = FALSE, ends_well = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_ismark (c))
      continue;
    if (g_unichar_isalpha (c)) {
      if (is_right_to_left (c))
        right = TRUE;
      else
        left = TRUE;
    }
    ends_well = g_unichar_isalnum (c) || is_right_to_left (c);
  }

  return !right || (!left && ends_well && g_unichar_isalpha (g_utf8_get_char (text))
                    && is_right_to_left (g_utf8_get_char (text)));
}

/* Printable ASCII maps to itself, but for spaces and capitals in names. Most of what is mapped is no more than that. */
static gboolean
is_plain (const char *text,
          gboolean    is_name)
{
  if (*text == '\0')
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isprint (*p) || (is_name && (*p == ' ' || g_ascii_isupper (*p))))
      return FALSE;
  return TRUE;
}

/* Width and case mapping, RFC 8265 §3.3.1. Not g_utf8_strdown(): in a Turkish locale it makes another name. */
static void
append_lower (GString *out,
              gunichar c)
{
  gunichar narrow[G_UNICHAR_MAX_DECOMPOSITION_LENGTH] = { c };

  if ((c >= 0xff01 && c <= 0xffee) || c == 0x3000)
    g_unichar_fully_decompose (c, TRUE, narrow, G_N_ELEMENTS (narrow));

  if (narrow[0] == 0x0130)
    g_string_append (out, "i\xcc\x87");
  else
    g_string_append_unichar (out, g_unichar_tolower (narrow[0]));
}

/**
 * base_precis_username:
 * @text: anything
 *
 * Prepares a name by the UsernameCaseMapped profile, RFC 8265 §3.3. Its context and direction rules are applied as far
 * as GLib's Unicode data goes, and stricter beyond.
 *
 * Returns: (transfer full) (nullable): the name as it is compared, UTF-8, or %NULL when there can be no such name
 */
char *
base_precis_username (const char *text)
{
  g_autoptr (GString) lower = NULL;
  g_autofree char *name = NULL;

  if (is_plain (text, TRUE))
    return g_strdup (text);
  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  lower = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    append_lower (lower, g_utf8_get_char (p));

  name = g_utf8_normalize (lower->str, -1, G_NORMALIZE_NFC);
  if (*name == '\0' || !is_of_class (name, IDENTIFIER) || !keeps_bidi_rule (name))
    return NULL;

  return g_steal_pointer (&name);
}

/**
 * base_precis_opaque:
 * @text: anything
 *
 * Prepares a resource by the OpaqueString profile, RFC 8265 §4.2: all spaces become U+0020, then NFC.
 *
 * Returns: (transfer full) (nullable): the string as it is compared, UTF-8, or %NULL when there can be no such string
 */
char *
base_precis_opaque (const char *text)
{
  g_autoptr (GString) spaced = NULL;
  g_autofree char *opaque = NULL;

  if (is_plain (text, FALSE))
    return g_strdup (text);
  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  spaced = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (spaced, g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR ? ' ' : c);
  }

  opaque = g_utf8_normalize (spaced->str, -1, G_NORMALIZE_NFC);

  return *opaque != '\0' && is_of_class (opaque, FREEFORM) ? g_steal_pointer (&opaque) : NULL;
}
