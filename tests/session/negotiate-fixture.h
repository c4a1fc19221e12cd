/* A client that negotiates with a fake server, and the ways in which that can end. */
#pragma once

#include "fake-server.h"
#include "xmpp-error.h"
#include "xmpp-negotiate.h"
#include "xmpp-stream.h"

G_BEGIN_DECLS

#define ROMEO        "romeo@montague.example"
#define ROMEO_FULL   "romeo@montague.example/orchard"
#define WITH_STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define WITH_BIND     "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"

/* How far the server plays its part before the test goes on. */
typedef enum {
  STAGE_NOTHING,
  STAGE_HEADER,         /* its header, without features */
  STAGE_STARTTLS,       /* offered, and asked for */
  STAGE_PROCEED,        /* and silence instead of TLS */
  STAGE_SECURE,
  STAGE_AUTH,           /* mechanisms offered, one chosen */
  STAGE_RESPONSE,       /* challenged, and answered */
  STAGE_SIGNED_IN,      /* and no new stream from the server */
  STAGE_BIND,           /* offered, and asked for */
  STAGE_SESSION,        /* bound, and RFC 3921's session asked for */
  STAGE_LAST,
} Stage;

typedef struct {
  FakeServer    *server;
  XmppLogin     *login;
  BaseClock     *clock;         /* manual */
  GCancellable  *cancellable;
  XmppTransport *transport;     /* NULL before negotiate_begin() */
  GAsyncResult  *result;        /* NULL until it is over */
  GString       *steps;         /* the names of the steps told, each with a space behind */
  guint32        handled;       /* of the session to resume */
} Fixture;

extern const XmppNegotiateEvents negotiate_events;   /* for a Fixture */

/* Each test is added twice: delivered whole, and byte by byte. */
void            negotiate_add      (const char         *path,
                                    void              (*test) (Fixture *fixture, gconstpointer chunk));
void            negotiate_set_up   (Fixture            *fixture,
                                    gconstpointer       chunk);
void            negotiate_tear_down (Fixture           *fixture,
                                    gconstpointer       chunk);
void            negotiate_begin    (Fixture            *fixture);
void            negotiate_play     (Fixture            *fixture,
                                    Stage               stage);
void            negotiate_secure   (Fixture            *fixture);   /* begins, and plays up to TLS */
XmppNegotiated *negotiate_succeed  (Fixture            *fixture) G_GNUC_WARN_UNUSED_RESULT;
void            negotiate_fail     (Fixture            *fixture,
                                    GQuark              domain,
                                    int                 code,
                                    const char         *words);     /* (nullable) that the message must contain */

G_END_DECLS
