/* What all fuzz targets share: GLib's warnings end the program, and bytes become text. */
#include "fuzz.h"

int
LLVMFuzzerInitialize (int    *argc,
                      char ***argv)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL);
  return 0;
}

/* The sanitizer sees who reads behind the end of it only if there is nothing behind. */
char *
fuzz_text (const guint8 *data,
           gsize         size)
{
  g_autofree char *padded = g_strndup (size > 0 ? (const char *) data : "", size);

  return g_strdup (padded);
}

GStrv
fuzz_lines (const guint8 *data,
            gsize         size)
{
  g_autofree char *text = fuzz_text (data, size);

  return g_strsplit (text, "\n", 64);
}
