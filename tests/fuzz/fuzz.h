/* What a fuzz target is: one function that takes any bytes, and ends the program when something is wrong.
 *
 * libFuzzer calls it with bytes that lead to code where none was before, replay.c with those that are in corpus/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int    LLVMFuzzerInitialize   (int          *argc,
                               char       ***argv);   /* in fuzz.c, for all targets */
int    LLVMFuzzerTestOneInput (const guint8 *data,
                               size_t        size);   /* in each target */

char  *fuzz_text              (const guint8 *data,    /* up to the first NUL, in a block of just its size */
                               gsize         size) G_GNUC_WARN_UNUSED_RESULT;
GStrv  fuzz_lines             (const guint8 *data,
                               gsize         size) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
