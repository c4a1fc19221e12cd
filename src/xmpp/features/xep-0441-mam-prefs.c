/* Archive preferences (XEP-0441): whose messages our account's archive keeps. */
#include "xep-0441-mam-prefs.h"

#include <string.h>

#include "xmpp-ns.h"

#define MAX_EXCEPTIONS 1000           /* in each of the two lists */
#define MAX_ADDRESS    (3 * 1023 + 2) /* bytes, RFC 7622 §3.1 */

static const char *const keep_names[] = {
  [XMPP_MAM_KEEP_ALWAYS] = "always",
  [XMPP_MAM_KEEP_ROSTER] = "roster",
  [XMPP_MAM_KEEP_NEVER] = "never",
};

static gboolean
parse_keep (const XmppNode *prefs,
            XmppMamKeep    *keep)
{
  const char *name = prefs != NULL ? xmpp_node_get (prefs, "default") : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keep_names); i++) {
    if (g_strcmp0 (name, keep_names[i]) == 0) {
      *keep = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether a list of exceptions names somebody, or it may be understood so: by one of his devices, or his server. */
static gboolean
may_except (const XmppNode *prefs,
            const char     *name,
            XmppJid        *with)
{
  XmppNode *list = xmpp_node_find (prefs, name, NS_MAM_PREFS);

  if (list == NULL)
    return FALSE;
  for (XmppNode *jid = xmpp_node_find (list, "jid", NS_MAM_PREFS); jid != NULL;
       jid = xmpp_node_find_next (jid, "jid", NS_MAM_PREFS)) {
    g_autoptr (XmppJid) exception = xmpp_jid_new (xmpp_node_get_text (jid), NULL);

    if (exception != NULL
        && (xmpp_jid_equal_bare (exception, with) || xmpp_jid_equal (exception, xmpp_jid_get_server (with))))
      return TRUE;
  }
  return FALSE;
}

/* The same exceptions, and nothing else that may be in there. FALSE: they are too many to be handed back whole. */
static gboolean
copy_exceptions (const XmppNode *from,
                 XmppNode       *to,
                 const char     *name)
{
  XmppNode *list = xmpp_node_find (from, name, NS_MAM_PREFS);
  XmppNode *copy = xmpp_node_add (to, name, NULL);
  guint count = 0;

  if (list == NULL)
    return TRUE;
  for (XmppNode *jid = xmpp_node_find (list, "jid", NS_MAM_PREFS); jid != NULL;
       jid = xmpp_node_find_next (jid, "jid", NS_MAM_PREFS)) {
    if (++count > MAX_EXCEPTIONS || strlen (xmpp_node_get_text (jid)) > MAX_ADDRESS)
      return FALSE;
    xmpp_node_add_text (copy, "jid", NULL, xmpp_node_get_text (jid));
  }
  return TRUE;
}

static XmppNode *
prefs_question (const char *type)
{
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  xmpp_node_add (iq, "prefs", NS_MAM_PREFS);
  return iq;
}

static void
return_no_prefs (GTask *task)
{
  g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST,
                           "The answer says nothing about what the archive keeps");
}

/* Asking */

static void
prefs_come_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  XmppJid *with = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);
  const XmppNode *prefs = reply != NULL ? xmpp_node_find (reply, "prefs", NS_MAM_PREFS) : NULL;
  XmppMamKeep keep;

  if (reply == NULL)
    g_task_return_error (task, error);
  else if (!parse_keep (prefs, &keep))
    return_no_prefs (task);
  else if (with != NULL && may_except (prefs, "never", with))
    g_task_return_int (task, XMPP_MAM_KEEP_NEVER);
  else
    g_task_return_int (task, keep);
}

/* Changing: the exceptions come first, for what is set replaces all there is. */

static void
prefs_set_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const XmppMamKeep wanted = GPOINTER_TO_UINT (g_task_get_task_data (task));
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);
  const XmppNode *prefs = reply != NULL ? xmpp_node_find (reply, "prefs", NS_MAM_PREFS) : NULL;
  XmppMamKeep keep;

  if (reply == NULL)
    g_task_return_error (task, error);
  /* Servers may apply less than what was asked, and say so; some just say that it is done. */
  else if (prefs != NULL && !parse_keep (prefs, &keep))
    return_no_prefs (task);
  else if (prefs != NULL && keep != wanted)
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED,
                             "The server keeps its own rule for the archive");
  else
    g_task_return_boolean (task, TRUE);
}

