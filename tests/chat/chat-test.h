/* The whole chat layer over a fake server, a database in memory, a keyring in memory and a clock that stands still. */
#pragma once

#include "chat-core.h"
#include "fake-server.h"
#include "memory-secrets.h"

G_BEGIN_DECLS

#define OWN      "romeo@montague.example"
#define OWN_FULL OWN "/orchard"
#define JULIET   "juliet@capulet.example"
#define NURSE    "nurse@capulet.example"
#define MERCUTIO "mercutio@verona.example"   /* in nobody's roster */
#define NOW      G_GINT64_CONSTANT (1767268800000000)   /* 2026-01-01T12:00:00Z */

#define ROSTER \
  "<item jid='" JULIET "' name='Juliet' subscription='both'><group>Capulets</group></item>" \
  "<item jid='" NURSE "' name='Nurse' subscription='both'><group>Capulets</group><group>Friends</group></item>"

typedef struct {
  BaseClock        *clock;     /* (owned) */
  Store            *store;     /* (owned) */
  MemorySecrets    *secrets;   /* (owned) */
  FakeServer       *server;    /* (owned, nullable) what the next connection reaches; NULL: nobody */
  ChatCore         *core;      /* (owned) */
  ChatAccount      *account;   /* (owned, nullable) */
  const char       *abilities; /* (nullable) of each new server; at first none: there is no archive */
} Chat;

/* What stands between an account and its server: NULL, or why it is not reached. */
typedef GError *(*ChatGate) (const XmppLogin *login);

void              chat_set_up          (Chat *chat, gconstpointer data);
void              chat_tear_down       (Chat *chat, gconstpointer data);   /* nothing may be left of it */
void              chat_settle          (Chat *chat);                       /* runs until neither loop nor writer has anything to do */
void              chat_set_room        (Chat *chat, gboolean room);        /* FALSE: the disk is full for lines of chat_long_line() */
char             *chat_long_line       (const char *word) G_GNUC_WARN_UNUSED_RESULT;
void              chat_set_bound       (Chat *chat);                       /* stored: its sign-in was bound to the channel before */
void              chat_load            (Chat *chat);
void              chat_new_server      (Chat *chat);
void              chat_set_server      (Chat *chat, const char *account, FakeServer *server);   /* for this account alone; (nullable) borrowed */
void              chat_set_gate        (Chat *chat, ChatGate gate);        /* asked before each connection; (nullable) */
void              chat_play_login      (Chat *chat, const char *roster);   /* the server's side; (nullable): what it knows already */
void              chat_prepare         (Chat *chat);                       /* account, not signed in */
void              chat_sign_in         (Chat *chat);                       /* with ROSTER; everything else is answered or forgotten */
void              chat_come_back       (Chat *chat);                       /* the server's side, when there was a login before */
void              chat_lose_link       (Chat *chat);                       /* and try again, with another server */
void              chat_assert_stuck    (Chat *chat, GQuark domain, int code);   /* for this reason, however long one waits */
void              chat_end_core        (Chat *chat);                       /* as when the program is killed */
void              chat_restart         (Chat *chat);                       /* … and started again, with another server */
void              chat_assert_state    (Chat *chat, ChatAccountState state);
ChatContact      *chat_contact         (Chat *chat, const char *jid);
ChatConversation *chat_with            (Chat *chat, const char *jid);      /* made when it is not there */
gboolean          chat_knows           (Chat *chat, const char *jid);      /* there is a conversation */
ChatTimeline     *chat_open            (Chat *chat, const char *jid) G_GNUC_WARN_UNUSED_RESULT;   /* and loaded */
void              chat_hear            (Chat *chat, const char *from, const char *id, const char *body);
void              chat_hear_presence   (Chat *chat, const char *from, const char *content);       /* content of an available one; NULL: unavailable */
void              chat_hear_request    (Chat *chat, const char *from, const char *words);           /* to see us; (nullable) words */
void              chat_push            (Chat *chat, const char *item);     /* an entry of the roster, and waits until it was taken over */
void              chat_answer_pings    (Chat *chat);                       /* which ask whether the link is alive */
void              chat_expect_nothing  (Chat *chat);                       /* but those */
void              chat_expect_only     (Chat *chat, const char *pattern);  /* this stanza, and no other */
void              chat_assert_requests (Chat *chat, const char *expected); /* local parts, with a space between */
char             *chat_expect_body     (Chat *chat, const char *to, const char *body) G_GNUC_WARN_UNUSED_RESULT;   /* the id it was sent with */
char             *chat_bodies          (ChatTimeline *timeline) G_GNUC_WARN_UNUSED_RESULT;        /* with a space between */
ChatMessage      *chat_line            (ChatTimeline *timeline, guint position);                  /* (transfer none) */

#define chat_assert_bodies(timeline, expected) \
  G_STMT_START { \
    g_autofree char *bodies = chat_bodies (timeline); \
    g_assert_cmpstr (bodies, ==, expected); \
  } G_STMT_END

/* Counts what a list announces, and keeps a copy by it to compare: a wrong announcement is found at once. */
typedef struct {
  GListModel *model;     /* (owned) */
  GPtrArray  *items;     /* (owned) */
  guint       n;         /* changes since it was last asked */
} Watch;

Watch *watch_new   (gpointer model) G_GNUC_WARN_UNUSED_RESULT;
guint  watch_take  (Watch *self);                                          /* how many changes since */
void   watch_free  (Watch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

G_END_DECLS
