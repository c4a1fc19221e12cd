/* Service discovery (XEP-0030): tells those who see us what we are; asks our server and account at each sign-in. */
#include "xep-0030-disco.h"

#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

typedef struct {
  XmppDiscoInfo *server;    /* (owned, nullable) not known (yet) */
  XmppDiscoInfo *account;   /* (owned, nullable) */
  guint          life;      /* counts connections: a late answer from an earlier one is no news */
} Disco;

static Disco *
disco_get (XmppSession *session)
{
  return xmpp_session_get_feature_state (session, &xep_0030_disco);
}

/* Asking */

static void
ask_info_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);
  XmppDiscoInfo *info = NULL;

  if (reply != NULL)
    info = xmpp_disco_info_parse (xmpp_node_find (reply, "query", NS_DISCO_INFO), &error);
  if (info == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, info, (GDestroyNotify) xmpp_disco_info_free);
}

static void
learn (XmppSession    *session,
       GAsyncResult   *result,
       gpointer        life,
       XmppDiscoInfo **known)
{
  Disco *self = disco_get (session);
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_finish (session, result, NULL);

  if (self->life != GPOINTER_TO_UINT (life))
    return;
  if (info == NULL)
    g_debug ("no service description");
  g_clear_pointer (known, xmpp_disco_info_free);
  *known = g_steal_pointer (&info);
}

static void
learn_server_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);

  learn (session, result, user_data, &disco_get (session)->server);
}

static void
learn_account_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);

  learn (session, result, user_data, &disco_get (session)->account);
}

/* Answering */

static XmppVerdict
info_cb (XmppSession *session,
         gpointer     state,
         XmppNode    *stanza,
         XmppNode    *payload,
         XmppMessage *message)
{
  g_autoptr (XmppDiscoInfo) info = NULL;

  if (!xmpp_roster_may_ask (session, stanza))
    return XMPP_REFUSE;
  /* Nodes belong to others: the hash of what we can to XEP-0115. */
  if (xmpp_node_get (payload, "node") != NULL)
    return XMPP_PASS;

  info = xmpp_disco_info_own (session);
  xmpp_session_iq_reply (session, stanza, xmpp_disco_info_write (info, NULL));
  return XMPP_TAKEN;
}

static XmppVerdict
items_cb (XmppSession *session,
          gpointer     state,
          XmppNode    *stanza,
          XmppNode    *payload,
          XmppMessage *message)
{
  XmppNode *query;

  if (!xmpp_roster_may_ask (session, stanza))
    return XMPP_REFUSE;

  query = xmpp_node_new ("query", NS_DISCO_ITEMS);
  xmpp_node_set (query, "node", xmpp_node_get (payload, "node"));
  xmpp_session_iq_reply (session, stanza, query);
  return XMPP_TAKEN;
}

/* Life */

static void
disco_online (XmppSession *session,
              gpointer     state)
{
  Disco *self = state;
  XmppJid *account = xmpp_session_get_account (session);
  gpointer life = GUINT_TO_POINTER (++self->life);

  xmpp_disco_info_async (session, xmpp_jid_get_server (account), NULL, NULL, learn_server_cb, life);
  xmpp_disco_info_async (session, account, NULL, NULL, learn_account_cb, life);
}

static void
disco_offline (XmppSession *session,
               gpointer     state)
{
  Disco *self = state;

  self->life++;
  g_clear_pointer (&self->server, xmpp_disco_info_free);
  g_clear_pointer (&self->account, xmpp_disco_info_free);
}

static const char *const disco[] = { NS_DISCO_INFO, NS_DISCO_ITEMS, NULL };

static const XmppFeature *const needs[] = { &rfc_6121_roster, NULL };

static const XmppRoute routes[] = {
  { XMPP_IQ_GET, NS_DISCO_INFO, "query", info_cb },
  { XMPP_IQ_GET, NS_DISCO_ITEMS, "query", items_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0030_disco = {
  .name = "disco",
  .xep = "XEP-0030 2.5.0",
  .disco = disco,
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Disco),
  .online = disco_online,
  .offline = disco_offline,
  .detach = disco_offline,
};

/**
 * xmpp_disco_info_async:
 * @session: a session
 * @jid: whom to ask
 * @node: (nullable): what of theirs
 * @cancellable: (nullable): to give up waiting
 * @callback: called when the answer is there
 * @user_data: for the callback
 *
 * Asks what somebody is and can. The answer is as the sender wants it: nothing of it is verified.
 */
void
xmpp_disco_info_async (XmppSession         *session,
                       XmppJid             *jid,
                       const char          *node,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  g_task_set_source_tag (task, xmpp_disco_info_async);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (jid));
  xmpp_node_set (xmpp_node_add (iq, "query", NS_DISCO_INFO), "node", node);
  xmpp_session_iq_async (session, iq, cancellable, ask_info_cb, task);
}

/**
 * xmpp_disco_info_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error
 *
 * Returns: (transfer full): the answer; else XMPP_STANZA_ERROR with the other side's reason or %BAD_REQUEST for an
 *   answer that is none, or the iq's error
 */
XmppDiscoInfo *
xmpp_disco_info_finish (XmppSession   *session,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_disco_server_has:
 * @session: a session
 * @feature: a feature's name
 *
 * Returns: whether our server announced it after this sign-in; FALSE as long as it has not answered
 */
gboolean
xmpp_disco_server_has (XmppSession *session,
                       const char  *feature)
{
  Disco *self = disco_get (session);

  return self != NULL && xmpp_disco_info_has (self->server, feature);
}

/**
 * xmpp_disco_account_has:
 * @session: a session
 * @feature: a feature's name
 *
 * Returns: whether our server announced it for our bare address after this sign-in; FALSE as long as it has not
 *   answered
 */
gboolean
xmpp_disco_account_has (XmppSession *session,
                        const char  *feature)
{
  Disco *self = disco_get (session);

  return self != NULL && xmpp_disco_info_has (self->account, feature);
}
