/* Result sets (XEP-0059): asking for one page of a long answer, and reading which page it was. */
#include "xep-0059-rsm.h"

#include <string.h>

#define MAX_ID 1024   /* bytes: what servers number their items with is far shorter */

static char *
dup_id (const char *text)
{
  return text != NULL && *text != '\0' && strlen (text) <= MAX_ID ? g_strdup (text) : NULL;
}

/**
 * xmpp_rsm_write:
 * @query: what asks; gets a <set/>
 * @ask: which page
 *
 * Asks for a page (XEP-0059 §2). Asking for one that ends before an item and begins after another means nothing.
 */
void
xmpp_rsm_write (XmppNode         *query,
                const XmppRsmAsk *ask)
{
  XmppNode *set = xmpp_node_add (query, "set", NS_RSM);
  g_autofree char *max = g_strdup_printf ("%u", ask->max);

  xmpp_node_add_text (set, "max", NULL, max);
  if (ask->before != NULL)
    xmpp_node_add_text (set, "before", NULL, ask->before);
  else if (ask->after != NULL)
    xmpp_node_add_text (set, "after", NULL, ask->after);
}

/**
 * xmpp_rsm_read:
 * @answer: what holds the <set/>
 * @page: (out caller-allocates): which page it was; to be cleared in either case
 *
 * Reads which page came (XEP-0059 §2). What cannot be the id of an item, being empty or longer than 1 KiB, is left out.
 *
 * Returns: whether there is a <set/>
 */
gboolean
xmpp_rsm_read (const XmppNode *answer,
               XmppRsmPage    *page)
{
  XmppNode *set = xmpp_node_find (answer, "set", NS_RSM);
  const char *count;
  guint64 number;

  *page = (XmppRsmPage) { NULL, NULL, -1 };
  if (set == NULL)
    return FALSE;

  page->first = dup_id (xmpp_node_find_text (set, "first", NULL));
  page->last = dup_id (xmpp_node_find_text (set, "last", NULL));
  count = xmpp_node_find_text (set, "count", NULL);
  if (count != NULL && g_ascii_string_to_unsigned (count, 10, 0, G_MAXUINT32, &number, NULL))
    page->count = (gint64) number;
  return TRUE;
}

/**
 * xmpp_rsm_page_clear:
 * @page: a page; what it owns is freed, itself not
 */
void
xmpp_rsm_page_clear (XmppRsmPage *page)
{
  g_clear_pointer (&page->first, g_free);
  g_clear_pointer (&page->last, g_free);
  page->count = -1;
}
