/* A spare copy of the accounts beside the database, so that a damaged one takes none along. No password, ever. */
#pragma once

#include "store-accounts.h"

G_BEGIN_DECLS

gboolean   store_spare_save (StoreDb     *db,       /* writes what the accounts table holds, if that is something else */
                             const char  *path,     /* of the database */
                             GError     **error);
GPtrArray *store_spare_load (const char  *path) G_GNUC_WARN_UNUSED_RESULT;   /* of StoreAccountRow; (nullable) there is none */

G_END_DECLS
