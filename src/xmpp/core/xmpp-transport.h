/* One open way to a server: stanzas out, stanzas in. XML over a GIOStream is one; framed XML over WebSocket another. */
#pragma once

#include <gio/gio.h>

#include "base-clock.h"
#include "xmpp-connection.h"
#include "xmpp-login.h"
#include "xmpp-node.h"

G_BEGIN_DECLS

typedef struct _XmppTransport XmppTransport;

/* The one listener. Called from the main loop, never from inside a call into the transport. failed is the last
 * event; closed says that the peer ended its stream politely. */
typedef struct {
  void (*opened)   (XmppTransport *transport, XmppNode *header, gpointer user_data);   /* header is borrowed */
  void (*received) (XmppTransport *transport, XmppNode *node, gpointer user_data);     /* (transfer full) node */
  void (*closed)   (XmppTransport *transport, gpointer user_data);
  void (*failed)   (XmppTransport *transport, const GError *error, gpointer user_data);
  /* (nullable) A node breaks a limit; start: (transfer full) its name, to, from, type, id. NULL: it ends the stream */
  void (*skipped)  (XmppTransport *transport, XmppNode *start, gpointer user_data);
} XmppTransportEvents;

/* The first member of every transport's struct. */
struct _XmppTransport {
  const struct _XmppTransportClass *klass;
  const XmppTransportEvents        *events;      /* set by whoever listens, before open */
  gpointer                          user_data;
  GError                           *refused;     /* (owned, nullable) a certificate on the way here; told if this fails too */
};

typedef struct _XmppTransportClass {
  const char *name;   /* "tcp", "websocket" */

  /* A stream header; again: a restart. */
  void (*open) (XmppTransport *self, XmppJid *to, XmppJid *from);
  /* In order. @written: (nullable) (transfer full) returns TRUE once the bytes have left. */
  void (*send) (XmppTransport *self, const XmppNode *node, GTask *written);
  /* Ends our half politely; closed or failed follows. */
  void (*close) (XmppTransport *self);
  /* At once, without an event; from inside one too. */
  void (*free) (XmppTransport *self);

  /* NULL: always secure. After <proceed/>; open again after it. */
  void (*secure_async) (XmppTransport *self, const XmppLogin *login, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*secure_finish) (XmppTransport *self, GAsyncResult *result, GError **error);
  /* (transfer none) (nullable): not secure yet, or not ours to bind to. */
  GTlsConnection *(*get_tls) (XmppTransport *self);
  gboolean (*is_secure) (XmppTransport *self);
  /* (transfer full): everything but mechanism and binding, which it does not know. */
  XmppConnection *(*describe) (XmppTransport *self);
} XmppTransportClass;

/* A way to get such a thing; main.c hands a NULL-ended list of them down, the first that reaches a server is used. */
typedef struct {
  const char *name;
  void (*connect_async) (const XmppLogin *login, BaseClock *clock, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);
  XmppTransport *(*connect_finish) (GAsyncResult *result, GError **error);
} XmppConnector;

static inline void
xmpp_transport_free (XmppTransport *self)
{
  self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppTransport, xmpp_transport_free)

G_END_DECLS
