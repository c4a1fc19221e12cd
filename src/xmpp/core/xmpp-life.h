/* One stay online: a way to the server, the negotiation, the stream, and its end. */
#pragma once

#include "xmpp-negotiate.h"

G_BEGIN_DECLS

#define XMPP_LIFE_CLOSE_TIMEOUT (2 * G_TIME_SPAN_SECOND)   /* how long a polite end may take in all */

typedef struct _XmppLife XmppLife;

/* The one listener. Called from the main loop, never from inside a call into the life, but for the first step, which
 * xmpp_life_new() may take. handled is a question. Freeing the life from them is safe. ended is the last event; its
 * error is NULL after a polite end that we asked for. */
typedef struct {
  void (*step)   (XmppStep step, gpointer user_data);
  guint32 (*handled) (gpointer user_data);                                  /* of the session to go on with, now */
  void (*online) (const XmppNegotiated *negotiated, gpointer user_data);
  void (*stanza) (XmppNode *stanza, gpointer user_data);                    /* (transfer full) */
  void (*ended)  (const GError *error, gpointer user_data);
  void (*skipped) (XmppNode *start, gpointer user_data);                    /* (transfer full) of one that breaks a limit */
} XmppLifeEvents;

XmppLife *xmpp_life_new   (const XmppConnector *const *connectors,    /* NULL-ended */
                           const XmppLogin            *login,
                           GIOStream                  *io,            /* (nullable) instead of the connectors */
                           BaseClock                  *clock,
                           GCancellable               *cancellable,   /* (nullable) until it is online */
                           const XmppLifeEvents       *events,
                           gpointer                    user_data) G_GNUC_WARN_UNUSED_RESULT;
void      xmpp_life_free  (XmppLife                   *self);         /* at once, without an event */
XmppConnection *xmpp_life_describe (XmppLife            *self) G_GNUC_WARN_UNUSED_RESULT;   /* online; the caller's to add to */
void      xmpp_life_send  (XmppLife                   *self,          /* online */
                           const XmppNode             *stanza,
                           GTask                      *written);      /* (transfer full) (nullable) */
void      xmpp_life_close (XmppLife                   *self,          /* online */
                           GTimeSpan                   within);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLife, xmpp_life_free)

G_END_DECLS
