/* How far the inbox has come, for whoever must not overtake it. */
#pragma once

#include "chat-account.h"

G_BEGIN_DECLS

typedef struct {
  void (*opened) (ChatAccount *account,
                  GPtrArray   *gaps);     /* (transfer full) of StoreGapRow, newest first: a session has begun in the store */
  void (*stored) (ChatAccount *account);  /* what came in, or some of it */
} PartInboxListener;

void     part_inbox_set_listener (ChatAccount             *account,
                                  const PartInboxListener *listener);   /* (nullable), static */
guint64  part_inbox_get_taken    (ChatAccount             *account);    /* the number of what came in last */
gboolean part_inbox_has_stored   (ChatAccount             *account,     /* that, and all before it */
                                  guint64                  number);

G_END_DECLS
