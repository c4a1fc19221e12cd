/* Opens a database that may be damaged: a broken one is kept aside, and the accounts begin anew in another. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

StoreDb *store_rescue_open    (const char  *path,
                               char       **kept_aside,   /* (out) (nullable) where a damaged file is now */
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void     store_rescue_suspect (const char  *path);        /* damage was met: the next one who opens it looks closely */

G_END_DECLS
