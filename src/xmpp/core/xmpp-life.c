/* One stay online: a way to the server, the negotiation, the stream, and its end.
 *
 *     ┌─sent elsewhere─┐
 *     ▼                │
 *   REACHING ──► NEGOTIATING ──► ONLINE ──close──► CLOSING ──closed, failed, 2 s──► ENDED
 *    │  ▲ │           │             │                                                 ▲
 *    └──┘ └───────────┴─────────────┴──failed, cancelled, stream error, server ended──┘
 *  the next connector
 */
#include "xmpp-life.h"

#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-stream.h"

#define MAX_REDIRECTS 5   /* RFC 6120 §4.9.3.19 */

typedef enum {
  LIFE_REACHING,
  LIFE_NEGOTIATING,
  LIFE_ONLINE,
  LIFE_CLOSING,
  LIFE_ENDED,
} LifeState;

/* Each operation under way holds a reference, so that the owner may free it at any time. The transport goes with the
 * last one: a negotiation has ended before what it negotiates on. */
struct _XmppLife {
  LifeState                   state;
  const XmppConnector *const *all;           /* the connectors */
  const XmppConnector *const *connectors;    /* the one that is tried, and those after it */
  XmppLogin                  *login;         /* (owned) */
  BaseClock                  *clock;
  const XmppLifeEvents       *events;
  gpointer                    user_data;
  GCancellable               *cancellable;   /* (owned) of what is under way */
  GSource                    *cancelled;     /* (owned, nullable) the owner's cancellable; gone once online */
  GError                     *first_error;   /* (owned, nullable) of the first connector */
  guint                       redirects;     /* how often the server has sent us elsewhere */
  XmppTransport              *transport;     /* (owned, nullable) */
  guint                       timer;         /* while CLOSING */
};

static XmppLife *
life_ref (XmppLife *self)
{
  return g_rc_box_acquire (self);
}

static void
life_clear (gpointer data)
{
  XmppLife *self = data;

  g_clear_pointer (&self->transport, xmpp_transport_free);
  g_clear_error (&self->first_error);
  g_object_unref (self->cancellable);
  base_clock_unref (self->clock);
  xmpp_login_free (self->login);
}

static void
life_unref (XmppLife *self)
{
  g_rc_box_release_full (self, life_clear);
}

typedef XmppLife LifeRef;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LifeRef, life_unref)

static void
life_ignore_cancelled (XmppLife *self)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

/* From here on nothing that is still under way reaches the owner. */
static void
life_stop (XmppLife *self)
{
  self->state = LIFE_ENDED;
  life_ignore_cancelled (self);
  if (self->timer != 0)
    base_clock_remove (self->clock, self->timer);
  self->timer = 0;
  g_cancellable_cancel (self->cancellable);
}

static void
life_end (XmppLife     *self,
          const GError *error)
{
  if (self->state == LIFE_ENDED)
    return;
  life_stop (self);
  self->events->ended (error, self->user_data);
}

static gboolean
life_cancelled_cb (GCancellable *cancellable,
                   gpointer      user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);
  g_autoptr (GError) error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  life_end (self, error);
  return G_SOURCE_REMOVE;
}

/* Whether another way may lead to the server where this one did not. */
static gboolean
error_means_not_reached (const GError *error)
{
  return g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_LOOKUP)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_NO_SERVICE)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_UNREACHABLE)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_PROXY)
         || g_error_matches (error, XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_TIMEOUT);
}

static void life_negotiate (XmppLife *self);
static void life_reach (XmppLife *self);

static void
life_reached_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LifeRef) self = user_data;
  g_autoptr (GError) error = NULL;

  self->transport = (*self->connectors)->connect_finish (result, &error);
  if (self->state == LIFE_ENDED)
    return;
  if (self->transport != NULL) {
    life_negotiate (self);
    return;
  }

  g_debug ("no way through %s: %s %d", (*self->connectors)->name, g_quark_to_string (error->domain), error->code);
  if (self->first_error == NULL)
    self->first_error = g_error_copy (error);
  if (!error_means_not_reached (error))
    life_end (self, error);
  else if (*++self->connectors == NULL)
    life_end (self, self->first_error);
  else
    life_reach (self);
}

