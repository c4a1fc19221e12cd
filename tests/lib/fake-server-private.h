/* What the two files of the fake server share. */
#pragma once

#include "fake-server.h"
#include "xmpp-reader.h"

G_BEGIN_DECLS

struct _FakeServer {
  char       *domain;        /* (owned) */
  GIOStream  *io;            /* (owned) ours, plain or TLS */
  GIOStream  *client_io;     /* (owned, nullable) */
  GSource    *source;        /* (owned, nullable) while listening */
  XmppReader *reader;        /* (owned) */
  GQueue      came;          /* of XmppNode, (owned): headers and stanzas that no verb took yet */
  GPtrArray  *taken;         /* (owned) of XmppNode: those that tests hold */
  gboolean    ended;         /* </stream:stream> came */
  gboolean    hung_up;
  GString    *clear;         /* (owned) what came before TLS */
  gboolean    is_deaf;       /* what comes is TLS, and nobody answers it */

  gsize       chunk;         /* bytes; 0: whole */
  GRand      *random;        /* (owned, nullable) pieces have up to so many bytes */
  gboolean    is_secure;
  char       *certificate;   /* (owned) */
  char       *mechanisms;    /* (owned) */
  char       *bindings;      /* (owned, nullable) */
  char       *password;      /* (owned) */
  char       *features;      /* (owned) */
  char       *abilities;     /* (owned) */
  FakeScram   behaviour;
  guint       iterations;

  char       *mechanism;     /* (owned, nullable) chosen by the client */
  char       *gs2;           /* (owned, nullable) */
  char       *jid;           /* (owned, nullable) bound */
  guint32     handled;       /* stanzas since <enable/>, or as fake_server_resume() says */
};

void fake_server_listen         (FakeServer *self);
void fake_server_stop_listening (FakeServer *self);

G_END_DECLS
