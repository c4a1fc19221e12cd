/* Where reading the gaps of an archive has come: what to ask for next, and when there is nothing left to ask for. */
#pragma once

#include "store-archives.h"
#include "xep-0313-mam.h"

G_BEGIN_DECLS

typedef struct {
  gint64      gap;            /* StoreGapRow's id, 0: there is none left to ask for */
  char       *before;         /* (owned, nullable) the page that ends before this message; NULL: at the archive's end */
  GHashTable *seen;           /* (owned) set of what its pages began with */
  gboolean    is_extended;    /* the archive takes after_id */
  gboolean    ignores_after;  /* … but does not know that of this gap */
  gboolean    ignores_before; /* it did not know where a page was to end: the gap is read from the archive's end */
} PartSyncCursor;

void     part_sync_cursor_init      (PartSyncCursor     *self);
void     part_sync_cursor_clear     (PartSyncCursor     *self);
void     part_sync_cursor_set       (PartSyncCursor     *self,
                                     const StoreGapRow  *gap);     /* (nullable): nothing is left */
void     part_sync_cursor_ask       (const PartSyncCursor *self,
                                     const StoreGapRow  *gap,
                                     XmppMamAsk         *ask);     /* (out caller-allocates) borrows from both */
gboolean part_sync_cursor_take      (PartSyncCursor     *self,     /* whether it was the last page of the gap */
                                     const StoreGapRow  *gap,
                                     const XmppMamPage  *page);
gboolean part_sync_cursor_fall_back (PartSyncCursor     *self,     /* the archive does not know what it was asked by */
                                     const StoreGapRow  *gap);

G_END_DECLS
