/* Presence (RFC 6121 §3, §4): ours goes out when we know our contacts and our server, theirs comes in, and who asks may
 * ask. */
#include "rfc-6121-presence.h"

#include "rfc-6121-roster.h"
#include "xep-0030-disco.h"
#include "xep-0203-delay.h"
#include "xep-0280-carbons.h"
#include "xmpp-ns.h"

#define NS_PRE_APPROVAL "urn:xmpp:features:pre-approval"

typedef struct {
  gboolean  approves;   /* this server keeps a consent that nobody has asked for yet */
  gboolean  wanted;     /* somebody said what our presence is */
  gboolean  has_roster; /* it has come, or will not */
  XmppShow  show;
  int       priority;
  char     *status;     /* (owned, nullable) */
  XmppPresence *sent;   /* (owned, nullable) what the server was told last */
  XmppPresenceOut out;  /* (nullable) */
  gpointer  out_data;
} Presence;

/* Ours */

static void
presence_send (XmppSession *session,
               Presence    *self)
{
  g_autoptr (XmppPresence) presence = xmpp_presence_new (XMPP_PRESENCE_AVAILABLE, self->show, self->status);
  gboolean is_first = self->sent == NULL;

  presence->priority = self->priority;
  xmpp_session_send (session, xmpp_presence_to_node (presence));
  if (xmpp_session_get_state (session) != XMPP_SESSION_ONLINE)
    return;
  g_clear_pointer (&self->sent, xmpp_presence_unref);
  self->sent = g_steal_pointer (&presence);
  if (is_first && self->out != NULL)
    self->out (session, self->out_data);
}

/* The first presence opens the gates: what waited for us comes at once (RFC 6121 §8.5.2.2), and is to be shown under
 * known names (§2.2) and by archive ids that can be believed (XEP-0359 §5). */
static gboolean
presence_may_go (XmppSession    *session,
                 const Presence *self)
{
  return self->wanted && self->has_roster && xmpp_disco_is_settled (session);
}

static void
roster_settled_cb (XmppSession *session,
                   gpointer     user_data)
{
  Presence *self = user_data;

  self->has_roster = TRUE;
  if (presence_may_go (session, self))
    presence_send (session, self);
}

static void
disco_settled_cb (XmppSession *session,
                  gpointer     user_data)
{
  Presence *self = user_data;

  if (presence_may_go (session, self))
    presence_send (session, self);
}

/* The server has kept our presence; only what has changed since the link was lost is news to it. */
static void
presence_resumed (XmppSession *session,
                  gpointer     state)
{
  Presence *self = state;

  if (presence_may_go (session, self)
      && (self->sent == NULL || self->sent->show != self->show || self->sent->priority != self->priority
          || g_strcmp0 (self->sent->status, self->status) != 0))
    presence_send (session, self);
}

/* Theirs */

static XmppVerdict
server_approves_cb (XmppSession *session,
                    gpointer     state,
                    XmppNode    *stanza,
                    XmppNode    *payload,
                    XmppMessage *message)
{
  ((Presence *) state)->approves = TRUE;
  return XMPP_PASS;
}

/* It is an account that asks, whichever device it did so on. We ourselves need not be asked. */
static void
take_request (XmppSession  *session,
              XmppPresence *presence)
{
  XmppJid *from = xmpp_jid_ref (xmpp_jid_get_bare (presence->from));

  xmpp_jid_unref (presence->from);
  presence->from = from;
  if (!xmpp_jid_equal (from, xmpp_session_get_account (session)))
    xmpp_session_emit_subscription_request (session, presence);
}

static XmppVerdict
presence_cb (XmppSession *session,
             gpointer     state,
             XmppNode    *stanza,
             XmppNode    *payload,
             XmppMessage *message)
{
  g_autoptr (XmppPresence) presence = xmpp_presence_from_node (stanza);

  if (presence == NULL || presence->from == NULL)
    return XMPP_PASS;

  switch (presence->type) {
  case XMPP_PRESENCE_SUBSCRIBE:
  case XMPP_PRESENCE_UNSUBSCRIBE:
    /* The second takes back an open question (§3.3.3); what else it changes comes as a roster push. */
    take_request (session, presence);
    break;

  case XMPP_PRESENCE_AVAILABLE:
  case XMPP_PRESENCE_UNAVAILABLE:
    /* Servers stamp a stored presence with its owner's address: the time is theirs to tell. */
    presence->stamp = xmpp_delay_find (session, stanza, presence->from);
    xmpp_session_emit_presence (session, presence);
    break;

  case XMPP_PRESENCE_ERROR:
    xmpp_session_emit_presence (session, presence);
    break;

  case XMPP_PRESENCE_SUBSCRIBED:
  case XMPP_PRESENCE_UNSUBSCRIBED:
    /* Anybody can write these; what is true of them comes as a roster push (§3.1.6, §3.2.3). */
    break;

  case XMPP_PRESENCE_PROBE:
    /* The server answers these; a client that did would tell strangers that it is here (§4.3). */
    break;
  }
  return XMPP_PASS;
}

/* Life */

