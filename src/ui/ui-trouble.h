/* What is said when the program starts and finds its own files in trouble. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean  ui_trouble_has_fonts       (void);                         /* without any a window cannot even be measured */
char     *ui_trouble_sentence        (const GError *error,           /* why nothing can begin */
                                      const char   *database) G_GNUC_WARN_UNUSED_RESULT;
void      ui_trouble_tell_kept_aside (GtkWindow    *window,
                                      const char   *kept_aside,      /* where the damaged file is now */
                                      gboolean      has_accounts);   /* they were saved */

G_END_DECLS