static void
exceptions_come_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const XmppMamKeep wanted = GPOINTER_TO_UINT (g_task_get_task_data (task));
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (XMPP_SESSION (source), result, &error);
  const XmppNode *prefs = reply != NULL ? xmpp_node_find (reply, "prefs", NS_MAM_PREFS) : NULL;
  g_autoptr (XmppNode) iq = NULL;
  XmppNode *change;
  XmppMamKeep keep;

  if (reply == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (!parse_keep (prefs, &keep)) {
    return_no_prefs (task);
    return;
  }
  if (keep == wanted) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  iq = prefs_question ("set");
  change = xmpp_node_get_first (iq);
  xmpp_node_set (change, "default", keep_names[wanted]);
  if (!copy_exceptions (prefs, change, "always") || !copy_exceptions (prefs, change, "never")) {
    g_task_return_new_error (task, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION,
                             "The archive has more exceptions than can be kept");
    return;
  }
  xmpp_session_iq_async (XMPP_SESSION (source), g_steal_pointer (&iq), g_task_get_cancellable (task), prefs_set_cb,
                         g_object_ref (task));
}

/**
 * xmpp_mam_prefs_get_async:
 * @session: a session
 * @cancellable: (nullable): to wait no longer
 * @callback: called when the answer is there, or none is to come
 * @user_data: for @callback
 *
 * Asks what our account's archive keeps (XEP-0441 §2.1).
 */
void
xmpp_mam_prefs_get_async (XmppSession         *session,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_mam_prefs_get_async);
  xmpp_session_iq_async (session, prefs_question ("get"), cancellable, prefs_come_cb, task);
}

/**
 * xmpp_mam_prefs_find_async:
 * @session: a session
 * @with: somebody, bare
 * @cancellable: (nullable): to wait no longer
 * @callback: called when the answer is there, or none is to come; ends with xmpp_mam_prefs_get_finish()
 * @user_data: for @callback
 *
 * Asks what our account's archive keeps of what is said with @with: as xmpp_mam_prefs_get_async(), and nothing when
 * @with is among those of whom it never keeps anything. Who is kept always is not looked for: that only adds.
 */
void
xmpp_mam_prefs_find_async (XmppSession         *session,
                           XmppJid             *with,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_mam_prefs_find_async);
  g_task_set_task_data (task, xmpp_jid_ref (with), (GDestroyNotify) xmpp_jid_unref);
  xmpp_session_iq_async (session, prefs_question ("get"), cancellable, prefs_come_cb, task);
}

/**
 * xmpp_mam_prefs_get_finish:
 * @session: a session
 * @result: what the callback was given
 * @keep: (out): what is kept of those for whom no exception is made, or of whom was asked about; untouched on error
 * @error: where to put an error: XMPP_STANZA_ERROR when the archive has no preferences, with %BAD_REQUEST for an answer
 *   that is none; else those of xmpp_session_iq_finish()
 *
 * Returns: whether there is an answer
 */
gboolean
xmpp_mam_prefs_get_finish (XmppSession   *session,
                           GAsyncResult  *result,
                           XmppMamKeep   *keep,
                           GError       **error)
{
  gssize value;

  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  value = g_task_propagate_int (G_TASK (result), error);
  if (value < 0)
    return FALSE;
  *keep = (XmppMamKeep) value;
  return TRUE;
}

/**
 * xmpp_mam_prefs_set_async:
 * @session: a session
 * @keep: what is to be kept of those for whom no exception is made
 * @cancellable: (nullable): to wait no longer; the server may have been told already
 * @callback: called when it is so, or is not going to be
 * @user_data: for @callback
 *
 * Changes what our account's archive keeps (XEP-0441 §2.1). Exceptions stay as they are.
 */
void
xmpp_mam_prefs_set_async (XmppSession         *session,
                          XmppMamKeep          keep,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_mam_prefs_set_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (keep), NULL);
  xmpp_session_iq_async (session, prefs_question ("get"), cancellable, exceptions_come_cb, task);
}

/**
 * xmpp_mam_prefs_set_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error: XMPP_STANZA_ERROR with the server's reason, with %NOT_ALLOWED also when it keeps
 *   something else than what was asked for, with %POLICY_VIOLATION when there are too many exceptions to be kept, with
 *   %BAD_REQUEST for an answer that is none; else those of xmpp_session_iq_finish()
 *
 * Returns: whether the archive keeps what it was asked to
 */
gboolean
xmpp_mam_prefs_set_finish (XmppSession   *session,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