static void
life_reach (XmppLife *self)
{
  (*self->connectors)->connect_async (self->login, self->clock, self->cancellable, life_reached_cb, life_ref (self));
}

static void
life_reach_again (XmppLife   *self,
                  const char *location)
{
  g_free (self->login->location);
  self->login->location = g_strdup (location);
  g_clear_pointer (&self->transport, xmpp_transport_free);
  self->connectors = self->all;
  self->state = LIFE_REACHING;
  life_reach (self);
}

/* Where the server would rather be met is worth one try: what goes wrong there before anything was proven says nothing
 * about the server (XEP-0198 §3). */
static gboolean
life_try_elsewhere (XmppLife *self)
{
  if (self->login->location == NULL || *self->all == NULL || self->transport->klass->is_secure (self->transport))
    return FALSE;
  g_debug ("nobody we know is where the server would rather be met");
  life_reach_again (self, NULL);
  return TRUE;
}

/* Only a server that has proven who it is may send us elsewhere, where it has to prove the same; and not without end
 * (RFC 6120 §4.9.3.19). Whoever names a host by hand wants that one. */
static gboolean
life_follow (XmppLife     *self,
             const GError *error)
{
  const char *host = xmpp_error_get_other_host (error);

  if (host == NULL || self->login->host != NULL || !self->transport->klass->is_secure (self->transport)
      || *self->all == NULL || self->redirects == MAX_REDIRECTS)
    return FALSE;
  self->redirects++;
  g_debug ("the server sends us elsewhere");
  life_reach_again (self, host);
  return TRUE;
}

static void
life_step_cb (XmppStep step,
              gpointer user_data)
{
  XmppLife *self = user_data;

  if (self->state == LIFE_NEGOTIATING)
    self->events->step (step, self->user_data);
}

static guint32
life_handled_cb (gpointer user_data)
{
  XmppLife *self = user_data;

  return self->events->handled (self->user_data);
}

static const XmppNegotiateEvents negotiate_events = { life_step_cb, life_handled_cb };

static const XmppTransportEvents transport_events;

/* What fails before anything was proven may be the work of whoever showed the wrong certificate before it: that one is
 * not hidden behind it. */
static const GError *
life_what_to_tell (XmppLife     *self,
                   const GError *error)
{
  gboolean is_proven = self->transport->klass->is_secure (self->transport);

  return self->transport->refused != NULL && !is_proven ? self->transport->refused : error;
}

static void
life_negotiated_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (LifeRef) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNegotiated) negotiated = xmpp_negotiate_finish (result, &error);

  if (self->state == LIFE_ENDED)
    return;
  if (negotiated == NULL) {
    if (!life_follow (self, error) && !life_try_elsewhere (self))
      life_end (self, life_what_to_tell (self, error));
    return;
  }
  life_ignore_cancelled (self);
  self->state = LIFE_ONLINE;
  self->transport->events = &transport_events;
  self->transport->user_data = self;
  self->events->online (negotiated, self->user_data);
}

static void
life_negotiate (XmppLife *self)
{
  self->state = LIFE_NEGOTIATING;
  xmpp_negotiate_async (self->transport, self->login, self->clock, &negotiate_events, self, self->cancellable,
                        life_negotiated_cb, life_ref (self));
}

static void
transport_opened_cb (XmppTransport *transport,
                     XmppNode      *header,
                     gpointer       user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);
  g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_INVALID_XML,
                                                  "The server began its stream again");

  life_end (self, error);
}

static void
transport_received_cb (XmppTransport *transport,
                       XmppNode      *node,
                       gpointer       user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);
  g_autoptr (XmppNode) received = node;

  if (self->state == LIFE_ENDED)
    return;
  if (xmpp_node_is (received, "error", NS_STREAM)) {
    g_autoptr (GError) error = xmpp_error_from_stream_node (received);

    transport->klass->close (transport);
    life_end (self, error);
  } else {
    self->events->stanza (g_steal_pointer (&received), self->user_data);
  }
}

static void
transport_skipped_cb (XmppTransport *transport,
                      XmppNode      *start,
                      gpointer       user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);
  g_autoptr (XmppNode) skipped = start;

  if (self->state != LIFE_ENDED)
    self->events->skipped (g_steal_pointer (&skipped), self->user_data);
}

