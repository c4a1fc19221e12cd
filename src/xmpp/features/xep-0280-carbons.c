/* Message carbons (XEP-0280): what our other devices hear and say is shown here too, if our own account tells us. */
#include "xep-0280-carbons.h"

#include "xep-0030-disco.h"
#include "xep-0297-forward.h"
#include "xmpp-ns.h"

#define NS_CARBONS "urn:xmpp:carbons:2"

typedef struct {
  guint    life;    /* counts sign-ins: a late answer from an earlier one says nothing */
  gboolean is_on;
} Carbons;

static gboolean
is_ours (XmppSession    *session,
         const XmppNode *message,
         const char     *attribute)
{
  const char *address = xmpp_node_get (message, attribute);
  g_autoptr (XmppJid) jid = address != NULL ? xmpp_jid_new (address, NULL) : NULL;

  return jid != NULL && xmpp_jid_equal_bare (jid, xmpp_session_get_account (session));
}

static XmppVerdict
unwrap (XmppSession *session,
        XmppNode    *stanza,
        XmppNode    *wrapper,
        XmppOrigin   origin)
{
  XmppNode *inner;
  gint64 stamp;

  /* Whoever else wraps a message wants to put words into somebody's mouth (§11; CVE-2017-5589 and its sisters). */
  if (!xmpp_session_is_own (session, xmpp_node_get (stanza, "from")))
    return XMPP_REFUSE;

  inner = xmpp_forward_unwrap (session, wrapper, &stamp);
  if (inner == NULL || xmpp_node_get (inner, "from") == NULL || xmpp_node_get (inner, "to") == NULL)
    return XMPP_REFUSE;
  if (!is_ours (session, inner, origin == XMPP_ORIGIN_CARBON_IN ? "to" : "from"))
    return XMPP_REFUSE;

  /* A copy of a copy ends there. */
  xmpp_session_inner (session, inner, origin, stamp);
  return XMPP_TAKEN;
}

static XmppVerdict
unwrap_received_cb (XmppSession *session,
                    gpointer     state,
                    XmppNode    *stanza,
                    XmppNode    *payload,
                    XmppMessage *message)
{
  return unwrap (session, stanza, payload, XMPP_ORIGIN_CARBON_IN);
}

static XmppVerdict
unwrap_sent_cb (XmppSession *session,
                gpointer     state,
                XmppNode    *stanza,
                XmppNode    *payload,
                XmppMessage *message)
{
  return unwrap (session, stanza, payload, XMPP_ORIGIN_CARBON_OUT);
}

static void
enable_carbons_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  Carbons *self = xmpp_session_get_feature_state (session, &xep_0280_carbons);
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (session, result, NULL);

  if (self->life != GPOINTER_TO_UINT (user_data))
    return;
  self->is_on = reply != NULL;
  if (reply == NULL)
    g_debug ("no carbons here");
}

/* Copies come from now on. Not before we know whether our archive's ids in them can be believed, but before the first
 * presence, so that no message falls between. A server that has no carbons says so. */
static void
disco_settled_cb (XmppSession *session,
                  gpointer     user_data)
{
  const Carbons *self = user_data;
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  xmpp_node_add (iq, "enable", NS_CARBONS);
  xmpp_session_iq_async (session, iq, NULL, enable_carbons_cb, GUINT_TO_POINTER (self->life));
}

static void
carbons_attach (XmppSession *session,
                gpointer     state)
{
  xmpp_disco_add_listener (session, disco_settled_cb, state);
}

static void
carbons_offline (XmppSession *session,
                 gpointer     state)
{
  Carbons *self = state;

  self->life++;
  self->is_on = FALSE;
}

static const XmppFeature *const needs[] = { &xep_0030_disco, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_UNWRAP, NS_CARBONS, "received", unwrap_received_cb },
  { XMPP_MESSAGE_UNWRAP, NS_CARBONS, "sent", unwrap_sent_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0280_carbons = {
  .name = "carbons",
  .xep = "XEP-0280 1.0.1",
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Carbons),
  .attach = carbons_attach,
  .offline = carbons_offline,
};

/**
 * xmpp_carbons_are_on:
 * @session: a session
 *
 * Returns: whether the server has said, in this session, that it sends us copies: then all that is said to us or by us
 *   comes here
 */
gboolean
xmpp_carbons_are_on (XmppSession *session)
{
  const Carbons *self = xmpp_session_get_feature_state (session, &xep_0280_carbons);

  return self != NULL && self->is_on;
}
