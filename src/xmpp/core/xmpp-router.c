/* Finds who wants a stanza: one hash look-up per payload, in the order of the phases.
 *
 *   message ──► UNWRAP ──► PEP_EVENT ──► OPEN ──► READ ──► sink       inner message ──► OPEN ──► READ ──► sink
 *   presence ─► PRESENCE, each payload, then the whole                 (it wraps again: dropped)
 *   iq ───────► IQ_GET or IQ_SET ──► nobody home: service-unavailable
 *
 * What a verdict ends: TAKEN in READ the payload (others may carry meaning too), elsewhere the stanza; REFUSE the
 * stanza. Where handlers add to what others did (whole messages in READ, WRITE, SEAL, STORED, STREAM_FEATURE), all are
 * asked until one refuses. */
#include "xmpp-router.h"

#include <string.h>

#include "crypto-hash.h"
#include "xmpp-error.h"
#include "xmpp-ns.h"
#include "xmpp-routes.h"

#define NS_PUBSUB_EVENT "http://jabber.org/protocol/pubsub#event"

struct _XmppRouter {
  XmppRoutes      *routes;    /* (owned) */
  XmppJid        *own;       /* (owned, nullable) our full JID while online */
  XmppRouterSink  sink;
  gpointer        user_data;
};

/* What an error carries besides itself is an echo of what was sent (RFC 6120 §8.3.1): nobody says that now. */
static gboolean
is_echo (const XmppNode *stanza,
         const XmppNode *child)
{
  return g_strcmp0 (xmpp_node_get (stanza, "type"), "error") == 0
         && g_strcmp0 (xmpp_node_get_ns (child), NS_CLIENT) != 0;
}

/* An address of a stanza; absent it is our account's (RFC 6120 §8.1.2.1). One of the two is mostly our own, in the very
 * letters, and need not be parsed. NULL: it is no address. */
static XmppJid *
router_address (XmppRouter     *self,
                const XmppNode *stanza,
                const char     *attribute)
{
  const char *text = xmpp_node_get (stanza, attribute);
  XmppJid *account = xmpp_jid_get_bare (self->own);

  if (text == NULL || strcmp (text, xmpp_jid_get_text (account)) == 0)
    return xmpp_jid_ref (account);
  if (strcmp (text, xmpp_jid_get_text (self->own)) == 0)
    return xmpp_jid_ref (self->own);
  return xmpp_jid_new (text, NULL);
}

/* Whether we have an address, and a stanza is to it. */
static gboolean
router_is_for_us (XmppRouter     *self,
                  const XmppNode *stanza)
{
  g_autoptr (XmppJid) target = self->own != NULL ? router_address (self, stanza, "to") : NULL;

  return target != NULL
         && (xmpp_jid_equal (target, self->own) || xmpp_jid_equal (target, xmpp_jid_get_bare (self->own)));
}

/* A stanza for somebody else must not be acted upon, and one from nowhere cannot be. */
static gboolean
router_may_take (XmppRouter     *self,
                 const XmppNode *stanza)
{
  g_autoptr (XmppJid) sender = self->own != NULL ? router_address (self, stanza, "from") : NULL;

  return sender != NULL && router_is_for_us (self, stanza);
}

/* A wrapper in a wrapper hides who vouches for what. */
static gboolean
router_is_wrapper (XmppRouter     *self,
                   const XmppNode *message)
{
  for (XmppNode *child = xmpp_node_get_first (message); child != NULL; child = xmpp_node_get_next (child))
    if (xmpp_routes_want (self->routes, XMPP_MESSAGE_UNWRAP, child))
      return TRUE;
  return FALSE;
}

