/* An online session over the fake server, for tests of single features: who is who in it, and what it has told.
 *
 * The account is romeo@montague.example/orchard. In his roster: juliet@capulet.example and mercutio@verona.example, who
 * see him and whom he sees; paris@verona.example, who does not see him. The clock stands at FEATURE_NOW. */
#pragma once

#include "base-clock.h"
#include "fake-server.h"
#include "xmpp-features.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define FEATURE_JID "romeo@montague.example/orchard"
#define FEATURE_NOW     (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)   /* 2023-11-14T22:13:20Z */
#define FEATURE_EARLIER (G_GINT64_CONSTANT (1699992000) * G_USEC_PER_SEC)   /* 2023-11-14T20:00:00Z */

/* Everybody who may try to say something, as a bit. */
typedef enum {
  WHO_NOBODY       = 1 << 0,   /* no 'from': our own account */
  WHO_ACCOUNT      = 1 << 1,   /* our own bare address */
  WHO_DEVICE       = 1 << 2,   /* our own other device */
  WHO_SERVER       = 1 << 3,   /* our own server */
  WHO_CONTACT      = 1 << 4,   /* a contact's device */
  WHO_CONTACT_BARE = 1 << 5,
  WHO_UNSEEING     = 1 << 6,   /* a contact who may not see us */
  WHO_STRANGER     = 1 << 7,
  WHO_OTHER_SERVER = 1 << 8,   /* the contact's */
  WHO_LOOKALIKE    = 1 << 9,   /* our own name at another server */
  WHO_ROOM         = 1 << 10,
  WHO_OCCUPANT     = 1 << 11,
  WHO_MISLED       = 1 << 12,  /* a contact, to somebody else */
  WHO_END          = 1 << 13,
} Who;

#define WHO_SEE_US (WHO_NOBODY | WHO_ACCOUNT | WHO_DEVICE | WHO_SERVER | WHO_CONTACT | WHO_CONTACT_BARE)

typedef struct {
  FakeServer  *server;
  BaseClock   *clock;
  XmppSession *session;
  GPtrArray   *messages;    /* of XmppMessage: what the session told, since the last feature_test_forget() */
  GPtrArray   *presences;   /* of XmppPresence */
  GPtrArray   *requests;    /* of XmppPresence */
  GPtrArray   *items;       /* of XmppRosterItem */
  guint        wholes;      /* how often the whole roster came */
} FeatureTest;

/* Adds the test twice: the server's bytes come whole, and one by one. It gets a session with all features, offline. */
void         feature_test_add     (const char    *path,
                                   void         (*test) (FeatureTest *self));

/* Life. Signing in answers what the features ask at that time and forgets it. */
void         feature_test_sign_in (FeatureTest   *self);
void         feature_test_sign_in_with (FeatureTest *self,
                                   const char    *abilities);   /* of the server and our account, spaces between */
void         feature_test_connect (FeatureTest   *self);      /* without answering anything */
void         feature_test_restart (FeatureTest   *self);      /* after the server hung up: a new server, offline */
void         feature_test_manage  (FeatureTest   *self);      /* before signing in: this one can be resumed (XEP-0198) */
void         feature_test_managed (FeatureTest   *self);      /* after it: the server agrees */
void         feature_test_resume  (FeatureTest   *self,       /* on a new server, which has handled so many stanzas */
                                   guint          h);
void         feature_test_forget  (FeatureTest   *self);

/* What is said, by whom. */
char        *feature_test_address (Who            who) G_GNUC_WARN_UNUSED_RESULT;    /* the attributes from and to, as XML */
const char  *feature_test_name    (Who            who);                             /* for messages */
void         feature_test_ask_all (FeatureTest   *self,
                                   const char    *payload,
                                   guint          may,        /* who gets the result; the others service-unavailable */
                                   const char    *result);    /* (nullable) pattern of what is in it */
XmppMessage *feature_test_say     (FeatureTest   *self,
                                   Who            who,
                                   const char    *type,
                                   const char    *payloads);  /* (transfer none) (nullable) the message it became */
void         feature_test_receive (FeatureTest   *self,
                                   const char    *format,
                                   ...) G_GNUC_PRINTF (2, 3);   /* the server says it, and the session has heard it */
XmppMessage *feature_test_only    (FeatureTest   *self);      /* (transfer none) (nullable) the one message there is, or none */
void         feature_test_send    (FeatureTest   *self,
                                   XmppMessage   *message);

G_END_DECLS