static void
presence_attach (XmppSession *session,
                 gpointer     state)
{
  xmpp_roster_set_listener (session, roster_settled_cb, state);
  xmpp_disco_add_listener (session, disco_settled_cb, state);
}

static void
presence_offline (XmppSession *session,
                  gpointer     state)
{
  Presence *self = state;

  self->has_roster = FALSE;
  self->approves = FALSE;
  g_clear_pointer (&self->sent, xmpp_presence_unref);
}

static void
presence_detach (XmppSession *session,
                 gpointer     state)
{
  Presence *self = state;

  g_clear_pointer (&self->status, g_free);
  g_clear_pointer (&self->sent, xmpp_presence_unref);
}

static const XmppFeature *const needs[] = {
  &rfc_6121_roster, &xep_0030_disco, &xep_0203_delay, &xep_0280_carbons, NULL,
};

static const XmppRoute routes[] = {
  { XMPP_STREAM_FEATURE, NS_PRE_APPROVAL, "sub", server_approves_cb },
  { XMPP_PRESENCE, NULL, NULL, presence_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature rfc_6121_presence = {
  .name = "presence",
  .xep = "RFC 6121",
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Presence),
  .attach = presence_attach,
  .resumed = presence_resumed,
  .offline = presence_offline,
  .detach = presence_detach,
};

/**
 * xmpp_presence_set_own:
 * @session: a session
 * @show: anything but %XMPP_SHOW_OFFLINE: for that the session is closed
 * @status: (nullable): UTF-8
 * @priority: -128…127; with a negative one, nothing sent to the bare address reaches us (RFC 6121 §4.7.2.3)
 *
 * Says how we are: at once when online, with the roster there and the server known, else as soon as that is so, and
 * again after each reconnection. Before the first call nobody is told that we are here.
 */
void
xmpp_presence_set_own (XmppSession *session,
                       XmppShow     show,
                       const char  *status,
                       int          priority)
{
  Presence *self = xmpp_session_get_feature_state (session, &rfc_6121_presence);

  g_return_if_fail (self != NULL);
  g_return_if_fail (show != XMPP_SHOW_OFFLINE);

  self->wanted = TRUE;
  self->show = show;
  self->priority = CLAMP (priority, -128, 127);
  g_free (self->status);
  self->status = status != NULL && *status != '\0' ? g_strdup (status) : NULL;
  if (presence_may_go (session, self))
    presence_send (session, self);
}

/**
 * xmpp_presence_send_subscription:
 * @session: a session
 * @jid: bare or full; the bare address is written to (RFC 6121 §3.1.1)
 * @type: %XMPP_PRESENCE_SUBSCRIBE to ask, SUBSCRIBED to allow (or allow in advance), UNSUBSCRIBE to stop seeing them,
 *   UNSUBSCRIBED to refuse or to stop being seen
 * @text: (nullable): words that go with SUBSCRIBE (RFC 6121 §3.1.1)
 *
 * Dropped when not online. What comes of it arrives as a roster push.
 */
void
xmpp_presence_send_subscription (XmppSession      *session,
                                 XmppJid          *jid,
                                 XmppPresenceType  type,
                                 const char       *text)
{
  g_autoptr (XmppPresence) presence = NULL;
  XmppNode *node;

  g_return_if_fail (type >= XMPP_PRESENCE_SUBSCRIBE && type <= XMPP_PRESENCE_UNSUBSCRIBED);

  presence = xmpp_presence_new (type, XMPP_SHOW_OFFLINE, type == XMPP_PRESENCE_SUBSCRIBE ? text : NULL);
  node = xmpp_presence_to_node (presence);
  xmpp_node_set (node, "to", xmpp_jid_get_text (xmpp_jid_get_bare (jid)));
  xmpp_session_send (session, node);
}

/**
 * xmpp_presence_is_out:
 * @session: a session
 *
 * Returns: whether the server has been told that we are here, in this session. What is said to our bare address comes
 *   to us from then on; what was said before is in the archive, or comes now
 */
gboolean
xmpp_presence_is_out (XmppSession *session)
{
  const Presence *self = xmpp_session_get_feature_state (session, &rfc_6121_presence);

  return self != NULL && self->sent != NULL;
}

/**
 * xmpp_presence_set_listener:
 * @session: a session
 * @out: (nullable): called when our first presence of a session has gone out
 * @user_data: for @out
 */
void
xmpp_presence_set_listener (XmppSession     *session,
                            XmppPresenceOut  out,
                            gpointer         user_data)
{
  Presence *self = xmpp_session_get_feature_state (session, &rfc_6121_presence);

  g_return_if_fail (self != NULL);

  self->out = out;
  self->out_data = user_data;
}

/**
 * xmpp_presence_can_approve_ahead:
 * @session: a session
 *
 * Returns: whether the server keeps a consent that nobody has asked for yet (RFC 6121 §3.4.1); %FALSE when not online
 */
gboolean
xmpp_presence_can_approve_ahead (XmppSession *session)
{
  const Presence *self = xmpp_session_get_feature_state (session, &rfc_6121_presence);

  return self != NULL && self->approves;
}
