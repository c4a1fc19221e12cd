/* A session with all features and a server made of nothing: no network, no thread, no time but what is made to pass.
 *
 * What the server says can name what it does not know: id='?NAMESPACE' becomes the id of our last question with such a
 * payload, queryid='?' that of our last question to an archive, and the text "~…" of a SASL element is encoded, with
 * our nonce for each "$" in it. */
#pragma once

#include "base-clock.h"
#include "xmpp-session.h"

G_BEGIN_DECLS

#define WORLD_ACCOUNT "romeo@montague.example"
#define WORLD_JID     WORLD_ACCOUNT "/orchard"
#define WORLD_NOW     (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)   /* 2023-11-14T22:13:20Z */

typedef struct {
  BaseClock     *clock;
  XmppSession   *session;
  XmppTransport *link;         /* (nullable) the way to the server that is open now */
  gboolean       is_closed;    /* we have ended our half of it */
  gboolean       is_secure;
  gboolean       is_rehearsed; /* what is going on is the same each time */
  GPtrArray     *questions;    /* of XmppNode: our iqs */
  GPtrArray     *messages;     /* of XmppMessage: what the session told */
  GPtrArray     *sent;         /* of XmppNode: everything else */
  char          *nonce;        /* (nullable) of our last SCRAM message */
} World;

World    *world_new     (gboolean     is_secure) G_GNUC_WARN_UNUSED_RESULT;   /* there is one at a time */
void      world_free    (World       *self);
void      world_connect (World       *self);                   /* if it is offline: begins to sign in */
void      world_sign_in (World       *self);                   /* … and does, with the roster of the feature tests */
void      world_ask     (World       *self);                   /* everything that a feature can ask */
void      world_say     (World       *self,
                         XmppNode    *node);                   /* (transfer full) a stream header, or what is in one */
void      world_say_xml (World       *self,
                         const char  *xml);
void      world_skip    (World       *self,
                         XmppNode    *start);                  /* (transfer full) a stanza broke a limit */
void      world_end     (World       *self,
                         const GError *error);                 /* (nullable) NULL: the server ends its stream */
void      world_settle  (World       *self);                   /* what is to be done is done */
gboolean  world_is_online (World     *self);
void      world_check   (World       *self);                   /* canaries: an online session still hears and answers */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

G_END_DECLS
