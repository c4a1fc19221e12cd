/* Bytes from a server become stanzas: libxml2's push parser with RFC 6120 §11's prohibitions and hard limits.
 *
 *   bytes ─► xmpp_reader_feed ─► XmppLexer ─► whole tags, pieces of text ─► libxml2 ─► element, text ─► events
 *            whole characters    prohibitions, limits of tags               well-formedness, namespaces
 *
 * libxml2 is never given half a tag. So it parses each one in the call that brings its last byte, has nothing left in
 * its buffers between two stanzas, and cannot find different things in differently cut bytes.
 *
 * A stanza that breaks a limit may be a stranger's, who must not be able to end our stream by it. Its tree is thrown
 * away, and libxml2 sees no more of it: up to its last tag, which the tags before it are counted for, it is passed over
 * in constant memory. Only one that does not end, too, ends the stream. */
#include "xmpp-reader-private.h"

#include <string.h>

#define SLICE        (64 * 1024)           /* bytes parsed in one go */
#define MAX_CONTEXT  (512 * 1024 * 1024)   /* bytes through one libxml2 context, whose counters are of type int */

void
xmpp_reader_fail (XmppReader      *self,
                  XmppStreamError  code,
                  const char      *message)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, message);
}

/* Life cycle */

static void
start_over (XmppReader *self)
{
  xmpp_node_free (xmpp_reader_find_top (self));
  self->current = NULL;
  g_clear_pointer (&self->skipped, xmpp_node_free);
  g_clear_pointer (&self->finished, xmpp_node_free);
  g_clear_pointer (&self->root, xmpp_node_free);
  g_clear_pointer (&self->lexer, xmpp_lexer_free);
  g_clear_pointer (&self->context, xmlFreeParserCtxt);
  g_clear_error (&self->error);

  g_string_truncate (self->partial, 0);
  g_string_truncate (self->header, 0);
  self->depth = 0;
  self->stanza_bytes = self->stanza_parts = self->stanza_prefixes = self->context_bytes = 0;
  self->is_closed = FALSE;
  self->breaks_limit = self->is_skipping = self->is_in_tag = FALSE;
  self->reset_asked = FALSE;
}

/**
 * xmpp_reader_new:
 * @events: who is told what was read; must live as long as the reader
 * @user_data: for @events
 *
 * Returns: (transfer full): a reader that waits for the first byte of a stream
 */
XmppReader *
xmpp_reader_new (const XmppReaderEvents *events,
                 gpointer                user_data)
{
  XmppReader *self = g_new0 (XmppReader, 1);

  xmlInitParser ();
  self->events = events;
  self->user_data = user_data;
  self->partial = g_string_new (NULL);
  self->header = g_string_new (NULL);
  self->names = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ref_string_release);

  return self;
}

/**
 * xmpp_reader_free:
 * @self: (transfer full): a reader
 *
 * May be called from inside its events: no other event follows, and xmpp_reader_feed() returns %TRUE.
 */
void
xmpp_reader_free (XmppReader *self)
{
  if (self->is_feeding) {
    self->free_asked = TRUE;
    return;
  }

  start_over (self);
  g_string_free (self->partial, TRUE);
  g_string_free (self->header, TRUE);
  g_hash_table_unref (self->names);
  g_free (self);
}

/* Steps */

static gboolean
is_interrupted (const XmppReader *self)
{
  return self->error != NULL || self->reset_asked || self->free_asked || (self->is_closed && self->events != NULL);
}

/* A parser that has not seen a declaration holds back the first bytes to guess an encoding; so it gets one. */
static void
declare (XmppReader *self)
{
  static const char declaration[] = "<?xml version='1.0'?>";

  self->context_bytes = strlen (declaration);
  xmlParseChunk (self->context, declaration, (int) strlen (declaration), 0);
}

/* libxml2 keeps every name that it ever met; a fresh context at the same place in the stream forgets them. The header
 * is parsed again, so that the prefixes declared in it mean the same. */
void
xmpp_reader_renew_context (XmppReader *self)
{
  xmlFreeParserCtxt (self->context);
  self->context = xmpp_reader_new_context (self);
  declare (self);

  self->depth = 0;
  self->is_priming = TRUE;
  xmlParseChunk (self->context, self->header->str, (int) self->header->len, 0);
  self->is_priming = FALSE;
}

