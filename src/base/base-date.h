/* XEP-0082 dates and times, to and from microseconds since 1970 UTC. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *base_date_format (gint64      us) G_GNUC_WARN_UNUSED_RESULT;
gboolean  base_date_parse  (const char *text,
                            gint64     *us);

G_END_DECLS
