/* Passes over a stanza that breaks a limit, without keeping it: where it ends is all that has to be known.
 *
 *   limit ──► skip_begin ──► skip_token ──► the tags that began have ended ──► what there was of its start is told
 *                             ▲       │
 *                             └───────┘ too long for that, too: the stream ends */
#include "xmpp-reader-private.h"

#include <string.h>

#include "xmpp-ns.h"

/* The name of a stanza whose very first tag is too much; @bytes are its beginning. What has a prefix is no stanza. */
static XmppNode *
start_from_part (const char *bytes,
                 gsize       length)
{
  static const char *const names[] = { "message", "presence", "iq" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize end = 1 + strlen (names[i]);

    if (length > end && memcmp (bytes + 1, names[i], end - 1) == 0 && strchr (" \t\r\n", bytes[end]) != NULL)
      return xmpp_node_new (names[i], NS_CLIENT);
  }

  return xmpp_node_new ("skipped", NULL);
}

/* Keeps of the stanza what it takes to refuse it. */
static XmppNode *
start_from_tree (const XmppNode *tree)
{
  static const char *const attributes[] = { "to", "from", "type", "id" };
  XmppNode *start = xmpp_node_new (xmpp_node_get_name (tree), xmpp_node_get_ns (tree));

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    xmpp_node_set (start, attributes[i], xmpp_node_get (tree, attributes[i]));

  return start;
}

static void
skip_end (XmppReader *self)
{
  self->is_skipping = FALSE;
  if (self->events != NULL)
    xmpp_reader_renew_context (self);
  else
    self->is_closed = TRUE;
}

/* For the reader's other files */

XmppNode *
xmpp_reader_find_top (const XmppReader *self)
{
  XmppNode *top = self->current;

  while (top != NULL && xmpp_node_get_parent (top) != NULL)
    top = xmpp_node_get_parent (top);

  return top;
}

void
xmpp_reader_skip_begin (XmppReader *self,
                        const char *bytes,
                        gsize       length)
{
  XmppNode *tree = xmpp_reader_find_top (self);

  self->breaks_limit = FALSE;
  if (self->events != NULL && (self->depth == 0 || self->events->skipped == NULL)) {
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "There is too much in one element");
    return;
  }
  self->is_skipping = TRUE;
  self->skipped = tree != NULL ? start_from_tree (tree) : start_from_part (bytes, length);
  xmpp_node_free (tree);
  self->current = NULL;
}

void
xmpp_reader_skip_token (XmppReader *self,
                        XmppToken   token,
                        const char *bytes,
                        gsize       length)
{
  if (self->stanza_bytes > XMPP_READER_MAX_SKIPPED) {
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_POLICY_VIOLATION, "A stanza does not end");
    return;
  }
  if (token == XMPP_TOKEN_TEXT)
    return;

  if (!self->is_in_tag)
    self->is_end_tag = bytes[1] == '/';
  self->is_in_tag = token == XMPP_TOKEN_TAG_PART;
  if (self->is_end_tag && self->depth <= xmpp_reader_get_outside (self))
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "Something ends that did not begin");
  if (self->is_in_tag || self->error != NULL)
    return;

  if (self->is_end_tag)
    self->depth--;
  else if (bytes[length - 2] != '/')
    self->depth++;
  if (self->depth <= xmpp_reader_get_outside (self))
    skip_end (self);
}
