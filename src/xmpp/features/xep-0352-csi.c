/* Client state indication (XEP-0352): tells the server whether anybody looks, so that it holds back what can wait. */
#include "xep-0352-csi.h"

#define NS_CSI "urn:xmpp:csi:0"

typedef struct {
  gboolean is_offered;
  gboolean is_inactive;
} Csi;

static void
csi_say (XmppSession *session,
         const Csi   *self)
{
  if (self->is_offered)
    xmpp_session_send_element (session, xmpp_node_new (self->is_inactive ? "inactive" : "active", NS_CSI));
}

static XmppVerdict
server_listens_cb (XmppSession *session,
                   gpointer     state,
                   XmppNode    *stanza,
                   XmppNode    *payload,
                   XmppMessage *message)
{
  ((Csi *) state)->is_offered = TRUE;
  return XMPP_PASS;
}

/* A stream begins active (§4.2). */
static void
csi_online (XmppSession *session,
            gpointer     state)
{
  const Csi *self = state;

  if (self->is_inactive)
    csi_say (session, self);
}

/* So does a resumed one (§5.2); said in either case, for a server that does remember may have missed a change. */
static void
csi_resumed (XmppSession *session,
             gpointer     state)
{
  csi_say (session, state);
}

static void
csi_offline (XmppSession *session,
             gpointer     state)
{
  ((Csi *) state)->is_offered = FALSE;
}

static const XmppRoute routes[] = {
  { XMPP_STREAM_FEATURE, NS_CSI, "csi", server_listens_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0352_csi = {
  .name = "csi",
  .xep = "XEP-0352 1.0.0",
  .routes = routes,
  .state_size = sizeof (Csi),
  .online = csi_online,
  .resumed = csi_resumed,
  .offline = csi_offline,
};

/**
 * xmpp_csi_set_active:
 * @session: a session
 * @active: whether anybody looks
 *
 * Tells the server, when it wants to know, and again after each sign-in and resumption (XEP-0352 §4.2). Nothing is said
 * when nothing has changed.
 */
void
xmpp_csi_set_active (XmppSession *session,
                     gboolean     active)
{
  Csi *self = xmpp_session_get_feature_state (session, &xep_0352_csi);

  g_return_if_fail (self != NULL);

  if (self->is_inactive == !active)
    return;
  self->is_inactive = !active;
  csi_say (session, self);
}