/* What the stanza's attributes say. NULL: it has an address that is none. */
static XmppMessage *
router_begin_message (XmppRouter     *self,
                      const XmppNode *stanza,
                      XmppOrigin      origin,
                      gint64          stamp)
{
  g_autoptr (XmppMessage) message = xmpp_message_new ();

  message->type = xmpp_message_type_from_name (xmpp_node_get (stanza, "type"));
  message->origin = origin;
  message->from = router_address (self, stanza, "from");
  message->to = router_address (self, stanza, "to");
  message->id = g_strdup (xmpp_node_get (stanza, "id"));
  message->sent_at = stamp;
  if (message->from == NULL || message->to == NULL)
    return NULL;
  return g_steal_pointer (&message);
}

static gboolean
message_says_something (const XmppMessage *message)
{
  return message->body != NULL || message->subject != NULL;
}

/* The act on an earlier message, taken out of @message, which keeps what it says. */
static XmppMessage *
message_split_act (XmppMessage *message)
{
  XmppMessage *act = xmpp_message_new ();

  act->type = message->type;
  act->origin = message->origin;
  act->from = xmpp_jid_ref (message->from);
  act->to = xmpp_jid_ref (message->to);
  act->id = g_strdup (message->id);
  act->sent_at = message->sent_at;
  act->act = message->act;
  act->target.kind = message->target.kind;
  act->target.id = g_steal_pointer (&message->target.id);
  act->values = g_steal_pointer (&message->values);
  message->act = XMPP_ACT_SAY;
  message->target.kind = XMPP_TARGET_NONE;
  return act;
}

static void
router_hand_on (XmppRouter  *self,
                XmppMessage *message,
                GPtrArray   *into)
{
  if (into != NULL)
    g_ptr_array_add (into, xmpp_message_ref (message));
  else
    self->sink (message, self->user_data);
}

static void
router_deliver (XmppRouter  *self,
                XmppMessage *message,
                GPtrArray   *into)
{
  if (message->act != XMPP_ACT_SAY && message_says_something (message)) {
    g_autoptr (XmppMessage) act = message_split_act (message);

    router_hand_on (self, act, into);
  }
  if (message->act != XMPP_ACT_SAY || message_says_something (message) || message->typing != XMPP_TYPING_UNCHANGED
      || message->error != NULL)
    router_hand_on (self, message, into);
}

/* An event belongs to the account that sends it and to no other, so it comes from a bare address (XEP-0163 §4.3). */
static XmppVerdict
router_pep_event (XmppRouter  *self,
                  XmppNode    *stanza,
                  XmppMessage *message)
{
  XmppNode *event = xmpp_node_find (stanza, "event", NS_PUBSUB_EVENT);
  XmppNode *items = event != NULL ? xmpp_node_find (event, "items", NULL) : NULL;
  const char *node = items != NULL ? xmpp_node_get (items, "node") : NULL;

  if (node == NULL || message->type == XMPP_MESSAGE_ERROR || !xmpp_jid_is_bare (message->from))
    return XMPP_PASS;
  return xmpp_routes_ask (self->routes, XMPP_PEP_EVENT, node, NULL, stanza, items, NULL);
}

static void
router_open_and_read (XmppRouter  *self,
                      XmppNode    *stanza,
                      XmppMessage *message,
                      GPtrArray   *into)
{
  XmppNode *next;

  if (xmpp_routes_ask_payloads (self->routes, XMPP_MESSAGE_OPEN, stanza, message) == XMPP_REFUSE)
    return;
  for (XmppNode *child = xmpp_node_get_first (stanza); child != NULL; child = next) {
    next = xmpp_node_get_next (child);
    if (!is_echo (stanza, child)
        && xmpp_routes_ask (self->routes, XMPP_MESSAGE_READ, xmpp_node_get_ns (child), xmpp_node_get_name (child),
                            stanza, child, message) == XMPP_REFUSE)
      return;
  }
  if (xmpp_routes_ask_all (self->routes, XMPP_MESSAGE_READ, stanza, message))
    router_deliver (self, message, into);
}

/**
 * xmpp_router_new:
 * @session: (not owned): what handlers are handed
 * @features: the registry, %NULL-ended; must hold what its features need
 * @sink: called for each message that says something, synchronously
 * @user_data: for @sink
 *
 * Returns: (transfer full): a router that is not attached
 */
