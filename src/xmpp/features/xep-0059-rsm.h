/* Result sets (XEP-0059): asking for one page of a long answer, and reading which page it was. */
#pragma once

#include "xmpp-node.h"

G_BEGIN_DECLS

#define NS_RSM "http://jabber.org/protocol/rsm"

/* Which page. With neither before nor after: the first. */
typedef struct {
  guint       max;      /* items at most */
  const char *before;   /* (nullable) the page that ends before this item; "": the last page */
  const char *after;    /* (nullable) the page that begins after this item */
} XmppRsmAsk;

/* Which page it was. */
typedef struct {
  char   *first, *last;   /* (owned, nullable) items; NULL: the page is empty */
  gint64  count;          /* of all items, -1: not said */
} XmppRsmPage;

void     xmpp_rsm_write      (XmppNode         *query,
                              const XmppRsmAsk *ask);
gboolean xmpp_rsm_read       (const XmppNode   *answer,
                              XmppRsmPage      *page);     /* (out caller-allocates) FALSE: there is no <set/> */
void     xmpp_rsm_page_clear (XmppRsmPage      *page);

G_END_DECLS
