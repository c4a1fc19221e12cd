/* Software version (XEP-0092): our name and version, for those who see us; the operating system for nobody. */
#include "rfc-6121-roster.h"

#define NS_VERSION "jabber:iq:version"

static XmppVerdict
version_cb (XmppSession *session,
            gpointer     state,
            XmppNode    *stanza,
            XmppNode    *payload,
            XmppMessage *message)
{
  XmppNode *query;

  if (!xmpp_roster_may_ask (session, stanza))
    return XMPP_REFUSE;

  query = xmpp_node_new ("query", NS_VERSION);
  xmpp_node_add_text (query, "name", NULL, "Linnet");
  xmpp_node_add_text (query, "version", NULL, LINNET_VERSION);
  xmpp_session_iq_reply (session, stanza, query);
  return XMPP_TAKEN;
}

static const char *const disco[] = { NS_VERSION, NULL };

static const XmppFeature *const needs[] = { &rfc_6121_roster, NULL };

static const XmppRoute routes[] = {
  { XMPP_IQ_GET, NS_VERSION, "query", version_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0092_version = {
  .name = "version",
  .xep = "XEP-0092 1.1",
  .disco = disco,
  .needs = needs,
  .routes = routes,
};
