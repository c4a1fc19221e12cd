/* A page of an archive (XEP-0313) that is coming in: what belongs to it, and when it is too much.
 *
 * An archive that sends more than it was asked for is not trusted with our memory: the page keeps what leads on from
 * where reading stands, and says that it has not come to an end. So each page is a step, whatever the server does. */
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
  GHashTable  *ids;           /* (owned) of the items that are kept: id → Item */
  GQueue       items;         /* of Item (borrowed from ids), oldest first */
  gsize        size;
  gboolean     is_backward;   /* the page ends where reading stands; else it begins there */
};

/* What is known of an item besides its messages. */
typedef struct {
  char   *id;           /* (owned) */
  gint64  stamp;        /* µs since 1970 UTC, 0: unknown */
  guint   n_messages;   /* in the page */
  gsize   size;         /* bytes of their text */
} Item;

static void
item_free (Item *self)
{
  g_free (self->id);
  g_free (self);
}

/* Whether the archive that was asked speaks. */
static gboolean
query_may_be_answered_by (const XmppMamQuery *self,
                          XmppSession        *session,
                          const char         *from)
{
  return self->archive == NULL ? xmpp_session_is_own (session, from) : xmpp_jid_matches (self->archive, from);
}

static gboolean
is_whose (const XmppNode *message,
          const char     *attribute,
          XmppJid        *bare)
{
  const char *address = xmpp_node_get (message, attribute);
  g_autoptr (XmppJid) jid = NULL;

  if (address == NULL || strcmp (address, xmpp_jid_get_text (bare)) == 0)
    return address != NULL;
  jid = xmpp_jid_new (address, NULL);
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
         && (is_whose (message, "to", account) || is_whose (message, "from", account));
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

static gboolean
query_is_too_long (const XmppMamQuery *self)
{
  return self->items.length > XMPP_MAM_PAGE_MAX || (self->size > MAX_PAGE_SIZE && self->items.length > 1);
}

static void
query_drop (XmppMamQuery *self,
            Item         *item)
{
  GPtrArray *messages = self->page->messages;
  gboolean is_oldest = item == g_queue_peek_head (&self->items);

  if (item->n_messages > 0)
    g_ptr_array_remove_range (messages, is_oldest ? 0 : messages->len - item->n_messages, item->n_messages);
  self->size -= item->size;
  g_queue_remove (&self->items, item);
  g_hash_table_remove (self->ids, item->id);
  self->page->is_cut = TRUE;
}

/**
 * xmpp_mam_query_new:
 * @session: a session
 * @archive: (nullable): whose archive; %NULL or our own address: our account's
 * @is_backward: whether what is asked for is the end of something; of too long a page that end is kept, else the
 *   beginning
 *
 * Returns: (transfer full): a query under a random id, without results
 */
XmppMamQuery *
xmpp_mam_query_new (XmppSession *session,
                    XmppJid     *archive,
                    gboolean     is_backward)
{
  XmppMamQuery *self = g_new0 (XmppMamQuery, 1);

  self->id = crypto_random_id ();
  if (archive != NULL && !xmpp_jid_equal (archive, xmpp_session_get_account (session)))
    self->archive = xmpp_jid_ref (archive);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) item_free);
  g_queue_init (&self->items);
  self->is_backward = is_backward;
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
  g_queue_clear (&self->items);
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
 * Adds an item to the page, which takes no more than %XMPP_MAM_PAGE_MAX of them and 8 MiB of text: of what is beyond
 * that, the part is kept that leads on. An item counts even if there is no message in it that may be there.
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
  Item *item;
  gint64 stamp;

  if (!query_may_be_answered_by (self, session, from))
    return FALSE;
  if (id == NULL || *id == '\0' || strlen (id) > MAX_ID || g_hash_table_contains (self->ids, id))
    return FALSE;
  if (self->page->is_cut && !self->is_backward)
    return TRUE;

  item = g_new0 (Item, 1);
  item->id = g_strdup (id);
  g_hash_table_insert (self->ids, item->id, item);
  g_queue_push_tail (&self->items, item);

  /* An archive may keep the place of what it lost (§3.2). */
  inner = xmpp_forward_unwrap (session, result, &stamp);
  item->stamp = stamp;
  if (inner != NULL && query_may_hold (self, session, inner))
    xmpp_session_read_inner (session, inner, stamp, id, messages);
  item->n_messages = messages->len - known;
  for (guint i = known; i < messages->len; i++)
    item->size += message_size (messages->pdata[i]);
  self->size += item->size;
  while (query_is_too_long (self))
    query_drop (self, self->is_backward ? g_queue_peek_head (&self->items) : g_queue_peek_tail (&self->items));
  return TRUE;
}

/**
 * xmpp_mam_query_end:
 * @self: a query; to be freed
 * @answer: the iq of type result
 * @error: where to put an XMPP_STANZA_ERROR: %BAD_REQUEST when @answer has no <fin/>
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
  const Item *first = g_queue_peek_head (&self->items), *last = g_queue_peek_tail (&self->items);

  if (fin == NULL) {
    g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST, "The answer ends no page");
    return NULL;
  }

  xmpp_rsm_page_clear (page);
  xmpp_rsm_read (fin, page);
  /* What the answer says is true of all that came, and of what is kept only if that is the same. */
  if (self->page->is_cut) {
    g_clear_pointer (&page->first, g_free);
    g_clear_pointer (&page->last, g_free);
  }
  if (page->first == NULL && first != NULL)
    page->first = g_strdup (first->id);
  if (page->last == NULL && last != NULL)
    page->last = g_strdup (last->id);
  for (const GList *link = self->items.head; link != NULL && self->page->first_at == 0; link = link->next)
    self->page->first_at = ((const Item *) link->data)->stamp;
  /* From an empty page nothing leads on, whatever it says. */
  self->page->complete = (is_true (xmpp_node_get (fin, "complete")) && !self->page->is_cut) || page->first == NULL;
  return g_steal_pointer (&self->page);
}
