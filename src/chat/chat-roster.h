/* The roster over all accounts: a sorted GListModel of groups, each a sorted GListModel of contacts. */
#pragma once

#include "chat-group.h"

G_BEGIN_DECLS

/* Groups go by name; contacts without a group come last. */
ChatRoster *chat_roster_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void        chat_roster_update      (ChatRoster   *self,      /* it is new, or its groups changed, or it left the roster */
                                     ChatContact  *contact);  /* presence and name changes are watched from then on */
void        chat_roster_update_many (ChatRoster   *self,      /* the same for many at once: one change per group */
                                     GPtrArray    *contacts);

G_END_DECLS
