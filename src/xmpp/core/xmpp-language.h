/* The user's language as XML names it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *xmpp_language (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
