/* A window of at most 200 messages over the store: older and newer on demand, the live end kept up to date. */
#pragma once

#include "chat-message.h"

G_BEGIN_DECLS

#define CHAT_TIMELINE_MAX  200
#define CHAT_TIMELINE_PAGE 50

/* A GListModel of ChatMessage, oldest first. Properties, notified: "at-start" (nothing older is stored),
 * "at-end" (nothing newer is stored: live lines come in), "loading". */
ChatTimeline *chat_timeline_new          (ChatContact      *contact,
                                          gint64            conversation) G_GNUC_WARN_UNUSED_RESULT;   /* conversations.id, 0: not stored yet */
void          chat_timeline_load_older   (ChatTimeline     *self);    /* drops the newest beyond the limit */
void          chat_timeline_load_newer   (ChatTimeline     *self);    /* drops the oldest beyond the limit */
void          chat_timeline_jump_to_end  (ChatTimeline     *self);
void          chat_timeline_set_following (ChatTimeline    *self,     /* FALSE: somebody reads further up; the window stays there */
                                           gboolean         following);
gboolean      chat_timeline_get_at_start (ChatTimeline     *self);
gboolean      chat_timeline_get_at_end   (ChatTimeline     *self);
gboolean      chat_timeline_get_loading  (ChatTimeline     *self);
void          chat_timeline_add          (ChatTimeline     *self,
                                          ChatMessage      *message);   /* at its position; ignored unless at-end */
void          chat_timeline_moved        (ChatTimeline     *self,
                                          ChatMessage      *message);   /* its position changed */
void          chat_timeline_remove       (ChatTimeline     *self,
                                          ChatMessage      *message);
gboolean      chat_timeline_has_gap      (ChatTimeline     *self,     /* before this item; after the last: at its end. Signal "gaps-changed" */
                                          guint             position);
ChatMessage  *chat_timeline_find         (ChatTimeline     *self,
                                          gint64            id);        /* (transfer none) (nullable) */

G_END_DECLS
