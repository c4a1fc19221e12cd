/* Three of the user's accounts at once, on two servers, for tests of the chat layer. */
#pragma once

#include "chat-test.h"

G_BEGIN_DECLS

#define BENVOLIO "benvolio@montague.example"
#define TYBALT   "tybalt@capulet.example"

/* The accounts, in the order in which they are added. */
enum {
  THREE_ROMEO,
  THREE_BENVOLIO,
  THREE_TYBALT,
  THREE_N,
};

typedef struct {
  Chat        chat;
  FakeServer *servers[THREE_N];   /* (owned) */
} Three;

void              three_set_up        (Three *self, gconstpointer data);   /* loaded, without an account */
void              three_tear_down     (Three *self, gconstpointer data);
void              three_open_server   (Three *self, guint i);              /* that the next connection of this account reaches */
ChatAccounts     *three_accounts      (Three *self);
ChatAccount      *three_account       (Three *self, guint i);
void              three_assert_states (Three *self, ChatAccountState romeo, ChatAccountState benvolio,
                                       ChatAccountState tybalt);
void              three_play_login    (Three *self, guint i, const char *presence);   /* that it shows */
void              three_play_goodbye  (Three *self, guint i);
void              three_add           (Three *self, guint i);
void              three_add_all       (Three *self);
void              three_restart       (Three *self);                       /* everybody meets a new server; nobody is online */
void              three_hear          (Three *self, guint i, const char *from, const char *id, const char *body);
ChatConversation *three_talk          (Three *self, guint i, const char *with);
guint             three_count         (gpointer model);
void              three_assert_order  (Three *self, const char *expected); /* local parts, with a space between */
void              three_run_sql       (Three *self, const char *sql);
void              three_assert_rows   (Three *self, const char *expected); /* accounts, conversations, messages, roster, groups */

G_END_DECLS
