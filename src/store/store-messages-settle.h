/* Own lines of which nobody knows what became of them: what a conversation's archive says. */
#pragma once

#include "store-messages.h"

G_BEGIN_DECLS

/* An item of an archive's page, as far as it tells which message it is. */
typedef struct {
  const char *archive_id;   /* (borrowed) */
  const char *sender;       /* (borrowed) as StoreMessageRow.sender */
  const char *origin_id;    /* (borrowed, nullable) */
} StoreSeen;

GPtrArray *store_messages_settle_rows (StoreDb          *db,              /* StoreMessageRow: the lines that are SENT now, newest first */
                                       gint64            conversation,
                                       const StoreSeen  *seen,            /* (array length=n_seen) a page, newest first */
                                       gsize             n_seen,
                                       gint64            first_uncertain, /* messages.id of the oldest line in question */
                                       gboolean         *reached_known,   /* (out) the page goes back to what was stored before that line: look no further */
                                       GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
