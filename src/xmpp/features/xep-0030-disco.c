/* Service discovery (XEP-0030): tells those who see us what we are; asks our server and account at each sign-in. */
#include "xep-0030-disco.h"

#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

#define ANSWERS 2   /* that make what we know whole: the server's and the account's */

typedef struct {
  XmppDiscoSettled settled;
  gpointer         user_data;
} Listener;

typedef struct {
  XmppDiscoInfo *server;          /* (owned, nullable) not known (yet) */
  XmppDiscoInfo *account;         /* (owned, nullable) */
  GError        *account_error;   /* (owned, nullable) */
  guint          life;            /* counts sign-ins: a late answer from an earlier one is no news */
  guint          answers;         /* how many have come, or will not */
  GArray        *listeners;       /* (owned) of Listener */
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
       XmppDiscoInfo **known,
       GError        **why)
{
  Disco *self = disco_get (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_finish (session, result, &error);

  if (self->life != GPOINTER_TO_UINT (life))
    return;
  if (info == NULL)
    g_debug ("no service description");
  g_clear_pointer (known, xmpp_disco_info_free);
  *known = g_steal_pointer (&info);
  if (why != NULL) {
    g_clear_error (why);
    *why = g_steal_pointer (&error);
  }

  if (++self->answers < ANSWERS)
    return;
  for (guint i = 0; i < self->listeners->len; i++) {
    const Listener *listener = &g_array_index (self->listeners, Listener, i);

    listener->settled (session, listener->user_data);
  }
}

static void
learn_server_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);

  learn (session, result, user_data, &disco_get (session)->server, NULL);
}

static void
learn_account_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  Disco *self = disco_get (session);

  learn (session, result, user_data, &self->account, &self->account_error);
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
disco_attach (XmppSession *session,
              gpointer     state)
{
  ((Disco *) state)->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
}

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
  self->answers = 0;
  g_clear_pointer (&self->server, xmpp_disco_info_free);
  g_clear_pointer (&self->account, xmpp_disco_info_free);
  g_clear_error (&self->account_error);
}

static void
disco_detach (XmppSession *session,
              gpointer     state)
{
  disco_offline (session, state);
  g_clear_pointer (&((Disco *) state)->listeners, g_array_unref);
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
  .attach = disco_attach,
  .online = disco_online,
  .offline = disco_offline,
  .detach = disco_detach,
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

/**
 * xmpp_disco_get_account_error:
 * @session: a session
 *
 * Returns: (nullable): why it is not known what our account can, as xmpp_disco_info_finish() says it; %NULL when it is,
 *   or as long as there is no answer
 */
const GError *
xmpp_disco_get_account_error (XmppSession *session)
{
  const Disco *self = disco_get (session);

  g_return_val_if_fail (self != NULL, NULL);

  return self->account_error;
}

/**
 * xmpp_disco_is_settled:
 * @session: a session
 *
 * Returns: whether our server and our account have both answered after this sign-in, or will not
 */
gboolean
xmpp_disco_is_settled (XmppSession *session)
{
  const Disco *self = disco_get (session);

  g_return_val_if_fail (self != NULL, FALSE);

  return self->answers == ANSWERS;
}

/**
 * xmpp_disco_add_listener:
 * @session: a session that is being made
 * @settled: (scope forever): called once in each life online, as soon as xmpp_disco_is_settled()
 * @user_data: for @settled
 *
 * For those who must know what the server does with messages before the first one comes. They are told in the order in
 * which they were added.
 */
void
xmpp_disco_add_listener (XmppSession      *session,
                         XmppDiscoSettled  settled,
                         gpointer          user_data)
{
  const Listener listener = { settled, user_data };
  Disco *self = disco_get (session);

  g_return_if_fail (self != NULL);

  g_array_append_val (self->listeners, listener);
}
