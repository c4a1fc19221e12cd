/* Fuzzes PRECIS and SASLprep: what was prepared is text, and preparing it again changes nothing. */
#include "base-precis.h"
#include "base-saslprep.h"
#include "fuzz.h"

static void
check (char       *(*prepare) (const char *text),
       const char  *text)
{
  g_autofree char *once = prepare (text);
  g_autofree char *twice = NULL;

  if (once == NULL)
    return;
  g_assert_true (g_utf8_validate (once, -1, NULL));
  g_assert_cmpstr (once, !=, "");
  twice = prepare (once);
  g_assert_cmpstr (twice, ==, once);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);

  check (base_precis_username, text);
  check (base_precis_opaque, text);
  check (base_saslprep, text);
  return 0;
}
