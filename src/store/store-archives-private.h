/* What the files of archives and their gaps share. */
#pragma once

#include "store-archives.h"
#include "store-messages-private.h"

G_BEGIN_DECLS

gboolean store_archives_begin_gap (StoreDb            *db,
                                   const StoreGapRow  *gap,
                                   const char         *archive_id,
                                   GError            **error);

G_END_DECLS
