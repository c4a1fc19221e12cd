/* Message archives (XEP-0313): asking for pages, and believing only the archive that was asked.
 *
 *   query ──► <iq><query queryid/></iq> ──► <message><result queryid id/></message> … ──► <iq><fin/></iq> ──► page
 *
 * What comes of a query that is not open, or from somebody else than was asked, is nobody's word. Results are stanzas
 * that stream management counts: after a resumption a query goes on where it was, and what comes twice is known by its
 * id; when there is none, the question fails, and the page with it. */
#include "xep-0313-mam.h"

#include "xep-0030-disco.h"
#include "xep-0313-mam-page.h"
#include "xmpp-ns.h"

#define NS_FORMS "jabber:x:data"

/* What our account's archive is. */
typedef enum {
  ARCHIVE_NONE,
  ARCHIVE_PLAIN,
  ARCHIVE_EXTENDED,   /* takes before-id and after-id */
} Archive;

typedef struct {
  GHashTable *queries;   /* (owned) those that are open: id → XmppMamQuery (both borrowed from its task) */
  GPtrArray  *finders;   /* (owned) of GTask: they wait for the answer to disco */
} Mam;

static Mam *
mam_get (XmppSession *session)
{
  return xmpp_session_get_feature_state (session, &xep_0313_mam);
}

static XmppVerdict
unwrap_result_cb (XmppSession *session,
                  gpointer     state,
                  XmppNode    *stanza,
                  XmppNode    *payload,
                  XmppMessage *message)
{
  const Mam *self = state;
  const char *query_id = xmpp_node_get (payload, "queryid");
  XmppMamQuery *query = query_id != NULL ? g_hash_table_lookup (self->queries, query_id) : NULL;

  /* Whoever else sends results wants to put words into somebody's mouth (§8.2; CVE-2019-16237 and its sisters). */
  if (query == NULL || message->type == XMPP_MESSAGE_ERROR
      || !xmpp_mam_query_take (query, session, xmpp_node_get (stanza, "from"), payload))
    return XMPP_REFUSE;
  return XMPP_TAKEN;
}

static void
query_answered_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  XmppSession *session = XMPP_SESSION (source);
  g_autoptr (GTask) task = user_data;
  XmppMamQuery *query = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (XmppNode) reply = xmpp_session_iq_finish (session, result, &error);
  XmppMamPage *page = reply != NULL ? xmpp_mam_query_end (query, reply, &error) : NULL;

  g_hash_table_remove (mam_get (session)->queries, xmpp_mam_query_get_id (query));
  if (page != NULL)
    g_task_return_pointer (task, page, (GDestroyNotify) xmpp_mam_page_free);
  else
    g_task_return_error (task, error);
}

/* Whether there is an archive */

/* What a server says that does not know what we ask of our account. Anything else, as no answer in time, says nothing
 * about the archive. */
static gboolean
means_none (const GError *error)
{
  return g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED)
         || g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND)
         || g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

static void
answer_finder (XmppSession *session,
               GTask       *task)
{
  const GError *error = xmpp_disco_get_account_error (session);

  if (error != NULL && !means_none (error))
    g_task_return_error (task, g_error_copy (error));
  else if (!xmpp_disco_account_has (session, NS_MAM))
    g_task_return_int (task, ARCHIVE_NONE);
  else
    g_task_return_int (task, xmpp_disco_account_has (session, NS_MAM "#extended") ? ARCHIVE_EXTENDED : ARCHIVE_PLAIN);
}

