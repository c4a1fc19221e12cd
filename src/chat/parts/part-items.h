/* What a message means for the store, whichever way it came: to be stored on the writer thread, then shown. */
#pragma once

#include "chat-conversation-private.h"
#include "store-archives.h"

G_BEGIN_DECLS

typedef enum {
  PART_ITEM_SAY,       /* a line */
  PART_ITEM_ARRIVED,   /* a line of ours was received */
  PART_ITEM_FAILED,    /* a line of ours came back */
} PartItemKind;

typedef struct {
  PartItemKind      kind;
  XmppJid          *peer;     /* (owned) bare: whose conversation */
  XmppMessage      *message;  /* (owned) not touched by the writer */
  StoreMessageRow  *row;      /* (owned, nullable) SAY: what to store; then the row as it is, NULL: none */
  char             *target;   /* (owned, nullable) else: the id that the line was sent with */
  char             *reason;   /* (owned, nullable) FAILED: the error's name */
  gboolean          is_past;  /* of an archive's page: older than the gap that it was read for */
  gboolean          is_new;
} PartItem;

/* Life. */
PartItem *part_item_new    (ChatAccount       *account,
                            XmppMessage       *message) G_GNUC_WARN_UNUSED_RESULT;   /* NULL: it means nothing here */
void      part_item_free   (PartItem          *self);
gsize     part_item_bytes  (const PartItem    *self);
gboolean  part_item_is_lost (const PartItem   *self);      /* the store will never take it */
void      part_item_undo   (PartItem          *self);      /* it was not stored after all */

/* On the writer thread. */
gboolean  part_item_store  (StoreDb           *db,
                            gint64             account,    /* accounts.id */
                            StoreGapRow       *gap,        /* (nullable) which an archive's line is for */
                            PartItem          *item,
                            GError           **error);

/* On the main loop. */
gboolean  part_items_has_conversation (ChatAccount *account,
                            XmppJid           *peer);
void      part_items_show  (ChatAccount       *account,
                            GPtrArray         *items);     /* of PartItem, as they were stored */
void      part_items_show_page (ChatAccount   *account,
                            GPtrArray         *items,      /* of PartItem, oldest first */
                            GPtrArray         *summaries,  /* of StoreConversationRow: of what they are in */
                            gboolean           is_history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PartItem, part_item_free)

G_END_DECLS
