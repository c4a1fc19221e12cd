/* What a name or an address looks like (after UTS #39), so that one who is named like another can be told from them. */
#include "base-text.h"

#include <string.h>

#define MAX_SCRIPTS 3   /* in one word: Japanese is written in three, and Latin may stand in it */

typedef struct {
  gunichar    letter;
  const char *looks;
} Look;

/* Small letters of other alphabets, and digits, that are drawn like small Latin ones. By letter. */
static const Look looks[] = {
  { '0', "o" },    { '1', "l" },    { 'i', "l" },    { '|', "l" },    { 0x0131, "l" }, { 0x0251, "a" },
  { 0x0261, "g" }, { 0x03b1, "a" }, { 0x03b3, "y" }, { 0x03b9, "l" }, { 0x03ba, "k" }, { 0x03bd, "v" },
  { 0x03bf, "o" }, { 0x03c1, "p" }, { 0x03c5, "u" }, { 0x03c7, "x" }, { 0x0430, "a" }, { 0x0433, "r" },
  { 0x0435, "e" }, { 0x043a, "k" }, { 0x043e, "o" }, { 0x043f, "n" }, { 0x0440, "p" }, { 0x0441, "c" },
  { 0x0443, "y" }, { 0x0445, "x" }, { 0x0455, "s" }, { 0x0456, "l" }, { 0x0458, "j" }, { 0x0475, "v" },
  { 0x04bb, "h" }, { 0x04cf, "l" }, { 0x0501, "d" }, { 0x051b, "q" }, { 0x051d, "w" }, { 0x0561, "w" },
  { 0x0563, "q" }, { 0x0566, "q" }, { 0x0570, "h" }, { 0x0578, "n" }, { 0x057d, "u" }, { 0x0581, "g" },
  { 0x0582, "l" }, { 0x0585, "o" },
};

static const char *
find_look (gunichar c)
{
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (looks[i].letter == c)
      return looks[i].looks;

  return NULL;
}

/**
 * base_text_skeleton:
 * @text: (nullable): a name or an address
 *
 * Two texts that are easily taken for each other have one skeleton: without capitals and accents, letters of other
 * alphabets as the Latin ones they look like. It is not for being shown.
 *
 * Returns: (transfer full): the skeleton of @text
 */
char *
base_text_skeleton (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_autofree char *apart = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  GString *skeleton = g_string_new (NULL);

  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    const char *look = find_look (c);

    if (c >= 0x0300 && c <= 0x036f)
      continue;
    if (look != NULL)
      g_string_append (skeleton, look);
    else
      g_string_append_unichar (skeleton, c);
  }
  g_string_replace (skeleton, "rn", "m", 0);
  g_string_replace (skeleton, "vv", "w", 0);

  return g_string_free (skeleton, FALSE);
}

/* --- words -------------------------------------------------------------------------------------------------- */

/* What was seen of a word. */
typedef struct {
  GUnicodeScript scripts[MAX_SCRIPTS];
  guint          n_scripts;
  gboolean       has_more;     /* scripts than that */
  gboolean       has_others;   /* letters that look like no Latin one */
} Word;

static gboolean
has_script (const Word     *word,
            GUnicodeScript  script)
{
  for (guint i = 0; i < word->n_scripts; i++)
    if (word->scripts[i] == script)
      return TRUE;

  return FALSE;
}

static void
word_add (Word     *self,
          gunichar  c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  if (script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED)
    return;

  self->has_others = self->has_others || find_look (g_unichar_tolower (c)) == NULL;
  if (has_script (self, script))
    return;
  if (self->n_scripts == MAX_SCRIPTS)
    self->has_more = TRUE;
  else
    self->scripts[self->n_scripts++] = script;
}

/* East Asian words are written in several scripts, also with Latin letters; no others are (UTS #39 §5.2). */
static gboolean
word_mixes (const Word *self)
{
  gboolean is_eastern = FALSE;

  for (guint i = 0; i < self->n_scripts; i++) {
    switch (self->scripts[i]) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_BOPOMOFO:
      is_eastern = TRUE;
      break;
    case G_UNICODE_SCRIPT_LATIN:
      break;
    default:
      return self->n_scripts > 1;
    }
  }

  return self->n_scripts > 1 && !is_eastern;
}

static gboolean
word_deceives (const Word *self)
{
  gboolean pretends = self->n_scripts > 0 && !self->has_others && !has_script (self, G_UNICODE_SCRIPT_LATIN);

  return word_mixes (self) || pretends;
}

/**
 * base_text_deceives:
 * @text: (nullable): a name or an address, UTF-8
 *
 * Looks for words that mix alphabets as nobody writes, and for words in another alphabet of which every letter looks
 * like a Latin one. There are honest ones too, so this is for a warning and not for more.
 *
 * Returns: whether there is such a word in @text
 */
gboolean
base_text_deceives (const char *text)
{
  Word word = { .n_scripts = 0 };

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c) || g_unichar_ismark (c)) {
      word_add (&word, c);
      continue;
    }
    if (word_deceives (&word))
      return TRUE;
    word = (Word) { .n_scripts = 0 };
  }

  return word_deceives (&word);
}
