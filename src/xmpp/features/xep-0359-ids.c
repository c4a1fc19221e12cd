/* Unique and stable stanza ids (XEP-0359): the sender's own, which anybody can claim, and our archive's. */
#include "xep-0030-disco.h"
#include "xep-0313-mam.h"

#define NS_SID "urn:xmpp:sid:0"

static XmppVerdict
read_origin_id_cb (XmppSession *session,
                   gpointer     state,
                   XmppNode    *stanza,
                   XmppNode    *payload,
                   XmppMessage *message)
{
  const char *id = xmpp_node_get (payload, "id");

  if (id != NULL && *id != '\0' && message->origin_id == NULL)
    message->origin_id = g_strdup (id);
  return XMPP_PASS;
}

/* Whoever announces these ids takes away what others wrote in its name (§3, §5), and so does every archive
 * (XEP-0313 §8.3). */
static gboolean
are_ids_true (XmppSession *session)
{
  return xmpp_disco_account_has (session, NS_SID) || xmpp_disco_account_has (session, NS_MAM)
         || xmpp_disco_server_has (session, NS_SID);
}

static XmppVerdict
read_stanza_id_cb (XmppSession *session,
                   gpointer     state,
                   XmppNode    *stanza,
                   XmppNode    *payload,
                   XmppMessage *message)
{
  const char *id = xmpp_node_get (payload, "id");
  const char *by = xmpp_node_get (payload, "by");

  if (id == NULL || *id == '\0' || by == NULL || message->archive_id != NULL)
    return XMPP_PASS;

  if (xmpp_jid_matches (xmpp_session_get_account (session), by) && are_ids_true (session))
    message->archive_id = g_strdup (id);
  return XMPP_PASS;
}

static XmppVerdict
write_origin_id_cb (XmppSession *session,
                    gpointer     state,
                    XmppNode    *stanza,
                    XmppNode    *payload,
                    XmppMessage *message)
{
  if (message->origin_id != NULL)
    xmpp_node_set (xmpp_node_add (stanza, "origin-id", NS_SID), "id", message->origin_id);
  return XMPP_PASS;
}

static const XmppFeature *const needs[] = { &xep_0030_disco, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_READ, NS_SID, "origin-id", read_origin_id_cb },
  { XMPP_MESSAGE_READ, NS_SID, "stanza-id", read_stanza_id_cb },
  { XMPP_MESSAGE_WRITE, NULL, NULL, write_origin_id_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0359_ids = {
  .name = "ids",
  .xep = "XEP-0359 0.7.0",
  .needs = needs,
  .routes = routes,
};
