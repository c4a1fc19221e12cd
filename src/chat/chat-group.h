/* One group of the roster: a sorted GListModel of its contacts. */
#pragma once

#include "chat-contact.h"

G_BEGIN_DECLS

/* Present contacts come first (as XmppShow, chat and available alike), then it goes by name.
 * Properties, notified: "name" ("" for contacts in no group; UI words it), "n-online", "n-items". */
const char *chat_group_get_name     (ChatGroup     *self);
guint       chat_group_get_n_online (ChatGroup     *self);
guint       chat_group_get_n_items  (ChatGroup     *self);

/* For the roster, which makes, fills and changes it. */
ChatGroup  *chat_group_new          (const char    *id) G_GNUC_WARN_UNUSED_RESULT;   /* the name as the server writes it */
const char *chat_group_get_id       (ChatGroup     *self);
void        chat_group_change       (ChatGroup     *self,      /* announced as one change */
                                     GPtrArray     *added,     /* of ChatContact, all three */
                                     GPtrArray     *removed,
                                     GPtrArray     *moved);    /* name or presence changed */
int         chat_group_compare      (gconstpointer  a,
                                     gconstpointer  b,
                                     gpointer       user_data);

G_END_DECLS
