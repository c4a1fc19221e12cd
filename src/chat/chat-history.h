/* What an account's archive still has for us: the gaps, and how far reading them has come. */
#pragma once

#include "chat-types.h"

G_BEGIN_DECLS

#define CHAT_TYPE_HISTORY (chat_history_get_type ())
G_DECLARE_FINAL_TYPE (ChatHistory, chat_history, CHAT, HISTORY, GObject)

typedef enum {
  CHAT_HISTORY_IDLE,      /* nothing to do, or not online */
  CHAT_HISTORY_READING,
  CHAT_HISTORY_WAITING,   /* the store cannot take it, or the server did not answer: it goes on later */
  CHAT_HISTORY_ABSENT,    /* the server keeps no archive */
} ChatHistoryState;

/* One gap, as an interval of positions. */
typedef struct {
  gint64 low, high;
} ChatHistoryGap;

/* Properties, notified: "state" (ChatHistoryState as int), "n-read" (guint: messages since reading began),
 * "read-back-to" (gint64 µs since 1970 UTC, 0: not known), "is-current" (gboolean). Signal "gaps-changed". */
ChatHistory      *chat_history_new              (void) G_GNUC_WARN_UNUSED_RESULT;
ChatHistoryState  chat_history_get_state        (ChatHistory          *self);
guint             chat_history_get_n_read       (ChatHistory          *self);
gint64            chat_history_get_read_back_to (ChatHistory          *self);
gboolean          chat_history_is_current       (ChatHistory          *self);    /* what was said last is read, or cannot be for now */
gboolean          chat_history_has_gap_between  (ChatHistory          *self,     /* of two neighbours in a conversation */
                                                 gint64                before,   /* position, 0: there is nothing before */
                                                 gint64                after);   /* position, G_MAXINT64: nothing after */

/* For the part that reads. */
void              chat_history_set_state        (ChatHistory          *self,
                                                 ChatHistoryState      state);
void              chat_history_set_current      (ChatHistory          *self,
                                                 gboolean              is_current);
void              chat_history_set_progress     (ChatHistory          *self,
                                                 guint                 n_read,
                                                 gint64                read_back_to);
void              chat_history_set_gaps         (ChatHistory          *self,
                                                 const ChatHistoryGap *gaps,     /* (array length=n) (nullable) */
                                                 guint                 n);

G_END_DECLS
