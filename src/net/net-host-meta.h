/* Where else a domain can be reached: its host-meta document, in both of its forms (RFC 6415, XEP-0156). */
#pragma once

#include <libsoup/soup.h>

#include "base-clock.h"

G_BEGIN_DECLS

#define NET_HOST_META_MAX (64 * 1024)   /* bytes of a document */

void   net_host_meta_find_async  (SoupSession          *session,
                                  const char           *domain,        /* A-label form */
                                  const char           *relation,      /* a static string */
                                  BaseClock            *clock,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
GStrv  net_host_meta_find_finish (GAsyncResult         *result,
                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;   /* at least one */

/* What is in such a document. */
GStrv  net_host_meta_read_xrd    (GBytes               *document,
                                  const char           *relation) G_GNUC_WARN_UNUSED_RESULT;
GStrv  net_host_meta_read_jrd    (GBytes               *document,
                                  const char           *relation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