XmppRouter *
xmpp_router_new (XmppSession              *session,
                 const XmppFeature *const *features,
                 XmppRouterSink            sink,
                 gpointer                  user_data)
{
  XmppRouter *self = g_new0 (XmppRouter, 1);

  self->routes = xmpp_routes_new (session, features);
  self->sink = sink;
  self->user_data = user_data;
  return self;
}

/**
 * xmpp_router_free:
 * @self: (transfer full): a router
 *
 * Detaches the features and frees what they kept.
 */
void
xmpp_router_free (XmppRouter *self)
{
  xmpp_routes_free (self->routes);
  g_clear_pointer (&self->own, xmpp_jid_unref);
  g_free (self);
}

/**
 * xmpp_router_get_state:
 * @self: a router
 * @feature: a feature
 *
 * Returns: (transfer none) (nullable): what @feature keeps in this session; %NULL when it keeps nothing, or is not in
 *   the registry
 */
gpointer
xmpp_router_get_state (XmppRouter        *self,
                       const XmppFeature *feature)
{
  return xmpp_routes_get_state (self->routes, feature);
}

/**
 * xmpp_router_attach:
 * @self: a router
 *
 * Tells each feature that the session was made.
 */
void
xmpp_router_attach (XmppRouter *self)
{
  xmpp_routes_attach (self->routes);
}

/**
 * xmpp_router_online:
 * @self: a router
 * @own: the full JID that was bound; stanzas for anybody else are dropped from now on
 *
 * Tells each feature that a resource is bound; stops when one of them ends the session.
 */
void
xmpp_router_online (XmppRouter *self,
                    XmppJid    *own)
{
  self->own = xmpp_jid_ref (own);
  xmpp_routes_online (self->routes);
}

/**
 * xmpp_router_suspended:
 * @self: a router
 *
 * Tells each feature that the link is lost and may come back. Until then no stanza is for us.
 */
void
xmpp_router_suspended (XmppRouter *self)
{
  g_clear_pointer (&self->own, xmpp_jid_unref);
  xmpp_routes_suspended (self->routes);
}

/**
 * xmpp_router_resumed:
 * @self: a router that was suspended
 * @own: the full JID, the same as before
 *
 * Tells each feature that the link is back; stops when one of them ends the session.
 */
void
xmpp_router_resumed (XmppRouter *self,
                     XmppJid    *own)
{
  self->own = xmpp_jid_ref (own);
  xmpp_routes_resumed (self->routes);
}

/**
 * xmpp_router_check:
 * @self: a router
 *
 * Lets whichever feature can find out whether the link is alive.
 */
void
xmpp_router_check (XmppRouter *self)
{
  xmpp_routes_check (self->routes);
}

/**
 * xmpp_router_offline:
 * @self: a router
 *
 * Tells each feature that the session is over; nothing when it was not online. Without an address of our own no stanza
 * is for us any more.
 */
void
xmpp_router_offline (XmppRouter *self)
{
  g_clear_pointer (&self->own, xmpp_jid_unref);
  xmpp_routes_offline (self->routes);
}

/**
 * xmpp_router_iq:
 * @self: a router
 * @iq: a question, that is any iq but a result or an error
 *
 * Finds who answers @iq.
 *
 * Returns: (transfer full) (nullable): the error to answer with: service-unavailable when nobody is home; bad-request
 *   when @iq has no id, is neither get nor set, or does not hold exactly one payload (RFC 6120 §8.2.3)
 */
