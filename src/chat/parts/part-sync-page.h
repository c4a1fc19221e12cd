/* One page of an archive on its way from the server to the store and the screen. */
#pragma once

#include "part-items.h"
#include "xep-0313-mam.h"

G_BEGIN_DECLS

/* Counts its references: a job that is on its way holds one. */
typedef struct {
  gint64       account;      /* accounts.id */
  gint64       gap_id;       /* which gap it was asked for */
  StoreGapRow *gap;          /* (owned, nullable) that, while it is stored: then as it is after it */
  GPtrArray   *items;        /* (owned) of PartItem: the lines, oldest first */
  GPtrArray   *marks;        /* (owned) of PartItem: what is said of our lines, here or in newer pages */
  GPtrArray   *summaries;    /* (owned) of StoreConversationRow: what was stored into, as it is then */
  char        *first_id;     /* (owned, nullable) the archive's, of the oldest message */
  gint64       first_at;     /* µs since 1970 UTC, 0: unknown */
  guint64      inbox_number; /* of what came in last before it */
  guint        n_messages;
  gboolean     is_from_end;  /* it is the archive's last page, and follows none that was read before */
  gboolean     is_last;      /* nothing is left of the gap behind it */
  GError      *error;        /* (owned, nullable) the first thing that went wrong with an item */
} PartSyncPage;

PartSyncPage *part_sync_page_new      (ChatAccount       *account,
                                       const StoreGapRow *gap,
                                       const XmppMamPage *page) G_GNUC_WARN_UNUSED_RESULT;
PartSyncPage *part_sync_page_ref      (PartSyncPage      *self);
void          part_sync_page_unref    (PartSyncPage      *self);
void          part_sync_page_take_marks (PartSyncPage   *self,         /* before it is stored … */
                                       ChatAccount       *account,
                                       GPtrArray         *marks);      /* of PartItem: what waits for older pages */
void          part_sync_page_give_marks (PartSyncPage   *self,         /* … and after it: what goes on waiting */
                                       GPtrArray         *marks);
gpointer      part_sync_page_job      (StoreDb           *db,          /* a StoreJob, with the page as its data */
                                       gpointer           data,
                                       GError           **error);
void          part_sync_page_undo     (PartSyncPage      *self);       /* it was not stored after all */
void          part_sync_page_show     (PartSyncPage      *self,
                                       ChatAccount       *account);
StoreGapRow  *part_sync_gap_copy      (const StoreGapRow *gap) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PartSyncPage, part_sync_page_unref)

G_END_DECLS
