/* A page of an archive (XEP-0313) that is coming in: what belongs to it, and when it is too much. */
#include "xep-0313-mam-page.h"

#include <string.h>

#include "crypto-hash.h"
#include "xep-0297-forward.h"

#define MAX_ID        1024                /* bytes of an item's id */
#define MAX_PAGE_SIZE (8 * 1024 * 1024)   /* bytes of text in a page */

struct _XmppMamQuery {
  char        *id;
  XmppJid     *archive;       /* (owned, nullable) NULL: our account's */
  XmppMamPage *page;          /* (owned, nullable) until it is handed out */
  GHashTable  *ids;           /* (owned) of the items that came */
  const char  *first, *last;  /* (borrowed from ids, nullable) */
  gsize        size;
  gboolean     is_too_long;
};

/* Whether the archive that was asked speaks. */
static gboolean
query_may_be_answered_by (const XmppMamQuery *self,
                          XmppSession        *session,
                          const char         *from)
{
  g_autoptr (XmppJid) sender = NULL;

  if (self->archive == NULL)
    return xmpp_session_is_own (session, from);
  sender = from != NULL ? xmpp_jid_new (from, NULL) : NULL;
  return sender != NULL && xmpp_jid_equal (sender, self->archive);
}

static gboolean
is_whose (const XmppNode *message,
          const char     *attribute,
          XmppJid        *bare)
{
  const char *address = xmpp_node_get (message, attribute);
  g_autoptr (XmppJid) jid = address != NULL ? xmpp_jid_new (address, NULL) : NULL;

  return jid != NULL && xmpp_jid_equal_bare (jid, bare);
}

/* Our archive holds what we said and what we were told, a room's what was said in it. What was said in rooms may be in
 * ours too, and is left to theirs (§6.1.1). */
static gboolean
query_may_hold (const XmppMamQuery *self,
                XmppSession        *session,
                const XmppNode     *message)
{
  XmppJid *account = xmpp_session_get_account (session);

  if (self->archive != NULL)
    return is_whose (message, "from", self->archive);
  return g_strcmp0 (xmpp_node_get (message, "type"), "groupchat") != 0
         && (is_whose (message, "from", account) || is_whose (message, "to", account));
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

static gsize
message_size (const XmppMessage *message)
{
  return sizeof *message + text_size (message->body) + text_size (message->subject) + text_size (message->thread)
         + text_size (message->lang) + text_size (message->id) + text_size (message->origin_id)
         + text_size (message->archive_id) + text_size (message->target.id);
}

static gboolean
is_true (const char *value)
{
  return g_strcmp0 (value, "true") == 0 || g_strcmp0 (value, "1") == 0;
}

/**
 * xmpp_mam_query_new:
 * @session: a session
 * @archive: (nullable): whose archive; %NULL or our own address: our account's
 *
 * Returns: (transfer full): a query under a random id, without results
 */
XmppMamQuery *
xmpp_mam_query_new (XmppSession *session,
                    XmppJid     *archive)
{
  XmppMamQuery *self = g_new0 (XmppMamQuery, 1);

  self->id = crypto_random_id ();
  if (archive != NULL && !xmpp_jid_equal (archive, xmpp_session_get_account (session)))
    self->archive = xmpp_jid_ref (archive);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->page = g_new0 (XmppMamPage, 1);
  self->page->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_message_unref);
  self->page->page.count = -1;
  return self;
}

/**
 * xmpp_mam_query_free:
 * @self: (transfer full): a query
 */
void
xmpp_mam_query_free (XmppMamQuery *self)
{
  g_clear_pointer (&self->archive, xmpp_jid_unref);
  g_clear_pointer (&self->page, xmpp_mam_page_free);
  g_hash_table_unref (self->ids);
  g_free (self->id);
  g_free (self);
}

/**
 * xmpp_mam_query_get_id:
 * @self: a query
 *
 * Returns: what its results are marked with
 */
const char *
xmpp_mam_query_get_id (const XmppMamQuery *self)
{
  return self->id;
}

/**
 * xmpp_mam_query_get_archive:
 * @self: a query
 *
 * Returns: (transfer none) (nullable): whom to ask; %NULL: our account
 */
XmppJid *
xmpp_mam_query_get_archive (const XmppMamQuery *self)
{
  return self->archive;
}

/**
 * xmpp_mam_query_take:
 * @self: a query that is open
 * @session: the session that asked
 * @from: (nullable): who sent @result
 * @result: a <result/> marked with the query's id
 *
 * Adds an item to the page, which takes no more than %XMPP_MAM_PAGE_MAX of them and 8 MiB of text: what is beyond that
 * is not kept, and the page comes to nothing. An item counts even if there is no message in it that may be there.
 *
 * Returns: %FALSE when @result is dropped: it does not come from who was asked, is no item, or came before
 */
gboolean
xmpp_mam_query_take (XmppMamQuery   *self,
                     XmppSession    *session,
                     const char     *from,
                     const XmppNode *result)
{
  GPtrArray *messages = self->page->messages;
  const char *id = xmpp_node_get (result, "id");
  const guint known = messages->len;
  XmppNode *inner;
  char *item;
  gint64 stamp;

  if (!query_may_be_answered_by (self, session, from))
    return FALSE;
  if (id == NULL || *id == '\0' || strlen (id) > MAX_ID || g_hash_table_contains (self->ids, id))
    return FALSE;
  if (g_hash_table_size (self->ids) >= XMPP_MAM_PAGE_MAX || self->size > MAX_PAGE_SIZE) {
    self->is_too_long = TRUE;
    return TRUE;
  }

  item = g_strdup (id);
  g_hash_table_add (self->ids, item);
  if (self->first == NULL)
    self->first = item;
  self->last = item;

  /* An archive may keep the place of what it lost (§3.2). */
  inner = xmpp_forward_unwrap (session, result, &stamp);
  if (self->page->first_at == 0)
    self->page->first_at = stamp;
  if (inner != NULL && query_may_hold (self, session, inner))
    xmpp_session_read_inner (session, inner, stamp, id, messages);
  for (guint i = known; i < messages->len; i++)
    self->size += message_size (messages->pdata[i]);
  return TRUE;
}

/**
 * xmpp_mam_query_end:
 * @self: a query; to be freed
 * @answer: the iq of type result
 * @error: where to put an XMPP_STANZA_ERROR: %POLICY_VIOLATION when more came than a page takes, %BAD_REQUEST when
 *   @answer has no <fin/>
 *
 * Returns: (transfer full): the page; %NULL on error
 */
XmppMamPage *
xmpp_mam_query_end (XmppMamQuery   *self,
                    const XmppNode *answer,
                    GError        **error)
{
  const XmppNode *fin = xmpp_node_find (answer, "fin", NS_MAM);
  XmppRsmPage *page = &self->page->page;

  if (self->is_too_long) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION, "The page is too long");
    return NULL;
  }
  if (fin == NULL) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "The answer ends no page");
    return NULL;
  }

  xmpp_rsm_page_clear (page);
  xmpp_rsm_read (fin, page);
  if (page->first == NULL)
    page->first = g_strdup (self->first);
  if (page->last == NULL)
    page->last = g_strdup (self->last);
  /* From an empty page nothing leads on, whatever it says. */
  self->page->complete = is_true (xmpp_node_get (fin, "complete")) || page->first == NULL;
  return g_steal_pointer (&self->page);
}