static void
transport_closed_cb (XmppTransport *transport,
                     gpointer       user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (self->state == LIFE_ONLINE) {
    error = g_error_new_literal (XMPP_CONNECT_ERROR, XMPP_CONNECT_ERROR_CLOSED, "The server ended the session");
    transport->klass->close (transport);
  }
  life_end (self, error);
}

static void
transport_failed_cb (XmppTransport *transport,
                     const GError  *error,
                     gpointer       user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);

  life_end (self, self->state == LIFE_CLOSING ? NULL : error);
}

static const XmppTransportEvents transport_events = {
  transport_opened_cb,
  transport_received_cb,
  transport_closed_cb,
  transport_failed_cb,
  transport_skipped_cb,
};

static gboolean
life_closing_too_long_cb (gpointer user_data)
{
  g_autoptr (LifeRef) self = life_ref (user_data);

  self->timer = 0;
  life_end (self, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * xmpp_life_new:
 * @connectors: (not nullable): the ways to a server, %NULL-ended; static
 * @login: who signs in; copied
 * @io: (nullable): a connection to negotiate on, not secure; %NULL: the connectors are tried in order
 * @clock: what timeouts are measured with
 * @cancellable: (nullable): ends the life as long as it is not online
 * @events: the listener; static
 * @user_data: for @events
 *
 * Begins to sign in. A connector after the first is tried when the one before it did not reach a server
 * (#XMPP_CONNECT_ERROR LOOKUP, NO_SERVICE, UNREACHABLE, PROXY, TIMEOUT); when none did, the first one's error is the
 * reason. A server that has proven who it is may send us elsewhere, five times.
 *
 * Returns: (transfer full): a life; "online" or "ended" follows
 */
XmppLife *
xmpp_life_new (const XmppConnector *const *connectors,
               const XmppLogin            *login,
               GIOStream                  *io,
               BaseClock                  *clock,
               GCancellable               *cancellable,
               const XmppLifeEvents       *events,
               gpointer                    user_data)
{
  XmppLife *self = g_rc_box_new0 (XmppLife);

  g_assert (io != NULL || *connectors != NULL);
  self->all = connectors;
  self->connectors = connectors;
  self->login = xmpp_login_copy (login);
  self->clock = base_clock_ref (clock);
  self->events = events;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  if (cancellable != NULL) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (life_cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, g_main_context_get_thread_default ());
  }

  if (io != NULL) {
    self->transport = xmpp_stream_new (io, FALSE);
    life_negotiate (self);
  } else {
    life_reach (self);
  }
  return self;
}

/**
 * xmpp_life_free:
 * @self: (transfer full): a life
 *
 * Ends @self at once, without an event and without a word to the server.
 */
void
xmpp_life_free (XmppLife *self)
{
  life_stop (self);
  life_unref (self);
}

/**
 * xmpp_life_describe:
 * @self: a life that is online
 *
 * Returns: (transfer full): how it is connected, but for what the login has used
 */
XmppConnection *
xmpp_life_describe (XmppLife *self)
{
  return self->transport->klass->describe (self->transport);
}

/**
 * xmpp_life_send:
 * @self: a life that is online
 * @stanza: what to send
 * @written: (transfer full) (nullable): returns %TRUE once the bytes have left, an #XMPP_CONNECT_ERROR when they cannot
 */
void
xmpp_life_send (XmppLife       *self,
                const XmppNode *stanza,
                GTask          *written)
{
  self->transport->klass->send (self->transport, stanza, written);
}

/**
 * xmpp_life_close:
 * @self: a life that is online
 * @within: how long to wait for the server, in µs
 *
 * Ends our half of the stream (RFC 6120 §4.4). "ended" follows when the server has ended its half, or after @within;
 * until then stanzas still come in.
 */
void
xmpp_life_close (XmppLife  *self,
                 GTimeSpan  within)
{
  self->state = LIFE_CLOSING;
  self->timer = base_clock_add (self->clock, within, life_closing_too_long_cb, self, NULL);
  self->transport->klass->close (self->transport);
}
