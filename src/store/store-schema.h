/* Brings a database to this version's schema, one sql/NNN.sql after the other, and refuses one from the future. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

gboolean store_schema_upgrade (StoreDb  *db,
                               GError  **error);   /* STORE_ERROR_FUTURE */
int      store_schema_version (void);              /* the newest step that this program knows */

G_END_DECLS
