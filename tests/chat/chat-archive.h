/* An archive for the server's side of a test: what was said, a page of it on request, and some ways to misbehave. */
#pragma once

#include "chat-test.h"

G_BEGIN_DECLS

#define ARCHIVE_ABILITIES "urn:xmpp:mam:2 urn:xmpp:mam:2#extended urn:xmpp:sid:0"
#define ARCHIVE_PLAIN     "urn:xmpp:mam:2 urn:xmpp:sid:0"
#define ARCHIVE_BEGIN     G_GINT64_CONSTANT (1764547200000000)   /* 2025-12-01T00:00:00Z: item 0; each is a second later */
#define ARCHIVE_QUERY     "<iq type='set'><query xmlns='urn:xmpp:mam:2'/></iq>"

typedef struct _Archive Archive;

Archive    *archive_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void        archive_free        (Archive    *self);
guint       archive_add         (Archive    *self,
                                 const char *from,
                                 const char *to,
                                 const char *id,        /* also the origin id */
                                 const char *body);     /* which item it is */
guint       archive_add_raw     (Archive    *self,
                                 const char *message);  /* as the server has it */
void        archive_fill        (Archive    *self,      /* lines of JULIET, their numbers as bodies */
                                 guint       first,
                                 guint       n);
void        archive_forget      (Archive    *self,      /* the oldest n: they have expired */
                                 guint       n);
guint       archive_get_n       (Archive    *self);
void        archive_set_max     (Archive    *self,
                                 guint       max);      /* items in a page, whatever was asked for */
void        archive_set_min     (Archive    *self,
                                 guint       min);      /* likewise, and more than was asked for */
char       *archive_item_id     (Archive    *self,
                                 guint       i) G_GNUC_WARN_UNUSED_RESULT;

/* The server's side. */
void        archive_deliver     (Archive    *self,      /* an item live, with its stanza-id */
                                 Chat       *chat,
                                 guint       i);
gboolean    archive_reply       (Archive    *self,      /* to this query; FALSE: it was the last page of it */
                                 Chat       *chat,
                                 XmppNode   *query);
gboolean    archive_answer      (Archive    *self,      /* to the next query, which has to come */
                                 Chat       *chat);
guint       archive_answer_all  (Archive    *self,      /* all queries that come; how many there were */
                                 Chat       *chat);
void        archive_sign_in     (Chat       *chat);     /* as chat_sign_in(), but nothing is forgotten */
void        archive_come_back   (Chat       *chat);     /* the link is lost, and there is a new session */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_free)

/* A test with an archive. What the servers can (ARCHIVE_ABILITIES …) is the test's data. */
typedef struct {
  Chat     chat;
  Archive *archive;   /* (owned) */
} Sync;

void        sync_set_up         (Sync       *sync,
                                 gconstpointer abilities);
void        sync_tear_down      (Sync       *sync,
                                 gconstpointer data);
void        sync_begin          (Sync       *sync);     /* the first session, with an archive that has nothing yet */
void        sync_assert_history (Chat       *chat,
                                 ChatHistoryState state);
void        sync_assert_gaps    (Chat       *chat,      /* as they are stored */
                                 guint       n);
void        sync_assert_numbers (ChatTimeline *timeline, /* the numbers that are the lines' texts follow each other */
                                 guint       first,
                                 guint       n);

G_END_DECLS