static void
tell (XmppReader *self)
{
  if (self->root != NULL) {
    g_autoptr (XmppNode) root = g_steal_pointer (&self->root);

    self->events->opened (root, self->user_data);
    if (self->reset_asked || self->free_asked)
      return;
  }

  if (self->skipped != NULL && !self->is_skipping)
    self->events->skipped (g_steal_pointer (&self->skipped), self->user_data);

  if (self->finished != NULL) {
    self->events->stanza (g_steal_pointer (&self->finished), self->user_data);
    if (!is_interrupted (self)
        && (xmlDictGetUsage (self->context->dict) > XMPP_READER_MAX_NAMES || self->context_bytes > MAX_CONTEXT))
      xmpp_reader_renew_context (self);
  }

  if (self->is_closed)
    self->events->closed (self->user_data);
}

static gboolean
is_blank (const char *bytes,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (strchr (" \t\r\n", bytes[i]) == NULL)
      return FALSE;

  return TRUE;
}

static void
parse_token (XmppReader *self,
             XmppToken   token,
             const char *bytes,
             gsize       length)
{
  if (self->depth <= xmpp_reader_get_outside (self) && !self->is_skipping)
    self->stanza_bytes = self->stanza_parts = self->stanza_prefixes = 0;
  self->stanza_bytes += length;
  if (!self->is_skipping && (token == XMPP_TOKEN_TAG_PART || self->stanza_bytes > XMPP_READER_MAX_STANZA))
    xmpp_reader_skip_begin (self, bytes, length);
  if (self->is_skipping)
    xmpp_reader_skip_token (self, token, bytes, length);
  if (self->is_skipping || self->error != NULL || self->skipped != NULL)
    return;

  if (self->context_bytes == 0 && token != XMPP_TOKEN_DECLARATION)
    declare (self);
  if (self->depth == 0 && token == XMPP_TOKEN_TAG)
    g_string_append_len (self->header, bytes, (gssize) length);

  self->context_bytes += length;
  self->is_heard = FALSE;
  xmlParseChunk (self->context, bytes, (int) length, 0);
  if (!self->context->wellFormed || (token == XMPP_TOKEN_TAG && !self->is_heard))
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The XML is not well-formed");
  if (self->breaks_limit && self->error == NULL)
    xmpp_reader_skip_begin (self, bytes, length);
}

/* Takes what the lexer has cut. Only white space may be around the root and between stanzas; it goes no further. */
static gboolean
token_cb (XmppToken   token,
          const char *bytes,
          gsize       length,
          gpointer    user_data)
{
  XmppReader *self = user_data;

  if (self->depth <= xmpp_reader_get_outside (self) && token == XMPP_TOKEN_TEXT) {
    if (!is_blank (bytes, length))
      xmpp_reader_fail (self, self->depth == 0 ? XMPP_STREAM_ERROR_NOT_WELL_FORMED : XMPP_STREAM_ERROR_BAD_FORMAT,
                        "There is text where there must be none");
  } else if (self->is_closed) {
    xmpp_reader_fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "Something follows the end");
  } else {
    parse_token (self, token, bytes, length);
    if (self->error == NULL && self->events != NULL)
      tell (self);
  }

  return !is_interrupted (self);
}

/* Counts the bytes that are whole characters, up to the first that is none or NUL. Most of a stream is ASCII, of which
 * eight bytes are judged at a time: none has the highest bit, and none is zero, which would borrow one. */
static gsize
count_whole (const char *text,
             gsize       length)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101), highs = ones << 7;
  gsize n = 0;

  while (n < length) {
    guint64 word = highs;

    if (length - n >= sizeof word)
      memcpy (&word, text + n, sizeof word);
    if (((word | (word - ones)) & highs) == 0) {
      n += sizeof word;
      continue;
    }
    if ((gint32) g_utf8_get_char_validated (text + n, (gssize) (length - n)) < 0)
      break;
    n += g_utf8_next_char (text + n) - (text + n);
  }

  return n;
}

/* Lets whole characters through, strictly (RFC 6120 §11.6), and keeps the beginning of one for the next time. */
static void
feed_some (XmppReader *self,
           const char *bytes,
           gsize       length)
{
  const char *end;
  gsize whole, rest;

  g_string_append_len (self->partial, bytes, (gssize) length);
  whole = count_whole (self->partial->str, self->partial->len);
  end = self->partial->str + whole;
  rest = self->partial->len - whole;

  if (whole > 0)
    xmpp_lexer_feed (self->lexer, self->partial->str, whole, &self->error);
  if (rest > 0 && !is_interrupted (self)) {
    if (*end == '\0' && self->header->len > 0)
      xmpp_reader_fail (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "There is a NUL");
    else if (memchr (end, '\0', rest) != NULL || g_utf8_get_char_validated (end, (gssize) rest) != (gunichar) -2)
      xmpp_reader_fail (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, "The stream is not encoded in UTF-8");
  }

  g_string_erase (self->partial, 0, (gssize) whole);
}

