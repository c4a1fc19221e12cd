/* Software version (XEP-0092): our name and version, for those who see us; the operating system for nobody. And what
 * others say theirs is, when somebody wants to know. */
#include "xep-0092-version.h"

#include "base-text.h"
#include "rfc-6121-roster.h"
#include "xmpp-ns.h"

#define NS_VERSION "jabber:iq:version"
#define MAX_TEXT   100   /* characters of what others say */

/* Asking */

static char *
dup_claim (const XmppNode *query,
           const char     *name)
{
  g_autofree char *line = base_text_line (xmpp_node_find_text (query, name, NULL), MAX_TEXT);

  return *line != '\0' ? g_steal_pointer (&line) : NULL;
}

static void
ask_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);
  const XmppNode *query = reply != NULL ? xmpp_node_find (reply, "query", NS_VERSION) : NULL;
  XmppVersion *version;

  if (reply == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (query == NULL) {
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "The answer names no software");
    return;
  }
  version = g_new0 (XmppVersion, 1);
  version->name = dup_claim (query, "name");
  version->version = dup_claim (query, "version");
  version->os = dup_claim (query, "os");
  g_task_return_pointer (task, version, (GDestroyNotify) xmpp_version_free);
}

/* Answering */

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

/**
 * xmpp_version_ask_async:
 * @session: a session
 * @jid: whom to ask: a device, or a server
 * @cancellable: (nullable): to wait no longer
 * @callback: called when the answer is there, or none is to come
 * @user_data: for @callback
 *
 * Asks what software somebody runs. Nobody but who was asked can answer.
 */
void
xmpp_version_ask_async (XmppSession         *session,
                        XmppJid             *jid,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  g_task_set_source_tag (task, xmpp_version_ask_async);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (jid));
  xmpp_node_add (iq, "query", NS_VERSION);
  xmpp_session_iq_async (session, iq, cancellable, ask_cb, task);
}

/**
 * xmpp_version_ask_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error: XMPP_STANZA_ERROR with the other side's reason, or %BAD_REQUEST for an answer that is
 *   none; else those of xmpp_session_iq_finish()
 *
 * Returns: (transfer full): what they say; %NULL on error
 */
XmppVersion *
xmpp_version_ask_finish (XmppSession   *session,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_version_free:
 * @self: (transfer full): somebody's claims
 */
void
xmpp_version_free (XmppVersion *self)
{
  g_free (self->name);
  g_free (self->version);
  g_free (self->os);
  g_free (self);
}
