/* Fuzzes message styling: pieces stand in order, inside each other or apart, and spans stay in their line. */
#include <string.h>

#include "base-text-styling.h"
#include "fuzz.h"

#define MAX_OPEN 32   /* quotes, a line's block, spans */

static void
check (const char       *text,
       const BaseStyled *styled)
{
  g_autofree char *piece = g_strndup (text + styled->start, styled->end - styled->start);

  g_assert_true (g_utf8_validate (piece, -1, NULL));
  if (styled->style == BASE_STYLE_QUOTE) {
    g_assert_true (*piece == '>');
  } else if (styled->style == BASE_STYLE_PRE_BLOCK) {
    g_assert_true (g_str_has_prefix (piece, "```"));
  } else {
    g_assert_null (strchr (piece, '\n'));
    g_assert_cmpuint (strlen (piece), >, 2);
    g_assert_true (strchr ("*_~`", *piece) != NULL && *piece == piece[strlen (piece) - 1]);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GArray) found = base_text_styling (text);
  gsize ends[MAX_OPEN];
  gsize start = 0;
  guint n_open = 0;

  for (guint i = 0; i < found->len; i++) {
    const BaseStyled *styled = &g_array_index (found, BaseStyled, i);

    g_assert_cmpuint (styled->start, >=, start);
    g_assert_cmpuint (styled->end, >, styled->start);
    g_assert_cmpuint (styled->end, <=, strlen (text));
    while (n_open > 0 && styled->start >= ends[n_open - 1])
      n_open--;
    g_assert_true (n_open == 0 || styled->end <= ends[n_open - 1]);
    g_assert_cmpuint (n_open, <, MAX_OPEN);
    ends[n_open++] = styled->end;
    start = styled->start;
    check (text, styled);
  }
  return 0;
}
