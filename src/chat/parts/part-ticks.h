/* How far own lines have come, on its way into the store: in the order in which it became known. For the parts. */
#pragma once

#include "chat-account-private.h"

G_BEGIN_DECLS

typedef struct _PartTicks PartTicks;

PartTicks *part_ticks_new   (ChatAccount       *account) G_GNUC_WARN_UNUSED_RESULT;   /* (not owned) */
void       part_ticks_add   (PartTicks         *self,
                             ChatConversation  *conversation,
                             gint64             id,             /* messages.id */
                             const char        *stanza_id,      /* that it was sent with */
                             StoreMessageState  state,
                             const char        *reason);        /* (nullable) with FAILED; a constant */
gboolean   part_ticks_knows (PartTicks         *self,           /* something of this line that is not stored yet */
                             gint64             id);
void       part_ticks_flush (PartTicks         *self);          /* at once: the last chance */
void       part_ticks_free  (PartTicks         *self);

G_END_DECLS
