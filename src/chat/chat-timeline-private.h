/* The inside of a timeline, and for its conversation: many new lines at once. */
#pragma once

#include "chat-timeline.h"

G_BEGIN_DECLS

/* For chat-timeline.c and chat-timeline-load.c. */
typedef enum {
  CHAT_TIMELINE_NEWEST,   /* the last page instead of what is in the window */
  CHAT_TIMELINE_OLDER,
  CHAT_TIMELINE_NEWER,
} ChatTimelineLoad;

struct _ChatTimeline {
  GObject           parent;
  ChatContact      *contact;        /* (owned) */
  gint64            conversation;   /* conversations.id, 0: not stored yet */
  GPtrArray        *items;          /* (owned) of ChatMessage, by position */
  GPtrArray        *held;           /* (owned) of ChatMessage: said while the newest page is on its way */
  guint             serial;         /* of the load that is awaited */
  gboolean          loading;
  gboolean          replacing;      /* … the newest page */
  gboolean          at_start;
  gboolean          at_end;
  gboolean          following;      /* the window moves on with what is said */
};

enum {
  CHAT_TIMELINE_PROP_0,
  CHAT_TIMELINE_AT_START,
  CHAT_TIMELINE_AT_END,
  CHAT_TIMELINE_LOADING,
  CHAT_TIMELINE_N_PROPS,
};

void chat_timeline_set_flag   (ChatTimeline     *self,
                               gboolean         *flag,
                               gboolean          value,
                               guint             prop);
void chat_timeline_trim_end   (ChatTimeline     *self,
                               guint             n);
void chat_timeline_insert_run (ChatTimeline     *self,
                               guint             place,
                               gpointer         *messages,
                               guint             n);
void chat_timeline_add_run    (ChatTimeline     *self,
                               guint             place,
                               gpointer         *messages,
                               guint             n,
                               gboolean          stays);
void chat_timeline_load       (ChatTimeline     *self,
                               ChatTimelineLoad  kind,
                               gint64            position);

/* For the conversation. */
void chat_timeline_add_many         (ChatTimeline     *self,
                                     GPtrArray        *messages);       /* of ChatMessage, in order; announced as one change */
void chat_timeline_set_conversation (ChatTimeline     *self,
                                     gint64            conversation);   /* conversations.id */

G_END_DECLS
