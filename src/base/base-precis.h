/* PRECIS (RFC 8264, 8265): names in the one form in which they are compared. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *base_precis_username (const char *text) G_GNUC_WARN_UNUSED_RESULT;       /* UsernameCaseMapped; NULL: not allowed */
char *base_precis_opaque   (const char *text) G_GNUC_WARN_UNUSED_RESULT;       /* OpaqueString; NULL: not allowed */

G_END_DECLS
