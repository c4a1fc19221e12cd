/* Somebody at a machine of their own: a whole chat layer with a database, signed in to a real server. */
#pragma once

#include "chat-contact-acts.h"
#include "chat-core.h"
#include "fake-server.h"
#include "memory-secrets.h"

G_BEGIN_DECLS

/* Who lives in tests/lib/verona.py: Romeo and each of the others see each other. */
#define ROMEO    "romeo@montague.example"
#define JULIET   "juliet@capulet.example"
#define NURSE    "nurse@capulet.example"
#define TYBALT   "tybalt@capulet.example"
#define MERCUTIO "mercutio@montague.example"
#define BENVOLIO "benvolio@montague.example"

typedef struct {
  char          *address;     /* (owned) */
  char          *folder;      /* (owned) where the database is */
  MemorySecrets *secrets;     /* (owned) */
  Store         *store;       /* (owned, nullable) the rest is there while the machine is on */
  ChatCore      *core;        /* (owned, nullable) */
  ChatAccount   *account;     /* (owned, nullable) */
  GHashTable    *timelines;   /* (owned) of ChatTimeline: whatever was asked for is looked at */
} Person;

/* How somebody stands with somebody else. */
typedef struct {
  XmppSubscription  subscription;
  gboolean          is_asked, is_asking, is_online;
  ChatContact      *contact;   /* filled in by person_await */
} Standing;

Person           *person_new         (const char *address) G_GNUC_WARN_UNUSED_RESULT;   /* a new device, signed in */
void              person_free        (Person *self);
void              person_leave       (Person *self);                        /* switches the machine off, politely */
void              person_come_back   (Person *self);                        /* … and on */
ChatContact      *person_contact     (Person *self, const char *address);
ChatConversation *person_with        (Person *self, const char *address);
void              person_say         (Person *self, const char *address, const char *body);
void              person_add         (Person *self, const char *address, const char *name, const char *text);
void              person_remove      (Person *self, const char *address);
void              person_await       (Person *self, const char *address, Standing wanted, const char *what);
void              person_await_show  (Person *self, const char *address, XmppShow show, const char *status);
/* Everything that was said, oldest first: "< heard", "> sent", ">> delivered", "? on its way", "! failed (why)". */
void              person_await_lines (Person *self, const char *address, const char *line, ...) G_GNUC_NULL_TERMINATED;
gboolean          person_is_on       (const char *server);                  /* the server's name, as in servers.py */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

G_END_DECLS
