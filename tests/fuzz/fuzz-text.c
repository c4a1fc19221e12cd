/* Fuzzes base-text: whatever comes in, what is shown is text and no longer than it may be. */
#include <string.h>

#include "base-text.h"
#include "fuzz.h"

#define MAX_CHARS 80
#define MAX_BYTES 1000

static void
check (const char *shown)
{
  if (shown == NULL)
    return;
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  for (const char *p = shown; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_true (strchr ("\t\n", *p) != NULL || !g_unichar_iscntrl (g_utf8_get_char (p)));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autofree char *name = base_text_name (text);
  g_autofree char *line = base_text_line (text, MAX_CHARS);
  g_autofree char *body = base_text_body (text, MAX_BYTES);
  g_autofree char *key = base_text_sort_key (text);

  check (name);
  check (line);
  check (body);
  g_assert_cmpint (g_utf8_strlen (line, -1), <=, MAX_CHARS);
  g_assert_cmpuint (body != NULL ? strlen (body) : 0, <=, MAX_BYTES);
  g_assert_true (name == NULL || strchr (name, '\n') == NULL);
  g_assert_null (strchr (line, '\n'));
  base_text_is_emoji (text, 3);
  return 0;
}
