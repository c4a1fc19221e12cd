/* SASLprep (RFC 4013): passwords in the one form in which SCRAM hashes them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *base_saslprep (const char *text) G_GNUC_WARN_UNUSED_RESULT;   /* NULL: there can be no such password */

G_END_DECLS
