/* Chat states (XEP-0085): whether somebody is writing. Who is told that we are, and when, is decided above. */
#include "xep-0203-delay.h"
#include "xmpp-session.h"

#define NS_CHATSTATES "http://jabber.org/protocol/chatstates"

static const char *const names[] = {
  [XMPP_TYPING_ACTIVE] = "active",
  [XMPP_TYPING_COMPOSING] = "composing",
  [XMPP_TYPING_PAUSED] = "paused",
  [XMPP_TYPING_INACTIVE] = "inactive",
  [XMPP_TYPING_GONE] = "gone",
};

static XmppVerdict
read_state_cb (XmppSession *session,
               gpointer     state,
               XmppNode    *stanza,
               XmppNode    *payload,
               XmppMessage *message)
{
  XmppMessageType type = xmpp_message_type_from_name (xmpp_node_get (stanza, "type"));

  /* An echoed error is our own state, a copy of what our other device said is ours too, and what was stored is over. */
  if (type != XMPP_MESSAGE_CHAT && type != XMPP_MESSAGE_NORMAL)
    return XMPP_PASS;
  if (message->origin == XMPP_ORIGIN_CARBON_OUT || message->origin == XMPP_ORIGIN_ARCHIVE
      || message->typing != XMPP_TYPING_UNCHANGED || xmpp_node_find (stanza, "delay", NS_DELAY) != NULL)
    return XMPP_PASS;

  for (guint i = XMPP_TYPING_ACTIVE; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (xmpp_node_get_name (payload), names[i]) == 0)
      message->typing = i;
  return XMPP_PASS;
}

static XmppVerdict
write_state_cb (XmppSession *session,
                gpointer     state,
                XmppNode    *stanza,
                XmppNode    *payload,
                XmppMessage *message)
{
  if (message->typing != XMPP_TYPING_UNCHANGED)
    xmpp_node_add (stanza, names[message->typing], NS_CHATSTATES);
  return XMPP_PASS;
}

static const char *const disco[] = { NS_CHATSTATES, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_READ, NS_CHATSTATES, "active", read_state_cb },
  { XMPP_MESSAGE_READ, NS_CHATSTATES, "composing", read_state_cb },
  { XMPP_MESSAGE_READ, NS_CHATSTATES, "paused", read_state_cb },
  { XMPP_MESSAGE_READ, NS_CHATSTATES, "inactive", read_state_cb },
  { XMPP_MESSAGE_READ, NS_CHATSTATES, "gone", read_state_cb },
  { XMPP_MESSAGE_WRITE, NULL, NULL, write_state_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0085_typing = {
  .name = "typing",
  .xep = "XEP-0085 2.1",
  .disco = disco,
  .routes = routes,
};