/* Public */

/**
 * xmpp_reader_feed:
 * @self: a reader
 * @bytes: what was received next, cut anywhere
 * @length: how many
 * @error: return location for a #GError
 *
 * Parses on and calls the events. What follows the end of the stream is ignored. Of a stanza that breaks a limit only
 * where it ends is looked at, and how long it is.
 *
 * Returns: %FALSE with an error of #XMPP_STREAM_ERROR, which is the condition to end our stream with (RFC 6120 §4.9.3):
 *   NOT_WELL_FORMED, BAD_NAMESPACE_PREFIX, UNSUPPORTED_ENCODING, RESTRICTED_XML, POLICY_VIOLATION (a limit),
 *   INVALID_NAMESPACE (the root is no stream for clients), BAD_FORMAT (text between stanzas). The reader then gives the
 *   same error until it is reset.
 */
gboolean
xmpp_reader_feed (XmppReader  *self,
                  const char  *bytes,
                  gsize        length,
                  GError     **error)
{
  gboolean is_good;

  g_return_val_if_fail (!self->is_feeding, TRUE);

  if (self->context == NULL) {
    self->context = xmpp_reader_new_context (self);
    self->lexer = xmpp_lexer_new (XMPP_READER_MAX_ATTRIBUTE, token_cb, self);
  }

  self->is_feeding = TRUE;
  while (length > 0 && !is_interrupted (self)) {
    gsize some = MIN (length, SLICE);

    feed_some (self, bytes, some);
    bytes += some;
    length -= some;
  }
  self->is_feeding = FALSE;

  is_good = self->error == NULL;
  if (!is_good)
    g_propagate_error (error, g_error_copy (self->error));

  if (self->free_asked)
    xmpp_reader_free (self);
  else if (self->reset_asked)
    start_over (self);

  return is_good;
}

/**
 * xmpp_reader_reset:
 * @self: a reader
 *
 * Forgets the stream and waits for the first byte of a new one. Called from inside an event, what is left of the bytes
 * that are being fed is dropped: after `<proceed/>` nothing that came in clear text is used.
 */
void
xmpp_reader_reset (XmppReader *self)
{
  if (self->is_feeding)
    self->reset_asked = TRUE;
  else
    start_over (self);
}

/**
 * xmpp_reader_parse:
 * @text: one XML document
 * @length: its bytes, or -1 when it ends with NUL
 * @error: return location for a #GError
 *
 * Reads a document under the same rules and limits as a stream; its root may be called anything.
 *
 * Returns: (transfer full) (nullable): the root, or %NULL with an error of #XMPP_STREAM_ERROR
 */
XmppNode *
xmpp_reader_parse (const char  *text,
                   gssize       length,
                   GError     **error)
{
  gboolean is_skipped;
  g_autoptr (XmppNode) node = xmpp_reader_parse_stanza (text, length, &is_skipped, error);

  if (node == NULL || !is_skipped)
    return g_steal_pointer (&node);

  g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_POLICY_VIOLATION,
                       "There is too much in one element");
  return NULL;
}

/**
 * xmpp_reader_parse_stanza:
 * @text: one XML document
 * @length: its bytes, or -1 when it ends with NUL
 * @is_skipped: (out): whether it breaks a limit, and only its name, to, from, type and id are returned
 * @error: return location for a #GError
 *
 * As xmpp_reader_parse(), but what breaks a limit is passed over as it is in a stream.
 *
 * Returns: (transfer full) (nullable): the root, or %NULL with an error of #XMPP_STREAM_ERROR
 */
XmppNode *
xmpp_reader_parse_stanza (const char  *text,
                          gssize       length,
                          gboolean    *is_skipped,
                          GError     **error)
{
  g_autoptr (XmppReader) self = xmpp_reader_new (NULL, NULL);

  *is_skipped = FALSE;
  if (!xmpp_reader_feed (self, text, length < 0 ? strlen (text) : (gsize) length, error))
    return NULL;

  if (!self->is_closed || self->partial->len > 0 || !xmpp_lexer_is_idle (self->lexer)) {
    g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED, "The document is not complete");
    return NULL;
  }

  *is_skipped = self->skipped != NULL;
  return *is_skipped ? g_steal_pointer (&self->skipped) : g_steal_pointer (&self->finished);
}