/* The account was asked once more, by who wants to know. What it can besides is not heard of: it counts as plain. */
static void
account_answered_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppDiscoInfo) info = xmpp_disco_info_finish (XMPP_SESSION (source), result, &error);

  if (info != NULL && xmpp_disco_info_has (info, NS_MAM))
    g_task_return_int (task, ARCHIVE_PLAIN);
  else if (info != NULL || means_none (error))
    g_task_return_int (task, ARCHIVE_NONE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
is_answer_missing (XmppSession *session)
{
  const GError *error = xmpp_disco_get_account_error (session);

  return error != NULL && !means_none (error);
}

static GPtrArray *
steal_finders (Mam *self)
{
  GPtrArray *finders = self->finders;

  self->finders = g_ptr_array_new_with_free_func (g_object_unref);
  return finders;
}

static void
disco_settled_cb (XmppSession *session,
                  gpointer     user_data)
{
  g_autoptr (GPtrArray) finders = steal_finders (user_data);

  for (guint i = 0; i < finders->len; i++)
    answer_finder (session, finders->pdata[i]);
}

static gboolean
finder_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);

  if (g_ptr_array_remove (mam_get (g_task_get_source_object (task))->finders, task))
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
source_destroy (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* Life */

static void
mam_attach (XmppSession *session,
            gpointer     state)
{
  Mam *self = state;

  self->queries = g_hash_table_new (g_str_hash, g_str_equal);
  self->finders = g_ptr_array_new_with_free_func (g_object_unref);
  xmpp_disco_add_listener (session, disco_settled_cb, self);
}

static void
mam_offline (XmppSession *session,
             gpointer     state)
{
  g_autoptr (GPtrArray) finders = steal_finders (state);

  for (guint i = 0; i < finders->len; i++)
    g_task_return_new_error (finders->pdata[i], G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
}

static void
mam_detach (XmppSession *session,
            gpointer     state)
{
  Mam *self = state;

  g_clear_pointer (&self->queries, g_hash_table_unref);
  g_clear_pointer (&self->finders, g_ptr_array_unref);
}

static const XmppFeature *const needs[] = { &xep_0030_disco, NULL };

static const XmppRoute routes[] = {
  { XMPP_MESSAGE_UNWRAP, NS_MAM, "result", unwrap_result_cb },
  { XMPP_ROUTE_END },
};

const XmppFeature xep_0313_mam = {
  .name = "mam",
  .xep = "XEP-0313 1.1.3",
  .needs = needs,
  .routes = routes,
  .state_size = sizeof (Mam),
  .attach = mam_attach,
  .offline = mam_offline,
  .detach = mam_detach,
};

/* Asking */

static void
add_field (XmppNode   *form,
           const char *var,
           const char *value)
{
  XmppNode *field = xmpp_node_add (form, "field", NULL);

  xmpp_node_set (field, "var", var);
  if (g_strcmp0 (var, "FORM_TYPE") == 0)
    xmpp_node_set (field, "type", "hidden");
  xmpp_node_add_text (field, "value", NULL, value);
}

/* Which items count at all (§4.1); a field that the archive does not know would make it refuse. */
static void
write_form (XmppNode   *query,
            const char *with,
            const char *after_id)
{
  XmppNode *form;

  if (with == NULL && after_id == NULL)
    return;
  form = xmpp_node_add (query, "x", NS_FORMS);
  xmpp_node_set (form, "type", "submit");
  add_field (form, "FORM_TYPE", NS_MAM);
  if (with != NULL)
    add_field (form, "with", with);
  if (after_id != NULL)
    add_field (form, "after-id", after_id);
}

/**
 * xmpp_mam_query_async:
 * @session: a session
 * @ask: what to ask for; copied
 * @cancellable: (nullable): to wait no longer; what still comes is dropped
 * @callback: called when the page is whole, or is not going to be
 * @user_data: for @callback
 *
 * Asks an archive for a page (XEP-0313 §4), of %XMPP_MAM_PAGE_MAX items at most. That of a room is asked without what
 * only an extended archive knows. When the link is lost the query waits for the session to be resumed.
 */
void
xmpp_mam_query_async (XmppSession         *session,
                      const XmppMamAsk    *ask,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  Mam *self = mam_get (session);
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  XmppMamQuery *query = xmpp_mam_query_new (session, ask->archive, ask->page.before != NULL);
  XmppJid *archive = xmpp_mam_query_get_archive (query);
  XmppRsmAsk page = ask->page;
  XmppNode *iq = xmpp_node_new ("iq", NS_CLIENT);
  XmppNode *node = xmpp_node_add (iq, "query", NS_MAM);
  gboolean is_extended = archive == NULL && xmpp_disco_account_has (session, NS_MAM "#extended");

  g_task_set_source_tag (task, xmpp_mam_query_async);
  g_task_set_task_data (task, query, (GDestroyNotify) xmpp_mam_query_free);
  g_hash_table_insert (self->queries, (gpointer) xmpp_mam_query_get_id (query), query);

  xmpp_node_set (iq, "type", "set");
  if (archive != NULL)
    xmpp_node_set (iq, "to", xmpp_jid_get_text (archive));
  xmpp_node_set (node, "queryid", xmpp_mam_query_get_id (query));
  write_form (node, ask->with != NULL ? xmpp_jid_get_text (ask->with) : NULL, is_extended ? ask->after_id : NULL);
  page.max = MIN (page.max, XMPP_MAM_PAGE_MAX);
  xmpp_rsm_write (node, &page);
  xmpp_session_iq_async (session, iq, cancellable, query_answered_cb, task);
}

/**
 * xmpp_mam_query_finish:
 * @session: a session
 * @result: what the callback was given
 * @error: where to put an error: XMPP_STANZA_ERROR with the archive's reason (%ITEM_NOT_FOUND when it does not know an
 *   id that it was asked by), %BAD_REQUEST for an answer that is none; else those of xmpp_session_iq_finish()
 *
 * Of more than %XMPP_MAM_PAGE_MAX items, or 8 MiB of text, the page holds those next to where it was asked to begin or
 * end, and is not complete.
 *
 * Returns: (transfer full): the page; %NULL on error
 */
XmppMamPage *
xmpp_mam_query_finish (XmppSession   *session,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_mam_page_free:
 * @self: (transfer full): a page
 */
void
xmpp_mam_page_free (XmppMamPage *self)
{
  g_ptr_array_unref (self->messages);
  xmpp_rsm_page_clear (&self->page);
  g_free (self);
}

/**
 * xmpp_mam_find_async:
 * @session: a session
 * @cancellable: (nullable): to wait no longer
 * @callback: called when it is known, or is not going to be
 * @user_data: for @callback
 *
 * Finds out whether our account has an archive (XEP-0313 §7): from what the server was asked at the sign-in, as soon as
 * it has answered. When it could not answer then, it is asked again.
 */
void
xmpp_mam_find_async (XmppSession         *session,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  Mam *self = mam_get (session);
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, xmpp_mam_find_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (xmpp_disco_is_settled (session) && is_answer_missing (session)) {
    xmpp_disco_info_async (session, xmpp_session_get_account (session), NULL, cancellable, account_answered_cb,
                           g_steal_pointer (&task));
    return;
  }
  if (xmpp_disco_is_settled (session)) {
    answer_finder (session, task);
    return;
  }
  if (xmpp_session_get_state (session) != XMPP_SESSION_ONLINE && !xmpp_session_is_suspended (session)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "Not connected");
    return;
  }

  if (cancellable != NULL) {
    GSource *cancelled = g_cancellable_source_new (cancellable);

    g_source_set_callback (cancelled, G_SOURCE_FUNC (finder_cancelled_cb), task, NULL);
    g_source_attach (cancelled, g_task_get_context (task));
    g_task_set_task_data (task, cancelled, source_destroy);
  }
  g_ptr_array_add (self->finders, g_steal_pointer (&task));
}

/**
 * xmpp_mam_find_finish:
 * @session: a session
 * @result: what the callback was given
 * @is_extended: (out): whether the archive takes after_id
 * @error: where to put an error: why it is not known, as xmpp_session_iq_finish() says it
 *
 * Returns: whether our account has an archive; %FALSE without an error: it has none
 */
gboolean
xmpp_mam_find_finish (XmppSession   *session,
                      GAsyncResult  *result,
                      gboolean      *is_extended,
                      GError       **error)
{
  gssize archive;

  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  archive = g_task_propagate_int (G_TASK (result), error);
  *is_extended = archive == ARCHIVE_EXTENDED;
  return archive > ARCHIVE_NONE;
}
