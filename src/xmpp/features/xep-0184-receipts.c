/* Delivery receipts (XEP-0184): a tick when our line has arrived, and one for those whose line is stored here. */
#include "crypto-hash.h"
#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

#define NS_RECEIPTS "urn:xmpp:receipts"

static XmppVerdict
read_request_cb (XmppSession *session,
                 gpointer     state,
                 XmppNode    *stanza,
                 XmppNode    *payload,
                 XmppMessage *message)
{
  message->asks_receipt = TRUE;
  return XMPP_PASS;
}

static XmppVerdict
read_received_cb (XmppSession *session,
                  gpointer     state,
                  XmppNode    *stanza,
                  XmppNode    *payload,
                  XmppMessage *message)
{
  XmppMessageType type = xmpp_message_type_from_name (xmpp_node_get (stanza, "type"));
  const char *id = xmpp_node_get (payload, "id");

  if (type == XMPP_MESSAGE_ERROR || type == XMPP_MESSAGE_GROUPCHAT || message->origin == XMPP_ORIGIN_CARBON_OUT)
    return XMPP_PASS;
  /* The archive keeps what we confirmed, too. */
  if (message->origin == XMPP_ORIGIN_ARCHIVE
      && xmpp_jid_equal_bare (message->from, xmpp_session_get_account (session)))
    return XMPP_PASS;
  if (id == NULL || *id == '\0' || message->act != XMPP_ACT_SAY)
    return XMPP_PASS;

  message->act = XMPP_ACT_MARK;
  message->target.kind = XMPP_TARGET_STANZA;
  message->target.id = g_strdup (id);
  message->values = g_strdupv ((char *[]) { (char *) "received", NULL });
  return XMPP_PASS;
}

static XmppVerdict
write_request_cb (XmppSession *session,
                  gpointer     state,
                  XmppNode    *stanza,
                  XmppNode    *payload,
                  XmppMessage *message)
{
  if (message->asks_receipt && message->type == XMPP_MESSAGE_CHAT && message->act == XMPP_ACT_SAY
      && message->body != NULL && message->id != NULL)
    xmpp_node_add (stanza, "request", NS_RECEIPTS);
  return XMPP_PASS;
}

static XmppVerdict
answer_request_cb (XmppSession *session,
                   gpointer     state,
                   XmppNode    *stanza,
                   XmppNode    *payload,
                   XmppMessage *message)
{
  g_autofree char *id = NULL;
  XmppNode *receipt;

  if (!message->asks_receipt || message->act != XMPP_ACT_SAY || message->id == NULL || message->from == NULL)
    return XMPP_PASS;
  /* The device that a copy was for answers by itself. */
  if (message->origin != XMPP_ORIGIN_LIVE)
    return XMPP_PASS;
  if (message->type != XMPP_MESSAGE_CHAT && message->type != XMPP_MESSAGE_NORMAL)
    return XMPP_PASS;
  /* An answer tells that we are here: only to those who see that anyway (§6), and not to ourselves. */
  if (xmpp_jid_equal_bare (message->from, xmpp_session_get_account (session))
      || !xmpp_roster_sees_us (session, message->from))
    return XMPP_PASS;

  id = crypto_random_id ();
  receipt = xmpp_node_new ("message", NS_CLIENT);
  xmpp_node_set (receipt, "to", xmpp_jid_get_text (message->from));
  xmpp_node_set (receipt, "id", id);
  if (message->type != XMPP_MESSAGE_NORMAL)
    xmpp_node_set (receipt, "type", xmpp_message_type_name (message->type));
  xmpp_node_set (xmpp_node_add (receipt, "received", NS_RECEIPTS), "id", message->id);
  xmpp_session_send (session, receipt);
  return XMPP_PASS;
}

static const char *const disco[] = { NS_RECEIPTS, NULL };

static const XmppFeature *const needs[] = { &rfc_6121_roster, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_READ, NS_RECEIPTS, "request", read_request_cb },
  { XMPP_MESSAGE_READ, NS_RECEIPTS, "received", read_received_cb },
  { XMPP_MESSAGE_WRITE, NULL, NULL, write_request_cb },
  { XMPP_MESSAGE_STORED, NULL, NULL, answer_request_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0184_receipts = {
  .name = "receipts",
  .xep = "XEP-0184 1.4.0",
  .disco = disco,
  .needs = needs,
  .routes = routes,
};
