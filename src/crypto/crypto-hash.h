/* Digests by their XEP-0300 names, and random identifiers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *crypto_hash_digest (const char *name,
                            GBytes     *bytes) G_GNUC_WARN_UNUSED_RESULT;
char   *crypto_hash_base64 (const char *name,
                            const char *text,
                            gssize      length) G_GNUC_WARN_UNUSED_RESULT;
void    crypto_random      (guint8     *bytes,
                            gsize       length);
char   *crypto_random_id   (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
