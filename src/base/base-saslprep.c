/* SASLprep (RFC 4013): passwords in the one form in which SCRAM hashes them. */
#include "base-saslprep.h"

#include <string.h>

/* RFC 3454 C.1.2: these count as spaces. */
static gboolean
is_space (gunichar c)
{
  return c == 0x00a0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* RFC 3454 B.1: these are left out. */
static gboolean
is_nothing (gunichar c)
{
  return c == 0x00ad || c == 0x034f || c == 0x1806 || (c >= 0x180b && c <= 0x180d) || c == 0x200c || c == 0x200d
         || c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

/**
 * base_saslprep:
 * @text: a password as it was typed
 *
 * Prepares a password as RFC 5802 §2.2 and RFC 7677 want it: other spaces become U+0020, what has no width goes, then
 * NFKC. PRECIS (RFC 8265) is newer, but servers keep hashes that were made so. Of what is prohibited only control
 * characters are refused: the rest is for the server that took the password, and perhaps newer than our tables.
 *
 * Returns: (transfer full) (nullable): the password to hash, UTF-8; %NULL when it is empty, has control characters or
 *   is no UTF-8
 */
char *
base_saslprep (const char *text)
{
  g_autoptr (GString) mapped = NULL;
  g_autofree char *prepared = NULL;
  gboolean has_control = FALSE;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  /* At its full size from the start, for a buffer that grows leaves copies of a password behind. */
  mapped = g_string_sized_new (strlen (text) + 1);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    has_control = has_control || g_unichar_type (c) == G_UNICODE_CONTROL;
    if (!is_nothing (c))
      g_string_append_unichar (mapped, is_space (c) ? ' ' : c);
  }

  prepared = g_utf8_normalize (mapped->str, -1, G_NORMALIZE_NFKC);
  explicit_bzero (mapped->str, mapped->len);
  if (*prepared == '\0' || has_control) {
    explicit_bzero (prepared, strlen (prepared));
    return NULL;
  }

  return g_steal_pointer (&prepared);
}
