/* The whole of Linnet, from the stream to the pixels, under attack: what is stored, shown and sent is compared with
 * what would be if nobody had attacked.
 *
 * Romeo is signed in. Juliet and the Nurse are his contacts, and he has said a line to Juliet, whose conversation is
 * open; Iago is a stranger. In what is fed, "{own}" stands for the id of that line. */
#pragma once

#include "ui-test.h"
#include "ui-window.h"

G_BEGIN_DECLS

#define BALCONY JULIET "/balcony"
#define IAGO    "iago@evil.example"          /* a stranger … */
#define FLEET   IAGO "/fleet"                /* … and his device */
#define FEAST   "feast@rooms.capulet.example"   /* a room that nobody is in */
#define TRAP    "trap@rooms.evil.example"
#define CANARY  "It was the lark, the herald of the morn"

#define NOBODY_HOME(id, to) \
  "<iq type='error' id='" id "' to='" to "'><error type='cancel'>" \
  "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"

typedef struct {
  Ui         ui;         /* its window is the main window */
  GSettings *settings;   /* (owned) */
  char      *own_id;     /* (owned) of the line that Romeo has said, also its origin id */
} Hostile;

/* An attack as data. After it the canary must arrive, and everything must be as if @same_as had been fed instead. */
typedef struct {
  const char *path;        /* of the test */
  const char *attack;      /* stanzas */
  const char *same_as;     /* (nullable) what a safe client takes it for; NULL: nothing */
  const char *before;      /* (nullable) stanzas, harmless */
  const char *answers[4];  /* (nullable) patterns of what goes out, in this order; nothing else may */
  const char *never;       /* (nullable) words that are stored and shown nowhere */
  const char *abilities;   /* (nullable) of the server */
} Attack;

void  hostile_add       (const Attack *attacks,
                         gsize         n);                              /* a test for each */
void  hostile_add_test  (const char   *path,
                         void        (*test) (Hostile *self));          /* one that is not data */
void  hostile_feed      (Hostile      *self,
                         const char   *stanzas);                        /* and waits until all is done */
void  hostile_canary    (Hostile      *self);                           /* must arrive and be shown */
char *hostile_stored    (Hostile      *self) G_GNUC_WARN_UNUSED_RESULT;   /* all tables, a row in each line */
char *hostile_shown     (Hostile      *self) G_GNUC_WARN_UNUSED_RESULT;   /* every text in every window, in each of its states */
void  hostile_assert_same (const char *expected,
                           const char *actual,
                           const char *what);                           /* says which lines are different */

G_END_DECLS
