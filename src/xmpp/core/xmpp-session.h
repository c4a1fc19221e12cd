/* One account's life online: connects, keeps alive, sends, asks, and tells who listens. */
#pragma once

#include "base-clock.h"
#include "xmpp-connection.h"
#include "xmpp-error.h"
#include "xmpp-feature.h"
#include "xmpp-negotiate.h"
#include "xmpp-roster-item.h"
#include "xmpp-session-state.h"

G_BEGIN_DECLS

#define XMPP_TYPE_SESSION (xmpp_session_get_type ())
G_DECLARE_FINAL_TYPE (XmppSession, xmpp_session, XMPP, SESSION, GObject)

/* Properties: "state" (XmppSessionState), "step" (XmppStep while connecting), "jid" (the full JID while online),
 * "error" (GError boxed: why the last life ended; NULL while online and after a polite end), "connection"
 * (XmppConnection boxed, while online), "suspended" (the link is lost, and the session may be resumed on another one:
 * OFFLINE or CONNECTING then, but what the server told us still holds).
 * Signals: "message" (XmppMessage), "presence" (XmppPresence), "roster-changed" (GPtrArray of XmppRosterItem,
 * gboolean whole), "subscription-request" (XmppPresence), "stanza-in" (XmppNode), "stanza-out" (XmppNode). */
XmppSession      *xmpp_session_new               (const XmppFeature   *const *features,      /* NULL-ended registry */
                                                  const XmppConnector *const *connectors,    /* NULL-ended */
                                                  BaseClock           *clock) G_GNUC_WARN_UNUSED_RESULT;
void              xmpp_session_connect_async     (XmppSession          *self,
                                                  const XmppLogin      *login,
                                                  GIOStream            *io,          /* (nullable) already connected, not secure */
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          xmpp_session_connect_finish    (XmppSession          *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void              xmpp_session_close_async       (XmppSession          *self,        /* unavailable, </stream:stream>, at most 2 s */
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          xmpp_session_close_finish      (XmppSession          *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void              xmpp_session_abort             (XmppSession          *self,        /* at once: the link is dead (error is copied) */
                                                  const GError         *error);
void              xmpp_session_check             (XmppSession          *self);       /* is the link alive? It is dead after 10 s of silence */

XmppSessionState  xmpp_session_get_state         (XmppSession          *self);
XmppStep          xmpp_session_get_step          (XmppSession          *self);
XmppJid          *xmpp_session_get_jid           (XmppSession          *self);       /* (nullable) full, while online */
XmppJid          *xmpp_session_get_account       (XmppSession          *self);       /* (nullable) bare, of the last login */
const GError     *xmpp_session_get_error         (XmppSession          *self);       /* (nullable) */
const char       *xmpp_session_get_mechanism     (XmppSession          *self);       /* (nullable) of this login */
const char       *xmpp_session_get_binding       (XmppSession          *self);       /* (nullable) */
XmppConnection   *xmpp_session_get_connection    (XmppSession          *self);       /* (transfer none) (nullable) while online */
gboolean          xmpp_session_is_suspended      (XmppSession          *self);
gboolean          xmpp_session_is_resumed        (XmppSession          *self);       /* online, and this life goes on with the last one */
gboolean          xmpp_session_is_managed        (XmppSession          *self);       /* the server confirms what it has (XEP-0198) */
BaseClock        *xmpp_session_get_clock         (XmppSession          *self);
gpointer          xmpp_session_get_feature_state (XmppSession          *self,
                                                  const XmppFeature    *feature);
gboolean          xmpp_session_is_own            (XmppSession          *self,
                                                  const char           *from);       /* NULL or our bare JID: our own account speaks */

void              xmpp_session_send              (XmppSession          *self,
                                                  XmppNode             *stanza);     /* (transfer full); dropped when not online */
void              xmpp_session_send_message_async  (XmppSession        *self,
                                                  XmppMessage          *message,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          xmpp_session_send_message_finish (XmppSession        *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);      /* TRUE: the server has it; XMPP_CONNECT_ERROR_CLOSED: it may; G_IO_ERROR_NOT_CONNECTED: it has not */
void              xmpp_session_iq_async          (XmppSession          *self,
                                                  XmppNode             *iq,          /* (transfer full) get or set */
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
XmppNode         *xmpp_session_iq_finish         (XmppSession          *self,
                                                  GAsyncResult         *result,
                                                  GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void              xmpp_session_iq_reply          (XmppSession          *self,
                                                  const XmppNode       *iq,
                                                  XmppNode             *payload);    /* (transfer full) (nullable) */
void              xmpp_session_stored            (XmppSession          *self,
                                                  XmppMessage          *message);    /* it is committed: confirm it to who sent it */
void              xmpp_session_hold              (XmppSession          *self,
                                                  XmppMessage          *message);    /* its stanza is not handled yet … */
void              xmpp_session_release           (XmppSession          *self,
                                                  XmppMessage          *message);    /* … now it is: once for each hold */

/* For features only. */
void              xmpp_session_send_element      (XmppSession          *self,
                                                  XmppNode             *element);    /* (transfer full) no stanza, so nobody counts it; dropped when not online */
void              xmpp_session_read_inner        (XmppSession          *self,
                                                  XmppNode             *message,     /* from an archive that was asked */
                                                  gint64                stamp,       /* µs since 1970 UTC, 0: unknown */
                                                  const char           *archive_id,
                                                  GPtrArray            *into);       /* gets an XmppMessage or two, or none, instead of the listeners */
void              xmpp_session_inner             (XmppSession          *self,
                                                  XmppNode             *message,
                                                  XmppOrigin            origin,
                                                  gint64                stamp);
GPtrArray        *xmpp_session_get_disco         (XmppSession          *self) G_GNUC_WARN_UNUSED_RESULT;
void              xmpp_session_emit_presence     (XmppSession          *self,
                                                  XmppPresence         *presence);
void              xmpp_session_emit_roster       (XmppSession          *self,
                                                  GPtrArray            *items,
                                                  gboolean              whole);
void              xmpp_session_emit_subscription_request (XmppSession  *self,
                                                  XmppPresence         *presence);

G_END_DECLS
