/* Fuzzes base-date: what was read as a moment is written so that it is read as the same one. */
#include "base-date.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autofree char *written = NULL;
  g_autofree char *again_written = NULL;
  gint64 us = 0, again = 0;

  if (!base_date_parse (text, &us))
    return 0;
  written = base_date_format (us);
  g_assert_true (base_date_parse (written, &again));
  again_written = base_date_format (again);
  g_assert_cmpstr (written, ==, again_written);

  /* A time zone can lead out of the years that can be written. */
  if (!g_str_has_prefix (written, "0001-01-01T00:00:00") && !g_str_has_prefix (written, "9999-12-31T23:59:59"))
    g_assert_cmpint (us, ==, again);
  return 0;
}