XmppNode *
xmpp_router_iq (XmppRouter *self,
                XmppNode   *iq)
{
  const char *type = xmpp_node_get (iq, "type");
  gboolean is_get = g_strcmp0 (type, "get") == 0;
  XmppNode *payload = xmpp_node_get_first (iq);
  XmppStanzaError error = XMPP_STANZA_ERROR_BAD_REQUEST;

  if (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0 || !router_may_take (self, iq))
    return NULL;
  if (xmpp_node_get (iq, "id") != NULL && (is_get || g_strcmp0 (type, "set") == 0)
      && payload != NULL && xmpp_node_get_next (payload) == NULL) {
    if (xmpp_routes_ask (self->routes, is_get ? XMPP_IQ_GET : XMPP_IQ_SET, xmpp_node_get_ns (payload),
                        xmpp_node_get_name (payload), iq, payload, NULL) == XMPP_TAKEN)
      return NULL;
    error = XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE;
  }
  return xmpp_error_reply (iq, error);
}

/**
 * xmpp_router_refuse:
 * @self: a router
 * @iq: a question that is not to be looked at
 * @code: why
 *
 * Returns: (transfer full) (nullable): the error to answer with; %NULL when @iq is not for us, or is no question
 */
XmppNode *
xmpp_router_refuse (XmppRouter      *self,
                    XmppNode        *iq,
                    XmppStanzaError  code)
{
  const char *type = xmpp_node_get (iq, "type");

  if ((g_strcmp0 (type, "get") != 0 && g_strcmp0 (type, "set") != 0) || xmpp_node_get (iq, "id") == NULL
      || !router_may_take (self, iq))
    return NULL;
  return xmpp_error_reply (iq, code);
}

/**
 * xmpp_router_presence:
 * @self: a router
 * @presence: somebody's presence, perhaps our own
 *
 * Shows @presence to those who want one of its payloads, then to those who want every presence.
 */
void
xmpp_router_presence (XmppRouter *self,
                      XmppNode   *presence)
{
  if (!router_may_take (self, presence))
    return;
  if (g_strcmp0 (xmpp_node_get (presence, "type"), "error") != 0
      && xmpp_routes_ask_payloads (self->routes, XMPP_PRESENCE, presence, NULL) != XMPP_PASS)
    return;
  xmpp_routes_ask (self->routes, XMPP_PRESENCE, NULL, NULL, presence, NULL, NULL);
}

/**
 * xmpp_router_message:
 * @self: a router
 * @message: a message from the stream
 *
 * Leads @message through the phases. What says something reaches the sink; what says something and also acts on an
 * earlier message reaches it twice, the act first.
 */
void
xmpp_router_message (XmppRouter *self,
                     XmppNode   *message)
{
  g_autoptr (XmppMessage) meaning = NULL;

  if (!router_is_for_us (self, message)
      || (meaning = router_begin_message (self, message, XMPP_ORIGIN_LIVE, 0)) == NULL)
    return;
  if (xmpp_routes_ask_payloads (self->routes, XMPP_MESSAGE_UNWRAP, message, meaning) == XMPP_PASS
      && router_pep_event (self, message, meaning) == XMPP_PASS)
    router_open_and_read (self, message, meaning, NULL);
}

/**
 * xmpp_router_inner:
 * @self: a router
 * @message: what was inside a wrapper that its handler has vouched for
 * @origin: how it came
 * @stamp: when it was sent, in µs since 1970 UTC; 0: unknown
 *
 * Leads the inner message through OPEN and READ. A wrapper in a wrapper is dropped, and so is a copy that neither our
 * account sent (%XMPP_ORIGIN_CARBON_OUT) nor got (%XMPP_ORIGIN_CARBON_IN).
 */
void
xmpp_router_inner (XmppRouter *self,
                   XmppNode   *message,
                   XmppOrigin  origin,
                   gint64      stamp)
{
  g_autoptr (XmppMessage) meaning = NULL;

  if (self->own == NULL || !xmpp_node_is (message, "message", NS_CLIENT)
      || (meaning = router_begin_message (self, message, origin, stamp)) == NULL
      || !xmpp_jid_equal_bare (origin == XMPP_ORIGIN_CARBON_OUT ? meaning->from : meaning->to,
                               self->own)
      || router_is_wrapper (self, message))
    return;
  router_open_and_read (self, message, meaning, NULL);
}

