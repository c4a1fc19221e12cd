/* A web server for montague.example on loopback, and the way to it.
 *
 * Everything the client connects to goes through a proxy that the fixture is as well; it knows one server only. So
 * the product asks for https://montague.example/ as it always does, and no name is looked up. */
#pragma once

#include <libsoup/soup.h>

#include "fake-server.h"
#include "net-frames.h"
#include "net-websocket.h"

#define FIXTURE_LINK(path) \
  "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://montague.example" path "'/></XRD>"
#define FIXTURE_OTHER_LINK \
  "<XRD><Link rel='urn:xmpp:alt-connections:websocket' href='wss://ws.montague.example/ws'/></XRD>"

/* What a test is given. */
typedef struct {
  const char *certificate;   /* of the web server, as in fake_server_set_certificate() */
  const char *document;      /* (nullable) what the test is about */
  const char *other;         /* (nullable) the certificate of ws.montague.example, when that is a server of its own */
} FixtureCase;

typedef struct {
  /* What the web server says. */
  guint       status;            /* of the XML form */
  const char *xrd;               /* (nullable) NULL: 404 */
  const char *jrd;               /* (nullable) NULL: 404 */
  const char *location;          /* (nullable) where the XML form is redirected to */
  gboolean    is_silent;         /* it takes requests and answers none */

  /* What was seen of the client. */
  guint       connections;       /* through the proxy */
  guint       requests;
  char       *headers;           /* (owned, nullable) of the last WebSocket request */
  SoupWebsocketConnection *peer; /* (owned, nullable) the server's end of the last WebSocket */
  GQueue      heard;             /* of char *, (owned): the client's frames */
  GQueue      events;            /* of char *, (owned): what the transport told, see fixture_expect_event */
  XmppTransport *transport;      /* (owned, nullable) */
  gboolean    frees_itself;      /* the listener frees the transport from inside the next event */

  const char     *pin;           /* (nullable) of the login */
  GTlsCertificateFlags pin_errors;

  SoupServer     *server;        /* (owned) */
  SoupServer     *other;         /* (owned, nullable) for ws.montague.example */
  GSocketService *proxy;         /* (owned) */
  guint16         port;          /* the server's */
  guint16         other_port;    /* the other's; 0: there is none */
} Fixture;

void           fixture_open             (Fixture *self, gconstpointer data);   /* a FixtureCase */
void           fixture_close            (Fixture *self, gconstpointer data);
XmppTransport *fixture_connect          (Fixture *self, GError **error);
void           fixture_connect_and_open (Fixture *self);
void           fixture_say              (Fixture *self, const char *text);
XmppNode      *fixture_expect           (Fixture *self, const char *pattern) G_GNUC_WARN_UNUSED_RESULT;
void           fixture_hear             (Fixture *self, const char *pattern);
void           fixture_expect_event     (Fixture *self, const char *event);
