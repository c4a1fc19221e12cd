/* The roster table: the contacts as the server last told them, to show before it has answered. */
#pragma once

#include "store-db.h"

G_BEGIN_DECLS

typedef struct {
  char    *jid;            /* (owned) bare */
  char    *name;           /* (owned, nullable) */
  guint    subscription;   /* as XmppSubscription */
  gboolean ask, approved;
  char   **groups;         /* (owned) */
} StoreRosterRow;

void       store_roster_row_free    (StoreRosterRow  *row);
GPtrArray *store_roster_load_rows   (StoreDb         *db,
                                     gint64           account,
                                     GError         **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   store_roster_update_rows (StoreDb         *db,         /* one transaction with the version */
                                     gint64           account,
                                     GPtrArray       *changed,    /* of StoreRosterRow */
                                     GStrv            removed,    /* (nullable) of addresses */
                                     gboolean         whole,      /* changed is everything there is */
                                     const char      *version,    /* (nullable) */
                                     GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreRosterRow, store_roster_row_free)

G_END_DECLS