/**
 * xmpp_router_read_inner:
 * @self: a router
 * @message: a message from an archive that its handler has vouched for
 * @stamp: when it was sent, in µs since 1970 UTC; 0: unknown
 * @archive_id: what it is called there; no <stanza-id/> inside says otherwise
 * @into: (element-type XmppMessage): gets what it says and what it acts on
 *
 * Leads an archived message through OPEN and READ. A wrapper is dropped, as from xmpp_router_inner().
 */
void
xmpp_router_read_inner (XmppRouter *self,
                        XmppNode   *message,
                        gint64      stamp,
                        const char *archive_id,
                        GPtrArray  *into)
{
  g_autoptr (XmppMessage) meaning = NULL;

  if (self->own == NULL || !xmpp_node_is (message, "message", NS_CLIENT)
      || (meaning = router_begin_message (self, message, XMPP_ORIGIN_ARCHIVE, stamp)) == NULL
      || router_is_wrapper (self, message))
    return;
  meaning->archive_id = g_strdup (archive_id);
  router_open_and_read (self, message, meaning, into);
}

/**
 * xmpp_router_features:
 * @self: a router
 * @features: the <stream:features/> after login
 *
 * Shows each stream feature to those who want it.
 */
void
xmpp_router_features (XmppRouter *self,
                      XmppNode   *features)
{
  for (XmppNode *child = xmpp_node_get_first (features); child != NULL; child = xmpp_node_get_next (child))
    xmpp_routes_ask (self->routes, XMPP_STREAM_FEATURE, xmpp_node_get_ns (child), xmpp_node_get_name (child), features,
                    child, NULL);
}

/**
 * xmpp_router_stored:
 * @self: a router
 * @message: what was committed to disk
 *
 * Lets features confirm @message: it cannot be lost any more.
 */
void
xmpp_router_stored (XmppRouter  *self,
                    XmppMessage *message)
{
  xmpp_routes_ask_all (self->routes, XMPP_MESSAGE_STORED, NULL, message);
}

/**
 * xmpp_router_compose:
 * @self: a router
 * @message: what to say; gets a random id when it has none
 *
 * Writes @message as a stanza: its attributes, then what each WRITE handler adds, then SEAL.
 *
 * Returns: (transfer full) (nullable): the stanza; %NULL when a handler refused to let it out
 */
XmppNode *
xmpp_router_compose (XmppRouter  *self,
                     XmppMessage *message)
{
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", NS_CLIENT);

  if (message->id == NULL)
    message->id = crypto_random_id ();
  if (message->to != NULL)
    xmpp_node_set (stanza, "to", xmpp_jid_get_text (message->to));
  xmpp_node_set (stanza, "type", xmpp_message_type_name (message->type));
  xmpp_node_set (stanza, "id", message->id);
  if (!xmpp_routes_ask_all (self->routes, XMPP_MESSAGE_WRITE, stanza, message)
      || !xmpp_routes_ask_all (self->routes, XMPP_MESSAGE_SEAL, stanza, message))
    return NULL;
  return g_steal_pointer (&stanza);
}

/**
 * xmpp_router_compose_presence:
 * @self: a router
 * @presence: our own presence, to which features add
 */
void
xmpp_router_compose_presence (XmppRouter *self,
                              XmppNode   *presence)
{
  xmpp_routes_ask_all (self->routes, XMPP_PRESENCE_WRITE, presence, NULL);
}

/**
 * xmpp_router_disco:
 * @self: a router
 *
 * Lists what we advertise: the disco features of all enabled features, and "+notify" of the nodes they follow.
 *
 * Returns: (transfer container) (element-type utf8): sorted by bytes and unique; the strings live as long as @self
 */
GPtrArray *
xmpp_router_disco (XmppRouter *self)
{
  return xmpp_routes_disco (self->routes);
}
